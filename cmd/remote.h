#ifndef KUBEC_CMD_REMOTE_H
#define KUBEC_CMD_REMOTE_H

#include "objects.h"
#include "kube/pods.h"

/* What verbs that reach into Pods share: exec, attach, logs, port-forward, cp, run. */

/* The row of --pod-running-timeout, whose default each verb has its own of. */
#define OPTION_POD_RUNNING_TIMEOUT(default_time)                                   \
	{                                                                          \
		"pod-running-timeout", .type = OPTION_DURATION, .fallback = default_time, \
		.help = "How long to wait until a Pod is there (5s, 2m, 3h); more than zero." \
	}

/* What a command line names, and the Pod behind it. */
struct remote {
	struct client *client;  /* borrowed */
	struct vec targets;     /* struct target *, with their objects */
	struct target *target;  /* the one that was named; borrowed from targets */
	cJSON *pod;
};
void remote_release(struct remote *r);
#define _cleanup_remote_ _cleanup_(remote_release)

/* The default of --pod-running-timeout is read, and refused as kubectl does: "--pod-running-timeout must be higher than zero". */
int remote_timeout(struct invocation *inv, int64_t *ret, struct error *err);

/*
 * Finds the one object of words ("POD", "TYPE/NAME", "TYPE NAME"; may be empty) and of -f, where the command has it. Several:
 * ERROR_OTHER, "cannot VERB multiple objects at a time". ret must be zeroed; it is filled as far as it came.
 */
int remote_find(struct invocation *inv, const struct vec *words, const char *verb, struct remote *ret, struct error *err);

/* Puts the Pod behind what was found in r->pod: itself, or the best one of a workload or a Service. */
int remote_pod(struct remote *r, int64_t timeout, struct error *err);

/*
 * The container to work with: the one of this name, the annotated one, or the first, which is told unless quiet.
 * Fails in kubectl's words.
 */
int remote_container(struct invocation *inv, const cJSON *pod, const char *name, bool quiet, const cJSON **ret,
		     struct error *err);

/* ---- sessions: exec and attach ------------------------------------------------------------------ */

struct remote_session {
	const char *subresource;  /* "exec", "attach" */
	const char *container;
	const struct vec *command; /* of exec: strings; or NULL */
	bool stdin_wanted;
	bool raw;                 /* our terminal is the process's */
	bool no_stderr;           /* the process has none of its own */
	bool redraw;              /* makes a program that runs already draw its screen anew */
	const char *detach_keys;  /* "ctrl-p,ctrl-q"; NULL: there are none */
};

/*
 * Whether the process gets our terminal. Says so when that was wanted and cannot be; without stdin nothing is wanted. Then
 * *tty is false.
 */
bool remote_terminal(struct invocation *inv, bool stdin_wanted, bool quiet, bool *tty);

/* Runs a session on standard input, output and error. The terminal is as before afterwards, whatever happens. */
int remote_run(struct invocation *inv, struct client *c, const cJSON *pod, const struct remote_session *s, int *ret_status,
	       struct error *err);

/* Appends the path of a session and its query. */
void remote_session_path(struct buf *path, const cJSON *pod, const struct remote_session *s);

/*
 * For a session that failed: Ctrl-C at a terminal whose keys go to the container is a failure without a word, status 1, as in
 * kubectl; elsewhere it ends the program by the signal. Returns -1.
 */
int remote_failed(bool stdin_wanted, struct error *err);

/* Makes an exit status that of the program and says so, as kubectl does; 0 says nothing. */
void remote_exit(struct invocation *inv, int status);

#endif
