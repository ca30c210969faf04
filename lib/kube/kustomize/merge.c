#include "data/strategic.h"
#include "data/yaml.h"
#include "kube/kustomize/schema.h"

/*
 * Strategic merge as kyaml does it, which is not as API servers do it: items that a patch
 * adds to a list go first, lists may have two keys, and a null that stood blank is dropped.
 */

static int walk(cJSON *dest, cJSON *patch, const struct place *at, cJSON **ret, struct error *err);

static bool is_missing(const cJSON *node)
{
	return !node || json_is_null(node);
}

/* ---- directives ------------------------------------------------------------------------------------ */

enum directive { MERGE, REPLACE, DELETE };

static int directive_parse(const char *text, enum directive *ret, struct error *err)
{
	static const char *const names[] = {[MERGE] = "merge", [REPLACE] = "replace", [DELETE] = "delete"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], text))
			continue;
		*ret = (enum directive)i;
		return 0;
	}
	return error_set(err, ERROR_OTHER, "unknown patch strategy '%s'", text);
}

/* What a map says of itself; the word is taken out. */
static int map_directive(cJSON *patch, enum directive *ret, struct error *err)
{
	const cJSON *word = json_get(patch, DIRECTIVE_PATCH);

	*ret = MERGE;
	if (!word)
		return 0;
	if (directive_parse(scalar_text(word), ret, err))
		return -1;
	json_remove(patch, DIRECTIVE_PATCH);
	return 0;
}

/* What an item that is nothing but a directive says of its list; all such items are taken out. */
static int list_directive(cJSON *patch, enum directive *ret, struct error *err)
{
	_cleanup_free_ char *word = NULL;
	cJSON *item, *next;

	*ret = MERGE;
	cJSON_ArrayForEach(item, patch) {
		if (!json_is_object(item) || !json_get(item, DIRECTIVE_PATCH))
			continue;
		if (json_size(item) == 1)
			word = xstrdup(scalar_text(json_get(item, DIRECTIVE_PATCH)));
		break;
	}
	if (!word)
		return 0;
	if (directive_parse(word, ret, err))
		return -1;
	for (item = patch->child; item; item = next) {
		next = item->next;
		if (node_is_empty(item) || !strcmp(scalar_text(json_get(item, DIRECTIVE_PATCH)), word))
			cJSON_Delete(cJSON_DetachItemViaPointer(patch, item));
	}
	return 0;
}

/* ---- maps -------------------------------------------------------------------------------------------- */

/* kyaml keeps the quotes of what was there, which makes a text of what takes its place. */
static void quote_scalar(cJSON *scalar)
{
	cJSON *text = json_new_string(scalar_text(scalar));

	text->valueint = YAML_MARK_QUOTED;
	node_become(scalar, text);
}

/* Merges one member; what comes out replaces it. */
static int walk_member(cJSON *dest, cJSON *patch, const char *key, const struct place *at, struct error *err)
{
	struct place below = place_below(at, key);
	cJSON *old = json_get(dest, key), *result;

	if (walk(old, json_get(patch, key), &below, &result, err))
		return -1;
	/* a null that was written out stays where no patch speaks of it */
	if (json_is_null(result) && (result != old || json_get(patch, key) || !*scalar_text(result))) {
		if (result != old)
			cJSON_Delete(result);
		result = NULL;
	}
	if (result != old && scalar_was_quoted(old) && (cJSON_IsNumber(result) || cJSON_IsBool(result)))
		quote_scalar(result);
	if (!result)
		json_remove(dest, key);
	else if (result != old)
		json_set(dest, key, result);
	return 0;
}

static int walk_members(cJSON *dest, cJSON *patch, const struct place *at, struct error *err)
{
	_cleanup_vec_ struct vec keys = VEC_OF_STRINGS;
	const cJSON *c;

	cJSON_ArrayForEach(c, dest) vec_add_string(&keys, c->string);
	cJSON_ArrayForEach(c, patch) {
		if (!json_get(dest, c->string))
			vec_add_string(&keys, c->string);
	}
	for (size_t i = 0; i < keys.len; i++)
		if (walk_member(dest, patch, vec_string(&keys, i), at, err))
			return -1;
	return 0;
}

