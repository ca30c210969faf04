#include <strings.h>

#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* The kustomization file: its fields, and which of them moved over the years. */

enum field_type {
	TYPE_STRING,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_TEXTS,   /* a map of texts */
	TYPE_STRINGS, /* a list */
	TYPE_STRUCT,
	TYPE_STRUCTS, /* a list */
	TYPE_ANY,
};

struct field {
	const char *name;
	enum field_type type;
	const char *of; /* the structure's name */
};

#define GVK_FIELDS {"group", TYPE_STRING, NULL}, {"version", TYPE_STRING, NULL}, {"kind", TYPE_STRING, NULL}
#define ID_FIELDS GVK_FIELDS, {"name", TYPE_STRING, NULL}, {"namespace", TYPE_STRING, NULL}
#define SOURCE_FIELDS                                                                                            \
	{"namespace", TYPE_STRING, NULL}, {"name", TYPE_STRING, NULL}, {"behavior", TYPE_STRING, NULL},          \
		{"literals", TYPE_STRINGS, NULL}, {"files", TYPE_STRINGS, NULL}, {"envs", TYPE_STRINGS, NULL},   \
		{"env", TYPE_STRING, NULL}, {"options", TYPE_STRUCT, "GeneratorOptions"}

static const struct field kustomization_fields[] = {
	{"apiVersion", TYPE_STRING, NULL},
	{"kind", TYPE_STRING, NULL},
	{"metadata", TYPE_STRUCT, "ObjectMeta"},
	{"openapi", TYPE_TEXTS, NULL},
	{"namePrefix", TYPE_STRING, NULL},
	{"nameSuffix", TYPE_STRING, NULL},
	{"namespace", TYPE_STRING, NULL},
	{"commonLabels", TYPE_TEXTS, NULL},
	{"labels", TYPE_STRUCTS, "Label"},
	{"commonAnnotations", TYPE_TEXTS, NULL},
	{"patchesStrategicMerge", TYPE_STRINGS, NULL},
	{"patchesJson6902", TYPE_STRUCTS, "Patch"},
	{"patches", TYPE_STRUCTS, "Patch"},
	{"images", TYPE_STRUCTS, "Image"},
	{"imageTags", TYPE_STRUCTS, "Image"},
	{"replacements", TYPE_STRUCTS, "ReplacementField"},
	{"replicas", TYPE_STRUCTS, "Replica"},
	{"vars", TYPE_STRUCTS, "Var"},
	{"sortOptions", TYPE_STRUCT, "SortOptions"},
	{"resources", TYPE_STRINGS, NULL},
	{"components", TYPE_STRINGS, NULL},
	{"crds", TYPE_STRINGS, NULL},
	{"bases", TYPE_STRINGS, NULL},
	{"configMapGenerator", TYPE_STRUCTS, "ConfigMapArgs"},
	{"secretGenerator", TYPE_STRUCTS, "SecretArgs"},
	{"helmGlobals", TYPE_ANY, NULL},
	{"helmCharts", TYPE_ANY, NULL},
	{"helmChartInflationGenerator", TYPE_ANY, NULL},
	{"generatorOptions", TYPE_STRUCT, "GeneratorOptions"},
	{"configurations", TYPE_STRINGS, NULL},
	{"generators", TYPE_STRINGS, NULL},
	{"transformers", TYPE_STRINGS, NULL},
	{"validators", TYPE_STRINGS, NULL},
	{"buildMetadata", TYPE_STRINGS, NULL},
	{0},
};

static const struct field object_meta_fields[] = {
	{"name", TYPE_STRING, NULL},
	{"namespace", TYPE_STRING, NULL},
	{"labels", TYPE_TEXTS, NULL},
	{"annotations", TYPE_TEXTS, NULL},
	{0},
};

static const struct field label_fields[] = {
	{"pairs", TYPE_TEXTS, NULL},
	{"includeSelectors", TYPE_BOOL, NULL},
	{"includeTemplates", TYPE_BOOL, NULL},
	{"fields", TYPE_STRUCTS, "FieldSpec"},
	{0},
};

