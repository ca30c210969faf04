#include <ctype.h>
#include <regex.h>

#include "data/yaml.h"
#include "data/yaml_resolve.h"
#include "kube/kustomize/internal.h"

/* replacements: values of fields put into other fields. */

/* ---- where a value comes from ------------------------------------------------------------------------ */

static struct object_id selector_id(const cJSON *selector)
{
	return (struct object_id){
		.gvk = gvk_selector(selector),
		.name = span_of(scalar_text(json_get(selector, "name"))),
		.ns = span_of(scalar_text(json_get(selector, "namespace"))),
	};
}

static bool is_source(const cJSON *object, const struct object_id *selector)
{
	_cleanup_ids_ struct ids ids;

	object_ids(object, true, &ids);
	for (size_t i = 0; i < ids.len; i++) {
		const struct object_id *id = &ids.items[i];

		if ((!selector->name.n || span_equal(selector->name, id->name)) &&
		    (!selector->ns.n || id_same_namespace(selector, id)) && gvk_selected(&id->gvk, &selector->gvk))
			return true;
	}
	return false;
}

static int fail_source(const cJSON *source, const char *words, struct error *err)
{
	struct object_id id = selector_id(source);
	const cJSON *options = json_get(source, "options");
	const char *delimiter = scalar_text(json_get(options, "delimiter")), *path = scalar_text(json_get(source, "fieldPath"));
	bool create = json_bool(options, "create", false);
	_cleanup_buf_ struct buf text = BUF_INIT;

	id_text(&text, &id);
	if (*path)
		buf_printf(&text, ":%s", path);
	if (*delimiter || create)
		buf_printf(&text, ":%s(%lld), create=%s", delimiter, (long long)json_int(options, "index", 0),
			   create ? "true" : "false");
	return error_set(err, ERROR_OTHER, "%s %s", words, text.data);
}

static int find_source(const struct vec *items, const cJSON *source, cJSON **ret, struct error *err)
{
	struct object_id selector = selector_id(source);

	*ret = NULL;
	for (size_t i = 0; i < items->len; i++) {
		struct resource_item *r = items->items[i];

		if (!is_source(r->object, &selector))
			continue;
		if (*ret)
			return fail_source(source, "multiple matches for selector", err);
		*ret = r->object;
	}
	return *ret ? 0 : fail_source(source, "nothing selected by", err);
}

/* The parts of a text, at least one; strings. */
static void split_text(const char *text, const char *delimiter, struct vec *ret)
{
	size_t n = strlen(delimiter);

	for (const char *p = text, *end;; p = end + n) {
		end = strstr(p, delimiter);
		vec_add(ret, end ? xstrndup(p, (size_t)(end - p)) : xstrdup(p));
		if (!end)
			return;
	}
}

/* With a delimiter a part of the text is meant. */
static int refine_value(const cJSON *options, cJSON *value, struct error *err)
{
	const char *delimiter = scalar_text(json_get(options, "delimiter"));
	int64_t index = json_int(options, "index", 0);
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	if (!*delimiter)
		return 0;
	if (json_is_object(value) || json_is_array(value))
		return error_set(err, ERROR_OTHER, "delimiter option can only be used with scalar nodes");
	split_text(scalar_text(value), delimiter, &parts);
	if (index < 0 || index >= (int64_t)parts.len)
		return error_set(err, ERROR_OTHER, "options.index %lld is out of bounds for value %s", (long long)index,
				 scalar_text(value));
	scalar_assign(value, vec_string(&parts, (size_t)index), json_is_string(value));
	return 0;
}

static int read_source(const struct vec *items, const cJSON *source, cJSON **ret, struct error *err)
{
	const char *path = scalar_text(json_get(source, "fieldPath"));
	struct object_id id = selector_id(source);
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *value = NULL;
	_cleanup_free_ char *text = NULL;
	cJSON *object, *node;

	path = *path ? path : "metadata.name";
	if (find_source(items, source, &object, err))
		return -1;
	path_split_smart(path, '.', &parts);
	if (path_lookup(object, &parts, parts.len, &node, err))
		return error_prefix(err, "error looking up replacement source: ");
	if (node_is_empty(node)) {
		text = id_string(&id);
		return error_set(err, ERROR_OTHER, "fieldPath `%s` is missing for replacement source %s", path, text);
	}
	value = json_copy(node);
	if (refine_value(json_get(source, "options"), value, err))
		return -1;
	*ret = TAKE_PTR(value);
	return 0;
}

