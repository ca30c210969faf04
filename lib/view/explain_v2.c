#include "view/explain.h"
#include "view/explain_text.h"

/* -o plaintext-openapiv2: the older text, from an OpenAPI version 2 document. */

#define LINE_WIDTH 80
#define DESCRIPTION_INDENT 5
#define FIELD_INDENT 3
#define FIELD_DESCRIPTION_INDENT (FIELD_INDENT + 2)
#define DEFINITIONS "#/definitions/"

/* What a schema is to those who walk through it. */
enum shape { SHAPE_ANYTHING, SHAPE_PRIMITIVE, SHAPE_ARRAY, SHAPE_MAP, SHAPE_KIND, SHAPE_REFERENCE };

struct page {
	const cJSON *definitions;
	struct buf *out;
};

static enum shape shape_of(const cJSON *schema)
{
	const char *type = json_string(schema, "type");

	if (!str_empty(json_string(schema, "$ref")))
		return SHAPE_REFERENCE;
	if (str_empty(type))
		return json_get(schema, "properties") ? SHAPE_KIND : SHAPE_ANYTHING;
	if (!strcmp(type, "object"))
		return json_get(schema, "properties") ? SHAPE_KIND : SHAPE_MAP;
	return !strcmp(type, "array") ? SHAPE_ARRAY : SHAPE_PRIMITIVE;
}

/* What a list, a map or a reference is about; NULL for a map of anything. */
static const cJSON *inner(const struct page *p, const cJSON *schema, enum shape shape)
{
	const char *ref = json_string(schema, "$ref");
	const cJSON *values = json_get(schema, "additionalProperties");

	switch (shape) {
	case SHAPE_REFERENCE:
		return str_starts(ref, DEFINITIONS) ? json_get(p->definitions, ref + strlen(DEFINITIONS)) : NULL;
	case SHAPE_ARRAY:
		return json_get(schema, "items");
	case SHAPE_MAP:
		return json_is_object(values) ? values : NULL;
	default:
		return NULL;
	}
}

static const char *description(const cJSON *schema)
{
	const char *words = json_string(schema, "description");

	return words ? words : "";
}

static void add_type(const struct page *p, const cJSON *schema, struct buf *out, size_t depth)
{
	enum shape shape = shape_of(schema);
	const char *type = json_string(schema, "type");

	if (depth > EXPLAIN_MAX_DEPTH || shape == SHAPE_ANYTHING)
		return;
	if (shape == SHAPE_KIND)
		buf_puts(out, "Object");
	else if (shape == SHAPE_PRIMITIVE)
		buf_puts(out, type);
	else if (shape == SHAPE_ARRAY)
		buf_puts(out, "[]");
	else if (shape == SHAPE_MAP)
		buf_puts(out, "map[string]");
	if (inner(p, schema, shape))
		add_type(p, inner(p, schema, shape), out, depth + 1);
}

/* ---- fields ---------------------------------------------------------------------------- */

static void put_field_line(const struct page *p, const cJSON *field, size_t indent)
{
	buf_pad(p->out, ' ', indent);
	buf_printf(p->out, "%s\t<", field->string);
	add_type(p, field, p->out, 0);
	buf_putc(p->out, '>');
}

static bool is_required(const cJSON *kind, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_get(kind, "required"))
		if (json_is_string(item) && !strcmp(item->valuestring, name))
			return true;
	return false;
}

static void put_fields(const struct page *p, const cJSON *kind)
{
	_cleanup_free_ const cJSON **fields = NULL;
	size_t n;

	fields = explain_members(json_get(kind, "properties"), &n);
	for (size_t i = 0; i < n; i++) {
		put_field_line(p, fields[i], FIELD_INDENT);
		buf_puts(p->out, is_required(kind, fields[i]->string) ? " -required-\n" : "\n");
		text_fill(p->out, description(fields[i]), LINE_WIDTH - FIELD_DESCRIPTION_INDENT, FIELD_DESCRIPTION_INDENT);
		buf_putc(p->out, '\n');
	}
}

static void put_tree(const struct page *p, const cJSON *schema, size_t indent, const struct explain_visited *up,
                     size_t depth)
{
	enum shape shape = shape_of(schema);
	const struct explain_visited here = {.ref = shape == SHAPE_REFERENCE ? json_string(schema, "$ref") : "", .up = up};
	_cleanup_free_ const cJSON **fields = NULL;
	size_t n;

	if (depth > EXPLAIN_MAX_DEPTH || explain_was_visited(up, here.ref))
		return;
	if (shape != SHAPE_KIND) {
		if (inner(p, schema, shape))
			put_tree(p, inner(p, schema, shape), indent, &here, depth + 1);
		return;
	}
	fields = explain_members(json_get(schema, "properties"), &n);
	for (size_t i = 0; i < n; i++) {
		put_field_line(p, fields[i], indent);
		buf_putc(p->out, '\n');
		put_tree(p, fields[i], indent + FIELD_INDENT, &here, depth + 1);
	}
}

