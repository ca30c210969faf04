#include "base/quantity.h"

#define NANO ((__int128)1000000000)
#define LIMIT (((__int128)1 << 126) / NANO * NANO) /* the largest value kept, in nano */

/* Suffixes and what they stand for: base^exponent. */
static const struct suffix {
	const char *text;
	int base;
	int exponent;
} suffixes[] = {
	{"Ki", 2, 10}, {"Mi", 2, 20}, {"Gi", 2, 30}, {"Ti", 2, 40}, {"Pi", 2, 50}, {"Ei", 2, 60},
	{"n", 10, -9}, {"u", 10, -6}, {"m", 10, -3}, {"", 10, 0},   {"k", 10, 3},  {"M", 10, 6},
	{"G", 10, 9},  {"T", 10, 12}, {"P", 10, 15}, {"E", 10, 18},
};

static const char format_wrong[] = "quantities must match the regular expression "
				   "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/* The pieces of "-1.50Gi". */
struct pieces {
	bool negative;
	const char *whole, *fraction;
	size_t whole_len, fraction_len;
	const char *suffix;
};

static size_t count_digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* As apimachinery's parseQuantityString splits it; false where it refuses. */
static bool split(const char *s, struct pieces *ret)
{
	struct pieces p = {.negative = *s == '-', .fraction = ""};
	size_t n;

	s += *s == '-' || *s == '+';
	s += strspn(s, "0");
	p.whole = s;
	p.whole_len = count_digits(s);
	s += p.whole_len;
	if (*s == '.') {
		p.fraction = ++s;
		p.fraction_len = count_digits(s);
		s += p.fraction_len;
	}
	p.suffix = s;
	n = strspn(s, "eEinumkKMGTP");
	n += s[n] == '-' || s[n] == '+';
	n += count_digits(s + n);
	*ret = p;
	return !s[n];
}

/* The meaning of a suffix; false when there is none. */
static bool interpret(const char *text, int *ret_base, int *ret_exponent, enum quantity_form *ret_form)
{
	char *end;
	long e;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (strcmp(suffixes[i].text, text))
			continue;
		*ret_base = suffixes[i].base;
		*ret_exponent = suffixes[i].exponent;
		*ret_form = suffixes[i].base == 2 ? QUANTITY_BINARY_SI : QUANTITY_DECIMAL_SI;
		return true;
	}
	if ((*text != 'e' && *text != 'E') || !text[1])
		return false;
	e = strtol(text + 1, &end, 10);
	if (*end || e > INT32_MAX || e < INT32_MIN)
		return false;
	*ret_base = 10;
	*ret_exponent = (int)e;
	*ret_form = QUANTITY_DECIMAL_EXPONENT;
	return true;
}

/* v * 10, held at the limit. */
static __int128 times_ten(__int128 v)
{
	return v > LIMIT / 10 ? LIMIT : v * 10;
}

/*
 * The digits times base^exponent in nano, rounded away from zero. Digits that
 * are finer than nano only tell whether there is something to round.
 */
static __int128 to_nano(const struct pieces *p, int base, int exponent)
{
	long scale = 9 + (base == 10 ? exponent : 0) - (long)p->fraction_len;
	size_t total = p->whole_len + p->fraction_len, used = total;
	__int128 v = 0;
	bool rest = false;
	int binary = base == 2 ? exponent : 0;

	if (scale < 0 && !binary) {
		used = (size_t)-scale >= total ? 0 : total - (size_t)-scale;
		scale = 0;
	}
	for (size_t i = 0; i < total; i++) {
		char c = i < p->whole_len ? p->whole[i] : p->fraction[i - p->whole_len];

		if (i < used)
			v = MIN(times_ten(v) + (c - '0'), LIMIT);
		else
			rest |= c != '0';
	}
	for (; v && v < LIMIT && scale > 0; scale--)
		v = times_ten(v);
	for (; binary > 0; binary--)
		v = v > LIMIT / 2 ? LIMIT : v * 2;
	for (; scale < 0; scale++) {
		rest |= v % 10 != 0;
		v /= 10;
	}
	return MIN(v + rest, LIMIT);
}

