#include "log_stream.h"

#include "base/timeutil.h"
#include "kube/pods.h"
#include "net/task.h"
#include "screen.h"

#define PENDING_LIMIT ((size_t)256 << 10) /* of a line that is held until its end comes */
#define STAMP_MAX 40                      /* bytes of a timestamp and the space behind it */
#define PAUSE SECOND                      /* between attempts: kubectl's */
#define RESUME_PAUSE (200 * MILLISECOND)

struct log_stream {
	const struct log_options *options;
	char *ns, *pod, *container;
	struct buf prefix; /* as it is printed */
	FILE *out;
	struct buf pending; /* the beginning of a line */
	bool in_line;       /* the beginning of this line is out already */
	bool skip_line;     /* ... or was, before the stream broke off */
	/* where to go on: the time of the last line, and how many lines had that time */
	bool stamped;       /* the server writes times though nobody wants to see them */
	int64_t last;       /* 0: no line yet */
	size_t same;
	bool resuming;
	size_t to_skip;     /* of lines with the time of last */
	bool delivered;     /* this attempt has brought something */
};

struct log_stream *log_stream_new(const struct log_options *o, const char *ns, const char *pod, const char *container,
				  enum colour_role role)
{
	struct log_stream *s = NEW(struct log_stream);
	_cleanup_free_ char *text = o->prefix ? xasprintf("[pod/%s/%s]", pod, container) : NULL;

	s->options = o;
	s->ns = xstrdup(ns);
	s->pod = xstrdup(pod);
	s->container = xstrdup(container);
	s->prefix = BUF_INIT;
	s->pending = (struct buf){.data = buf_empty};
	/* a limit counts what the server writes, times too */
	s->stamped = o->follow && !o->timestamps && !o->limit_bytes;
	if (text) {
		screen_paint(&s->prefix, role, text);
		buf_putc(&s->prefix, ' ');
	}
	return s;
}

void log_stream_free(struct log_stream *s)
{
	if (!s)
		return;
	free(s->ns);
	free(s->pod);
	free(s->container);
	buf_release(&s->prefix);
	buf_release(&s->pending);
	free(s);
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static bool can_resume(const struct log_stream *s)
{
	return s->options->follow && !s->options->limit_bytes;
}

/* The time at the beginning of a line: how many bytes it and its space take; 0 when there is none. */
static size_t read_stamp(const char *line, size_t len, int64_t *ret)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *space = memchr(line, ' ', MIN(len, STAMP_MAX));
	_cleanup_free_ char *text = space ? xstrndup(line, (size_t)(space - line)) : NULL;

	if (!text || timestamp_parse(text, ret, &ignored))
		return 0;
	return (size_t)(space - line) + 1;
}

/* True for a line that was shown before the stream broke off. Notes where it stands. */
static bool shown_before(struct log_stream *s, int64_t at)
{
	if (s->resuming && at < s->last)
		return true;
	if (s->resuming && at == s->last && s->to_skip) {
		s->to_skip--;
		return true;
	}
	s->resuming = false;
	s->same = at == s->last ? s->same + 1 : 1;
	s->last = at;
	return false;
}

/* The first piece of a line: its time, and what goes before it. How many of its bytes are not to be shown. */
static size_t line_begin(struct log_stream *s, const char *line, size_t len)
{
	int64_t at;
	size_t stamp = can_resume(s) ? read_stamp(line, len, &at) : 0;

	s->skip_line = stamp && shown_before(s, at);
	if (!s->skip_line)
		fwrite(s->prefix.data, 1, s->prefix.len, s->out);
	return s->stamped ? stamp : 0;
}

static void put_piece(struct log_stream *s, const char *data, size_t len, bool ends)
{
	size_t hidden = s->in_line ? 0 : line_begin(s, data, len);

	if (!s->skip_line)
		fwrite(data + hidden, 1, len - hidden, s->out);
	s->in_line = !ends;
}

static int on_data(void *ctx, const char *data, size_t len)
{
	struct log_stream *s = ctx;
	const char *newline;

	s->delivered = true;
	while ((newline = memchr(data, '\n', len))) {
		size_t n = (size_t)(newline - data) + 1;

		if (s->pending.len) {
			buf_add(&s->pending, data, n);
			put_piece(s, s->pending.data, s->pending.len, true);
			buf_clear(&s->pending);
		} else {
			put_piece(s, data, n, true);
		}
		data += n;
		len -= n;
	}
	buf_add(&s->pending, data, len);
	if (s->pending.len >= PENDING_LIMIT) {
		put_piece(s, s->pending.data, s->pending.len, false);
		buf_clear(&s->pending);
	}
	if (s->options->follow)
		fflush(s->out);
	return ferror(s->out);
}

