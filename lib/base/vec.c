#include "base/base.h"

void vec_insert(struct vec *v, size_t at, void *item)
{
	if (v->len == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 8;
		v->items = xrealloc(v->items, v->cap * sizeof(*v->items));
	}
	memmove(v->items + at + 1, v->items + at, (v->len - at) * sizeof(*v->items));
	v->items[at] = item;
	v->len++;
}

void vec_add(struct vec *v, void *item)
{
	vec_insert(v, v->len, item);
}

void vec_add_string(struct vec *v, const char *s)
{
	vec_add(v, xstrdup(s));
}

void vec_remove(struct vec *v, size_t at)
{
	if (v->free_item)
		v->free_item(v->items[at]);
	v->len--;
	memmove(v->items + at, v->items + at + 1, (v->len - at) * sizeof(*v->items));
}

void vec_add_split(struct vec *v, const char *s, char separator)
{
	const char *end;

	if (!*s)
		return;
	while ((end = strchr(s, separator))) {
		vec_add(v, xstrndup(s, (size_t)(end - s)));
		s = end + 1;
	}
	vec_add_string(v, s);
}

bool vec_has_string(const struct vec *v, const char *s)
{
	for (size_t i = 0; i < v->len; i++) {
		if (!strcmp(vec_string(v, i), s))
			return true;
	}
	return false;
}

void vec_sort(struct vec *v, int (*compare)(const void *, const void *))
{
	if (v->len > 1)
		qsort(v->items, v->len, sizeof(*v->items), compare);
}

int vec_compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void vec_release(struct vec *v)
{
	for (size_t i = 0; v->free_item && i < v->len; i++)
		v->free_item(v->items[i]);
	free(v->items);
	*v = (struct vec){.free_item = v->free_item};
}
