/* JSON merge patches: applied, created, and the three-way patch of custom resources. */
#include "patch_cases.h"

struct merge_case {
	const char *name, *target, *patch, *result;
};

struct difference_case {
	const char *name, *from, *to, *patch;
};

struct three_way_case {
	const char *name, *original, *modified, *current, *patch;
};

static const struct merge_case merge_cases[] = {
	{
		.name = "a member is set",
		.target = "{'a':1}",
		.patch = "{'a':2}",
		.result = "{'a':2}",
	},
	{
		.name = "a member is added",
		.target = "{'a':1}",
		.patch = "{'b':2}",
		.result = "{'a':1,'b':2}",
	},
	{
		.name = "null removes",
		.target = "{'a':1,'b':2}",
		.patch = "{'a':null}",
		.result = "{'b':2}",
	},
	{
		.name = "null of nothing",
		.target = "{'b':2}",
		.patch = "{'a':null}",
		.result = "{'b':2}",
	},
	{
		.name = "objects are merged",
		.target = "{'a':{'b':1,'c':2}}",
		.patch = "{'a':{'b':3}}",
		.result = "{'a':{'b':3,'c':2}}",
	},
	{
		.name = "lists are replaced",
		.target = "{'a':[1,2]}",
		.patch = "{'a':[3]}",
		.result = "{'a':[3]}",
	},
	{
		.name = "an object for a scalar",
		.target = "{'a':1}",
		.patch = "{'a':{'b':1,'c':null}}",
		.result = "{'a':{'b':1}}",
	},
	{
		.name = "a scalar for an object",
		.target = "{'a':{'b':1}}",
		.patch = "{'a':1}",
		.result = "{'a':1}",
	},
	{
		.name = "nulls of a new object are dropped",
		.target = "{}",
		.patch = "{'a':{'b':null,'c':{'d':null}}}",
		.result = "{'a':{'c':{}}}",
	},
	{
		.name = "nulls in a new list's objects are dropped",
		.target = "{}",
		.patch = "{'a':[{'b':null},null]}",
		.result = "{'a':[{},null]}",
	},
	{
		.name = "nulls in a list for an object stay",
		.target = "{'a':{}}",
		.patch = "{'a':[{'b':null}]}",
		.result = "{'a':[{'b':null}]}",
	},
	{
		.name = "nulls in a list for a list are dropped",
		.target = "{'a':[1]}",
		.patch = "{'a':[{'b':null}]}",
		.result = "{'a':[{}]}",
	},
	{
		.name = "an empty object merges into an object",
		.target = "{'a':{'b':1}}",
		.patch = "{'a':{}}",
		.result = "{'a':{'b':1}}",
	},
	{
		.name = "a null in the target",
		.target = "{'a':null}",
		.patch = "{'a':{'b':null,'c':1}}",
		.result = "{'a':{'c':1}}",
	},
	{
		.name = "a big number",
		.target = "{'a':1}",
		.patch = "{'a':9223372036854775807}",
		.result = "{'a':9223372036854775807}",
	},
};

static const struct difference_case difference_cases[] = {
	{
		.name = "equal",
		.from = "{'a':1}",
		.to = "{'a':1}",
		.patch = "{}",
	},
	{
		.name = "changed",
		.from = "{'a':1,'b':2}",
		.to = "{'a':3,'b':2}",
		.patch = "{'a':3}",
	},
	{
		.name = "added",
		.from = "{}",
		.to = "{'a':{'b':1}}",
		.patch = "{'a':{'b':1}}",
	},
	{
		.name = "removed",
		.from = "{'a':1}",
		.to = "{}",
		.patch = "{'a':null}",
	},
	{
		.name = "below",
		.from = "{'a':{'b':1,'c':2}}",
		.to = "{'a':{'b':1,'c':3}}",
		.patch = "{'a':{'c':3}}",
	},
	{
		.name = "a list",
		.from = "{'a':[1,{'b':2}]}",
		.to = "{'a':[1,{'b':3}]}",
		.patch = "{'a':[1,{'b':3}]}",
	},
	{
		.name = "an equal list",
		.from = "{'a':[1,{'b':2}]}",
		.to = "{'a':[1,{'b':2}]}",
		.patch = "{}",
	},
	{
		.name = "another type",
		.from = "{'a':{'b':1}}",
		.to = "{'a':[1]}",
		.patch = "{'a':[1]}",
	},
	{
		.name = "null for a value",
		.from = "{'a':1}",
		.to = "{'a':null}",
		.patch = "{'a':null}",
	},
	{
		.name = "null for null",
		.from = "{'a':null}",
		.to = "{'a':null}",
		.patch = "{}",
	},
	{
		.name = "all members of an object go",
		.from = "{'a':{'b':1}}",
		.to = "{'a':{}}",
		.patch = "{'a':{'b':null}}",
	},
	{
		.name = "one and one point zero",
		.from = "{'a':1}",
		.to = "{'a':1.0}",
		.patch = "{}",
	},
};

