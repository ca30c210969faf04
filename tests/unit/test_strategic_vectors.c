/* Strategic merge patches beside what a server made of them: facts/strategic.mjs wrote them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "data/patch.h"

#define FACTS "tests/unit/facts/strategic.json"

static const struct strategic_schema *schema_of(const cJSON *object)
{
	const char *version = json_string(object, "apiVersion"), *slash = strchr(version, '/');
	_cleanup_free_ char *group = slash ? xstrndup(version, (size_t)(slash - version)) : xstrdup("");

	return strategic_schema_find(group, slash ? slash + 1 : version, json_string(object, "kind"));
}

/* What a server leaves out when it writes an object: nulls, what is empty, directives where nothing merges by them. */
static bool is_left_out(const cJSON *node)
{
	bool empty = (json_is_object(node) || json_is_array(node)) && !node->child;

	return empty || json_is_null(node) || !strcmp(node->string, "$patch");
}

static void drop_empty(cJSON *node)
{
	for (cJSON *child = node->child, *next; child; child = next) {
		next = child->next;
		drop_empty(child);
		if (json_is_object(node) && is_left_out(child))
			cJSON_Delete(cJSON_DetachItemViaPointer(node, child));
	}
}

static bool same_json(const cJSON *test, cJSON *ours, cJSON *theirs)
{
	_cleanup_buf_ struct buf a = BUF_INIT, b = BUF_INIT;

	drop_empty(ours);
	drop_empty(theirs);
	if (json_equal(ours, theirs))
		return true;
	json_print(&a, ours, JSON_COMPACT | JSON_SORT_KEYS);
	json_print(&b, theirs, JSON_COMPACT | JSON_SORT_KEYS);
	print_error("%s, %s:\n  server %s\n  kubec  %s\n", json_string(test, "object"), json_string(test, "name"), b.data, a.data);
	return false;
}

/* The server shows the lists that it found as Go does: that they are told of is enough there. */
static bool same_refusal(const cJSON *test, const struct error *err)
{
	const char *theirs = json_string(test, "refused");
	size_t n = str_starts(theirs, "list element types") ? strcspn(theirs, "[") : strlen(theirs);

	if (!strncmp(err->message, theirs, n))
		return true;
	print_error("%s:\n  server %s\n  kubec  %s\n", json_string(test, "name"), theirs, err->message);
	return false;
}

static bool check_case(const cJSON *objects, const cJSON *test)
{
	const cJSON *object = json_get(objects, json_string(test, "object")), *result = json_get(test, "result");
	_cleanup_json_ cJSON *ours = json_copy(object), *theirs = json_copy(object);
	_cleanup_error_ struct error err = ERROR_INIT;

	if (patch_strategic_apply(&ours, json_get(test, "patch"), schema_of(object), &err)) {
		if (!result)
			return same_refusal(test, &err);
		print_error("%s: %s\n", json_string(test, "name"), err.message);
		return false;
	}
	if (!result) {
		print_error("%s: taken, but the server says %s\n", json_string(test, "name"), json_string(test, "refused"));
		return false;
	}
	patch_merge_apply(&theirs, result);
	return same_json(test, ours, theirs);
}

static void test_vectors(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *facts = NULL;
	size_t count = 0, failed = 0;
	const cJSON *test;

	(void)state;
	if (file_read(FACTS, 1 << 20, &text, &err) || json_parse(text.data, text.len, FACTS, &facts, &err))
		fail_msg("%s", err.message);
	cJSON_ArrayForEach(test, json_get(facts, "cases")) {
		failed += !check_case(json_get(facts, "objects"), test);
		count++;
	}
	assert_int_equal(failed, 0);
	assert_true(count >= 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
