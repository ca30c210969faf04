#include "deletion.h"
#include "each.h"
#include "prefetch.h"
#include "record.h"
#include "stages.h"
#include "apply/applyset.h"
#include "apply/last_applied.h"
#include "apply/migrate.h"
#include "apply/prune.h"
#include "apply/ready.h"
#include "apply/review.h"

#include "base/timeutil.h"
#include "kube/apply.h"

/*
 * apply: makes objects be as their manifests say. Client side it remembers
 * what it sent and patches the difference of three states; with --server-side
 * the server does the same by field ownership.
 */

#define CONFLICT_RETRIES 5

static const struct option options_apply[] = {
	OPTION_FIELD_MANAGER("kubectl-client-side-apply"),
	{"force-conflicts", .type = OPTION_BOOL,
	 .help = "With --server-side: take over fields that other managers own."},
	{"openapi-patch", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Accepted for compatibility; merge keys are always known."},
	{"overwrite", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Where the manifest and the live object both changed a field, the manifest wins."},
	{"server-side", .type = OPTION_BOOL, .help = "Let the server merge, by ownership of fields."},
	{"wait", .fallback = "false", .flags = OPTION_UNQUOTED, .rare = &(const struct option_rare){.arg = "bool", .check = ready_check, .bare = "true"},
	 .help = "With --force or --prune: wait until deleted objects are gone. --wait=ready, which kubectl does not have: wait "
		 "until everything that was applied works, at most for --timeout.",
	 .complete = {COMPLETE_WORDS, "true,false,ready"}},
	{"subresource", .type = OPTION_STRING, .help = "With --server-side: apply to this subresource."},
	{0},
};

static const struct option *const options[] = {
	options_filename, options_apply,    options_prune, options_applyset, options_deletion, options_selector,
	options_dry_run,  options_validate, options_print, options_concurrency, options_record, options_review, NULL,
};

/* What became of the objects: the last line on a terminal. */
struct apply_counts {
	size_t created, configured, unchanged, serverside_applied;
};

struct apply {
	struct invocation *inv;
	struct client *client;
	struct buf query;
	bool server_side, force, shows_objects, validates;
	bool unreachable; /* nothing else needs to be tried */
	struct deletion deletion;
	struct prune prune;
	bool has_set; /* prunes by an ApplySet */
	struct applyset set;
	const struct vec *targets;
	struct prefetch *live; /* what the server holds; NULL with server_side, which does not look */
	struct apply_counts *counts;
};

struct apply_rule {
	bool broken;
	const char *message;
};

static int check_rules(const struct apply_rule *rules, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (rules[i].broken)
			return error_set(err, ERROR_OTHER, "%s", rules[i].message);
	}
	return 0;
}

static int apply_check_prune(const struct apply *a, const struct args *args, struct error *err)
{
	bool prune = args_bool(args, "prune"), all = args_bool(args, "all"), selector = *args_string(args, "selector");
	const struct apply_rule rules[] = {
		{prune && args_bool(args, "force"), "--force cannot be used with --prune"},
		{a->has_set && all, "--all is incompatible with --applyset"},
		{a->has_set && selector, "--selector is incompatible with --applyset"},
		{a->has_set && !a->prune.by_default, "--prune-allowlist is incompatible with --applyset"},
		{prune && !a->has_set && !all && !selector,
		 "all resources selected for prune without explicitly passing --all. To prune all resources, pass the "
		 "--all flag. If you did not mean to prune all resources, specify a label selector"},
		{prune && !a->has_set && args_bool(args, "server-side"),
		 "--prune is in alpha and doesn't currently work on objects created by server-side apply"},
		{*args_string(args, "subresource") && !args_bool(args, "server-side"),
		 "--subresource can only be specified for --server-side"},
	};

	return check_rules(rules, ARRAY_SIZE(rules), err);
}

static int apply_check(struct invocation *inv, struct apply *a, struct error *err)
{
	const struct args *args = inv->args;
	bool server_side = args_bool(args, "server-side"), force = args_bool(args, "force");
	const char *dry_run;

	if (invocation_dry_run(inv, &dry_run, err))
		return -1;
	const struct apply_rule rules[] = {
		{args_bool(args, "force-conflicts") && !server_side, "--force-conflicts only works with --server-side"},
		{!strcmp(dry_run, "client") && server_side,
		 "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"},
		{server_side && force, "--force cannot be used with --server-side"},
		{!strcmp(dry_run, "server") && force, "--dry-run=server cannot be used with --force"},
		{args_bool(args, "all") && *args_string(args, "selector"),
		 "cannot set --all and --selector at the same time"},
		{a->has_set && !args_bool(args, "prune"), "--applyset requires --prune"},
	};

	if (check_rules(rules, ARRAY_SIZE(rules), err) || (a->has_set && applyset_validate(inv, &a->set, err)))
		return -1;
	return apply_check_prune(a, args, err);
}

/* What --prune and --applyset name, which kubectl looks up before it checks what goes together. */
static int apply_read_prune(struct invocation *inv, struct apply *a, struct error *err)
{
	a->has_set = applyset_asked(inv);
	if (a->has_set && applyset_parse(inv, &a->set, err))
		return -1;
	return args_bool(inv->args, "prune") ? prune_read(inv, &a->prune, err) : 0;
}

static void count_operation(struct apply_counts *counts, const char *operation)
{
	const struct {
		const char *operation;
		size_t *count;
	} rows[] = {
		{"created", &counts->created},
		{"configured", &counts->configured},
		{"unchanged", &counts->unchanged},
		{"serverside-applied", &counts->serverside_applied},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		*rows[i].count += !strcmp(rows[i].operation, operation);
}

/* What a subresource gives may be of another kind, which then names it. */
static const struct resource *shown_resource(const struct apply *a, const struct target *t)
{
	return *args_string(a->inv->args, "subresource") ? NULL : t->resource;
}

/* What one object came to; target->object is then what the server holds. */
static int apply_report(struct apply *a, struct target *t, const char *operation, struct error *err)
{
	count_operation(a->counts, operation);
	if (a->shows_objects)
		return 0;
	return print_operation(a->inv, operation, shown_resource(a, t), t->object, err);
}

static void target_take_object(struct target *t, cJSON *object)
{
	cJSON_Delete(t->object);
	t->object = object;
}

/* ---- server side --------------------------------------------------------- */

static const char conflict_advice[] =
	"Please review the fields above--they currently have other managers. Here\n"
	"are the ways you can resolve this warning:\n"
	"* If you intend to manage all of these fields, please re-run the apply\n"
	"  command with the `--force-conflicts` flag.\n"
	"* If you do not intend to manage all of the fields, please edit your\n"
	"  manifest to remove references to the fields that should keep their\n"
	"  current managers.\n"
	"* You may co-own fields by updating your manifest to match the existing\n"
	"  value; in this case, you'll become the manager if the other manager(s)\n"
	"  stop managing the field (remove it from their configuration).\n"
	"See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

static int apply_server_side(struct apply *a, struct target *t, struct error *err)
{
	const char *subresource = args_string(a->inv->args, "subresource");
	_cleanup_buf_ struct buf body = BUF_INIT;
	cJSON *applied = NULL;

	json_print(&body, t->object, JSON_COMPACT | JSON_SORT_KEYS);
	buf_putc(&body, '\n');
	if (client_patch(a->client, t->resource, t->namespace, t->name, subresource, PATCH_APPLY, body.data,
			 a->query.data, &applied, err)) {
		_cleanup_free_ char *text = xstrdup(err->message);

		if (error_is_unknown_type(err))
			return target_remap(a->inv, t, err);
		a->unreachable = manifest_unreachable(a->inv, t, a->validates, err);
		if (err->http_status == 415)
			return error_set(err, ERROR_OTHER, "Server-side apply not available on the server: (%s)", text);
		if (error_is_reason(err, "Conflict"))
			return error_set(err, ERROR_OTHER, "%s\n%s", text, conflict_advice);
		return -1;
	}
	target_take_object(t, applied);
	apply_migrate(a->inv, a->client, t, body.data, a->query.data);
	warn_if_deleting(a->inv, t->object);
	return apply_report(a, t, "serverside-applied", err);
}

/* ---- client side --------------------------------------------------------- */

static int apply_create(struct apply *a, struct target *t, struct error *err)
{
	cJSON *created = NULL;

	last_applied_embed(t->object, JSON_SORT_KEYS);
	json_prune_nulls(t->object);
	if (!dry_run_client(a->inv)) {
		/* In kubectl's order, which shows where a server quotes what it could not read. */
		json_sort_keys(t->object);
		if (client_create(a->client, t->resource, t->namespace, t->object, a->query.data, &created, err))
			return error_add_source(err, "creating", t->source);
		target_take_object(t, created);
	}
	return apply_report(a, t, "created", err);
}

/* What was to be is then told in place of the patch. */
static int apply_replace(struct apply *a, struct target *t, cJSON **current, struct buf *patch_text, struct error *err)
{
	_cleanup_json_ cJSON *original = json_copy(*current), *remains = NULL;
	cJSON *created = NULL;
	_cleanup_error_ struct error restored = ERROR_INIT;

	last_applied_embed(t->object, JSON_SORT_KEYS);
	buf_clear(patch_text);
	json_print(patch_text, t->object, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	buf_putc(patch_text, '\n');
	if (deletion_delete(&a->deletion, a->client, t, &remains, err) ||
	    deletion_wait_gone(&a->deletion, a->client, t, remains, err))
		return -1;
	if (!client_create(a->client, t->resource, t->namespace, t->object, a->query.data, &created, err)) {
		cJSON_Delete(*current);
		*current = created;
		return 0;
	}
	/* The new one was refused: put the old one back, and still say why. */
	json_remove(json_get(original, "metadata"), "resourceVersion");
	json_remove(json_get(original, "metadata"), "uid");
	if (client_create(a->client, t->resource, t->namespace, original, "", NULL, &restored)) {
		_cleanup_free_ char *text = xstrdup(err->message);

		return error_set(err, ERROR_OTHER,
				 "An error occurred force-replacing the existing object with the newly provided one:\n\n"
				 "%s.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n%s",
				 text, restored.message);
	}
	return -1;
}

static int apply_uncomputable(struct apply *a, const struct target *t, const cJSON *current, bool strategic,
			      struct error *err)
{
	_cleanup_json_ cJSON *object = json_copy(t->object);

	last_applied_embed(object, JSON_SORT_KEYS);
	return patch_uncomputable(a->inv, object, current, strategic && args_bool(a->inv->args, "openapi-patch"), err);
}

/* Sends one patch computed against current; *patch keeps its text for messages. */
static int apply_patch_once(struct apply *a, struct target *t, cJSON **current, struct buf *patch_text,
			    struct error *err)
{
	_cleanup_json_ cJSON *patch = NULL;
	const char *type = NULL;
	cJSON *patched = NULL;

	buf_clear(patch_text);
	if (apply_patch(t->resource, t->object, *current, args_bool(a->inv->args, "overwrite"), &type, &patch, err))
		return apply_uncomputable(a, t, *current, !strcmp(type, PATCH_STRATEGIC), err);
	json_print(patch_text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (!patch->child)
		return 0;
	if (dry_run_client(a->inv))
		return apply_patch_locally(t->resource, type, patch, current, err);
	if (client_patch(a->client, t->resource, t->namespace, t->name, NULL, type, patch_text->data, a->query.data,
			 &patched, err))
		return -1;
	cJSON_Delete(*current);
	*current = patched;
	return 0;
}

static int apply_patch_with_retries(struct apply *a, struct target *t, cJSON **current, struct buf *patch_text,
				    struct error *err)
{
	int failed = apply_patch_once(a, t, current, patch_text, err);

	for (int i = 1; failed && error_is_reason(err, "Conflict") && i <= CONFLICT_RETRIES; i++) {
		cJSON *fresh = NULL;

		if (i > 1 && wait_interruptibly(SECOND, err))
			return -1;
		if (client_get(a->client, t->resource, t->namespace, t->name, NULL, &fresh, err))
			return -1;
		cJSON_Delete(*current);
		*current = fresh;
		failed = apply_patch_once(a, t, current, patch_text, err);
	}
	if (failed && a->force && (error_is_reason(err, "Conflict") || error_is_reason(err, "Invalid")))
		return apply_replace(a, t, current, patch_text, err);
	if (failed && err->class != ERROR_CANCELLED)
		error_add_source(err, "patching", t->source);
	return failed;
}

static int apply_update(struct apply *a, struct target *t, cJSON **current, struct error *err)
{
	_cleanup_buf_ struct buf patch_text = BUF_INIT;

	if (!last_applied_text(*current)) {
		_cleanup_buf_ struct buf name = BUF_INIT;

		buf_printf(&name, "%s/%s", t->resource->name, t->name);
		fprintf(a->inv->err,
			"Warning: resource %s is missing the %s annotation which is required by %s apply. %s apply "
			"should only be used on resources created declaratively by either %s create --save-config or "
			"%s apply. The missing annotation will be patched automatically.\n",
			name.data, LAST_APPLIED_ANNOTATION, a->inv->program, a->inv->program, a->inv->program,
			a->inv->program);
	}
	if (apply_patch_with_retries(a, t, current, &patch_text, err)) {
		_cleanup_buf_ struct buf where = BUF_INIT;

		target_describe(&where, t);
		error_prefix(err, "error when applying patch:\n%s\nto:\n%s\nfor: \"%s\": ", patch_text.data, where.data,
			     t->source);
		return -1;
	}
	target_take_object(t, TAKE_PTR(*current));
	warn_if_deleting(a->inv, t->object);
	return apply_report(a, t, strcmp(patch_text.data, "{}") ? "configured" : "unchanged", err);
}

/* What the server holds; *current NULL: nothing yet. */
static int apply_read(struct apply *a, struct target *t, cJSON **current, bool *ret_listed, struct error *err)
{
	_cleanup_buf_ struct buf where = BUF_INIT;

	if (!prefetch_get(a->live, t, current, ret_listed, err))
		return 0;
	if (error_is_unknown_type(err))
		return target_remap(a->inv, t, err);
	a->unreachable = manifest_unreachable(a->inv, t, a->validates, err);
	target_describe(&where, t);
	if (err->class != ERROR_CANCELLED && !a->unreachable)
		error_prefix(err, "error when retrieving current configuration of:\n%s\nfrom server for: \"%s\": ",
			     where.data, t->source);
	return -1;
}

static int apply_to(struct apply *a, struct target *t, cJSON **current, struct error *err)
{
	return *current ? apply_update(a, t, current, err) : apply_create(a, t, err);
}

/* A list may be some seconds old: what came or went meanwhile is seen when the server refuses, and then once more looked at. */
static int apply_to_listed(struct apply *a, struct target *t, cJSON **current, struct error *err)
{
	_cleanup_json_ cJSON *manifest = *current ? NULL : json_copy(t->object), *fresh = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	bool was_there = *current, listed;

	if (!apply_to(a, t, current, err))
		return 0;
	if (was_there ? !error_is_reason(err, "NotFound") : err->class != ERROR_API)
		return -1;
	if (prefetch_get(a->live, t, &fresh, &listed, &ignored) || !fresh == !was_there)
		return -1;
	error_release(err);
	if (manifest)
		target_take_object(t, TAKE_PTR(manifest));
	cJSON_Delete(*current);
	*current = TAKE_PTR(fresh);
	return apply_to(a, t, current, err);
}

static int apply_client_side(struct apply *a, struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *current = NULL;
	bool listed = false;

	if (apply_read(a, t, &current, &listed, err))
		return -1;
	return listed ? apply_to_listed(a, t, &current, err) : apply_to(a, t, &current, err);
}

/* ---- all of them ---------------------------------------------------------- */

static int apply_target(struct apply *a, struct target *t, struct error *err)
{
	const char *generated = json_path_string(t->object, "metadata", "generateName", NULL);

	if (str_empty(t->name) && !str_empty(generated))
		return error_set(err, ERROR_OTHER, "from %s: cannot use generate name with apply", generated);
	record_change(a->inv, t->object);
	return a->server_side ? apply_server_side(a, t, err) : apply_client_side(a, t, err);
}

/* -o json and so on: everything at the end, several objects as one List. */
static int apply_show_objects(struct apply *a, const struct vec *targets, struct error *err)
{
	_cleanup_json_ cJSON *list = NULL;
	const struct target *first;
	cJSON *items;

	if (!targets->len)
		return 0;
	first = targets->items[0];
	if (targets->len == 1) {
		json_sort_keys(first->object);
		return print_operation(a->inv, "", shown_resource(a, first), first->object, err);
	}
	list = json_parse_literal("{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[]}");
	items = json_get(list, "items");
	for (size_t i = 0; i < targets->len; i++) {
		cJSON *copy = json_copy(((const struct target *)targets->items[i])->object);

		if (!args_bool(a->inv->args, "show-managed-fields"))
			json_remove(json_get(copy, "metadata"), "managedFields");
		json_sort_keys(copy);
		json_append(items, copy);
	}
	return print_operation(a->inv, "", NULL, list, err);
}

static int apply_prepare(struct invocation *inv, struct apply *a, struct error *err)
{
	const char *output = args_string(inv->args, "output"), *manager = NULL;

	a->inv = inv;
	a->server_side = args_bool(inv->args, "server-side");
	a->force = args_bool(inv->args, "force");
	a->shows_objects = *output && strcmp(output, "name");
	if (a->server_side && !args_changed(inv->args, "field-manager"))
		manager = "kubectl";
	if (change_query(inv, manager, &a->query, err) || deletion_read(inv, &a->deletion, err) ||
	    invocation_client(inv, &a->client, err))
		return -1;
	if (a->server_side)
		buf_printf(&a->query, "&force=%s", args_bool(inv->args, "force-conflicts") ? "true" : "false");
	return 0;
}

/* Of what is told already only the identity counts: thousands of whole objects would be kept until the end. */
static void forget_object(struct target *t)
{
	const char *uid = json_path_string(t->object, "metadata", "uid", NULL);
	cJSON *identity = json_parse_literal("{\"metadata\":{}}");

	if (uid)
		json_set_string(json_get(identity, "metadata"), "uid", uid);
	target_take_object(t, identity);
}

/* Works on one of many: on a copy of the whole's state, as each has its own view of the invocation. */
static int apply_one(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct apply a = *(const struct apply *)ctx;

	a.inv = inv;
	if (apply_target(&a, t, err))
		return a.unreachable ? EACH_STOP : -1;
	if (!dry_run_client(inv) && stage_settle(a.client, a.targets, t, err))
		return -1;
	if (!a.shows_objects && !ready_wanted(inv))
		forget_object(t);
	return 0;
}

static void count_add(struct buf *out, size_t n, const char *what)
{
	if (n)
		buf_printf(out, "%s%zu %s", out->len ? ", " : "", n, what);
}

/* For a person in front of many lines; a pipe gets kubectl's. */
static void apply_summary(const struct apply *a, size_t failed)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!a->inv->err_is_terminal || a->targets->len < 2)
		return;
	count_add(&text, a->counts->created, "created");
	count_add(&text, a->counts->configured, "configured");
	count_add(&text, a->counts->serverside_applied, "serverside-applied");
	count_add(&text, a->counts->unchanged, "unchanged");
	count_add(&text, failed, "failed");
	fflush(a->inv->out);
	fprintf(a->inv->err, "%s\n", text.data);
}

static int apply_all(struct apply *a, const struct vec *targets, struct vec *errors, struct error *err)
{
	_cleanup_(prefetch_free_p) struct prefetch *live = a->server_side ? NULL : prefetch_new(a->inv, a->client, targets);
	_cleanup_free_ unsigned *stages = stages_to_create(targets);

	a->targets = targets;
	a->live = live;
	return each_run(a->inv, targets, &(struct each){.work = apply_one, .ctx = a, .stages = stages}, errors, err);
}

static void apply_release(struct apply *a)
{
	buf_release(&a->query);
	prune_release(&a->prune);
	applyset_release(&a->set);
}

/*
 * What is wrong with manifests is one error to kubectl, and here it comes before those of single objects: a list in
 * brackets, each text once. Alone it is told line by line.
 */
static void join_reading_errors(struct vec *errors, size_t reading)
{
	_cleanup_error_ struct error joined = ERROR_INIT;
	_cleanup_vec_ struct vec texts = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!reading || errors->len == reading)
		return;
	while (reading--) {
		const struct error *e = errors->items[0];

		if (!vec_has_string(&texts, e->message))
			vec_add_string(&texts, e->message);
		vec_remove(errors, 0);
	}
	words_joined(&text, &texts);
	error_set(&joined, ERROR_OTHER, "%s", text.data);
	vec_insert(errors, 0, error_take(&joined));
}

/* As kubectl does, a set is opened also when its members could not be labelled; nothing is applied then. */
static int apply_begin_set(struct apply *a, struct vec *targets, struct vec *errors, struct error *err)
{
	_cleanup_error_ struct error failed = ERROR_INIT;

	if (!a->has_set)
		return 0;
	if (applyset_label(&a->set, targets, &failed)) {
		vec_release(targets);
		vec_release(errors);
		vec_add(errors, error_take(&failed));
	}
	return applyset_begin(a->inv, &a->set, targets, err);
}

/* What can be found is deleted before a failure to find the rest is told. */
static int prune_by_list(struct apply *a, const struct vec *targets, struct vec *errors, struct error *err)
{
	_cleanup_vec_ struct vec gone = VEC_OWNING(target_free);
	_cleanup_error_ struct error stopped = ERROR_INIT;

	if (prune_find(a->inv, &a->prune, targets, a->shows_objects, &gone, &stopped) && stopped.class == ERROR_CANCELLED) {
		error_move(err, &stopped);
		return -1;
	}
	if (prune_delete(a->inv, &a->deletion, &gone, errors, err))
		return -1;
	if (!errors->len && stopped.class)
		vec_add(errors, error_take(&stopped));
	return 0;
}

/* Deletes what is there and was not applied; what was applied is in targets. */
static int apply_prune(struct apply *a, const struct vec *targets, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);

	if (a->has_set ? applyset_prune(a->inv, &a->set, &a->deletion, targets, a->shows_objects, &errors, err)
		       : prune_by_list(a, targets, &errors, err))
		return -1;
	report_errors(a->inv, &errors);
	return 0;
}

