#include <time.h>

#include "base/timeutil.h"
#include "view/describe/engine.h"

/* As Go prints a time.Time: 2026-11-22 12:44:18 +0000 UTC. */
static void show_created(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	char text[64] = "0001-01-01 00:00:00 +0000 UTC";
	struct tm tm;
	int64_t t;

	if (!timestamp_parse(text_at(node, f->path), &t, &ignored)) {
		time_t seconds = (time_t)(t / SECOND);

		localtime_r(&seconds, &tm);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z %Z", &tm);
	}
	put(d, 0, "%s:\t%s\n", f->label, text);
}

/* What differs between the two directions. */
struct direction {
	const char *name, *rules, *type, *peers, *word, *nothing;
};
static const struct direction directions[] = {
	{"ingress", "spec.ingress", "Ingress", "from", "From", "source"},
	{"egress", "spec.egress", "Egress", "to", "To", "destination"},
};

#define INDENT 2 /* levels */

static void rule_ports(struct describe *d, const cJSON *ports)
{
	const cJSON *port;

	if (node_empty(ports))
		put(d, INDENT, "To Port: <any> (traffic allowed to all ports)\n");
	cJSON_ArrayForEach(port, ports)
	{
		_cleanup_buf_ struct buf text = BUF_INIT;

		expand(&text,
		       node_at(port, "endPort") ? "To Port Range: {port|<nil>}-{endPort}/{protocol|TCP}"
						: "To Port: {port|<nil>}/{protocol|TCP}",
		       port);
		put(d, INDENT, "%s\n", text.data);
	}
}

static void peer_selector(struct describe *d, const char *label, const cJSON *selector)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!selector)
		return;
	selector_put(&text, selector);
	put(d, INDENT + 1, "%s: %s\n", label, text.data);
}

static void peer_show(struct describe *d, const cJSON *peer)
{
	const cJSON *namespaces = node_at(peer, "namespaceSelector"), *pods = node_at(peer, "podSelector");
	const cJSON *block = node_at(peer, "ipBlock");
	_cleanup_buf_ struct buf except = BUF_INIT;

	peer_selector(d, "NamespaceSelector", namespaces);
	peer_selector(d, "PodSelector", pods);
	if (namespaces || pods || !block)
		return;
	join_put(&except, node_at(block, "except"), ", ");
	put(d, INDENT + 1, "IPBlock:\n");
	put(d, INDENT + 2, "CIDR: %s\n", text_at(block, "cidr"));
	put(d, INDENT + 2, "Except: %s\n", except.data);
}

static void rules_show(struct describe *d, const struct direction *way, const cJSON *rules)
{
	const cJSON *rule, *peer;

	if (node_empty(rules))
		put(d, INDENT, "<none> (Selected pods are isolated for %s connectivity)\n", way->name);
	cJSON_ArrayForEach(rule, rules)
	{
		const cJSON *peers = node_at(rule, way->peers);

		rule_ports(d, node_at(rule, "ports"));
		if (node_empty(peers))
			put(d, INDENT, "%s: <any> (traffic not restricted by %s)\n", way->word, way->nothing);
		cJSON_ArrayForEach(peer, peers)
		{
			put(d, INDENT, "%s:\n", way->word);
			peer_show(d, peer);
		}
		if (rule->next)
			put(d, INDENT, "----------\n");
	}
}

static bool affects(const cJSON *types, const char *type)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, types)
	{
		if (!strcmp(text_at(one, NULL), type))
			return true;
	}
	return false;
}

static void show_policy(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *selector = node_at(node, "spec.podSelector"), *types = node_at(node, "spec.policyTypes");
	_cleanup_buf_ struct buf text = BUF_INIT;

	put(d, 0, "%s:\n", f->label);
	if (node_empty(node_at(selector, "matchLabels")) && node_empty(node_at(selector, "matchExpressions")))
		buf_puts(&text, "<none> (Allowing the specific traffic to all pods in this namespace)");
	else
		selector_put(&text, selector);
	put(d, 1, "PodSelector:     %s\n", text.data);
	for (size_t i = 0; i < ARRAY_SIZE(directions); i++) {
		if (!affects(types, directions[i].type)) {
			put(d, 1, "Not affecting %s traffic\n", directions[i].name);
			continue;
		}
		put(d, 1, "Allowing %s traffic:\n", directions[i].name);
		rules_show(d, &directions[i], node_at(node, directions[i].rules));
	}
	buf_clear(&text);
	expand(&text, "Policy Types: {spec.policyTypes@comma_space|<none>}\n", node);
	put(d, 1, "%s", text.data);
}

const struct field network_policy_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, "Created on", "metadata.creationTimestamp", show_created, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "Spec", NULL, show_policy, NULL},
	{0},
};
