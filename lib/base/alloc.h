#ifndef KUBEC_BASE_ALLOC_H
#define KUBEC_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

/*
 * Allocation never fails: without memory the program ends with abort(), as it
 * could neither report nor undo anything. The size that untrusted input may
 * ask for is bounded before it gets here (buffers have limits, parsers count).
 */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);      /* zeroed */
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);                  /* NULL gives NULL */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new zeroed object of a type. */
#define NEW(type) ((type *)xcalloc(1, sizeof(type)))

/* Hands the pointer out of a scope that would have released it. */
#define TAKE_PTR(p)                          \
	__extension__({                      \
		__typeof__(p) *_pp = &(p);   \
		__typeof__(p) _taken = *_pp; \
		*_pp = NULL;                 \
		_taken;                      \
	})

/*
 * DEFINE_CLEANUP(struct foo *, foo_free) makes foo_free_p() for use in
 * #define _cleanup_foo_ _cleanup_(foo_free_p).
 */
#define _cleanup_(function) __attribute__((cleanup(function)))
#define DEFINE_CLEANUP(type, function)                     \
	static inline void function##_p(type *p)           \
	{                                                  \
		if (*p)                                    \
			function(*p);                      \
	}                                                  \
	struct kubec_needs_a_semicolon

static inline void free_p(void *p)
{
	free(*(void **)p);
}
#define _cleanup_free_ _cleanup_(free_p)

/*
 * An arena hands out memory that is released all at once. Memory from an
 * arena is aligned for any type and must not be passed to free().
 */
struct arena_block;
struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes handed out of the newest block */
};

void *arena_alloc(struct arena *a, size_t size); /* not zeroed */
char *arena_strndup(struct arena *a, const char *s, size_t n);
void arena_release(struct arena *a); /* leaves an empty, usable arena */
#define _cleanup_arena_ _cleanup_(arena_release)

#endif
