#ifndef KUBEC_BASE_TIMEUTIL_H
#define KUBEC_BASE_TIMEUTIL_H

#include "base/base.h"

/* Durations and instants are int64_t nanoseconds, as in Go. */
#define NANOSECOND ((int64_t)1)
#define MILLISECOND ((int64_t)1000000)
#define SECOND ((int64_t)1000000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

int64_t time_now(void);       /* wall clock, nanoseconds since 1970 UTC */
int64_t time_monotonic(void); /* for measuring and deadlines */

/*
 * Go's time.ParseDuration ("1h2m3.5s", "-5ms", "0"); a plain integer is
 * refused. Fails with ERROR_PARSE and Go's words
 * (time: invalid duration "x", time: missing unit in duration "5").
 */
int duration_parse(const char *text, int64_t *ret, struct error *err);

/* Go's Duration.String ("1m0s", "1.5s", "0s"). */
void duration_format(struct buf *out, int64_t d);

/* How long it is from one instant to another; what int64_t does not hold is the nearest it does, as Go's Time.Sub. */
int64_t duration_between(int64_t from, int64_t to);

/* Age as kubectl's tables print it: 5s, 2m30s, 3h, 4d2h, 2y30d; "<invalid>" when negative by over 2 s. */
void duration_format_human(struct buf *out, int64_t d);

/* RFC 3339 with optional fraction and offset to nanoseconds since 1970 UTC. */
int timestamp_parse(const char *text, int64_t *ret, struct error *err);

/* "2026-11-22T12:44:18Z" (UTC, whole seconds). */
void timestamp_format(struct buf *out, int64_t t);

#endif
