#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/printer.h"

static const struct resource deployments = {
	.group = "apps", .version = "v1", .name = "deployments", .singular = "deployment", .kind = "Deployment",
	.short_names = "deploy", .categories = "all", .verbs = "get,list", .subresources = "", .namespaced = true};

static const char web[] = "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"web\","
			  "\"managedFields\":[{\"manager\":\"x\"}],\"annotations\":{\"a\":\"<&>\"}},\"spec\":{}}";
static const char only_managed[] = "{\"kind\":\"A\",\"apiVersion\":\"v1\",\"metadata\":{\"managedFields\":[]}}";

static cJSON *parse(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *json;

	if (json_parse(text, strlen(text), NULL, &json, &err))
		fail_msg("%s", err.message);
	return json;
}

static struct printer *open_printer(const struct printer_options *o)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct printer *p;

	if (printer_new(o, NULL, &p, &err))
		fail_msg("%s", err.message);
	return p;
}

static void check(const struct printer_options *o, const struct resource *r, const char *json, const char *want)
{
	_cleanup_(printer_free_p) struct printer *p = open_printer(o);
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = parse(json);
	_cleanup_json_ cJSON *before = json_copy(object);
	_cleanup_buf_ struct buf out = BUF_INIT;

	assert_int_equal(printer_print(p, &out, r, object, &err), 0);
	assert_string_equal(out.data, want);
	assert_true(json_equal(object, before));
}

static void test_json(void **state)
{
	(void)state;
	check(&(struct printer_options){.output = "json"}, NULL, web,
	      "{\n    \"apiVersion\": \"apps/v1\",\n    \"kind\": \"Deployment\",\n    \"metadata\": {\n"
	      "        \"annotations\": {\n            \"a\": \"\\u003c\\u0026\\u003e\"\n        },\n"
	      "        \"name\": \"web\"\n    },\n    \"spec\": {}\n}\n");
	check(&(struct printer_options){.output = "JSON", .keeps_order = true}, NULL, only_managed,
	      "{\n    \"kind\": \"A\",\n    \"apiVersion\": \"v1\",\n    \"metadata\": {}\n}\n");
	check(&(struct printer_options){.output = "json", .show_managed_fields = true}, NULL, only_managed,
	      "{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"A\",\n    \"metadata\": {\n        \"managedFields\": []\n    }\n}\n");
}

static void test_yaml_documents(void **state)
{
	_cleanup_(printer_free_p) struct printer *p = open_printer(&(struct printer_options){.output = "yaml"});
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = parse(only_managed);
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(printer_print(p, &out, NULL, object, &err), 0);
	assert_int_equal(printer_print(p, &out, NULL, object, &err), 0);
	assert_string_equal(out.data, "apiVersion: v1\nkind: A\nmetadata: {}\n---\napiVersion: v1\nkind: A\nmetadata: {}\n");
}

static void test_name(void **state)
{
	(void)state;
	check(&(struct printer_options){.output = "name"}, &deployments, web, "deployment.apps/web\n");
	check(&(struct printer_options){.output = "name"}, NULL, web, "deployment.apps/web\n");
	check(&(struct printer_options){.output = "name", .operation = "created"}, NULL, web, "deployment.apps/web\n");
	check(&(struct printer_options){.output = "", .operation = "created"}, NULL, web, "deployment.apps/web created\n");
	check(&(struct printer_options){.output = "", .operation = "created", .dry_run = "none"}, NULL, web,
	      "deployment.apps/web created\n");
	check(&(struct printer_options){.output = "", .operation = "created", .dry_run = "client"}, NULL, web,
	      "deployment.apps/web created (dry run)\n");
	check(&(struct printer_options){.output = "", .operation = "created", .dry_run = "server"}, &deployments, web,
	      "deployment.apps/web created (server dry run)\n");
	check(&(struct printer_options){.output = "name"}, NULL, only_managed, "a/<unknown>\n");
	check(&(struct printer_options){.output = "name"}, NULL,
	      "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}]}",
	      "pod/a\n");
}

static void test_name_needs_a_kind(void **state)
{
	_cleanup_(printer_free_p) struct printer *p = open_printer(&(struct printer_options){.output = "name"});
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = parse("{\"metadata\":{\"name\":\"a\"}}");
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(printer_print(p, &out, NULL, object, &err), -1);
	assert_string_equal(err.message,
			    "missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type");
}

/* Prints a List of n objects item by item. */
static void check_list(const char *output, size_t n, const char *want)
{
	_cleanup_(printer_free_p) struct printer *p =
		open_printer(&(struct printer_options){.output = output, .for_lists = true});
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	assert_int_equal(printer_list_begin(p, &out, &err), 0);
	for (size_t i = 0; i < n; i++) {
		_cleanup_json_ cJSON *item = parse(only_managed);

		assert_int_equal(printer_list_item(p, &out, NULL, item, &err), 0);
	}
	assert_int_equal(printer_list_end(p, &out, &err), 0);
	assert_string_equal(out.data, want);
}

