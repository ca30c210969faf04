#ifndef KUBEC_KUBE_APPLY_H
#define KUBEC_KUBE_APPLY_H

#include "data/patch.h"
#include "kube/resource.h"

/*
 * Client-side apply: what it remembers in an object, and the patch that it
 * sends. The annotation and its text are kubectl's, so that both programs
 * may take turns on the same objects.
 */
#define LAST_APPLIED_ANNOTATION "kubectl.kubernetes.io/last-applied-configuration"

/* The annotation's text, or NULL. */
const char *last_applied_text(const cJSON *object);

/*
 * Remembers the object's present form in its annotation. style is the order
 * of keys in that text: JSON_SORT_KEYS for objects from manifests, 0 for
 * objects that kubec generated.
 */
void last_applied_embed(cJSON *object, int style);

/* Takes that annotation away and leaves the map of annotations, made when it is missing, as kubectl does. */
void last_applied_remove(cJSON *object);

/*
 * Computes the patch that turns current (as the server has it) into object
 * (a manifest's), given what current remembers of the last apply. Built-in kinds get a
 * strategic merge patch, any other a JSON merge patch; ret_type is the
 * content type, set on failure too. An empty object means that nothing changes. The caller owns the patch.
 * Without overwrite, a field that the server changed too is ERROR_OTHER.
 * A broken annotation fails with ERROR_PARSE.
 */
int apply_patch(const struct resource *r, const cJSON *object, const cJSON *current, bool overwrite,
		const char **ret_type, cJSON **ret_patch, struct error *err);

/*
 * The same for an object that is compared as it stands, whatever it has of that annotation: what diff
 * asks a server about.
 */
int apply_patch_as_is(const struct resource *r, const cJSON *object, const cJSON *current, bool overwrite,
		      const char **ret_type, cJSON **ret_patch, struct error *err);

/* Applies such a patch here, for --dry-run=client. */
int apply_patch_locally(const struct resource *r, const char *type, const cJSON *patch, cJSON **object,
			struct error *err);

#endif
