#include "each.h"

#include "base/map.h"
#include "net/task.h"

/*
 * Each target is a task. It starts when a place is free and its stage has come, in the order of
 * the input; what it prints is kept until everything before it has been shown.
 */

/*
 * Measured with 500 ConfigMaps and Deployments on a 1.36 server beside the program: 10 at a time take up to twice as long
 * as 50, and 100 no less than 50, as the server is busy by then. A server's fair queues count seats, so that asking for more
 * would only make others of the same person wait.
 */
#define CONCURRENCY "50"

const struct option options_concurrency[] = {
	{"concurrency", .type = OPTION_INT, .fallback = CONCURRENCY, .flags = OPTION_OWN,
	 .help = "How many objects are worked on at a time."},
	{0},
};

/* Something that a target's work printed. */
struct piece {
	enum { PIECE_OUT, PIECE_ERR, PIECE_WARNING } to;
	struct buf text;
};

/* One target on its way. */
struct job {
	struct run *run;
	size_t index;
	struct target *target;
	struct invocation *view; /* from its beginning until it is shown */
	struct vec pieces;
	struct error error;
	int outcome;
	bool ended;
	unsigned stage, repeat; /* repeat: how often the same object came before */
};

struct run {
	struct invocation *inv;
	const struct each *each;
	struct vec *errors;
	struct job *jobs;   /* in the order of the input */
	struct job **order; /* in the order of their beginning */
	size_t len, begun, shown;
	size_t read;        /* how many of each->reading have had their turn */
	size_t stop;        /* nothing from this one on is begun or shown */
	size_t width;
	struct tasks *tasks;
	struct client *client; /* NULL: no server is asked */
};

/* ---- what a target's work prints ------------------------------------------------- */

static void piece_free(struct piece *p)
{
	buf_release(&p->text);
	free(p);
}

static void job_add(struct job *job, int to, const char *data, size_t len)
{
	struct piece *p = job->pieces.len ? job->pieces.items[job->pieces.len - 1] : NULL;

	if (!p || (int)p->to != to || to == PIECE_WARNING) {
		p = NEW(struct piece);
		p->to = to;
		p->text = BUF_INIT;
		vec_add(&job->pieces, p);
	}
	buf_add(&p->text, data, len);
}

static ssize_t write_out(void *cookie, const char *data, size_t len)
{
	job_add(cookie, PIECE_OUT, data, len);
	return (ssize_t)len;
}

static ssize_t write_err(void *cookie, const char *data, size_t len)
{
	job_add(cookie, PIECE_ERR, data, len);
	return (ssize_t)len;
}

/* A stream whose bytes are kept in the order in which they come, beside those of the other. */
static FILE *open_stream(struct job *job, cookie_write_function_t *write)
{
	FILE *f = fopencookie(job, "w", (cookie_io_functions_t){.write = write});

	if (!f)
		abort();
	setvbuf(f, NULL, _IONBF, 0);
	return f;
}

/* Keeps a server's warning until its target is shown: then it is known whether it was told before. */
static bool take_warning(const char *text)
{
	struct task *t = task_current();

	if (!t)
		return false;
	job_add(task_context(t), PIECE_WARNING, text, strlen(text));
	return true;
}

/* ---- one target ----------------------------------------------------------------------- */

static void job_run(void *ctx)
{
	struct job *job = ctx;
	struct run *run = job->run;

	job->outcome = run->each->work(run->each->ctx, job->view, job->target, &job->error);
	job->ended = true;
	if (job->outcome == EACH_STOP)
		run->stop = MIN(run->stop, job->index + 1);
}

static void job_begin(struct job *job)
{
	job->view = NEW(struct invocation);
	*job->view = *job->run->inv;
	job->view->out = open_stream(job, write_out);
	job->view->err = open_stream(job, write_err);
	task_start(job->run->tasks, job_run, job);
}

static void job_release(struct job *job)
{
	if (job->view) {
		fclose(job->view->out);
		fclose(job->view->err);
	}
	free(TAKE_PTR(job->view));
	vec_release(&job->pieces);
	error_release(&job->error);
}

static void show_piece(const struct run *run, const struct piece *p)
{
	FILE *out = run->inv->out;

	if (p->to == PIECE_OUT) {
		fwrite(p->text.data, 1, p->text.len, out);
		return;
	}
	fflush(out);
	if (p->to == PIECE_WARNING)
		client_warn(run->client, p->text.data);
	else
		fwrite(p->text.data, 1, p->text.len, run->inv->err);
}

/* Takes the errors that were met before the n-th of those of reading. */
static void take_reading(struct run *run, size_t n)
{
	struct vec *reading = run->each->reading;

	while (reading && run->read < MIN(n, reading->len))
		vec_add(run->errors, error_take(reading->items[run->read++]));
}

/* Prints what the work on a target has printed, and notes its failure. */
static void job_show(struct job *job)
{
	struct run *run = job->run;

	take_reading(run, job->target->errors_before);
	for (size_t i = 0; i < job->pieces.len; i++)
		show_piece(run, job->pieces.items[i]);
	if (!run->inv->exit_status)
		run->inv->exit_status = job->view->exit_status;
	if (!job->outcome && run->each->show)
		job->outcome = run->each->show(run->each->ctx, run->inv, job->target, &job->error);
	if (job->outcome && job->error.class != ERROR_CANCELLED)
		vec_add(run->errors, error_take(&job->error));
	job_release(job);
}

/* ---- all of them ------------------------------------------------------------------------ */