/* *ret: dest, changed in place, a new tree, or NULL where nothing is left. */
static int walk_map(cJSON *dest, cJSON *patch, const struct place *at, cJSON **ret, struct error *err)
{
	enum directive directive = MERGE;
	cJSON *fresh = NULL;

	*ret = NULL;
	if (dest && !json_is_null(dest) && json_is_null(patch))
		return 0;
	if (json_is_object(patch) && map_directive(patch, &directive, err)) {
		if (!is_missing(dest))
			return -1;
		/* kyaml does not look at the directive's fault where there is nothing to merge with */
		error_release(err);
	}
	if (directive == DELETE)
		return 0;
	if (is_missing(dest) || (directive == REPLACE && dest != patch)) {
		if (!patch) {
			*ret = dest;
			return 0;
		}
		/* from here on the patch is merged with itself, which does away with its nulls and directives */
		dest = patch = fresh = json_copy(patch);
	}
	if (json_is_object(dest) && walk_members(dest, patch, at, err)) {
		cJSON_Delete(fresh);
		return -1;
	}
	*ret = dest;
	return 0;
}

/* ---- items by their keys -------------------------------------------------------------------------------- */

/* The values that tell an item apart; one or two, "" where it has none. */
struct identity {
	const char *values[2];
};

struct list {
	const struct place *at;
	const char *keys[2];
	size_t key_count;
	struct vec dest, patch; /* items, borrowed */
	struct vec result;      /* items, borrowed */
	struct vec owned;       /* every item that may be in the result */
	struct vec texts;       /* copies of values: the items that say them change */
	struct identity *identities;
	size_t count;
};

static void list_release(struct list *l)
{
	vec_release(&l->dest);
	vec_release(&l->patch);
	vec_release(&l->result);
	vec_release(&l->owned);
	vec_release(&l->texts);
	free(l->identities);
}
#define _cleanup_list_ _cleanup_(list_release)

/* What an item has at a key; "" for the item itself. NULL when it has nothing. */
static const char *item_value(const cJSON *item, const char *key)
{
	const cJSON *field = *key ? json_get(json_is_object(item) ? item : NULL, key) : item;

	return field ? scalar_text(field) : NULL;
}

static void add_identity(struct list *l, const cJSON *item)
{
	struct identity id = {{"", ""}};

	for (size_t i = 0; i < l->key_count; i++) {
		const char *value = item_value(item, l->keys[i]);
		bool null = *l->keys[i] && json_is_object(item) && json_is_null(json_get(item, l->keys[i]));

		id.values[i] = value && !null ? value : "";
	}
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->identities[i].values[0], id.values[0]) && !strcmp(l->identities[i].values[1], id.values[1]))
			return;
	for (size_t i = 0; i < 2; i++) {
		vec_add_string(&l->texts, id.values[i]);
		id.values[i] = vec_string(&l->texts, l->texts.len - 1);
	}
	l->identities[l->count++] = id;
}

/* Those of the patch come first. */
static void collect_identities(struct list *l)
{
	const struct vec *both[] = {&l->patch, &l->dest};

	l->identities = xcalloc(l->patch.len + l->dest.len + 1, sizeof(*l->identities));
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < both[i]->len; j++)
			add_identity(l, both[i]->items[j]);
}

/* Of two keys one may be left out: what agrees in the other is the same. */
static bool identities_agree(const struct identity *a, const struct identity *b, struct identity *ret)
{
	bool common = false;

	for (size_t i = 0; i < 2; i++) {
		if (!strcmp(a->values[i], b->values[i]))
			common = true;
		else if (*a->values[i] && *b->values[i])
			return false;
		ret->values[i] = *a->values[i] ? a->values[i] : b->values[i];
	}
	return common;
}

static void merge_identities(struct list *l)
{
	struct identity id;

	for (size_t i = 0; i < l->count; i++)
		for (size_t j = 0; j < l->count; j++)
			if (identities_agree(&l->identities[i], &l->identities[j], &id))
				l->identities[i] = l->identities[j] = id;
}

/* Keys and values that are in use. */
struct match {
	const char *keys[2], *values[2];
	size_t key_count, value_count;
};

/* Leaves out keys for which none of the identities has a value. */
static struct match match_of(const struct list *l, const struct identity *all, size_t count, const struct identity *id)
{
	struct match m = {0};
	bool used[2] = {false, false};

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < l->key_count; k++)
			used[k] |= *all[i].values[k] != '\0';
	for (size_t k = 0; k < l->key_count; k++) {
		bool none = !used[0] && !used[1];

		if (none || used[k])
			m.keys[m.key_count++] = l->keys[k];
		if (none || used[k] || *id->values[k])
			m.values[m.value_count++] = id->values[k];
	}
	return m;
}

