#include "apply/ready.h"
#include "apply/ready_table.h"
#include "each.h"
#include "trouble.h"

#include "base/timeutil.h"
#include "kube/watch.h"

#define LOOK_AT_PODS    (2 * SECOND) /* between looks at a workload's Pods */
#define CUSTOM_PATIENCE (5 * SECOND) /* a custom resource that has no Ready condition by then will get none */

static const char *const booleans[] = {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"};

bool ready_wanted(struct invocation *inv)
{
	const char *wait = args_string(inv->args, "wait");

	return !strcmp(wait, "ready") || !strcmp(wait, "all");
}

int ready_check(const char *text, struct error *err)
{
	if (!strcmp(text, "ready") || !strcmp(text, "all"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(booleans); i++)
		if (!strcmp(text, booleans[i]))
			return 0;
	return error_set(err, ERROR_USAGE, "strconv.ParseBool: parsing \"%s\": invalid syntax", text);
}

/* ---- one object ----------------------------------------------------------------- */

struct ready {
	struct invocation *inv; /* the whole command's: what is told is told at once */
	struct client *client;
	struct ready_table *table; /* NULL: it is told line by line */
	int64_t begun, deadline; /* 0: none */
};

/* One object on its way. */
struct waiter {
	struct ready *all;
	const struct target *target;
	cJSON *object;
	struct buf name, text; /* text: what was told last */
	bool deleted;
};

static void waiter_release(struct waiter *w)
{
	cJSON_Delete(w->object);
	buf_release(&w->name);
	buf_release(&w->text);
}

static void tell(struct waiter *w, const char *status, const char *text)
{
	if (!strcmp(w->text.data, text))
		return;
	buf_clear(&w->text);
	buf_puts(&w->text, text);
	if (w->all->table) {
		ready_table_set(w->all->table, w->target, w->object, status, text);
		return;
	}
	fflush(w->all->inv->out);
	fprintf(w->all->inv->err, "%s: %s\n", w->name.data, text);
}

/* In a table; the error itself is told at the end. Its second line, where it has one, is what a Pod's trouble begins with. */
static void tell_failure(struct waiter *w, const char *message)
{
	size_t n = strcspn(message, "\n");
	_cleanup_free_ char *line = NULL;

	if (!w->all->table)
		return;
	if (message[n])
		message += n + 1;
	else if (str_starts(message, w->name.data))
		message += w->name.len + strspn(message + w->name.len, " ");
	line = xstrndup(message, strcspn(message, "\n"));
	ready_table_set(w->all->table, w->target, w->object, "Failed", line);
}

static int waiter_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct waiter *w = ctx;

	(void)err;
	w->deleted = !strcmp(type, "DELETED");
	cJSON_Delete(w->object);
	w->object = object;
	return WATCH_STOP;
}

/* Until something happens to it, or its Pods are to be looked at again. */
static int wait_a_while(struct waiter *w, struct error *err)
{
	int64_t until = time_monotonic() + LOOK_AT_PODS;

	if (w->all->deadline)
		until = MIN(until, w->all->deadline);
	if (watch_run(w->all->client, w->target->resource, w->target->namespace, w->target->name,
		      &(struct watch_options){
			      .resource_version = json_path_string(w->object, "metadata", "resourceVersion", NULL),
			      .deadline = until,
		      },
		      waiter_event, w, err)) {
		if (err->class != ERROR_TIMEOUT)
			return -1;
		error_release(err);
	}
	if (w->deleted)
		return error_set(err, ERROR_OTHER, "%s was deleted while it was waited for", w->name.data);
	return 0;
}

/* Why it will not be ready, for as much as can be known. */
static int not_ready(struct waiter *w, const char *what, const char *text, bool lasting_only, struct error *err)
{
	_cleanup_buf_ struct buf trouble = BUF_INIT;
	bool found = trouble_find(&trouble, w->all->client, w->target->resource, w->object, lasting_only);

	if (!found && lasting_only)
		return 0;
	return error_set(err, ERROR_OTHER, "%s %s%s%s%s%s", w->name.data, what, *text ? ": " : "", text, found ? "\n" : "",
			 trouble.data);
}

/* Without a status of its own a kind has no controller to wait for; old discovery does not tell. */
static bool has_status(const struct resource *r)
{
	return str_empty(r->subresources) || strstr(r->subresources, "status");
}

static enum readiness waiter_look(const struct waiter *w, struct buf *text)
{
	enum readiness state = readiness_of(w->target->resource, w->object, text);
	bool patient = time_monotonic() < w->all->begun + CUSTOM_PATIENCE;

	if (state != READINESS_UNKNOWN)
		return state;
	buf_puts(text, "it has no Ready condition");
	return patient && has_status(w->target->resource) ? READINESS_WAITING : READINESS_READY;
}

static int waiter_run(struct waiter *w, struct error *err)
{
	int64_t next_look = 0;

	for (;;) {
		_cleanup_buf_ struct buf text = BUF_INIT;
		enum readiness state = waiter_look(w, &text);

		/* Of what had nothing to become nothing is said. */
		if (state == READINESS_READY && w->text.len)
			tell(w, "Ready", "ready");
		if (state == READINESS_READY)
			return 0;
		if (state == READINESS_FAILED)
			return not_ready(w, "failed", text.data, false, err);
		tell(w, "Progressing", text.data);
		if (time_monotonic() >= next_look) {
			if (not_ready(w, "does not become ready", text.data, true, err))
				return -1;
			next_look = time_monotonic() + LOOK_AT_PODS;
		}
		if (w->all->deadline && time_monotonic() >= w->all->deadline)
			return not_ready(w, "was not ready in time", text.data, false, err);
		if (wait_a_while(w, err))
			return -1;
	}
}

static int ready_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_(waiter_release) struct waiter w = {
		.all = ctx, .target = t, .object = json_copy(t->object), .name = BUF_INIT, .text = BUF_INIT};

	(void)inv;
	resource_object_name(&w.name, t->resource, t->name);
	if (!waiter_run(&w, err))
		return 0;
	if (err->class != ERROR_CANCELLED)
		tell_failure(&w, err->message);
	return -1;
}

/* ---- all of them --------------------------------------------------------------------- */

static int64_t ready_turn(void *ctx)
{
	const struct ready *all = ctx;

	return all->table ? ready_table_turn(all->table) : INT64_MAX;
}

int ready_wait(struct invocation *inv, const struct vec *targets, struct vec *errors, struct error *err)
{
	int64_t timeout = args_duration(inv->args, "timeout");
	_cleanup_(ready_table_free_p) struct ready_table *table = NULL;
	struct ready all = {.inv = inv, .begun = time_monotonic()};

	if (invocation_client(inv, &all.client, err))
		return -1;
	if (timeout > 0)
		all.deadline = all.begun + timeout;
	if (ready_table_possible(inv))
		table = all.table = ready_table_new(inv, targets);
	return each_run(inv, targets, &(struct each){.work = ready_target, .turn = ready_turn, .ctx = &all}, errors, err);
}
