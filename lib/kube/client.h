#ifndef KUBEC_KUBE_CLIENT_H
#define KUBEC_KUBE_CLIENT_H

#include "data/json.h"
#include "kube/kubeconfig.h"
#include "kube/resource.h"
#include "net/http.h"
#include "net/trace.h"
#include "net/websocket.h"

/*
 * One API server through one identity: JSON in and out over net/http, failures
 * as API Status errors. Everything that talks to a server goes through here.
 */
struct client;

struct client_config {
	const struct kubeconfig_server
	        *server; /* copied as needed; credentials stay owned by it and must outlive the client */
	const char *user_agent;
	const char *command; /* Kubectl-Command header: "kubectl get"; NULL: none */
	const char *session; /* Kubectl-Session header, or NULL */
	int64_t timeout;     /* --request-timeout, nanoseconds; 0: none */
	struct http_trace *trace;
	/* Receives each Warning header's text once per distinct text (kubectl's "Warning: …" on stderr); NULL: none. */
	void (*warning)(void *ctx, const char *text);
	void *warning_ctx;
	const char *cache_dir; /* --cache-dir; discovery is kept below it, NULL: not kept */
};

/*
 * Copies what it needs. Nothing is loaded, run (credential plug-ins) or
 * connected before the first request: what is wrong with certificates is said then.
 */
int client_new(const struct client_config *cfg, struct client **ret, struct error *err);
void client_free(struct client *c);
DEFINE_CLEANUP(struct client *, client_free);
void client_warn(struct client *c, const char *text); /* shows a warning of our own, once per text */
/*
 * Gives the server's warnings to take first, each as often as it comes; those that it returns false for are shown as
 * ever, once a text. For callers who show them later, by client_warn(). NULL: no more.
 */
void client_divert_warnings(struct client *c, bool (*take)(const char *text));
bool client_was_answered(const struct client *c);     /* true once the server answered anything */
const char *client_server(const struct client *c);    /* "https://host:port" */
const char *client_cache_dir(const struct client *c); /* this server's discovery folder, or NULL */

/* One request. method and path are needed, the rest may be NULL. */
struct client_request {
	const char *method;
	const char *path;         /* with query */
	const char *accept;       /* NULL: application/json */
	const char *content_type; /* of body; NULL: application/json */
	const char *const *headers;
	const char *body; /* text, or NULL */
	size_t body_len;  /* 0: strlen(body) */
	bool no_timeout;
	int64_t timeout;   /* of this request alone, nanoseconds; 0: the client's */
	bool no_retry;     /* do not repeat on 429, 503, a lost connection */
	bool plain_errors; /* failures are worded without looking for a Status, as kubectl does for discovery */
	bool absolute;     /* the path is the user's own (get --raw): errors do not name a resource */
	int (*on_data)(void *ctx, const char *data, size_t len);
	void *ctx;
};

/*
 * Sends it and reads a JSON answer. A failure Status becomes ERROR_API with
 * http_status, reason, message and status_json set; an answer that is
 * no Status becomes kubectl's generic words for that status code. *ret_json may be NULL when
 * the caller does not want the answer (ret_json itself NULL).
 */
int client_call(struct client *c, const struct client_request *rq, cJSON **ret_json, struct error *err);

/* The same, the answer's bytes as they came; 304 is an answer too. */
int client_call_raw(struct client *c, const struct client_request *rq, struct http_response *ret, struct error *err);

/*
 * Starts without waiting (rq is copied whole); done is called from client_run().
 * json is NULL on failure, else taken by done. ctx of an on_data must live until then.
 */
typedef void client_done_fn(void *ctx, cJSON *json, struct error *err);
int client_start(struct client *c, const struct client_request *rq, client_done_fn *done, void *done_ctx,
                 struct error *err);
/* The same with the answer as it came, which done may take; after a failure err->class is set. */
typedef void client_raw_done_fn(void *ctx, struct http_response *response, struct error *err);
int client_start_raw(struct client *c, const struct client_request *rq, client_raw_done_fn *done, void *done_ctx,
                     struct error *err);
int client_run(struct client *c, struct error *err);
/* How many requests may be under way, once one was sent; 100 until then. */
void client_set_concurrency(struct client *c, size_t n);
/* One turn for tasks (net/task.h), which http_turn() describes. */
void client_turn(struct client *c, int64_t wait);

/*
 * True when err says that the server does not serve this group, version or
 * resource at all (and not that an object is missing): the caller then asks mapper_refresh().
 */
bool error_is_unknown_type(const struct error *err);

/* ---- streams ----------------------------------------------------------------- */

/* Begins a WebSocket to a path of this server: websocket_start() with the headers that every request has. */
int client_websocket(struct client *c, const struct websocket_request *rq, struct websocket **ret, struct error *err);

/* Says why a WebSocket was refused: its answer's Status, or kubectl's "unable to upgrade connection: …". Returns -1. */
int client_websocket_refused(struct client *c, const struct websocket *ws, struct error *err);

/* ---- the verbs on objects; each is one request ---------------------------- */

int client_get(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
               cJSON **ret, struct error *err);

/*
 * query is what follows "?" ("fieldManager=x&dryRun=All"), NULL or "" for none.
 */
int client_create(struct client *c, const struct resource *r, const char *ns, const cJSON *object, const char *query,
                  cJSON **ret, struct error *err);
int client_update(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
                  const cJSON *object, const char *query, cJSON **ret, struct error *err);
/* type: PATCH_JSON … below; patch is text */
#define PATCH_JSON "application/json-patch+json"
#define PATCH_MERGE "application/merge-patch+json"
#define PATCH_STRATEGIC "application/strategic-merge-patch+json"
#define PATCH_APPLY "application/apply-patch+yaml"
int client_patch(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
                 const char *type, const char *patch, const char *query, cJSON **ret, struct error *err);
/* options is a DeleteOptions object or NULL. */
int client_delete(struct client *c, const struct resource *r, const char *ns, const char *name, const cJSON *options,
                  const char *query, cJSON **ret, struct error *err);

/* Lists in pages of limit (0: one page), calling page for each; ns NULL: all namespaces. */
struct list_options {
	const char *label_selector, *field_selector;
	int64_t limit;
	const char *accept;         /* NULL: application/json */
	const char *extra_query;    /* "includeObject=None", or NULL */
};
/* Appends the query of such a list ("labelSelector=…&limit=…"), for requests that callers make themselves. */
void list_query(struct buf *out, const struct list_options *o, const char *continue_token);
/* page takes ownership of json; non-zero stops with that error. */
typedef int client_page_fn(void *ctx, cJSON *json, struct error *err);
/* Puts those words before the failure of a list that a caller asked for itself. */
void list_error_explain(const struct resource *r, const struct list_options *o, struct error *err);
/*
 * Follows continue tokens. An expired one (410) goes on with the inconsistent
 * continuation that the server offers. 400 and 404 say what was listed, as kubectl does:
 *   Unable to find "/v1, Resource=pods" that match label selector "", field selector "x=y": …
 */
int client_list_pages(struct client *c, const struct resource *r, const char *ns, const struct list_options *o,
                      client_page_fn *page, void *ctx, struct error *err);
/* The same where the first page is there already (and taken). While page works on one, the server makes the next. */
int client_list_pages_after(struct client *c, const struct resource *r, const char *ns, const struct list_options *o,
                            cJSON *first, client_page_fn *page, void *ctx, struct error *err);
/* The whole list as one List object ({kind: PodList, items: […]}). */
int client_list(struct client *c, const struct resource *r, const char *ns, const struct list_options *o, cJSON **ret,
                struct error *err);

#endif
