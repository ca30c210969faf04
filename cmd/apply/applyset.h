#ifndef KUBEC_CMD_APPLY_APPLYSET_H
#define KUBEC_CMD_APPLY_APPLYSET_H

#include "deletion.h"

/*
 * ApplySets: objects that belong together because they carry the label of one parent object, which remembers
 * their kinds and namespaces. What belongs to the set and is not applied any more is pruned.
 * https://git.k8s.io/enhancements/keps/sig-cli/3659-kubectl-apply-prune
 */
struct applyset {
	const struct resource *resource; /* of the parent */
	char *name;
	const char *namespace; /* of -n, for parents that have one; or NULL */
	char *id;              /* NULL until the namespace is known to be there */
	struct map kinds;      /* "Deployment.apps" to const struct resource *: what the set held, */
	struct map namespaces; /* and where */
	struct map new_kinds, new_namespaces; /* the same of what is applied now */
};
#define APPLYSET_INIT ((struct applyset){0})
void applyset_release(struct applyset *s);

/* --applyset, where KUBECTL_APPLYSET=true */
extern const struct option options_applyset[];

/* True when --applyset names a set. */
bool applyset_asked(const struct invocation *inv);

/* Reads --applyset: [RESOURCE[.GROUP]/]NAME, a Secret when no resource is named. */
int applyset_parse(struct invocation *inv, struct applyset *ret, struct error *err);

/*
 * Whether such a parent is allowed: Secrets, ConfigMaps, and custom resources whose definition says so (one request).
 * What is wrong is reported already, with err untouched.
 */
int applyset_validate(struct invocation *inv, struct applyset *s, struct error *err);

/* Labels what is to be applied (struct target *) as members; ERROR_OTHER where a manifest has the label. */
int applyset_label(const struct applyset *s, const struct vec *targets, struct error *err);

/*
 * Before anything is applied: reads the parent, checks that it is a set of ours, and makes it
 * cover what it held and what will be applied, so that nothing is lost on the way.
 */
int applyset_begin(struct invocation *inv, struct applyset *s, const struct vec *targets, struct error *err);

/*
 * After everything was applied: deletes the members that were not, prints them, and makes the parent cover what is
 * there now. Failed deletions are appended to errors; the parent then stays as it was.
 */
int applyset_prune(struct invocation *inv, struct applyset *s, const struct deletion *d, const struct vec *applied,
		   bool whole, struct vec *errors, struct error *err);

#endif
