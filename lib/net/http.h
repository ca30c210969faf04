#ifndef KUBEC_NET_HTTP_H
#define KUBEC_NET_HTTP_H

#include "base/base.h"

/*
 * HTTP over libcurl's multi interface: one struct http is one server with its
 * trust, identity and connection pool; HTTP/2 where the server speaks it, many requests in
 * flight on one connection. libcurl (and with it OpenSSL) is loaded at the first http_open().
 * Nothing here knows Kubernetes.
 */

struct http_config {
	const char *server;           /* "https://host:port[/prefix]" */
	const char *ca_pem;           /* trust only these; NULL: the system's trust */
	const char *cert_pem, *key_pem; /* client certificate, or NULL */
	bool identity_in_files;       /* a broken one is then a failure to connect, else one of configuration (as in kubectl) */
	const char *tls_server_name;  /* name to expect instead of the host, or NULL */
	bool insecure;                /* do not verify the server */
	const char *proxy_url;        /* http, https, socks5; NULL: the environment's */
	const char *user_agent;
	bool no_compression;
	int64_t timeout;              /* of one request, nanoseconds; 0: none */
	/*
	 * Called before each request to add credentials ("Authorization: …");
	 * again with refresh set after a 401, when it returns 0 the request is repeated once.
	 */
	int (*authorize)(void *ctx, bool refresh, struct vec *headers, struct error *err);
	void *authorize_ctx;
	/* Diagnostics: one event a call, text without secrets; NULL: none. See trace.h */
	struct http_trace *trace;
};

struct http_response {
	int status;
	struct buf body;       /* empty when the request had an on_data */
	char *content_type;    /* or NULL */
	char *etag;            /* or NULL */
	char *location;        /* or NULL */
	char *date;            /* Date header, or NULL */
	int64_t retry_after;   /* nanoseconds; -1 without the header */
	struct vec warnings;   /* texts of Warning: 299 headers, unquoted */
};
void http_response_release(struct http_response *r);
#define HTTP_RESPONSE_INIT ((struct http_response){.body = {.data = buf_empty}, .retry_after = -1, .warnings = {.free_item = free}})
#define _cleanup_http_response_ _cleanup_(http_response_release)

/* Go's words for a status code ("Not Found"); "" for one that has none. Static. */
const char *http_status_text(long status);

struct http_request {
	const char *method;            /* "GET" … */
	const char *path;              /* path and query below server; an absolute https?:// URL is taken as it is (without credentials) */
	const char *accept;            /* or NULL */
	const char *content_type;      /* or NULL */
	const char *const *headers;    /* further "Name: value", NULL-ended, or NULL */
	const void *body;              /* must live until the request is done */
	size_t body_len;
	size_t response_limit;         /* bytes of body; 0: 512 MiB */
	bool no_timeout;               /* watches and streams: http_config's does not count */
	int64_t timeout;               /* of this request alone, nanoseconds; 0: http_config's */
	bool no_retry;                 /* do not repeat on 429, 503, a lost connection */
	/*
	 * Takes the body of a 2xx answer as it arrives instead of response.body.
	 * Returning non-zero ends the request without an error. What was taken
	 * already is never sent again: a request that failed half way is not repeated.
	 */
	int (*on_data)(void *ctx, const char *data, size_t len);
	void *ctx;
};

struct http;

/* Opens (no connection is made yet). cfg's strings are copied. */
int http_open(const struct http_config *cfg, struct http **ret, struct error *err);
void http_close(struct http *h); /* accepts NULL; cancels what is under way */
DEFINE_CLEANUP(struct http *, http_close);

/*
 * Sends one request and waits. Success means that an HTTP answer arrived,
 * whatever its status. ERROR_CONNECT, ERROR_TLS, ERROR_AUTH, ERROR_CANCELLED, each failure with its own message:
 * the words of Go's net/http as they follow kubectl's "Unable to connect to the server: "; only a refused
 * connection has the whole sentence. ERROR_OTHER when an answer broke off or was too large.
 * Not from within on_data; from within done it may be called. In a task (net/task.h) other tasks go on meanwhile.
 */
int http_perform(struct http *h, const struct http_request *rq, struct http_response *ret, struct error *err);

/*
 * Starts a request without waiting; done is called once from http_run() with
 * the answer (it may take its content), or with an error (err->class set).
 * rq is copied but not what it points to. done may start further requests.
 */
typedef void http_done_fn(void *ctx, struct http_response *response, struct error *err);
int http_start(struct http *h, const struct http_request *rq, http_done_fn *done, void *done_ctx, struct error *err);

/*
 * Runs until every started request is done; in a task (net/task.h), until those are that the task has
 * started. ERROR_CANCELLED after Ctrl-C.
 */
int http_run(struct http *h, struct error *err);

/*
 * One turn for tasks: sends what is waiting, hands over what has come (which wakes the tasks that wait for it), and
 * sleeps where there was nothing to hand over, for wait nanoseconds at the most. After Ctrl-C all requests fail.
 */
void http_turn(struct http *h, int64_t wait);

/* How many may be in flight at a time; the rest wait their turn. Default 100. */
void http_set_concurrency(struct http *h, size_t n);

/*
 * Cancellation: a flag that a signal handler may set; every wait looks at it.
 * One for the process, as there is one terminal.
 */
extern volatile int http_cancelled;

#endif
