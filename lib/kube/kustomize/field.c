#include "data/yaml.h"
#include "kube/kustomize/internal.h"

/* Finding the nodes that field specs and paths name. */

/* ---- paths ------------------------------------------------------------------------------------ */

void path_split(const char *path, char separator, struct vec *ret)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	size_t i = 0;

	for (const char *p = path;; p++) {
		size_t n = strcspn(p, (const char[]){separator, '\0'});

		vec_add(&parts, xstrndup(p, n));
		p += n;
		if (!*p)
			break;
	}
	if (parts.len > 1 && !*vec_string(&parts, 0))
		i = 1;
	for (bool joins = false; i < parts.len; i++) {
		const char *part = vec_string(&parts, i);
		size_t n = strlen(part);

		if (joins) {
			char *last = ret->items[ret->len - 1];

			ret->items[ret->len - 1] = xasprintf("%s%c%.*s", last, separator, (int)n, part);
			free(last);
		} else {
			vec_add_string(ret, part);
		}
		joins = n && part[n - 1] == '\\' && i + 1 < parts.len;
		if (joins) {
			char *last = ret->items[ret->len - 1];

			last[strlen(last) - 1] = '\0';
		}
	}
}

/* "[a.b]" as a name: without its brackets. */
static char *strip_brackets(const char *text)
{
	size_t n;

	text += strspn(text, "[]");
	n = strlen(text);
	while (n && (text[n - 1] == '[' || text[n - 1] == ']'))
		n--;
	return xstrndup(text, n);
}

void path_split_smart(const char *path, char separator, struct vec *ret)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	path_split(path, separator, &parts);
	for (size_t i = 0; i < parts.len; i++) {
		const char *part = vec_string(&parts, i);
		_cleanup_buf_ struct buf whole = BUF_INIT;

		if (*part != '[' || str_ends(part, "]")) {
			vec_add_string(ret, part);
			continue;
		}
		buf_puts(&whole, part);
		while (i + 1 < parts.len) {
			part = vec_string(&parts, ++i);
			buf_printf(&whole, "%c%s", separator, part);
			if (str_ends(part, "]"))
				break;
		}
		vec_add(ret, strchr(whole.data, '=') ? buf_take(&whole) : strip_brackets(whole.data));
	}
}

static bool is_list_index(const char *part)
{
	return *part == '[' && str_ends(part, "]");
}

static bool is_number(const char *part)
{
	return *part && strspn(part, "0123456789") == strlen(part) && strlen(part) < 10;
}

/* The item of a list whose member (or which itself) has a text: "[name=x]". */
static int lookup_item(cJSON *list, const char *part, cJSON **ret, struct error *err)
{
	_cleanup_free_ char *inner = xstrndup(part + 1, strlen(part) - 2);
	char *value = strchr(inner, '=');
	cJSON *item;

	if (!value)
		return error_set(err, ERROR_OTHER,
				 "list path element must contain fieldName=fieldValue for element to match");
	*value++ = '\0';
	if (!json_is_array(list))
		return json_is_null(list) ? 0 : error_node_kind(err, "SequenceNode", list);
	cJSON_ArrayForEach(item, list) {
		const cJSON *field = *inner ? json_get(item, inner) : item;

		if (field && !strcmp(scalar_text(field), value)) {
			*ret = item;
			return 0;
		}
	}
	return 0;
}

static int lookup_part(cJSON *node, const char *part, cJSON **ret, struct error *err)
{
	*ret = NULL;
	if (is_list_index(part))
		return lookup_item(node, part, ret, err);
	if (is_number(part) || !strcmp(part, "-")) {
		size_t size = json_size(node);

		if (!json_is_array(node))
			return error_node_kind(err, "SequenceNode", node);
		*ret = cJSON_GetArrayItem(node, *part == '-' ? (int)size - 1 : (int)strtol(part, NULL, 10));
		return 0;
	}
	if (!strcmp(part, "*"))
		return error_set(err, ERROR_OTHER, "wildcard is not supported in PathGetter");
	if (json_is_null(node))
		return 0;
	if (!json_is_object(node))
		return error_node_kind(err, "MappingNode", node);
	*ret = json_get(node, part);
	return 0;
}

