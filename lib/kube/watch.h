#ifndef KUBEC_KUBE_WATCH_H
#define KUBEC_KUBE_WATCH_H

#include "kube/client.h"

/*
 * A watch on a list or one object (name not NULL). Starts after
 * resource_version; goes on from the last one seen (bookmarks count) after a dropped connection,
 * with backoff. When that version is too old (410) it starts again from what is there
 * now: objects come as ADDED once more, and a single object that went away meanwhile as
 * DELETED with the last state that was seen (of a list, vanished objects are not
 * reported). With no_resume a server that ends the stream ends the watch with success, and a
 * 410 or a lost connection with err.
 *
 * event gets each ADDED, MODIFIED, DELETED frame; type is static text; object (the frame's
 * object, or Table) belongs to event's callee. Returning WATCH_STOP ends the watch with
 * success, any other non-zero value with err, which event has set.
 * Fails with ERROR_TIMEOUT ("timed out waiting for the condition") at the deadline.
 */
#define WATCH_STOP 1
struct watch_options {
	const char *label_selector, *field_selector;
	const char *resource_version; /* "" or NULL: from now, with initial ADDED events */
	const char *accept;           /* NULL: application/json */
	const char *extra_query;
	int64_t deadline; /* time_monotonic() to give up at: ERROR_TIMEOUT; 0: none */
	bool no_resume;   /* end (with success) when the server ends the stream */
	/*
	 * Instead of those ADDED after a 410 of a list: the callee lists it itself, so that it learns what went away
	 * unseen, and gives the version to go on from (for free()). A failure that may pass is tried again. Gets
	 * event's ctx; NULL: none.
	 */
	int (*relist)(void *ctx, char **ret_version, struct error *err);
};
typedef int watch_event_fn(void *ctx, const char *type, cJSON *object, struct error *err);
int watch_run(struct client *c, const struct resource *r, const char *ns, const char *name,
              const struct watch_options *o, watch_event_fn *event, void *ctx, struct error *err);

#endif
