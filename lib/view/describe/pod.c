#include "base/quantity.h"
#include "view/describe/engine.h"

/* ---- scheduling ------------------------------------------------------------------------------------ */

static void toleration_show(struct describe *d, const cJSON *t)
{
	const char *key = text_at(t, "key"), *value = text_at(t, "value"), *effect = text_at(t, "effect");
	_cleanup_buf_ struct buf line = BUF_INIT;

	buf_puts(&line, key);
	if (*value)
		buf_printf(&line, "=%s", value);
	if (*effect)
		buf_printf(&line, ":%s", effect);
	if (!strcmp(text_at(t, "operator"), "Exists") && !*value)
		buf_printf(&line, "%sop=Exists", *key || *effect ? " " : "");
	if (node_at(t, "tolerationSeconds"))
		buf_printf(&line, " for %" PRId64 "s", int_at(t, "tolerationSeconds"));
	put(d, 0, "%s\n", line.data);
}

void tolerations_show(struct describe *d, const char *title, const cJSON *tolerations)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	sorted_items(tolerations, "key", &sorted);
	put(d, 0, "%s:\t", title);
	if (!sorted.len)
		multiline_end(d);
	for (size_t i = 0; i < sorted.len; i++) {
		if (i)
			put(d, 0, "\t");
		toleration_show(d, sorted.items[i]);
	}
}

void spread_show(struct describe *d, const char *space, const cJSON *constraints)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	sorted_items(constraints, "topologyKey", &sorted);
	if (sorted.len)
		put(d, 0, "%sTopology Spread Constraints:\t", space);
	for (size_t i = 0; i < sorted.len; i++) {
		const cJSON *c = sorted.items[i];
		_cleanup_buf_ struct buf text = BUF_INIT;

		expand(&text, "{topologyKey}:{whenUnsatisfiable} when max skew {maxSkew|0} is exceeded", c);
		if (node_at(c, "labelSelector"))
			expand(&text, " for selector {labelSelector@selector}", c);
		put(d, 0, "%s%s%s\n", i ? space : "", i ? "\t" : "", text.data);
	}
}

void scheduling_group_show(struct describe *d, const char *space, const cJSON *group)
{
	if (!group)
		return;
	put(d, 0, "%sSchedulingGroup:\n", space);
	put(d, 1, "PodGroupName:\t%s\n", text_at(group, "podGroupName"));
}

/* ---- quality of service ------------------------------------------------------------------------------ */

struct qos {
	bool any, guaranteed;
};

static bool is_positive(const cJSON *node)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct quantity q;

	quantity_put(&text, node);
	return node && !quantity_parse(text.data, &q, &wrong) && q.nano > 0;
}

static void qos_container(struct qos *qos, const cJSON *container)
{
	static const char *const names[] = {"cpu", "memory"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const cJSON *request = json_get(node_at(container, "resources.requests"), names[i]);
		const cJSON *limit = json_get(node_at(container, "resources.limits"), names[i]);
		_cleanup_buf_ struct buf r = BUF_INIT, l = BUF_INIT;

		quantity_put(&r, request);
		quantity_put(&l, limit);
		qos->any = qos->any || is_positive(request) || is_positive(limit);
		qos->guaranteed =
			qos->guaranteed && is_positive(limit) && is_positive(request) && !strcmp(r.data, l.data);
	}
}

/* Old servers and Pods that were never scheduled do not say it. */
static const char *qos_class(const cJSON *pod)
{
	struct qos qos = {.guaranteed = true};
	const cJSON *c;

	if (*text_at(pod, "status.qosClass"))
		return text_at(pod, "status.qosClass");
	cJSON_ArrayForEach(c, node_at(pod, "spec.initContainers")) qos_container(&qos, c);
	cJSON_ArrayForEach(c, node_at(pod, "spec.containers")) qos_container(&qos, c);
	return !qos.any ? "BestEffort" : qos.guaranteed ? "Guaranteed" : "Burstable";
}

