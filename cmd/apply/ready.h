#ifndef KUBEC_CMD_APPLY_READY_H
#define KUBEC_CMD_APPLY_READY_H

#include "objects.h"

/* Refuses what --wait is not: a boolean, kubectl's, or ready (or all), kubec's. For option.check. */
int ready_check(const char *text, struct error *err);

/* True with --wait=ready. */
bool ready_wanted(struct invocation *inv);

/*
 * Waits until what was applied works, at most as long as --timeout says (0: as long as it takes), and tells on
 * inv->err how far it is. Objects are waited for at the same time. Fails early for what will not
 * work by itself, with the reason and the last lines that a crashing container wrote. Failures are appended to errors.
 */
int ready_wait(struct invocation *inv, const struct vec *targets, struct vec *errors, struct error *err);

#endif
