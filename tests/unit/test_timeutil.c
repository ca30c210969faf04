#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timeutil.h"

/* Results of Go's time package for the same text. */
static void test_duration_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
		const char *printed;
	} cases[] = {
	        {"0", 0, "0s"},
	        {"-0", 0, "0s"},
	        {"+5s", 5 * SECOND, "5s"},
	        {"1h", HOUR, "1h0m0s"},
	        {"1h2m3.5s", HOUR + 2 * MINUTE + 3500 * MILLISECOND, "1h2m3.5s"},
	        {"-5ms", -5 * MILLISECOND, "-5ms"},
	        {"1.5h", 90 * MINUTE, "1h30m0s"},
	        {"100ns", 100, "100ns"},
	        {"1us", 1000, "1\xc2\xb5s"},
	        {"1\xc2\xb5s", 1000, "1\xc2\xb5s"},
	        {"1\xce\xbcs", 1000, "1\xc2\xb5s"},
	        {"1.234567891s", 1234567891, "1.234567891s"},
	        {"1.2345678915s", 1234567891, "1.234567891s"},
	        {".5s", 500 * MILLISECOND, "500ms"},
	        {"1.s", SECOND, "1s"},
	        {"9223372036854775807ns", INT64_MAX, "2562047h47m16.854775807s"},
	        {"-9223372036854775808ns", INT64_MIN, "-2562047h47m16.854775808s"},
	        {"10m0s", 10 * MINUTE, "10m0s"},
	        {"0.000000001s", 1, "1ns"},
	        {"3h30m", 210 * MINUTE, "3h30m0s"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		int64_t d = -1;

		assert_int_equal(duration_parse(cases[i].text, &d, &err), 0);
		assert_int_equal(d, cases[i].value);
		duration_format(&out, d);
		assert_string_equal(out.data, cases[i].printed);
	}
}

