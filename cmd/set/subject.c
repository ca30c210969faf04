#include "set/change.h"
#include "set/set.h"

static const struct option options_subject[] = {
	{"group", .type = OPTION_ARRAY, .help = "A group to bind the role to; may be repeated."},
	{"serviceaccount", .type = OPTION_ARRAY, OPTION_ARG("NAMESPACE:NAME"),
	 .help = "A ServiceAccount to bind the role to; may be repeated."},
	{"user", .type = OPTION_ARRAY, .help = "A user to bind the role to; may be repeated."},
	{0},
};

static const struct option *const options[] = {
	options_subject, options_set, options_filename, options_selector, options_dry_run, options_print, options_concurrency,
	NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, "rolebindings,clusterrolebindings"}, .repeats = true},
	{0},
};

static bool is_cluster_wide(const struct resource *r)
{
	return !strcmp(r->kind, "ClusterRoleBinding");
}

static bool has_subject(const cJSON *subjects, const cJSON *wanted)
{
	static const char *const fields[] = {"kind", "apiGroup", "name", "namespace"};
	const cJSON *one;

	cJSON_ArrayForEach(one, subjects) {
		size_t same = 0;

		for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
			const char *a = json_string(one, fields[i]), *b = json_string(wanted, fields[i]);

			same += !strcmp(a ? a : "", b ? b : "");
		}
		if (same == ARRAY_SIZE(fields))
			return true;
	}
	return false;
}

static int set_subject_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	static const char *const before[] = {"kind", "apiVersion", "metadata", NULL};
	const cJSON *wanted = ctx, *one;
	_cleanup_json_ cJSON *had = json_copy(json_get(object, "subjects"));

	if (strcmp(r->group, "rbac.authorization.k8s.io") || (strcmp(r->kind, "RoleBinding") && !is_cluster_wide(r)))
		return error_set(err, ERROR_OTHER, "setting subjects is only supported for RoleBinding/ClusterRoleBinding");
	cJSON_ArrayForEach(one, wanted) {
		if (has_subject(had, one))
			continue;
		if (!json_is_array(json_get(object, "subjects")))
			json_set_after(object, "subjects", json_new_array(), before);
		json_append(json_get(object, "subjects"), json_copy(one));
	}
	return 0;
}

/* The values of an option, each once, in byte order. */
static void sorted_values(const struct vec *values, struct vec *ret)
{
	for (size_t i = 0; i < values->len; i++) {
		if (!vec_has_string(ret, vec_string(values, i)))
			vec_add_string(ret, vec_string(values, i));
	}
	vec_sort(ret, vec_compare_strings);
}

static void add_names(cJSON *subjects, const struct vec *names, const char *kind)
{
	_cleanup_vec_ struct vec sorted = VEC_OF_STRINGS;

	sorted_values(names, &sorted);
	for (size_t i = 0; i < sorted.len; i++)
		json_append(subjects,
			    json_parse_literal("{\"kind\":\"%s\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"%s\"}", kind,
					       vec_string(&sorted, i)));
}

static void add_accounts(cJSON *subjects, const struct vec *accounts, const char *ns)
{
	_cleanup_vec_ struct vec sorted = VEC_OF_STRINGS;

	sorted_values(accounts, &sorted);
	for (size_t i = 0; i < sorted.len; i++) {
		const char *text = vec_string(&sorted, i), *colon = strchr(text, ':');
		_cleanup_free_ char *own = xstrndup(text, (size_t)(colon - text));

		json_append(subjects, json_parse_literal("{\"kind\":\"ServiceAccount\",\"name\":\"%s\",\"namespace\":\"%s\"}",
							 colon + 1, *own ? own : ns));
	}
}

static int check_account(const char *text, const struct vec *targets, struct error *err)
{
	const char *colon = strchr(text, ':');

	if (!colon || !colon[1] || strchr(colon + 1, ':'))
		return error_set(err, ERROR_OTHER, "serviceaccount must be <namespace>:<name>");
	for (size_t i = 0; colon == text && i < targets->len; i++) {
		if (is_cluster_wide(((const struct target *)targets->items[i])->resource))
			return error_set(err, ERROR_OTHER,
					 "serviceaccount must be <namespace>:<name>, namespace must be specified");
	}
	return 0;
}

/* What is asked for, once the objects are known. */
static int read_subjects(struct invocation *inv, const struct set_change *change, const struct vec *targets, cJSON *subjects,
			 struct error *err)
{
	const struct vec *users = args_list(inv->args, "user"), *groups = args_list(inv->args, "group");
	const struct vec *accounts = args_list(inv->args, "serviceaccount");
	const char *ns;
	bool given;

	if (set_check_local(change, err) || set_check_all(inv, err))
		return -1;
	if (!users->len && !groups->len && !accounts->len)
		return error_set(err, ERROR_OTHER, "you must specify at least one value of user, group or serviceaccount");
	for (size_t i = 0; i < accounts->len; i++) {
		if (check_account(vec_string(accounts, i), targets, err))
			return -1;
	}
	if (invocation_namespace(inv, &ns, &given, err))
		return -1;
	add_names(subjects, users, "User");
	add_names(subjects, groups, "Group");
	add_accounts(subjects, accounts, ns);
	return 0;
}

static int set_subject_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_json_ cJSON *subjects = json_new_array();
	_cleanup_(set_change_release) struct set_change change = {
		.change = set_subject_change,
		.ctx = subjects,
		.operation = "subjects updated",
		.patch_failure = "failed to patch subjects to rolebinding: ",
	};

	if (set_change_begin(inv, &change, err))
		return -1;
	if (change.local && args_words(inv->args)->len)
		return set_local_words(err);
	if (set_change_find(inv, &change, NULL, &targets, &errors, err))
		return -1;
	if (!errors.len && (read_subjects(inv, &change, &targets, subjects, err) ||
			    set_change_run(inv, &change, &targets, &errors, err)))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_subject = {
	.name = "subject",
	.summary = "Add users, groups and service accounts to role bindings",
	.description = "Adds subjects to RoleBindings and ClusterRoleBindings; those that are there stay.",
	.examples = "  # A service account may do what the ClusterRole says\n"
		    "  kubec set subject clusterrolebinding admin --serviceaccount=default:builder\n\n"
		    "  # Two users and a group\n"
		    "  kubec set subject rolebinding admin --user=ann --user=bob --group=ops",
	.usage = "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] "
		 "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = set_subject_run,
};
