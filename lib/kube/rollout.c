#include "kube/rollout.h"

#include "data/patch.h"
#include "data/selector.h"
#include "kube/apply.h"

#define REVISION_ANNOTATION "deployment.kubernetes.io/revision"
#define HASH_LABEL "pod-template-hash"
#define CAUSE_ANNOTATION "kubernetes.io/change-cause"

/* ---- status --------------------------------------------------------------- */

struct progress {
	const cJSON *object, *spec, *status;
	const char *name;
	int64_t revision, replicas;
	bool observed;
	struct buf *text;
};

static int64_t counted(const struct progress *p, const char *field)
{
	return json_int(p->status, field, 0);
}

static const cJSON *condition_find(const cJSON *conditions, const char *type)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, conditions) {
		if (str_equal(json_string(c, "type"), type))
			return c;
	}
	return NULL;
}

static int deployment_revision(const cJSON *object, int64_t *ret)
{
	const char *text = json_path_string(object, "metadata", "annotations", REVISION_ANNOTATION, NULL);
	char *end;

	if (str_empty(text))
		return -1;
	*ret = strtoll(text, &end, 10);
	return *end ? -1 : 0;
}

static int deployment_progress(struct progress *p, bool *ret_done, struct error *err)
{
	int64_t updated = counted(p, "updatedReplicas"), total = counted(p, "replicas");
	int64_t available = counted(p, "availableReplicas"), running = 0;
	const cJSON *progressing = condition_find(json_get(p->status, "conditions"), "Progressing");

	if (p->revision > 0 && deployment_revision(p->object, &running))
		return error_set(err, ERROR_OTHER, "cannot get the revision of deployment \"%s\"", p->name);
	if (p->revision > 0 && p->revision != running)
		return error_set(err, ERROR_OTHER,
				 "desired revision (%lld) is different from the running revision (%lld)",
				 (long long)p->revision, (long long)running);
	if (!p->observed) {
		buf_puts(p->text, "Waiting for deployment spec update to be observed...\n");
		return 0;
	}
	if (str_equal(json_string(progressing, "reason"), "ProgressDeadlineExceeded"))
		return error_set(err, ERROR_OTHER, "deployment \"%s\" exceeded its progress deadline", p->name);
	if (updated < p->replicas)
		buf_printf(p->text,
			   "Waiting for deployment \"%s\" rollout to finish: %lld out of %lld new replicas have been "
			   "updated...\n",
			   p->name, (long long)updated, (long long)p->replicas);
	else if (total > updated)
		buf_printf(p->text,
			   "Waiting for deployment \"%s\" rollout to finish: %lld old replicas are pending "
			   "termination...\n",
			   p->name, (long long)(total - updated));
	else if (available < updated)
		buf_printf(p->text,
			   "Waiting for deployment \"%s\" rollout to finish: %lld of %lld updated replicas are "
			   "available...\n",
			   p->name, (long long)available, (long long)updated);
	else
		*ret_done = true;
	if (*ret_done)
		buf_printf(p->text, "deployment \"%s\" successfully rolled out\n", p->name);
	return 0;
}

static int rolling_update_only(struct progress *p, struct error *err)
{
	if (!str_equal(json_path_string(p->spec, "updateStrategy", "type", NULL), "RollingUpdate"))
		return error_set(err, ERROR_OTHER, "rollout status is only available for RollingUpdate strategy type");
	return 0;
}

static int daemonset_progress(struct progress *p, bool *ret_done, struct error *err)
{
	int64_t desired = counted(p, "desiredNumberScheduled"), updated = counted(p, "updatedNumberScheduled");
	int64_t available = counted(p, "numberAvailable");

	if (rolling_update_only(p, err))
		return -1;
	if (!p->observed) {
		buf_puts(p->text, "Waiting for daemon set spec update to be observed...\n");
		return 0;
	}
	if (updated < desired)
		buf_printf(p->text,
			   "Waiting for daemon set \"%s\" rollout to finish: %lld out of %lld new pods have been "
			   "updated...\n",
			   p->name, (long long)updated, (long long)desired);
	else if (available < desired)
		buf_printf(p->text,
			   "Waiting for daemon set \"%s\" rollout to finish: %lld of %lld updated pods are "
			   "available...\n",
			   p->name, (long long)available, (long long)desired);
	else
		*ret_done = true;
	if (*ret_done)
		buf_printf(p->text, "daemon set \"%s\" successfully rolled out\n", p->name);
	return 0;
}

/* With a partition only the Pods above it are updated. */
static void partitioned_progress(struct progress *p, const cJSON *rolling, bool *ret_done)
{
	int64_t partition = json_int(rolling, "partition", 0), updated = counted(p, "updatedReplicas");

	if (json_get(rolling, "partition") && updated < p->replicas - partition) {
		buf_printf(p->text,
			   "Waiting for partitioned roll out to finish: %lld out of %lld new pods have been updated...\n",
			   (long long)updated, (long long)(p->replicas - partition));
		return;
	}
	buf_printf(p->text, "partitioned roll out complete: %lld new pods have been updated...\n", (long long)updated);
	*ret_done = true;
}

