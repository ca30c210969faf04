#include <math.h>

#include "base/quantity.h"
#include "view/describe/engine.h"

/* ---- amounts of resources ------------------------------------------------------------------------ */

/* Amounts by name of resource: struct quantity *. */
#define AMOUNTS_INIT MAP_OWNING(free)

static bool amount_read(const cJSON *node, struct quantity *ret)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	const char *text = json_is_string(node)   ? node->valuestring
			   : json_is_number(node) ? json_number_text(node)
						  : "";

	return !quantity_parse(text, ret, &wrong);
}

static void amount_add(struct map *into, const char *name, const struct quantity *q)
{
	struct quantity *have = map_get(into, name);

	if (!have) {
		have = NEW(struct quantity);
		*have = *q;
		map_set(into, name, have);
		return;
	}
	if (!have->nano)
		have->form = q->form;
	have->nano += q->nano;
	have->keeps_text = false;
}

static void amount_raise(struct map *into, const char *name, const struct quantity *q)
{
	struct quantity *have = map_get(into, name);

	if (!have)
		amount_add(into, name, q);
	else if (quantity_compare(q, have) > 0)
		*have = *q;
}

typedef void amount_fn(struct map *into, const char *name, const struct quantity *q);

static void amounts_join(struct map *into, const struct map *more, amount_fn *join)
{
	for (size_t i = 0; i < more->len; i++)
		join(into, more->entries[i].key, more->entries[i].value);
}

static void amounts_read(struct map *into, const cJSON *list, amount_fn *join)
{
	const cJSON *member;
	struct quantity q;

	cJSON_ArrayForEach(member, node_object(list))
	{
		if (amount_read(member, &q))
			join(into, member->string, &q);
	}
}

/* ---- what a Pod takes (component-helpers/resource) ------------------------------------------------- */

enum amount_sort { REQUESTS, LIMITS };

struct pod_amounts {
	const cJSON *pod;
	enum amount_sort sort;
	bool by_status; /* what a kubelet has granted counts, too */
};

static bool resize_infeasible(const cJSON *pod)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, node_at(pod, "status.conditions"))
	{
		if (!strcmp(text_at(c, "type"), "PodResizePending") && !strcmp(text_at(c, "reason"), "Infeasible"))
			return true;
	}
	return !strcmp(text_at(pod, "status.resize"), "Infeasible");
}

static const cJSON *container_status(const cJSON *pod, const char *list, const char *name)
{
	const cJSON *status;

	cJSON_ArrayForEach(status, node_at(node_at(pod, "status"), list))
	{
		if (!strcmp(text_at(status, "name"), name))
			return status;
	}
	return NULL;
}

static void container_amounts(const struct pod_amounts *p, const cJSON *container, const char *statuses,
			      struct map *ret)
{
	const char *path = p->sort == REQUESTS ? "resources.requests" : "resources.limits";
	const cJSON *status = p->by_status ? container_status(p->pod, statuses, text_at(container, "name")) : NULL;
	bool granted = node_at(status, "resources");

	if (!granted || !resize_infeasible(p->pod))
		amounts_read(ret, node_at(container, path), amount_raise);
	if (!granted)
		return;
	amounts_read(ret, node_at(status, path), amount_raise);
	if (p->sort == REQUESTS)
		amounts_read(ret, node_at(status, "allocatedResources"), amount_raise);
}

/* Containers that start before the others: those that stay count with them, the rest only for the peak. */
static void init_amounts(const struct pod_amounts *p, struct map *into)
{
	_cleanup_map_ struct map staying = AMOUNTS_INIT, peak = AMOUNTS_INIT;
	const cJSON *c;

	cJSON_ArrayForEach(c, node_at(p->pod, "spec.initContainers"))
	{
		_cleanup_map_ struct map own = AMOUNTS_INIT;

		container_amounts(p, c, "initContainerStatuses", &own);
		if (!strcmp(text_at(c, "restartPolicy"), "Always")) {
			amounts_join(into, &own, amount_add);
			amounts_join(&staying, &own, amount_add);
			amounts_join(&peak, &staying, amount_raise);
		} else {
			amounts_join(&own, &staying, amount_add);
			amounts_join(&peak, &own, amount_raise);
		}
	}
	amounts_join(into, &peak, amount_raise);
}

