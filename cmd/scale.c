#include "deletion.h"
#include "live.h"
#include "record.h"

#include "base/timeutil.h"

static const struct option options_scale[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	{"current-replicas", .type = OPTION_INT, .fallback = "-1",
	 .help = "Scale only when this is the size now; -1 means any."},
	{"replicas", .type = OPTION_INT, .help = "How many replicas there shall be.", .flags = OPTION_REQUIRED},
	{"resource-version", .type = OPTION_STRING, .help = "Scale only when the object is at this version."},
	{"timeout", .type = OPTION_DURATION, .help = "Wait this long for the size to be reached; 0 does not wait."},
	{0},
};

static const struct option *const options[] = {
	options_scale, options_filename, options_selector, options_dry_run, options_print, options_concurrency, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, "deployment,replicaset,replicationcontroller,statefulset"}, .repeats = true},
	{0},
};

struct scale {
	struct invocation *inv;
	struct client *client;
	int64_t replicas, current;
	const char *version;
	bool server_dry_run, client_dry_run, stopped;
	struct printer *printer;
};

/* There is no --field-manager here; the owner of the size is the one that kubectl makes it. */
static const char *scale_query(const struct scale *s)
{
	return s->server_dry_run ? "dryRun=All&fieldManager=kubectl" : "fieldManager=kubectl";
}

/* With preconditions: read, compare, write back the version that was read. */
static int scale_checked(struct scale *s, const struct target *t, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *scale = NULL;
	const char *version;
	int64_t size;

	if (client_get(s->client, t->resource, t->namespace, t->name, "scale", &scale, err))
		return -1;
	size = json_path_int(scale, 0, "spec", "replicas", NULL);
	version = json_path_string(scale, "metadata", "resourceVersion", NULL);
	if (s->current != -1 && size != s->current)
		return error_set(err, ERROR_OTHER, "Expected replicas to be %lld, was %lld", (long long)s->current,
				 (long long)size);
	if (*s->version && !str_equal(version, s->version))
		return error_set(err, ERROR_OTHER, "Expected resource version to be %s, was %s", s->version, version);
	json_set_int(json_ensure_object(scale, "spec"), "replicas", s->replicas);
	return client_update(s->client, t->resource, t->namespace, t->name, "scale", scale,
			     scale_query(s), ret, err);
}

static int scale_once(struct scale *s, const struct target *t, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf patch = BUF_INIT;

	if (s->current != -1 || *s->version)
		return scale_checked(s, t, ret, err);
	buf_printf(&patch, "{\"spec\":{\"replicas\":%lld}}", (long long)s->replicas);
	return client_patch(s->client, t->resource, t->namespace, t->name, "scale", PATCH_MERGE, patch.data,
			    scale_query(s), ret, err);
}

/*
 * kubectl reads named objects first. What went wrong may then be about the object (not
 * there, not to be read) rather than about its scale: the read says so.
 */
static int scale_explain(struct scale *s, const struct target *t, struct error *err)
{
	_cleanup_error_ struct error missing = ERROR_INIT;
	bool read = t->source || t->object || !error_is_reason(err, "NotFound");

	if (!t->source && !t->object && (error_is_unknown_type(err) || error_is_reason(err, "Forbidden"))) {
		read = !client_get(s->client, t->resource, t->namespace, t->name, NULL, NULL, &missing);
		if (!read)
			error_move(err, &missing);
	}
	if (read)
		s->stopped = true;
	else
		target_explain_not_found(s->client, t->namespace, err);
	return -1;
}

static int scale_wait(struct scale *s, const struct target *t, struct error *err)
{
	int64_t timeout = args_duration(s->inv->args, "timeout"), end = time_monotonic() + timeout;

	if (!timeout || s->server_dry_run)
		return 0;
	while (timeout > 0) {
		_cleanup_json_ cJSON *scale = NULL;

		if (client_get(s->client, t->resource, t->namespace, t->name, "scale", &scale, err))
			return -1;
		if (json_path_int(scale, 0, "spec", "replicas", NULL) != s->replicas ||
		    json_path_int(scale, 0, "status", "replicas", NULL) == s->replicas)
			return 0;
		if (time_monotonic() + SECOND > end)
			break;
		if (wait_interruptibly(SECOND, err))
			return -1;
	}
	return error_set(err, ERROR_TIMEOUT, "timed out waiting for \"%s\" to be synced", t->name);
}

/* kubectl writes the new size into what it shows of kinds whose place for it is known. */
static int show_replicas(const struct target *t, int64_t replicas, struct error *err)
{
	cJSON *spec;

	if (!t->object || (*t->resource->group && strcmp(t->resource->group, "apps")))
		return 0;
	spec = json_ensure_object(t->object, "spec");
	if (!spec)
		return error_set(err, ERROR_OTHER, "value cannot be set because .spec is not a map[string]interface{}");
	json_set_int(spec, "replicas", replicas);
	return 0;
}

/*
 * --record, in a request of its own, which may fail as in kubectl: the size is what counts. kubectl writes it with
 * --dry-run=server, too; a dry run changes nothing here.
 */
static void scale_record(struct scale *s, const struct target *t)
{
	_cleanup_json_ cJSON *patch = json_new_object(), *patched = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!record_wanted(s->inv) || s->server_dry_run)
		return;
	record_change(s->inv, patch);
	json_print(&text, patch, JSON_COMPACT);
	client_patch(s->client, t->resource, t->namespace, t->name, NULL, PATCH_MERGE, text.data, scale_query(s), &patched,
		     &ignored);
}

