#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gotemplate.h"
#include "gotemplate_cases.h"

static void test_cases(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;

	(void)state;
	assert_int_equal(json_parse(object_text, strlen(object_text), NULL, &object, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(gotemplate_free_p) struct gotemplate *template = NULL;
		_cleanup_error_ struct error fault = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;

		if (!gotemplate_parse(cases[i][0], &template, &fault))
			gotemplate_run(template, object, true, &out, &fault);
		if (strcmp(out.data, cases[i][1]))
			fail_msg("%s\nprints\n%s\nnot\n%s", cases[i][0], out.data, cases[i][1]);
		if (!str_equal(fault.message, cases[i][2]))
			fail_msg("%s\nfails: %s\nnot: %s", cases[i][0], fault.message, cases[i][2]);
	}
}

static void run(const char *text, bool allow_missing, const char *object, struct buf *out, struct error *err)
{
	_cleanup_(gotemplate_free_p) struct gotemplate *template = NULL;
	_cleanup_json_ cJSON *node = NULL;

	assert_int_equal(json_parse(object, strlen(object), NULL, &node, err), 0);
	assert_int_equal(gotemplate_parse(text, &template, err), 0);
	gotemplate_run(template, node, allow_missing, out, err);
}

static void test_missing_keys(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	run("a{{.b}}", false, "{}", &out, &err);
	assert_string_equal(out.data, "a");
	assert_string_equal(err.message,
	                    "template: output:1:3: executing \"output\" at <.b>: map has no entry for key \"b\"");
	buf_clear(&out);
	error_release(&err);
	run("{{.b}} {{.b.c}}", true, "{}", &out, &err);
	assert_string_equal(out.data, "<no value> <no value>");
	assert_null(err.message);
}

/* null is there, but nothing is below it. */
static void test_null(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	run("{{.n}}\n{{.}}\n{{.n.x}}", true, "{\"n\":null}", &out, &err);
	assert_string_equal(out.data, "<no value>\nmap[n:<nil>]\n");
	assert_string_equal(err.message, "template: output:3:4: executing \"output\" at <.n.x>: nil pointer evaluating "
	                                 "interface {}.x");
}

static void test_recursion(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT, text = BUF_INIT;
	struct gotemplate *template = NULL;

	(void)state;
	run("{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", true, "{}", &out, &err);
	assert_string_equal(err.message,
	                    "template: output:1:25: executing \"a\" at <{{template \"a\"}}>: exceeded maximum "
	                    "template depth (100000)");
	buf_puts(&text, "{{");
	buf_pad(&text, '(', 10000);
	assert_int_equal(gotemplate_parse(text.data, &template, &err), -1);
	assert_string_equal(err.message, "template: output:1: max expression depth exceeded");
}

/* A number that a server sends does not keep the program busy for years. */
static void test_endless_range(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	run("{{range .n}}{{break}}{{end}}{{range 3}}{{.}}{{end}}", true, "{\"n\":9007199254740993}", &out, &err);
	assert_string_equal(out.data, "012");
	assert_null(err.message);
	run("{{range .n}}{{end}}", true, "{\"n\":9007199254740993}", &out, &err);
	assert_string_equal(err.message, "template: output:1:8: executing \"output\" at <.n>: ranges over numbers take "
	                                 "more than 131072 turns");
}

/* Every cut of a template is read or refused. */
static void test_every_cut(void **state)
{
	static const char text[] =
	        "a {{- range $i, $c := (index .x 0).y -}} {{printf \"%d\" $i | len}}{{else}}{{with .z}}"
	        "{{template \"t\" .}}{{end}}{{end}}{{define \"t\"}}{{/* c */}}'{{'x'}}{{`r`}}{{end}}";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		_cleanup_(gotemplate_free_p) struct gotemplate *template = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_free_ char *cut = xstrndup(text, n);
		int status = gotemplate_parse(cut, &template, &err);

		assert_int_equal(status, err.message ? -1 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cases),     cmocka_unit_test(test_missing_keys), cmocka_unit_test(test_null),
	        cmocka_unit_test(test_endless_range), cmocka_unit_test(test_recursion), cmocka_unit_test(test_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
