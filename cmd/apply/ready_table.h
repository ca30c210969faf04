#ifndef KUBEC_CMD_APPLY_READY_TABLE_H
#define KUBEC_CMD_APPLY_READY_TABLE_H

#include "objects.h"

/*
 * What is waited for, in front of a person: a table on the terminal that standard error is, a row an object, which
 * changes where it stands.
 */
struct ready_table;

/* True when standard error is a terminal that can go back to a line. */
bool ready_table_possible(const struct invocation *inv);

/* A table, still without rows, of what of targets (which outlive it) is told by ready_table_set(). */
struct ready_table *ready_table_new(struct invocation *inv, const struct vec *targets);

/* Draws all rows the last time; they stay behind. Accepts NULL. */
void ready_table_free(struct ready_table *t);
DEFINE_CLEANUP(struct ready_table *, ready_table_free);

/* Says of one of targets how it is ("Ready", "Failed"; static) and, in a line, why. object: its newest state, for its age. */
void ready_table_set(struct ready_table *t, const struct target *target, const cJSON *object, const char *status,
		     const char *reason);

/* Draws it anew when something of it has changed, and tells in how long (ns) it wants to be asked again. */
int64_t ready_table_turn(struct ready_table *t);

#endif
