/* Strategic merge: a patch into an object, or into another patch. */
#include "data/strategic.h"

#include "data/patch_words.h"

static int merge_objects(cJSON *target, cJSON *patch, const struct strategic_schema *schema, enum merge_mode mode,
			 struct error *err);

/* ---- directives ---------------------------------------------------------------------- */

static void empty_node(cJSON *node)
{
	cJSON_Delete(node->child);
	node->child = NULL;
}

/* "$patch: replace" gives the patch itself, "$patch: delete" an empty object. */
static int apply_directive(cJSON *target, cJSON *patch, const cJSON *directive, struct error *err)
{
	bool replace = json_is_string(directive) && str_equal(directive->valuestring, "replace");
	bool delete = json_is_string(directive) && str_equal(directive->valuestring, "delete");

	if (!replace && !delete)
		return error_bad_directive(err, directive, patch);
	empty_node(target);
	if (replace) {
		json_remove(patch, DIRECTIVE_PATCH);
		target->child = TAKE_PTR(patch->child);
	}
	return 0;
}

/* Drops what holds a "$patch"; false when that is the node itself. */
static bool strip_directives(cJSON *node)
{
	cJSON *next;

	if (json_get(node, DIRECTIVE_PATCH))
		return false;
	for (cJSON *c = node->child; c; c = next) {
		next = c->next;
		if (!strip_directives(c))
			cJSON_Delete(cJSON_DetachItemViaPointer(node, c));
	}
	return true;
}

/* "PREFIX/NAME" without the prefix; NULL when it is not of that form. */
static const char *name_after(const char *key, const char *prefix)
{
	size_t n = strlen(prefix);

	return str_starts(key, prefix) && key[n] == '/' ? key + n + 1 : NULL;
}

static bool list_has_string(const cJSON *list, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if (json_is_string(item) && str_equal(item->valuestring, text))
			return true;
	}
	return false;
}

/* Every member that the patch sets must be among the retained ones. */
static int check_retained(const cJSON *patch, const cJSON *keys, struct error *err)
{
	const cJSON *member;
	bool valid = json_is_array(keys);

	cJSON_ArrayForEach(member, patch) {
		if (cJSON_IsNull(member) || str_starts(member->string, DIRECTIVE_DELETE_FROM) ||
		    str_starts(member->string, DIRECTIVE_ORDER))
			continue;
		valid = valid && list_has_string(keys, member->string);
	}
	if (!valid)
		return error_set(err, ERROR_PARSE, "invalid patch format of retainKeys");
	return 0;
}

/* Two patches must agree on what they retain. */
static int combine_retain_keys(cJSON *target, cJSON *keys, struct error *err)
{
	const cJSON *other = json_get(target, DIRECTIVE_RETAIN_KEYS);
	_cleanup_free_ char *a = NULL, *b = NULL;

	if (!other) {
		json_set(target, DIRECTIVE_RETAIN_KEYS, json_copy(keys));
		return 0;
	}
	if (json_equal(other, keys))
		return 0;
	a = patch_words_text(other);
	b = patch_words_text(keys);
	return error_set(err, ERROR_PARSE,
			 "%s and %s are not deep equal: this may happen when calculating the 3-way diff patch", a, b);
}

static int apply_retain_keys(cJSON *target, cJSON *patch, enum merge_mode mode, struct error *err)
{
	_cleanup_json_ cJSON *keys = json_get(patch, DIRECTIVE_RETAIN_KEYS);
	cJSON *next;

	if (!keys)
		return 0;
	cJSON_DetachItemViaPointer(patch, keys);
	if (mode == MERGE_COMBINE)
		return combine_retain_keys(target, keys, err);
	if (check_retained(patch, keys, err))
		return -1;
	for (cJSON *c = target->child; c; c = next) {
		next = c->next;
		if (!list_has_string(keys, c->string))
			cJSON_Delete(cJSON_DetachItemViaPointer(target, c));
	}
	return 0;
}

/* ---- lists ----------------------------------------------------------------------------- */

/*
 * A list while it is merged. pool owns every node that took part; those that
 * end up in the result are linked into it, the others are released.
 */
