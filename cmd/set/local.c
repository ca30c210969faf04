#include "set/local.h"

#include "base/quantity.h"

#define TEMPLATE "\"template\":{\"metadata\":{}}"

/* What a kind's types always write, and its empty value. */
static const struct always_written {
	const char *kind, *shape;
} always_written[] = {
	{"Pod", "{\"status\":{}}"},
	{"Service", "{\"spec\":{},\"status\":{\"loadBalancer\":{}}}"},
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

/* Quantities are written in their canonical form: 0.5 as "500m". */
static void canonicalize(cJSON *quantities)
{
	cJSON *one, *next;

	for (one = quantities ? quantities->child : NULL; one; one = next) {
		const char *text = json_is_number(one) ? json_number_text(one) : one->valuestring;
		_cleanup_error_ struct error broken = ERROR_INIT;
		_cleanup_buf_ struct buf canonical = BUF_INIT;

		next = one->next;
		if (text && !quantity_canonicalize(text, &canonical, &broken))
			json_set_string(quantities, one->string, canonical.data);
	}
}

static void complete_containers(cJSON *pod_spec, const char *list)
{
	cJSON *container;

	cJSON_ArrayForEach(container, json_get(pod_spec, list)) {
		cJSON *resources = json_ensure_object(container, "resources");

		canonicalize(json_get(resources, "limits"));
		canonicalize(json_get(resources, "requests"));
	}
}

static void complete_ports(cJSON *service)
{
	cJSON *port;

	cJSON_ArrayForEach(port, json_path(service, "spec", "ports", NULL)) {
		if (!json_get(port, "targetPort"))
			json_set_int(port, "targetPort", 0);
	}
}

/* Types write what names them first. */
static void put_type_first(cJSON *object)
{
	static const char *const names[] = {"kind", "apiVersion", "metadata"}, *none[] = {NULL};

	for (size_t i = ARRAY_SIZE(names); i-- > 0;) {
		cJSON *copy = json_copy(json_get(object, names[i]));

		json_remove(object, names[i]);
		if (copy)
			json_set_after(object, names[i], copy, none);
	}
}

void local_complete(struct target *t)
{
	cJSON *pod_spec;

	if (t->namespace_defaulted)
		json_remove(json_get(t->object, "metadata"), "namespace");
	put_type_first(t->object);
	if (!strcmp(t->resource->kind, "Service"))
		complete_ports(t->object);
	for (size_t i = 0; i < ARRAY_SIZE(always_written); i++) {
		const struct always_written *row = &always_written[i];
		_cleanup_error_ struct error never = ERROR_INIT;
		_cleanup_json_ cJSON *shape = NULL;

		if (strcmp(row->kind, t->resource->kind))
			continue;
		if (!json_parse(row->shape, strlen(row->shape), NULL, &shape, &never))
			add_missing(t->object, shape);
	}
	pod_spec = live_pod_spec(t->resource, t->object);
	complete_containers(pod_spec, "containers");
	complete_containers(pod_spec, "initContainers");
}
