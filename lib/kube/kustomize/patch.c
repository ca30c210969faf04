#include <ctype.h>

#include "data/gotext.h"
#include "data/patch.h"
#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* patches:, patchesStrategicMerge: and patchesJson6902: */

int fail_config(const struct target *t, const char *builtin, const cJSON *config, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (t->plugin) {
		struct object_id id = object_original_id(t->plugin);

		id_text(&text, &id);
		return error_prefix(err, "plugin %s fails configuration: ", text.data);
	}
	yaml_print(&text, config);
	return error_prefix(err, "trouble configuring builtin %s with config: `\n%s`: ", builtin, text.data);
}

/* ---- strategic ------------------------------------------------------------------------------------- */

/* Merges a patch into one object, which keeps its name and kind unless the patch may change them. */
static int apply_strategic(const struct target *t, struct resource_item *r, const cJSON *patch, struct error *err)
{
	_cleanup_free_ char *name = xstrdup(object_name(r->object)), *ns = xstrdup(object_namespace(r->object)),
			    *kind = xstrdup(object_kind(r->object));
	bool names = note_enabled(patch, NOTE_ALLOW_NAME), kinds = note_enabled(patch, NOTE_ALLOW_KIND);
	cJSON *metadata;

	if (names || kinds)
		object_store_id(r->object);
	if (merge_apply(&r->object, patch, t->build->definitions, err))
		return -1;
	if (item_is_empty(r))
		return 0;
	if (!kinds)
		json_set_string(r->object, "kind", kind);
	metadata = json_ensure_object(r->object, "metadata");
	if (!metadata)
		return error_node_kind(err, "MappingNode", json_get(r->object, "metadata"));
	if (!names)
		json_set_string(metadata, "name", name);
	json_set_string(metadata, "namespace", *ns ? ns : NULL);
	return 0;
}

static int check_ids(struct vec *items, struct error *err)
{
	_cleanup_vec_ struct vec all = VEC_OWNING(item_free);

	items_drop_empty(items);
	for (size_t i = 0; i < items->len; i++)
		vec_add(&all, items->items[i]);
	items->len = 0;
	return items_append_all(items, &all, err);
}

/* The patch is for the object's version, and its labels and annotations are texts. */
static int apply_to_selected(const struct target *t, struct resource_item *r, const cJSON *patch, struct error *err)
{
	_cleanup_json_ cJSON *own = json_copy(patch);

	notes_normalize(own);
	labels_normalize(own);
	json_set_string(own, "apiVersion", scalar_text(json_get(r->object, "apiVersion")));
	return apply_strategic(t, r, own, err);
}

static int apply_to_all(const struct target *t, struct vec *items, const struct vec *selected, const cJSON *patch, struct error *err)
{
	for (size_t i = 0; i < selected->len; i++)
		if (apply_to_selected(t, selected->items[i], patch, err))
			return -1;
	return check_ids(items, err);
}

/* The one object that a patch is for, by any of its names. */
static int find_patched(const struct vec *items, const cJSON *patch, struct resource_item **ret, struct error *err)
{
	struct object_id id = object_original_id(patch);
	_cleanup_free_ char *text = id_string(&id);
	_cleanup_vec_ struct vec found = VEC_INIT;

	items_with_id(items, &id, &found);
	if (found.len != 1)
		return error_set(err, ERROR_OTHER, "%s matches for Id %s; failed to find unique target for patch %s",
				 found.len ? "multiple" : "no", text, text);
	*ret = found.items[0];
	return 0;
}

static int parse_paths(struct target *t, const cJSON *paths, struct vec *patches, struct error *err)
{
	const cJSON *path;

	cJSON_ArrayForEach(path, paths) {
		_cleanup_error_ struct error inline_error = ERROR_INIT;
		const char *text = path->valuestring;

		if (items_parse(text, strlen(text), patches, &inline_error) && items_read(&t->loader, text, patches, err))
			return -1;
	}
	if (!patches->len) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		go_value_format(&text, paths);
		return error_set(err, ERROR_OTHER, "patch appears to be empty; files=%s, Patch=", text.data);
	}
	return 0;
}

int transform_strategic(struct target *t, struct vec *items, const cJSON *paths, struct error *err)
{
	_cleanup_vec_ struct vec patches = VEC_OWNING(item_free);
	_cleanup_json_ cJSON *config = NULL;

	if (!json_size(paths))
		return 0;
	config = json_new_object();
	json_set(config, "paths", json_copy(paths));
	if (parse_paths(t, paths, &patches, err))
		return fail_config(t, "PatchStrategicMergeTransformer", config, err);
	for (size_t i = 0; i < patches.len; i++) {
		const cJSON *patch = ((struct resource_item *)patches.items[i])->object;
		_cleanup_vec_ struct vec selected = VEC_INIT;
		struct resource_item *r;

		if (find_patched(items, patch, &r, err))
			return -1;
		vec_add(&selected, r);
		if (apply_to_all(t, items, &selected, patch, err))
			return -1;
	}
	target_record(t, items, "PatchStrategicMergeTransformer");
	return 0;
}

