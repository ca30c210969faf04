#ifndef KUBEC_CMD_RUN_H
#define KUBEC_CMD_RUN_H

#include "deletion.h"

/* How run works with the Pod that it made. */
struct run_session {
	struct client *client;
	const cJSON *pod;      /* as it was made */
	const char *restart;   /* its restart policy */
	int64_t timeout;       /* nanoseconds to wait for the Pod to run, and for it to end */
};

/*
 * Waits until the Pod runs, shows what it printed and attaches to it; then, unless it is to be restarted or
 * --leave-stdin-open, waits for its end, whose exit status becomes the program's. Fails in kubectl's words.
 */
int run_attach(struct invocation *inv, const struct run_session *s, struct error *err);

#endif
