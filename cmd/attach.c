#include "attach.h"

#define DETACH_KEYS "ctrl-p,ctrl-q"

const struct option options_attach_session[] = {
	{"detach-keys", .fallback = DETACH_KEYS, .help = "Keys that leave the session and let the container run on."},
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
	.options = (const struct option *const[]){options_attach, options_attach_session, NULL},
	.arguments = arguments,
	.raw_output = true,
	.run = attach_run,
};
