#include "data/yaml_resolve.h"

static const struct word {
	const char *text;
	enum yaml_type type;
	double value; /* of a boolean or float */
} words[] = {
	{"y", YAML_BOOL, 1},
	{"Y", YAML_BOOL, 1},
	{"yes", YAML_BOOL, 1},
	{"Yes", YAML_BOOL, 1},
	{"YES", YAML_BOOL, 1},
	{"true", YAML_BOOL, 1},
	{"True", YAML_BOOL, 1},
	{"TRUE", YAML_BOOL, 1},
	{"on", YAML_BOOL, 1},
	{"On", YAML_BOOL, 1},
	{"ON", YAML_BOOL, 1},
	{"n", YAML_BOOL, 0},
	{"N", YAML_BOOL, 0},
	{"no", YAML_BOOL, 0},
	{"No", YAML_BOOL, 0},
	{"NO", YAML_BOOL, 0},
	{"false", YAML_BOOL, 0},
	{"False", YAML_BOOL, 0},
	{"FALSE", YAML_BOOL, 0},
	{"off", YAML_BOOL, 0},
	{"Off", YAML_BOOL, 0},
	{"OFF", YAML_BOOL, 0},
	{"", YAML_NULL, 0},
	{"~", YAML_NULL, 0},
	{"null", YAML_NULL, 0},
	{"Null", YAML_NULL, 0},
	{"NULL", YAML_NULL, 0},
	{".nan", YAML_FLOAT, __builtin_nan("")},
	{".NaN", YAML_FLOAT, __builtin_nan("")},
	{".NAN", YAML_FLOAT, __builtin_nan("")},
	{".inf", YAML_FLOAT, __builtin_inf()},
	{".Inf", YAML_FLOAT, __builtin_inf()},
	{".INF", YAML_FLOAT, __builtin_inf()},
	{"+.inf", YAML_FLOAT, __builtin_inf()},
	{"+.Inf", YAML_FLOAT, __builtin_inf()},
	{"+.INF", YAML_FLOAT, __builtin_inf()},
	{"-.inf", YAML_FLOAT, -__builtin_inf()},
	{"-.Inf", YAML_FLOAT, -__builtin_inf()},
	{"-.INF", YAML_FLOAT, -__builtin_inf()},
};

#define LONGEST_WORD 5

static bool resolve_word(const char *text, struct yaml_scalar *ret)
{
	if (strlen(text) > LONGEST_WORD)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].text, text))
			continue;
		ret->type = words[i].type;
		if (ret->type == YAML_FLOAT)
			ret->f = words[i].value;
		else
			ret->boolean = words[i].value != 0;
		return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- timestamps --------------------------------------------------------------- */

/* One or two digits, at most high. */
static bool take_number(const char **p, int low, int high, int *ret)
{
	int v;

	if (!is_digit(**p))
		return false;
	v = *(*p)++ - '0';
	if (is_digit(**p))
		v = v * 10 + (*(*p)++ - '0');
	*ret = v;
	return v >= low && v <= high;
}

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	++*p;
	return true;
}

static bool take_clock(const char **p)
{
	int v;

	if (!take_number(p, 0, 23, &v) || !take_char(p, ':') || !take_number(p, 0, 59, &v) || !take_char(p, ':') ||
	    !take_number(p, 0, 59, &v))
		return false;
	if ((**p == '.' || **p == ',') && is_digit((*p)[1])) {
		++*p;
		*p += strspn(*p, "0123456789");
	}
	return true;
}

static bool take_zone(const char **p)
{
	const char *s = *p;

	if (*s == 'Z') {
		++*p;
		return true;
	}
	if ((*s != '+' && *s != '-') || !is_digit(s[1]) || !is_digit(s[2]) || s[3] != ':' || !is_digit(s[4]) ||
	    !is_digit(s[5]))
		return false;
	*p += 6;
	return (s[1] - '0') * 10 + s[2] - '0' <= 24 && (s[4] - '0') * 10 + s[5] - '0' <= 60;
}

static bool is_timestamp(const char *text)
{
	static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const char *p = text + 4;
	int year, month, day;

	if (strspn(text, "0123456789") != 4 || *p++ != '-')
		return false;
	year = (int)strtol(text, NULL, 10);
	if (!take_number(&p, 1, 12, &month) || !take_char(&p, '-') || !take_number(&p, 1, days[month - 1], &day))
		return false;
	if (month == 2 && day == 29 && (year % 4 || (year % 100 == 0 && year % 400)))
		return false;
	if (!*p)
		return true;
	if (*p == 'T' || *p == 't') {
		p++;
		return take_clock(&p) && take_zone(&p) && !*p;
	}
	if (*p != ' ')
		return false;
	p += strspn(p, " ");
	return take_clock(&p) && !*p;
}

