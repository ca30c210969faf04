#include "view/sort.h"

#include "base/gosort.h"
#include "base/quantity.h"
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
		if (!cJSON_IsString(value) && !cJSON_IsNumber(value))
			return error_set(err, ERROR_OTHER, "Field %s is an unsortable type", path);
		if (first && cJSON_IsString(first) != cJSON_IsString(value))
			return error_set(err, ERROR_OTHER, "Field %s has values of different types", path);
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
