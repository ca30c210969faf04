#include "rollout/rollout.h"

#include "each.h"

const struct argument rollout_arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, "deployment,daemonset,statefulset"}, .repeats = true},
	{0},
};

int rollout_required(struct invocation *inv, struct error *err)
{
	if (args_words(inv->args)->len || args_list(inv->args, "filename")->len || *args_string(inv->args, "kustomize"))
		return 0;
	return error_set(err, ERROR_OTHER, "required resource not specified");
}

int rollout_fetch(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err)
{
	struct target_options o;

	if (invocation_targets(inv, &o, err))
		return -1;
	o.list_by_type = true;
	if (live_fetch_targets(inv, &o, targets, errors, err))
		return -1;
	live_refuse_custom(targets, errors);
	return 0;
}

int rollout_unsupported(const struct resource *r, const char *looked_for, const char *missing, struct error *err)
{
	const char *dot = *r->group ? "." : "";

	if (live_runs_pods(r))
		return error_set(err, ERROR_OTHER, "no %s has been implemented for \"%s%s%s\"", missing, r->kind, dot,
				 r->group);
	return error_set(err, ERROR_OTHER, "error retrieving %s for \"%s%s%s\", no visitor method exists for {%s %s}",
			 looked_for, r->kind, dot, r->group, r->group, r->kind);
}

struct rollout_work {
	struct live_change change;
	const char *same_error;
};

static int change_one(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct rollout_work *w = ctx;
	bool refused = false;

	switch (live_change_target(inv, &w->change, t, &refused, err)) {
	case LIVE_CHANGED:
		return 0;
	case LIVE_SAME:
		return error_set(err, ERROR_OTHER, "failed to create patch for %s: %s", t->name, w->same_error);
	case LIVE_FAILED:
		break;
	}
	if (refused)
		live_refusal(t, err);
	else if (error_is_request(err))
		error_wrap(err, "failed to patch: ");
	return -1;
}

int rollout_change(struct invocation *inv,
		   int (*change)(void *ctx, const struct resource *r, cJSON *object, struct error *err),
		   const char *operation, const char *same_error, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct rollout_work work = {.change = {.change = change, .operation = operation}, .same_error = same_error};
	const char *ns;
	bool given;

	if (rollout_required(inv, err) || change_query(inv, NULL, &query, err) ||
	    rollout_fetch(inv, &targets, &errors, err) || invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (!targets.len && !errors.len)
		fprintf(inv->err, "No resources found in %s namespace.\n", ns);
	work.change.query = query.data;
	if (each_target(inv, &targets, change_one, &work, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

static const struct command *const subcommands[] = {
	&command_rollout_history, &command_rollout_pause,  &command_rollout_restart,
	&command_rollout_resume,  &command_rollout_status, &command_rollout_undo,
	NULL,
};

const struct command command_rollout = {
	.name = "rollout",
	.group = GROUP_DEPLOY,
	.summary = "Watch, pause, repeat or take back a rollout",
	.description = "Follows, pauses, repeats and takes back the rollouts of Deployments, DaemonSets and StatefulSets.",
	.examples = "  # Back to the revision before\n"
		    "  kubec rollout undo deployment/web\n\n"
		    "  # Wait until a rollout is done\n"
		    "  kubec rollout status deployment/web",
	.usage = "SUBCOMMAND",
	.subcommands = subcommands,
};
