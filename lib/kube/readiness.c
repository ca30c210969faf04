#include "kube/readiness.h"

#include "data/patch.h"
#include "data/selector.h"
#include "kube/rollout.h"

#define CRASHES_MANY 2 /* restarts after which another one is not thought to help */

static const cJSON *condition_of(const cJSON *object, const char *type)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, json_path(object, "status", "conditions", NULL))
	{
		if (str_equal(json_string(c, "type"), type))
			return c;
	}
	return NULL;
}

static bool has_condition(const cJSON *object, const char *type, const char *status)
{
	return str_equal(json_string(condition_of(object, type), "status"), status);
}

/* "Reason: message" of a condition, as far as it has them. */
static void put_condition(struct buf *text, const cJSON *condition)
{
	const char *reason = json_string(condition, "reason"), *message = json_string(condition, "message");

	if (!str_empty(reason))
		buf_puts(text, reason);
	if (!str_empty(message))
		buf_printf(text, "%s%s", str_empty(reason) ? "" : ": ", message);
}

static enum readiness waiting(struct buf *text, const char *what)
{
	buf_puts(text, what);
	return READINESS_WAITING;
}

/* ---- by kind -------------------------------------------------------------------- */

static enum readiness replicas_ready(const cJSON *object, struct buf *text)
{
	const cJSON *status = json_get(object, "status");
	bool daemon = str_equal(json_string(object, "kind"), "DaemonSet");
	int64_t wanted = daemon ? json_int(status, "desiredNumberScheduled", 0)
				: json_path_int(object, 1, "spec", "replicas", NULL);
	int64_t ready = json_int(status, daemon ? "numberReady" : "readyReplicas", 0);

	if (json_int(status, "observedGeneration", 0) < json_path_int(object, 0, "metadata", "generation", NULL))
		return waiting(text, "its controller has not seen it yet");
	if (ready >= wanted)
		return READINESS_READY;
	buf_printf(text, "%lld of %lld replicas are ready", (long long)ready, (long long)wanted);
	return READINESS_WAITING;
}

static enum readiness rollout_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	bool done = false;

	if (str_equal(json_path_string(object, "spec", "updateStrategy", "type", NULL), "OnDelete"))
		return replicas_ready(object, text);
	if (rollout_status(r, object, 0, text, &done, &err)) {
		buf_puts(text, err.message);
		return READINESS_FAILED;
	}
	buf_truncate(text, text->len - (text->len && text->data[text->len - 1] == '\n'));
	return done ? READINESS_READY : READINESS_WAITING;
}

static enum readiness set_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	(void)r;
	return replicas_ready(object, text);
}

static enum readiness job_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	(void)r;
	if (has_condition(object, "Complete", "True") || json_bool(json_get(object, "spec"), "suspend", false))
		return READINESS_READY;
	if (has_condition(object, "Failed", "True")) {
		put_condition(text, condition_of(object, "Failed"));
		return READINESS_FAILED;
	}
	buf_printf(text, "%lld of %lld completions", (long long)json_path_int(object, 0, "status", "succeeded", NULL),
		   (long long)json_path_int(object, 1, "spec", "completions", NULL));
	return READINESS_WAITING;
}

static enum readiness pod_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	const char *phase = json_path_string(object, "status", "phase", NULL);
	const char *message = json_path_string(object, "status", "message", NULL);

	(void)r;
	if (has_condition(object, "Ready", "True") || str_equal(phase, "Succeeded"))
		return READINESS_READY;
	buf_printf(text, "%s%s%s", phase ? phase : "Pending", message ? ": " : "", message ? message : "");
	return str_equal(phase, "Failed") ? READINESS_FAILED : READINESS_WAITING;
}

static enum readiness claim_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	const char *phase = json_path_string(object, "status", "phase", NULL);

	(void)r;
	if (str_equal(phase, "Bound"))
		return READINESS_READY;
	buf_puts(text, phase ? phase : "Pending");
	return str_equal(phase, "Lost") ? READINESS_FAILED : READINESS_WAITING;
}

