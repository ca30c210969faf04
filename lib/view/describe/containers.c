#include <ctype.h>

#include "base/quantity.h"
#include "data/gotext.h"
#include "view/describe/engine.h"

static const char *truth(bool b)
{
	return b ? "true" : "false";
}

/* ---- ports, commands, resources ------------------------------------------------------------------ */

static void ports_show(struct describe *d, const char *label, const cJSON *ports, const char *field)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *port;

	cJSON_ArrayForEach(port, ports)
	{
		const char *name = text_at(port, "name");

		buf_printf(&text, "%s%" PRId64 "/%s", text.len ? ", " : "", int_at(port, field),
			   text_at(port, "protocol"));
		if (*name)
			buf_printf(&text, " (%s)", name);
	}
	put(d, 2, "%s%s:\t%s\n", label, strchr(text.data, ',') ? "s" : "", text.len ? text.data : "<none>");
}

static void words_show(struct describe *d, const char *title, const cJSON *words)
{
	const cJSON *word;

	if (node_empty(words))
		return;
	put(d, 2, "%s:\n", title);
	cJSON_ArrayForEach(word, words)
	{
		const char *line = word->valuestring ?: "";

		for (size_t n;; line += n + 1) {
			n = strcspn(line, "\n");
			put(d, 3, "%.*s\n", (int)n, line);
			if (!line[n])
				break;
		}
	}
}

void resources_show(struct describe *d, int level, const cJSON *requirements)
{
	show_quantities(d, &(struct field){level, "Limits", "limits", show_quantities, NULL}, requirements);
	show_quantities(d, &(struct field){level, "Requests", "requests", show_quantities, NULL}, requirements);
}

/* ---- state --------------------------------------------------------------------------------------- */

static const struct field running_fields[] = {{3, "Started", "startedAt", show_time, NULL}, {0}};
static const struct field waiting_fields[] = {{3, "Reason", "reason", show_if, NULL}, {0}};

static void show_signal(struct describe *d, const struct field *f, const cJSON *node)
{
	if (int_at(node, f->path) > 0)
		show_text(d, f, node);
}

static const struct field terminated_fields[] = {
	{3, "Reason", "reason", show_if, NULL},
	{3, "Message", "message", show_if, NULL},
	{3, "Exit Code", "exitCode", show_text, "0"},
	{3, "Signal", "signal", show_signal, NULL},
	{3, "Started", "startedAt", show_time, NULL},
	{3, "Finished", "finishedAt", show_time, NULL},
	{0},
};

static const struct {
	const char *member, *word;
	const struct field *fields;
} states[] = {
	{"running", "Running", running_fields},
	{"waiting", "Waiting", waiting_fields},
	{"terminated", "Terminated", terminated_fields},
};

static void state_show(struct describe *d, const char *title, const cJSON *state)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		const cJSON *one = node_at(state, states[i].member);

		if (!one)
			continue;
		put(d, 2, "%s:\t%s\n", title, states[i].word);
		fields_show(d, states[i].fields, one);
		return;
	}
	put(d, 2, "%s:\tWaiting\n", title);
}

static void status_show(struct describe *d, const cJSON *status)
{
	if (!status)
		return;
	state_show(d, "State", node_at(status, "state"));
	if (node_at(status, "lastState.terminated"))
		state_show(d, "Last State", node_at(status, "lastState"));
	put(d, 2, "Ready:\t%s\n", bool_at(status, "ready") ? "True" : "False");
	put(d, 2, "Restart Count:\t%" PRId64 "\n", int_at(status, "restartCount"));
}

/* ---- probes ---------------------------------------------------------------------------------------- */

/* As net/url escapes a path. */
static void path_put(struct buf *out, const char *path)
{
	if (*path && *path != '/')
		buf_putc(out, '/');
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if ((c < 0x80 && isalnum(c)) || strchr("-_.~$&+,/:;=@", c))
			buf_putc(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

static void http_put(struct buf *out, const cJSON *get)
{
	const char *host = text_at(get, "host");
	bool bracket = strchr(host, ':');

	buf_puts(out, "http-get ");
	for (const char *p = text_at(get, "scheme"); *p; p++)
		buf_putc(out, (char)tolower((unsigned char)*p));
	buf_printf(out, "%s//%s%s%s:", *text_at(get, "scheme") ? ":" : "", bracket ? "[" : "", host,
		   bracket ? "]" : "");
	expand(out, "{port|0}", get);
	path_put(out, text_at(get, "path"));
}

static void probe_show(struct describe *d, const char *title, const cJSON *probe)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!probe)
		return;
	if (node_at(probe, "exec"))
		expand(&text, "exec {exec.command@list}", probe);
	else if (node_at(probe, "httpGet"))
		http_put(&text, node_at(probe, "httpGet"));
	else if (node_at(probe, "tcpSocket"))
		expand(&text, "tcp-socket {tcpSocket.host}:{tcpSocket.port|0}", probe);
	else if (node_at(probe, "grpc"))
		expand(&text, "grpc <pod>:{grpc.port|0} {grpc.service}", probe);
	else
		buf_puts(&text, "unknown");
	expand(&text,
	       " delay={initialDelaySeconds|0}s timeout={timeoutSeconds|0}s period={periodSeconds|0}s "
	       "#success={successThreshold|0} #failure={failureThreshold|0}",
	       probe);
	put(d, 2, "%s:\t%s\n", title, text.data);
}

