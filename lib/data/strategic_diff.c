/* Strategic merge: the patch between two objects. */
#include "data/strategic.h"

#include "data/patch_words.h"

static int diff_objects(const cJSON *from, const cJSON *to, const struct strategic_schema *schema, unsigned flags,
			cJSON **ret, struct error *err);

/* The flags for what lies under a field. */
static unsigned flags_below(unsigned flags, const struct strategic_rule *rule)
{
	flags &= ~(unsigned)DIFF_RETAIN_KEYS;
	return rule->strategy & STRATEGIC_RETAIN_KEYS ? flags | DIFF_RETAIN_KEYS : flags;
}

/* ---- lists ------------------------------------------------------------------------ */

/* What becomes of a list that is merged: three lists, each NULL or new. */
struct list_diff {
	cJSON *changes;   /* for the field itself */
	cJSON *deletions; /* for $deleteFromPrimitiveList */
	cJSON *order;     /* for $setElementOrder */
};

static void list_diff_release(struct list_diff *diff)
{
	cJSON_Delete(diff->changes);
	cJSON_Delete(diff->deletions);
	cJSON_Delete(diff->order);
}
#define _cleanup_list_diff_ _cleanup_(list_diff_release)

/* Moves items into a new list; they belong to it afterwards. */
static cJSON *list_from(struct vec *items)
{
	cJSON *list = json_new_array();

	for (size_t i = 0; i < items->len; i++)
		json_append(list, list_at(items, i));
	items->len = 0;
	return list;
}

/* The comparison of two sorted lists at i and j by text: <0 only in the first, >0 only in the second. */
static int compare_heads(const struct vec *a, size_t i, const struct vec *b, size_t j, const struct list_identity *by)
{
	_cleanup_free_ char *x = NULL, *y = NULL;

	if (i >= a->len)
		return 1;
	if (j >= b->len)
		return -1;
	x = patch_words_text(list_identity(list_at(a, i), by));
	y = patch_words_text(list_identity(list_at(b, j), by));
	return strcmp(x, y);
}

static cJSON *new_keyed(const cJSON *item, const char *merge_key)
{
	cJSON *keyed = json_new_object();

	json_set(keyed, merge_key, json_copy(json_get(item, merge_key)));
	return keyed;
}

/* The patch of one item that is in both lists, added to changes when it is not empty. */
static int diff_item(const cJSON *from, const cJSON *to, const struct strategic_rule *rule, unsigned flags,
		     struct vec *changes, struct error *err)
{
	cJSON *patch;

	if (diff_objects(from, to, rule->schema, flags_below(flags, rule), &patch, err))
		return -1;
	if (!patch->child) {
		cJSON_Delete(patch);
		return 0;
	}
	json_set(patch, rule->merge_key, json_copy(json_get(to, rule->merge_key)));
	vec_add(changes, patch);
	return 0;
}

/* Walks two lists sorted by key side by side; what is new belongs to changes and deletions. */
static int diff_sorted_items(const struct vec *from, const struct vec *to, const struct strategic_rule *rule,
			     unsigned flags, struct vec *changes, struct vec *deletions, struct error *err)
{
	const struct list_identity by = {.objects = true, .key = rule->merge_key};
	size_t i = 0, j = 0;

	while (i < from->len || j < to->len) {
		int order = compare_heads(from, i, to, j, &by);

		if (order == 0) {
			if (diff_item(list_at(from, i++), list_at(to, j++), rule, flags, changes, err))
				return -1;
		} else if (order > 0) {
			if (!(flags & DIFF_NO_CHANGES))
				vec_add(changes, json_copy(list_at(to, j)));
			j++;
		} else {
			if (!(flags & DIFF_NO_DELETIONS)) {
				cJSON *deletion = new_keyed(list_at(from, i), rule->merge_key);

				json_set_string(deletion, DIRECTIVE_PATCH, "delete");
				vec_add(deletions, deletion);
			}
			i++;
		}
	}
	return 0;
}

/* True when both lists name the same items in the same order. */
static bool same_sequence(const struct vec *a, const struct vec *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		if (!value_same(list_at(a, i), list_at(b, i)))
			return false;
	}
	return true;
}

/* True when the order of a list has to be told. differs: some item is changed or, as it may be, moved. */
static bool order_wanted(unsigned flags, bool differs, bool deletes)
{
	if (!(flags & DIFF_ORDER))
		return false;
	return (!(flags & DIFF_NO_CHANGES) && differs) || (!(flags & DIFF_NO_DELETIONS) && deletes);
}

