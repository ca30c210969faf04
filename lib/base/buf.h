#ifndef KUBEC_BASE_BUF_H
#define KUBEC_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A growing byte string. data is always NUL-terminated (also when empty), so
 * it can be read as text; it may hold NUL bytes too, then len counts.
 *
 * Growth has a ceiling: past limit bytes nothing is added and overflowed is
 * set, which whoever fills a buffer from outside tests once at the end.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t limit;    /* 0 means BUF_LIMIT */
	bool overflowed;
};

#define BUF_LIMIT ((size_t)1 << 30)
extern char buf_empty[];
#define BUF_INIT ((struct buf){.data = buf_empty})

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_pad(struct buf *b, char c, size_t n); /* c, n times */
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Percent-encodes for one segment of a URL path or a query value (RFC 3986). */
void buf_url_escape(struct buf *b, const char *s);

/* Shortens to n bytes (no effect when it is shorter). */
void buf_truncate(struct buf *b, size_t n);

/* Forgets the content, keeps the memory. */
void buf_clear(struct buf *b);

/* Hands out the text (free() it); the buffer is empty afterwards. */
char *buf_take(struct buf *b);

void buf_release(struct buf *b); /* leaves it empty and usable */
#define _cleanup_buf_ _cleanup_(buf_release)

#endif
