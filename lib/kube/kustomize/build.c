#include <ctype.h>

#include "base/file.h"
#include "base/gosort.h"
#include "data/gotext.h"
#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* Kustomizations on top of kustomizations, and what comes out in the end. */

static void accumulator_init(struct accumulator *a)
{
	a->items = VEC_OWNING(item_free);
	config_init(&a->config);
	a->vars = json_new_object();
}

static void accumulator_release(struct accumulator *a)
{
	vec_release(&a->items);
	config_release(&a->config);
	cJSON_Delete(a->vars);
}
#define _cleanup_accumulator_ _cleanup_(accumulator_release)

static int accumulator_merge(struct accumulator *a, struct accumulator *other, struct error *err)
{
	const cJSON *var;

	if (items_append_all(&a->items, &other->items, err) || config_merge(&a->config, &other->config, err))
		return -1;
	cJSON_ArrayForEach(var, other->vars) {
		if (json_get(a->vars, var->string))
			return error_set(err, ERROR_OTHER, "var '%s' already encountered", var->string);
		json_set(a->vars, var->string, json_copy(var));
	}
	return 0;
}

static void target_release(struct target *t)
{
	loader_release(&t->loader);
	cJSON_Delete(t->kustomization);
	free(t->origin);
}
#define _cleanup_target_ _cleanup_(target_release)

/* ---- schemas ------------------------------------------------------------------------------------------ */

/*
 * Which schema patches are merged by, for all of the build: the one that the first kustomization with a word
 * about it names; the kustomization that is built is the first.
 */
static int choose_schema(const struct target *t, struct error *err)
{
	const cJSON *openapi = json_get(t->kustomization, "openapi");
	const char *path = json_string(openapi, "path"), *version = scalar_text(json_get(openapi, "version"));
	_cleanup_json_ cJSON *tree = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (path && loader_read(&t->loader, path, &text, err))
		return -1;
	if (t->build->has_schema || (!path && !*version))
		return 0;
	if (path && json_get(openapi, "version"))
		return error_set(err, ERROR_OTHER, "builtin version and custom schema provided, cannot use both");
	if (!path && strcmp(version, "v1.21.2"))
		return error_set(err, ERROR_OTHER, "the specified OpenAPI version is not built in");
	if (path && yaml_parse(text.data, text.len, NULL, 1, &tree, err))
		return -1;
	t->build->has_schema = true;
	if (!path)
		return 0;
	t->build->definitions = cJSON_DetachItemFromObjectCaseSensitive(tree, "definitions");
	if (!t->build->definitions)
		t->build->definitions = json_new_object();
	return 0;
}

/* ---- collecting ------------------------------------------------------------------------------------------ */

static int accumulate(struct target *t, struct accumulator *a, struct error *err);

/* Where something of this kustomization came from; free() it. */
static char *origin_below(const struct target *t, const char *path)
{
	_cleanup_free_ char *joined = *t->origin ? path_join(t->origin, path) : xstrdup(path);

	return path_clean(joined);
}

static int add_file(struct target *t, struct accumulator *a, const char *path, struct error *err)
{
	_cleanup_vec_ struct vec items = VEC_OWNING(item_free), parsed = VEC_OWNING(item_free);

	if (items_read(&t->loader, path, &parsed, err) || items_append_all(&items, &parsed, err))
		return error_prefix(err, "accumulating resources from '%s': ", path);
	for (size_t i = 0; t->origin && i < items.len; i++) {
		_cleanup_free_ char *where = origin_below(t, path), *text = xasprintf("path: %s\n", where);

		note_set(((struct resource_item *)items.items[i])->object, NOTE_ORIGIN, text);
	}
	if (items_append_all(&a->items, &items, err))
		return error_prefix(err, "merging resources from '%s': ", path);
	return 0;
}

