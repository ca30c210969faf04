#include <arpa/inet.h>
#include <sys/resource.h>

#include "base/timeutil.h"
#include "deletion.h"
#include "kube/forward.h"
#include "remote.h"

static const struct option options_port_forward[] = {
	{"address", .type = OPTION_LIST, .fallback = "localhost",
	 .help = "Addresses of this machine to listen on, joined by commas; localhost is 127.0.0.1 and ::1, as far as there are both."},
	OPTION_POD_RUNNING_TIMEOUT("1m0s"),
	{"retry", .type = OPTION_BOOL, .flags = OPTION_OWN,
	 .help = "When the Pod is gone, go on with the one that took its place, instead of ending."},
	{0},
};

static const struct option *const options[] = {options_port_forward, NULL};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_POD_OR_WORKLOAD, NULL}},
	{.name = "[LOCAL:]REMOTE", .repeats = true},
	{0},
};

#define RETRY_PAUSE SECOND

struct port {
	unsigned local, remote;
};

struct port_forward {
	struct invocation *inv;
	struct remote remote;
	struct forward *forward;
	int64_t timeout;
	bool retry;
};

/* ---- ports ------------------------------------------------------------------------------------------- */

/* "LOCAL:REMOTE", or "PORT" for both; of more parts the first counts for both, as in kubectl. free() both. */
static void split_port(const char *text, char **ret_local, char **ret_remote)
{
	const char *colon = strchr(text, ':');

	*ret_local = xstrndup(text, strcspn(text, ":"));
	*ret_remote = xstrdup(colon && !strchr(colon + 1, ':') ? colon + 1 : *ret_local);
}

static bool is_number(const char *text)
{
	size_t sign = *text == '-' || *text == '+';

	return text[sign] && strspn(text + sign, "0123456789") == strlen(text + sign);
}

static int64_t pod_named_port(const cJSON *pod, const char *name)
{
	static const char *const lists[] = {"containers", "initContainers"};
	const cJSON *container, *port;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		cJSON_ArrayForEach(container, json_path(pod, "spec", lists[i], NULL))
			cJSON_ArrayForEach(port, json_get(container, "ports"))
				if (str_equal(json_string(port, "name"), name))
					return json_int(port, "containerPort", -1);
	return -1;
}

static int pod_port(const cJSON *pod, const char *name, int64_t *ret, struct error *err)
{
	*ret = is_number(name) ? strtoll(name, NULL, 10) : pod_named_port(pod, name);
	if (*ret >= 0 || is_number(name))
		return 0;
	return error_set(err, ERROR_OTHER, "Pod '%s' does not have a named port '%s'", json_path_string(pod, "metadata", "name", NULL),
			 name);
}

static int service_port(const cJSON *service, const char *name, int64_t *ret, struct error *err)
{
	const cJSON *port;

	if (is_number(name)) {
		*ret = strtoll(name, NULL, 10);
		return 0;
	}
	cJSON_ArrayForEach(port, json_path(service, "spec", "ports", NULL))
		if (str_equal(json_string(port, "name"), name)) {
			*ret = json_int(port, "port", -1);
			return 0;
		}
	return error_set(err, ERROR_OTHER, "Service '%s' does not have a named port '%s'",
			 json_path_string(service, "metadata", "name", NULL), name);
}

/* Where a port of a Service leads to in a Pod. */
static int service_target(const cJSON *service, const cJSON *pod, int64_t number, int64_t *ret, struct error *err)
{
	bool headless = str_equal(json_path_string(service, "spec", "clusterIP", NULL), "None");
	const cJSON *port;

	cJSON_ArrayForEach(port, json_path(service, "spec", "ports", NULL))
	{
		const cJSON *target = json_get(port, "targetPort");

		if (json_int(port, "port", -1) != number)
			continue;
		if (json_is_string(target) && !headless)
			return pod_port(pod, target->valuestring, ret, err);
		*ret = headless ? number : json_int(port, "targetPort", 0);
		if (!*ret)
			*ret = number;
		return 0;
	}
	return error_set(err, ERROR_OTHER, "Service %s does not have a service port %lld",
			 json_path_string(service, "metadata", "name", NULL), (long long)number);
}

/* True when ports (of a Service, or of containers) has this number for UDP and not for TCP. */
static void note_protocol(const cJSON *ports, const char *field, int64_t number, bool *udp, bool *tcp)
{
	const cJSON *port;

	cJSON_ArrayForEach(port, ports)
	{
		if (json_int(port, field, -1) != number)
			continue;
		*udp |= str_equal(json_string(port, "protocol"), "UDP");
		*tcp |= str_equal(json_string(port, "protocol"), "TCP");
	}
}

