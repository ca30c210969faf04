#include "each.h"
#include "objects.h"
#include "record.h"

#include "base/file.h"
#include "data/gotext.h"
#include "data/patch.h"
#include "data/yaml.h"

#define PATCH_LIMIT ((size_t)64 << 20)

static const struct option options_patch[] = {
	OPTION_FIELD_MANAGER("kubectl-patch"),
	{"local", .type = OPTION_BOOL, .help = "Change what -f reads and print it; no server is asked."},
	{"patch", 'p', OPTION_STRING, .help = "The patch, as JSON or YAML."},
	{"patch-file", .type = OPTION_STRING, .help = "File that holds the patch.", .complete = {COMPLETE_FILES}},
	{"subresource", .type = OPTION_STRING, .help = "Patch this subresource of the object: status, scale, resize."},
	{"type", .type = OPTION_STRING, .fallback = "strategic",
	 .help = "How the patch is meant: strategic (lists merge by key), merge (lists are replaced) or json (a list of "
		 "operations).",
	 .complete = {COMPLETE_WORDS, "json,merge,strategic"}},
	{0},
};

static const struct option *const options[] = {
	options_filename, options_patch, options_dry_run, options_print, options_concurrency, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES}, .repeats = true},
	{0},
};

/* ---- patching here, for --local and --dry-run=client ---------------------------- */

static int apply_json(cJSON **object, const cJSON *patch, const struct resource *r, struct error *err)
{
	const char *missing;

	(void)r;
	if (!patch_json_apply(object, patch, err))
		return 0;
	missing = strstr(err->message, "doc is missing key: ");
	if (missing) {
		_cleanup_free_ char *field = xstrdup(missing + strlen("doc is missing key: "));

		error_set(err, ERROR_PARSE, "Object to be patched is missing field (%s)", field);
	}
	return -1;
}

static int apply_merge(cJSON **object, const cJSON *patch, const struct resource *r, struct error *err)
{
	(void)r;
	if (!json_is_object(patch) && !json_is_array(patch))
		return error_set(err, ERROR_PARSE, "Invalid JSON Patch");
	patch_merge_apply(object, patch);
	return 0;
}

static int apply_strategic(cJSON **object, const cJSON *patch, const struct resource *r, struct error *err)
{
	const struct strategic_schema *schema = strategic_schema_find(r->group, r->version, r->kind);

	if (!schema)
		return error_set(err, ERROR_OTHER,
				 "strategic merge patch is not supported for %s/%s, Kind=%s locally, try --type merge",
				 r->group, r->version, r->kind);
	return json_is_null(patch) ? 0 : patch_strategic_apply(object, patch, schema, err);
}

static const struct patch_type {
	const char *name, *media_type;
	const char *broken; /* what is said of a patch that is no JSON; NULL: the reader's own words */
	int (*apply)(cJSON **object, const cJSON *patch, const struct resource *r, struct error *err);
} patch_types[] = {
	{"json", PATCH_JSON, NULL, apply_json},
	{"merge", PATCH_MERGE, "Invalid JSON Patch", apply_merge},
	{"strategic", PATCH_STRATEGIC, "invalid JSON document", apply_strategic},
};

/* ---- one object ----------------------------------------------------------------- */

struct patch {
	const struct patch_type *type;
	struct buf text;  /* JSON */
	struct buf query;
	const char *subresource;
	bool local, here; /* here: the object is changed by us and not by the server */
};

static int patch_here(const struct patch *p, const struct target *t, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *patched = json_copy(t->object), *patch = NULL;

	if (json_parse(p->text.data, p->text.len, NULL, &patch, err))
		return p->type->broken ? error_set(err, ERROR_PARSE, "%s", p->type->broken) : -1;
	if (p->type->apply(&patched, patch, t->resource, err))
		return -1;
	if (json_is_array(patched))
		return error_set(err, ERROR_PARSE, "json: cannot unmarshal array into Go value of type unstructured.detector");
	if (str_empty(json_string(patched, "kind"))) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		json_print(&text, patched, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
		return error_set(err, ERROR_PARSE, "Object 'Kind' is missing in '%s'", text.data);
	}
	*ret = TAKE_PTR(patched);
	return 0;
}

