#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/json.h"

static cJSON *parse(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;

	if (json_parse(text, strlen(text), NULL, &node, &err))
		fail_msg("%s: %s", text, err.message);
	return node;
}

static void assert_prints(const cJSON *node, int style, const char *expected)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	json_print(&out, node, style);
	assert_string_equal(out.data, expected);
}

/* Text in, compact text out; the heap and the arena read alike. */
static void test_round_trip(void **state)
{
	static const char *const cases[][2] = {
	        {"{}", "{}"},
	        {" [ ] ", "[]"},
	        {"\t\r\n null ", "null"},
	        {"[true,false,null]", "[true,false,null]"},
	        {"{\"a\": 1, \"b\": [1, 2]}", "{\"a\":1,\"b\":[1,2]}"},
	        {"[9223372036854775807,-9223372036854775808,18446744073709551616]",
	         "[9223372036854775807,-9223372036854775808,18446744073709551616]"},
	        {"[1.0,1e3,1E+3,-0,0.10,1e-400,1e400]", "[1.0,1e3,1E+3,-0,0.10,1e-400,1e400]"},
	        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	        {"\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7f\""},
	        {"\"\\u00e9\\u20ac\\ud83d\\ude00\"", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
	        {"\"\xc3\xa9 long enough to be scanned by words\"", "\"\xc3\xa9 long enough to be scanned by words\""},
	        {"\"\\u2028\\u2029\"", "\"\\u2028\\u2029\""},
	        /* lone halves of pairs, and bytes that are not UTF-8 */
	        {"\"\\ud83d\"", "\"\xef\xbf\xbd\""},
	        {"\"\\ude00x\"", "\"\xef\xbf\xbdx\""},
	        {"\"\\ud83d\\u0041\"", "\"\xef\xbf\xbd"
	                               "A\""},
	        {"\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\""},
	        {"\"a\xff"
	         "b\xc3\"",
	         "\"a\xef\xbf\xbd"
	         "b\xef\xbf\xbd\""},
	        {"\"\xed\xa0\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	        {"\"\xc0\xaf\"", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	        /* the last of equal keys wins, in the place of the first */
	        {"{\"a\":1,\"b\":2,\"a\":{\"c\":[3]}}", "{\"a\":{\"c\":[3]},\"b\":2}"},
	        {"{\"a\":[1],\"a\":2,\"a\":\"x\"}", "{\"a\":\"x\"}"},
	        {"{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}"},
	        {"{\"\":1}", "{\"\":1}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *node = parse(cases[i][0]);
		_cleanup_arena_ struct arena arena = {0};
		_cleanup_error_ struct error err = ERROR_INIT;
		const cJSON *other;

		assert_prints(node, JSON_COMPACT, cases[i][1]);
		assert_int_equal(json_parse_arena(cases[i][0], strlen(cases[i][0]), NULL, &arena, &other, &err), 0);
		assert_prints(other, JSON_COMPACT, cases[i][1]);
		assert_true(json_equal(node, other));
	}
}

/* Go's words and SyntaxError.Offset, from the same text through encoding/json. */
static void test_syntax_errors(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
		const char *words;
	} cases[] = {
	        {"", 0, "unexpected end of JSON input"},
	        {"{", 1, "unexpected end of JSON input"},
	        {"[1,2", 4, "unexpected end of JSON input"},
	        {"\"a", 2, "unexpected end of JSON input"},
	        {"tru", 3, "unexpected end of JSON input"},
	        {"-", 1, "unexpected end of JSON input"},
	        {"{\"a\":}", 6, "invalid character '}' looking for beginning of value"},
	        {"{\"a\" 1}", 6, "invalid character '1' after object key"},
	        {"{\"a\":1 \"b\"}", 8, "invalid character '\"' after object key:value pair"},
	        {"{\"a\":1,}", 8, "invalid character '}' looking for beginning of object key string"},
	        {"{a}", 2, "invalid character 'a' looking for beginning of object key string"},
	        {"[1 2]", 4, "invalid character '2' after array element"},
	        {"[1,]", 4, "invalid character ']' looking for beginning of value"},
	        {"1 1", 3, "invalid character '1' after top-level value"},
	        {"01", 2, "invalid character '1' after top-level value"},
	        {"-x", 2, "invalid character 'x' in numeric literal"},
	        {"1.x", 3, "invalid character 'x' after decimal point in numeric literal"},
	        {"1ex", 3, "invalid character 'x' in exponent of numeric literal"},
	        {"trux", 4, "invalid character 'x' in literal true (expecting 'e')"},
	        {"nil", 2, "invalid character 'i' in literal null (expecting 'u')"},
	        {"\"\\x\"", 3, "invalid character 'x' in string escape code"},
	        {"\"\\u12g4\"", 6, "invalid character 'g' in \\u hexadecimal character escape"},
	        {"\"a\tb\"", 3, "invalid character '\\t' in string"},
	        {"\"a\x01\"", 3, "invalid character '\\x01' in string"},
	        {"'a'", 1, "invalid character '\\'' looking for beginning of value"},
	        {"\xc3\xa9", 1, "invalid character '\xc3\x83' looking for beginning of value"},
	        {"\x80", 1, "invalid character '\\u0080' looking for beginning of value"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		cJSON *node = NULL;
		size_t offset = 99;

		assert_int_equal(json_parse(cases[i].text, strlen(cases[i].text), NULL, &node, &err), -1);
		assert_int_equal(err.class, ERROR_PARSE);
		assert_string_equal(err.message, cases[i].words);
		assert_null(node);
		assert_int_equal(json_check(cases[i].text, strlen(cases[i].text), &offset, &err), -1);
		if (offset != cases[i].offset)
			fail_msg("%s: offset %zu, not %zu", cases[i].text, offset, cases[i].offset);
	}
}

static void test_named_errors(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	const char *text = "{\n \"a\": 1\n \"b\"}";
	cJSON *node = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), "x.json", &node, &err), -1);
	assert_string_equal(err.message, "error parsing x.json: json: offset 12: invalid character '\"' after "
	                                 "object key:value pair");
	assert_string_equal(err.hint, "line 3, column 2");
	assert_int_equal(json_parse("{", 1, "x.json", &node, &err), -1);
	assert_string_equal(err.message, "error parsing x.json: unexpected EOF");
	assert_int_equal(json_parse("\"\\u0000\"", 8, NULL, &node, &err), -1);
	assert_string_equal(err.message, "string holds \\u0000, which no Kubernetes object can");
}

