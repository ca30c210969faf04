#include "net/websocket_internal.h"

#include <strings.h>
#include <sys/random.h>

#include "base/base64.h"
#include "base/timeutil.h"

/*
 * How a WebSocket comes about: libcurl makes the connection (proxy, TLS) and leaves it to us; then one GET asks
 * for the upgrade (RFC 6455, 4).
 */

#define ANSWER_LIMIT ((size_t)128 << 10)
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define SHA1_SIZE 20

/* ---- connecting ---------------------------------------------------------------------------------- */

static void transfer_new(struct websocket *ws)
{
	struct transfer *t = NEW(struct transfer);

	t->http = ws->http;
	t->request = (struct http_request){
		.method = "GET",
		.path = ws->path,
		.headers = (const char *const *)ws->headers.items,
		.no_timeout = true,
	};
	t->url = xasprintf("%s%s", ws->http->server, ws->path);
	t->response = HTTP_RESPONSE_INIT;
	t->response_headers = VEC_OF_STRINGS;
	t->first_started = time_monotonic();
	ws->transfer = t;
}

static void key_new(struct websocket *ws)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		abort();
	base64_encode(&text, bytes, sizeof(bytes));
	snprintf(ws->key, sizeof(ws->key), "%s", text.data);
}

static void upgrade_headers(struct websocket *ws)
{
	key_new(ws);
	vec_add_string(&ws->headers, "Upgrade: websocket");
	vec_add_string(&ws->headers, "Connection: Upgrade");
	vec_add(&ws->headers, xasprintf("Sec-WebSocket-Key: %s", ws->key));
	vec_add_string(&ws->headers, "Sec-WebSocket-Version: 13");
	vec_add(&ws->headers, xasprintf("Sec-WebSocket-Protocol: %s", ws->protocols));
	vec_add(&ws->headers, NULL);
}

static int connect_begin(struct websocket *ws, struct error *err)
{
	const struct dynload *lib = ws->http->lib;
	struct transfer *t = ws->transfer;

	if (transfer_prepare(t, err))
		return -1;
	lib->curl_easy_setopt(t->easy, CURLOPT_CONNECT_ONLY, 1L);
	lib->curl_easy_setopt(t->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	/* HTTP/2 has another way to upgrade, which API servers do not know */
	lib->curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	ws->multi = lib->curl_multi_init();
	if (!ws->multi)
		return error_set(err, ERROR_OTHER, "libcurl could not be started");
	lib->curl_multi_add_handle(ws->multi, t->easy);
	return 0;
}

/* Drops the connection; the request and its words stay. */
static void connect_end(struct websocket *ws)
{
	ws->http->lib->curl_multi_remove_handle(ws->multi, ws->transfer->easy);
	transfer_reset(ws->transfer);
	ws->http->lib->curl_multi_cleanup(TAKE_PTR(ws->multi));
	ws->fd = -1;
	ws->out_start = ws->out_end = ws->in_used = 0;
	buf_clear(&ws->in);
}

/* ---- asking ------------------------------------------------------------------------------------------ */

/* "GET /path HTTP/1.1" and the headers that every request to this server has. */
static int request_put(struct websocket *ws, struct error *err)
{
	const char *host = strstr(ws->transfer->url, "://") + 3;
	size_t host_len = strcspn(host, "/?#");
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_printf(&text, "GET %s HTTP/1.1\r\nHost: %.*s\r\n", host + host_len, (int)host_len, host);
	for (const struct curl_slist *l = ws->transfer->headers; l; l = l->next)
		/* "Name:" tells curl to leave one of its own out */
		if (!str_ends(l->data, ":"))
			buf_printf(&text, "%s\r\n", l->data);
	buf_puts(&text, "\r\n");
	if (text.len > WEBSOCKET_OUT_SIZE)
		return error_set(err, ERROR_OTHER, "the request is too long: %zu bytes", text.len);
	memcpy(ws->out, text.data, text.len);
	ws->out_end = text.len;
	return 0;
}

static int connected(struct websocket *ws, struct error *err)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	ws->http->lib->curl_easy_getinfo(ws->transfer->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD)
		return error_set(err, ERROR_CONNECT, "EOF");
	ws->fd = fd;
	ws->state = WEBSOCKET_UPGRADING;
	/* what a proxy said on the way is no answer of the server */
	http_response_release(&ws->transfer->response);
	ws->transfer->response = HTTP_RESPONSE_INIT;
	trace_request(ws->transfer);
	return request_put(ws, err);
}

