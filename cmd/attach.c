#include "attach.h"

#include "base/timeutil.h"
#include "kube/status.h"
#include "kube/watch.h"

#define DETACH_KEYS "ctrl-p,ctrl-q"

const struct option options_detach[] = {
	{"detach-keys", .fallback = DETACH_KEYS, .help = "Keys that leave the session and let the container run on."},
	{0},
};

const struct option options_session[] = {
	{"quiet", 'q', OPTION_BOOL, .help = "Print nothing but what the container prints."},
	{"stdin", 'i', OPTION_BOOL, .help = "Pass standard input to the container."},
	{"tty", 't', OPTION_BOOL, .help = "Standard input is a terminal: the container's."},
	{0},
};

static const struct option options_attach[] = {
	{"container", 'c', .complete = {COMPLETE_CONTAINERS, NULL},
	 .help = "Container to attach to; otherwise the one that the annotation kubectl.kubernetes.io/default-container names, or the first."},
	OPTION_POD_RUNNING_TIMEOUT("1m0s"),
	{0},
};

static const struct argument arguments[] = {
	{.name = "POD", .complete = {COMPLETE_POD_OR_WORKLOAD, NULL}},
	{0},
};

/* ---- one session -------------------------------------------------------------------------------------- */

/* A container has a terminal or has none, whatever was asked for. */
static bool session_tty(struct invocation *inv, const struct attach *a, const cJSON *container)
{
	bool has_tty = json_bool(container, "tty", false);

	if (a->tty && !has_tty && !a->quiet)
		fprintf(inv->err, "error: Unable to use a TTY - container %s did not allocate one\n", json_string(container, "name"));
	return has_tty;
}

static void say_recorded(struct invocation *inv, const struct attach *a)
{
	if (a->quiet)
		return;
	fputs("All commands and output from this session will be recorded in container logs, including credentials and "
	      "sensitive information passed through the command prompt.\n"
	      "If you don't see a command prompt, try pressing enter.\n", inv->err);
}

static void say_how_to_return(struct invocation *inv, const struct attach *a, const cJSON *pod, const char *container)
{
	const char *pod_name = json_path_string(pod, "metadata", "name", NULL);
	const char *ns = json_path_string(pod, "metadata", "namespace", NULL), *list = "";

	pod_container(pod, container, &list);
	if (!strcmp(list, "ephemeralContainers"))
		fprintf(inv->out,
			"Session ended, the ephemeral container will not be restarted but may be reattached using '%s %s -c %s -n %s -i -t' "
			"if it is still running\n", a->command_name, pod_name, container, ns);
	else
		fprintf(inv->out, "Session ended, resume using '%s %s -c %s -n %s -i -t' command\n", a->command_name, pod_name,
			container, ns);
}

int attach_pod(struct invocation *inv, struct client *c, const cJSON *pod, const struct attach *a, int *ret_status,
	       struct error *err)
{
	struct remote_session s = {.subresource = "attach", .stdin_wanted = a->stdin_wanted};
	const cJSON *container;
	bool tty;

	if (remote_container(inv, pod, a->container, a->quiet, &container, err))
		return error_prefix(err, "cannot attach to the container: ");
	tty = session_tty(inv, a, container);
	s.container = json_string(container, "name");
	s.raw = s.no_stderr = s.redraw = remote_terminal(inv, a->stdin_wanted, a->quiet, &tty);
	s.detach_keys = str_empty(a->detach_keys) ? DETACH_KEYS : a->detach_keys;
	say_recorded(inv, a);
	if (remote_run(inv, c, pod, &s, ret_status, err))
		return -1;
	if (s.raw && !a->quiet && !*ret_status)
		say_how_to_return(inv, a, pod, s.container);
	return 0;
}

/* ---- Pods that were just made --------------------------------------------------------------------------- */

struct pod_wait {
	attach_state_fn *state;
	void *ctx;
	int64_t deadline; /* 0: none */
	cJSON *pod;       /* once it is so */
};

static int pod_event(void *ctx, const char *type, cJSON *taken, struct error *err)
{
	struct pod_wait *w = ctx;
	_cleanup_json_ cJSON *pod = taken;
	_cleanup_json_ cJSON *status = NULL;

	if (!strcmp(type, "DELETED")) {
		status = json_parse_literal("{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404,"
					    "\"message\":\"pods \\\"\\\" not found\"}");
		return status_error(err, status, 0);
	}
	if (w->deadline && time_monotonic() > w->deadline)
		return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition");
	if (!w->state(w->ctx, pod))
		return 0;
	w->pod = TAKE_PTR(pod);
	return WATCH_STOP;
}

