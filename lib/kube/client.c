#include "kube/client.h"

#include <ctype.h>

#include "kube/status.h"
#include "net/credentials.h"
#include "net/task.h"

struct client {
	struct http_config config;       /* how to open http; its strings are in kept */
	struct credentials *credentials; /* borrowed, or NULL */
	struct vec kept;
	struct http *http; /* NULL until a request is sent: libcurl is not loaded before */
	char *server;
	char *cache_dir;
	bool answered;      /* the server has answered something */
	struct vec headers; /* sent with every request */
	struct map warned;  /* texts shown already */
	void (*warning)(void *ctx, const char *text);
	void *warning_ctx;
	bool (*divert)(const char *text);
};

/* ---- opening ---------------------------------------------------------------- */

/*
 * The folder that kubectl too keeps this server's discovery in: scheme cut
 * off, everything outside [A-Za-z0-9_/.()] an underscore.
 */
static char *discovery_dir(const char *cache_dir, const char *server)
{
	_cleanup_buf_ struct buf b = BUF_INIT;
	const char *host = strstr(server, "://");

	buf_printf(&b, "%s/discovery/", cache_dir);
	for (const char *p = host ? host + 3 : server; *p; p++)
		buf_putc(&b, isalnum((unsigned char)*p) || strchr("_/.()", *p) ? *p : '_');
	return buf_take(&b);
}

static void add_header(struct client *c, const char *name, const char *value)
{
	if (!str_empty(value))
		vec_add(&c->headers, xasprintf("%s: %s", name, value));
}

static const char *keep(struct client *c, const char *s)
{
	char *copy = xstrdup(s);

	if (copy)
		vec_add(&c->kept, copy);
	return copy;
}

static void keep_config(struct client *c, const struct client_config *cfg)
{
	const struct kubeconfig_server *s = cfg->server;

	c->credentials = s->credentials;
	c->config = (struct http_config){
	        .server = c->server,
	        .ca_pem = keep(c, s->ca_pem),
	        .cert_pem = keep(c, s->cert_pem),
	        .key_pem = keep(c, s->key_pem),
	        .identity_in_files = s->identity_in_files,
	        .tls_server_name = keep(c, s->tls_server_name),
	        .insecure = s->insecure,
	        .proxy_url = keep(c, s->proxy_url),
	        .user_agent = keep(c, cfg->user_agent),
	        .no_compression = s->disable_compression,
	        .timeout = cfg->timeout,
	        .authorize = s->credentials ? credentials_authorize : NULL,
	        .authorize_ctx = s->credentials,
	        .trace = cfg->trace,
	};
}

/* Opens the connection pool before the first request. */
static int client_open(struct client *c, struct error *err)
{
	struct http_config config = c->config;
	const char *cert = NULL, *key = NULL;

	if (c->http)
		return 0;
	if (c->credentials && credentials_certificate(c->credentials, &cert, &key, err))
		return -1;
	/* an exec plug-in may give a client certificate in place of the kubeconfig's */
	if (cert && key) {
		config.cert_pem = cert;
		config.key_pem = key;
	}
	return http_open(&config, &c->http, err);
}

int client_new(const struct client_config *cfg, struct client **ret, struct error *err)
{
	struct client *c = NEW(struct client);

	(void)err;
	c->kept = VEC_OF_STRINGS;
	c->server = xstrdup(cfg->server->server);
	c->headers = VEC_OF_STRINGS;
	c->warning = cfg->warning;
	c->warning_ctx = cfg->warning_ctx;
	if (!str_empty(cfg->cache_dir))
		c->cache_dir = discovery_dir(cfg->cache_dir, c->server);
	add_header(c, "Kubectl-Command", cfg->command);
	add_header(c, "Kubectl-Session", cfg->session);
	keep_config(c, cfg);
	*ret = c;
	return 0;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	http_close(c->http);
	free(c->server);
	free(c->cache_dir);
	vec_release(&c->headers);
	vec_release(&c->kept);
	map_release(&c->warned);
	free(c);
}

bool client_was_answered(const struct client *c)
{
	return c->answered;
}

const char *client_server(const struct client *c)
{
	return c->server;
}

const char *client_cache_dir(const struct client *c)
{
	return c->cache_dir;
}

/* ---- requests and answers --------------------------------------------------- */

void client_warn(struct client *c, const char *text)
{
	if (!c->warning || map_has(&c->warned, text))
		return;
	map_set(&c->warned, text, c);
	c->warning(c->warning_ctx, text);
}

