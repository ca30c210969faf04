#ifndef KUBEC_CMD_LIVE_H
#define KUBEC_CMD_LIVE_H

#include "each.h"
#include "objects.h"

/*
 * Verbs that change live objects in one way: set image, rollout pause,
 * resume and restart, and whatever comes of that kind. Each gives a function
 * that changes a copy; what differs is sent as one strategic merge patch
 * (JSON merge patch for custom resources).
 */
struct live_change {
	/* Changes object; ERROR_OTHER's message says why it cannot. */
	int (*change)(void *ctx, const struct resource *r, cJSON *object, struct error *err);
	void *ctx;
	const char *operation; /* "restarted": what is printed on success; NULL: nothing */
	const char *query;     /* of the PATCH request */
	bool client_dry_run;   /* print, send nothing */
	bool always;           /* an object that stays the same is sent and printed, too */
};

enum live_result { LIVE_FAILED = -1, LIVE_CHANGED, LIVE_SAME };

/*
 * Changes one target, whose object must have been fetched. LIVE_SAME: the
 * change made no difference and nothing was sent or printed. LIVE_FAILED: err
 * tells; *ret_refused is true when change() itself refused and false when the server did.
 */
enum live_result live_change_target(struct invocation *inv, const struct live_change *change, struct target *t,
				    bool *ret_refused, struct error *err);

/*
 * The patch between two states of an object, the caller's, and its content type: strategic for the kinds that
 * have such a thing, a JSON merge patch for all others.
 */
int live_difference(const struct resource *r, const cJSON *before, const cJSON *after, const char **ret_type,
		    cJSON **ret_patch, struct error *err);

/*
 * Makes of a workload what kubectl's types make of it: old servers write nulls into templates
 * and leave out a StatefulSet's status.availableReplicas.
 */
void live_normalize(cJSON *object);

/* "error: deployments.apps "x" is already paused": how such a refusal is told. */
void live_refusal(const struct target *t, struct error *err);

/*
 * The Pod spec of a built-in workload (spec of a Pod, spec.template.spec,
 * spec.jobTemplate.spec.template.spec of a CronJob); NULL for other kinds.
 */
cJSON *live_pod_spec(const struct resource *r, const cJSON *object);

/* True for the kinds that live_pod_spec() knows. */
bool live_runs_pods(const struct resource *r);

/* invocation_targets() for verbs whose --all means all objects of the types named, and nothing beside names. */
int live_targets(struct invocation *inv, struct target_options *ret, struct error *err);

/*
 * Takes a line's words apart: those before the first KEY=VALUE or KEY- name objects, and none may follow it
 * ("all resources must be specified before image changes: x"; what: "image"). Strings are borrowed.
 */
int live_split_words(const struct vec *words, const char *what, struct vec *ret_resources, struct vec *ret_pairs,
		     struct error *err);

/* Resolves and fetches what the command's words and options name; files are of built-in kinds. */
int live_fetch(struct invocation *inv, const struct vec *words, struct vec *targets, struct vec *errors,
	       struct error *err);

/* The same, with options that the caller has changed. */
int live_fetch_targets(struct invocation *inv, const struct target_options *o, struct vec *targets, struct vec *errors,
		       struct error *err);

/*
 * What the line names, for verbs that only look at it: a manifest stands for itself, anything else is fetched.
 * typed: manifests are of built-in kinds.
 */
int live_find(struct invocation *inv, bool typed, struct vec *targets, struct vec *errors, struct error *err);

/*
 * For verbs that work on built-in kinds alone: what live_fetch_targets() found of any other kind is taken out, and said
 * to be unknown in kubectl's words.
 */
void live_refuse_custom(struct vec *targets, struct vec *errors);

#endif
