#include "view/describe/engine.h"

#define HEAD                                                                                                           \
	{0, "Name", "metadata.name", show_text, NULL}, {0, "Namespace", "metadata.namespace", show_text, NULL},        \
		{0, "Labels", "metadata.labels", show_labels, NULL},                                                   \
	{                                                                                                              \
		0, "Annotations", "metadata.annotations", show_annotations, NULL                                       \
	}
#define HEAD_OF_CLUSTER                                                                                                \
	{0, "Name", "metadata.name", show_text, NULL}, {0, "Labels", "metadata.labels", show_labels, NULL},            \
	{                                                                                                              \
		0, "Annotations", "metadata.annotations", show_annotations, NULL                                       \
	}

/* ---- endpoints behind a Service ------------------------------------------------------------------------- */

#define ADDRESSES_SHOWN 3

struct address_list {
	struct buf text;
	size_t shown, count;
	bool more;
};

static void address_add(struct address_list *l, const cJSON *endpoint, const cJSON *port)
{
	const cJSON *ready = node_at(endpoint, "conditions.ready"), *addresses = node_at(endpoint, "addresses");
	const char *address = text_at(addresses ? addresses->child : NULL, NULL);

	l->more = l->more || l->shown == ADDRESSES_SHOWN;
	if (ready && !cJSON_IsTrue(ready))
		return;
	l->count++;
	if (l->more)
		return;
	buf_puts(&l->text, l->shown++ ? "," : "");
	if (!port)
		buf_puts(&l->text, address);
	else
		buf_printf(&l->text, strchr(address, ':') ? "[%s]:%" PRId64 : "%s:%" PRId64, address,
			   int_at(port, "port"));
}

static void slice_add(struct address_list *l, const cJSON *slice, const char *port_name)
{
	const cJSON *ports = node_at(slice, "ports"), *port, *endpoint;

	if (node_empty(ports)) {
		cJSON_ArrayForEach(endpoint, node_at(slice, "endpoints")) address_add(l, endpoint, NULL);
	}
	cJSON_ArrayForEach(port, ports)
	{
		if (strcmp(text_at(port, "name"), port_name))
			continue;
		cJSON_ArrayForEach(endpoint, node_at(slice, "endpoints")) address_add(l, endpoint, port);
	}
}

/* The first ready addresses of a port, and how many more there are. */
static void endpoints_put(struct buf *out, const cJSON *slices, const char *port_name)
{
	struct address_list l = {.text = BUF_INIT};
	const cJSON *slice;

	if (node_empty(slices)) {
		buf_puts(out, "<none>");
		return;
	}
	cJSON_ArrayForEach(slice, slices) slice_add(&l, slice, port_name);
	buf_puts(out, l.text.data);
	if (l.more)
		buf_printf(out, " + %zu more...", l.count - ADDRESSES_SHOWN);
	buf_release(&l.text);
}

static void ask_slices(struct describe *d, const char *service, const char *name)
{
	_cleanup_free_ char *selector = xasprintf("kubernetes.io/service-name=%s", service);

	ask(d, &related_slices, text_at(d->object, "metadata.namespace"), name, selector, NULL);
}

static void ask_service(struct describe *d)
{
	ask_slices(d, text_at(d->object, "metadata.name"), "");
}

/* ---- Service --------------------------------------------------------------------------------------------- */

static void show_load_balancer(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *ingress = node_at(node, f->path), *one;
	_cleanup_buf_ struct buf text = BUF_INIT;

	cJSON_ArrayForEach(one, ingress)
	{
		buf_puts(&text, one == ingress->child ? "" : ", ");
		if (!*text_at(one, "ip"))
			buf_puts(&text, text_at(one, "hostname"));
		else
			expand(&text, node_at(one, "ipMode") ? "{ip} ({ipMode})" : "{ip}", one);
	}
	if (!node_empty(ingress))
		put(d, 0, "%s:\t%s\n", f->label, text.data);
}

static void port_show(struct describe *d, const cJSON *port)
{
	const cJSON *slices = json_get(answer_get(d, &related_slices, "", NULL), "items");
	_cleanup_buf_ struct buf text = BUF_INIT, endpoints = BUF_INIT;

	expand(&text, "Port:\t{name|<unset>}\t{port|0}/{protocol}\nTargetPort:\t{targetPort|0}/{protocol}\n", port);
	if (node_at(port, "appProtocol"))
		expand(&text, "AppProtocol:\t{appProtocol}\n", port);
	if (int_at(port, "nodePort"))
		expand(&text, "NodePort:\t{name|<unset>}\t{nodePort}/{protocol}\n", port);
	endpoints_put(&endpoints, slices, text_at(port, "name"));
	put(d, 0, "%sEndpoints:\t%s\n", text.data, endpoints.data);
}

