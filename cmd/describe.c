#include "cmd.h"

#include "view/colour.h"
#include "view/describe/describe.h"

static const struct option options_describe[] = {
	{.name = "all-namespaces",
	 .shorthand = 'A',
	 .type = OPTION_BOOL,
	 .help = "Describes the objects of every namespace; --namespace is then ignored."},
	{.name = "chunk-size",
	 .type = OPTION_INT,
	 .fallback = "500",
	 .help = "How many objects of a long list to ask for at a time; 0 asks for all at once."},
	{.name = "show-events",
	 .type = OPTION_BOOL,
	 .fallback = "true",
	 .help = "Shows what happened to an object. Without this option events are shown of a single object, and not "
		 "of "
		 "several or of those found by the beginning of a name."},
	{0},
};

/* How many objects are described at a time: what they need is asked for together. */
#define BATCH ((size_t)32)

struct describe_run {
	struct invocation *inv;
	struct client *client;
	struct mapper *mapper;
	struct target_options targets;
	struct describe_options options;
	const char *before, *after; /* what stands between descriptions, and after each */
	size_t shown;
	bool stop_at_error;
	struct vec errors; /* struct error * */
};

/* Many objects may fail for the same reason: it is told once. */
static void add_error(struct describe_run *run, struct error *failed)
{
	for (size_t i = 0; i < run->errors.len; i++) {
		const struct error *e = run->errors.items[i];

		if (str_equal(e->message, failed->message))
			return;
	}
	vec_add(&run->errors, error_take(failed));
}

static int print_text(struct describe_run *run, const struct buf *text, struct error *err)
{
	_cleanup_buf_ struct buf painted = BUF_INIT;
	FILE *out = run->inv->out;

	if (run->shown++)
		fputs(run->before, out);
	if (run->inv->screen) {
		colour_describe(&painted, text->data, text->len);
		text = &painted;
	}
	fwrite(text->data, 1, text->len, out);
	fputs(run->after, out);
	if (ferror(out))
		return error_set(err, ERROR_IO, "write: %s", strerror(errno));
	return 0;
}

static int show_one(struct describe_run *run, struct describe *d, struct error *err)
{
	_cleanup_error_ struct error failed = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!describe_finish(d, &text, &failed))
		return print_text(run, &text, err);
	if (run->stop_at_error || failed.class == ERROR_CANCELLED) {
		error_move(err, &failed);
		return -1;
	}
	add_error(run, &failed);
	return 0;
}

static int show_batch(struct describe_run *run, void **targets, size_t n, struct error *err)
{
	_cleanup_vec_ struct vec batch = VEC_OWNING(describe_free);

	for (size_t i = 0; i < n; i++) {
		const struct target *t = targets[i];

		vec_add(&batch, describe_start(run->client, t->resource, t->object, &run->options));
	}
	if (client_run(run->client, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (show_one(run, batch.items[i], err))
			return -1;
	}
	return 0;
}

static int show_all(struct describe_run *run, const struct vec *targets, struct error *err)
{
	for (size_t i = 0; i < targets->len; i += BATCH) {
		if (show_batch(run, targets->items + i, MIN(BATCH, targets->len - i), err))
			return -1;
	}
	return 0;
}

/*
 * TYPE NAME where there is no object of that name: all whose names begin with it. Fails
 * with missing, the error that said so, when there are none.
 */
static int show_matching(struct describe_run *run, struct error *missing, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), failed = VEC_OWNING(error_free), found = VEC_INIT;
	_cleanup_vec_ struct vec words = VEC_INIT;
	struct target_options o = run->targets;
	const char *prefix = vec_string(o.args, 1);

	vec_add(&words, o.args->items[0]);
	o.args = &words;
	o.selector = NULL;
	o.all_namespaces = false;
	o.single_type = true;
	if (targets_fetch(run->client, run->mapper, &o, &targets, &failed, err))
		return -1;
	if (failed.len) {
		error_move(err, failed.items[0]);
		return -1;
	}
	for (size_t i = 0; i < targets.len; i++) {
		const struct target *t = targets.items[i];

		if (str_starts(t->name, prefix))
			vec_add(&found, targets.items[i]);
	}
	if (!found.len) {
		error_move(err, missing);
		return -1;
	}
	run->before = "";
	run->after = "\n";
	run->stop_at_error = true;
	return show_all(run, &found, err);
}

static int require_type(struct describe_run *run, struct error *err)
{
	const struct target_options *o = &run->targets;

	if (o->args->len || (o->files && o->files->len) || *args_string(run->inv->args, "kustomize"))
		return 0;
	return error_set(
		err, ERROR_OTHER,
		"You must specify the type of resource to describe. Use \"%s api-resources\" for a complete list "
		"of supported resources.\n",
		run->inv->program);
}

static void tell_nothing_found(const struct describe_run *run)
{
	if (run->targets.all_namespaces)
		fputs("No resources found\n", run->inv->err);
	else
		fprintf(run->inv->err, "No resources found in %s namespace.\n", run->targets.namespace);
}

static int describe_targets(struct describe_run *run, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	struct vec *errors = &run->errors;

	if (targets_fetch(run->client, run->mapper, &run->targets, &targets, errors, err))
		return -1;
	if ((errors->len || targets.len > 1) && !args_changed(run->inv->args, "show-events"))
		run->options.events = false;
	if (errors->len == 1 && run->targets.args->len == 2 && error_is_reason(errors->items[0], "NotFound"))
		return show_matching(run, errors->items[0], err);
	if (show_all(run, &targets, err))
		return -1;
	if (!targets.len && !errors->len)
		tell_nothing_found(run);
	report_aggregate(run->inv, errors);
	return 0;
}

static int describe_run(struct invocation *inv, struct error *err)
{
	struct describe_run run = {.inv = inv, .before = "\n\n", .after = "", .errors = VEC_OWNING(error_free)};
	int r;

	run.options.events = args_bool(inv->args, "show-events");
	run.options.chunk_size = args_int(inv->args, "chunk-size");
	if (invocation_targets(inv, &run.targets, err))
		return -1;
	run.targets.list_by_type = run.targets.looks = true;
	r = require_type(&run, err) || invocation_client(inv, &run.client, err) ||
	    invocation_mapper(inv, &run.mapper, err) || describe_targets(&run, err);
	vec_release(&run.errors);
	return r ? -1 : 0;
}

static const struct argument arguments[] = {
	{.name = "TYPE", .complete = {COMPLETE_RESOURCE_NAMES, NULL}},
	{.name = "NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
	{0},
};

const struct command command_describe = {
	.name = "describe",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Tell everything about objects, with what belongs to them",
	.description =
		"Describes objects for people: what they are meant to be, how they are, what belongs to them and "
		"what happened to them.\n\n"
		"A name that no object has is taken as the beginning of names: every object of the type "
		"whose name begins so is described. Use \"kubec api-resources\" for the types.",
	.examples = "  # A node, with its Pods and what they take\n"
		    "  kubec describe nodes node-1\n\n"
		    "  # A Pod\n"
		    "  kubec describe pods/web-0\n\n"
		    "  # What a manifest names\n"
		    "  kubec describe -f pod.json\n\n"
		    "  # All Pods, and those with a label\n"
		    "  kubec describe pods\n"
		    "  kubec describe pods -l app=web\n\n"
		    "  # All Pods whose names begin with web\n"
		    "  kubec describe pods web",
	.usage = "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
	.options = (const struct option *const[]){options_filename, options_selector, options_describe, NULL},
	.arguments = arguments,
	.run = describe_run,
};