static const struct field field_spec_fields[] = {
	GVK_FIELDS,
	{"path", TYPE_STRING, NULL},
	{"create", TYPE_BOOL, NULL},
	{0},
};

static const struct field patch_fields[] = {
	{"path", TYPE_STRING, NULL},
	{"patch", TYPE_STRING, NULL},
	{"target", TYPE_STRUCT, "Selector"},
	{"options", TYPE_STRUCT, "PatchArgs"},
	{0},
};

static const struct field selector_fields[] = {
	ID_FIELDS,
	{"annotationSelector", TYPE_STRING, NULL},
	{"labelSelector", TYPE_STRING, NULL},
	{0},
};

static const struct field patch_args_fields[] = {
	{"allowNameChange", TYPE_BOOL, NULL},
	{"allowKindChange", TYPE_BOOL, NULL},
	{0},
};

static const struct field image_fields[] = {
	{"name", TYPE_STRING, NULL},
	{"newName", TYPE_STRING, NULL},
	{"tagSuffix", TYPE_STRING, NULL},
	{"newTag", TYPE_STRING, NULL},
	{"digest", TYPE_STRING, NULL},
	{0},
};

static const struct field replacement_field_fields[] = {
	{"path", TYPE_STRING, NULL},
	{"source", TYPE_STRUCT, "SourceSelector"},
	{"targets", TYPE_STRUCTS, "TargetSelector"},
	{"sourceValue", TYPE_STRING, NULL},
	{0},
};

static const struct field replacement_fields[] = {
	{"source", TYPE_STRUCT, "SourceSelector"},
	{"targets", TYPE_STRUCTS, "TargetSelector"},
	{"sourceValue", TYPE_STRING, NULL},
	{0},
};

static const struct field source_selector_fields[] = {
	ID_FIELDS,
	{"fieldPath", TYPE_STRING, NULL},
	{"options", TYPE_STRUCT, "FieldOptions"},
	{0},
};

static const struct field target_selector_fields[] = {
	{"select", TYPE_STRUCT, "Selector"},
	{"reject", TYPE_STRUCTS, "Selector"},
	{"fieldPaths", TYPE_STRINGS, NULL},
	{"options", TYPE_STRUCT, "FieldOptions"},
	{0},
};

static const struct field field_options_fields[] = {
	{"delimiter", TYPE_STRING, NULL},
	{"index", TYPE_INT, NULL},
	{"encoding", TYPE_STRING, NULL},
	{"create", TYPE_BOOL, NULL},
	{0},
};

static const struct field replica_fields[] = {
	{"name", TYPE_STRING, NULL},
	{"count", TYPE_INT, NULL},
	{0},
};

static const struct field var_fields[] = {
	{"name", TYPE_STRING, NULL},
	{"objref", TYPE_STRUCT, "Target"},
	{"fieldref", TYPE_STRUCT, "FieldSelector"},
	{0},
};

static const struct field target_fields[] = {
	ID_FIELDS,
	{"apiVersion", TYPE_STRING, NULL},
	{0},
};

static const struct field field_selector_fields[] = {
	{"fieldPath", TYPE_STRING, NULL},
	{0},
};

static const struct field sort_options_fields[] = {
	{"order", TYPE_STRING, NULL},
	{"legacySortOptions", TYPE_STRUCT, "LegacySortOptions"},
	{0},
};

static const struct field legacy_sort_options_fields[] = {
	{"orderFirst", TYPE_STRINGS, NULL},
	{"orderLast", TYPE_STRINGS, NULL},
	{0},
};

static const struct field config_map_args_fields[] = {
	SOURCE_FIELDS,
	{0},
};

static const struct field secret_args_fields[] = {
	SOURCE_FIELDS,
	{"type", TYPE_STRING, NULL},
	{0},
};