/* True where apimachinery keeps the value in 64 bits with a scale instead of a big decimal. */
static bool is_small(const struct pieces *p, int base, int exponent)
{
	long digits = (long)(p->whole_len ? p->whole_len : 1) + (long)p->fraction_len;

	if (base == 10)
		return digits <= 18 && exponent - (long)p->fraction_len >= -9;
	return !p->fraction_len && 15 - digits - exponent * 3 / 10 - 1 >= 0;
}

/* The digit at a place counted through the whole part and the fraction. */
static char digit_at(const struct pieces *p, size_t at)
{
	return at < p->whole_len ? p->whole[at] : p->fraction[at - p->whole_len];
}

/* True where apimachinery takes the text it reads for canonical and keeps it. */
static bool keeps_text(const struct pieces *p, int base, int exponent)
{
	size_t total = p->whole_len + p->fraction_len, zeros = 0;

	if (!is_small(p, base, exponent) || !p->whole_len)
		return false;
	if (base == 2)
		return (strtoll(p->whole, NULL, 10) & 7) != 0;
	while (zeros < total && digit_at(p, total - 1 - zeros) == '0')
		zeros++;
	return zeros < 3 && (exponent - (long)p->fraction_len) % 3 == 0;
}

int quantity_parse(const char *text, struct quantity *ret, struct error *err)
{
	const __int128 cap = (__int128)INT64_MAX * NANO;
	struct pieces p;
	struct quantity q;
	int base, exponent;

	if (!*text || !split(text, &p))
		return error_set(err, ERROR_PARSE, "%s", format_wrong);
	if (!interpret(p.suffix, &base, &exponent, &q.form))
		return error_set(err, ERROR_PARSE, "unable to parse quantity's suffix");
	q.nano = to_nano(&p, base, exponent);
	if (q.form == QUANTITY_BINARY_SI && q.nano > cap)
		q.nano = cap;
	if (p.negative)
		q.nano = -q.nano;
	q.keeps_text = keeps_text(&p, base, exponent);
	*ret = q;
	return 0;
}

int quantity_canonicalize(const char *text, struct buf *out, struct error *err)
{
	struct quantity q;

	if (quantity_parse(text, &q, err))
		return -1;
	if (q.keeps_text)
		buf_puts(out, text);
	else
		quantity_format(out, &q);
	return 0;
}

int quantity_compare(const struct quantity *a, const struct quantity *b)
{
	return (a->nano > b->nano) - (a->nano < b->nano);
}

static void put_int128(struct buf *out, __int128 v)
{
	char digits[48];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + (int)(v % 10));
		v /= 10;
	} while (v);
	buf_add(out, digits + at, sizeof(digits) - at);
}

static void put_suffix(struct buf *out, int base, int exponent, enum quantity_form form)
{
	if (form == QUANTITY_DECIMAL_EXPONENT) {
		if (exponent)
			buf_printf(out, "e%d", exponent);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (suffixes[i].base == base && suffixes[i].exponent == exponent)
			buf_puts(out, suffixes[i].text);
	}
}

void quantity_format(struct buf *out, const struct quantity *q)
{
	__int128 v = q->nano < 0 ? -q->nano : q->nano;
	/* a binary form that would need a fraction shows as decimal */
	bool binary = q->form == QUANTITY_BINARY_SI && v >= 1024 * NANO && v % NANO == 0;
	enum quantity_form form = q->form == QUANTITY_BINARY_SI ? QUANTITY_DECIMAL_SI : q->form;
	int exponent = -9;

	if (!v) {
		buf_putc(out, '0');
		return;
	}
	if (q->nano < 0)
		buf_putc(out, '-');
	if (binary) {
		v /= NANO;
		for (exponent = 0; v % 1024 == 0 && exponent < 60; exponent += 10)
			v /= 1024;
		put_int128(out, v);
		put_suffix(out, 2, exponent, QUANTITY_BINARY_SI);
		return;
	}
	for (; v % 1000 == 0 && (exponent < 18 || form == QUANTITY_DECIMAL_EXPONENT); exponent += 3)
		v /= 1000;
	put_int128(out, v);
	put_suffix(out, 10, exponent, form);
}