static int check_udp(const struct remote *r, bool is_service, const char *name, struct error *err)
{
	const cJSON *container;
	bool udp = false, tcp = false;
	int64_t number;

	if (is_service ? service_port(r->target->object, name, &number, err) : pod_port(r->pod, name, &number, err))
		return -1;
	if (is_service)
		note_protocol(json_path(r->target->object, "spec", "ports", NULL), "port", number, &udp, &tcp);
	else
		cJSON_ArrayForEach(container, json_path(r->pod, "spec", "containers", NULL))
			note_protocol(json_get(container, "ports"), "containerPort", number, &udp, &tcp);
	return udp && !tcp ? error_set(err, ERROR_OTHER, "UDP protocol is not supported for %s", name) : 0;
}

static int resolve_remote(const struct remote *r, bool is_service, const char *name, int64_t *ret, struct error *err)
{
	int64_t number;

	if (!is_service)
		return pod_port(r->pod, name, ret, err);
	return service_port(r->target->object, name, &number, err) ||
	       service_target(r->target->object, r->pod, number, ret, err) ? -1 : 0;
}

/* 0 to 65535, in Go's words. */
static int read_number(const char *which, const char *text, unsigned *ret, struct error *err)
{
	unsigned long value;

	errno = 0;
	value = strtoul(text, NULL, 10);
	if (!*text || strspn(text, "0123456789") != strlen(text))
		return error_set(err, ERROR_OTHER, "error parsing %s port '%s': strconv.ParseUint: parsing \"%s\": invalid syntax", which,
				 text, text);
	if (errno || value > 65535)
		return error_set(err, ERROR_OTHER, "error parsing %s port '%s': strconv.ParseUint: parsing \"%s\": value out of range", which,
				 text, text);
	*ret = (unsigned)value;
	return 0;
}

/* One "[LOCAL:]REMOTE"; names become numbers. */
static int read_port(const struct remote *r, bool is_service, const char *text, struct port *ret, struct error *err)
{
	_cleanup_free_ char *local = NULL, *name = NULL, *number = NULL;
	int64_t remote, local_number = 0;

	split_port(text, &local, &name);
	if (!is_service && !*name)
		return error_set(err, ERROR_OTHER, "remote port cannot be empty");
	if (resolve_remote(r, is_service, name, &remote, err))
		return -1;
	/* one word for both: the near port is the Service's, and of a Pod what the name stands for */
	if (!strcmp(local, name) && !is_number(name)) {
		local_number = remote;
		if (is_service && service_port(r->target->object, name, &local_number, err))
			return -1;
		free(local);
		local = xasprintf("%lld", (long long)local_number);
	}
	number = xasprintf("%lld", (long long)remote);
	if (read_number("local", *local ? local : "0", &ret->local, err) || read_number("remote", number, &ret->remote, err))
		return -1;
	return ret->remote ? 0 : error_set(err, ERROR_OTHER, "remote port must be > 0");
}

