#include "live.h"
#include "overrides.h"
#include "record.h"
#include "set/local.h"

#include "data/selector.h"
#include "kube/apply.h"

#define DNS_LABEL_MAX 63

static const struct option options_expose[] = {
	{"cluster-ip", .type = OPTION_STRING, .help = "Address inside the cluster; empty lets the server choose, None makes it headless."},
	{"external-ip", .type = OPTION_STRING, .help = "Further address from outside that nodes accept for it."},
	OPTION_FIELD_MANAGER("kubectl-expose"),
	{"labels", 'l', OPTION_STRING, .help = "Labels of the Service (a=b,c=d); otherwise those of the object."},
	{"load-balancer-ip", .type = OPTION_STRING, .help = "Address that a load balancer shall have, where the cloud heeds it."},
	{"name", .type = OPTION_STRING, .help = "Name of the Service; otherwise that of the object."},
	{"port", .type = OPTION_STRING, .help = "Port of the Service; otherwise the ports of the object."},
	{"protocol", .type = OPTION_STRING, .help = "TCP, UDP or SCTP; otherwise those of the object, or TCP."},
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the object in its last-applied annotation, so that apply may change it later."},
	{"selector", .type = OPTION_STRING, .help = "Labels of the Pods to serve (a=b,c=d); otherwise the object's selector."},
	{"session-affinity", .type = OPTION_STRING, .help = "ClientIP sends a client to the same Pod, None does not.",
	 .complete = {COMPLETE_WORDS, "None,ClientIP"}},
	{"target-port", .type = OPTION_STRING, .help = "Number or name of the containers' port; otherwise the Service's."},
	{"type", .type = OPTION_STRING, .help = "ClusterIP, NodePort, LoadBalancer or ExternalName.",
	 .complete = {COMPLETE_WORDS, "ClusterIP,NodePort,LoadBalancer,ExternalName"}},
	{0},
};

static const struct option *const options[] = {
	options_expose, options_overrides, options_filename, options_dry_run, options_print, options_concurrency,
	options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, "pod,service,deployment,replicaset,replicationcontroller"}, .repeats = true},
	{0},
};

/* What can be exposed, and where such an object keeps what a Service needs. */
enum selector_place { SELECTOR_LABELS, SELECTOR_MAP, SELECTOR_OBJECT };
static const struct exposable {
	const char *group, *kind, *word; /* word: as messages name it */
	enum selector_place selector;
} exposables[] = {
	{"", "Pod", "pod", SELECTOR_LABELS},
	{"", "Service", "service", SELECTOR_MAP},
	{"", "ReplicationController", "replication controller", SELECTOR_MAP},
	{"apps", "Deployment", "deployment", SELECTOR_OBJECT},
	{"apps", "ReplicaSet", "replicaset", SELECTOR_OBJECT},
};

static const struct exposable *exposable_find(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(exposables); i++) {
		if (!strcmp(exposables[i].group, r->group) && !strcmp(exposables[i].kind, r->kind))
			return &exposables[i];
	}
	return NULL;
}

/* ---- what the object says ---------------------------------------------------- */

/* Members sorted by key, as Go writes maps. */
static cJSON *copy_map(const cJSON *map)
{
	cJSON *copy = json_copy(map);

	if (copy)
		json_sort_keys(copy);
	return copy;
}

/* As Go shows them: {Key:a Operator:In Values:[b c]} */
static void put_expressions(struct buf *out, const cJSON *expressions)
{
	const cJSON *one, *value;

	cJSON_ArrayForEach(one, expressions) {
		const char *key = json_string(one, "key"), *operator = json_string(one, "operator");

		buf_printf(out, "%s{Key:%s Operator:%s Values:[", out->len ? " " : "", key ? key : "", operator ? operator : "");
		cJSON_ArrayForEach(value, json_get(one, "values"))
			buf_printf(out, "%s%s", value->prev->next ? " " : "", value->valuestring);
		buf_puts(out, "]}");
	}
}

