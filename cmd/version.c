#include "cmd.h"

static int version_run(struct invocation *inv, struct error *err)
{
	(void)err;
	fprintf(inv->out, "Client Version: %s\n", KUBECTL_VERSION);
	return 0;
}

static const struct option version_options[] = {
	{.name = "client", .type = OPTION_BOOL, .help = "Shows the client's version alone; no server is asked."},
	{.name = "output", .shorthand = 'o', .complete = {COMPLETE_WORDS, "json,yaml"}, .help = "One of 'yaml' or 'json'."},
	{0},
};

const struct command command_version = {
	.name = "version",
	.group = GROUP_OTHER,
	.summary = "Shows the versions of client and server",
	.examples = "  # Both versions\n  kubec version",
	.options = (const struct option *const[]){version_options, NULL},
	.run = version_run,
};
