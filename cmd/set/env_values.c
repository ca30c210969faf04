#include "set/env_values.h"

#include <ctype.h>

#include "base/base64.h"
#include "base/quantity.h"
#include "data/gotext.h"
#include "data/selector.h"

static const char *text_or_empty(const cJSON *object, const char *key)
{
	const char *text = json_string(object, key);

	return text ? text : "";
}

void env_source_text(struct buf *out, const cJSON *from)
{
	const cJSON *config = json_get(from, "configMapKeyRef"), *secret = json_get(from, "secretKeyRef");
	const cJSON *field = json_get(from, "fieldRef"), *resource = json_get(from, "resourceFieldRef");

	if (config) {
		buf_printf(out, "configmap %s, key %s", text_or_empty(config, "name"), text_or_empty(config, "key"));
	} else if (secret) {
		buf_printf(out, "secret %s, key %s", text_or_empty(secret, "name"), text_or_empty(secret, "key"));
	} else if (field) {
		buf_printf(out, "field path %s", text_or_empty(field, "fieldPath"));
	} else if (resource) {
		const char *container = text_or_empty(resource, "containerName");

		buf_printf(out, "resource field %s%s%s", container, *container ? "/" : "", text_or_empty(resource, "resource"));
	} else {
		buf_puts(out, "invalid valueFrom");
	}
}

/* ---- ConfigMaps and Secrets ------------------------------------------------------------- */

static const struct store {
	struct resource resource;
	const char *word;
	bool encoded;
} stores[] = {
	{{.group = "", .version = "v1", .name = "secrets", .kind = "Secret", .namespaced = true}, "secret", true},
	{{.group = "", .version = "v1", .name = "configmaps", .kind = "ConfigMap", .namespaced = true}, "config map", false},
};

static int store_read(struct invocation *inv, struct map *cache, const struct store *s, const char *name,
		      const cJSON **ret, struct error *err)
{
	_cleanup_free_ char *key = xasprintf("%s/%s", s->resource.name, name);
	cJSON *object = map_get(cache, key);
	struct client *client;
	const char *ns;
	bool given;

	if (!object) {
		if (invocation_namespace(inv, &ns, &given, err) || invocation_client(inv, &client, err) ||
		    client_get(client, &s->resource, ns, name, NULL, &object, err))
			return -1;
		map_set(cache, key, object);
	}
	*ret = object;
	return 0;
}

static int store_value(struct invocation *inv, struct map *cache, const struct store *s, const cJSON *ref, struct buf *out,
		       struct error *err)
{
	const char *name = text_or_empty(ref, "name"), *key = text_or_empty(ref, "key"), *text;
	const cJSON *object;

	if (store_read(inv, cache, s, name, &object, err))
		return -1;
	text = json_path_string(object, "data", key, NULL);
	if (!text)
		return error_set(err, ERROR_OTHER, "key %s not found in %s %s", key, s->word, name);
	if (s->encoded)
		return base64_decode(out, text, err);
	buf_puts(out, text);
	return 0;
}

/* ---- fields of the object ------------------------------------------------------------------ */

static void put_map(struct buf *out, const cJSON *map)
{
	size_t n;
	_cleanup_free_ const cJSON **members = json_sorted_members(map, &n);

	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s%s=", i ? "\n" : "", members[i]->string);
		go_quote(out, members[i]->valuestring ? members[i]->valuestring : "");
	}
}

