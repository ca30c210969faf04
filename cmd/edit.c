#include "edit_session.h"
#include "record.h"

static const struct option options_edit[] = {
	OPTION_FIELD_MANAGER("kubectl-edit"),
	{"output-patch", .type = OPTION_BOOL, .help = "Print the patch that was made of the changes, too."},
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the edited object in its last-applied annotation, so that apply may change it later."},
	{"subresource", .type = OPTION_STRING, .help = "Edit this subresource of the object: status, scale."},
	OPTION_WINDOWS_LINE_ENDINGS,
	{0},
};

static const struct option *const options[] = {
	options_filename, options_edit, options_validate, options_print, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES}, .repeats = true},
	{0},
};

static int edit_command(struct invocation *inv, struct error *err)
{
	return edit_run(inv, EDIT_LIVE, err);
}

const struct command command_edit = {
	.name = "edit",
	.group = GROUP_BASIC_INTERMEDIATE,
	.summary = "Change objects in an editor",
	.description = "Opens objects in the editor of KUBE_EDITOR, EDITOR or vi, and sends what was changed.\n\n"
		       "What is not valid comes back into the editor with the reasons. What cannot be sent stays in a file, "
		       "whose name is told.",
	.examples = "  # A Service\n"
		    "  kubec edit service/web\n\n"
		    "  # With another editor, as JSON\n"
		    "  KUBE_EDITOR='nano -w' kubec edit deployment/web -o json\n\n"
		    "  # The status of a Deployment\n"
		    "  kubec edit deployment web --subresource=status",
	.usage = "(RESOURCE/NAME | -f FILENAME)",
	.options = options,
	.arguments = arguments,
	.run = edit_command,
};
