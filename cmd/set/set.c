#include "set/set.h"

static const struct command *const subcommands[] = {
	&command_set_env,      &command_set_image,	    &command_set_resources,
	&command_set_selector, &command_set_serviceaccount, &command_set_subject,
	NULL,
};

const struct command command_set = {
	.name = "set",
	.group = GROUP_BASIC_BEGINNER,
	.summary = "Change one property of objects",
	.description = "Changes one feature of live objects, or of manifests with --local.",
	.usage = "SUBCOMMAND",
	.subcommands = subcommands,
	.help_on_err = true,
};
