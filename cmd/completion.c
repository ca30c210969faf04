#include "cli/help.h"
#include "cmd.h"
#include "completion_scripts.h"

static const struct {
	const char *shell, *script;
} scripts[] = {
	{"bash", completion_script_bash},
	{"zsh", completion_script_zsh},
	{"fish", completion_script_fish},
	{"powershell", completion_script_powershell},
};

static int completion_run(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (!words->len)
		return usage_error(inv, err, "Shell not specified.");
	if (words->len > 1)
		return usage_error(inv, err, "Too many arguments. Expected only the shell type.");
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		if (!str_equal(vec_string(words, 0), scripts[i].shell))
			continue;
		help_text(&out, scripts[i].script, inv->program);
		fputs(out.data, inv->out);
		return 0;
	}
	return usage_error(inv, err, "Unsupported shell type \"%s\".", vec_string(words, 0));
}

const struct command command_completion = {
	.name = "completion",
	.group = GROUP_SETTINGS,
	.summary = "Prints a script that completes kubec's commands in a shell (bash, zsh, fish or powershell)",
	.description = "Prints a script that lets a shell complete commands, options, and names of the cluster's objects.\n\n"
		       "Names come from the cluster that the line names; when it does not answer within a second, only what is "
		       "known without it is offered.",
	.examples = "  # bash: now, and in every new shell\n"
		    "  source <(kubec completion bash)\n"
		    "  echo 'source <(kubec completion bash)' >>~/.bashrc\n\n"
		    "  # bash, for an alias too\n"
		    "  alias k=kubec\n"
		    "  complete -F __start_kubec k\n\n"
		    "  # zsh: in a folder of $fpath\n"
		    "  kubec completion zsh >\"${fpath[1]}/_kubec\"\n\n"
		    "  # fish\n"
		    "  kubec completion fish >~/.config/fish/completions/kubec.fish\n\n"
		    "  # PowerShell: now, and in every new shell\n"
		    "  kubec completion powershell | Out-String | Invoke-Expression\n"
		    "  kubec completion powershell >>$PROFILE",
	.usage = "SHELL",
	.arguments = (const struct argument[]){{"SHELL", .complete = {COMPLETE_WORDS, "bash,zsh,fish,powershell"}}, {0}},
	.run = completion_run,
};
