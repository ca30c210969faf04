#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* Which fields transformers work on: kustomize's own facts and what configuration files add. */

static const char *const list_keys[CONFIG_LISTS] = {
	[CONFIG_NAME_PREFIX] = "namePrefix",
	[CONFIG_NAME_SUFFIX] = "nameSuffix",
	[CONFIG_NAMESPACE] = "namespace",
	[CONFIG_COMMON_LABELS] = "commonLabels",
	[CONFIG_LABELS] = "labels",
	[CONFIG_TEMPLATE_LABELS] = "templateLabels",
	[CONFIG_COMMON_ANNOTATIONS] = "commonAnnotations",
	[CONFIG_VAR_REFERENCE] = "varReference",
	[CONFIG_IMAGES] = "images",
	[CONFIG_REPLICAS] = "replicas",
};

void reference_free(struct reference *r)
{
	vec_release(&r->specs);
	free(r);
}

void config_init(struct config *c)
{
	for (size_t i = 0; i < CONFIG_LISTS; i++)
		c->lists[i] = VEC_INIT;
	c->references = VEC_OWNING(reference_free);
}

void config_release(struct config *c)
{
	for (size_t i = 0; i < CONFIG_LISTS; i++)
		vec_release(&c->lists[i]);
	vec_release(&c->references);
}

/* ---- merging --------------------------------------------------------------------------------- */

int specs_merge(struct vec *specs, const struct field_spec *spec, struct error *err)
{
	for (size_t i = 0; i < specs->len; i++) {
		const struct field_spec *s = specs->items[i];

		if (!gvk_selected(&s->gvk, &spec->gvk) || strcmp(s->path, spec->path))
			continue;
		return s->create == spec->create ? 0 : error_set(err, ERROR_OTHER, "conflicting fieldspecs");
	}
	vec_add(specs, (void *)(uintptr_t)spec);
	return 0;
}

static int specs_merge_all(struct vec *specs, const struct vec *other, struct error *err)
{
	for (size_t i = 0; i < other->len; i++)
		if (specs_merge(specs, other->items[i], err))
			return -1;
	return 0;
}

static struct reference *reference_for(struct config *c, const struct gvk *target)
{
	struct reference *r;

	for (size_t i = 0; i < c->references.len; i++) {
		r = c->references.items[i];
		if (gvk_equal(&r->target, target))
			return r;
	}
	r = NEW(struct reference);
	r->target = *target;
	vec_add(&c->references, r);
	return r;
}

static int compare_kinds(const struct gvk *a, const struct gvk *b)
{
	int order = kind_rank(a->kind) - kind_rank(b->kind);

	return order ? order : gvk_compare(a, b);
}

static int compare_specs(const void *a, const void *b)
{
	return compare_kinds(&(*(const struct field_spec *const *)a)->gvk, &(*(const struct field_spec *const *)b)->gvk);
}

static int compare_references(const void *a, const void *b)
{
	return compare_kinds(&(*(struct reference *const *)a)->target, &(*(struct reference *const *)b)->target);
}

static void config_sort(struct config *c)
{
	for (size_t i = 0; i < CONFIG_LISTS; i++)
		vec_sort(&c->lists[i], compare_specs);
	vec_sort(&c->references, compare_references);
}

int config_merge(struct config *c, const struct config *other, struct error *err)
{
	for (size_t i = 0; i < CONFIG_LISTS; i++) {
		if (specs_merge_all(&c->lists[i], &other->lists[i], err))
			return error_prefix(err, "failed to merge %c%s fieldSpec: ", list_keys[i][0] - 'a' + 'A', list_keys[i] + 1);
	}
	for (size_t i = 0; i < other->references.len; i++) {
		const struct reference *r = other->references.items[i];

		if (specs_merge_all(&reference_for(c, &r->target)->specs, &r->specs, err))
			return error_prefix(err, "failed to merge NameReference fieldSpec: ");
	}
	config_sort(c);
	return 0;
}

/* ---- facts ------------------------------------------------------------------------------------- */

struct gvk gvk_parse_fact(const char *text, const char **ret_end)
{
	struct gvk gvk = {.kind = {text, strcspn(text, ".: ")}};
	const char *p = text + gvk.kind.n;

