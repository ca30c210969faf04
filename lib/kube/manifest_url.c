#include <time.h>

#include "kube/manifest.h"
#include "net/http.h"

#define ATTEMPTS 3
#define REDIRECTS 10
#define URL_LIMIT ((size_t)64 << 20)

static bool is_redirect(const struct http_response *r)
{
	return (r->status == 301 || r->status == 302 || r->status == 303 || r->status == 307 || r->status == 308) &&
	       !str_empty(r->location);
}

/* A Location header's value taken from the URL that gave it; free() it. */
static char *resolve(const char *url, const char *location)
{
	size_t origin = strcspn(strstr(url, "://") + 3, "/?#") + (size_t)(strstr(url, "://") + 3 - url);
	const char *slash = strrchr(url + origin, '/');

	if (str_starts(location, "http://") || str_starts(location, "https://"))
		return xstrdup(location);
	if (str_starts(location, "/"))
		return xasprintf("%.*s%s", (int)origin, url, location);
	return xasprintf("%.*s/%s", slash ? (int)(slash - url) : (int)origin, url, location);
}

/* One GET with the redirects it leads to. */
static int get(const char *url, struct http_response *ret, struct error *err)
{
	_cleanup_free_ char *at = xstrdup(url);

	for (int i = 0; i < REDIRECTS; i++) {
		_cleanup_(http_close_p) struct http *h = NULL;
		_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
		struct http_config cfg = {.server = at, .user_agent = "kubec"};
		struct http_request rq = {.method = "GET", .path = at, .response_limit = URL_LIMIT, .no_retry = true};

		if (http_open(&cfg, &h, err) || http_perform(h, &rq, &response, err))
			return -1;
		if (!is_redirect(&response)) {
			*ret = response;
			response = HTTP_RESPONSE_INIT;
			return 0;
		}
		char *next = resolve(at, response.location);
		free(at);
		at = next;
	}
	return error_set(err, ERROR_CONNECT, "Get \"%s\": stopped after %d redirects", at, REDIRECTS);
}

int manifest_download(const char *url, struct buf *ret, struct error *err)
{
	for (int attempt = 0;; attempt++) {
		_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;

		if (attempt)
			nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
		if (!get(url, &response, err)) {
			if (response.status == 200) {
				error_release(err);
				buf_add(ret, response.body.data, response.body.len);
				return 0;
			}
			error_set(err, ERROR_OTHER, "unable to read URL \"%s\", server reported %d %s, status code=%d",
			          url, response.status, http_status_text(response.status), response.status);
			if (response.status < 500)
				return -1;
		} else if (err->class == ERROR_CANCELLED) {
			return -1;
		}
		if (attempt + 1 == ATTEMPTS)
			return -1;
	}
}