/* ---- environment -------------------------------------------------------------------------------------- */

static void env_from_show(struct describe *d, const cJSON *sources)
{
	const cJSON *from;

	if (node_empty(sources))
		return;
	put(d, 2, "Environment Variables from:\n");
	cJSON_ArrayForEach(from, sources)
	{
		const cJSON *map = node_at(from, "configMapRef"), *ref = map ?: node_at(from, "secretRef");
		const char *prefix = text_at(from, "prefix");

		put(d, 3, "%s\t%s%s%s%s\tOptional: %s\n", text_at(ref, "name"),
		    map   ? "ConfigMap"
		    : ref ? "Secret"
			  : "",
		    *prefix ? " with prefix '" : "", prefix, *prefix ? "'" : "", truth(bool_at(ref, "optional")));
	}
}

/* The fields of a Pod that are known without asking a kubelet; kubectl resolves no others. */
static const char *pod_field(const cJSON *pod, const char *path)
{
	if (pod && (!strcmp(path, "metadata.name") || !strcmp(path, "metadata.namespace")))
		return text_at(pod, path);
	return "";
}

static const char *const counted_resources[] = {"cpu", "memory", "ephemeral-storage"};

static bool is_counted(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(counted_resources); i++) {
		if (!strcmp(counted_resources[i], name))
			return true;
	}
	return str_starts(name, "hugepages-");
}

/* A quantity in thousandths or wholes, rounded up. */
static int64_t quantity_in(const cJSON *node, __int128 unit, int64_t fallback)
{
	_cleanup_error_ struct error wrong = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct quantity q;

	if (!node)
		return fallback;
	quantity_put(&text, node);
	if (quantity_parse(text.data, &q, &wrong))
		return fallback;
	return (int64_t)((q.nano + unit - 1) / unit);
}

/* "limits.cpu" of a container in units of a divisor; "" for a resource that has no value here. */
static void resource_field_put(struct buf *out, const cJSON *container, const cJSON *ref)
{
	const char *resource = text_at(ref, "resource"), *name = strchr(resource, '.');
	__int128 unit = name && !strcmp(name, ".cpu") ? 1000000 : 1000000000;
	int64_t whole = unit == 1000000 ? 1000 : 1, value, divisor;

	if (!name || !is_counted(++name) || (!str_starts(resource, "limits.") && !str_starts(resource, "requests.")))
		return;
	_cleanup_free_ char *list = xstrndup(resource, (size_t)(name - 1 - resource));

	value = quantity_in(json_get(node_at(node_at(container, "resources"), list), name), unit, 0);
	divisor = quantity_in(node_at(ref, "divisor"), unit, 0) ?: whole;
	value = value / divisor + (value % divisor > 0);
	if (!value && (!strcmp(resource, "limits.cpu") || !strcmp(resource, "limits.memory")))
		buf_puts(out, "node allocatable");
	else
		buf_printf(out, "%" PRId64, value);
}

static void env_value_show(struct describe *d, const char *name, const char *value)
{
	for (bool first = true;; first = false) {
		size_t n = strcspn(value, "\n");

		put(d, 3, "%s%s\t%.*s\n", first ? name : "", first ? ":" : "", (int)n, value);
		if (!value[n])
			return;
		value += n + 1;
	}
}

static void env_source_show(struct describe *d, const char *name, const cJSON *from, const cJSON *container,
			    const cJSON *pod)
{
	const cJSON *field = node_at(from, "fieldRef"), *resource = node_at(from, "resourceFieldRef");
	const cJSON *secret = node_at(from, "secretKeyRef"), *map = node_at(from, "configMapKeyRef");
	const cJSON *ref = secret ?: map;
	_cleanup_buf_ struct buf value = BUF_INIT;

	if (field) {
		const char *path = text_at(field, "fieldPath");

		put(d, 3, "%s:\t%s (%s:%s)\n", name, pod_field(pod, path), text_at(field, "apiVersion"), path);
	} else if (resource) {
		resource_field_put(&value, container, resource);
		put(d, 3, "%s:\t%s (%s)\n", name, value.data, text_at(resource, "resource"));
	} else if (ref) {
		put(d, 3, "%s:\t<set to the key '%s' %s '%s'>\tOptional: %s\n", name, text_at(ref, "key"),
		    secret ? "in secret" : "of config map", text_at(ref, "name"), truth(bool_at(ref, "optional")));
	}
}

