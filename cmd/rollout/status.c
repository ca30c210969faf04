#include "rollout/rollout.h"

#include "base/timeutil.h"
#include "kube/watch.h"

static const struct option options_status[] = {
	{"revision", .type = OPTION_INT, .help = "Fail when another revision than this one rolls out; 0 is the newest."},
	{"timeout", .type = OPTION_DURATION, .help = "Give up after this long; 0 waits as long as it takes."},
	{"watch", 'w', OPTION_BOOL, "true", .help = "Follow the rollout until it is done."},
	{0},
};

static const struct option *const options[] = {options_status, options_filename, options_selector, NULL};

struct status {
	struct invocation *inv;
	const struct resource *resource;
};

/* Prints where the rollout is. Gives WATCH_STOP when it is done. */
static int status_show(struct status *s, const cJSON *object, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool done;

	if (rollout_status(s->resource, object, args_int(s->inv->args, "revision"), &text, &done, err))
		return -1;
	fputs(text.data, s->inv->out);
	fflush(s->inv->out);
	return done || !args_bool(s->inv->args, "watch") ? WATCH_STOP : 0;
}

static int status_event(void *ctx, const char *type, cJSON *taken, struct error *err)
{
	_cleanup_json_ cJSON *object = taken;

	if (!strcmp(type, "DELETED"))
		return error_set(err, ERROR_OTHER, "object has been deleted");
	return status_show(ctx, object, err);
}

static int status_follow(struct invocation *inv, const struct target *t, int64_t deadline, struct error *err)
{
	struct status s = {inv, t->resource};
	_cleanup_buf_ struct buf selector = BUF_INIT;
	struct client *client;
	int shown;

	if (!rollout_supported(t->resource)) {
		_cleanup_buf_ struct buf kind = BUF_INIT;

		buf_printf(&kind, "%s%s%s", t->resource->kind, *t->resource->group ? "." : "", t->resource->group);
		return error_set(err, ERROR_OTHER, "no status viewer has been implemented for %s", kind.data);
	}
	shown = status_show(&s, t->object, err);
	if (shown || invocation_client(inv, &client, err))
		return shown == WATCH_STOP ? 0 : -1;
	buf_printf(&selector, "metadata.name=%s", t->name);
	if (!watch_run(client, t->resource, t->namespace, t->name,
		       &(struct watch_options){
			       .field_selector = selector.data,
			       .resource_version = json_path_string(t->object, "metadata", "resourceVersion", NULL),
			       .deadline = deadline,
		       },
		       status_event, &s, err))
		return 0;
	return err->class == ERROR_TIMEOUT ? error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition") : -1;
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
		    "  kubec rollout status statefulset/db --timeout=5m",
	.usage = "(TYPE NAME | TYPE/NAME) [flags]",
	.options = options,
	.arguments = rollout_arguments,
	.run = status_run,
};
