#include "base/file.h"
#include "kube/kustomize/internal.h"

/* What changes objects: namespace, names, labels, annotations, sizes, images. Patches and replacements have their own files. */

/* ---- setters ------------------------------------------------------------------------------------ */

struct entry {
	const char *key, *value;
};

static int set_entry(void *ctx, cJSON *node, struct error *err)
{
	const struct entry *e = ctx;

	if (json_is_null(node))
		return 0;
	if (!json_is_object(node))
		return error_node_kind(err, "MappingNode", node);
	json_set_string(node, e->key, e->value);
	return 0;
}

static int check_scalar(const cJSON *node, struct error *err)
{
	if (json_is_object(node) || json_is_array(node))
		return error_node_kind(err, "ScalarNode", node);
	return 0;
}

static int set_text(void *ctx, cJSON *node, struct error *err)
{
	if (check_scalar(node, err))
		return -1;
	scalar_assign(node, ctx, true);
	return 0;
}

/* Sets text around what a scalar says. */
static int set_affixes(void *ctx, cJSON *node, struct error *err)
{
	const struct affixes *a = ctx;
	_cleanup_free_ char *text = NULL;

	if (check_scalar(node, err))
		return -1;
	text = xasprintf("%s%s%s", a->before, scalar_text(node), a->after);
	scalar_assign(node, text, false);
	return 0;
}

/* ---- namespace ------------------------------------------------------------------------------------ */

static bool subject_follows(const struct move *m, const cJSON *subject)
{
	if (m->subjects == SUBJECTS_ALL)
		return !strcmp(scalar_text(json_get(subject, "kind")), "ServiceAccount");
	return !strcmp(scalar_text(json_get(subject, "name")), "default");
}

/* Whether a place with a namespace keeps it. */
static bool keeps_namespace(const struct move *m, const cJSON *node)
{
	return m->unset_only && *scalar_text(node);
}

static int set_namespace(void *ctx, cJSON *node, struct error *err)
{
	const struct move *m = ctx;

	return keeps_namespace(m, node) ? 0 : set_text((void *)(uintptr_t)m->ns, node, err);
}

static int move_subjects(cJSON *object, const struct move *m, struct error *err)
{
	cJSON *subjects = json_get(object, "subjects"), *subject;

	if (!subjects || json_is_null(subjects) || m->subjects == SUBJECTS_NONE)
		return 0;
	if (!json_is_array(subjects)) {
		error_node_kind(err, "SequenceNode", subjects);
		return error_prefix(err, "setting namespace on (cluster)role binding subjects: ");
	}
	cJSON_ArrayForEach(subject, subjects) {
		if (subject_follows(m, subject) && !keeps_namespace(m, json_get(subject, "namespace")))
			json_set_string(subject, "namespace", m->ns);
	}
	return 0;
}

/* metadata/namespace is everybody's; metadata/name is that of Namespaces of v1 alone. */
static bool is_namespace_field(const cJSON *object, const struct field_spec *spec, bool binding)
{
	if (!strcmp(spec->path, "metadata/namespace"))
		return false;
	if (!strcmp(spec->path, "metadata/name") && strcmp(scalar_text(json_get(object, "apiVersion")), "v1"))
		return false;
	return !binding || strcmp(spec->path, "subjects/namespace") || !str_ends(spec->gvk.kind.s, "RoleBinding");
}

static int move_object(cJSON *object, const struct move *m, struct error *err)
{
	static const struct field_spec everywhere = {.path = "metadata/namespace", .create = true};
	struct object_id id = object_id_of(object);
	const char *kind = object_kind(object);
	bool binding = !strcmp(kind, "RoleBinding") || !strcmp(kind, "ClusterRoleBinding");
	void *ctx = (void *)(uintptr_t)m;

	if (!id.cluster_scoped && field_apply(object, &everywhere, FIELD_SCALAR, set_namespace, ctx, err))
		return -1;
	if (binding && move_subjects(object, m, err))
		return -1;
	for (size_t i = 0; i < m->specs->len; i++) {
		const struct field_spec *spec = m->specs->items[i];

		if (is_namespace_field(object, spec, binding) &&
		    field_apply(object, spec, FIELD_SCALAR, set_namespace, ctx, err))
			return error_prefix(err, "namespace transformation failed: ");
	}
	return 0;
}

