#include "kube/pods.h"

#include "base/gosort.h"
#include "base/timeutil.h"
#include "data/selector.h"
#include "kube/watch.h"

const struct resource *pods_resource(void)
{
	const struct resource *r = builtin_resources;

	while (strcmp(r->name, "pods") || *r->group)
		r++;
	return r;
}

/* ---- selectors ----------------------------------------------------------------------------------- */

static const struct {
	const char *group, *kind;
} workloads[] = {
	{"", "ReplicationController"}, {"apps", "ReplicaSet"}, {"apps", "StatefulSet"}, {"apps", "DaemonSet"},
	{"apps", "Deployment"},        {"batch", "Job"},       {"", "Service"},
};

static bool is_workload(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++)
		if (!strcmp(workloads[i].group, r->group) && !strcmp(workloads[i].kind, r->kind))
			return true;
	return false;
}

int pods_selector(const struct resource *r, const cJSON *object, const char *doing, struct buf *out, struct error *err)
{
	const cJSON *selector = json_path(object, "spec", "selector", NULL);

	if (!is_workload(r))
		return error_set(err, ERROR_OTHER, "%s *%s.%s: selector for *%s.%s not implemented", doing, r->version, r->kind,
				 r->version, r->kind);
	if (!strcmp(r->kind, "Service") && !json_size(selector))
		return error_set(err, ERROR_OTHER, "%s *%s.%s: invalid service '%s': Service is defined without a selector", doing,
				 r->version, r->kind, json_path_string(object, "metadata", "name", NULL));
	if (selector_from_object(selector, out, err))
		return error_prefix(err, "%s *%s.%s: invalid label selector: ", doing, r->version, r->kind);
	return 0;
}

/* ---- orders ------------------------------------------------------------------------------------------ */

/* What the orders look at. */
struct rank {
	bool assigned, ready, deleting;
	int phase; /* 0 Running, 1 Unknown, 2 Pending; Go's map gives 0 for the others, too */
	int64_t deleted, ready_since, created; /* 0: not known */
	int64_t restarts, sidecar_restarts;
	cJSON *pod;
};

static int64_t moment(const char *text)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int64_t t;

	return text && !timestamp_parse(text, &t, &ignored) ? t : 0;
}

static int phase_rank(const char *phase, enum pods_order order)
{
	int rank = str_equal(phase, "Unknown") ? 1 : str_equal(phase, "Pending") ? 2 : 0;

	/* read the other way round, phases that are not in Go's map count as Pending */
	if (order == PODS_ACTIVE && !rank && !str_equal(phase, "Running"))
		return 2;
	return rank;
}

static bool is_sidecar(const cJSON *pod, const char *name)
{
	const cJSON *container;

	cJSON_ArrayForEach(container, json_path(pod, "spec", "initContainers", NULL))
		if (str_equal(json_string(container, "name"), name))
			return str_equal(json_string(container, "restartPolicy"), "Always");
	return false;
}

static void count_restarts(struct rank *r)
{
	const cJSON *status;

	cJSON_ArrayForEach(status, json_path(r->pod, "status", "containerStatuses", NULL))
		r->restarts = MAX(r->restarts, json_int(status, "restartCount", 0));
	cJSON_ArrayForEach(status, json_path(r->pod, "status", "initContainerStatuses", NULL))
		if (is_sidecar(r->pod, json_string(status, "name")))
			r->sidecar_restarts = MAX(r->sidecar_restarts, json_int(status, "restartCount", 0));
}

static struct rank rank_of(cJSON *pod, enum pods_order order)
{
	struct rank r = {.pod = pod};
	const cJSON *condition;

	r.assigned = !str_empty(json_path_string(pod, "spec", "nodeName", NULL));
	r.phase = phase_rank(json_path_string(pod, "status", "phase", NULL), order);
	r.deleted = moment(json_path_string(pod, "metadata", "deletionTimestamp", NULL));
	r.deleting = r.deleted != 0;
	r.created = moment(json_path_string(pod, "metadata", "creationTimestamp", NULL));
	cJSON_ArrayForEach(condition, json_path(pod, "status", "conditions", NULL))
		if (str_equal(json_string(condition, "type"), "Ready") && str_equal(json_string(condition, "status"), "True")) {
			r.ready = true;
			r.ready_since = moment(json_string(condition, "lastTransitionTime"));
		}
	count_restarts(&r);
	return r;
}

/* -1, 0, 1: a's time comes first; an unknown one comes last. */
static int older_first(int64_t a, int64_t b)
{
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? -1 : 1;
	return a < b ? -1 : 1;
}

