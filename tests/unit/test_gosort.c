#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/gosort.h"

struct items {
	long value[100];
	int place[100]; /* where it stood */
};

/* Negative ones are less than anything, also than each other: no strict order, as --sort-by knows none. */
static bool less(void *ctx, size_t i, size_t j)
{
	const struct items *items = ctx;

	if (items->value[i] < 0 || items->value[j] < 0)
		return items->value[i] < 0;
	return items->value[i] < items->value[j];
}

static void swap(void *ctx, size_t i, size_t j)
{
	struct items *items = ctx;
	long value = items->value[i];
	int place = items->place[i];

	items->value[i] = items->value[j];
	items->place[i] = items->place[j];
	items->value[j] = value;
	items->place[j] = place;
}

/* What Go 1.26's sort.Sort makes of the values: the places in the new order. */
static const struct {
	const char *values, *places;
} cases[] = {
	{"", ""},
	{"7", "0"},
	{"2 1 2 1", "1 3 0 2"},
	{"3 4 3 3 4 4 1 1 4 3 4 1 0 3 2 1 0 4 0 4 3 3 4 1 4 0 4 0 0 0 1 1 4 0 3 2 3 4 1 4",
	 "12 25 16 33 29 18 28 27 38 7 6 11 30 31 15 23 14 35 20 9 0 21 36 2 34 13 3 24 10 8 5 4 32 26 19 17 22 37 1 39"},
	{"0 1 2 -1 -1 2 1 2 3 -1 1 1 0 3 1 -1 -1 3 -1 2", "15 4 3 16 18 9 12 0 10 11 6 14 1 7 5 2 19 8 13 17"},
	{"20 19 19 19 18 18 18 17 17 17 16 16 16 15 15 15 14 14 14 13 13 13 12 12 12 11 11 11 10 10 10 9 9 9 8 8 8 7 7 7 6 6 6 5 5 "
	 "5 4 4 4 3 3 3 2 2 2 1 1 1 0 0",
	 "59 58 57 56 55 54 53 52 49 51 50 46 47 48 43 45 44 40 42 41 39 38 37 36 35 34 31 33 32 29 30 28 27 26 25 24 23 22 19 21 20 "
	 "16 17 18 13 15 14 10 12 11 9 8 7 6 5 4 3 2 1 0"},
	{"0 0 1 1 2 2 3 3 4 4 0 1 5 5 5 5 6 6 6 6 7 7 7 7 8 8 8 8 9 9 9 9 10 10 10 10 11 11 11 11 12 12 12 12 13 13 13 13 14 14",
	 "0 1 10 2 3 11 4 5 6 7 8 9 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 "
	 "44 45 46 47 48 49"},
};

static size_t items_read(struct items *items, const char *text)
{
	size_t n = 0;
	char *end;

	for (;; text = end) {
		long value = strtol(text, &end, 10);

		if (end == text)
			return n;
		items->value[n] = value;
		items->place[n] = (int)n;
		n++;
	}
}

static void test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf places = BUF_INIT;
		struct items items;
		size_t n = items_read(&items, cases[i].values);

		gosort(&(struct gosort){.ctx = &items, .less = less, .swap = swap}, n);
		for (size_t k = 0; k < n; k++)
			buf_printf(&places, "%s%d", k ? " " : "", items.place[k]);
		assert_string_equal(places.data, cases[i].places);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_places)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