static int check_conflict(const struct vec *items, const struct resource_item *moved, struct error *err)
{
	struct object_id id = object_id_of(moved->object);
	_cleanup_buf_ struct buf text = BUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < items->len; i++) {
		const struct resource_item *r = items->items[i];

		if (!object_has_id(r->object, &id))
			continue;
		buf_puts(&text, count++ ? " " : "");
		json_print(&text, r->object, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	}
	if (count == 1)
		return 0;
	return error_set(err, ERROR_OTHER, "namespace transformation produces ID conflict: [%s]", text.data);
}

int move_items(const struct move *m, struct vec *items, struct error *err)
{
	if (str_empty(m->ns))
		return 0;
	for (size_t i = 0; i < items->len; i++) {
		struct resource_item *r = items->items[i];

		if (str_equal(note_get(r->object, NOTE "helm-generated"), "true"))
			continue;
		object_store_id(r->object);
		if (move_object(r->object, m, err) || check_conflict(items, r, err))
			return -1;
	}
	return 0;
}

static int transform_namespace(const struct target *t, struct vec *items, const struct config *config, struct error *err)
{
	const struct move m = {.ns = json_string(t->kustomization, "namespace"), .specs = &config->lists[CONFIG_NAMESPACE]};

	if (move_items(&m, items, err))
		return -1;
	if (!str_empty(m.ns))
		target_record(t, items, "NamespaceTransformer");
	return 0;
}

/* ---- names ------------------------------------------------------------------------------------------- */

static bool keeps_name(const struct object_id *id)
{
	return span_equal(id->gvk.kind, span_of("CustomResourceDefinition")) ||
	       span_equal(id->gvk.kind, span_of("Namespace")) ||
	       (span_equal(id->gvk.kind, span_of("APIService")) &&
		span_equal(id->gvk.group, span_of("apiregistration.k8s.io")));
}

static int rename_object(cJSON *object, struct affixes *a, const struct vec *specs, struct error *err)
{
	for (size_t i = 0; i < specs->len; i++) {
		const struct field_spec *spec = specs->items[i];
		struct object_id id = object_original_id(object);

		if (keeps_name(&id))
			return 0;
		if (!gvk_selected(&id.gvk, &spec->gvk))
			continue;
		if (!strcmp(spec->path, "metadata/name")) {
			note_append(object, NOTE_PREFIXES, a->before);
			note_append(object, NOTE_SUFFIXES, a->after);
			object_store_id(object);
		}
		if (field_apply(object, spec, FIELD_SCALAR, set_affixes, a, err))
			return -1;
	}
	return 0;
}

int rename_items(struct affixes a, struct vec *items, const struct vec *specs, struct error *err)
{
	for (size_t i = 0; i < items->len; i++)
		if (rename_object(((struct resource_item *)items->items[i])->object, &a, specs, err))
			return -1;
	return 0;
}

static int transform_names(const struct target *t, struct affixes a, struct vec *items, const struct vec *specs,
			   struct error *err)
{
	if (!*a.before && !*a.after)
		return 0;
	if (rename_items(a, items, specs, err))
		return -1;
	target_record(t, items, *a.before ? "PrefixTransformer" : "SuffixTransformer");
	return 0;
}

/* ---- labels and annotations ----------------------------------------------------------------------------- */

int set_entries(struct vec *items, const cJSON *pairs, const struct vec *specs, struct error *err)
{
	for (size_t i = 0; i < items->len; i++) {
		cJSON *object = ((struct resource_item *)items->items[i])->object;
		const cJSON *pair;

		cJSON_ArrayForEach(pair, pairs) {
			struct entry e = {pair->string, pair->valuestring};

			if (fields_apply(object, specs, FIELD_MAPPING, set_entry, &e, err))
				return -1;
		}
	}
	return 0;
}

static int merge_specs(struct vec *specs, const struct vec *more, struct error *err)
{
	for (size_t i = 0; i < more->len; i++)
		if (specs_merge(specs, more->items[i], err))
			return error_prefix(err, "failed to merge labels: ");
	return 0;
}

