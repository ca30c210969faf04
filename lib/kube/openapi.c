#include "kube/openapi.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "kube/discovery.h"

#define DOCUMENT_LIMIT ((size_t)128 << 20)

void openapi_free(struct openapi *o)
{
	if (!o)
		return;
	arena_release(&o->arena);
	free(o);
}

static int openapi_parse(const char *text, size_t len, struct openapi **ret, struct error *err)
{
	_cleanup_(openapi_free_p) struct openapi *o = NEW(struct openapi);

	if (json_parse_arena(text, len, NULL, &o->arena, &o->root, err))
		return -1;
	*ret = TAKE_PTR(o);
	return 0;
}

/* ---- the cache: a file a document, whose first line is what it is kept under ------ */

/* The file of a document, NULL when nothing is kept. free() it. */
static char *cache_path(const struct client *c, const char *name)
{
	_cleanup_free_ char *file = xasprintf("openapi-%s", name);

	/* names may come from a server: they are never a path */
	for (char *p = file; *p; p++)
		if (*p == '/')
			*p = '_';
	return client_cache_dir(c) ? path_join(client_cache_dir(c), file) : NULL;
}

/* Reads a kept document and splits it: *ret_key is its first line, the return value what follows; NULL: none. */
static const char *cache_read(const char *path, struct buf *text, char **ret_key)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	char *end;

	if (!path || file_read(path, DOCUMENT_LIMIT, text, &ignored))
		return NULL;
	end = memchr(text->data, '\n', text->len);
	if (!end || end == text->data)
		return NULL;
	*ret_key = xstrndup(text->data, (size_t)(end - text->data));
	return end + 1;
}

/* A document that cannot be kept is fetched again the next time: nobody is told. */
static void cache_write(const struct client *c, const char *path, const char *key, const struct buf *document)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!path || str_empty(key) || file_make_dirs(client_cache_dir(c), 0750, &ignored))
		return;
	buf_printf(&text, "%s\n", key);
	buf_add(&text, document->data, document->len);
	file_write_cache(path, text.data, text.len, 0660, &ignored);
}

/* ---- version 3 ------------------------------------------------------------------------ */

int openapi_index(struct client *c, cJSON **ret_index, struct error *err)
{
	const struct client_request rq = {.method = "GET", .path = "/openapi/v3", .accept = "application/json, */*"};
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;

	/* servers send it as text/plain: what it is decides, not what it is called */
	return client_call_raw(c, &rq, &response, err) ||
	                       json_parse(response.body.data, response.body.len, NULL, ret_index, err)
	               ? -1
	               : 0;
}

const char *openapi_index_url(const cJSON *index, const char *group_version_path)
{
	return json_path_string(index, "paths", group_version_path, "serverRelativeURL", NULL);
}

/* "…?hash=X&…" gives X; free() it. NULL without one. */
static char *url_hash(const char *url)
{
	const char *query = strchr(url, '?'), *hash = query ? strstr(query, "hash=") : NULL;

	if (!hash)
		return NULL;
	hash += strlen("hash=");
	return xstrndup(hash, strcspn(hash, "&"));
}

int openapi_load_v3(struct client *c, const char *group_version_path, const char *url, struct openapi **ret,
                    struct error *err)
{
	const struct client_request rq = {.method = "GET", .path = url};
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	_cleanup_free_ char *name = xasprintf("v3_%s.json", group_version_path);
	_cleanup_free_ char *path = cache_path(c, name), *wanted = url_hash(url), *kept = NULL;
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *document = cache_read(path, &text, &kept);

	if (document && str_equal(kept, wanted) &&
	    !openapi_parse(document, text.len - (size_t)(document - text.data), ret, &broken))
		return 0;
	if (client_call_raw(c, &rq, &response, err))
		return error_prefix(err, "failed to fetch openapi schema for %s: ", group_version_path);
	if (openapi_parse(response.body.data, response.body.len, ret, err))
		return error_prefix(err, "failed to parse openapi schema for %s: ", group_version_path);
	cache_write(c, path, wanted, &response.body);
	return 0;
}

/* ---- version 2 ------------------------------------------------------------------------ */

static int fetch_v2(struct client *c, const char *etag, struct http_response *ret, struct error *err)
{
	_cleanup_free_ char *match = etag ? xasprintf("If-None-Match: %s", etag) : NULL;
	const char *headers[] = {match, NULL};
	const struct client_request rq = {.method = "GET", .path = "/openapi/v2", .headers = headers};

	return client_call_raw(c, &rq, ret, err);
}

