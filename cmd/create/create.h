#ifndef KUBEC_CMD_CREATE_H
#define KUBEC_CMD_CREATE_H

#include "objects.h"

/* Options of every generator: --save-config, --validate, --dry-run, -o …, --field-manager. */
extern const struct option options_create[];

/*
 * Sends a generated object (taken) and prints it, as all generators end:
 * --save-config, --dry-run and -o are obeyed. The namespace is written into
 * the object only when -n names it, as kubectl does. failure is put before an error
 * ("failed to create deployment: "), which is then shown as it is; NULL for none.
 */
int create_generated(struct invocation *inv, cJSON *object, const char *failure, struct error *err);

/* Adds metadata.namespace when -n was given. Call it right after the name is set. */
int generated_set_namespace(struct invocation *inv, cJSON *metadata, struct error *err);

extern const struct command command_create_deployment, command_create_namespace;

#endif