/* metadata.labels['key'] */
static int subscript_value(const cJSON *object, const char *path, const char *open, struct buf *out, struct error *err)
{
	_cleanup_free_ char *map = xstrndup(path, (size_t)(open - path));
	_cleanup_free_ char *key = xstrndup(open + 2, strlen(open + 2) - 2), *checked = xstrdup(key);
	bool annotations = !strcmp(map, "metadata.annotations");
	_cleanup_buf_ struct buf why = BUF_INIT;
	const char *value;

	if (!annotations && strcmp(map, "metadata.labels")) {
		_cleanup_buf_ struct buf quoted = BUF_INIT;

		go_quote(&quoted, path);
		return error_set(err, ERROR_OTHER, "fieldPath %s does not support subscript", quoted.data);
	}
	for (char *p = checked; annotations && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!label_key_valid(checked, &why))
		return error_set(err, ERROR_OTHER, "invalid key subscript in %s: %s", path, why.data);
	value = json_path_string(object, "metadata", annotations ? "annotations" : "labels", key, NULL);
	buf_puts(out, value ? value : "");
	return 0;
}

static int field_value(const cJSON *object, const char *path, struct buf *out, struct error *err)
{
	static const char *const texts[] = {"name", "namespace", "uid"}, *const maps[] = {"annotations", "labels"};
	const char *open = str_ends(path, "']") ? strstr(path, "['") : NULL;
	const char *field = str_starts(path, "metadata.") ? path + strlen("metadata.") : "";
	const cJSON *metadata = json_get(object, "metadata");

	if (open && open != path)
		return subscript_value(object, path, open, out, err);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!strcmp(field, texts[i])) {
			buf_puts(out, text_or_empty(metadata, field));
			return 0;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
		if (!strcmp(field, maps[i])) {
			put_map(out, json_get(metadata, field));
			return 0;
		}
	}
	return error_set(err, ERROR_OTHER, "unsupported fieldPath: %s", path);
}

/* ---- the container's resources ---------------------------------------------------------------- */

#define NANO 1000000000
#define MILLI 1000000

static int resource_value(const cJSON *ref, const cJSON *container, struct buf *out, struct error *err)
{
	static const char *const names[] = {"cpu", "memory", "ephemeral-storage"};
	const char *resource = text_or_empty(ref, "resource"), *dot = strchr(resource, '.'), *text, *divisor_text;
	_cleanup_free_ char *which = dot ? xstrndup(resource, (size_t)(dot - resource)) : NULL;
	struct quantity value = {0}, divisor = {0};
	bool known = dot && str_starts(dot + 1, "hugepages-");
	__int128 unit, n, d;

	for (size_t i = 0; dot && i < ARRAY_SIZE(names); i++)
		known |= !strcmp(dot + 1, names[i]);
	if (!known || (strcmp(which, "limits") && strcmp(which, "requests")))
		return error_set(err, ERROR_OTHER, "Unsupported container resource : %s", resource);
	text = json_path_string(container, "resources", which, dot + 1, NULL);
	divisor_text = json_string(ref, "divisor");
	if ((text && quantity_parse(text, &value, err)) || (divisor_text && quantity_parse(divisor_text, &divisor, err)))
		return -1;
	if (!divisor.nano)
		divisor.nano = NANO;
	/* processors are counted in thousandths, everything else in whole ones, each rounded up before it is divided */
	unit = strcmp(dot + 1, "cpu") ? NANO : MILLI;
	n = (value.nano + unit - 1) / unit;
	d = (divisor.nano + unit - 1) / unit;
	buf_printf(out, "%lld", (long long)((n + d - 1) / d));
	return 0;
}

int env_source_value(struct invocation *inv, struct map *cache, const cJSON *from, const cJSON *object,
		     const cJSON *container, struct buf *out, struct error *err)
{
	const cJSON *secret = json_get(from, "secretKeyRef"), *config = json_get(from, "configMapKeyRef");
	const cJSON *field = json_get(from, "fieldRef"), *resource = json_get(from, "resourceFieldRef");

	if (secret)
		return store_value(inv, cache, &stores[0], secret, out, err);
	if (config)
		return store_value(inv, cache, &stores[1], config, out, err);
	if (field)
		return field_value(object, text_or_empty(field, "fieldPath"), out, err);
	if (resource)
		return resource_value(resource, container, out, err);
	return error_set(err, ERROR_OTHER, "invalid valueFrom");
}