static int replacement_value(const struct vec *items, const cJSON *replacement, cJSON **ret, struct error *err)
{
	const cJSON *literal = json_get(replacement, "sourceValue"), *source = json_get(replacement, "source");

	if ((!literal && !source) || !json_get(replacement, "targets"))
		return error_set(err, ERROR_OTHER, "replacements must specify a source and at least one target");
	if (literal && source)
		return error_set(err, ERROR_OTHER, "value and resource selectors are mutually exclusive");
	if (source)
		return read_source(items, source, ret, err);
	*ret = json_new_null();
	scalar_assign(*ret, literal->valuestring, false);
	return 0;
}

/* ---- the fields of a target ------------------------------------------------------------------------------- */

/* A walk down a path that may match many fields, or make them. */
struct finder {
	struct vec parts; /* strings */
	bool create;
	const cJSON *value; /* what is to be created is of its kind */
	struct vec found;   /* nodes, borrowed */
};

static int find(struct finder *f, cJSON *node, size_t depth, struct error *err);

static bool is_index(const char *part)
{
	return *part && strspn(part, "0123456789") == strlen(part) && strlen(part) < 10;
}

static bool is_list_match(const char *part)
{
	return *part == '[' && str_ends(part, "]");
}

/* What stands where the path goes on. */
static cJSON *new_node(const struct finder *f, size_t depth)
{
	const char *next = depth < f->parts.len ? vec_string(&f->parts, depth) : NULL;

	if (next && (is_index(next) || is_list_match(next)))
		return json_new_array();
	if (next)
		return json_new_object();
	return json_is_object(f->value) ? json_new_object() : json_is_array(f->value) ? json_new_array() : json_new_null();
}

static int check_list(const cJSON *node, struct error *err)
{
	return json_is_array(node) || json_is_null(node) ? 0 : error_node_kind(err, "SequenceNode", node);
}

static int find_field(struct finder *f, cJSON *node, size_t depth, struct error *err)
{
	const char *name = vec_string(&f->parts, depth);
	cJSON *field;

	if (json_is_null(node))
		return 0;
	if (!json_is_object(node))
		return error_node_kind(err, "MappingNode", node);
	field = json_get(node, name);
	if (!field && f->create) {
		field = new_node(f, depth + 1);
		json_set(node, name, field);
	}
	return field ? find(f, field, depth + 1, err) : 0;
}

static int find_index(struct finder *f, cJSON *node, size_t depth, struct error *err)
{
	size_t index = (size_t)strtol(vec_string(&f->parts, depth), NULL, 10), size = json_size(node);

	if (check_list(node, err))
		return -1;
	if (size == index && f->create)
		json_append(node, new_node(f, depth + 1));
	if (json_size(node) < index + 1)
		return error_set(err, ERROR_OTHER, "index %zu specified but only %zu elements found", index, size);
	return find(f, cJSON_GetArrayItem(node, (int)index), depth + 1, err);
}

/* The value of "[key=value]" is an expression that may match anywhere in the text. */
static bool item_matches(const cJSON *item, const char *key, const regex_t *expression)
{
	const cJSON *field = *key ? json_get(json_is_object(item) ? item : NULL, key) : item;

	return field && !regexec(expression, scalar_text(field), 0, NULL, 0);
}

static int find_matching(struct finder *f, cJSON *list, const char *key, const regex_t *expression, size_t depth,
			 struct error *err)
{
	cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if (item_matches(item, key, expression) && find(f, item, depth + 1, err))
			return -1;
	}
	return 0;
}

static void append_match(cJSON *list, const char *key, const char *value)
{
	cJSON *scalar = json_new_null(), *item;

	scalar_assign(scalar, value, false);
	if (!*key) {
		json_append(list, scalar);
		return;
	}
	item = json_new_object();
	json_set(item, key, scalar);
	json_append(list, item);
}