/* ---- a schema ---------------------------------------------------------------------------- */

/* descriptions: of everything that was passed on the way to schema. */
static void put_description(const struct page *p, const struct vec *descriptions)
{
	bool empty = true;

	buf_puts(p->out, "DESCRIPTION:\n");
	for (size_t i = 0; i < descriptions->len; i++) {
		if (!*vec_string(descriptions, i))
			continue;
		if (i)
			buf_putc(p->out, '\n');
		text_fill(p->out, vec_string(descriptions, i), LINE_WIDTH - DESCRIPTION_INDENT, DESCRIPTION_INDENT);
		empty = false;
	}
	if (empty)
		text_fill(p->out, "<empty>", LINE_WIDTH, DESCRIPTION_INDENT);
}

static void put_schema(const struct page *p, const struct explain *e, const cJSON *schema, bool early)
{
	_cleanup_vec_ struct vec descriptions = VEC_INIT;
	_cleanup_buf_ struct buf type = BUF_INIT;
	const char *name = e->fields->len ? vec_string(e->fields, e->fields->len - 1) : "";
	enum shape shape = shape_of(schema);
	const cJSON *next;

	add_type(p, schema, &type, 0);
	while ((next = inner(p, schema, shape)) && descriptions.len < EXPLAIN_MAX_DEPTH) {
		vec_add(&descriptions, (void *)description(schema));
		schema = next;
		shape = shape_of(schema);
	}
	vec_add(&descriptions, (void *)description(schema));
	/* a map of anything: the map and the anything count, and say the same; a path that goes on has left the map */
	if (shape == SHAPE_MAP && !early)
		vec_add(&descriptions, (void *)description(schema));
	buf_printf(p->out, "KIND:     %s\nVERSION:  %s%s%s\n\n", e->kind, e->group, *e->group ? "/" : "", e->version);
	if (shape == SHAPE_KIND && *name)
		buf_printf(p->out, "RESOURCE: %s <%s>\n\n", name, type.data);
	else if (shape == SHAPE_PRIMITIVE)
		buf_printf(p->out, "FIELD:    %s <%s>\n\n", name, type.data);
	put_description(p, &descriptions);
	if (shape != SHAPE_KIND)
		return;
	buf_puts(p->out, "\nFIELDS:\n");
	if (e->recursive)
		put_tree(p, schema, FIELD_INDENT, NULL, 0);
	else
		put_fields(p, schema);
}

/* The schema at the end of the path; a primitive ends it early, as in kubectl. */
static int find_field(const struct page *p, const struct explain *e, const cJSON **schema, bool *ret_early,
                      struct error *err)
{
	size_t at = 0, depth = 0;

	while (at < e->fields->len && depth++ < EXPLAIN_MAX_DEPTH * 4) {
		enum shape shape = shape_of(*schema);
		const cJSON *next = inner(p, *schema, shape);

		if (shape == SHAPE_KIND) {
			next = json_get(json_get(*schema, "properties"), vec_string(e->fields, at));
			if (!next)
				return error_set(err, ERROR_OTHER, "field \"%s\" does not exist",
				                 vec_string(e->fields, at));
			at++;
		}
		if (!next)
			break;
		*schema = next;
	}
	*ret_early = at < e->fields->len;
	return 0;
}

/* ---- the kind of a resource ------------------------------------------------------------------ */

static bool is_kind(const struct explain *e, const cJSON *schema)
{
	const cJSON *own;

	cJSON_ArrayForEach(own, json_get(schema, "x-kubernetes-group-version-kind"))
	{
		const char *group = json_string(own, "group");

		if (str_equal(json_string(own, "kind"), e->kind) && str_equal(json_string(own, "version"), e->version) &&
		    str_equal(group ? group : "", e->group))
			return true;
	}
	return false;
}

/* The definition of the kind; of several the one whose name comes last. */
static const cJSON *kind_schema(const struct explain *e, const cJSON *document)
{
	const cJSON *schema, *found = NULL;

	cJSON_ArrayForEach(schema, json_get(document, "definitions"))
		if (is_kind(e, schema) && (!found || strcmp(schema->string, found->string) > 0))
			found = schema;
	return found;
}

bool explain_v2_knows(const struct explain *e, const cJSON *document)
{
	return kind_schema(e, document);
}

int explain_v2(const struct explain *e, const cJSON *document, struct buf *out, struct error *err)
{
	const struct page p = {.definitions = json_get(document, "definitions"), .out = out};
	const cJSON *schema = kind_schema(e, document);
	bool early = false;

	if (!schema)
		return error_set(err, ERROR_OTHER, "couldn't find resource for \"%s/%s, Kind=%s\"", e->group, e->version,
		                 e->kind);
	if (find_field(&p, e, &schema, &early, err))
		return -1;
	put_schema(&p, e, schema, early);
	return 0;
}