static int statefulset_progress(struct progress *p, bool *ret_done, struct error *err)
{
	const cJSON *rolling = json_path(p->spec, "updateStrategy", "rollingUpdate", NULL);
	const char *update = json_string(p->status, "updateRevision") ?: "";
	const char *current = json_string(p->status, "currentRevision") ?: "";
	int64_t ready = counted(p, "readyReplicas");

	if (rolling_update_only(p, err))
		return -1;
	if (!counted(p, "observedGeneration") || !p->observed)
		buf_puts(p->text, "Waiting for statefulset spec update to be observed...\n");
	else if (ready < p->replicas)
		buf_printf(p->text, "Waiting for %lld pods to be ready...\n", (long long)(p->replicas - ready));
	else if (rolling)
		partitioned_progress(p, rolling, ret_done);
	else if (strcmp(update, current))
		buf_printf(p->text, "waiting for statefulset rolling update to complete %lld pods at revision %s...\n",
			   (long long)counted(p, "updatedReplicas"), update);
	else
		*ret_done = true;
	if (*ret_done && !rolling)
		buf_printf(p->text, "statefulset rolling update complete %lld pods at revision %s...\n",
			   (long long)counted(p, "currentReplicas"), current);
	return 0;
}

static const struct {
	const char *kind;
	int (*progress)(struct progress *p, bool *ret_done, struct error *err);
} workloads[] = {
	{"Deployment", deployment_progress},
	{"StatefulSet", statefulset_progress},
	{"DaemonSet", daemonset_progress},
};

bool rollout_supported(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++) {
		if (!strcmp(r->group, "apps") && !strcmp(r->kind, workloads[i].kind))
			return true;
	}
	return false;
}

static bool is_deployment(const struct resource *r)
{
	return !strcmp(r->kind, "Deployment");
}

int rollout_status(const struct resource *r, const cJSON *object, int64_t revision, struct buf *ret_text,
		   bool *ret_done, struct error *err)
{
	struct progress p = {
		.object = object,
		.spec = json_get(object, "spec"),
		.status = json_get(object, "status"),
		.name = json_path_string(object, "metadata", "name", NULL),
		.revision = revision,
		.replicas = json_path_int(object, 0, "spec", "replicas", NULL),
		.text = ret_text,
	};

	p.observed = json_path_int(object, 0, "metadata", "generation", NULL) <= counted(&p, "observedGeneration");
	*ret_done = false;
	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++) {
		if (!strcmp(r->kind, workloads[i].kind))
			return workloads[i].progress(&p, ret_done, err);
	}
	return error_set(err, ERROR_OTHER, "no status viewer has been implemented for %s", r->kind);
}

/* ---- revisions ------------------------------------------------------------- */

void rollout_revision_free(struct rollout_revision *r)
{
	if (!r)
		return;
	cJSON_Delete(r->object);
	cJSON_Delete(r->workload);
	free(r);
}

static bool controlled_by(const cJSON *object, const char *uid)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, json_path(object, "metadata", "ownerReferences", NULL)) {
		if (json_bool(owner, "controller", false))
			return str_equal(json_string(owner, "uid"), uid);
	}
	return false;
}

/* The workload with a ControllerRevision's data merged in: its spec.template is that of the revision. */
static int workload_at(const struct resource *r, const cJSON *object, const cJSON *revision, cJSON **ret,
		       struct error *err)
{
	const struct strategic_schema *schema = strategic_schema_find(r->group, r->version, r->kind);
	_cleanup_json_ cJSON *copy = json_copy(object);

	if (patch_strategic_apply(&copy, json_get(revision, "data"), schema, err))
		return -1;
	*ret = TAKE_PTR(copy);
	return 0;
}

static int revision_add(const struct resource *r, const cJSON *object, const cJSON *item, struct vec *revisions,
			struct error *err)
{
	struct rollout_revision *revision;
	cJSON *workload = NULL;
	int64_t number;

	if (is_deployment(r) && deployment_revision(item, &number))
		return 0;
	if (!is_deployment(r)) {
		number = json_int(item, "revision", 0);
		if (workload_at(r, object, item, &workload, err))
			return -1;
	}
	revision = NEW(struct rollout_revision);
	*revision = (struct rollout_revision){number, json_copy(item), workload};
	vec_add(revisions, revision);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = (*(struct rollout_revision *const *)a)->number, y = (*(struct rollout_revision *const *)b)->number;

	return (x > y) - (x < y);
}

static const struct resource *history_resource(const struct resource *r)
{
	const char *name = is_deployment(r) ? "replicasets" : "controllerrevisions";

	for (const struct resource *b = builtin_resources; b->name; b++) {
		if (!strcmp(b->group, "apps") && !strcmp(b->name, name))
			return b;
	}
	return NULL;
}

