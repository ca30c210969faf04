#include "view/colour.h"

#include <ctype.h>

/* What the printers lay out is read here again for its parts only: text in, the same text with marks out. */

/* ---- scalars ------------------------------------------------------------------- */

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && !memcmp(s, word, n);
}

static bool is_number(const char *s, size_t n)
{
	size_t i = n && *s == '-', dots = 0;

	if (i == n || !isdigit((unsigned char)s[i]))
		return false;
	for (; i < n; i++)
		if (!isdigit((unsigned char)s[i]) && (!strchr(".eE+-", s[i]) || (dots += s[i] == '.') > 1))
			return false;
	return true;
}

/* Of an unquoted value. */
static enum colour_role plain_role(const char *s, size_t n)
{
	if (is_word(s, n, "true") || is_word(s, n, "false") || is_word(s, n, "null") || is_word(s, n, "~"))
		return COLOUR_LITERAL;
	if (is_number(s, n))
		return COLOUR_NUMBER;
	return is_word(s, n, "{}") || is_word(s, n, "[]") ? COLOUR_NONE : COLOUR_STRING;
}

/* The length of a quoted text with its quotes, or n when it does not end. */
static size_t quoted_length(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (*s == '"' && s[i] == '\\')
			i++;
		else if (s[i] == *s && *s == '\'' && i + 1 < n && s[i + 1] == '\'')
			i++;
		else if (s[i] == *s)
			return i + 1;
	}
	return n;
}

/* ---- JSON, kyaml ----------------------------------------------------------------- */

void colour_json(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n;) {
		const char *s = text + i;
		size_t left = n - i, len = 0;
		bool is_quoted = *s == '"';

		if (is_quoted)
			len = quoted_length(s, left);
		else
			while (len < left && !strchr(" \t\n{}[]:,\"", s[len]))
				len++;
		if (!len) {
			buf_putc(out, *s);
			i++;
			continue;
		}
		if (len < left && s[len] == ':')
			colour_add(out, COLOUR_KEY, s, len);
		else
			colour_add(out, is_quoted ? COLOUR_STRING : is_word(s, len, "---") ? COLOUR_NONE : plain_role(s, len),
				   s, len);
		i += len;
	}
}

/* ---- YAML ------------------------------------------------------------------------ */

struct yaml_painter {
	struct buf *out;
	size_t parent;  /* column of the key or dash that a block text belongs to */
	bool in_block;
	char in_quotes; /* the quote that is open at the end of a line, or 0 */
};

/* How long the key at s is, without its colon; 0 when there is none. */
static size_t key_length(const char *s, size_t n)
{
	if (n && (*s == '"' || *s == '\'')) {
		size_t len = quoted_length(s, n);

		return len < n && s[len] == ':' ? len : 0;
	}
	for (size_t i = 1; i < n; i++)
		if (s[i] == ':' && (i + 1 == n || s[i + 1] == ' '))
			return i;
	return 0;
}

/* "|", ">-", "|2+": a text in the lines that follow. */
static bool begins_block(const char *s, size_t n)
{
	if (!n || (*s != '|' && *s != '>'))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!strchr("+-0123456789", s[i]))
			return false;
	return true;
}

static void yaml_value(struct yaml_painter *p, const char *s, size_t n)
{
	if (begins_block(s, n)) {
		p->in_block = true;
		buf_add(p->out, s, n);
		return;
	}
	if (n && (*s == '"' || *s == '\'')) {
		if (quoted_length(s, n) == n && (n == 1 || s[n - 1] != *s))
			p->in_quotes = *s;
		colour_add(p->out, COLOUR_STRING, s, n);
		return;
	}
	colour_add(p->out, n ? plain_role(s, n) : COLOUR_NONE, s, n);
}

/* Lines of a text that an earlier line began. */
static bool yaml_continues(struct yaml_painter *p, const char *s, size_t n)
{
	size_t indent = 0;

	while (indent < n && s[indent] == ' ')
		indent++;
	if (p->in_block && indent < n && indent <= p->parent)
		p->in_block = false;
	if (p->in_quotes && n && s[n - 1] == p->in_quotes && (n < 2 || s[n - 2] != '\\'))
		p->in_quotes = 0;
	else if (!p->in_block && !p->in_quotes)
		return false;
	buf_add(p->out, s, indent);
	colour_add(p->out, indent < n ? COLOUR_STRING : COLOUR_NONE, s + indent, n - indent);
	return true;
}

static void yaml_line(struct yaml_painter *p, const char *s, size_t n)
{
	size_t i = 0, key;

	if (yaml_continues(p, s, n))
		return;
	if (is_word(s, n, "---")) {
		buf_add(p->out, s, n);
		return;
	}
	for (; i < n && (s[i] == ' ' || (s[i] == '-' && (i + 1 == n || s[i + 1] == ' '))); i++)
		if (s[i] == '-')
			p->parent = i;
	buf_add(p->out, s, i);
	key = key_length(s + i, n - i);
	if (key) {
		p->parent = i;
		colour_add(p->out, COLOUR_KEY, s + i, key);
		i += key;
		/* the colon and its space */
		key = i + 1 < n ? 2 : 1;
		buf_add(p->out, s + i, key);
		i += key;
	}
	yaml_value(p, s + i, n - i);
}

void colour_yaml(struct buf *out, const char *text, size_t n)
{
	struct yaml_painter p = {.out = out};

	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t len = end ? (size_t)(end - text) : n;

		yaml_line(&p, text, len);
		if (end)
			buf_putc(out, '\n');
		len += end != NULL;
		text += len;
		n -= len;
	}
}
