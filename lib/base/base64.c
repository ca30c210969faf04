#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i += 3) {
		size_t have = MIN(n - i, 3);
		unsigned v = (unsigned)p[i] << 16 | (have > 1 ? p[i + 1] << 8 : 0) | (have > 2 ? p[i + 2] : 0);

		buf_putc(out, alphabet[v >> 18]);
		buf_putc(out, alphabet[v >> 12 & 63]);
		buf_putc(out, have > 1 ? alphabet[v >> 6 & 63] : '=');
		buf_putc(out, have > 2 ? alphabet[v & 63] : '=');
	}
}

static int digit(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

void base64_encode_url(struct buf *out, const void *bytes, size_t n)
{
	size_t start = out->len;

	base64_encode(out, bytes, n);
	while (out->len > start && out->data[out->len - 1] == '=')
		buf_truncate(out, out->len - 1);
	for (char *p = out->data + start; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
}

static int illegal(const char *text, const char *at, struct error *err)
{
	return error_set(err, ERROR_PARSE, "illegal base64 data at input byte %zu", (size_t)(at - text));
}

static const char *skip_breaks(const char *p)
{
	return p + strspn(p, "\r\n");
}

/* Padding after have digits of a group must fill it and end the text. */
static int decode_padding(const char *text, const char *p, unsigned have, struct error *err)
{
	const char *next = skip_breaks(p + 1);

	if (have < 2)
		return illegal(text, p, err);
	if (have == 2) {
		if (*next != '=')
			return illegal(text, *next ? next - 1 : next, err); /* the places that Go names */
		next = skip_breaks(next + 1);
	}
	return *next ? illegal(text, next, err) : 0;
}

int base64_decode(struct buf *out, const char *text, struct error *err)
{
	const char *p = text, *group = text;
	unsigned v = 0, have = 0;

	for (p = skip_breaks(p); *p && *p != '='; p = skip_breaks(p + 1)) {
		int d = digit(*p);

		if (d < 0)
			return illegal(text, p, err);
		if (!have)
			group = p;
		v = v << 6 | (unsigned)d;
		if (++have == 4) {
			buf_add(out, (unsigned char[]){v >> 16 & 255, v >> 8 & 255, v & 255}, 3);
			v = have = 0;
		}
	}
	if (!*p)
		return have ? illegal(text, group, err) : 0;
	if (decode_padding(text, p, have, err))
		return -1;
	v <<= 6 * (4 - have);
	buf_add(out, (unsigned char[]){v >> 16 & 255, v >> 8 & 255}, have - 1);
	return 0;
}