static void show_ports(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *port;

	cJSON_ArrayForEach(port, node_at(node, f->path)) port_show(d, port);
}

static void show_number(struct describe *d, const struct field *f, const cJSON *node)
{
	if (int_at(node, f->path))
		show_text(d, f, node);
}

static const struct field service_fields[] = {
	HEAD,
	{0, "Selector", "spec.selector", show_pairs, NULL},
	{0, "Type", "spec.type", show_text, NULL},
	{0, "IP Family Policy", "spec.ipFamilyPolicy", show_if, NULL},
	{0, "IP Families", NULL, show_line, "{spec.ipFamilies@comma|<none>}"},
	{0, "IP", "spec.clusterIP", show_text, NULL},
	{0, "IPs", NULL, show_line, "{spec.clusterIPs@comma|<none>}"},
	{0, "External IPs", "spec.externalIPs", show_when, "{spec.externalIPs@comma}"},
	{0, "Desired LoadBalancer IP", "spec.loadBalancerIP", show_if, NULL},
	{0, "External Name", "spec.externalName", show_if, NULL},
	{0, "LoadBalancer Ingress", "status.loadBalancer.ingress", show_load_balancer, NULL},
	{0, NULL, "spec.ports", show_ports, NULL},
	{0, "Session Affinity", "spec.sessionAffinity", show_text, NULL},
	{0, "External Traffic Policy", "spec.externalTrafficPolicy", show_if, NULL},
	{0, "Internal Traffic Policy", "spec.internalTrafficPolicy", show_if, NULL},
	{0, "HealthCheck NodePort", "spec.healthCheckNodePort", show_number, NULL},
	{0, "LoadBalancer Source Ranges", "spec.loadBalancerSourceRanges", show_when,
	 "{spec.loadBalancerSourceRanges@comma}"},
	{0, "Traffic Distribution", "spec.trafficDistribution", show_if, NULL},
	{0},
};

/* ---- Endpoints, EndpointSlice ---------------------------------------------------------------------------- */

static void addresses_show(struct describe *d, const char *label, const cJSON *addresses)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *one;

	cJSON_ArrayForEach(one, addresses) buf_printf(&text, "%s%s", text.len ? "," : "", text_at(one, "ip"));
	put(d, 1, "%s:\t%s\n", label, text.len ? text.data : "<none>");
}

static void show_subsets(struct describe *d, const struct field *f, const cJSON *node)
{
	static const struct field ports = {
		1, "Ports", "ports", show_table,
		"Name\tPort\tProtocol\n----\t----\t--------\n{name|<unset>}\t{port|0}\t{protocol}"};
	const cJSON *subset;

	put(d, 0, "%s:\n", f->label);
	cJSON_ArrayForEach(subset, node_at(node, f->path))
	{
		addresses_show(d, "Addresses", node_at(subset, "addresses"));
		addresses_show(d, "NotReadyAddresses", node_at(subset, "notReadyAddresses"));
		show_table(d, &ports, subset);
		put(d, 0, "\n");
	}
}

static const struct field endpoints_fields[] = {
	HEAD,
	{0, "Subsets", "subsets", show_subsets, NULL},
	{0},
};

static const struct field endpoint_fields[] = {
	{1, "- Addresses", NULL, show_line, "{addresses@comma_space|<none>}"},
	{2, "Conditions", NULL, show_title, NULL},
	{3, "Ready", "conditions.ready", show_text, "<unset>"},
	{2, "Hostname", "hostname", show_text, "<unset>"},
	{2, "TargetRef", "targetRef", show_when, "{targetRef.kind}/{targetRef.name}"},
	{2, "NodeName", "nodeName", show_text, "<unset>"},
	{2, "Zone", "zone", show_text, "<unset>"},
	{0},
};

static void show_endpoints(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *endpoints = node_at(node, f->path), *one;

	put(d, 0, "%s:%s\n", f->label, node_empty(endpoints) ? " <none>" : "");
	cJSON_ArrayForEach(one, endpoints) fields_show(d, endpoint_fields, one);
}

static void show_slice_ports(struct describe *d, const struct field *f, const cJSON *node)
{
	if (node_empty(node_at(node, f->path)))
		put(d, 0, "%s: <unset>\n", f->label);
	else
		show_table(d, f, node);
}