/* Which fields a row of labels: goes to. */
static int label_specs(struct target *t, const cJSON *label, const struct config *config, struct vec *specs,
		       struct error *err)
{
	static const struct field_spec metadata = {.path = "metadata/labels", .create = true};
	const cJSON *field;

	cJSON_ArrayForEach(field, json_get(label, "fields")) vec_add(specs, (void *)(uintptr_t)spec_parse(t->build, field));
	if (merge_specs(specs, &config->lists[CONFIG_LABELS], err))
		return -1;
	if (json_bool(label, "includeSelectors", false))
		return merge_specs(specs, &config->lists[CONFIG_COMMON_LABELS], err);
	if (json_bool(label, "includeTemplates", false) && merge_specs(specs, &config->lists[CONFIG_TEMPLATE_LABELS], err))
		return -1;
	return specs_merge(specs, &metadata, err) ? error_prefix(err, "failed to merge labels: ") : 0;
}

static int transform_labels(struct target *t, struct vec *items, const struct config *config, struct error *err)
{
	const cJSON *common = json_get(t->kustomization, "commonLabels"), *label;

	cJSON_ArrayForEach(label, json_get(t->kustomization, "labels")) {
		_cleanup_vec_ struct vec specs = VEC_INIT;

		if (label_specs(t, label, config, &specs, err) || set_entries(items, json_get(label, "pairs"), &specs, err))
			return -1;
		target_record(t, items, "LabelTransformer");
	}
	if (set_entries(items, common, &config->lists[CONFIG_COMMON_LABELS], err))
		return -1;
	if (json_size(json_get(t->kustomization, "labels")) || json_size(common))
		target_record(t, items, "LabelTransformer");
	return 0;
}

/* ---- replicas ---------------------------------------------------------------------------------------------- */

static int set_count(void *ctx, cJSON *node, struct error *err)
{
	if (check_scalar(node, err))
		return -1;
	/* what was created is empty text, which says nothing yet */
	if (json_is_string(node) && !*node->valuestring)
		node_become(node, json_new_null());
	scalar_assign(node, ctx, false);
	return 0;
}

static bool had_name(const cJSON *object, const char *name, const struct gvk *selector)
{
	_cleanup_ids_ struct ids ids;

	object_ids(object, true, &ids);
	for (size_t i = 0; i < ids.len; i++)
		if (span_equal(ids.items[i].name, span_of(name)) && gvk_selected(&ids.items[i].gvk, selector))
			return true;
	return false;
}

static int fail_replicas(const char *name, const struct vec *specs, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < specs->len; i++) {
		buf_puts(&text, i ? " " : "");
		gvk_text(&text, &((const struct field_spec *)specs->items[i])->gvk);
	}
	return error_set(err, ERROR_OTHER, "resource with name %s does not match a config with the following GVK [%s]", name,
			 text.data);
}

int transform_replicas(const cJSON *replica, struct vec *items, const struct vec *specs, struct error *err)
{
	const char *name = scalar_text(json_get(replica, "name")), *count = scalar_text(json_get(replica, "count"));
	bool found = false;

	for (size_t i = 0; i < specs->len; i++) {
		const struct field_spec *spec = specs->items[i];

		for (size_t j = 0; j < items->len; j++) {
			cJSON *object = ((struct resource_item *)items->items[j])->object;

			if (!had_name(object, name, &spec->gvk))
				continue;
			found = true;
			if (field_apply(object, spec, FIELD_SCALAR, set_count, (void *)(uintptr_t)(*count ? count : "0"), err))
				return -1;
		}
	}
	return found ? 0 : fail_replicas(name, specs, err);
}

/* ---- images --------------------------------------------------------------------------------------------------- */

#define IMAGE_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.{}-"

/* An optional ":TAG" and "@sha256:DIGEST" up to the end. */
static bool is_image_end(const char *p)
{
	if (*p == ':')
		p += 1 + strspn(p + 1, IMAGE_CHARACTERS);
	if (str_starts(p, "@sha256:"))
		p += 8 + strspn(p + 8, IMAGE_CHARACTERS);
	return !*p;
}

