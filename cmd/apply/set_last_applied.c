#include "apply/last_applied.h"

#include "kube/apply.h"

static const struct option options_set[] = {
	{"create-annotation", .type = OPTION_BOOL, .help = "Make the annotation where an object has none."},
	{"filename", 'f', OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the manifests, or - for standard input; may be repeated."},
	{0},
};

static const struct option *const options[] = {
	options_set, options_dry_run, options_print, NULL,
};

struct set_last_applied {
	struct printer *printer;
	const char *dry_run;
	struct vec changes; /* struct set_change *, in the order of the manifests */
};

/* One object whose annotation is to be another; borrowed but for the patch. */
struct set_change {
	struct target *target;
	struct buf patch;
};

static void set_change_free(struct set_change *c)
{
	buf_release(&c->patch);
	free(c);
}

void last_applied_render(const cJSON *manifest, struct buf *ret_text, struct buf *ret_patch)
{
	_cleanup_json_ cJSON *patch = json_new_object();

	json_print(ret_text, manifest, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	buf_putc(ret_text, '\n');
	json_set_string(json_ensure_object(json_ensure_object(patch, "metadata"), "annotations"), LAST_APPLIED_ANNOTATION,
			ret_text->data);
	json_print(ret_patch, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
}

static int set_get(struct invocation *inv, struct target *t, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf where = BUF_INIT;

	if (!client_get(inv->client, t->resource, t->namespace, t->name, NULL, ret, err))
		return 0;
	if (error_is_unknown_type(err))
		return target_remap(inv, t, err);
	if (error_is_reason(err, "NotFound") || manifest_unreachable(inv, t, false, err))
		return -1;
	target_describe(&where, t);
	error_prefix(err, "error when retrieving current configuration of:\n%s\nfrom server for: \"%s\": ", where.data,
		     t->source);
	return -1;
}

/* Finds out whether the annotation must change. What is shown of an object is what the server has. */
static int set_compare(struct set_last_applied *s, struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT, patch = BUF_INIT;
	_cleanup_json_ cJSON *live = NULL;
	struct set_change *change;
	const char *present;

	last_applied_render(t->object, &text, &patch);
	if (set_get(inv, t, &live, err))
		return -1;
	present = last_applied_text(live);
	if (!present && !args_bool(inv->args, "create-annotation"))
		return error_set(err, ERROR_OTHER,
				 "no last-applied-configuration annotation found on resource: %s, to create the annotation, run the "
				 "command with --create-annotation",
				 t->name);
	if (str_equal(present, text.data)) {
		fprintf(inv->out, "set-last-applied %s: no changes required.\n", t->name);
		return 0;
	}
	cJSON_Delete(t->object);
	t->object = TAKE_PTR(live);
	change = NEW(struct set_change);
	change->target = t;
	change->patch = patch;
	patch = BUF_INIT;
	vec_add(&s->changes, change);
	return 0;
}

static int set_change_send(struct set_last_applied *s, struct invocation *inv, struct set_change *c, struct error *err)
{
	const char *query = !strcmp(s->dry_run, "server") ? "dryRun=All" : NULL;
	struct target *t = c->target;
	cJSON *patched;

	if (strcmp(s->dry_run, "client")) {
		if (client_patch(inv->client, t->resource, t->namespace, t->name, NULL, PATCH_MERGE, c->patch.data, query,
				 &patched, err))
			return -1;
		cJSON_Delete(t->object);
		t->object = patched;
	}
	return invocation_print(inv, s->printer, t->resource, t->object, err);
}

static int set_targets(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err)
{
	const struct vec none = VEC_OF_STRINGS;
	struct target_options o;
	struct client *client;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	o.args = &none;
	return targets_resolve(mapper, &o, targets, errors, err);
}

/* Nothing is changed before all objects were looked at; the first fault ends the work. */
static int set_all(struct set_last_applied *s, struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);

	if (set_targets(inv, &targets, &errors, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		struct target *t = targets.items[i];

		if (t->errors_before)
			break;
		if (set_compare(s, inv, t, err))
			return -1;
	}
	if (errors.len) {
		error_move(err, errors.items[0]);
		return -1;
	}
	for (size_t i = 0; i < s->changes.len; i++) {
		if (set_change_send(s, inv, s->changes.items[i], err))
			return -1;
	}
	return 0;
}

static void set_release(struct set_last_applied *s)
{
	printer_free(s->printer);
	vec_release(&s->changes);
}

static int set_run(struct invocation *inv, struct error *err)
{
	_cleanup_(set_release) struct set_last_applied s = {.changes = VEC_OWNING(set_change_free)};

	if (invocation_dry_run(inv, &s.dry_run, err) || invocation_printer(inv, "configured", &s.printer, err))
		return -1;
	return set_all(&s, inv, err);
}

const struct command command_apply_set_last_applied = {
	.name = "set-last-applied",
	.summary = "Make apply remember a manifest as the last one, without applying it",
	.description = "Writes manifests into the last-applied annotations of their objects, as if they had been applied, and "
		       "changes nothing else.",
	.examples = "  # The manifest is what was applied last\n"
		    "  kubec apply set-last-applied -f deployment.yaml\n\n"
		    "  # Also where nothing was ever applied\n"
		    "  kubec apply set-last-applied -f deployment.yaml --create-annotation",
	.usage = "-f FILENAME",
	.options = options,
	.run = set_run,
};
