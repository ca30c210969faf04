#include "view/policy_rules.h"

struct policy_rule {
	const char *group, *resource, *name, *url; /* url alone, or the others; name NULL: all */
	struct vec verbs;                          /* borrowed strings */
	char *order;
};

void policy_rule_free(struct policy_rule *r)
{
	vec_release(&r->verbs);
	free(r->order);
	free(r);
}

const char *const policy_rule_headers[4] = {"Resources", "Non-Resource URLs", "Resource Names", "Verbs"};

static const char *text(const cJSON *node)
{
	return json_is_string(node) ? node->valuestring : "";
}

static bool is_same(const struct policy_rule *a, const struct policy_rule *b)
{
	return !a->url && !b->url && str_equal(a->group, b->group) && str_equal(a->resource, b->resource) &&
	       str_equal(a->name, b->name);
}

static void rule_add(struct vec *rules, const struct policy_rule *found, const char *verb)
{
	struct policy_rule *r = NULL;

	for (size_t i = 0; i < rules->len && !r; i++) {
		if (is_same(rules->items[i], found))
			r = rules->items[i];
	}
	if (!r) {
		r = NEW(struct policy_rule);
		*r = *found;
		vec_add(rules, r);
	}
	if (verb && !vec_has_string(&r->verbs, verb))
		vec_add(&r->verbs, (void *)verb);
}

static void resource_rules(struct vec *rules, const cJSON *rule, const char *group, const char *resource)
{
	const cJSON *verb, *name, *names = json_get(rule, "resourceNames");
	struct policy_rule r = {.group = group, .resource = resource};

	cJSON_ArrayForEach(verb, json_get(rule, "verbs"))
	{
		if (!json_size(names))
			rule_add(rules, &r, text(verb));
		cJSON_ArrayForEach(name, names)
		{
			r.name = text(name);
			rule_add(rules, &r, text(verb));
		}
	}
}

static void rule_take_apart(struct vec *rules, const cJSON *rule)
{
	const cJSON *group, *resource, *url, *verb;

	cJSON_ArrayForEach(group, json_get(rule, "apiGroups"))
	{
		cJSON_ArrayForEach(resource, json_get(rule, "resources"))
			resource_rules(rules, rule, text(group), text(resource));
	}
	cJSON_ArrayForEach(url, json_get(rule, "nonResourceURLs"))
	{
		cJSON_ArrayForEach(verb, json_get(rule, "verbs"))
			rule_add(rules, &(struct policy_rule){.url = text(url)}, text(verb));
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
static void rule_order(struct policy_rule *r)
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
	return strcmp((*(const struct policy_rule *const *)a)->order, (*(const struct policy_rule *const *)b)->order);
}

/* "deployments.apps/scale": the group stands between a resource and its subresource. */
static void resource_put(struct buf *out, const struct policy_rule *r)
{
	size_t n = strcspn(r->resource ?: "", "/");

	buf_printf(out, "%.*s", (int)n, r->resource ?: "");
	if (!str_empty(r->group))
		buf_printf(out, ".%s", r->group);
	buf_puts(out, r->resource ? r->resource + n : "");
}

void policy_rules_add(struct vec *rules, const cJSON *list)
{
	const cJSON *rule;

	cJSON_ArrayForEach(rule, list) rule_take_apart(rules, rule);
}

void policy_rules_show(struct vec *rules, policy_rule_row_fn *row, void *ctx)
{
	for (size_t i = 0; i < rules->len; i++)
		rule_order(rules->items[i]);
	vec_sort(rules, compare_rules);
	for (size_t i = 0; i < rules->len; i++) {
		const struct policy_rule *r = rules->items[i];
		_cleanup_buf_ struct buf resource = BUF_INIT, verbs = BUF_INIT;
		_cleanup_free_ char *url = xasprintf("[%s]", r->url ?: ""), *name = xasprintf("[%s]", r->name ?: "");

		resource_put(&resource, r);
		list_put(&verbs, &r->verbs);
		row(ctx, (const char *const[]){resource.data, url, name, verbs.data});
	}
}