static int object_selector(const struct exposable *e, const cJSON *object, cJSON **ret, struct error *err)
{
	static const char failed[] = "couldn't retrieve selectors via --selector flag or introspection: ";
	const cJSON *selector = json_path(object, "spec", "selector", NULL), *expressions;

	if (e->selector == SELECTOR_LABELS) {
		*ret = copy_map(json_path(object, "metadata", "labels", NULL));
		if (!json_size(*ret))
			return error_set(err, ERROR_OTHER, "%sthe pod has no labels and cannot be exposed", failed);
		return 0;
	}
	if (e->selector == SELECTOR_MAP) {
		*ret = copy_map(selector);
		if (!*ret)
			return error_set(err, ERROR_OTHER, "%sthe service has no pod selector set", failed);
		return 0;
	}
	if (!json_size(json_get(selector, "matchLabels")))
		return error_set(err, ERROR_OTHER, "%sinvalid %s: no selectors, therefore cannot be exposed", failed, e->word);
	expressions = json_get(selector, "matchExpressions");
	if (json_size(expressions)) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		put_expressions(&text, expressions);
		return error_set(err, ERROR_OTHER, "%scouldn't convert expressions - \"[%s]\" to map-based selector format",
				 failed, text.data);
	}
	*ret = copy_map(json_get(selector, "matchLabels"));
	return 0;
}

/* Every port of the object: number, and the protocols that it is open for (comma-separated), in order. */
static void add_port(struct map *ports, int64_t number, const char *protocol)
{
	_cleanup_free_ char *key = xasprintf("%lld", (long long)number);
	const char *known = map_get(ports, key);

	protocol = str_empty(protocol) ? "TCP" : protocol;
	map_set(ports, key, known ? xasprintf("%s,%s", known, protocol) : xstrdup(protocol));
}

static void object_ports(const struct resource *r, const cJSON *object, struct map *ports)
{
	const cJSON *container, *port;

	if (!strcmp(r->kind, "Service")) {
		cJSON_ArrayForEach(port, json_path(object, "spec", "ports", NULL))
			add_port(ports, json_int(port, "port", 0), json_string(port, "protocol"));
		return;
	}
	cJSON_ArrayForEach(container, json_get(live_pod_spec(r, object), "containers")) {
		cJSON_ArrayForEach(port, json_get(container, "ports"))
			add_port(ports, json_int(port, "containerPort", 0), json_string(port, "protocol"));
	}
}

/* ---- the Service ---------------------------------------------------------------- */

/* "80" as a number, anything else as a name. */
static cJSON *int_or_string(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *end || !*text ? cJSON_CreateString(text) : json_new_int(value);
}

static void add_service_port(struct invocation *inv, cJSON *ports, const char *name, int64_t number, const char *protocol)
{
	const char *to = args_string(inv->args, "target-port");
	cJSON *port = cJSON_CreateObject();

	if (name)
		json_set_string(port, "name", name);
	json_set_string(port, "protocol", protocol);
	json_set_int(port, "port", number);
	json_set(port, "targetPort", *to ? int_or_string(to) : json_new_int(number));
	json_append(ports, port);
}

/* A port number given by hand; Go's words when it is none. */
static int port_number(const char *text, int64_t *ret, struct error *err)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	if (!*text || *end)
		return error_set(err, ERROR_OTHER, "strconv.Atoi: parsing \"%s\": invalid syntax", text);
	if (errno == ERANGE)
		return error_set(err, ERROR_OTHER, "strconv.Atoi: parsing \"%s\": value out of range", text);
	return 0;
}

