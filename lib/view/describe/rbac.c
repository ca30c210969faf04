#include "view/describe/engine.h"

/* ---- rules of roles ------------------------------------------------------------------------------------ */

/*
 * Rules are taken apart into one resource of one group (and one name) each, and those that
 * differ only in their verbs are put together again.
 */
struct rule {
	const char *group, *resource, *name, *url; /* url alone, or the others; name NULL: all */
	struct vec verbs;                          /* borrowed strings */
	char *order;
};

static void rule_free(struct rule *r)
{
	vec_release(&r->verbs);
	free(r->order);
	free(r);
}

static bool is_same(const struct rule *a, const struct rule *b)
{
	return !a->url && !b->url && str_equal(a->group, b->group) && str_equal(a->resource, b->resource) &&
	       str_equal(a->name, b->name);
}

static void rule_add(struct vec *rules, const struct rule *found, const char *verb)
{
	struct rule *r = NULL;

	for (size_t i = 0; i < rules->len && !r; i++) {
		if (is_same(rules->items[i], found))
			r = rules->items[i];
	}
	if (!r) {
		r = NEW(struct rule);
		*r = *found;
		vec_add(rules, r);
	}
	if (verb && !vec_has_string(&r->verbs, verb))
		vec_add(&r->verbs, (void *)verb);
}

static void resource_rules(struct vec *rules, const cJSON *rule, const char *group, const char *resource)
{
	const cJSON *verb, *name, *names = node_at(rule, "resourceNames");
	struct rule r = {.group = group, .resource = resource};

	cJSON_ArrayForEach(verb, node_at(rule, "verbs"))
	{
		if (node_empty(names))
			rule_add(rules, &r, text_at(verb, NULL));
		cJSON_ArrayForEach(name, names)
		{
			r.name = text_at(name, NULL);
			rule_add(rules, &r, text_at(verb, NULL));
		}
	}
}

static void rule_take_apart(struct vec *rules, const cJSON *rule)
{
	const cJSON *group, *resource, *url, *verb;

	cJSON_ArrayForEach(group, node_at(rule, "apiGroups"))
	{
		cJSON_ArrayForEach(resource, node_at(rule, "resources"))
			resource_rules(rules, rule, text_at(group, NULL), text_at(resource, NULL));
	}
	cJSON_ArrayForEach(url, node_at(rule, "nonResourceURLs"))
	{
		cJSON_ArrayForEach(verb, node_at(rule, "verbs"))
			rule_add(rules, &(struct rule){.url = text_at(url, NULL)}, text_at(verb, NULL));
	}
}

static void list_put(struct buf *out, const struct vec *words)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < words->len; i++)
		buf_printf(out, "%s%s", i ? " " : "", vec_string(words, i));
	buf_putc(out, ']');
}

/* kubectl's order is that of Go's text of a rule. */
static void rule_order(struct rule *r)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_puts(&text, "&PolicyRule{Verbs:");
	list_put(&text, &r->verbs);
	buf_printf(&text, ",APIGroups:[%s],Resources:[%s],ResourceNames:[%s],NonResourceURLs:[%s],}", r->group ?: "",
		   r->resource ?: "", r->name ?: "", r->url ?: "");
	r->order = buf_take(&text);
}

static int compare_rules(const void *a, const void *b)
{
	return strcmp((*(const struct rule *const *)a)->order, (*(const struct rule *const *)b)->order);
}

/* "deployments.apps/scale": the group stands between a resource and its subresource. */
static void resource_put(struct buf *out, const struct rule *r)
{
	size_t n = strcspn(r->resource ?: "", "/");

	buf_printf(out, "%.*s", (int)n, r->resource ?: "");
	if (!str_empty(r->group))
		buf_printf(out, ".%s", r->group);
	buf_puts(out, r->resource ? r->resource + n : "");
}

static void rule_show(struct describe *d, const struct rule *r)
{
	_cleanup_buf_ struct buf resource = BUF_INIT, verbs = BUF_INIT;

	resource_put(&resource, r);
	list_put(&verbs, &r->verbs);
	put(d, 1, "%s\t[%s]\t[%s]\t%s\n", resource.data, r->url ?: "", r->name ?: "", verbs.data);
}

static void show_rules(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_vec_ struct vec rules = VEC_OWNING(rule_free);
	const cJSON *rule;

	cJSON_ArrayForEach(rule, node_at(node, f->path)) rule_take_apart(&rules, rule);
	for (size_t i = 0; i < rules.len; i++)
		rule_order(rules.items[i]);
	vec_sort(&rules, compare_rules);
	put(d, 0, "%s:\n", f->label);
	put(d, 1, "Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
	put(d, 1, "---------\t-----------------\t--------------\t-----\n");
	for (size_t i = 0; i < rules.len; i++)
		rule_show(d, rules.items[i]);
}

static const struct field role_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "PolicyRule", "rules", show_rules, NULL},
	{0},
};

/* ---- bindings --------------------------------------------------------------------------------------------- */

static void show_subjects(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *subject;

	put(d, 0, "%s:\n", f->label);
	put(d, 1, "Kind\tName\tNamespace\n");
	put(d, 1, "----\t----\t---------\n");
	cJSON_ArrayForEach(subject, node_at(node, f->path))
		put(d, 1, "%s\t%s\t%s\n", text_at(subject, "kind"), text_at(subject, "name"),
		    text_at(subject, "namespace"));
}

static const struct field binding_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "Role", NULL, show_title, NULL},
	{1, "Kind", "roleRef.kind", show_text, NULL},
	{1, "Name", "roleRef.name", show_text, NULL},
	{0, "Subjects", "subjects", show_subjects, NULL},
	{0},
};

const struct kind kinds_rbac[] = {
	{"rbac.authorization.k8s.io", "Role", NULL, role_fields, NULL, EVENTS_NEVER},
	{"rbac.authorization.k8s.io", "ClusterRole", NULL, role_fields, NULL, EVENTS_NEVER},
	{"rbac.authorization.k8s.io", "RoleBinding", NULL, binding_fields, NULL, EVENTS_NEVER},
	{"rbac.authorization.k8s.io", "ClusterRoleBinding", NULL, binding_fields, NULL, EVENTS_NEVER},
	{0},
};
