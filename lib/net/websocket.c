#include "net/websocket_internal.h"

#include <poll.h>
#include <sys/random.h>

#include "base/library.h"
#include "base/timeutil.h"

/* client-go's: a ping every five seconds, given up after twelve of them without a sign of life. */
#define PING_PERIOD (5 * SECOND)
#define PING_DEADLINE (12 * PING_PERIOD + SECOND)
#define RECEIVE_BUDGET ((size_t)256 << 10) /* so that sending has its turn, too */
#define CONNECT_TICK 2                     /* milliseconds */

/* ---- wslay --------------------------------------------------------------------------------------- */

static const char *const wslay_libraries[] = {"libwslay.so.1", "libwslay.so", NULL};

static const char *const wslay_names[] = {
#define X(name) #name,
	WSLAY_FUNCTIONS(X)
#undef X
};

static const struct library wslay_library = {
	.name = "wslay",
	.files = wslay_libraries,
	.functions = wslay_names,
	.count = ARRAY_SIZE(wslay_names),
	.purpose = "for streams (exec, attach, port-forward, cp)",
	.hint = "Install it (Debian, Ubuntu: apt-get install libwslay1; Fedora: dnf install wslay).",
};

static int wslay_get(const struct wslay **ret, struct error *err)
{
	static struct wslay functions; /* constant once loaded */
	static bool loaded;
	union {
		struct wslay functions;
		void *slots[ARRAY_SIZE(wslay_names)];
	} found;

	if (!loaded) {
		if (library_load(&wslay_library, found.slots, err))
			return -1;
		functions = found.functions;
		loaded = true;
	}
	*ret = &functions;
	return 0;
}

/* ---- bytes ----------------------------------------------------------------------------------------- */

static void connection_lost(struct websocket *ws, const char *why)
{
	if (ws->lost)
		return;
	ws->lost = true;
	snprintf(ws->lost_words, sizeof(ws->lost_words), "%s", why);
}

ssize_t websocket_read(struct websocket *ws, void *to, size_t n)
{
	size_t got = 0;
	CURLcode code;

	if (ws->in_used < ws->in.len) {
		got = MIN(n, ws->in.len - ws->in_used);
		memcpy(to, ws->in.data + ws->in_used, got);
		ws->in_used += got;
		return (ssize_t)got;
	}
	code = ws->http->lib->curl_easy_recv(ws->transfer->easy, to, n, &got);
	if (code == CURLE_AGAIN) {
		ws->drained = true;
		return 0;
	}
	if (code != CURLE_OK || !got) {
		connection_lost(ws, code == CURLE_OK || errno != ECONNRESET ? "unexpected EOF" : "connection reset by peer");
		return -1;
	}
	ws->heard = time_monotonic();
	return (ssize_t)got;
}

int websocket_flush(struct websocket *ws)
{
	ws->write_blocked = false;
	while (ws->out_start < ws->out_end) {
		size_t sent = 0;
		CURLcode code = ws->http->lib->curl_easy_send(ws->transfer->easy, ws->out + ws->out_start,
							      ws->out_end - ws->out_start, &sent);

		if (code == CURLE_AGAIN) {
			ws->write_blocked = true;
			return 0;
		}
		if (code != CURLE_OK) {
			connection_lost(ws, "broken pipe");
			return -1;
		}
		ws->out_start += sent;
	}
	ws->out_start = ws->out_end = 0;
	return 0;
}

/* ---- wslay's callbacks --------------------------------------------------------------------------------- */

