#include "kube/kustomize/internal.h"
#include "net/digest.h"

/* The suffixes of generated names: a hash of what the objects hold. */

/* Puts a map of the object; "" where the object must have one and does not. */
static void put_map(cJSON *identity, const cJSON *object, const char *key, bool always)
{
	const cJSON *map = json_get(object, key);

	if (json_is_object(map))
		json_set(identity, key, json_copy(map));
	else if (always)
		json_set_string(identity, key, scalar_text(map));
}

static cJSON *identity_of(const cJSON *object)
{
	bool secret = !strcmp(object_kind(object), "Secret");
	cJSON *identity = json_parse_literal("{\"kind\":\"%s\",\"name\":\"\"}", secret ? "Secret" : "ConfigMap");

	put_map(identity, object, "data", true);
	put_map(identity, object, secret ? "stringData" : "binaryData", false);
	if (secret)
		json_set_string(identity, "type", scalar_text(json_get(object, "type")));
	return identity;
}

static int add_hash(cJSON *object, struct error *err)
{
	_cleanup_json_ cJSON *identity = identity_of(object);
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_free_ char *name = NULL;
	char hash[NAME_HASH_SIZE];

	json_print(&text, identity, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML | JSON_GO_NUMBERS);
	if (name_hash(text.data, text.len, hash, err))
		return -1;
	object_store_id(object);
	name = xasprintf("%s-%s", object_name(object), hash);
	json_set_string(json_get(object, "metadata"), "name", name);
	return 0;
}

int add_hashes(struct vec *items, struct error *err)
{
	for (size_t i = 0; i < items->len; i++) {
		cJSON *object = ((struct resource_item *)items->items[i])->object;

		if (note_enabled(object, NOTE_NEEDS_HASH) && add_hash(object, err))
			return -1;
	}
	return 0;
}
