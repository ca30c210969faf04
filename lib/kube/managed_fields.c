#include "kube/managed_fields.h"

#include "base/base.h"
#include "kube/apply.h"

static const cJSON *entries_of(const cJSON *object)
{
	return json_path(object, "metadata", "managedFields", NULL);
}

static bool owns_last_applied(const cJSON *entry)
{
	return json_path(entry, "fieldsV1", "f:metadata", "f:annotations", "f:" LAST_APPLIED_ANNOTATION, NULL);
}

static bool has_operation(const cJSON *entry, const char *operation)
{
	return str_equal(json_string(entry, "operation"), operation);
}

bool managed_fields_own_last_applied(const cJSON *object, const char *operation)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, entries_of(object))
		if (has_operation(entry, operation) && owns_last_applied(entry))
			return true;
	return false;
}

/* The main resource's entry of a manager and operation; version NULL: of any. */
static cJSON *find_entry(const cJSON *entries, const char *manager, const char *operation, const char *version)
{
	cJSON *entry;

	cJSON_ArrayForEach(entry, entries)
		if (has_operation(entry, operation) && str_equal(json_string(entry, "manager"), manager) &&
		    str_empty(json_string(entry, "subresource")) &&
		    (!version || str_equal(json_string(entry, "apiVersion"), version)))
			return entry;
	return NULL;
}

/* A set of fields is a tree of names whose leaves are empty objects. */
static void add_fields(cJSON *to, const cJSON *from)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, from)
		add_fields(json_ensure_object(to, member->string), member);
}

static void remove_entries(cJSON *entries, const char *manager)
{
	cJSON *entry;

	while ((entry = find_entry(entries, manager, "Update", NULL)))
		cJSON_Delete(cJSON_DetachItemViaPointer(entries, entry));
}

static void hand_over(cJSON *entries, const char *from, const char *to)
{
	cJSON *target = find_entry(entries, to, "Apply", NULL);
	const cJSON *source;

	if (!target) {
		target = find_entry(entries, from, "Update", NULL);
		if (!target)
			return;
		json_set_string(target, "operation", "Apply");
		json_set_string(target, "manager", to);
	}
	source = find_entry(entries, from, "Update", json_string(target, "apiVersion"));
	if (source)
		add_fields(json_ensure_object(target, "fieldsV1"), json_get(source, "fieldsV1"));
	json_sort_keys(json_get(target, "fieldsV1"));
	remove_entries(entries, from);
}

cJSON *managed_fields_migration(const cJSON *object, const char *manager)
{
	_cleanup_json_ cJSON *entries = json_copy(entries_of(object));
	const cJSON *entry;
	cJSON *patch;

	cJSON_ArrayForEach(entry, entries_of(object))
		if (has_operation(entry, "Update") && owns_last_applied(entry))
			hand_over(entries, json_string(entry, "manager"), manager);
	if (!entries || json_equal(entries, entries_of(object)))
		return NULL;
	patch = json_parse_literal("[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\"},"
				   "{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"%s\"}]",
				   json_path_string(object, "metadata", "resourceVersion", NULL) ?: "");
	json_set(patch->child, "value", TAKE_PTR(entries));
	return patch;
}