static ssize_t on_recv(wslay_event_context_ptr frames, uint8_t *to, size_t n, int flags, void *ctx)
{
	struct websocket *ws = ctx;
	ssize_t got;

	(void)flags;
	if (ws->paused || !ws->budget) {
		ws->wslay->wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	got = websocket_read(ws, to, n);
	if (got > 0) {
		ws->budget -= MIN(ws->budget, (size_t)got);
		return got;
	}
	ws->wslay->wslay_event_set_error(frames, got ? WSLAY_ERR_CALLBACK_FAILURE : WSLAY_ERR_WOULDBLOCK);
	return -1;
}

static ssize_t on_send(wslay_event_context_ptr frames, const uint8_t *data, size_t n, int flags, void *ctx)
{
	struct websocket *ws = ctx;
	size_t room = WEBSOCKET_OUT_SIZE - ws->out_end;

	(void)flags;
	if (!room) {
		ws->wslay->wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	n = MIN(n, room);
	memcpy(ws->out + ws->out_end, data, n);
	ws->out_end += n;
	return (ssize_t)n;
}

static int on_mask(wslay_event_context_ptr frames, uint8_t *to, size_t n, void *ctx)
{
	(void)frames;
	(void)ctx;
	return getrandom(to, n, 0) == (ssize_t)n ? 0 : -1;
}

static void on_frame(wslay_event_context_ptr frames, const struct wslay_event_on_frame_recv_start_arg *frame, void *ctx)
{
	struct websocket *ws = ctx;

	(void)frames;
	ws->data_frame = !wslay_is_ctrl_frame(frame->opcode);
	ws->close_frame = frame->opcode == WSLAY_CONNECTION_CLOSE;
	if (ws->close_frame)
		ws->reason_len = 0;
	if (frame->opcode == WSLAY_BINARY_FRAME || frame->opcode == WSLAY_TEXT_FRAME) {
		ws->message_start = true;
		ws->other_frame = frame->opcode != WSLAY_BINARY_FRAME;
	}
}

static void take_reason(struct websocket *ws, const uint8_t *data, size_t n)
{
	n = MIN(n, sizeof(ws->reason) - 1 - ws->reason_len);
	memcpy(ws->reason + ws->reason_len, data, n);
	ws->reason_len += n;
}

static void on_chunk(wslay_event_context_ptr frames, const struct wslay_event_on_frame_recv_chunk_arg *chunk, void *ctx)
{
	struct websocket *ws = ctx;
	bool first = ws->message_start;

	(void)frames;
	if (ws->close_frame)
		take_reason(ws, chunk->data, chunk->data_length);
	if (!ws->data_frame || ws->other_frame || !chunk->data_length)
		return;
	ws->message_start = false;
	ws->on_data(ws->ctx, first, (const char *)chunk->data, chunk->data_length);
}

void websocket_opened(struct websocket *ws)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_recv,
		.send_callback = on_send,
		.genmask_callback = on_mask,
		.on_frame_recv_start_callback = on_frame,
		.on_frame_recv_chunk_callback = on_chunk,
	};

	if (ws->wslay->wslay_event_context_client_init(&ws->frames, &callbacks, ws))
		abort();
	ws->wslay->wslay_event_config_set_no_buffering(ws->frames, 1);
	ws->state = WEBSOCKET_OPEN;
	ws->heard = time_monotonic();
	ws->next_ping = ws->heard + PING_PERIOD;
}

/* ---- an open one ------------------------------------------------------------------------------------------ */

static void ping_when_due(struct websocket *ws)
{
	struct wslay_event_msg ping = {.opcode = WSLAY_PING, .msg = (const uint8_t *)"", .msg_length = 0};
	int64_t now = time_monotonic();

	/* who does not listen cannot expect to hear */
	if (ws->paused)
		ws->heard = now;
	if (now - ws->heard > PING_DEADLINE) {
		connection_lost(ws, "i/o timeout");
		return;
	}
	if (now < ws->next_ping)
		return;
	ws->next_ping = now + PING_PERIOD;
	ws->wslay->wslay_event_queue_msg(ws->frames, &ping);
}

static void send_queued(struct websocket *ws)
{
	do {
		if (ws->wslay->wslay_event_want_write(ws->frames) && ws->wslay->wslay_event_send(ws->frames))
			connection_lost(ws, "unexpected EOF");
		if (ws->lost || websocket_flush(ws))
			return;
	} while (!ws->write_blocked && ws->wslay->wslay_event_want_write(ws->frames));
}

