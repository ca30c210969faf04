#include "data/json_pack.h"

/*
 * Both caches are tables of the last comers: what falls out of one is stored again when it
 * comes again. Texts and lists that were found there are the same pointer, so that two lists are
 * compared by the pointers of their items.
 */
#define SLOTS 8192     /* of each cache, a power of two */
#define LONG_TEXT 256  /* longer ones are not looked for */

struct siblings {
	cJSON *first;
	size_t count;
};

struct json_pack {
	struct arena arena;
	const char *texts[SLOTS];
	struct siblings lists[SLOTS];
	cJSON *open; /* items of the lists that are being copied, the innermost last */
	size_t open_count, open_cap;
};

struct json_pack *json_pack_new(void)
{
	return NEW(struct json_pack);
}

void json_pack_free(struct json_pack *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p->open);
	free(p);
}

/* FNV-1a over the bytes of a value, going on from hash. */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ bytes[i]) * 1099511628211ULL;
	return hash;
}

#define HASH_START 14695981039346656037ULL

static size_t slot_of(uint64_t hash)
{
	return (hash ^ hash >> 29) & (SLOTS - 1);
}

static char *pack_text(struct json_pack *p, const char *text)
{
	const char **slot;
	size_t n;

	if (!text)
		return NULL;
	n = strlen(text);
	if (n > LONG_TEXT)
		return arena_strndup(&p->arena, text, n);
	slot = &p->texts[slot_of(hash_bytes(HASH_START, text, n))];
	if (!*slot || strcmp(*slot, text))
		*slot = arena_strndup(&p->arena, text, n);
	return (char *)(uintptr_t)*slot;
}

static cJSON *pack_children(struct json_pack *p, const cJSON *first);

static cJSON packed(struct json_pack *p, const cJSON *node)
{
	return (cJSON){
		.type = node->type & 0xff,
		.string = pack_text(p, node->string),
		.valuestring = pack_text(p, node->valuestring),
		.valueint = node->valueint,
		.valuedouble = node->valuedouble,
		.child = pack_children(p, node->child),
	};
}

static void open_push(struct json_pack *p, cJSON node)
{
	if (p->open_count == p->open_cap) {
		p->open_cap = p->open_cap ? 2 * p->open_cap : 256;
		p->open = xrealloc(p->open, p->open_cap * sizeof(*p->open));
	}
	p->open[p->open_count++] = node;
}

static uint64_t hash_items(const cJSON *items, size_t n)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < n; i++) {
		const void *parts[] = {items[i].string, items[i].valuestring, items[i].child};

		/* what bytes of an address say is spread by two multiplications */
		for (size_t k = 0; k < ARRAY_SIZE(parts); k++)
			hash = (hash ^ (uintptr_t)parts[k] >> 4) * 0x9e3779b97f4a7c15ULL;
		hash = (hash ^ (uint64_t)items[i].type ^ hash >> 32) * 0x9e3779b97f4a7c15ULL;
	}
	return hash;
}

static bool same_items(const cJSON *stored, const cJSON *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (stored[i].type != items[i].type || stored[i].string != items[i].string ||
		    stored[i].valuestring != items[i].valuestring || stored[i].child != items[i].child)
			return false;
	}
	return true;
}

/* Stores items one after the other, linked. */
static cJSON *store_items(struct json_pack *p, const cJSON *items, size_t n)
{
	cJSON *stored = arena_alloc(&p->arena, n * sizeof(*stored));

	memcpy(stored, items, n * sizeof(*stored));
	for (size_t i = 0; i < n; i++) {
		stored[i].prev = i ? &stored[i - 1] : &stored[n - 1];
		stored[i].next = i + 1 < n ? &stored[i + 1] : NULL;
	}
	return stored;
}

static cJSON *pack_children(struct json_pack *p, const cJSON *first)
{
	size_t start = p->open_count, n;
	struct siblings *slot;

	if (!first)
		return NULL;
	for (const cJSON *c = first; c; c = c->next) {
		cJSON copy = packed(p, c);

		open_push(p, copy);
	}
	n = p->open_count - start;
	slot = &p->lists[slot_of(hash_items(p->open + start, n))];
	if (slot->count != n || !same_items(slot->first, p->open + start, n))
		*slot = (struct siblings){store_items(p, p->open + start, n), n};
	p->open_count = start;
	return slot->first;
}

cJSON *json_pack_add(struct json_pack *p, const cJSON *node)
{
	cJSON *copy = arena_alloc(&p->arena, sizeof(*copy));

	*copy = packed(p, node);
	copy->string = NULL;
	return copy;
}
