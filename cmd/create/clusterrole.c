#include "create/role.h"

/* Labels as --aggregation-rule takes them: KEY=VALUE, joined by commas, spaces around them ignored. */
static int check_labels(const char *text, struct error *err)
{
	_cleanup_vec_ struct vec pairs = VEC_OF_STRINGS;

	vec_add_split(&pairs, text, ',');
	for (size_t i = 0; i < pairs.len; i++) {
		if (*vec_string(&pairs, i) && !strchr(vec_string(&pairs, i), '='))
			return error_set(err, ERROR_USAGE, "malformed pair, expect string=string");
	}
	return 0;
}

static const struct option options_own[] = {
	OPTIONS_RULE,
	{"non-resource-url", .type = OPTION_LIST, .help = "Path of the server that is no object, such as /healthz or /logs/*."},
	{"aggregation-rule", .type = OPTION_ARRAY, .rare = &(const struct option_rare){.arg = "LABEL=VALUE", .check = check_labels}, .flags = OPTION_UNQUOTED,
	 .help = "Take the rules of all cluster roles that have these labels."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static const char *const url_verbs[] = {"*", "get", "post", "put", "delete", "patch", "head", "options"};

static char *trimmed(const char *text, size_t len)
{
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	while (len && strchr(" \t\r\n", *text))
		text++, len--;
	return xstrndup(text, len);
}

/* The labels of all --aggregation-rule; NULL without any. */
static cJSON *aggregation_labels(struct invocation *inv)
{
	const struct vec *given = args_list(inv->args, "aggregation-rule");
	_cleanup_vec_ struct vec pairs = VEC_OF_STRINGS;
	cJSON *labels = NULL;

	for (size_t i = 0; i < given->len; i++)
		vec_add_split(&pairs, vec_string(given, i), ',');
	for (size_t i = 0; i < pairs.len; i++) {
		const char *pair = vec_string(&pairs, i), *equals = strchr(pair, '=');
		_cleanup_free_ char *key = NULL, *value = NULL;

		if (!equals)
			continue;
		key = trimmed(pair, (size_t)(equals - pair));
		value = trimmed(equals + 1, strlen(equals + 1));
		if (!labels)
			labels = json_new_object();
		json_set_string(labels, key, value);
	}
	if (labels)
		json_sort_keys(labels);
	return labels;
}

static int check_url_verbs(const struct vec *verbs, struct error *err)
{
	for (size_t i = 0; i < verbs->len; i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(url_verbs); k++)
			known |= !strcmp(url_verbs[k], vec_string(verbs, i));
		if (!known)
			return error_set(err, ERROR_OTHER, "invalid verb: '%s' for nonResourceURL", vec_string(verbs, i));
	}
	return 0;
}

static int check_urls(const struct vec *verbs, const struct vec *urls, struct error *err)
{
	if (urls->len && check_url_verbs(verbs, err))
		return -1;
	for (size_t i = 0; i < urls->len; i++) {
		const char *url = vec_string(urls, i), *star = strchr(url, '*');

		if (!strcmp(url, "*"))
			continue;
		if (*url != '/')
			return error_set(err, ERROR_OTHER, "nonResourceURL should start with /");
		if (star && star[1])
			return error_set(err, ERROR_OTHER, "nonResourceURL only supports wildcard matches when '*' is at the end");
	}
	return 0;
}

static int clusterrole_check(struct invocation *inv, const char *name, bool aggregated, struct rule *rule,
			     const struct vec *urls, struct error *err)
{
	if (generated_name_given(name, err))
		return -1;
	if (aggregated) {
		if (urls->len || rule->verbs.len || rule->resources.len || rule->names.len)
			return error_set(err, ERROR_OTHER,
					 "aggregation rule must be specified without nonResourceURLs, verbs, resources or "
					 "resourceNames");
		return 0;
	}
	if (!rule->verbs.len)
		return error_set(err, ERROR_OTHER, "at least one verb must be specified");
	if (!rule->resources.len && !urls->len)
		return error_set(err, ERROR_OTHER, "one of resource or nonResourceURL must be specified");
	if (rule->resources.len) {
		rule_warn_verbs(inv, rule);
		if (rule_check_resources(inv, rule, err))
			return -1;
	}
	return check_urls(&rule->verbs, urls, err);
}

static cJSON *clusterrole_rules(const struct rule *rule, const struct vec *urls)
{
	cJSON *rules = rule_build(rule), *of_urls;

	if (urls->len) {
		of_urls = json_new_object();
		json_set(of_urls, "verbs", rule_words(&rule->verbs));
		json_set(of_urls, "nonResourceURLs", rule_words(urls));
		json_append(rules, of_urls);
	}
	return rules;
}

static int create_clusterrole_run(struct invocation *inv, struct error *err)
{
	_cleanup_(rule_release) struct rule rule = {0};
	_cleanup_vec_ struct vec urls = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *labels = aggregation_labels(inv);
	const char *name;
	cJSON *object;

	words_add_new(&urls, args_list(inv->args, "non-resource-url"));
	if (generated_begin(inv, &name, err) || rule_read(inv, &rule, err) ||
	    clusterrole_check(inv, name, labels, &rule, &urls, err) ||
	    generated_new(inv, "rbac.authorization.k8s.io/v1", "ClusterRole", name, false, &object, err))
		return -1;
	json_set(object, "rules", labels ? json_new_null() : clusterrole_rules(&rule, &urls));
	if (labels) {
		cJSON *selectors = json_ensure_array(json_ensure_object(object, "aggregationRule"), "clusterRoleSelectors");
		cJSON *selector = json_new_object();

		json_set(selector, "matchLabels", TAKE_PTR(labels));
		json_append(selectors, selector);
	}
	return create_generated(inv, object, NULL, err);
}

const struct command command_create_clusterrole = {
	.name = "clusterrole",
	.summary = "Create a role that holds in all namespaces",
	.examples = "  # Let somebody read Pods everywhere\n"
		    "  kubec create clusterrole pod-reader --verb=get,list,watch --resource=pods\n\n"
		    "  # Paths of the server that are no objects\n"
		    "  kubec create clusterrole log-reader --verb=get --non-resource-url='/logs/*'\n\n"
		    "  # Gather the rules of roles that have a label\n"
		    "  kubec create clusterrole monitoring --aggregation-rule=example.com/to-monitoring=true",
	.usage = "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_clusterrole_run,
};
