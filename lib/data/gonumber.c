#include "data/gonumber.h"

#include <ctype.h>

/* The significant digits of a value and where its decimal point stands. */
struct digits {
	bool negative;
	char text[20]; /* without zeros at the end; "0" for zero */
	int count;
	int exponent; /* of the first digit: d.ddd * 10^exponent */
};

static bool reads_back(const char *text, double v, int bits)
{
	return bits == 32 ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v;
}

/* The shortest digits that identify the value among those of its size. */
static struct digits shortest(double v, int bits)
{
	struct digits d = {.negative = __builtin_signbit(v) != 0};
	char text[40];

	v = d.negative ? -v : v;
	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, v);
		if (reads_back(text, v, bits))
			break;
	}
	for (const char *p = text; *p && *p != 'e'; p++) {
		if (isdigit((unsigned char)*p) && d.count < (int)sizeof(d.text))
			d.text[d.count++] = *p;
	}
	while (d.count > 1 && d.text[d.count - 1] == '0')
		d.count--;
	d.exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	return d;
}

/* d.ddde+XX; Go writes two digits of exponent at least, JSON as few as it can below zero. */
static void put_scientific(struct buf *out, const struct digits *d, bool json)
{
	int e = d->exponent < 0 ? -d->exponent : d->exponent;

	if (d->negative)
		buf_putc(out, '-');
	buf_putc(out, d->text[0]);
	if (d->count > 1)
		buf_printf(out, ".%.*s", d->count - 1, d->text + 1);
	buf_printf(out, json && d->exponent < 0 ? "e%c%d" : "e%c%02d", d->exponent < 0 ? '-' : '+', e);
}

static void put_plain(struct buf *out, const struct digits *d)
{
	int whole = d->exponent + 1; /* digits before the point */

	if (d->negative)
		buf_putc(out, '-');
	if (whole <= 0) {
		buf_puts(out, "0.");
		buf_pad(out, '0', (size_t)-whole);
		buf_add(out, d->text, (size_t)d->count);
		return;
	}
	buf_add(out, d->text, (size_t)MIN(whole, d->count));
	if (whole > d->count)
		buf_pad(out, '0', (size_t)(whole - d->count));
	else if (whole < d->count)
		buf_printf(out, ".%.*s", d->count - whole, d->text + whole);
}

void go_format_float(struct buf *out, double v, int bits)
{
	struct digits d = shortest(v, bits);

	if (d.exponent < -4 || d.exponent >= 6)
		put_scientific(out, &d, false);
	else
		put_plain(out, &d);
}

void go_format_json_float(struct buf *out, double v)
{
	struct digits d = shortest(v, 64);
	double size = v < 0 ? -v : v;

	if (size != 0 && (size < 1e-6 || size >= 1e21))
		put_scientific(out, &d, true);
	else
		put_plain(out, &d);
}

bool go_format_json_number(struct buf *out, const char *text)
{
	long long whole;
	char *end;
	double v;

	errno = 0;
	whole = strtoll(text, &end, 10);
	if (!*end && !errno) {
		buf_printf(out, "%lld", whole);
		return true;
	}
	v = strtod(text, NULL);
	if (__builtin_isinf(v))
		return false;
	go_format_json_float(out, v);
	return true;
}
