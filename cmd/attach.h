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

/* --detach-keys, --quiet, --stdin, --tty */
extern const struct option options_attach_session[];

/*
 * Attaches to a Pod that runs until its process ends or the detach keys are typed, and says then how to come back.
 * Fails in kubectl's words; *ret_status is the exit status where the server tells one, else 0.
 */
int attach_pod(struct invocation *inv, struct client *c, const cJSON *pod, const struct attach *a, int *ret_status,
	       struct error *err);

#endif
