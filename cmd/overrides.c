#include "overrides.h"

#include "data/patch.h"
#include "data/patch_words.h"

const struct option options_overrides[] = {
	{"override-type", .type = OPTION_STRING, .fallback = "merge", .help = "How --overrides is merged: json, merge or strategic.",
	 .complete = {COMPLETE_WORDS, "json,merge,strategic"}},
	{"overrides", .type = OPTION_STRING, .help = "A JSON patch of the object before it is created."},
	{0},
};

/* What is wrong with --overrides that are no patch of their type; 0: nothing. patch is NULL where they are no JSON. */
static int override_broken(const char *type, const char *text, const cJSON *patch, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	size_t offset;

	if (!strcmp(type, "json") && !patch) {
		json_check(text, strlen(text), &offset, &why);
		return error_set(err, ERROR_OTHER, "%s", why.message);
	}
	if (!strcmp(type, "json"))
		return json_is_array(patch) || json_is_null(patch)
			       ? 0
			       : error_set(err, ERROR_OTHER, "json: cannot unmarshal %s into Go value of type jsonpatch.Patch",
					   patch_words_json_type(patch));
	if (json_is_object(patch))
		return 0;
	if (!strcmp(type, "strategic"))
		return json_is_null(patch) ? 0 : error_set(err, ERROR_OTHER, "invalid JSON document");
	if (json_is_array(patch))
		return error_set(err, ERROR_OTHER,
				 "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type "
				 "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
				 "\"json:\\\"kind,omitempty\\\"\" }");
	return error_set(err, ERROR_OTHER, "Invalid JSON Patch");
}

/* What the object calls itself afterwards must be what it was. */
static int override_type(const char *kind, const cJSON *object, struct error *err)
{
	static const char *const fields[] = {"apiVersion", "kind"};
	const char *now_kind, *now_version;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const cJSON *field = json_get(object, fields[i]);

		if (field && !json_is_string(field) && !json_is_null(field))
			return error_set(err, ERROR_OTHER,
					 "couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go struct field "
					 ".%s of type string", patch_words_json_type(field), fields[i]);
	}
	now_kind = json_string(object, "kind");
	now_version = json_string(object, "apiVersion");
	if (str_equal(now_kind, kind) && str_equal(now_version, "v1"))
		return 0;
	return error_set(err, ERROR_OTHER, "no kind \"%s\" is registered for version \"%s\" in scheme \"pkg/scheme/scheme.go:28\"",
			 now_kind ? now_kind : "", now_version ? now_version : "");
}

/* Overrides may make of an object what none can be. */
static int override_check(const char *kind, const cJSON *object, struct error *err)
{
	static const struct {
		const char *field, *type;
	} parts[] = {{"metadata", "ObjectMeta"}, {"spec", "Spec"}, {"status", "Status"}};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const cJSON *part = json_get(object, parts[i].field);

		if (part && !json_is_object(part) && !cJSON_IsNull(part))
			return error_set(err, ERROR_OTHER, "json: cannot unmarshal %s into Go struct field %s.%s of type v1.%s%s",
					 patch_words_json_type(part), kind, parts[i].field, i ? kind : "", parts[i].type);
	}
	return 0;
}

int overrides_apply(struct invocation *inv, const char *kind, cJSON **object, struct error *err)
{
	const char *text = args_string(inv->args, "overrides"), *type = args_string(inv->args, "override-type");
	_cleanup_error_ struct error why = ERROR_INIT;
	_cleanup_json_ cJSON *patch = NULL;
	bool json = !strcmp(type, "json"), strategic = !strcmp(type, "strategic");
	int failure = 0;

	if (!*text)
		return 0;
	if (!json && !strategic && strcmp(type, "merge"))
		return error_set(err, ERROR_OTHER, "invalid override type: %s", type);
	if (json_parse(text, strlen(text), NULL, &patch, &why))
		return override_broken(type, text, NULL, err);
	if (override_broken(type, text, patch, err))
		return -1;
	if (json_is_null(patch))
		return 0;
	if (json)
		failure = patch_json_apply(object, patch, err);
	else if (strategic)
		failure = patch_strategic_apply(object, patch, strategic_schema_find("", "v1", kind), err);
	else
		patch_merge_apply(object, patch);
	return failure || override_type(kind, *object, err) || override_check(kind, *object, err) ? -1 : 0;
}

int overrides_explain(const struct invocation *inv, struct error *err)
{
	static const char before[] = " cannot be handled as a ";
	const char *why = *args_string(inv->args, "overrides") && err->message ? strstr(err->message, before) : NULL;

	why = why ? strstr(why, ": ") : NULL;
	if (why) {
		_cleanup_free_ char *text = xstrdup(why + 2);

		error_set(err, ERROR_OTHER, "%s", text);
	}
	return -1;
}

int overrides_set_namespace(struct invocation *inv, cJSON *object, struct error *err)
{
	static const char *const before[] = {"name", "generateName", NULL};
	const char *ns;
	bool given;

	if (invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (given)
		json_set_after(json_ensure_object(object, "metadata"), "namespace", json_new_string(ns), before);
	return 0;
}
