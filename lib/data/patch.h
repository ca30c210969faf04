#ifndef KUBEC_DATA_PATCH_H
#define KUBEC_DATA_PATCH_H

#include "data/json.h"

/* Applies a JSON merge patch (RFC 7386) to *target in place; takes nothing. */
void patch_merge_apply(cJSON **target, const cJSON *patch);

/* Applies a JSON patch (RFC 6902). On failure (ERROR_PARSE) *target is unchanged. */
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

/* The schema of a built-in kind (facts in strategic_table.c); NULL for any other kind. */
const struct strategic_schema *strategic_schema_find(const char *group, const char *version, const char *kind);

/*
 * Applies a strategic merge patch with all directives ($patch, $retainKeys,
 * $deleteFromPrimitiveList, $setElementOrder). Fails with ERROR_PARSE.
 */
int patch_strategic_apply(cJSON **target, const cJSON *patch, const struct strategic_schema *schema,
			  struct error *err);

/*
 * The three-way strategic merge patch of "kubectl apply"
 * (strategicpatch.CreateThreeWayMergePatch). Without overwrite, fields that
 * both sides changed fail with ERROR_OTHER (a conflict). original may be NULL.
 */
int patch_strategic_three_way(const cJSON *original, const cJSON *modified, const cJSON *current,
			      const struct strategic_schema *schema, bool overwrite, cJSON **ret_patch,
			      struct error *err);

/* The two-way strategic patch that turns from into to. */
int patch_strategic_create(const cJSON *from, const cJSON *to, const struct strategic_schema *schema,
			   cJSON **ret_patch, struct error *err);

#endif
