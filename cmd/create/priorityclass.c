#include "create/create.h"

static const struct option options_own[] = {
	{"value", .type = OPTION_INT, .flags = OPTION_INT32, .help = "How important Pods of this class are; higher goes first."},
	{"global-default", .type = OPTION_BOOL, .help = "Pods that name no class are of this one."},
	{"description", .type = OPTION_STRING, .help = "For people: when to use this class."},
	{"preemption-policy", .type = OPTION_STRING, .fallback = "PreemptLowerPriority",
	 .help = "Whether such Pods may push others off a node: PreemptLowerPriority or Never.",
	 .complete = {COMPLETE_WORDS, "PreemptLowerPriority,Never"}},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int create_priorityclass_run(struct invocation *inv, struct error *err)
{
	const char *name, *description;
	cJSON *object;

	if (generated_begin(inv, &name, err) ||
	    generated_new(inv, "scheduling.k8s.io/v1", "PriorityClass", name, false, &object, err))
		return -1;
	description = args_string(inv->args, "description");
	json_set_int(object, "value", args_int(inv->args, "value"));
	if (args_bool(inv->args, "global-default"))
		json_set_bool(object, "globalDefault", true);
	if (*description)
		json_set_string(object, "description", description);
	json_set_string(object, "preemptionPolicy", args_string(inv->args, "preemption-policy"));
	return create_generated(inv, object, "failed to create priorityclass: ", err);
}

const struct command command_create_priorityclass = {
	.name = "priorityclass",
	.aliases = "pc",
	.summary = "Create a class of priorities for Pods",
	.examples = "  # A class for what must run\n"
		    "  kubec create priorityclass critical --value=1000 --description='must run'\n\n"
		    "  # The class of all other Pods\n"
		    "  kubec create priorityclass normal --value=10 --global-default\n\n"
		    "  # Important, but pushes nobody away\n"
		    "  kubec create priorityclass patient --value=1000 --preemption-policy=Never",
	.usage = "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_priorityclass_run,
};
