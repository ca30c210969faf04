#include "apply/last_applied.h"

#include "data/yaml.h"
#include "kube/apply.h"
#include "live.h"

static const struct option options_view[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	{"output", 'o', OPTION_STRING, .fallback = "yaml", .help = "yaml or json.", .complete = {COMPLETE_WORDS, "json,yaml"}},
	{0},
};

static const struct option *const options[] = {options_filename, options_view, options_selector, NULL};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES}, .repeats = true},
	{0},
};

static int view_json(const char *text, struct buf *out, struct error *err)
{
	size_t offset;

	if (json_check(text, strlen(text), &offset, err))
		return -1;
	json_indent(out, text);
	return 0;
}

static int view_yaml(const char *text, struct buf *out, struct error *err)
{
	_cleanup_json_ cJSON *tree = NULL;

	if (yaml_parse(text, strlen(text), NULL, 1, &tree, err))
		return error_bare_yaml(err);
	yaml_print(out, tree);
	return 0;
}

static const struct {
	const char *name;
	int (*view)(const char *text, struct buf *out, struct error *err);
} formats[] = {{"json", view_json}, {"yaml", view_yaml}};

static int view_print(struct invocation *inv, const char *text, struct error *err)
{
	const char *output = args_string(inv->args, "output");
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strcmp(output, formats[i].name))
			continue;
		if (formats[i].view(text, &out, err))
			return -1;
		fwrite(out.data, 1, out.len, inv->out);
		return 0;
	}
	return usage_error(inv, err, "Unexpected -o output mode: %s, the flag 'output' must be one of yaml|json", output);
}

/*
 * The first fault of all, in the order of the objects: then nothing is shown. An object without the annotation is
 * one only where a file names it; else it is passed over, as in kubectl.
 */
static int view_check(const struct vec *targets, struct vec *errors, struct error *err)
{
	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		if (errors->len && t->errors_before)
			break;
		if (t->source && !last_applied_text(t->object))
			return error_set(err, ERROR_OTHER,
					 "error when no last-applied-configuration annotation found on resource: %s\n \"%s\": <nil>",
					 t->name, t->source);
	}
	if (!errors->len)
		return 0;
	error_move(err, errors->items[0]);
	return -1;
}

static int view_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	struct target_options o;

	if (invocation_targets(inv, &o, err))
		return -1;
	/* kubectl takes a bare type for all objects of it, but only where -n is given */
	o.list_by_type = o.namespace_given;
	if (o.all && o.list_by_type && o.args->len == 1 && !strchr(vec_string(o.args, 0), '/'))
		return error_set(err, ERROR_OTHER, "setting 'all' parameter but found a non empty selector. ");
	if (o.all && o.selector)
		return error_set(err, ERROR_OTHER,
				 "found non-empty label selector \"%s\" with previously set 'all' parameter. ", o.selector);
	if (live_fetch_targets(inv, &o, &targets, &errors, err) || view_check(&targets, &errors, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		const char *text = last_applied_text(((const struct target *)targets.items[i])->object);

		if (text && view_print(inv, text, err))
			return -1;
	}
	return 0;
}

const struct command command_apply_view_last_applied = {
	.name = "view-last-applied",
	.summary = "Show what apply remembers of the last manifest of an object",
	.description = "Shows the last-applied annotations of objects: the manifests that were applied last.",
	.examples = "  # As YAML\n"
		    "  kubec apply view-last-applied deployment/web\n\n"
		    "  # As JSON, of what a manifest names\n"
		    "  kubec apply view-last-applied -f deployment.yaml -o json",
	.usage = "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
	.options = options,
	.arguments = arguments,
	.run = view_run,
};
