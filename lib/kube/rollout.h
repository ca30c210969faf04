#ifndef KUBEC_KUBE_ROLLOUT_H
#define KUBEC_KUBE_ROLLOUT_H

#include "kube/client.h"

/*
 * Rollouts of the kinds that have them: Deployments keep their revisions as
 * ReplicaSets, StatefulSets and DaemonSets as ControllerRevisions.
 */

/* True for apps Deployment, StatefulSet, DaemonSet. */
bool rollout_supported(const struct resource *r);

/*
 * How far a rollout is, in kubectl's words with a newline at the end.
 * revision 0 means the newest. Fails with ERROR_OTHER when it never will be done
 * (progress deadline, another revision, a strategy without rollouts).
 */
int rollout_status(const struct resource *r, const cJSON *object, int64_t revision, struct buf *ret_text,
		   bool *ret_done, struct error *err);

struct rollout_revision {
	int64_t number;
	cJSON *object;    /* the ReplicaSet or ControllerRevision */
	cJSON *workload;  /* StatefulSet and DaemonSet: the workload as that revision had it; else NULL */
};
void rollout_revision_free(struct rollout_revision *r);

/*
 * The revisions of a workload, oldest first (struct rollout_revision *).
 * One request.
 */
int rollout_revisions(struct client *c, const struct resource *r, const cJSON *object, struct vec *ret_revisions,
		      struct error *err);

/* The revision of this number, or NULL. */
const struct rollout_revision *rollout_revision_find(const struct vec *revisions, int64_t number);

/* Its Pod template; borrowed. */
const cJSON *rollout_revision_template(const struct rollout_revision *revision);

/* What caused it (kubernetes.io/change-cause), or NULL. */
const char *rollout_revision_cause(const struct rollout_revision *revision);

/*
 * The revision to go back to: number, or with 0 the one before the newest.
 * Fails in kubectl's words.
 */
int rollout_revision_target(const struct resource *r, const cJSON *object, const struct vec *revisions,
			    int64_t number, const struct rollout_revision **ret, struct error *err);

/*
 * The patch that takes a workload back to a revision, and its content type.
 * *ret_patch is NULL when the template is the same already.
 */
int rollout_undo_patch(const struct resource *r, const cJSON *object, const struct rollout_revision *revision,
		       const char **ret_type, cJSON **ret_patch, struct error *err);

#endif
