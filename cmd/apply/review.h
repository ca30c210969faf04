#ifndef KUBEC_CMD_APPLY_REVIEW_H
#define KUBEC_CMD_APPLY_REVIEW_H

#include "preview.h"

/* --diff: shows what apply would change, and asks before it does. */

/* --diff, --yes */
extern const struct option options_review[];

/* Refuses what would leave nobody to ask, before anything is sent. */
int review_check(struct invocation *inv, struct error *err);

/*
 * Shows the differences and, unless --yes or --dry-run was given or nothing differs, asks on inv->err.
 * query is that of the requests to come. *ret_agreed is false when the answer was no.
 */
int review(struct invocation *inv, const struct vec *targets, const char *query, bool *ret_agreed, struct error *err);

#endif
