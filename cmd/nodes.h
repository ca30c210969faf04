#ifndef KUBEC_CMD_NODES_H
#define KUBEC_CMD_NODES_H

#include "each.h"
#include "objects.h"

/* What cordon, uncordon and drain share. */

/*
 * Makes TYPE/NAME of bare names (ret owns the strings); what names its type already stays, the caller looks at it. Fails for
 * an empty word.
 */
int words_of_type(const struct vec *words, const char *type, struct vec *ret, struct error *err);

/* What completes their words. */
extern const struct argument nodes_arguments[];

/* Refuses a line that names no nodes, or names some beside a selector. */
int nodes_check(struct invocation *inv, struct error *err);

/*
 * Reads the nodes that the line names, or that its selector chooses; the first that is not there fails. chunk_size: of
 * the list of nodes, 0 for all at once.
 */
int nodes_find(struct invocation *inv, int64_t chunk_size, struct vec *ret_targets, struct error *err);

/*
 * Makes each of targets unschedulable, or schedulable again, as --dry-run says, and tells which it did. A node that cannot be
 * changed is told about and is no failure, as in kubectl. Fails with ERROR_CANCELLED.
 */
int nodes_mark(struct invocation *inv, const struct vec *targets, bool unschedulable, struct error *err);

#endif
