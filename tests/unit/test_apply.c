#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/apply.h"
#include "kube/client.h"

static cJSON *parse(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *json;

	assert_int_equal(json_parse(text, strlen(text), NULL, &json, &err), 0);
	return json;
}

static const struct resource config_maps = {.version = "v1", .group = "", .kind = "ConfigMap", .name = "configmaps"};
static const struct resource widgets = {.version = "v1", .group = "example.com", .kind = "Widget", .name = "widgets"};

/* The annotation is kubectl's to the byte: sorted, with the empty map it stands in, HTML escaped, a newline. */
static void test_embed_sorted(void **state)
{
	_cleanup_json_ cJSON *object = parse("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},"
					     "\"data\":{\"k\":\"<v>\"}}");

	(void)state;
	last_applied_embed(object, JSON_SORT_KEYS);
	assert_string_equal(last_applied_text(object),
			    "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"\\u003cv\\u003e\"},\"kind\":\"ConfigMap\",\"metadata\":"
			    "{\"annotations\":{},\"name\":\"a\"}}\n");
	/* again: the annotation is no part of itself */
	last_applied_embed(object, JSON_SORT_KEYS);
	assert_string_equal(last_applied_text(object),
			    "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"\\u003cv\\u003e\"},\"kind\":\"ConfigMap\",\"metadata\":"
			    "{\"annotations\":{},\"name\":\"a\"}}\n");
}

static void test_embed_generated(void **state)
{
	_cleanup_json_ cJSON *object = parse("{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}");

	(void)state;
	last_applied_embed(object, 0);
	assert_string_equal(last_applied_text(object),
			    "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}\n");
}

static void check_patch(const struct resource *r, const char *manifest, const char *live, const char *type,
			const char *expected)
{
	_cleanup_json_ cJSON *object = parse(manifest), *current = parse(live), *patch = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *got;

	assert_int_equal(apply_patch(r, object, current, true, &got, &patch, &err), 0);
	json_remove(json_path(patch, "metadata", "annotations", NULL), LAST_APPLIED_ANNOTATION);
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(got, type);
	assert_string_equal(text.data, expected);
}

/* What the last apply set and this one does not is removed; what others set stays. */
static void test_patch(void **state)
{
	static const char live[] =
		"{\"metadata\":{\"name\":\"a\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"
		"\"{\\\"metadata\\\":{\\\"annotations\\\":{},\\\"name\\\":\\\"a\\\"},\\\"data\\\":{\\\"gone\\\":\\\"1\\\"}}\"}},"
		"\"data\":{\"gone\":\"1\",\"theirs\":\"2\"}}";
	static const char manifest[] = "{\"metadata\":{\"name\":\"a\"},\"data\":{\"new\":\"3\"}}";
	static const char expected[] =
		"{\"data\":{\"gone\":null,\"new\":\"3\"},\"metadata\":{\"annotations\":{}}}";

	(void)state;
	check_patch(&config_maps, manifest, live, PATCH_STRATEGIC, expected);
	check_patch(&widgets, manifest, live, PATCH_MERGE, expected);
}

static void test_broken_annotation(void **state)
{
	_cleanup_json_ cJSON *object = parse("{\"metadata\":{\"name\":\"a\"}}"), *patch = NULL;
	_cleanup_json_ cJSON *current = parse("{\"metadata\":{\"name\":\"a\",\"annotations\":{\"" LAST_APPLIED_ANNOTATION "\":\"{\"}}}");
	_cleanup_error_ struct error err = ERROR_INIT;
	const char *type;

	(void)state;
	assert_int_equal(apply_patch(&config_maps, object, current, true, &type, &patch, &err), -1);
	assert_int_equal(err.class, ERROR_PARSE);
	assert_string_equal(err.message, "invalid JSON document");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_embed_sorted), cmocka_unit_test(test_embed_generated),
		cmocka_unit_test(test_patch),	     cmocka_unit_test(test_broken_annotation),
		
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
