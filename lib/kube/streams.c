#include "kube/streams.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"

#define INPUT_PIECE ((size_t)32 << 10)  /* client-go's size of messages */
#define QUEUE_LIMIT ((size_t)128 << 10) /* of what is sent: beyond, in is not read */
#define OUTLET_LIMIT ((size_t)256 << 10) /* of what is received: beyond, the server is slowed down */
#define STATUS_LIMIT ((size_t)1 << 20)
#define ENDLESS_PATIENCE (2 * SECOND)   /* what ends by itself meanwhile needs no warning */
#define PIPE_PIECE ((size_t)4096)       /* a pipe that poll() finds writable takes so much at once (PIPE_BUF) */

/* Where output goes. */
struct outlet {
	int fd; /* -1: nobody wants it */
	size_t piece;
	struct buf pending;
	size_t written; /* of pending */
	size_t *count;  /* NULL: nobody counts */
};

struct session {
	const struct streams *options;
	struct websocket *ws;
	struct outlet out, err;
	struct buf status;
	int channel;     /* of the message that is being received */
	int in;          /* -1 at its end */
	bool can_close;  /* the server knows STREAM_CLOSE */
	bool detached;   /* left on purpose */
	int64_t endless_at; /* when to tell that the end of in could not be told; 0: never */
	bool started;
};

static void session_release(struct session *s)
{
	websocket_free(s->ws);
	buf_release(&s->out.pending);
	buf_release(&s->err.pending);
	buf_release(&s->status);
}

/* ---- output -------------------------------------------------------------------------------------- */

static struct outlet outlet_of(int fd)
{
	struct outlet o = {.fd = fd, .piece = PIPE_PIECE, .pending = {.data = buf_empty}};
	struct stat st;

	/* neither can make us wait */
	if (fd >= 0 && ((!fstat(fd, &st) && S_ISREG(st.st_mode)) || fcntl(fd, F_GETFL) & O_NONBLOCK))
		o.piece = SIZE_MAX;
	return o;
}

static size_t outlet_left(const struct outlet *o)
{
	return o->pending.len - o->written;
}

static bool is_writable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) == 1;
}

/* Writes as much as goes without waiting. */
static int outlet_flush(struct outlet *o, struct error *err)
{
	while (outlet_left(o) && is_writable(o->fd)) {
		ssize_t n = write(o->fd, o->pending.data + o->written, MIN(outlet_left(o), o->piece));

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return error_set(err, ERROR_IO, "write: %s", errno_text(errno));
		if (n <= 0)
			continue;
		o->written += (size_t)n;
		if (o->count)
			*o->count += (size_t)n;
	}
	if (!outlet_left(o)) {
		buf_clear(&o->pending);
		o->written = 0;
	}
	return 0;
}

static void take_output(struct outlet *o, const char *data, size_t len)
{
	if (o->fd < 0)
		return;
	/* what is written already is forgotten before more is held */
	if (o->written > OUTLET_LIMIT) {
		memmove(o->pending.data, o->pending.data + o->written, outlet_left(o));
		buf_truncate(&o->pending, outlet_left(o));
		o->written = 0;
	}
	buf_add(&o->pending, data, len);
}

static void on_data(void *ctx, bool first, const char *data, size_t len)
{
	struct session *s = ctx;

	if (first) {
		s->channel = (unsigned char)*data++;
		len--;
	}
	if (s->channel == STREAM_STDOUT)
		take_output(&s->out, data, len);
	else if (s->channel == STREAM_STDERR)
		take_output(&s->err, data, len);
	else if (s->channel == STREAM_ERROR)
		buf_add(&s->status, data, len);
	if (outlet_left(&s->out) > OUTLET_LIMIT || outlet_left(&s->err) > OUTLET_LIMIT)
		websocket_pause(s->ws, true);
}

/* ---- input ---------------------------------------------------------------------------------------- */

static void send_channel(struct session *s, enum stream_channel channel, const void *data, size_t len)
{
	unsigned char head = (unsigned char)channel;

	websocket_send(s->ws, &head, 1, data, len);
}

static void input_ended(struct session *s, bool detach)
{
	unsigned char which = STREAM_STDIN;

	s->in = -1;
	s->detached = detach;
	if (s->can_close)
		send_channel(s, STREAM_CLOSE, &which, 1);
	else if (detach)
		websocket_close(s->ws, 1000);
	else if (s->options->endless)
		s->endless_at = time_monotonic() + ENDLESS_PATIENCE;
}