/* One port of the Service, or one for each protocol that the object has on it. */
static int expose_port(struct invocation *inv, cJSON *ports, const char *text, size_t index, bool several,
		       const struct map *object_protocols, struct error *err)
{
	const char *protocol = args_string(inv->args, "protocol"), *known = map_get(object_protocols, text);
	_cleanup_free_ char *name = several ? xasprintf("port-%zu", index + 1) : NULL;
	_cleanup_vec_ struct vec protocols = VEC_OF_STRINGS;
	int64_t number;

	if (port_number(text, &number, err))
		return -1;
	if (!*protocol && known)
		vec_add_split(&protocols, known, ',');
	if (protocols.len < 2) {
		add_service_port(inv, ports, name, number,
				 *protocol ? protocol : protocols.len ? vec_string(&protocols, 0) : "TCP");
		return 0;
	}
	for (size_t i = 0; i < protocols.len; i++) {
		_cleanup_free_ char *own = xasprintf("port-%zu-%s", index + 1, vec_string(&protocols, i));

		for (char *p = own; *p; p++)
			*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
		add_service_port(inv, ports, own, number, vec_string(&protocols, i));
	}
	return 0;
}

static int expose_ports(struct invocation *inv, const struct target *t, cJSON *ports, struct error *err)
{
	const char *given = args_string(inv->args, "port");
	_cleanup_map_ struct map known = MAP_OWNING(free);
	_cleanup_vec_ struct vec wanted = VEC_OF_STRINGS;

	object_ports(t->resource, t->object, &known);
	vec_add_split(&wanted, given, ',');
	for (size_t i = 0; !*given && i < known.len; i++)
		vec_add_string(&wanted, known.entries[i].key);
	if (!wanted.len && strcmp(args_string(inv->args, "cluster-ip"), "None"))
		return error_set(err, ERROR_OTHER, "couldn't find port via --port flag or introspection");
	for (size_t i = 0; i < wanted.len; i++) {
		if (expose_port(inv, ports, vec_string(&wanted, i), i, wanted.len > 1, &known, err))
			return -1;
	}
	return 0;
}

static int expose_labels(struct invocation *inv, const struct target *t, cJSON **ret, struct error *err)
{
	const char *given = args_string(inv->args, "labels");

	if (*given) {
		if (labels_parse(given, ret, err))
			return -1;
		json_sort_keys(*ret);
		return 0;
	}
	*ret = copy_map(json_path(t->object, "metadata", "labels", NULL));
	return 0;
}

static int expose_selector(struct invocation *inv, const struct exposable *e, const struct target *t, cJSON **ret,
			   struct error *err)
{
	const char *given = args_string(inv->args, "selector");

	if (!*given)
		return object_selector(e, t->object, ret, err);
	if (labels_parse(given, ret, err))
		return -1;
	json_sort_keys(*ret);
	return 0;
}

/* The rest of the spec, in the order of the API's fields. */
static int expose_spec(struct invocation *inv, cJSON *spec, struct error *err)
{
	const struct args *a = inv->args;
	const char *affinity = args_string(a, "session-affinity"), *type = args_string(a, "type");

	if (*args_string(a, "cluster-ip"))
		json_set_string(spec, "clusterIP", args_string(a, "cluster-ip"));
	if (*type)
		json_set_string(spec, "type", type);
	if (*args_string(a, "external-ip"))
		json_append_string(json_ensure_array(spec, "externalIPs"), args_string(a, "external-ip"));
	if (*affinity) {
		if (strcmp(affinity, "None") && strcmp(affinity, "ClientIP"))
			return error_set(err, ERROR_OTHER, "unknown session affinity: %s", affinity);
		json_set_string(spec, "sessionAffinity", affinity);
	}
	if (!strcmp(type, "LoadBalancer") && *args_string(a, "load-balancer-ip"))
		json_set_string(spec, "loadBalancerIP", args_string(a, "load-balancer-ip"));
	return 0;
}

static int expose_build(struct invocation *inv, const struct exposable *e, const struct target *t, cJSON **ret,
			struct error *err)
{
	_cleanup_json_ cJSON *selector = NULL, *labels = NULL;
	const char *given = args_string(inv->args, "name");
	_cleanup_free_ char *name = xstrndup(t->name, MIN(strlen(t->name), DNS_LABEL_MAX));
	_cleanup_json_ cJSON *service = json_parse_literal(
		"{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"},\"spec\":{\"ports\":[]},"
		"\"status\":{\"loadBalancer\":{}}}",
		*given ? given : name);
	cJSON *spec = json_get(service, "spec");

	if (expose_selector(inv, e, t, &selector, err) || expose_ports(inv, t, json_get(spec, "ports"), err) ||
	    expose_labels(inv, t, &labels, err))
		return -1;
	if (!json_size(json_get(spec, "ports")))
		json_remove(spec, "ports");
	if (json_size(labels))
		json_set(json_get(service, "metadata"), "labels", TAKE_PTR(labels));
	json_set(spec, "selector", TAKE_PTR(selector));
	if (expose_spec(inv, spec, err))
		return -1;
	*ret = TAKE_PTR(service);
	return 0;
}

