#include "view/explain.h"

#include "data/gotext.h"
#include "view/explain_text.h"

/*
 * The text of -o plaintext. Its lines and the fields of a schema that count
 * are those of kubectl's template for OpenAPI version 3, whose idea of truth is Go's: an empty
 * text, list or object is as good as none.
 */
struct page {
	const cJSON *document;
	struct buf *out;
	const struct vec *fields;
	bool recursive;
};

/* The values of enum that a list of fields shows. */
#define ENUM_SHORT 4

static bool is_true(const cJSON *node)
{
	if (!node || cJSON_IsNull(node) || cJSON_IsFalse(node))
		return false;
	if (json_is_string(node))
		return *node->valuestring;
	if (json_is_number(node))
		return node->valuedouble != 0;
	return cJSON_IsTrue(node) || node->child;
}

/* A member that counts, or NULL. */
static const cJSON *member(const cJSON *object, const char *key)
{
	const cJSON *node = json_get(object, key);

	return is_true(node) ? node : NULL;
}

static const char *text(const cJSON *object, const char *key)
{
	const char *s = json_string(object, key);

	return s ? s : "";
}

/* What all values of a map are; a mere true says nothing about them. */
static const cJSON *values_schema(const cJSON *schema)
{
	const cJSON *node = member(schema, "additionalProperties");

	return node && !cJSON_IsBool(node) ? node : NULL;
}

bool explain_was_visited(const struct explain_visited *v, const char *ref)
{
	for (; v; v = v->up)
		if (*ref && !strcmp(v->ref, ref))
			return true;
	return false;
}

/* The object in the document that "#/components/schemas/X" names, or NULL. */
static const cJSON *resolve(const struct page *p, const char *ref)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	const cJSON *node = p->document;

	if (*ref != '#')
		return NULL;
	vec_add_split(&parts, ref + 1, '/');
	for (size_t i = 0; i < parts.len && node; i++)
		if (*vec_string(&parts, i))
			node = json_get(node, vec_string(&parts, i));
	return json_is_object(node) ? node : NULL;
}

/* The schema itself, or the one that it refers to. */
static const cJSON *resolved(const struct page *p, const cJSON *schema)
{
	const cJSON *target = resolve(p, text(schema, "$ref"));

	return is_true(target) ? target : schema;
}

static void put_indented(struct page *p, const char *words, size_t limit, size_t indent)
{
	_cleanup_buf_ struct buf wrapped = BUF_INIT;

	text_wrap(&wrapped, words, limit);
	text_indent(p->out, wrapped.data, indent);
	buf_putc(p->out, '\n');
}

/* ---- types ------------------------------------------------------------------------- */

static const char *after_last(const char *s, char c)
{
	const char *last = strrchr(s, c);

	return last ? last + 1 : s;
}

static void put_reference_type(const struct page *p, const char *ref)
{
	const char *type = text(resolve(p, ref), "type");
	const char *name = after_last(after_last(ref, '/'), '.');

	/* only objects are known by name: what is a text in the end says so */
	if (!*type || !strcmp(type, "object"))
		type = *name ? name : "Object";
	buf_puts(p->out, type);
}

static void put_type(const struct page *p, const cJSON *schema, size_t depth)
{
	const cJSON *all = member(schema, "allOf"), *items = member(schema, "items"), *values = values_schema(schema);
	const char *type = text(schema, "type");

	if (depth > EXPLAIN_MAX_DEPTH)
		return;
	if (items) {
		buf_puts(p->out, "[]");
		put_type(p, items, depth + 1);
	} else if (values) {
		buf_puts(p->out, "map[string]");
		put_type(p, values, depth + 1);
	} else if (all && json_size(all) == 1 && !member(schema, "properties")) {
		put_type(p, all->child, depth + 1);
	} else if (json_get(schema, "$ref")) {
		put_reference_type(p, text(schema, "$ref"));
	} else {
		buf_puts(p->out, !*type || !strcmp(type, "object") ? "Object" : type);
	}
}

/* ---- enums ------------------------------------------------------------------------- */

static void put_enum_value(struct page *p, const cJSON *value)
{
	if (json_is_string(value) && !*value->valuestring)
		buf_puts(p->out, "\"\"");
	else if (cJSON_IsNull(value))
		buf_puts(p->out, "<no value>");
	else
		go_value_format(p->out, value);
}

static void put_enum_short(struct page *p, const cJSON *schema, size_t indent)
{
	const cJSON *values = member(schema, "enum"), *value;
	size_t i = 0;

	if (!values)
		return;
	buf_putc(p->out, '\n');
	buf_pad(p->out, ' ', indent);
	buf_puts(p->out, "enum: ");
	cJSON_ArrayForEach(value, values)
	{
		if (i)
			buf_puts(p->out, ", ");
		if (i++ == ENUM_SHORT) {
			buf_puts(p->out, "....");
			break;
		}
		put_enum_value(p, value);
	}
}