/* The part of a document that is kept and given; NULL: all of it. Fails when the document is broken. */
typedef int extract_fn(const struct buf *document, struct buf *ret, struct error *err);

/* Gives the document of an answer, and keeps it. */
static int take_v2(struct client *c, const char *path, const struct http_response *answer, extract_fn *extract,
                   struct openapi **ret, struct error *err)
{
	_cleanup_buf_ struct buf part = BUF_INIT;
	const struct buf *document = extract ? &part : &answer->body;

	if ((extract && extract(&answer->body, &part, err)) || openapi_parse(document->data, document->len, ret, err))
		return -1;
	cache_write(c, path, answer->etag, document);
	return 0;
}

/* recent: a young enough document is taken without asking. */
static int load_v2(struct client *c, const char *name, bool recent, extract_fn *extract, struct openapi **ret,
                   bool *ret_fresh, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT, again = HTTP_RESPONSE_INIT;
	_cleanup_free_ char *path = cache_path(c, name), *etag = NULL;
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *document = cache_read(path, &text, &etag);
	size_t len = document ? text.len - (size_t)(document - text.data) : 0;

	*ret_fresh = !(recent && document && file_is_recent(path, DISCOVERY_CACHE_AGE));
	if (!*ret_fresh && !openapi_parse(document, len, ret, &broken))
		return 0;
	*ret_fresh = true;
	if (fetch_v2(c, document ? etag : NULL, &response, err))
		return -1;
	if (response.status != 304)
		return take_v2(c, path, &response, extract, ret, err);
	utimensat(AT_FDCWD, path, NULL, 0);
	if (!openapi_parse(document, len, ret, &broken))
		return 0;
	/* what was kept is broken */
	return fetch_v2(c, NULL, &again, err) ? -1 : take_v2(c, path, &again, extract, ret, err);
}

int openapi_load_v2(struct client *c, struct openapi **ret, struct error *err)
{
	bool fresh;

	return load_v2(c, "v2.json", false, NULL, ret, &fresh, err);
}

/* ---- the models of version 2 ------------------------------------------------------------ */

static void print_member(struct buf *out, const cJSON *object, const char *key)
{
	const cJSON *value = json_get(object, key);

	if (!value)
		return;
	buf_printf(out, "%s\"%s\":", out->data[out->len - 1] == '{' ? "" : ",", key);
	json_print(out, value, JSON_COMPACT);
}

static void print_schema(struct buf *out, const cJSON *schema);

static void print_inner_schema(struct buf *out, const cJSON *schema, const char *key)
{
	const cJSON *inner = json_get(schema, key);

	if (!json_is_object(inner))
		return;
	buf_printf(out, "%s\"%s\":", out->data[out->len - 1] == '{' ? "" : ",", key);
	print_schema(out, inner);
}

static void print_schemas(struct buf *out, const cJSON *schemas)
{
	const cJSON *schema;

	buf_putc(out, '{');
	cJSON_ArrayForEach(schema, schemas)
	{
		if (schema != schemas->child)
			buf_putc(out, ',');
		json_print_string(out, schema->string, JSON_COMPACT);
		buf_putc(out, ':');
		print_schema(out, schema);
	}
	buf_putc(out, '}');
}

/* A schema without its prose. */
static void print_schema(struct buf *out, const cJSON *schema)
{
	static const char *const members[] = {"$ref", "type", "required", "x-kubernetes-group-version-kind"};
	const cJSON *properties = json_get(schema, "properties");

	buf_putc(out, '{');
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		print_member(out, schema, members[i]);
	print_inner_schema(out, schema, "items");
	print_inner_schema(out, schema, "additionalProperties");
	if (json_is_object(properties)) {
		buf_printf(out, "%s\"properties\":", out->data[out->len - 1] == '{' ? "" : ",");
		print_schemas(out, properties);
	}
	buf_putc(out, '}');
}

static int extract_models(const struct buf *document, struct buf *ret, struct error *err)
{
	_cleanup_(openapi_free_p) struct openapi *whole = NULL;

	if (openapi_parse(document->data, document->len, &whole, err))
		return -1;
	print_schemas(ret, json_get(whole->root, "definitions"));
	return 0;
}

int openapi_load_models(struct client *c, bool fresh, struct openapi **ret, bool *ret_fresh, struct error *err)
{
	return load_v2(c, "v2-models.json", !fresh, extract_models, ret, ret_fresh, err);
}
