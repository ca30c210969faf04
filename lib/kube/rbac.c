#include "kube/rbac.h"

#define SCHEMA(variable, go, ...)                                             \
	static const struct kubeconfig_schema variable = {                    \
		.go_name = go,                                                \
		.fields = (const struct kubeconfig_field[]){__VA_ARGS__, {0}}, \
	}
#define OBJECT(go, ...)                                                                               \
	SCHEMA(go##_schema, #go, {.name = "kind"}, {.name = "apiVersion"},                            \
	       {.name = "metadata", .type = KUBECONFIG_OBJECT, .of = &metadata_schema, .always = true}, \
	       __VA_ARGS__)
#define RULES {.name = "rules", .type = KUBECONFIG_SLICE, .of = &rule_schema, .always = true}
#define BINDING                                                                                   \
	{.name = "subjects", .type = KUBECONFIG_SLICE, .of = &subject_schema},                    \
	{.name = "roleRef", .type = KUBECONFIG_OBJECT, .of = &role_ref_schema, .always = true}

SCHEMA(metadata_schema, "ObjectMeta", {.name = "name"}, {.name = "generateName"}, {.name = "namespace"},
       {.name = "selfLink"}, {.name = "uid"}, {.name = "resourceVersion"}, {.name = "generation", .type = KUBECONFIG_INT},
       {.name = "creationTimestamp"}, {.name = "deletionTimestamp"},
       {.name = "deletionGracePeriodSeconds", .type = KUBECONFIG_INT},
       {.name = "labels", .type = KUBECONFIG_STRING_MAP}, {.name = "annotations", .type = KUBECONFIG_STRING_MAP},
       {.name = "ownerReferences", .type = KUBECONFIG_ANY}, {.name = "finalizers", .type = KUBECONFIG_STRINGS},
       {.name = "managedFields", .type = KUBECONFIG_ANY});

SCHEMA(rule_schema, "PolicyRule", {.name = "verbs", .type = KUBECONFIG_STRINGS, .always = true},
       {.name = "apiGroups", .type = KUBECONFIG_STRINGS}, {.name = "resources", .type = KUBECONFIG_STRINGS},
       {.name = "resourceNames", .type = KUBECONFIG_STRINGS}, {.name = "nonResourceURLs", .type = KUBECONFIG_STRINGS});

SCHEMA(subject_schema, "Subject", {.name = "kind", .always = true}, {.name = "apiGroup"}, {.name = "name", .always = true},
       {.name = "namespace"});

SCHEMA(role_ref_schema, "RoleRef", {.name = "apiGroup", .always = true}, {.name = "kind", .always = true},
       {.name = "name", .always = true});

SCHEMA(expression_schema, "LabelSelectorRequirement", {.name = "key", .always = true}, {.name = "operator", .always = true},
       {.name = "values", .type = KUBECONFIG_STRINGS});
SCHEMA(selector_schema, "LabelSelector", {.name = "matchLabels", .type = KUBECONFIG_STRING_MAP},
       {.name = "matchExpressions", .type = KUBECONFIG_SLICE, .of = &expression_schema});
SCHEMA(aggregation_schema, "AggregationRule",
       {.name = "clusterRoleSelectors", .type = KUBECONFIG_SLICE, .of = &selector_schema});

OBJECT(Role, RULES);
OBJECT(ClusterRole, RULES, {.name = "aggregationRule", .type = KUBECONFIG_POINTER, .of = &aggregation_schema});
OBJECT(RoleBinding, BINDING);
OBJECT(ClusterRoleBinding, BINDING);

const struct rbac_kind *rbac_kind_find(const char *kind)
{
	static const struct rbac_kind kinds[] = {
		{"Role", &Role_schema, false},
		{"ClusterRole", &ClusterRole_schema, false},
		{"RoleBinding", &RoleBinding_schema, true},
		{"ClusterRoleBinding", &ClusterRoleBinding_schema, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].kind, kind))
			return &kinds[i];
	return NULL;
}

/* ---- which rules others cover ------------------------------------------------------------------ */

static const char *text(const cJSON *node)
{
	return json_is_string(node) ? node->valuestring : "";
}

static bool has(const cJSON *set, const char *word)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, set)
		if (!strcmp(text(one), word))
			return true;
	return false;
}

/* Whether an owner's list covers the one word of a rule that was taken apart. */
typedef bool covers_fn(const cJSON *set, const char *word);

static bool covers_word(const cJSON *set, const char *word)
{
	return has(set, "*") || has(set, word);
}

static bool covers_resource(const cJSON *set, const char *word)
{
	const char *slash = strchr(word, '/');
	_cleanup_free_ char *of_any = slash ? xasprintf("*%s", slash) : NULL;

	return covers_word(set, word) || (of_any && has(set, of_any));
}