static const struct three_way_case three_way_cases[] = {
	{
		.name = "nothing",
		.original = "{'a':1}",
		.modified = "{'a':1}",
		.current = "{'a':1,'s':1}",
		.patch = "{}",
	},
	{
		.name = "changed",
		.original = "{'a':1}",
		.modified = "{'a':2}",
		.current = "{'a':1,'s':1}",
		.patch = "{'a':2}",
	},
	{
		.name = "removed",
		.original = "{'a':1,'b':1}",
		.modified = "{'a':1}",
		.current = "{'a':1,'b':1,'s':1}",
		.patch = "{'b':null}",
	},
	{
		.name = "removed and added",
		.original = "{'a':{'b':1,'c':1}}",
		.modified = "{'a':{'c':1,'d':1}}",
		.current = "{'a':{'b':1,'c':1,'s':1}}",
		.patch = "{'a':{'b':null,'d':1}}",
	},
	{
		.name = "drift is undone",
		.original = "{'a':1}",
		.modified = "{'a':1}",
		.current = "{'a':5}",
		.patch = "{'a':1}",
	},
	{
		.name = "an empty object is a value",
		.original = "{}",
		.modified = "{'a':{}}",
		.current = "{}",
		.patch = "{'a':{}}",
	},
	{
		.name = "an empty object is no change",
		.original = "{'a':{}}",
		.modified = "{'a':{}}",
		.current = "{'a':{'s':1}}",
		.patch = "{}",
	},
	{
		.name = "removed below, gone above",
		.original = "{'a':{'b':1}}",
		.modified = "{'a':{}}",
		.current = "{'c':1}",
		.patch = "{'a':{'b':null}}",
	},
	{
		.name = "lists are replaced",
		.original = "{'a':[1]}",
		.modified = "{'a':[1,2]}",
		.current = "{'a':[1]}",
		.patch = "{'a':[1,2]}",
	},
	{
		.name = "null in the manifest",
		.original = "{'a':1}",
		.modified = "{'a':null}",
		.current = "{'a':1}",
		.patch = "{'a':null}",
	},
	{
		.name = "no last manifest",
		.modified = "{'a':1}",
		.current = "{'b':1}",
		.patch = "{'a':1}",
	},
	{
		.name = "an object for a scalar",
		.original = "{'a':1}",
		.modified = "{'a':{'b':1}}",
		.current = "{'a':1}",
		.patch = "{'a':{'b':1}}",
	},
};

static void test_apply(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(merge_cases); i++) {
		const struct merge_case *c = &merge_cases[i];
		_cleanup_json_ cJSON *target = quoted(c->target), *patch = quoted(c->patch);

		patch_merge_apply(&target, patch);
		assert_json(c->name, c->result, target);
		/* the patch still belongs to the caller, whole */
		assert_json(c->name, c->patch, patch);
	}
}

static void test_create(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(difference_cases); i++) {
		const struct difference_case *c = &difference_cases[i];
		_cleanup_json_ cJSON *from = quoted(c->from), *to = quoted(c->to);
		_cleanup_json_ cJSON *patch = patch_merge_create(from, to);

		assert_json(c->name, c->patch, patch);
	}
}

static void test_three_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(three_way_cases); i++) {
		const struct three_way_case *c = &three_way_cases[i];
		_cleanup_json_ cJSON *original = quoted(c->original), *modified = quoted(c->modified);
		_cleanup_json_ cJSON *current = quoted(c->current);
		_cleanup_json_ cJSON *patch = patch_merge_three_way(original, modified, current);

		assert_json(c->name, c->patch, patch);
	}
}

/* RFC 7386 lets a patch be any value; then it is the result. */
static void test_values_that_are_no_objects(void **state)
{
	_cleanup_json_ cJSON *target = quoted("{'a':1}"), *list = quoted("[1,{'b':null}]"), *scalar = quoted("'x'");
	_cleanup_json_ cJSON *object = quoted("{'a':{'b':null}}");

	(void)state;
	patch_merge_apply(&target, list);
	assert_json("a list", "[1,{}]", target);
	patch_merge_apply(&target, scalar);
	assert_json("a scalar", "'x'", target);
	patch_merge_apply(&target, object);
	assert_json("an object", "{'a':{}}", target);
}

/* The keys of a created patch are in byte order: it is sent and compared as text. */
static void test_created_is_sorted(void **state)
{
	_cleanup_json_ cJSON *from = quoted("{'z':1}"), *to = quoted("{'b':1,'a':{'d':1,'c':1}}");
	_cleanup_json_ cJSON *patch = patch_merge_create(from, to);
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	json_print(&text, patch, JSON_COMPACT);
	assert_string_equal(text.data, "{\"a\":{\"c\":1,\"d\":1},\"b\":1,\"z\":null}");
}

static void test_three_way_is_sorted(void **state)
{
	_cleanup_json_ cJSON *original = quoted("{'z':1}"), *modified = quoted("{'b':1,'a':{'d':1,'c':1}}");
	_cleanup_json_ cJSON *current = quoted("{'z':1}");
	_cleanup_json_ cJSON *patch = patch_merge_three_way(original, modified, current);
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	json_print(&text, patch, JSON_COMPACT);
	assert_string_equal(text.data, "{\"a\":{\"c\":1,\"d\":1},\"b\":1,\"z\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apply),
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_three_way),
		cmocka_unit_test(test_values_that_are_no_objects),
		cmocka_unit_test(test_created_is_sorted),
		cmocka_unit_test(test_three_way_is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
