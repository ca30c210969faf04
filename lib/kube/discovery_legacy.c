#include "kube/discovery.h"

/*
 * Servers before 1.26 list group versions (/api, /apis) and, in one document for
 * each, their resources (APIResourceList). Here these become one
 * APIGroupDiscoveryList.
 */

/* One group version whose resources are asked for. */
struct wanted {
	char *group_version;
	cJSON *version; /* the entry of the result to fill; borrowed */
	struct vec *failed;
	bool ok;
};

static void wanted_free(struct wanted *w)
{
	free(w->group_version);
	free(w);
}

/* ---- APIResource to APIResourceDiscovery ------------------------------------------ */

static void copy_member(cJSON *to, const cJSON *from, const char *key)
{
	if (json_get(from, key))
		json_set(to, key, json_copy(json_get(from, key)));
}

static cJSON *resource_convert(const cJSON *r)
{
	cJSON *out = cJSON_CreateObject(), *kind = cJSON_CreateObject();

	json_set_string(kind, "group", json_string(r, "group"));
	json_set_string(kind, "version", json_string(r, "version"));
	json_set_string(kind, "kind", json_string(r, "kind"));
	json_set_string(out, "resource", json_string(r, "name"));
	json_set(out, "responseKind", kind);
	json_set_string(out, "scope", json_bool(r, "namespaced", false) ? "Namespaced" : "Cluster");
	json_set_string(out, "singularResource", json_string(r, "singularName"));
	copy_member(out, r, "verbs");
	copy_member(out, r, "shortNames");
	copy_member(out, r, "categories");
	copy_member(out, r, "storageVersionHash");
	return out;
}

/* Adds "pods/log" to the entry of pods. */
static void subresource_add(cJSON *resources, const char *name, const char *slash)
{
	cJSON *r, *sub;

	cJSON_ArrayForEach(r, resources)
	{
		const char *parent = json_string(r, "resource");

		if (!parent || strlen(parent) != (size_t)(slash - name) || memcmp(parent, name, (size_t)(slash - name)))
			continue;
		sub = cJSON_CreateObject();
		json_set_string(sub, "subresource", slash + 1);
		json_append(json_ensure_array(r, "subresources"), sub);
		return;
	}
}

static cJSON *resources_convert(const cJSON *list)
{
	cJSON *out = cJSON_CreateArray();
	const cJSON *r;

	cJSON_ArrayForEach(r, list)
	{
		const char *name = json_string(r, "name");

		if (!str_empty(name) && !strchr(name, '/') && !str_empty(json_string(r, "kind")))
			json_append(out, resource_convert(r));
	}
	cJSON_ArrayForEach(r, list)
	{
		const char *name = json_string(r, "name"), *slash = name ? strchr(name, '/') : NULL;

		if (slash)
			subresource_add(out, name, slash);
	}
	return out;
}

/* ---- asking ---------------------------------------------------------------------- */

static void list_answered(void *ctx, cJSON *json, struct error *err)
{
	struct wanted *w = ctx;

	w->ok = !err->class;
	if (w->ok)
		json_set(w->version, "resources", resources_convert(json_get(json, "resources")));
	else if (err->http_status == 404 && !strcmp(w->group_version, "v1"))
		w->ok = true; /* a server without core resources */
	else
		vec_add(w->failed, xasprintf("%s: %s", w->group_version, err->message));
	cJSON_Delete(json);
}

static int list_ask(struct client *c, struct wanted *w, struct error *err)
{
	_cleanup_free_ char *path =
	        xasprintf("/%s/%s", strchr(w->group_version, '/') ? "apis" : "api", w->group_version);
	struct client_request rq = {.method = "GET", .path = path};

	return client_start(c, &rq, list_answered, w, err);
}

/* ---- the frame: groups and versions ---------------------------------------------- */

static void version_add(cJSON *versions, const char *group, const char *version, struct vec *wanted, struct vec *failed)
{
	cJSON *entry = cJSON_CreateObject();
	struct wanted *w = NEW(struct wanted);

	json_set_string(entry, "version", version);
	json_append(versions, entry);
	w->group_version = *group ? xasprintf("%s/%s", group, version) : xstrdup(version);
	w->version = entry;
	w->failed = failed;
	vec_add(wanted, w);
}

static cJSON *group_add(cJSON *items, const char *name)
{
	cJSON *group = cJSON_CreateObject(), *versions = cJSON_CreateArray();

	json_set_string(json_ensure_object(group, "metadata"), "name", name);
	json_set(group, "versions", versions);
	json_append(items, group);
	return versions;
}

/* The versions of an APIGroup, the preferred one first. */
static void group_convert(cJSON *items, const cJSON *group, struct vec *wanted, struct vec *failed)
{
	const char *name = json_string(group, "name"),
	           *preferred = json_path_string(group, "preferredVersion", "version", NULL);
	const cJSON *v;
	cJSON *versions;

	if (!name)
		return;
	versions = group_add(items, name);
	if (preferred)
		version_add(versions, name, preferred, wanted, failed);
	cJSON_ArrayForEach(v, json_get(group, "versions"))
	{
		const char *version = json_string(v, "version");

		if (version && !str_equal(version, preferred))
			version_add(versions, name, version, wanted, failed);
	}
}

static void frame_convert(cJSON *items, const cJSON *document, struct vec *wanted, struct vec *failed)
{
	const cJSON *node;
	cJSON *core = json_size(json_get(document, "versions")) ? group_add(items, "") : NULL;

	cJSON_ArrayForEach(node, json_get(document, "versions")) if (json_is_string(node))
	        version_add(core, "", node->valuestring, wanted, failed);
	cJSON_ArrayForEach(node, json_get(document, "groups")) group_convert(items, node, wanted, failed);
}

cJSON *discovery_from_legacy(struct client *c, const cJSON *document, struct vec *failed, struct error *err)
{
	_cleanup_vec_ struct vec wanted = VEC_OWNING(wanted_free);
	_cleanup_json_ cJSON *list = json_parse_literal("{\"kind\":\"APIGroupDiscoveryList\"}");
	_cleanup_error_ struct error ignored = ERROR_INIT;
	cJSON *items = json_ensure_array(list, "items");
	int failure = 0;

	if (!json_get(document, "versions") && !json_get(document, "groups")) {
		error_set(err, ERROR_PARSE,
		          "the server's list of API groups cannot be read: it is neither an "
		          "APIGroupDiscoveryList nor an APIVersions or APIGroupList document");
		return NULL;
	}
	frame_convert(items, document, &wanted, failed);
	for (size_t i = 0; i < wanted.len && !failure; i++)
		failure = list_ask(c, wanted.items[i], err);
	/* also what was started before a failure must end: it answers to wanted */
	if (client_run(c, failure ? &ignored : err) || failure)
		return NULL;
	return TAKE_PTR(list);
}