static bool covers_url(const cJSON *set, const char *word)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, set) {
		size_t n = strlen(text(one)), bare = n;

		while (bare && text(one)[bare - 1] == '*')
			bare--;
		if (!strcmp(text(one), word) || (bare < n && !strncmp(text(one), word, bare)))
			return true;
	}
	return false;
}

/* Rules that name no objects are about all. */
static bool covers_name(const cJSON *set, const char *word)
{
	return !json_size(set) || has(set, word);
}

static const struct rule_part {
	const char *field;
	covers_fn *covers;
} rule_parts[] = {
	{"verbs", covers_word},	       {"apiGroups", covers_word},    {"resources", covers_resource},
	{"resourceNames", covers_name}, {"nonResourceURLs", covers_url},
};

static bool rule_covers(const cJSON *owner, const cJSON *part)
{
	for (size_t i = 0; i < ARRAY_SIZE(rule_parts); i++) {
		const cJSON *word = json_get(part, rule_parts[i].field);

		if (word && !rule_parts[i].covers(json_get(owner, rule_parts[i].field), text(word->child)))
			return false;
	}
	return json_get(part, "resourceNames") || !json_size(json_get(owner, "resourceNames"));
}

static bool is_covered(const cJSON *owners, const cJSON *part)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, owners)
		if (rule_covers(owner, part))
			return true;
	return false;
}

/* Takes a rule apart by one field after the other, in this order; each way to the end is one part of it. */
static void take_apart(const cJSON *rule, const char *const *fields, const cJSON *part, const cJSON *owners, cJSON *to)
{
	const cJSON *words = json_get(rule, *fields ? *fields : ""), *word;

	if (!*fields) {
		if (!is_covered(owners, part))
			json_append(to, schema_normalize(&rule_schema, part));
		return;
	}
	if (!strcmp(*fields, "resourceNames") && !json_size(words)) {
		take_apart(rule, fields + 1, part, owners, to);
		return;
	}
	cJSON_ArrayForEach(word, words) {
		_cleanup_json_ cJSON *more = json_copy(part);

		json_append_string(json_ensure_array(more, *fields), text(word));
		take_apart(rule, fields + 1, more, owners, to);
	}
}

cJSON *rbac_uncovered(const cJSON *owners, const cJSON *servants)
{
	static const char *const resources[] = {"apiGroups", "resources", "verbs", "resourceNames", NULL};
	static const char *const urls[] = {"nonResourceURLs", "verbs", NULL};
	_cleanup_json_ cJSON *nothing = json_new_object();
	cJSON *uncovered = json_new_array();
	const cJSON *rule;

	cJSON_ArrayForEach(rule, servants) {
		take_apart(rule, resources, nothing, owners, uncovered);
		take_apart(rule, urls, nothing, owners, uncovered);
	}
	return uncovered;
}

/* ---- differences ------------------------------------------------------------------------------------- */

/* The items of a that b does not have; each once. A new list. */
static cJSON *only_in(const cJSON *a, const cJSON *b, bool once)
{
	cJSON *found = json_new_array();
	const cJSON *item, *other;

	cJSON_ArrayForEach(item, a) {
		bool had = false;

		cJSON_ArrayForEach(other, b) had = had || json_equal(item, other);
		if (once)
			cJSON_ArrayForEach(other, found) had = had || json_equal(item, other);
		if (!had)
			json_append(found, json_copy(item));
	}
	return found;
}

/* Labels or annotations that expected has and existing does not; those that it has stay. */
static void merge_metadata(struct rbac_plan *p, const cJSON *existing, const cJSON *expected, const char *field)
{
	const cJSON *from = json_path(expected, "metadata", field, NULL), *had = json_path(existing, "metadata", field, NULL), *one;
	cJSON *to = json_get(p->object, "metadata");

	if (!json_is_object(from))
		return;
	/* an empty map where there was none is a difference to Go */
	if (!json_is_object(had))
		p->operation = RBAC_UPDATE;
	to = json_ensure_object(to, field);
	cJSON_ArrayForEach(one, from) {
		if (json_get(to, one->string))
			continue;
		json_set(to, one->string, json_copy(one));
		p->operation = RBAC_UPDATE;
	}
}

/* Adds what is missing to a list of the object, or puts what is expected in its place. */
static void merge_list(struct rbac_plan *p, const char *field, const cJSON *expected, const cJSON *missing,
		       const cJSON *extra, bool remove_extra)
{
	const cJSON *one;

	if (!json_size(missing) && !(remove_extra && json_size(extra)))
		return;
	p->operation = RBAC_UPDATE;
	if (remove_extra) {
		json_set(p->object, field, expected ? json_copy(expected) : json_new_null());
		return;
	}
	cJSON_ArrayForEach(one, missing) json_append(json_ensure_array(p->object, field), json_copy(one));
}

