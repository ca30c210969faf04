#ifndef KUBEC_CLI_VALUE_H
#define KUBEC_CLI_VALUE_H

#include "cli/command.h"

/* The value of one option on one command line. */
struct value {
	const struct option *option;
	bool changed;    /* given; list types start anew at the first time */
	bool defaulted;  /* the default was read */
	bool boolean;
	int64_t number;  /* INT; DURATION in nanoseconds */
	char *text;      /* STRING */
	struct vec list; /* LIST, ARRAY, PAIRS: strings, owned */
};

void value_init(struct value *v, const struct option *o);

/*
 * Makes v hold its option's default unless it was given. Only what is asked
 * for is read, as most of a command's options never are. A default that does not parse is
 * a bug and aborts.
 */
void value_want(struct value *v);

/*
 * Reads text as the command line gave it. ERROR_USAGE with the bare reason in
 * Go's words (strconv.ParseBool: parsing "x": invalid syntax).
 */
int value_set(struct value *v, const char *text, struct error *err);

void value_release(struct value *v);

#endif
