#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/explain.h"
#include "view/explain_text.h"

static const struct {
	const char *in, *out;
	size_t limit;
} wrap_cases[] = {
	{"", "", 5},
	{"one two three", "one\ntwo\nthree", 5},
	{"one two three", "one two\nthree", 8},
	{"a  b", "a  b", 5},
	{"one\ntwo", "one\ntwo", 10},
	{"exactly it", "exactly it", 10},
	{"unbreakable word", "unbreakable\nword", 6},
	{"one \n two", "one \n two", 5},
	{"abcde \nx", "abcde\nx", 5},
	{"end  ", "end  ", 5},
	{"ends  ", "ends", 5},
	{"a\xc2\xa0" "b cd", "a\xc2\xa0" "b\ncd", 4},
	{"\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9", 5},
};

static void wraps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrap_cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		text_wrap(&out, wrap_cases[i].in, wrap_cases[i].limit);
		assert_string_equal(out.data, wrap_cases[i].out);
	}
}

static void indents(void **state)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	text_indent(&out, "a\nb\n", 2);
	assert_string_equal(out.data, "  a\n  b\n  ");
}


static const struct {
	const char *in, *out;
} fill_cases[] = {
	{"", ""},
	{"one two three four", "  one two\n  three four\n"},
	{"one\ntwo", "  one two\n"},
	{"one\n\ntwo", "  one\n  two\n"},
	{"one\ntwo three\n\nfour", "  one two\n  three\n\n  four\n"},
	{"a:\nb", "  a:\n  b\n"},
	{"a\n- b\n* c\n1. d\n2 e", "  a\n  - b\n  * c\n  1. d\n  2 e\n"},
	{"a\n    code  here", "  a\n      code  here\n"},
	{"a\n-b", "  a -b\n"},
	{"unbreakableword x", "  unbreakableword\n  x\n"},
};

static void fills(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fill_cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		text_fill(&out, fill_cases[i].in, 10, 2);
		assert_string_equal(out.data, fill_cases[i].out);
	}
}

/* ---- documents ---------------------------------------------------------------------- */

static const char v3[] =
	"{\"paths\":{\"/apis/g.io/v1/namespaces/{namespace}/things/{name}\":{\"get\":{\"x-kubernetes-group-version-kind\":"
	"{\"group\":\"g.io\",\"kind\":\"Thing\",\"version\":\"v1\"}}}},\"components\":{\"schemas\":{\"io.g.Thing\":"
	"{\"description\":\"A thing.\",\"required\":[\"spec\"],\"externalDocs\":{\"url\":\"https://g.io\"},\"properties\":{"
	"\"spec\":{\"allOf\":[{\"$ref\":\"#/components/schemas/io.g.Spec\"}]},"
	"\"mode\":{\"type\":\"string\",\"enum\":[\"\",1,\"b\",\"c\",\"d\"],\"description\":\"How.\"},"
	"\"list\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/io.g.Size\"}}},"
	"\"x-kubernetes-group-version-kind\":[{\"group\":\"g.io\",\"kind\":\"Thing\",\"version\":\"v1\"}]},"
	"\"io.g.Size\":{\"type\":\"string\"},"
	"\"io.g.Spec\":{\"type\":\"object\",\"properties\":{\"again\":{\"$ref\":\"#/components/schemas/io.g.Spec\"},"
	"\"map\":{\"additionalProperties\":{\"type\":\"object\"}}}}}}}";

static int explain_text(const char *path, bool recursive, struct buf *out, struct error *err)
{
	_cleanup_vec_ struct vec fields = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *document = NULL;
	struct explain e = {.group = "g.io", .version = "v1", .resource = "things", .kind = "Thing", .recursive = recursive};

	vec_add_split(&fields, path, '.');
	e.fields = &fields;
	assert_int_equal(json_parse(v3, strlen(v3), NULL, &document, err), 0);
	return explain_v3(&e, document, out, err);
}

static const struct {
	const char *path;
	bool recursive;
	const char *out;
} v3_cases[] = {
	{"", false,
	 "GROUP:      g.io\nKIND:       Thing\nVERSION:    v1\n\nDESCRIPTION:\n    A thing.\n    \n\nEXTERNAL DOCS:\n"
	 "    URL: https://g.io\nFIELDS:\n  list\t<[]string>\n    <no description>\n\n  mode\t<string>\n"
	 "  enum: \"\", 1, b, c, ....\n    How.\n\n  spec\t<Spec> -required-\n    <no description>\n\n\n"},
	{"", true,
	 "GROUP:      g.io\nKIND:       Thing\nVERSION:    v1\n\nDESCRIPTION:\n    A thing.\n    \n\nEXTERNAL DOCS:\n"
	 "    URL: https://g.io\nFIELDS:\n  list\t<[]string>\n  mode\t<string>\n  enum: \"\", 1, b, c, ....\n"
	 "  spec\t<Spec> -required-\n    again\t<Spec>\n    map\t<map[string]Object>\n\n"},
	{"mode", false,
	 "GROUP:      g.io\nKIND:       Thing\nVERSION:    v1\n\nFIELD: mode <string>\nENUM:\n    \"\"\n    1\n    b\n    c\n"
	 "    d\n\nDESCRIPTION:\n    How.\n    \n\n"},
	{"spec.again.map", false,
	 "GROUP:      g.io\nKIND:       Thing\nVERSION:    v1\n\nFIELD: map <map[string]Object>\n\n\nDESCRIPTION:\n"
	 "    <empty>\n\n"},
};

static void explains(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v3_cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;

		assert_int_equal(explain_text(v3_cases[i].path, v3_cases[i].recursive, &out, &err), 0);
		assert_string_equal(out.data, v3_cases[i].out);
	}
}

static void tells_missing_fields(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(explain_text("spec.none.x", false, &out, &err), -1);
	assert_string_equal(err.message, "field \"x\" does not exist");
	assert_string_equal(out.data, "GROUP:      g.io\nKIND:       Thing\nVERSION:    v1\n\n");
}

/* What refers to itself without an end in sight must end all the same. */
static void ends_for_endless_schemas(void **state)
{
	static const char *const documents[] = {
		"{\"definitions\":{\"a\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/a\"},"
		"\"x-kubernetes-group-version-kind\":[{\"group\":\"\",\"kind\":\"A\",\"version\":\"v1\"}]}}}",
		"{\"definitions\":{\"a\":{\"$ref\":\"#/definitions/a\","
		"\"x-kubernetes-group-version-kind\":[{\"group\":\"\",\"kind\":\"A\",\"version\":\"v1\"}]}}}",
	};
	_cleanup_vec_ struct vec fields = VEC_OF_STRINGS;
	struct explain e = {.group = "", .version = "v1", .resource = "as", .kind = "A", .fields = &fields};

	(void)state;
	vec_add_string(&fields, "x");
	for (size_t i = 0; i < 2 * ARRAY_SIZE(documents); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_json_ cJSON *document = NULL;

		e.recursive = i % 2;
		assert_int_equal(json_parse(documents[i / 2], strlen(documents[i / 2]), NULL, &document, &err), 0);
		assert_int_equal(explain_v2(&e, document, &out, &err), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wraps),    cmocka_unit_test(indents),
		cmocka_unit_test(fills),    cmocka_unit_test(explains),
		cmocka_unit_test(tells_missing_fields), cmocka_unit_test(ends_for_endless_schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