/* What came without the end of its line; kubectl shows it so. */
static void flush_pending(struct log_stream *s)
{
	if (s->pending.len)
		put_piece(s, s->pending.data, s->pending.len, true);
	buf_clear(&s->pending);
	s->in_line = false;
}

/* ---- requests ---------------------------------------------------------------------------------------- */

static void add_number(struct buf *path, const char *name, int64_t value)
{
	buf_printf(path, "&%s=%lld", name, (long long)value);
}

static void add_true(struct buf *path, const char *name, bool value)
{
	if (value)
		buf_printf(path, "&%s=true", name);
}

/* Times in queries have seconds; lines of the same second come again and are passed over. */
static void add_position(struct buf *path, const struct log_stream *s)
{
	_cleanup_buf_ struct buf since = BUF_INIT;

	if (s->last)
		timestamp_format(&since, s->last);
	else if (s->options->since_time)
		buf_puts(&since, s->options->since_time);
	else if (s->options->since_seconds >= 0)
		add_number(path, "sinceSeconds", s->options->since_seconds);
	if (since.len) {
		buf_puts(path, "&sinceTime=");
		buf_url_escape(path, since.data);
	}
	if (s->options->tail >= 0 && !s->last)
		add_number(path, "tailLines", s->options->tail);
}

static void stream_path(struct buf *path, const struct log_stream *s)
{
	const struct log_options *o = s->options;

	resource_path(path, pods_resource(), s->ns, s->pod, "log");
	buf_puts(path, "?container=");
	buf_url_escape(path, s->container);
	add_true(path, "follow", o->follow);
	add_true(path, "insecureSkipTLSVerifyBackend", o->insecure_backend);
	if (o->limit_bytes)
		add_number(path, "limitBytes", o->limit_bytes);
	add_true(path, "previous", o->previous);
	add_position(path, s);
	add_true(path, "timestamps", o->timestamps || s->stamped);
}

static int ask(struct log_stream *s, struct client *c, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request rq = {.method = "GET", .accept = "application/json, */*", .on_data = on_data, .ctx = s};
	int failure;

	stream_path(&path, s);
	rq.path = path.data;
	s->delivered = false;
	s->resuming = s->last != 0;
	s->to_skip = s->same;
	failure = client_call_raw(c, &rq, &response, err);
	/* of a line that was cut the rest comes again, with all of it */
	if (failure && can_resume(s) && !s->in_line)
		buf_clear(&s->pending);
	else
		flush_pending(s);
	return failure;
}

/* ---- running ------------------------------------------------------------------------------------------- */

static void message(struct buf *out, const struct error *e)
{
	if (e->request && e->cause)
		buf_printf(out, "%s: %s", e->request, e->cause);
	else
		buf_puts(out, e->message ? e->message : "");
}

/* kubectl's note in the place of a log. */
static int pass_over(const struct log_stream *s, const struct error *e)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	message(&text, e);
	fprintf(s->out, "error: %s\n", text.data);
	return 0;
}

static bool is_api(const struct error *e)
{
	return e->class == ERROR_API || e->http_status;
}

/* True after a connection was lost that brought lines before: nobody needs to know. */
static bool was_cut(const struct log_stream *s, const struct error *e)
{
	return can_resume(s) && s->last && !is_api(e) && e->class != ERROR_CANCELLED;
}

static void say(struct invocation *inv, const struct error *e)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	message(&text, e);
	fflush(inv->out);
	fprintf(inv->err, "%s\n", text.data);
}

/* Asks again as long as the server says why not, or a cut stream does not go on. */
static int follow(struct invocation *inv, struct client *c, struct log_stream *s, struct error *err)
{
	int64_t end = time_monotonic() + s->options->timeout;

	for (;;) {
		_cleanup_error_ struct error failure = ERROR_INIT;

		if (!ask(s, c, &failure))
			return 0;
		if (http_cancelled || failure.class == ERROR_CANCELLED)
			return error_set(err, ERROR_CANCELLED, "interrupted");
		if (s->delivered)
			end = time_monotonic() + s->options->timeout;
		if (was_cut(s, &failure) && time_monotonic() < end) {
			task_sleep(RESUME_PAUSE);
			continue;
		}
		if (s->options->ignore_errors)
			return pass_over(s, &failure);
		say(inv, &failure);
		if (!is_api(&failure)) {
			error_move(err, &failure);
			return -1;
		}
		if (time_monotonic() + PAUSE >= end)
			return error_set(err, ERROR_OTHER, "context deadline exceeded");
		task_sleep(PAUSE);
	}
}

int log_stream_run(struct invocation *inv, struct client *c, struct log_stream *s, struct error *err)
{
	s->out = inv->out;
	if (s->options->follow)
		return follow(inv, c, s, err);
	if (!ask(s, c, err))
		return 0;
	return s->options->ignore_errors && err->class != ERROR_CANCELLED ? pass_over(s, err) : -1;
}
