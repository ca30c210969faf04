#include "kube/validation.h"

/*
 * An object beside an OpenAPI v2 model: the rules are those of k8s.io/kube-openapi
 * pkg/util/proto/validation, of which kubectl shows the messages.
 */

/* Chains of models that only name another one come from a server: they end. */
#define MAX_REFERENCES 16

/* A position in an object or in a model, said when something is wrong there. */
struct place {
	const struct place *up;
	const char *name; /* NULL: an item of a list */
	size_t index;
};

struct check {
	const cJSON *models;
	struct vec *wrong;
};

static void place_text(struct buf *out, const struct place *p)
{
	if (p->up)
		place_text(out, p->up);
	if (!p->name)
		buf_printf(out, "[%zu]", p->index);
	else
		buf_printf(out, "%s%s", p->up ? "." : "", p->name);
}

static char *place_string(const struct place *p)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	place_text(&text, p);
	return buf_take(&text);
}

static void wrong_type(struct check *c, const struct place *at, const struct place *model, const char *actual,
		       const char *expected)
{
	_cleanup_free_ char *where = place_string(at), *what = place_string(model);

	vec_add(c->wrong, xasprintf("ValidationError(%s): invalid type for %s: got \"%s\", expected \"%s\"", where, what,
				    actual, expected));
}

static void wrong_field(struct check *c, const struct place *at, const struct place *model, const char *how,
			const char *field)
{
	_cleanup_free_ char *where = place_string(at), *what = place_string(model);

	vec_add(c->wrong, xasprintf("ValidationError(%s): %s field \"%s\" in %s", where, how, field, what));
}

/* A null where a value must be; the item of a list is told with its list. */
static void wrong_null(struct check *c, const struct place *at, const struct place *list)
{
	_cleanup_free_ char *where = place_string(at), *around = list ? place_string(list) : NULL;

	if (around)
		vec_add(c->wrong, xasprintf("ValidationError(%s): unknown object type \"nil\" in %s", around, where));
	else
		vec_add(c->wrong, xasprintf("unknown object type \"nil\" in %s", where));
}

static const char *type_of(const cJSON *value)
{
	return json_is_object(value)   ? "map"
	       : json_is_array(value)  ? "array"
	       : json_is_string(value) ? "string"
	       : cJSON_IsBool(value)   ? "boolean"
	       : strpbrk(json_number_text(value), ".eE") ? "number"
							 : "integer";
}

static void check_value(struct check *c, const cJSON *schema, const struct place *model, const cJSON *value,
			const struct place *at);

static void check_fields(struct check *c, const cJSON *schema, const struct place *model, const cJSON *object,
			 const struct place *at)
{
	const cJSON *properties = json_get(schema, "properties"), *required;
	size_t count;
	_cleanup_free_ const cJSON **members = json_sorted_members(object, &count);

	for (size_t i = 0; i < count; i++) {
		const cJSON *value = members[i], *property = json_get(properties, value->string);

		if (json_is_null(value))
			continue;
		if (!property)
			wrong_field(c, at, model, "unknown", value->string);
		else
			check_value(c, property, &(struct place){.up = model, .name = value->string}, value,
				    &(struct place){.up = at, .name = value->string});
	}
	cJSON_ArrayForEach(required, json_get(schema, "required")) {
		const cJSON *value = json_is_string(required) ? json_get(object, required->valuestring) : NULL;

		if (json_is_string(required) && (!value || json_is_null(value)))
			wrong_field(c, at, model, "missing required", required->valuestring);
	}
}

static void check_map(struct check *c, const cJSON *schema, const struct place *model, const cJSON *object,
		      const struct place *at)
{
	const cJSON *each = json_get(schema, "additionalProperties");
	size_t count;
	_cleanup_free_ const cJSON **members = json_sorted_members(object, &count);

	for (size_t i = 0; i < count; i++) {
		const cJSON *value = members[i];
		const struct place inside = {.up = at, .name = value->string};

		if (json_is_null(value))
			wrong_null(c, &inside, NULL);
		else if (json_is_object(each))
			check_value(c, each, model, value, &inside);
	}
}

static void check_list(struct check *c, const cJSON *schema, const struct place *model, const cJSON *list,
		       const struct place *at)
{
	const cJSON *item;
	size_t i = 0;

	cJSON_ArrayForEach(item, list) {
		const struct place inside = {.up = at, .index = i++};

		if (json_is_null(item))
			wrong_null(c, &inside, at);
		else
			check_value(c, json_get(schema, "items"), model, item, &inside);
	}
}

/* Anything can be a string, as servers read quantities and ports of both kinds; whole numbers are numbers. */
static bool fits(const char *type, const cJSON *value)
{
	if (!strcmp(type, "string"))
		return !json_is_object(value) && !json_is_array(value);
	if (!strcmp(type, "integer") || !strcmp(type, "number"))
		return json_is_number(value);
	return !strcmp(type, type_of(value));
}

static void check_typed(struct check *c, const char *type, const cJSON *schema, const struct place *model,
			const cJSON *value, const struct place *at)
{
	bool map = !strcmp(type, "object");

	if (map && json_is_object(value) && json_get(schema, "properties"))
		check_fields(c, schema, model, value, at);
	else if (map && json_is_object(value))
		check_map(c, schema, model, value, at);
	else if (!strcmp(type, "array") && json_is_array(value))
		check_list(c, schema, model, value, at);
	else if (!fits(type, value))
		wrong_type(c, at, model, type_of(value), map ? "map" : type);
}

static void check_value(struct check *c, const cJSON *schema, const struct place *model, const cJSON *value,
			const struct place *at)
{
	static const char prefix[] = "#/definitions/";
	struct place root = {.name = NULL};
	const char *type, *reference;

	for (int i = 0; (reference = json_string(schema, "$ref")) != NULL; i++) {
		if (!str_starts(reference, prefix) || i == MAX_REFERENCES)
			return;
		root.name = reference + strlen(prefix);
		schema = json_get(c->models, root.name);
		model = &root;
	}
	type = json_string(schema, "type");
	if (!type && json_get(schema, "properties"))
		type = "object";
	if (type)
		check_typed(c, type, schema, model, value, at);
}

void validation_check_model(const cJSON *models, const char *model, const char *name, const cJSON *object,
			    struct vec *wrong)
{
	struct check c = {.models = models, .wrong = wrong};

	check_value(&c, json_get(models, model), &(struct place){.name = model}, object, &(struct place){.name = name});
}