static int connect_step(struct websocket *ws, struct error *err)
{
	const struct dynload *lib = ws->http->lib;
	CURLMsg *message;
	int running, left;

	lib->curl_multi_perform(ws->multi, &running);
	while ((message = lib->curl_multi_info_read(ws->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		if (message->data.result == CURLE_OK)
			return connected(ws, err);
		trace_failure(ws->transfer);
		return transfer_failure(ws->transfer, message->data.result, err);
	}
	return 0;
}

/* ---- the answer -------------------------------------------------------------------------------------------- */

static int accept_expected(const struct websocket *ws, struct buf *out, struct error *err)
{
	_cleanup_free_ char *text = xasprintf("%s%s", ws->key, GUID);
	unsigned char digest[SHA1_SIZE];
	size_t size = sizeof(digest);

	if (!ws->http->lib->EVP_Q_digest(NULL, "SHA1", NULL, text, strlen(text), digest, &size))
		return error_set(err, ERROR_OTHER, "OpenSSL cannot compute SHA-1");
	base64_encode(out, digest, sizeof(digest));
	return 0;
}

/* The value of a header of the answer, or NULL; free() it. */
static char *header_value(const struct websocket *ws, const char *name)
{
	const char *line = strstr(ws->in.data, "\r\n"), *end = ws->in.data + ws->body_at;
	size_t n = strlen(name);

	for (; line && line + 2 < end; line = strstr(line + 2, "\r\n")) {
		const char *value = line + 2 + n;

		if (strncasecmp(line + 2, name, n) || *value != ':')
			continue;
		value += 1 + strspn(value + 1, " \t");
		return xstrndup(value, strcspn(value, "\r\n"));
	}
	return NULL;
}

static int upgraded(struct websocket *ws, struct error *err)
{
	_cleanup_free_ char *accept = header_value(ws, "Sec-WebSocket-Accept");
	_cleanup_buf_ struct buf expected = BUF_INIT;

	if (accept_expected(ws, &expected, err))
		return -1;
	if (!str_equal(accept, expected.data))
		return error_set(err, ERROR_OTHER, "websocket: bad handshake");
	ws->protocol = header_value(ws, "Sec-WebSocket-Protocol");
	ws->in_used = ws->body_at;
	websocket_opened(ws);
	return 0;
}

/* Appends a chunked body (RFC 9112, 7.1) as far as it is there; true when its end is. */
static bool unchunk(const char *p, const char *end, struct buf *out)
{
	while (p < end) {
		char *digits_end;
		unsigned long n = strtoul(p, &digits_end, 16);
		const char *line_end = memmem(p, (size_t)(end - p), "\r\n", 2);

		if (!line_end || digits_end == p)
			return false;
		if (!n)
			return true;
		p = line_end + 2;
		if (n > ANSWER_LIMIT || (size_t)(end - p) < n + 2)
			return false;
		buf_add(out, p, n);
		p += n + 2;
	}
	return false;
}

/* Takes the body of a refusal; true when it is whole. */
static bool body_complete(struct websocket *ws)
{
	_cleanup_free_ char *length = header_value(ws, "Content-Length"), *coding = header_value(ws, "Transfer-Encoding");
	struct buf *body = &ws->transfer->response.body;
	const char *start = ws->in.data + ws->body_at, *end = ws->in.data + ws->in.len;
	size_t n = length ? strtoul(length, NULL, 10) : SIZE_MAX;

	buf_clear(body);
	if (coding && !strcasecmp(coding, "chunked"))
		return unchunk(start, end, body);
	n = MIN(n, (size_t)(end - start));
	buf_add(body, start, n);
	return length && n == strtoul(length, NULL, 10);
}

static void take_headers(struct websocket *ws)
{
	const char *line = ws->in.data, *end = ws->in.data + ws->body_at - 2;

	while (line < end) {
		const char *next = strstr(line, "\r\n") + 2;

		transfer_read_header(ws->transfer, line, (size_t)(next - line));
		line = next;
	}
}

/* Old credentials are renewed once, as with other requests. */
static bool ask_again(struct websocket *ws)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_vec_ struct vec headers = VEC_OF_STRINGS;
	struct http *h = ws->http;

	if (ws->transfer->response.status != 401 || ws->transfer->refreshed || !h->authorize)
		return false;
	ws->transfer->refreshed = true;
	return !h->authorize(h->authorize_ctx, true, &headers, &ignored);
}

static int refused(struct websocket *ws, struct error *err)
{
	trace_response(ws->transfer);
	if (ask_again(ws)) {
		connect_end(ws);
		ws->body_at = 0;
		ws->state = WEBSOCKET_CONNECTING;
		return connect_begin(ws, err);
	}
	ws->state = WEBSOCKET_REFUSED;
	return 0;
}

static int answer_step(struct websocket *ws, bool ended, struct error *err)
{
	const char *end = strstr(ws->in.data, "\r\n\r\n");

	if (!end)
		return ended || ws->in.overflowed ? error_set(err, ERROR_CONNECT, "%s", ws->in.len ? "unexpected EOF" : "EOF") : 0;
	if (!ws->body_at) {
		ws->body_at = (size_t)(end - ws->in.data) + 4;
		take_headers(ws);
	}
	if (ws->transfer->response.status == 101) {
		trace_response(ws->transfer);
		return upgraded(ws, err);
	}
	return body_complete(ws) || ended || ws->in.overflowed ? refused(ws, err) : 0;
}

/* True when the whole head of a positive answer is there: what follows are frames, and not ours to collect. */
static bool is_upgrade(const struct websocket *ws)
{
	const char *status = strchr(ws->in.data, ' ');

	return status && str_starts(status, " 101") && strstr(ws->in.data, "\r\n\r\n");
}

static int upgrade_step(struct websocket *ws, struct error *err)
{
	char piece[4096];
	ssize_t n = 0;

	if (websocket_flush(ws))
		return error_set(err, ERROR_CONNECT, "EOF");
	ws->in.limit = ANSWER_LIMIT;
	/* what is read goes to in and must not be found there again */
	do {
		ws->in_used = ws->in.len;
		n = websocket_read(ws, piece, sizeof(piece));
		if (n > 0)
			buf_add(&ws->in, piece, (size_t)n);
	} while (n > 0 && !ws->in.overflowed && !is_upgrade(ws));
	return answer_step(ws, n < 0, err);
}

int websocket_open_step(struct websocket *ws, struct error *err)
{
	if (!ws->transfer) {
		upgrade_headers(ws);
		transfer_new(ws);
		return connect_begin(ws, err);
	}
	if (ws->state == WEBSOCKET_CONNECTING && connect_step(ws, err))
		return -1;
	/* at once: nothing would wake up whoever waits for the answer to a request that was not sent */
	return ws->state == WEBSOCKET_UPGRADING ? upgrade_step(ws, err) : 0;
}
