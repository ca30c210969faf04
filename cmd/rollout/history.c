#include "rollout/rollout.h"

#include "view/pod_template.h"

static const struct option options_history[] = {
	{"revision", .type = OPTION_INT, .help = "Show this revision with its Pod template."},
	{0},
};

static const struct option *const options[] = {options_history, options_filename, options_selector, options_print, NULL};

static void put_overview(struct buf *out, const struct vec *revisions)
{
	int width = sizeof("REVISION") - 1;

	buf_printf(out, "%-*s  CHANGE-CAUSE\n", width, "REVISION");
	for (size_t i = 0; i < revisions->len; i++) {
		const struct rollout_revision *r = revisions->items[i];
		const char *cause = rollout_revision_cause(r);

		buf_printf(out, "%-*lld  %s\n", width, (long long)r->number, str_empty(cause) ? "<none>" : cause);
	}
}

/* kubectl shows the cause of a revision among its template's annotations. */
static void put_revision(struct buf *out, const struct rollout_revision *revision)
{
	_cleanup_json_ cJSON *shown = json_copy(rollout_revision_template(revision));
	const char *cause = revision->workload ? NULL : rollout_revision_cause(revision);

	if (!str_empty(cause))
		json_set_string(json_ensure_object(json_ensure_object(shown, "metadata"), "annotations"),
				"kubernetes.io/change-cause", cause);
	pod_template_describe(out, shown);
}

static int history_text(const struct vec *revisions, int64_t number, struct buf *out, struct error *err)
{
	const struct rollout_revision *revision = rollout_revision_find(revisions, number);

	if (!revisions->len)
		buf_puts(out, "No rollout history found.");
	else if (!number)
		put_overview(out, revisions);
	else if (!revision)
		return error_set(err, ERROR_OTHER, "unable to find the specified revision");
	else
		put_revision(out, revision);
	return 0;
}

/* Items of a list do not say what they are; printed alone they do. */
static int print_revision(struct invocation *inv, const struct rollout_revision *r, struct printer *printer,
			  struct error *err)
{
	_cleanup_json_ cJSON *named = json_parse_literal("{\"kind\":\"ReplicaSet\",\"apiVersion\":\"apps/v1\"}");
	const cJSON *object = r->workload ? r->workload : r->object, *member;

	cJSON_ArrayForEach(member, object)
		json_set(named, member->string, json_copy(member));
	live_normalize(named);
	return invocation_print(inv, printer, NULL, named, err);
}

/* -o json and so on: the objects behind the revisions. */
static int history_objects(struct invocation *inv, const struct vec *revisions, int64_t number, struct printer *printer,
			   struct error *err)
{
	if (number && !rollout_revision_find(revisions, number))
		return error_set(err, ERROR_OTHER, "unable to find the specified revision");
	for (size_t i = 0; i < revisions->len; i++) {
		const struct rollout_revision *r = revisions->items[i];

		if ((!number || r->number == number) && print_revision(inv, r, printer, err))
			return -1;
	}
	return 0;
}

static int history_show(struct invocation *inv, const struct target *t, struct printer *printer, struct error *err)
{
	_cleanup_vec_ struct vec revisions = VEC_OWNING(rollout_revision_free);
	int64_t number = args_int(inv->args, "revision");
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct client *client;

	if (!rollout_supported(t->resource))
		return rollout_unsupported(t->resource, "history", "history viewer", err);
	if (invocation_client(inv, &client, err) ||
	    rollout_revisions(client, t->resource, t->object, &revisions, err))
		return -1;
	if (*args_string(inv->args, "output"))
		return history_objects(inv, &revisions, number, printer, err);
	if (number)
		buf_printf(&text, "with revision #%lld", (long long)number);
	buf_putc(&text, '\n');
	if (history_text(&revisions, number, &text, err))
		return -1;
	return print_operation(inv, text.data, t->resource, t->object, err);
}

static int history_run(struct invocation *inv, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	int64_t number = args_int(inv->args, "revision");

	if (rollout_required(inv, err))
		return -1;
	if (number < 0)
		return error_set(err, ERROR_OTHER, "revision must be a positive integer: %lld", (long long)number);
	if (invocation_printer(inv, "", &printer, err) || rollout_fetch(inv, &targets, &errors, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;

		if (history_show(inv, targets.items[i], printer, &failed))
			vec_add(&errors, error_take(&failed));
	}
	report_errors(inv, &errors);
	return 0;
}

const struct command command_rollout_history = {
	.name = "history",
	.summary = "List the revisions of a rollout",
	.description = "Lists the revisions that a Deployment, DaemonSet or StatefulSet went through, or shows one.",
	.examples = "  # All revisions\n"
		    "  kubec rollout history deployment/web\n\n"
		    "  # What revision 3 ran\n"
		    "  kubec rollout history deployment/web --revision=3",
	.usage = "(TYPE NAME | TYPE/NAME) [flags]",
	.options = options,
	.arguments = rollout_arguments,
	.keeps_order = true,
	.run = history_run,
};
