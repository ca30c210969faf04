#ifndef KUBEC_CMD_OVERRIDES_H
#define KUBEC_CMD_OVERRIDES_H

#include "objects.h"

/* --overrides of run and expose: a patch of what is about to be created. */

/* --overrides, --override-type */
extern const struct option options_overrides[];

/*
 * Applies it to an object of a kind of the core group ("Pod"). Fails in kubectl's words for what is no patch of its type, or makes
 * of the object what none of its kind can be.
 */
int overrides_apply(struct invocation *inv, const char *kind, cJSON **object, struct error *err);

/*
 * After a failed request to create it: what the server could not read as such an object is told as kubectl does,
 * which reads it itself. Returns -1.
 */
int overrides_explain(const struct invocation *inv, struct error *err);

/*
 * Writes the namespace that -n named into an object that is shown and not sent, where the API has it: right behind its name.
 */
int overrides_set_namespace(struct invocation *inv, cJSON *object, struct error *err);

#endif
