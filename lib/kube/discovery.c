#include "kube/discovery.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"

#define CACHE_FILE "kubec.json"
#define CACHE_LIMIT ((size_t)256 << 20)

#define AGGREGATED(version) "application/json;g=apidiscovery.k8s.io;v=" version ";as=APIGroupDiscoveryList"
static const char accept_aggregated[] = AGGREGATED("v2") "," AGGREGATED("v2beta1") ",application/json";

/* ---- documents to resources --------------------------------------------------- */

static const char *keep(struct discovery *d, const char *s)
{
	return str_empty(s) ? "" : arena_strndup(&d->arena, s, strlen(s));
}

/* The strings of an array joined by commas; key: of objects, the member to take. */
static const char *keep_joined(struct discovery *d, const cJSON *array, const char *key)
{
	_cleanup_buf_ struct buf b = BUF_INIT;
	const cJSON *item;

	cJSON_ArrayForEach(item, array)
	{
		const char *s = key ? json_string(item, key) : cJSON_GetStringValue(item);

		if (!str_empty(s))
			buf_printf(&b, "%s%s", b.len ? "," : "", s);
	}
	return keep(d, b.data);
}

static void add_resource(struct discovery *d, const char *group, const char *version, const cJSON *r)
{
	const char *kind = json_path_string(r, "responseKind", "kind", NULL);

	/* only a parent of subresources, nothing of its own */
	if (str_empty(kind) || str_empty(json_string(r, "resource")))
		return;
	d->resources[d->len++] = (struct resource){
	        .group = group,
	        .version = version,
	        .name = keep(d, json_string(r, "resource")),
	        .singular = keep(d, json_string(r, "singularResource")),
	        .kind = keep(d, kind),
	        .short_names = keep_joined(d, json_get(r, "shortNames"), NULL),
	        .categories = keep_joined(d, json_get(r, "categories"), NULL),
	        .verbs = keep_joined(d, json_get(r, "verbs"), NULL),
	        .subresources = keep_joined(d, json_get(r, "subresources"), "subresource"),
	        .namespaced = str_equal(json_string(r, "scope"), "Namespaced"),
	        .storage_hash = keep(d, json_string(r, "storageVersionHash")),
	};
}

static void add_version(struct discovery *d, const char *group, const cJSON *v)
{
	const char *version = keep(d, json_string(v, "version"));
	const cJSON *resources = json_get(v, "resources"), *r;
	_cleanup_buf_ struct buf gv = BUF_INIT;

	/* a stale list may be wrong: kubectl leaves it out, too */
	if (!*version || str_equal(json_string(v, "freshness"), "Stale"))
		return;
	buf_printf(&gv, "%s%s%s", group, *group ? "/" : "", version);
	vec_add(&d->group_versions, (void *)keep(d, gv.data));
	d->resources = xrealloc(d->resources, (d->len + json_size(resources)) * sizeof(*d->resources));
	cJSON_ArrayForEach(r, resources) add_resource(d, group, version, r);
}

void discovery_add(struct discovery *d, const cJSON *document)
{
	const cJSON *group, *v;

	cJSON_ArrayForEach(group, json_get(document, "items"))
	{
		const char *name = keep(d, json_path_string(group, "metadata", "name", NULL));

		cJSON_ArrayForEach(v, json_get(group, "versions")) add_version(d, name, v);
	}
}

static struct discovery *discovery_new(void)
{
	struct discovery *d = NEW(struct discovery);

	d->resources = xmalloc(sizeof(*d->resources));
	d->failed = VEC_OF_STRINGS;
	return d;
}

void discovery_free(struct discovery *d)
{
	if (!d)
		return;
	free(d->resources);
	vec_release(&d->group_versions);
	vec_release(&d->failed);
	arena_release(&d->arena);
	free(d);
}

/* ---- the two documents of a server ---------------------------------------------- */

struct part {
	const char *path;
	char *etag;      /* of document; NULL: none */
	cJSON *document; /* APIGroupDiscoveryList, or NULL */
	bool changed;
	struct http_response response;
	struct error error;
};
struct parts {
	struct part part[2];
};
static const char *const part_paths[] = {"/api", "/apis"};
static const char *const part_keys[] = {"api", "apis"};

static void parts_init(struct parts *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++)
		p->part[i] = (struct part){.path = part_paths[i], .response = HTTP_RESPONSE_INIT};
}

static void parts_release(struct parts *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++) {
		free(p->part[i].etag);
		cJSON_Delete(p->part[i].document);
		http_response_release(&p->part[i].response);
		error_release(&p->part[i].error);
	}
}

/* ---- the cache -------------------------------------------------------------------- */

/* The cache file's path, or NULL when nothing is kept. free() it. */
static char *cache_path(const struct client *c)
{
	const char *dir = client_cache_dir(c);

	return dir ? path_join(dir, CACHE_FILE) : NULL;
}

