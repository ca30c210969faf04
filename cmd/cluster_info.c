#include "cmd.h"

static void print_service(struct invocation *inv, const char *name, const char *link)
{
	fprintf(inv->out, "%s is running at %s\n", name, link);
}

/* The addresses of a load balancer, each followed by a blank. */
static void balancer_link(struct buf *out, const cJSON *ingress, const cJSON *ports)
{
	const char *host = json_string(ingress, "ip");
	const cJSON *port;

	if (str_empty(host))
		host = json_string(ingress, "hostname");
	cJSON_ArrayForEach(port, ports)
		buf_printf(out, "http://%s:%" PRId64 " ", host ? host : "", json_int(port, "port", 0));
}

/* The service's name as the API server's proxy takes it: [SCHEME:]NAME[:PORT]. */
static void proxy_name(struct buf *out, const char *name, const cJSON *port)
{
	const char *port_name = json_string(port, "name");
	bool secure = str_equal(port_name, "https") || json_int(port, "port", 0) == 443;

	buf_printf(out, "%s%s", secure ? "https:" : "", name);
	if (secure || !str_empty(port_name))
		buf_printf(out, ":%s", port_name ? port_name : "");
}

static void proxy_link(struct buf *out, const char *server, const cJSON *service, const cJSON *ports)
{
	const char *name = json_path_string(service, "metadata", "name", NULL);
	const char *ns = json_path_string(service, "metadata", "namespace", NULL);

	buf_printf(out, "%s/api/v1/namespaces/%s/services/", server, ns ? ns : "");
	if (json_size(ports))
		proxy_name(out, name ? name : "", ports->child);
	else
		buf_puts(out, name ? name : "");
	buf_puts(out, "/proxy");
}

static void show_service(struct invocation *inv, const char *server, const cJSON *service)
{
	const cJSON *ports = json_path(service, "spec", "ports", NULL);
	const cJSON *ingress = json_path(service, "status", "loadBalancer", "ingress", NULL);
	const char *name = json_path_string(service, "metadata", "labels", "kubernetes.io/name", NULL);
	_cleanup_buf_ struct buf link = BUF_INIT;

	if (json_size(ingress))
		balancer_link(&link, ingress->child, ports);
	else
		proxy_link(&link, server, service, ports);
	if (str_empty(name))
		name = json_path_string(service, "metadata", "name", NULL);
	print_service(inv, name ? name : "", link.data);
}

static int show_cluster(struct invocation *inv, struct error *err)
{
	static const struct list_options labelled = {.label_selector = "kubernetes.io/cluster-service=true"};
	const char *ns = args_string(inv->args, "namespace");
	const struct resource *services;
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *service;
	struct client *client;
	struct mapper *mapper;

	if (invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err) ||
	    mapper_find(mapper, "services", &services, err) ||
	    client_list(client, services, *ns ? ns : "kube-system", &labelled, &list, err))
		return -1;
	print_service(inv, "Kubernetes control plane", client_server(client));
	cJSON_ArrayForEach(service, json_get(list, "items")) show_service(inv, client_server(client), service);
	return 0;
}

static int cluster_info_run(struct invocation *inv, struct error *err)
{
	int failure = show_cluster(inv, err);

	fprintf(inv->out, "\nTo further debug and diagnose cluster problems, use '%s cluster-info dump'.\n",
		inv->program);
	return failure;
}

const struct command command_cluster_info = {
	.name = "cluster-info",
	.group = GROUP_CLUSTER,
	.summary = "Shows where the control plane and the cluster's services are",
	.description = "Shows the address of the control plane and of the services that carry the label "
		       "kubernetes.io/cluster-service=true.",
	.examples = "  # Addresses of the control plane and of cluster services\n  kubec cluster-info",
	.subcommands = (const struct command *const[]){&command_cluster_info_dump, NULL},
	.run = cluster_info_run,
};
