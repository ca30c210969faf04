#ifndef KUBEC_BASE_LIBRARY_H
#define KUBEC_BASE_LIBRARY_H

#include "base/base.h"

/* A library that is loaded when something first needs it, so that who does not pays nothing at start-up. */
struct library {
	const char *name;             /* for messages: "libcurl" */
	const char *const *files;     /* file names to try, NULL-ended */
	const char *const *functions; /* names of those that are used */
	size_t count;                 /* of functions */
	const char *purpose;          /* "to talk to a server" */
	const char *version;          /* what is needed: "libcurl 7.77 or newer"; or NULL */
	const char *hint;             /* how it is installed */
};

/*
 * Loads it and writes the functions' addresses to slots, in the order of their names. It stays loaded
 * until the program ends. ERROR_OTHER with the hint when it is not there or lacks a function.
 */
int library_load(const struct library *l, void **slots, struct error *err);

#endif
