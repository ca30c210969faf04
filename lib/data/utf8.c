#include "data/utf8.h"

size_t utf8_length(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf; /* what the second byte may be (RFC 3629) */
	size_t need;

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	need = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (u[0] == 0xe0)
		low = 0xa0;
	else if (u[0] == 0xed)
		high = 0x9f;
	else if (u[0] == 0xf0)
		low = 0x90;
	else if (u[0] == 0xf4)
		high = 0x8f;
	if (n < need || u[1] < low || u[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	}
	return need;
}

uint32_t utf8_decode(const char *s, size_t n, size_t *ret_size)
{
	size_t size = utf8_length(s, n);
	uint32_t c;

	*ret_size = size ? size : 1;
	if (size <= 1)
		return size ? (unsigned char)*s : 0xfffd;
	c = (unsigned char)*s & (0x7fU >> size);
	for (size_t i = 1; i < size; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

void utf8_put(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t n;

	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(c | (0xf00U >> n & 0xff));
	buf_add(out, bytes, n);
}

bool utf8_valid(const char *s, size_t n)
{
	for (size_t i = 0, size; i < n; i += size) {
		size = utf8_length(s + i, n - i);
		if (!size)
			return false;
	}
	return true;
}

void utf8_clean(struct buf *out, const char *s, size_t n)
{
	while (n) {
		size_t good = 0, size;

		while (good < n && (size = utf8_length(s + good, n - good)))
			good += size;
		buf_add(out, s, good);
		s += good;
		n -= good;
		if (n) {
			buf_puts(out, UTF8_REPLACEMENT);
			s++;
			n--;
		}
	}
}

/* One UTF-16 unit, high tells which of its bytes comes first. */
static uint32_t utf16_unit(const char *s, bool big_endian)
{
	unsigned char a = (unsigned char)s[0], b = (unsigned char)s[1];

	return big_endian ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static void utf16_to_utf8(struct buf *out, const char *s, size_t n, bool big_endian)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t c = utf16_unit(s + i, big_endian), low;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < n) {
			low = utf16_unit(s + i + 2, big_endian);
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		utf8_put(out, c);
	}
	if (n % 2)
		buf_puts(out, UTF8_REPLACEMENT);
}

void utf8_from_file(struct buf *out, const char *s, size_t n)
{
	if (n >= 2 && (!memcmp(s, "\xff\xfe", 2) || !memcmp(s, "\xfe\xff", 2)))
		utf16_to_utf8(out, s + 2, n - 2, s[0] == '\xfe');
	else if (n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
		utf8_clean(out, s + 3, n - 3);
	else
		utf8_clean(out, s, n);
}
