#include "base/base64.h"
#include "view/describe/engine.h"

#define HEAD                                                                                                           \
	{0, "Name", "metadata.name", show_text, NULL}, {0, "Namespace", "metadata.namespace", show_text, NULL},        \
		{0, "Labels", "metadata.labels", show_labels, NULL},                                                   \
	{                                                                                                              \
		0, "Annotations", "metadata.annotations", show_annotations, NULL                                       \
	}

/* ---- ConfigMap and Secret -------------------------------------------------------------------------- */

/* How many bytes base64 text stands for. */
static size_t decoded_size(const char *text)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf bytes = BUF_INIT;

	base64_decode(&bytes, text, &ignored);
	return bytes.len;
}

static void show_texts(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *data = node_at(node, f->path);
	_cleanup_vec_ struct vec keys = VEC_INIT;

	put(d, 0, "\n%s\n====\n", f->label);
	sorted_keys(data, &keys);
	for (size_t i = 0; i < keys.len; i++) {
		put(d, 0, "%s:\n----\n", vec_string(&keys, i));
		put(d, 0, "%s\n\n", json_string(data, vec_string(&keys, i)) ?: "");
	}
}

static void show_sizes(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *data = node_at(node, f->path);
	_cleanup_vec_ struct vec keys = VEC_INIT;

	put(d, 0, "\n%s\n====\n", f->label);
	sorted_keys(data, &keys);
	for (size_t i = 0; i < keys.len; i++)
		put(d, 0, "%s: %zu bytes\n", vec_string(&keys, i),
		    decoded_size(json_string(data, vec_string(&keys, i)) ?: ""));
	put(d, 0, "\n");
}

static const struct field config_map_fields[] = {
	HEAD,
	{0, "Data", "data", show_texts, NULL},
	{0, "BinaryData", "binaryData", show_sizes, NULL},
	{0},
};

/* The token of a service account is shown, as kubectl does; of all else only the size. */
static void show_secret_data(struct describe *d, const struct field *f, const cJSON *node)
{
	bool token = !strcmp(text_at(node, "type"), "kubernetes.io/service-account-token");
	const cJSON *data = node_at(node, f->path);
	_cleanup_vec_ struct vec keys = VEC_INIT;

	put(d, 0, "\n%s\n====\n", f->label);
	sorted_keys(data, &keys);
	for (size_t i = 0; i < keys.len; i++) {
		const char *key = vec_string(&keys, i), *value = json_string(data, key) ?: "";
		_cleanup_error_ struct error ignored = ERROR_INIT;
		_cleanup_buf_ struct buf text = BUF_INIT;

		if (token && !strcmp(key, "token") && !base64_decode(&text, value, &ignored))
			put(d, 0, "%s:\t%s\n", key, text.data);
		else
			put(d, 0, "%s:\t%zu bytes\n", key, decoded_size(value));
	}
}

static const struct field secret_fields[] = {
	HEAD,
	{0, "\nType", "type", show_text, NULL},
	{0, "Data", "data", show_secret_data, NULL},
	{0},
};

/* ---- Namespace ------------------------------------------------------------------------------------------ */

static void ask_namespace(struct describe *d)
{
	const char *ns = text_at(d->object, "metadata.name");

	ask(d, &related_quotas, ns, "", NULL, NULL);
	ask(d, &related_limits, ns, "", NULL, NULL);
}

static const struct field namespace_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0, "Status", "status.phase", show_text, NULL},
	{0, "Conditions", "status.conditions", show_table,
	 "Type\tStatus\tLastTransitionTime\tReason\tMessage\n----\t------\t------------------\t------\t-------\n"
	 "{type}\t{status}\t{lastTransitionTime@time}\t{reason}\t{message}"},
	{0, NULL, NULL, show_namespace_quotas, NULL},
	{0, NULL, NULL, show_namespace_limits, NULL},
	{0},
};

/* ---- ServiceAccount --------------------------------------------------------------------------------------- */

static void show_pull_secrets(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *secrets = node_at(node, f->path), *secret;

	if (node_empty(secrets))
		put(d, 0, "%s:\t<none>\n", f->label);
	cJSON_ArrayForEach(secret, secrets)
	{
		if (secret == secrets->child)
			put(d, 0, "%s:\t%s\n", f->label, text_at(secret, "name"));
		else
			put(d, 0, "%*s\t%s\n", (int)strlen(f->label) + 1, "", text_at(secret, "name"));
	}
}

static const struct field service_account_fields[] = {
	HEAD,
	{0, "Image pull secrets", "imagePullSecrets", show_pull_secrets, NULL},
	{0},
};

static void ask_pod(struct describe *d)
{
	const char *mirror = json_string(node_at(d->object, "metadata.annotations"), "kubernetes.io/config.mirror");

	if (d->options->events)
		ask_events(d, mirror ?: text_at(d->object, "metadata.uid"), false, "");
}

const struct kind kinds_core[] = {
	{"", "Pod", NULL, pod_fields, ask_pod, EVENTS_OWN},
	{"", "ConfigMap", NULL, config_map_fields, NULL, EVENTS_REQUIRED},
	{"", "Secret", NULL, secret_fields, NULL, EVENTS_NEVER},
	{"", "Namespace", NULL, namespace_fields, ask_namespace, EVENTS_NEVER},
	{"", "ServiceAccount", NULL, service_account_fields, NULL, EVENTS_SHOWN},
	{"", "Node", NULL, node_fields, ask_node, EVENTS_OWN},
	{0},
};
