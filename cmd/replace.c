#include "deletion.h"
#include "each.h"
#include "stages.h"

#include "base/timeutil.h"
#include "kube/apply.h"

#define GONE_TIMEOUT (5 * MINUTE)

static const struct option options_replace[] = {
	OPTION_FIELD_MANAGER("kubectl-replace"),
	{"raw", .type = OPTION_STRING, .help = "PUT the file as it is to this URL path of the server."},
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the object in its last-applied annotation, so that apply may change it later."},
	{"subresource", .type = OPTION_STRING, .help = "Replace this subresource of the object: status, scale, resize."},
	{"wait", .type = OPTION_BOOL, .help = "With --force: wait until the finalizers of what was deleted are done."},
	{0},
};

static const struct option *const options[] = {
	options_filename, options_replace, options_deletion,	options_dry_run,
	options_validate, options_print,   options_concurrency, NULL,
};

struct replace {
	struct deletion deletion;
	struct buf query;
	struct printer *printer;
	const struct vec *targets;
	bool force, waits, dry_run, dry_run_client, save_config, validates;
	const char *subresource;
};

/* The object as it shall be sent: with its last-applied annotation where it has one or is to have one. */
static void replace_annotate(const struct replace *r, struct target *t)
{
	if (r->save_config || !str_empty(last_applied_text(t->object)))
		last_applied_embed(t->object, JSON_SORT_KEYS);
	/* in kubectl's order, which shows where a server quotes what it could not read */
	json_sort_keys(t->object);
}

/* One printer for all: it knows what stands between two objects. */
static int replace_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct replace *r = ctx;

	return invocation_print(inv, r->printer, str_empty(r->subresource) ? t->resource : NULL, t->object, err);
}

static void target_take(struct target *t, cJSON *object)
{
	cJSON_Delete(t->object);
	t->object = object;
}

/* ---- in place ------------------------------------------------------------------ */

/* A manifest without a version replaces whatever is there: it takes over the version of that. */
static void take_version(const struct replace *r, struct invocation *inv, struct target *t)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *live = NULL;

	if (!str_empty(json_path_string(t->object, "metadata", "resourceVersion", NULL)))
		return;
	/* where that fails, the PUT says why */
	if (client_get(inv->client, t->resource, t->namespace, t->name, r->subresource, &live, &ignored))
		return;
	json_set_string(json_ensure_object(t->object, "metadata"), "resourceVersion",
			json_path_string(live, "metadata", "resourceVersion", NULL));
	json_sort_keys(t->object);
}

static int replace_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct replace *r = ctx;
	cJSON *replaced = NULL;

	replace_annotate(r, t);
	if (r->dry_run_client)
		return 0;
	take_version(r, inv, t);
	if (client_update(inv->client, t->resource, t->namespace, t->name, r->subresource, t->object, r->query.data,
			  &replaced, err)) {
		bool unknown = error_is_unknown_type(err);

		if (unknown)
			target_remap(inv, t, err);
		/* the type is there: it has no such subresource */
		if (unknown && !error_is_unknown_type(err))
			return -1;
		if (manifest_unreachable(inv, t, r->validates, err))
			return EACH_STOP;
		return error_add_source(err, "replacing", t->source);
	}
	target_take(t, replaced);
	return 0;
}

/* ---- --force: delete all, wait until all are gone, create all ---------------------- */

static int force_delete(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct replace *r = ctx;
	_cleanup_json_ cJSON *remains = NULL;

	if (deletion_delete(&r->deletion, inv->client, t, &remains, err)) {
		if (error_is_unknown_type(err))
			return target_remap(inv, t, err);
		if (error_is_reason(err, "NotFound")) {
			error_release(err);
			return 0;
		}
		if (manifest_unreachable(inv, t, false, err))
			return EACH_STOP;
		return error_add_source(err, "deleting", t->source);
	}
	deletion_print(inv, t, false, "none");
	return 0;
}

/* True once there is no such object at all. */
static int force_gone(struct invocation *inv, const struct target *t, bool *ret, struct error *err)
{
	*ret = false;
	if (!client_get(inv->client, t->resource, t->namespace, t->name, NULL, NULL, err))
		return 0;
	if (!error_is_reason(err, "NotFound"))
		return -1;
	error_release(err);
	*ret = true;
	return 0;
}

static int force_wait(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct replace *r = ctx;
	int64_t end = time_monotonic() + (r->deletion.timeout ? r->deletion.timeout : GONE_TIMEOUT);
	bool gone;

	for (;;) {
		if (force_gone(inv, t, &gone, err))
			return -1;
		if (gone)
			return 0;
		if (time_monotonic() >= end && r->waits)
			return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition on %s/%s",
					 t->resource->name, t->name);
		if (time_monotonic() >= end)
			return error_set(err, ERROR_TIMEOUT, "context deadline exceeded");
		if (wait_interruptibly(MIN(SECOND / 10, end - time_monotonic()), err))
			return -1;
	}
}

static int force_create(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct replace *r = ctx;
	cJSON *created = NULL;

	json_remove(json_get(t->object, "metadata"), "resourceVersion");
	replace_annotate(r, t);
	if (client_create(inv->client, t->resource, t->namespace, t->object, r->query.data, &created, err))
		return -1;
	target_take(t, created);
	return stage_settle(inv->client, r->targets, t, err);
}

