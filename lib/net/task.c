#include "net/task.h"

#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "net/http.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#define STACK_SIZE ((size_t)8 << 20) /* its frames are larger */
#else
/* Enough for the deepest document that is read (JSON_MAX_DEPTH); only what is touched takes memory. */
#define STACK_SIZE ((size_t)1 << 20)
#endif
#define SLICE (100 * MILLISECOND) /* how late Ctrl-C may be seen by a sleeper */

struct task {
	struct tasks *owner;
	struct task *next; /* among the idle stacks */
	void (*run)(void *ctx);
	void *ctx;
	ucontext_t here, back; /* where it stopped; where its turn goes when it does */
	struct task *waker;    /* the task that gave it the turn, or NULL */
	int64_t wake_at;       /* time_monotonic(); 0: it does not sleep */
	void *stack;           /* the guard page at its end, then STACK_SIZE bytes */
	bool ended;
#ifdef __SANITIZE_ADDRESS__
	void *fake, *back_fake;
	const void *back_stack;
	size_t back_size;
#endif
};

struct tasks {
	size_t alive;
	struct task *idle; /* ended ones, whose stacks are used again */
	struct vec sleepers;
};

static _Thread_local struct task *current;

/* ---- changing stacks ------------------------------------------------------------ */

/* AddressSanitizer has to be told which stack is in use. */
#ifdef __SANITIZE_ADDRESS__
static size_t page_size(void);

static void enter_begin(struct task *t)
{
	__sanitizer_start_switch_fiber(&t->back_fake, (char *)t->stack + page_size(), STACK_SIZE);
}

static void enter_end(struct task *t)
{
	__sanitizer_finish_switch_fiber(t->back_fake, NULL, NULL);
}

static void leave_begin(struct task *t)
{
	__sanitizer_start_switch_fiber(t->ended ? NULL : &t->fake, t->back_stack, t->back_size);
}

static void leave_end(struct task *t)
{
	__sanitizer_finish_switch_fiber(t->fake, &t->back_stack, &t->back_size);
}
#else
static void enter_begin(struct task *t)
{
	(void)t;
}
#define enter_end   enter_begin
#define leave_begin enter_begin
#define leave_end   enter_begin
#endif

void task_wake(struct task *t)
{
	t->waker = current;
	current = t;
	enter_begin(t);
	swapcontext(&t->back, &t->here);
	enter_end(t);
	current = t->waker;
	if (t->ended) {
		t->owner->alive--;
		t->next = t->owner->idle;
		t->owner->idle = t;
	}
}

void task_park(void)
{
	struct task *t = current;

	leave_begin(t);
	swapcontext(&t->here, &t->back);
	leave_end(t);
}

static void task_main(void)
{
	struct task *t = current;

	leave_end(t);
	t->run(t->ctx);
	t->ended = true;
	leave_begin(t);
	setcontext(&t->back);
}

/* ---- beginning and ending --------------------------------------------------------- */

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static struct task *task_new(struct tasks *ts)
{
	struct task *t = NEW(struct task);

	t->owner = ts;
	t->stack = mmap(NULL, page_size() + STACK_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	/* Stacks grow downwards: who goes too deep meets a page that may not be touched. */
	if (t->stack == MAP_FAILED || mprotect(t->stack, page_size(), PROT_NONE))
		abort();
	return t;
}

static struct task *task_take(struct tasks *ts)
{
	struct task *t = ts->idle;

	if (!t)
		return task_new(ts);
	ts->idle = t->next;
	t->ended = false;
#ifdef __SANITIZE_ADDRESS__
	t->fake = NULL;
#endif
	return t;
}

/* A function of its own, as getcontext() may come back twice as far as the compiler knows. */
static __attribute__((noinline)) void context_make(ucontext_t *context, void *stack)
{
	getcontext(context);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = STACK_SIZE;
	context->uc_link = NULL;
	makecontext(context, task_main, 0);
}

void task_start(struct tasks *ts, void (*run)(void *ctx), void *ctx)
{
	struct task *t = task_take(ts);

	t->run = run;
	t->ctx = ctx;
	context_make(&t->here, (char *)t->stack + page_size());
	ts->alive++;
	task_wake(t);
}

struct tasks *tasks_new(void)
{
	return NEW(struct tasks);
}

void tasks_free(struct tasks *ts)
{
	if (!ts)
		return;
	while (ts->idle) {
		struct task *t = ts->idle;

		ts->idle = t->next;
		munmap(t->stack, page_size() + STACK_SIZE);
		free(t);
	}
	vec_release(&ts->sleepers);
	free(ts);
}

size_t tasks_alive(const struct tasks *ts)
{
	return ts->alive;
}

struct task *task_current(void)
{
	return current;
}

void *task_context(const struct task *t)
{
	return t->ctx;
}

/* ---- sleeping ---------------------------------------------------------------------- */

static void sleep_here(int64_t end)
{
	int64_t left;

	while (!http_cancelled && (left = end - time_monotonic()) > 0)
		nanosleep(&(struct timespec){.tv_nsec = (long)MIN(left, SLICE)}, NULL);
}

void task_sleep(int64_t duration)
{
	int64_t end = time_monotonic() + duration;

	if (!current) {
		sleep_here(end);
		return;
	}
	current->wake_at = MAX(end, 1);
	vec_add(&current->owner->sleepers, current);
	while (current->wake_at) /* an answer to what it started before wakes it, too */
		task_park();
}

/* One whose time has come, taken out of the list; NULL: none. */
static struct task *take_sleeper(struct tasks *ts, int64_t now)
{
	for (size_t i = 0; i < ts->sleepers.len; i++) {
		struct task *t = ts->sleepers.items[i];

		if (t->wake_at > now && !http_cancelled)
			continue;
		vec_remove(&ts->sleepers, i);
		t->wake_at = 0;
		return t;
	}
	return NULL;
}

int64_t task_wake_sleepers(struct tasks *ts)
{
	int64_t now = time_monotonic(), next = INT64_MAX;
	struct task *t;

	while ((t = take_sleeper(ts, now)))
		task_wake(t);
	for (size_t i = 0; i < ts->sleepers.len; i++)
		next = MIN(next, MAX(((const struct task *)ts->sleepers.items[i])->wake_at - now, 0));
	return next;
}
