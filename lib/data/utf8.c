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

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *ranges, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

bool utf8_is_letter(uint32_t c)
{
	static const struct range others[] = {
	        {0xab, 0xb4},     {0xb6, 0xb9},       {0xbb, 0xbf},       {0xd7, 0xd7},        {0xf7, 0xf7},
	        {0x300, 0x36f},   {0x483, 0x489},     {0x591, 0x5cf},     {0x600, 0x61f},      {0x64b, 0x66d},
	        {0x2000, 0x2070}, {0x2074, 0x207e},   {0x2080, 0x208f},   {0x20a0, 0x2101},    {0x2190, 0x2bff},
	        {0x3000, 0x3004}, {0x3007, 0x3030},   {0xd800, 0xf8ff},   {0xfe00, 0xfe6f},    {0xff00, 0xff20},
	        {0xfff0, 0xffff}, {0x1d100, 0x1d3ff}, {0x1f000, 0x1ffff}, {0xe0000, 0x10ffff},
	};

	if (c < 0x80)
		return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
	return c >= 0xaa && !in_ranges(others, ARRAY_SIZE(others), c);
}

bool utf8_is_printable(uint32_t c)
{
	static const struct range others[] = {
	        {0, 0x1f},        {0x7f, 0xa0},     {0xad, 0xad},       {0x600, 0x605},      {0x61c, 0x61c},
	        {0x6dd, 0x6dd},   {0x70f, 0x70f},   {0x1680, 0x1680},   {0x180e, 0x180e},    {0x2000, 0x200f},
	        {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},   {0xd800, 0xf8ff},    {0xfeff, 0xfeff},
	        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
	};

	return !in_ranges(others, ARRAY_SIZE(others), c);
}