static const struct field generator_options_fields[] = {
	{"labels", TYPE_TEXTS, NULL},
	{"annotations", TYPE_TEXTS, NULL},
	{"disableNameSuffixHash", TYPE_BOOL, NULL},
	{"immutable", TYPE_BOOL, NULL},
	{0},
};

static const struct structure {
	const char *name;
	const struct field *fields; /* ends with a NULL name */
} structures[] = {
	{"Kustomization", kustomization_fields},
	{"ObjectMeta", object_meta_fields},
	{"Label", label_fields},
	{"FieldSpec", field_spec_fields},
	{"Patch", patch_fields},
	{"Selector", selector_fields},
	{"PatchArgs", patch_args_fields},
	{"Image", image_fields},
	{"ReplacementField", replacement_field_fields},
	{"Replacement", replacement_fields},
	{"SourceSelector", source_selector_fields},
	{"TargetSelector", target_selector_fields},
	{"FieldOptions", field_options_fields},
	{"Replica", replica_fields},
	{"Var", var_fields},
	{"Target", target_fields},
	{"FieldSelector", field_selector_fields},
	{"SortOptions", sort_options_fields},
	{"LegacySortOptions", legacy_sort_options_fields},
	{"ConfigMapArgs", config_map_args_fields},
	{"SecretArgs", secret_args_fields},
	{"GeneratorOptions", generator_options_fields},
};

static const struct structure *structure_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(structures); i++)
		if (!strcmp(structures[i].name, name))
			return &structures[i];
	return NULL;
}

/* encoding/json does not look at the case of names. */
static const struct field *field_find(const struct structure *s, const char *name)
{
	for (const struct field *f = s->fields; f->name; f++)
		if (!strcasecmp(f->name, name))
			return f;
	return NULL;
}

/* ---- types ---------------------------------------------------------------------------------- */

static const char *json_type(const cJSON *node)
{
	return cJSON_IsBool(node)     ? "bool"
	       : cJSON_IsNumber(node) ? "number"
	       : cJSON_IsString(node) ? "string"
	       : cJSON_IsArray(node)  ? "array"
				      : "object";
}

static const char *go_type(const struct field *f, bool element, struct buf *text)
{
	static const char *const names[] = {"string", "bool", "int64", "map[string]string", "[]string"};

	if (!strcmp(f->name, "patchesStrategicMerge"))
		return element ? "types.PatchStrategicMerge" : "[]types.PatchStrategicMerge";
	if (element && f->type != TYPE_STRUCTS)
		return "string";
	if (f->type < TYPE_STRUCT)
		return !strcmp(f->name, "index") ? "int" : !strcmp(f->name, "order") ? "types.SortOrder" : names[f->type];
	buf_printf(text, "%stypes.%s", element || f->type == TYPE_STRUCT ? "" : "[]", f->of);
	return text->data;
}

static bool has_type(const cJSON *node, enum field_type type)
{
	switch (type) {
	case TYPE_STRING:
		return cJSON_IsString(node);
	case TYPE_BOOL:
		return cJSON_IsBool(node);
	case TYPE_INT:
		return cJSON_IsNumber(node) && !strpbrk(node->valuestring, ".eE");
	case TYPE_TEXTS:
	case TYPE_STRUCT:
		return cJSON_IsObject(node);
	case TYPE_STRINGS:
	case TYPE_STRUCTS:
		return cJSON_IsArray(node);
	default:
		return true;
	}
}

static int check_struct(cJSON *node, const struct structure *s, const char *path, struct error *err);

/* The root is always called by its type; items of lists are no fields. */
static int fail_type(struct error *err, const char *path, const cJSON *node, const struct field *f, bool element)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool item = element && f->type != TYPE_TEXTS, number = f->type == TYPE_INT && json_is_number(node);

	return error_set(err, ERROR_OTHER, "json: cannot unmarshal %s%s%s into %sKustomization.%s of type %s", json_type(node),
			 number ? " " : "", number ? node->valuestring : "", item ? "" : "Go struct field ", path,
			 go_type(f, element, &text));
}