void client_divert_warnings(struct client *c, bool (*take)(const char *text))
{
	c->divert = take;
}

static void show_warnings(struct client *c, const struct http_response *response)
{
	for (size_t i = 0; i < response->warnings.len; i++) {
		const char *text = vec_string(&response->warnings, i);

		if (!c->divert || !c->divert(text))
			client_warn(c, text);
	}
}

/* headers receives what request->headers points to. */
static void request_fill(struct client *c, const struct client_request *rq, struct vec *headers,
                         struct http_request *ret)
{
	for (size_t i = 0; i < c->headers.len; i++)
		vec_add(headers, c->headers.items[i]);
	for (size_t i = 0; rq->headers && rq->headers[i]; i++)
		vec_add(headers, (void *)rq->headers[i]);
	vec_add(headers, NULL);
	*ret = (struct http_request){
	        .method = rq->method,
	        .path = rq->path,
	        .accept = rq->accept ? rq->accept : "application/json",
	        .content_type = !rq->body          ? NULL
	                        : rq->content_type ? rq->content_type
	                                           : "application/json",
	        .headers = (const char *const *)headers->items,
	        .body = rq->body,
	        .body_len = !rq->body      ? 0
	                    : rq->body_len ? rq->body_len
	                                   : strlen(rq->body),
	        .no_timeout = rq->no_timeout,
	        .timeout = rq->timeout,
	        .no_retry = rq->no_retry,
	        .on_data = rq->on_data,
	        .ctx = rq->ctx,
	};
}

/* A failure answer becomes err. */
static int response_check(struct client *c, const struct client_request *rq, const struct http_response *response,
                          struct error *err)
{
	c->answered = true;
	show_warnings(c, response);
	if ((response->status >= 200 && response->status <= 206) || response->status == 304)
		return 0;
	if (rq->plain_errors)
		return status_generic_error(err, rq->method, rq->path, rq->absolute, response);
	return status_response_error(err, rq->method, rq->path, rq->absolute, response);
}

/* The media type of an answer that claims not to be JSON, or NULL. */
static const char *foreign_type(const struct http_response *response)
{
	const char *type = response->content_type;

	if (str_empty(type) || str_starts(type, "application/json"))
		return NULL;
	return type;
}

/* Objects say what they are; what does not is no answer of an API server. */
static int check_object(const cJSON *json, const struct http_response *response, struct error *err)
{
	if (!json_is_object(json))
		return error_set(err, ERROR_PARSE,
		                 "json: cannot unmarshal %s into Go value of type unstructured.detector",
		                 cJSON_IsArray(json)    ? "array"
		                 : cJSON_IsString(json) ? "string"
		                 : cJSON_IsNumber(json) ? "number"
		                                        : "bool");
	if (str_empty(json_string(json, "kind")))
		return error_set(err, ERROR_PARSE, "Object 'Kind' is missing in '%s'", response->body.data);
	return 0;
}

static int response_parse(const struct client_request *rq, const struct http_response *response, cJSON **ret,
                          struct error *err)
{
	const char *type = foreign_type(response);
	_cleanup_json_ cJSON *json = NULL;

	if (type)
		return error_set(err, ERROR_PARSE, "serializer for %s doesn't exist", type);
	if (json_parse(response->body.data, response->body.len, NULL, &json, err))
		return -1;
	if (status_is_failure(json))
		return status_error(err, json, 0);
	if (path_is_of_resource(rq->path) && check_object(json, response, err))
		return -1;
	*ret = TAKE_PTR(json);
	return 0;
}

int client_call_raw(struct client *c, const struct client_request *rq, struct http_response *ret, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	_cleanup_vec_ struct vec headers = VEC_INIT;
	struct http_request request;

	request_fill(c, rq, &headers, &request);
	if (client_open(c, err) || http_perform(c->http, &request, &response, err))
		return -1;
	if (response_check(c, rq, &response, err))
		return -1;
	*ret = response;
	response = HTTP_RESPONSE_INIT;
	return 0;
}

int client_call(struct client *c, const struct client_request *rq, cJSON **ret_json, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;

	if (client_call_raw(c, rq, &response, err))
		return -1;
	return ret_json ? response_parse(rq, &response, ret_json, err) : 0;
}

/* ---- many at a time ----------------------------------------------------------- */

/* A request under way and everything it points to. */
struct call {
	struct client *client;
	struct client_request rq;
	struct vec headers;
	struct vec owned;     /* strings */
	client_done_fn *done; /* or */
	client_raw_done_fn *raw_done;
	void *done_ctx;
};

