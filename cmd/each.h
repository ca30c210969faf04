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
 * Runs as a task (net/task.h): its requests and sleeps let other objects' work go on.
 */
#define EACH_STOP 1
typedef int each_fn(void *ctx, struct invocation *inv, struct target *t, struct error *err);

/*
 * Calls work for each of targets (struct target *), several at a time: as --concurrency says where the command line
 * has it. What they print appears in the order of targets, and so do the failures, which are appended to errors
 * (struct error *, owned). An object that is named twice is worked on twice, one after the other. inv's
 * client and mapper must have been made before where work needs them. Fails when it was interrupted (ERROR_CANCELLED).
 */
int each_target(struct invocation *inv, const struct vec *targets, each_fn *work, void *ctx, struct vec *errors,
		struct error *err);

/* The same with more to say. */
struct each {
	each_fn *work;
	each_fn *show;  /* called after work, when the target's turn to be shown has come, with the invocation itself; or NULL */
	int64_t (*turn)(void *ctx); /* called between the turns of the work; in how long (ns) it shall be again; or NULL */
	void *ctx;
	bool in_turn;           /* one after the other, whatever --concurrency says */
	const unsigned *stages; /* of each target: a stage begins when the ones before are done; NULL: all at once */
	size_t width;           /* how many at a time, whatever --concurrency says; 0: as it says */
	struct vec *reading;    /* targets_resolve()'s errors, moved to where they were met among the others; or NULL */
};
int each_run(struct invocation *inv, const struct vec *targets, const struct each *each, struct vec *errors,
	     struct error *err);

#endif
