#ifndef KUBEC_CMD_EDIT_SESSION_H
#define KUBEC_CMD_EDIT_SESSION_H

#include "objects.h"

/* One way of editing for edit, apply edit-last-applied and create --edit. */
enum edit_mode {
	EDIT_LIVE,         /* all objects in one file; what differs is sent as patches */
	EDIT_LAST_APPLIED, /* the manifests that apply remembers; the annotations are patched */
	EDIT_NEW,          /* each manifest by itself; what comes of it is created */
};

/* --windows-line-endings */
#define OPTION_WINDOWS_LINE_ENDINGS                                                               \
	{                                                                                         \
		"windows-line-endings", .type = OPTION_BOOL, .help = "Lines end as on Windows in the editor." \
	}

/*
 * Lets a person edit what the command line names, and does what was wished, as a command's run(). It obeys -o (yaml,
 * json and kyaml), --windows-line-endings, and, where the command has them, --subresource, --save-config,
 * --output-patch, --validate, --field-manager, --dry-run. What cannot be read or is refused as invalid comes back into
 * the editor with the reason above it; what cannot be sent stays in a file, whose name is told.
 */
int edit_run(struct invocation *inv, enum edit_mode mode, struct error *err);

#endif