static void env_show(struct describe *d, const cJSON *container, const cJSON *pod)
{
	const cJSON *env = node_at(container, "env"), *e;

	put(d, 2, "Environment:%s\n", node_empty(env) ? "\t<none>" : "");
	cJSON_ArrayForEach(e, env)
	{
		const cJSON *from = node_at(e, "valueFrom");

		if (from)
			env_source_show(d, text_at(e, "name"), from, container, pod);
		else
			env_value_show(d, text_at(e, "name"), text_at(e, "value"));
	}
}

/* ---- mounts ----------------------------------------------------------------------------------------- */

static void mounts_show(struct describe *d, const cJSON *container)
{
	_cleanup_vec_ struct vec mounts = VEC_INIT, devices = VEC_INIT;
	const char *none;

	sorted_items(node_at(container, "volumeMounts"), "mountPath", &mounts);
	sorted_items(node_at(container, "volumeDevices"), "devicePath", &devices);
	none = mounts.len ? "" : "\t<none>";
	put(d, 2, "Mounts:%s\n", none);
	for (size_t i = 0; i < mounts.len; i++) {
		const cJSON *m = mounts.items[i];
		_cleanup_buf_ struct buf sub = BUF_INIT;

		if (*text_at(m, "subPath")) {
			buf_puts(&sub, ",path=");
			go_quote(&sub, text_at(m, "subPath"));
		}
		put(d, 3, "%s from %s (%s%s)\n", text_at(m, "mountPath"), text_at(m, "name"),
		    bool_at(m, "readOnly") ? "ro" : "rw", sub.data);
	}
	if (devices.len)
		put(d, 2, "Devices:%s\n", none);
	for (size_t i = 0; i < devices.len; i++)
		put(d, 3, "%s from %s\n", text_at(devices.items[i], "devicePath"), text_at(devices.items[i], "name"));
}

/* ---- containers ---------------------------------------------------------------------------------------- */

static void seccomp_show(struct describe *d, const cJSON *profile)
{
	if (!profile)
		return;
	put(d, 2, "SeccompProfile:\t%s\n", text_at(profile, "type"));
	if (!strcmp(text_at(profile, "type"), "Localhost"))
		put(d, 3, "LocalhostProfile:\t%s\n", text_at(profile, "localhostProfile"));
}

static void container_show(struct describe *d, const char *space, const cJSON *c, const cJSON *status, const cJSON *pod)
{
	put(d, 1, "%s%s:\n", *space ? " " : "", text_at(c, "name"));
	if (status)
		put(d, 2, "Container ID:\t%s\n", text_at(status, "containerID"));
	put(d, 2, "Image:\t%s\n", text_at(c, "image"));
	if (status)
		put(d, 2, "Image ID:\t%s\n", text_at(status, "imageID"));
	ports_show(d, "Port", node_at(c, "ports"), "containerPort");
	ports_show(d, "Host Port", node_at(c, "ports"), "hostPort");
	seccomp_show(d, node_at(c, "securityContext.seccompProfile"));
	words_show(d, "Command", node_at(c, "command"));
	words_show(d, "Args", node_at(c, "args"));
	status_show(d, status);
	resources_show(d, 2, node_at(c, "resources"));
	probe_show(d, "Liveness", node_at(c, "livenessProbe"));
	probe_show(d, "Readiness", node_at(c, "readinessProbe"));
	probe_show(d, "Startup", node_at(c, "startupProbe"));
	env_from_show(d, node_at(c, "envFrom"));
	env_show(d, c, pod);
	mounts_show(d, c);
}

static const cJSON *status_of(const cJSON *statuses, const char *name)
{
	const cJSON *status, *found = NULL;

	cJSON_ArrayForEach(status, statuses)
	{
		if (!strcmp(text_at(status, "name"), name))
			found = status;
	}
	return found;
}

void containers_show(struct describe *d, const char *title, const char *space, const cJSON *containers,
		     const cJSON *statuses, const cJSON *pod)
{
	const cJSON *c;

	put(d, 0, "%s%s:%s\n", space, title, json_size(containers) ? "" : " <none>");
	cJSON_ArrayForEach(c, containers) container_show(d, space, c, status_of(statuses, text_at(c, "name")), pod);
}