static void plan_aggregation(struct rbac_plan *p, const cJSON *existing, const cJSON *expected, bool remove_extra)
{
	static const char field[] = "aggregationRule", list[] = "clusterRoleSelectors";
	const cJSON *had = json_get(existing, field), *wanted = json_get(expected, field), *one;
	_cleanup_json_ cJSON *missing = only_in(json_get(wanted, list), json_get(had, list), false);
	_cleanup_json_ cJSON *extra = only_in(json_get(had, list), json_get(wanted, list), false);

	if (had && !wanted) {
		json_remove(p->object, field);
		p->operation = RBAC_UPDATE;
	} else if (remove_extra && (json_size(missing) || json_size(extra))) {
		json_set(p->object, field, json_copy(wanted));
		p->operation = RBAC_UPDATE;
	} else if (json_size(missing)) {
		cJSON *to = json_ensure_array(json_ensure_object(p->object, field), list);

		cJSON_ArrayForEach(one, missing) json_append(to, json_copy(one));
		p->operation = RBAC_UPDATE;
	}
}

static void plan_role(struct rbac_plan *p, const cJSON *existing, const cJSON *expected, bool remove_extra)
{
	const cJSON *had = json_get(existing, "rules"), *wanted = json_get(expected, "rules");

	/* rules of roles that others' rules are gathered in are the server's work */
	if (!json_get(existing, "aggregationRule") || !json_get(expected, "aggregationRule"))
		p->extra = rbac_uncovered(wanted, had);
	p->missing = rbac_uncovered(had, wanted);
	merge_list(p, "rules", wanted, p->missing, p->extra, remove_extra);
	plan_aggregation(p, existing, expected, remove_extra);
}

static void plan_binding(struct rbac_plan *p, const cJSON *existing, const cJSON *expected, bool remove_extra)
{
	const cJSON *had = json_get(existing, "subjects"), *wanted = json_get(expected, "subjects");

	p->missing = only_in(wanted, had, true);
	p->extra = only_in(had, wanted, true);
	merge_list(p, "subjects", wanted, p->missing, p->extra, remove_extra);
}

void rbac_plan(const struct rbac_kind *kind, const cJSON *existing, const cJSON *expected, bool remove_extra,
	       struct rbac_plan *ret)
{
	_cleanup_json_ cJSON *wanted = schema_normalize(kind->schema, expected), *had = NULL, *object = NULL;
	struct rbac_plan p = {.operation = RBAC_CREATE};

	if (existing) {
		had = schema_normalize(kind->schema, existing);
		p.protected = str_equal(json_path_string(had, "metadata", "annotations",
							 "rbac.authorization.kubernetes.io/autoupdate", NULL), "false");
	}
	if (existing && kind->binds && !json_equal(json_get(had, "roleRef"), json_get(wanted, "roleRef")))
		p.operation = RBAC_RECREATE;
	if (!existing || p.operation == RBAC_RECREATE) {
		p.missing = existing ? NULL : json_copy(json_get(wanted, kind->binds ? "subjects" : "rules"));
		p.object = TAKE_PTR(wanted);
		*ret = p;
		return;
	}
	p.operation = RBAC_NONE;
	p.object = json_copy(had);
	merge_metadata(&p, had, expected, "annotations");
	merge_metadata(&p, had, expected, "labels");
	(kind->binds ? plan_binding : plan_role)(&p, had, wanted, remove_extra);
	object = p.object;
	p.object = schema_normalize(kind->schema, object);
	*ret = p;
}

void rbac_plan_release(struct rbac_plan *p)
{
	cJSON_Delete(TAKE_PTR(p->object));
	cJSON_Delete(TAKE_PTR(p->missing));
	cJSON_Delete(TAKE_PTR(p->extra));
}

/* ---- words -------------------------------------------------------------------------------------------------- */

void rbac_words(struct buf *out, const struct rbac_kind *kind, const cJSON *item)
{
	static const char *const rule[] = {"Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs"};
	static const char *const subject[] = {"Kind", "APIGroup", "Name", "Namespace"};
	const struct kubeconfig_field *f = (kind->binds ? &subject_schema : &rule_schema)->fields;
	const cJSON *word;

	for (size_t i = 0; f[i].name; i++) {
		const cJSON *value = json_get(item, f[i].name);

		buf_printf(out, "%s%s:%s", i ? " " : "{", (kind->binds ? subject : rule)[i], kind->binds ? text(value) : "[");
		if (!kind->binds)
			cJSON_ArrayForEach(word, value) buf_printf(out, "%s%s", word == value->child ? "" : " ", text(word));
		buf_puts(out, kind->binds ? "" : "]");
	}
	buf_putc(out, '}');
}
