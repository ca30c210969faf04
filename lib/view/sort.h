#ifndef KUBEC_VIEW_SORT_H
#define KUBEC_VIEW_SORT_H

#include "data/json.h"
#include "kube/resource.h"

/*
 * --sort-by: puts lists in the order of a field (see jsonpath_relaxed for its
 * forms), numbers by value, quantities ("100m") by what they mean, other
 * texts bytewise. Objects without the field come first. Equal ones stand where
 * kubectl puts them (see gosort.h).
 *
 * Fail with ERROR_USAGE or ERROR_PARSE for a bad path, ERROR_OTHER when no object
 * has the field ("couldn't find any field with path …") or its values cannot be compared.
 */


/* The objects of an array. */
int sort_objects(cJSON *array, const char *field, struct error *err);

/* The rows of a Table (by the object in each), or the items of a list; anything else is left alone. */
int sort_list(cJSON *object, const char *field, struct error *err);

/* True for a field below metadata: a server need not send more of the objects. */
bool sort_field_is_metadata(const char *field);

/*
 * Sorts objects that come one by one and are only read afterwards (see json_pack.h).
 */
struct object_sorter;

struct object_sorter *object_sorter_new(const char *field);
void object_sorter_free(struct object_sorter *s);
DEFINE_CLEANUP(struct object_sorter *, object_sorter_free);

/* Keeps a copy. Faults of the field are told at the end. */
void object_sorter_add(struct object_sorter *s, const cJSON *object);

/* Gives the objects as an array, in order; the sorter's, do not change it. Fails as sort_objects() does. */
int object_sorter_finish(struct object_sorter *s, const cJSON **ret, struct error *err);

/*
 * The name of the Table column whose cells are the field's values, so that a server need not send
 * objects to sort by it; NULL when there is none. Such a cell is "<none>" without a value.
 */
const char *sort_field_column(const struct resource *r, const char *field);

/*
 * Sorts a Table that comes in pages and holds no objects meanwhile: of a row's it keeps the value
 * to sort by, the namespace and the labels.
 */
struct table_sorter;

/* column: where the values are (of sort_field_column), or NULL: in the objects. */
struct table_sorter *table_sorter_new(const char *field, const char *column);
void table_sorter_free(struct table_sorter *s);
DEFINE_CLEANUP(struct table_sorter *, table_sorter_free);

/* Takes a page. Faults of the field are told at the end. */
void table_sorter_add(struct table_sorter *s, cJSON *table);

/*
 * Gives the Table whole, its columns as the first page had them; the sorter has done its work then.
 * Fails as sort_list() does, but fewer than two rows need no sorting and so no field.
 * Values that cannot be compared (maps, lists, booleans, texts beside numbers) return SORT_UNSORTABLE instead of -1.
 */
#define SORT_UNSORTABLE (-2)
int table_sorter_finish(struct table_sorter *s, cJSON **ret, struct error *err);

#endif
