#ifndef KUBEC_CMD_DELETION_H
#define KUBEC_CMD_DELETION_H

#include "objects.h"

/* How objects are deleted: what delete, apply --force and replace --force share. */
struct deletion {
	const char *propagation; /* "Background", "Foreground", "Orphan" */
	int64_t grace_period;    /* seconds; -1: the object's own */
	int64_t timeout;         /* nanoseconds; 0: a week */
	bool dry_run_server;
};

/* --cascade, --force, --grace-period, --timeout */
extern const struct option options_deletion[];

/* Reads those options. Fails in kubectl's words. */
int deletion_read(struct invocation *inv, struct deletion *ret, struct error *err);

/* The DeleteOptions object; the caller owns it. */
cJSON *deletion_options(const struct deletion *d);

/*
 * Deletes one object. When the server holds it back (finalizers, grace
 * period) *ret_remains is what remains of it, and the caller's; NULL: nothing is left to wait for.
 */
int deletion_delete(const struct deletion *d, struct client *c, const struct target *t, cJSON **ret_remains,
		    struct error *err);

/* Says that an object is deleted ("force deleted"), as -o and --dry-run want it said. */
void deletion_print(struct invocation *inv, const struct target *t, bool forced, const char *dry_run);

/*
 * Waits until what remains is gone, or another object of its name took its
 * place. ERROR_TIMEOUT: timed out waiting for the condition on pods/x.
 */
int deletion_wait_gone(const struct deletion *d, struct client *c, const struct target *t, const cJSON *remains,
		       struct error *err);

/*
 * The same for all of targets whose object is what remains of them, each given the timeout anew. Where many are of one type,
 * their list is watched. Who may delete but not look is not kept waiting.
 */
int deletion_wait_all(const struct deletion *d, struct client *c, const struct vec *targets, struct error *err);

/* Sleeps, in a task (net/task.h) as task_sleep() does; ERROR_CANCELLED on Ctrl-C. */
int wait_interruptibly(int64_t duration, struct error *err);

#endif
