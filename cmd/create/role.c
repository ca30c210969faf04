#include "create/role.h"

static const struct option options_own[] = {OPTIONS_RULE, {0}};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* ---- what clusterrole shares --------------------------------------------- */

static const char *const resource_verbs[] = {
	"*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
	"escalate", "impersonate",
};

/* Verbs that mean something for these resources only. */
static const struct {
	const char *verb, *group, *resource;
} special_verbs[] = {
	{"use", "policy", "podsecuritypolicies"},
	{"use", "extensions", "podsecuritypolicies"},
	{"bind", "rbac.authorization.k8s.io", "roles"},
	{"bind", "rbac.authorization.k8s.io", "clusterroles"},
	{"escalate", "rbac.authorization.k8s.io", "roles"},
	{"escalate", "rbac.authorization.k8s.io", "clusterroles"},
	{"impersonate", "", "users"},
	{"impersonate", "", "serviceaccounts"},
	{"impersonate", "", "groups"},
	{"impersonate", "authentication.k8s.io", "userextras"},
};

void words_add_new(struct vec *to, const struct vec *from)
{
	for (size_t i = 0; i < from->len; i++) {
		if (!vec_has_string(to, vec_string(from, i)))
			vec_add_string(to, vec_string(from, i));
	}
}

static void rule_resource_free(struct rule_resource *r)
{
	free(r->name);
	free(r->group);
	free(r->subresource);
	error_release(&r->unknown);
	free(r);
}

static struct rule_resource *rule_resource_parse(const char *text)
{
	struct rule_resource *r = NEW(struct rule_resource);
	size_t len = strcspn(text, "/"), dot = strcspn(text, "./");

	r->name = xstrndup(text, dot);
	r->group = text[dot] == '.' ? xstrndup(text + dot + 1, len - dot - 1) : xstrdup("");
	r->subresource = xstrdup(text[len] ? text + len + 1 : "");
	return r;
}

/* Names the group, too; no failure yet, as a verb may allow it. */
static int rule_resource_unknown(struct rule_resource *r)
{
	if (*r->group)
		error_set(&r->unknown, ERROR_OTHER, "the server doesn't have a resource type \"%s\" in group \"%s\"", r->name,
			  r->group);
	return 0;
}

/*
 * Finds the type that a word such as "deploy" or "rs.apps" means. A word that is none stays as it
 * is: virtual resources such as users are allowed to some verbs.
 */
static int rule_resource_find(struct rule_resource *r, struct mapper *mapper, struct error *err)
{
	_cleanup_free_ char *word = *r->group ? xasprintf("%s.%s", r->name, r->group) : xstrdup(r->name);
	const struct resource *found;

	if (!*r->name || !strcmp(r->name, "*"))
		return 0;
	if (mapper_find(mapper, word, &found, &r->unknown)) {
		if (r->unknown.class != ERROR_OTHER) {
			error_move(err, &r->unknown);
			return -1;
		}
		return rule_resource_unknown(r);
	}
	/* What follows the dot is a group here, not the VERSION.GROUP that other commands also take. */
	if (*r->group && !str_starts(found->group, r->group))
		return rule_resource_unknown(r);
	free(r->name);
	free(r->group);
	r->name = xstrdup(found->name);
	r->group = xstrdup(found->group);
	return 0;
}

int rule_read(struct invocation *inv, struct rule *ret, struct error *err)
{
	const struct vec *verbs = args_list(inv->args, "verb"), *words = args_list(inv->args, "resource");
	struct mapper *mapper;

	*ret = (struct rule){.verbs = VEC_OF_STRINGS, .resources = VEC_OWNING(rule_resource_free), .names = VEC_OF_STRINGS};
	if (vec_has_string(verbs, "*"))
		vec_add_string(&ret->verbs, "*");
	else
		words_add_new(&ret->verbs, verbs);
	words_add_new(&ret->names, args_list(inv->args, "resource-name"));
	for (size_t i = 0; i < words->len; i++) {
		if (!strcmp(vec_string(words, i), "*")) {
			vec_release(&ret->resources);
			ret->resources = VEC_OWNING(rule_resource_free);
			vec_add(&ret->resources, rule_resource_parse("*"));
			break;
		}
		vec_add(&ret->resources, rule_resource_parse(vec_string(words, i)));
	}
	if (invocation_mapper(inv, &mapper, err))
		return -1;
	for (size_t i = 0; i < ret->resources.len; i++) {
		if (rule_resource_find(ret->resources.items[i], mapper, err))
			return -1;
	}
	return 0;
}

void rule_release(struct rule *r)
{
	vec_release(&r->verbs);
	vec_release(&r->resources);
	vec_release(&r->names);
}

void rule_warn_verbs(struct invocation *inv, const struct rule *r)
{
	for (size_t i = 0; i < r->verbs.len; i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(resource_verbs); k++)
			known |= !strcmp(resource_verbs[k], vec_string(&r->verbs, i));
		if (!known)
			fprintf(inv->err, "Warning: '%s' is not a standard resource verb\n", vec_string(&r->verbs, i));
	}
}

