#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/width.h"
#include "data/width_internal.h"

static const struct {
	const char *text;
	size_t width;
} cases[] = {
	{"", 0},
	{"abc", 3},
	{"\xc3\xa9", 1},                                         /* e with an acute accent */
	{"e\xcc\x81", 1},                                        /* the same, combined */
	{"\xe6\x97\xa5\xe6\x9c\xac", 4},                         /* two ideographs */
	{"\xef\xbc\xa1", 2},                                     /* full-width A */
	{"\xef\xbd\xb1", 1},                                     /* half-width katakana */
	{"\xed\x95\x9c", 2},                                     /* a Hangul syllable */
	{"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2},             /* the same in jamo */
	{"\xf0\x9f\x98\x80", 2},                                 /* a face */
	{"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 2},     /* woman, joiner, laptop */
	{"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 2}, /* a family */
	{"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 2},                 /* a thumb with a skin tone */
	{"\xe2\x9d\xa4", 1},                                     /* a heart as text */
	{"\xe2\x9d\xa4\xef\xb8\x8f", 2},                         /* the same as a picture */
	{"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2},                 /* a flag of two letters */
	{"\xe2\x80\x8b", 0},                                     /* zero width space */
	{"a\xe2\x80\x8d" "b", 2},                                /* a joiner joins no letters */
	{"\xf0\xaf\xbf\xbd", 2},                                 /* past the last ideograph of its plane */
	{"\x1b\x7f", 0},
	{"\xff" "a", 2},
};

static void test_text_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (text_width(cases[i].text, strlen(cases[i].text)) != cases[i].width)
			fail_msg("\"%s\": %zu, not %zu", cases[i].text, text_width(cases[i].text, strlen(cases[i].text)),
				 cases[i].width);
	}
}

static void check_ranges(const struct width_range *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(r[i].first <= r[i].last);
		assert_true(!i || r[i - 1].last < r[i].first);
	}
}

/* The search needs them sorted, and no character may be in both. */
static void test_tables(void **state)
{
	(void)state;
	check_ranges(width_wide, width_wide_count);
	check_ranges(width_zero, width_zero_count);
	for (size_t i = 0; i < width_zero_count; i++) {
		for (uint32_t c = width_zero[i].first; c <= width_zero[i].last; c++)
			assert_int_equal(width_of(c), 0);
	}
	for (size_t i = 0; i < width_wide_count; i++) {
		assert_int_equal(width_of(width_wide[i].first), 2);
		assert_int_equal(width_of(width_wide[i].last), 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_text_width), cmocka_unit_test(test_tables)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