/* ---- JSON patches ------------------------------------------------------------------------------------- */

/* The operations of a text; JSON or YAML. */
static int parse_operations(const char *text, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *tree = NULL;
	const cJSON *operation;

	if (!*text)
		return error_set(err, ERROR_OTHER, "empty json patch operations");
	if (*text == '[' ? json_parse(text, strlen(text), NULL, &tree, err)
			 : yaml_parse(text, strlen(text), NULL, 1, &tree, err))
		return -1;
	if (!json_is_array(tree))
		return error_set(err, ERROR_OTHER, "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
	cJSON_ArrayForEach(operation, tree) {
		if (!json_is_object(operation))
			return error_set(err, ERROR_OTHER,
					 "json: cannot unmarshal string into Go value of type jsonpatch.Operation");
	}
	*ret = TAKE_PTR(tree);
	return 0;
}

/* What came out of JSON has its nulls written out. */
static void name_nulls(cJSON *node)
{
	cJSON *c;

	if (cJSON_IsNull(node) && !node->valuestring)
		node->valuestring = xstrdup("null");
	cJSON_ArrayForEach(c, node) name_nulls(c);
}

/* The builder's notes outlive whatever a patch does to annotations. */
static int apply_operations(struct resource_item *r, const cJSON *operations, struct error *err)
{
	_cleanup_json_ cJSON *notes = json_copy(json_path(r->object, "metadata", "annotations", NULL));
	const cJSON *note;

	if (patch_json_apply(&r->object, operations, err))
		return -1;
	name_nulls(r->object);
	cJSON_ArrayForEach(note, notes) {
		if (str_starts(note->string, NOTE))
			note_set(r->object, note->string, scalar_text(note));
	}
	notes_normalize(r->object);
	return 0;
}

static int apply_json(const struct vec *selected, const cJSON *operations, bool stores_id, struct error *err)
{
	for (size_t i = 0; i < selected->len; i++) {
		struct resource_item *r = selected->items[i];

		if (stores_id)
			object_store_id(r->object);
		if (apply_operations(r, operations, err))
			return -1;
	}
	return 0;
}

static int read_json6902(struct target *t, const cJSON *patch, cJSON **ret, struct error *err)
{
	const char *path = scalar_text(json_get(patch, "path")), *text = scalar_text(json_get(patch, "patch"));
	_cleanup_buf_ struct buf content = BUF_INIT;

	if (!*scalar_text(json_path(patch, "target", "name", NULL)))
		return error_set(err, ERROR_OTHER, "must specify the target name");
	if (!*path && !*text)
		return error_set(err, ERROR_OTHER, "empty file path and empty jsonOp");
	if (*path && *text)
		return error_set(err, ERROR_OTHER, "must specify a file path or jsonOp, not both");
	if (*path && loader_read(&t->loader, path, &content, err))
		return -1;
	if (*path && !content.len)
		return error_set(err, ERROR_OTHER, "patch file '%s' empty seems to be empty", path);
	if (parse_operations(*path ? content.data : text, ret, err))
		return -1;
	if (!json_size(*ret))
		return error_set(err, ERROR_OTHER, "patch appears to be empty; file=%s, JsonOp=%s", path, text);
	return 0;
}

int transform_json6902(struct target *t, struct vec *items, const cJSON *patch, struct error *err)
{
	_cleanup_json_ cJSON *operations = NULL, *config = NULL;
	_cleanup_vec_ struct vec selected = VEC_INIT;

	if (read_json6902(t, patch, &operations, err)) {
		config = json_copy(patch);
		json_set(config, "jsonOp", json_copy(json_get(patch, "patch")));
		json_remove(config, "patch");
		return fail_config(t, "PatchJson6902Transformer", config, err);
	}
	if (items_select(items, json_get(patch, "target"), &selected, err))
		return -1;
	return apply_json(&selected, operations, false, err);
}

/* ---- patches: of either kind --------------------------------------------------------------------------------- */

struct patch {
	struct vec strategic; /* items */
	cJSON *operations;
	char *source; /* for messages */
};

static void patch_release(struct patch *p)
{
	vec_release(&p->strategic);
	cJSON_Delete(p->operations);
	free(p->source);
}

static char *trim(const char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	return xstrndup(text, n);
}

static int read_patch_text(struct target *t, const cJSON *row, struct buf *text, char **ret_source, struct error *err)
{
	_cleanup_free_ char *own = trim(scalar_text(json_get(row, "patch")));
	const char *path = scalar_text(json_get(row, "path"));
	_cleanup_buf_ struct buf config = BUF_INIT, source = BUF_INIT;

	yaml_print(&config, row);
	if (!*own && !*path)
		return error_set(err, ERROR_OTHER, "must specify one of patch and path in\n%s", config.data);
	if (*own && *path)
		return error_set(err, ERROR_OTHER, "patch and path can't be set at the same time\n%s", config.data);
	if (*path && loader_read(&t->loader, path, text, err))
		return error_prefix(err, "failed to get the patch file from path(%s): ", path);
	if (*own)
		buf_puts(text, own);
	buf_printf(&source, "[%s: ", *path ? "path" : "patch");
	go_quote(&source, *path ? path : own);
	buf_putc(&source, ']');
	*ret_source = buf_take(&source);
	return 0;
}

static int read_patch(struct target *t, const cJSON *row, struct patch *p, struct error *err)
{
	_cleanup_error_ struct error strategic = ERROR_INIT, json = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *options = json_get(row, "options");
	bool is_strategic, is_json;

	if (read_patch_text(t, row, &text, &p->source, err))
		return -1;
	is_strategic = !items_parse(text.data, text.len, &p->strategic, &strategic);
	is_json = !parse_operations(text.data, &p->operations, &json);
	if (is_strategic && is_json && p->strategic.len && json_size(p->operations))
		return error_set(err, ERROR_OTHER, "illegally qualifies as both an SM and JSON patch: %s", p->source);
	if (!is_strategic && !is_json)
		return error_set(err, ERROR_OTHER, "unable to parse SM or JSON patch from %s", p->source);
	for (size_t i = 0; i < p->strategic.len; i++) {
		cJSON *object = ((struct resource_item *)p->strategic.items[i])->object;

		if (json_bool(options, "allowNameChange", false))
			note_set(object, NOTE_ALLOW_NAME, NOTE_ENABLED);
		if (json_bool(options, "allowKindChange", false))
			note_set(object, NOTE_ALLOW_KIND, NOTE_ENABLED);
	}
	return 0;
}

static int apply_targeted(const struct target *t, const struct patch *p, struct vec *items, const cJSON *target, struct error *err)
{
	_cleanup_vec_ struct vec selected = VEC_INIT;

	if (p->strategic.len > 1)
		return error_set(err, ERROR_OTHER,
				 "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` "
				 "field: %s",
				 p->source);
	if (items_select(items, target, &selected, err)) {
		_cleanup_free_ char *why = xstrdup(err->message);

		return error_set(err, ERROR_OTHER, "unable to find patch target in `resources`: %s", why);
	}
	return apply_to_all(t, items, &selected, ((struct resource_item *)p->strategic.items[0])->object, err);
}

static int apply_untargeted(const struct target *t, const struct patch *p, struct vec *items, struct error *err)
{
	for (size_t i = 0; i < p->strategic.len; i++) {
		const cJSON *object = ((struct resource_item *)p->strategic.items[i])->object;
		struct resource_item *r;

		if (find_patched(items, object, &r, err)) {
			struct object_id id = object_original_id(object);
			_cleanup_free_ char *text = id_string(&id);

			return error_prefix(err, "no resource matches strategic merge patch \"%s\": ", text);
		}
		if (apply_strategic(t, r, object, err))
			return -1;
	}
	items_drop_empty(items);
	return 0;
}

static int apply_patch(const struct target *t, const struct patch *p, struct vec *items, const cJSON *target, struct error *err)
{
	_cleanup_vec_ struct vec selected = VEC_INIT;

	if (p->strategic.len)
		return target ? apply_targeted(t, p, items, target, err) : apply_untargeted(t, p, items, err);
	if (!p->operations)
		return 0;
	if (!target)
		return error_set(err, ERROR_OTHER, "must specify a target for JSON patch %s", p->source);
	if (items_select(items, target, &selected, err))
		return -1;
	return apply_json(&selected, p->operations, true, err);
}

int transform_patches(struct target *t, struct vec *items, const cJSON *row, struct error *err)
{
	_cleanup_(patch_release) struct patch p = {.strategic = VEC_OWNING(item_free)};

	if (read_patch(t, row, &p, err))
		return fail_config(t, "PatchTransformer", row, err);
	return apply_patch(t, &p, items, json_get(row, "target"), err);
}
