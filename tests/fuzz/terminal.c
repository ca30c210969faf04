#include "view/terminal.h"
#include "fuzz.h"

/* Takes the marks of colour out of a text. */
static void without_marks(const struct buf *in, struct buf *out)
{
	for (size_t i = 0; i < in->len; i++) {
		if (in->data[i] == COLOUR_MARK && i + 1 < in->len)
			i++;
		else
			buf_putc(out, in->data[i]);
	}
}

/* Printable text, however it comes in pieces: nothing reaches the terminal that it would obey. */
static void check_harmless(const char *text, size_t n)
{
	_cleanup_buf_ struct buf whole = BUF_INIT, pieces = BUF_INIT;
	struct terminal one = {.messages = true}, many = {.messages = true};

	terminal_write(&one, text, n, &whole);
	for (size_t i = 0; i < n; i++)
		terminal_write(&many, text + i, 1, &pieces);
	PROMISE(whole.len == pieces.len && !memcmp(whole.data, pieces.data, whole.len));
	for (size_t i = 0; i < whole.len; i++) {
		unsigned char c = (unsigned char)whole.data[i];

		PROMISE((c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n');
		PROMISE(c != 0xc2 || (unsigned char)whole.data[i + 1] >= 0xa0);
	}
	PROMISE(one.cut_len || terminal_width(text, n) == terminal_width(whole.data, whole.len) || memchr(text, '\n', n) ||
		memchr(text, '\t', n));
}

/* Painting adds marks and changes nothing else. */
static void check_painting(void (*paint)(struct buf *, const char *, size_t), const char *text, size_t n)
{
	_cleanup_buf_ struct buf painted = BUF_INIT, plain = BUF_INIT;

	paint(&painted, text, n);
	without_marks(&painted, &plain);
	PROMISE(plain.len == n && !memcmp(plain.data, text, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	_cleanup_error_ struct error err = ERROR_INIT;
	struct colour_theme theme;

	check_harmless(text, size);
	/* The printers' text is UTF-8, in which no mark occurs. */
	if (!memchr(text, 0xff, size)) {
		check_painting(colour_json, text, size);
		check_painting(colour_yaml, text, size);
		check_painting(colour_describe, text, size);
		check_painting(colour_explain, text, size);
		check_painting(colour_diff, text, size);
	}
	if (!colour_theme_parse(text, size, "theme", &theme, &err)) {
		for (size_t role = 0; role < COLOUR_ROLES; role++)
			PROMISE(strspn(theme.codes[role], "0123456789;") == strlen(theme.codes[role]));
	}
	return 0;
}
