#include "data/udiff.h"
#include "fuzz.h"

/* Takes the hunks to the old text; what comes out must be the new one. */

struct reader {
	const char *text;
	size_t len;
};

/* The next line with its newline; 0 bytes at the end. */
static size_t next_line(struct reader *r, const char **ret)
{
	const char *newline = memchr(r->text, '\n', r->len);
	size_t n = newline ? (size_t)(newline - r->text) + 1 : r->len;

	*ret = r->text;
	r->text += n;
	r->len -= n;
	return n;
}

static void take_old(struct reader *old, const char *line, size_t n, bool whole)
{
	const char *was;
	size_t had = next_line(old, &was);

	PROMISE(had && had == n - (whole ? 0 : 1) && !memcmp(was, line, had));
}

static void patch(const char *old, size_t old_len, const char *hunks, size_t hunks_len, struct buf *out)
{
	struct reader left = {old, old_len}, h = {hunks, hunks_len};
	size_t line_number = 1;
	const char *line;

	for (size_t n; (n = next_line(&h, &line));) {
		bool whole = !(h.len && *h.text == '\\');

		if (str_starts(line, "@@ -")) {
			char *end;
			size_t from = strtoul(line + 4, &end, 10);

			from += *end == ',' && end[1] == '0';
			for (const char *kept; line_number < from; line_number++)
				buf_add(out, kept, next_line(&left, &kept));
			continue;
		}
		if (*line == '\\')
			continue;
		if (*line != '+') {
			take_old(&left, line + 1, n - 1, whole);
			line_number++;
		}
		if (*line != '-')
			buf_add(out, line + 1, n - 1 - (whole ? 0 : 1));
	}
	buf_add(out, left.text, left.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *middle = size ? memchr(text, '\0', size) : NULL;
	size_t a_len = middle ? (size_t)(middle - text) : size / 2, skip = middle ? a_len + 1 : a_len;
	_cleanup_free_ char *a = xstrndup(text ? text : "", a_len);
	_cleanup_buf_ struct buf hunks = BUF_INIT, patched = BUF_INIT;
	const char *b = text + skip;
	size_t b_len = size - skip;

	a_len = strlen(a);
	if (!udiff(&hunks, a, a_len, b, b_len)) {
		PROMISE(a_len == b_len && !memcmp(a, b, a_len) && !hunks.len);
		return 0;
	}
	patch(a, a_len, hunks.data, hunks.len, &patched);
	PROMISE(patched.len == b_len && !memcmp(patched.data, b, b_len));
	return 0;
}