static void test_depth(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *node = NULL;
	cJSON *deeper = NULL;

	(void)state;
	buf_pad(&text, '[', JSON_MAX_DEPTH);
	buf_pad(&text, ']', JSON_MAX_DEPTH);
	assert_int_equal(json_parse(text.data, text.len, NULL, &node, &err), 0);
	buf_clear(&text);
	buf_pad(&text, '[', 1000000);
	assert_int_equal(json_parse(text.data, text.len, NULL, &deeper, &err), -1);
	assert_string_equal(err.message, "exceeded max depth");
}

/* Many keys take another way to find namesakes than few. */
static void test_many_duplicates(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *node = NULL;

	(void)state;
	buf_putc(&text, '{');
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "%s\"k%d\":%d", i ? "," : "", i % 1000, i);
	buf_putc(&text, '}');
	node = parse(text.data);
	assert_int_equal(json_size(node), 1000);
	assert_int_equal(json_int(node, "k0", -1), 2000);
	assert_int_equal(json_int(node, "k999", -1), 2999);
	assert_string_equal(node->child->string, "k0");
	assert_string_equal(node->child->prev->string, "k999");
}

static void test_prefix(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	const char *text = " {\"a\":1}\n{\"b\":[2]} {\"c";
	cJSON *node = NULL;
	size_t used = 0;

	(void)state;
	assert_int_equal(json_parse_prefix(text, strlen(text), NULL, &node, &used, &err), 0);
	assert_int_equal(used, 8);
	assert_prints(node, JSON_COMPACT, "{\"a\":1}");
	cJSON_Delete(node);
	text += used;
	assert_int_equal(json_parse_prefix(text, strlen(text), NULL, &node, &used, &err), 0);
	assert_int_equal(used, 10);
	cJSON_Delete(node);
	text += used;
	/* the rest is not whole yet: no value, no error */
	assert_int_equal(json_parse_prefix(text, strlen(text), NULL, &node, &used, &err), 0);
	assert_int_equal(used, 0);
	assert_null(node);
	assert_null(err.message);
	assert_int_equal(json_parse_prefix("12", 2, NULL, &node, &used, &err), 0);
	assert_null(node);
	assert_int_equal(json_parse_prefix("12 ", 3, NULL, &node, &used, &err), 0);
	assert_int_equal(used, 2);
	cJSON_Delete(node);
	assert_int_equal(json_parse_prefix("  \n", 3, NULL, &node, &used, &err), 0);
	assert_null(node);
	assert_int_equal(json_parse_prefix("{\"a\":x", 6, NULL, &node, &used, &err), -1);
	assert_string_equal(err.message, "invalid character 'x' looking for beginning of value");
}

