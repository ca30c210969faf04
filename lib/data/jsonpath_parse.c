#include <ctype.h>

#include "data/jsonpath_internal.h"
#include "data/utf8.h"

struct reader {
	const char *at; /* the rest of the template */
};

static int parse_block(struct reader *r, struct path *path, struct error *err);

/* ---- the tree ------------------------------------------------------------------ */

struct path *path_new(void)
{
	struct path *p = NEW(struct path);

	return p;
}

static void step_free(struct step *s)
{
	if (!s)
		return;
	free(s->name);
	cJSON_Delete(s->literal);
	for (size_t i = 0; i < s->paths.len; i++)
		path_free(s->paths.items[i]);
	vec_release(&s->paths);
	free(s);
}

void path_free(struct path *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->steps.len; i++)
		step_free(p->steps.items[i]);
	vec_release(&p->steps);
	free(p);
}

static struct step *step_add(struct path *path, enum step_kind kind)
{
	struct step *s = NEW(struct step);

	s->kind = kind;
	vec_add(&path->steps, s);
	return s;
}

static void literal_add(struct path *path, cJSON *value)
{
	step_add(path, STEP_LITERAL)->literal = value;
}

static struct step *step_last(const struct path *path)
{
	return path->steps.len ? path->steps.items[path->steps.len - 1] : NULL;
}

/* ---- words and names ------------------------------------------------------------ */

