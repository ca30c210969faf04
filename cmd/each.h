#ifndef KUBEC_CMD_EACH_H
#define KUBEC_CMD_EACH_H

#include "cmd.h"

/* Verbs that work on many objects: the same work on each, shown in the order of the input. */

/* --concurrency, for verbs that kubectl gives none. */
extern const struct option options_concurrency[];

/*
 * Works on one target. What it prints goes to inv->out and inv->err: inv is the target's own view of
 * the invocation, whose exit_status counts, too. Objects share nothing but ctx; what one changes there
 * must not depend on the order in which they come. 0, or -1 with err, or EACH_STOP with err: then
 * nothing that comes after this target is begun or shown (a server that cannot be reached).
 */
#define EACH_STOP 1
typedef int each_fn(void *ctx, struct invocation *inv, struct target *t, struct error *err);

/*
 * Calls work for each of targets (struct target *), several at a time where the command has
 * --concurrency; what they print appears in the order of targets, and so do the failures, which are appended to errors
 * (struct error *, owned). inv's client and mapper must have been made before. Fails when it was
 * interrupted (ERROR_CANCELLED); what was being worked on has failed by then, too, but is not told.
 */
int each_target(struct invocation *inv, const struct vec *targets, each_fn *work, void *ctx, struct vec *errors,
		struct error *err);

#endif
