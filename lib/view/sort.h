#ifndef KUBEC_VIEW_SORT_H
#define KUBEC_VIEW_SORT_H

#include "data/json.h"

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

#endif
