#ifndef KUBEC_CMD_APPLY_LAST_APPLIED_H
#define KUBEC_CMD_APPLY_LAST_APPLIED_H

#include "objects.h"

/* What the commands share that work on the last-applied annotation itself. */

extern const struct command command_apply_edit_last_applied, command_apply_set_last_applied,
	command_apply_view_last_applied;

/* The annotation's text for an object as a manifest has it, and the JSON merge patch that sets it. */
void last_applied_render(const cJSON *manifest, struct buf *ret_text, struct buf *ret_patch);

#endif
