#include "create/create.h"

static const struct option options_own[] = {
	{"image", .type = OPTION_STRING, .help = "Image to run.", .flags = OPTION_REQUIRED},
	{"schedule", .type = OPTION_STRING, .help = "When to run, as cron reads it: '*/5 * * * *'.", .flags = OPTION_REQUIRED},
	{"restart", .type = OPTION_STRING, .help = "What follows a failure of a container: OnFailure (also when not given) or Never.",
	 .complete = {COMPLETE_WORDS, "OnFailure,Never"}},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static cJSON *cronjob_spec(struct invocation *inv, const char *name)
{
	const char *restart = args_string(inv->args, "restart");
	cJSON *spec = json_parse_literal(
		"{\"schedule\":\"%s\",\"jobTemplate\":{\"metadata\":{},\"spec\":{\"template\":{\"metadata\":{},"
		"\"spec\":{\"containers\":[],\"restartPolicy\":\"%s\"}}}}}",
		args_string(inv->args, "schedule"), *restart ? restart : "OnFailure");

	if (*name)
		json_set_string(json_path(spec, "jobTemplate", "metadata", NULL), "name", name);
	json_append(json_path(spec, "jobTemplate", "spec", "template", "spec", "containers", NULL),
		    generated_container(inv, name));
	return spec;
}

static int create_cronjob_run(struct invocation *inv, struct error *err)
{
	const char *name;
	cJSON *object;

	if (generated_begin(inv, &name, err) || generated_new(inv, "batch/v1", "CronJob", name, true, &object, err))
		return -1;
	json_set(object, "spec", cronjob_spec(inv, name));
	json_set(object, "status", json_new_object());
	return create_generated(inv, object, "failed to create cronjob: ", err);
}

const struct command command_create_cronjob = {
	.name = "cronjob",
	.aliases = "cj",
	.summary = "Create a job that runs at set times",
	.examples = "  # Every five minutes\n"
		    "  kubec create cronjob tick --image=busybox --schedule='*/5 * * * *'\n\n"
		    "  # The same with a command\n"
		    "  kubec create cronjob tick --image=busybox --schedule='*/5 * * * *' -- date",
	.usage = "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_cronjob_run,
};
