#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gonumber.h"
#include "data/utf8.h"

static void test_length(void **state)
{
	static const struct {
		const char *text;
		size_t n, length;
	} cases[] = {
	        {"a", 1, 1},
	        {"\xc3\xa9", 2, 2},
	        {"\xc3\xa9", 1, 0},
	        {"\xe2\x82\xac", 3, 3},
	        {"\xe2\x82", 2, 0},
	        {"\xf0\x9f\x98\x80", 4, 4},
	        {"\xf4\x8f\xbf\xbf", 4, 4},
	        {"\xf4\x90\x80\x80", 4, 0},
	        {"\x80", 1, 0},
	        {"\xc0\x80", 2, 0},
	        {"\xe0\x80\x80", 3, 0},
	        {"\xed\xa0\x80", 3, 0},
	        {"\xed\x9f\xbf", 3, 3},
	        {"\xf0\x80\x80\x80", 4, 0},
	        {"\xff", 1, 0},
	        {"\xc3(", 2, 0},
	        {"\xe2\x82(", 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t size = 0;

		assert_int_equal(utf8_length(cases[i].text, cases[i].n), cases[i].length);
		if (!cases[i].length)
			assert_int_equal(utf8_decode(cases[i].text, cases[i].n, &size), 0xfffd);
		else
			utf8_decode(cases[i].text, cases[i].n, &size);
		assert_int_equal(size, cases[i].length ? cases[i].length : 1);
	}
}

static void test_put_and_decode(void **state)
{
	static const uint32_t points[] = {0x1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		_cleanup_buf_ struct buf b = BUF_INIT;
		size_t size;

		utf8_put(&b, points[i]);
		assert_int_equal(utf8_decode(b.data, b.len, &size), points[i]);
		assert_int_equal(size, b.len);
	}
	for (size_t i = 0; i < 2; i++) {
		_cleanup_buf_ struct buf b = BUF_INIT;

		utf8_put(&b, (const uint32_t[]){0xd800, 0x110000}[i]);
		assert_string_equal(b.data, UTF8_REPLACEMENT);
	}
}

static void test_from_file(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} cases[] = {
	        {"plain \xc3\xa9", 8, "plain \xc3\xa9"},
	        {"\xef\xbb\xbfx", 4, "x"},
	        {"\xff\xfe"
	         "a\0\xac\x20",
	         6, "a\xe2\x82\xac"},
	        {"\xfe\xff\0a\xd8\x3d\xde\0", 8, "a\xf0\x9f\x98\x80"},
	        {"\xff\xfe"
	         "a\0b",
	         5, "a" UTF8_REPLACEMENT},
	        {"a\xff"
	         "b\xc3",
	         4, "a" UTF8_REPLACEMENT "b" UTF8_REPLACEMENT},
	        {"", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf b = BUF_INIT;

		utf8_from_file(&b, cases[i].bytes, cases[i].n);
		assert_string_equal(b.data, cases[i].text);
		assert_true(utf8_valid(b.data, b.len));
	}
	assert_false(utf8_valid("a\xff", 2));
}

/* strconv.FormatFloat of the same values. */
static void test_floats(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
	        {1000000, "1e+06"},
	        {100000, "100000"},
	        {123456, "123456"},
	        {1234567, "1.234567e+06"},
	        {12345678.5, "1.23456785e+07"},
	        {1e20, "1e+20"},
	        {999999, "999999"},
	        {0.0001, "0.0001"},
	        {0.00001, "1e-05"},
	        {12345678901234567890.0, "1.2345678901234567e+19"},
	        {0, "0"},
	        {-0.0, "-0"},
	        {-1.5, "-1.5"},
	        {0.1, "0.1"},
	        {5e-324, "5e-324"},
	        {1.7976931348623157e308, "1.7976931348623157e+308"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf b = BUF_INIT;

		go_format_float(&b, cases[i].value, 64);
		assert_string_equal(b.data, cases[i].text);
	}
	{
		_cleanup_buf_ struct buf b = BUF_INIT;

		go_format_float(&b, (double)0.1F, 32);
		assert_string_equal(b.data, "0.1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_length),
	        cmocka_unit_test(test_put_and_decode),
	        cmocka_unit_test(test_from_file),
	        cmocka_unit_test(test_floats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
