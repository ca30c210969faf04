#include "config/config.h"

#include "view/table.h"

/* Looking at contexts, choosing and renaming them. */

static const char *text(const cJSON *object, const char *key)
{
	const char *s = json_string(object, key);

	return s ? s : "";
}

/* ---- current-context ---------------------------------------------------------- */

static int run_current(struct invocation *inv, struct error *err)
{
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NULL;

	if (config_load(inv, &k, err))
		return -1;
	if (!*kubeconfig_current_context(k))
		return error_set(err, ERROR_CONFIG, "current-context is not set");
	fprintf(inv->out, "%s\n", kubeconfig_current_context(k));
	return 0;
}

const struct command command_config_current_context = {
	.name = "current-context",
	.summary = "Show the current context",
	.examples = "  # Where am I?\n  kubec config current-context",
	.run = run_current,
};

/* ---- get-contexts -------------------------------------------------------------- */

static const struct option options_get_contexts[] = {
	{"no-headers", .type = OPTION_BOOL, .help = "Leaves the line of column names out."},
	{"output", 'o', OPTION_STRING, .help = "Format: name prints names alone.", .complete = {COMPLETE_WORDS, "name"}},
	{0},
};
static const struct option *const get_contexts_options[] = {options_get_contexts, NULL};
static const struct argument context_arguments[] = {{.name = "NAME", .complete = {COMPLETE_CONTEXTS, NULL}, .repeats = true}, {0}};

/* The names that were asked for and are there; the others become errors. */
static void wanted_contexts(struct invocation *inv, const struct kubeconfig *k, struct vec *ret, struct vec *errors)
{
	const struct vec *words = args_words(inv->args);

	if (!words->len)
		kubeconfig_names(k, "contexts", ret);
	for (size_t i = 0; i < words->len; i++) {
		struct error *missing;

		if (kubeconfig_entry(kubeconfig_tree(k), "contexts", vec_string(words, i))) {
			vec_add_string(ret, vec_string(words, i));
			continue;
		}
		missing = NEW(struct error);
		error_set(missing, ERROR_CONFIG, "context %s not found", vec_string(words, i));
		vec_add(errors, missing);
	}
	vec_sort(ret, vec_compare_strings);
}

static void put_context(struct table *t, const struct kubeconfig *k, const char *name)
{
	const cJSON *context = json_get(kubeconfig_entry(kubeconfig_tree(k), "contexts", name), "context");
	bool current = !strcmp(name, kubeconfig_current_context(k));

	table_rowf(t, current ? "*" : " ", name, text(context, "cluster"), text(context, "user"),
		   text(context, "namespace"), NULL);
}

static int run_get_contexts(struct invocation *inv, struct error *err)
{
	static const char *const headers[] = {"CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"};
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NULL;
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS, errors = VEC_OWNING(error_free);
	_cleanup_table_ struct table t = TABLE_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;
	const char *output = args_string(inv->args, "output");
	bool bare = !strcmp(output, "name");

	if (*output && !bare)
		return error_set(err, ERROR_USAGE,
				 "--output %s is not available in kubectl config get-contexts; resetting to default output format",
				 output);
	if (config_load(inv, &k, err))
		return -1;
	t.screen = inv->screen;
	wanted_contexts(inv, k, &names, &errors);
	if (!bare && !args_bool(inv->args, "no-headers"))
		table_header(&t, headers, ARRAY_SIZE(headers));
	for (size_t i = 0; i < names.len; i++) {
		if (bare)
			buf_printf(&out, "%s\n", vec_string(&names, i));
		else
			put_context(&t, k, vec_string(&names, i));
	}
	table_flush(&t, &out);
	fputs(out.data, inv->out);
	report_errors(inv, &errors);
	return 0;
}

const struct command command_config_get_contexts = {
	.name = "get-contexts",
	.summary = "List contexts",
	.examples = "  # All of them, the current one marked\n  kubec config get-contexts\n\n"
		    "  # One\n  kubec config get-contexts minikube",
	.usage = "[(-o|--output=)name)]",
	.options = get_contexts_options,
	.arguments = context_arguments,
	.run = run_get_contexts,
};

/* ---- use-context --------------------------------------------------------------- */

static int edit_current(cJSON *tree, void *ctx, struct error *err)
{
	if (!kubeconfig_entry(tree, "contexts", ctx))
		return error_set(err, ERROR_CONFIG, "no context exists with the name: \"%s\"", (const char *)ctx);
	json_set_string(tree, "current-context", ctx);
	return 0;
}

static int run_use(struct invocation *inv, struct error *err)
{
	char *name;

	if (config_wrong_words(inv, 1, err))
		return -1;
	name = args_words(inv->args)->items[0];
	if (config_edit(inv, edit_current, name, err))
		return -1;
	fprintf(inv->out, "Switched to context \"%s\".\n", name);
	return 0;
}

static const struct argument one_context[] = {{.name = "CONTEXT_NAME", .complete = {COMPLETE_CONTEXTS, NULL}}, {0}};

const struct command command_config_use_context = {
	.name = "use-context",
	.aliases = "use",
	.summary = "Set the current context in a kubeconfig file",
	.examples = "  # Work in the context of minikube from now on\n  kubec config use-context minikube",
	.usage = "CONTEXT_NAME",
	.arguments = one_context,
	.run = run_use,
};

/* ---- rename-context -------------------------------------------------------------- */

struct renaming {
	const char *from, *to, *file;
};

static int edit_rename(cJSON *tree, void *ctx, struct error *err)
{
	const struct renaming *r = ctx;
	cJSON *entry = kubeconfig_entry(tree, "contexts", r->from);

	if (!entry)
		return error_set(err, ERROR_CONFIG, "cannot rename the context \"%s\", it's not in %s", r->from, r->file);
	if (kubeconfig_entry(tree, "contexts", r->to))
		return error_set(err, ERROR_CONFIG,
				 "cannot rename the context \"%s\", the context \"%s\" already exists in %s", r->from, r->to,
				 r->file);
	json_set_string(entry, "name", r->to);
	if (!strcmp(text(tree, "current-context"), r->from))
		json_set_string(tree, "current-context", r->to);
	return 0;
}

static int run_rename(struct invocation *inv, struct error *err)
{
	_cleanup_free_ char *file = NULL;
	struct renaming r;

	if (config_wrong_words(inv, 2, err))
		return -1;
	file = config_file(inv);
	r = (struct renaming){vec_string(args_words(inv->args), 0), vec_string(args_words(inv->args), 1), file};
	if (config_edit(inv, edit_rename, &r, err))
		return -1;
	fprintf(inv->out, "Context \"%s\" renamed to \"%s\".\n", r.from, r.to);
	return 0;
}

const struct command command_config_rename_context = {
	.name = "rename-context",
	.summary = "Rename a context of a kubeconfig file",
	.description = "Gives a context another name. When it is the current context, it stays the current one.",
	.examples = "  # old is now called new\n  kubec config rename-context old new",
	.usage = "CONTEXT_NAME NEW_NAME",
	.arguments = one_context,
	.run = run_rename,
};
