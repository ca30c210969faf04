#include "kube/watch.h"

#include "base/timeutil.h"
#include "kube/status.h"
#include "net/task.h"

/*
 * The protocol: GET …?watch=true gives {"type", "object"} frames, one after the
 * other (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */

#define FRAME_LIMIT ((size_t)256 << 20)
#define BACKOFF_MIN (100 * MILLISECOND)
#define BACKOFF_MAX (5 * SECOND)
#define CLOCK_SLACK (10 * MILLISECOND) /* a request's timeout may fire this early: it counts milliseconds */
#define FAILURES_MAX 20                /* connections in a row that gave nothing: about a minute and a half */

enum outcome {
	OUTCOME_MORE,    /* the stream ended or broke: resume */
	OUTCOME_STOPPED, /* the callee had enough */
	OUTCOME_EXPIRED, /* the resource version is too old */
	OUTCOME_FAILED,  /* err says why */
};

struct watch {
	struct client *client;
	const struct resource *resource;
	const char *ns, *name;
	const struct watch_options *o;
	watch_event_fn *event;
	void *ctx;
	struct error *err;
	char *version;      /* the last one seen; NULL: from now */
	struct buf pending; /* bytes of frames not yet complete */
	size_t searched;    /* of pending: no complete frame ends before */
	cJSON *last;        /* the last state of a single object */
	enum outcome outcome;
	bool progress;    /* this connection gave a frame */
	bool established; /* the server has answered before: what fails now may pass */
	int failures;     /* connections in a row without progress */
};

/* ---- frames --------------------------------------------------------------------------- */

static const char *const event_types[] = {"ADDED", "MODIFIED", "DELETED"};

static const char *event_type(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(event_types); i++)
		if (str_equal(type, event_types[i]))
			return event_types[i];
	return NULL;
}

/* The resource version of an object, or of the object in a Table's row. */
static const char *object_version(const cJSON *object)
{
	const char *version = json_path_string(object, "metadata", "resourceVersion", NULL);
	const cJSON *rows = str_empty(version) ? json_get(object, "rows") : NULL;

	return rows && rows->child ? json_path_string(rows->child, "object", "metadata", "resourceVersion", NULL)
	                           : version;
}

static void note_version(struct watch *w, const cJSON *object)
{
	const char *version = object_version(object);

	if (str_empty(version))
		return;
	free(w->version);
	w->version = xstrdup(version);
}

static bool is_expired(const struct error *err)
{
	return err->http_status == 410 || error_is_reason(err, "Expired") || error_is_reason(err, "Gone");
}

/* An ERROR frame: its Status, or what it holds instead. */
static void frame_failed(struct watch *w, const cJSON *status)
{
	if (status_is_failure(status))
		status_error(w->err, status, 0);
	else
		error_set(w->err, ERROR_OTHER, "an error on the server ended the watch");
	w->outcome = is_expired(w->err) ? OUTCOME_EXPIRED : OUTCOME_FAILED;
}

/* Hands an object to the callee. */
static void deliver(struct watch *w, const char *type, cJSON *object)
{
	int answer;

	if (w->name && object) {
		cJSON_Delete(w->last);
		w->last = strcmp(type, "DELETED") ? json_copy(object) : NULL;
	}
	answer = w->event(w->ctx, type, object, w->err);
	if (answer)
		w->outcome = answer == WATCH_STOP ? OUTCOME_STOPPED : OUTCOME_FAILED;
}

/* Takes frame. */
static void handle_frame(struct watch *w, cJSON *frame)
{
	const char *type = json_string(frame, "type");
	cJSON *object = json_get(frame, "object");

	if (str_equal(type, "ERROR")) {
		frame_failed(w, object);
	} else if (object) {
		w->progress = true;
		w->failures = 0;
		note_version(w, object);
		if (event_type(type))
			deliver(w, event_type(type), cJSON_DetachItemViaPointer(frame, object));
	}
	cJSON_Delete(frame);
}