/* True when verb is special, with *ret_fits telling whether it is for this resource. */
static bool verb_special(const char *verb, const struct rule_resource *r, bool *ret_fits)
{
	bool special = false;

	*ret_fits = false;
	for (size_t i = 0; i < ARRAY_SIZE(special_verbs); i++) {
		if (strcmp(special_verbs[i].verb, verb) != 0)
			continue;
		special = true;
		*ret_fits |= !strcmp(special_verbs[i].resource, r->name) && !strcmp(special_verbs[i].group, r->group);
	}
	return special;
}

static int rule_check_resource(struct invocation *inv, const struct rule *rule, struct rule_resource *r,
			       struct error *err)
{
	bool fits, allowed = false;

	for (size_t i = 0; i < rule->verbs.len; i++) {
		const char *verb = vec_string(&rule->verbs, i);

		if (!verb_special(verb, r, &fits))
			continue;
		if (!fits)
			return error_set(err, ERROR_OTHER, "can not perform '%s' on '%s' in group '%s'", verb, r->name, r->group);
		allowed = true;
	}
	if (allowed || r->unknown.class == ERROR_NONE)
		return 0;
	error_move(err, &r->unknown);
	return report_unknown_type(inv, err);
}

int rule_check_resources(struct invocation *inv, struct rule *rule, struct error *err)
{
	for (size_t i = 0; i < rule->resources.len; i++) {
		struct rule_resource *r = rule->resources.items[i];

		if (!*r->name)
			return error_set(err, ERROR_OTHER, "resource must be specified if apiGroup/subresource specified");
		if (!strcmp(r->name, "*"))
			return 0;
		if (rule_check_resource(inv, rule, r, err))
			return -1;
	}
	return 0;
}

cJSON *rule_words(const struct vec *words)
{
	cJSON *list = json_new_array();

	for (size_t i = 0; i < words->len; i++)
		json_append_string(list, vec_string(words, i));
	return list;
}

static cJSON *group_rule(const struct rule *rule, const char *group)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;
	cJSON *built = json_parse_literal("{\"verbs\":[],\"apiGroups\":[\"%s\"]}", group);

	for (size_t i = 0; i < rule->resources.len; i++) {
		const struct rule_resource *r = rule->resources.items[i];
		_cleanup_free_ char *word = xasprintf("%s%s%s", r->name, *r->subresource ? "/" : "", r->subresource);

		if (!strcmp(r->group, group) && !vec_has_string(&names, word))
			vec_add_string(&names, word);
	}
	json_set(built, "verbs", rule_words(&rule->verbs));
	json_set(built, "resources", rule_words(&names));
	if (rule->names.len)
		json_set(built, "resourceNames", rule_words(&rule->names));
	return built;
}

cJSON *rule_build(const struct rule *rule)
{
	_cleanup_vec_ struct vec groups = VEC_OF_STRINGS;
	cJSON *rules = json_new_array();

	for (size_t i = 0; i < rule->resources.len; i++) {
		const struct rule_resource *r = rule->resources.items[i];

		if (!vec_has_string(&groups, r->group))
			vec_add_string(&groups, r->group);
	}
	vec_sort(&groups, vec_compare_strings);
	for (size_t i = 0; i < groups.len; i++)
		json_append(rules, group_rule(rule, vec_string(&groups, i)));
	return rules;
}

/* ---- create role --------------------------------------------------------- */

static int role_check(struct invocation *inv, const char *name, struct rule *rule, struct error *err)
{
	if (generated_name_given(name, err))
		return -1;
	if (!rule->verbs.len)
		return error_set(err, ERROR_OTHER, "at least one verb must be specified");
	rule_warn_verbs(inv, rule);
	if (!rule->resources.len)
		return error_set(err, ERROR_OTHER, "at least one resource must be specified");
	return rule_check_resources(inv, rule, err);
}

static int create_role_run(struct invocation *inv, struct error *err)
{
	_cleanup_(rule_release) struct rule rule = {0};
	const char *name;
	cJSON *object;

	if (generated_begin(inv, &name, err) || rule_read(inv, &rule, err) || role_check(inv, name, &rule, err) ||
	    generated_new(inv, "rbac.authorization.k8s.io/v1", "Role", name, true, &object, err))
		return -1;
	json_set(object, "rules", rule_build(&rule));
	return create_generated(inv, object, NULL, err);
}

const struct command command_create_role = {
	.name = "role",
	.summary = "Create a role that allows verbs on resources",
	.examples = "  # Let somebody read Pods\n"
		    "  kubec create role pod-reader --verb=get,list,watch --resource=pods\n\n"
		    "  # Only two of them\n"
		    "  kubec create role pair-reader --verb=get --resource=pods --resource-name=a --resource-name=b\n\n"
		    "  # Types of another group, and a subresource\n"
		    "  kubec create role scaler --verb=get,update --resource=deployments.apps,deployments.apps/scale",
	.usage = "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] "
		 "[--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_role_run,
};