int rollout_revisions(struct client *c, const struct resource *r, const cJSON *object, struct vec *ret_revisions,
		      struct error *err)
{
	_cleanup_vec_ struct vec found = VEC_OWNING(rollout_revision_free);
	const char *uid = json_path_string(object, "metadata", "uid", NULL);
	_cleanup_buf_ struct buf selector = BUF_INIT;
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *item;

	if (selector_from_object(json_path(object, "spec", "selector", NULL), &selector, err) ||
	    client_list(c, history_resource(r), json_path_string(object, "metadata", "namespace", NULL),
			&(struct list_options){.label_selector = selector.data}, &list, err))
		return -1;
	cJSON_ArrayForEach(item, json_get(list, "items")) {
		if (controlled_by(item, uid) && revision_add(r, object, item, &found, err))
			return -1;
	}
	vec_sort(&found, by_number);
	*ret_revisions = found;
	found = VEC_INIT;
	return 0;
}

const struct rollout_revision *rollout_revision_find(const struct vec *revisions, int64_t number)
{
	for (size_t i = 0; i < revisions->len; i++) {
		const struct rollout_revision *r = revisions->items[i];

		if (r->number == number)
			return r;
	}
	return NULL;
}

const cJSON *rollout_revision_template(const struct rollout_revision *revision)
{
	return json_path(revision->workload ? revision->workload : revision->object, "spec", "template", NULL);
}

const char *rollout_revision_cause(const struct rollout_revision *revision)
{
	return json_path_string(revision->object, "metadata", "annotations", CAUSE_ANNOTATION, NULL);
}

int rollout_revision_target(const struct resource *r, const cJSON *object, const struct vec *revisions,
			    int64_t number, const struct rollout_revision **ret, struct error *err)
{
	const struct rollout_revision *found = NULL;

	if (number > 0)
		found = rollout_revision_find(revisions, number);
	else if (number == 0 && revisions->len > 1)
		found = revisions->items[revisions->len - 2];
	if (found) {
		*ret = found;
		return 0;
	}
	if (number)
		return error_set(err, ERROR_OTHER, "unable to find specified revision %lld in history", (long long)number);
	if (is_deployment(r))
		return error_set(err, ERROR_OTHER, "no rollout history found for deployment \"%s\"",
				 json_path_string(object, "metadata", "name", NULL));
	return error_set(err, ERROR_OTHER, "no last revision to roll back to");
}

/* ---- undo ------------------------------------------------------------------- */

static cJSON *template_without_hash(const cJSON *pod_template)
{
	cJSON *copy = json_copy(pod_template), *labels = json_path(copy, "metadata", "labels", NULL);

	json_remove(labels, HASH_LABEL);
	return copy;
}

/* Annotations that stay the Deployment's own when it goes back. */
static const char *const kept_annotations[] = {
	LAST_APPLIED_ANNOTATION,
	REVISION_ANNOTATION,
	"deployment.kubernetes.io/revision-history",
	"deployment.kubernetes.io/desired-replicas",
	"deployment.kubernetes.io/max-replicas",
	"deprecated.deployment.rollback.to",
};

static bool is_kept(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept_annotations); i++) {
		if (!strcmp(kept_annotations[i], key))
			return true;
	}
	return false;
}

static void annotations_add(cJSON *to, const cJSON *from, bool kept)
{
	const cJSON *a;

	cJSON_ArrayForEach(a, from) {
		if (is_kept(a->string) == kept)
			json_set(to, a->string, json_copy(a));
	}
}

static cJSON *deployment_undo_patch(const cJSON *object, const struct rollout_revision *revision)
{
	cJSON *wanted = template_without_hash(rollout_revision_template(revision));
	_cleanup_json_ cJSON *now = template_without_hash(json_path(object, "spec", "template", NULL));
	cJSON *patch, *annotations;

	if (json_equal(now, wanted)) {
		cJSON_Delete(wanted);
		return NULL;
	}
	annotations = cJSON_CreateObject();
	annotations_add(annotations, json_path(object, "metadata", "annotations", NULL), true);
	annotations_add(annotations, json_path(revision->object, "metadata", "annotations", NULL), false);
	patch = json_parse_literal("[{\"op\":\"replace\",\"path\":\"/spec/template\"},"
				   "{\"op\":\"replace\",\"path\":\"/metadata/annotations\"}]");
	json_set(patch->child, "value", wanted);
	json_set(patch->child->next, "value", annotations);
	return patch;
}

int rollout_undo_patch(const struct resource *r, const cJSON *object, const struct rollout_revision *revision,
		       const char **ret_type, cJSON **ret_patch, struct error *err)
{
	(void)err;
	if (is_deployment(r)) {
		*ret_type = PATCH_JSON;
		*ret_patch = deployment_undo_patch(object, revision);
		return 0;
	}
	*ret_type = PATCH_STRATEGIC;
	*ret_patch = NULL;
	if (!json_equal(json_path(object, "spec", "template", NULL), rollout_revision_template(revision)))
		*ret_patch = json_copy(json_get(revision->object, "data"));
	return 0;
}