static int find_items(struct finder *f, cJSON *list, size_t depth, struct error *err)
{
	const char *part = vec_string(&f->parts, depth);
	_cleanup_free_ char *key = xstrndup(part + 1, strlen(part) - 2);
	char *value = strchr(key, '=');
	size_t before = f->found.len;
	regex_t expression;
	int status;

	if (!value)
		return error_set(err, ERROR_OTHER,
				 "list path element must contain fieldName=fieldValue for element to match");
	*value++ = '\0';
	if (check_list(list, err))
		return -1;
	if (regcomp(&expression, value, REG_EXTENDED | REG_NOSUB))
		return error_set(err, ERROR_OTHER, "error parsing regexp: `%s`", value);
	status = find_matching(f, list, key, &expression, depth, err);
	if (!status && f->found.len == before && f->create && json_is_array(list)) {
		append_match(list, key, value);
		status = find_matching(f, list, key, &expression, depth, err);
	}
	regfree(&expression);
	return status;
}

static int find_every(struct finder *f, cJSON *list, size_t depth, struct error *err)
{
	cJSON *item;

	if (check_list(list, err))
		return -1;
	cJSON_ArrayForEach(item, list) {
		if (find(f, item, depth + 1, err))
			return -1;
	}
	return 0;
}

static int find(struct finder *f, cJSON *node, size_t depth, struct error *err)
{
	const char *part;

	if (depth == f->parts.len) {
		vec_add(&f->found, node);
		return 0;
	}
	part = vec_string(&f->parts, depth);
	if (is_index(part))
		return find_index(f, node, depth, err);
	if (is_list_match(part))
		return find_items(f, node, depth, err);
	if (!strcmp(part, "*"))
		return find_every(f, node, depth, err);
	return find_field(f, node, depth, err);
}

/* ---- setting --------------------------------------------------------------------------------------------------- */

static bool is_map_or_list(const cJSON *node)
{
	return json_is_object(node) || json_is_array(node);
}

/* The text with one of its parts replaced, or with one more. */
static char *replace_part(const cJSON *options, const char *old, const char *value)
{
	const char *delimiter = scalar_text(json_get(options, "delimiter"));
	int64_t index = json_int(options, "index", 0);
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	struct buf text = BUF_INIT;

	split_text(old, delimiter, &parts);
	if (index < 0) {
		vec_insert(&parts, 0, xstrdup(value));
	} else if (index >= (int64_t)parts.len) {
		vec_add_string(&parts, value);
	} else {
		free(parts.items[index]);
		parts.items[index] = xstrdup(value);
	}
	for (size_t i = 0; i < parts.len; i++)
		buf_printf(&text, "%s%s", i ? delimiter : "", vec_string(&parts, i));
	return buf_take(&text);
}

/* Of a scalar only the text is replaced: what was a number has to stay one. */
static int check_scalar(const cJSON *field, const char *text, struct error *err)
{
	enum yaml_type is = yaml_resolve(text).type;
	const char *tag = yaml_type_tag(is == YAML_BOOL && strlen(text) < strlen("true") ? YAML_STR : is);
	bool whole = json_is_number(field) && !strpbrk(field->valuestring, ".eE");
	const char *was = cJSON_IsBool(field) ? "bool" : whole ? "int" : "float";

	if ((!json_is_number(field) && !cJSON_IsBool(field)) || !strcmp(tag + 2, was) || (!strcmp(was, "float") && !strcmp(tag, "!!int")))
		return 0;
	return error_set(err, ERROR_OTHER, "map[string]interface {}(nil): yaml: cannot decode %s `%s` as a !!%s", tag, text, was);
}

static int set_field(const cJSON *options, cJSON *field, const cJSON *value, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	const char *plain = is_map_or_list(value) ? "" : scalar_text(value);

	if (*scalar_text(json_get(options, "delimiter"))) {
		if (is_map_or_list(field))
			return error_set(err, ERROR_OTHER, "delimiter option can only be used with scalar nodes");
		text = replace_part(options, scalar_text(field), plain);
	}
	if (is_map_or_list(field))
		node_become(field, json_copy(value));
	else if (json_is_null(field) && is_map_or_list(value))
		node_become(field, json_copy(value));
	else if (check_scalar(field, text ? text : plain, err))
		return -1;
	else
		scalar_assign(field, text ? text : plain, json_is_string(field));
	return 0;
}

/* ---- values inside of texts -------------------------------------------------------------------------------------- */

