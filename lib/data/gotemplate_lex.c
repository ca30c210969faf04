/* The tokens of Go templates, as text/template/parse takes them apart. */
#include "data/gotemplate_lex.h"

#include <ctype.h>

#include "data/gotext.h"
#include "data/utf8.h"

/* ---- tokens ---------------------------------------------------------------------- */

static void add_token(struct lexer *l, enum token_type type, size_t pos, size_t len)
{
	if (l->count == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->tokens = xrealloc(l->tokens, l->cap * sizeof(*l->tokens));
	}
	l->tokens[l->count++] = (struct token){type, pos, arena_strndup(l->arena, l->text + pos, len), len};
	l->at = pos + len;
}

/* Always false: reading ends here. */
static bool lex_fail(struct lexer *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool lex_fail(struct lexer *l, const char *format, ...)
{
	_cleanup_buf_ struct buf words = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	add_token(l, TOKEN_ERROR, l->at, 0);
	l->tokens[l->count - 1].text = arena_strndup(l->arena, words.data, words.len);
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word_char(char c)
{
	return c == '_' || isalnum((unsigned char)c) || (c & 0x80);
}

/* "}}", or " -}}" with the space before it. */
static bool at_right(const char *p)
{
	return str_starts(p, "}}") || (is_space(p[0]) && str_starts(p + 1, "-}}"));
}

/* A name must end where something else can begin. */
static bool at_end_of_name(const char *p)
{
	return !*p || is_space(*p) || strchr(".,|:)(", *p) || str_starts(p, "}}");
}

static bool lex_name(struct lexer *l, enum token_type type, size_t prefix)
{
	static const char *const keywords[] = {"block", "break", "continue", "define",   "else",
	                                       "end",   "if",    "range",    "template", "with"};
	size_t n = prefix;
	const char *p = l->text + l->at;

	while (is_word_char(p[n]))
		n++;
	if (!at_end_of_name(p + n)) {
		size_t size;
		uint32_t c = utf8_decode(p + n, strnlen(p + n, 4), &size);

		return lex_fail(l, "bad character U+%04X '%.*s'", c, (int)size, p + n);
	}
	for (size_t i = 0; type == TOKEN_WORD && i < ARRAY_SIZE(keywords); i++) {
		if (strlen(keywords[i]) == n && !memcmp(keywords[i], p, n))
			type = TOKEN_KEYWORD;
	}
	if (type == TOKEN_WORD && ((n == 4 && !memcmp(p, "true", 4)) || (n == 5 && !memcmp(p, "false", 5))))
		type = TOKEN_BOOL;
	if (type == TOKEN_WORD && n == 3 && !memcmp(p, "nil", 3))
		type = TOKEN_NIL;
	add_token(l, type, l->at, n);
	return true;
}

static bool lex_quoted(struct lexer *l, char quote, enum token_type type, const char *unterminated)
{
	const char *p = l->text + l->at;
	size_t n = 1;

	while (p[n] && p[n] != quote && (quote == '`' || p[n] != '\n'))
		n += quote != '`' && p[n] == '\\' && p[n + 1] && p[n + 1] != '\n' ? 2 : 1;
	if (p[n] != quote)
		return lex_fail(l, "%s", unterminated);
	add_token(l, type, l->at, n + 1);
	return true;
}

static bool accept(const char **p, const char *set)
{
	bool found = **p && strchr(set, **p);

	*p += found;
	return found;
}

static bool lex_number(struct lexer *l)
{
	static const char decimal[] = "0123456789_";
	const char *start = l->text + l->at, *p = start, *digits = decimal;
	bool hex = false;

	accept(&p, "+-");
	if (accept(&p, "0")) {
		hex = accept(&p, "xX");
		digits = hex                 ? "0123456789abcdefABCDEF_"
		         : accept(&p, "oO") ? "01234567_"
		         : accept(&p, "bB") ? "01_"
		                            : decimal;
	}
	p += strspn(p, digits);
	if (accept(&p, "."))
		p += strspn(p, digits);
	if ((hex && accept(&p, "pP")) || (digits == decimal && accept(&p, "eE"))) {
		accept(&p, "+-");
		p += strspn(p, decimal);
	}
	accept(&p, "i");
	if (is_word_char(*p)) {
		_cleanup_free_ char *text = xstrndup(start, (size_t)(p - start) + 1);
		_cleanup_buf_ struct buf quoted = BUF_INIT;

		go_quote(&quoted, text);
		return lex_fail(l, "bad number syntax: %s", quoted.data);
	}
	add_token(l, TOKEN_NUMBER, l->at, (size_t)(p - start));
	return true;
}

/* One token within an action; false ends the reading. */
static bool lex_inside(struct lexer *l)
{
	const char *p = l->text + l->at;
	size_t n = 0;

	switch (*p) {
	case '\0':
		return lex_fail(l, "unclosed action");
	case '"':
		return lex_quoted(l, '"', TOKEN_STRING, "unterminated quoted string");
	case '`':
		return lex_quoted(l, '`', TOKEN_STRING, "unterminated raw quoted string");
	case '\'':
		return lex_quoted(l, '\'', TOKEN_CHAR, "unterminated character constant");
	case '$':
		return lex_name(l, TOKEN_VARIABLE, 1);
	case '.':
		if (isdigit((unsigned char)p[1]))
			return lex_number(l);
		return lex_name(l, is_word_char(p[1]) ? TOKEN_FIELD : TOKEN_DOT, 1);
	case '(':
		l->parens++;
		add_token(l, TOKEN_OPEN, l->at, 1);
		return true;
	case ')':
		if (--l->parens < 0)
			return lex_fail(l, "unexpected right paren");
		add_token(l, TOKEN_CLOSE, l->at, 1);
		return true;
	case '|':
	case ',':
	case '=':
		add_token(l, *p == '|' ? TOKEN_PIPE : *p == ',' ? TOKEN_COMMA : TOKEN_ASSIGN, l->at, 1);
		return true;
	case ':':
		if (p[1] != '=')
			return lex_fail(l, "expected :=");
		add_token(l, TOKEN_DECLARE, l->at, 2);
		return true;
	}
	while (is_space(p[n]) && !at_right(p + n))
		n++;
	if (n) {
		add_token(l, TOKEN_SPACE, l->at, n);
		return true;
	}
	if (*p == '+' || *p == '-' || isdigit((unsigned char)*p))
		return lex_number(l);
	if (is_word_char(*p))
		return lex_name(l, TOKEN_WORD, 0);
	if (*p > ' ' && *p < 0x7f) {
		/* the grammar has no place for it and says where it stands */
		add_token(l, TOKEN_COMMA, l->at, 1);
		return true;
	}
	return lex_fail(l, "unrecognized character in action: U+%04X", (unsigned char)*p);
}

/* After "{{": a comment gives no token. *comment says that it was one. */
static bool lex_comment(struct lexer *l, bool *comment)
{
	const char *p = l->text + l->at, *end;

	*comment = str_starts(p, "/*");
	if (!*comment)
		return true;
	end = strstr(p + 2, "*/");
	if (!end)
		return lex_fail(l, "unclosed comment");
	l->at = (size_t)(end + 2 - l->text);
	return at_right(end + 2) || lex_fail(l, "comment ends before closing delimiter");
}

/* "}}" or " -}}", and the space that a "-" takes away. */
static void lex_right(struct lexer *l, bool comment)
{
	bool trims = is_space(l->text[l->at]);

	if (comment)
		l->at += trims ? 4 : 2;
	else
		add_token(l, TOKEN_RIGHT, l->at, trims ? 4 : 2);
	while (trims && is_space(l->text[l->at]))
		l->at++;
}

static bool lex_action(struct lexer *l)
{
	bool comment, trims = str_starts(l->text + l->at, "{{-") && is_space(l->text[l->at + 3]);
	size_t start = l->at;

	l->at += trims ? 3 : 2;
	if (trims && str_starts(l->text + l->at + 1, "/*"))
		l->at++;
	if (!lex_comment(l, &comment))
		return false;
	if (!comment)
		add_token(l, TOKEN_LEFT, start, l->at - start);
	l->parens = 0;
	while (!at_right(l->text + l->at)) {
		if (!lex_inside(l))
			return false;
	}
	if (l->parens)
		return lex_fail(l, "unclosed left paren");
	lex_right(l, comment);
	return true;
}

void lex_all(struct lexer *l)
{
	while (l->text[l->at]) {
		const char *p = l->text + l->at, *left = strstr(p, "{{");
		size_t n = left ? (size_t)(left - p) : strlen(p), kept = n, start = l->at;

		while (left && left[2] == '-' && is_space(left[3]) && kept && is_space(p[kept - 1]))
			kept--;
		if (kept)
			add_token(l, TOKEN_TEXT, l->at, kept);
		l->at = start + n;
		if (left && !lex_action(l))
			return;
	}
	add_token(l, TOKEN_EOF, l->at, 0);
}
