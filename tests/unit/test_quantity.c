#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/quantity.h"

/* What kubectl prints of a quota with this amount. */
static void test_canonical(void **state)
{
	static const char *const cases[][2] = {
	        {"0", "0"},
	        {"1", "1"},
	        {"-1", "-1"},
	        {"+1", "+1"},
	        {"1500m", "1500m"},
	        {"1000m", "1"},
	        {"100m", "100m"},
	        {"0.1", "100m"},
	        {"0.5Gi", "512Mi"},
	        {"1.5Gi", "1536Mi"},
	        {"1024Mi", "1Gi"},
	        {"1025Mi", "1025Mi"},
	        {"1024Ki", "1Mi"},
	        {"1Ki", "1Ki"},
	        {"512Mi", "512Mi"},
	        {"1e3", "1e3"},
	        {"1E3", "1E3"},
	        {"1e-3", "1e-3"},
	        {"12e6", "12e6"},
	        {"1.5e3", "1500"},
	        {"100E", "100E"},
	        {"1Ei", "1Ei"},
	        {"16Ei", "9223372036854775807"},
	        {"1000", "1k"},
	        {"1000000", "1M"},
	        {"1500", "1500"},
	        {"1k", "1k"},
	        {"1000k", "1M"},
	        {"0.001", "1m"},
	        {"0.0001", "100u"},
	        {"1n", "1n"},
	        {"0.5n", "1n"},
	        {"1.5n", "2n"},
	        {"9223372036854775808", "9223372036854775808"},
	        {".5", "500m"},
	        {"1.", "1."},
	        {"0Gi", "0"},
	        {"00012", "00012"},
	        {"0.5Ki", "512"},
	        {"1.25Ki", "1280"},
	        {"e3", "0"},
	        {"1e+3", "1e+3"},
	        {"-", "0"},
	        {".", "0"},
	        {"5G", "5G"},
	        {"1.23456789Gi", "1325607178060431360n"},
	        {"0.0000000001", "1n"},
	        {"1e20", "100e18"},
	        {"1024", "1024"},
	        {"2048Ki", "2Mi"},
	        {"1000Ki", "1000Ki"},
	        {"-1500m", "-1500m"},
	        {"-0.5Gi", "-512Mi"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;

		assert_int_equal(quantity_canonicalize(cases[i][0], &out, &err), 0);
		assert_string_equal(out.data, cases[i][1]);
	}
}

static void test_refused(void **state)
{
#define FORMAT                                                                                                         \
	"quantities must match the regular expression "                                                                \
	"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
	static const char *const cases[][2] = {
	        {"", FORMAT},
	        {"x", FORMAT},
	        {"1x", FORMAT},
	        {"1.2.3", FORMAT},
	        {"1Zi", FORMAT},
	        {"1 ", FORMAT},
	        {"1Mi1", "unable to parse quantity's suffix"},
	        {"1e", "unable to parse quantity's suffix"},
	        {"1m5", "unable to parse quantity's suffix"},
	        {"1K", "unable to parse quantity's suffix"},
	        {"1e99999999999", "unable to parse quantity's suffix"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct quantity q;

		assert_int_equal(quantity_parse(cases[i][0], &q, &err), -1);
		assert_int_equal(err.class, ERROR_PARSE);
		assert_string_equal(err.message, cases[i][1]);
	}
}

static void test_compare(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
	        {"1", "1000m", 0}, {"1Gi", "1G", 1}, {"100m", "0.2", -1}, {"-1", "0", -1},    {"1e3", "1k", 0},
	        {"1Ei", "1Pi", 1}, {"1n", "0", 1},   {"1e30", "1e20", 1}, {"1024", "1Ki", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct quantity a, b;

		assert_int_equal(quantity_parse(cases[i].a, &a, &err), 0);
		assert_int_equal(quantity_parse(cases[i].b, &b, &err), 0);
		assert_int_equal(quantity_compare(&a, &b), cases[i].order);
		assert_int_equal(quantity_compare(&b, &a), -cases[i].order);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_canonical),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