/* Reads one frame at the start of text; how many bytes it took, 0 when it is not all there. */
static size_t read_frame(struct watch *w, const char *text, size_t len)
{
	cJSON *frame = NULL;
	size_t used;

	if (json_parse_prefix(text, len, NULL, &frame, &used, w->err)) {
		error_prefix(w->err, "unable to decode an event from the watch stream: ");
		w->outcome = OUTCOME_FAILED;
		return 0;
	}
	if (used)
		handle_frame(w, frame);
	return used;
}

/*
 * Frames end with a newline. Only where one has come a frame can be complete,
 * so that a long one is not parsed again for every piece of it.
 */
static void read_frames(struct watch *w)
{
	size_t start = 0;
	const char *newline;

	while (w->outcome == OUTCOME_MORE &&
	       (newline = memchr(w->pending.data + w->searched, '\n', w->pending.len - w->searched))) {
		size_t end = (size_t)(newline - w->pending.data) + 1;

		if (strspn(w->pending.data + start, " \t\r\n") >= end - start)
			start = end;
		else
			start += read_frame(w, w->pending.data + start, end - start);
		w->searched = end;
	}
	memmove(w->pending.data, w->pending.data + start, w->pending.len - start);
	buf_truncate(&w->pending, w->pending.len - start);
	w->searched -= start;
}

static int take_data(void *ctx, const char *data, size_t len)
{
	struct watch *w = ctx;

	w->established = true;
	buf_add(&w->pending, data, len);
	if (w->pending.overflowed) {
		error_set(w->err, ERROR_PARSE, "an event of the watch stream is larger than %zu MiB",
		          FRAME_LIMIT >> 20);
		w->outcome = OUTCOME_FAILED;
	} else {
		read_frames(w);
	}
	return w->outcome != OUTCOME_MORE;
}

/* ---- one connection --------------------------------------------------------------------- */

static void add_parameter(struct buf *path, const char *name, const char *value)
{
	if (str_empty(value))
		return;
	buf_printf(path, "&%s=", name);
	buf_url_escape(path, value);
}

/* The field selector, with the name of a single object in it. */
static void field_selector(struct buf *out, const struct watch *w)
{
	if (w->name)
		buf_printf(out, "metadata.name=%s", w->name);
	if (!str_empty(w->o->field_selector))
		buf_printf(out, "%s%s", out->len ? "," : "", w->o->field_selector);
}

static void watch_path(struct buf *path, const struct watch *w)
{
	_cleanup_buf_ struct buf fields = BUF_INIT;

	field_selector(&fields, w);
	resource_path(path, w->resource, w->ns, NULL, NULL);
	buf_puts(path, "?watch=true");
	/* Servers whose etcd knows no progress requests refuse bookmarks for a watch "from now". */
	if (!str_empty(w->version) && strcmp(w->version, "0"))
		buf_puts(path, "&allowWatchBookmarks=true");
	add_parameter(path, "labelSelector", w->o->label_selector);
	add_parameter(path, "fieldSelector", fields.data);
	add_parameter(path, "resourceVersion", w->version);
	if (!str_empty(w->o->extra_query))
		buf_printf(path, "&%s", w->o->extra_query);
}

static int64_t time_left(const struct watch *w)
{
	return w->o->deadline ? w->o->deadline - time_monotonic() : INT64_MAX;
}

static bool is_late(const struct watch *w)
{
	return time_left(w) <= CLOCK_SLACK;
}

static int out_of_time(struct watch *w)
{
	return error_set(w->err, ERROR_TIMEOUT, "timed out waiting for the condition");
}

/* A failure that may pass: of a connection that worked before, or of a busy server. */
static bool may_pass(const struct watch *w, const struct error *e)
{
	if (w->o->no_resume)
		return false;
	if (e->http_status)
		return e->http_status == 429 || e->http_status >= 500;
	return w->established && e->class != ERROR_CANCELLED;
}

/* Settles what a failed request means. */
static void connection_failed(struct watch *w, struct error *failure)
{
	if (w->outcome != OUTCOME_MORE)
		return;
	if (is_late(w))
		return; /* the loop says so */
	if (!may_pass(w, failure) || w->failures >= FAILURES_MAX) {
		w->outcome = is_expired(failure) ? OUTCOME_EXPIRED : OUTCOME_FAILED;
		error_move(w->err, failure);
	}
}

