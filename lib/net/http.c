#include "net/http_internal.h"

#include <time.h>

#include "base/timeutil.h"
#include "net/proxy.h"

#define CONCURRENCY 100
#define MAX_CONNECTIONS 32 /* where only HTTP/1.1 is spoken; else one carries all */
#define POLL_TIME (250 * MILLISECOND) /* how late Ctrl-C may be seen when the poll restarts */

volatile int http_cancelled;

void http_response_release(struct http_response *r)
{
	buf_release(&r->body);
	free(r->content_type);
	free(r->etag);
	free(r->location);
	free(r->date);
	vec_release(&r->warnings);
	*r = HTTP_RESPONSE_INIT;
}

/* ---- opening and closing -------------------------------------------------------- */

static int server_tls(struct http *h, const struct http_config *cfg, struct error *err)
{
	_cleanup_free_ char *host = NULL, *port = NULL;
	struct tls_config tls = {
		.ca_pem = cfg->ca_pem,
		.cert_pem = cfg->cert_pem,
		.key_pem = cfg->key_pem,
		.insecure = cfg->insecure,
		.name_override = !str_empty(cfg->tls_server_name),
	};

	url_split_host(cfg->server, &host, &port);
	tls.server_name = tls.name_override ? cfg->tls_server_name : host;
	if (!tls_new(h->lib, &tls, &h->tls, err))
		return 0;
	if (err->class == ERROR_TLS && !cfg->identity_in_files)
		err->class = ERROR_CONFIG;
	return -1;
}

int http_open(const struct http_config *cfg, struct http **ret, struct error *err)
{
	_cleanup_(http_close_p) struct http *h = NEW(struct http);
	size_t len = strlen(cfg->server);

	if (dynload_get(&h->lib, err))
		return -1;
	if (server_tls(h, cfg, err))
		return -1;
	h->multi = h->lib->curl_multi_init();
	if (!h->multi)
		return error_set(err, ERROR_OTHER, "libcurl could not be started");
	h->lib->curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	h->lib->curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)MAX_CONNECTIONS);
	while (len && cfg->server[len - 1] == '/')
		len--;
	h->server = xstrndup(cfg->server, len);
	h->user_agent = xstrdup(cfg->user_agent);
	h->proxy = str_empty(cfg->proxy_url) ? NULL : xstrdup(cfg->proxy_url);
	h->no_compression = cfg->no_compression;
	h->timeout = cfg->timeout;
	h->authorize = cfg->authorize;
	h->authorize_ctx = cfg->authorize_ctx;
	h->trace = cfg->trace && cfg->trace->level >= 6 ? cfg->trace : NULL;
	h->concurrency = CONCURRENCY;
	*ret = TAKE_PTR(h);
	return 0;
}

static void list_append(struct transfer_list *list, struct transfer *t)
{
	t->next = NULL;
	t->prev = list->last;
	*(list->last ? &list->last->next : &list->first) = t;
	list->last = t;
}

static struct transfer *list_remove(struct transfer_list *list, struct transfer *t)
{
	*(t->prev ? &t->prev->next : &list->first) = t->next;
	*(t->next ? &t->next->prev : &list->last) = t->prev;
	return t;
}

static void transfers_drop(struct transfer_list *list)
{
	while (list->first) {
		struct transfer *t = list_remove(list, list->first);

		if (t->easy)
			t->http->lib->curl_multi_remove_handle(t->http->multi, t->easy);
		transfer_free(t);
	}
}

void http_close(struct http *h)
{
	if (!h)
		return;
	transfers_drop(&h->ready);
	transfers_drop(&h->delayed);
	transfers_drop(&h->active);
	if (h->multi)
		h->lib->curl_multi_cleanup(h->multi);
	tls_free(h->tls);
	tls_free(h->foreign_tls);
	free(h->server);
	free(h->user_agent);
	free(h->proxy);
	free(h);
}

void http_set_concurrency(struct http *h, size_t n)
{
	h->concurrency = n ? n : 1;
}

/* ---- starting --------------------------------------------------------------------- */

int http_start(struct http *h, const struct http_request *rq, http_done_fn *done, void *done_ctx, struct error *err)
{
	bool absolute = str_starts(rq->path, "http://") || str_starts(rq->path, "https://");
	struct transfer *t;

	if (http_cancelled)
		return error_set(err, ERROR_CANCELLED, "interrupted");
	t = NEW(struct transfer);
	t->http = h;
	t->owner = h->heir ? h->heir : task_current();
	t->request = *rq;
	t->done = done;
	t->done_ctx = done_ctx;
	t->foreign = absolute;
	t->url = absolute ? xstrdup(rq->path) : xasprintf("%s%s", h->server, rq->path);
	t->response = HTTP_RESPONSE_INIT;
	t->response_headers = VEC_OF_STRINGS;
	t->first_started = time_monotonic();
	if (rq->timeout > 0)
		t->deadline = t->first_started + rq->timeout;
	else if (h->timeout > 0 && !rq->no_timeout)
		t->deadline = t->first_started + h->timeout;
	list_append(&h->ready, t);
	return 0;
}

/* ---- running ------------------------------------------------------------------------ */

/* Hands over the answer; err's class says whether there is one. */
static void transfer_finish(struct transfer *t, struct error *err)
{
	struct http_response response = t->response;
	struct task *owner = t->owner, *heir = t->http->heir;
	struct http *h = t->http;

	t->response = HTTP_RESPONSE_INIT;
	h->heir = owner;
	t->done(t->done_ctx, &response, err);
	h->heir = heir;
	http_response_release(&response);
	transfer_free(t);
	if (owner)
		task_wake(owner);
}

