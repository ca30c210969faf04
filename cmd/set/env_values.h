#ifndef KUBEC_CMD_SET_ENV_VALUES_H
#define KUBEC_CMD_SET_ENV_VALUES_H

#include "live.h"

/* Where a variable of a container has its value from, and what that is: set env --list. */

/* "configmap web, key port", of an env entry's valueFrom. */
void env_source_text(struct buf *out, const cJSON *value_from);

/*
 * Appends the value: of a ConfigMap or Secret of the namespace (read once each; kept in cache, from type/name to
 * cJSON), a field of the object, or one of the container's resources.
 */
int env_source_value(struct invocation *inv, struct map *cache, const cJSON *value_from, const cJSON *object,
		     const cJSON *container, struct buf *out, struct error *err);

#endif
