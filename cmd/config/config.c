#include "config/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "cli/help.h"

#define PEM_LIMIT ((size_t)4 << 20)

static struct kubeconfig_overrides overrides(const struct invocation *inv)
{
	return (struct kubeconfig_overrides){.kubeconfig = args_string(inv->args, "kubeconfig")};
}

int config_load(struct invocation *inv, struct kubeconfig **ret, struct error *err)
{
	struct kubeconfig_overrides o = overrides(inv);

	return kubeconfig_load_for_edit(&o, ret, err);
}

int config_edit(struct invocation *inv, kubeconfig_edit_fn *edit, void *ctx, struct error *err)
{
	struct kubeconfig_overrides o = overrides(inv);

	return kubeconfig_edit(&o, edit, ctx, err);
}

char *config_file(struct invocation *inv)
{
	struct kubeconfig_overrides o = overrides(inv);

	return kubeconfig_default_file(&o);
}

bool config_wrong_words(struct invocation *inv, size_t n, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf help = BUF_INIT, given = BUF_INIT;

	if (words->len == n)
		return false;
	help_print(&help, inv->steps);
	fputs(help.data, inv->out);
	words_text(&given, words);
	error_set(err, ERROR_USAGE, "Unexpected args: %s", given.data);
	return true;
}

const char *config_content_key(const char *list)
{
	static const char *const keys[][2] = {{"clusters", "cluster"}, {"contexts", "context"}, {"users", "user"}};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(list, keys[i][0]))
			return keys[i][1];
	abort();
}

cJSON *config_ensure(cJSON *tree, const char *list, const char *name, bool *ret_new)
{
	cJSON *entry = kubeconfig_entry(tree, list, name);

	if (ret_new)
		*ret_new = !entry;
	if (!entry) {
		entry = cJSON_CreateObject();
		json_set_string(entry, "name", name);
		json_append(json_ensure_array(tree, list), entry);
	}
	return json_ensure_object(entry, config_content_key(list));
}

bool config_remove(cJSON *tree, const char *list, const char *name)
{
	cJSON *entry = kubeconfig_entry(tree, list, name);

	if (!entry)
		return false;
	cJSON_Delete(cJSON_DetachItemViaPointer(json_get(tree, list), entry));
	return true;
}

void config_set_text(cJSON *object, const char *key, const char *value)
{
	json_set_string(object, key, str_empty(value) ? NULL : value);
}

char *config_absolute(const char *path)
{
	_cleanup_free_ char *cwd = *path == '/' ? NULL : getcwd(NULL, 0);

	return cwd ? path_join(cwd, path) : xstrdup(path);
}

int config_embed(cJSON *object, const char *key, const char *path, struct error *err)
{
	_cleanup_free_ char *data_key = xasprintf("%s-data", key);
	_cleanup_buf_ struct buf content = BUF_INIT, encoded = BUF_INIT;

	if (file_read(path, PEM_LIMIT, &content, err))
		return -1;
	base64_encode(&encoded, content.data, content.len);
	json_set_string(object, data_key, encoded.data);
	json_remove(object, key);
	return 0;
}

static const struct command *const subcommands[] = {
	&command_config_current_context, &command_config_delete_cluster, &command_config_delete_context,
	&command_config_delete_user,     &command_config_get_clusters,   &command_config_get_contexts,
	&command_config_get_users,       &command_config_rename_context, &command_config_set,
	&command_config_set_cluster,     &command_config_set_context,    &command_config_set_credentials,
	&command_config_unset,           &command_config_use_context,    &command_config_view,
	NULL,
};

const struct command command_config = {
	.name = "config",
	.group = GROUP_SETTINGS,
	.summary = "Change the files that name clusters, users and contexts",
	.description =
		"Shows and changes kubeconfig files, which say where clusters are and who you are there.\n\n"
		"With --kubeconfig only that file counts. Otherwise $KUBECONFIG is a list of files, separated by colons and "
		"merged: the first file that has an entry owns it, and changes of it go there; a new entry goes to the first file "
		"that exists, or to the last of the list. Without $KUBECONFIG the file is ~/.kube/config.",
	.usage = "SUBCOMMAND",
	.subcommands = subcommands,
	.help_on_err = true,
};
