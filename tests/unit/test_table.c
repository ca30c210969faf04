#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/table.h"

/*
 * What is written, and what comes out: cross-checked with the tabwriter that
 * kubectl prints with. "\x01" in the input flushes, "\x02" flushes and forgets widths.
 */
static const struct {
	const char *name, *in, *out;
} cases[] = {
	{"nothing", "", ""},
	{"one cell", "a\n", "a\n"},
	{"minimum width is six", "a\tb\tc\n", "a     b     c\n"},
	{"padding is three", "NAME\tREADY\nnginx-deployment\t1/1\n", "NAME               READY\nnginx-deployment   1/1\n"},
	{"the last cell is not padded", "A\tlong long long\nB\tx\n", "A     long long long\nB     x\n"},
	{"an empty last cell leaves the padding", "AAA\tB\nlonger\t\n", "AAA      B\nlonger   \n"},
	{"empty cells are blanks", "a\t\tc\n", "a           c\n"},
	{"width counts characters", "\xc3\xa9\xc3\xa9\tx\nabcd\ty\n", "\xc3\xa9\xc3\xa9     x\nabcd   y\n"},
	{"a shorter line ends the block", "aaaaaaaa\tb\nx\na\tb\n", "aaaaaaaa   b\nx\na          b\n"},
	{"a column begins where a line has it", "a\tb\nccccccc\td\te\n", "a         b\nccccccc   d     e\n"},
	{"lines of other lengths align what they share",
	 "a\tb\tc\nlonger\tb\n\tlongest of all\tx\n", "a        b     c\nlonger   b\n         longest of all   x\n"},
	{"widths are remembered", "NAME\tS\nlonglonglong\tx\n\x01" "a\ty\n", "NAME           S\nlonglonglong   x\na              y\n"},
	{"wider later", "a\tx\n\x01longer\ty\n\x01" "a\tz\n", "a     x\nlonger   y\na        z\n"},
	{"widths are forgotten", "longlonglong\tx\n\x02" "a\ty\n", "longlonglong   x\na     y\n"},
	{"an unfinished line comes as it is", "a\tb\nc", "a     b\nc"},
	{"a vertical tab ends a cell", "a\vb\n", "a     b\n"},
	{"empty lines stay", "a\tb\n\nc\td\n", "a     b\n\nc     d\n"},
};

static void write_case(struct table *t, const char *in, struct buf *out)
{
	while (*in) {
		size_t n = strcspn(in, "\x01\x02");

		table_write(t, in, n);
		in += n;
		if (!*in)
			break;
		table_flush(t, out);
		if (*in++ == '\x02')
			table_reset_widths(t);
	}
	table_flush(t, out);
}

static void test_alignment(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_table_ struct table t = TABLE_INIT;
		_cleanup_buf_ struct buf out = BUF_INIT;

		write_case(&t, cases[i].in, &out);
		if (!str_equal(out.data, cases[i].out))
			print_error("%s:\n%s", cases[i].name, out.data);
		assert_string_equal(out.data, cases[i].out);
	}
}

static void test_rows(void **state)
{
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;
	const char *const cells[] = {"a", "bb", "ccc"};

	(void)state;
	table_rowf(&t, "NAME", "READY STATUS", "AGE", NULL);
	table_row(&t, cells, ARRAY_SIZE(cells));
	table_rowf(&t, "alone", NULL);
	table_flush(&t, &out);
	assert_string_equal(out.data, "NAME   READY STATUS   AGE\n"
				      "a      bb             ccc\n"
				      "alone\n");
}

/* kubectl's describe and rollout history: no minimum, padding 2, nothing remembered. */
static void test_other_measures(void **state)
{
	_cleanup_table_ struct table t = TABLE_INIT_WITH(0, 2);
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	table_rowf(&t, "REVISION", "CHANGE-CAUSE", NULL);
	table_rowf(&t, "1", "<none>", NULL);
	table_flush(&t, &out);
	table_rowf(&t, "1", "x", NULL);
	table_flush(&t, &out);
	assert_string_equal(out.data, "REVISION  CHANGE-CAUSE\n1         <none>\n1  x\n");
}

static void test_reuse_after_release(void **state)
{
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	table_rowf(&t, "forgotten", "x", NULL);
	table_release(&t);
	table_rowf(&t, "a", "b", NULL);
	table_flush(&t, &out);
	assert_string_equal(out.data, "a     b\n");
}

static void test_raw(void **state)
{
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	t.raw = true;
	table_rowf(&t, "NAME", "AGE", NULL);
	table_rowf(&t, "", "", "x", NULL);
	table_flush(&t, &out);
	assert_string_equal(out.data, "NAME\tAGE\n\t\tx\n");
}

/* Rows cost about their text: a long list is not held as a tree. */
static void test_is_compact(void **state)
{
	_cleanup_table_ struct table t = TABLE_INIT;
	size_t bytes;

	(void)state;
	for (int i = 0; i < 5000; i++)
		table_rowf(&t, "web-7b46c4b544-cpjx6", "1/1", "Running", "0", "4s", NULL);
	bytes = t.text.cap + t.cell_cap * sizeof(*t.cells) + t.line_cap * sizeof(*t.lines);
	assert_true(bytes < (size_t)5000 * 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_other_measures),
		cmocka_unit_test(test_reuse_after_release),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_is_compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