static int patch_there(const struct patch *p, struct invocation *inv, struct target *t, cJSON **ret,
		       struct error *err)
{
	if (!client_patch(inv->client, t->resource, t->namespace, t->name, p->subresource, p->type->media_type,
			  p->text.data, p->query.data, ret, err))
		return 0;
	if (error_is_unknown_type(err) && t->source)
		return target_remap(inv, t, err);
	if (manifest_unreachable(inv, t, false, err))
		return EACH_STOP;
	if (err->http_status == 415) {
		_cleanup_free_ char *text = xstrdup(err->message);

		error_set(err, ERROR_OTHER, "%s is not supported by %s/%s, Kind=%s: %s", p->type->media_type,
			  t->resource->group, t->resource->version, t->resource->kind, text);
	}
	return -1;
}

/* With --record a second patch says what was done; where it fails, the first is all. */
static void patch_record(const struct patch *p, struct invocation *inv, struct target *t, cJSON **patched)
{
	_cleanup_json_ cJSON *recorded = json_copy(*patched), *patch = NULL, *answer = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	record_change(inv, recorded);
	patch = patch_merge_create(*patched, recorded);
	if (!patch->child)
		return;
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (client_patch(inv->client, t->resource, t->namespace, t->name, p->subresource, PATCH_MERGE, text.data,
			 p->query.data, &answer, &ignored))
		return;
	cJSON_Delete(*patched);
	*patched = TAKE_PTR(answer);
}

static int patch_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct patch *p = ctx;
	_cleanup_json_ cJSON *patched = NULL;
	bool changed;
	int failed;

	if (!t->object && target_get(inv->client, inv->mapper, t, p->subresource, err))
		return manifest_unreachable(inv, t, false, err) ? EACH_STOP : -1;
	failed = p->here ? patch_here(p, t, &patched, err) : patch_there(p, inv, t, &patched, err);
	if (failed)
		return failed;
	changed = !json_equal(t->object, patched);
	if (!p->here)
		patch_record(p, inv, t, &patched);
	/* what a subresource gives may be of another kind, which then names it */
	return print_operation(inv, changed ? "patched" : "patched (no change)",
			       str_empty(p->subresource) ? t->resource : NULL, patched, err);
}

/* ---- what is asked -------------------------------------------------------------- */

static int patch_type_read(const char *written, const struct patch_type **ret, struct error *err)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(patch_types); i++) {
		if (!strcasecmp(*written ? written : "strategic", patch_types[i].name)) {
			*ret = &patch_types[i];
			return 0;
		}
	}
	go_quote(&quoted, written);
	return error_set(err, ERROR_OTHER, "--type must be one of [json merge strategic], not %s", quoted.data);
}

