/* -o jsonpath and -o go-template beside the answers of kubectl 1.36: facts/templates.mjs wrote them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "view/printer.h"

/* What stands in a text for a dump of the object. */
static char *expand(const char *text, const cJSON *dumps)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	const cJSON *dump;

	while (*text) {
		const char *line = strstr(text, "\n\t\t$");

		buf_add(&out, text, line ? (size_t)(line - text) : strlen(text));
		if (!line)
			break;
		text = line + strlen("\n\t\t$");
		cJSON_ArrayForEach(dump, dumps) {
			if (str_starts(text, dump->string))
				break;
		}
		buf_printf(&out, "\n\t\t%s", dump ? dump->valuestring : "$");
		text += dump ? strlen(dump->string) : 0;
	}
	return buf_take(&out);
}

static void print_object(const cJSON *object, const char *output, bool allow_missing, struct buf *out,
                         struct buf *complaint)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	struct printer_options o = {.output = output, .allow_missing_template_keys = allow_missing};

	if (!printer_new(&o, NULL, &printer, &err) && !printer_print(printer, out, NULL, object, &err))
		return;
	buf_printf(complaint, "error: %s%s", err.message, str_ends(err.message, "\n") ? "" : "\n");
}

/* [format, template, options, out, err]; true where kubec answers so. */
static bool check_case(const cJSON *file, const cJSON *test)
{
	const char *column[5];
	_cleanup_buf_ struct buf out = BUF_INIT, complaint = BUF_INIT;
	_cleanup_free_ char *output = NULL, *expected_out = NULL, *expected_err = NULL;

	for (int i = 0; i < 5; i++)
		column[i] = cJSON_GetArrayItem(test, i)->valuestring;
	output = xasprintf("%s=%s", column[0], column[1]);
	expected_out = expand(column[3], json_get(file, "dumps"));
	expected_err = expand(column[4], json_get(file, "dumps"));
	/* --allow-missing-template-keys=false is the only option there is */
	print_object(json_get(file, "object"), output, !json_size(cJSON_GetArrayItem(test, 2)), &out, &complaint);
	if (str_equal(out.data, expected_out) && str_equal(complaint.data, expected_err))
		return true;
	print_message("-o '%s'\n  prints %s\n  kubectl %s\n  fails %s\n  kubectl %s\n", output, out.data, expected_out,
	              complaint.data, expected_err);
	return false;
}

static void check_file(const char *name, size_t least)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *file = NULL;
	const cJSON *test;
	size_t wrong = 0;

	if (file_read(name, SIZE_MAX, &text, &err) || json_parse(text.data, text.len, NULL, &file, &err))
		fail_msg("%s: %s", name, err.message);
	assert_true(json_size(json_get(file, "cases")) >= least);
	cJSON_ArrayForEach(test, json_get(file, "cases"))
		wrong += !check_case(file, test);
	if (wrong)
		fail_msg("%s: %zu of %zu differ", name, wrong, json_size(json_get(file, "cases")));
}

static void test_jsonpath(void **state)
{
	(void)state;
	check_file("tests/unit/facts/jsonpath.json", 250);
}

static void test_gotemplate(void **state)
{
	(void)state;
	check_file("tests/unit/facts/gotemplate.json", 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_jsonpath),
	        cmocka_unit_test(test_gotemplate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