/* ---- the Pod --------------------------------------------------------------------------------------------- */

static void show_node_name(struct describe *d, const struct field *f, const cJSON *pod)
{
	if (!*text_at(pod, "spec.nodeName"))
		put(d, 0, "%s:\t<none>\n", f->label);
	else
		put(d, 0, "%s:\t%s/%s\n", f->label, text_at(pod, "spec.nodeName"), text_at(pod, "status.hostIP"));
}

static void show_pod_status(struct describe *d, const struct field *f, const cJSON *pod)
{
	const char *phase = text_at(pod, f->path);
	bool over = !strcmp(phase, "Failed") || !strcmp(phase, "Succeeded");

	if (over || !node_at(pod, "metadata.deletionTimestamp")) {
		show_text(d, f, pod);
		return;
	}
	show_phase(d, f, pod);
	put(d, 0, "Termination Grace Period:\t%" PRId64 "s\n", int_at(pod, "metadata.deletionGracePeriodSeconds"));
}

static void show_pod_seccomp(struct describe *d, const struct field *f, const cJSON *pod)
{
	const cJSON *profile = node_at(pod, f->path);

	if (!profile)
		return;
	put(d, 0, "%s:\t%s\n", f->label, text_at(profile, "type"));
	if (!strcmp(text_at(profile, "type"), "Localhost"))
		put(d, 0, "LocalhostProfile:\t%s\n", text_at(profile, "localhostProfile"));
}

static void show_ips(struct describe *d, const struct field *f, const cJSON *pod)
{
	const cJSON *ip, *ips = node_at(pod, f->path);

	put(d, 0, "%s:%s\n", f->label, node_empty(ips) ? "\t<none>" : "");
	cJSON_ArrayForEach(ip, ips) put(d, 1, "IP:\t%s\n", text_at(ip, "ip"));
}

static void show_pod_resources(struct describe *d, const struct field *f, const cJSON *pod)
{
	const cJSON *resources = node_at(pod, f->path);

	if (!resources)
		return;
	put(d, 0, "%s:\n", f->label);
	resources_show(d, 1, resources);
}

/* word: where the statuses are. All but "Containers" are left out when there are none. */
static void show_containers(struct describe *d, const struct field *f, const cJSON *pod)
{
	const cJSON *containers = node_at(pod, f->path);

	if (!node_empty(containers) || !strcmp(f->path, "spec.containers"))
		containers_show(d, f->label, "", containers, node_at(pod, f->word), pod);
}

static void show_gates(struct describe *d, const struct field *f, const cJSON *pod)
{
	const cJSON *gates = node_at(pod, f->path), *gate, *c;

	if (node_empty(gates))
		return;
	put(d, 0, "%s:\n", f->label);
	put(d, 1, "Type\tStatus\n");
	cJSON_ArrayForEach(gate, gates)
	{
		const char *type = text_at(gate, "conditionType"), *status = NULL;

		cJSON_ArrayForEach(c, node_at(pod, "status.conditions"))
		{
			if (!status && !strcmp(text_at(c, "type"), type))
				status = text_at(c, "status");
		}
		put(d, 1, "%s \t%s \n", type, status ?: "<none>");
	}
}

static void show_volumes(struct describe *d, const struct field *f, const cJSON *pod)
{
	volumes_show(d, "", node_at(pod, f->path));
}

static void show_qos(struct describe *d, const struct field *f, const cJSON *pod)
{
	put(d, 0, "%s:\t%s\n", f->label, qos_class(pod));
}

static void show_tolerations(struct describe *d, const struct field *f, const cJSON *pod)
{
	tolerations_show(d, f->label, node_at(pod, f->path));
}

static void show_spread(struct describe *d, const struct field *f, const cJSON *pod)
{
	spread_show(d, "", node_at(pod, f->path));
}

static void show_scheduling_group(struct describe *d, const struct field *f, const cJSON *pod)
{
	scheduling_group_show(d, "", node_at(pod, f->path));
}