/* ---- numbers ------------------------------------------------------------------- */

/* Digits of a base up to the end of text; false for none, another character or too many. */
static bool parse_digits(const char *text, unsigned base, uint64_t *ret)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t v = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		const char *at = strchr(hex, *text | (is_digit(*text) ? 0 : 0x20));
		size_t digit = at ? (size_t)(at - hex) : sizeof(hex);

		if (digit >= base || v > (UINT64_MAX - digit) / base)
			return false;
		v = v * base + digit;
	}
	*ret = v;
	return true;
}

/* strconv.ParseInt and ParseUint of base 0. */
static bool resolve_int(const char *text, struct yaml_scalar *ret)
{
	bool sign = *text == '-' || *text == '+', negative = *text == '-';
	const char *p = text + sign;
	unsigned base = 10;
	uint64_t v;

	if (*p == '0' && p[1]) {
		char mark = (char)(p[1] | 0x20);

		base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
		p += base != 8 || mark == 'o' ? 2 : 1;
	}
	if (!parse_digits(p, base, &v))
		return false;
	if (v <= (uint64_t)INT64_MAX + negative) {
		ret->type = YAML_INT;
		ret->i = (int64_t)(negative ? -v : v);
		return true;
	}
	ret->type = YAML_UINT;
	ret->u = v;
	return !sign;
}

/* True for an optional sign, digits with an optional point, and an optional exponent. */
static bool looks_like_float(const char *p)
{
	size_t whole, fraction = 0;

	p += *p == '-' || *p == '+';
	whole = strspn(p, "0123456789");
	p += whole;
	if (*p == '.') {
		fraction = strspn(++p, "0123456789");
		p += fraction;
	}
	if (!whole && !fraction)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!is_digit(*p))
			return false;
		p += strspn(p, "0123456789");
	}
	return !*p;
}

static bool resolve_float(const char *text, struct yaml_scalar *ret)
{
	if (!looks_like_float(text))
		return false;
	ret->f = strtod(text, NULL);
	ret->type = YAML_FLOAT;
	return !__builtin_isinf(ret->f);
}

/* Go reads "_" between two digits of a number; a copy without them, or NULL. */
static char *drop_underscores(const char *text, bool only_between_digits)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (const char *p = text; *p; p++) {
		if (*p != '_')
			buf_putc(&out, *p);
		else if (only_between_digits && (p == text || !is_digit(p[-1]) || !is_digit(p[1])))
			return NULL;
	}
	return buf_take(&out);
}

struct yaml_scalar yaml_resolve(const char *text)
{
	struct yaml_scalar s = {.type = YAML_STR};
	_cleanup_free_ char *plain = NULL;
	bool point = *text == '.';

	if (!point && *text != '+' && *text != '-' && !is_digit(*text)) {
		if (!*text || strchr("yYnNtTfFoO~", *text))
			resolve_word(text, &s);
		return s;
	}
	if (resolve_word(text, &s))
		return s;
	if (!point && is_timestamp(text)) {
		s.type = YAML_TIMESTAMP;
		return s;
	}
	plain = drop_underscores(text, point);
	if (!plain || ((point || !resolve_int(plain, &s)) && !resolve_float(plain, &s)))
		s.type = YAML_STR;
	return s;
}

const char *yaml_type_tag(enum yaml_type type)
{
	static const char *const tags[] = {
		[YAML_STR] = "!!str",
		[YAML_BOOL] = "!!bool",
		[YAML_INT] = "!!int",
		[YAML_UINT] = "!!int",
		[YAML_FLOAT] = "!!float",
		[YAML_NULL] = "!!null",
		[YAML_TIMESTAMP] = "!!timestamp",
		[YAML_MERGE] = "!!merge",
	};

	return tags[type];
}

bool yaml_is_base60(const char *text)
{
	const char *p = text + (*text == '+' || *text == '-');
	int groups = 0;

	if (!is_digit(*p))
		return false;
	p += strspn(p, "0123456789_");
	for (; *p == ':'; groups++) {
		p++;
		if (!is_digit(*p))
			return false;
		/* one digit, or two below sixty */
		p += is_digit(p[1]) && *p <= '5' ? 2 : 1;
	}
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789_");
	return groups && !*p;
}
