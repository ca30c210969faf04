#include "view/sort.h"

#include "base/gosort.h"
#include "base/quantity.h"
#include "data/json_pack.h"
#include "data/jsonpath.h"
#include "view/table_printer.h"

/* One object and what it is sorted by. */
struct sortable {
	cJSON *node;
	const cJSON *value; /* NULL: it has no such field */
};

static int take_first(void *ctx, const struct vec *nodes, struct error *err)
{
	const cJSON **first = ctx;

	(void)err;
	if (!*first && nodes->len)
		*first = nodes->items[0];
	return 0;
}

static int compare_texts(const char *a, const char *b)
{
	_cleanup_error_ struct error none = ERROR_INIT;
	struct quantity x, y;

	if (quantity_parse(a, &x, &none) || quantity_parse(b, &y, &none))
		return strcmp(a, b);
	return quantity_compare(&x, &y);
}

static int compare_numbers(const cJSON *a, const cJSON *b)
{
	int64_t i, j;
	double x, y;

	if (json_node_int(a, &i) && json_node_int(b, &j))
		return (i > j) - (i < j);
	x = strtod(json_number_text(a), NULL);
	y = strtod(json_number_text(b), NULL);
	return (x > y) - (x < y);
}

/* For values that check_sortable() let through. What has no value is less than anything, as in kubectl. */
static bool sortable_less(void *ctx, size_t i, size_t j)
{
	const struct sortable *items = ctx;
	const cJSON *a = items[i].value, *b = items[j].value;

	if (!a || !b)
		return !a;
	if (cJSON_IsString(a))
		return compare_texts(a->valuestring, b->valuestring) < 0;
	return compare_numbers(a, b) < 0;
}

static void sortable_swap(void *ctx, size_t i, size_t j)
{
	struct sortable *items = ctx;
	struct sortable kept = items[i];

	items[i] = items[j];
	items[j] = kept;
}

/* All values are numbers, or all are texts. */
static int check_sortable(const struct sortable *items, size_t n, const char *path, struct error *err)
{
	const cJSON *first = NULL;

	for (size_t i = 0; i < n; i++) {
		const cJSON *value = items[i].value;

		if (!value)
			continue;
		if (!cJSON_IsString(value) && !cJSON_IsNumber(value)) {
			error_set(err, ERROR_OTHER, "Field %s is an unsortable type", path);
			return SORT_UNSORTABLE;
		}
		if (first && cJSON_IsString(first) != cJSON_IsString(value)) {
			error_set(err, ERROR_OTHER, "Field %s has values of different types", path);
			return SORT_UNSORTABLE;
		}
		first = value;
	}
	if (!first && n)
		return error_set(err, ERROR_OTHER,
				 "couldn't find any field with path \"%s\" in the list of objects", path);
	return 0;
}

/* Links the children of array in the order of items. */
static void relink(cJSON *array, struct sortable *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		items[i].node->prev = i ? items[i - 1].node : items[n - 1].node;
		items[i].node->next = i + 1 < n ? items[i + 1].node : NULL;
	}
	array->child = n ? items[0].node : NULL;
}

/* member: where in a child the object is; NULL: the child is the object. */
static int sort_children(cJSON *array, const char *member, const char *field, struct error *err)
{
	_cleanup_(jsonpath_free_p) struct jsonpath *path = NULL;
	_cleanup_free_ struct sortable *items = NULL;
	_cleanup_free_ char *text = NULL;
	size_t n = json_size(array);
	size_t i = 0;
	cJSON *node;

	/* without objects nobody looks at the field, as in kubectl */
	if (!n)
		return 0;
	if (jsonpath_relaxed(field, &text, err) || jsonpath_parse(text, &path, err))
		return -1;
	items = xcalloc(n + 1, sizeof(*items));
	cJSON_ArrayForEach(node, array) {
		const cJSON *object = member ? json_get(node, member) : node;

		items[i].node = node;
		if (jsonpath_run(path, object, true, take_first, &items[i++].value, err))
			return -1;
	}
	if (check_sortable(items, n, text, err))
		return -1;
	gosort(&(struct gosort){.ctx = items, .less = sortable_less, .swap = sortable_swap}, n);
	relink(array, items, n);
	return 0;
}

int sort_objects(cJSON *array, const char *field, struct error *err)
{
	return sort_children(array, NULL, field, err);
}

int sort_list(cJSON *object, const char *field, struct error *err)
{
	if (table_is_table(object))
		return sort_children(json_get(object, "rows"), "object", field, err);
	if (json_is_array(json_get(object, "items")))
		return sort_children(json_get(object, "items"), NULL, field, err);
	return 0;
}

bool sort_field_is_metadata(const char *field)
{
	static const char member[] = "{.metadata";
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_free_ char *path = NULL;

	if (jsonpath_relaxed(field, &path, &ignored) || !str_starts(path, member))
		return false;
	return strchr(".[}", path[strlen(member)]) != NULL;
}

const char *sort_field_column(const struct resource *r, const char *field)
{
	/* Columns that show a field as it is, since 1.20 at the least. */
	static const struct {
		const char *resource, *path, *column;
	} columns[] = {
		{"pods", "{.spec.nodeName}", "Node"},
		{"pods", "{.status.podIP}", "IP"},
		{"services", "{.spec.clusterIP}", "Cluster-IP"},
		{"services", "{.spec.type}", "Type"},
		{"secrets", "{.type}", "Type"},
	};
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_free_ char *path = NULL;

	if (!str_empty(r->group) || jsonpath_relaxed(field, &path, &ignored))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		if (str_equal(r->name, columns[i].resource) && str_equal(path, columns[i].path))
			return columns[i].column;
	return NULL;
}

