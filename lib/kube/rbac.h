#ifndef KUBEC_KUBE_RBAC_H
#define KUBEC_KUBE_RBAC_H

#include "kube/kubeconfig_schema.h"

/*
 * What must be done to a Role, ClusterRole or a binding of them so that it gives what a manifest says: the rules are
 * those of k8s.io/component-helpers/auth/rbac.
 */

struct rbac_kind {
	const char *kind;
	const struct kubeconfig_schema *schema;
	bool binds;
};

/* The kind of that name in rbac.authorization.k8s.io, or NULL. */
const struct rbac_kind *rbac_kind_find(const char *kind);

enum rbac_operation { RBAC_NONE, RBAC_CREATE, RBAC_UPDATE, RBAC_RECREATE };

struct rbac_plan {
	enum rbac_operation operation;
	bool protected; /* the object says that it wants to stay as it is */
	cJSON *object;  /* as it should be */
	cJSON *missing; /* rules or subjects, taken apart where there was an object before */
	cJSON *extra;
};
void rbac_plan_release(struct rbac_plan *p);

/*
 * existing: what the server has, or NULL. remove_extra: what it has beyond expected goes. expected has the types that
 * its kind's schema says.
 */
void rbac_plan(const struct rbac_kind *kind, const cJSON *existing, const cJSON *expected, bool remove_extra,
	       struct rbac_plan *ret);

/*
 * The parts of servants (a list of PolicyRules, or NULL), each of one verb on one resource of one group (and of one name) or on
 * one URL, that none of owners covers. A new list.
 */
cJSON *rbac_uncovered(const cJSON *owners, const cJSON *servants);

/* Appends a rule or a subject as Go shows it: {Verbs:[get] APIGroups:[] …}. */
void rbac_words(struct buf *out, const struct rbac_kind *kind, const cJSON *item);

#endif
