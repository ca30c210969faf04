#include "rollout/rollout.h"
#include "trouble.h"

#include "base/timeutil.h"
#include "kube/watch.h"

#define LOOK_AT_PODS (2 * SECOND) /* between looks with --explain */

static const struct option options_status[] = {
	{"explain", .type = OPTION_BOOL, .flags = OPTION_OWN,
	 .help = "Name a Pod that holds the rollout up, why, and the last lines of its log, on standard error."},
	{"revision", .type = OPTION_INT, .help = "Fail when another revision than this one rolls out; 0 is the newest."},
	{"timeout", .type = OPTION_DURATION, .help = "Give up after this long; 0 waits as long as it takes."},
	{"watch", 'w', OPTION_BOOL, .fallback = "true", .help = "Follow the rollout until it is done."},
	{0},
};

static const struct option *const options[] = {options_status, options_filename, options_selector, NULL};

struct status {
	struct invocation *inv;
	struct client *client;
	const struct target *target;
	cJSON *object;        /* its newest state */
	struct buf explained; /* what was told last */
	bool explains;
};

static void status_release(struct status *s)
{
	cJSON_Delete(s->object);
	buf_release(&s->explained);
}

/* --explain: tells what holds the rollout up, each trouble once. */
static void status_explain(struct status *s)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!s->explains || !trouble_find(&text, s->client, s->target->resource, s->object, false) ||
	    !strcmp(text.data, s->explained.data))
		return;
	fprintf(s->inv->err, "%s\n", text.data);
	buf_clear(&s->explained);
	buf_puts(&s->explained, text.data);
}

/* Prints where the rollout is. Gives WATCH_STOP when it is done. */
static int status_show(struct status *s, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool done;

	if (rollout_status(s->target->resource, s->object, args_int(s->inv->args, "revision"), &text, &done, err))
		return -1;
	fputs(text.data, s->inv->out);
	fflush(s->inv->out);
	return done || !args_bool(s->inv->args, "watch") ? WATCH_STOP : 0;
}

static int status_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct status *s = ctx;

	cJSON_Delete(s->object);
	s->object = object;
	if (!strcmp(type, "DELETED"))
		return error_set(err, ERROR_OTHER, "object has been deleted");
	return status_show(s, err);
}

/* Follows the object until it is done or the time is up; with --explain it looks at the Pods now and then. */
static int status_watch(struct status *s, int64_t deadline, struct error *err)
{
	const struct target *t = s->target;

	for (;;) {
		int64_t pause = s->explains ? time_monotonic() + LOOK_AT_PODS : deadline;
		bool last = !s->explains || (deadline && pause >= deadline);

		if (!watch_run(s->client, t->resource, t->namespace, t->name,
			       &(struct watch_options){
				       .resource_version = json_path_string(s->object, "metadata", "resourceVersion", NULL),
				       .deadline = last ? deadline : pause,
			       },
			       status_event, s, err))
			return 0;
		if (err->class != ERROR_TIMEOUT)
			return -1;
		if (last)
			return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition");
		error_release(err);
		status_explain(s);
	}
}

static int status_follow(struct invocation *inv, const struct target *t, int64_t deadline, struct error *err)
{
	_cleanup_(status_release) struct status s = {.inv = inv, .target = t, .explained = BUF_INIT};
	int shown;

	if (!rollout_supported(t->resource)) {
		_cleanup_buf_ struct buf kind = BUF_INIT;

		buf_printf(&kind, "%s%s%s", t->resource->kind, *t->resource->group ? "." : "", t->resource->group);
		return error_set(err, ERROR_OTHER, "no status viewer has been implemented for %s", kind.data);
	}
	if (invocation_client(inv, &s.client, err))
		return -1;
	s.explains = args_bool(inv->args, "explain");
	s.object = json_copy(t->object);
	shown = status_show(&s, err);
	if (!shown)
		shown = status_watch(&s, deadline, err);
	if (shown < 0 || !args_bool(inv->args, "watch"))
		status_explain(&s);
	return shown < 0 ? -1 : 0;
}

static int status_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	int64_t revision = args_int(inv->args, "revision"), timeout = args_duration(inv->args, "timeout");
	const char *ns;
	bool given;

	if (rollout_required(inv, err))
		return -1;
	if (revision < 0)
		return error_set(err, ERROR_OTHER, "revision must be a positive integer: %lld", (long long)revision);
	if (invocation_namespace(inv, &ns, &given, err) || rollout_fetch(inv, &targets, &errors, err))
		return -1;
	if (!targets.len && !errors.len)
		fprintf(inv->err, "No resources found in %s namespace.\n", ns);
	for (size_t i = 0; i < targets.len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;

		if (status_follow(inv, targets.items[i], timeout ? time_monotonic() + timeout : 0, &failed))
			vec_add(&errors, error_take(&failed));
	}
	report_errors(inv, &errors);
	return 0;
}

const struct command command_rollout_status = {
	.name = "status",
	.summary = "Wait for a rollout and tell how far it is",
	.description = "Says how far a rollout is, and by default waits until it is done or has failed.",
	.examples = "  # Wait for a rollout\n"
		    "  kubec rollout status deployment/web\n\n"
		    "  # At most five minutes\n"
		    "  kubec rollout status statefulset/db --timeout=5m\n\n"
		    "  # And say which Pod holds it up\n"
		    "  kubec rollout status deployment/web --explain",
	.usage = "(TYPE NAME | TYPE/NAME) [flags]",
	.options = options,
	.arguments = rollout_arguments,
	.run = status_run,
};