static void transfer_begin(struct transfer *t)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct http *h = t->http;

	if (transfer_prepare(t, &err)) {
		transfer_finish(t, &err);
		return;
	}
	trace_request(t);
	list_append(&h->active, t);
	h->running++;
	h->lib->curl_multi_add_handle(h->multi, t->easy);
}

/* Moves what may be sent again by now behind what is to be sent anyway. */
static void ready_delayed(struct http *h)
{
	int64_t now = h->delayed.first ? time_monotonic() : 0;

	for (struct transfer *t = h->delayed.first, *next; t; t = next) {
		next = t->next;
		if (t->not_before <= now)
			list_append(&h->ready, list_remove(&h->delayed, t));
	}
}

static void begin_ready(struct http *h)
{
	ready_delayed(h);
	while (h->running < h->concurrency && h->ready.first)
		transfer_begin(list_remove(&h->ready, h->ready.first));
}

static void transfer_again(struct transfer *t)
{
	transfer_reset(t);
	list_append(&t->http->delayed, t);
}

static bool has_answer(const struct transfer *t, CURLcode code)
{
	return t->stopped || (code == CURLE_OK && t->response.status);
}

static void transfer_ended(struct transfer *t, CURLcode code)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct http *h = t->http;

	h->lib->curl_multi_remove_handle(h->multi, t->easy);
	list_remove(&h->active, t);
	h->running--;
	if (has_answer(t, code)) {
		trace_response(t);
		if (!t->stopped && transfer_retry_answer(t)) {
			transfer_again(t);
			return;
		}
	} else {
		trace_failure(t);
		if (transfer_retry_failure(t, code)) {
			transfer_again(t);
			return;
		}
		transfer_failure(t, code, &err);
	}
	transfer_finish(t, &err);
}

/* True when something has ended. */
static bool collect_ended(struct http *h)
{
	bool any = false;
	CURLMsg *message;
	int left;

	while ((message = h->lib->curl_multi_info_read(h->multi, &left))) {
		CURLcode code = message->data.result;
		char *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		h->lib->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		transfer_ended((struct transfer *)t, code);
		any = true;
	}
	return any;
}

/* How long to sleep: until something may be sent again, or a moment. */
static int poll_milliseconds(const struct http *h, int64_t wait)
{
	int64_t now = h->delayed.first ? time_monotonic() : 0;

	wait = MIN(wait, POLL_TIME);
	for (const struct transfer *t = h->delayed.first; t; t = t->next)
		wait = MIN(wait, MAX(t->not_before - now, 0));
	return (int)((wait + MILLISECOND - 1) / MILLISECOND);
}

static bool is_busy(const struct http *h)
{
	return h->ready.first || h->delayed.first || h->active.first;
}

static void cancel_list(struct transfer_list *list)
{
	while (list->first) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct transfer *t = list_remove(list, list->first);

		if (t->easy && list == &t->http->active) {
			t->http->lib->curl_multi_remove_handle(t->http->multi, t->easy);
			t->http->running--;
		}
		error_set(&err, ERROR_CANCELLED, "interrupted");
		transfer_finish(t, &err);
	}
}

static void cancel_all(struct http *h)
{
	cancel_list(&h->active);
	cancel_list(&h->ready);
	cancel_list(&h->delayed);
}

/* One turn: start, move bytes, hand over what is done; sleep where there was nothing to hand over. */
static void run_once(struct http *h, int64_t wait)
{
	int running;

	begin_ready(h);
	h->lib->curl_multi_perform(h->multi, &running);
	if (collect_ended(h))
		return;
	begin_ready(h);
	if (is_busy(h) || wait < INT64_MAX)
		h->lib->curl_multi_poll(h->multi, NULL, 0, poll_milliseconds(h, wait), NULL);
}

void http_turn(struct http *h, int64_t wait)
{
	if (http_cancelled)
		cancel_all(h);
	else
		run_once(h, wait);
}

static bool is_waited_for(const struct transfer_list *list, const struct task *owner)
{
	for (const struct transfer *t = list->first; t; t = t->next)
		if (t->owner == owner)
			return true;
	return false;
}

/* In a task somebody else takes the turns. */
static void run_task(struct http *h, const struct task *me)
{
	while (is_waited_for(&h->active, me) || is_waited_for(&h->ready, me) || is_waited_for(&h->delayed, me))
		task_park();
}

int http_run(struct http *h, struct error *err)
{
	if (task_current())
		run_task(h, task_current());
	while (!task_current() && is_busy(h) && !http_cancelled)
		run_once(h, INT64_MAX);
	if (!http_cancelled)
		return 0;
	if (!task_current())
		cancel_all(h);
	return error_set(err, ERROR_CANCELLED, "interrupted");
}

struct performed {
	struct http_response *response;
	struct error *err;
	bool done;
};

static void perform_done(void *ctx, struct http_response *response, struct error *err)
{
	struct performed *p = ctx;

	if (err->class) {
		error_move(p->err, err);
	} else {
		*p->response = *response;
		*response = HTTP_RESPONSE_INIT;
	}
	p->done = true;
}

int http_perform(struct http *h, const struct http_request *rq, struct http_response *ret, struct error *err)
{
	struct http_response response = HTTP_RESPONSE_INIT;
	struct error failure = ERROR_INIT;
	struct performed p = {.response = &response, .err = &failure};

	if (http_start(h, rq, perform_done, &p, err))
		return -1;
	while (!p.done) {
		if (task_current())
			task_park();
		else
			http_turn(h, INT64_MAX);
	}
	if (failure.class) {
		error_move(err, &failure);
		return -1;
	}
	*ret = response;
	return 0;
}
