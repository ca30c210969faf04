#include "net/http_internal.h"

#include <arpa/inet.h>
#include <strings.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "net/proxy.h"

#define RESPONSE_LIMIT ((size_t)512 << 20)
#define CONNECT_TIMEOUT (30 * SECOND) /* as Go's default dialer */

struct tls *transfer_tls(const struct transfer *t)
{
	return t->foreign ? t->http->foreign_tls : t->http->tls;
}

/* ---- what curl hands over ------------------------------------------------------ */

static void header_retry_after(struct transfer *t, const char *value)
{
	char *end;
	long seconds = strtol(value, &end, 10);

	/* a date is not understood, as in client-go */
	if (end != value && !*end && seconds >= 0 && seconds < 86400)
		t->response.retry_after = seconds * SECOND;
}

/* Warning: 299 agent "text with \" quotes" ["date"]; RFC 7234, 5.5 */
static void header_warning(struct transfer *t, const char *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *p = value;

	if (!str_starts(p, "299 "))
		return;
	p = strchr(p + 4, ' ');
	if (!p || p[1] != '"')
		return;
	for (p += 2; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		buf_putc(&text, *p);
	}
	vec_add_string(&t->response.warnings, text.data);
}

static void header_set(char **slot, const char *value)
{
	free(*slot);
	*slot = xstrdup(value);
}

static void header_take(struct transfer *t, const char *name, const char *value)
{
	struct http_response *r = &t->response;

	if (!strcasecmp(name, "Content-Type"))
		header_set(&r->content_type, value);
	else if (!strcasecmp(name, "ETag"))
		header_set(&r->etag, value);
	else if (!strcasecmp(name, "Location"))
		header_set(&r->location, value);
	else if (!strcasecmp(name, "Date"))
		header_set(&r->date, value);
	else if (!strcasecmp(name, "Retry-After"))
		header_retry_after(t, value);
	else if (!strcasecmp(name, "Warning"))
		header_warning(t, value);
}

/* HTTP/2 sends no words with a status; these are net/http's for what an API server answers. */
static const struct {
	int status;
	const char *text;
} status_texts[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{300, "Multiple Choices"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{407, "Proxy Authentication Required"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Request Entity Too Large"},
	{415, "Unsupported Media Type"},
	{418, "I'm a teapot"},
	{422, "Unprocessable Entity"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
};

const char *http_status_text(long status)
{
	for (size_t i = 0; i < ARRAY_SIZE(status_texts); i++)
		if (status_texts[i].status == status)
			return status_texts[i].text;
	return "";
}

static char *status_words(const char *line)
{
	const char *space = strchr(line, ' ');
	long status = space ? strtol(space + 1, NULL, 10) : 0;
	const char *words = space ? strchr(space + 1, ' ') : NULL;

	if (words && words[1])
		return xstrdup(space + 1);
	return xasprintf("%ld %s", status, http_status_text(status));
}

/* A new answer: the headers of an interim one (100, 103) and of a proxy are forgotten. */
static void status_line(struct transfer *t, const char *line)
{
	http_response_release(&t->response);
	t->response = HTTP_RESPONSE_INIT;
	t->response.body.limit = t->limit;
	vec_release(&t->response_headers);
	t->response_headers = VEC_OF_STRINGS;
	free(t->status_text);
	t->status_text = status_words(line);
	t->response.status = (int)strtol(t->status_text, NULL, 10);
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * count;
	_cleanup_free_ char *line = NULL;
	char *colon, *value;

	while (len && strchr("\r\n ", data[len - 1]))
		len--;
	line = xstrndup(data, len);
	if (str_starts(line, "HTTP/")) {
		status_line(t, line);
		return size * count;
	}
	colon = strchr(line, ':');
	if (!colon)
		return size * count;
	if (t->http->trace)
		vec_add_string(&t->response_headers, line);
	*colon = '\0';
	value = colon + 1;
	value += strspn(value, " \t");
	header_take(t, line, value);
	return size * count;
}

void transfer_read_header(struct transfer *t, const char *line, size_t len)
{
	on_header((char *)line, 1, len, t);
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * count;

	if (t->request.on_data && t->response.status / 100 == 2) {
		t->delivered = true;
		t->stopped = t->request.on_data(t->request.ctx, data, len);
		return t->stopped ? 0 : len;
	}
	buf_add(&t->response.body, data, len);
	return t->response.body.overflowed ? 0 : len;
}

static void address_format(const struct sockaddr *address, char *out, size_t size)
{
	char ip[INET6_ADDRSTRLEN] = "";

	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)address;

		inet_ntop(AF_INET, &in->sin_addr, ip, sizeof(ip));
		snprintf(out, size, "%s:%u", ip, ntohs(in->sin_port));
	} else if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

		inet_ntop(AF_INET6, &in6->sin6_addr, ip, sizeof(ip));
		snprintf(out, size, "[%s]:%u", ip, ntohs(in6->sin6_port));
	}
}

