#ifndef KUBEC_KUBE_MANAGED_FIELDS_H
#define KUBEC_KUBE_MANAGED_FIELDS_H

#include "data/json.h"

/*
 * metadata.managedFields: who owns which field of an object, and how
 * ownership goes from client-side to server-side apply.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */

/* True when some manager owns the last-applied annotation by such an operation ("Apply", "Update"). */
bool managed_fields_own_last_applied(const cJSON *object, const char *operation);

/*
 * The JSON patch that hands what the managers of client-side apply own to
 * manager's server-side apply: those are the ones whose Update wrote the last-applied
 * annotation. It fails with a conflict when the object has changed meanwhile.
 * NULL when there is nothing to hand over; the caller owns it.
 */
cJSON *managed_fields_migration(const cJSON *object, const char *manager);

#endif
