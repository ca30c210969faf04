#include "kube/kustomize/internal.h"

/* vars: and the $(NAME)s that they stand for. */

/* ---- which object a var reads -------------------------------------------------------------------------- */

/* The kind, with apiVersion taken apart as far as it says anything. */
static struct gvk var_kind(const cJSON *ref)
{
	struct gvk gvk = gvk_selector(ref);
	const char *version = scalar_text(json_get(ref, "apiVersion")), *slash = strchr(version, '/');

	if (*version && !slash) {
		gvk.version = span_of(version);
	} else if (slash && !strchr(slash + 1, '/')) {
		gvk.group = (struct span){version, (size_t)(slash - version)};
		gvk.version = span_of(slash + 1);
	}
	return gvk;
}

/* A var as Go's fmt shows it; before anybody asked for its kind, apiVersion does not count. */
static void put_var(struct buf *out, const cJSON *var, bool with_version)
{
	const cJSON *ref = json_get(var, "objref");
	struct gvk gvk = with_version ? var_kind(ref) : gvk_selector(ref);
	const char *path = scalar_text(json_path(var, "fieldref", "fieldPath", NULL));

	buf_printf(out, "{%s ", scalar_text(json_get(var, "name")));
	gvk_text(out, &gvk);
	buf_printf(out, " {%s}}", path);
}

/* Without a namespace it may be in any. */
static bool is_var_object(const cJSON *object, const struct object_id *id)
{
	_cleanup_ids_ struct ids ids;
	bool anywhere = !id->ns.n && !id->cluster_scoped;

	object_ids(object, true, &ids);
	for (size_t i = 0; i < ids.len; i++) {
		const struct object_id *other = &ids.items[i];

		if (anywhere ? span_equal(id->name, other->name) && gvk_equal(&id->gvk, &other->gvk) : id_equal(id, other))
			return true;
	}
	return false;
}

static int bind_var(struct accumulator *a, const cJSON *var, struct error *err)
{
	const cJSON *ref = json_get(var, "objref");
	struct object_id id = {.gvk = var_kind(ref),
			       .name = span_of(scalar_text(json_get(ref, "name"))),
			       .ns = span_of(scalar_text(json_get(ref, "namespace")))};
	struct resource_item *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < a->items.len; i++) {
		if (!is_var_object(((struct resource_item *)a->items.items[i])->object, &id))
			continue;
		found = a->items.items[i];
		count++;
	}
	if (count > 1) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		put_var(&text, var, true);
		return error_set(err, ERROR_OTHER, "found %zu resId matches for var %s (unable to disambiguate)", count, text.data);
	}
	if (found)
		vec_add_string(&found->vars, scalar_text(json_get(var, "name")));
	return 0;
}

static int add_var(struct accumulator *a, const cJSON *var, struct error *err)
{
	const char *name = scalar_text(json_get(var, "name"));
	cJSON *copy;

	if (json_get(a->vars, name))
		return error_set(err, ERROR_OTHER, "var '%s' already encountered", name);
	copy = json_copy(var);
	if (!*scalar_text(json_path(copy, "fieldref", "fieldPath", NULL)))
		json_set_string(json_ensure_object(copy, "fieldref"), "fieldPath", "metadata.name");
	json_set(a->vars, name, copy);
	return 0;
}

int vars_merge(struct accumulator *a, const cJSON *vars, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *var;
	int status = 0;

	cJSON_ArrayForEach(var, vars) {
		status = status ? status : bind_var(a, var, err);
		buf_puts(&text, text.len ? " " : "");
		put_var(&text, var, false);
	}
	cJSON_ArrayForEach(var, vars) status = status ? status : add_var(a, var, err);
	return status ? error_prefix(err, "merging vars [%s]: ", text.data) : 0;
}

/* ---- what it reads ---------------------------------------------------------------------------------------- */

/* "ports[0]" is two parts. */
static void split_index(const char *part, struct vec *ret)
{
	const char *open = strrchr(part, '[');

	if (!open || !str_ends(part, "]") || strspn(open + 1, "0123456789") != strlen(open) - 2 || strlen(open) < 3) {
		vec_add_string(ret, part);
		return;
	}
	if (open > part)
		vec_add(ret, xstrndup(part, (size_t)(open - part)));
	vec_add(ret, xstrndup(open + 1, strlen(open) - 2));
}

static int read_field(cJSON *object, const char *path, const cJSON **ret, struct error *err)
{
	_cleanup_vec_ struct vec split = VEC_OF_STRINGS, parts = VEC_OF_STRINGS;
	cJSON *node;

	path_split_smart(path, '.', &split);
	for (size_t i = 0; i < split.len; i++)
		split_index(vec_string(&split, i), &parts);
	if (path_lookup(object, &parts, parts.len, &node, err))
		return -1;
	*ret = node;
	return 0;
}