static int check_kind(const struct target *t, bool component, struct error *err)
{
	const char *kind = json_string(t->kustomization, "kind");

	if (component && strcmp(kind, "Component"))
		return error_set(err, ERROR_OTHER, "expected kind 'Component' for path '%s' but got '%s'", t->loader.root, kind);
	if (!component && !strcmp(kind, "Component"))
		return error_set(err, ERROR_OTHER, "expected kind != 'Component' for path '%s'", t->loader.root);
	return 0;
}

/* A component works on what was collected so far; any other folder is built by itself and then added. */
static int add_target(struct target *child, struct accumulator *a, bool component, struct error *err)
{
	_cleanup_accumulator_ struct accumulator own;

	accumulator_init(&own);
	if (accumulate(child, component ? a : &own, err))
		return error_prefix(err, "recursed accumulation of path '%s': ", child->loader.root);
	if (!component && accumulator_merge(a, &own, err))
		return error_prefix(err, "recursed merging from path '%s': ", child->loader.root);
	return 0;
}

/* Takes loader. */
static int add_folder(struct target *t, struct accumulator *a, struct loader *loader, const char *path, bool component,
		      struct error *err)
{
	_cleanup_target_ struct target child = {.build = t->build, .loader = *loader};

	if (t->origin)
		child.origin = origin_below(t, path);
	if (kustomization_load(&child.loader, &child.kustomization, &child.file, err))
		return error_prefix(err, "couldn't make target for path '%s': ", child.loader.root);
	if (choose_schema(&child, err) || check_kind(&child, component, err))
		return -1;
	return add_target(&child, a, component, err);
}

static int add_resource(struct target *t, struct accumulator *a, const char *path, struct error *err)
{
	_cleanup_error_ struct error as_file = ERROR_INIT;
	struct loader loader;

	if (!add_file(t, a, path, &as_file))
		return 0;
	if (loader_open(t->build, &t->loader, path, &loader, err)) {
		/* a file that is no YAML is no folder: what ails the file is enough */
		if (strstr(as_file.message, "MalformedYAMLError")) {
			error_move(err, &as_file);
			return -1;
		}
	} else if (!add_folder(t, a, &loader, path, false, err)) {
		return 0;
	}
	return error_prefix(err, "accumulation err='%s': ", as_file.message);
}

static void quote_error(struct error *err, const char *prefix)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_quote(&text, err->message);
	error_set(err, ERROR_OTHER, "%s%s", prefix, text.data);
}

static int add_component(struct target *t, struct accumulator *a, const char *path, struct error *err)
{
	struct loader loader;

	if (loader_open(t->build, &t->loader, path, &loader, err))
		quote_error(err, "loader.New ");
	else if (add_folder(t, a, &loader, path, true, err))
		quote_error(err, "accumulateDirectory: ");
	else
		return 0;
	return -1;
}

static int add_config(struct target *t, struct accumulator *a, struct error *err)
{
	_cleanup_config_ struct config own;
	const cJSON *k = t->kustomization;

	config_init(&own);
	config_add_defaults(&own, t->build);
	return config_add_files(&own, t->build, &t->loader, json_get(k, "configurations"), err) ||
			       config_merge(&a->config, &own, err) ||
			       config_add_crds(&a->config, t->build, &t->loader, json_get(k, "crds"), err)
		       ? -1
		       : 0;
}

/* ---- transformers and generators with configurations of their own ------------------------------------------- */

/* Notes where a configuration that stands in the kustomization file itself is from. */
static void note_inline(const struct target *t, struct vec *items)
{
	for (size_t i = 0; t->origin && i < items->len; i++) {
		_cleanup_free_ char *where = origin_below(t, t->file), *text = xasprintf("path: %s\n", where);

		note_set(((struct resource_item *)items->items[i])->object, NOTE_ORIGIN, text);
	}
}