int path_lookup(cJSON *node, const struct vec *parts, size_t count, cJSON **ret, struct error *err)
{
	for (size_t i = 0; i < count && node; i++) {
		const char *part = vec_string(parts, i);

		if (*part && lookup_part(node, part, &node, err))
			return -1;
	}
	*ret = node;
	return 0;
}

/* ---- field specs ---------------------------------------------------------------------------------- */

int error_node_kind(struct error *err, const char *expected, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	yaml_print(&text, node);
	return error_set(err, ERROR_OTHER, "wrong node kind: expected %s but got %s: node contents:\n%s", expected,
			 json_is_object(node)  ? "MappingNode"
			 : json_is_array(node) ? "SequenceNode"
					       : "ScalarNode",
			 text.data);
}

struct walk {
	const struct field_spec *spec;
	struct vec path; /* strings */
	enum field_kind create;
	field_fn *work;
	void *ctx;
	struct error *err;
};

static int walk(struct walk *w, cJSON *node, size_t depth);

static cJSON *new_node(enum field_kind kind)
{
	return kind == FIELD_SCALAR ? json_new_string("") : json_new_object();
}

static int walk_mapping(struct walk *w, cJSON *object, size_t depth)
{
	const char *part = vec_string(&w->path, depth);
	bool sequence = str_ends(part, "[]"), creates = w->spec->create && w->create && !sequence;
	_cleanup_free_ char *name = xstrndup(part, strlen(part) - (sequence ? 2 : 0));
	enum field_kind kind = depth + 1 == w->path.len ? w->create : FIELD_MAPPING;
	cJSON *field = json_get(object, name);

	if (!*name)
		return error_set(w->err, ERROR_OTHER, "cannot set or create an empty field name");
	if (!field && creates) {
		field = new_node(kind);
		json_set(object, name, field);
	}
	if (field && json_is_null(field) && (creates || sequence))
		node_become(field, sequence ? json_new_array() : new_node(kind));
	return field ? walk(w, field, depth + 1) : 0;
}

static int walk_sequence(struct walk *w, cJSON *list, size_t depth)
{
	cJSON *item;

	cJSON_ArrayForEach(item, list) {
		_cleanup_buf_ struct buf rest = BUF_INIT;

		if (!walk(w, item, depth))
			continue;
		for (size_t i = depth; i < w->path.len; i++)
			buf_printf(&rest, "%s%s", i > depth ? " " : "", vec_string(&w->path, i));
		return error_prefix(w->err, "visit traversal on path: [%s]: ", rest.data);
	}
	return 0;
}

static int walk(struct walk *w, cJSON *node, size_t depth)
{
	if (depth == w->path.len)
		return w->work(w->ctx, node, w->err);
	if (json_is_null(node))
		return 0;
	if (json_is_array(node))
		return walk_sequence(w, node, depth);
	if (json_is_object(node))
		return walk_mapping(w, node, depth);
	return error_set(w->err, ERROR_OTHER, "expected sequence or mapping node");
}

int field_apply(cJSON *object, const struct field_spec *spec, enum field_kind create, field_fn *work, void *ctx,
		struct error *err)
{
	struct gvk gvk = gvk_of(object);
	struct walk w = {.spec = spec, .path = VEC_OF_STRINGS, .create = create, .work = work, .ctx = ctx, .err = err};
	int status;

	if (!gvk_selected(&gvk, &spec->gvk))
		return 0;
	path_split(spec->path, '/', &w.path);
	status = walk(&w, object, 0);
	vec_release(&w.path);
	if (status) {
		struct object_id id = object_id_of(object);
		_cleanup_free_ char *text = id_string(&id);

		return error_prefix(err, "considering field '%s' of object %s: ", spec->path, text);
	}
	return 0;
}

int fields_apply(cJSON *object, const struct vec *specs, enum field_kind create, field_fn *work, void *ctx,
		 struct error *err)
{
	for (size_t i = 0; i < specs->len; i++)
		if (field_apply(object, specs->items[i], create, work, ctx, err))
			return -1;
	return 0;
}