static void test_duration_refused(void **state)
{
	static const char *const cases[][2] = {
	        {"", "time: invalid duration \"\""},
	        {"1", "time: missing unit in duration \"1\""},
	        {"1.5", "time: missing unit in duration \"1.5\""},
	        {"x", "time: invalid duration \"x\""},
	        {"-", "time: invalid duration \"-\""},
	        {"s", "time: invalid duration \"s\""},
	        {".s", "time: invalid duration \".s\""},
	        {"1x", "time: unknown unit \"x\" in duration \"1x\""},
	        {"1d", "time: unknown unit \"d\" in duration \"1d\""},
	        {"1 s", "time: unknown unit \" s\" in duration \"1 s\""},
	        {"1h\"", "time: unknown unit \"h\\\"\" in duration \"1h\\\"\""},
	        {"ab\x01", "time: invalid duration \"ab\\x01\""},
	        {"1\xc3\xa9", "time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\""},
	        {"9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""},
	        {"3000000h", "time: invalid duration \"3000000h\""},
	        {"99999999999999999999s", "time: invalid duration \"99999999999999999999s\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		int64_t d = 42;

		assert_int_equal(duration_parse(cases[i][0], &d, &err), -1);
		assert_int_equal(err.class, ERROR_PARSE);
		assert_string_equal(err.message, cases[i][1]);
		assert_int_equal(d, 42);
	}
}

static void test_age(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
	        {-2, "<invalid>"},
	        {-1, "0s"},
	        {0, "0s"},
	        {119, "119s"},
	        {120, "2m"},
	        {150, "2m30s"},
	        {599, "9m59s"},
	        {600, "10m"},
	        {3 * 3600 - 1, "179m"},
	        {3 * 3600, "3h"},
	        {3 * 3600 + 60, "3h1m"},
	        {8 * 3600 - 1, "7h59m"},
	        {8 * 3600, "8h"},
	        {48 * 3600 - 1, "47h"},
	        {48 * 3600, "2d"},
	        {48 * 3600 + 7200, "2d2h"},
	        {8 * 86400 - 1, "7d23h"},
	        {8 * 86400, "8d"},
	        {2 * 365 * 86400 - 1, "729d"},
	        {2 * 365 * 86400, "2y"},
	        {(2 * 365 + 30) * 86400, "2y30d"},
	        {8LL * 365 * 86400 - 1, "7y364d"},
	        {8LL * 365 * 86400, "8y"},
	        {100LL * 365 * 86400, "100y"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		duration_format_human(&out, cases[i].seconds * SECOND);
		assert_string_equal(out.data, cases[i].text);
	}
}

static void test_between(void **state)
{
	(void)state;
	assert_int_equal(duration_between(2 * SECOND, 5 * SECOND), 3 * SECOND);
	assert_int_equal(duration_between(-8394192000000000000, 1795366515437785619), INT64_MAX);
	assert_int_equal(duration_between(INT64_MAX, -2), INT64_MIN);
}

static void test_timestamp_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
		const char *printed;
	} cases[] = {
	        {"2026-11-22T12:44:18Z", 1795351458000000000, "2026-11-22T12:44:18Z"},
	        {"2026-11-22T12:44:18.5Z", 1795351458500000000, "2026-11-22T12:44:18Z"},
	        {"2026-11-22T12:44:18.123456789+02:00", 1795344258123456789, "2026-11-22T10:44:18Z"},
	        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
	        {"1969-12-31T23:59:59Z", -1000000000, "1969-12-31T23:59:59Z"},
	        {"1969-12-31T23:59:59.5Z", -500000000, "1969-12-31T23:59:59Z"},
	        {"2024-02-29T00:00:00-05:30", 1709184600000000000, "2024-02-29T05:30:00Z"},
	        {"1900-03-01T00:00:00Z", -2203891200000000000, "1900-03-01T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;
		int64_t t = -1;

		assert_int_equal(timestamp_parse(cases[i].text, &t, &err), 0);
		assert_int_equal(t, cases[i].value);
		timestamp_format(&out, t);
		assert_string_equal(out.data, cases[i].printed);
	}
}

static void test_timestamp_refused(void **state)
{
#define AS " as \"2006-01-02T15:04:05Z07:00\": cannot parse "
	static const char *const cases[][2] = {
	        {"", "parsing time \"\"" AS "\"\" as \"2006\""},
	        {"x", "parsing time \"x\"" AS "\"x\" as \"2006\""},
	        {"2023-01-01", "parsing time \"2023-01-01\"" AS "\"\" as \"T\""},
	        {"2023-01-01T00:00:00", "parsing time \"2023-01-01T00:00:00\"" AS "\"\" as \"Z07:00\""},
	        {"2023-1-01T00:00:00Z", "parsing time \"2023-1-01T00:00:00Z\"" AS "\"1-01T00:00:00Z\" as \"01\""},
	        {"2023-02-29T00:00:00Z", "parsing time \"2023-02-29T00:00:00Z\": day out of range"},
	        {"2023-13-01T00:00:00Z", "parsing time \"2023-13-01T00:00:00Z\": month out of range"},
	        {"2023-01-01T24:00:00Z", "parsing time \"2023-01-01T24:00:00Z\": hour out of range"},
	        {"2023-01-01T00:60:00Z", "parsing time \"2023-01-01T00:60:00Z\": minute out of range"},
	        {"2023-01-01T00:00:60Z", "parsing time \"2023-01-01T00:00:60Z\": second out of range"},
	        {"2023-01-01T00:00:00Zx", "parsing time \"2023-01-01T00:00:00Zx\": extra text: \"x\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		int64_t t;

		assert_int_equal(timestamp_parse(cases[i][0], &t, &err), -1);
		assert_string_equal(err.message, cases[i][1]);
	}
}

static void test_clocks(void **state)
{
	int64_t a = time_monotonic(), b = time_monotonic();

	(void)state;
	assert_true(b >= a);
	assert_true(time_now() > 1700000000 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_duration_parse),
	        cmocka_unit_test(test_duration_refused),
	        cmocka_unit_test(test_age),
	        cmocka_unit_test(test_between), cmocka_unit_test(test_timestamp_parse),
	        cmocka_unit_test(test_timestamp_refused),
	        cmocka_unit_test(test_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