/* What ends a name. */
static bool is_end(char c)
{
	return !c || strchr(" \t\r\n.,[]$@{}", c);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

static void parse_field(struct reader *r, struct path *path)
{
	_cleanup_buf_ struct buf name = BUF_INIT;
	struct step *s;

	while (!is_end(*r->at)) {
		if (*r->at == '\\' && r->at[1])
			r->at++;
		if (*r->at != '\\')
			buf_putc(&name, *r->at);
		r->at++;
	}
	s = step_add(path, str_equal(name.data, "*") ? STEP_WILDCARD : STEP_FIELD);
	s->name = buf_take(&name);
}

static void parse_word(struct reader *r, struct path *path)
{
	const char *start = r->at;
	_cleanup_free_ char *word = NULL;

	while (!is_end(*r->at))
		r->at++;
	word = xstrndup(start, (size_t)(r->at - start));
	if (str_equal(word, "true") || str_equal(word, "false"))
		literal_add(path, cJSON_CreateBool(str_equal(word, "true")));
	else if (str_equal(word, "range"))
		step_add(path, STEP_RANGE);
	else if (str_equal(word, "end"))
		step_add(path, STEP_END);
	else
		step_add(path, STEP_UNKNOWN)->name = TAKE_PTR(word);
}

static int parse_number(struct reader *r, struct path *path, struct error *err)
{
	const char *start = r->at;
	_cleanup_free_ char *text = NULL;
	char *end;

	if (*r->at == '+' || *r->at == '-')
		r->at++;
	while (*r->at == '.' || isdigit((unsigned char)*r->at))
		r->at++;
	text = xstrndup(start, (size_t)(r->at - start));
	strtod(text, &end);
	if (*end || end == text)
		return error_set(err, ERROR_PARSE, "cannot parse number %s", text);
	literal_add(path, json_new_number(*text == '+' ? text + 1 : text));
	return 0;
}

/* ---- quoted text ------------------------------------------------------------------ */

/* \x41, \u00e9, \U0001F600: so many hexadecimal digits follow. */
static bool put_hex(struct buf *out, const char **at, int digits)
{
	char text[9] = "";
	unsigned long c;

	for (int i = 0; i < digits; i++) {
		if (!isxdigit((unsigned char)(*at)[i]))
			return false;
		text[i] = (*at)[i];
	}
	c = strtoul(text, NULL, 16);
	*at += digits;
	if (digits == 2)
		buf_putc(out, (char)c);
	else
		utf8_put(out, (uint32_t)c);
	return true;
}

/* \101: first and two more digits. */
static bool put_octal(struct buf *out, const char **at, char first)
{
	if (strspn(*at, "01234567") < 2)
		return false;
	buf_putc(out, (char)((first - '0') * 64 + ((*at)[0] - '0') * 8 + (*at)[1] - '0'));
	*at += 2;
	return true;
}

/* Go's escapes inside of quotes. */
static bool put_escape(struct buf *out, const char **at, char quote)
{
	static const char letters[] = "abfnrtv\\";
	static const char values[] = "\a\b\f\n\r\t\v\\";
	char c = *(*at)++;
	const char *known = c ? strchr(letters, c) : NULL;

	if (known) {
		buf_putc(out, values[known - letters]);
		return true;
	}
	if (c == quote) {
		buf_putc(out, c);
		return true;
	}
	if (c == 'x' || c == 'u' || c == 'U')
		return put_hex(out, at, c == 'x' ? 2 : c == 'u' ? 4 : 8);
	return c >= '0' && c <= '3' && put_octal(out, at, c);
}

static int parse_quote(struct reader *r, struct path *path, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *start = r->at;
	char quote = *r->at++;

	while (*r->at != quote) {
		if (!*r->at || *r->at == '\n')
			return error_set(err, ERROR_PARSE, "unterminated quoted string");
		if (*r->at != '\\') {
			buf_putc(&text, *r->at++);
			continue;
		}
		r->at++;
		if (!put_escape(&text, &r->at, quote))
			return error_set(err, ERROR_PARSE, "unquote string %.*s error invalid syntax",
					 (int)strcspn(start, "}"), start);
	}
	r->at++;
	literal_add(path, cJSON_CreateString(text.data));
	return 0;
}

/* ---- brackets ----------------------------------------------------------------------- */

/* Parses text as what stands between braces. */
static int parse_inner(const char *text, size_t n, struct path **ret, struct error *err)
{
	_cleanup_(path_free_p) struct path *path = path_new();
	_cleanup_free_ char *inner = xasprintf("%.*s}", (int)n, text);
	struct reader r = {inner};

	if (parse_block(&r, path, err))
		return -1;
	*ret = TAKE_PTR(path);
	return 0;
}

/* ['name'] is read as .name is: a dot or a blank in it ends the name. False when text is something else. */
static bool parse_key(struct path *path, const char *text, int *ret_status, struct error *err)
{
	size_t n = strlen(text);
	_cleanup_(path_free_p) struct path *key = NULL;
	_cleanup_free_ char *inner = NULL;

	if (n < 2 || text[0] != '\'' || text[n - 1] != '\'' || memchr(text + 1, '\'', n - 2))
		return false;
	inner = xasprintf(".%.*s", (int)n - 2, text + 1);
	*ret_status = parse_inner(inner, strlen(inner), &key, err);
	if (*ret_status)
		return true;
	for (size_t i = 0; i < key->steps.len; i++)
		vec_add(&path->steps, key->steps.items[i]);
	key->steps.len = 0;
	return true;
}

static bool parse_bound(const char **at, struct bound *ret)
{
	const char *start = *at;
	char *end;

	if (**at == '-')
		++*at;
	while (isdigit((unsigned char)**at))
		++*at;
	ret->known = *at > start;
	errno = 0;
	ret->value = ret->known ? strtoll(start, &end, 10) : 0;
	return !errno && !(ret->known && *at == start + 1 && *start == '-');
}

/* [from:to:by] with any of them left out, or [index] */
static int parse_slice(struct path *path, const char *text, struct error *err)
{
	const char *at = text;
	struct step *s = step_add(path, STEP_SLICE);
	bool good = parse_bound(&at, &s->from);

	s->single = *at != ':';
	if (good && *at == ':') {
		at++;
		good = parse_bound(&at, &s->to);
	}
	if (good && *at == ':') {
		at++;
		good = parse_bound(&at, &s->by);
	}
	if (!good || *at)
		return error_set(err, ERROR_PARSE, "invalid array index %s", text);
	return 0;
}

static int parse_union(struct path *path, const char *text, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	struct step *s = step_add(path, STEP_UNION);

	vec_add_split(&parts, text, ',');
	for (size_t i = 0; i < parts.len; i++) {
		const char *part = vec_string(&parts, i);
		_cleanup_free_ char *inner = NULL;
		struct path *one;
		size_t n;

		part += strspn(part, " ");
		n = strlen(part);
		while (n && part[n - 1] == ' ')
			n--;
		inner = xasprintf("[%.*s]", (int)n, part);
		if (parse_inner(inner, strlen(inner), &one, err))
			return -1;
		vec_add(&s->paths, one);
	}
	return 0;
}

static int parse_array(struct reader *r, struct path *path, struct error *err)
{
	const char *start = ++r->at;
	size_t n = strcspn(start, "]\n");
	_cleanup_free_ char *text = xstrndup(start, n);
	int status;

	if (start[n] != ']')
		return error_set(err, ERROR_PARSE, "unterminated array");
	r->at = start + n + 1;
	if (strchr(text, ','))
		return parse_union(path, text, err);
	if (parse_key(path, text, &status, err))
		return status;
	return parse_slice(path, str_equal(text, "*") ? ":" : text, err);
}

/* Where the filter's ")" stands: quotes hide it. NULL when there is none. */
static const char *filter_end(const char *at)
{
	char quote = 0;

	for (; *at && *at != '\n'; at++) {
		if (quote && *at == '\\' && at[1])
			at++;
		else if (quote && *at == quote)
			quote = 0;
		else if (!quote && (*at == '"' || *at == '\''))
			quote = *at;
		else if (!quote && *at == ')')
			return at;
	}
	return NULL;
}

static int parse_filter(struct reader *r, struct path *path, struct error *err)
{
	const char *text = r->at + strlen("[?(");
	const char *end = filter_end(text);
	struct step *s = step_add(path, STEP_FILTER);
	struct path *side = NULL;
	size_t left, op;

	if (!end)
		return error_set(err, ERROR_PARSE, "unterminated filter");
	if (end[1] != ']')
		return error_set(err, ERROR_PARSE, "unclosed array expect ]");
	r->at = end + 2;
	left = MIN(strcspn(text, "!<>="), (size_t)(end - text));
	op = MIN(strspn(text + left, "!<>="), (size_t)(end - text) - left);
	op -= op && text + left + op == end; /* something is left for the right side */
	if (!left || !op)
		left = (size_t)(end - text), op = 0;
	s->name = op ? xstrndup(text + left, op) : xstrdup("exists");
	if (parse_inner(text, left, &side, err))
		return -1;
	vec_add(&s->paths, side);
	if (op && parse_inner(text + left + op, (size_t)(end - text) - left - op, &side, err))
		return -1;
	if (op)
		vec_add(&s->paths, side);
	return 0;
}

/* ---- blocks ----------------------------------------------------------------------------- */

static int parse_recursive(struct reader *r, struct path *path, struct error *err)
{
	const struct step *last = step_last(path);

	if (last && last->kind == STEP_RECURSIVE)
		return error_set(err, ERROR_PARSE, "invalid multiple recursive descent");
	r->at += strlen("..");
	step_add(path, STEP_RECURSIVE);
	if (is_word(*r->at))
		parse_field(r, path);
	return 0;
}

static int parse_piece(struct reader *r, struct path *path, struct error *err)
{
	char c = *r->at;

	if (str_starts(r->at, "[?("))
		return parse_filter(r, path, err);
	if (str_starts(r->at, ".."))
		return parse_recursive(r, path, err);
	if (c == '[')
		return parse_array(r, path, err);
	if (c == '"' || c == '\'')
		return parse_quote(r, path, err);
	if (c == '+' || c == '-' || isdigit((unsigned char)c))
		return parse_number(r, path, err);
	if (is_word(c)) {
		parse_word(r, path);
		return 0;
	}
	if (c == '.' || c == ' ' || c == '@' || c == '$') {
		r->at++;
		if (c == '.')
			parse_field(r, path);
		return 0;
	}
	if (!c || c == '\n' || c == '\r')
		return error_set(err, ERROR_PARSE, "unclosed action");
	return error_set(err, ERROR_PARSE, "unrecognized character in action: U+%04X '%c'", (unsigned char)c, c);
}

/* Up to the closing brace and past it. */
static int parse_block(struct reader *r, struct path *path, struct error *err)
{
	while (*r->at != '}') {
		if (parse_piece(r, path, err))
			return -1;
	}
	r->at++;
	return 0;
}

static struct path *block_add(struct jsonpath *p)
{
	struct path *block = path_new();

	vec_add(&p->blocks, block);
	return block;
}

int jsonpath_parse(const char *template, struct jsonpath **ret, struct error *err)
{
	_cleanup_(jsonpath_free_p) struct jsonpath *p = NEW(struct jsonpath);
	struct reader r = {template};

	while (*r.at) {
		size_t n = strcspn(r.at, "{");

		if (n) {
			_cleanup_free_ char *text = xstrndup(r.at, n);

			literal_add(block_add(p), cJSON_CreateString(text));
			r.at += n;
			continue;
		}
		r.at++;
		if (parse_block(&r, block_add(p), err))
			return -1;
	}
	*ret = TAKE_PTR(p);
	return 0;
}

void jsonpath_free(struct jsonpath *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->blocks.len; i++)
		path_free(p->blocks.items[i]);
	vec_release(&p->blocks);
	free(p);
}

int jsonpath_relaxed(const char *text, char **ret, struct error *err)
{
	size_t n = strlen(text);
	bool braces = n >= 2 && text[0] == '{' && text[n - 1] == '}';
	const char *inner = braces ? text + 1 : text;
	size_t len = braces ? n - 2 : n;

	if (len > 1 && *inner == '.')
		inner++, len--;
	if (!len || memchr(inner, '{', len) || memchr(inner, '}', len))
		return error_set(err, ERROR_USAGE,
				 "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
				 "'{name1.name2}' or '{.name1.name2}'");
	*ret = xasprintf("{.%.*s}", (int)len, inner);
	return 0;
}
