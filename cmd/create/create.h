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

/* The same without --save-config. */
int generated_send(struct invocation *inv, cJSON *object, const char *failure, struct error *err);

/* Adds metadata.namespace when -n was given. Call it right after the name is set. */
int generated_set_namespace(struct invocation *inv, cJSON *metadata, struct error *err);

/*
 * What every generator reads first, so that several faults of one line are told in
 * kubectl's order: the one NAME, the client, --dry-run, -o, --validate.
 */
int generated_begin(struct invocation *inv, const char **ret_name, struct error *err);

/* "name must be specified" for an empty one. */
int generated_name_given(const char *name, struct error *err);

/*
 * Starts an object: {kind, apiVersion, metadata: {name, namespace}}; an empty name is left out and the
 * namespace is there only when namespaced and -n was given. The caller owns *ret.
 */
int generated_new(struct invocation *inv, const char *api_version, const char *kind, const char *name, bool namespaced,
		  cJSON **ret, struct error *err);

/* The one container of jobs, named as its job; words after NAME are its command. */
cJSON *generated_container(struct invocation *inv, const char *name);

extern const struct command command_create_clusterrole, command_create_clusterrolebinding, command_create_configmap,
	command_create_cronjob, command_create_deployment, command_create_ingress, command_create_job,
	command_create_namespace, command_create_poddisruptionbudget, command_create_priorityclass, command_create_quota,
	command_create_role, command_create_rolebinding, command_create_secret, command_create_service,
	command_create_serviceaccount, command_create_token;

#endif
