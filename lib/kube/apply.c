#include "kube/apply.h"

#include "kube/client.h"

const char *last_applied_text(const cJSON *object)
{
	return json_path_string(object, "metadata", "annotations", LAST_APPLIED_ANNOTATION, NULL);
}

void last_applied_embed(cJSON *object, int style)
{
	cJSON *metadata = json_ensure_object(object, "metadata");
	bool generated = !(style & JSON_SORT_KEYS);
	_cleanup_buf_ struct buf text = BUF_INIT;
	cJSON *annotations;

	json_remove(json_get(metadata, "annotations"), LAST_APPLIED_ANNOTATION);
	/* Manifests show the empty map that the annotation was taken from; generated objects leave it out. */
	annotations = generated ? NULL : json_ensure_object(metadata, "annotations");
	json_print(&text, object, JSON_COMPACT | JSON_ESCAPE_HTML | style);
	buf_putc(&text, '\n');
	if (!annotations)
		annotations = json_ensure_object(metadata, "annotations");
	json_set_string(annotations, LAST_APPLIED_ANNOTATION, text.data);
	if (generated)
		json_sort_keys(annotations); /* Go writes maps by key */
}

void last_applied_remove(cJSON *object)
{
	cJSON *metadata = json_ensure_object(object, "metadata");

	json_remove(json_ensure_object(metadata, "annotations"), LAST_APPLIED_ANNOTATION);
}

/* What the last apply left behind; NULL when nothing did. */
static int last_applied_read(const cJSON *object, cJSON **ret, struct error *err)
{
	const char *text = last_applied_text(object);
	_cleanup_error_ struct error why = ERROR_INIT;
	_cleanup_json_ cJSON *original = NULL;

	if (str_empty(text)) {
		*ret = NULL;
		return 0;
	}
	if (json_parse(text, strlen(text), NULL, &original, &why) || !(json_is_object(original) || cJSON_IsNull(original)))
		return error_set(err, ERROR_PARSE, "invalid JSON document"); /* kubectl says no more */
	*ret = cJSON_IsNull(original) ? NULL : TAKE_PTR(original);
	return 0;
}

int apply_patch_as_is(const struct resource *r, const cJSON *object, const cJSON *current, bool overwrite,
		      const char **ret_type, cJSON **ret_patch, struct error *err)
{
	const struct strategic_schema *schema = strategic_schema_find(r->group, r->version, r->kind);
	_cleanup_json_ cJSON *original = NULL;

	*ret_type = schema ? PATCH_STRATEGIC : PATCH_MERGE;
	if (last_applied_read(current, &original, err))
		return -1;
	if (schema)
		return patch_strategic_three_way(original, object, current, schema, overwrite, ret_patch, err);
	*ret_patch = patch_merge_three_way(original, object, current);
	return 0;
}

int apply_patch(const struct resource *r, const cJSON *object, const cJSON *current, bool overwrite,
		const char **ret_type, cJSON **ret_patch, struct error *err)
{
	_cleanup_json_ cJSON *modified = json_copy(object);

	last_applied_embed(modified, JSON_SORT_KEYS);
	return apply_patch_as_is(r, modified, current, overwrite, ret_type, ret_patch, err);
}

int apply_patch_locally(const struct resource *r, const char *type, const cJSON *patch, cJSON **object,
			struct error *err)
{
	if (!strcmp(type, PATCH_STRATEGIC))
		return patch_strategic_apply(object, patch, strategic_schema_find(r->group, r->version, r->kind),
					     err);
	patch_merge_apply(object, patch);
	return 0;
}