/* The first item that has all values of the identity that are not empty. */
static cJSON *find_item(const struct vec *items, const struct match *of)
{
	struct identity id = {{of->value_count > 0 ? of->values[0] : "", of->value_count > 1 ? of->values[1] : ""}};
	struct list keyed = {.keys = {of->keys[0], of->keys[1]}, .key_count = of->key_count};
	struct match m = match_of(&keyed, &id, 1, &id);

	for (size_t i = 0; i < items->len; i++) {
		bool matches = true;

		for (size_t k = 0; k < m.key_count && matches; k++) {
			const char *value = item_value(items->items[i], m.keys[k]);

			matches = value && !strcmp(value, m.values[k]);
		}
		if (matches)
			return items->items[i];
	}
	return NULL;
}

static bool setter_matches(const cJSON *item, const struct match *m, struct error *err, bool *ret_failed)
{
	bool have = false;

	for (size_t k = 0; k < m->key_count; k++) {
		if (k < m->value_count) {
			const char *value = item_value(item, m->keys[k]);

			if (!*m->keys[k] && (json_is_object(item) || json_is_array(item))) {
				*ret_failed = true;
				error_node_kind(err, "ScalarNode", item);
				return false;
			}
			have = value && (!*m->values[k] || !strcmp(value, m->values[k]));
			if (!*m->keys[k])
				have = value && !strcmp(value, m->values[k]);
		}
		if (!have)
			return false;
	}
	return true;
}

/* Puts element where items match, or at the end; NULL takes them out. Empty items go. */
static int set_element(struct vec *items, const struct match *m, cJSON *element, struct error *err)
{
	bool mapping = m->key_count && *m->keys[0] && m->value_count && *m->values[0], found = false, failed = false;
	size_t n = 0;

	for (size_t i = 0; i < items->len; i++) {
		cJSON *item = items->items[i];
		bool matches;

		if (is_missing(item) || (json_is_object(item) && !item->child))
			continue;
		if (!json_is_object(item) && mapping) {
			items->items[n++] = item;
			continue;
		}
		matches = setter_matches(item, m, err, &failed);
		if (failed)
			return -1;
		found |= matches;
		if (matches && element)
			items->items[n++] = element;
		else if (!matches && m->value_count)
			items->items[n++] = item;
	}
	items->len = n;
	if (!is_missing(element) && !found)
		vec_add(items, element);
	return 0;
}

/* ---- merging lists ------------------------------------------------------------------------------------------ */

/* An item of the result says by which values it was found. */
static void complete_item(cJSON *item, const struct match *m)
{
	for (size_t k = 0; k < m->key_count && json_is_object(item); k++)
		if (k < m->value_count && *m->values[k] && !json_get(item, m->keys[k])) {
			cJSON *value = json_new_null();

			scalar_assign(value, m->values[k], false);
			json_set(item, m->keys[k], value);
		}
}

static int merge_items(struct list *l, const struct match *m, struct error *err)
{
	struct place below = place_item(l->at);
	cJSON *dest = find_item(&l->dest, m), *patch = find_item(&l->patch, m), *item;

	if (walk(dest, patch, &below, &item, err))
		return -1;
	if (item && item != dest)
		vec_add(&l->owned, item);
	if (is_missing(item) || (json_is_object(item) && !item->child))
		return set_element(&l->dest, m, NULL, err);
	complete_item(item, m);
	return set_element(&l->result, m, item, err);
}

/* Where an item lacks a key kyaml adds it once for each key. */
static int append_item(struct list *l, const struct match *last, cJSON *item, struct error *err)
{
	struct match m = {.keys = {last->keys[0], last->keys[1]}, .key_count = last->key_count};

	for (size_t k = 0; k < m.key_count; k++) {
		const char *value;

		if (*m.keys[k] && !json_is_object(item))
			return error_node_kind(err, "MappingNode", item);
		value = item_value(item, m.keys[k]);
		if (value)
			m.values[m.value_count++] = value;
		else
			vec_add(&l->result, item);
	}
	if (m.key_count > 1 && set_element(&l->result, &m, NULL, err))
		return -1;
	return set_element(&l->result, &m, item, err);
}

