#include "create/create.h"

#include "base/quantity.h"

static const struct option options_own[] = {
	{"hard", .type = OPTION_STRING, OPTION_ARG("RESOURCE=QUANTITY,..."), .help = "Limits of the namespace: cpu=4,pods=20."},
	{"scopes", .type = OPTION_STRING, OPTION_ARG("SCOPE,..."), .help = "Count only objects that all of these scopes fit."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int add_limit(cJSON *hard, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	_cleanup_buf_ struct buf quantity = BUF_INIT;
	_cleanup_free_ char *resource = NULL;

	if (!equals || strchr(equals + 1, '='))
		return error_set(err, ERROR_OTHER, "Invalid argument syntax %s, expected <resource>=<value>", text);
	if (quantity_canonicalize(equals + 1, &quantity, err))
		return -1;
	resource = xstrndup(text, (size_t)(equals - text));
	json_set_string(hard, resource, quantity.data);
	return 0;
}

static int quota_limits(const char *text, cJSON *spec, struct error *err)
{
	_cleanup_vec_ struct vec limits = VEC_OF_STRINGS;
	cJSON *hard;

	vec_add_split(&limits, text, ',');
	if (!limits.len)
		return 0;
	hard = json_ensure_object(spec, "hard");
	for (size_t i = 0; i < limits.len; i++) {
		if (add_limit(hard, vec_string(&limits, i), err))
			return -1;
	}
	json_sort_keys(hard);
	return 0;
}

static int quota_scopes(const char *text, cJSON *spec, struct error *err)
{
	_cleanup_vec_ struct vec scopes = VEC_OF_STRINGS;

	vec_add_split(&scopes, text, ',');
	for (size_t i = 0; i < scopes.len; i++) {
		if (!*vec_string(&scopes, i))
			return error_set(err, ERROR_OTHER, "invalid resource quota scope \"\"");
		json_append_string(json_ensure_array(spec, "scopes"), vec_string(&scopes, i));
	}
	return 0;
}

static int create_quota_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *object = NULL;
	const char *name;
	cJSON *spec;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err) ||
	    generated_new(inv, "v1", "ResourceQuota", name, true, &object, err))
		return -1;
	spec = json_ensure_object(object, "spec");
	if (quota_limits(args_string(inv->args, "hard"), spec, err) ||
	    quota_scopes(args_string(inv->args, "scopes"), spec, err))
		return -1;
	json_set(object, "status", json_new_object());
	return create_generated(inv, TAKE_PTR(object), "failed to create quota: ", err);
}

const struct command command_create_quota = {
	.name = "quota",
	.aliases = "resourcequota",
	.summary = "Limit what a namespace may use",
	.examples = "  # What the team may use at the most\n"
		    "  kubec create quota team --hard=cpu=4,memory=8Gi,pods=20,services=5\n\n"
		    "  # Pods that promise nothing\n"
		    "  kubec create quota best-effort --hard=pods=100 --scopes=BestEffort",
	.usage = "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_quota_run,
};
