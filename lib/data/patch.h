#ifndef KUBEC_DATA_PATCH_H
#define KUBEC_DATA_PATCH_H

#include "data/json.h"

/*
 * Patches are made and applied as the Go libraries under kubectl 1.36 do, and
 * fail with their words. Arguments belong to the caller and are not changed;
 * results are new heap trees. What is created has its keys in byte order.
 */

/*
 * Applies a JSON merge patch (RFC 7386) to *target in place. As in kubectl's
 * library, nulls inside lists are dropped with those of new objects.
 */
void patch_merge_apply(cJSON **target, const cJSON *patch);

/*
 * Applies a JSON patch (RFC 6902; indices may be negative and count from the
 * end). On failure (ERROR_PARSE) *target is unchanged. Where kubectl patch says
 * "Object to be patched is missing field (P)", the message here ends in "doc is missing key: P".
 */
int patch_json_apply(cJSON **target, const cJSON *patch, struct error *err);

/* The merge patch that turns from into to; an empty object when they are equal. */
cJSON *patch_merge_create(const cJSON *from, const cJSON *to);

/*
 * The three-way JSON merge patch of "kubectl apply" for kinds without a
 * strategic schema: additions and changes from current to modified, deletions from original
 * to modified (jsonmergepatch.CreateThreeWayJSONMergePatch).
 */
cJSON *patch_merge_three_way(const cJSON *original, const cJSON *modified, const cJSON *current);

/*
 * How strategic merge treats a field: which key merges the items of a list,
 * and the strategies. One row describes one field of one type; type is a
 * definition's name, as field types link rows to each other.
 */
struct strategic_schema;

/*
 * The schema of a kind that servers take strategic merge patches for (facts
 * in strategic_table.c), CustomResourceDefinition and APIService included;
 * NULL for any other kind. Without a schema (NULL) the functions below merge
 * objects and replace lists; they do not know which fields a kind has.
 */
const struct strategic_schema *strategic_schema_find(const char *group, const char *version, const char *kind);

/*
 * Applies a strategic merge patch with all directives ($patch, $retainKeys,
 * $deleteFromPrimitiveList, $setElementOrder). On failure (ERROR_PARSE)
 * *target is unchanged.
 */
int patch_strategic_apply(cJSON **target, const cJSON *patch, const struct strategic_schema *schema,
			  struct error *err);

/*
 * The three-way strategic merge patch of "kubectl apply"
 * (strategicpatch.CreateThreeWayMergePatch). Without overwrite, fields that
 * both sides changed fail with ERROR_OTHER; the message ("patch: … conflicts
 * with changes made from original to current: …") ends in newlines, as kubectl's
 * does. Other failures are ERROR_PARSE. original may be NULL.
 */
int patch_strategic_three_way(const cJSON *original, const cJSON *modified, const cJSON *current,
			      const struct strategic_schema *schema, bool overwrite, cJSON **ret_patch,
			      struct error *err);

/* The two-way strategic patch that turns from into to. */
int patch_strategic_create(const cJSON *from, const cJSON *to, const struct strategic_schema *schema,
			   cJSON **ret_patch, struct error *err);

#endif
