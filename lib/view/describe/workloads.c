#include "base/timeutil.h"
#include "data/selector.h"
#include "view/describe/engine.h"

/* ---- Pods of a controller ------------------------------------------------------------------------- */

void ask_pods(struct describe *d)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf selector = BUF_INIT;

	if (selector_from_object(node_at(d->object, "spec.selector"), &selector, &wrong)) {
		error_move(&d->failed, &wrong);
		return;
	}
	ask(d, &related_pods, text_at(d->object, "metadata.namespace"), "", selector.len ? selector.data : NULL, NULL);
}

static bool is_controlled_by(const cJSON *object, const cJSON *owner)
{
	const cJSON *reference;

	cJSON_ArrayForEach(reference, node_at(object, "metadata.ownerReferences"))
	{
		if (bool_at(reference, "controller"))
			return !strcmp(text_at(reference, "uid"), text_at(owner, "metadata.uid"));
	}
	return false;
}

static const char *const phases[] = {"Running", "Pending", "Succeeded", "Failed"};

static void pods_count(const struct describe *d, size_t *counts)
{
	const cJSON *pod;

	cJSON_ArrayForEach(pod, json_get(answer_get(d, &related_pods, "", NULL), "items"))
	{
		if (!is_controlled_by(pod, d->object))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(phases); i++)
			counts[i] += !strcmp(text_at(pod, "status.phase"), phases[i]);
	}
}

/* word "tell": a failure is told in the text; otherwise it fails the description. */
void show_pod_counts(struct describe *d, const struct field *f, const cJSON *node)
{
	size_t counts[ARRAY_SIZE(phases)] = {0};
	const struct error *failed;

	(void)node;
	answer_get(d, &related_pods, "", &failed);
	if (failed && f->word) {
		put(d, 0, "%s:\terror in fetching pods: %s\n", f->label, failed->message);
		return;
	}
	if (answer_required(d, &related_pods, ""))
		return;
	pods_count(d, counts);
	put(d, 0, "%s:\t%zu Running / %zu Waiting / %zu Succeeded / %zu Failed\n", f->label, counts[0], counts[1],
	    counts[2], counts[3]);
}

/* ---- ReplicaSets of a Deployment ------------------------------------------------------------------- */

static void ask_replica_sets(struct describe *d)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf selector = BUF_INIT;

	if (selector_from_object(node_at(d->object, "spec.selector"), &selector, &wrong)) {
		error_move(&d->failed, &wrong);
		return;
	}
	ask(d, &related_replica_sets, text_at(d->object, "metadata.namespace"), "", selector.len ? selector.data : NULL,
	    NULL);
}

static cJSON *template_without_hash(const cJSON *object)
{
	cJSON *copy = json_copy(node_at(object, "spec.template"));

	json_remove(json_path(copy, "metadata", "labels", NULL), "pod-template-hash");
	if (copy)
		json_prune_nulls(copy);
	return copy;
}

static int64_t created(const cJSON *object)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int64_t t;

	return timestamp_parse(text_at(object, "metadata.creationTimestamp"), &t, &ignored) ? INT64_MIN : t;
}

static int compare_created(const void *a, const void *b)
{
	const cJSON *x = *(const cJSON *const *)a, *y = *(const cJSON *const *)b;
	int64_t s = created(x), t = created(y);

	return s != t ? (s < t ? -1 : 1) : strcmp(text_at(x, "metadata.name"), text_at(y, "metadata.name"));
}

static void put_replica_set(struct buf *out, const cJSON *rs)
{
	buf_puts(out, out->len ? ", " : "");
	expand(out, "{metadata.name} ({status.replicas|0}/{spec.replicas|1} replicas created)", rs);
}

