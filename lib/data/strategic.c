/* Strategic merge patch: the schema of built-in kinds, and what patch.h promises. */
#include "data/strategic.h"

#include "data/yaml.h"

const struct strategic_schema *strategic_schema_find(const char *group, const char *version, const char *kind)
{
	for (size_t i = 0; i < strategic_kind_count; i++) {
		const struct strategic_kind *row = &strategic_kinds[i];

		if (str_equal(strategic_names + row->kind, kind) && str_equal(strategic_names + row->group, group) &&
		    str_equal(strategic_names + row->version, version))
			return &strategic_types[row->type];
	}
	return NULL;
}

struct strategic_rule strategic_rule_find(const struct strategic_schema *schema, const char *field)
{
	for (size_t i = 0; schema && i < schema->count; i++) {
		const struct strategic_field *row = &strategic_fields[schema->first + i];

		if (str_equal(strategic_names + row->name, field))
			return (struct strategic_rule){.merge_key = strategic_names + row->merge_key,
						       .strategy = row->strategy,
						       .schema = &strategic_types[row->type]};
	}
	return (struct strategic_rule){.merge_key = ""};
}

static int check_object(const cJSON *node, struct error *err)
{
	if (!json_is_object(node))
		return error_set(err, ERROR_PARSE, "invalid JSON document");
	return 0;
}

int patch_strategic_apply(cJSON **target, const cJSON *patch, const struct strategic_schema *schema,
			  struct error *err)
{
	_cleanup_json_ cJSON *result = NULL, *changes = NULL;

	if (check_object(*target, err) || check_object(patch, err))
		return -1;
	result = json_copy(*target);
	changes = json_copy(patch);
	if (strategic_merge(result, changes, schema, MERGE_APPLY, err))
		return -1;
	cJSON_Delete(*target);
	*target = TAKE_PTR(result);
	return 0;
}

int patch_strategic_create(const cJSON *from, const cJSON *to, const struct strategic_schema *schema,
			   cJSON **ret_patch, struct error *err)
{
	cJSON *patch;

	if (check_object(from, err) || check_object(to, err) ||
	    strategic_diff(from, to, schema, DIFF_ORDER, &patch, err))
		return -1;
	json_sort_keys(patch);
	*ret_patch = patch;
	return 0;
}

static void sort_scalars(cJSON *list)
{
	const struct list_identity by = {.key = ""};
	_cleanup_vec_ struct vec items = VEC_INIT;

	list_items(list, &items);
	list_sort(&items, &by);
	list->child = NULL;
	for (size_t i = 0; i < items.len; i++)
		json_append(list, list_at(&items, i));
}

/*
 * Sorts the sets that other has, too. The comparison with the
 * manifest does that to kubectl's objects in passing, and the text of a conflict shows it.
 */
static void sort_compared_sets(cJSON *object, const cJSON *other, const struct strategic_schema *schema)
{
	cJSON *member;

	cJSON_ArrayForEach(member, object) {
		const cJSON *counterpart = json_get(other, member->string);
		const struct strategic_rule rule = strategic_rule_find(schema, member->string);

		if (json_is_object(member) && json_is_object(counterpart))
			sort_compared_sets(member, counterpart, rule.schema);
		else if (json_is_array(member) && json_is_array(counterpart) && rule.strategy & STRATEGIC_MERGE &&
			 !json_is_object(member->child))
			sort_scalars(member);
	}
}

/* Fails when the patch and what was changed on the server since original are at odds. */
static int check_conflicts(const cJSON *patch, const cJSON *original, const cJSON *modified, const cJSON *current,
			   const struct strategic_schema *schema, struct error *err)
{
	_cleanup_json_ cJSON *before = json_copy(original), *after = json_copy(current), *changed = NULL;
	_cleanup_buf_ struct buf wanted = BUF_INIT, found = BUF_INIT;
	bool conflict;

	sort_compared_sets(before, modified, schema);
	sort_compared_sets(after, modified, schema);
	if (strategic_diff(before, after, schema, 0, &changed, err) ||
	    strategic_conflicts(patch, changed, schema, &conflict, err))
		return -1;
	if (!conflict)
		return 0;
	yaml_print(&wanted, patch);
	yaml_print(&found, changed);
	return error_set(err, ERROR_OTHER, "patch:\n%s\nconflicts with changes made from original to current:\n%s\n",
			 wanted.data, found.data);
}

int patch_strategic_three_way(const cJSON *original, const cJSON *modified, const cJSON *current,
			      const struct strategic_schema *schema, bool overwrite, cJSON **ret_patch,
			      struct error *err)
{
	_cleanup_json_ cJSON *nothing = json_new_object();
	_cleanup_json_ cJSON *changes = NULL, *patch = NULL;

	original = original ? original : nothing;
	if (check_object(original, err) || check_object(modified, err) || check_object(current, err))
		return -1;
	if (strategic_diff(current, modified, schema, DIFF_ORDER | DIFF_NO_DELETIONS, &changes, err) ||
	    strategic_diff(original, modified, schema, DIFF_ORDER | DIFF_NO_CHANGES, &patch, err) ||
	    strategic_merge(patch, changes, schema, MERGE_COMBINE, err))
		return -1;
	if (!overwrite && check_conflicts(patch, original, modified, current, schema, err))
		return -1;
	json_sort_keys(patch);
	*ret_patch = TAKE_PTR(patch);
	return 0;
}