/* ---- objects one by one ------------------------------------------------------------ */

struct object_sorter {
	char *field;
	struct json_pack *pack;
	cJSON objects; /* an array; its items are the pack's */
};

struct object_sorter *object_sorter_new(const char *field)
{
	struct object_sorter *s = NEW(struct object_sorter);

	s->field = xstrdup(field);
	s->pack = json_pack_new();
	s->objects.type = cJSON_Array;
	return s;
}

void object_sorter_free(struct object_sorter *s)
{
	if (!s)
		return;
	json_pack_free(s->pack);
	free(s->field);
	free(s);
}

void object_sorter_add(struct object_sorter *s, const cJSON *object)
{
	json_link(&s->objects, json_pack_add(s->pack, object));
}

int object_sorter_finish(struct object_sorter *s, const cJSON **ret, struct error *err)
{
	int r = sort_objects(&s->objects, s->field, err);

	if (!r)
		*ret = &s->objects;
	return r;
}

/* ---- pages of a Table ------------------------------------------------------------- */

struct table_sorter {
	struct jsonpath *path;
	char *text;             /* of path, for messages */
	char *column;           /* that has the values, or NULL */
	int cell;               /* its place */
	struct error failure;   /* the first of the field */
	cJSON *table;           /* the first page, with the rows of all */
	struct sortable *items; /* for each row; the values are the sorter's own */
	size_t count, cap;
};

struct table_sorter *table_sorter_new(const char *field, const char *column)
{
	struct table_sorter *s = NEW(struct table_sorter);

	s->column = xstrdup(column);
	if (!jsonpath_relaxed(field, &s->text, &s->failure))
		jsonpath_parse(s->text, &s->path, &s->failure);
	return s;
}

void table_sorter_free(struct table_sorter *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		cJSON_Delete((cJSON *)s->items[i].value);
	free(s->items);
	cJSON_Delete(s->table);
	jsonpath_free(s->path);
	free(s->text);
	free(s->column);
	error_release(&s->failure);
	free(s);
}

/* What columns are made of may stay. */
static void row_drop_object(cJSON *row)
{
	cJSON *object = cJSON_DetachItemFromObjectCaseSensitive(row, "object");
	cJSON *metadata = json_get(object, "metadata");
	cJSON *kept = json_new_object();

	if (metadata) {
		json_set(kept, "namespace", cJSON_DetachItemFromObjectCaseSensitive(metadata, "namespace"));
		json_set(kept, "labels", cJSON_DetachItemFromObjectCaseSensitive(metadata, "labels"));
		json_set(row, "object", json_new_object());
		json_set(json_get(row, "object"), "metadata", TAKE_PTR(kept));
	}
	cJSON_Delete(kept);
	cJSON_Delete(object);
}

/* The place of a column; past all cells when there is none of that name. */
static int column_find(const cJSON *table, const char *name)
{
	const cJSON *definition;
	int i = 0;

	cJSON_ArrayForEach(definition, json_get(table, "columnDefinitions")) {
		if (str_equal(json_string(definition, "name"), name))
			break;
		i++;
	}
	return i;
}

static const cJSON *row_value(struct table_sorter *s, const cJSON *row)
{
	const cJSON *value = NULL;

	if (s->column) {
		value = cJSON_GetArrayItem(json_get(row, "cells"), s->cell);
		return json_is_string(value) && !str_equal(value->valuestring, "<none>") ? value : NULL;
	}
	if (!s->failure.class)
		jsonpath_run(s->path, json_get(row, "object"), true, take_first, &value, &s->failure);
	return value;
}

static void row_add(struct table_sorter *s, cJSON *row)
{

	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->items = xrealloc(s->items, s->cap * sizeof(*s->items));
	}
	s->items[s->count++] = (struct sortable){.node = row, .value = json_copy(row_value(s, row))};
	row_drop_object(row);
}

void table_sorter_add(struct table_sorter *s, cJSON *table)
{
	_cleanup_json_ cJSON *page = table;
	cJSON *rows = cJSON_DetachItemFromObjectCaseSensitive(page, "rows");
	cJSON *all;

	if (!s->table) {
		s->table = TAKE_PTR(page);
		s->cell = s->column ? column_find(s->table, s->column) : 0;
		json_set(s->table, "rows", json_new_array());
	}
	all = json_get(s->table, "rows");
	while (json_is_array(rows) && rows->child) {
		cJSON *row = cJSON_DetachItemViaPointer(rows, rows->child);

		json_append(all, row);
		row_add(s, row);
	}
	cJSON_Delete(rows);
}

int table_sorter_finish(struct table_sorter *s, cJSON **ret, struct error *err)
{
	if (s->count > 1 && s->failure.class) {
		error_move(err, &s->failure);
		return -1;
	}
	if (s->count > 1) {
		int failed = check_sortable(s->items, s->count, s->text, err);

		if (failed)
			return failed;
		gosort(&(struct gosort){.ctx = s->items, .less = sortable_less, .swap = sortable_swap}, s->count);
		relink(json_get(s->table, "rows"), s->items, s->count);
	}
	*ret = TAKE_PTR(s->table);
	return 0;
}
