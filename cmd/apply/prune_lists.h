#ifndef KUBEC_CMD_APPLY_PRUNE_LISTS_H
#define KUBEC_CMD_APPLY_PRUNE_LISTS_H

#include "objects.h"

/* The lists that pruning looks through: many kinds in many namespaces, asked for at the same time. */

/* One kind in one namespace. */
struct prune_list {
	const struct resource *resource;
	const char *namespace; /* borrowed; NULL for cluster-scoped kinds */
	cJSON *json;           /* what the server answered, */
	struct error error;    /* or why not */
};
void prune_list_free(struct prune_list *l);

/* Adds a list to ask for. */
void prune_lists_add(struct vec *lists, const struct resource *r, const char *ns);

/*
 * Asks for all of them, whole objects or their metadata alone. A list that fails is no failure of the call, which
 * fails when nothing could be sent or it was interrupted.
 */
int prune_lists_fetch(struct client *c, const struct vec *lists, const char *selector, bool whole, struct error *err);

/*
 * Moves the objects of a list to targets (struct target *, owned): those with a uid that is not in kept, and, with
 * applied_only, the annotation of client-side apply.
 */
void prune_list_take(struct prune_list *l, const struct map *kept, bool applied_only, struct vec *targets);

/* The uids of what was applied (struct target *), as keys of ret. */
void kept_uids(const struct vec *kept, struct map *ret);

#endif