/* --diff. What cannot be read cannot be shown, and nobody can agree to it. */
static int apply_review(struct apply *a, const struct vec *targets, const struct vec *errors, bool *ret_agreed,
			struct error *err)
{
	*ret_agreed = true;
	if (!args_bool(a->inv->args, "diff"))
		return 0;
	if (!errors->len)
		return review(a->inv, targets, a->query.data, ret_agreed, err);
	report_errors(a->inv, errors);
	*ret_agreed = false;
	return 0;
}

/* --wait=ready */
static int apply_wait(struct invocation *inv, const struct vec *targets, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	const char *dry_run;

	if (!ready_wanted(inv) || invocation_dry_run(inv, &dry_run, err) || strcmp(dry_run, "none"))
		return 0;
	if (ready_wait(inv, targets, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

static int apply_run(struct invocation *inv, struct error *err)
{
	struct apply_counts counts = {0};
	_cleanup_(apply_release) struct apply a = {.query = BUF_INIT, .set = APPLYSET_INIT, .counts = &counts};
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	struct target_options options_targets;
	struct mapper *mapper;
	size_t reading, failed;
	bool agreed;

	if (no_words(inv, err) || files_required(inv, err) || review_check(inv, err) || apply_read_prune(inv, &a, err) ||
	    apply_check(inv, &a, err) || apply_prepare(inv, &a, err) ||
	    invocation_printer(inv, "", &checked, err) || change_targets(inv, &options_targets, err) ||
	    invocation_mapper(inv, &mapper, err))
		return -1;
	a.validates = options_targets.validate;
	options_targets.defines_types = true;
	options_targets.doing = "creating";
	options_targets.unsent = dry_run_client(inv);
	if (targets_resolve(mapper, &options_targets, &targets, &errors, err))
		return -1;
	if (!targets.len && !errors.len)
		return error_set(err, ERROR_OTHER, "no objects passed to apply");
	if (apply_review(&a, &targets, &errors, &agreed, err) || !agreed)
		return err->class ? -1 : 0;
	if (apply_begin_set(&a, &targets, &errors, err))
		return -1;
	reading = errors.len;
	if (apply_all(&a, &targets, &errors, err))
		return -1;
	failed = errors.len;
	join_reading_errors(&errors, reading);
	report_errors(inv, &errors);
	apply_summary(&a, failed);
	if (errors.len)
		return 0;
	if (a.shows_objects && apply_show_objects(&a, &targets, err))
		return -1;
	if (args_bool(inv->args, "prune") && apply_prune(&a, &targets, err))
		return -1;
	return apply_wait(inv, &targets, err);
}

static const struct command *const subcommands[] = {
	&command_apply_edit_last_applied,
	&command_apply_set_last_applied,
	&command_apply_view_last_applied,
	NULL,
};

const struct command command_apply = {
	.name = "apply",
	.group = GROUP_ADVANCED,
	.summary = "Bring objects to the state that manifests describe",
	.description = "Makes objects as their manifests (JSON or YAML) describe them: creates those that are not there, "
		       "changes what differs in the others, and leaves alone what the manifests do not speak of.",
	.examples = "  # Make the cluster as a manifest says\n"
		    "  kubec apply -f deployment.yaml\n\n"
		    "  # Every manifest below a folder\n"
		    "  kubec apply -f manifests/ -R\n\n"
		    "  # What another program prints\n"
		    "  generate-manifests | kubec apply -f -\n\n"
		    "  # And wait until all of it works, five minutes at most\n"
		    "  kubec apply -f manifests/ --wait=ready --timeout=5m",
	.usage = "(-f FILENAME | -k DIRECTORY)",
	.options = options,
	.subcommands = subcommands,
	.keeps_order = true,
	.run = apply_run,
};
