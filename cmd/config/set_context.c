#include "config/config.h"

static const struct option options_set_context[] = {
	{"cluster", .type = OPTION_STRING, .help = "Cluster of the context.", .complete = {COMPLETE_CLUSTERS, NULL}},
	{"current", .type = OPTION_BOOL, .help = "Changes the current context."},
	{"namespace", 'n', OPTION_STRING, .help = "Namespace that commands in this context work in.", .complete = {COMPLETE_NAMESPACES, NULL}},
	{"user", .type = OPTION_STRING, .help = "User of the context.", .complete = {COMPLETE_USERS, NULL}},
	{0},
};
static const struct option *const options[] = {options_set_context, NULL};
static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_CONTEXTS, NULL}}, {0}};

struct setting {
	const struct args *args;
	const char *given; /* NULL: the current context */
	char *name;
	bool is_new;
};

static int edit(cJSON *tree, void *ctx, struct error *err)
{
	struct setting *s = ctx;
	static const char *const keys[] = {"cluster", "user"};
	const char *current = json_string(tree, "current-context");
	cJSON *context;

	if (!s->given && str_empty(current))
		return error_set(err, ERROR_CONFIG, "no current context is set");
	s->name = xstrdup(s->given ? s->given : current);
	context = config_ensure(tree, "contexts", s->name, &s->is_new);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (args_changed(s->args, keys[i]) || !json_get(context, keys[i]))
			json_set_string(context, keys[i], args_string(s->args, keys[i]));
	if (args_changed(s->args, "namespace"))
		config_set_text(context, "namespace", args_string(s->args, "namespace"));
	return 0;
}

static int run(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	bool current = args_bool(inv->args, "current");
	struct setting s = {.args = inv->args};
	int r;

	if (words->len > 1) {
		config_wrong_words(inv, 1, err);
		return -1;
	}
	if (!words->len && !current)
		return error_set(err, ERROR_USAGE, "you must specify a non-empty context name or --current");
	if (words->len && current)
		return error_set(err, ERROR_USAGE, "you cannot specify both a context name and --current");
	s.given = words->len ? vec_string(words, 0) : NULL;
	r = config_edit(inv, edit, &s, err);
	if (!r)
		fprintf(inv->out, "Context \"%s\" %s.\n", s.name, s.is_new ? "created" : "modified");
	free(s.name);
	return r;
}

const struct command command_config_set_context = {
	.name = "set-context",
	.summary = "Set a context of a kubeconfig file",
	.description = "Makes a context, or changes what the options name of one that is there.",
	.examples = "  # Work in another namespace from now on\n  kubec config set-context --current --namespace=web\n\n"
		    "  # Another user for a context\n  kubec config set-context gce --user=cluster-admin",
	.usage = "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
	.options = options,
	.arguments = arguments,
	.run = run,
};
