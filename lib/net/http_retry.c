#include "net/http_internal.h"

#include <strings.h>

#include "base/timeutil.h"

/*
 * When a request is sent again. The rules are client-go's (rest/with_retry.go):
 * 429 and 5xx when the server says how long to wait, and a connection that was
 * lost under a request that may be repeated.
 */
#define MAX_ATTEMPTS 10
#define MAX_LOST 5
#define MAX_REDIRECTS 10
#define BACKOFF (100 * MILLISECOND)

static bool is_read_only(const struct transfer *t)
{
	return !strcmp(t->request.method, "GET") || !strcmp(t->request.method, "HEAD");
}

static bool may_repeat(const struct transfer *t)
{
	return !t->request.no_retry && !t->delivered && t->attempts < MAX_ATTEMPTS;
}

static bool wait_asked(struct transfer *t)
{
	const struct http_response *r = &t->response;

	if ((r->status != 429 && r->status < 500) || r->retry_after < 0 || !may_repeat(t))
		return false;
	t->not_before = time_monotonic() + r->retry_after;
	return !t->deadline || t->not_before < t->deadline;
}

static bool credentials_renewed(struct transfer *t)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_vec_ struct vec headers = VEC_OF_STRINGS;
	struct http *h = t->http;

	if (t->response.status != 401 || t->refreshed || t->foreign || !h->authorize)
		return false;
	t->refreshed = true;
	/* of many that were refused together one renews for all */
	if (t->started < h->renewed_at)
		return true;
	if (h->authorize(h->authorize_ctx, true, &headers, &ignored))
		return false;
	h->renewed_at = time_monotonic();
	return true;
}

/* Scheme, host and port of both are the same. */
static bool same_origin(const char *a, const char *b)
{
	const char *end = strstr(a, "://");
	size_t n;

	if (!end)
		return false;
	n = (size_t)(end + 3 - a);
	n += strcspn(a + n, "/?#");
	return !strncasecmp(a, b, n) && (!b[n] || strchr("/?#", b[n]));
}

static bool redirected(struct transfer *t)
{
	char *target = NULL;
	int status = t->response.status;

	if (status < 301 || status > 308 || status == 304 || status == 305 || status == 306 || !is_read_only(t))
		return false;
	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &target);
	if (!target || t->redirects++ >= MAX_REDIRECTS)
		return false;
	/* credentials never leave the server that they are for */
	if (!same_origin(t->url, target))
		t->foreign = true;
	free(t->url);
	t->url = xstrdup(target);
	return true;
}

bool transfer_retry_answer(struct transfer *t)
{
	t->not_before = 0;
	if (wait_asked(t)) {
		t->attempts++;
		return true;
	}
	return credentials_renewed(t) || redirected(t);
}

static bool is_lost_connection(const struct transfer *t, CURLcode code)
{
	if (tls_failure(transfer_tls(t)))
		return false;
	switch (code) {
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
		return true;
	default:
		return false;
	}
}

bool transfer_retry_failure(struct transfer *t, CURLcode code)
{
	long connect_code = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect_code);
	/* curl does not send everything again that the server did not take: not what it was about to send just then */
	if (connect_code >= 300 || !(is_read_only(t) || transfer_not_taken(t)) || !is_lost_connection(t, code) || !may_repeat(t) ||
	    t->attempts >= MAX_LOST)
		return false;
	t->not_before = time_monotonic() + (BACKOFF << t->attempts);
	t->attempts++;
	return !t->deadline || t->not_before < t->deadline;
}