/* Nothing is made before everything that was in its place is gone. */
static int force_all(struct invocation *inv, struct replace *r, const struct vec *targets, struct vec *errors,
		     struct error *err)
{
	_cleanup_free_ unsigned *before = stages_to_delete(targets), *after = stages_to_create(targets);
	const struct each steps[] = {
		{.work = force_delete, .ctx = r, .stages = before},
		{.work = force_wait, .ctx = r},
		{.work = force_create, .show = replace_show, .ctx = r, .stages = after},
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps) && !errors->len; i++) {
		if (each_run(inv, targets, &steps[i], errors, err))
			return -1;
	}
	return 0;
}

/* ---- what is asked ---------------------------------------------------------------- */

static int replace_check_raw(struct invocation *inv, struct error *err)
{
	const struct vec *files = args_list(inv->args, "filename");

	if (files->len != 1)
		return error_set(err, ERROR_OTHER, "--raw can only use a single local file or stdin");
	if (str_starts(vec_string(files, 0), "http://") || str_starts(vec_string(files, 0), "https://"))
		return error_set(err, ERROR_OTHER, "--raw cannot read from a url");
	if (args_bool(inv->args, "recursive"))
		return error_set(err, ERROR_OTHER, "--raw and --recursive are mutually exclusive");
	if (*args_string(inv->args, "output"))
		return error_set(err, ERROR_OTHER, "--raw and --output are mutually exclusive");
	return 0;
}

static int replace_check(struct invocation *inv, const struct replace *r, struct error *err)
{
	if (r->deletion.grace_period >= 0 && !r->force)
		return error_set(err, ERROR_OTHER, "--grace-period must have --force specified");
	if (r->deletion.timeout && !r->force)
		return error_set(err, ERROR_OTHER, "--timeout must have --force specified");
	if (r->force && r->dry_run)
		return error_set(err, ERROR_OTHER, "--dry-run can not be used when --force is set");
	return *args_string(inv->args, "raw") ? replace_check_raw(inv, err) : 0;
}

static int replace_prepare(struct invocation *inv, struct replace *r, struct error *err)
{
	const char *dry_run;

	if (change_query(inv, NULL, &r->query, err) || invocation_dry_run(inv, &dry_run, err) ||
	    invocation_printer(inv, "replaced", &r->printer, err) || deletion_read(inv, &r->deletion, err) ||
	    files_required(inv, err))
		return -1;
	r->force = args_bool(inv->args, "force");
	r->waits = args_bool(inv->args, "wait");
	r->save_config = args_bool(inv->args, "save-config");
	r->subresource = args_string(inv->args, "subresource");
	r->dry_run = strcmp(dry_run, "none");
	r->dry_run_client = !strcmp(dry_run, "client");
	/* no grace at all could lose data: what ends at once gets a second, and is waited for */
	if (r->deletion.grace_period == 0) {
		r->deletion.grace_period = 1;
		r->waits = true;
	}
	return replace_check(inv, r, err);
}

static void replace_release(struct replace *r)
{
	buf_release(&r->query);
	printer_free(r->printer);
}

static int replace_all(struct invocation *inv, struct replace *r, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_vec_ struct vec failures = VEC_OWNING(error_free);
	const struct vec none = VEC_OF_STRINGS;
	const struct each in_place = {.work = replace_target, .show = replace_show, .ctx = r, .reading = &errors};
	struct target_options o;
	struct client *client;
	struct mapper *mapper;

	if (change_targets(inv, &o, err) || invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	r->validates = o.validate;
	o.doing = "replacing";
	o.unsent = r->dry_run_client;
	if (!r->force)
		o.args = &none; /* kubectl looks at words only when it deletes */
	if (targets_resolve(mapper, &o, &targets, &errors, err))
		return -1;
	if (r->force && !targets.len && !errors.len)
		return error_set(err, ERROR_OTHER, "no objects passed to replace");
	r->targets = &targets;
	if (r->force ? force_all(inv, r, &targets, &errors, err)
		     : each_run(inv, &targets, &in_place, &failures, err))
		return -1;
	report_errors(inv, r->force ? &errors : &failures);
	return 0;
}

static int replace_run(struct invocation *inv, struct error *err)
{
	_cleanup_(replace_release) struct replace r = {.query = BUF_INIT};

	if (replace_prepare(inv, &r, err))
		return -1;
	if (*args_string(inv->args, "raw"))
		return send_raw_file(inv, "PUT", args_string(inv->args, "raw"),
				     vec_string(args_list(inv->args, "filename"), 0), err);
	return replace_all(inv, &r, err);
}

const struct command command_replace = {
	.name = "replace",
	.group = GROUP_ADVANCED,
	.summary = "Replace objects by what manifests describe",
	.description = "Replaces objects as a whole by those of manifests (JSON or YAML). A manifest that names a "
		       "resourceVersion replaces only that version.",
	.examples = "  # The object of a manifest\n"
		    "  kubec replace -f pod.json\n\n"
		    "  # Another image tag\n"
		    "  kubec get pod web -o yaml | sed 's/:1.26$/:1.27/' | kubec replace -f -\n\n"
		    "  # Delete the object, then make it anew\n"
		    "  kubec replace --force -f pod.json",
	.usage = "-f FILENAME",
	.options = options,
	.run = replace_run,
};
