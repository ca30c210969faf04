#include "base/quantity.h"
#include "data/gotext.h"
#include "view/describe/engine.h"

/* ---- ResourceQuota --------------------------------------------------------------------------------------- */

static const struct {
	const char *scope, *text;
} scope_texts[] = {
	{"Terminating",
	 "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
	 "being actively terminated by the system."},
	{"NotTerminating",
	 "Matches all pods that do not have an active deadline. These pods usually include long running pods "
	 "whose container command is not expected to terminate."},
	{"BestEffort",
	 "Matches all pods that do not have resource requirements set. These pods have a best effort quality of "
	 "service."},
	{"NotBestEffort",
	 "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
	 "guaranteed quality of service."},
};

static void scopes_show(struct describe *d, int level, const char *bullet, const cJSON *quota)
{
	const cJSON *scopes = node_at(quota, "spec.scopes");
	_cleanup_buf_ struct buf names = BUF_INIT;
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	if (node_empty(scopes))
		return;
	sorted_items(scopes, NULL, &sorted);
	for (size_t i = 0; i < sorted.len; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", text_at(sorted.items[i], NULL));
	put(d, level, "Scopes:\t%s\n", names.data);
	for (size_t i = 0; i < sorted.len; i++) {
		for (size_t s = 0; s < ARRAY_SIZE(scope_texts); s++) {
			if (!strcmp(text_at(sorted.items[i], NULL), scope_texts[s].scope))
				put(d, level, "%s%s\n", bullet, scope_texts[s].text);
		}
	}
}

/* A used amount in the form of its limit: "1Gi" of "2Gi", where it was counted as 1073741824. */
static void used_put(struct buf *out, const cJSON *used, const cJSON *hard)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf u = BUF_INIT, h = BUF_INIT;
	struct quantity a, b;

	quantity_put(&u, used);
	quantity_put(&h, hard);
	if (quantity_parse(u.data, &a, &wrong) || quantity_parse(h.data, &b, &wrong) || (used && a.form == b.form)) {
		buf_puts(out, u.data);
		return;
	}
	a.form = b.form;
	a.keeps_text = false;
	a.nano = (a.nano + 999999999) / 1000000000 * 1000000000;
	quantity_format(out, &a);
}

static void quota_rows(struct describe *d, int level, const cJSON *quota, bool same_form)
{
	const cJSON *hard = node_at(quota, "status.hard"), *used = node_at(quota, "status.used");
	_cleanup_vec_ struct vec keys = VEC_INIT;

	sorted_keys(hard, &keys);
	for (size_t i = 0; i < keys.len; i++) {
		const char *key = vec_string(&keys, i);
		_cleanup_buf_ struct buf u = BUF_INIT, h = BUF_INIT;

		if (same_form)
			used_put(&u, json_get(used, key), json_get(hard, key));
		else
			quantity_put(&u, json_get(used, key));
		quantity_put(&h, json_get(hard, key));
		put(d, level, "%s\t%s\t%s\n", key, u.data, h.data);
	}
}

static void show_quota(struct describe *d, const struct field *f, const cJSON *quota)
{
	(void)f;
	scopes_show(d, 0, " * ", quota);
	put(d, 0, "Resource\tUsed\tHard\n--------\t----\t----\n");
	quota_rows(d, 0, quota, true);
}

static const struct field quota_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, NULL, NULL, show_quota, NULL},
	{0},
};

/* True when the list of a namespace's related objects is to be shown; a server without them has no line. */
static bool namespace_has(struct describe *d, const struct related *what, const cJSON **ret_items)
{
	const struct error *failed;
	const cJSON *list = answer_get(d, what, "", &failed);

	if (failed && !error_is_reason(failed, "NotFound"))
		answer_required(d, what, "");
	*ret_items = json_get(list, "items");
	return !failed;
}

void show_namespace_quotas(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;
	const cJSON *quotas;

	(void)f;
	(void)node;
	if (!namespace_has(d, &related_quotas, &quotas))
		return;
	put(d, 0, "\n%s\n", node_empty(quotas) ? "No resource quota." : "Resource Quotas");
	sorted_items(quotas, "metadata.name", &sorted);
	for (size_t i = 0; i < sorted.len; i++) {
		put(d, 1, "Name:\t%s\n", text_at(sorted.items[i], "metadata.name"));
		scopes_show(d, 1, "* ", sorted.items[i]);
		put(d, 1, "Resource\tUsed\tHard\n");
		put(d, 1, "--------\t---\t---\n");
		quota_rows(d, 1, sorted.items[i], false);
	}
}