static int resolve_var(const struct accumulator *a, const cJSON *var, const cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	put_var(&text, var, true);
	for (size_t i = 0; i < a->items.len; i++) {
		const struct resource_item *r = a->items.items[i];
		_cleanup_error_ struct error ignored = ERROR_INIT;

		if (!vec_has_string(&r->vars, var->string))
			continue;
		if (read_field(r->object, scalar_text(json_path(var, "fieldref", "fieldPath", NULL)), ret, &ignored) || !*ret)
			return error_set(err, ERROR_OTHER, "field specified in var '%s' not found in corresponding resource",
					 text.data);
		return 0;
	}
	return error_set(err, ERROR_OTHER, "var '%s' cannot be mapped to a field in the set of known resources", text.data);
}

/* ---- replacing ------------------------------------------------------------------------------------------------ */

struct replacer {
	cJSON *values; /* by name; the scalars that vars read */
	struct map used;
};

static const cJSON *value_of(struct replacer *r, const char *name)
{
	const cJSON *value = json_get(r->values, name);

	if (!value || json_is_object(value) || json_is_array(value))
		return NULL;
	map_set(&r->used, name, r);
	return value;
}

/* "$(NAME)" alone is the value itself. */
static const cJSON *whole_value(struct replacer *r, const char *text)
{
	size_t n = strlen(text);
	_cleanup_free_ char *name = NULL;

	if (n < 3 || !str_starts(text, "$(") || strchr(text, ')') != text + n - 1)
		return NULL;
	name = xstrndup(text + 2, n - 3);
	return value_of(r, name);
}

/* Appends text with its variables replaced; "$$" stands for one "$". */
static void expand(struct replacer *r, const char *text, struct buf *out)
{
	for (const char *p = text; *p; p++) {
		const char *end = p[0] == '$' && p[1] == '(' ? strchr(p, ')') : NULL;

		if (end) {
			_cleanup_free_ char *name = xstrndup(p + 2, (size_t)(end - p - 2));
			const cJSON *value = value_of(r, name);

			if (value)
				buf_puts(out, scalar_text(value));
			else
				buf_printf(out, "$(%s)", name);
			p = end;
		} else if (p[0] == '$' && p[1] == '$') {
			buf_putc(out, *p++);
		} else {
			buf_putc(out, *p);
		}
	}
}

static void replace_text(struct replacer *r, cJSON *node)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	const cJSON *value = whole_value(r, node->valuestring);

	if (value) {
		node_become(node, json_copy(value));
		return;
	}
	expand(r, node->valuestring, &out);
	if (strcmp(out.data, node->valuestring))
		node_become(node, json_new_string(out.data));
}

static int replace_node(void *ctx, cJSON *node, struct error *err)
{
	cJSON *c;

	if (json_is_string(node))
		replace_text(ctx, node);
	if (!json_is_object(node) && !json_is_array(node))
		return 0;
	cJSON_ArrayForEach(c, node) {
		if (json_is_string(c))
			replace_text(ctx, c);
		else if (json_is_array(node))
			return error_set(err, ERROR_OTHER, "invalid value type expect a string");
	}
	return 0;
}

static void log_unused(const struct build *b, const cJSON *vars, const struct map *used)
{
	_cleanup_buf_ struct buf names = BUF_INIT, line = BUF_INIT;
	const cJSON *var;

	cJSON_ArrayForEach(var, vars) {
		if (!map_has(used, var->string))
			buf_printf(&names, "%s%s", names.len ? "," : "", var->string);
	}
	if (!names.len)
		return;
	buf_printf(&line, "well-defined vars that were never replaced: %s", names.data);
	build_notice(b, line.data, true);
}

static int replace_all(struct replacer *r, struct accumulator *a, struct error *err)
{
	for (size_t i = 0; i < a->items.len; i++)
		if (fields_apply(((struct resource_item *)a->items.items[i])->object, &a->config.lists[CONFIG_VAR_REFERENCE],
				 FIELD_NOTHING, replace_node, r, err))
			return -1;
	return 0;
}

int vars_resolve(const struct build *b, struct accumulator *a, struct error *err)
{
	_cleanup_json_ cJSON *values = json_new_object();
	_cleanup_map_ struct map used = MAP_INIT;
	struct replacer r = {.values = values};
	const cJSON *var, *value = NULL;
	int status;

	json_sort_keys(a->vars);
	cJSON_ArrayForEach(var, a->vars) {
		if (resolve_var(a, var, &value, err))
			return -1;
		json_set(values, var->string, json_copy(value));
	}
	if (!values->child)
		return 0;
	status = replace_all(&r, a, err);
	used = r.used;
	log_unused(b, a->vars, &used);
	return status;
}
