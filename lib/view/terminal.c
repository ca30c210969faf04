#include "view/terminal.h"

#include "data/utf8.h"
#include "data/width.h"

/* Marks that turn the direction of text around can make it read as what it is not. */
static bool is_direction(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_harmless(uint32_t c)
{
	return c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0) && !is_direction(c) &&
					  c != 0x2028 && c != 0x2029);
}

/* A character as signs; at most eight. */
static void escape(char *sign, size_t size, uint32_t c)
{
	if (c == '\r')
		snprintf(sign, size, "\\r");
	else if (c < 0x20)
		snprintf(sign, size, "^%c", (int)c + '@');
	else if (c == 0x7f)
		snprintf(sign, size, "^?");
	else
		snprintf(sign, size, "\\u%04x", (unsigned)c);
}

/* True when the n bytes may be the beginning of a character or a mark, and too few. */
static bool is_cut(const char *s, size_t n)
{
	unsigned char first = (unsigned char)*s;
	size_t want = first == 0xff ? 2 : first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;

	if (first > 0xf4 && first != 0xff)
		return false;
	if (n >= want)
		return false;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static bool is_mark(const char *s, size_t n)
{
	return n >= 2 && s[0] == COLOUR_MARK && s[1] >= COLOUR_MARK_BASE && s[1] < COLOUR_MARK_BASE + (int)COLOUR_ROLES;
}

static void put_role(struct terminal *t, struct buf *out, enum colour_role role)
{
	const char *code = t->theme ? t->theme->codes[role] : "";

	if (t->painted)
		buf_puts(out, "\033[0m");
	t->painted = *code;
	if (*code)
		buf_printf(out, "\033[%sm", code);
}

/* Writes the character or mark at s; gives its length. */
static size_t put_one(struct terminal *t, const char *s, size_t n, struct buf *out)
{
	size_t size;
	uint32_t c;
	char sign[16];

	if (is_mark(s, n)) {
		put_role(t, out, (enum colour_role)(s[1] - COLOUR_MARK_BASE));
		return 2;
	}
	size = utf8_length(s, n);
	if (!size) {
		buf_printf(out, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	c = utf8_decode(s, n, &size);
	if (is_harmless(c)) {
		buf_add(out, s, size);
	} else {
		escape(sign, sizeof(sign), c);
		buf_puts(out, sign);
	}
	return size;
}

/* Bytes at s that need no second look: printable ASCII and tabs. */
static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && ((s[i] >= 0x20 && s[i] < 0x7f) || s[i] == '\t'))
		i++;
	return i;
}

/* A message's beginning at the beginning of a line. */
static size_t put_message(struct terminal *t, const char *s, size_t n, struct buf *out)
{
	size_t len = 0, run;
	enum colour_role role = colour_of_message(s, n, &len);

	if (!role)
		return 0;
	run = plain_run(s, len);
	put_role(t, out, role);
	buf_add(out, s, run);
	put_role(t, out, COLOUR_NONE);
	return run;
}

void terminal_write(struct terminal *t, const char *text, size_t n, struct buf *out)
{
	_cleanup_buf_ struct buf joined = BUF_INIT;
	size_t i = 0;

	if (t->cut_len) {
		buf_add(&joined, t->cut, t->cut_len);
		buf_add(&joined, text, n);
		text = joined.data;
		n = joined.len;
		t->cut_len = 0;
	}
	while (i < n) {
		size_t run = 0;

		if (t->messages && !t->in_line)
			run = put_message(t, text + i, n - i, out);
		if (!run) {
			run = plain_run(text + i, n - i);
			buf_add(out, text + i, run);
		}
		i += run;
		if (run)
			t->in_line = true;
		if (i == n)
			break;
		if (is_cut(text + i, n - i)) {
			t->cut_len = n - i;
			memcpy(t->cut, text + i, t->cut_len);
			break;
		}
		t->in_line = text[i] != '\n';
		i += put_one(t, text + i, n - i, out);
	}
}

size_t terminal_width(const char *s, size_t n)
{
	struct width_walk walk = {0};
	size_t width = 0, i = 0, size;
	char sign[16];

	while (i < n) {
		size_t run = plain_run(s + i, n - i);
		uint32_t c;

		if (run)
			walk = (struct width_walk){.last = 1};
		width += run;
		i += run;
		if (i == n)
			break;
		if (is_mark(s + i, n - i)) {
			i += 2;
			continue;
		}
		size = utf8_length(s + i, n - i);
		if (!size) {
			width += strlen("\\xff");
			i++;
			walk = (struct width_walk){.last = 1};
			continue;
		}
		c = utf8_decode(s + i, n - i, &size);
		i += size;
		if (is_harmless(c)) {
			width += width_add(&walk, c);
			continue;
		}
		escape(sign, sizeof(sign), c);
		width += strlen(sign);
		walk = (struct width_walk){.last = 1};
	}
	return width;
}