static int diff_object_list(const cJSON *from, const cJSON *to, const struct strategic_rule *rule, unsigned flags,
			    struct list_diff *ret, struct error *err)
{
	const struct list_identity by = {.objects = true, .key = rule->merge_key};
	_cleanup_vec_ struct vec a = VEC_INIT, b = VEC_INIT, order_from = VEC_INIT, order_to = VEC_INIT;
	_cleanup_vec_ struct vec changes = VEC_OWNING(cJSON_Delete), deletions = VEC_OWNING(cJSON_Delete);
	const cJSON *item;

	list_items(from, &a);
	list_items(to, &b);
	if (list_check_keys(&a, rule->merge_key, err) || list_check_keys(&b, rule->merge_key, err))
		return -1;
	list_identities(&a, &by, &order_from);
	list_identities(&b, &by, &order_to);
	list_sort(&a, &by);
	list_sort(&b, &by);
	if (diff_sorted_items(&a, &b, rule, flags, &changes, &deletions, err))
		return -1;
	list_order(&changes, &order_to, &by);
	for (size_t i = 0; i < deletions.len; i++)
		vec_add(&changes, deletions.items[i]);
	deletions.len = 0;
	if (order_wanted(flags, changes.len || !same_sequence(&order_from, &order_to), changes.len)) {
		ret->order = json_new_array();
		cJSON_ArrayForEach(item, to) {
			json_append(ret->order, new_keyed(item, rule->merge_key));
		}
	}
	ret->changes = list_from(&changes);
	return 0;
}

static cJSON *copy_items(const struct vec *items)
{
	cJSON *list = json_new_array();

	for (size_t i = 0; i < items->len; i++)
		json_append(list, json_copy(list_at(items, i)));
	return list;
}

static void diff_scalar_list(const cJSON *from, const cJSON *to, unsigned flags, struct list_diff *ret)
{
	const struct list_identity by = {.key = ""};
	_cleanup_vec_ struct vec a = VEC_INIT, b = VEC_INIT, order = VEC_INIT, changes = VEC_INIT, deletions = VEC_INIT;
	size_t i = 0, j = 0;

	list_items(from, &a);
	list_items(to, &b);
	list_items(to, &order);
	list_sort(&a, &by);
	list_sort(&b, &by);
	while (i < a.len || j < b.len) {
		int side = compare_heads(&a, i, &b, j, &by);

		if (side > 0 && !(flags & DIFF_NO_CHANGES))
			vec_add(&changes, b.items[j]);
		if (side < 0 && !(flags & DIFF_NO_DELETIONS))
			vec_add(&deletions, a.items[i]);
		i += side <= 0;
		j += side >= 0;
	}
	list_unique(&deletions);
	list_order(&changes, &order, &by);
	/* Go compares with the old list after sorting it: an unsorted new list counts as moved */
	if (order_wanted(flags, !same_sequence(&a, &order), deletions.len))
		ret->order = json_copy(to);
	ret->changes = copy_items(&changes);
	ret->deletions = copy_items(&deletions);
}

static int diff_merge_list(const cJSON *from, const cJSON *to, const struct strategic_rule *rule, unsigned flags,
			   struct list_diff *ret, struct error *err)
{
	int type;

	if (!from->child) {
		if (to->child && !(flags & DIFF_NO_CHANGES))
			ret->changes = json_copy(to);
		return 0;
	}
	if (list_type(from, to, &type, err))
		return -1;
	if (type == cJSON_Object)
		return diff_object_list(from, to, rule, flags, ret, err);
	diff_scalar_list(from, to, flags, ret);
	return 0;
}

/* Puts a list (taken) under "PREFIX/KEY", or KEY alone, unless it is empty. */
static void put_list(cJSON *patch, const char *prefix, const char *key, cJSON **list)
{
	_cleanup_free_ char *name = prefix ? xasprintf("%s/%s", prefix, key) : xstrdup(key);

	if (*list && (*list)->child)
		json_set(patch, name, TAKE_PTR(*list));
}

/* ---- members ------------------------------------------------------------------------- */

static void put_change(cJSON *patch, const cJSON *to, unsigned flags)
{
	if (!(flags & DIFF_NO_CHANGES))
		json_set(patch, to->string, json_copy(to));
}

