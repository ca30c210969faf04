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