/* Makes the list of what the result holds; an item that is in it twice is copied. */
static void rebuild_list(struct list *l, cJSON *array)
{
	_cleanup_vec_ struct vec placed = VEC_INIT;

	for (size_t i = 0; i < l->result.len; i++) {
		cJSON *item = l->result.items[i];
		bool again = false;

		for (size_t j = 0; j < placed.len; j++)
			again |= placed.items[j] == item;
		json_append(array, again ? json_copy(item) : item);
		vec_add(&placed, item);
	}
	for (size_t i = 0; i < l->owned.len; i++) {
		bool kept = false;

		for (size_t j = 0; j < placed.len; j++)
			kept |= placed.items[j] == l->owned.items[i];
		if (!kept)
			cJSON_Delete(l->owned.items[i]);
	}
}

static int merge_list(struct list *l, struct error *err)
{
	struct match last = {0};

	collect_identities(l);
	if (l->key_count > 1)
		merge_identities(l);
	for (size_t i = 0; i < l->count; i++) {
		last = match_of(l, l->identities, l->count, &l->identities[i]);
		if (merge_items(l, &last, err))
			return -1;
	}
	for (size_t i = 0; l->count && i < l->dest.len; i++)
		if (append_item(l, &last, l->dest.items[i], err))
			return -1;
	return 0;
}

static void take_items(cJSON *array, struct vec *items, struct vec *owned)
{
	cJSON *item;

	while ((item = array->child)) {
		cJSON_DetachItemViaPointer(array, item);
		vec_add(items, item);
		vec_add(owned, item);
	}
}

/* *ret as in walk_map. */
static int walk_list(cJSON *dest, cJSON *patch, const struct place *at, cJSON **ret, struct error *err)
{
	_cleanup_list_ struct list l = {.at = at, .keys = {at->keys[0], at->keys[1]}, .key_count = 1, .texts = VEC_OF_STRINGS};
	enum directive directive = MERGE;
	cJSON *fresh = NULL, *item;
	int status;

	*ret = NULL;
	if (!is_missing(dest) && json_is_null(patch))
		return 0;
	if (!is_missing(dest) && patch && list_directive(patch, &directive, err))
		return -1;
	if (directive == DELETE)
		return 0;
	if (is_missing(dest) || (directive == REPLACE && dest != patch))
		dest = patch = fresh = json_copy(patch);
	l.key_count += *l.keys[1] != '\0';
	cJSON_ArrayForEach(item, patch) vec_add(&l.patch, item);
	take_items(dest, &l.dest, &l.owned);
	status = merge_list(&l, err);
	if (status) {
		/* nothing of a failed merge is shown: what is left only has to be released */
		l.result.len = 0;
		rebuild_list(&l, dest);
		cJSON_Delete(fresh);
		return -1;
	}
	rebuild_list(&l, dest);
	*ret = dest;
	return 0;
}

/* ---- any node --------------------------------------------------------------------------------------------------- */

static int check_kinds(const cJSON *a, const cJSON *b, const char *expected, bool (*fits)(const cJSON *n), struct error *err)
{
	if (!is_missing(a) && !fits(a))
		return error_node_kind(err, expected, a);
	return is_missing(b) || fits(b) ? 0 : error_node_kind(err, expected, b);
}

static bool is_scalar(const cJSON *n)
{
	return !json_is_object(n) && !json_is_array(n);
}

static int walk(cJSON *dest, cJSON *patch, const struct place *at, cJSON **ret, struct error *err)
{
	const cJSON *first = is_missing(dest) ? patch : dest;
	struct place here = *at;

	if (json_is_object(first))
		place_enter(&here, first);
	if (is_missing(first) || json_is_object(first)) {
		if (check_kinds(dest, patch, "MappingNode", json_is_object, err))
			return -1;
		return walk_map(dest, patch, &here, ret, err);
	}
	if (json_is_array(first)) {
		if (check_kinds(dest, patch, "SequenceNode", json_is_array, err))
			return -1;
		if (here.merges)
			return walk_list(dest, patch, &here, ret, err);
	} else if (check_kinds(dest, patch, "ScalarNode", is_scalar, err)) {
		return -1;
	}
	*ret = patch && patch != dest ? json_copy(patch) : dest;
	return 0;
}

int merge_apply(cJSON **object, const cJSON *patch, const cJSON *definitions, struct error *err)
{
	_cleanup_json_ cJSON *own = json_copy(patch);
	const struct place top = {.definitions = definitions, .keys = {"", ""}};
	cJSON *result;

	if (walk(*object, own, &top, &result, err))
		return -1;
	if (result != *object) {
		cJSON_Delete(*object);
		*object = result;
	}
	return 0;
}
