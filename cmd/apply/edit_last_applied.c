#include "apply/last_applied.h"

#include "edit_session.h"
#include "record.h"

static const struct option options_edit_last_applied[] = {
	OPTION_FIELD_MANAGER("kubectl-client-side-apply"),
	OPTION_WINDOWS_LINE_ENDINGS,
	{0},
};

static const struct option *const options[] = {
	options_filename, options_edit_last_applied, options_validate, options_print, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES}, .repeats = true},
	{0},
};

static int edit_last_applied_run(struct invocation *inv, struct error *err)
{
	return edit_run(inv, EDIT_LAST_APPLIED, err);
}

const struct command command_apply_edit_last_applied = {
	.name = "edit-last-applied",
	.summary = "Change in an editor what apply remembers as the last manifest",
	.description = "Opens the last-applied annotations of objects in the editor of KUBE_EDITOR, EDITOR or vi, and writes back "
		       "what was changed; nothing else of the objects changes.",
	.examples = "  # As YAML\n"
		    "  kubec apply edit-last-applied deployment/web\n\n"
		    "  # As JSON, of what a manifest names\n"
		    "  kubec apply edit-last-applied -f deployment.yaml -o json",
	.usage = "(RESOURCE/NAME | -f FILENAME)",
	.options = options,
	.arguments = arguments,
	.run = edit_last_applied_run,
};
