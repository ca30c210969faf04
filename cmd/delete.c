#include "deletion.h"
#include "each.h"
#include "stages.h"

static const struct option options_delete[] = {
	{"all", .type = OPTION_BOOL, .help = "Delete every object of the named types in the namespace."},
	{"all-namespaces", 'A', OPTION_BOOL, .help = "Look in all namespaces."},
	{"field-selector", .type = OPTION_STRING, .help = "Delete only objects whose fields match (=, ==, !=)."},
	{"ignore-not-found", .type = OPTION_BOOL,
	 .help = "An object that is not there counts as deleted; so by default with --all and selectors."},
	{"interactive", 'i', OPTION_BOOL, .help = "Show what would be deleted and ask first."},
	{"now", .type = OPTION_BOOL, .help = "Give the objects one second to end (--grace-period=1)."},
	{"output", 'o', OPTION_STRING, .help = "name prints only TYPE/NAME.", .complete = {COMPLETE_WORDS, "name"}},
	{"raw", .type = OPTION_STRING, .help = "Send DELETE to this URL path of the server."},
	{"wait", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Return only when the objects are gone, finalizers included."},
	{0},
};

static const struct option *const options[] = {
	options_filename, options_delete, options_deletion, options_selector, options_dry_run, options_concurrency, NULL,
};

static const struct argument arguments[] = {{.name = "TYPE", .complete = {COMPLETE_RESOURCE_NAMES}, .repeats = true}, {0}};

struct delete {
	struct invocation *inv;
	struct client *client;
	struct mapper *mapper;
	struct deletion deletion;
	const char *dry_run;
	bool ignore_not_found, namespace_given;
	const struct target *warn_at; /* the first that is cluster-scoped where a namespace was given, or NULL */
};

static int delete_check_output(struct invocation *inv, struct error *err)
{
	const char *output = args_string(inv->args, "output");

	if (*output && strcmp(output, "name"))
		return error_set(err, ERROR_OTHER, "unexpected -o output mode: %s. We only support '-o name'", output);
	return 0;
}

/* Grace periods as kubectl reads them: 0 without --force is 1, --force without one is 0. */
static int delete_grace_period(struct delete *d, struct error *err)
{
	bool force = args_bool(d->inv->args, "force");
	int64_t *grace = &d->deletion.grace_period;

	if (args_bool(d->inv->args, "now")) {
		if (*grace != -1)
			return error_set(err, ERROR_OTHER, "--now and --grace-period cannot be specified together");
		*grace = 1;
	}
	if (*grace == 0 && !force)
		*grace = 1;
	if (force && *grace < 0)
		*grace = 0;
	if (force && *grace > 0)
		return error_set(err, ERROR_OTHER,
				 "--force and --grace-period greater than 0 cannot be specified together");
	return 0;
}

static int delete_prepare(struct invocation *inv, struct delete *d, struct error *err)
{
	const struct args *a = inv->args;
	bool many = args_bool(a, "all") || *args_string(a, "selector") || *args_string(a, "field-selector");
	const char *ns;

	d->inv = inv;
	if (deletion_read(inv, &d->deletion, err) || invocation_dry_run(inv, &d->dry_run, err) ||
	    delete_grace_period(d, err) || invocation_namespace(inv, &ns, &d->namespace_given, err))
		return -1;
	d->ignore_not_found = args_bool(a, "ignore-not-found") || (many && !args_changed(a, "ignore-not-found"));
	return 0;
}

/* Leaves in t->object what remains and may have to be waited for. */
static int delete_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct delete *d = ctx;
	cJSON *remains = NULL;

	if (t == d->warn_at)
		fprintf(inv->err,
			"Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
	cJSON_Delete(TAKE_PTR(t->object));
	while (strcmp(d->dry_run, "client") && deletion_delete(&d->deletion, d->client, t, &remains, err)) {
		if (error_is_unknown_type(err) && !target_remap(inv, t, err))
			continue;
		if (manifest_unreachable(inv, t, false, err))
			return EACH_STOP;
		return error_add_source(err, "deleting", t->source);
	}
	deletion_print(inv, t, d->deletion.grace_period == 0, d->dry_run);
	t->object = remains;
	return 0;
}

static void ignore_not_found(struct vec *errors)
{
	for (size_t i = errors->len; i-- > 0;) {
		if (error_is_reason(errors->items[i], "NotFound"))
			vec_remove(errors, i);
	}
}

/* Asks on the terminal; false means no. */
static bool delete_confirmed(struct delete *d, const struct vec *targets)
{
	char line[64];

	fprintf(d->inv->out, "You are about to delete the following %zu resource(s):\n", targets->len);
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];
		_cleanup_buf_ struct buf name = BUF_INIT;

		resource_object_name(&name, t->resource, t->name);
		fprintf(d->inv->out, "%s\n", name.data);
	}
	fputs("Do you want to continue? (y/N): ", d->inv->out);
	fflush(d->inv->out);
	if (!fgets(line, sizeof(line), d->inv->in))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return !strcmp(line, "y") || !strcmp(line, "Y");
}

