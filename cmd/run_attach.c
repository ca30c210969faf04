#include "run.h"

#include "attach.h"

static const char *phase_of(const cJSON *pod)
{
	const char *phase = json_path_string(pod, "status", "phase", NULL);

	return phase ? phase : "";
}

static bool pod_succeeded(const cJSON *pod)
{
	return !strcmp(phase_of(pod), "Succeeded");
}

static bool pod_completed(const cJSON *pod)
{
	return pod_succeeded(pod) || !strcmp(phase_of(pod), "Failed");
}

static bool pod_ready_or_completed(const cJSON *pod)
{
	const cJSON *condition;

	if (pod_completed(pod))
		return true;
	if (strcmp(phase_of(pod), "Running"))
		return false;
	cJSON_ArrayForEach(condition, json_path(pod, "status", "conditions", NULL)) {
		if (str_equal(json_string(condition, "type"), "Ready"))
			return str_equal(json_string(condition, "status"), "True");
	}
	return false;
}

/* ctx is one of those functions. */
static bool pod_is(void *ctx, const cJSON *pod)
{
	return (*(bool (**)(const cJSON *))ctx)(pod);
}

static int wait_for(const struct run_session *s, const cJSON *known, bool (*state)(const cJSON *pod), cJSON **ret,
		    struct error *err)
{
	return attach_wait(s->client, known, s->timeout, pod_is, &state, ret, err);
}

/* Shows what the Pod printed before, and joins it. */
static int join(struct invocation *inv, const struct run_session *s, const cJSON *pod, struct error *err)
{
	_cleanup_free_ char *command_name = xasprintf("%s attach", inv->program);
	const struct attach a = {
		.detach_keys = args_string(inv->args, "detach-keys"),
		.command_name = command_name,
		.stdin_wanted = args_bool(inv->args, "stdin"),
		.tty = args_bool(inv->args, "tty"),
		.quiet = args_bool(inv->args, "quiet"),
	};
	_cleanup_error_ struct error why = ERROR_INIT;

	if (attach_logs(inv, s->client, pod, NULL, &why))
		fprintf(inv->err, "warning: couldn't fetch pre-attach logs: %s\n", why.message);
	return attach_or_logs(inv, s->client, pod, &a, err);
}

/* The exit status of a container that failed is the program's. */
static int tell_failure(struct invocation *inv, const cJSON *pod, struct error *err)
{
	const char *ns = json_path_string(pod, "metadata", "namespace", NULL);
	const char *name = json_path_string(pod, "metadata", "name", NULL);
	const cJSON *statuses = json_path(pod, "status", "containerStatuses", NULL);
	const cJSON *ended = json_path(statuses ? statuses->child : NULL, "state", "terminated", NULL);
	const char *reason = json_string(ended, "reason"), *message = json_string(ended, "message");
	int64_t code = json_int(ended, "exitCode", 0);

	if (!code)
		return error_set(err, ERROR_OTHER, "pod %s/%s failed with unknown exit code", ns, name);
	fflush(inv->out);
	fprintf(inv->err, "pod %s/%s terminated (%s)\n%s%s", ns, name, reason ? reason : "", message ? message : "",
		str_empty(message) || str_ends(message, "\n") ? "" : "\n");
	inv->exit_status = (int)code;
	return 0;
}

int run_attach(struct invocation *inv, const struct run_session *s, struct error *err)
{
	_cleanup_json_ cJSON *pod = NULL, *ended = NULL;
	bool forgives = !strcmp(s->restart, "OnFailure");

	if (wait_for(s, s->pod, pod_ready_or_completed, &pod, err))
		return -1;
	if (pod_completed(pod) ? attach_logs(inv, s->client, pod, NULL, err) : join(inv, s, pod, err))
		return -1;
	if (args_bool(inv->args, "leave-stdin-open") || !strcmp(s->restart, "Always"))
		return 0;
	if (wait_for(s, pod, forgives ? pod_succeeded : pod_completed, &ended, err))
		return -1;
	return pod_succeeded(ended) ? 0 : tell_failure(inv, ended, err);
}