static void close_received(struct websocket *ws)
{
	unsigned code = ws->wslay->wslay_event_get_status_code_received(ws->frames);

	ws->close_code = code ? code : WSLAY_CODE_NO_STATUS_RCVD;
	send_queued(ws); /* the answering close frame */
	ws->state = WEBSOCKET_CLOSED;
}

static void connection_closed(struct websocket *ws, unsigned code)
{
	ws->close_code = code;
	ws->state = WEBSOCKET_CLOSED;
}

static void run_open(struct websocket *ws)
{
	int broken;

	ws->budget = RECEIVE_BUDGET;
	ws->drained = false;
	broken = ws->wslay->wslay_event_recv(ws->frames);
	if (ws->wslay->wslay_event_get_close_received(ws->frames)) {
		close_received(ws);
		return;
	}
	if (!ws->lost && (broken || !ws->wslay->wslay_event_get_read_enabled(ws->frames))) {
		send_queued(ws); /* the close frame with which wslay refuses what is no WebSocket's */
		connection_closed(ws, WSLAY_CODE_PROTOCOL_ERROR);
		return;
	}
	if (!ws->lost)
		ping_when_due(ws);
	if (!ws->lost)
		send_queued(ws);
	if (ws->lost)
		connection_closed(ws, WSLAY_CODE_ABNORMAL_CLOSURE);
}

int websocket_run(struct websocket *ws, struct error *err)
{
	int failure;

	if (ws->state == WEBSOCKET_CONNECTING || ws->state == WEBSOCKET_UPGRADING) {
		failure = websocket_open_step(ws, err);
		if (failure || ws->state != WEBSOCKET_OPEN)
			return failure;
	}
	if (ws->state == WEBSOCKET_OPEN)
		run_open(ws);
	return 0;
}

int websocket_connect(struct websocket *ws, struct error *err)
{
	while (!websocket_run(ws, err)) {
		if (ws->state != WEBSOCKET_CONNECTING && ws->state != WEBSOCKET_UPGRADING)
			return 0;
		if (http_cancelled)
			return error_set(err, ERROR_CANCELLED, "interrupted");
		if (ws->state == WEBSOCKET_CONNECTING) {
			ws->http->lib->curl_multi_poll(ws->multi, NULL, 0, 250, NULL);
		} else {
			struct pollfd p = {.fd = ws->fd, .events = POLLIN};

			if (ws->write_blocked)
				p.events |= POLLOUT;
			poll(&p, 1, 250);
		}
	}
	return -1;
}

enum websocket_state websocket_state(const struct websocket *ws)
{
	return ws->state;
}

const char *websocket_protocol(const struct websocket *ws)
{
	return ws->protocol ? ws->protocol : "";
}

const struct http_response *websocket_answer(const struct websocket *ws)
{
	return &ws->transfer->response;
}

static bool has_more(const struct websocket *ws)
{
	return !ws->paused && !ws->drained;
}

static void lower(int *timeout, int64_t to)
{
	if (*timeout < 0 || to < *timeout)
		*timeout = (int)MAX(to, 0);
}

int websocket_poll(const struct websocket *ws, short *ret_events, int *ret_timeout)
{
	*ret_events = 0;
	switch (ws->state) {
	case WEBSOCKET_CONNECTING:
		lower(ret_timeout, CONNECT_TICK);
		return -1;
	case WEBSOCKET_UPGRADING:
		*ret_events = (short)(POLLIN | (ws->write_blocked ? POLLOUT : 0));
		return ws->fd;
	case WEBSOCKET_OPEN:
		lower(ret_timeout, has_more(ws) ? 0 : (ws->next_ping - time_monotonic()) / MILLISECOND + 1);
		*ret_events = (short)((ws->paused ? 0 : POLLIN) | (ws->write_blocked ? POLLOUT : 0));
		return ws->fd;
	default:
		lower(ret_timeout, 0);
		return -1;
	}
}