static int diff_list_member(const cJSON *from, const cJSON *to, const struct strategic_rule *rule, unsigned flags,
			    cJSON *patch, struct error *err)
{
	_cleanup_list_diff_ struct list_diff diff = {0};

	if (!(rule->strategy & STRATEGIC_MERGE)) {
		if (!json_equal(from, to))
			put_change(patch, to, flags);
		return 0;
	}
	if (diff_merge_list(from, to, rule, flags, &diff, err))
		return -1;
	put_list(patch, NULL, to->string, &diff.changes);
	put_list(patch, DIRECTIVE_DELETE_FROM, to->string, &diff.deletions);
	put_list(patch, DIRECTIVE_ORDER, to->string, &diff.order);
	return 0;
}

static int diff_object_member(const cJSON *from, const cJSON *to, const struct strategic_rule *rule, unsigned flags,
			      cJSON *patch, struct error *err)
{
	_cleanup_json_ cJSON *below = NULL;

	/* not compared at all: such a field is in every patch, kubectl's too */
	if (rule->strategy & STRATEGIC_REPLACE) {
		put_change(patch, to, flags);
		return 0;
	}
	if (diff_objects(from, to, rule->schema, flags_below(flags, rule), &below, err))
		return -1;
	if (below->child)
		json_set(patch, to->string, TAKE_PTR(below));
	return 0;
}

static int diff_directive(const cJSON *from, const cJSON *to, cJSON *patch, struct error *err)
{
	if (!json_is_string(from) || !json_is_string(to))
		return error_set(err, ERROR_PARSE, "invalid value for special key: " DIRECTIVE_PATCH);
	if (!json_equal(from, to))
		json_set(patch, DIRECTIVE_PATCH, json_copy(to));
	return 0;
}

static int diff_member(const cJSON *from, const cJSON *to, const struct strategic_schema *schema, unsigned flags,
		       cJSON *patch, struct error *err)
{
	struct strategic_rule rule;

	if (from && str_equal(to->string, DIRECTIVE_PATCH))
		return diff_directive(from, to, patch, err);
	if (!from || value_type(from) != value_type(to)) {
		put_change(patch, to, flags);
		return 0;
	}
	rule = strategic_rule_find(schema, to->string);
	if (json_is_object(to))
		return diff_object_member(from, to, &rule, flags, patch, err);
	if (json_is_array(to))
		return diff_list_member(from, to, &rule, flags, patch, err);
	if (!json_equal(from, to))
		put_change(patch, to, flags);
	return 0;
}

/* Lists the members that stay, when the patch does anything or something has to go. */
static void put_retain_keys(const cJSON *from, const cJSON *to, cJSON *patch)
{
	const struct list_identity by = {.key = ""};
	_cleanup_vec_ struct vec keys = VEC_OWNING(cJSON_Delete);
	bool wanted = patch->child;
	const cJSON *member;

	cJSON_ArrayForEach(member, to) {
		if (!cJSON_IsNull(member))
			vec_add(&keys, json_new_string(member->string));
	}
	cJSON_ArrayForEach(member, from) {
		wanted |= !cJSON_IsNull(member) && !json_get(to, member->string);
	}
	if (!wanted || !keys.len)
		return;
	list_sort(&keys, &by);
	json_set(patch, DIRECTIVE_RETAIN_KEYS, list_from(&keys));
}

/* A member, looked for first at the place after the last one: most objects are written in one order. */
static const cJSON *get_beside(const cJSON *object, const char *key, const cJSON **next)
{
	const cJSON *found = *next && str_equal((*next)->string, key) ? *next : json_get(object, key);

	if (found)
		*next = found->next;
	return found;
}

static int diff_objects(const cJSON *from, const cJSON *to, const struct strategic_schema *schema, unsigned flags,
			cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *patch = json_new_object();
	const cJSON *member, *next = from->child;

	cJSON_ArrayForEach(member, to) {
		if (diff_member(get_beside(from, member->string, &next), member, schema, flags, patch, err))
			return -1;
	}
	next = to->child;
	for (member = from->child; member && !(flags & DIFF_NO_DELETIONS); member = member->next) {
		if (!get_beside(to, member->string, &next))
			json_set(patch, member->string, json_new_null());
	}
	if (flags & DIFF_RETAIN_KEYS)
		put_retain_keys(from, to, patch);
	*ret = TAKE_PTR(patch);
	return 0;
}

int strategic_diff(const cJSON *from, const cJSON *to, const struct strategic_schema *schema, unsigned flags,
		   cJSON **ret, struct error *err)
{
	return diff_objects(from, to, schema, flags, ret, err);
}