/* Every cut of a text is incomplete, none is a fault. */
static void test_every_cut(void **state)
{
	static const char text[] = "{\"a\":[1.5e+3,true,null,\"x\\u00e9\\ud83d\\ude00\\n\xc3\xa9\"],\"b\":{\"c\":-0}}";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_free_ char *cut = n ? memcpy(xmalloc(n), text, n) : NULL; /* nothing readable behind it */
		cJSON *node = NULL;
		size_t used = 9;

		assert_int_equal(json_parse_prefix(cut ? cut : "", n, NULL, &node, &used, &err), 0);
		assert_int_equal(used, 0);
		assert_null(node);
	}
}

static void test_styles(void **state)
{
	_cleanup_json_ cJSON *node = parse("{\"b\":[1,{\"y\":[],\"x\":{}}],\"a\":\"<&>\",\"n\":1.0}");

	(void)state;
	assert_prints(node, JSON_COMPACT, "{\"b\":[1,{\"y\":[],\"x\":{}}],\"a\":\"<&>\",\"n\":1.0}");
	assert_prints(node, JSON_INDENT4 | JSON_SORT_KEYS | JSON_ESCAPE_HTML,
	              "{\n"
	              "    \"a\": \"\\u003c\\u0026\\u003e\",\n"
	              "    \"b\": [\n"
	              "        1,\n"
	              "        {\n"
	              "            \"x\": {},\n"
	              "            \"y\": []\n"
	              "        }\n"
	              "    ],\n"
	              "    \"n\": 1.0\n"
	              "}");
	assert_prints(json_get(node, "b"), JSON_INDENT2, "[\n  1,\n  {\n    \"y\": [],\n    \"x\": {}\n  }\n]");
	assert_prints(NULL, JSON_COMPACT, "null");
}

