#ifndef KUBEC_BASE_VEC_H
#define KUBEC_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A growing list of pointers. With free_item set the vector owns its items.
 * A list of strings is a vec with VEC_OF_STRINGS: vec_add_string() copies.
 */
struct vec {
	void **items;
	size_t len;
	size_t cap;
	void (*free_item)(void *item); /* NULL: items belong to someone else */
};

#define VEC_INIT ((struct vec){0})
#define VEC_OF_STRINGS ((struct vec){.free_item = free})
#define VEC_OWNING(function) ((struct vec){.free_item = (void (*)(void *))(function)})

void vec_add(struct vec *v, void *item); /* takes item when the vec owns */
void vec_add_string(struct vec *v, const char *s);
void vec_insert(struct vec *v, size_t at, void *item);
void vec_remove(struct vec *v, size_t at); /* releases the item */

/* Splits s at every separator and adds copies of the parts ("" gives none). */
void vec_add_split(struct vec *v, const char *s, char separator);

/* True when a list of strings holds s. */
bool vec_has_string(const struct vec *v, const char *s);

/* Sorts; compare gets pointers to items, as qsort() gives them. */
void vec_sort(struct vec *v, int (*compare)(const void *, const void *));
int vec_compare_strings(const void *a, const void *b); /* bytewise, for vec_sort */

static inline const char *vec_string(const struct vec *v, size_t i)
{
	return v->items[i];
}

void vec_release(struct vec *v); /* leaves it empty and usable */
#define _cleanup_vec_ _cleanup_(vec_release)

#endif
