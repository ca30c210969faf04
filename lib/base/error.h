#ifndef KUBEC_BASE_ERROR_H
#define KUBEC_BASE_ERROR_H

#include <stdbool.h>

struct vec;

/* Which room of the house went wrong; decides how cmd/report.c words it. */
enum error_class {
	ERROR_NONE,
	ERROR_USAGE,     /* command line: flag, argument */
	ERROR_CONFIG,    /* kubeconfig, kuberc */
	ERROR_CONNECT,   /* no answer: refused, unknown host, timeout, proxy */
	ERROR_TLS,       /* certificate or handshake */
	ERROR_AUTH,      /* credentials could not be had */
	ERROR_API,       /* the server answered with a failure */
	ERROR_PARSE,     /* JSON, YAML, selector, quantity … */
	ERROR_IO,        /* files and pipes */
	ERROR_CANCELLED, /* Ctrl-C */
	ERROR_TIMEOUT,   /* a wait that ran out of time */
	ERROR_OTHER,     /* everything that has only a message */
};

/*
 * What went wrong. The caller owns it, starts it as ERROR_INIT (or zeroed) and
 * releases it with error_release() or _cleanup_error_. A failing function
 * sets it once; setting it again replaces what it said.
 */
struct error {
	enum error_class class;
	int http_status;   /* 0 unless a server answered */
	char *message;     /* one or more lines, no newline at the end */
	char *reason;      /* API Status.reason ("NotFound"), or NULL */
	char *status_json; /* the API Status as JSON text, or NULL */
	char *hint;        /* what a person may do about it, or NULL */
	char *request;     /* the request that got no answer (Get "URL"), or NULL */
	char *cause;       /* why it got none, in Go's words (dial tcp …), or NULL */
	bool reading;      /* it is about a manifest that could not be read: beside others those are told as one */
};

#define ERROR_INIT ((struct error){0})

/*
 * Sets class and message (printf format), clears the rest.
 * Returns -1 so that a failing function can end with "return error_set(…)".
 */
int error_set(struct error *e, enum error_class class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Puts formatted text before the message ("context: message"); returns -1. A request without an
 * answer is then told as such (context: Get "URL": dial tcp …), as ERROR_OTHER, as in kubectl, whose
 * own words for an unreachable server are for bare failures only.
 */
int error_prefix(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sets what got no answer and why (both copied). */
void error_set_request(struct error *e, const char *request, const char *cause);

/* Sets the hint. */
void error_hint(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* True for an API failure with this Status.reason. */
bool error_is_reason(const struct error *e, const char *reason);

/* True for a request that a server refused or that got no answer. */
bool error_is_request(const struct error *e);

/* Moves what src says to dst (released first) and leaves src empty. */
void error_move(struct error *dst, struct error *src);

/*
 * Lists of errors: error_take() moves what e says to the heap for a vec made
 * with VEC_OWNING(error_free), and leaves e empty.
 */
struct error *error_take(struct error *e);
void error_free(struct error *e);

/* Adds an error of its own to such a list; returns -1. */
int errors_add(struct vec *errors, enum error_class class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void error_release(struct error *e); /* leaves it empty and usable */
#define _cleanup_error_ _cleanup_(error_release)

#endif