/* The configurations that a list names: inline ones, files and folders. */
static int load_plugins(struct target *t, const char *key, struct accumulator *ret, struct error *err)
{
	const cJSON *entry;

	for (int inlined = 1; inlined >= 0; inlined--)
		cJSON_ArrayForEach(entry, json_get(t->kustomization, key)) {
			_cleanup_vec_ struct vec items = VEC_OWNING(item_free);
			_cleanup_error_ struct error no_objects = ERROR_INIT;
			bool is_inline = !items_parse(entry->valuestring, strlen(entry->valuestring), &items, &no_objects);

			note_inline(t, &items);
			if (is_inline != inlined)
				continue;
			if (is_inline ? items_append_all(&ret->items, &items, err) : add_resource(t, ret, entry->valuestring, err))
				return -1;
		}
	for (size_t i = 0; i < ret->items.len; i++) {
		const cJSON *config = ((struct resource_item *)ret->items.items[i])->object;

		if (strcmp(scalar_text(json_get(config, "apiVersion")), "builtin"))
			return error_set(err, ERROR_OTHER, "external plugins disabled; unable to load external plugin '%s'",
					 object_kind(config));
	}
	return 0;
}

static int run_generators(struct target *t, struct accumulator *a, struct error *err)
{
	_cleanup_accumulator_ struct accumulator plugins;

	accumulator_init(&plugins);
	if (load_plugins(t, "generators", &plugins, err))
		return str_starts(err->message, "external plugins")
			       ? error_prefix(err, "loading generator plugins: failed to load generator: ")
			       : error_prefix(err, "loading generator plugins: ");
	for (size_t i = 0; i < plugins.items.len; i++)
		if (plugin_generate(t, &a->items, ((struct resource_item *)plugins.items.items[i])->object, err))
			return -1;
	return 0;
}

static int run_transformers(struct target *t, struct accumulator *a, struct error *err)
{
	_cleanup_accumulator_ struct accumulator plugins;

	accumulator_init(&plugins);
	if (load_plugins(t, "transformers", &plugins, err))
		return -1;
	for (size_t i = 0; i < plugins.items.len; i++)
		if (plugin_transform(t, a, ((struct resource_item *)plugins.items.items[i])->object, err))
			return -1;
	return 0;
}

/* No builtin validates anything. */
static int check_validators(struct target *t, struct error *err)
{
	_cleanup_accumulator_ struct accumulator plugins;

	accumulator_init(&plugins);
	if (load_plugins(t, "validators", &plugins, err))
		return -1;
	if (plugins.items.len)
		return error_set(err, ERROR_OTHER, "validator shouldn't modify the resource map");
	return 0;
}

/* ---- a target ---------------------------------------------------------------------------------------------- */

static int accumulate(struct target *t, struct accumulator *a, struct error *err)
{
	const cJSON *path;

	cJSON_ArrayForEach(path, json_get(t->kustomization, "resources")) {
		if (add_resource(t, a, path->valuestring, err))
			return error_prefix(err, "accumulating resources: ");
	}
	if (add_config(t, a, err) || target_generate(t, &a->items, err) || run_generators(t, a, err))
		return -1;
	cJSON_ArrayForEach(path, json_get(t->kustomization, "components")) {
		if (add_component(t, a, path->valuestring, err))
			return error_prefix(err, "accumulating components: ");
	}
	if (target_transform(t, a, err) || run_transformers(t, a, err) || check_validators(t, err))
		return -1;
	return vars_merge(a, json_get(t->kustomization, "vars"), err);
}

/* ---- order ------------------------------------------------------------------------------------------------- */

struct order {
	struct vec *items;
	const cJSON *first, *last; /* kinds; NULL: kustomize's own */
};

static int rank_in(const cJSON *kinds, struct span kind)
{
	int i = 0, found = -1;
	const cJSON *c;

	cJSON_ArrayForEach(c, kinds) {
		if (span_equal(kind, span_of(c->valuestring)))
			found = i;
		i++;
	}
	return found;
}

static int rank_of(const struct order *o, struct span kind)
{
	int last, first;

	if (!o->first)
		return kind_rank(kind);
	last = rank_in(o->last, kind);
	first = rank_in(o->first, kind);
	if (last >= 0)
		return last + 1;
	return first >= 0 ? first - (int)json_size(o->first) : 0;
}

