#include "create/create.h"

#define PORT_NAME_MAX 15
#define SUBDOMAIN_MAX 253

#define OPTION_TCP {"tcp", .type = OPTION_LIST, OPTION_ARG("PORT[:TARGET]"), .help = "Port of the Service, and of its Pods where that differs."}

static const struct option options_clusterip[] = {
	OPTION_TCP,
	{"clusterip", .type = OPTION_STRING, .help = "Address inside the cluster; None makes the Service headless."},
	{0},
};
static const struct option options_nodeport[] = {
	OPTION_TCP,
	{"node-port", .type = OPTION_INT, .help = "Port on every node; the server chooses one for 0."},
	{0},
};
static const struct option options_loadbalancer[] = {OPTION_TCP, {0}};
static const struct option options_externalname[] = {
	OPTION_TCP,
	{"external-name", .type = OPTION_STRING, .flags = OPTION_REQUIRED, .help = "Name outside that the Service stands for."},
	{0},
};

#define OPTIONS_OF(own) {own, options_create, options_dry_run, options_validate, options_print, NULL}
static const struct option *const clusterip_options[] = OPTIONS_OF(options_clusterip);
static const struct option *const nodeport_options[] = OPTIONS_OF(options_nodeport);
static const struct option *const loadbalancer_options[] = OPTIONS_OF(options_loadbalancer);
static const struct option *const externalname_options[] = OPTIONS_OF(options_externalname);

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* ---- ports ------------------------------------------------------------------- */

/* A port as Go's ParseUint reads it, 16 bits. */
static int port_parse(const char *text, int *ret, struct error *err)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long port;

	if (!digits || text[digits])
		return error_set(err, ERROR_OTHER, "strconv.ParseUint: parsing \"%s\": invalid syntax", text);
	errno = 0;
	port = strtoul(text, NULL, 10);
	if (errno || port > 65535)
		return error_set(err, ERROR_OTHER, "strconv.ParseUint: parsing \"%s\": value out of range", text);
	*ret = (int)port;
	return 0;
}

static void add_fault(struct buf *faults, bool is, const char *words)
{
	if (is)
		buf_printf(faults, "%s%s", faults->len ? "," : "", words);
}

