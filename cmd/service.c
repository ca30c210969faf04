#include "deletion.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "view/table.h"

/*
 * kubec's own, for minikube's users: where a Service can be reached from
 * outside the cluster.
 */

static const struct option options_service[] = {
	{"https", .type = OPTION_BOOL, .help = "Write https URLs; otherwise only for ports named https or numbered 443."},
	{"url", .type = OPTION_BOOL, .help = "Print the URLs, one a line, and open nothing."},
	{"wait", .type = OPTION_DURATION, .fallback = "2s",
	 .help = "How long to wait for a load balancer's address before a node's port is taken instead."},
	{0},
};

static const struct option *const options[] = {options_service, NULL};

static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_NAMES, "services"}}, {0}};

/* ---- addresses ----------------------------------------------------------------- */

static const cJSON *first_ingress(const cJSON *service)
{
	const cJSON *ingress = json_path(service, "status", "loadBalancer", "ingress", NULL);

	return ingress ? ingress->child : NULL;
}

static const char *node_address(const cJSON *node, const char *type)
{
	const cJSON *address;

	cJSON_ArrayForEach(address, json_path(node, "status", "addresses", NULL)) {
		if (str_equal(json_string(address, "type"), type))
			return json_string(address, "address");
	}
	return NULL;
}

/* Any node answers on a node port; an address from outside is preferred. */
static int nodes_address(struct client *c, char **ret, struct error *err)
{
	static const char *const types[] = {"ExternalIP", "InternalIP", "Hostname"};
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *node;

	if (client_list(c, builtin_core("nodes"), NULL, &(struct list_options){.limit = 50}, &list, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		cJSON_ArrayForEach(node, json_get(list, "items")) {
			const char *address = node_address(node, types[i]);

			if (!str_empty(address)) {
				*ret = xstrdup(address);
				return 0;
			}
		}
	}
	return error_set(err, ERROR_OTHER, "no node of the cluster has an address");
}

static void add_url(struct invocation *inv, struct vec *urls, const cJSON *port, const char *host, int64_t number)
{
	bool secure = args_bool(inv->args, "https") || str_equal(json_string(port, "name"), "https") ||
		      json_int(port, "port", 0) == 443;
	bool bracket = strchr(host, ':');
	_cleanup_buf_ struct buf url = BUF_INIT;

	buf_printf(&url, "%s://%s%s%s", secure ? "https" : "http", bracket ? "[" : "", host, bracket ? "]" : "");
	if (number != (secure ? 443 : 80))
		buf_printf(&url, ":%lld", (long long)number);
	vec_add_string(urls, url.data);
}

/* A URL for each port, in their order. */
static int service_urls(struct invocation *inv, struct client *c, const cJSON *service, struct vec *urls,
			struct error *err)
{
	const cJSON *ingress = first_ingress(service), *port;
	const char *type = json_path_string(service, "spec", "type", NULL);
	const char *outside = json_string(ingress, "ip") ?: json_string(ingress, "hostname");
	_cleanup_free_ char *node = NULL;

	if (str_equal(type, "ExternalName"))
		outside = json_path_string(service, "spec", "externalName", NULL);
	else if (!outside && !str_equal(type, "NodePort") && !str_equal(type, "LoadBalancer"))
		return error_set(err, ERROR_OTHER,
				 "service \"%s\" has type %s: it has no address outside the cluster (expose it with "
				 "--type=NodePort or --type=LoadBalancer)",
				 json_path_string(service, "metadata", "name", NULL), type);
	if (!outside && nodes_address(c, &node, err))
		return -1;
	cJSON_ArrayForEach(port, json_path(service, "spec", "ports", NULL))
		add_url(inv, urls, port, outside ? outside : node, json_int(port, outside ? "port" : "nodePort", 0));
	return 0;
}

/* A load balancer may take a moment to have its address. */
static int service_get(struct invocation *inv, struct client *c, const char *ns, const char *name, cJSON **ret,
		       struct error *err)
{
	int64_t end = time_monotonic() + args_duration(inv->args, "wait");

	for (;;) {
		_cleanup_json_ cJSON *service = NULL;
		bool pending;

		if (client_get(c, builtin_core("services"), ns, name, NULL, &service, err))
			return -1;
		pending = str_equal(json_path_string(service, "spec", "type", NULL), "LoadBalancer") &&
			  !first_ingress(service);
		if (!pending || time_monotonic() >= end) {
			*ret = TAKE_PTR(service);
			return 0;
		}
		if (wait_interruptibly(250 * MILLISECOND, err))
			return -1;
	}
}

/* ---- showing --------------------------------------------------------------------- */

static void print_urls(struct invocation *inv, const struct vec *urls)
{
	for (size_t i = 0; i < urls->len; i++)
		fprintf(inv->out, "%s\n", vec_string(urls, i));
}

static void print_table(struct invocation *inv, const cJSON *service, const char *ns, const struct vec *urls)
{
	const char *name = json_path_string(service, "metadata", "name", NULL);
	_cleanup_table_ struct table table = TABLE_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *port = json_path(service, "spec", "ports", NULL);

	table_rowf(&table, "NAMESPACE", "NAME", "PORT", "URL", NULL);
	port = port ? port->child : NULL;
	for (size_t i = 0; port && i < urls->len; i++, port = port->next) {
		const char *label = json_string(port, "name");
		_cleanup_free_ char *shown = str_empty(label) ?
			xasprintf("%lld", (long long)json_int(port, "port", 0)) :
			xasprintf("%s/%lld", label, (long long)json_int(port, "port", 0));

		table_rowf(&table, ns, name, shown, vec_string(urls, i), NULL);
	}
	table_flush(&table, &text);
	fputs(text.data, inv->out);
}

/* The program that opens a URL: $BROWSER, or the desktop's when there is a desktop. */
static const char *url_opener(void)
{
	const char *browser = getenv("BROWSER");
	bool desktop = !str_empty(getenv("DISPLAY")) || !str_empty(getenv("WAYLAND_DISPLAY"));

	if (!str_empty(browser))
		return browser;
	return desktop ? "xdg-open" : NULL;
}

static bool open_url(const char *opener, const char *url)
{
	char *argv[] = {(char *)opener, (char *)url, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	failed = posix_spawnp(&pid, opener, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return !failed;
}

static void open_urls(struct invocation *inv, const struct vec *urls)
{
	const char *opener = url_opener();

	for (size_t i = 0; i < urls->len; i++) {
		if (!opener || !open_url(opener, vec_string(urls, i))) {
			fprintf(inv->err, "no browser was found to open it (BROWSER names one)\n");
			return;
		}
	}
}

static int service_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec urls = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *service = NULL;
	struct client *client;
	const char *name, *ns;
	bool given;

	if (single_name(inv, &name, err) || invocation_namespace(inv, &ns, &given, err) ||
	    invocation_client(inv, &client, err) || service_get(inv, client, ns, name, &service, err) ||
	    service_urls(inv, client, service, &urls, err))
		return -1;
	if (args_bool(inv->args, "url")) {
		print_urls(inv, &urls);
		return 0;
	}
	print_table(inv, service, ns, &urls);
	fflush(inv->out);
	open_urls(inv, &urls);
	return 0;
}

const struct command command_service = {
	.name = "service",
	.group = GROUP_OWN,
	.summary = "Print the URLs of a service, and open them in a browser",
	.description = "Finds out where a Service can be reached from outside the cluster: at its load balancer's address, or "
		       "else at a node's port.",
	.examples = "  # Open a service in the browser\n"
		    "  kubec service web\n\n"
		    "  # In a script\n"
		    "  curl \"$(kubec service web --url)\"",
	.usage = "NAME [--url]",
	.options = options,
	.arguments = arguments,
	.own = true,
	.run = service_run,
};
