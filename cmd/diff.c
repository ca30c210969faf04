#include "apply/prune.h"
#include "each.h"
#include "preview.h"

/* diff: what apply would change, by dry runs that the server makes. */

static const struct option options_diff[] = {
	{"concurrency", .type = OPTION_INT, .fallback = "1",
	 .help = "How many objects are asked about at a time when it is given; otherwise as many as is good."},
	OPTION_FIELD_MANAGER("kubectl-client-side-apply"),
	{"force-conflicts", .type = OPTION_BOOL,
	 .help = "With --server-side: take over fields that other managers own."},
	{"prune", .type = OPTION_BOOL,
	 .help = "Show also what --prune would delete: objects that earlier applies made and the manifests do not name."},
	{"prune-allowlist", .type = OPTION_ARRAY, .help = "Kinds that --prune may delete, as GROUP/VERSION/KIND."},
	{"server-side", .type = OPTION_BOOL, .help = "Let the server merge, by ownership of fields."},
	{"show-managed-fields", .type = OPTION_BOOL, .help = "Keeps metadata.managedFields in the difference."},
	{"show-secrets", .type = OPTION_BOOL, .help = "Shows what is in Secrets instead of a mask."},
	{0},
};

static const struct option *const options[] = {options_filename, options_diff, options_selector, NULL};

struct diff {
	struct preview_options preview;
	bool prunes;
	struct prune prune;
	struct vec previews; /* struct preview *, as they come */
	struct buf query;
};

static void diff_release(struct diff *d)
{
	prefetch_free(d->preview.live);
	prune_release(&d->prune);
	vec_release(&d->previews);
	buf_release(&d->query);
}

static int diff_prepare(struct invocation *inv, struct diff *d, struct error *err)
{
	const struct args *a = inv->args;
	bool server_side = args_bool(a, "server-side"), force = args_bool(a, "force-conflicts");
	const char *manager = server_side && !args_changed(a, "field-manager") ? "kubectl" : NULL;

	if (force && !server_side)
		return error_set(err, ERROR_OTHER, "--force-conflicts only works with --server-side");
	buf_puts(&d->query, "dryRun=All");
	if (change_query(inv, manager, &d->query, err) || invocation_client(inv, &d->preview.client, err))
		return -1;
	if (server_side)
		buf_printf(&d->query, "&force=%s", force ? "true" : "false");
	d->prunes = args_bool(a, "prune");
	if (d->prunes && prune_read(inv, &d->prune, err))
		return -1;
	d->prune.kept_only = true;
	d->preview.server_side = server_side;
	d->preview.hiding.shows_managed_fields = args_bool(a, "show-managed-fields");
	d->preview.hiding.shows_secrets = args_bool(a, "show-secrets");
	d->preview.query = d->query.data;
	return 0;
}

/* The first failure is the last thing that kubectl does. */
static int diff_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct diff *d = ctx;
	struct preview *p;
	cJSON *live = NULL;

	if (preview_target(&d->preview, inv, t, &p, d->prunes ? &live : NULL, err))
		return EACH_STOP;
	vec_add(&d->previews, p);
	/* the manifest has had its day: many of them take room */
	cJSON_Delete(t->object);
	t->object = live;
	return 0;
}

/* Adds what --prune would delete; targets are the live objects. When it cannot be found out, the rest is shown. */
static void add_pruned(struct invocation *inv, struct diff *d, const struct vec *targets)
{
	_cleanup_vec_ struct vec pruned = VEC_OWNING(target_free);
	_cleanup_error_ struct error failed = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (prune_find(inv, &d->prune, targets, true, &pruned, &failed)) {
		buf_printf(&text, "pruning failed and could not be evaluated err: %s", failed.message);
		invocation_log_warning(inv, "diff.go:760", text.data);
	}
	for (size_t i = 0; i < pruned.len; i++) {
		struct target *t = pruned.items[i];

		vec_add(&d->previews, preview_deletion(&d->preview, t->resource, t->object));
	}
}

/* Objects come as they were answered; they are shown as they were given. */
static void sort_by_input(struct vec *previews, const struct vec *targets)
{
	size_t sorted = 0;

	for (size_t i = 0; i < targets->len; i++) {
		for (size_t j = sorted; j < previews->len; j++) {
			void *found = previews->items[j];

			if (((const struct preview *)found)->target != targets->items[i])
				continue;
			previews->items[j] = previews->items[sorted];
			previews->items[sorted++] = found;
			break;
		}
	}
}

/* What the manifests hold, up to the first thing that is wrong with them. */
static int diff_read(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err)
{
	struct target_options o;
	struct mapper *mapper;
	size_t n = 0;

	if (invocation_targets(inv, &o, err) || invocation_mapper(inv, &mapper, err) ||
	    targets_resolve(mapper, &o, targets, errors, err))
		return -1;
	while (n < targets->len && !((const struct target *)targets->items[n])->errors_before)
		n++;
	while (targets->len > n)
		vec_remove(targets, targets->len - 1);
	return 0;
}

/* Paths that are wrong are all told; of anything else that is wrong with manifests kubectl tells the first. */
static int diff_fail(struct invocation *inv, struct vec *errors)
{
	while (errors->len > 1 && ((const struct error *)errors->items[0])->class != ERROR_IO)
		vec_remove(errors, errors->len - 1);
	inv->exit_status = inv->command->failure_status;
	report_errors(inv, errors);
	return 0;
}

static int diff_run(struct invocation *inv, struct error *err)
{
	_cleanup_(diff_release) struct diff d = {.previews = VEC_OWNING(preview_free), .query = BUF_INIT};
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), wrong = VEC_OWNING(error_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	struct mapper *mapper;

	if (no_words(inv, err) || files_required(inv, err) || diff_prepare(inv, &d, err) ||
	    invocation_mapper(inv, &mapper, err) || diff_read(inv, &targets, &wrong, err))
		return -1;
	d.preview.live = prefetch_new(inv, d.preview.client, &targets);
	if (each_target(inv, &targets, diff_target, &d, &errors, err))
		return -1;
	if (errors.len)
		return diff_fail(inv, &errors);
	if (wrong.len)
		return diff_fail(inv, &wrong);
	sort_by_input(&d.previews, &targets);
	if (d.prunes)
		add_pruned(inv, &d, &targets);
	return previews_show(inv, &d.previews, &inv->exit_status, err);
}

const struct command command_diff = {
	.name = "diff",
	.group = GROUP_ADVANCED,
	.summary = "Show what applying manifests would change",
	.description = "Shows as a diff how live objects would change if manifests were applied. Nothing is changed: the server is "
		       "asked by dry runs.\n\n"
		       "The program in KUBECTL_EXTERNAL_DIFF, which may have options (\"colordiff -N -u\"), compares two folders of "
		       "YAML; without it diff -u -N does, or kubec itself, on a terminal and where no diff is installed.\n\n"
		       "The exit status is 0 when nothing would change, 1 when something would, and greater when something failed. The "
		       "program that compares must keep to that, too.",
	.examples = "  # What would a manifest change?\n"
		    "  kubec diff -f deployment.yaml\n\n"
		    "  # What another program prints\n"
		    "  generate-manifests | kubec diff -f -",
	.usage = "-f FILENAME",
	.options = options,
	.failure_status = 2,
	.run = diff_run,
};
