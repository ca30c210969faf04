#ifndef KUBEC_CMD_ATTACH_H
#define KUBEC_CMD_ATTACH_H

#include "remote.h"

/* Attaching to a container that runs: what attach and run share. */
struct attach {
	const char *container;    /* NULL or "": the Pod's default, or its first */
	const char *detach_keys;  /* NULL or "": ctrl-p,ctrl-q */
	const char *command_name; /* in the words that say how to come back: "kubec attach" */
	bool stdin_wanted, tty, quiet;
};

/* --detach-keys; and of exec and debug, too: --quiet, --stdin, --tty */
extern const struct option options_detach[], options_session[];

/*
 * Attaches to a Pod that runs until its process ends or the detach keys are typed, and says then how to come back.
 * Fails in kubectl's words; *ret_status is the exit status where the server tells one, else 0.
 */
int attach_pod(struct invocation *inv, struct client *c, const cJSON *pod, const struct attach *a, int *ret_status,
	       struct error *err);

/* ---- Pods that were just made: run and debug -------------------------------------------------------------- */

/* What a Pod is waited for: a function of its state. */
typedef bool attach_state_fn(void *ctx, const cJSON *pod);

/*
 * Waits from a known state of the Pod on until state() says so: no later change is missed, and no other Pod of its name is
 * met. timeout: nanoseconds, 0 for none. *ret is the Pod then, the caller's.
 */
int attach_wait(struct client *c, const cJSON *known, int64_t timeout, attach_state_fn *state, void *ctx, cJSON **ret,
		struct error *err);

/* Prints what the container has printed so far. */
int attach_logs(struct invocation *inv, struct client *c, const cJSON *pod, const char *container, struct error *err);

/* attach_pod(); what cannot be joined, or ends in a failure, is shown by its logs after a warning. */
int attach_or_logs(struct invocation *inv, struct client *c, const cJSON *pod, const struct attach *a, struct error *err);

#endif