static void put_enum_long(struct page *p, const cJSON *schema)
{
	const cJSON *values = member(schema, "enum"), *value;

	if (!values)
		return;
	buf_puts(p->out, "ENUM:");
	cJSON_ArrayForEach(value, values)
	{
		buf_puts(p->out, "\n    ");
		put_enum_value(p, value);
	}
}

/* ---- descriptions ------------------------------------------------------------------- */

/* A schema's own description and those of all that it is made of, a line each. */
static void add_descriptions(const struct page *p, const cJSON *schema, struct buf *out, size_t depth)
{
	const cJSON *own = resolved(p, schema), *part;

	if (depth > EXPLAIN_MAX_DEPTH)
		return;
	if (*text(own, "description"))
		buf_printf(out, "%s\n", text(own, "description"));
	cJSON_ArrayForEach(part, json_get(own, "allOf")) add_descriptions(p, part, out, depth + 1);
	if (member(own, "items"))
		add_descriptions(p, member(own, "items"), out, depth + 1);
	if (values_schema(own))
		add_descriptions(p, values_schema(own), out, depth + 1);
}

/* indent: of the title, limit: of the lines, which stand two further in. */
static void put_links(struct page *p, const cJSON *schema, size_t indent)
{
	const cJSON *docs = member(schema, "externalDocs");

	if (!docs)
		return;
	buf_putc(p->out, '\n');
	buf_pad(p->out, ' ', indent);
	buf_puts(p->out, "EXTERNAL DOCS:\n");
	if (*text(docs, "description"))
		put_indented(p, text(docs, "description"), 76 - (indent ? indent - 2 : 0), indent ? indent + 2 : 4);
	if (*text(docs, "url")) {
		buf_pad(p->out, ' ', indent ? indent + 2 : 4);
		buf_printf(p->out, "URL: %s\n", text(docs, "url"));
	}
}

static void put_description(struct page *p, const cJSON *schema)
{
	_cleanup_buf_ struct buf words = BUF_INIT;

	buf_puts(p->out, "DESCRIPTION:\n");
	add_descriptions(p, schema, &words, 0);
	put_indented(p, words.len ? words.data : "<empty>", 76, 4);
	put_links(p, schema, 0);
}

/* ---- fields ------------------------------------------------------------------------- */

static bool is_required(const cJSON *schema, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_get(schema, "required"))
		if (json_is_string(item) && !strcmp(item->valuestring, name))
			return true;
	return false;
}

static void put_field(struct page *p, const cJSON *owner, const cJSON *field, size_t level)
{
	size_t indent = 2 * level;
	const char *words = text(field, "description");

	text_indent(p->out, field->string, indent);
	buf_puts(p->out, "\t<");
	put_type(p, field, 0);
	buf_putc(p->out, '>');
	if (is_required(owner, field->string))
		buf_puts(p->out, " -required-");
	put_enum_short(p, field, indent);
	buf_putc(p->out, '\n');
	if (p->recursive)
		return;
	put_indented(p, *words ? words : "<no description>", 78 - MIN(indent, (size_t)76), indent + 2);
	put_links(p, field, indent + 2);
	buf_putc(p->out, '\n');
}

static void put_fields(struct page *p, const cJSON *schema, size_t level, const struct explain_visited *up, size_t depth)
{
	const struct explain_visited here = {.ref = text(schema, "$ref"), .up = up};
	const cJSON *own = resolved(p, schema), *part;
	_cleanup_free_ const cJSON **fields = NULL;
	size_t n;

	if (depth > EXPLAIN_MAX_DEPTH || explain_was_visited(up, here.ref))
		return;
	fields = explain_members(json_get(own, "properties"), &n);
	for (size_t i = 0; i < n; i++) {
		put_field(p, own, fields[i], level);
		if (p->recursive)
			put_fields(p, fields[i], level + 1, &here, depth + 1);
	}
	cJSON_ArrayForEach(part, json_get(own, "allOf")) put_fields(p, part, level, &here, depth + 1);
	if (member(own, "items"))
		put_fields(p, member(own, "items"), level, &here, depth + 1);
	if (values_schema(own))
		put_fields(p, values_schema(own), level, &here, depth + 1);
}

/* ---- the way to what was asked for ------------------------------------------------------ */

static void put_schema(struct page *p, const cJSON *schema)
{
	_cleanup_buf_ struct buf fields = BUF_INIT;
	struct page list = *p;

	put_description(p, schema);
	list.out = &fields;
	put_fields(&list, schema, 1, NULL, 0);
	if (fields.len)
		buf_printf(p->out, "FIELDS:\n%s", fields.data);
}