/* k8s.io/apimachinery's IsValidPortName. */
static int port_name_check(const char *name, struct error *err)
{
	_cleanup_buf_ struct buf faults = BUF_INIT;
	size_t len = strlen(name);

	add_fault(&faults, len > PORT_NAME_MAX, "must be no more than 15 characters");
	add_fault(&faults, !len || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len,
		  "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
	add_fault(&faults, !strpbrk(name, "abcdefghijklmnopqrstuvwxyz"), "must contain at least one letter (a-z)");
	add_fault(&faults, strstr(name, "--"), "must not contain consecutive hyphens");
	add_fault(&faults, len && (*name == '-' || name[len - 1] == '-'), "must not begin or end with a hyphen");
	return faults.len ? error_set(err, ERROR_OTHER, "%s", faults.data) : 0;
}

/* The Pods' port: a number or a name. */
static int target_parse(const char *text, cJSON **ret, struct error *err)
{
	const char *digits = text + (*text == '+' || *text == '-');
	long long number;

	errno = 0;
	number = strtoll(text, NULL, 10);
	if (!*digits || digits[strspn(digits, "0123456789")] || errno) {
		if (port_name_check(text, err))
			return -1;
		*ret = json_new_string(text);
		return 0;
	}
	if (number < 1 || number > 65535)
		return error_set(err, ERROR_OTHER, "must be between 1 and 65535, inclusive");
	*ret = json_new_int(number);
	return 0;
}

static int port_add(cJSON *spec, const char *text, int32_t node_port, struct error *err)
{
	size_t len = strcspn(text, ":");
	_cleanup_free_ char *first = xstrndup(text, len), *name = xstrdup(text), *second = NULL;
	cJSON *target = NULL, *port;
	int number = 0;

	if (port_parse(first, &number, err))
		return -1;
	if (text[len]) {
		second = xstrndup(text + len + 1, strcspn(text + len + 1, ":"));
		if (target_parse(second, &target, err))
			return -1;
	} else {
		target = json_new_int(number);
	}
	for (char *at = name; *at; at++) {
		if (*at == ':')
			*at = '-';
	}
	port = json_parse_literal("{\"name\":\"%s\",\"protocol\":\"TCP\",\"port\":%d}", name, number);
	if (!*name)
		json_remove(port, "name");
	json_set(port, "targetPort", target);
	if (node_port)
		json_set_int(port, "nodePort", node_port);
	json_append(json_ensure_array(spec, "ports"), port);
	return 0;
}

/* ---- the four types ------------------------------------------------------------ */

/* Lower-case labels with dots between them (RFC 1123). */
static bool is_subdomain(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (strlen(text) > SUBDOMAIN_MAX)
		return false;
	for (;; text++) {
		size_t len = strspn(text, letters);

		if (!len || *text == '-' || text[len - 1] == '-')
			return false;
		text += len;
		if (*text != '.')
			return !*text;
	}
}

static const char *text_of(struct invocation *inv, const char *option)
{
	return args_knows(inv->args, option) ? args_string(inv->args, option) : "";
}

static int service_check(struct invocation *inv, const char *type, struct error *err)
{
	bool external = !strcmp(type, "ExternalName");

	if (strcmp(text_of(inv, "clusterip"), "None") != 0 && !args_list(inv->args, "tcp")->len && !external)
		return error_set(err, ERROR_OTHER, "at least one tcp port specifier must be provided");
	if (external && !is_subdomain(args_string(inv->args, "external-name")))
		return error_set(err, ERROR_OTHER, "invalid service external name %s", args_string(inv->args, "external-name"));
	return 0;
}

static int service_spec(struct invocation *inv, const char *name, const char *type, cJSON *spec, struct error *err)
{
	const struct vec *ports = args_list(inv->args, "tcp");
	int32_t node_port = args_knows(inv->args, "node-port") ? (int32_t)args_int(inv->args, "node-port") : 0;

	for (size_t i = 0; i < ports->len; i++) {
		if (port_add(spec, vec_string(ports, i), node_port, err))
			return -1;
	}
	json_set(spec, "selector", json_parse_literal("{\"app\":\"%s\"}", name));
	if (*text_of(inv, "clusterip"))
		json_set_string(spec, "clusterIP", text_of(inv, "clusterip"));
	json_set_string(spec, "type", type);
	if (*text_of(inv, "external-name"))
		json_set_string(spec, "externalName", text_of(inv, "external-name"));
	return 0;
}

static int create_service(struct invocation *inv, const char *type, struct error *err)
{
	_cleanup_free_ char *failure = xasprintf("failed to create %s service: ", type);
	_cleanup_json_ cJSON *object = NULL;
	const char *name;

	if (generated_begin(inv, &name, err) || service_check(inv, type, err) ||
	    generated_new(inv, "v1", "Service", name, true, &object, err))
		return -1;
	json_set_string(json_ensure_object(json_get(object, "metadata"), "labels"), "app", name);
	if (service_spec(inv, name, type, json_ensure_object(object, "spec"), err))
		return -1;
	json_set(object, "status", json_parse_literal("{\"loadBalancer\":{}}"));
	/* kubectl takes --save-config for services and does nothing with it. */
	return generated_send(inv, TAKE_PTR(object), failure, err);
}

static int create_clusterip_run(struct invocation *inv, struct error *err)
{
	return create_service(inv, "ClusterIP", err);
}

static int create_nodeport_run(struct invocation *inv, struct error *err)
{
	return create_service(inv, "NodePort", err);
}

static int create_loadbalancer_run(struct invocation *inv, struct error *err)
{
	return create_service(inv, "LoadBalancer", err);
}

static int create_externalname_run(struct invocation *inv, struct error *err)
{
	return create_service(inv, "ExternalName", err);
}

static const struct command command_clusterip = {
	.name = "clusterip",
	.summary = "A service inside the cluster",
	.examples = "  # Port 80 of the cluster to port 8080 of Pods labelled app=web\n"
		    "  kubec create service clusterip web --tcp=80:8080\n\n"
		    "  # Only names, no address\n"
		    "  kubec create service clusterip db --clusterip=None",
	.usage = "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
	.options = clusterip_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_clusterip_run,
};

static const struct command command_nodeport = {
	.name = "nodeport",
	.summary = "A service on a port of every node",
	.examples = "  # A port of every node to port 8080 of Pods labelled app=web\n"
		    "  kubec create service nodeport web --tcp=80:8080",
	.usage = "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
	.options = nodeport_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_nodeport_run,
};

static const struct command command_loadbalancer = {
	.name = "loadbalancer",
	.summary = "A service with an address outside of the cluster",
	.examples = "  # An address from outside to port 8080 of Pods labelled app=web\n"
		    "  kubec create service loadbalancer web --tcp=80:8080",
	.usage = "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
	.options = loadbalancer_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_loadbalancer_run,
};

static const struct command command_externalname = {
	.name = "externalname",
	.summary = "A service that is another name in DNS",
	.description = "Creates a Service that is another name of a host outside the cluster.",
	.examples = "  # db inside is db.example.com outside\n"
		    "  kubec create service externalname db --external-name=db.example.com",
	.usage = "NAME --external-name external.name [--dry-run=server|client|none]",
	.options = externalname_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_externalname_run,
};

static const struct command *const subcommands[] = {
	&command_clusterip, &command_externalname, &command_loadbalancer, &command_nodeport, NULL,
};

const struct command command_create_service = {
	.name = "service",
	.aliases = "svc",
	.summary = "Create a service of one of four types",
	.usage = "[flags]",
	.subcommands = subcommands,
	.help_on_err = true,
};
