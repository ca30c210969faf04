#ifndef KUBEC_CMD_ROLLOUT_H
#define KUBEC_CMD_ROLLOUT_H

#include "kube/rollout.h"
#include "live.h"

/* The arguments of all six: deployments, daemonsets and statefulsets. */
extern const struct argument rollout_arguments[];

/* Fails with "required resource not specified" when neither words nor -f name anything. */
int rollout_required(struct invocation *inv, struct error *err);

/* Resolves and fetches what the words name; a type alone means all of its objects. As live_fetch(). */
int rollout_fetch(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err);

/*
 * A kind that has no history, in kubectl's words: what it looked for, and what is missing. Kinds that run Pods are
 * told apart from all others.
 */
int rollout_unsupported(const struct resource *r, const char *looked_for, const char *missing, struct error *err);

/*
 * What pause, resume and restart share: every named object is changed in one
 * way and reported; refusals and failures do not stop the others.
 * operation is what is printed; same is said of an object that the change
 * left as it was: printed when it is words ("already paused"), an error when it is a sentence with %s for the name.
 */
int rollout_change(struct invocation *inv,
		   int (*change)(void *ctx, const struct resource *r, cJSON *object, struct error *err),
		   const char *operation, const char *same_error, struct error *err);

extern const struct command command_rollout_history, command_rollout_pause, command_rollout_restart,
	command_rollout_resume, command_rollout_status, command_rollout_undo;

#endif
