#ifndef KUBEC_NET_HTTP_INTERNAL_H
#define KUBEC_NET_HTTP_INTERNAL_H

#include "net/dynload.h"
#include "net/http.h"
#include "net/task.h"
#include "net/tls.h"
#include "net/trace.h"

/* What the files http*.c share: one server, and one request on its way. */

struct transfer_list {
	struct transfer *first, *last;
};

struct http {
	const struct dynload *lib;
	struct tls *tls;         /* the server's trust and our identity */
	struct tls *foreign_tls; /* for absolute URLs: the system's trust, no identity; made on demand */
	CURLM *multi;
	char *server, *user_agent;
	char *proxy;             /* NULL: none */
	bool proxy_given;        /* not from the environment */
	bool no_compression;
	int64_t timeout;
	int (*authorize)(void *ctx, bool refresh, struct vec *headers, struct error *err);
	void *authorize_ctx;
	struct http_trace *trace;
	char closed[64];         /* our own address of the connection that was closed last */
	int64_t renewed_at;      /* time_monotonic() of the last renewal of credentials; 0: none */
	size_t concurrency;
	size_t running;            /* transfers that curl works on */
	struct transfer_list ready;   /* in the order of their start */
	struct transfer_list delayed; /* to be sent at their not_before */
	struct transfer_list active;
	unsigned long opened;      /* how many streams were, on all connections */
	unsigned long last_taken, let_go_at; /* of the last GOAWAY: its last stream, and opened at that time */
	struct task *heir;         /* whom the requests belong to that a done function starts */
};

struct transfer {
	struct transfer *prev, *next;
	struct http *http;
	struct task *owner; /* who started it, and waits for it; NULL outside of all tasks */
	struct http_request request;
	http_done_fn *done;
	void *done_ctx;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	bool foreign;            /* another server: no credentials, no identity */
	bool refreshed;          /* credentials were renewed after a 401 */
	bool stopped;            /* on_data has had enough */
	bool delivered;          /* on_data has had something */
	unsigned attempts, redirects;
	int64_t not_before;      /* time_monotonic() of the next attempt */
	int64_t started, first_started;
	int64_t deadline;        /* time_monotonic(), over all attempts; 0: none */
	size_t limit;
	unsigned long stream, opened_at; /* of HTTP/2, where the body is sent once; opened_at: see http.opened */
	size_t sent;             /* bytes of the body that curl has taken */
	struct http_response response;
	char *status_text;       /* "200 OK" */
	struct vec response_headers; /* "Name: value", filled only for a trace */
	char peer[64];           /* address of the last connection that was tried */
	char message[CURL_ERROR_SIZE];
};

/* http_transfer.c */
int transfer_prepare(struct transfer *t, struct error *err);
void transfer_reset(struct transfer *t); /* forgets the attempt's answer and handle */
void transfer_free(struct transfer *t);
void transfer_read_header(struct transfer *t, const char *line, size_t len); /* a status line or header of an answer */
struct tls *transfer_tls(const struct transfer *t);

/* The server has let go of the connection and not taken the request, which has a body. */
bool transfer_not_taken(const struct transfer *t);

/* http_retry.c: true when the transfer is to be sent again at t->not_before. */
bool transfer_retry_answer(struct transfer *t);
bool transfer_retry_failure(struct transfer *t, CURLcode code);

/* http_failure.c: says in err why an attempt gave no answer. */
int transfer_failure(const struct transfer *t, CURLcode code, struct error *err);

/* trace.c; all of these do nothing without a trace. */
void trace_request(const struct transfer *t);
void trace_response(const struct transfer *t);
void trace_failure(const struct transfer *t);

#endif