static void call_free(struct call *call)
{
	vec_release(&call->headers);
	vec_release(&call->owned);
	free(call);
}

static const char *call_keep(struct call *call, const char *s)
{
	char *copy = xstrdup(s);

	if (copy)
		vec_add(&call->owned, copy);
	return copy;
}

static struct call *call_new(struct client *c, const struct client_request *rq)
{
	struct call *call = NEW(struct call);

	call->client = c;
	call->owned = VEC_OF_STRINGS;
	call->rq = *rq;
	call->rq.method = call_keep(call, rq->method);
	call->rq.path = call_keep(call, rq->path);
	call->rq.accept = call_keep(call, rq->accept);
	call->rq.content_type = call_keep(call, rq->content_type);
	if (rq->body) {
		call->rq.body_len = rq->body_len ? rq->body_len : strlen(rq->body);
		char *body = xmalloc(call->rq.body_len + 1);
		memcpy(body, rq->body, call->rq.body_len);
		body[call->rq.body_len] = '\0';
		vec_add(&call->owned, body);
		call->rq.body = body;
	}
	return call;
}

static void call_done(void *ctx, struct http_response *response, struct error *err)
{
	struct call *call = ctx;
	struct error failure = ERROR_INIT;
	cJSON *json = NULL;

	if (err && err->class)
		error_move(&failure, err);
	else if (!response_check(call->client, &call->rq, response, &failure) && call->done && !call->rq.on_data)
		response_parse(&call->rq, response, &json, &failure);
	if (call->done)
		call->done(call->done_ctx, json, &failure);
	else
		call->raw_done(call->done_ctx, response, &failure);
	error_release(&failure);
	call_free(call);
}

/* Takes the call. */
static int call_start(struct call *call, struct error *err)
{
	struct http_request request;

	if (client_open(call->client, err)) {
		call_free(call);
		return -1;
	}
	request_fill(call->client, &call->rq, &call->headers, &request);
	for (size_t i = 0; i + 1 < call->headers.len; i++)
		call->headers.items[i] = (void *)call_keep(call, call->headers.items[i]);
	call->rq.headers = NULL;
	if (http_start(call->client->http, &request, call_done, call, err)) {
		call_free(call);
		return -1;
	}
	return 0;
}

int client_start(struct client *c, const struct client_request *rq, client_done_fn *done, void *done_ctx,
                 struct error *err)
{
	struct call *call = call_new(c, rq);

	call->done = done;
	call->done_ctx = done_ctx;
	return call_start(call, err);
}

int client_start_raw(struct client *c, const struct client_request *rq, client_raw_done_fn *done, void *done_ctx,
                     struct error *err)
{
	struct call *call = call_new(c, rq);

	call->raw_done = done;
	call->done_ctx = done_ctx;
	return call_start(call, err);
}

int client_run(struct client *c, struct error *err)
{
	return c->http ? http_run(c->http, err) : 0;
}

void client_set_concurrency(struct client *c, size_t n)
{
	if (c->http)
		http_set_concurrency(c->http, n);
}

void client_turn(struct client *c, int64_t wait)
{
	if (c->http)
		http_turn(c->http, wait);
	else
		task_sleep(wait);
}

/* ---- streams -------------------------------------------------------------------- */

int client_websocket(struct client *c, const struct websocket_request *rq, struct websocket **ret, struct error *err)
{
	struct websocket_request request = *rq;
	_cleanup_vec_ struct vec headers = VEC_INIT;

	for (size_t i = 0; i < c->headers.len; i++)
		vec_add(&headers, c->headers.items[i]);
	for (size_t i = 0; rq->headers && rq->headers[i]; i++)
		vec_add(&headers, (void *)rq->headers[i]);
	vec_add(&headers, NULL);
	request.headers = (const char *const *)headers.items;
	if (client_open(c, err))
		return -1;
	return websocket_start(c->http, &request, ret, err);
}

int client_websocket_refused(struct client *c, const struct websocket *ws, struct error *err)
{
	const struct http_response *answer = websocket_answer(ws);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *status = NULL;
	const char *text = answer->body.data + strspn(answer->body.data, " \t\r\n");
	size_t len = strlen(text);

	c->answered = true;
	show_warnings(c, answer);
	if (!json_parse(answer->body.data, answer->body.len, NULL, &status, &ignored) && status_is_failure(status))
		return status_error(err, status, answer->status);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return error_set(err, ERROR_OTHER, "unable to upgrade connection: %.*s", (int)len, text);
}
