
#include "get/get.h"

static const struct option get_options[] = {
	{.name = "all-namespaces",
	 .shorthand = 'A',
	 .type = OPTION_BOOL,
	 .help = "Lists the objects of every namespace, with a NAMESPACE column; --namespace is then ignored."},
	{.name = "all-contexts",
	 .type = OPTION_BOOL,
	 .flags = OPTION_OWN,
	 .help = "Asks the clusters of all contexts of the kubeconfig at once, and adds a CONTEXT column; --context a,b asks "
		 "those of some. Objects of other formats say it by the annotation kubec/context."},
	{.name = "allow-missing-template-keys",
	 .type = OPTION_BOOL,
	 .fallback = "true",
	 .help = "Prints nothing for a field that a template names and the object does not have, instead of failing."},
	{.name = "chunk-size",
	 .type = OPTION_INT,
	 .fallback = "500",
	 .help = "How many objects of a long list to ask for at a time; 0 asks for all at once."},
	{.name = "decode",
	 .type = OPTION_BOOL,
	 .flags = OPTION_OWN,
	 .help = "Shows the values of Secrets as text. A value that is no text stays base64, which standard error says."},
	{.name = "field-selector",
	 .type = OPTION_STRING,
	 .help = "Takes only objects whose fields match: key=value, key!=value, joined by commas. The server knows few "
		 "fields of each type."},
	{.name = "ignore-not-found",
	 .type = OPTION_BOOL,
	 .help = "A named object that does not exist is not an error; nothing is said about it."},
	{.name = "label-columns",
	 .shorthand = 'L',
	 .type = OPTION_LIST,
	 .help = "Labels that become columns of the table; letter case matters. May be repeated."},
	{.name = "live",
	 .type = OPTION_BOOL,
	 .flags = OPTION_OWN,
	 .help = "With --watch or --watch-only, draws the table anew in place on a terminal instead of adding a line for "
		 "each change. Elsewhere it has no effect."},
	{.name = "no-headers", .type = OPTION_BOOL, .help = "Leaves out the line of column names."},
	{.name = "output",
	 .shorthand = 'o',
	 .type = OPTION_STRING,
	 .complete = {COMPLETE_WORDS,
		      "json,yaml,kyaml,name,go-template,go-template-file,template,templatefile,jsonpath,"
		      "jsonpath-as-json,jsonpath-file,custom-columns,custom-columns-file,wide,neat-yaml"},
	 .help = "Output format. One of (json, yaml, kyaml, name, go-template, go-template-file, template, "
		 "templatefile, "
		 "jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide). kubec's own "
		 "neat-yaml leaves out what the server added: the status, bookkeeping, and defaults that are known as such."},
	{.name = "output-watch-events",
	 .type = OPTION_BOOL,
	 .help = "With --watch or --watch-only, says for each line which kind of event it is; objects of the list are "
		 "ADDED."},
	{.name = "raw",
	 .type = OPTION_STRING,
	 .help = "A path to ask the server for, with the credentials of the kubeconfig; the answer is printed as it "
		 "comes."},
	{.name = "really",
	 .type = OPTION_BOOL,
	 .flags = OPTION_OWN,
	 .help = "With all, takes every type of object that a namespace has and that can be listed."},
	{.name = "server-print",
	 .type = OPTION_BOOL,
	 .fallback = "true",
	 .help = "Lets the server choose the columns; false prints names and ages."},
	{.name = "show-kind", .type = OPTION_BOOL, .help = "Writes the kind before each name."},
	{.name = "show-labels", .type = OPTION_BOOL, .help = "Adds a last column with all labels."},
	{.name = "show-managed-fields", .type = OPTION_BOOL, .help = "Keeps metadata.managedFields in JSON and YAML."},
	{.name = "sort-by",
	 .type = OPTION_STRING,
	 .help = "Orders a list by a field, a JSONPath expression such as '{.metadata.name}', that holds numbers or "
		 "text."},
	{.name = "subresource",
	 .type = OPTION_STRING,
	 .complete = {COMPLETE_WORDS, "status,scale,resize"},
	 .help = "Gets a subresource (status, scale, resize) of the named objects instead of the objects."},
	{.name = "template",
	 .type = OPTION_STRING,
	 .complete = {COMPLETE_FILES, NULL},
	 .help = "The template of -o go-template, or the file of -o go-template-file."},
	{.name = "watch",
	 .shorthand = 'w',
	 .type = OPTION_BOOL,
	 .help = "Prints what is there, then every change as it happens."},
	{.name = "watch-only",
	 .type = OPTION_BOOL,
	 .help = "Prints changes as they happen, without what is there already."},
	{0},
};

