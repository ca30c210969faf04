#include "view/colour.h"

#include <ctype.h>

/* The length in "12,7" or "12" of a hunk's header: the second number, 1 when it is not there. */
static size_t range_length(const char *s, const char *end)
{
	size_t n = 0;

	while (s < end && isdigit((unsigned char)*s))
		s++;
	if (s == end || *s != ',')
		return 1;
	for (s++; s < end && isdigit((unsigned char)*s) && n < SIZE_MAX / 20; s++)
		n = n * 10 + (size_t)(*s - '0');
	return n;
}

/* "@@ -1,7 +1,8 @@". */
static bool begins_hunk(struct colour_diff *d, const char *line, size_t n)
{
	const char *plus;

	if (n < 4 || memcmp(line, "@@ -", 4))
		return false;
	plus = memmem(line, n, " +", 2);
	if (!plus)
		return false;
	d->old_left = range_length(line + 4, plus);
	d->new_left = range_length(plus + 2, line + n);
	return true;
}

static enum colour_role role_in_hunk(struct colour_diff *d, char sign)
{
	if (sign == '\\') /* "\ No newline at end of file" counts as no line */
		return COLOUR_NONE;
	if (sign != '+' && d->old_left)
		d->old_left--;
	if (sign != '-' && d->new_left)
		d->new_left--;
	return sign == '+' ? COLOUR_ADDED : sign == '-' ? COLOUR_REMOVED : COLOUR_NONE;
}

enum colour_role colour_of_diff_line(struct colour_diff *d, const char *line, size_t n)
{
	static const char *const headers[] = {"diff ", "--- ", "+++ ", "Only in ", "Binary files "};

	if (d->old_left || d->new_left)
		return role_in_hunk(d, n ? *line : ' ');
	if (begins_hunk(d, line, n))
		return COLOUR_HUNK;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (n >= strlen(headers[i]) && !memcmp(line, headers[i], strlen(headers[i])))
			return COLOUR_DIFF_HEADER;
	return COLOUR_NONE;
}

void colour_diff(struct buf *out, const char *text, size_t n)
{
	struct colour_diff d = {0};

	while (n) {
		const char *end = memchr(text, '\n', n);
		size_t len = end ? (size_t)(end - text) : n;

		colour_add(out, colour_of_diff_line(&d, text, len), text, len);
		if (end)
			buf_putc(out, '\n');
		len += end != NULL;
		text += len;
		n -= len;
	}
}

enum colour_role colour_of_source(size_t nth)
{
	return COLOUR_SOURCE_1 + (enum colour_role)(nth % (COLOUR_SOURCE_LAST - COLOUR_SOURCE_1 + 1));
}
