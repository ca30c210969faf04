/* Numbers of JSON trees: their text is the truth, the rest is derived. */
#include "data/json.h"

#define EXPONENT_LIMIT 100000

/* A decimal as sign, digits (no zeros around them) and power of ten. */
struct decimal {
	bool negative;
	struct buf digits;
	long exponent;
};

static struct decimal decimal_parse(const char *text)
{
	struct decimal d = {.digits = BUF_INIT};
	size_t zeros;
	bool fraction = false;

	d.negative = *text == '-';
	for (text += d.negative; *text && (*text | 0x20) != 'e'; text++) {
		if (*text == '.') {
			fraction = true;
			continue;
		}
		if (d.digits.len || *text != '0')
			buf_putc(&d.digits, *text);
		d.exponent -= fraction;
	}
	if (*text) {
		long e = strtol(text + 1, NULL, 10);

		d.exponent += MAX(MIN(e, EXPONENT_LIMIT), -EXPONENT_LIMIT);
	}
	for (zeros = d.digits.len; zeros && d.digits.data[zeros - 1] == '0'; zeros--)
		d.exponent++;
	buf_truncate(&d.digits, zeros);
	if (!d.digits.len)
		d.exponent = d.negative = 0;
	return d;
}

/* Up to 15 digits are exact in a double without asking strtod(). */
static bool fill_small(cJSON *node)
{
	const char *p = node->valuestring;
	bool negative = *p == '-';
	int64_t v = 0;

	p += negative;
	for (int n = 0; *p; p++, n++) {
		if (*p < '0' || *p > '9' || n == 15)
			return false;
		v = v * 10 + (*p - '0');
	}
	v = negative ? -v : v;
	node->valuedouble = negative && !v ? -0.0 : (double)v;
	node->valueint = (int)MAX(MIN(v, INT32_MAX), INT32_MIN);
	return true;
}

void json_number_fill(cJSON *node)
{
	double d;

	if (fill_small(node))
		return;
	node->valuedouble = d = strtod(node->valuestring, NULL);
	node->valueint = d >= INT32_MAX ? INT32_MAX : d <= INT32_MIN ? INT32_MIN : (int)d;
}

const char *json_number_text(const cJSON *node)
{
	static _Thread_local char text[32];

	if (!json_is_number(node))
		return NULL;
	if (node->valuestring)
		return node->valuestring;
	/* made by cJSON itself, which keeps no text: the shortest that reads back */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, node->valuedouble);
		if (strtod(text, NULL) == node->valuedouble)
			break;
	}
	return text;
}

bool json_node_int(const cJSON *node, int64_t *ret)
{
	const char *text = json_number_text(node);
	struct decimal d;
	char *end;
	long long v;

	if (!text)
		return false;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (!*end) {
		if (errno)
			return false;
		*ret = v;
		return true;
	}
	d = decimal_parse(text);
	if (d.exponent < 0 || d.digits.len + (size_t)d.exponent > 19) {
		buf_release(&d.digits);
		return false;
	}
	buf_pad(&d.digits, '0', (size_t)d.exponent);
	errno = 0;
	{
		_cleanup_free_ char *whole = xasprintf("%s%s", d.negative ? "-" : "", d.digits.data);

		v = strtoll(whole, NULL, 10);
	}
	buf_release(&d.digits);
	if (errno)
		return false;
	*ret = v;
	return true;
}

bool json_numbers_equal(const cJSON *a, const cJSON *b)
{
	struct decimal x, y;
	bool equal;

	if (a->valuestring && b->valuestring && !strcmp(a->valuestring, b->valuestring))
		return true;
	x = decimal_parse(json_number_text(a));
	y = decimal_parse(json_number_text(b)); /* may reuse the memory of a's text */
	equal = x.negative == y.negative && x.exponent == y.exponent && !strcmp(x.digits.data, y.digits.data);
	buf_release(&x.digits);
	buf_release(&y.digits);
	return equal;
}

cJSON *json_new_number(const char *text)
{
	cJSON *node = NEW(cJSON);

	node->type = cJSON_Number;
	node->valuestring = xstrdup(text);
	json_number_fill(node);
	return node;
}

cJSON *json_new_int(int64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, value);
	return json_new_number(text);
}
