#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/managed_fields.h"

#define OWNS_IT "\"f:metadata\":{\"f:annotations\":{\"f:kubectl.kubernetes.io/last-applied-configuration\":{}}}"
#define ENTRY(manager, operation, rest, fields)                                                              \
	"{\"manager\":\"" manager "\",\"operation\":\"" operation "\",\"apiVersion\":\"v1\"" rest ",\"fieldsV1\":{" \
	fields "}}"

/* The entries of an object, and those that it has after the migration to "kubectl" (NULL: no patch). */
static const struct migration_case {
	const char *name, *entries, *expected;
} migration_cases[] = {
	{"nobody", "", NULL},
	{"an Update of others", ENTRY("editor", "Update", "", "\"f:data\":{}"), NULL},
	{"only server-side apply", ENTRY("kubectl", "Apply", "", OWNS_IT), NULL},
	{"no server-side manager yet: the client-side one becomes it",
	 ENTRY("kubectl-client-side-apply", "Update", "", OWNS_IT), ENTRY("kubectl", "Apply", "", OWNS_IT)},
	{"fields are united, in order",
	 ENTRY("kubectl", "Apply", "", "\"f:data\":{\"f:b\":{}}") "," ENTRY(
		 "kubectl-client-side-apply", "Update", "", "\"f:data\":{\".\":{},\"f:a\":{}}," OWNS_IT),
	 ENTRY("kubectl", "Apply", "", "\"f:data\":{\".\":{},\"f:a\":{},\"f:b\":{}}," OWNS_IT)},
	{"a manager of another name that wrote the annotation",
	 ENTRY("tool", "Update", "", OWNS_IT) "," ENTRY("editor", "Update", "", "\"f:data\":{}"),
	 ENTRY("kubectl", "Apply", "", OWNS_IT) "," ENTRY("editor", "Update", "", "\"f:data\":{}")},
	{"two of them",
	 ENTRY("one", "Update", "", "\"f:data\":{\"f:a\":{}}," OWNS_IT) "," ENTRY(
		 "two", "Update", "", "\"f:data\":{\"f:b\":{}}," OWNS_IT),
	 ENTRY("kubectl", "Apply", "", "\"f:data\":{\"f:a\":{},\"f:b\":{}}," OWNS_IT)},
	{"what was written to a subresource stays",
	 ENTRY("tool", "Update", "", OWNS_IT) "," ENTRY("tool", "Update", ",\"subresource\":\"status\"",
							"\"f:status\":{}"),
	 ENTRY("kubectl", "Apply", "", OWNS_IT) "," ENTRY("tool", "Update", ",\"subresource\":\"status\"",
							  "\"f:status\":{}")},
};

static cJSON *object_with(const char *entries)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *object = NULL;

	buf_printf(&text, "{\"metadata\":{\"resourceVersion\":\"7\",\"managedFields\":[%s]}}", entries);
	assert_int_equal(json_parse(text.data, text.len, NULL, &object, &err), 0);
	return object;
}

static void migrates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(migration_cases) / sizeof(*migration_cases); i++) {
		const struct migration_case *c = &migration_cases[i];
		_cleanup_json_ cJSON *object = object_with(c->entries), *patch = managed_fields_migration(object, "kubectl");
		_cleanup_buf_ struct buf expected = BUF_INIT, actual = BUF_INIT;

		if (c->expected)
			buf_printf(&expected,
				   "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[%s]},"
				   "{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"}]",
				   c->expected);
		if (patch)
			json_print(&actual, patch, JSON_COMPACT);
		print_message("%s\n", c->name);
		assert_string_equal(actual.len ? actual.data : "", expected.len ? expected.data : "");
	}
}

static void finds_owners(void **state)
{
	_cleanup_json_ cJSON *object = object_with(ENTRY("tool", "Update", "", OWNS_IT)), *bare = json_new_object();

	(void)state;
	assert_true(managed_fields_own_last_applied(object, "Update"));
	assert_false(managed_fields_own_last_applied(object, "Apply"));
	assert_false(managed_fields_own_last_applied(bare, "Update"));
	assert_null(managed_fields_migration(bare, "kubectl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(migrates), cmocka_unit_test(finds_owners)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
