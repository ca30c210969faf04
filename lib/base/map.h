#ifndef KUBEC_BASE_MAP_H
#define KUBEC_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A hash map from text to pointers that remembers the order of insertion.
 * Keys are copied; values belong to the map when free_value is set. To walk
 * it: for (size_t i = 0; i < m.len; i++) use m.entries[i].key and .value.
 */
struct map_entry {
	char *key;
	void *value;
};

struct map {
	struct map_entry *entries; /* in the order of insertion */
	size_t len;
	size_t cap;
	size_t *slots; /* open addressing; index into entries plus one */
	size_t slot_count;
	void (*free_value)(void *value);
};

#define MAP_INIT ((struct map){0})
#define MAP_OWNING(function) ((struct map){.free_value = (void (*)(void *))(function)})

void map_set(struct map *m, const char *key, void *value); /* replaces */
void *map_get(const struct map *m, const char *key);       /* NULL: not there */
bool map_has(const struct map *m, const char *key);
void map_remove(struct map *m, const char *key);

void map_release(struct map *m); /* leaves it empty and usable */
#define _cleanup_map_ _cleanup_(map_release)

#endif