/* What begins as a JSON object goes as it is; all else is YAML, which lists of operations are, too. */
static int patch_text_read(struct invocation *inv, struct buf *ret, struct error *err)
{
	const char *patch = args_string(inv->args, "patch"), *file = args_string(inv->args, "patch-file");
	_cleanup_buf_ struct buf text = BUF_INIT, quoted = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	if (*file && file_read(file, PATCH_LIMIT, &text, err))
		return error_wrap(err, "unable to read patch file: ");
	if (!*file)
		buf_puts(&text, patch);
	if (text.data[strspn(text.data, " \t\r\n\v\f")] == '{') {
		buf_add(ret, text.data, text.len);
		return 0;
	}
	if (yaml_parse(text.data, text.len, NULL, 1, &tree, err)) {
		error_bare_yaml(err);
		go_quote(&quoted, patch);
		return error_prefix(err, "unable to parse %s: ", quoted.data);
	}
	if (tree)
		json_print(ret, tree, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	else
		buf_puts(ret, "null");
	return 0;
}

static int patch_check(struct invocation *inv, const char *dry_run, struct error *err)
{
	const struct args *a = inv->args;
	bool patch = *args_string(a, "patch"), file = *args_string(a, "patch-file"), local = args_bool(a, "local");

	if (patch && file)
		return error_set(err, ERROR_OTHER, "cannot specify --patch and --patch-file together");
	if (!patch && !file)
		return error_set(err, ERROR_OTHER,
				 "must specify --patch or --patch-file containing the contents of the patch");
	if (local && args_words(a)->len)
		return error_set(err, ERROR_OTHER, "cannot specify --local and server resources");
	if (local && !strcmp(dry_run, "server"))
		return error_set(err, ERROR_OTHER,
				 "cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
	return 0;
}

static int patch_read(struct invocation *inv, struct patch *p, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	const char *dry_run;

	if (invocation_dry_run(inv, &dry_run, err) || patch_check(inv, dry_run, err) ||
	    patch_type_read(args_string(inv->args, "type"), &p->type, err) || patch_text_read(inv, &p->text, err) ||
	    change_query(inv, NULL, &p->query, err))
		return -1;
	p->subresource = args_string(inv->args, "subresource");
	p->local = args_bool(inv->args, "local");
	p->here = p->local || !strcmp(dry_run, "client");
	/* kubectl finds a wrong -o when the server has made the change */
	return invocation_printer(inv, "patched", &checked, err);
}

static void patch_release(struct patch *p)
{
	buf_release(&p->text);
	buf_release(&p->query);
}

/* Without a server, and without what its client needs. */
static void patch_all_here(struct invocation *inv, struct patch *p, const struct vec *targets, struct vec *errors)
{
	for (size_t i = 0; i < targets->len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;

		if (patch_target(p, inv, targets->items[i], &failed))
			vec_add(errors, error_take(&failed));
	}
}

/* A file that stands for itself needs no server, and none may be configured. */
static int patch_local_mapper(struct invocation *inv, bool local, struct error *err)
{
	struct client *client;
	struct mapper *mapper;

	if (local)
		return inv->mapper ? 0 : mapper_new(NULL, &inv->mapper, err);
	return invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err) ? -1 : 0;
}

static int patch_run(struct invocation *inv, struct error *err)
{
	_cleanup_(patch_release) struct patch p = {.text = BUF_INIT, .query = BUF_INIT};
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_vec_ struct vec failures = VEC_OWNING(error_free);
	const struct each each = {.work = patch_target, .ctx = &p, .reading = &errors};
	struct target_options o;

	if (patch_read(inv, &p, err) || invocation_targets(inv, &o, err) || patch_local_mapper(inv, p.local, err))
		return -1;
	o.local = p.local;
	if (targets_resolve(inv->mapper, &o, &targets, &errors, err))
		return -1;
	if (!targets.len && !errors.len)
		return error_set(err, ERROR_OTHER, "no objects passed to patch");
	if (p.local)
		patch_all_here(inv, &p, &targets, &errors);
	else if (each_run(inv, &targets, &each, &failures, err))
		return -1;
	report_errors(inv, p.local ? &errors : &failures);
	return 0;
}

const struct command command_patch = {
	.name = "patch",
	.group = GROUP_ADVANCED,
	.summary = "Change fields of objects",
	.description = "Changes fields of objects by a strategic merge patch, a JSON merge patch or a JSON patch, which may be "
		       "written as JSON or YAML. Custom resources take no strategic merge patches.",
	.examples = "  # Take a node out of service\n"
		    "  kubec patch node worker-1 -p '{\"spec\":{\"unschedulable\":true}}'\n\n"
		    "  # A container's image; its name tells which container\n"
		    "  kubec patch deployment web -p "
		    "'{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:1.27\"}]}}}}'\n\n"
		    "  # The same by its place in the list\n"
		    "  kubec patch deployment web --type=json -p "
		    "'[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"nginx:1.27\"}]'\n\n"
		    "  # The number of replicas through the scale subresource\n"
		    "  kubec patch deployment web --subresource=scale --type=merge -p '{\"spec\":{\"replicas\":2}}'",
	.usage = "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
	.options = options,
	.arguments = arguments,
	.plain_operation = true,
	.run = patch_run,
};