/* Remembers whom a connection was tried to: failures name the address. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = ctx;

	(void)purpose;
	address_format(&address->addr, t->peer, sizeof(t->peer));
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The only moment at which a lost connection's own address can be had. */
static int on_close(void *ctx, curl_socket_t fd)
{
	struct http *h = ctx;
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	h->closed[0] = '\0';
	if (!getsockname(fd, (struct sockaddr *)&address, &len))
		address_format((struct sockaddr *)&address, h->closed, sizeof(h->closed));
	return close(fd);
}

/* ---- getting an attempt ready ----------------------------------------------------- */

static void add_header(struct transfer *t, const char *line)
{
	t->headers = t->http->lib->curl_slist_append(t->headers, line);
	if (!t->headers)
		abort();
}

static void add_header_value(struct transfer *t, const char *name, const char *value)
{
	_cleanup_free_ char *line = xasprintf("%s: %s", name, value);

	add_header(t, line);
}

static int add_credentials(struct transfer *t, struct error *err)
{
	_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;

	if (t->foreign || !t->http->authorize)
		return 0;
	if (t->http->authorize(t->http->authorize_ctx, false, &lines, err))
		return -1;
	for (size_t i = 0; i < lines.len; i++)
		add_header(t, lines.items[i]);
	return 0;
}

static int add_headers(struct transfer *t, struct error *err)
{
	const struct http_request *rq = &t->request;

	t->http->lib->curl_slist_free_all(t->headers);
	t->headers = NULL;
	if (rq->accept)
		add_header_value(t, "Accept", rq->accept);
	else
		add_header(t, "Accept:"); /* curl would say that it takes anything */
	if (t->http->user_agent)
		add_header_value(t, "User-Agent", t->http->user_agent);
	if (rq->content_type && rq->body)
		add_header_value(t, "Content-Type", rq->content_type);
	else
		add_header(t, "Content-Type:");
	add_header(t, "Expect:"); /* no round trip before a large body */
	for (size_t i = 0; rq->headers && rq->headers[i]; i++)
		add_header(t, rq->headers[i]);
	return add_credentials(t, err);
}

static size_t on_send(char *to, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t n = MIN(size * count, t->request.body_len - t->sent);

	memcpy(to, (const char *)t->request.body + t->sent, n);
	t->sent += n;
	return n;
}

/*
 * curl sends a request again by itself in two cases. A connection that it used before turns out to be dead: it
 * cannot know whether the server took the request already, and what must not be done twice may not be sent
 * again. Or the server lets go of the connection and says which stream was the last that it took (GOAWAY; RFC 9113, 6.8), as
 * API servers do now and then: whatever came after it has to be sent again. curl tells them apart in what it logs alone.
 */
static int on_debug(CURL *easy, curl_infotype type, char *text, size_t len, void *ctx)
{
	struct transfer *t = ctx;
	struct http *h = t->http;
	char line[128] = "";
	const char *last;

	(void)easy;
	if (type != CURLINFO_TEXT)
		return 0;
	memcpy(line, text, MIN(len, sizeof(line) - 1));
	last = strstr(line, "GOAWAY, error=") ? strstr(line, "last_stream=") : NULL;
	if (last) {
		h->last_taken = strtoul(last + strlen("last_stream="), NULL, 10);
		h->let_go_at = h->opened;
	} else if (sscanf(line, "Using Stream ID: %lu", &t->stream) == 1 ||
		   sscanf(line, "[HTTP/2] [%lu] OPENED", &t->stream) == 1) {
		t->opened_at = h->opened++;
	}
	return 0;
}

bool transfer_not_taken(const struct transfer *t)
{
	return t->stream > t->http->last_taken && t->opened_at < t->http->let_go_at;
}

/* Rewinds the body, which curl does before it sends a request again. */
static int on_rewind(void *ctx, curl_off_t offset, int origin)
{
	struct transfer *t = ctx;

	if (!transfer_not_taken(t) || origin != SEEK_SET || offset < 0 || (size_t)offset > t->request.body_len)
		return CURL_SEEKFUNC_FAIL;
	t->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* What must not be done twice: sent again when the server did not take it, and only then. */
static void send_once(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;

	t->sent = 0;
	t->stream = 0;
	lib->curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, on_send);
	lib->curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
	lib->curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, on_rewind);
	lib->curl_easy_setopt(t->easy, CURLOPT_SEEKDATA, t);
}

