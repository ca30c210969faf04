#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"

/* ---- buffers ---------------------------------------------------------------- */

static void test_buf(void **state)
{
	_cleanup_buf_ struct buf b = BUF_INIT;
	char *taken;

	(void)state;
	assert_string_equal(b.data, "");
	buf_puts(&b, "ab");
	buf_putc(&b, 'c');
	buf_pad(&b, '-', 3);
	buf_printf(&b, "%d%s", 42, "!");
	buf_add(&b, "\0z", 2);
	assert_int_equal(b.len, 11);
	assert_memory_equal(b.data, "abc---42!\0z", 12);
	buf_truncate(&b, 3);
	buf_truncate(&b, 30);
	assert_string_equal(b.data, "abc");
	taken = buf_take(&b);
	assert_string_equal(taken, "abc");
	free(taken);
	assert_int_equal(b.len, 0);
	taken = buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
	buf_puts(&b, "again");
	buf_clear(&b);
	assert_string_equal(b.data, "");
}

static void test_buf_grows(void **state)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 100000);
	assert_int_equal(strlen(b.data), 100000);
	assert_int_equal(b.data[99999], 'a' + 99999 % 26);
	assert_false(b.overflowed);
}

static void test_buf_limit(void **state)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	(void)state;
	b.limit = 5;
	buf_puts(&b, "12345");
	assert_false(b.overflowed);
	buf_putc(&b, '6');
	assert_true(b.overflowed);
	/* nothing is added any more, even if it fitted */
	buf_truncate(&b, 1);
	buf_putc(&b, 'x');
	assert_string_equal(b.data, "1");
	buf_clear(&b);
	buf_puts(&b, "ok");
	assert_string_equal(b.data, "ok");
	buf_release(&b);
	assert_int_equal(b.limit, 5);
}

static void test_buf_url(void **state)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	(void)state;
	buf_url_escape(&b, "aZ0-._~ /?&=+%\xc3\xa9");
	assert_string_equal(b.data, "aZ0-._~%20%2F%3F%26%3D%2B%25%C3%A9");
}

/* ---- vectors ------------------------------------------------------------------ */

static void test_vec_strings(void **state)
{
	static const char *const sorted[] = {"a", "b", "c", "z"};
	_cleanup_vec_ struct vec v = VEC_OF_STRINGS;

	(void)state;
	vec_add_split(&v, "", ',');
	assert_int_equal(v.len, 0);
	vec_add_split(&v, "b,,a", ',');
	assert_int_equal(v.len, 3);
	assert_string_equal(vec_string(&v, 1), "");
	vec_add_string(&v, "c");
	vec_insert(&v, 0, xstrdup("z"));
	vec_remove(&v, 2);
	assert_true(vec_has_string(&v, "a"));
	assert_false(vec_has_string(&v, ""));
	vec_sort(&v, vec_compare_strings);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(vec_string(&v, i), sorted[i]);
	vec_release(&v);
	assert_int_equal(v.len, 0);
	vec_add_string(&v, "usable");
}

static void test_vec_grows(void **state)
{
	_cleanup_vec_ struct vec v = VEC_INIT;
	static int things[1000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(things); i++)
		vec_add(&v, &things[i]);
	for (size_t i = 0; i < ARRAY_SIZE(things); i++)
		assert_ptr_equal(v.items[i], &things[i]);
	vec_remove(&v, 0);
	assert_ptr_equal(v.items[998], &things[999]);
}

/* ---- maps ---------------------------------------------------------------------- */

static void test_map(void **state)
{
	_cleanup_map_ struct map m = MAP_OWNING(free);

	(void)state;
	assert_null(map_get(&m, "a"));
	map_remove(&m, "a");
	map_set(&m, "a", xstrdup("1"));
	map_set(&m, "b", xstrdup("2"));
	map_set(&m, "c", xstrdup("3"));
	map_set(&m, "b", xstrdup("4"));
	assert_int_equal(m.len, 3);
	assert_string_equal(map_get(&m, "b"), "4");
	map_remove(&m, "a");
	assert_false(map_has(&m, "a"));
	/* the order of insertion stays */
	assert_string_equal(m.entries[0].key, "b");
	assert_string_equal(m.entries[1].key, "c");
	map_set(&m, "a", NULL);
	assert_true(map_has(&m, "a"));
	assert_null(map_get(&m, "a"));
	assert_string_equal(m.entries[2].key, "a");
}

