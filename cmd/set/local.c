#include "set/local.h"

#define TEMPLATE "\"template\":{\"metadata\":{}}"

/* What a kind's types always write, and its empty value. */
static const struct always_written {
	const char *kind, *shape;
} always_written[] = {
	{"Pod", "{\"status\":{}}"},
	{"ReplicationController", "{\"spec\":{" TEMPLATE "},\"status\":{\"replicas\":0}}"},
	{"Deployment", "{\"spec\":{\"strategy\":{}," TEMPLATE "},\"status\":{}}"},
	{"ReplicaSet", "{\"spec\":{" TEMPLATE "},\"status\":{\"replicas\":0}}"},
	{"StatefulSet",
	 "{\"spec\":{\"updateStrategy\":{}," TEMPLATE "},\"status\":{\"replicas\":0,\"availableReplicas\":0}}"},
	{"DaemonSet", "{\"spec\":{\"updateStrategy\":{}," TEMPLATE "},\"status\":{\"currentNumberScheduled\":0,"
		      "\"numberMisscheduled\":0,\"desiredNumberScheduled\":0,\"numberReady\":0}}"},
	{"Job", "{\"spec\":{" TEMPLATE "},\"status\":{}}"},
	{"CronJob", "{\"spec\":{\"jobTemplate\":{\"metadata\":{},\"spec\":{" TEMPLATE "}}},\"status\":{}}"},
};

static void add_missing(cJSON *to, const cJSON *shape)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, shape) {
		cJSON *present = json_get(to, member->string);

		if (!present)
			json_set(to, member->string, json_copy(member));
		else if (cJSON_IsObject(present))
			add_missing(present, member);
	}
}

static void complete_containers(cJSON *pod_spec, const char *list)
{
	cJSON *container;

	cJSON_ArrayForEach(container, json_get(pod_spec, list))
		json_ensure_object(container, "resources");
}

void local_complete(struct target *t)
{
	cJSON *pod_spec = live_pod_spec(t->resource, t->object);

	if (t->namespace_defaulted)
		json_remove(json_get(t->object, "metadata"), "namespace");
	if (!pod_spec)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(always_written); i++) {
		const struct always_written *row = &always_written[i];
		_cleanup_error_ struct error never = ERROR_INIT;
		_cleanup_json_ cJSON *shape = NULL;

		if (strcmp(row->kind, t->resource->kind))
			continue;
		if (!json_parse(row->shape, strlen(row->shape), NULL, &shape, &never))
			add_missing(t->object, shape);
	}
	complete_containers(pod_spec, "containers");
	complete_containers(pod_spec, "initContainers");
}
