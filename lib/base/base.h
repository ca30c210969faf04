#ifndef KUBEC_BASE_H
#define KUBEC_BASE_H

/*
 * The ground floor in one include: system headers that every file wants,
 * allocation, buffers, vectors, maps, errors and the ban on unsafe functions.
 *
 * The memory strategy of the whole project:
 *  - what a function owns is declared with a _cleanup_…_ macro and released
 *    when its scope ends; ownership leaves a scope through TAKE_PTR();
 *  - trees that are only read and die together are built in a struct arena;
 *  - running out of memory ends the program (see alloc.h), so callers never
 *    test an allocation.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/buf.h"
#include "base/vec.h"
#include "base/map.h"
#include "base/banned.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* True when both are the same text; NULL equals only NULL. */
static inline bool str_equal(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* True when s begins with prefix. */
static inline bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* True when s ends with suffix. */
static inline bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}

/* True when s is NULL or "". */
static inline bool str_empty(const char *s)
{
	return !s || !*s;
}

#endif