static int delete_wait(struct delete *d, const struct vec *targets, struct error *err)
{
	if (!deletion_wait_all(&d->deletion, d->client, targets, err))
		return 0;
	if (err->class == ERROR_CANCELLED) /* the deletion goes on; kubectl leaves with 1, not by the signal */
		error_release(err);
	return -1;
}

static const struct target *first_cluster_scoped(const struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		if (!t->resource->namespaced)
			return t;
	}
	return NULL;
}

static int delete_all(struct delete *d, const struct vec *targets, struct vec *errors, struct error *err)
{
	_cleanup_free_ unsigned *stages = stages_to_delete(targets);
	size_t met;

	if (d->namespace_given && !args_bool(d->inv->args, "all-namespaces"))
		d->warn_at = first_cluster_scoped(targets);
	if (each_run(d->inv, targets, &(struct each){.work = delete_target, .ctx = d, .stages = stages}, errors, err))
		return -1;
	met = errors->len;
	if (d->ignore_not_found)
		ignore_not_found(errors);
	/* what is left of several is told as one of several */
	if (met > 1 && errors->len == 1)
		report_aggregate(d->inv, errors);
	else
		report_errors(d->inv, errors);
	if (errors->len)
		return 0;
	if (!targets->len && !met)
		fputs("No resources found\n", d->inv->out);
	if (!args_bool(d->inv->args, "wait") || !strcmp(d->dry_run, "server"))
		return 0;
	return delete_wait(d, targets, err);
}

static bool all_have_names(const struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		if (!((const struct target *)targets->items[i])->name)
			return false;
	}
	return true;
}

/* Named objects are deleted without being read; selectors and --all list first. */
static int delete_find(struct delete *d, struct vec *targets, struct vec *errors, struct error *err)
{
	struct target_options o;

	if (invocation_targets(d->inv, &o, err) || invocation_client(d->inv, &d->client, err) ||
	    invocation_mapper(d->inv, &d->mapper, err))
		return -1;
	o.doing = "deleting";
	o.unsent = !strcmp(d->dry_run, "client");
	if (targets_resolve(d->mapper, &o, targets, errors, err))
		return -1;
	if (all_have_names(targets))
		return 0;
	vec_release(targets);
	vec_release(errors);
	return targets_fetch(d->client, d->mapper, &o, targets, errors, err);
}

static int delete_raw(struct invocation *inv, struct error *err)
{
	const struct vec *files = args_list(inv->args, "filename");

	if (args_bool(inv->args, "interactive"))
		return error_set(err, ERROR_OTHER, "--interactive can not be used with --raw");
	if (files->len > 1)
		return error_set(err, ERROR_OTHER, "--raw can only use a single local file or stdin");
	if (files->len && (str_starts(vec_string(files, 0), "http://") || str_starts(vec_string(files, 0), "https://")))
		return error_set(err, ERROR_OTHER, "--raw cannot read from a url");
	if (args_bool(inv->args, "recursive"))
		return error_set(err, ERROR_OTHER, "--raw and --recursive are mutually exclusive");
	if (*args_string(inv->args, "output"))
		return error_set(err, ERROR_OTHER, "--raw and --output are mutually exclusive");
	return send_raw_file(inv, "DELETE", args_string(inv->args, "raw"), files->len ? vec_string(files, 0) : NULL, err);
}

static int delete_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	struct delete d = {0};

	if (delete_prepare(inv, &d, err))
		return -1;
	if (delete_check_output(inv, err))
		return -1;
	if (*args_string(inv->args, "raw"))
		return delete_raw(inv, err);
	if (delete_find(&d, &targets, &errors, err))
		return -1;
	if (d.deletion.grace_period == 0)
		fputs("Warning: Immediate deletion does not wait for confirmation that the running resource has been "
		      "terminated. The resource may continue to run on the cluster indefinitely.\n",
		      inv->err);
	if (args_bool(inv->args, "interactive") && targets.len && !delete_confirmed(&d, &targets)) {
		if (http_cancelled)
			return error_set(err, ERROR_CANCELLED, "interrupted");
		fputs("deletion is cancelled\n", inv->out);
		return 0;
	}
	return delete_all(&d, &targets, &errors, err);
}

const struct command command_delete = {
	.name = "delete",
	.group = GROUP_BASIC_INTERMEDIATE,
	.summary = "Delete objects by name, label or manifest",
	.description = "Deletes the objects that arguments, selectors or manifests name, and waits until they are gone.",
	.examples = "  # What a manifest describes\n"
		    "  kubec delete -f deployment.yaml\n\n"
		    "  # By name, and by label\n"
		    "  kubec delete service web\n"
		    "  kubec delete pods -l app=web",
	.usage = "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
	.options = options,
	.arguments = arguments,
	.run = delete_run,
};
