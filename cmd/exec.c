#include "attach.h"

static const struct option options_exec[] = {
	{"container", 'c', .complete = {COMPLETE_CONTAINERS, NULL},
	 .help = "Container to run it in; otherwise the one that the annotation kubectl.kubernetes.io/default-container names, or the first."},
	{"filename", 'f', OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the object to run it in, or - for standard input."},
	OPTION_POD_RUNNING_TIMEOUT("1m0s"),
	{0},
};

static const struct argument arguments[] = {
	{.name = "POD", .complete = {COMPLETE_POD_OR_WORKLOAD, NULL}},
	{0},
};

/* The word that names the object, and the command behind "--". */
static int exec_words(struct invocation *inv, struct vec *object, struct vec *command, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	int dash = args_dash(inv->args);

	if (words->len && dash != 0)
		vec_add(object, words->items[0]);
	if (dash >= 0) {
		for (size_t i = (size_t)dash; i < words->len; i++)
			vec_add(command, words->items[i]);
	} else if (words->len > 1 || (words->len && args_list(inv->args, "filename")->len)) {
		return usage_error(inv, err, "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
	}
	return 0;
}

static int exec_check(struct invocation *inv, const struct vec *object, const struct vec *command, struct error *err)
{
	if (args_duration(inv->args, "pod-running-timeout") <= 0)
		return usage_error(inv, err, "--pod-running-timeout must be higher than zero");
	if (!object->len && !args_list(inv->args, "filename")->len)
		return error_set(err, ERROR_OTHER, "pod, type/name or --filename must be specified");
	if (!command->len)
		return error_set(err, ERROR_OTHER, "you must specify at least one command for the container");
	return 0;
}

/* A name that was given must be right; the annotation may then say what it likes. */
static int exec_in(struct invocation *inv, struct remote *r, const struct vec *command, struct error *err)
{
	const char *phase = json_path_string(r->pod, "status", "phase", NULL);
	bool quiet = args_bool(inv->args, "quiet"), tty = args_bool(inv->args, "tty");
	struct remote_session s = {
		.subresource = "exec",
		.command = command,
		.stdin_wanted = args_bool(inv->args, "stdin"),
	};
	const cJSON *container;
	int status;

	if (str_equal(phase, "Succeeded") || str_equal(phase, "Failed"))
		return error_set(err, ERROR_OTHER, "cannot exec into a container in a completed pod; current phase is %s", phase);
	if (remote_container(inv, r->pod, args_string(inv->args, "container"), quiet, &container, err))
		return -1;
	s.container = json_string(container, "name");
	s.raw = s.no_stderr = remote_terminal(inv, s.stdin_wanted, quiet, &tty);
	if (remote_run(inv, r->client, r->pod, &s, &status, err))
		return remote_failed(s.stdin_wanted, err);
	remote_exit(inv, status);
	return 0;
}

static int exec_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec object = VEC_INIT, command = VEC_INIT;
	_cleanup_remote_ struct remote r = {0};
	int64_t timeout;

	if (exec_words(inv, &object, &command, err) || exec_check(inv, &object, &command, err) ||
	    remote_timeout(inv, &timeout, err) || remote_find(inv, &object, "exec into", &r, err) ||
	    remote_pod(&r, timeout, err))
		return -1;
	return exec_in(inv, &r, &command, err);
}

const struct command command_exec = {
	.name = "exec",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Run a command in a container",
	.description = "Runs a command in a container, with its input, output and exit status.\n\n"
		       "A workload or a Service stands for the best of its Pods. Options of kubec stand before \"--\", the command "
		       "with its own behind.",
	.examples = "  # What date prints in the Pod web\n  kubec exec web -- date\n\n"
		    "  # In its container proxy\n  kubec exec web -c proxy -- date\n\n"
		    "  # A shell, on this terminal\n  kubec exec web -i -t -- sh -il\n\n"
		    "  # In a Pod of a Deployment, and of a Service\n  kubec exec deploy/web -- ls -t /usr\n"
		    "  kubec exec svc/web -- date",
	.usage = "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
	.options = (const struct option *const[]){options_exec, options_session, NULL},
	.arguments = arguments,
	.raw_output = true,
	.run = exec_run,
};
