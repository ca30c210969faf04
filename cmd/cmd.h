#ifndef KUBEC_CMD_H
#define KUBEC_CMD_H

#include "cli/invocation.h"

/*
 * Every verb exports one descriptor; commands.c lists them in the order that
 * help shows them.
 */
extern const struct command command_root;

/*
 * Says a failure in kubectl's words on inv->err, at once, and makes the exit
 * status 1: for verbs that go on with the next object. The only place that
 * words errors (report.c); main uses it for what run() returns.
 */
void report_error(struct invocation *inv, const struct error *err);

/* Reports each of a vec of struct error * in order. */
void report_errors(struct invocation *inv, const struct vec *errors);

#endif
