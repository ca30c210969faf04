#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/timeutil.h"
#include "http_server.h"
#include "net/http.h"
#include "net/task.h"

/* What the tasks of a test share: a log of what happened in which order. */
struct shared {
	struct buf log;
	struct http *http;
	struct http_server server;
};

struct worker {
	struct shared *shared;
	char name;
	int64_t sleep;
	const char *path; /* or NULL */
	int status;       /* the answer's, or minus the error's class */
	struct task *task;
};

static const struct route routes[] = {
	{"/ok", {OK_ANSWER(2, "{}")}},
	{"/wait", {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n", OK_ANSWER(2, "{}")}},
	{"/reset", {RESET, OK_ANSWER(2, "{}")}},
	{"/gone", {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}},
	{"/stall", {STALL}},
	{0},
};

static int setup(void **state)
{
	struct shared *s = NEW(struct shared);
	struct error err = ERROR_INIT;

	s->log = BUF_INIT;
	http_server_start(&s->server, routes);
	assert_int_equal(0, http_open(&(struct http_config){.server = s->server.url}, &s->http, &err));
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct shared *s = *state;

	http_cancelled = 0;
	http_close(s->http);
	http_server_stop(&s->server);
	buf_release(&s->log);
	free(s);
	return 0;
}

static void run_all(struct shared *s, struct tasks *ts)
{
	while (tasks_alive(ts)) {
		int64_t wait = task_wake_sleepers(ts);

		if (tasks_alive(ts))
			http_turn(s->http, wait);
	}
}

/* ---- taking turns ------------------------------------------------------------------ */

static void work_sleep(void *ctx)
{
	struct worker *w = ctx;

	assert_ptr_equal(w, task_context(task_current()));
	buf_putc(&w->shared->log, w->name);
	task_sleep(w->sleep);
	buf_putc(&w->shared->log, (char)(w->name - 'a' + 'A'));
}

static void test_sleepers_wake_in_time(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker w[] = {{s, 'a', 60 * MILLISECOND, NULL, 0, NULL}, {s, 'b', 20 * MILLISECOND, NULL, 0, NULL},
			     {s, 'c', 0, NULL, 0, NULL}};
	int64_t started = time_monotonic();

	assert_null(task_current());
	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		task_start(ts, work_sleep, &w[i]);
	assert_int_equal(3, tasks_alive(ts));
	run_all(s, ts);
	assert_string_equal("abcCBA", s->log.data);
	assert_in_range(time_monotonic() - started, 60 * MILLISECOND, 2 * SECOND);
	assert_null(task_current());
}

static void work_park(void *ctx)
{
	struct worker *w = ctx;

	w->task = task_current();
	buf_putc(&w->shared->log, w->name);
	task_park();
	buf_putc(&w->shared->log, (char)(w->name - 'a' + 'A'));
}

struct waker {
	struct worker worker;
	struct tasks *tasks;
};

/* Starts and wakes another from within a task: each turn goes back to who gave it. */
static void work_wake(void *ctx)
{
	struct waker *w = ctx;
	struct task *me = task_current();

	task_start(w->tasks, work_park, &w->worker);
	assert_ptr_equal(me, task_current());
	buf_putc(&w->worker.shared->log, '-');
	task_wake(w->worker.task);
	assert_ptr_equal(me, task_current());
	buf_putc(&w->worker.shared->log, '.');
}

static void test_tasks_nest(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct waker w = {.worker = {.shared = s, .name = 'x'}, .tasks = ts};

	task_start(ts, work_wake, &w);
	assert_string_equal("x-X.", s->log.data);
	assert_int_equal(0, tasks_alive(ts));
}

static void dig(int depth, struct shared *s)
{
	volatile char room[512];

	room[0] = (char)depth;
	if (depth)
		dig(depth - 1, s);
	else
		task_sleep(MILLISECOND);
	assert_int_equal((char)depth, room[0]);
}

static void work_deep(void *ctx)
{
	struct worker *w = ctx;

	dig(1000, w->shared);
}

/* Stacks are used again, and are deep enough for the deepest document (512 levels). */
static void test_stacks(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker w = {.shared = s};

	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 10; i++)
			task_start(ts, work_deep, &w);
		run_all(s, ts);
	}
	assert_int_equal(0, tasks_alive(ts));
}

