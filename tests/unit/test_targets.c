#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "kube/targets.h"

/* What words and flags mean, and what kubectl says where they mean nothing. Offline: built-in kinds. */
struct use {
	const char *words; /* blank-separated */
	const char *selector, *field_selector;
	bool all, all_namespaces, list_by_type, single_type;
	const char *default_type, *subresource;
	const char *expected; /* RESOURCE[ in NAMESPACE][ NAME] a line each; or the failure */
	bool fails;
};

#define NOTHING                                                                                                        \
	"You must provide one or more resources by argument or filename.\n"                                            \
	"Example resource specifications include:\n"                                                                   \
	"   '-f rsrc.yaml'\n"                                                                                          \
	"   '--filename=rsrc.json'\n"                                                                                  \
	"   '<resource> <name>'\n"                                                                                     \
	"   '<resource>'"
#define MIXED                                                                                                          \
	"there is no need to specify a resource type as a separate argument when passing arguments in resource/name "  \
	"form "                                                                                                        \
	"(e.g. 'kubec get resource/<resource_name>' instead of 'kubec get resource resource/<resource_name>'"

static const struct use uses[] = {
	{.words = "pods", .list_by_type = true, .expected = "pods in ns\n"},
	{.words = "po,svc", .list_by_type = true, .expected = "pods in ns\nservices in ns\n"},
	{.words = "po,pods,pod", .list_by_type = true, .expected = "pods in ns\n"},
	{.words = "nodes", .list_by_type = true, .expected = "nodes\n"},
	{.words = "pods", .list_by_type = true, .all_namespaces = true, .expected = "pods\n"},
	{.words = "pods a b", .expected = "pods in ns a\npods in ns b\n"},
	{.words = "pods a a", .expected = "pods in ns a\npods in ns a\n"},
	{.words = "po,svc a b", .expected = "pods in ns a\npods in ns b\nservices in ns a\nservices in ns b\n"},
	{.words = "pod/a deploy/b no/c", .expected = "pods in ns a\ndeployments.apps in ns b\nnodes c\n"},
	{.words = "deployments.v1.apps/x", .expected = "deployments.apps in ns x\n"},
	{.words = "pods", .selector = " a=b ", .expected = "pods in ns\n"},
	{.words = "pods", .field_selector = "a=b", .expected = "pods in ns\n"},
	{.words = "pods", .all = true, .expected = "pods in ns\n"},
	{.words = "a b", .default_type = "pods", .expected = "pods in ns a\npods in ns b\n"},
	{.words = "deploy/a b", .default_type = "pods", .expected = "deployments.apps in ns a\npods in ns b\n"},
	{.words = "pods a", .selector = "  ", .expected = "pods in ns a\n"},
	{.words = "no/a", .all_namespaces = true, .expected = "nodes a\n"},
	{.words = "pods a", .subresource = "status", .expected = "pods in ns a\n"},
	/* what is refused */
	{.words = "", .fails = true, .expected = NOTHING},
	{.words = "pods", .fails = true, .expected = "resource(s) were provided, but no name was specified"},
	{.words = "pod/a svc", .fails = true, .expected = MIXED},
	{.words = "pods x/y", .fails = true, .expected = MIXED},
	{.words = "pod/a/b",
	 .fails = true,
	 .expected = "arguments in resource/name form may not have more than one slash"},
	{.words = "/a",
	 .fails = true,
	 .expected = "arguments in resource/name form must have a single resource and name"},
	{.words = "pod/",
	 .fails = true,
	 .expected = "arguments in resource/name form must have a single resource and name"},
	{.words = "po,svc/a",
	 .fails = true,
	 .expected = "arguments in resource/name form must have a single resource and name"},
	{.words = "pods a",
	 .selector = "x=y",
	 .fails = true,
	 .expected = "name cannot be provided when a selector is specified"},
	{.words = "pods a",
	 .all = true,
	 .fails = true,
	 .expected = "name cannot be provided when a selector is specified"},
	{.words = "pod/a",
	 .selector = "x=y",
	 .fails = true,
	 .expected = "selectors and the all flag cannot be used when passing resource/name arguments"},
	{.words = "",
	 .selector = "x=y",
	 .fails = true,
	 .expected = "at least one resource must be specified to use a selector"},
	{.words = "pods",
	 .selector = "x=y",
	 .all = true,
	 .fails = true,
	 .expected = "setting 'all' parameter but found a non empty selector. "},
	{.words = "pods",
	 .list_by_type = true,
	 .subresource = "status",
	 .fails = true,
	 .expected = "subresource cannot be used when bulk resources are specified"},
	{.words = "pods a",
	 .all_namespaces = true,
	 .fails = true,
	 .expected = "a resource cannot be retrieved by name across all namespaces"},
	{.words = "pod/a",
	 .all_namespaces = true,
	 .fails = true,
	 .expected = "a resource cannot be retrieved by name across all namespaces"},
	{.words = "po,svc",
	 .list_by_type = true,
	 .single_type = true,
	 .fails = true,
	 .expected = "you may only specify a single resource type"},
	{.words = "po/a svc/a",
	 .single_type = true,
	 .fails = true,
	 .expected = "you may only specify a single resource type"},
	{.words = "po/a pod/b", .single_type = true, .expected = "pods in ns a\npods in ns b\n"},
};

static void describe(struct buf *out, const struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		resource_group_name(out, t->resource);
		if (t->namespace)
			buf_printf(out, " in %s", t->namespace);
		if (t->name)
			buf_printf(out, " %s", t->name);
		buf_putc(out, '\n');
	}
}