/* Reads the cache; tells whether it is young enough to be taken without asking. */
static bool cache_read(const char *path, struct parts *p)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	bool recent = path && file_is_recent(path, DISCOVERY_CACHE_AGE);

	if (!path || file_read(path, CACHE_LIMIT, &text, &ignored) ||
	    json_parse(text.data, text.len, path, &tree, &ignored))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++) {
		cJSON *entry = json_get(tree, part_keys[i]), *document = json_get(entry, "document");

		if (!json_is_object(document))
			return false;
		p->part[i].etag = xstrdup(json_string(entry, "etag"));
		p->part[i].document = cJSON_DetachItemViaPointer(entry, document);
	}
	return recent;
}

/* A cache that cannot be written costs time, no more: nobody is told. */
static void cache_write(const struct client *c, const char *path, const struct parts *p)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (!path)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++) {
		buf_printf(&text, "%s\"%s\":{\"etag\":", i ? "," : "{", part_keys[i]);
		json_print_string(&text, p->part[i].etag ? p->part[i].etag : "", JSON_COMPACT);
		buf_puts(&text, ",\"document\":");
		json_print(&text, p->part[i].document, JSON_COMPACT);
		buf_putc(&text, '}');
	}
	buf_puts(&text, "}\n");
	if (!file_make_dirs(client_cache_dir(c), 0750, &ignored))
		file_write_cache(path, text.data, text.len, 0660, &ignored);
}

/* ---- asking ----------------------------------------------------------------------- */

static void part_answered(void *ctx, struct http_response *response, struct error *err)
{
	struct part *p = ctx;

	if (err->class) {
		error_move(&p->error, err);
		return;
	}
	p->response = *response;
	*response = HTTP_RESPONSE_INIT;
}

static int part_ask(struct client *c, struct part *p, struct error *err)
{
	_cleanup_free_ char *match = str_empty(p->etag) ? NULL : xasprintf("If-None-Match: %s", p->etag);
	const char *headers[] = {match, NULL};
	struct client_request rq = {
	        .method = "GET",
	        .path = p->path,
	        .accept = accept_aggregated,
	        .headers = headers,
	        .plain_errors = true,
	};

	return client_start_raw(c, &rq, part_answered, p, err);
}

/* An API server of its own groups alone has no /api. */
static bool part_is_absent(const struct part *p)
{
	return p->error.http_status == 404 && !strcmp(p->path, "/api");
}

/* Makes the part's document of its answer. */
static int part_take(struct client *c, struct part *p, struct vec *failed, struct error *err)
{
	cJSON *document;

	if (part_is_absent(p)) {
		document = json_parse_literal("{\"items\":[]}");
	} else if (p->error.class) {
		error_move(err, &p->error);
		return -1;
	} else if (p->response.status == 304) {
		return 0;
	} else if (json_parse(p->response.body.data, p->response.body.len, NULL, &document, err)) {
		return -1;
	}
	if (!json_get(document, "items")) {
		_cleanup_json_ cJSON *legacy = document;

		document = discovery_from_legacy(c, legacy, failed, err);
		if (!document)
			return -1;
	}
	cJSON_Delete(p->document);
	free(p->etag);
	p->document = document;
	p->etag = TAKE_PTR(p->response.etag);
	p->changed = true;
	return 0;
}

static int parts_ask(struct client *c, struct parts *p, struct vec *failed, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int failure = 0;

	for (size_t i = 0; i < ARRAY_SIZE(p->part) && !failure; i++)
		failure = part_ask(c, &p->part[i], err);
	/* also what was started before a failure must end: it answers to p */
	if (client_run(c, failure ? &ignored : err) || failure)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++)
		if (part_take(c, &p->part[i], failed, err))
			return -1;
	return 0;
}

/* Keeps what was learned; an unchanged file only counts as new again. */
static void parts_keep(const struct client *c, const char *path, const struct parts *p, const struct discovery *d)
{
	bool changed = false;

	/* what is incomplete now may be complete the next time */
	if (!path || d->failed.len)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(p->part); i++)
		changed = changed || p->part[i].changed;
	if (changed)
		cache_write(c, path, p);
	else
		utimensat(AT_FDCWD, path, NULL, 0);
}

int discovery_load(struct client *c, bool fresh, struct discovery **ret, struct error *err)
{
	_cleanup_(discovery_free_p) struct discovery *d = discovery_new();
	_cleanup_(parts_release) struct parts p;
	_cleanup_free_ char *path = cache_path(c);

	parts_init(&p);
	if (!cache_read(path, &p) || fresh) {
		if (parts_ask(c, &p, &d->failed, err))
			return -1;
		d->fresh = true;
		parts_keep(c, path, &p, d);
	}
	for (size_t i = 0; i < ARRAY_SIZE(p.part); i++)
		discovery_add(d, p.part[i].document);
	*ret = TAKE_PTR(d);
	return 0;
}