/* What kubectl -o json makes of numbers in a file. */
static void test_go_numbers(void **state)
{
	static const char *const cases[][2] = {
	        {"1", "1"},
	        {"1.0", "1"},
	        {"1e3", "1000"},
	        {"-0", "0"},
	        {"-0.0", "-0"},
	        {"1.50", "1.5"},
	        {"12345678901234567890", "12345678901234567000"},
	        {"9223372036854775807", "9223372036854775807"},
	        {"1e21", "1e+21"},
	        {"1e20", "100000000000000000000"},
	        {"0.000001", "0.000001"},
	        {"0.0000001", "1e-7"},
	        {"123456789012345678901234567890", "1.2345678901234568e+29"},
	        {"1234567.5", "1234567.5"},
	        {"1e-10", "1e-10"},
	        {"5e-324", "5e-324"},
	        {"1.7976931348623157e308", "1.7976931348623157e+308"},
	        {"1e999", "1e999"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *node = parse(cases[i][0]);

		assert_prints(node, JSON_COMPACT | JSON_GO_NUMBERS, cases[i][1]);
	}
}

static void test_reading(void **state)
{
	_cleanup_json_ cJSON *node = parse("{\"s\":\"x\",\"i\":9223372036854775807,\"b\":true,\"n\":null,"
	                                   "\"o\":{\"p\":{\"q\":\"deep\",\"i\":-7}},\"a\":[1,2,3]}");

	(void)state;
	assert_string_equal(json_string(node, "s"), "x");
	assert_null(json_string(node, "S"));
	assert_null(json_string(node, "i"));
	assert_null(json_string(NULL, "s"));
	assert_string_equal(json_path_string(node, "o", "p", "q", NULL), "deep");
	assert_null(json_path_string(node, "o", "x", "q", NULL));
	assert_null(json_path_string(node, "s", "x", NULL));
	assert_ptr_equal(json_path(node, NULL), node);
	assert_true(json_int(node, "i", 0) == INT64_MAX);
	assert_int_equal(json_int(node, "s", 5), 5);
	assert_int_equal(json_path_int(node, 0, "o", "p", "i", NULL), -7);
	assert_int_equal(json_path_int(node, 3, "o", "x", NULL), 3);
	assert_true(json_bool(node, "b", false));
	assert_true(json_bool(node, "n", true));
	assert_false(json_bool(node, "n", false));
	assert_int_equal(json_size(json_get(node, "a")), 3);
	assert_int_equal(json_size(node), 6);
	assert_int_equal(json_size(json_get(node, "s")), 0);
	assert_int_equal(json_size(NULL), 0);
	assert_false(json_is_object(NULL));
}

static void test_node_int(void **state)
{
	static const struct {
		const char *text;
		bool whole;
		int64_t value;
	} cases[] = {
	        {"0", true, 0},
	        {"-0", true, 0},
	        {"1.0", true, 1},
	        {"1e3", true, 1000},
	        {"1.5e1", true, 15},
	        {"1200e-2", true, 12},
	        {"-9223372036854775808", true, INT64_MIN},
	        {"0e999999", true, 0},
	        {"9223372036854775808", false, 0},
	        {"1.5", false, 0},
	        {"1e19", false, 0},
	        {"1e-1", false, 0},
	        {"1e99999999999999999999", false, 0},
	        {"9223372036854775807.0", true, INT64_MAX},
	        {"9223372036854775808.0", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *node = parse(cases[i].text);
		int64_t value = 0;

		assert_int_equal(json_node_int(node, &value), cases[i].whole);
		assert_true(value == cases[i].value);
	}
	assert_false(json_node_int(NULL, &(int64_t){0}));
}

static void test_equal(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
	        {"1", "1.0", true},
	        {"1e3", "1000", true},
	        {"0", "-0.0", true},
	        {"1", "2", false},
	        {"9007199254740993", "9007199254740992", false},
	        {"0.1", "0.10", true},
	        {"-1", "1", false},
	        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
	        {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
	        {"{\"a\":1}", "{\"b\":1}", false},
	        {"[1,2]", "[2,1]", false},
	        {"[1]", "[1,1]", false},
	        {"\"a\"", "\"a\"", true},
	        {"\"1\"", "1", false},
	        {"null", "false", false},
	        {"true", "true", true},
	        {"{}", "[]", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *a = parse(cases[i].a), *b = parse(cases[i].b);

		assert_int_equal(json_equal(a, b), cases[i].equal);
		assert_int_equal(json_equal(b, a), cases[i].equal);
	}
	assert_true(json_equal(NULL, NULL));
	assert_false(json_equal(NULL, json_get(NULL, "x") ?: &(cJSON){.type = cJSON_NULL}));
}

static void test_changing(void **state)
{
	_cleanup_json_ cJSON *node = parse("{\"a\":1,\"b\":2,\"n\":null}");

	(void)state;
	json_set_string(node, "a", "x");
	json_set_int(node, "c", INT64_MIN);
	json_set_bool(node, "b", true);
	assert_prints(node, JSON_COMPACT, "{\"a\":\"x\",\"b\":true,\"n\":null,\"c\":-9223372036854775808}");
	/* a member's own name as the key */
	json_set(node, node->child->string, json_new_array());
	json_append_string(json_get(node, "a"), "y");
	json_append(json_get(node, "a"), json_new_number("1.50"));
	assert_non_null(json_ensure_object(node, "n"));
	assert_null(json_ensure_object(node, "a"));
	assert_ptr_equal(json_ensure_array(node, "a"), json_get(node, "a"));
	json_set_string(json_ensure_object(node, "new"), "k", "v");
	json_set_string(node, "b", NULL);
	json_remove(node, "c");
	json_remove(node, "not there");
	assert_prints(node, JSON_COMPACT, "{\"a\":[\"y\",1.50],\"n\":{},\"new\":{\"k\":\"v\"}}");
	/* the last member goes, another comes */
	json_remove(node, "new");
	json_set_int(node, "z", 1);
	assert_prints(node, JSON_COMPACT, "{\"a\":[\"y\",1.50],\"n\":{},\"z\":1}");
}

static void test_set_after(void **state)
{
	static const char *const order[] = {"a", "b", "x", NULL}, *const none[] = {NULL};
	static const struct {
		const char *object, *const *order, *expected;
	} cases[] = {
		{"{}", order, "{\"n\":1}"},
		{"{\"a\":0,\"c\":0}", order, "{\"a\":0,\"n\":1,\"c\":0}"},
		{"{\"c\":0,\"b\":0,\"a\":0}", order, "{\"c\":0,\"b\":0,\"a\":0,\"n\":1}"},
		{"{\"c\":0,\"d\":0}", order, "{\"n\":1,\"c\":0,\"d\":0}"},
		{"{\"c\":0,\"n\":0,\"a\":0}", order, "{\"c\":0,\"n\":1,\"a\":0}"},
		{"{\"a\":0}", none, "{\"n\":1,\"a\":0}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *object = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf text = BUF_INIT;

		assert_int_equal(json_parse(cases[i].object, strlen(cases[i].object), NULL, &object, &err), 0);
		json_set_after(object, "n", json_new_int(1), cases[i].order);
		json_print(&text, object, JSON_COMPACT);
		assert_string_equal(text.data, cases[i].expected);
		json_set_after(object, "n", NULL, cases[i].order);
		assert_null(json_get(object, "n"));
	}
}

static void test_copy_and_sort(void **state)
{
	static const char text[] = "{\"b\":{\"z\":1,\"y\":[{\"d\":1,\"c\":2.0}]},\"a\":\"x\"}";
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *copy = NULL;
	struct arena arena = {0};
	const cJSON *node;

	(void)state;
	assert_int_equal(json_parse_arena(text, strlen(text), NULL, &arena, &node, &err), 0);
	copy = json_copy(node);
	arena_release(&arena);
	assert_prints(copy, JSON_COMPACT, text);
	json_sort_keys(copy);
	assert_prints(copy, JSON_COMPACT, "{\"a\":\"x\",\"b\":{\"y\":[{\"c\":2.0,\"d\":1}],\"z\":1}}");
	json_set_int(copy, "c", 1);
	assert_prints(copy, JSON_COMPACT, "{\"a\":\"x\",\"b\":{\"y\":[{\"c\":2.0,\"d\":1}],\"z\":1},\"c\":1}");
	assert_null(json_copy(NULL));
}

static void test_literal(void **state)
{
	_cleanup_json_ cJSON *node =
	        json_parse_literal("{\"a\":\"%s\",\"b\":%d,\"c\":%lld,\"d\":\"100%%\"}", "q\"\\\n", -1, 1LL << 60);

	(void)state;
	assert_prints(node, JSON_COMPACT, "{\"a\":\"q\\\"\\\\\\n\",\"b\":-1,\"c\":1152921504606846976,\"d\":\"100%\"}");
}

static void test_prune_nulls(void **state)
{
	static const char text[] = "{\"a\":null,\"b\":{\"c\":null,\"d\":[null,{\"e\":null}]}}";
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	(void)state;
	assert_int_equal(json_parse(text, sizeof(text) - 1, NULL, &tree, &err), 0);
	json_prune_nulls(tree);
	json_print(&out, tree, JSON_COMPACT);
	assert_string_equal(out.data, "{\"b\":{\"d\":[null,{}]}}");
}

static void test_indent(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"{}", "{}"},
		{" [ ] ", "[] "},
		{"{\"b\":1.0,\"a\":[1,{\"c\":{ }},[\"\\u003c\"]]}\n",
		 "{\n  \"b\": 1.0,\n  \"a\": [\n    1,\n    {\n      \"c\": {}\n    },\n    [\n      \"\\u003c\"\n    ]\n  ]\n}\n"},
		{"\"a,{\\\"}:\"", "\"a,{\\\"}:\""},
		{"{ \"a\" : null , \"b\" : true }", "{\n  \"a\": null,\n  \"b\": true\n}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		json_indent(&out, cases[i].text);
		assert_string_equal(out.data, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_syntax_errors),
	        cmocka_unit_test(test_named_errors),    cmocka_unit_test(test_depth),
	        cmocka_unit_test(test_many_duplicates), cmocka_unit_test(test_prefix),
	        cmocka_unit_test(test_every_cut),       cmocka_unit_test(test_styles),
	        cmocka_unit_test(test_go_numbers),      cmocka_unit_test(test_reading),
	        cmocka_unit_test(test_node_int),        cmocka_unit_test(test_equal),
	        cmocka_unit_test(test_changing),        cmocka_unit_test(test_copy_and_sort),
	        cmocka_unit_test(test_literal),
		cmocka_unit_test(test_indent),
		cmocka_unit_test(test_prune_nulls),
		cmocka_unit_test(test_set_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