static bool pod_level(const char *name)
{
	return !strcmp(name, "cpu") || !strcmp(name, "memory") || str_starts(name, "hugepages-");
}

/* What the Pod says of itself stands in place of the sum of its containers. */
static void pod_level_amounts(const struct pod_amounts *p, struct map *into)
{
	const char *path = p->sort == REQUESTS ? "spec.resources.requests" : "spec.resources.limits";
	const cJSON *member;
	struct quantity q;

	cJSON_ArrayForEach(member, node_object(node_at(p->pod, path)))
	{
		if (!pod_level(member->string) || !amount_read(member, &q))
			continue;
		map_remove(into, member->string);
		amount_add(into, member->string, &q);
	}
}

static void pod_amounts(const struct pod_amounts *p, struct map *ret)
{
	const cJSON *c, *member;
	struct quantity q;

	cJSON_ArrayForEach(c, node_at(p->pod, "spec.containers"))
	{
		_cleanup_map_ struct map own = AMOUNTS_INIT;

		container_amounts(p, c, "containerStatuses", &own);
		amounts_join(ret, &own, amount_add);
	}
	init_amounts(p, ret);
	pod_level_amounts(p, ret);
	cJSON_ArrayForEach(member, node_object(node_at(p->pod, "spec.overhead")))
	{
		/* a limit that is not there does not begin with the overhead */
		if (amount_read(member, &q) && (p->sort == REQUESTS || map_has(ret, member->string)))
			amount_add(ret, member->string, &q);
	}
}

/* ---- the node's Pods -------------------------------------------------------------------------------- */

static struct quantity amount_of(const struct map *amounts, const char *name)
{
	const struct quantity *q = map_get(amounts, name);

	return q ? *q : (struct quantity){0};
}

static int64_t in_units(const struct quantity *q, bool thousandths)
{
	__int128 unit = thousandths ? 1000000 : 1000000000;

	return (int64_t)(q->nano > 0 ? (q->nano + unit - 1) / unit : q->nano / unit);
}

/* "250m (12%)". Where there is nothing to take from, Go's conversion of what is no number stands for a Pod. */
static void share_put(struct buf *out, const struct map *amounts, const struct map *allocatable, const char *name,
		      bool zero)
{
	struct quantity q = amount_of(amounts, name), all = amount_of(allocatable, name);
	bool thousandths = !strcmp(name, "cpu");
	double whole = (double)in_units(&all, thousandths), part = (double)in_units(&q, thousandths) / whole * 100;

	quantity_format(out, &q);
	if (zero && whole == 0)
		part = 0;
	buf_printf(out, " (%" PRId64 "%%)", isfinite(part) ? (int64_t)part : INT64_MIN);
}

static void pod_row(struct describe *d, const cJSON *pod, const struct map *allocatable)
{
	static const char *const names[] = {"cpu", "memory"};
	struct map amounts[2] = {AMOUNTS_INIT, AMOUNTS_INIT};
	_cleanup_buf_ struct buf row = BUF_INIT;

	for (int sort = REQUESTS; sort <= LIMITS; sort++)
		pod_amounts(&(struct pod_amounts){pod, sort, true}, &amounts[sort]);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (int sort = REQUESTS; sort <= LIMITS; sort++) {
			share_put(&row, &amounts[sort], allocatable, names[i], false);
			buf_putc(&row, '\t');
		}
	}
	age_put(&row, text_at(pod, "metadata.creationTimestamp"));
	put(d, 1, "%s\t%s\t\t%s\n", text_at(pod, "metadata.namespace"), text_at(pod, "metadata.name"), row.data);
	for (int sort = REQUESTS; sort <= LIMITS; sort++)
		map_release(&amounts[sort]);
}