void websocket_send(struct websocket *ws, const void *head, size_t head_len, const void *data, size_t len)
{
	_cleanup_buf_ struct buf message = BUF_INIT;
	struct wslay_event_msg m = {.opcode = WSLAY_BINARY_FRAME};

	if (ws->state != WEBSOCKET_OPEN)
		return;
	buf_add(&message, head, head_len);
	buf_add(&message, data, len);
	m.msg = (const uint8_t *)message.data;
	m.msg_length = message.len;
	ws->wslay->wslay_event_queue_msg(ws->frames, &m); /* fails only after a close frame */
}

size_t websocket_queued(const struct websocket *ws)
{
	size_t queued = ws->frames ? ws->wslay->wslay_event_get_queued_msg_length(ws->frames) : 0;

	return queued + ws->out_end - ws->out_start;
}

void websocket_pause(struct websocket *ws, bool pause)
{
	if (ws->paused && !pause)
		ws->drained = false; /* there may be more, and in libcurl's hands already */
	ws->paused = pause;
}

void websocket_close(struct websocket *ws, unsigned code)
{
	if (ws->state == WEBSOCKET_OPEN)
		ws->wslay->wslay_event_queue_close(ws->frames, (uint16_t)code, NULL, 0);
}

unsigned websocket_close_code(const struct websocket *ws)
{
	return ws->close_code;
}

static const struct {
	unsigned code;
	const char *words;
} close_words[] = {
	{1000, "normal"},
	{1001, "going away"},
	{1002, "protocol error"},
	{1003, "unsupported data"},
	{1005, "no status"},
	{1006, "abnormal closure"},
	{1007, "invalid payload data"},
	{1008, "policy violation"},
	{1009, "message too big"},
	{1010, "mandatory extension missing"},
	{1011, "internal server error"},
	{1015, "TLS handshake error"},
};

void websocket_close_words(const struct websocket *ws, struct buf *out)
{
	buf_printf(out, "websocket: close %u", ws->close_code);
	for (size_t i = 0; i < ARRAY_SIZE(close_words); i++)
		if (close_words[i].code == ws->close_code)
			buf_printf(out, " (%s)", close_words[i].words);
	if (ws->lost)
		buf_printf(out, ": %s", ws->lost_words);
	else if (ws->reason_len > 2)
		buf_printf(out, ": %.*s", (int)(ws->reason_len - 2), ws->reason + 2);
}

/* ---- beginning and end -------------------------------------------------------------------------------------- */

int websocket_start(struct http *h, const struct websocket_request *rq, struct websocket **ret, struct error *err)
{
	_cleanup_(websocket_free_p) struct websocket *ws = NEW(struct websocket);

	ws->http = h;
	ws->fd = -1;
	ws->headers = VEC_OF_STRINGS;
	ws->in = (struct buf){.data = buf_empty};
	ws->path = xstrdup(rq->path);
	ws->protocols = xstrdup(rq->protocols);
	ws->on_data = rq->on_data;
	ws->ctx = rq->ctx;
	ws->out = xmalloc(WEBSOCKET_OUT_SIZE);
	for (size_t i = 0; rq->headers && rq->headers[i]; i++)
		vec_add_string(&ws->headers, rq->headers[i]);
	if (wslay_get(&ws->wslay, err) || websocket_open_step(ws, err))
		return -1;
	*ret = TAKE_PTR(ws);
	return 0;
}

void websocket_free(struct websocket *ws)
{
	if (!ws)
		return;
	if (ws->frames)
		ws->wslay->wslay_event_context_free(ws->frames);
	if (ws->transfer && ws->transfer->easy && ws->multi)
		ws->http->lib->curl_multi_remove_handle(ws->multi, ws->transfer->easy);
	if (ws->transfer)
		transfer_free(ws->transfer);
	if (ws->multi)
		ws->http->lib->curl_multi_cleanup(ws->multi);
	vec_release(&ws->headers);
	buf_release(&ws->in);
	free(ws->path);
	free(ws->protocols);
	free(ws->protocol);
	free(ws->out);
	free(ws);
}
