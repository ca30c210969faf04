#include "rollout/rollout.h"

#include "kube/apply.h"
#include "view/pod_template.h"

static const struct option options_undo[] = {
	{"to-revision", .type = OPTION_INT, .help = "Go back to this revision; 0 is the one before the newest."},
	{0},
};

static const struct option *const options[] = {
	options_undo, options_filename, options_selector, options_dry_run, options_print, NULL,
};

static void warn_if_applied(struct invocation *inv, const struct target *t)
{
	const char *program = inv->program;

	if (!last_applied_text(t->object))
		return;
	fprintf(inv->err,
		"Warning: resource %s/%s was previously managed with '%s apply'. Rolling back will not update the %s "
		"annotation, which may cause unexpected behavior on future '%s apply' operations. Consider using '%s "
		"apply' with your previous configuration file instead.\n",
		t->resource->name, t->name, program, LAST_APPLIED_ANNOTATION, program, program);
}

/* Sends the patch; result is what is printed of it. */
static int undo_send(struct invocation *inv, const struct target *t, const struct rollout_revision *revision,
		     int64_t number, struct buf *result, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT, query = BUF_INIT;
	_cleanup_json_ cJSON *patch = NULL;
	struct client *client;
	const char *type;

	if (rollout_undo_patch(t->resource, t->object, revision, &type, &patch, err))
		return -1;
	if (!patch) {
		buf_printf(result, "skipped rollback (current template already matches revision %lld)", (long long)number);
		return 0;
	}
	json_print(&text, patch, JSON_COMPACT);
	if (change_query(inv, "kubectl", &query, err) || invocation_client(inv, &client, err))
		return -1;
	if (client_patch(client, t->resource, t->namespace, t->name, NULL, type, text.data, query.data, NULL, err)) {
		_cleanup_free_ char *prefix = xasprintf("failed restoring revision %lld: ", (long long)number);

		return error_is_request(err) ? error_wrap(err, prefix) : -1;
	}
	buf_puts(result, "rolled back");
	return 0;
}

static int undo_result(struct invocation *inv, const struct target *t, struct buf *result, struct error *err)
{
	_cleanup_vec_ struct vec revisions = VEC_OWNING(rollout_revision_free);
	int64_t number = args_int(inv->args, "to-revision");
	const struct rollout_revision *revision;
	struct client *client;

	if (invocation_client(inv, &client, err) ||
	    rollout_revisions(client, t->resource, t->object, &revisions, err) ||
	    rollout_revision_target(t->resource, t->object, &revisions, number, &revision, err))
		return -1;
	if (dry_run_client(inv)) {
		buf_puts(result, revision->workload ? "will roll back to " : "");
		pod_template_describe(result, rollout_revision_template(revision));
		return 0;
	}
	if (json_bool(json_get(t->object, "spec"), "paused", false))
		return error_set(err, ERROR_OTHER,
				 "you cannot rollback a paused deployment; resume it first with '%s rollout resume' and try "
				 "again",
				 inv->program);
	return undo_send(inv, t, revision, number, result, err);
}

static int undo_target(struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf result = BUF_INIT;

	warn_if_applied(inv, t);
	if (!rollout_supported(t->resource))
		return rollout_unsupported(t->resource, "rollbacker", "rollbacker", err);
	if (undo_result(inv, t, &result, err))
		return -1;
	live_normalize(t->object);
	return print_operation(inv, result.data, t->resource, t->object, err);
}

static int undo_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	const char *dry_run;

	if (rollout_required(inv, err) || invocation_dry_run(inv, &dry_run, err) ||
	    rollout_fetch(inv, &targets, &errors, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;

		if (undo_target(inv, targets.items[i], &failed))
			vec_add(&errors, error_take(&failed));
	}
	report_errors(inv, &errors);
	return 0;
}

const struct command command_rollout_undo = {
	.name = "undo",
	.summary = "Go back to an earlier revision",
	.description = "Takes a Deployment, DaemonSet or StatefulSet back to an earlier revision.",
	.examples = "  # Back to the revision before\n"
		    "  kubec rollout undo deployment/web\n\n"
		    "  # Back to revision 3\n"
		    "  kubec rollout undo daemonset/agent --to-revision=3",
	.usage = "(TYPE NAME | TYPE/NAME) [flags]",
	.options = options,
	.arguments = rollout_arguments,
	.keeps_order = true,
	.run = undo_run,
};