struct merging {
	struct vec pool;
	struct vec items; /* the list as it becomes */
	struct vec patch; /* the items of the patch that are no directives */
	struct list_identity by;
	/*
	 * Go's view of the old list while its memory is written over: deletions
	 * shift it and additions fill the room they left. Items are
	 * placed by this view when the patch brings an order, so it is kept alike.
	 */
	struct vec view;
	size_t view_used;
};

static void merging_release(struct merging *m)
{
	for (size_t i = 0; i < m->pool.len; i++) {
		cJSON *node = list_at(&m->pool, i);

		/* a node that is linked anywhere has a prev */
		if (!node->prev)
			cJSON_Delete(node);
	}
	vec_release(&m->pool);
	vec_release(&m->items);
	vec_release(&m->patch);
	vec_release(&m->view);
}
#define _cleanup_merging_ _cleanup_(merging_release)

/* Takes the items out of a list into the pool and into items. */
static void take_items(cJSON *list, struct vec *items, struct vec *pool)
{
	cJSON *next;

	for (cJSON *c = list ? list->child : NULL; c; c = next) {
		next = c->next;
		c->next = c->prev = NULL;
		vec_add(items, c);
		vec_add(pool, c);
	}
	if (list)
		list->child = NULL;
}

static void view_delete(struct merging *m, size_t at)
{
	if (m->view_used > at + 1)
		memmove(m->view.items + at, m->view.items + at + 1, (m->view_used - at - 1) * sizeof(*m->view.items));
	m->view_used--;
}

static void view_append(struct merging *m, void *item)
{
	if (m->view_used < m->view.len)
		m->view.items[m->view_used] = item;
	m->view_used++;
}

static int delete_items(struct merging *m, const cJSON *directive, struct error *err)
{
	const cJSON *key = json_get(directive, m->by.key);
	ptrdiff_t at;

	if (!key)
		return error_no_merge_key(err, directive, m->by.key);
	while ((at = list_find(&m->items, key, &m->by)) >= 0) {
		vec_remove(&m->items, (size_t)at);
		view_delete(m, (size_t)at);
	}
	return 0;
}

/* Does the items of a patch that hold a "$patch" and leaves the others in m->patch. */
static int apply_item_directives(struct merging *m, const struct vec *patch, struct error *err)
{
	bool replace = false;

	for (size_t i = 0; i < patch->len; i++) {
		cJSON *item = list_at(patch, i);
		const cJSON *directive = json_get(item, DIRECTIVE_PATCH);
		const char *word = json_string(item, DIRECTIVE_PATCH);

		if (!directive)
			vec_add(&m->patch, item);
		else if (str_equal(word, "delete")) {
			if (delete_items(m, item, err))
				return -1;
		} else if (str_equal(word, "replace"))
			replace = true;
		else if (str_equal(word, "merge"))
			return error_set(err, ERROR_PARSE, "merging lists cannot yet be specified in the patch");
		else
			return error_bad_directive(err, directive, item);
	}
	if (replace) {
		m->items.len = 0;
		for (size_t i = 0; i < m->patch.len; i++)
			vec_add(&m->items, m->patch.items[i]);
		m->patch.len = 0;
	}
	return 0;
}

/* Merges each item of the patch into the one with its key, or adds it. */
static int merge_items(struct merging *m, const struct strategic_schema *schema, enum merge_mode mode,
		       struct error *err)
{
	for (size_t i = 0; i < m->patch.len; i++) {
		cJSON *item = list_at(&m->patch, i);
		const cJSON *key = json_get(item, m->by.key);
		_cleanup_json_ cJSON *copy = NULL;
		ptrdiff_t at;

		if (!key)
			return error_no_merge_key(err, item, m->by.key);
		at = list_find(&m->items, key, &m->by);
		if (at < 0) {
			vec_add(&m->items, item);
			view_append(m, item);
			continue;
		}
		/* the item is still needed for its key */
		copy = json_copy(item);
		if (merge_objects(list_at(&m->items, (size_t)at), copy, schema, mode, err))
			return -1;
	}
	return 0;
}