static void read_input(struct session *s)
{
	_cleanup_buf_ struct buf passed = BUF_INIT;
	char piece[INPUT_PIECE];
	ssize_t n = read(s->in, piece, sizeof(piece));
	bool detach = false;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0 && s->options->typed) {
		detach = s->options->typed(s->options->ctx, piece, (size_t)n, &passed);
		if (passed.len)
			send_channel(s, STREAM_STDIN, passed.data, passed.len);
	} else if (n > 0) {
		send_channel(s, STREAM_STDIN, piece, (size_t)n);
	}
	if (detach || n <= 0)
		input_ended(s, detach);
}

static void send_size(struct session *s)
{
	struct stream_size size;
	char text[64];

	while (s->options->resized && s->options->resized(s->options->ctx, &size)) {
		snprintf(text, sizeof(text), "{\"Width\":%u,\"Height\":%u}\n", size.columns, size.rows);
		send_channel(s, STREAM_RESIZE, text, strlen(text));
	}
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

enum { WAIT_SERVER, WAIT_IN, WAIT_OUT, WAIT_ERR, WAIT_COUNT };

/* Tells, once, when somebody seems to wait for the end of input. */
static void tell_endless(struct session *s)
{
	if (!s->endless_at || time_monotonic() < s->endless_at)
		return;
	s->endless_at = 0;
	s->options->endless(s->options->ctx);
}

static void poll_prepare(const struct session *s, struct pollfd polled[WAIT_COUNT], int *timeout)
{
	bool reads = s->in >= 0 && s->started && websocket_queued(s->ws) < QUEUE_LIMIT;

	for (size_t i = 0; i < WAIT_COUNT; i++)
		polled[i] = (struct pollfd){.fd = -1};
	if (s->endless_at)
		*timeout = (int)(MAX(s->endless_at - time_monotonic(), 0) / MILLISECOND) + 1;
	polled[WAIT_SERVER].fd = websocket_poll(s->ws, &polled[WAIT_SERVER].events, timeout);
	if (reads)
		polled[WAIT_IN] = (struct pollfd){.fd = s->in, .events = POLLIN};
	if (outlet_left(&s->out))
		polled[WAIT_OUT] = (struct pollfd){.fd = s->out.fd, .events = POLLOUT};
	if (outlet_left(&s->err))
		polled[WAIT_ERR] = (struct pollfd){.fd = s->err.fd, .events = POLLOUT};
	if (websocket_state(s->ws) == WEBSOCKET_CLOSED && (outlet_left(&s->out) || outlet_left(&s->err)))
		*timeout = -1; /* the readers alone are waited for */
}

static void wait_for_something(const struct session *s, bool *ret_input)
{
	struct pollfd polled[WAIT_COUNT];
	int timeout = -1;
	struct timespec time;

	poll_prepare(s, polled, &timeout);
	time = (struct timespec){timeout / 1000, timeout % 1000 * MILLISECOND};
	/* Who sees the output that was just written may press Ctrl-C at once, before the wait begins. */
	if (http_cancelled || ppoll(polled, WAIT_COUNT, timeout < 0 ? NULL : &time, s->options->wait_mask) < 0) {
		*ret_input = false; /* a signal: whoever wants it looks before the next wait */
		return;
	}
	*ret_input = polled[WAIT_IN].revents;
}

static int write_output(struct session *s, struct error *err)
{
	if (outlet_flush(&s->out, err) || outlet_flush(&s->err, err))
		return -1;
	if (outlet_left(&s->out) <= OUTLET_LIMIT / 2 && outlet_left(&s->err) <= OUTLET_LIMIT / 2)
		websocket_pause(s->ws, false);
	return 0;
}

static bool is_done(const struct session *s)
{
	return websocket_state(s->ws) == WEBSOCKET_CLOSED && !outlet_left(&s->out) && !outlet_left(&s->err);
}

static int carry(struct session *s, struct error *err)
{
	bool input = false;

	for (;;) {
		if (http_cancelled)
			return error_set(err, ERROR_CANCELLED, "interrupted");
		tell_endless(s);
		send_size(s);
		if (input)
			read_input(s);
		if (websocket_run(s->ws, err) || write_output(s, err))
			return -1;
		if (is_done(s))
			return 0;
		wait_for_something(s, &input);
	}
}

/* ---- beginning and end ----------------------------------------------------------------------------------- */

static int connect_session(struct session *s, struct client *c, struct error *err)
{
	struct websocket_request rq = {
		.path = s->options->path,
		.protocols = STREAMS_PROTOCOLS,
		.on_data = on_data,
		.ctx = s,
	};

	/* on_data may be called before websocket_connect() comes back, never before client_websocket() does */
	if (client_websocket(c, &rq, &s->ws, err) || websocket_connect(s->ws, err))
		return -1;
	if (websocket_state(s->ws) == WEBSOCKET_REFUSED)
		return client_websocket_refused(c, s->ws, err);
	s->can_close = str_equal(websocket_protocol(s->ws), "v5.channel.k8s.io");
	if (s->options->ends_input)
		*s->options->ends_input = s->can_close;
	s->started = true;
	return 0;
}

/* 0, or the one ExitCode cause; -1 with err. */
static int exit_code(const cJSON *status, int *ret_status, struct error *err)
{
	const cJSON *details = json_get(status, "details"), *cause;

	if (!details)
		return error_set(err, ERROR_OTHER, "error stream protocol error: details must be set");
	cJSON_ArrayForEach(cause, json_get(details, "causes"))
	{
		const char *text = json_string(cause, "message");
		unsigned long code;
		char *end;

		if (!str_equal(json_string(cause, "reason"), "ExitCode"))
			continue;
		code = text ? strtoul(text, &end, 10) : 0;
		if (str_empty(text) || strspn(text, "0123456789") != strlen(text) || code > 255)
			return error_set(err, ERROR_OTHER, "error stream protocol error: invalid exit code value \"%s\"",
					 text ? text : "");
		*ret_status = (int)code;
		return 0;
	}
	return error_set(err, ERROR_OTHER, "error stream protocol error: no ExitCode cause given");
}

int streams_status(const char *text, size_t len, int *ret_status, struct error *err)
{
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_json_ cJSON *status = NULL;
	_cleanup_buf_ struct buf quoted = BUF_INIT;
	const char *result, *message;

	if (!len) {
		*ret_status = 0;
		return 0;
	}
	if (json_parse(text, len, NULL, &status, &broken) || !json_is_object(status)) {
		_cleanup_free_ char *copy = xstrndup(text, len);

		json_print_string(&quoted, copy, JSON_COMPACT);
		return error_set(err, ERROR_OTHER, "error stream protocol error: %s in %s",
				 broken.message ? broken.message : "no object", quoted.data);
	}
	result = json_string(status, "status");
	if (str_equal(result, "Success")) {
		*ret_status = 0;
		return 0;
	}
	if (!str_equal(result, "Failure"))
		return error_set(err, ERROR_OTHER, "error stream protocol error: unknown error");
	if (str_equal(json_string(status, "reason"), "NonZeroExitCode"))
		return exit_code(status, ret_status, err);
	message = json_string(status, "message");
	return error_set(err, ERROR_OTHER, "%s", message ? message : "");
}

/* A status that came whole counts, however the connection ended after it. */
static int session_result(const struct session *s, int *ret_status, struct error *err)
{
	_cleanup_buf_ struct buf words = BUF_INIT;

	if (s->status.overflowed)
		return error_set(err, ERROR_OTHER, "error stream protocol error: more than %zu bytes", STATUS_LIMIT);
	if (s->detached && !s->status.len) {
		*ret_status = 0;
		return 0;
	}
	if (s->status.len || websocket_close_code(s->ws) == 1000)
		return streams_status(s->status.data, s->status.len, ret_status, err);
	websocket_close_words(s->ws, &words);
	return error_set(err, ERROR_OTHER, "error reading from error stream: next reader: %s", words.data);
}

int streams_run(struct client *c, const struct streams *options, int *ret_status, struct error *err)
{
	_cleanup_(session_release) struct session s = {
		.options = options,
		.out = outlet_of(options->out),
		.err = outlet_of(options->err),
		.status = {.data = buf_empty, .limit = STATUS_LIMIT},
		.in = options->in,
	};

	s.out.count = options->out_count;
	if (connect_session(&s, c, err) || carry(&s, err))
		return -1;
	return session_result(&s, ret_status, err);
}
