#include "cli/help.h"
#include "cmd.h"

/* The root as the program was called, not command_root: it carries the name. */
static const struct command *root_of(const struct invocation *inv)
{
	return inv->steps->steps[0];
}

static int help_run(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_vec_ struct vec rest = VEC_INIT;
	struct command_path path;

	(void)err;
	args_find_command(root_of(inv), (int)words->len, (char *const *)words->items, &path, &rest);
	if (path.depth == 1 && words->len) {
		buf_puts(&out, "Unknown help topic [");
		for (size_t i = 0; i < words->len; i++)
			buf_printf(&out, "%s`%s`", i ? " " : "", vec_string(words, i));
		buf_puts(&out, "]\n\n\n");
		help_usage(&out, &path);
		fputs(out.data, inv->err);
		return 0;
	}
	help_print(&out, &path);
	fputs(out.data, inv->out);
	return 0;
}

const struct command command_help = {
	.name = "help",
	.group = GROUP_HIDDEN,
	.summary = "Shows the help of a command",
	.description = "Shows the help of a command: kubec help COMMAND, and of its subcommands: kubec help COMMAND SUBCOMMAND.",
	.usage = "[COMMAND]",
	.arguments = (const struct argument[]){{"COMMAND", .repeats = true, .complete = {COMPLETE_COMMANDS, NULL}}, {0}},
	.run = help_run,
};