static void test_lists(void **state)
{
	(void)state;
	check_list("json", 0,
		   "{\n    \"apiVersion\": \"v1\",\n    \"items\": [],\n    \"kind\": \"List\",\n    \"metadata\": {\n"
		   "        \"resourceVersion\": \"\"\n    }\n}\n");
	check_list("json", 2,
		   "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n"
		   "        {\n            \"apiVersion\": \"v1\",\n            \"kind\": \"A\",\n            \"metadata\": {}\n        },\n"
		   "        {\n            \"apiVersion\": \"v1\",\n            \"kind\": \"A\",\n            \"metadata\": {}\n        }\n"
		   "    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n");
	check_list("yaml", 0, "apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: \"\"\n");
	check_list("yaml", 1,
		   "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: A\n  metadata: {}\nkind: List\nmetadata:\n"
		   "  resourceVersion: \"\"\n");
	check_list("name", 2, "a/<unknown>\na/<unknown>\n");
	check_list("name", 0, "");
	check_list("jsonpath={.items[*].kind}{.kind}", 2, "A AList");
	check_list("jsonpath-as-json={.items[*].kind}", 2, "[\n    \"A\",\n    \"A\"\n]\n");
	check_list("custom-columns=KIND:.kind,X:.x", 2, "KIND   X\nA      <none>\nA      <none>\n");
	check_list("custom-columns=KIND:.kind", 0, "KIND\n");
}

static void check_event(const char *output, const char *want)
{
	_cleanup_(printer_free_p) struct printer *p =
		open_printer(&(struct printer_options){.output = output, .for_lists = true});
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = parse(only_managed);
	_cleanup_buf_ struct buf out = BUF_INIT;

	assert_int_equal(printer_event(p, &out, NULL, "ADDED", object, &err), 0);
	assert_string_equal(out.data, want);
}

/* kubectl keeps managedFields in events. */
static void test_events(void **state)
{
	(void)state;
	check_event("json", "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":{\"managedFields\":[]}}}\n");
	check_event("yaml", "object:\n  apiVersion: v1\n  kind: A\n  metadata:\n    managedFields: []\ntype: ADDED\n");
	check_event("name", "a/<unknown>\n");
	check_event("custom-columns=T:.type,K:.object.kind", "T       K\nADDED   A\n");
}

static void check_refused(const char *output, const char *template, const char *want)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct printer *p;

	assert_int_equal(printer_new(&(struct printer_options){.output = output, .template = template, .for_lists = true},
				     NULL, &p, &err),
			 -1);
	assert_string_equal(err.message, want);
}

static void test_refusals(void **state)
{
	_cleanup_buf_ struct buf all = BUF_INIT;
	_cleanup_free_ char *unknown = NULL;

	(void)state;
	printer_formats(&all, false, NULL);
	unknown = xasprintf("unable to match a printer suitable for the output format \"x\", allowed formats are: %s", all.data);
	check_refused("x", NULL, unknown);
	check_refused("jsonpath", NULL, "template format specified but no template given");
	check_refused("jsonpath={", NULL, "error parsing jsonpath {, unclosed action");
	check_refused("jsonpath", "{.a[x]}", "error parsing jsonpath {.a[x]}, invalid array index x");
	check_refused("jsonpath-file=/nothing/here", NULL,
		      "error reading --template /nothing/here, open /nothing/here: no such file or directory");
	check_refused("custom-columns", NULL, "custom-columns format specified but no custom columns given");
	check_refused("custom-columns=A", NULL, "unexpected custom-columns spec: A, expected <header>:<json-path-expr>");
}

static void test_formats(void **state)
{
	_cleanup_buf_ struct buf plain = BUF_INIT, lists = BUF_INIT;

	(void)state;
	printer_formats(&plain, false, NULL);
	printer_formats(&lists, true, "wide");
	assert_null(strstr(plain.data, "custom-columns"));
	assert_non_null(strstr(lists.data, "custom-columns,custom-columns-file,"));
	assert_true(str_ends(lists.data, ",name,wide,yaml") || strstr(lists.data, ",wide,yaml"));
}

static void test_jsonpath_explains_failures(void **state)
{
	_cleanup_(printer_free_p) struct printer *p = open_printer(&(struct printer_options){.output = "jsonpath={.kind}{.x}"});
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = parse("{\"kind\":\"A\"}");
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(printer_print(p, &out, NULL, object, &err), -1);
	assert_string_equal(out.data, "");
	assert_string_equal(err.message,
			    "error executing jsonpath \"{.kind}{.x}\": Error executing template: x is not found. Printing more "
			    "information for debugging the template:\n\ttemplate was:\n\t\t{.kind}{.x}\n\tobject given to jsonpath "
			    "engine was:\n\t\tmap[string]interface {}{\"kind\":\"A\"}\n\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_yaml_documents),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_name_needs_a_kind),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_jsonpath_explains_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