/* The name is a regular expression; nearly always it is one only by its dots. */
static bool image_matches(const char *image, const char *name)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_free_ char *pattern = NULL;
	bool matches;

	if (!strpbrk(name, "\\[](){}*+?|^$")) {
		for (; *name; name++, image++)
			if (!*image || (*name != *image && *name != '.'))
				return false;
		return is_image_end(image);
	}
	pattern = xasprintf("%s(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?", name);
	return !pattern_matches(pattern, span_of(image), &matches, &ignored) && matches;
}

/* Where an image's tag and digest begin; lengths of what they and the name are. */
static void image_split(const char *image, struct span *name, struct span *tag, struct span *digest)
{
	const char *slash = strchr(image, '/'), *from = slash > image ? slash : image, *at = strchr(from, '@'),
		   *colon = strchr(from, ':'), *end = image + strlen(image);

	if (at && colon > at)
		colon = NULL;
	*name = (struct span){image, (size_t)((colon ? colon : at ? at : end) - image)};
	*tag = colon ? (struct span){colon + 1, (size_t)((at ? at : end) - colon - 1)} : (struct span){0};
	*digest = at ? span_of(at + 1) : (struct span){0};
}

static int set_image(void *ctx, cJSON *node, struct error *err)
{
	const cJSON *change = ctx;
	struct span name, tag, digest;
	const char *new_name = scalar_text(json_get(change, "newName")), *new_tag = scalar_text(json_get(change, "newTag")),
		   *new_digest = scalar_text(json_get(change, "digest")), *suffix = scalar_text(json_get(change, "tagSuffix"));
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (json_is_null(node))
		return 0;
	if (check_scalar(node, err))
		return -1;
	if (!image_matches(scalar_text(node), scalar_text(json_get(change, "name"))))
		return 0;
	image_split(scalar_text(node), &name, &tag, &digest);
	if (*new_tag || *new_digest) {
		tag = span_of(new_tag);
		digest = span_of(new_digest);
		suffix = "";
	} else if (*suffix) {
		digest.n = 0;
	}
	if (*new_name)
		name = span_of(new_name);
	buf_add(&text, name.s, name.n);
	if (tag.n || *suffix)
		buf_printf(&text, ":%.*s%s", (int)tag.n, tag.n ? tag.s : "", suffix);
	if (digest.n)
		buf_printf(&text, "@%.*s", (int)digest.n, digest.s);
	scalar_assign(node, text.data, false);
	return 0;
}

/* Lists called containers and initContainers are taken wherever they are. */
static int walk_containers(cJSON *node, const cJSON *image, struct error *err)
{
	cJSON *c, *container;

	cJSON_ArrayForEach(c, node) {
		bool containers = c->string && (!strcmp(c->string, "containers") || !strcmp(c->string, "initContainers"));

		if (walk_containers(c, image, err))
			return -1;
		if (!containers || !json_is_array(c))
			continue;
		cJSON_ArrayForEach(container, c) {
			cJSON *field = json_get(container, "image");

			if (field && set_image((void *)(uintptr_t)image, field, err))
				return -1;
		}
	}
	return 0;
}

int transform_images(const cJSON *image, struct vec *items, const struct vec *specs, struct error *err)
{
	for (size_t i = 0; i < items->len; i++) {
		cJSON *object = ((struct resource_item *)items->items[i])->object;

		if (!strcmp(object_kind(object), "CustomResourceDefinition"))
			continue;
		if (walk_containers(object, image, err) ||
		    fields_apply(object, specs, FIELD_NOTHING, set_image, (void *)(uintptr_t)image, err))
			return -1;
	}
	return 0;
}

/* ---- notes of what was done -------------------------------------------------------------------------------- */

char *origin_text(const struct target *t, const char *builtin)
{
	const char *path = t->plugin ? note_get(t->plugin, NOTE_ORIGIN) : t->file;
	_cleanup_free_ char *file = NULL;
	struct buf text = BUF_INIT;

	if (!t->origin)
		return NULL;
	if (t->plugin)
		file = path && str_starts(path, "path: ") ? xstrndup(path + 6, strcspn(path + 6, "\n")) : xstrdup("");
	else
		file = *t->origin ? path_join(t->origin, path) : xstrdup(path);
	buf_printf(&text, "configuredIn: %s\nconfiguredBy:\n  apiVersion: builtin\n  kind: %s\n", file, builtin);
	if (t->plugin)
		buf_printf(&text, "  name: %s\n", object_name(t->plugin));
	if (t->plugin && *object_namespace(t->plugin))
		buf_printf(&text, "  namespace: %s\n", object_namespace(t->plugin));
	return buf_take(&text);
}