int attach_wait(struct client *c, const cJSON *known, int64_t timeout, attach_state_fn *state, void *ctx, cJSON **ret,
		struct error *err)
{
	const char *ns = json_path_string(known, "metadata", "namespace", NULL);
	const char *name = json_path_string(known, "metadata", "name", NULL);
	_cleanup_buf_ struct buf selector = BUF_INIT;
	struct pod_wait w = {.state = state, .ctx = ctx, .deadline = timeout ? time_monotonic() + timeout : 0};
	struct watch_options o = {
		.deadline = w.deadline,
		.resource_version = json_path_string(known, "metadata", "resourceVersion", NULL),
	};

	if (state(ctx, known)) {
		*ret = json_copy(known);
		return 0;
	}
	buf_printf(&selector, "metadata.name=%s", name);
	o.field_selector = selector.data;
	if (watch_run(c, pods_resource(), ns, name, &o, pod_event, &w, err))
		return -1;
	*ret = w.pod;
	return 0;
}

static int write_out(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len ? 0 : -1;
}

int attach_logs(struct invocation *inv, struct client *c, const cJSON *pod, const char *container, struct error *err)
{
	const cJSON *containers = json_path(pod, "spec", "containers", NULL);
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request rq = {.method = "GET", .on_data = write_out, .ctx = inv->out};

	if (str_empty(container))
		container = json_string(containers ? containers->child : NULL, "name");
	resource_path(&path, pods_resource(), json_path_string(pod, "metadata", "namespace", NULL),
		      json_path_string(pod, "metadata", "name", NULL), "log");
	buf_puts(&path, "?container=");
	buf_url_escape(&path, container ? container : "");
	rq.path = path.data;
	if (client_call(c, &rq, NULL, err))
		return -1;
	fflush(inv->out);
	return 0;
}

int attach_or_logs(struct invocation *inv, struct client *c, const cJSON *pod, const struct attach *a, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	int status = 0;

	if (!attach_pod(inv, c, pod, a, &status, &why) && !status)
		return 0;
	if (why.class == ERROR_CANCELLED) {
		error_move(err, &why);
		return -1;
	}
	if (!why.class)
		error_set(&why, ERROR_OTHER, "command terminated with exit code %d", status);
	fprintf(inv->err, "warning: couldn't attach to pod/%s, falling back to streaming logs: %s\n",
		json_path_string(pod, "metadata", "name", NULL), why.message);
	return attach_logs(inv, c, pod, a->container, err);
}

/* ---- the verb -------------------------------------------------------------------------------------------- */

static int attach_check(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (args_duration(inv->args, "pod-running-timeout") <= 0)
		return usage_error(inv, err, "--pod-running-timeout must be higher than zero");
	if (!words->len)
		return error_set(err, ERROR_OTHER, "at least 1 argument is required for attach");
	if (words->len <= 2)
		return 0;
	words_text(&text, words);
	return error_set(err, ERROR_OTHER, "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw %zu: %s", words->len,
			 text.data);
}

static int attach_to(struct invocation *inv, struct remote *r, struct error *err)
{
	const char *phase = json_path_string(r->pod, "status", "phase", NULL);
	_cleanup_free_ char *command_name = xasprintf("%s attach", inv->program);
	struct attach a = {
		.container = args_string(inv->args, "container"),
		.detach_keys = args_string(inv->args, "detach-keys"),
		.command_name = command_name,
		.stdin_wanted = args_bool(inv->args, "stdin"),
		.tty = args_bool(inv->args, "tty"),
		.quiet = args_bool(inv->args, "quiet"),
	};
	int status;

	if (str_equal(phase, "Succeeded") || str_equal(phase, "Failed"))
		return error_set(err, ERROR_OTHER, "cannot attach a container in a completed pod; current phase is %s", phase);
	if (attach_pod(inv, r->client, r->pod, &a, &status, err))
		return remote_failed(a.stdin_wanted, err);
	remote_exit(inv, status);
	return 0;
}

static int attach_run(struct invocation *inv, struct error *err)
{
	_cleanup_remote_ struct remote r = {0};
	int64_t timeout;

	if (attach_check(inv, err) || remote_timeout(inv, &timeout, err) ||
	    remote_find(inv, args_words(inv->args), "attach to", &r, err) || remote_pod(&r, timeout, err))
		return -1;
	return attach_to(inv, &r, err);
}

const struct command command_attach = {
	.name = "attach",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Join the main process of a running container",
	.description = "Joins the process of a container that runs already: shows what it prints from now on, and with -i passes "
		       "standard input to it.\n\nA workload or a Service stands for the best of its Pods.",
	.examples = "  # What the Pod web prints from now on\n  kubec attach web\n\n"
		    "  # Its container proxy\n  kubec attach web -c proxy\n\n"
		    "  # With this terminal as its own; ctrl-p ctrl-q leaves it running\n  kubec attach web -c shell -i -t\n\n"
		    "  # The best Pod of a ReplicaSet\n  kubec attach rs/web",
	.usage = "(POD | TYPE/NAME) -c CONTAINER",
	.options = (const struct option *const[]){options_attach, options_detach, options_session, NULL},
	.arguments = arguments,
	.raw_output = true,
	.run = attach_run,
};
