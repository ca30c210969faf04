#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/selector.h"

static cJSON *parse(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;

	if (json_parse(text, strlen(text), NULL, &node, &err))
		fail_msg("%s: %s", text, err.message);
	return node;
}

static void test_canonical(void **state)
{
	static const char *const cases[][2] = {
	        {"", ""},
	        {"  ", ""},
	        {"a=b", "a=b"},
	        {" a == b ", "a==b"},
	        {"b=1,a=2", "a=2,b=1"},
	        {"a!=b", "a!=b"},
	        {"a", "a"},
	        {"!a", "!a"},
	        {"a in (y,x,y)", "a in (x,y)"},
	        {"a notin (x)", "a notin (x)"},
	        {"a in ()", "a in ()"},
	        {"a in (,)", "a in ()"},
	        {"a in (x,,y)", "a in (,x,y)"},
	        {"a=", "a="},
	        {"a=,b=c", "a=,b=c"},
	        {"a>5", "a>5"},
	        {"a<5", "a<5"},
	        {"in in (in,notin)", "in in (in,notin)"},
	        {"a=in", "a=in"},
	        {"x.io/a=b", "x.io/a=b"},
	        {"a=1,a=2", "a=1,a=2"},
	        {"!a,b", "!a,b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_(selector_free_p) struct selector *s = NULL;

		if (selector_parse(cases[i][0], &s, &err))
			fail_msg("%s: %s", cases[i][0], err.message);
		selector_format(&out, s);
		assert_string_equal(out.data, cases[i][1]);
	}
}

#define NAME                                                                                                           \
	"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "          \
	"alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "           \
	"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
#define VALUE                                                                                                          \
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "      \
	"start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "   \
	"validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
#define SUBDOMAIN                                                                                                      \
	"prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "  \
	"and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "     \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
#define PARSE "unable to parse requirement: "

static void test_refused(void **state)
{
	static const char *const cases[][2] = {
	        {"a=b,", "found '', expected: identifier after ','"},
	        {",", "found ',', expected: !, identifier, or 'end of string'"},
	        {"=x", "found '=', expected: !, identifier, or 'end of string'"},
	        {"a=b,,c=d", "found ',', expected: identifier after ','"},
	        {"a=b c", "found 'c', expected: ',' or 'end of string'"},
	        {"a=b!", "found '!', expected: ',' or 'end of string'"},
	        {"!a=b", "found '=', expected: ',' or 'end of string'"},
	        {"a in (b) c", "found 'c', expected: ',' or 'end of string'"},
	        {"a in (b))", "found ')', expected: ',' or 'end of string'"},
	        {"!", PARSE "found '', expected: identifier"},
	        {"!!a", PARSE "found '!', expected: identifier"},
	        {"a b", PARSE "found 'b', expected: in, notin, =, ==, !=, gt, lt"},
	        {"a!b", PARSE "found '!', expected: in, notin, =, ==, !=, gt, lt"},
	        {"a in x", PARSE "found 'x' expected: '('"},
	        {"a in (", PARSE "found '', expected: ',', ')' or identifier"},
	        {"a in (x", PARSE "found '', expected: ',' or ')'"},
	        {"a in (x,", PARSE "found '', expected: ',', or identifier"},
	        {"a in (x=y)", PARSE "found '=', expected: ',' or ')'"},
	        {"a=(b)", PARSE "found '(', expected: identifier"},
	        {"a>x",
	         PARSE "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"},
	        {"a<5.5",
	         PARSE "values[0]: Invalid value: \"5.5\": for 'Gt', 'Lt' operators, the value must be an integer"},
	        {"a=-b", PARSE "values[0][a]: Invalid value: \"-b\": " VALUE},
	        {"a in (-x,-y)", PARSE "[values[0][a]: Invalid value: \"-x\": " VALUE
	                               ", values[1][a]: Invalid value: \"-y\": " VALUE "]"},
	        {"-a=b", PARSE "<nil>: Invalid value: \"-a\": " NAME},
	        {"/a=b", PARSE "<nil>: Invalid value: \"/a\": prefix part must be non-empty"},
	        {"x/=b", PARSE "<nil>: Invalid value: \"x/\": name part must be non-empty; " NAME},
	        {"A.b/c", PARSE "<nil>: Invalid value: \"A.b/c\": " SUBDOMAIN},
	        {"a..b/c", PARSE "<nil>: Invalid value: \"a..b/c\": " SUBDOMAIN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct selector *s = NULL;

		assert_int_equal(selector_parse(cases[i][0], &s, &err), -1);
		assert_int_equal(err.class, ERROR_PARSE);
		assert_string_equal(err.message, cases[i][1]);
		assert_null(s);
	}
}

static void test_lengths(void **state)
{
	_cleanup_buf_ struct buf name = BUF_INIT, why = BUF_INIT;

	(void)state;
	buf_pad(&name, 'a', 63);
	assert_true(label_key_valid(name.data, &why));
	assert_true(label_value_valid(name.data, &why));
	buf_putc(&name, 'a');
	assert_false(label_key_valid(name.data, &why));
	assert_string_equal(why.data, "name part must be no more than 63 bytes");
	buf_clear(&why);
	assert_false(label_value_valid(name.data, &why));
	assert_string_equal(why.data, "must be no more than 63 bytes");
	buf_clear(&why);
	buf_pad(&name, 'a', 189);
	buf_puts(&name, "/x");
	assert_true(label_key_valid(name.data, &why));
	assert_true(label_key_valid("a-b.c-d/E_f.g", &why));
	assert_true(label_value_valid("", &why));
	assert_false(label_key_valid("a/b/c", &why));
	assert_string_equal(why.data,
	                    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must "
	                    "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
	                    "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with "
	                    "an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
}

static void test_matches(void **state)
{
	static const struct {
		const char *selector;
		bool matches, matches_none;
	} cases[] = {
	        {"", true, true},
	        {"a=b", true, false},
	        {"a==c", false, false},
	        {"a!=b", false, true},
	        {"a!=c", true, true},
	        {"z!=b", true, true},
	        {"a", true, false},
	        {"!a", false, true},
	        {"z", false, false},
	        {"!z", true, true},
	        {"a in (b,c)", true, false},
	        {"a in (c)", false, false},
	        {"a notin (b)", false, true},
	        {"a notin (c)", true, true},
	        {"n>4", true, false},
	        {"n>5", false, false},
	        {"n<6", true, false},
	        {"a>1", false, false},
	        {"z<1", false, false},
	        {"a=b,n=5", true, false},
	        {"a=b,n=6", false, false},
	        {"e=", true, false},
	        {"z=", false, false},
	};
	_cleanup_json_ cJSON *labels = parse("{\"a\":\"b\",\"n\":\"5\",\"e\":\"\"}");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_(selector_free_p) struct selector *s = NULL;

		assert_int_equal(selector_parse(cases[i].selector, &s, &err), 0);
		assert_int_equal(selector_matches(s, labels), cases[i].matches);
		assert_int_equal(selector_matches(s, NULL), cases[i].matches_none);
	}
}

static void test_from_object(void **state)
{
	static const char *const cases[][2] = {
	        {"{}", ""},
	        {"null", ""},
	        {"{\"app\":\"x\",\"a\":\"y\"}", "a=y,app=x"},
	        {"{\"matchLabels\":{\"b\":\"1\",\"a\":\"2\"}}", "a=2,b=1"},
	        {"{\"matchLabels\":\"plain\"}", "matchLabels=plain"},
	        {"{\"matchLabels\":{\"b\":\"1\"},\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":["
	         "\"y\","
	         "\"x\"]},{\"key\":\"c\",\"operator\":\"DoesNotExist\"},{\"key\":\"d\",\"operator\":\"Exists\"},"
	         "{\"key\":\"e\",\"operator\":\"NotIn\",\"values\":[\"z\"]}]}",
	         "a in (x,y),b=1,!c,d,e notin (z)"},
	};
	static const char *const refused[][2] = {
	        {"{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Gt\",\"values\":[\"1\"]}]}",
	         "\"Gt\" is not a valid label selector operator"},
	        {"{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}",
	         "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty"},
	        {"{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"x\"]}]}",
	         "values: Invalid value: [\"x\"]: values set must be empty for exists and does not exist"},
	        {"{\"-a\":\"b\"}", "key: Invalid value: \"-a\": " NAME},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_json_ cJSON *node = parse(cases[i][0]);

		assert_int_equal(selector_from_object(node, &out, &err), 0);
		assert_string_equal(out.data, cases[i][1]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_json_ cJSON *node = parse(refused[i][0]);

		assert_int_equal(selector_from_object(node, &out, &err), -1);
		assert_string_equal(err.message, refused[i][1]);
		assert_string_equal(out.data, "");
	}
}

static void test_labels(void **state)
{
	static const char *const refused[][2] = {
	        {"", "no label spec passed"},
	        {"a", "unexpected label spec: a"},
	        {"a=b=c", "unexpected label spec: a=b=c"},
	        {"a=b,", "unexpected label spec: "},
	        {"=b", "unexpected empty label key"},
	};
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *labels = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(labels_parse("b=1,a=,b=2", &labels, &err), 0);
	json_print(&out, labels, JSON_COMPACT);
	assert_string_equal(out.data, "{\"b\":\"2\",\"a\":\"\"}");
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		cJSON *none = NULL;

		assert_int_equal(labels_parse(refused[i][0], &none, &err), -1);
		assert_string_equal(err.message, refused[i][1]);
		assert_null(none);
	}
}

static void test_to_object(void **state)
{
	static const char *const cases[][2] = {
		{"b=c,a==d", "{\"matchLabels\":{\"a\":\"d\",\"b\":\"c\"}}"},
		{"!d,a in (c,b)", "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\",\"c\"]},"
				  "{\"key\":\"d\",\"operator\":\"DoesNotExist\"}]}"},
		{"a!=b", "\"!=\" is not a valid label selector operator"},
		{"a<1", "\"lt\" isn't supported in label selectors"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(selector_free_p) struct selector *s = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *object = NULL;
		_cleanup_buf_ struct buf out = BUF_INIT;

		assert_int_equal(selector_parse(cases[i][0], &s, &err), 0);
		if (selector_to_object(s, &object, &err))
			buf_puts(&out, err.message);
		else
			json_print(&out, object, JSON_COMPACT);
		assert_string_equal(out.data, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_canonical), cmocka_unit_test(test_refused),     cmocka_unit_test(test_lengths),
	        cmocka_unit_test(test_matches),   cmocka_unit_test(test_from_object), cmocka_unit_test(test_labels),
	        cmocka_unit_test(test_to_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
