#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/yaml.h"
#include "yaml_cases.h"

static void test_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *node = NULL;
		_cleanup_buf_ struct buf out = BUF_INIT;

		if (yaml_parse(documents[i][0], strlen(documents[i][0]), NULL, 1, &node, &err)) {
			assert_int_equal(err.class, ERROR_PARSE);
			buf_puts(&out, err.message);
		} else {
			json_print(&out, node, JSON_SORT_KEYS | JSON_ESCAPE_HTML);
		}
		if (strcmp(out.data, documents[i][1]))
			fail_msg("%s\nis %s\nnot %s", documents[i][0], out.data, documents[i][1]);
	}
}

static void test_printing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(printed); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *node = NULL;
		_cleanup_buf_ struct buf out = BUF_INIT;

		assert_int_equal(json_parse(printed[i][0], strlen(printed[i][0]), NULL, &node, &err), 0);
		yaml_print(&out, node);
		if (strcmp(out.data, printed[i][1]))
			fail_msg("%s\nis\n%s\nnot\n%s", printed[i][0], out.data, printed[i][1]);
	}
}

/* What is printed reads back as the same value. */
static void test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(printed); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *before = NULL, *after = NULL;
		_cleanup_buf_ struct buf out = BUF_INIT;

		assert_int_equal(json_parse(printed[i][0], strlen(printed[i][0]), NULL, &before, &err), 0);
		yaml_print(&out, before);
		if (yaml_parse(out.data, out.len, NULL, 1, &after, &err))
			fail_msg("%s: %s", out.data, err.message);
		if (!json_equal(before, after))
			fail_msg("%s is not what was printed", out.data);
	}
}

/* kubectl takes every number through a float64 that no int64 holds. */
static void test_large_numbers(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *node = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;
	const char *text = "{\"a\":12345678901234567890,\"b\":123456789012345678901234567890,\"c\":-0.0}";

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), NULL, &node, &err), 0);
	yaml_print(&out, node);
	assert_string_equal(out.data, "a: 12345678901234567000\nb: 1.2345678901234568e+29\nc: 0\n");
}

static void test_strict(void **state)
{
	static const char text[] = "a: 1\nb: {c: 1, c: 2}\na: 3\n";
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *node = NULL;

	(void)state;
	assert_int_equal(yaml_parse_strict(text, strlen(text), "x.yaml", 1, &node, &err), -1);
	assert_string_equal(err.message,
	                    "error parsing x.yaml: error converting YAML to JSON: yaml: unmarshal errors:\n"
	                    "  line 2: key \"c\" already set in map\n"
	                    "  line 3: key \"a\" already set in map");
	assert_int_equal(yaml_parse(text, strlen(text), "x.yaml", 1, &node, &err), 0);
	assert_int_equal(json_int(node, "a", 0), 3);
}

static void test_names_and_lines(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	const char *text = "a: 1\nb: c: d\n";
	cJSON *node = NULL;

	(void)state;
	assert_int_equal(yaml_parse(text, strlen(text), "x.yaml", 1, &node, &err), -1);
	assert_string_equal(err.message,
	                    "error parsing x.yaml: error converting YAML to JSON: yaml: line 2: mapping values "
	                    "are not allowed in this context");
	assert_null(err.hint);
	assert_int_equal(yaml_parse(text, strlen(text), "x.yaml", 7, &node, &err), -1);
	assert_string_equal(err.hint, "lines are counted from the document's beginning, line 7 of the input");
	text = "a: 1\n--- b\n";
	assert_int_equal(yaml_parse(text, strlen(text), "x.yaml", 1, &node, &err), -1);
	assert_string_equal(err.message, "error parsing x.yaml: invalid Yaml document separator: b");
	assert_int_equal(yaml_parse("a: \"x\\0\"\n", 9, NULL, 1, &node, &err), -1);
	assert_string_equal(err.message, "error converting YAML to JSON: yaml: line 1: string holds \\0, which no "
	                                 "Kubernetes object can");
}

/* Input that would grow without bound. */
static void test_bombs(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	cJSON *node = NULL;

	(void)state;
	buf_puts(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buf_printf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_printf(&text, "%s*a%d", k ? ", " : "", i - 1);
		buf_puts(&text, "]\n");
	}
	assert_int_equal(yaml_parse(text.data, text.len, NULL, 1, &node, &err), -1);
	assert_string_equal(err.message, "error converting YAML to JSON: yaml: document contains excessive aliasing");
	buf_clear(&text);
	buf_pad(&text, '[', 2000);
	assert_int_equal(yaml_parse(text.data, text.len, NULL, 1, &node, &err), -1);
	assert_string_equal(err.message, "error converting YAML to JSON: yaml: line 1: exceeded max depth of 512");
	assert_null(node);
}

static void test_split(void **state)
{
	static const struct {
		const char *text;
		struct {
			const char *text;
			size_t line;
		} documents[4];
	} cases[] = {
	        {"", {{NULL, 0}}},
	        {"a", {{"a", 1}}},
	        {"a\n---\nb\n", {{"a\n", 1}, {"b\n", 3}}},
	        {"---\na\n--- # c\nb\n---\n", {{"---\na\n", 1}, {"b\n", 4}}},
	        {"a\n\n---  \t\r\n\nb\n", {{"a\n\n", 1}, {"\nb\n", 4}}},
	        {"a\n---\n---\nb", {{"a\n", 1}, {"---\nb", 3}}},
	        /* what follows makes it part of the text, which yaml_parse refuses */
	        {"a\n--- b\nc\n", {{"a\n--- b\nc\n", 1}}},
	        {"a: |\n  ---\n  b\n---", {{"a: |\n  ---\n  b\n", 1}}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t offset = 0, line = 1, at, n, length = strlen(cases[i].text);
		const char *document;

		for (at = 0; yaml_next_document(cases[i].text, length, &offset, &line, &document, &n, &(size_t){0});
		     at++)
			;
		offset = 0;
		line = 1;
		for (size_t k = 0; k < ARRAY_SIZE(cases[i].documents) && cases[i].documents[k].text; k++, at--) {
			_cleanup_free_ char *copy = NULL;
			size_t first = 0;

			assert_true(yaml_next_document(cases[i].text, length, &offset, &line, &document, &n, &first));
			copy = xstrndup(document, n);
			assert_string_equal(copy, cases[i].documents[k].text);
			assert_int_equal(first, cases[i].documents[k].line);
		}
		assert_int_equal(at, 0);
		assert_false(yaml_next_document(cases[i].text, length, &offset, &line, &document, &n, &(size_t){0}));
	}
}

/* Every cut of a document is read or refused, never more. */
static void test_every_cut(void **state)
{
	static const char text[] = "a: &x {b: [1, \"q\\n\", 'z']}\n? c\n: |-\n  d\n   e\n<<: *x\nf: !!int 3 # g\n...\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *node = NULL;
		_cleanup_free_ char *cut = memcpy(xmalloc(n), text, n);
		int status = yaml_parse(cut, n, NULL, 1, &node, &err);

		assert_int_equal(status, err.message ? -1 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_documents),  cmocka_unit_test(test_printing),
	        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_large_numbers),
	        cmocka_unit_test(test_strict),     cmocka_unit_test(test_names_and_lines),
	        cmocka_unit_test(test_bombs),      cmocka_unit_test(test_split),
	        cmocka_unit_test(test_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