static int scale_target(struct scale *s, struct target *t, struct error *err)
{
	int64_t retry_until = time_monotonic() + 5 * MINUTE;
	_cleanup_json_ cJSON *scaled = NULL;

	if (s->client_dry_run) {
		s->stopped = show_replicas(t, s->replicas, err);
		return s->stopped ? -1 : 0;
	}
	while (scale_once(s, t, &scaled, err)) {
		if (!error_is_reason(err, "Conflict") || time_monotonic() > retry_until)
			return scale_explain(s, t, err);
		if (wait_interruptibly(SECOND, err))
			return -1;
	}
	if (scale_wait(s, t, err) ||
	    show_replicas(t, json_path_int(scaled, s->replicas, "spec", "replicas", NULL), err)) {
		s->stopped = true;
		return -1;
	}
	scale_record(s, t);
	if (!t->object)
		t->object = json_parse_literal("{\"metadata\":{\"name\":\"%s\"}}", t->name);
	return 0;
}

/*
 * A failure ends it: nothing is begun any more. An object that cannot be read does not hold up the
 * others, as kubectl finds that out before it begins.
 */
static int scale_each(void *ctx, struct invocation *inv __attribute__((unused)), struct target *t, struct error *err)
{
	struct scale *s = ctx;

	if (s->stopped)
		return error_set(err, ERROR_CANCELLED, "not begun");
	return scale_target(s, t, err);
}

static int scale_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct scale *s = ctx;

	return invocation_print(inv, s->printer, t->resource, t->object, err);
}

/* Which of them go at the same time: all that have a scale, up to one that has none and will end it. */
static unsigned *scale_stages(const struct vec *targets)
{
	unsigned *stages = xcalloc(targets->len + 1, sizeof(*stages)), stage = 0;

	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];
		bool ends = !strstr(t->resource->subresources, "scale");

		stages[i] = stage += ends;
		stage += ends;
	}
	return stages;
}

/*
 * Which objects. Named ones need not be read when only their names are shown:
 * one request scales them. Manifests stand for themselves.
 */
static int scale_targets(struct scale *s, struct vec *targets, struct vec *errors, struct error *err)
{
	const char *output = args_string(s->inv->args, "output");
	bool needs_objects = (*output && strcmp(output, "name")) || s->client_dry_run;
	struct target_options o;
	struct mapper *mapper;

	if (live_targets(s->inv, &o, err) || invocation_mapper(s->inv, &mapper, err))
		return -1;
	if (needs_objects && !targets_from_files(&o))
		return live_fetch_targets(s->inv, &o, targets, errors, err);
	if (targets_resolve(mapper, &o, targets, errors, err))
		return -1;
	for (size_t i = 0; i < targets->len; i++)
		if (!((const struct target *)targets->items[i])->name) {
			vec_release(targets);
			vec_release(errors);
			return live_fetch_targets(s->inv, &o, targets, errors, err);
		}
	return 0;
}

static int scale_prepare(struct invocation *inv, struct scale *s, struct error *err)
{
	const char *dry_run;

	*s = (struct scale){
		.inv = inv,
		.replicas = args_int(inv->args, "replicas"),
		.current = args_int(inv->args, "current-replicas"),
		.version = args_string(inv->args, "resource-version"),
	};
	if (invocation_dry_run(inv, &dry_run, err))
		return -1;
	s->server_dry_run = !strcmp(dry_run, "server");
	s->client_dry_run = !strcmp(dry_run, "client");
	if (s->replicas < 0)
		return error_set(err, ERROR_OTHER,
				 "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
	if (s->current < -1)
		return error_set(err, ERROR_OTHER, "The --current-replicas must specify an integer of -1 or greater");
	return invocation_client(inv, &s->client, err);
}

static void scale_release(struct scale *s)
{
	printer_free(s->printer);
}

static int scale_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);
	_cleanup_(scale_release) struct scale s = {0};
	_cleanup_free_ unsigned *stages = NULL;
	struct each each = {.work = scale_each, .show = scale_show, .ctx = &s, .reading = &reading};

	if (scale_prepare(inv, &s, err) || invocation_printer(inv, "scaled", &s.printer, err) ||
	    scale_targets(&s, &targets, &reading, err))
		return -1;
	if (*s.version && targets.len > 1)
		return error_set(err, ERROR_OTHER, "cannot use --resource-version with multiple resources");
	if (!targets.len && !reading.len)
		return error_set(err, ERROR_OTHER, "no objects passed to scale");
	/* who sets a condition counts on nothing being scaled behind an object that does not meet it */
	each.in_turn = s.current != -1;
	each.stages = stages = scale_stages(&targets);
	if (each_run(inv, &targets, &each, &errors, err))
		return -1;
	/* kubectl forgets them when it stops */
	for (size_t i = errors.len; s.stopped && i-- > 0;) {
		if (((const struct error *)errors.items[i])->reading)
			vec_remove(&errors, i);
	}
	report_errors(inv, &errors);
	return 0;
}

const struct command command_scale = {
	.name = "scale",
	.group = GROUP_DEPLOY,
	.summary = "Set the number of replicas",
	.description = "Sets how many replicas a Deployment, ReplicaSet, StatefulSet, ReplicationController or any "
		       "custom resource with a scale has.",
	.examples = "  # Three replicas\n"
		    "  kubec scale deployment/web --replicas=3\n\n"
		    "  # Only when there are two now\n"
		    "  kubec scale statefulset db --current-replicas=2 --replicas=3",
	.usage = "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
	.options = options,
	.arguments = arguments,
	.run = scale_run,
};