static void set_body(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;
	const struct http_request *rq = &t->request;
	bool twice_is_once = strcmp(rq->method, "POST") && strcmp(rq->method, "PATCH");

	lib->curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
	lib->curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(rq->body ? rq->body_len : 0));
	if (!rq->body_len || twice_is_once) {
		lib->curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, rq->body ? rq->body : "");
		return;
	}
	send_once(t);
}

static void set_method(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;
	const struct http_request *rq = &t->request;

	if (!strcmp(rq->method, "HEAD")) {
		lib->curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (rq->body || !strcmp(rq->method, "POST"))
		set_body(t);
	lib->curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, rq->method);
}

/* curl's own reading of the environment differs from Go's, so it is always told. */
static void set_proxy(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;
	_cleanup_free_ char *found = NULL;
	const char *proxy = t->http->proxy;

	if (!proxy)
		proxy = found = proxy_from_environment(t->url);
	/* names are resolved by the proxy, as in Go */
	if (proxy && str_starts(proxy, "socks5://")) {
		char *remote = xasprintf("socks5h://%s", proxy + strlen("socks5://"));

		free(found);
		proxy = found = remote;
	}
	lib->curl_easy_setopt(t->easy, CURLOPT_PROXY, proxy ? proxy : "");
	lib->curl_easy_setopt(t->easy, CURLOPT_NOPROXY, "");
}

static void set_limits(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;

	lib->curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(CONNECT_TIMEOUT / MILLISECOND));
	if (t->deadline) {
		int64_t left = (t->deadline - time_monotonic()) / MILLISECOND;

		lib->curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)MAX(left, 1));
	}
	/* a peer that is gone without a word is noticed: watches may be silent for long */
	lib->curl_easy_setopt(t->easy, CURLOPT_TCP_KEEPALIVE, 1L);
	lib->curl_easy_setopt(t->easy, CURLOPT_TCP_KEEPIDLE, 30L);
	lib->curl_easy_setopt(t->easy, CURLOPT_TCP_KEEPINTVL, 15L);
}

static void set_transport(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;

	lib->curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
	lib->curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	lib->curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	lib->curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, 1L);
	lib->curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE, 65536L);
	if (!t->http->no_compression)
		lib->curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	lib->curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	lib->curl_easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
}

static void set_callbacks(struct transfer *t)
{
	const struct dynload *lib = t->http->lib;

	lib->curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	lib->curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	lib->curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	lib->curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	lib->curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	lib->curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	lib->curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
	lib->curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	lib->curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t->http);
	lib->curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->message);
	/* for every transfer: whichever reads the connection next is told of its end */
	lib->curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
	lib->curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_debug);
	lib->curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t);
}

/* Another server gets its own trust: the system's. */
static int foreign_trust(struct http *h, struct error *err)
{
	if (h->foreign_tls)
		return 0;
	return tls_new(h->lib, &(struct tls_config){.server_name = NULL}, &h->foreign_tls, err);
}

int transfer_prepare(struct transfer *t, struct error *err)
{
	transfer_reset(t);
	if (t->foreign && foreign_trust(t->http, err))
		return -1;
	if (add_headers(t, err))
		return -1;
	t->easy = t->http->lib->curl_easy_init();
	if (!t->easy)
		return error_set(err, ERROR_OTHER, "libcurl could not be started");
	set_transport(t);
	set_method(t);
	set_proxy(t);
	set_limits(t);
	set_callbacks(t);
	tls_failure_clear(transfer_tls(t));
	tls_attach(transfer_tls(t), t->easy);
	t->limit = t->request.response_limit ? t->request.response_limit : RESPONSE_LIMIT;
	t->started = time_monotonic();
	return 0;
}

void transfer_reset(struct transfer *t)
{
	if (t->easy)
		t->http->lib->curl_easy_cleanup(t->easy);
	t->easy = NULL;
	http_response_release(&t->response);
	t->response = HTTP_RESPONSE_INIT;
	vec_release(&t->response_headers);
	t->response_headers = VEC_OF_STRINGS;
	free(TAKE_PTR(t->status_text));
	t->message[0] = t->peer[0] = '\0';
	t->stopped = false;
}

void transfer_free(struct transfer *t)
{
	transfer_reset(t);
	t->http->lib->curl_slist_free_all(t->headers);
	free(t->url);
	free(t);
}
