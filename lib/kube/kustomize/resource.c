#include "data/yaml.h"
#include "data/yaml_resolve.h"
#include "kube/kustomize/internal.h"

/* Objects with kustomize's notes on them, and lists of objects without namesakes. */

/* ---- nodes --------------------------------------------------------------------------- */

const char *scalar_text(const cJSON *node)
{
	if (!node)
		return "";
	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node) ? "true" : "false";
	return node->valuestring ? node->valuestring : "";
}

bool node_is_empty(const cJSON *node)
{
	return !node || cJSON_IsNull(node) || ((cJSON_IsObject(node) || cJSON_IsArray(node)) && !node->child);
}

void node_become(cJSON *node, cJSON *value)
{
	cJSON old = *node, shell = *value;

	*node = *value;
	node->next = old.next;
	node->prev = old.prev;
	node->string = old.string;
	/* whether the name is constant goes with the name */
	node->type = (value->type & ~cJSON_StringIsConst) | (old.type & cJSON_StringIsConst);
	/* what the node was leaves in the value's shell */
	*value = (cJSON){.type = (old.type & ~cJSON_StringIsConst) | (shell.type & cJSON_StringIsConst),
			 .child = old.child,
			 .valuestring = old.valuestring,
			 .string = shell.string};
	cJSON_Delete(value);
}

/* What a plain YAML scalar with this text is. */
static cJSON *plain_scalar(const char *text)
{
	_cleanup_json_ cJSON *node = NULL;
	struct yaml_scalar s = yaml_resolve(text);

	switch (s.type) {
	case YAML_NULL:
		return json_new_null();
	case YAML_BOOL:
		if (strlen(text) >= strlen("true"))
			return json_new_bool(s.boolean);
		return json_new_string(text);
	case YAML_INT:
		return json_new_int(s.i);
	case YAML_FLOAT:
		if (!json_parse(text, strlen(text), NULL, &node, NULL))
			return TAKE_PTR(node);
		return json_new_string(text);
	default:
		return json_new_string(text);
	}
}

bool scalar_was_quoted(const cJSON *node)
{
	return cJSON_IsString(node) &&
	       (node->valueint == YAML_MARK_QUOTED || yaml_resolve(node->valuestring).type != YAML_STR);
}

void scalar_assign(cJSON *node, const char *text, bool is_text)
{
	bool quoted = scalar_was_quoted(node);

	node_become(node, is_text || quoted ? json_new_string(text) : plain_scalar(text));
	if (quoted)
		node->valueint = YAML_MARK_QUOTED;
}

/* ---- names ----------------------------------------------------------------------------- */

const char *object_name(const cJSON *object)
{
	return scalar_text(json_path(object, "metadata", "name", NULL));
}

const char *object_namespace(const cJSON *object)
{
	return scalar_text(json_path(object, "metadata", "namespace", NULL));
}

const char *object_kind(const cJSON *object)
{
	return scalar_text(json_get(object, "kind"));
}

/* ---- notes ------------------------------------------------------------------------------- */

const char *note_get(const cJSON *object, const char *key)
{
	const cJSON *note = json_get(json_path(object, "metadata", "annotations", NULL), key);

	return note ? scalar_text(note) : NULL;
}

bool note_enabled(const cJSON *object, const char *key)
{
	return str_equal(note_get(object, key), NOTE_ENABLED);
}

/* All scalars of a map of texts become texts, in order; an empty map goes. */
static void map_normalize(cJSON *object, const char *field)
{
	cJSON *metadata = json_get(object, "metadata"), *map = json_get(metadata, field), *value;

	if (!map)
		return;
	if (!json_is_object(map) || !map->child) {
		json_remove(metadata, field);
		return;
	}
	cJSON_ArrayForEach(value, map) {
		if (!json_is_string(value) || value->valueint == YAML_MARK_DAY)
			node_become(value, json_new_string(scalar_text(value)));
	}
	json_sort_keys(map);
}

void notes_normalize(cJSON *object)
{
	map_normalize(object, "annotations");
}

void labels_normalize(cJSON *object)
{
	map_normalize(object, "labels");
}

void note_set(cJSON *object, const char *key, const char *value)
{
	cJSON *metadata = json_ensure_object(object, "metadata"), *map;

	if (!metadata || (!value && !json_get(metadata, "annotations")))
		return;
	map = json_get(metadata, "annotations");
	if (!json_is_object(map)) {
		map = json_new_object();
		json_set(metadata, "annotations", map);
	}
	json_set_string(map, key, value);
	if (!map->child)
		json_remove(metadata, "annotations");
}