/*
 * Until the server has answered somebody, one asks alone: who cannot reach it says so once, and a
 * credential that has to be had is had once.
 */
static bool has_place(const struct run *run)
{
	size_t places = run->client && client_was_answered(run->client) ? run->width : 1;

	return tasks_alive(run->tasks) < places && !http_cancelled;
}

/* The next one that may begin now, or NULL: what is of a later stage waits for the ones before. */
static struct job *next_job(struct run *run)
{
	const struct job *before = run->begun ? run->order[run->begun - 1] : NULL;
	struct job *job;

	while (run->begun < run->len && run->order[run->begun]->index >= run->stop)
		run->begun++;
	if (run->begun == run->len || !has_place(run))
		return NULL;
	job = run->order[run->begun];
	if (before && (before->stage != job->stage || before->repeat != job->repeat) && tasks_alive(run->tasks))
		return NULL;
	run->begun++;
	return job;
}

static void show_ended(struct run *run)
{
	while (run->shown < run->stop && run->jobs[run->shown].ended)
		job_show(&run->jobs[run->shown++]);
	fflush(run->inv->out);
}

static void run_loop(struct run *run)
{
	struct job *job;
	int64_t wait;

	for (;;) {
		while ((job = next_job(run)))
			job_begin(job);
		show_ended(run);
		wait = task_wake_sleepers(run->tasks);
		if (run->each->turn)
			wait = MIN(wait, run->each->turn(run->each->ctx));
		if (!tasks_alive(run->tasks)) {
			if (http_cancelled || run->begun == run->len)
				break;
			continue;
		}
		if (run->client)
			client_turn(run->client, wait);
		else
			task_sleep(wait);
	}
	show_ended(run);
	/* After Ctrl-C, what was done behind something that was not is told all the same. */
	for (size_t i = run->shown; i < run->stop; i++)
		if (run->jobs[i].ended && !run->jobs[i].outcome)
			job_show(&run->jobs[i]);
	take_reading(run, SIZE_MAX);
	fflush(run->inv->out);
}

/* ---- what comes first ---------------------------------------------------------------------- */

static int compare_jobs(const void *a, const void *b)
{
	const struct job *x = *(const struct job *const *)a, *y = *(const struct job *const *)b;

	if (x->stage != y->stage)
		return x->stage < y->stage ? -1 : 1;
	if (x->repeat != y->repeat)
		return x->repeat < y->repeat ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* Counts how often each object came before. */
static void count_repeats(struct run *run)
{
	_cleanup_(map_release) struct map last = {0}; /* of each object, the job that came last */

	for (size_t i = 0; i < run->len; i++) {
		const struct target *t = run->jobs[i].target;
		_cleanup_buf_ struct buf key = BUF_INIT;
		const struct job *before;

		if (str_empty(t->name))
			continue;
		resource_path(&key, t->resource, t->namespace, t->name, NULL);
		before = map_get(&last, key.data);
		if (before)
			run->jobs[i].repeat = before->repeat + 1;
		map_set(&last, key.data, &run->jobs[i]);
	}
}

static void run_prepare(struct run *run, const struct vec *targets)
{
	run->len = run->stop = targets->len;
	run->jobs = xcalloc(run->len + 1, sizeof(*run->jobs));
	run->order = xcalloc(run->len + 1, sizeof(*run->order));
	for (size_t i = 0; i < run->len; i++) {
		run->jobs[i] = (struct job){
			.run = run,
			.index = i,
			.target = targets->items[i],
			.pieces = VEC_OWNING(piece_free),
			.stage = run->each->stages ? run->each->stages[i] : 0,
		};
		run->order[i] = &run->jobs[i];
	}
	count_repeats(run);
	qsort(run->order, run->len, sizeof(*run->order), compare_jobs);
	run->tasks = tasks_new();
}

static void run_release(struct run *run)
{
	for (size_t i = 0; i < run->len; i++)
		job_release(&run->jobs[i]);
	free(run->jobs);
	free(run->order);
	tasks_free(run->tasks);
}

/* --concurrency as it was given. kubectl's own (of diff) has a default that is not for us, and takes any number. */
static int read_width(struct invocation *inv, size_t *ret, struct error *err)
{
	bool given = args_knows(inv->args, "concurrency") && args_changed(inv->args, "concurrency");
	int64_t n = given ? args_int(inv->args, "concurrency") : strtol(CONCURRENCY, NULL, 10);

	if (n < 1 && (option_find(inv->command, "concurrency", strlen("concurrency"))->flags & OPTION_OWN))
		return usage_error(inv, err, "--concurrency must be at least 1");
	*ret = (size_t)MAX(n, 1);
	return 0;
}

int each_run(struct invocation *inv, const struct vec *targets, const struct each *each, struct vec *errors,
	     struct error *err)
{
	_cleanup_(run_release) struct run run = {.inv = inv, .each = each, .errors = errors, .client = inv->client};

	run.width = each->width;
	if (!run.width && read_width(inv, &run.width, err))
		return -1;
	if (each->in_turn)
		run.width = 1;
	run_prepare(&run, targets);
	if (run.client)
		client_divert_warnings(run.client, take_warning);
	run_loop(&run);
	if (run.client)
		client_divert_warnings(run.client, NULL);
	return http_cancelled ? error_set(err, ERROR_CANCELLED, "interrupted") : 0;
}

int each_target(struct invocation *inv, const struct vec *targets, each_fn *work, void *ctx, struct vec *errors,
		struct error *err)
{
	return each_run(inv, targets, &(struct each){.work = work, .ctx = ctx}, errors, err);
}
