#include "run.h"

#include "attach.h"
#include "base/timeutil.h"
#include "kube/pods.h"
#include "kube/status.h"
#include "kube/watch.h"

/* What the Pod is waited for: a function of its state. */
typedef bool pod_state_fn(const cJSON *pod);

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

struct pod_wait {
	pod_state_fn *state;
	int64_t deadline;
	cJSON *pod; /* once it is so */
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
	if (time_monotonic() > w->deadline)
		return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition");
	if (!w->state(pod))
		return 0;
	w->pod = TAKE_PTR(pod);
	return WATCH_STOP;
}

/* Waits from a known state of the Pod on: no later change is missed, and no other Pod of its name is met. */
static int wait_for(const struct run_session *s, const cJSON *known, pod_state_fn *state, cJSON **ret, struct error *err)
{
	const char *ns = json_path_string(known, "metadata", "namespace", NULL);
	const char *name = json_path_string(known, "metadata", "name", NULL);
	_cleanup_buf_ struct buf selector = BUF_INIT;
	struct pod_wait w = {.state = state, .deadline = time_monotonic() + s->timeout};
	struct watch_options o = {
		.deadline = w.deadline,
		.resource_version = json_path_string(known, "metadata", "resourceVersion", NULL),
	};

	if (state(known)) {
		*ret = json_copy(known);
		return 0;
	}
	buf_printf(&selector, "metadata.name=%s", name);
	o.field_selector = selector.data;
	if (watch_run(s->client, pods_resource(), ns, name, &o, pod_event, &w, err))
		return -1;
	*ret = w.pod;
	return 0;
}

/* ---- logs -------------------------------------------------------------------------------------- */

static int write_out(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len ? 0 : -1;
}

/* What the container has printed so far. */
static int print_logs(struct invocation *inv, const struct run_session *s, const cJSON *pod, struct error *err)
{
	const cJSON *containers = json_path(pod, "spec", "containers", NULL);
	const char *container = json_string(containers ? containers->child : NULL, "name");
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request rq = {.method = "GET", .on_data = write_out, .ctx = inv->out};

	resource_path(&path, pods_resource(), json_path_string(pod, "metadata", "namespace", NULL),
		      json_path_string(pod, "metadata", "name", NULL), "log");
	buf_puts(&path, "?container=");
	buf_url_escape(&path, container ? container : "");
	rq.path = path.data;
	if (client_call(s->client, &rq, NULL, err))
		return -1;
	fflush(inv->out);
	return 0;
}

/* ---- the session --------------------------------------------------------------------------------- */

/* Joins the Pod; what cannot be joined is shown by its logs. */
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
	int status = 0;

	if (print_logs(inv, s, pod, &why))
		fprintf(inv->err, "warning: couldn't fetch pre-attach logs: %s\n", why.message);
	error_release(&why);
	if (!attach_pod(inv, s->client, pod, &a, &status, &why) && !status)
		return 0;
	if (why.class == ERROR_CANCELLED) {
		error_move(err, &why);
		return -1;
	}
	if (!why.class)
		error_set(&why, ERROR_OTHER, "command terminated with exit code %d", status);
	fprintf(inv->err, "warning: couldn't attach to pod/%s, falling back to streaming logs: %s\n",
		json_path_string(pod, "metadata", "name", NULL), why.message);
	return print_logs(inv, s, pod, err);
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
	if (pod_completed(pod) ? print_logs(inv, s, pod, err) : join(inv, s, pod, err))
		return -1;
	if (args_bool(inv->args, "leave-stdin-open") || !strcmp(s->restart, "Always"))
		return 0;
	if (wait_for(s, pod, forgives ? pod_succeeded : pod_completed, &ended, err))
		return -1;
	return pod_succeeded(ended) ? 0 : tell_failure(inv, ended, err);
}