static int number_order(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/*
 * Negative when a is to be taken rather than b. Of the restarts the two orders of kubectl think differently: logs are wanted of
 * what fails, a shell in what does not.
 */
static int rank_order(const struct rank *a, const struct rank *b, enum pods_order order)
{
	int restarts = order == PODS_LOGGING ? -1 : 1, d;

	if ((d = b->assigned - a->assigned) || (d = a->phase - b->phase) || (d = b->ready - a->ready))
		return d;
	if (order == PODS_ACTIVE && ((d = a->deleting - b->deleting) || (a->deleting && (d = number_order(b->deleted, a->deleted)))))
		return d;
	if (a->ready && b->ready && (d = older_first(a->ready_since, b->ready_since)))
		return d;
	if ((d = number_order(a->restarts, b->restarts)) || (d = number_order(a->sidecar_restarts, b->sidecar_restarts)))
		return d * restarts;
	return older_first(a->created, b->created);
}

struct ranking {
	struct rank *ranks;
	enum pods_order order;
};

static bool rank_less(void *ctx, size_t i, size_t j)
{
	const struct ranking *r = ctx;

	return rank_order(&r->ranks[i], &r->ranks[j], r->order) < 0;
}

static void rank_swap(void *ctx, size_t i, size_t j)
{
	struct ranking *r = ctx;
	struct rank kept = r->ranks[i];

	r->ranks[i] = r->ranks[j];
	r->ranks[j] = kept;
}

static void sort_pods(cJSON *list, enum pods_order order)
{
	cJSON *items = json_get(list, "items");
	size_t n = json_size(items);
	_cleanup_free_ struct rank *ranks = xcalloc(n + 1, sizeof(*ranks));
	struct ranking ranking = {ranks, order};

	for (size_t i = 0; i < n; i++)
		ranks[i] = rank_of(cJSON_DetachItemViaPointer(items, items->child), order);
	gosort(&(struct gosort){&ranking, rank_less, rank_swap}, n);
	for (size_t i = 0; i < n; i++)
		json_append(items, ranks[i].pod);
}

/* ---- lists ---------------------------------------------------------------------------------------------- */

static int on_pod(void *ctx, const char *type, cJSON *object, struct error *err)
{
	cJSON *list = ctx;

	(void)err;
	if (!strcmp(type, "DELETED")) {
		cJSON_Delete(object);
		return 0;
	}
	json_append(json_ensure_array(list, "items"), object);
	return WATCH_STOP;
}

int pods_list(struct client *c, const char *ns, const char *selector, int64_t timeout, enum pods_order order, cJSON **ret,
	      struct error *err)
{
	struct list_options o = {.label_selector = selector};
	_cleanup_json_ cJSON *list = NULL;

	if (client_list(c, pods_resource(), ns, &o, &list, err))
		return -1;
	if (json_size(json_get(list, "items"))) {
		sort_pods(list, order);
	} else {
		struct watch_options w = {
			.label_selector = selector,
			.resource_version = json_path_string(list, "metadata", "resourceVersion", NULL),
			.deadline = time_monotonic() + timeout,
		};

		if (watch_run(c, pods_resource(), ns, NULL, &w, on_pod, list, err))
			return -1;
	}
	*ret = TAKE_PTR(list);
	return 0;
}

/* ---- containers -------------------------------------------------------------------------------------------- */

static const struct {
	const char *field, *mark;
} container_lists[] = {{"containers", ""}, {"ephemeralContainers", " (ephem)"}, {"initContainers", " (init)"}};

const cJSON *pod_container(const cJSON *pod, const char *name, const char **ret_list)
{
	static const char *const searched[] = {"containers", "initContainers", "ephemeralContainers"};
	const cJSON *container;

	for (size_t i = 0; i < ARRAY_SIZE(searched); i++) {
		cJSON_ArrayForEach(container, json_path(pod, "spec", searched[i], NULL))
		{
			if (!str_equal(json_string(container, "name"), name))
				continue;
			if (ret_list)
				*ret_list = searched[i];
			return container;
		}
	}
	return NULL;
}

void pod_container_names(const cJSON *pod, struct buf *out)
{
	const char *separator = "";
	const cJSON *container;

	for (size_t i = 0; i < ARRAY_SIZE(container_lists); i++) {
		cJSON_ArrayForEach(container, json_path(pod, "spec", container_lists[i].field, NULL))
		{
			const char *name = json_string(container, "name");

			buf_printf(out, "%s%s%s", separator, name ? name : "", container_lists[i].mark);
			separator = ", ";
		}
	}
}

const char *pod_default_container(const cJSON *pod)
{
	const char *name = json_path_string(pod, "metadata", "annotations", "kubectl.kubernetes.io/default-container", NULL);

	return str_empty(name) ? NULL : name;
}

bool pod_has_choice(const cJSON *pod)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(container_lists); i++)
		n += json_size(json_path(pod, "spec", container_lists[i].field, NULL));
	return n > 1;
}