/* ---- what was asked ---------------------------------------------------------- */

static int require_something(const struct get *g, struct error *err)
{
	struct invocation *inv = g->inv;

	if (g->options.args->len || (g->options.files && g->options.files->len) || *args_string(inv->args, "kustomize"))
		return 0;
	fprintf(inv->err,
		"You must specify the type of resource to get. Use \"%s api-resources\" for a complete list of "
		"supported "
		"resources.\n\n",
		inv->program);
	return usage_error(
		inv, err,
		"Required resource not specified.\nUse \"%s explain <resource>\" for a detailed description of "
		"that resource (e.g. %s explain pods).",
		inv->program, inv->program);
}

static int check_options(const struct get *g, struct error *err)
{
	const struct args *a = g->inv->args;

	if (args_bool(a, "show-labels") && *g->output && !g->wide)
		return error_set(err, ERROR_USAGE, "--show-labels option cannot be used with %s printer", g->output);
	if (args_bool(a, "output-watch-events") && !args_bool(a, "watch") && !args_bool(a, "watch-only"))
		return error_set(err, ERROR_USAGE,
				 "--output-watch-events option can only be used with --watch or --watch-only");
	if (args_bool(a, "live") && !args_bool(a, "watch") && !args_bool(a, "watch-only"))
		return error_set(err, ERROR_USAGE, "--live option can only be used with --watch or --watch-only");
	if (g->decode && g->human && (args_bool(a, "watch") || args_bool(a, "watch-only")))
		return error_set(err, ERROR_USAGE, "--decode option needs a format of --output with --watch or --watch-only");
	return 0;
}

/* Said before anything is asked, as kubectl does. */
static void warn_sort(const struct get *g)
{
	if (!*g->sort_by)
		return;
	if (args_bool(g->inv->args, "watch"))
		fputs("warning: --watch requested, --sort-by will be ignored for watch events received\n", g->inv->err);
	else if (args_bool(g->inv->args, "watch-only"))
		fputs("warning: --watch-only requested, --sort-by will be ignored\n", g->inv->err);
}

void get_format(struct get *g)
{
	const struct args *a = g->inv->args;

	g->output = args_string(a, "output");
	g->neat = !strcasecmp(g->output, "neat-yaml");
	if (g->neat)
		g->output = "yaml";
	g->decode = args_bool(a, "decode");
	g->sort_by = args_string(a, "sort-by");
	g->wide = str_equal(g->output, "wide");
	g->human = g->wide || (!*g->output && !*args_string(a, "template"));
}

static int find_targets(struct get *g, struct error *err)
{
	const struct vec *words = g->options.args;

	if (!args_bool(g->inv->args, "really"))
		return targets_resolve(g->mapper, &g->options, &g->targets, &g->errors, err);
	if (words->len != 1 || strcasecmp(vec_string(words, 0), "all"))
		return error_set(err, ERROR_USAGE, "--really option can only be used with all");
	return get_everything(g, false, err);
}

static int open_get(struct get *g, struct error *err)
{
	const struct args *a = g->inv->args;
	bool watching = args_bool(a, "watch") || args_bool(a, "watch-only");

	get_format(g);
	g->ignore_not_found = args_bool(a, "ignore-not-found");
	if (invocation_targets(g->inv, &g->options, err))
		return -1;
	g->options.list_by_type = true;
	warn_sort(g);
	if ((!watching && require_something(g, err)) || check_options(g, err))
		return -1;
	if (invocation_client(g->inv, &g->client, err) || invocation_mapper(g->inv, &g->mapper, err))
		return -1;
	if (find_targets(g, err) || get_spread(g, err))
		return -1;
	/* What could not be read has its place among what could not be fetched. */
	for (size_t i = 0; i < g->errors.len; i++)
		((struct error *)g->errors.items[i])->reading = false;
	g->single = targets_single(&g->options, &g->targets, &g->errors);
	return get_shape_check(g, err);
}

/* ---- shared by the ways to answer ---------------------------------------------- */

