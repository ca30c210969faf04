#ifndef KUBEC_CMD_CONFIG_H
#define KUBEC_CMD_CONFIG_H

#include "cmd.h"
#include "kube/kubeconfig_schema.h"

/* What the verbs of "kubec config" share: they look at files and never ask a server. */

extern const struct command command_config_current_context, command_config_delete_cluster,
	command_config_delete_context, command_config_delete_user, command_config_get_clusters,
	command_config_get_contexts, command_config_get_users, command_config_rename_context, command_config_set,
	command_config_set_cluster, command_config_set_context, command_config_set_credentials, command_config_unset,
	command_config_use_context, command_config_view;

/* The merged files; a file of --kubeconfig that is missing counts as empty. */
int config_load(struct invocation *inv, struct kubeconfig **ret, struct error *err);

/* Changes the files; see kubeconfig_edit(). */
int config_edit(struct invocation *inv, kubeconfig_edit_fn *edit, void *ctx, struct error *err);

/* The file that messages name and new entries go to; free() it. */
char *config_file(struct invocation *inv);

/* Prints the help as kubectl does on a wrong number of words; true when there are not n. */
bool config_wrong_words(struct invocation *inv, size_t n, struct error *err);

/* The content ({server: …}) of a named entry, made when it is missing; *ret_new says so. */
cJSON *config_ensure(cJSON *tree, const char *list, const char *name, bool *ret_new);


/* The key of an entry's content: "clusters" to "cluster". */
const char *config_content_key(const char *list);

/* Takes a named entry out; false when there is none. */
bool config_remove(cJSON *tree, const char *list, const char *name);

/* Sets a text, or removes the key when it is empty. */
void config_set_text(cJSON *object, const char *key, const char *value);

/* A relative path made absolute by the working directory. */
char *config_absolute(const char *path);

/* Puts a file's content as base64 into KEY-data and removes KEY. */
int config_embed(cJSON *object, const char *key, const char *path, struct error *err);

#endif