static void put_field_head(struct page *p, const cJSON *field, const char *name)
{
	buf_printf(p->out, "FIELD: %s <", name);
	put_type(p, field, 0);
	buf_puts(p->out, ">\n");
	put_enum_long(p, field);
	buf_puts(p->out, "\n\n");
}

/* Follows the path from its part at; false, and nothing written, when it leads nowhere. */
static bool put_path(struct page *p, const cJSON *schema, size_t at, const struct explain_visited *up, size_t depth)
{
	const struct explain_visited here = {.ref = text(schema, "$ref"), .up = up};
	const cJSON *own = resolved(p, schema), *field, *part;

	if (at == p->fields->len) {
		put_schema(p, own);
		return true;
	}
	if (depth > EXPLAIN_MAX_DEPTH || explain_was_visited(up, here.ref))
		return false;
	field = member(json_get(own, "properties"), vec_string(p->fields, at));
	if (field) {
		if (at + 1 == p->fields->len)
			put_field_head(p, field, vec_string(p->fields, at));
		return put_path(p, field, at + 1, NULL, depth + 1);
	}
	/* lists and maps are passed through */
	if (member(own, "items"))
		return put_path(p, member(own, "items"), at, &here, depth + 1);
	if (values_schema(own))
		return put_path(p, values_schema(own), at, &here, depth + 1);
	cJSON_ArrayForEach(part, json_get(own, "allOf"))
		if (put_path(p, part, at, &here, depth + 1))
			return true;
	return false;
}

/* ---- the kind of a resource --------------------------------------------------------------- */

/* What the operations at a path say that they work on. */
static const cJSON *operation_kind(const cJSON *operations)
{
	static const char *const methods[] = {"get", "post", "put", "patch", "delete"};
	const cJSON *kind = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(methods) && !kind; i++)
		kind = member(json_get(operations, methods[i]), "x-kubernetes-group-version-kind");
	return kind;
}

static const cJSON *resource_kind(const struct explain *e, const cJSON *document)
{
	static const char *const scopes[] = {"", "namespaces/{namespace}/"}, *const ends[] = {"", "/{name}"};
	const cJSON *paths = json_get(document, "paths"), *kind = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(scopes) * ARRAY_SIZE(ends); i++) {
		_cleanup_free_ char *path =
		        xasprintf("/%s%s/%s/%s%s%s", *e->group ? "apis/" : "api", e->group, e->version, scopes[i / 2],
		                  e->resource, ends[i % 2]);
		const cJSON *found = operation_kind(json_get(paths, path));

		if (found)
			kind = found;
	}
	return kind;
}

bool explain_v3_knows(const struct explain *e, const cJSON *document)
{
	return resource_kind(e, document);
}

static const cJSON *kind_schema(const cJSON *document, const cJSON *kind)
{
	_cleanup_free_ const cJSON **schemas = NULL;
	const cJSON *own;
	size_t n;

	schemas = explain_members(json_path(document, "components", "schemas", NULL), &n);
	for (size_t i = 0; i < n; i++)
		cJSON_ArrayForEach(own, json_get(schemas[i], "x-kubernetes-group-version-kind"))
			if (json_equal(own, kind))
				return schemas[i];
	return NULL;
}

static void put_head(struct page *p, const cJSON *kind)
{
	if (*text(kind, "group"))
		buf_printf(p->out, "GROUP:      %s\n", text(kind, "group"));
	buf_printf(p->out, "KIND:       %s\nVERSION:    %s\n\n", text(kind, "kind"), text(kind, "version"));
}

int explain_v3(const struct explain *e, const cJSON *document, struct buf *out, struct error *err)
{
	struct page p = {.document = document, .out = out, .fields = e->fields, .recursive = e->recursive};
	const cJSON *kind = resource_kind(e, document), *schema;

	if (!kind)
		return error_set(err, ERROR_OTHER, "GVR (%s/%s, Resource=%s) not found in OpenAPI schema", e->group,
		                 e->version, e->resource);
	put_head(&p, kind);
	schema = kind_schema(document, kind);
	if (!schema) {
		_cleanup_buf_ struct buf words = BUF_INIT;

		go_value_format(&words, kind);
		return error_set(err, ERROR_OTHER, "GVK %s not found in OpenAPI schema", words.data);
	}
	if (!put_path(&p, schema, 0, NULL, 0))
		return error_set(err, ERROR_OTHER, "field \"%s\" does not exist",
		                 vec_string(e->fields, e->fields->len - 1));
	buf_putc(out, '\n');
	return 0;
}