/* ---- LimitRange --------------------------------------------------------------------------------------------- */

static const char *const limit_columns[] = {"min", "max", "defaultRequest", "default", "maxLimitRequestRatio"};

static void limit_show(struct describe *d, const char *prefix, const cJSON *limit)
{
	_cleanup_vec_ struct vec keys = VEC_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(limit_columns); i++) {
		const cJSON *member;

		cJSON_ArrayForEach(member, node_object(node_at(limit, limit_columns[i])))
		{
			if (!vec_has_string(&keys, member->string))
				vec_add(&keys, member->string);
		}
	}
	vec_sort(&keys, vec_compare_strings);
	for (size_t k = 0; k < keys.len; k++) {
		_cleanup_buf_ struct buf row = BUF_INIT;

		for (size_t i = 0; i < ARRAY_SIZE(limit_columns); i++) {
			const cJSON *value = json_get(node_at(limit, limit_columns[i]), vec_string(&keys, k));

			buf_putc(&row, '\t');
			if (value)
				quantity_put(&row, value);
			else
				buf_putc(&row, '-');
		}
		put(d, 0, "%s%s\t%s%s\n", prefix, text_at(limit, "type"), vec_string(&keys, k), row.data);
	}
}

static void limits_show(struct describe *d, const char *prefix, const cJSON *limit_range)
{
	const cJSON *limit;

	cJSON_ArrayForEach(limit, node_at(limit_range, "spec.limits")) limit_show(d, prefix, limit);
}

#define LIMIT_HEADER "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n"
#define LIMIT_RULER "----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n"

static void show_limits(struct describe *d, const struct field *f, const cJSON *node)
{
	(void)f;
	put(d, 0, LIMIT_HEADER LIMIT_RULER);
	limits_show(d, "", node);
}

void show_namespace_limits(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *ranges, *range;

	(void)f;
	(void)node;
	if (!namespace_has(d, &related_limits, &ranges))
		return;
	put(d, 0, "\n%s\n", node_empty(ranges) ? "No LimitRange resource." : "Resource Limits");
	if (!node_empty(ranges))
		put(d, 0, " " LIMIT_HEADER " " LIMIT_RULER);
	cJSON_ArrayForEach(range, ranges) limits_show(d, " ", range);
}

static const struct field limit_range_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, NULL, NULL, show_limits, NULL},
	{0},
};

/* ---- PodDisruptionBudget, PriorityClass -------------------------------------------------------------------------- */

static void show_budget(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *spec = node_at(node, f->path);

	if (node_at(spec, "minAvailable"))
		show_text(d, &(struct field){0, "Min available", "minAvailable", show_text, NULL}, spec);
	else
		show_if(d, &(struct field){0, "Max unavailable", "maxUnavailable", show_if, NULL}, spec);
}

static void show_budget_selector(struct describe *d, const struct field *f, const cJSON *node)
{
	if (node_at(node, f->path))
		show_selector(d, f, node);
	else
		put(d, 0, "%s:\t<unset>\n", f->label);
}

static const struct field budget_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, NULL, "spec", show_budget, NULL},
	{0, "Selector", "spec.selector", show_budget_selector, NULL},
	{0, "Status", NULL, show_title, NULL},
	{2, "Allowed disruptions", "status.disruptionsAllowed", show_text, "0"},
	{2, "Current", "status.currentHealthy", show_text, "0"},
	{2, "Desired", "status.desiredHealthy", show_text, "0"},
	{2, "Total", "status.expectedPods", show_text, "0"},
	{0},
};

static const struct field priority_class_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Value", "value", show_text, "0"},
	{0, "GlobalDefault", "globalDefault", show_text, "false"},
	{0, "PreemptionPolicy", "preemptionPolicy", show_text, NULL},
	{0, "Description", "description", show_text, NULL},
	{0, "Annotations", "metadata.annotations", show_pairs, NULL},
	{0},
};

/* ---- HorizontalPodAutoscaler ---------------------------------------------------------------------------------------
 */