static int read_ports(const struct remote *r, const struct vec *words, struct port *ret, struct error *err)
{
	bool is_service = !strcmp(r->target->resource->kind, "Service") && !*r->target->resource->group;

	for (size_t i = 1; i < words->len; i++) {
		_cleanup_free_ char *local = NULL, *name = NULL;

		split_port(vec_string(words, i), &local, &name);
		if (check_udp(r, is_service, name, err))
			return -1;
	}
	for (size_t i = 1; i < words->len; i++)
		if (read_port(r, is_service, vec_string(words, i), &ret[i - 1], err))
			return -1;
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------------------------ */

struct listen_address {
	char *text;
	bool optional; /* of localhost: one of the two is enough */
};

static void listen_address_free(struct listen_address *a)
{
	free(a->text);
	free(a);
}

static void add_address(struct vec *to, const char *text, bool optional)
{
	struct listen_address *a = NULL;

	for (size_t i = 0; i < to->len && !a; i++)
		if (str_equal(((struct listen_address *)to->items[i])->text, text))
			a = to->items[i];
	if (a) {
		/* an address of its own right counts more than localhost's */
		a->optional &= optional;
		return;
	}
	a = NEW(struct listen_address);
	*a = (struct listen_address){xstrdup(text), optional};
	vec_add(to, a);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct listen_address *const *x = a, *const *y = b;

	return strcmp((*x)->text, (*y)->text);
}

static void read_addresses(const struct vec *given, struct vec *ret)
{
	for (size_t i = 0; i < given->len; i++) {
		bool localhost = str_equal(vec_string(given, i), "localhost");

		add_address(ret, localhost ? "127.0.0.1" : vec_string(given, i), localhost);
		if (localhost)
			add_address(ret, "::1", true);
	}
	vec_sort(ret, compare_addresses);
}

/* Listens for one port on all addresses. ERROR_OTHER when that is not enough. */
static int listen_on(struct port_forward *p, const struct vec *addresses, struct port *port, struct error *err)
{
	_cleanup_buf_ struct buf failures = BUF_INIT;
	size_t optional = 0, needed = 0, listening = 0;

	for (size_t i = 0; i < addresses->len; i++) {
		const struct listen_address *a = addresses->items[i];
		_cleanup_error_ struct error e = ERROR_INIT;
		bool v6 = strchr(a->text, ':');

		if (forward_listen(p->forward, a->text, port->local, port->remote, &port->local, &e)) {
			buf_printf(&failures, "%sunable to create listener: Error %s", failures.len ? " " : "", e.message);
			optional += a->optional;
			needed += !a->optional;
			continue;
		}
		listening += a->optional;
		fprintf(p->inv->out, "Forwarding from %s%s%s:%u -> %u\n", v6 ? "[" : "", a->text, v6 ? "]" : "", port->local, port->remote);
	}
	fflush(p->inv->out);
	if (!needed && (!optional || listening))
		return 0;
	return error_set(err, ERROR_OTHER, "Listeners failed to create with the following errors: [%s]", failures.data);
}

static int listen_on_all(struct port_forward *p, struct port *ports, size_t n, struct error *err)
{
	_cleanup_vec_ struct vec addresses = VEC_OWNING(listen_address_free);
	_cleanup_buf_ struct buf list = BUF_INIT;
	size_t failed = 0;

	read_addresses(args_list(p->inv->args, "address"), &addresses);
	for (size_t i = 0; i < n; i++) {
		_cleanup_error_ struct error e = ERROR_INIT;

		if (!listen_on(p, &addresses, &ports[i], &e))
			continue;
		failed++;
		fprintf(p->inv->err, "Unable to listen on port %u: %s\n", ports[i].local, e.message);
	}
	if (failed < n)
		return 0;
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s{%u %u}", i ? " " : "", ports[i].local, ports[i].remote);
	return error_set(err, ERROR_OTHER, "unable to listen on any of the requested ports: [%s]", list.data);
}

static bool address_is_ip(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static int check_addresses(struct invocation *inv, struct error *err)
{
	const struct vec *given = args_list(inv->args, "address");

	if (!given->len)
		return error_set(err, ERROR_OTHER, "you must specify at least 1 address");
	for (size_t i = 0; i < given->len; i++)
		if (!str_equal(vec_string(given, i), "localhost") && !address_is_ip(vec_string(given, i)))
			return error_set(err, ERROR_OTHER, "%s is not a valid IP", vec_string(given, i));
	return 0;
}

/* ---- connections ------------------------------------------------------------------------------------------------ */

static void on_connected(void *ctx, unsigned local)
{
	struct port_forward *p = ctx;

	fprintf(p->inv->out, "Handling connection for %u\n", local);
	fflush(p->inv->out);
}

static void on_trouble(void *ctx, unsigned local, unsigned remote, const char *text)
{
	struct port_forward *p = ctx;

	fprintf(p->inv->err, "an error occurred forwarding %u -> %u: %s\n", local, remote, text);
}

static bool pod_runs(const cJSON *pod)
{
	return str_equal(json_path_string(pod, "status", "phase", NULL), "Running") &&
	       !json_path(pod, "metadata", "deletionTimestamp", NULL);
}

static void use_pod(struct port_forward *p, const cJSON *pod)
{
	forward_set_pod(p->forward, json_path_string(pod, "metadata", "namespace", NULL), json_path_string(pod, "metadata", "name", NULL));
}

static bool pod_is_there(struct port_forward *p)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *pod = NULL;

	return !client_get(p->remote.client, pods_resource(), json_path_string(p->remote.pod, "metadata", "namespace", NULL),
			   json_path_string(p->remote.pod, "metadata", "name", NULL), NULL, &pod, &ignored) &&
	       pod_runs(pod);
}

/* Looks for the Pod that took the place of the one that is gone, until there is one or the time is over. */
static bool find_again(struct port_forward *p)
{
	int64_t end = time_monotonic() + p->timeout;

	while (!http_cancelled && time_monotonic() < end) {
		struct vec first = {.items = args_words(p->inv->args)->items, .len = 1};
		_cleanup_error_ struct error ignored = ERROR_INIT;
		_cleanup_remote_ struct remote r = {0};

		if (!remote_find(p->inv, &first, "forward to", &r, &ignored) && !remote_pod(&r, p->timeout, &ignored) && pod_runs(r.pod)) {
			cJSON_Delete(p->remote.pod);
			p->remote.pod = TAKE_PTR(r.pod);
			use_pod(p, p->remote.pod);
			fprintf(p->inv->err, "Forwarding to pod/%s now\n", json_path_string(p->remote.pod, "metadata", "name", NULL));
			return true;
		}
		wait_interruptibly(RETRY_PAUSE, &ignored);
	}
	return false;
}

/* A connection that was not made: for the server's reasons, for want of a server, or since the Pod is gone. */
static enum forward_answer on_refused(void *ctx, struct error *err)
{
	struct port_forward *p = ctx;
	bool there = pod_is_there(p);

	if (!there && p->retry && find_again(p))
		return FORWARD_AGAIN;
	if (!there) {
		error_set(err, ERROR_OTHER, "lost connection to pod");
		return FORWARD_STOP;
	}
	if (err->class == ERROR_API) {
		_cleanup_free_ char *text = xstrdup(err->message);

		error_set(err, ERROR_OTHER, "error upgrading connection: %s", text);
		return FORWARD_STOP;
	}
	fprintf(p->inv->err, "error upgrading connection: %s\n", err->message);
	return FORWARD_DROP;
}

/* Each connection takes two descriptors: as many as may be had. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- the verb --------------------------------------------------------------------------------------------------------- */

static int forward_ports(struct port_forward *p, struct port *ports, size_t n, struct error *err)
{
	const struct forward_events events = {on_connected, on_trouble, on_refused, p};
	int failure;

	p->forward = forward_new(p->remote.client, &events);
	use_pod(p, p->remote.pod);
	raise_limit();
	failure = listen_on_all(p, ports, n, err) || forward_run(p->forward, err) ? -1 : 0;
	forward_free(TAKE_PTR(p->forward));
	return failure;
}

static int find_pod(struct port_forward *p, const struct vec *words, struct error *err)
{
	struct vec first = {.items = words->items, .len = 1};

	return remote_find(p->inv, &first, "forward to", &p->remote, err) || remote_pod(&p->remote, p->timeout, err) ? -1 : 0;
}

static int port_forward_run(struct invocation *inv, struct error *err)
{
	struct port_forward p = {.inv = inv, .retry = args_bool(inv->args, "retry")};
	const struct vec *words = args_words(inv->args);
	_cleanup_free_ struct port *ports = xcalloc(words->len + 1, sizeof(*ports));
	int failure = -1;

	if (words->len < 2)
		return usage_error(inv, err, "TYPE/NAME and list of ports are required for port-forward");
	if (args_duration(inv->args, "pod-running-timeout") <= 0)
		return usage_error(inv, err, "--pod-running-timeout must be higher than zero");
	if (!remote_timeout(inv, &p.timeout, err) && !find_pod(&p, words, err) && !read_ports(&p.remote, words, ports, err)) {
		const char *phase = json_path_string(p.remote.pod, "status", "phase", NULL);

		if (!str_equal(phase, "Running"))
			error_set(err, ERROR_OTHER, "unable to forward port because pod is not running. Current status=%s", phase ? phase : "");
		else if (!check_addresses(inv, err))
			failure = forward_ports(&p, ports, words->len - 1, err);
	}
	remote_release(&p.remote);
	return failure;
}

const struct command command_port_forward = {
	.name = "port-forward",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Connect local ports with ports of a Pod",
	.description = "Makes ports of this machine lead to ports of a Pod, until Ctrl-C.\n\n"
		       "A workload or a Service stands for the best of its Pods; ports of a Service are those that it shows, and lead to "
		       "its target ports. A connection that the Pod refuses is told and does not end the others. When the Pod is gone, it "
		       "is over, unless --retry finds what took its place.",
	.examples = "  # Ports 5000 and 6000 here and there\n  kubec port-forward pod/web 5000 6000\n\n"
		    "  # A Pod of a Deployment\n  kubec port-forward deployment/web 5000 6000\n\n"
		    "  # The port that a Service calls https, on 8443\n  kubec port-forward service/web 8443:https\n\n"
		    "  # 8888 here, 5000 there\n  kubec port-forward pod/web 8888:5000\n\n"
		    "  # For others to use, too\n  kubec port-forward --address localhost,10.19.21.23 pod/web 8888:5000\n\n"
		    "  # Any free port here\n  kubec port-forward pod/web :5000",
	.usage = "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
	.options = options,
	.arguments = arguments,
	.run = port_forward_run,
};
