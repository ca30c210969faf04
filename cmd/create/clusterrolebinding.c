#include "create/binding.h"

static const struct option options_own[] = {
	{"clusterrole", .type = OPTION_STRING, .flags = OPTION_REQUIRED, .help = "Cluster role to grant in the whole cluster.",
	 .complete = {COMPLETE_NAMES, "clusterroles"}},
	OPTIONS_SUBJECTS,
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int create_clusterrolebinding_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *object = NULL;
	const char *name;

	if (generated_begin(inv, &name, err) ||
	    generated_new(inv, "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", name, false, &object, err) ||
	    binding_fill(inv, object, "ClusterRole", args_string(inv->args, "clusterrole"), err))
		return -1;
	return create_generated(inv, TAKE_PTR(object), "failed to create clusterrolebinding: ", err);
}

const struct command command_create_clusterrolebinding = {
	.name = "clusterrolebinding",
	.summary = "Grant a cluster role to users, groups and service accounts",
	.examples = "  # Make a person and a group administrators of the cluster\n"
		    "  kubec create clusterrolebinding admins --clusterrole=cluster-admin --user=ann --group=ops",
	.usage = "NAME --clusterrole=NAME [--user=username] [--group=groupname] "
		 "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_clusterrolebinding_run,
};