void note_append(cJSON *object, const char *key, const char *value)
{
	const char *old = note_get(object, key);
	_cleanup_free_ char *joined = NULL;

	if (!*value)
		return;
	joined = old ? xasprintf("%s,%s", old, value) : xstrdup(value);
	note_set(object, key, joined);
}

void object_store_id(cJSON *object)
{
	struct object_id id = object_id_of(object);
	struct span ns = id_namespace(&id);
	_cleanup_free_ char *name = xstrndup(id.name.s, id.name.n), *space = xstrndup(ns.s, ns.n),
			    *kind = xstrndup(id.gvk.kind.s, id.gvk.kind.n);

	note_append(object, NOTE_NAMES, name);
	note_append(object, NOTE_NAMESPACES, space);
	note_append(object, NOTE_KINDS, kind);
}

/* ---- ids ------------------------------------------------------------------------------------ */

void ids_release(struct ids *ids)
{
	free(ids->items);
	*ids = (struct ids){0};
}

/* The next word of a list with commas; false at its end. */
static bool next_word(const char **list, struct span *ret)
{
	if (!*list)
		return false;
	ret->s = *list;
	ret->n = strcspn(*list, ",");
	*list = ret->s[ret->n] ? ret->s + ret->n + 1 : NULL;
	return true;
}

static size_t count_words(const char *list)
{
	size_t n = 1;

	for (const char *p = list; *p; p++)
		n += *p == ',';
	return list ? n : 0;
}

void object_ids(const cJSON *object, bool current, struct ids *ret)
{
	const char *names = note_get(object, NOTE_NAMES), *spaces = note_get(object, NOTE_NAMESPACES),
		   *kinds = note_get(object, NOTE_KINDS);
	struct object_id id = {.gvk = gvk_of(object)};

	ret->len = 0;
	ret->items = xcalloc((names ? count_words(names) : 0) + 1, sizeof(*ret->items));
	while (names && next_word(&names, &id.name) && next_word(&spaces, &id.ns) && next_word(&kinds, &id.gvk.kind))
		ret->items[ret->len++] = id;
	if (current)
		ret->items[ret->len++] = object_id_of(object);
}

struct object_id object_original_id(const cJSON *object)
{
	_cleanup_ids_ struct ids ids;

	object_ids(object, true, &ids);
	return ids.items[0];
}

/* ---- items ----------------------------------------------------------------------------------- */

struct resource_item *item_new(cJSON *object)
{
	struct resource_item *r = NEW(struct resource_item);

	r->object = object;
	r->vars = VEC_OF_STRINGS;
	return r;
}

void item_free(struct resource_item *r)
{
	if (!r)
		return;
	cJSON_Delete(r->object);
	vec_release(&r->vars);
	free(r->fault);
	free(r);
}

bool item_is_empty(const struct resource_item *r)
{
	return node_is_empty(r->object);
}

void items_with_id(const struct vec *items, const struct object_id *id, struct vec *ret)
{
	for (size_t i = 0; i < items->len; i++) {
		struct resource_item *r = items->items[i];
		_cleanup_ids_ struct ids ids = {0};

		if (item_is_empty(r))
			continue;
		object_ids(r->object, true, &ids);
		for (size_t j = 0; j < ids.len; j++) {
			if (!id_equal(id, &ids.items[j]))
				continue;
			vec_add(ret, r);
			break;
		}
	}
}

int items_append(struct vec *items, struct resource_item *item, struct error *err)
{
	struct object_id id = object_id_of(item->object);

	for (size_t i = 0; i < items->len; i++) {
		const struct resource_item *r = items->items[i];
		_cleanup_free_ char *text = NULL;

		if (!object_has_id(r->object, &id))
			continue;
		text = id_string(&id);
		item_free(item);
		return error_set(err, ERROR_OTHER, "may not add resource with an already registered id: %s", text);
	}
	vec_add(items, item);
	return 0;
}

int items_append_all(struct vec *items, struct vec *other, struct error *err)
{
	size_t i = 0;
	int status = 0;

	for (; i < other->len && !status; i++)
		status = items_append(items, other->items[i], err);
	for (; i < other->len; i++)
		item_free(other->items[i]);
	other->len = 0;
	return status;
}

void items_drop_empty(struct vec *items)
{
	for (size_t i = items->len; i-- > 0;)
		if (item_is_empty(items->items[i]))
			vec_remove(items, i);
}

/* ---- what is generated ------------------------------------------------------------------------- */

/* The members of from that into does not have. */
static void map_inherit(cJSON *into, const cJSON *from)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, from) {
		if (!json_get(into, c->string))
			json_set(into, c->string, json_copy(c));
	}
}