/* Writes a JSON text back as it was laid out. */
static char *print_like(const cJSON *tree, const char *old)
{
	struct buf text = BUF_INIT;
	bool indented = strchr(old, '\n') && strstr(old, "  ");

	json_print(&text, tree, (indented ? JSON_INDENT2 : JSON_COMPACT) | JSON_SORT_KEYS | JSON_GO_NUMBERS | JSON_ESCAPE_HTML);
	return buf_take(&text);
}

/* The first field on the path that is a text with more of the path behind it. */
static cJSON *find_text(cJSON *object, const struct vec *parts, size_t *ret_depth)
{
	for (size_t i = 1; i < parts->len; i++) {
		_cleanup_error_ struct error ignored = ERROR_INIT;
		cJSON *node;

		if (path_lookup(object, parts, i, &node, &ignored) || !node || !json_is_string(node))
			continue;
		*ret_depth = i;
		return node;
	}
	return NULL;
}

/*
 * Sets fields of a document that is the text of a field. *ret_done stays false when the path leads
 * to no such thing; then it is one of the object itself.
 */
static int set_in_text(cJSON *object, const struct finder *whole, const cJSON *value, bool *ret_done, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	struct finder f = {.parts = VEC_OF_STRINGS, .create = whole->create, .value = value};
	size_t depth = 0;
	cJSON *text = find_text(object, &whole->parts, &depth);
	const char *first;
	int status;

	if (!text || yaml_parse_core(text->valuestring, strlen(text->valuestring), false, &tree, &ignored) || !is_map_or_list(tree))
		return 0;
	for (size_t i = depth; i < whole->parts.len; i++)
		vec_add_string(&f.parts, vec_string(&whole->parts, i));
	status = find(&f, tree, 0, &ignored);
	for (size_t i = 0; !status && i < f.found.len; i++)
		status = set_field(NULL, f.found.items[i], value, err);
	if (!status && f.found.len) {
		_cleanup_free_ char *printed = NULL;

		first = text->valuestring + strspn(text->valuestring, " \t\r\n");
		*ret_done = true;
		if (*first == '{' || *first == '[') {
			printed = print_like(tree, text->valuestring);
			node_become(text, json_new_string(printed));
		} else {
			status = error_set(err, ERROR_OTHER,
					   "replacements inside of a YAML text are not supported; the text can be written as JSON");
		}
	} else {
		status = 0;
	}
	vec_release(&f.parts);
	vec_release(&f.found);
	return status;
}

/* ---- targets ------------------------------------------------------------------------------------------------------ */

static int fail_path(const char *path, bool create, struct error *err)
{
	const char *words = create ? "unable to find or create" : "unable to find";

	if (err->message)
		return error_prefix(err, "%s field \"%s\" in replacement target: ", words, path);
	return error_set(err, ERROR_OTHER, "%s field \"%s\" in replacement target", words, path);
}

static int set_found(struct finder *f, cJSON *object, const char *path, const cJSON *options, const cJSON *value,
		     struct error *err)
{
	bool done = false;

	if (set_in_text(object, f, value, &done, err))
		return -1;
	if (done)
		return 0;
	if (find(f, object, 0, err) || !f->found.len)
		return fail_path(path, f->create, err);
	for (size_t i = 0; i < f->found.len; i++)
		if (set_field(options, f->found.items[i], value, err))
			return -1;
	return 0;
}

static int set_path(cJSON *object, const char *path, const cJSON *options, const cJSON *value, struct error *err)
{
	struct finder f = {.parts = VEC_OF_STRINGS, .create = json_bool(options, "create", false), .value = value};
	int status;

	path_split_smart(path, '.', &f.parts);
	status = set_found(&f, object, path, options, value, err);
	vec_release(&f.parts);
	vec_release(&f.found);
	return status;
}

static int copy_to(cJSON *object, const cJSON *target, const cJSON *value, struct error *err)
{
	const cJSON *paths = json_get(target, "fieldPaths"), *options = json_get(target, "options"), *path;

	if (!json_size(paths))
		return set_path(object, "metadata.name", options, value, err);
	cJSON_ArrayForEach(path, paths) {
		if (set_path(object, path->valuestring, options, value, err))
			return -1;
	}
	return 0;
}

