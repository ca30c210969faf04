#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/library.h"

static const char *const files[] = {"libm.so.6", NULL};
static const char *const absent[] = {"libkubec-absent.so.1", "libkubec-absent.so", NULL};
static const char *const functions[] = {"cos", "no_such_function"};

static void test_loaded(void **state)
{
	const struct library l = {.name = "libm", .files = files, .functions = functions, .count = 1};
	_cleanup_error_ struct error err = ERROR_INIT;
	union {
		double (*cosine)(double);
		void *slots[1];
	} found;

	(void)state;
	assert_int_equal(library_load(&l, found.slots, &err), 0);
	assert_true(found.cosine(0) == 1);
}

static void test_refused(void **state)
{
	struct library l = {.name = "libm", .files = files, .functions = functions, .count = 2};
	_cleanup_error_ struct error err = ERROR_INIT;
	void *slots[2];

	(void)state;
	assert_int_equal(library_load(&l, slots, &err), -1);
	assert_string_equal(err.message, "the installed libm cannot be used: it has no no_such_function");
	error_release(&err);
	l.version = "libm 3";
	assert_int_equal(library_load(&l, slots, &err), -1);
	assert_string_equal(err.message,
			    "the installed libm cannot be used: it has no no_such_function (libm 3 is needed)");
	error_release(&err);
	l = (struct library){.name = "x", .files = absent, .purpose = "to y", .hint = "Install it."};
	assert_int_equal(library_load(&l, slots, &err), -1);
	assert_string_equal(err.message, "x is needed to y, but could not be loaded: libkubec-absent.so.1: cannot open "
					 "shared object file: No such file or directory");
	assert_string_equal(err.hint, "Install it.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_loaded), cmocka_unit_test(test_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
