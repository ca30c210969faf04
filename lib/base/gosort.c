#include "base/gosort.h"

/* Ranges are [a, b). These numbers decide where equal items go: they are Go's. */
#define INSERTION_MAX 12
#define NINTHER_MIN   50
#define REPAIR_MIN    50
#define REPAIRS_MAX   5
#define SWAPS_MAX     12 /* of choosing a pivot: the range is in descending order */

enum pattern { PATTERN_UNKNOWN, PATTERN_ASCENDING, PATTERN_DESCENDING };

static bool less(const struct gosort *s, size_t i, size_t j)
{
	return s->less(s->ctx, i, j);
}

static void swap(const struct gosort *s, size_t i, size_t j)
{
	s->swap(s->ctx, i, j);
}

static unsigned bit_length(size_t n)
{
	unsigned bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

static void insertion_sort(const struct gosort *s, size_t a, size_t b)
{
	for (size_t i = a + 1; i < b; i++) {
		for (size_t j = i; j > a && less(s, j, j - 1); j--)
			swap(s, j, j - 1);
	}
}

/* ---- heap sort, when partitions keep going wrong ----------------------------------- */

static void sift_down(const struct gosort *s, size_t root, size_t n, size_t first)
{
	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= n)
			return;
		if (child + 1 < n && less(s, first + child, first + child + 1))
			child++;
		if (!less(s, first + root, first + child))
			return;
		swap(s, first + root, first + child);
		root = child;
	}
}

static void heap_sort(const struct gosort *s, size_t a, size_t b)
{
	size_t n = b - a;

	for (size_t i = (n - 1) / 2 + 1; i > 0; i--)
		sift_down(s, i - 1, n, a);
	for (size_t i = n; i > 0; i--) {
		swap(s, a, a + i - 1);
		sift_down(s, 0, i - 1, a);
	}
}

/* ---- pivots -------------------------------------------------------------------------- */

static void order_two(const struct gosort *s, size_t *a, size_t *b, unsigned *swaps)
{
	size_t first = *a;

	if (!less(s, *b, *a))
		return;
	++*swaps;
	*a = *b;
	*b = first;
}

static size_t median(const struct gosort *s, size_t a, size_t b, size_t c, unsigned *swaps)
{
	order_two(s, &a, &b, swaps);
	order_two(s, &b, &c, swaps);
	order_two(s, &a, &b, swaps);
	return b;
}

static size_t choose_pivot(const struct gosort *s, size_t a, size_t b, enum pattern *pattern)
{
	size_t quarter = (b - a) / 4;
	size_t i = a + quarter, j = a + quarter * 2, k = a + quarter * 3;
	unsigned swaps = 0;

	if (b - a >= NINTHER_MIN) {
		i = median(s, i - 1, i, i + 1, &swaps);
		j = median(s, j - 1, j, j + 1, &swaps);
		k = median(s, k - 1, k, k + 1, &swaps);
	}
	j = median(s, i, j, k, &swaps);
	*pattern = !swaps ? PATTERN_ASCENDING : swaps == SWAPS_MAX ? PATTERN_DESCENDING : PATTERN_UNKNOWN;
	return j;
}

static void reverse(const struct gosort *s, size_t a, size_t b)
{
	for (b--; a < b; a++, b--)
		swap(s, a, b);
}

/* Puts three items elsewhere, by a generator that starts from the length. */
static void break_pattern(const struct gosort *s, size_t a, size_t b)
{
	size_t n = b - a;
	uint64_t random = n;
	size_t mask = ((size_t)1 << bit_length(n)) - 1;
	size_t at = a + n / 4 * 2 - 1;

	for (size_t i = 0; i < 3; i++) {
		size_t other;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		other = (size_t)random & mask;
		swap(s, at + i, a + (other >= n ? other - n : other));
	}
}

/* ---- partitions ------------------------------------------------------------------------- */

/* Smaller ones before the pivot, the rest after it; gives where it is. i and j are past the end by at most one. */
static size_t partition(const struct gosort *s, size_t a, size_t b, size_t pivot, bool *ret_was_partitioned)
{
	size_t i = a + 1, j = b - 1;
	bool swapped = false;

	swap(s, a, pivot);
	for (;;) {
		while (i <= j && less(s, i, a))
			i++;
		while (i <= j && !less(s, j, a))
			j--;
		if (i > j)
			break;
		swap(s, i++, j--);
		swapped = true;
	}
	swap(s, j, a);
	*ret_was_partitioned = !swapped;
	return j;
}

/* The items that are equal to the pivot first; gives where the larger ones begin. */
static size_t partition_equal(const struct gosort *s, size_t a, size_t b, size_t pivot)
{
	size_t i = a + 1, j = b - 1;

	swap(s, a, pivot);
	for (;;) {
		while (i <= j && !less(s, a, i))
			i++;
		while (i <= j && less(s, a, j))
			j--;
		if (i > j)
			return i;
		swap(s, i++, j--);
	}
}

/* Repairs a range that is nearly sorted; true when it is sorted then. */
static bool repair(const struct gosort *s, size_t a, size_t b)
{
	size_t i = a + 1;

	for (int repairs = 0; repairs < REPAIRS_MAX; repairs++) {
		while (i < b && !less(s, i, i - 1))
			i++;
		if (i == b)
			return true;
		if (b - a < REPAIR_MIN)
			return false;
		swap(s, i, i - 1);
		for (size_t j = i - 1; i - a >= 2 && j >= 1 && less(s, j, j - 1); j--)
			swap(s, j, j - 1);
		for (size_t j = i + 1; b - i >= 2 && j < b && less(s, j, j - 1); j++)
			swap(s, j, j - 1);
	}
	return false;
}

static void range_sort(const struct gosort *s, size_t a, size_t b, unsigned limit)
{
	bool was_balanced = true, was_partitioned = true;

	while (b - a > INSERTION_MAX) {
		size_t n = b - a, pivot, middle;
		enum pattern pattern;

		if (!limit) {
			heap_sort(s, a, b);
			return;
		}
		if (!was_balanced) {
			break_pattern(s, a, b);
			limit--;
		}
		pivot = choose_pivot(s, a, b, &pattern);
		if (pattern == PATTERN_DESCENDING) {
			reverse(s, a, b);
			pivot = b - 1 - (pivot - a);
			pattern = PATTERN_ASCENDING;
		}
		if (was_balanced && was_partitioned && pattern == PATTERN_ASCENDING && repair(s, a, b))
			return;
		/* The item before the range is not less than any in it: where it equals the pivot, many do. */
		if (a > 0 && !less(s, a - 1, pivot)) {
			a = partition_equal(s, a, b, pivot);
			continue;
		}
		middle = partition(s, a, b, pivot, &was_partitioned);
		was_balanced = MIN(middle - a, b - middle) >= n / 8;
		if (middle - a < b - middle) {
			range_sort(s, a, middle, limit);
			a = middle + 1;
		} else {
			range_sort(s, middle + 1, b, limit);
			b = middle;
		}
	}
	insertion_sort(s, a, b);
}

void gosort(const struct gosort *s, size_t n)
{
	if (n > 1)
		range_sort(s, 0, n, bit_length(n));
}