const struct field pod_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, "Priority", "spec.priority", show_if, NULL},
	{0, "Priority Class Name", "spec.priorityClassName", show_if, NULL},
	{0, "Runtime Class Name", "spec.runtimeClassName", show_if, NULL},
	{0, "Service Account", "spec.serviceAccountName", show_if, NULL},
	{0, "Node", NULL, show_node_name, NULL},
	{0, "Start Time", "status.startTime", show_when, "{status.startTime@time}"},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "Status", "status.phase", show_pod_status, NULL},
	{0, "Reason", "status.reason", show_if, NULL},
	{0, "Message", "status.message", show_if, NULL},
	{0, "SeccompProfile", "spec.securityContext.seccompProfile", show_pod_seccomp, NULL},
	{0, "IP", "status.podIP", show_text, NULL},
	{0, "IPs", "status.podIPs", show_ips, NULL},
	{0, "Controlled By", NULL, show_controller, NULL},
	{0, "NominatedNodeName", "status.nominatedNodeName", show_if, NULL},
	{0, "Resources", "spec.resources", show_pod_resources, NULL},
	{0, "Init Containers", "spec.initContainers", show_containers, "status.initContainerStatuses"},
	{0, "Containers", "spec.containers", show_containers, "status.containerStatuses"},
	{0, "Ephemeral Containers", "spec.ephemeralContainers", show_containers, "status.ephemeralContainerStatuses"},
	{0, "Readiness Gates", "spec.readinessGates", show_gates, NULL},
	{0, "Conditions", "status.conditions", show_table, "Type\tStatus\n{type} \t{status} "},
	{0, "Volumes", "spec.volumes", show_volumes, NULL},
	{0, "QoS Class", NULL, show_qos, NULL},
	{0, "Node-Selectors", "spec.nodeSelector", show_labels, NULL},
	{0, "Tolerations", "spec.tolerations", show_tolerations, NULL},
	{0, "Topology Spread Constraints", "spec.topologySpreadConstraints", show_spread, NULL},
	{0, "SchedulingGroup", "spec.schedulingGroup", show_scheduling_group, NULL},
	{0},
};

/* ---- a template ------------------------------------------------------------------------------------------- */

void pod_template_show(struct describe *d, const cJSON *pod_template)
{
	const cJSON *metadata = node_at(pod_template, "metadata"), *spec = node_at(pod_template, "spec");

	put(d, 0, "Pod Template:\n");
	if (!pod_template) {
		put(d, 1, "<unset>");
		return;
	}
	labels_show(d, "", "  Labels", node_at(metadata, "labels"));
	if (!node_empty(node_at(metadata, "annotations")))
		annotations_show(d, "  Annotations", node_at(metadata, "annotations"));
	if (*text_at(spec, "serviceAccountName"))
		put(d, 1, "Service Account:\t%s\n", text_at(spec, "serviceAccountName"));
	if (!node_empty(node_at(spec, "initContainers")))
		containers_show(d, "Init Containers", "  ", node_at(spec, "initContainers"), NULL, NULL);
	containers_show(d, "Containers", "  ", node_at(spec, "containers"), NULL, NULL);
	volumes_show(d, "  ", node_at(spec, "volumes"));
	spread_show(d, "  ", node_at(spec, "topologySpreadConstraints"));
	if (*text_at(spec, "priorityClassName"))
		put(d, 1, "Priority Class Name:\t%s\n", text_at(spec, "priorityClassName"));
	labels_show(d, "", "  Node-Selectors", node_at(spec, "nodeSelector"));
	tolerations_show(d, "  Tolerations", node_at(spec, "tolerations"));
	scheduling_group_show(d, "  ", node_at(spec, "schedulingGroup"));
}

void show_pod_template(struct describe *d, const struct field *f, const cJSON *node)
{
	pod_template_show(d, node_at(node, f->path));
}