static void total_row(struct describe *d, const char *name, const struct map *totals, const struct map *allocatable)
{
	_cleanup_buf_ struct buf requests = BUF_INIT, limits = BUF_INIT;

	share_put(&requests, &totals[REQUESTS], allocatable, name, true);
	share_put(&limits, &totals[LIMITS], allocatable, name, true);
	put(d, 1, "%s\t%s\t%s\n", name, requests.data, limits.data);
}

/* Resources that are no part of every container: devices and the like. */
static bool is_extended(const char *name)
{
	static const char *const standard[] = {"cpu", "memory", "ephemeral-storage", "pods"};

	for (size_t i = 0; i < ARRAY_SIZE(standard); i++) {
		if (!strcmp(standard[i], name))
			return false;
	}
	return !str_starts(name, "hugepages-");
}

static void extended_row(struct describe *d, const char *name, const struct map *totals)
{
	struct quantity request = amount_of(&totals[REQUESTS], name), limit = amount_of(&totals[LIMITS], name);
	_cleanup_buf_ struct buf r = BUF_INIT, l = BUF_INIT;

	quantity_format(&r, &request);
	quantity_format(&l, &limit);
	put(d, 1, "%s\t%s\t%s\n", name, r.data, l.data);
}

static void totals_show(struct describe *d, const cJSON *pods, const struct map *allocatable)
{
	static const char *const always[] = {"cpu", "memory", "ephemeral-storage"};
	struct map totals[2] = {AMOUNTS_INIT, AMOUNTS_INIT};
	_cleanup_vec_ struct vec names = VEC_INIT;
	const cJSON *pod;

	cJSON_ArrayForEach(pod, pods)
	{
		for (int sort = REQUESTS; sort <= LIMITS; sort++) {
			_cleanup_map_ struct map one = AMOUNTS_INIT;

			pod_amounts(&(struct pod_amounts){pod, sort, false}, &one);
			amounts_join(&totals[sort], &one, amount_add);
		}
	}
	put(d, 0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
	put(d, 1, "Resource\tRequests\tLimits\n");
	put(d, 1, "--------\t--------\t------\n");
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		total_row(d, always[i], totals, allocatable);
	for (size_t i = 0; i < allocatable->len; i++)
		vec_add(&names, allocatable->entries[i].key);
	vec_sort(&names, vec_compare_strings);
	for (size_t i = 0; i < names.len; i++) {
		if (str_starts(vec_string(&names, i), "hugepages-"))
			total_row(d, vec_string(&names, i), totals, allocatable);
	}
	for (size_t i = 0; i < names.len; i++) {
		if (is_extended(vec_string(&names, i)))
			extended_row(d, vec_string(&names, i), totals);
	}
	map_release(&totals[REQUESTS]);
	map_release(&totals[LIMITS]);
}

static void show_node_pods(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_map_ struct map allocatable = AMOUNTS_INIT;
	const cJSON *pods, *pod, *own = node_at(node, "status.allocatable");
	const struct error *failed;

	(void)f;
	pods = json_get(answer_get(d, &related_pods, "", &failed), "items");
	if (failed && error_is_reason(failed, "Forbidden")) {
		put(d, 0, "Pods:\tnot authorized\n");
		return;
	}
	if (answer_required(d, &related_pods, ""))
		return;
	amounts_read(&allocatable, node_empty(own) ? node_at(node, "status.capacity") : own, amount_add);
	put(d, 0, "Non-terminated Pods:\t(%zu in total)\n", json_size(pods));
	put(d, 1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n");
	put(d, 1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n");
	cJSON_ArrayForEach(pod, pods) pod_row(d, pod, &allocatable);
	totals_show(d, pods, &allocatable);
}

/* ---- the node ------------------------------------------------------------------------------------------ */

void ask_node(struct describe *d)
{
	const char *name = text_at(d->object, "metadata.name");
	_cleanup_free_ char *pods = xasprintf("spec.nodeName=%s,status.phase!=Failed,status.phase!=Succeeded", name);
	_cleanup_free_ char *slices = xasprintf("spec.nodeName=%s", name);

	ask(d, &related_pods, NULL, "", NULL, pods);
	ask(d, &related_lease, "kube-node-lease", name, NULL, NULL);
	ask(d, &related_resource_slices, NULL, "", NULL, slices);
	if (!d->options->events)
		return;
	/* controllers report on the uid, kubelets on the name */
	ask_events(d, text_at(d->object, "metadata.uid"), true, "");
	ask_events(d, name, true, "by name");
}

static void show_roles(struct describe *d, const struct field *f, const cJSON *node)
{
	static const char prefix[] = "node-role.kubernetes.io/";
	_cleanup_vec_ struct vec roles = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *label;

	cJSON_ArrayForEach(label, node_object(node_at(node, "metadata.labels")))
	{
		const char *role = NULL;

		if (str_starts(label->string, prefix))
			role = label->string + sizeof(prefix) - 1;
		else if (!strcmp(label->string, "kubernetes.io/role"))
			role = text_at(label, NULL);
		if (!str_empty(role) && !vec_has_string(&roles, role))
			vec_add(&roles, (void *)role);
	}
	vec_sort(&roles, vec_compare_strings);
	for (size_t i = 0; i < roles.len; i++)
		buf_printf(&text, "%s%s", i ? "," : "", vec_string(&roles, i));
	put(d, 0, "%s:\t%s\n", f->label, text.len ? text.data : "<none>");
}

static int compare_taints(const void *a, const void *b)
{
	const cJSON *x = *(const cJSON *const *)a, *y = *(const cJSON *const *)b;
	_cleanup_free_ char *s = xasprintf("%s,%s", text_at(x, "effect"), text_at(x, "key"));
	_cleanup_free_ char *t = xasprintf("%s,%s", text_at(y, "effect"), text_at(y, "key"));

	return strcmp(s, t);
}

static void show_taints(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_vec_ struct vec taints = VEC_INIT;
	const cJSON *taint;

	cJSON_ArrayForEach(taint, node_at(node, f->path)) vec_add(&taints, (void *)taint);
	vec_sort(&taints, compare_taints);
	put(d, 0, "%s:\t", f->label);
	if (!taints.len)
		multiline_end(d);
	for (size_t i = 0; i < taints.len; i++) {
		const char *value = text_at(taints.items[i], "value"), *effect = text_at(taints.items[i], "effect");

		put(d, 0, "%s%s%s%s%s%s\n", i ? "\t" : "", text_at(taints.items[i], "key"), *value ? "=" : "", value,
		    *effect ? ":" : "", effect);
	}
}

static const struct field lease_fields[] = {
	{0, "Lease", NULL, show_title, NULL},
	{1, "HolderIdentity", "spec.holderIdentity", show_text, "<unset>"},
	{1, "AcquireTime", NULL, show_line, "{spec.acquireTime@time|<unset>}"},
	{1, "RenewTime", NULL, show_line, "{spec.renewTime@time|<unset>}"},
	{0},
};

static void show_lease(struct describe *d, const struct field *f, const cJSON *node)
{
	const struct error *failed;
	const cJSON *lease = answer_get(d, &related_lease, text_at(node, "metadata.name"), &failed);

	if (failed)
		put(d, 0, "%s:\tFailed to get lease: %s\n", f->label, failed->message);
	else
		fields_show(d, lease_fields, lease);
}

static void show_addresses(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *address;

	put(d, 0, "%s:\n", f->label);
	cJSON_ArrayForEach(address, node_at(node, f->path))
		put(d, 1, "%s:\t%s\n", text_at(address, "type"), text_at(address, "address"));
}

/* ---- devices ------------------------------------------------------------------------------------------- */

#define POOLS_SHOWN 10

struct pool {
	const cJSON *slice;
	size_t slices, devices;
};

static void pools_collect(const cJSON *slices, struct map *pools)
{
	const cJSON *slice;

	cJSON_ArrayForEach(slice, slices)
	{
		_cleanup_free_ char *key =
			xasprintf("%s/%s", text_at(slice, "spec.driver"), text_at(slice, "spec.pool.name"));
		struct pool *pool = map_get(pools, key);

		if (!pool) {
			pool = NEW(struct pool);
			pool->slice = slice;
			map_set(pools, key, pool);
		}
		pool->slices++;
		pool->devices += json_size(node_at(slice, "spec.devices"));
	}
}

static void show_resource_slices(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_map_ struct map pools = MAP_OWNING(free);
	_cleanup_vec_ struct vec keys = VEC_INIT;

	(void)node;
	pools_collect(json_get(answer_get(d, &related_resource_slices, "", NULL), "items"), &pools);
	if (!pools.len)
		return;
	for (size_t i = 0; i < pools.len; i++)
		vec_add(&keys, pools.entries[i].key);
	vec_sort(&keys, vec_compare_strings);
	put(d, 0, "%s:\n", f->label);
	put(d, 1, "Driver\tPool\tSlices\tDevices\n");
	put(d, 1, "------\t----\t------\t-------\n");
	for (size_t i = 0; i < keys.len && i < POOLS_SHOWN; i++) {
		const struct pool *p = map_get(&pools, vec_string(&keys, i));

		put(d, 1, "%s\t%s\t%zu\t%zu\n", text_at(p->slice, "spec.driver"), text_at(p->slice, "spec.pool.name"),
		    p->slices, p->devices);
	}
	if (keys.len > POOLS_SHOWN)
		put(d, 1, "...and %zu more pools\n", keys.len - POOLS_SHOWN);
}

const struct field node_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Roles", NULL, show_roles, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	{0, "Taints", "spec.taints", show_taints, NULL},
	{0, "Unschedulable", "spec.unschedulable", show_text, "false"},
	{0, "Lease", NULL, show_lease, NULL},
	{0, "Conditions", "status.conditions", show_table,
	 "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n"
	 "----\t------\t-----------------\t------------------\t------\t-------\n"
	 "{type} \t{status} \t{lastHeartbeatTime@time} \t{lastTransitionTime@time} \t{reason} \t{message}"},
	{0, "Addresses", "status.addresses", show_addresses, NULL},
	{0, "Capacity", "status.capacity", show_quantities, NULL},
	{0, "Allocatable", "status.allocatable", show_quantities, NULL},
	{0, "Node-Local ResourceSlices", NULL, show_resource_slices, NULL},
	{0, "System Info", NULL, show_title, NULL},
	{1, "Machine ID", "status.nodeInfo.machineID", show_text, NULL},
	{1, "System UUID", "status.nodeInfo.systemUUID", show_text, NULL},
	{1, "Boot ID", "status.nodeInfo.bootID", show_text, NULL},
	{1, "Kernel Version", "status.nodeInfo.kernelVersion", show_text, NULL},
	{1, "OS Image", "status.nodeInfo.osImage", show_text, NULL},
	{1, "Operating System", "status.nodeInfo.operatingSystem", show_text, NULL},
	{1, "Architecture", "status.nodeInfo.architecture", show_text, NULL},
	{1, "Container Runtime Version", "status.nodeInfo.containerRuntimeVersion", show_text, NULL},
	{1, "Kubelet Version", "status.nodeInfo.kubeletVersion", show_text, NULL},
	{0, "PodCIDR", "spec.podCIDR", show_if, NULL},
	{0, "PodCIDRs", "spec.podCIDRs", show_when, "{spec.podCIDRs@comma}"},
	{0, "ProviderID", "spec.providerID", show_if, NULL},
	{0, NULL, NULL, show_node_pods, NULL},
	{0},
};