/* Items of a list and values of a map; null is nothing. */
static int check_elements(cJSON *node, const struct field *f, const char *path, struct error *err)
{
	size_t i = 0;
	cJSON *c;

	cJSON_ArrayForEach(c, node) {
		_cleanup_free_ char *at = c->string ? xasprintf("%s.%s", path, c->string) : xasprintf("%s.%zu", path, i++);

		if (json_is_null(c))
			node_become(c, f->type == TYPE_STRUCTS ? json_new_object() : json_new_string(""));
		if (f->type == TYPE_STRUCTS ? !json_is_object(c) : !json_is_string(c))
			return fail_type(err, at, c, f, true);
		if (f->type == TYPE_STRUCTS && check_struct(c, structure_find(f->of), at, err))
			return -1;
	}
	return 0;
}

static int check_field(cJSON *node, const struct field *f, const char *parent, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s%s%s", parent, *parent ? "." : "", node->string);

	if (f->type == TYPE_ANY)
		return 0;
	if (!has_type(node, f->type))
		return fail_type(err, path, node, f, false);
	if (f->type == TYPE_STRUCT)
		return check_struct(node, structure_find(f->of), path, err);
	if (f->type == TYPE_STRINGS || f->type == TYPE_TEXTS || f->type == TYPE_STRUCTS)
		return check_elements(node, f, path, err);
	return 0;
}

static int check_struct(cJSON *node, const struct structure *s, const char *path, struct error *err)
{
	cJSON *next;

	json_sort_keys(node);
	for (cJSON *c = node->child; c; c = next) {
		const struct field *f = field_find(s, c->string);

		next = c->next;
		if (!f)
			return error_set(err, ERROR_OTHER, "json: unknown field \"%s\"", c->string);
		if (json_is_null(c)) {
			json_remove(node, c->string);
			continue;
		}
		if (check_field(c, f, path, err))
			return -1;
		if (strcmp(c->string, f->name)) {
			free(c->string);
			c->string = xstrdup(f->name);
		}
	}
	return 0;
}

int kustomization_check(cJSON *node, const char *type, struct error *err)
{
	return check_struct(node, structure_find(type), "", err);
}

/* ---- deprecated fields ------------------------------------------------------------------------- */

static const struct deprecation {
	const char *field, *instead, *how;
} deprecations[] = {
	{"bases", "resources", ""},
	{"commonLabels", "labels", ""},
	{"imageTags", "images", ""},
	{"patchesJson6902", "patches", ""},
	{"patchesStrategicMerge", "patches", ""},
	{"vars", "replacements", "[EXPERIMENTAL] "},
};

static void tell_deprecations(const struct build *b, const cJSON *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(deprecations); i++) {
		const struct deprecation *d = &deprecations[i];
		_cleanup_free_ char *line = NULL;

		if (!json_get(k, d->field))
			continue;
		line = xasprintf("# Warning: '%s' is deprecated. Please use '%s' instead. %sRun 'kustomize edit fix' to "
				 "update your Kustomization automatically.",
				 d->field, d->instead, d->how);
		build_notice(b, line, false);
	}
}

/* Puts the items of a list at the end of another. */
static void move_list(cJSON *k, const char *from, const char *to)
{
	cJSON *old = json_get(k, from), *item;

	while (old && (item = old->child)) {
		cJSON_DetachItemViaPointer(old, item);
		json_append(json_ensure_array(k, to), item);
	}
	json_remove(k, from);
}

static void move_env(cJSON *generators)
{
	cJSON *g;

	cJSON_ArrayForEach(g, generators) {
		const char *env = json_string(g, "env");

		if (!str_empty(env))
			json_append_string(json_ensure_array(g, "envs"), env);
		json_remove(g, "env");
	}
}

/* ---- the whole ------------------------------------------------------------------------------------- */

