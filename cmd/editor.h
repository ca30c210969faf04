#ifndef KUBEC_CMD_EDITOR_H
#define KUBEC_CMD_EDITOR_H

#include "cmd.h"

/*
 * Lets a person edit text: in KUBE_EDITOR, EDITOR or vi, whose words may have arguments and, by the shell, quotes.
 *
 * The text goes to a new file that only its owner may read ("/tmp/kubec-edit-aBc123.yaml"; suffix: ".yaml"). It
 * stays there for the caller to remove, whose *ret_path is; ret_edited (empty, the caller's) is what the file
 * holds afterwards. The terminal is left as it was found. Fails in kubectl's words (unable to launch the editor "x",
 * there was a problem with the editor "x"); then *ret_path is NULL when the file had not been changed and is
 * gone, or the file that holds what was changed.
 */
int editor_edit(struct invocation *inv, const char *suffix, const struct buf *text, char **ret_path,
		struct buf *ret_edited, struct error *err);

#endif