static int any_id_matches(const cJSON *object, const cJSON *selector, bool *ret, struct error *err)
{
	_cleanup_ids_ struct ids ids;

	*ret = false;
	object_ids(object, true, &ids);
	for (size_t i = 0; i < ids.len && !*ret; i++)
		if (id_matches(&ids.items[i], selector, ret, err))
			return -1;
	return 0;
}

static bool names_something(const cJSON *selector)
{
	static const char *const keys[] = {"group", "version", "kind", "name", "namespace"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (*scalar_text(json_get(selector, keys[i])))
			return true;
	return false;
}

/* Names and labels reject by themselves. */
static int is_rejected(const cJSON *object, const cJSON *rejects, bool *ret, struct error *err)
{
	const cJSON *reject;

	*ret = false;
	cJSON_ArrayForEach(reject, rejects) {
		bool expressions = *scalar_text(json_get(reject, "labelSelector")) ||
				   *scalar_text(json_get(reject, "annotationSelector"));

		if (expressions && (object_matches_labels(object, reject, ret, err) || *ret))
			return *ret ? 0 : -1;
		if (names_something(reject) && (any_id_matches(object, reject, ret, err) || *ret))
			return *ret ? 0 : -1;
	}
	return 0;
}

static int is_target(const cJSON *object, const cJSON *target, bool *ret, struct error *err)
{
	const cJSON *select = json_get(target, "select");
	bool rejected;

	if (object_matches_labels(object, select, ret, err))
		return -1;
	if (!*ret)
		return 0;
	if (is_rejected(object, json_get(target, "reject"), &rejected, err))
		return -1;
	*ret = false;
	return rejected ? 0 : any_id_matches(object, select, ret, err);
}

static int replace(const struct vec *items, const cJSON *replacement, struct error *err)
{
	_cleanup_json_ cJSON *value = NULL;
	const cJSON *target;

	if (replacement_value(items, replacement, &value, err))
		return -1;
	cJSON_ArrayForEach(target, json_get(replacement, "targets")) {
		if (!json_get(target, "select"))
			return error_set(err, ERROR_OTHER, "target must specify resources to select");
		for (size_t i = 0; i < items->len; i++) {
			cJSON *object = ((struct resource_item *)items->items[i])->object;
			bool selected;

			if (is_target(object, target, &selected, err) || (selected && copy_to(object, target, value, err)))
				return -1;
		}
	}
	return 0;
}

/* ---- the list of them ------------------------------------------------------------------------------------------------ */

static int fail_replacements(const struct target *t, const cJSON *replacements, struct error *err)
{
	_cleanup_json_ cJSON *config = json_new_object();

	json_set(config, "Replacements", json_copy(replacements));
	return fail_config(t, "ReplacementTransformer", config, err);
}

/* A file holds one replacement or a list of them. */
static int load_file(struct target *t, const char *path, cJSON *list, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	cJSON *item;

	if (loader_read(&t->loader, path, &text, err) || yaml_parse(text.data, text.len, NULL, 1, &tree, err))
		return -1;
	if (json_is_object(tree)) {
		json_append(list, TAKE_PTR(tree));
		return 0;
	}
	if (!json_is_array(tree))
		return error_set(err, ERROR_OTHER, "unsupported replacement type encountered within replacement path: %s",
				 json_is_string(tree) ? "string" : "invalid");
	while ((item = tree->child)) {
		cJSON_DetachItemViaPointer(tree, item);
		json_append(list, item);
	}
	return 0;
}

static int load(struct target *t, const cJSON *rows, cJSON *list, struct error *err)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		const char *path = scalar_text(json_get(row, "path"));

		if (*path && (json_get(row, "source") || json_size(json_get(row, "targets"))))
			return error_set(err, ERROR_OTHER, "cannot specify both path and inline replacement");
		if (*path ? load_file(t, path, list, err) : (json_append(list, json_copy(row)), 0))
			return -1;
	}
	return 0;
}

int transform_replacements(struct target *t, struct vec *items, const cJSON *replacements, struct error *err)
{
	_cleanup_json_ cJSON *list = json_new_array();
	const cJSON *replacement;

	if (load(t, replacements, list, err))
		return fail_replacements(t, replacements, err);
	cJSON_ArrayForEach(replacement, list) {
		if (replace(items, replacement, err))
			return -1;
	}
	if (json_size(replacements))
		target_record(t, items, "ReplacementTransformer");
	return 0;
}