static void show_replica_sets(struct describe *d, const struct field *f, const cJSON *deployment)
{
	_cleanup_json_ cJSON *wanted = template_without_hash(deployment);
	_cleanup_buf_ struct buf old = BUF_INIT, new = BUF_INIT;
	_cleanup_vec_ struct vec sets = VEC_INIT;
	const cJSON *rs;

	(void)f;
	cJSON_ArrayForEach(rs, json_get(answer_get(d, &related_replica_sets, "", NULL), "items"))
	{
		if (is_controlled_by(rs, deployment))
			vec_add(&sets, (void *)rs);
	}
	vec_sort(&sets, compare_created);
	for (size_t i = 0; i < sets.len; i++) {
		_cleanup_json_ cJSON *has = template_without_hash(sets.items[i]);

		put_replica_set(!new.len &&json_equal(has, wanted) ? &new : &old, sets.items[i]);
	}
	if (!sets.len)
		return;
	put(d, 0, "OldReplicaSets:\t%s\n", old.len ? old.data : "<none>");
	put(d, 0, "NewReplicaSet:\t%s\n", new.len ? new.data : "<none>");
}

/* ---- tables ---------------------------------------------------------------------------------------------- */

#define NAME_AND_NAMESPACE                                                                                             \
	{0, "Name", "metadata.name", show_text, NULL},                                                                 \
	{                                                                                                              \
		0, "Namespace", "metadata.namespace", show_text, NULL                                                  \
	}
#define LABELS_AND_ANNOTATIONS                                                                                         \
	{0, "Labels", "metadata.labels", show_labels, NULL},                                                           \
	{                                                                                                              \
		0, "Annotations", "metadata.annotations", show_annotations, NULL                                       \
	}
#define CONDITIONS_WITH_REASON                                                                                         \
	{                                                                                                              \
		0, "Conditions", "status.conditions", show_table,                                                      \
			"Type\tStatus\tReason\n----\t------\t------\n{type} \t{status}\t{reason}"                      \
	}

static const struct field deployment_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Selector", "spec.selector", show_selector_text, NULL},
	{0, "Replicas", NULL, show_line,
	 "{spec.replicas|1} desired | {status.updatedReplicas|0} updated | {status.replicas|0} total | "
	 "{status.availableReplicas|0} available | {status.unavailableReplicas|0} unavailable"},
	{0, "StrategyType", "spec.strategy.type", show_text, NULL},
	{0, "MinReadySeconds", "spec.minReadySeconds", show_text, "0"},
	{0, "RollingUpdateStrategy", "spec.strategy.rollingUpdate", show_when,
	 "{spec.strategy.rollingUpdate.maxUnavailable} max unavailable, {spec.strategy.rollingUpdate.maxSurge} max "
	 "surge"},
	{0, NULL, "spec.template", show_pod_template, NULL},
	CONDITIONS_WITH_REASON,
	{0, NULL, NULL, show_replica_sets, NULL},
	{0},
};

static const struct field replica_set_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "Selector", "spec.selector", show_selector, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Controlled By", NULL, show_controller, NULL},
	{0, "Replicas", NULL, show_line, "{status.replicas|0} current / {spec.replicas|1} desired"},
	{0, "Pods Status", NULL, show_pod_counts, "tell"},
	{0, NULL, "spec.template", show_pod_template, NULL},
	CONDITIONS_WITH_REASON,
	{0},
};

static const struct field replication_controller_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "Selector", "spec.selector", show_pairs, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Replicas", NULL, show_line, "{status.replicas|0} current / {spec.replicas|1} desired"},
	{0, "Pods Status", NULL, show_pod_counts, NULL},
	{0, NULL, "spec.template", show_pod_template, NULL},
	CONDITIONS_WITH_REASON,
	{0},
};

static void show_partition(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *rolling = node_at(node, f->path);

	if (!node_at(rolling, "partition"))
		return;
	put(d, 1, "Partition:\t%" PRId64 "\n", int_at(rolling, "partition"));
	show_if(d, &(struct field){1, "MaxUnavailable", "maxUnavailable", show_if, NULL}, rolling);
}