static const struct resource *service_resource(void)
{
	const struct resource *r = builtin_resources;

	while (strcmp(r->name, "services"))
		r++;
	return r;
}

/* What all targets share. */
struct expose {
	struct client *client;
	struct printer *printer;
	struct buf query;
	const char *namespace;
	bool client_dry_run, save_config;
};

static void expose_release(struct expose *x)
{
	printer_free(x->printer);
	buf_release(&x->query);
}

/* Takes service. Gives what is to be shown. */
static int expose_create(struct invocation *inv, const struct expose *x, cJSON *service, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *sent = service;

	if (x->client_dry_run) {
		local_complete(&(struct target){.resource = service_resource(), .object = sent});
		if (overrides_set_namespace(inv, sent, err))
			return -1;
		*ret = TAKE_PTR(sent);
		return 0;
	}
	if (x->save_config)
		last_applied_embed(sent, 0);
	if (client_create(x->client, service_resource(), x->namespace, sent, x->query.data, ret, err))
		return overrides_explain(inv, err);
	json_sort_keys(*ret);
	return 0;
}

static int expose_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct exposable *e = exposable_find(t->resource);
	_cleanup_json_ cJSON *service = NULL, *shown = NULL;

	if (!e)
		return error_set(err, ERROR_OTHER, "cannot expose a %s%s%s", t->resource->kind,
				 *t->resource->group ? "." : "", t->resource->group);
	if (expose_build(inv, e, t, &service, err) || overrides_apply(inv, "Service", &service, err))
		return -1;
	record_change(inv, service);
	if (expose_create(inv, ctx, TAKE_PTR(service), &shown, err))
		return -1;
	cJSON_Delete(t->object);
	t->object = TAKE_PTR(shown);
	return 0;
}

static int expose_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct expose *x = ctx;

	return invocation_print(inv, x->printer, service_resource(), t->object, err);
}

static int expose_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);
	_cleanup_(expose_release) struct expose x = {
		.query = BUF_INIT,
		.client_dry_run = dry_run_client(inv),
		.save_config = args_bool(inv->args, "save-config"),
	};
	const struct each each = {.work = expose_target, .show = expose_show, .ctx = &x, .reading = &reading,
				  .in_turn = *args_string(inv->args, "name")}; /* all of one name: the first gets it */
	bool given;

	if (invocation_printer(inv, "exposed", &x.printer, err) || change_query(inv, NULL, &x.query, err) ||
	    invocation_client(inv, &x.client, err) || invocation_namespace(inv, &x.namespace, &given, err) ||
	    live_find(inv, true, &targets, &reading, err))
		return -1;
	live_refuse_custom(&targets, &reading);
	if (each_run(inv, &targets, &each, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_expose = {
	.name = "expose",
	.group = GROUP_BASIC_BEGINNER,
	.summary = "Create a service in front of a workload or another service",
	.description = "Makes a Service for the Pods of a Deployment, ReplicaSet, ReplicationController or Service, or for one "
		       "Pod. What is not given is taken from the object: selector, ports, protocols, labels, name.",
	.examples = "  # A load balancer for a Deployment\n"
		    "  kubec expose deployment web --type=LoadBalancer --port=8080\n\n"
		    "  # Port 80 in front of the containers' port 8000\n"
		    "  kubec expose pod web --port=80 --target-port=8000 --name=web-http",
	.usage = "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
		 "[--name=name] [--external-ip=external-ip-of-service] [--type=type]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = expose_run,
};