	if (*p == '.') {
		gvk.group = (struct span){p + 1, strcspn(p + 1, ": ")};
		p += 1 + gvk.group.n;
	}
	if (*p == ':') {
		gvk.version = (struct span){p + 1, strcspn(p + 1, " ")};
		p += 1 + gvk.version.n;
	}
	*ret_end = p;
	return gvk;
}

/* Where a kind has its pod's spec. */
static const char *pod_spec(struct span kind)
{
	if (span_equal(kind, span_of("Pod")))
		return "spec";
	if (span_equal(kind, span_of("PodTemplate")))
		return "template/spec";
	return span_equal(kind, span_of("CronJob")) ? "spec/jobTemplate/spec/template/spec" : "spec/template/spec";
}

static struct field_spec *spec_new(struct build *b, const struct gvk *gvk, const char *path, bool create)
{
	struct field_spec *spec = arena_alloc(&b->arena, sizeof(*spec));
	_cleanup_free_ char *whole = *path == '@' ? xasprintf("%s%s", pod_spec(gvk->kind), path + 1) : xstrdup(path);

	*spec = (struct field_spec){.gvk = *gvk, .path = arena_strndup(&b->arena, whole, strlen(whole)), .create = create};
	return spec;
}

static void add_fact(struct build *b, struct vec *specs, const struct spec_fact *fact)
{
	const char *p = fact->kinds;

	do {
		struct gvk gvk = gvk_parse_fact(p, &p);

		vec_add(specs, spec_new(b, &gvk, fact->path, fact->create));
		p += *p == ' ';
	} while (*p);
}

void config_add_defaults(struct config *c, struct build *b)
{
	for (size_t i = 0; i < spec_fact_count; i++) {
		const struct spec_facts *f = &spec_facts[i];
		struct vec *specs = f->target ? NULL : &c->lists[f->list];

		if (f->target) {
			const char *end;
			struct gvk target = gvk_parse_fact(f->target, &end);

			specs = &reference_for(c, &target)->specs;
		}
		for (const struct spec_fact *row = f->rows; row->path; row++)
			add_fact(b, specs, row);
	}
	config_sort(c);
}

/* ---- files -------------------------------------------------------------------------------------- */

static struct span keep_text(struct build *b, const cJSON *object, const char *key)
{
	const char *text = scalar_text(json_get(object, key));

	return span_of(arena_strndup(&b->arena, text, strlen(text)));
}

static struct gvk gvk_parse(struct build *b, const cJSON *node)
{
	return (struct gvk){.group = keep_text(b, node, "group"),
			    .version = keep_text(b, node, "version"),
			    .kind = keep_text(b, node, "kind")};
}

const struct field_spec *spec_parse(struct build *b, const cJSON *node)
{
	struct gvk gvk = gvk_parse(b, node);

	return spec_new(b, &gvk, scalar_text(json_get(node, "path")), json_bool(node, "create", false));
}

static int parse_specs(struct build *b, const cJSON *nodes, struct vec *specs, struct error *err)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, nodes) {
		if (specs_merge(specs, spec_parse(b, node), err))
			return -1;
	}
	return 0;
}

static int parse_config(struct config *c, struct build *b, const cJSON *tree, struct error *err)
{
	const cJSON *node, *member;

	cJSON_ArrayForEach(member, tree) {
		bool known = !strcmp(member->string, "nameReference");

		for (size_t i = 0; i < CONFIG_LISTS && !known; i++)
			known = !strcmp(member->string, list_keys[i]);
		if (!known)
			return error_set(err, ERROR_OTHER, "error unmarshaling JSON: while decoding JSON: json: unknown field \"%s\"",
					 member->string);
	}
	for (size_t i = 0; i < CONFIG_LISTS; i++)
		if (parse_specs(b, json_get(tree, list_keys[i]), &c->lists[i], err))
			return -1;
	cJSON_ArrayForEach(node, json_get(tree, "nameReference")) {
		struct gvk target = gvk_parse(b, node);

		if (parse_specs(b, json_get(node, "fieldSpecs"), &reference_for(c, &target)->specs, err))
			return -1;
	}
	return 0;
}

static int read_tree(const struct loader *l, const char *path, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	return loader_read(l, path, &text, err) || yaml_parse(text.data, text.len, NULL, 1, ret, err) ? -1 : 0;
}

