#include "view/describe/engine.h"
#include "view/policy_rules.h"

/* ---- rules of roles ------------------------------------------------------------------------------------ */

static void rule_show(void *ctx, const char *const cells[4])
{
	put(ctx, 1, "%s\t%s\t%s\t%s\n", cells[0], cells[1], cells[2], cells[3]);
}

static void show_rules(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_vec_ struct vec rules = VEC_OWNING(policy_rule_free);

	policy_rules_add(&rules, node_at(node, f->path));
	put(d, 0, "%s:\n", f->label);
	rule_show(d, policy_rule_headers);
	rule_show(d, (const char *const[]){"---------", "-----------------", "--------------", "-----"});
	policy_rules_show(&rules, rule_show, d);
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