/* before gets the items of the server that are left when the patch's deletions are done. */
static int merge_object_items(struct merging *m, const struct vec *patch, const struct strategic_rule *rule,
			      enum merge_mode mode, struct vec *before, struct error *err)
{
	if (!*rule->merge_key)
		return error_set(err, ERROR_PARSE, "cannot merge lists without merge key for struct");
	if (apply_item_directives(m, patch, err))
		return -1;
	for (size_t i = 0; i < m->items.len; i++)
		vec_add(before, m->items.items[i]);
	if (merge_items(m, rule->schema, mode, err))
		return -1;
	return list_check_keys(&m->items, rule->merge_key, err);
}

static int merge_scalar_items(struct merging *m, const struct vec *patch, const struct strategic_rule *rule,
			      struct vec *before, struct error *err)
{
	for (size_t i = 0; i < m->items.len; i++)
		vec_add(before, m->items.items[i]);
	for (size_t i = 0; i < patch->len; i++) {
		vec_add(&m->patch, patch->items[i]);
		vec_add(&m->items, patch->items[i]);
	}
	list_unique(&m->items);
	if (*rule->merge_key)
		return error_bad_type(err, GO_MAP, list_at(&m->items, 0));
	return 0;
}

/* Fills a list that was emptied. */
static void put_items(cJSON *list, const struct vec *items)
{
	for (size_t i = 0; i < items->len; i++)
		json_append(list, list_at(items, i));
}

/* Keeps the scalars of a list that are not named. */
static void delete_scalars(struct merging *m, const struct vec *named)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->items.len; i++) {
		if (list_find(named, list_at(&m->items, i), &m->by) < 0)
			m->items.items[kept++] = m->items.items[i];
	}
	m->items.len = kept;
}

/*
 * Merges two lists that are told to merge; both are emptied into m, and
 * m->items is the result in its order.
 */
static int merge_into(struct merging *m, cJSON *target, cJSON *patch, const struct strategic_rule *rule,
		      bool deletes, enum merge_mode mode, struct error *err)
{
	_cleanup_vec_ struct vec items = VEC_INIT, server = VEC_INIT, wanted = VEC_INIT, before = VEC_INIT;
	int type, rc;

	if (!target->child && !patch->child)
		return 0;
	if (list_type(target, patch, &type, err))
		return -1;
	m->by = (struct list_identity){.objects = type == cJSON_Object, .key = rule->merge_key};
	take_items(target, &m->items, &m->pool);
	take_items(patch, &items, &m->pool);
	for (size_t i = 0; i < m->items.len; i++)
		vec_add(&m->view, m->items.items[i]);
	m->view_used = m->view.len;
	if (deletes && mode == MERGE_APPLY && !m->by.objects) {
		delete_scalars(m, &items);
		return 0;
	}
	rc = m->by.objects ? merge_object_items(m, &items, rule, mode, &before, err)
			   : merge_scalar_items(m, &items, rule, &before, err);
	if (rc)
		return -1;
	list_identities(&before, &m->by, &server);
	list_identities(&m->patch, &m->by, &wanted);
	list_arrange(&m->items, &wanted, &server, &m->by);
	return 0;
}

static int merge_lists(cJSON *target, cJSON *patch, const struct strategic_rule *rule, bool deletes,
		       enum merge_mode mode, struct error *err)
{
	_cleanup_merging_ struct merging m = {0};

	if (merge_into(&m, target, patch, rule, deletes, mode, err))
		return -1;
	put_items(target, &m.items);
	return 0;
}

/* ---- lists that come with their order ------------------------------------------------------ */

static int error_order(struct error *err, const cJSON *list, const cJSON *order)
{
	_cleanup_free_ char *a = patch_words_text(list);
	_cleanup_free_ char *b = patch_words_text(order);

	return error_set(err, ERROR_PARSE,
			 "The order in patch list:\n%s\n doesn't match " DIRECTIVE_ORDER " list:\n%s\n", a, b);
}