static enum readiness definition_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	(void)r;
	if (has_condition(object, "NamesAccepted", "False")) {
		put_condition(text, condition_of(object, "NamesAccepted"));
		return READINESS_FAILED;
	}
	return has_condition(object, "Established", "True") ? READINESS_READY : waiting(text, "not established yet");
}

static enum readiness service_of_api_ready(const struct resource *r, const cJSON *object, struct buf *text)
{
	(void)r;
	if (has_condition(object, "Available", "True"))
		return READINESS_READY;
	put_condition(text, condition_of(object, "Available"));
	return READINESS_WAITING;
}

static enum readiness custom_ready(const cJSON *object, struct buf *text)
{
	const cJSON *ready = condition_of(object, "Ready");
	int64_t generation = json_path_int(object, 0, "metadata", "generation", NULL);
	int64_t observed = json_int(ready, "observedGeneration",
				    json_path_int(object, generation, "status", "observedGeneration", NULL));

	if (!ready)
		return READINESS_UNKNOWN;
	if (observed < generation)
		return waiting(text, "its controller has not seen it yet");
	if (str_equal(json_string(ready, "status"), "True"))
		return READINESS_READY;
	put_condition(text, ready);
	return READINESS_WAITING;
}

static const struct {
	const char *group, *kind;
	enum readiness (*of)(const struct resource *r, const cJSON *object, struct buf *text);
} kinds[] = {
	{"apps", "Deployment", rollout_ready},
	{"apps", "StatefulSet", rollout_ready},
	{"apps", "DaemonSet", rollout_ready},
	{"apps", "ReplicaSet", set_ready},
	{"", "ReplicationController", set_ready},
	{"", "Pod", pod_ready},
	{"", "PersistentVolumeClaim", claim_ready},
	{"batch", "Job", job_ready},
	{"apiextensions.k8s.io", "CustomResourceDefinition", definition_ready},
	{"apiregistration.k8s.io", "APIService", service_of_api_ready},
};

enum readiness readiness_of(const struct resource *r, const cJSON *object, struct buf *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].group, r->group) && !strcmp(kinds[i].kind, r->kind))
			return kinds[i].of(r, object, text);
	return strategic_schema_find(r->group, r->version, r->kind) ? READINESS_READY : custom_ready(object, text);
}

/* ---- Pods in trouble --------------------------------------------------------------- */

/* Reasons of containers that wait and will go on waiting. */
static const char *const lasting_reasons[] = {
	"ImagePullBackOff",	      "ErrImageNeverPull",    "InvalidImageName",
	"CreateContainerConfigError", "CreateContainerError", "RunContainerError",
};

static bool container_trouble(const cJSON *status, bool restarted_by_job, struct pod_trouble *ret)
{
	const cJSON *wait = json_path(status, "state", "waiting", NULL);
	const char *reason = json_string(wait, "reason");
	bool crashing = str_equal(reason, "CrashLoopBackOff"), lasting = false;

	for (size_t i = 0; i < ARRAY_SIZE(lasting_reasons); i++)
		lasting = lasting || str_equal(reason, lasting_reasons[i]);
	if (!crashing && !lasting && !str_equal(reason, "ErrImagePull"))
		return false;
	if (crashing)
		lasting = !restarted_by_job && json_int(status, "restartCount", 0) >= CRASHES_MANY;
	*ret = (struct pod_trouble){
		.container = json_string(status, "name"),
		.reason = reason,
		.message = json_string(wait, "message"),
		.lasting = lasting,
		.has_log = crashing,
	};
	return true;
}

bool pod_trouble(const cJSON *pod, struct pod_trouble *ret)
{
	static const char *const lists[] = {"initContainerStatuses", "containerStatuses"};
	bool once = !str_equal(json_path_string(pod, "spec", "restartPolicy", NULL), "Always");
	const cJSON *scheduled = condition_of(pod, "PodScheduled"), *status;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		cJSON_ArrayForEach(status, json_path(pod, "status", lists[i], NULL))
		{
			if (container_trouble(status, once, ret))
				return true;
		}
	}
	if (!str_equal(json_string(scheduled, "status"), "False"))
		return false;
	*ret = (struct pod_trouble){.reason = json_string(scheduled, "reason"), .message = json_string(scheduled, "message")};
	return ret->reason != NULL;
}