/* The amount of a metric now, or <unknown>; a metric that has one without the value counts as 0. */
static void current_put(struct buf *out, const cJSON *current, const char *member, bool needs_value)
{
	const cJSON *value = node_at(node_at(current, "current"), member);

	if (!current || (needs_value && !value))
		buf_puts(out, "<unknown>");
	else
		quantity_put(out, value);
}

static void utilization_put(struct buf *out, const cJSON *current)
{
	if (node_at(current, "current.averageUtilization"))
		expand(out, "{current.averageUtilization}% ({current.averageValue@quantity})", current);
	else
		buf_puts(out, "<unknown>");
}

static void amounts_show(struct describe *d, const char *title, const char *member, const cJSON *metric,
			 const cJSON *current, bool needs_value)
{
	_cleanup_buf_ struct buf now = BUF_INIT, target = BUF_INIT;

	current_put(&now, current, member, needs_value);
	quantity_put(&target, node_at(node_at(metric, "target"), member));
	put(d, 1, "%s:\t%s / %s\n", title, now.data, target.data);
}

static void external_show(struct describe *d, const cJSON *metric, const cJSON *current)
{
	bool average = node_at(metric, "target.averageValue");
	_cleanup_buf_ struct buf title = BUF_INIT;

	go_quote(&title, text_at(metric, "metric.name"));
	buf_puts(&title, average ? " (target average value)" : " (target value)");
	amounts_show(d, title.data, average ? "averageValue" : "value", metric, current, average);
}

static void pods_metric_show(struct describe *d, const cJSON *metric, const cJSON *current)
{
	_cleanup_buf_ struct buf title = BUF_INIT;

	go_quote(&title, text_at(metric, "metric.name"));
	buf_puts(&title, " on pods");
	amounts_show(d, title.data, "averageValue", metric, current, false);
}

static void object_metric_show(struct describe *d, const cJSON *metric, const cJSON *current)
{
	bool average = !strcmp(text_at(metric, "target.type"), "AverageValue");
	_cleanup_buf_ struct buf title = BUF_INIT;

	expand(&title, "\"{metric.name}\" on {describedObject.kind}/{describedObject.name} ", metric);
	buf_puts(&title, average ? "(target average value)" : "(target value)");
	amounts_show(d, title.data, average ? "averageValue" : "value", metric, current, false);
}

static void resource_metric_show(struct describe *d, const cJSON *metric, const cJSON *current)
{
	_cleanup_buf_ struct buf title = BUF_INIT, now = BUF_INIT, target = BUF_INIT;

	expand(&title,
	       node_at(metric, "container") ? "resource {name} of container \"{container}\" on pods"
					    : "resource {name} on pods",
	       metric);
	if (node_at(metric, "target.averageValue")) {
		amounts_show(d, title.data, "averageValue", metric, current, false);
		return;
	}
	utilization_put(&now, current);
	if (node_at(metric, "target.averageUtilization"))
		expand(&target, "{target.averageUtilization}%", metric);
	put(d, 1, "%s  (as a percentage of request):\t%s / %s\n", title.data, now.data,
	    target.len ? target.data : "<auto>");
}

static const struct {
	const char *type, *member;
	void (*show)(struct describe *d, const cJSON *metric, const cJSON *current);
} metric_sorts[] = {
	{"External", "external", external_show},
	{"Pods", "pods", pods_metric_show},
	{"Object", "object", object_metric_show},
	{"Resource", "resource", resource_metric_show},
	{"ContainerResource", "containerResource", resource_metric_show},
};

static void metric_show(struct describe *d, const cJSON *metric, const cJSON *current)
{
	const char *type = text_at(metric, "type");
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(metric_sorts); i++) {
		if (!strcmp(type, metric_sorts[i].type)) {
			metric_sorts[i].show(d, node_at(metric, metric_sorts[i].member),
					     node_at(current, metric_sorts[i].member));
			return;
		}
	}
	go_quote(&quoted, type);
	put(d, 1, "<unknown metric type %s>\n", quoted.data);
}

