#include "base/base.h"

char buf_empty[1];

static bool buf_reserve(struct buf *b, size_t extra)
{
	size_t limit = b->limit ? b->limit : BUF_LIMIT;
	size_t cap;

	if (b->overflowed || extra > limit || b->len > limit - extra) {
		b->overflowed = true;
		return false;
	}
	if (b->cap && b->len + extra < b->cap)
		return true;
	cap = b->cap ? b->cap : 64;
	while (cap <= b->len + extra)
		cap += cap / 2;
	b->data = xrealloc(b->cap ? b->data : NULL, cap);
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!n || !buf_reserve(b, n))
		return;
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_pad(struct buf *b, char c, size_t n)
{
	if (!n || !buf_reserve(b, n))
		return;
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	char *text = NULL;
	int n = vasprintf(&text, format, args);

	if (n < 0)
		abort();
	buf_add(b, text, (size_t)n);
	free(text);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_url_escape(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	for (; *s; s++) {
		if (strchr(plain, *s))
			buf_putc(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
}

void buf_truncate(struct buf *b, size_t n)
{
	if (n >= b->len)
		return;
	b->len = n;
	b->data[n] = '\0';
}

void buf_clear(struct buf *b)
{
	buf_truncate(b, 0);
	b->overflowed = false;
}

char *buf_take(struct buf *b)
{
	char *text = b->cap ? b->data : xstrdup("");

	*b = (struct buf){.data = buf_empty, .limit = b->limit};
	return text;
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->data);
	*b = (struct buf){.data = buf_empty, .limit = b->limit};
}
