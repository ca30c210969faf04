#ifndef KUBEC_CMD_PROGRAM_H
#define KUBEC_CMD_PROGRAM_H

#include "base/base.h"

/*
 * Runs a program of the user (a diff program) on the standard streams and waits for its end. Ctrl-C is then the
 * program's. argv ends with NULL; its first word is looked for on PATH. *ret_status is its exit
 * status, -1 when a signal ended it. Fails when it cannot be started, in Go's words, and with *ret_missing set when it
 * is not there or nobody may run it.
 */
int program_run(char *const *argv, int *ret_status, bool *ret_missing, struct error *err);

#endif