static void show_metrics(struct describe *d, const struct field *f, const cJSON *hpa)
{
	const cJSON *metric, *current = node_at(hpa, "status.currentMetrics");

	put(d, 0, "%s:\t( current / target )\n", f->label);
	current = current ? current->child : NULL;
	cJSON_ArrayForEach(metric, node_at(hpa, f->path))
	{
		metric_show(d, metric, current);
		current = current ? current->next : NULL;
	}
}

/* autoscaling/v1 knows the processor alone. */
static const struct field cpu_fields[] = {
	{0, "Target CPU utilization", NULL, show_line, "{spec.targetCPUUtilizationPercentage}%"},
	{0, "Current CPU utilization", NULL, show_line, "{status.currentCPUUtilizationPercentage|<unknown>}%"},
	{0},
};

static void show_hpa_metrics(struct describe *d, const struct field *f, const cJSON *hpa)
{
	const char *version = text_at(hpa, "apiVersion");

	if (strcmp(version, "autoscaling/v1"))
		show_metrics(d, f, hpa);
	else if (node_at(hpa, "spec.targetCPUUtilizationPercentage"))
		fields_show(d, cpu_fields, hpa);
}

static void direction_show(struct describe *d, const char *title, const cJSON *rules)
{
	const cJSON *policy;
	_cleanup_buf_ struct buf select = BUF_INIT;

	if (!rules)
		return;
	put(d, 1, "%s:\n", title);
	if (node_at(rules, "stabilizationWindowSeconds"))
		put(d, 2, "Stabilization Window: %" PRId64 " seconds\n", int_at(rules, "stabilizationWindowSeconds"));
	if (node_empty(node_at(rules, "policies")))
		return;
	expand(&select, "Select Policy: {selectPolicy|Max}\n", rules);
	put(d, 2, "%s", select.data);
	put(d, 2, "Policies:\n");
	cJSON_ArrayForEach(policy, node_at(rules, "policies"))
		put(d, 3, "- Type: %s\tValue: %" PRId64 "\tPeriod: %" PRId64 " seconds\n", text_at(policy, "type"),
		    int_at(policy, "value"), int_at(policy, "periodSeconds"));
}

static void show_behavior(struct describe *d, const struct field *f, const cJSON *hpa)
{
	const cJSON *behavior = node_at(hpa, f->path);

	if (!behavior || !strcmp(text_at(hpa, "apiVersion"), "autoscaling/v1"))
		return;
	put(d, 0, "%s:\n", f->label);
	direction_show(d, "Scale Up", node_at(behavior, "scaleUp"));
	direction_show(d, "Scale Down", node_at(behavior, "scaleDown"));
}

static void show_scaled_pods(struct describe *d, const struct field *f, const cJSON *hpa)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	expand(&text, f->word, hpa);
	put(d, 0, "%s\n", text.data);
}

static const struct field hpa_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	{0, "Reference", NULL, show_line, "{spec.scaleTargetRef.kind}/{spec.scaleTargetRef.name}"},
	{0, "Metrics", "spec.metrics", show_hpa_metrics, NULL},
	{0, "Min replicas", "spec.minReplicas", show_text, "<unset>"},
	{0, "Max replicas", "spec.maxReplicas", show_text, "0"},
	{0, "Behavior", "spec.behavior", show_behavior, NULL},
	{0, NULL, NULL, show_scaled_pods,
	 "{spec.scaleTargetRef.kind} pods:\t{status.currentReplicas|0} current / {status.desiredReplicas|0} desired"},
	{0, "Conditions", "status.conditions", show_table,
	 "Type\tStatus\tReason\tMessage\n----\t------\t------\t-------\n{type}\t{status}\t{reason}\t{message}"},
	{0},
};

const struct kind kinds_policy[] = {
	{"", "ResourceQuota", NULL, quota_fields, NULL, EVENTS_NEVER},
	{"", "LimitRange", NULL, limit_range_fields, NULL, EVENTS_NEVER},
	{"policy", "PodDisruptionBudget", NULL, budget_fields, NULL, EVENTS_SHOWN},
	{"scheduling.k8s.io", "PriorityClass", NULL, priority_class_fields, NULL, EVENTS_SHOWN},
	{"certificates.k8s.io", "CertificateSigningRequest", NULL, csr_fields, NULL, EVENTS_SHOWN},
	{"autoscaling", "HorizontalPodAutoscaler", "v2", hpa_fields, NULL, EVENTS_SHOWN},
	{0},
};
