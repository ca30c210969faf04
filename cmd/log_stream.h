#ifndef KUBEC_CMD_LOG_STREAM_H
#define KUBEC_CMD_LOG_STREAM_H

#include "cmd.h"
#include "view/colour.h"

/* The log of one container as it comes from the server: what logs shows one or many of. */

/* What is asked for, the same for all containers of a command. */
struct log_options {
	bool follow, previous, timestamps, insecure_backend;
	bool ignore_errors; /* a log that cannot be had says so in its place */
	bool prefix;        /* lines begin with "[pod/NAME/CONTAINER] " */
	int64_t limit_bytes;   /* 0: none */
	int64_t since_seconds; /* -1: not given */
	int64_t tail;          /* lines; -1: all */
	char *since_time;      /* RFC 3339, or NULL */
	int64_t timeout;       /* how long a log that does not come is asked for again, nanoseconds */
};

struct log_stream;

/* role: of the prefix on a terminal. The texts are copied, o is borrowed. */
struct log_stream *log_stream_new(const struct log_options *o, const char *ns, const char *pod, const char *container,
				  enum colour_role role);
void log_stream_free(struct log_stream *s);
DEFINE_CLEANUP(struct log_stream *, log_stream_free);

/*
 * Writes the log to inv->out, a line at a time; with follow until the container ends. A stream that breaks off goes on where it stopped, without
 * a line twice or missing. Fails as kubectl does; what it says on inv->err meanwhile is its own.
 * May run in a task.
 */
int log_stream_run(struct invocation *inv, struct client *c, struct log_stream *s, struct error *err);

#endif
