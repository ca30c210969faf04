#ifndef KUBEC_CMD_PREFETCH_H
#define KUBEC_CMD_PREFETCH_H

#include "cmd.h"

/*
 * Reads the live objects of many targets by lists instead of one by one: where several of one type are wanted in one
 * namespace, the first who asks reads a page that answers for the others, too. Whoever may not list, a list that fails,
 * is slow or holds mostly other or too large objects: then each is asked for by itself, and nobody notices.
 */
struct prefetch;

/* targets (struct target *), of which each will be asked for, must outlive it. No request. */
struct prefetch *prefetch_new(struct invocation *inv, struct client *c, const struct vec *targets);
void prefetch_free(struct prefetch *p);
DEFINE_CLEANUP(struct prefetch *, prefetch_free);

/*
 * The live object of t, one of the targets, as a GET gives it; *ret NULL: it is not there. *ret_listed: a list said so,
 * which may be some seconds old: who then meets something else asks again. An object is taken from a list once; from
 * then on a GET asks for it. Fails as client_get() does otherwise. Only from within a task.
 */
int prefetch_get(struct prefetch *p, const struct target *t, cJSON **ret, bool *ret_listed, struct error *err);

#endif