static const struct field slice_fields[] = {
	HEAD,
	{0, "AddressType", "addressType", show_text, NULL},
	{0, "Ports", "ports", show_slice_ports,
	 "Name\tPort\tProtocol\n----\t----\t--------\n{name|<unset>}\t{port|<unset>}\t{protocol}"},
	{0, "Endpoints", "endpoints", show_endpoints, NULL},
	{0},
};

/* ---- Ingress ------------------------------------------------------------------------------------------------- */

static void ask_backend(struct describe *d, const cJSON *backend)
{
	const char *service = text_at(backend, "service.name");

	if (!*service)
		return;
	ask_slices(d, service, service);
	ask(d, &related_services, text_at(d->object, "metadata.namespace"), service, NULL, NULL);
}

static void ask_backends(struct describe *d)
{
	const cJSON *rule, *path;

	ask_backend(d, node_at(d->object, "spec.defaultBackend"));
	cJSON_ArrayForEach(rule, node_at(d->object, "spec.rules"))
	{
		cJSON_ArrayForEach(path, node_at(rule, "http.paths")) ask_backend(d, node_at(path, "backend"));
	}
}

/* The name of the Service's port that a backend means. */
static const char *backend_port_name(const cJSON *service, const cJSON *wanted)
{
	const char *found = "";
	int64_t number = int_at(wanted, "number");
	const cJSON *port;

	cJSON_ArrayForEach(port, node_at(service, "spec.ports"))
	{
		if ((number && number == int_at(port, "port")) ||
		    (*text_at(wanted, "name") && !strcmp(text_at(wanted, "name"), text_at(port, "name"))))
			found = text_at(port, "name");
	}
	return found;
}

static void service_backend_put(struct describe *d, struct buf *out, const cJSON *backend)
{
	const char *name = text_at(backend, "name");
	const struct error *failed, *service_failed;
	const cJSON *slices = answer_get(d, &related_slices, name, &failed);
	const cJSON *service = answer_get(d, &related_services, name, &service_failed);

	expand(out, int_at(backend, "port.number") ? "{name}:{port.number} (" : "{name}:{port.name} (", backend);
	if (failed || service_failed)
		buf_printf(out, "<error: %s>", (failed ?: service_failed)->message);
	else
		endpoints_put(out, json_get(slices, "items"), backend_port_name(service, node_at(backend, "port")));
	buf_putc(out, ')');
}

static void backend_put(struct describe *d, struct buf *out, const cJSON *backend)
{
	if (node_at(backend, "service"))
		service_backend_put(d, out, node_at(backend, "service"));
	else if (node_at(backend, "resource"))
		expand(out, "APIGroup: {resource.apiGroup|<none>}, Kind: {resource.kind}, Name: {resource.name}",
		       backend);
}

static void default_backend_put(struct describe *d, struct buf *out, const cJSON *ingress)
{
	const cJSON *backend = node_at(ingress, "spec.defaultBackend");

	if (backend)
		backend_put(d, out, backend);
	else
		buf_puts(out, "<default>");
}

static void show_default_backend(struct describe *d, const struct field *f, const cJSON *ingress)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	default_backend_put(d, &text, ingress);
	put(d, 0, "%s:\t%s\n", f->label, text.data);
}

static void show_ingress_tls(struct describe *d, const struct field *f, const cJSON *node)
{
	const cJSON *list = node_at(node, f->path), *tls;

	if (node_empty(list))
		return;
	put(d, 0, "%s:\n", f->label);
	cJSON_ArrayForEach(tls, list)
	{
		_cleanup_buf_ struct buf text = BUF_INIT;

		expand(&text,
		       *text_at(tls, "secretName") ? "{secretName} terminates {hosts@comma}"
						   : "SNI routes {hosts@comma}",
		       tls);
		put(d, 1, "%s\n", text.data);
	}
}

static void rule_show(struct describe *d, const cJSON *rule)
{
	const char *host = text_at(rule, "host");
	const cJSON *path;

	put(d, 1, "%s\t\n", *host ? host : "*");
	cJSON_ArrayForEach(path, node_at(rule, "http.paths"))
	{
		_cleanup_buf_ struct buf text = BUF_INIT;

		backend_put(d, &text, node_at(path, "backend"));
		put(d, 2, "\t%s \t%s\n", text_at(path, "path"), text.data);
	}
}

static void show_rules(struct describe *d, const struct field *f, const cJSON *ingress)
{
	_cleanup_buf_ struct buf backend = BUF_INIT;
	const cJSON *rule;
	bool any = false;

	put(d, 0, "%s:\n", f->label);
	put(d, 1, "Host\tPath\tBackends\n");
	put(d, 1, "----\t----\t--------\n");
	cJSON_ArrayForEach(rule, node_at(ingress, f->path))
	{
		if (!node_at(rule, "http"))
			continue;
		any = true;
		rule_show(d, rule);
	}
	default_backend_put(d, &backend, ingress);
	if (!any)
		put(d, 1, "*\t*\t%s\n", backend.data);
}

