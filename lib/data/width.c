#include "data/width.h"

#include "data/utf8.h"
#include "data/width_internal.h"

#define ZERO_WIDTH_JOINER 0x200d
#define VARIATION_SELECTOR_16 0xfe0f
#define FIRST_SKIN_TONE 0x1f3fb
#define LAST_SKIN_TONE 0x1f3ff

static bool in_ranges(const struct width_range *ranges, size_t n, uint32_t c)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && c >= ranges[low].first;
}

size_t width_of(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return 0;
	if (c < 0x300)
		return 1;
	if (in_ranges(width_zero, width_zero_count, c))
		return 0;
	return in_ranges(width_wide, width_wide_count, c) ? 2 : 1;
}

static bool is_skin_tone(uint32_t c)
{
	return c >= FIRST_SKIN_TONE && c <= LAST_SKIN_TONE;
}

size_t width_add(struct width_walk *w, uint32_t c)
{
	size_t width = width_of(c);

	if (c == VARIATION_SELECTOR_16 && w->last == 1) {
		w->last = 2;
		return 1;
	}
	if (c == ZERO_WIDTH_JOINER && w->pictured) {
		w->joined = true;
		return 0;
	}
	if (!width)
		return 0;
	if (w->joined || (w->pictured && is_skin_tone(c))) {
		w->joined = false;
		return 0;
	}
	/* Pictures: dingbats and symbols that emoji are made of, and the emoji planes. */
	w->pictured = (c >= 0x2190 && c < 0x2c00) || (c >= 0x1f000 && c < 0x20000);
	w->last = width;
	return width;
}

size_t text_width(const char *s, size_t n)
{
	struct width_walk w = {0};
	size_t width = 0, size;

	for (size_t i = 0; i < n; i += size) {
		if ((unsigned char)s[i] < 0x80) {
			w = (struct width_walk){.last = 1};
			width += s[i] >= 0x20 && s[i] != 0x7f;
			size = 1;
			continue;
		}
		width += width_add(&w, utf8_decode(s + i, n - i, &size));
	}
	return width;
}