static void check_use(struct mapper *m, const struct use *u)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_error_ struct error e = ERROR_INIT;
	_cleanup_buf_ struct buf found = BUF_INIT;
	struct target_options o = {
		.args = &words,
		.namespace = "ns",
		.selector = u->selector,
		.field_selector = u->field_selector,
		.all = u->all,
		.all_namespaces = u->all_namespaces,
		.list_by_type = u->list_by_type,
		.single_type = u->single_type,
		.default_type = u->default_type,
		.subresource = u->subresource,
	};

	vec_add_split(&words, u->words, ' ');
	assert_int_equal(targets_resolve(m, &o, &targets, &errors, &e), u->fails ? -1 : 0);
	describe(&found, &targets);
	assert_string_equal(u->fails ? e.message : found.data, u->expected);
	assert_int_equal(errors.len, 0);
}

static struct mapper *offline(void)
{
	struct mapper *m;
	struct error e = ERROR_INIT;

	assert_int_equal(mapper_new(NULL, &m, &e), 0);
	return m;
}

static void test_words(void **state)
{
	_cleanup_(mapper_free_p) struct mapper *m = offline();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		check_use(m, &uses[i]);
}

/* ---- files: the text is read from standard input ------------------------------------------ */

struct document {
	const char *text, *words, *selector;
	bool enforce, all_namespaces;
	const char *expected; /* targets with their objects' metadata, then errors; or the failure */
	bool fails;
};

#define POD(meta) "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{" meta "}}"

static const struct document documents[] = {
	{.text = POD("\"name\":\"a\""), .expected = "pods in ns a {\"name\":\"a\",\"namespace\":\"ns\"}\n"},
	{.text = POD("\"name\":\"a\",\"namespace\":\"x\""),
	 .expected = "pods in x a {\"name\":\"a\",\"namespace\":\"x\"}\n"},
	{.text = POD("\"generateName\":\"g-\""),
	 .expected = "pods in ns  {\"generateName\":\"g-\",\"namespace\":\"ns\"}\n"},
	{.text = "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"namespace\":\"x\"}}",
	 .expected = "nodes n {\"name\":\"n\"}\n"},
	{.text = POD("\"name\":\"a\",\"namespace\":\"x\""),
	 .enforce = true,
	 .expected = "the namespace from the provided object \"x\" does not match the namespace \"ns\". You must pass "
		     "'--namespace=x' to perform this operation.\n"},
	{.text = POD("\"name\":\"a\",\"labels\":{\"k\":\"v\"}") POD("\"name\":\"b\""),
	 .selector = "k=v",
	 .expected = "pods in ns a {\"name\":\"a\",\"labels\":{\"k\":\"v\"},\"namespace\":\"ns\"}\n"},
	{.text = "{\"kind\":\"Nope\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}" POD("\"name\":\"b\""),
	 .expected = "pods in ns b {\"name\":\"b\",\"namespace\":\"ns\"}\nunable to recognize \"STDIN\": local "
		     "operation only\n"},
	{.text = "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{\"a\":1},{\"kind\":\"Nope\",\"apiVersion\":"
		 "\"v1\"}]}",
	 .expected =
		 "unable to get type info from the object \"*unstructured.Unstructured\": Object 'Kind' is missing in "
		 "'object has no kind field '\nunable to recognize local operation only\n"},
	{.text = "",
	 .words = "pods",
	 .fails = true,
	 .expected = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"},
	{.text = "",
	 .words = "pod/a",
	 .fails = true,
	 .expected = "resource/name arguments cannot be provided when a path is specified"},
};

static void check_document(struct mapper *m, const struct document *d)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS, files = VEC_OF_STRINGS;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_error_ struct error e = ERROR_INIT;
	_cleanup_buf_ struct buf found = BUF_INIT;
	FILE *in = tmpfile();
	struct target_options o = {
		.args = &words,
		.files = &files,
		.in = in,
		.namespace = "ns",
		.selector = d->selector,
		.enforce_namespace = d->enforce,
		.all_namespaces = d->all_namespaces,
	};

	fputs(d->text, in);
	rewind(in);
	vec_add_string(&files, "-");
	vec_add_split(&words, d->words ? d->words : "", ' ');
	assert_int_equal(targets_resolve(m, &o, &targets, &errors, &e), d->fails ? -1 : 0);
	for (size_t i = 0; i < targets.len; i++) {
		struct target *t = targets.items[i];
		struct vec one = {.items = &targets.items[i], .len = 1};

		describe(&found, &one);
		found.data[found.len - 1] = ' ';
		json_print(&found, json_get(t->object, "metadata"), JSON_COMPACT);
		buf_putc(&found, '\n');
	}
	for (size_t i = 0; i < errors.len; i++)
		buf_printf(&found, "%s\n", ((struct error *)errors.items[i])->message);
	assert_string_equal(d->fails ? e.message : found.data, d->expected);
	fclose(in);
}

static void test_documents(void **state)
{
	_cleanup_(mapper_free_p) struct mapper *m = offline();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++)
		check_document(m, &documents[i]);
}

static void test_items_of_typed_lists(void **state)
{
	static const char text[] = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{},{\"kind\":\"X\"},7]}";
	_cleanup_json_ cJSON *list = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;
	struct error e = ERROR_INIT;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), NULL, &list, &e), 0);
	list_complete_items(list);
	json_print(&out, json_get(list, "items"), JSON_COMPACT);
	assert_string_equal(out.data, "[{\"kind\":\"Pod\",\"apiVersion\":\"v1\"},{\"kind\":\"X\"},7]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_items_of_typed_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