/* Access modes and class of the claims that a StatefulSet makes. */
static void show_claim_templates(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *claims = node_at(node, f->path), *claim;

	put(d, 0, "%s:%s\n", f->label, node_empty(claims) ? "\t<none>" : "");
	cJSON_ArrayForEach(claim, claims)
	{
		_cleanup_buf_ struct buf capacity = BUF_INIT, modes = BUF_INIT;

		put(d, 1, "Name:\t%s\n", text_at(claim, "metadata.name"));
		put(d, 1, "StorageClass:\t%s\n", storage_class_of(claim));
		labels_show(d, "  ", "Labels", node_at(claim, "metadata.labels"));
		labels_show(d, "  ", "Annotations", node_at(claim, "metadata.annotations"));
		expand(&capacity, "{spec.resources.requests.storage@quantity|<default>}", claim);
		put(d, 1, "Capacity:\t%s\n", capacity.data);
		expand(&modes, "{spec.accessModes@list}", claim);
		put(d, 1, "Access Modes:\t%s\n", modes.data);
	}
}

static const struct field stateful_set_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	{0, "Selector", "spec.selector", show_selector_text, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Replicas", NULL, show_line, "{spec.replicas|1} desired | {status.replicas|0} total"},
	{0, "Update Strategy", "spec.updateStrategy.type", show_text, NULL},
	{0, NULL, "spec.updateStrategy.rollingUpdate", show_partition, NULL},
	{0, "Pods Status", NULL, show_pod_counts, NULL},
	{0, NULL, "spec.template", show_pod_template, NULL},
	{0, "Volume Claims", "spec.volumeClaimTemplates", show_claim_templates, NULL},
	{0},
};

static const struct field daemon_set_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "Selector", "spec.selector", show_selector_text, NULL},
	{0, "Node-Selector", "spec.template.spec.nodeSelector", show_pairs, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Desired Number of Nodes Scheduled", NULL, show_spaced, "{status.desiredNumberScheduled|0}"},
	{0, "Current Number of Nodes Scheduled", NULL, show_spaced, "{status.currentNumberScheduled|0}"},
	{0, "Number of Nodes Scheduled with Up-to-date Pods", NULL, show_spaced, "{status.updatedNumberScheduled|0}"},
	{0, "Number of Nodes Scheduled with Available Pods", NULL, show_spaced, "{status.numberAvailable|0}"},
	{0, "Number of Nodes Misscheduled", NULL, show_spaced, "{status.numberMisscheduled|0}"},
	{0, "Pods Status", NULL, show_pod_counts, NULL},
	{0, NULL, "spec.template", show_pod_template, NULL},
	{0},
};

/* ---- Jobs --------------------------------------------------------------------------------------------------- */

static void show_job_duration(struct describe *d, const struct field *f, const cJSON *job)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	int64_t start, end;

	if (timestamp_parse(text_at(job, "status.startTime"), &start, &ignored) ||
	    timestamp_parse(text_at(job, "status.completionTime"), &end, &ignored))
		return;
	duration_format_human(&text, duration_between(start, end));
	put(d, 0, "%s:\t%s\n", f->label, text.data);
}

static void show_job_counts(struct describe *d, const struct field *f, const cJSON *job)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	expand(&text,
	       node_at(job, "status.ready") ? "{status.active|0} Active ({status.ready|0} Ready)"
					    : "{status.active|0} Active",
	       job);
	expand(&text, " / {status.succeeded|0} Succeeded / {status.failed|0} Failed", job);
	put(d, 0, "%s:\t%s\n", f->label, text.data);
}

#define INDEXES_SHOWN 50

/* A long list of indexes ends at the first comma past what is shown. */
static void show_indexes(struct describe *d, const struct field *f, const cJSON *job)
{
	const char *indexes = text_at(job, f->path);
	size_t n = strlen(indexes), end = MIN(n, (size_t)INDEXES_SHOWN);

	if (strcmp(text_at(job, "spec.completionMode"), "Indexed"))
		return;
	end += strcspn(indexes + end, ",");
	if (end < n)
		put(d, 0, "%s:\t%.*s...\n", f->label, (int)end + 1, indexes);
	else
		put(d, 0, "%s:\t%s\n", f->label, n ? indexes : "<none>");
}

