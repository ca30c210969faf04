#include "config/config.h"

#include "cli/help.h"

/* Listing and deleting clusters, contexts and users. */

static int print_names(struct invocation *inv, const char *list, struct error *err)
{
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NULL;
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (config_load(inv, &k, err))
		return -1;
	kubeconfig_names(k, list, &names);
	fputs("NAME\n", inv->out);
	for (size_t i = 0; i < names.len; i++)
		fprintf(inv->out, "%s\n", vec_string(&names, i));
	return 0;
}

static int run_get_clusters(struct invocation *inv, struct error *err)
{
	return print_names(inv, "clusters", err);
}

static int run_get_users(struct invocation *inv, struct error *err)
{
	return print_names(inv, "users", err);
}

const struct command command_config_get_clusters = {
	.name = "get-clusters",
	.summary = "List clusters of the kubeconfig",
	.examples = "  # All clusters\n  kubec config get-clusters",
	.run = run_get_clusters,
};

const struct command command_config_get_users = {
	.name = "get-users",
	.summary = "List users of the kubeconfig",
	.examples = "  # All users\n  kubec config get-users",
	.run = run_get_users,
};

/* ---- deleting ------------------------------------------------------------------- */

struct deletion {
	const char *list, *name, *file;
	bool was_current;
};

static int edit_delete(cJSON *tree, void *ctx, struct error *err)
{
	struct deletion *d = ctx;

	if (!config_remove(tree, d->list, d->name))
		return error_set(err, ERROR_CONFIG, "cannot delete %s %s, not in %s", config_content_key(d->list), d->name,
				 d->file);
	d->was_current = !strcmp(d->list, "contexts") && str_equal(json_string(tree, "current-context"), d->name);
	return 0;
}

static int delete_entry(struct invocation *inv, const char *list, struct error *err)
{
	_cleanup_free_ char *file = config_file(inv);
	struct deletion d = {.list = list, .name = vec_string(args_words(inv->args), 0), .file = file};

	if (config_edit(inv, edit_delete, &d, err))
		return -1;
	if (d.was_current)
		fprintf(inv->err,
			"warning: this removed your active context, use \"%s config use-context\" to select a different one\n",
			inv->program);
	fprintf(inv->out, "deleted %s %s from %s\n", config_content_key(list), d.name, file);
	return 0;
}

/* kubectl shows the help and is content. */
static int delete_or_help(struct invocation *inv, const char *list, struct error *err)
{
	_cleanup_buf_ struct buf help = BUF_INIT;

	if (args_words(inv->args)->len == 1)
		return delete_entry(inv, list, err);
	help_print(&help, inv->steps);
	fputs(help.data, inv->out);
	return 0;
}

static int run_delete_cluster(struct invocation *inv, struct error *err)
{
	return delete_or_help(inv, "clusters", err);
}

static int run_delete_context(struct invocation *inv, struct error *err)
{
	return delete_or_help(inv, "contexts", err);
}

static int run_delete_user(struct invocation *inv, struct error *err)
{
	if (args_words(inv->args)->len != 1)
		return usage_error(inv, err, "user to delete is required");
	return delete_entry(inv, "users", err);
}

static const struct argument cluster_argument[] = {{.name = "NAME", .complete = {COMPLETE_CLUSTERS, NULL}}, {0}};
static const struct argument context_argument[] = {{.name = "NAME", .complete = {COMPLETE_CONTEXTS, NULL}}, {0}};
static const struct argument user_argument[] = {{.name = "NAME", .complete = {COMPLETE_USERS, NULL}}, {0}};

const struct command command_config_delete_cluster = {
	.name = "delete-cluster",
	.summary = "Delete a cluster from a kubeconfig file",
	.examples = "  # Forget where minikube is\n  kubec config delete-cluster minikube",
	.usage = "NAME",
	.arguments = cluster_argument,
	.run = run_delete_cluster,
};

const struct command command_config_delete_context = {
	.name = "delete-context",
	.summary = "Delete a context from a kubeconfig file",
	.examples = "  # Forget the context of minikube\n  kubec config delete-context minikube",
	.usage = "NAME",
	.arguments = context_argument,
	.run = run_delete_context,
};

const struct command command_config_delete_user = {
	.name = "delete-user",
	.summary = "Delete a user from a kubeconfig file",
	.examples = "  # Forget the user of minikube\n  kubec config delete-user minikube",
	.usage = "NAME",
	.arguments = user_argument,
	.run = run_delete_user,
};