/* The text as an item of a list. */
static void put_item(struct buf *out, const char *text)
{
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n") + 1;

		buf_puts(out, p == text ? "- " : "  ");
		buf_add(out, p, n);
		p += n;
	}
}

void target_record(const struct target *t, const struct vec *items, const char *transformer)
{
	_cleanup_free_ char *origin = origin_text(t, transformer);

	for (size_t i = 0; origin && i < items->len; i++) {
		cJSON *object = ((struct resource_item *)items->items[i])->object;
		const char *old = note_get(object, NOTE_TRANSFORMED);
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (!note_get(object, NOTE_ORIGIN)) {
			note_set(object, NOTE_ORIGIN, origin);
			continue;
		}
		buf_puts(&text, old ? old : "");
		put_item(&text, origin);
		note_set(object, NOTE_TRANSFORMED, text.data);
	}
}

/* ---- all, in kustomize's order -------------------------------------------------------------------------------- */

static int transform_annotations(struct target *t, struct vec *items, const struct vec *specs, struct error *err)
{
	const cJSON *annotations = json_get(t->kustomization, "commonAnnotations");

	if (set_entries(items, annotations, specs, err))
		return -1;
	if (json_size(annotations))
		target_record(t, items, "AnnotationsTransformer");
	return 0;
}

static int transform_fields(struct target *t, struct accumulator *a, struct error *err)
{
	const cJSON *k = t->kustomization;
	struct vec *items = &a->items;
	const struct vec *lists = a->config.lists;
	struct affixes prefix = {scalar_text(json_get(k, "namePrefix")), ""}, suffix = {"", scalar_text(json_get(k, "nameSuffix"))};

	if (transform_namespace(t, items, &a->config, err) ||
	    transform_names(t, prefix, items, &lists[CONFIG_NAME_PREFIX], err) ||
	    transform_names(t, suffix, items, &lists[CONFIG_NAME_SUFFIX], err) ||
	    transform_labels(t, items, &a->config, err))
		return -1;
	return transform_annotations(t, items, &lists[CONFIG_COMMON_ANNOTATIONS], err);
}

/* A transformer that works once for each row of a list. */
typedef int row_fn(struct target *t, struct accumulator *a, const cJSON *row, struct error *err);

static int on_patch(struct target *t, struct accumulator *a, const cJSON *row, struct error *err)
{
	return transform_patches(t, &a->items, row, err);
}

static int on_json6902(struct target *t, struct accumulator *a, const cJSON *row, struct error *err)
{
	return transform_json6902(t, &a->items, row, err);
}

static int on_replicas(struct target *t, struct accumulator *a, const cJSON *row, struct error *err)
{
	(void)t;
	return transform_replicas(row, &a->items, &a->config.lists[CONFIG_REPLICAS], err);
}

static int on_image(struct target *t, struct accumulator *a, const cJSON *row, struct error *err)
{
	(void)t;
	return transform_images(row, &a->items, &a->config.lists[CONFIG_IMAGES], err);
}

static int for_rows(struct target *t, struct accumulator *a, const char *key, row_fn *work, const char *transformer,
		    struct error *err)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, json_get(t->kustomization, key)) {
		if (work(t, a, row, err))
			return -1;
		target_record(t, &a->items, transformer);
	}
	return 0;
}

int target_transform(struct target *t, struct accumulator *a, struct error *err)
{
	const cJSON *k = t->kustomization;

	if (transform_strategic(t, &a->items, json_get(k, "patchesStrategicMerge"), err) ||
	    for_rows(t, a, "patches", on_patch, "PatchTransformer", err) || transform_fields(t, a, err) ||
	    for_rows(t, a, "patchesJson6902", on_json6902, "PatchJson6902Transformer", err) ||
	    for_rows(t, a, "replicas", on_replicas, "ReplicaCountTransformer", err) ||
	    for_rows(t, a, "images", on_image, "ImageTagTransformer", err))
		return -1;
	return transform_replacements(t, &a->items, json_get(k, "replacements"), err);
}
