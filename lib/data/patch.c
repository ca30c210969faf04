/* JSON merge patches (RFC 7386), with the corners that kubectl's library has. */
#include "data/patch.h"


static void merge_members(cJSON *object, const cJSON *patch)
{
	const cJSON *change;

	cJSON_ArrayForEach(change, patch) {
		cJSON *current = json_get(object, change->string);
		cJSON *value;

		if (cJSON_IsNull(change)) {
			json_remove(object, change->string);
			continue;
		}
		if (json_is_object(current) && json_is_object(change)) {
			merge_members(current, change);
			continue;
		}
		value = json_copy(change);
		/* a list that replaces an object keeps its nulls in the library, too */
		if (!json_is_object(current))
			json_prune_nulls(value);
		json_set(object, change->string, value);
	}
}

void patch_merge_apply(cJSON **target, const cJSON *patch)
{
	cJSON *value;

	if (json_is_object(*target) && json_is_object(patch)) {
		merge_members(*target, patch);
		return;
	}
	value = json_copy(patch);
	json_prune_nulls(value);
	cJSON_Delete(*target);
	*target = value;
}

static cJSON *merge_diff(const cJSON *from, const cJSON *to)
{
	cJSON *patch;
	const cJSON *member;

	if (!json_is_object(from) || !json_is_object(to))
		return json_copy(to);
	patch = json_new_object();
	cJSON_ArrayForEach(member, to) {
		const cJSON *old = json_get(from, member->string);
		cJSON *change;

		if (old && json_equal(old, member))
			continue;
		change = json_is_object(old) ? merge_diff(old, member) : json_copy(member);
		json_set(patch, member->string, change);
	}
	cJSON_ArrayForEach(member, from) {
		if (!json_get(to, member->string))
			json_set(patch, member->string, json_new_null());
	}
	return patch;
}

cJSON *patch_merge_create(const cJSON *from, const cJSON *to)
{
	cJSON *patch = merge_diff(from, to);

	json_sort_keys(patch);
	return patch;
}

/*
 * Keeps either the deletions (nulls) of a merge patch or everything else. An
 * object that was written as {} is a value; one that is emptied here goes.
 */
static void keep_only(cJSON *patch, bool deletions)
{
	cJSON *next;

	for (cJSON *c = patch->child; c; c = next) {
		bool drop;

		next = c->next;
		if (json_is_object(c) && c->child) {
			keep_only(c, deletions);
			drop = !c->child;
		} else {
			drop = cJSON_IsNull(c) != deletions;
		}
		if (drop)
			cJSON_Delete(cJSON_DetachItemViaPointer(patch, c));
	}
}

cJSON *patch_merge_three_way(const cJSON *original, const cJSON *modified, const cJSON *current)
{
	_cleanup_json_ cJSON *nothing = json_new_object();
	_cleanup_json_ cJSON *changes = NULL;
	cJSON *patch;

	modified = modified ? modified : nothing;
	changes = merge_diff(current ? current : nothing, modified);
	keep_only(changes, false);
	patch = merge_diff(original ? original : nothing, modified);
	keep_only(patch, true);
	patch_merge_apply(&patch, changes);
	json_sort_keys(patch);
	return patch;
}