static void sort_text(struct buf *out, const struct object_id *id)
{
	gvk_text(out, &id->gvk);
	buf_printf(out, "|%.*s|%.*s", id->ns.n ? (int)id->ns.n : 2, id->ns.n ? id->ns.s : "~X", id->name.n ? (int)id->name.n : 2,
		   id->name.n ? id->name.s : "~N");
}

static bool comes_before(void *ctx, size_t i, size_t j)
{
	const struct order *o = ctx;
	struct object_id a = object_id_of(((struct resource_item *)o->items->items[i])->object),
			 b = object_id_of(((struct resource_item *)o->items->items[j])->object);
	_cleanup_buf_ struct buf left = BUF_INIT, right = BUF_INIT;

	if (!gvk_equal(&a.gvk, &b.gvk)) {
		int order = rank_of(o, a.gvk.kind) - rank_of(o, b.gvk.kind);

		return (order ? order : gvk_compare(&a.gvk, &b.gvk)) < 0;
	}
	sort_text(&left, &a);
	sort_text(&right, &b);
	return strcmp(left.data, right.data) < 0;
}

static void swap_items(void *ctx, size_t i, size_t j)
{
	const struct order *o = ctx;
	void *item = o->items->items[i];

	o->items->items[i] = o->items->items[j];
	o->items->items[j] = item;
}

static int sort_items(const cJSON *k, struct vec *items, struct error *err)
{
	const cJSON *options = json_get(k, "sortOptions"), *legacy = json_get(options, "legacySortOptions");
	struct order o = {.items = items};
	const struct gosort sort = {.ctx = &o, .less = comes_before, .swap = swap_items};
	const char *name = options ? scalar_text(json_get(options, "order")) : "legacy";
	bool fifo = !strcmp(name, "fifo");

	if (!fifo && strcmp(name, "legacy"))
		return error_set(err, ERROR_OTHER, "the field 'sortOptions.order' must be one of [fifo, legacy]");
	if (fifo && legacy)
		return error_set(err, ERROR_OTHER,
				 "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'");
	if (legacy) {
		static cJSON none = {.type = cJSON_Array};

		o.first = json_get(legacy, "orderFirst") ? json_get(legacy, "orderFirst") : &none;
		o.last = json_get(legacy, "orderLast") ? json_get(legacy, "orderLast") : &none;
	}
	if (!fifo)
		gosort(&sort, items->len);
	return 0;
}

/* ---- the end ---------------------------------------------------------------------------------------------------- */

/* Objects for this machine alone stay here. */
static void drop_local(struct vec *items)
{
	for (size_t i = items->len; i-- > 0;) {
		const struct resource_item *r = items->items[i];
		const char *local = item_is_empty(r) ? "" : note_get(r->object, "config.kubernetes.io/local-config");

		if (local && strcmp(local, "false"))
			vec_remove(items, i);
	}
}

static void drop_notes(const cJSON *k, cJSON *object)
{
	static const char *const notes[] = {
		NOTE_KINDS, NOTE_NAMES, NOTE_PREFIXES, NOTE_SUFFIXES, NOTE_NAMESPACES, NOTE_ALLOW_NAME, NOTE_ALLOW_KIND, NOTE_REF_BY,
		NOTE_BEHAVIOR, NOTE_NEEDS_HASH, NOTE "path", NOTE "index", NOTE "seqindent", NOTE "id",
		NOTE "annotations-migration-resource-id", "config.kubernetes.io/path", "config.kubernetes.io/index",
		"config.k8s.io/id", NOTE "helm-generated",
	};

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		note_set(object, notes[i], NULL);
	if (!kustomization_lists(k, "buildMetadata", "originAnnotations"))
		note_set(object, NOTE_ORIGIN, NULL);
	if (!kustomization_lists(k, "buildMetadata", "transformerAnnotations"))
		note_set(object, NOTE_TRANSFORMED, NULL);
	notes_normalize(object);
}

