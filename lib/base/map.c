#include "base/base.h"

/* FNV-1a, 64 bits */
static size_t hash_text(const char *s)
{
	uint64_t h = 14695981039346656037ULL;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211ULL;
	return (size_t)h;
}

/* The slot that holds key, or the free slot where it would go. */
static size_t map_slot(const struct map *m, const char *key)
{
	size_t i = hash_text(key) & (m->slot_count - 1);

	while (m->slots[i] && strcmp(m->entries[m->slots[i] - 1].key, key))
		i = (i + 1) & (m->slot_count - 1);
	return i;
}

static void map_rehash(struct map *m, size_t slot_count)
{
	free(m->slots);
	m->slot_count = slot_count;
	m->slots = xcalloc(slot_count, sizeof(*m->slots));
	for (size_t i = 0; i < m->len; i++)
		m->slots[map_slot(m, m->entries[i].key)] = i + 1;
}

static struct map_entry *map_find(const struct map *m, const char *key)
{
	size_t slot;

	if (!m->slot_count)
		return NULL;
	slot = m->slots[map_slot(m, key)];
	return slot ? &m->entries[slot - 1] : NULL;
}

void map_set(struct map *m, const char *key, void *value)
{
	struct map_entry *e = map_find(m, key);

	if (e) {
		if (m->free_value && e->value != value)
			m->free_value(e->value);
		e->value = value;
		return;
	}
	if (m->len == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 8;
		m->entries = xrealloc(m->entries, m->cap * sizeof(*m->entries));
	}
	if (m->slot_count < (m->len + 1) * 2)
		map_rehash(m, m->slot_count ? m->slot_count * 2 : 16);
	m->entries[m->len] = (struct map_entry){xstrdup(key), value};
	m->len++;
	m->slots[map_slot(m, key)] = m->len;
}

void *map_get(const struct map *m, const char *key)
{
	const struct map_entry *e = map_find(m, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *m, const char *key)
{
	return map_find(m, key) != NULL;
}

void map_remove(struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key);
	size_t at;

	if (!e)
		return;
	at = (size_t)(e - m->entries);
	free(e->key);
	if (m->free_value)
		m->free_value(e->value);
	m->len--;
	memmove(e, e + 1, (m->len - at) * sizeof(*e));
	map_rehash(m, m->slot_count);
}

void map_release(struct map *m)
{
	for (size_t i = 0; i < m->len; i++) {
		free(m->entries[i].key);
		if (m->free_value)
			m->free_value(m->entries[i].value);
	}
	free(m->entries);
	free(m->slots);
	*m = (struct map){.free_value = m->free_value};
}