static const struct field job_fields[] = {
	NAME_AND_NAMESPACE,
	{0, "Selector", "spec.selector", show_selector_text, NULL},
	LABELS_AND_ANNOTATIONS,
	{0, "Controlled By", NULL, show_controller, NULL},
	{0, "Parallelism", "spec.parallelism", show_if, NULL},
	{0, "Completions", "spec.completions", show_text, "<unset>"},
	{0, "Completion Mode", "spec.completionMode", show_if, NULL},
	{0, "Suspend", "spec.suspend", show_if, NULL},
	{0, "Backoff Limit", "spec.backoffLimit", show_if, NULL},
	{0, "TTL Seconds After Finished", "spec.ttlSecondsAfterFinished", show_if, NULL},
	{0, "Start Time", "status.startTime", show_when, "{status.startTime@time}"},
	{0, "Completed At", "status.completionTime", show_when, "{status.completionTime@time}"},
	{0, "Duration", NULL, show_job_duration, NULL},
	{0, "Active Deadline Seconds", "spec.activeDeadlineSeconds", show_when, "{spec.activeDeadlineSeconds}s"},
	{0, "Pods Statuses", NULL, show_job_counts, NULL},
	{0, "Completed Indexes", "status.completedIndexes", show_indexes, NULL},
	{0, NULL, "spec.template", show_pod_template, NULL},
	{0},
};

static void show_active_jobs(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *jobs = node_at(node, f->path), *job;
	_cleanup_buf_ struct buf names = BUF_INIT;

	cJSON_ArrayForEach(job, jobs) buf_printf(&names, "%s%s", names.len ? ", " : "", text_at(job, "name"));
	put(d, 0, "%s:\t%s\n", f->label, node_empty(jobs) ? "<none>" : names.data);
}

static void show_job_selector(struct describe *d, const struct field *f, const cJSON *node)
{
	if (node_at(node, f->path))
		show_selector_text(d, f, node);
	else
		put(d, 0, "%s:\t<unset>\n", f->label);
}

static const struct field cron_job_fields[] = {
	NAME_AND_NAMESPACE,
	LABELS_AND_ANNOTATIONS,
	{0, "Schedule", "spec.schedule", show_text, NULL},
	{0, "Concurrency Policy", "spec.concurrencyPolicy", show_text, NULL},
	{0, "Suspend", "spec.suspend", show_truth, NULL},
	{0, "Time Zone", "spec.timeZone", show_text, "<unset>"},
	{0, "Successful Job History Limit", "spec.successfulJobsHistoryLimit", show_text, "<unset>"},
	{0, "Failed Job History Limit", "spec.failedJobsHistoryLimit", show_text, "<unset>"},
	{0, "Starting Deadline Seconds", "spec.startingDeadlineSeconds", show_seconds, "<unset>"},
	{0, "Selector", "spec.jobTemplate.spec.selector", show_job_selector, NULL},
	{0, "Parallelism", "spec.jobTemplate.spec.parallelism", show_text, "<unset>"},
	{0, "Completions", "spec.jobTemplate.spec.completions", show_text, "<unset>"},
	{0, "Active Deadline Seconds", "spec.jobTemplate.spec.activeDeadlineSeconds", show_when,
	 "{spec.jobTemplate.spec.activeDeadlineSeconds}s"},
	{0, NULL, "spec.jobTemplate.spec.template", show_pod_template, NULL},
	{0, "Last Schedule Time", NULL, show_line, "{status.lastScheduleTime@time|<unset>}"},
	{0, "Active Jobs", "status.active", show_active_jobs, NULL},
	{0},
};

const struct kind kinds_workloads[] = {
	{"apps", "Deployment", NULL, deployment_fields, ask_replica_sets, EVENTS_SHOWN},
	{"apps", "ReplicaSet", NULL, replica_set_fields, ask_pods, EVENTS_SHOWN},
	{"apps", "StatefulSet", NULL, stateful_set_fields, ask_pods, EVENTS_SHOWN},
	{"apps", "DaemonSet", NULL, daemon_set_fields, ask_pods, EVENTS_SHOWN},
	{"", "ReplicationController", NULL, replication_controller_fields, ask_pods, EVENTS_SHOWN},
	{"batch", "Job", NULL, job_fields, NULL, EVENTS_SHOWN},
	{"batch", "CronJob", NULL, cron_job_fields, NULL, EVENTS_SHOWN},
	{0},
};