/* A plain day, which YAML takes for a time, is printed as one; annotations are texts already. */
static void spell_out_days(cJSON *node)
{
	cJSON *c;

	if (cJSON_IsString(node) && node->valueint == YAML_MARK_DAY) {
		_cleanup_free_ char *text = xasprintf("%sT00:00:00Z", node->valuestring);

		node_become(node, json_new_string(text));
	}
	cJSON_ArrayForEach(c, node) spell_out_days(c);
}

static int finish(const struct target *t, struct accumulator *a, struct error *err)
{
	const cJSON *k = t->kustomization;

	if (add_hashes(&a->items, err) || fix_references(a, err) || vars_resolve(t->build, a, err))
		return -1;
	drop_local(&a->items);
	if (sort_items(k, &a->items, err))
		return -1;
	for (size_t i = 0; i < a->items.len; i++) {
		const struct resource_item *r = a->items.items[i];
		cJSON *object = r->object;

		if (r->fault)
			return error_set(err, ERROR_OTHER, "map[string]interface {}(nil): %s", r->fault);
		if (kustomization_lists(k, "buildMetadata", "managedByLabel"))
			json_set_string(json_ensure_object(json_get(object, "metadata"), "labels"), "app.kubernetes.io/managed-by",
					"kustomize-(devel)");
		drop_notes(k, object);
		spell_out_days(object);
	}
	return 0;
}

static int build(struct build *b, struct accumulator *a, struct error *err)
{
	_cleanup_target_ struct target t = {.build = b};

	if (loader_open(b, NULL, b->options->root, &t.loader, err) ||
	    kustomization_load(&t.loader, &t.kustomization, &t.file, err))
		return -1;
	if (json_size(json_get(t.kustomization, "buildMetadata")))
		t.origin = xstrdup("");
	return choose_schema(&t, err) || accumulate(&t, a, err) || finish(&t, a, err) ? -1 : 0;
}

int kustomize_build(const struct kustomize_options *o, struct vec *ret_objects, struct error *err)
{
	struct build b = {.options = o};
	_cleanup_accumulator_ struct accumulator a;
	int status;

	accumulator_init(&a);
	status = build(&b, &a, err);
	for (size_t i = 0; !status && i < a.items.len; i++) {
		struct resource_item *r = a.items.items[i];

		vec_add(ret_objects, TAKE_PTR(r->object));
	}
	/* the config's specs live in the arena, too, but are only pointers */
	arena_release(&b.arena);
	cJSON_Delete(b.definitions);
	return status;
}

void kustomize_print(struct buf *out, const struct vec *objects)
{
	for (size_t i = 0; i < objects->len; i++) {
		buf_puts(out, i ? "---\n" : "");
		yaml_print_exact(out, objects->items[i]);
	}
}

/* Lower case, as in names of files. */
static void put_lower(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_putc(out, (char)tolower((unsigned char)s.s[i]));
}

static void put_file_name(struct buf *out, const struct object_id *id, bool with_namespace)
{
	const struct span parts[] = {id->gvk.group, id->gvk.version, id->gvk.kind, id->name};

	if (with_namespace && !id->cluster_scoped) {
		put_lower(out, id_namespace(id));
		buf_putc(out, '_');
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		bool last = i + 1 == ARRAY_SIZE(parts);

		put_lower(out, parts[i]);
		if (!last && parts[i].n)
			buf_putc(out, '_');
	}
	buf_puts(out, ".yaml");
}

void kustomize_file_names(const struct vec *objects, struct vec *ret_names)
{
	struct object_id first = {0};
	bool several = false;

	for (size_t i = 0; i < objects->len; i++) {
		struct object_id id = object_id_of(objects->items[i]);

		if (id.cluster_scoped)
			continue;
		if (!first.name.s)
			first = id;
		several |= !id_same_namespace(&first, &id);
	}
	for (size_t i = 0; i < objects->len; i++) {
		struct object_id id = object_id_of(objects->items[i]);
		struct buf name = BUF_INIT;

		put_file_name(&name, &id, several);
		vec_add(ret_names, buf_take(&name));
	}
}