static void test_map_grows(void **state)
{
	_cleanup_map_ struct map m = MAP_INIT;
	static char values[5000];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		_cleanup_free_ char *key = xasprintf("key-%zu", i);

		map_set(&m, key, &values[i]);
	}
	assert_int_equal(m.len, ARRAY_SIZE(values));
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		_cleanup_free_ char *key = xasprintf("key-%zu", i);

		assert_ptr_equal(map_get(&m, key), &values[i]);
		assert_string_equal(m.entries[i].key, key);
	}
	assert_null(map_get(&m, "key-5000"));
}

/* ---- errors --------------------------------------------------------------------- */

static void test_error(void **state)
{
	_cleanup_error_ struct error e = ERROR_INIT, other = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(&e, ERROR_IO, "open %s", "x"), -1);
	assert_int_equal(error_prefix(&e, "%s: ", "loading"), -1);
	error_hint(&e, "try %d", 1);
	error_hint(&e, "try %d", 2);
	assert_string_equal(e.message, "loading: open x");
	assert_string_equal(e.hint, "try 2");
	assert_int_equal(e.class, ERROR_IO);
	/* an error may quote itself */
	error_set(&e, ERROR_PARSE, "again: %s", e.message);
	assert_string_equal(e.message, "again: loading: open x");
	assert_null(e.hint);
	error_move(&other, &e);
	assert_string_equal(other.message, "again: loading: open x");
	assert_null(e.message);
	assert_int_equal(e.class, ERROR_NONE);
	error_prefix(&e, "alone");
	assert_string_equal(e.message, "alone");
}

static void test_error_reason(void **state)
{
	_cleanup_error_ struct error e = ERROR_INIT;

	(void)state;
	error_set(&e, ERROR_API, "x");
	assert_false(error_is_reason(&e, "NotFound"));
	e.reason = xstrdup("NotFound");
	assert_true(error_is_reason(&e, "NotFound"));
	assert_false(error_is_reason(&e, "Conflict"));
	e.class = ERROR_IO;
	assert_false(error_is_reason(&e, "NotFound"));
}

/* ---- memory and text -------------------------------------------------------------- */

static void test_arena(void **state)
{
	_cleanup_arena_ struct arena a = {0};
	char *first = arena_strndup(&a, "firstly", 5), *large;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		char *p = arena_alloc(&a, (size_t)i % 97 + 1);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, 'x', (size_t)i % 97 + 1);
	}
	large = arena_alloc(&a, 1 << 20);
	memset(large, 'y', 1 << 20);
	assert_string_equal(first, "first");
	arena_release(&a);
	assert_string_equal(arena_strndup(&a, "usable", 6), "usable");
}

static void test_text(void **state)
{
	_cleanup_free_ char *a = xstrdup(NULL), *b = xstrndup("abc", 2);

	(void)state;
	assert_null(a);
	assert_string_equal(b, "ab");
	assert_true(str_equal(NULL, NULL));
	assert_false(str_equal(NULL, ""));
	assert_true(str_starts("abc", "ab"));
	assert_false(str_starts("a", "ab"));
	assert_true(str_ends("abc", "bc"));
	assert_false(str_ends("c", "bc"));
	assert_true(str_empty(NULL) && str_empty("") && !str_empty("x"));
	a = xstrdup("taken");
	b = (free(b), TAKE_PTR(a));
	assert_null(a);
	assert_string_equal(b, "taken");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_buf),         cmocka_unit_test(test_buf_grows),
	        cmocka_unit_test(test_buf_limit),   cmocka_unit_test(test_buf_url),
	        cmocka_unit_test(test_vec_strings), cmocka_unit_test(test_vec_grows),
	        cmocka_unit_test(test_map),         cmocka_unit_test(test_map_grows),
	        cmocka_unit_test(test_error),       cmocka_unit_test(test_error_reason),
	        cmocka_unit_test(test_arena),       cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