static void connect_once(struct watch *w)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	_cleanup_error_ struct error failure = ERROR_INIT;
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;

	watch_path(&path, w);
	struct client_request rq = {
	        .method = "GET",
	        .path = path.data,
	        .accept = w->o->accept,
	        .no_timeout = true,
	        .no_retry = true,
	        /* ends after the deadline, never a moment before it */
	        .timeout = w->o->deadline ? MAX(time_left(w), 0) + 10 * MILLISECOND : 0,
	        .on_data = take_data,
	        .ctx = w,
	};
	w->progress = false;
	buf_clear(&w->pending);
	w->searched = 0;
	if (client_call_raw(w->client, &rq, &response, &failure))
		connection_failed(w, &failure);
	else
		w->established = true;
	/* a last frame may have come without its newline */
	if (w->outcome == OUTCOME_MORE && w->pending.len && !failure.class)
		read_frame(w, w->pending.data, w->pending.len);
}

/* ---- resuming ------------------------------------------------------------------------------ */

/* Waits before the next connection, no longer than the deadline. */
static void back_off(struct watch *w)
{
	int64_t wait = BACKOFF_MIN << MIN(w->failures, 6);

	if (w->progress)
		return;
	w->failures++;
	wait = MIN(MIN(wait, BACKOFF_MAX), time_left(w));
	task_sleep(MAX(wait, 0));
}

/* The state to report of a single object that went away unseen; NULL when none can be made. */
static cJSON *vanished_object(struct watch *w)
{
	if (w->last)
		return TAKE_PTR(w->last);
	return w->o->accept ? NULL : json_parse_literal("{\"metadata\":{\"name\":\"%s\"}}", w->name);
}

/* The callee lists. Until it could, the expired version stays, and expires again. */
static void relist(struct watch *w)
{
	_cleanup_error_ struct error failure = ERROR_INIT;
	char *version = NULL;

	if (w->o->relist(w->ctx, &version, &failure)) {
		connection_failed(w, &failure);
		return;
	}
	free(w->version);
	w->version = version;
}

/* After a 410: forgets the version; tells when a single object went away unseen. */
static void start_over(struct watch *w)
{
	struct error failure = ERROR_INIT;
	cJSON *gone;

	error_release(w->err);
	w->outcome = OUTCOME_MORE;
	if (!w->name && w->o->relist) {
		relist(w);
		return;
	}
	free(w->version);
	w->version = NULL;
	if (!w->name)
		return;
	if (client_get(w->client, w->resource, w->ns, w->name, NULL, NULL, &failure) &&
	    error_is_reason(&failure, "NotFound") && (gone = vanished_object(w)))
		deliver(w, "DELETED", gone);
	error_release(&failure);
}

static int watch_loop(struct watch *w)
{
	for (;;) {
		connect_once(w);
		if (w->outcome == OUTCOME_EXPIRED && !w->o->no_resume)
			start_over(w);
		if (w->outcome == OUTCOME_STOPPED)
			return 0;
		if (w->outcome != OUTCOME_MORE)
			return -1;
		if (http_cancelled)
			return error_set(w->err, ERROR_CANCELLED, "interrupted");
		if (is_late(w))
			return out_of_time(w);
		if (w->o->no_resume)
			return 0;
		back_off(w);
	}
}

int watch_run(struct client *c, const struct resource *r, const char *ns, const char *name,
              const struct watch_options *o, watch_event_fn *event, void *ctx, struct error *err)
{
	struct watch w = {
	        .client = c,
	        .resource = r,
	        .ns = ns,
	        .name = name,
	        .o = o,
	        .event = event,
	        .ctx = ctx,
	        .err = err,
	        .version = str_empty(o->resource_version) ? NULL : xstrdup(o->resource_version),
	        /* a version comes from an answer of this server */
	        .established = !str_empty(o->resource_version),
	        .pending = {.data = buf_empty, .limit = FRAME_LIMIT},
	};
	int failure = resource_check_path(ns, name, err) || watch_loop(&w) ? -1 : 0;

	free(w.version);
	cJSON_Delete(w.last);
	buf_release(&w.pending);
	return failure;
}