int config_add_files(struct config *c, struct build *b, const struct loader *l, const cJSON *paths, struct error *err)
{
	const cJSON *path;

	cJSON_ArrayForEach(path, paths) {
		_cleanup_json_ cJSON *tree = NULL;
		_cleanup_config_ struct config more;

		config_init(&more);
		if (read_tree(l, path->valuestring, &tree, err) || parse_config(&more, b, tree, err) ||
		    config_merge(c, &more, err))
			return -1;
	}
	return 0;
}

/* ---- definitions of custom kinds --------------------------------------------------------------------- */

#define CRD_DEPTH 32

struct crds {
	struct config *config;
	struct build *build;
	const cJSON *definitions;
	struct gvk kind;
	struct error *err;
};

static const struct field_spec *crd_spec(struct crds *d, const char *path, const char *name)
{
	_cleanup_free_ char *whole = xasprintf("%s%s%s", path, name ? "/" : "", name ? name : "");

	return spec_new(d->build, &d->kind, whole, false);
}

static int crd_reference(struct crds *d, const cJSON *property, const char *path)
{
	const char *version = json_string(property, "x-kubernetes-object-ref-api-version"),
		   *name = json_string(property, "x-kubernetes-object-ref-name-key");
	struct gvk target = {.version = keep_text(d->build, property, "x-kubernetes-object-ref-api-version"),
			     .kind = keep_text(d->build, property, "x-kubernetes-object-ref-kind")};

	if (!version || !json_string(property, "x-kubernetes-object-ref-kind"))
		return 0;
	return specs_merge(&reference_for(d->config, &target)->specs, crd_spec(d, path, name ? name : "name"), d->err);
}

/* The marks that definitions carry say what their fields are. */
static int crd_walk(struct crds *d, const char *type, const char *path, size_t depth)
{
	static const struct {
		const char *mark;
		enum config_list list;
	} marks[] = {
		{"x-kubernetes-annotation", CONFIG_COMMON_ANNOTATIONS},
		{"x-kubernetes-label-selector", CONFIG_COMMON_LABELS},
		{"x-kubernetes-identity", CONFIG_NAME_PREFIX},
	};
	const cJSON *property;

	if (depth > CRD_DEPTH)
		return error_set(d->err, ERROR_OTHER, "definition %s refers to itself", type);
	cJSON_ArrayForEach(property, json_path(d->definitions, type, "Schema", "properties", NULL)) {
		_cleanup_free_ char *at = xasprintf("%s%s%s", path, *path ? "/" : "", property->string);
		const char *ref = json_string(property, "$ref");

		for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
			if (json_string(property, marks[i].mark) &&
			    specs_merge(&d->config->lists[marks[i].list], crd_spec(d, at, NULL), d->err))
				return -1;
		if (crd_reference(d, property, at) || (ref && crd_walk(d, ref, at, depth + 1)))
			return -1;
	}
	return 0;
}

static int parse_crds(struct crds *d)
{
	const cJSON *definition;

	cJSON_ArrayForEach(definition, d->definitions) {
		const cJSON *properties = json_path(definition, "Schema", "properties", NULL);
		const char *dot = strrchr(definition->string, '.'), *kind = dot ? dot + 1 : definition->string;

		if (!json_get(properties, "kind") || !json_get(properties, "apiVersion") || !json_get(properties, "metadata"))
			continue;
		d->kind = (struct gvk){.kind = span_of(arena_strndup(&d->build->arena, kind, strlen(kind)))};
		if (crd_walk(d, definition->string, "", 0))
			return -1;
	}
	return 0;
}

int config_add_crds(struct config *c, struct build *b, const struct loader *l, const cJSON *paths, struct error *err)
{
	const cJSON *path;

	cJSON_ArrayForEach(path, paths) {
		_cleanup_json_ cJSON *tree = NULL;
		_cleanup_config_ struct config more;
		struct crds d = {.config = &more, .build = b, .err = err};

		config_init(&more);
		if (read_tree(l, path->valuestring, &tree, err))
			return -1;
		d.definitions = tree;
		if (parse_crds(&d) || config_merge(c, &more, err))
			return -1;
	}
	return 0;
}
