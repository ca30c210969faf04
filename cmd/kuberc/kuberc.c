#include "kuberc/kuberc.h"

#include "base/file.h"
#include "cli/kuberc_file.h"
#include "data/yaml.h"

const struct option options_kuberc[] = {
	{.name = "kuberc", .complete = {COMPLETE_FILES, NULL}, .help = "File to work on instead of ~/.kube/kuberc."},
	{0},
};

int kuberc_file(struct invocation *inv, char **ret, struct error *err)
{
	_cleanup_free_ char *path = NULL;
	bool asked_for;

	if (kuberc_switched_off())
		return error_set(err, ERROR_USAGE, "unknown command \"kuberc\" for \"%s\"", inv->program);
	if (kuberc_path(args_string(inv->args, "kuberc"), &path, &asked_for, err))
		return -1;
	if (!path)
		return error_set(err, ERROR_CONFIG, "KUBERC is disabled via KUBERC=off environment variable");
	*ret = TAKE_PTR(path);
	return 0;
}

cJSON *kuberc_new(void)
{
	return json_parse_literal("{\"kind\":\"Preference\",\"apiVersion\":\"kubectl.config.k8s.io/v1beta1\","
				  "\"defaults\":null,\"aliases\":null}");
}

int kuberc_save(struct invocation *inv, const char *path, const cJSON *preference, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	yaml_print(&text, preference);
	if (file_write_atomic(path, text.data, text.len, 0600, err))
		return error_prefix(err, "failed to write kuberc file: ");
	fprintf(inv->out, "Updated %s\n", path);
	return 0;
}

const struct command command_kuberc = {
	.name = "kuberc",
	.group = GROUP_OTHER,
	.summary = "Show and change the preferences in kuberc",
	.description = "Shows and changes ~/.kube/kuberc, or the file of --kuberc or $KUBERC: aliases of commands, defaults of their "
		       "options, and which credential plug-ins may run.",
	.examples = "  # What is set\n"
		    "  kubec kuberc view",
	.usage = "SUBCOMMAND",
	.help_on_err = true,
	.subcommands = (const struct command *const[]){&command_kuberc_set, &command_kuberc_view, NULL},
};
