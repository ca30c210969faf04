#include "kube/openapi.h"

#include "base/file.h"

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

int openapi_load_v2(struct client *c, struct openapi **ret, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT, again = HTTP_RESPONSE_INIT;
	_cleanup_free_ char *path = cache_path(c, "v2.json"), *etag = NULL;
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *document = cache_read(path, &text, &etag);
	struct http_response *answer = &response;

	if (fetch_v2(c, document ? etag : NULL, &response, err))
		return -1;
	if (response.status == 304) {
		if (!openapi_parse(document, text.len - (size_t)(document - text.data), ret, &broken))
			return 0;
		/* what was kept is broken */
		answer = &again;
		if (fetch_v2(c, NULL, answer, err))
			return -1;
	}
	if (openapi_parse(answer->body.data, answer->body.len, ret, err))
		return -1;
	cache_write(c, path, answer->etag, &answer->body);
	return 0;
}