/* The addresses of load balancers, each once, sorted. */
static void show_address(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_vec_ struct vec addresses = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *one;

	cJSON_ArrayForEach(one, node_at(node, f->path))
	{
		const char *address = *text_at(one, "ip") ? text_at(one, "ip") : text_at(one, "hostname");

		if (*address && !vec_has_string(&addresses, address))
			vec_add(&addresses, (void *)address);
	}
	vec_sort(&addresses, vec_compare_strings);
	for (size_t i = 0; i < addresses.len; i++)
		buf_printf(&text, "%s%s", i ? "," : "", vec_string(&addresses, i));
	put(d, 0, "%s:\t%s\n", f->label, text.data);
}

static const struct field ingress_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_labels, NULL},
	{0, "Namespace", "metadata.namespace", show_text, NULL},
	{0, "Address", "status.loadBalancer.ingress", show_address, NULL},
	{0, "Ingress Class", "spec.ingressClassName", show_text, "<none>"},
	{0, "Default backend", NULL, show_default_backend, NULL},
	{0, "TLS", "spec.tls", show_ingress_tls, NULL},
	{0, "Rules", "spec.rules", show_rules, NULL},
	{0, "Annotations", "metadata.annotations", show_annotations, NULL},
	{0},
};

static const struct field ingress_class_fields[] = {
	HEAD_OF_CLUSTER,
	{0, "Controller", "spec.controller", show_text, NULL},
	{0, "Parameters", "spec.parameters", show_title, NULL},
	{1, "APIGroup", "spec.parameters.apiGroup", show_if, NULL},
	{1, "Kind", "spec.parameters.kind", show_if, NULL},
	{1, "Name", "spec.parameters.name", show_if, NULL},
	{0},
};

/* ---- ServiceCIDR, IPAddress ----------------------------------------------------------------------------------- */

static const struct field cidr_conditions[] = {
	{0, "Status", NULL, show_title, NULL},
	{0, "Conditions", "status.conditions", show_table,
	 "Type\tStatus\tLastTransitionTime\tReason\tMessage\n----\t------\t------------------\t------\t-------\n"
	 "{type}\t{status}\t{lastTransitionTime@time}\t{reason}\t{message}"},
	{0},
};

static void show_cidr_conditions(struct describe *d, const struct field *f, const cJSON *node)
{
	if (!node_empty(node_at(node, f->path)))
		fields_show(d, cidr_conditions, node);
}

static const struct field service_cidr_fields[] = {
	HEAD_OF_CLUSTER,
	{0, "CIDRs", NULL, show_line, "{spec.cidrs@comma_space}"},
	{0, NULL, "status.conditions", show_cidr_conditions, NULL},
	{0},
};

static const struct field parent_fields[] = {
	{0, "Parent Reference", NULL, show_title, NULL},
	{1, "Group", "group", show_text, NULL},
	{1, "Resource", "resource", show_text, NULL},
	{1, "Namespace", "namespace", show_text, NULL},
	{1, "Name", "name", show_text, NULL},
	{0},
};

static void show_parent(struct describe *d, const struct field *f, const cJSON *node)
{
	if (node_at(node, f->path))
		fields_show(d, parent_fields, node_at(node, f->path));
}

static const struct field ip_address_fields[] = {
	HEAD_OF_CLUSTER,
	{0, NULL, "spec.parentRef", show_parent, NULL},
	{0},
};

const struct kind kinds_network[] = {
	{"", "Service", NULL, service_fields, ask_service, EVENTS_SHOWN},
	{"", "Endpoints", NULL, endpoints_fields, NULL, EVENTS_SHOWN},
	{"discovery.k8s.io", "EndpointSlice", NULL, slice_fields, NULL, EVENTS_SHOWN},
	{"networking.k8s.io", "Ingress", "v1", ingress_fields, ask_backends, EVENTS_SHOWN},
	{"networking.k8s.io", "IngressClass", NULL, ingress_class_fields, NULL, EVENTS_SHOWN},
	{"networking.k8s.io", "ServiceCIDR", NULL, service_cidr_fields, NULL, EVENTS_SHOWN},
	{"networking.k8s.io", "IPAddress", NULL, ip_address_fields, NULL, EVENTS_SHOWN},
	{"networking.k8s.io", "NetworkPolicy", NULL, network_policy_fields, NULL, EVENTS_NEVER},
	{0},
};