/* What Pods of the newest revision carry. */
struct newest {
	const char *label; /* or NULL */
	char *value;
	char *owner;       /* uid, or NULL */
};

static void newest_release(struct newest *n)
{
	free(n->value);
	free(n->owner);
}

static int newest_find(struct client *c, const struct resource *r, const cJSON *object, struct newest *n,
		       struct error *err)
{
	_cleanup_vec_ struct vec revisions = VEC_OWNING(rollout_revision_free);
	const struct rollout_revision *last;
	const char *uid = json_path_string(object, "metadata", "uid", NULL);

	if (!rollout_supported(r)) {
		n->owner = xstrdup(uid);
		return 0;
	}
	if (rollout_revisions(c, r, object, &revisions, err))
		return -1;
	last = revisions.len ? revisions.items[revisions.len - 1] : NULL;
	if (!strcmp(r->kind, "Deployment")) {
		n->owner = xstrdup(last ? json_path_string(last->object, "metadata", "uid", NULL) : "");
		return 0;
	}
	n->label = "controller-revision-hash";
	n->value = xstrdup(!strcmp(r->kind, "StatefulSet")
				   ? json_path_string(object, "status", "updateRevision", NULL)
				   : last ? json_path_string(last->object, "metadata", "labels", n->label, NULL) : NULL);
	return 0;
}

static bool is_newest(const cJSON *pod, const struct newest *n)
{
	const cJSON *owner;

	if (n->label)
		return n->value && str_equal(json_path_string(pod, "metadata", "labels", n->label, NULL), n->value);
	cJSON_ArrayForEach(owner, json_path(pod, "metadata", "ownerReferences", NULL))
	{
		if (str_equal(json_string(owner, "uid"), n->owner))
			return true;
	}
	return false;
}

static int pods_of(struct client *c, const cJSON *object, cJSON **ret, struct error *err)
{
	static const struct resource pods = {.group = "", .version = "v1", .name = "pods", .kind = "Pod", .namespaced = true};
	const cJSON *selector = json_path(object, "spec", "selector", NULL);
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (selector_from_object(selector, &text, err))
		return -1;
	return client_list(c, &pods, json_path_string(object, "metadata", "namespace", NULL),
			   &(struct list_options){.label_selector = text.data}, ret, err);
}

/* Kinds whose spec.selector chooses Pods. */
static bool has_pods(const struct resource *r)
{
	return rollout_supported(r) || (!strcmp(r->kind, "ReplicaSet") && !strcmp(r->group, "apps")) ||
	       (!strcmp(r->kind, "Job") && !strcmp(r->group, "batch"));
}

int readiness_find_trouble(struct client *c, const struct resource *r, const cJSON *object, cJSON **ret_pod,
			   struct pod_trouble *ret_trouble, struct error *err)
{
	_cleanup_(newest_release) struct newest n = {0};
	_cleanup_json_ cJSON *list = NULL;
	cJSON *pod, *found = NULL;
	struct pod_trouble trouble;

	*ret_pod = NULL;
	if (!*r->group && !strcmp(r->kind, "Pod")) {
		*ret_pod = json_copy(object);
		if (pod_trouble(*ret_pod, ret_trouble))
			return 0;
		cJSON_Delete(TAKE_PTR(*ret_pod));
		return 0;
	}
	if (!has_pods(r))
		return 0;
	if (newest_find(c, r, object, &n, err) || pods_of(c, object, &list, err))
		return -1;
	cJSON_ArrayForEach(pod, json_get(list, "items"))
	{
		if (!is_newest(pod, &n) || !pod_trouble(pod, &trouble) || (found && !trouble.lasting))
			continue;
		found = pod;
		*ret_trouble = trouble;
		if (trouble.lasting)
			break;
	}
	if (found)
		*ret_pod = cJSON_DetachItemViaPointer(json_get(list, "items"), found);
	return 0;
}