#define KUSTOMIZATION_VERSION "kustomize.config.k8s.io/v1beta1"
#define COMPONENT_VERSION "kustomize.config.k8s.io/v1alpha1"

/* Whether nothing is said but apiVersion and kind. */
static bool says_nothing(const cJSON *k)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, k) {
		bool empty = json_is_string(c) ? !*c->valuestring : false;

		if (!empty && strcmp(c->string, "apiVersion") && strcmp(c->string, "kind"))
			return false;
	}
	return true;
}

static int check_type(const struct loader *l, cJSON *k, struct error *err)
{
	const char *kind, *version;
	_cleanup_buf_ struct buf wrong = BUF_INIT;

	if (str_empty(json_string(k, "kind")))
		json_set_string(k, "kind", "Kustomization");
	kind = json_string(k, "kind");
	version = !strcmp(kind, "Component") ? COMPONENT_VERSION : KUSTOMIZATION_VERSION;
	if (str_empty(json_string(k, "apiVersion")))
		json_set_string(k, "apiVersion", version);
	if (says_nothing(k))
		return error_set(err, ERROR_OTHER, "kustomization.yaml is empty");
	if (strcmp(kind, "Kustomization") && strcmp(kind, "Component"))
		buf_puts(&wrong, "kind should be Kustomization or Component");
	if (strcmp(json_string(k, "apiVersion"), version))
		buf_printf(&wrong, "%sapiVersion for %s should be %s", wrong.len ? "\n" : "", kind, version);
	if (!wrong.len)
		return 0;
	return error_set(err, ERROR_OTHER, "Failed to read kustomization file under %s:\n%s", l->root, wrong.data);
}

static int read_file(const struct loader *l, struct buf *ret, const char **ret_file, struct error *err)
{
	static const char *const names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_error_ struct error ignored = ERROR_INIT;
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (loader_read(l, names[i], &text, &ignored))
			continue;
		if (found)
			return error_set(err, ERROR_OTHER, "Found multiple kustomization files under: %s\n", l->root);
		found = names[i];
		buf_clear(ret);
		buf_add(ret, text.data, text.len);
	}
	*ret_file = found;
	if (found)
		return 0;
	return error_set(err, ERROR_OTHER,
			 "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '%s'",
			 l->root);
}

static int parse_file(const struct buf *text, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *k = NULL;

	if (yaml_parse(text->data, text->len, NULL, 1, &k, err)) {
		/* what kubectl's manifests say first, kustomize leaves out */
		const char *words = "error converting YAML to JSON: ";
		const char *message = str_starts(err->message, words) ? err->message + strlen(words) : err->message;
		_cleanup_free_ char *copy = xstrdup(message);

		return error_set(err, ERROR_OTHER, "%s", copy);
	}
	if (!k || json_is_null(k)) {
		cJSON_Delete(k);
		k = json_new_object();
	}
	if (!json_is_object(k))
		return error_set(err, ERROR_OTHER, "json: cannot unmarshal %s into Go value of type types.Kustomization",
				 json_type(k));
	if (kustomization_check(k, "Kustomization", err))
		return -1;
	*ret = TAKE_PTR(k);
	return 0;
}

int kustomization_load(const struct loader *l, cJSON **ret, const char **ret_file, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *k = NULL;

	if (read_file(l, &text, ret_file, err))
		return -1;
	if (parse_file(&text, &k, err))
		return error_prefix(err, "invalid Kustomization: ");
	tell_deprecations(l->build, k);
	move_list(k, "bases", "resources");
	move_list(k, "imageTags", "images");
	move_env(json_get(k, "configMapGenerator"));
	move_env(json_get(k, "secretGenerator"));
	if (check_type(l, k, err))
		return -1;
	*ret = TAKE_PTR(k);
	return 0;
}

bool kustomization_lists(const cJSON *kustomization, const char *key, const char *word)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, json_get(kustomization, key)) {
		if (!strcmp(c->valuestring, word))
			return true;
	}
	return false;
}