/* The items of a patch, deletions aside, must be among the ordered ones and in that order. */
static int check_order(const cJSON *list, const cJSON *order, const struct list_identity *by, struct error *err)
{
	_cleanup_vec_ struct vec ordered = VEC_INIT;
	const cJSON *item;
	size_t at = 0;

	if (json_size(list) == 0 || json_size(order) == 0)
		return 0;
	list_items(order, &ordered);
	cJSON_ArrayForEach(item, list) {
		if (by->objects && !json_is_object(item))
			return error_bad_type(err, GO_MAP, item);
		if (by->objects && str_equal(json_string(item, DIRECTIVE_PATCH), "delete"))
			continue;
		if (at < ordered.len && json_get(item, DIRECTIVE_PATCH))
			continue;
		for (;; at++) {
			if (at == ordered.len)
				return error_order(err, list, order);
			if (by->objects && !json_is_object(list_at(&ordered, at)))
				return error_bad_type(err, GO_MAP, list_at(&ordered, at));
			if (by->objects && !json_get(item, by->key))
				return error_no_merge_key(err, item, by->key);
			if (by->objects && !json_get(list_at(&ordered, at), by->key))
				return error_no_merge_key(err, list_at(&ordered, at), by->key);
			if (value_same(list_identity(item, by), list_identity(list_at(&ordered, at), by)))
				break;
		}
		at++;
	}
	return 0;
}

/* The items that both lists give, before they are brought into order; both may be NULL. */
static int gather(struct merging *m, cJSON *target, cJSON *patch, const struct strategic_rule *rule,
		  enum merge_mode mode, struct error *err)
{
	if (target && patch && rule->strategy & STRATEGIC_MERGE)
		return merge_into(m, target, patch, rule, false, mode, err);
	if (patch) {
		if (!target)
			strip_directives(patch);
		take_items(target, &m->view, &m->pool);
		take_items(patch, &m->items, &m->pool);
		return 0;
	}
	take_items(target, &m->items, &m->pool);
	for (size_t i = 0; i < m->items.len; i++)
		vec_add(&m->view, m->items.items[i]);
	return 0;
}

/* Merges a list of a patch into that of the target and sorts the result by order. */
static int merge_ordered(cJSON *target, const char *name, cJSON *list, const cJSON *order,
			 const struct strategic_rule *rule, enum merge_mode mode, struct error *err)
{
	const struct list_identity by = {.objects = *rule->merge_key != '\0', .key = rule->merge_key};
	_cleanup_merging_ struct merging m = {0};
	_cleanup_vec_ struct vec ordered = VEC_INIT, wanted = VEC_INIT, server = VEC_INIT;
	cJSON *old = json_get(target, name);
	int type;

	if (old && !json_is_array(old))
		return error_bad_type(err, GO_LIST, old);
	if (list && !json_is_array(list))
		return error_bad_type(err, GO_LIST, list);
	if (check_order(list, order, &by, err))
		return -1;
	if (!old && !list)
		return 0;
	if (list_type(old, list, &type, err) || gather(&m, old, list, rule, mode, err))
		return -1;
	list_items(order, &ordered);
	if (by.objects && (list_check_keys(&m.items, by.key, err) || list_check_keys(&ordered, by.key, err)))
		return -1;
	list_identities(&ordered, &by, &wanted);
	list_identities(&m.view, &by, &server);
	list_arrange(&m.items, &wanted, &server, &by);
	if (!old) {
		old = json_new_array();
		json_set(target, name, old);
	}
	put_items(old, &m.items);
	return 0;
}

/* Does one $setElementOrder list (taken out of the patch) with the list it belongs to. */
static int apply_order(cJSON *target, cJSON *patch, const cJSON *order, const struct strategic_schema *schema,
		       enum merge_mode mode, struct error *err)
{
	const cJSON *other = json_get(target, order->string);
	const char *name = name_after(order->string, DIRECTIVE_ORDER);
	_cleanup_json_ cJSON *list = NULL;
	struct strategic_rule rule;

	if (mode == MERGE_COMBINE && other && !json_equal(other, order))
		return error_set(err, ERROR_PARSE, "invalid patch format of setElementOrder list");
	if (mode == MERGE_COMBINE && !other)
		json_set(target, order->string, json_copy(order));
	if (!json_is_array(order))
		return error_bad_type(err, GO_LIST, order);
	if (!name)
		return error_set(err, ERROR_PARSE, "invalid patch format of setElementOrder list");
	rule = strategic_rule_find(schema, name);
	list = json_get(patch, name);
	if (list)
		cJSON_DetachItemViaPointer(patch, list);
	return merge_ordered(target, name, list, order, &rule, mode, err);
}