static void inherit_field(cJSON *object, const cJSON *old, const char *field)
{
	const cJSON *from = json_get(old, field);
	cJSON *into = json_is_object(from) && from->child ? json_ensure_object(object, field) : NULL;

	if (into)
		map_inherit(into, from);
}

/* Notes are those of the object that was there; others are merged. */
static void inherit_notes(cJSON *metadata, const cJSON *old)
{
	cJSON *notes = json_ensure_object(metadata, "annotations"), *next;
	bool hashed = json_get(notes, NOTE_NEEDS_HASH);
	const cJSON *from = json_get(old, "annotations"), *c;

	for (cJSON *n = notes->child; n; n = next) {
		next = n->next;
		if (str_starts(n->string, NOTE) && !json_get(from, n->string))
			json_remove(notes, n->string);
	}
	cJSON_ArrayForEach(c, from) {
		if (str_starts(c->string, NOTE) || !json_get(notes, c->string))
			json_set(notes, c->string, json_copy(c));
	}
	if (!hashed)
		json_remove(notes, NOTE_NEEDS_HASH);
	if (!notes->child)
		json_remove(metadata, "annotations");
}

/* A replaced or merged object keeps the name, labels and annotations that it has. */
static void inherit_metadata(struct resource_item *item, const struct resource_item *old)
{
	cJSON *metadata = json_ensure_object(item->object, "metadata");
	const cJSON *from = json_get(old->object, "metadata");

	inherit_field(metadata, from, "labels");
	inherit_notes(metadata, from);
	json_set_string(metadata, "name", object_name(old->object));
	json_set_string(metadata, "namespace",
			*object_namespace(old->object) ? object_namespace(old->object) : NULL);
	vec_release(&item->vars);
	item->vars = VEC_OF_STRINGS;
	for (size_t i = 0; i < old->vars.len; i++)
		vec_add_string(&item->vars, vec_string(&old->vars, i));
}

/* An id in Go's syntax, as generators' errors show it. */
static void put_go_id(struct buf *out, const struct object_id *id)
{
	buf_printf(out,
		   "resid.ResId{Gvk:resid.Gvk{Group:\"%.*s\", Version:\"%.*s\", Kind:\"%.*s\", isClusterScoped:%s}, "
		   "Name:\"%.*s\", Namespace:\"%.*s\"}",
		   (int)id->gvk.group.n, id->gvk.group.s ? id->gvk.group.s : "", (int)id->gvk.version.n, id->gvk.version.s,
		   (int)id->gvk.kind.n, id->gvk.kind.s, id->cluster_scoped ? "true" : "false", (int)id->name.n, id->name.s,
		   (int)id->ns.n, id->ns.s);
}

static int absorb_failed(struct resource_item *item, const char *words, struct error *err)
{
	struct object_id id = object_id_of(item->object);
	_cleanup_buf_ struct buf text = BUF_INIT;

	put_go_id(&text, &id);
	item_free(item);
	return error_set(err, ERROR_OTHER, "id %s %s", text.data, words);
}

static int absorb_into(struct vec *items, struct resource_item *old, struct resource_item *item, struct error *err)
{
	const char *behavior = note_get(item->object, NOTE_BEHAVIOR);
	bool merges = str_equal(behavior, "merge");

	if (!merges && !str_equal(behavior, "replace")) {
		_cleanup_free_ char *words = xasprintf(
			"exists; can not use behavior: '%s', behavior must be merge or replace", behavior ? behavior : "unspecified");

		return absorb_failed(item, words, err);
	}
	inherit_metadata(item, old);
	if (merges) {
		if (note_get(old->object, NOTE_ORIGIN))
			note_set(item->object, NOTE_ORIGIN, note_get(old->object, NOTE_ORIGIN));
		inherit_field(item->object, old->object, "data");
		inherit_field(item->object, old->object, "binaryData");
	}
	for (size_t i = 0; i < items->len; i++) {
		if (items->items[i] != old)
			continue;
		items->items[i] = item;
		item_free(old);
		break;
	}
	return 0;
}

int items_absorb(struct vec *items, struct resource_item *item, struct error *err)
{
	struct object_id id = object_id_of(item->object);
	const char *behavior = note_get(item->object, NOTE_BEHAVIOR);
	_cleanup_vec_ struct vec same = VEC_INIT;

	items_with_id(items, &id, &same);
	if (same.len == 1)
		return absorb_into(items, same.items[0], item, err);
	if (same.len) {
		item_free(item);
		return error_set(err, ERROR_OTHER, "found multiple objects that could accept a merge");
	}
	if (str_equal(behavior, "merge") || str_equal(behavior, "replace"))
		return absorb_failed(item, "does not exist; cannot merge or replace", err);
	return items_append(items, item, err);
}