int get_printer(const struct get *g, struct table *table, struct printer **ret, struct error *err)
{
	const struct args *a = g->inv->args;
	_cleanup_buf_ struct buf allowed = BUF_INIT;
	struct printer_options o = {
		.output = *g->output ? g->output : "go-template",
		.template = *args_string(a, "template") ? args_string(a, "template") : NULL,
		.show_managed_fields = args_bool(a, "show-managed-fields"),
		.allow_missing_template_keys = args_bool(a, "allow-missing-template-keys"),
		.no_headers = args_bool(a, "no-headers"),
		.screen = g->inv->screen,
		.for_lists = true,
		.table = table,
	};

	printer_formats(&allowed, true, "wide");
	return printer_new(&o, allowed.data, ret, err);
}

int get_write(struct get *g, struct buf *text, struct error *err)
{
	fwrite(text->data, 1, text->len, g->inv->out);
	buf_clear(text);
	if (ferror(g->inv->out))
		return error_set(err, ERROR_IO, "write: %s", strerror(errno));
	return 0;
}

/* Whether kubectl takes a table's single failure for itself, and not for an aggregate of one: where names are given. */
static bool fails_alone(const struct vec *words)
{
	return words->len > 1 || (words->len == 1 && strchr(vec_string(words, 0), '/'));
}

static void report_failures(struct get *g)
{
	const struct args *a = g->inv->args;
	bool watching = args_bool(a, "watch") || args_bool(a, "watch-only");

	if (!g->human || watching || fails_alone(g->options.args))
		report_errors(g->inv, &g->errors);
	else
		report_aggregate(g->inv, &g->errors);
	get_say_not_allowed(g);
	if (g->forbidden.len)
		g->inv->exit_status = 1;
}

int get_one(struct invocation *inv, struct error *err)
{
	struct get g = {.inv = inv, .targets = VEC_OWNING(target_free), .errors = VEC_OWNING(error_free),
			.forbidden = VEC_OF_STRINGS};
	const char *raw = args_string(inv->args, "raw");
	bool watching = args_bool(inv->args, "watch") || args_bool(inv->args, "watch-only");
	int r;

	if (*raw)
		return get_raw(inv, raw, err);
	r = open_get(&g, err);
	if (!r)
		r = watching ? get_watch(&g, err) : g.human && !g.decode ? get_tables(&g, err) : get_objects(&g, err);
	if (!r)
		report_failures(&g);
	vec_release(&g.targets);
	vec_release(&g.errors);
	vec_release(&g.forbidden);
	return r;
}

static int get_run(struct invocation *inv, struct error *err)
{
	bool done;

	if (get_contexts(inv, &done, err))
		return -1;
	return done ? 0 : get_one(inv, err);
}

static const struct argument get_arguments[] = {
	{.name = "TYPE", .complete = {COMPLETE_RESOURCE_NAMES, NULL}},
	{.name = "NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
	{0},
};

const struct command command_get = {
	.name = "get",
	.group = GROUP_BASIC_INTERMEDIATE,
	.summary = "Show objects as a table or in another format",
	.description =
		"Shows objects of the cluster: by default as a table of what matters most about them, with the columns "
		"that "
		"the server chooses for their type.\n\n"
		"A type is named by its plural, singular or short name, with its group (and version) where that is "
		"needed; "
		"several are separated by commas, and a category such as all stands for many. Without names all "
		"objects of "
		"the namespace are listed, those of every namespace with -A, those of several with -n a,b, those that match a "
		"selector with -l.",
	.examples = "  # The Pods of the namespace\n"
		    "  kubec get pods\n\n"
		    "  # More columns: addresses, nodes\n"
		    "  kubec get pods -o wide\n\n"
		    "  # One Deployment as YAML\n"
		    "  kubec get deployment web -o yaml\n\n"
		    "  # Deployments and Services together\n"
		    "  kubec get deployments,services\n\n"
		    "  # Named objects of several types\n"
		    "  kubec get deployment/web service/web pod/web-0\n\n"
		    "  # Pods with a label, in every namespace, and what happens to them\n"
		    "  kubec get pods -A -l app=web --watch\n\n"
		    "  # What a file describes, as it is on the server\n"
		    "  kubec get -f deployment.yaml\n\n"
		    "  # The last events first to last\n"
		    "  kubec get events --sort-by=.lastTimestamp",
	.usage = "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|"
		 "jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] "
		 "[NAME | -l "
		 "label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
	.options = (const struct option *const[]){get_options, options_filename, options_selector, NULL},
	.arguments = get_arguments,
	.run = get_run,
};
