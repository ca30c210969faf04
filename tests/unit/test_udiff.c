#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/udiff.h"
#include "udiff_cases.h"

static void test_hunks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		bool differ = udiff(&out, cases[i].a, strlen(cases[i].a), cases[i].b, strlen(cases[i].b));

		assert_string_equal(out.data, cases[i].hunks);
		assert_int_equal(differ, strcmp(cases[i].a, cases[i].b) != 0);
	}
}

/* Thousands of lines that all moved: the search gives up on the shortest script, and still ends soon with a true one. */
static void test_many_differences(void **state)
{
	_cleanup_buf_ struct buf a = BUF_INIT, b = BUF_INIT, out = BUF_INIT;
	size_t removed = 0, added = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		buf_printf(&a, "line %d\n", i % 9973);
		buf_printf(&b, "line %d\n", (i * 7919) % 9973);
	}
	assert_true(udiff(&out, a.data, a.len, b.data, b.len));
	for (const char *line = out.data; *line; line = strchr(line, '\n') + 1) {
		removed += *line == '-';
		added += *line == '+';
	}
	assert_int_equal(removed, added);
	assert_true(removed > 0 && removed <= 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_hunks), cmocka_unit_test(test_many_differences)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
