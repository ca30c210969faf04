#include "each.h"
#include "rollout/rollout.h"

static const struct option options_pause[] = {
	OPTION_FIELD_MANAGER("kubectl-rollout"),
	{0},
};

static const struct option *const options[] = {options_pause, options_filename, options_selector, options_print,
					      options_concurrency, NULL};

static bool is_deployment(const struct resource *r)
{
	return !strcmp(r->group, "apps") && !strcmp(r->kind, "Deployment");
}

static int pause_object(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	(void)ctx;
	if (!is_deployment(r))
		return error_set(err, ERROR_OTHER, "pausing is not supported");
	if (json_bool(json_get(object, "spec"), "paused", false))
		return error_set(err, ERROR_OTHER, "is already paused");
	json_set_bool(json_ensure_object(object, "spec"), "paused", true);
	return 0;
}

static int resume_object(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	(void)ctx;
	if (!is_deployment(r))
		return error_set(err, ERROR_OTHER, "resuming is not supported");
	if (!json_bool(json_get(object, "spec"), "paused", false))
		return error_set(err, ERROR_OTHER, "is not paused");
	json_remove(json_get(object, "spec"), "paused");
	return 0;
}

static int pause_run(struct invocation *inv, struct error *err)
{
	return rollout_change(inv, pause_object, "paused", "it is paused already", err);
}

static int resume_run(struct invocation *inv, struct error *err)
{
	return rollout_change(inv, resume_object, "resumed", "it is not paused", err);
}

const struct command command_rollout_pause = {
	.name = "pause",
	.summary = "Pause a rollout",
	.description = "A paused Deployment keeps running as it is: changes of its template wait until it is resumed.",
	.examples = "  # Hold a Deployment while it is changed in several steps\n"
		    "  kubec rollout pause deployment/web",
	.usage = "RESOURCE",
	.options = options,
	.arguments = rollout_arguments,
	.keeps_order = true,
	.run = pause_run,
};

const struct command command_rollout_resume = {
	.name = "resume",
	.summary = "Let a paused rollout go on",
	.description = "Lets a paused Deployment roll out the changes that were made meanwhile.",
	.examples = "  # Let the changes go out\n"
		    "  kubec rollout resume deployment/web",
	.usage = "RESOURCE",
	.options = options,
	.arguments = rollout_arguments,
	.keeps_order = true,
	.run = resume_run,
};