/* ---- requests --------------------------------------------------------------------------- */

static int ask(struct shared *s, const char *path)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;

	if (http_perform(s->http, &(struct http_request){.method = "GET", .path = path}, &response, &err))
		return -(int)err.class;
	return response.status;
}

static void work_ask(void *ctx)
{
	struct worker *w = ctx;

	w->status = ask(w->shared, w->path);
	buf_putc(&w->shared->log, w->name);
	if (w->status == 200)
		w->status = ask(w->shared, w->path);
}

/* One that is told to wait does not hold up the others; a lost connection is made again. */
static void test_requests_go_on_beside_each_other(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker w[] = {{s, 'a', 0, "/wait", 0, NULL}, {s, 'b', 0, "/ok", 0, NULL},
			     {s, 'c', 0, "/gone", 0, NULL}, {s, 'd', 0, "/reset", 0, NULL}};
	static const int statuses[] = {200, 200, 404, 200};

	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		task_start(ts, work_ask, &w[i]);
	run_all(s, ts);
	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		assert_int_equal(statuses[i], w[i].status);
	assert_int_equal(4, s->log.len);
	assert_int_equal('a', s->log.data[3]);
}

static void test_many(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker w[300];

	for (size_t i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = (struct worker){s, 'a', 0, "/ok", 0, NULL};
		task_start(ts, work_ask, &w[i]);
	}
	run_all(s, ts);
	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		assert_int_equal(200, w[i].status);
	assert_int_equal(2 * ARRAY_SIZE(w), s->server.requests.len);
}

static void count_done(void *ctx, struct http_response *response, struct error *err)
{
	if (!err->class && response->status == 200)
		++*(int *)ctx;
}

/* http_run() in a task waits for its own requests, not for those of others. */
static void work_run(void *ctx)
{
	struct worker *w = ctx;
	_cleanup_error_ struct error err = ERROR_INIT;
	int done = 0;

	for (int i = 0; i < 5; i++)
		assert_int_equal(0, http_start(w->shared->http, &(struct http_request){.method = "GET", .path = "/ok"},
					       count_done, &done, &err));
	assert_int_equal(0, http_run(w->shared->http, &err));
	assert_int_equal(5, done);
	buf_putc(&w->shared->log, w->name);
}

static void test_run_in_a_task(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker slow = {s, 's', 0, "/wait", 0, NULL}, quick = {s, 'q', 0, NULL, 0, NULL};

	task_start(ts, work_ask, &slow);
	task_start(ts, work_run, &quick);
	run_all(s, ts);
	assert_string_equal("qs", s->log.data);
}

/* ---- Ctrl-C ---------------------------------------------------------------------------------- */

static void test_interrupt_ends_all(void **state)
{
	struct shared *s = *state;
	_cleanup_(tasks_free_p) struct tasks *ts = tasks_new();
	struct worker w[] = {{s, 'a', 0, "/stall", 0, NULL}, {s, 'b', 0, "/stall", 0, NULL}};
	struct worker sleeper = {s, 'c', HOUR, NULL, 0, NULL};
	int64_t started = time_monotonic();

	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		task_start(ts, work_ask, &w[i]);
	task_start(ts, work_sleep, &sleeper);
	http_turn(s->http, MILLISECOND);
	http_cancelled = 1;
	run_all(s, ts);
	assert_int_equal(-ERROR_CANCELLED, w[0].status);
	assert_int_equal(-ERROR_CANCELLED, w[1].status);
	assert_string_equal("cCab", s->log.data);
	assert_true(time_monotonic() - started < 4 * SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sleepers_wake_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tasks_nest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stacks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_requests_go_on_beside_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_run_in_a_task, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupt_ends_all, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
