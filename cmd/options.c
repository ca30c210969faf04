#include "cli/help.h"
#include "cmd.h"

static int options_run(struct invocation *inv, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)err;
	help_options(&out, inv->program);
	fputs(out.data, inv->out);
	return 0;
}

const struct command command_options = {
	.name = "options",
	.group = GROUP_HIDDEN,
	.summary = "Lists the options that every command takes",
	.examples = "  # The options of every command\n  kubec options",
	.run = options_run,
};