static int apply_orders(cJSON *target, cJSON *patch, const struct strategic_schema *schema, enum merge_mode mode,
			struct error *err)
{
	cJSON *member = patch->child;

	while (member) {
		_cleanup_json_ cJSON *order = NULL;

		if (!str_starts(member->string, DIRECTIVE_ORDER)) {
			member = member->next;
			continue;
		}
		order = cJSON_DetachItemViaPointer(patch, member);
		if (apply_order(target, patch, order, schema, mode, err))
			return -1;
		/* its list went, too: start over */
		member = patch->child;
	}
	return 0;
}

/* ---- members --------------------------------------------------------------------------------- */

/* Sets a member to a value (taken) that has nothing to merge with. */
static void put_new(cJSON *target, const char *name, cJSON *value, enum merge_mode mode)
{
	_cleanup_json_ cJSON *node = value;

	if (mode == MERGE_APPLY)
		json_prune_nulls(node);
	if (strip_directives(node))
		json_set(target, name, TAKE_PTR(node));
	else
		json_remove(target, name);
}

/* Merges a value (taken) into a member of its type. */
static int merge_same(cJSON *target, cJSON *current, cJSON *value, const struct strategic_schema *schema,
		      bool deletes, enum merge_mode mode, struct error *err)
{
	_cleanup_json_ cJSON *node = value;
	_cleanup_free_ char *name = xstrdup(current->string);
	const struct strategic_rule rule = strategic_rule_find(schema, name);

	if (json_is_object(node) && !(rule.strategy & STRATEGIC_REPLACE))
		return merge_objects(current, node, rule.schema, mode, err);
	if (json_is_array(node) && (rule.strategy & STRATEGIC_MERGE || deletes))
		return merge_lists(current, node, &rule, deletes, mode, err);
	json_set(target, name, TAKE_PTR(node));
	return 0;
}

/* Merges one member (taken) of a patch. */
static int merge_member(cJSON *target, cJSON *member, const struct strategic_schema *schema, enum merge_mode mode,
			struct error *err)
{
	_cleanup_json_ cJSON *change = member;
	_cleanup_free_ char *key = xstrdup(change->string);
	bool deletes = str_starts(key, DIRECTIVE_DELETE_FROM);
	const char *name = key;
	cJSON *current;

	if (deletes && mode == MERGE_COMBINE) {
		json_set(target, key, TAKE_PTR(change));
		return 0;
	}
	if (deletes && !(name = name_after(key, DIRECTIVE_DELETE_FROM)))
		return error_set(err, ERROR_PARSE, "invalid patch format of primitive list");
	if (cJSON_IsNull(change)) {
		json_remove(target, name);
		if (mode == MERGE_COMBINE)
			json_set(target, name, TAKE_PTR(change));
		return 0;
	}
	current = json_get(target, name);
	if (current && value_type(current) == value_type(change))
		return merge_same(target, current, TAKE_PTR(change), schema, deletes, mode, err);
	if (!deletes)
		put_new(target, name, TAKE_PTR(change), mode);
	return 0;
}

static int merge_objects(cJSON *target, cJSON *patch, const struct strategic_schema *schema, enum merge_mode mode,
			 struct error *err)
{
	const cJSON *directive = json_get(patch, DIRECTIVE_PATCH);

	if (directive)
		return apply_directive(target, patch, directive, err);
	if (apply_retain_keys(target, patch, mode, err) || apply_orders(target, patch, schema, mode, err))
		return -1;
	while (patch->child) {
		cJSON *member = cJSON_DetachItemViaPointer(patch, patch->child);

		if (merge_member(target, member, schema, mode, err))
			return -1;
	}
	return 0;
}

int strategic_merge(cJSON *target, cJSON *patch, const struct strategic_schema *schema, enum merge_mode mode,
		    struct error *err)
{
	return merge_objects(target, patch, schema, mode, err);
}
