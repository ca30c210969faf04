#ifndef KUBEC_CMD_KUBERC_H
#define KUBEC_CMD_KUBERC_H

#include "cmd.h"

extern const struct command command_kuberc_view, command_kuberc_set;

extern const struct option options_kuberc[]; /* --kuberc, which kubectl has here as a command's own, too */

/* The file that a subcommand works on, of --kuberc, $KUBERC or the usual place; free() it. ERROR_CONFIG where preferences are off. */
int kuberc_file(struct invocation *inv, char **ret, struct error *err);

/* A Preference that holds nothing. */
cJSON *kuberc_new(void);

/* Writes a Preference as YAML in one step, a new file for the user alone, and says so. */
int kuberc_save(struct invocation *inv, const char *path, const cJSON *preference, struct error *err);

#endif
