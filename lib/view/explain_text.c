#include "view/explain_text.h"

#include <ctype.h>

#include "data/utf8.h"

#define NO_BREAK_SPACE 0xa0

/* Unicode's White_Space, as Go's unicode.IsSpace. */
static bool is_space(uint32_t c)
{
	static const uint32_t others[] = {0x85, NO_BREAK_SPACE, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};

	if ((c >= '\t' && c <= '\r') || c == ' ' || (c >= 0x2000 && c <= 0x200a))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (c == others[i])
			return true;
	return false;
}

/* ---- wrapping ----------------------------------------------------------------------- */

/* What stands between the text that was written and the place where it is read. */
struct wrapper {
	struct buf *out;
	size_t limit;
	size_t column;               /* characters in the line so far */
	struct buf blanks, word;     /* the blanks after it, and the word after them */
	size_t blank_count, letters; /* their characters */
};

static void drop_blanks(struct wrapper *w)
{
	buf_clear(&w->blanks);
	w->blank_count = 0;
}

static void put_pending(struct wrapper *w)
{
	buf_add(w->out, w->blanks.data, w->blanks.len);
	buf_add(w->out, w->word.data, w->word.len);
	w->column += w->blank_count + w->letters;
	drop_blanks(w);
	buf_clear(&w->word);
	w->letters = 0;
}

/* Blanks at the end of a line that do not fit are not worth a line of their own. */
static void end_line(struct wrapper *w)
{
	if (!w->letters && w->column + w->blank_count > w->limit)
		drop_blanks(w);
	put_pending(w);
}

static void add_letter(struct wrapper *w, const char *bytes, size_t n)
{
	buf_add(&w->word, bytes, n);
	w->letters++;
	if (w->column + w->blank_count + w->letters <= w->limit || w->letters >= w->limit)
		return;
	buf_putc(w->out, '\n');
	w->column = 0;
	drop_blanks(w);
}

void text_wrap(struct buf *out, const char *text, size_t limit)
{
	struct wrapper w = {.out = out, .limit = limit, .blanks = BUF_INIT, .word = BUF_INIT};
	size_t left = strlen(text), n;

	for (; left; text += n, left -= n) {
		uint32_t c = utf8_decode(text, left, &n);

		if (c == '\n') {
			end_line(&w);
			buf_putc(out, '\n');
			w.column = 0;
		} else if (is_space(c) && c != NO_BREAK_SPACE) {
			if (w.letters)
				put_pending(&w);
			buf_add(&w.blanks, text, n);
			w.blank_count++;
		} else {
			add_letter(&w, text, n);
		}
	}
	end_line(&w);
	buf_release(&w.blanks);
	buf_release(&w.word);
}

void text_indent(struct buf *out, const char *text, size_t n)
{
	buf_pad(out, ' ', n);
	for (; *text; text++) {
		buf_putc(out, *text);
		if (*text == '\n')
			buf_pad(out, ' ', n);
	}
}

/* ---- filling ------------------------------------------------------------------------- */

struct filler {
	struct buf *out;
	size_t limit, indent;
	struct buf line;  /* the words so far */
	bool after_colon; /* of which the last ends so */
	bool begun;       /* a line was written */
};

static void put_line(struct filler *f, const char *text, size_t n)
{
	if (n)
		buf_pad(f->out, ' ', f->indent);
	buf_add(f->out, text, n);
	buf_putc(f->out, '\n');
	f->begun = true;
}

static void flush_line(struct filler *f)
{
	if (!f->line.len)
		return;
	put_line(f, f->line.data, f->line.len);
	buf_clear(&f->line);
	f->after_colon = false;
}

static void add_word(struct filler *f, const char *word, size_t n)
{
	/* a colon counts no more when its word is the first of a new line: kubectl's habit */
	f->after_colon = word[n - 1] == ':';
	if (f->line.len && f->line.len + 1 + n > f->limit)
		flush_line(f);
	if (f->line.len)
		buf_putc(&f->line, ' ');
	buf_add(&f->line, word, n);
}

/* "1. x", "- x", "* x" */
static bool is_item(const char *s, size_t n)
{
	size_t i = 0;

	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	while (i < n && isdigit((unsigned char)s[i]))
		i++;
	if (i && i < n && s[i] == '.')
		i++;
	if (!i && n && (*s == '-' || *s == '*'))
		i = 1;
	return i && i < n && strchr("\t\n\f\r ", s[i]);
}

static size_t skip(const char *s, size_t n, size_t from, bool spaces)
{
	size_t size;

	while (from < n && is_space(utf8_decode(s + from, n - from, &size)) == spaces)
		from += size;
	return from;
}

static void fill_line(struct filler *f, const char *s, size_t n)
{
	size_t at = skip(s, n, 0, true);

	if (n >= 4 && !memcmp(s, "    ", 4)) {
		flush_line(f);
		put_line(f, s, n);
		return;
	}
	if (at == n) {
		bool separates = f->begun;

		flush_line(f);
		if (separates)
			put_line(f, "", 0);
		return;
	}
	if (f->after_colon || is_item(s + at, n - at))
		flush_line(f);
	while (at < n) {
		size_t end = skip(s, n, at, false);

		add_word(f, s + at, end - at);
		at = skip(s, n, end, true);
	}
}

void text_fill(struct buf *out, const char *text, size_t limit, size_t indent)
{
	struct filler f = {.out = out, .limit = limit, .indent = indent, .line = BUF_INIT};

	for (;;) {
		size_t n = strcspn(text, "\n");

		fill_line(&f, text, n);
		if (!text[n])
			break;
		text += n + 1;
	}
	flush_line(&f);
	buf_release(&f.line);
}
