/* Strategic merge: whether two patches want different things. */
#include "data/strategic.h"

#include "data/patch_words.h"

static int values_conflict(const cJSON *left, const cJSON *right, const struct strategic_rule *rule, bool *ret,
			   struct error *err);

static int members_conflict(const cJSON *left, const cJSON *right, const struct strategic_schema *schema, bool *ret,
			    struct error *err)
{
	const cJSON *member;

	*ret = false;
	cJSON_ArrayForEach(member, left) {
		const cJSON *other = json_get(right, member->string);
		struct strategic_rule rule;

		if (!other || str_equal(member->string, DIRECTIVE_PATCH) ||
		    str_equal(member->string, DIRECTIVE_RETAIN_KEYS))
			continue;
		rule = strategic_rule_find(schema, member->string);
		if (values_conflict(member, other, &rule, ret, err))
			return -1;
		if (*ret)
			return 0;
	}
	return 0;
}

static int objects_conflict(const cJSON *left, const cJSON *right, const struct strategic_rule *rule, bool *ret,
			    struct error *err)
{
	const cJSON *a = json_get(left, DIRECTIVE_PATCH), *b = json_get(right, DIRECTIVE_PATCH);

	/* a directive is about the whole object */
	if ((a || b) && !(a && b && json_equal(a, b))) {
		*ret = true;
		return 0;
	}
	if (rule->strategy & STRATEGIC_REPLACE) {
		*ret = false;
		return 0;
	}
	return members_conflict(left, right, rule->schema, ret, err);
}

/* The last item with a key, as a map of items would hold it. */
static const cJSON *last_with_key(const cJSON *list, const cJSON *key, const char *merge_key)
{
	const cJSON *item, *found = NULL;

	cJSON_ArrayForEach(item, list) {
		if (value_same(json_get(item, merge_key), key))
			found = item;
	}
	return found;
}

static int check_keys(const cJSON *list, const char *merge_key, struct error *err)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		_cleanup_free_ char *text = NULL;

		if (json_get(item, merge_key))
			continue;
		text = patch_words_text(item);
		return error_set(err, ERROR_PARSE, "cannot find merge key `%s` in merging list element:%s", merge_key,
				 text);
	}
	return 0;
}

static int keyed_lists_conflict(const cJSON *left, const cJSON *right, const struct strategic_rule *rule, bool *ret,
				struct error *err)
{
	const struct strategic_rule below = {.merge_key = "", .schema = rule->schema};
	const cJSON *item;

	*ret = false;
	if (check_keys(left, rule->merge_key, err) || check_keys(right, rule->merge_key, err))
		return -1;
	cJSON_ArrayForEach(item, left) {
		const cJSON *key = json_get(item, rule->merge_key);
		const cJSON *other = last_with_key(right, key, rule->merge_key);

		if (!other || last_with_key(left, key, rule->merge_key) != item)
			continue;
		if (values_conflict(item, other, &below, ret, err))
			return -1;
		if (*ret)
			return 0;
	}
	return 0;
}

/* Lists that are replaced as a whole: scalars in any order, objects one by one. */
static int plain_lists_conflict(const cJSON *left, const cJSON *right, int type, const struct strategic_rule *rule,
				bool *ret, struct error *err)
{
	const struct strategic_rule below = {.merge_key = "", .schema = rule->schema};
	const struct list_identity by = {.key = ""};
	_cleanup_vec_ struct vec a = VEC_INIT, b = VEC_INIT;

	list_items(left, &a);
	list_items(right, &b);
	*ret = a.len != b.len;
	if (type != cJSON_Object) {
		list_unique(&a);
		list_unique(&b);
		list_sort(&a, &by);
		list_sort(&b, &by);
		*ret = *ret || a.len != b.len;
	}
	for (size_t i = 0; !*ret && i < a.len; i++) {
		if (values_conflict(list_at(&a, i), list_at(&b, i), &below, ret, err))
			return -1;
	}
	return 0;
}

static int lists_conflict(const cJSON *left, const cJSON *right, const struct strategic_rule *rule, bool *ret,
			  struct error *err)
{
	int type;

	if (list_type(left, right, &type, err))
		return -1;
	if (!(rule->strategy & STRATEGIC_MERGE))
		return plain_lists_conflict(left, right, type, rule, ret, err);
	if (type == cJSON_Object)
		return keyed_lists_conflict(left, right, rule, ret, err);
	/* sets of scalars are merged whatever both sides did */
	*ret = false;
	return 0;
}

static int values_conflict(const cJSON *left, const cJSON *right, const struct strategic_rule *rule, bool *ret,
			   struct error *err)
{
	if (value_type(left) != value_type(right)) {
		*ret = true;
		return 0;
	}
	if (json_is_object(left))
		return objects_conflict(left, right, rule, ret, err);
	if (json_is_array(left))
		return lists_conflict(left, right, rule, ret, err);
	*ret = !json_equal(left, right);
	return 0;
}

int strategic_conflicts(const cJSON *left, const cJSON *right, const struct strategic_schema *schema, bool *ret,
			struct error *err)
{
	const struct strategic_rule rule = {.merge_key = "", .schema = schema};

	return values_conflict(left, right, &rule, ret, err);
}
