#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/table.h"
#include "view/terminal.h"

/* What is written with no theme, and what the terminal gets. */
static const struct {
	const char *in, *out;
} harmless[] = {
	{"plain\ttext\n", "plain\ttext\n"},
	{"\033[31mred\033[0m", "^[[31mred^[[0m"},
	{"\033]0;title\a", "^[]0;title^G"},
	{"over\rwritten\b\x7f", "over\\rwritten^H^?"},
	{"\xc2\x9b" "2J", "\\u009b2J"},
	{"\x9b" "2J", "\\x9b2J"},
	{"\xe2\x80\xae" "txt.exe", "\\u202etxt.exe"},
	{"\xe2\x80\xa8", "\\u2028"},
	{"na\xc3\xafve \xe6\x97\xa5 \xf0\x9f\x98\x80", "na\xc3\xafve \xe6\x97\xa5 \xf0\x9f\x98\x80"},
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	{"\xff\x01", "\\xff^A"},
	{"\xff" "Bgood\xff@", "good"},
};

static void test_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		struct terminal t = {0};

		terminal_write(&t, harmless[i].in, strlen(harmless[i].in), &out);
		assert_string_equal(out.data, harmless[i].out);
	}
}

/* However the bytes come, the terminal gets the same. */
static void test_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		struct terminal t = {0};

		for (const char *s = harmless[i].in; *s; s++)
			terminal_write(&t, s, 1, &out);
		assert_string_equal(out.data, harmless[i].out);
	}
}

static void test_width_is_of_what_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		size_t n = strcspn(harmless[i].in, "\t\n"), m = strcspn(harmless[i].out, "\t\n");

		assert_int_equal(terminal_width(harmless[i].in, n), terminal_width(harmless[i].out, m));
	}
}

static void write_painted(const char *theme_name, bool messages, const char *in, struct buf *out)
{
	struct colour_theme theme;
	struct terminal t = {.theme = &theme, .messages = messages};

	assert_true(colour_theme_named(theme_name, &theme));
	terminal_write(&t, in, strlen(in), out);
}

static void test_marks(void **state)
{
	_cleanup_buf_ struct buf in = BUF_INIT, out = BUF_INIT;

	(void)state;
	colour_add(&in, COLOUR_GOOD, "Running", 7);
	colour_add(&in, COLOUR_NONE, " ", 1);
	colour_add(&in, COLOUR_BAD, "Err\033", 4);
	write_painted("dark", false, in.data, &out);
	assert_string_equal(out.data, "\033[32mRunning\033[0m \033[91mErr^[\033[0m");
	buf_clear(&out);
	write_painted("none", false, in.data, &out);
	assert_string_equal(out.data, "Running Err^[");
}

static void test_messages(void **state)
{
	static const struct {
		const char *in, *out;
	} lines[] = {
		{"error: no\n", "\033[1;91merror:\033[0m no\n"},
		{"Error from server (NotFound): pods \"x\" not found\n",
		 "\033[1;91mError from server (NotFound):\033[0m pods \"x\" not found\n"},
		{"Warning: old\nhint: new\n", "\033[1;93mWarning:\033[0m old\n\033[90mhint:\033[0m new\n"},
		{"The connection to the server x was refused\n", "\033[1;91mThe connection to the server x was refused\033[0m\n"},
		{"an error: inside\n", "an error: inside\n"},
		{"Error from server (\033[31m): x\n", "\033[1;91mError from server (\033[0m^[[31m): x\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		write_painted("dark", true, lines[i].in, &out);
		assert_string_equal(out.data, lines[i].out);
		buf_clear(&out);
		write_painted("dark", false, lines[i].in, &out);
		assert_null(strstr(out.data, "\033[1;9"));
	}
}

static void test_table_for_a_screen(void **state)
{
	static const char text[] = "NAME\tSTATUS\n\xe6\x97\xa5\xe6\x9c\xac\tx\n\xff" "Bgood\xff@\ty\n\033[1m12345\tz\n";
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_table_ struct table t = TABLE_INIT;

	(void)state;
	t.screen = true;
	table_puts(&t, text);
	table_flush(&t, &out);
	assert_string_equal(out.data, "NAME         STATUS\n\xe6\x97\xa5\xe6\x9c\xac         x\n\xff" "Bgood\xff@         y\n"
				      "\033[1m12345   z\n");
	t.screen = false;
	table_reset_widths(&t);
	buf_clear(&out);
	table_puts(&t, "NAME\tSTATUS\n\xe6\x97\xa5\xe6\x9c\xac\tx\n");
	table_flush(&t, &out);
	assert_string_equal(out.data, "NAME   STATUS\n\xe6\x97\xa5\xe6\x9c\xac     x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_width_is_of_what_is_written),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_table_for_a_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
