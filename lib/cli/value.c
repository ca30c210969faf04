#include "cli/value.h"

#include "base/timeutil.h"

static bool refused(const struct option *o, const char *text, struct error *err)
{
	return o->rare && o->rare->check && o->rare->check(text, err) < 0;
}

static int set_bool(struct value *v, const char *text, struct error *err)
{
	static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (str_equal(text, yes[i]) || str_equal(text, no[i])) {
			v->boolean = str_equal(text, yes[i]);
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, "strconv.ParseBool: parsing \"%s\": invalid syntax", text);
}

/* The digits and base of a Go integer literal without its sign: 0x1f, 0o17, 017, 0b11. */
static const char *integer_digits(const char *s, int *ret_base)
{
	static const struct {
		char letter;
		int base;
	} prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

	*ret_base = 10;
	if (s[0] != '0' || !s[1])
		return s;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if ((s[1] | 0x20) == prefixes[i].letter) {
			*ret_base = prefixes[i].base;
			return s + 2;
		}
	}
	*ret_base = 8;
	return s + 1;
}

static int set_int(struct value *v, const char *text, struct error *err)
{
	bool negative = *text == '-', narrow = v->option->flags & OPTION_INT32;
	uint64_t limit = (narrow ? (uint64_t)INT32_MAX : (uint64_t)INT64_MAX) + (negative ? 1 : 0);
	const char *digits = text + (*text == '-' || *text == '+');
	uint64_t magnitude;
	char *end;
	int base;

	digits = integer_digits(digits, &base);
	errno = 0;
	magnitude = strtoull(digits, &end, base);
	if (end == digits || *end || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
		return error_set(err, ERROR_USAGE, "strconv.ParseInt: parsing \"%s\": invalid syntax", text);
	if (errno == ERANGE || magnitude > limit)
		return error_set(err, ERROR_USAGE, "strconv.ParseInt: parsing \"%s\": value out of range", text);
	v->number = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return 0;
}

static int set_duration(struct value *v, const char *text, struct error *err)
{
	if (duration_parse(text, &v->number, err) < 0) {
		err->class = ERROR_USAGE;
		return -1;
	}
	return 0;
}

/* One field in double quotes; at points behind the opening quote. NULL: no closing quote (column in *ret_bad). */
static const char *csv_quoted(const char *at, struct buf *field)
{
	for (;; at++) {
		if (*at == '"' && at[1] == '"')
			at++;
		else if (*at == '"')
			return at[1] == ',' || !at[1] ? at + 1 : NULL;
		else if (!*at)
			return NULL;
		buf_putc(field, *at);
	}
}

/* Where Go's reader complains about a quoted field that does not end well: its column, from 1. */
static size_t csv_bad_column(const char *text, const char *field)
{
	const char *at = field;

	for (; *at; at++) {
		if (*at != '"')
			continue;
		if (at[1] == '"')
			at++;
		else
			break;
	}
	return (size_t)(at - text) + 1;
}

/* Splits as Go's encoding/csv does: a field may stand in double quotes. */
static int csv_split(const char *text, struct vec *ret, struct error *err)
{
	for (const char *at = text;;) {
		_cleanup_buf_ struct buf field = BUF_INIT;

		if (*at == '"') {
			const char *start = at + 1;

			at = csv_quoted(start, &field);
			if (!at)
				return error_set(
					err, ERROR_USAGE,
					"parse error on line 1, column %zu: extraneous or missing \" in quoted-field",
					csv_bad_column(text, start));
		} else {
			size_t n = strcspn(at, ",");
			const char *quote = memchr(at, '"', n);

			if (quote)
				return error_set(err, ERROR_USAGE,
						 "parse error on line 1, column %zu: bare \" in non-quoted-field",
						 (size_t)(quote - text) + 1);
			buf_add(&field, at, n);
			at += n;
		}
		vec_add(ret, buf_take(&field));
		if (*at++ != ',')
			return 0;
	}
}

static int set_list(struct value *v, const char *text, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	if (*text && csv_split(text, &parts, err) < 0)
		return -1;
	if (!v->changed)
		vec_release(&v->list);
	for (size_t i = 0; i < parts.len; i++)
		vec_add_string(&v->list, vec_string(&parts, i));
	return 0;
}

static int set_array(struct value *v, const char *text, struct error *err)
{
	if (refused(v->option, text, err))
		return -1;
	if (!v->changed)
		vec_release(&v->list);
	vec_add_string(&v->list, text);
	return 0;
}

static int set_pairs(struct value *v, const char *text, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	if (!strchr(text, '='))
		return error_set(err, ERROR_USAGE, "%s must be formatted as key=value", text);
	/* With a single "=" commas belong to the value. */
	if (strchr(text, '=') == strrchr(text, '='))
		vec_add_string(&parts, text);
	else if (csv_split(text, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.len; i++)
		if (!strchr(vec_string(&parts, i), '='))
			return error_set(err, ERROR_USAGE, "%s must be formatted as key=value", vec_string(&parts, i));
	if (!v->changed)
		vec_release(&v->list);
	for (size_t i = 0; i < parts.len; i++)
		vec_add_string(&v->list, vec_string(&parts, i));
	return 0;
}

static int set_string(struct value *v, const char *text, struct error *err)
{
	if (refused(v->option, text, err))
		return -1;
	free(v->text);
	v->text = xstrdup(text);
	return 0;
}

int value_set(struct value *v, const char *text, struct error *err)
{
	static int (*const set[])(struct value *, const char *, struct error *) = {
		[OPTION_BOOL] = set_bool,         [OPTION_STRING] = set_string, [OPTION_INT] = set_int,
		[OPTION_DURATION] = set_duration, [OPTION_LIST] = set_list,     [OPTION_ARRAY] = set_array,
		[OPTION_PAIRS] = set_pairs,
	};

	if (set[v->option->type](v, text, err) < 0)
		return -1;
	v->changed = true;
	return 0;
}

void value_init(struct value *v, const struct option *o)
{
	*v = (struct value){.option = o, .list = VEC_OF_STRINGS};
}

void value_want(struct value *v)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *text = NULL;

	if (v->changed || v->defaulted)
		return;
	v->defaulted = true;
	text = option_fallback(v->option);
	if (!*text)
		return;
	if (value_set(v, text, &err) < 0)
		abort();
	v->changed = false;
}

void value_release(struct value *v)
{
	free(v->text);
	vec_release(&v->list);
	*v = (struct value){0};
}
