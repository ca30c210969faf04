#include "create/binding.h"

static const struct option options_own[] = {
	{"clusterrole", .type = OPTION_STRING, .help = "Cluster role to grant within the namespace.",
	 .complete = {COMPLETE_NAMES, "clusterroles"}},
	{"role", .type = OPTION_STRING, .help = "Role to grant.", .complete = {COMPLETE_NAMES, "roles"}},
	OPTIONS_SUBJECTS,
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* ---- what clusterrolebinding shares -------------------------------------- */

#define RBAC_GROUP "rbac.authorization.k8s.io"

static void add_subject(cJSON *object, cJSON *subject)
{
	json_append(json_ensure_array(object, "subjects"), subject);
}

static void add_subjects(cJSON *object, const char *kind, const struct vec *names)
{
	for (size_t i = 0; i < names->len; i++) {
		cJSON *subject = json_parse_literal("{\"kind\":\"%s\",\"apiGroup\":\"" RBAC_GROUP "\"}", kind);

		json_set_string(subject, "name", vec_string(names, i));
		add_subject(object, subject);
	}
}

static int add_service_account(cJSON *object, const char *text, struct error *err)
{
	const char *colon = strchr(text, ':');
	_cleanup_free_ char *ns = NULL;

	if (!colon || colon == text || !colon[1] || strchr(colon + 1, ':'))
		return error_set(err, ERROR_OTHER, "serviceaccount must be <namespace>:<name>");
	ns = xstrndup(text, (size_t)(colon - text));
	add_subject(object, json_parse_literal("{\"kind\":\"ServiceAccount\",\"name\":\"%s\",\"namespace\":\"%s\"}",
					       colon + 1, ns));
	return 0;
}

int binding_fill(struct invocation *inv, cJSON *object, const char *role_kind, const char *role, struct error *err)
{
	const struct vec *accounts = args_list(inv->args, "serviceaccount");

	add_subjects(object, "User", args_list(inv->args, "user"));
	add_subjects(object, "Group", args_list(inv->args, "group"));
	for (size_t i = 0; i < accounts->len; i++) {
		if (add_service_account(object, vec_string(accounts, i), err))
			return -1;
	}
	json_set(object, "roleRef",
		 json_parse_literal("{\"apiGroup\":\"" RBAC_GROUP "\",\"kind\":\"%s\",\"name\":\"%s\"}", role_kind, role));
	return 0;
}

/* ---- create rolebinding -------------------------------------------------- */

static int create_rolebinding_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *object = NULL;
	const char *name, *role, *clusterrole;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err))
		return -1;
	role = args_string(inv->args, "role");
	clusterrole = args_string(inv->args, "clusterrole");
	if (!*role == !*clusterrole)
		return error_set(err, ERROR_OTHER, "exactly one of clusterrole or role must be specified");
	if (generated_new(inv, RBAC_GROUP "/v1", "RoleBinding", name, true, &object, err) ||
	    binding_fill(inv, object, *role ? "Role" : "ClusterRole", *role ? role : clusterrole, err))
		return -1;
	return create_generated(inv, TAKE_PTR(object), "failed to create rolebinding: ", err);
}

const struct command command_create_rolebinding = {
	.name = "rolebinding",
	.summary = "Grant a role or a cluster role within a namespace",
	.examples = "  # Make two people and a group administrators of the namespace\n"
		    "  kubec create rolebinding admins --clusterrole=admin --user=ann --user=bob --group=ops\n\n"
		    "  # Give a role to a service account\n"
		    "  kubec create rolebinding readers --role=pod-reader --serviceaccount=monitoring:agent",
	.usage = "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] "
		 "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_rolebinding_run,
};
