#include "base/file.h"
#include "cmd.h"

/*
 * kubec's own, as the scripts kubectx and kubens have them: ctx and ns. Where one works is said by the user's kubeconfig
 * files, or, for one terminal alone, by a file of its own before the others in KUBECONFIG, which has the current context
 * and its namespace and nothing else.
 */
#define FOLDER_PREFIX "kubec-session"
#define STATE_LIMIT ((size_t)1 << 16)
#define NAME_LIMIT 200 /* of a file */

struct here {
	struct invocation *inv;
	struct kubeconfig *config;
	const char *context;
	char *namespace;
	char *own;        /* the terminal's own file, or NULL */
	bool moves_ns;    /* it is about the namespace, else about the context */
};

static const struct option options_here[] = {
	{"current", 'c', OPTION_BOOL, .help = "Print the current one alone."},
	{"force", 'f', OPTION_BOOL, .help = "Do not look whether there is such a namespace."},
	{"shell", .type = OPTION_BOOL, .help = "For this terminal alone: prints what its shell is to evaluate."},
	{0},
};

/* ---- where we are ----------------------------------------------------------------- */

static char *own_file(struct invocation *inv)
{
	const char *list = getenv("KUBECONFIG");
	_cleanup_free_ char *first = list ? xstrndup(list, strcspn(list, ":")) : NULL;

	if (!first || args_changed(inv->args, "kubeconfig") || !strstr(first, "/" FOLDER_PREFIX) || !str_ends(first, "/config"))
		return NULL;
	return TAKE_PTR(first);
}

static int here_load(struct here *h, struct error *err)
{
	bool given;

	if (invocation_config(h->inv, &h->config, err) < 0)
		return -1;
	h->own = own_file(h->inv);
	h->context = args_string(h->inv->args, "context");
	if (!*h->context)
		h->context = kubeconfig_current_context(h->config);
	return kubeconfig_namespace(h->config, &h->namespace, &given, err);
}

static void here_release(struct here *h)
{
	free(h->namespace);
	free(h->own);
}

static const char *here_current(const struct here *h)
{
	return h->moves_ns ? h->namespace : h->context;
}

/* ---- what there is ------------------------------------------------------------------ */

static int list_namespaces(struct here *h, struct vec *ret, struct error *err)
{
	struct list_options o = {
		.limit = 500,
		.accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
	};
	_cleanup_json_ cJSON *all = NULL;
	struct client *client;
	const cJSON *item;

	if (invocation_client(h->inv, &client, err) < 0)
		return -1;
	if (client_list(client, builtin_core("namespaces"), NULL, &o, &all, err))
		return -1;
	cJSON_ArrayForEach(item, json_get(all, "items"))
		vec_add_string(ret, json_path_string(item, "metadata", "name", NULL) ?: "");
	return 0;
}

/* Whether there is one of that name. Whoever may not look at namespaces may work in one all the same. */
static int check(struct here *h, const char *name, struct error *err)
{
	struct client *client;

	if (!h->moves_ns && !kubeconfig_entry(kubeconfig_tree(h->config), "contexts", name))
		return error_set(err, ERROR_CONFIG, "no context exists with the name: \"%s\"", name);
	if (!h->moves_ns || args_bool(h->inv->args, "force"))
		return 0;
	if (invocation_client(h->inv, &client, err) < 0)
		return -1;
	if (!client_get(client, builtin_core("namespaces"), NULL, name, NULL, NULL, err))
		return 0;
	if (!error_is_reason(err, "Forbidden"))
		return -1;
	error_release(err);
	return 0;
}

/* ---- moving ------------------------------------------------------------------------- */

struct move {
	const struct here *here;
	const char *context;
	const char *namespace; /* NULL: the context's */
	bool current;          /* the context becomes the current one */
};

static int edit(cJSON *tree, void *ctx, struct error *err)
{
	const struct move *m = ctx;
	cJSON *entry = kubeconfig_entry(tree, "contexts", m->context), *content;

	(void)err;
	if (!entry) {
		entry = json_copy(kubeconfig_entry(kubeconfig_tree(m->here->config), "contexts", m->context));
		json_append(json_ensure_array(tree, "contexts"), entry);
	}
	content = json_ensure_object(entry, "context");
	if (m->namespace)
		json_set_string(content, "namespace", m->namespace);
	/* what the terminal's own file does not say, the files behind it would */
	if (m->here->own && str_empty(json_string(content, "namespace")))
		json_set_string(content, "namespace", "default");
	if (m->current)
		json_set_string(tree, "current-context", m->context);
	return 0;
}

static int edit_file(const struct here *h, struct move *m, struct error *err)
{
	struct kubeconfig_overrides o = {.kubeconfig = h->own ? h->own : args_string(h->inv->args, "kubeconfig")};

	return kubeconfig_edit(&o, edit, m, err);
}

/* Gives the terminal a file of its own, unless it has one. */
static int separate(struct here *h, struct error *err)
{
	const char *given = args_string(h->inv->args, "kubeconfig"), *before = getenv("KUBECONFIG");
	_cleanup_free_ char *folder = NULL, *list = NULL;
	struct move m = {h, h->context, h->namespace, true};

	if (h->own)
		return 0;
	if (dir_make_temp(FOLDER_PREFIX, &folder, err))
		return -1;
	h->own = xasprintf("%s/config", folder);
	if (!str_empty(given))
		list = xasprintf("%s:%s", h->own, given);
	else if (!str_empty(before))
		list = xasprintf("%s:%s", h->own, before);
	else
		list = xasprintf("%s:%s/.kube/config", h->own, getenv("HOME") ?: "");
	setenv("KUBECONFIG", list, 1);
	return kubeconfig_entry(kubeconfig_tree(h->config), "contexts", h->context) ? edit_file(h, &m, err) : 0;
}

/*
 * The file that holds the place before (XDG Base Directory Specification): one for each file that says the current context,
 * and for each context, of namespaces.
 */
static char *state_file(const struct here *h)
{
	_cleanup_free_ char *file = kubeconfig_default_file(&(struct kubeconfig_overrides){
				    .kubeconfig = args_string(h->inv->args, "kubeconfig")}), *home = path_home();
	const char *state = getenv("XDG_STATE_HOME");
	_cleanup_buf_ struct buf name = BUF_INIT;

	buf_url_escape(&name, h->own ? h->own : file);
	buf_putc(&name, ' ');
	buf_url_escape(&name, h->moves_ns ? h->context : "");
	return xasprintf("%s%s/kubec/previous %s", str_empty(state) ? home : state, str_empty(state) ? "/.local/state" : "",
			 name.data + (name.len > NAME_LIMIT ? name.len - NAME_LIMIT : 0));
}

/* In single quotes, which hold anything but themselves. */
static void print_export(FILE *out)
{
	fputs("export KUBECONFIG='", out);
	for (const char *p = getenv("KUBECONFIG"); *p; p++)
		fputs(*p == '\'' ? "'\\''" : (char[]){*p, '\0'}, out);
	fputs("'\n", out);
}

static int go(struct here *h, const char *name, struct error *err)
{
	_cleanup_free_ char *file = state_file(h);
	bool shell = args_bool(h->inv->args, "shell");
	const char *noun = h->moves_ns ? "namespace" : "context";
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf before = BUF_INIT;
	struct move m = {.here = h, .current = !h->moves_ns};

	if (!strcmp(name, "-")) {
		if (file_read(file, STATE_LIMIT, &before, &ignored))
			return error_set(err, ERROR_OTHER, "there is no %s before this one", noun);
		name = before.data;
	}
	if (check(h, name, err) || (shell && separate(h, err)))
		return -1;
	m.context = h->moves_ns ? h->context : name;
	m.namespace = h->moves_ns ? name : NULL;
	if (edit_file(h, &m, err))
		return -1;
	free(file);
	file = state_file(h);
	if (strcmp(name, here_current(h)))
		file_write_atomic(file, here_current(h), strlen(here_current(h)), 0600, &ignored);
	if (shell)
		print_export(h->inv->out);
	fprintf(shell ? h->inv->err : h->inv->out, "Switched to %s \"%s\".\n", noun, name);
	return 0;
}

/* ---- the verbs ------------------------------------------------------------------------ */

static int print_list(struct here *h, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (!h->moves_ns)
		kubeconfig_names(h->config, "contexts", &names);
	else if (list_namespaces(h, &names, err))
		return -1;
	for (size_t i = 0; i < names.len; i++)
		fprintf(h->inv->out, "%c %s\n", strcmp(vec_string(&names, i), here_current(h)) ? ' ' : '*', vec_string(&names, i));
	return 0;
}

static int run(struct invocation *inv, struct error *err)
{
	_cleanup_(here_release) struct here h = {.inv = inv, .moves_ns = inv->command->arguments->complete.kind == COMPLETE_NAMESPACES};
	bool current = args_bool(inv->args, "current");
	const struct vec *words = args_words(inv->args);

	if (words->len > 1 || (words->len && current) || (!words->len && args_bool(inv->args, "shell")))
		return usage_error(inv, err, "one name is needed, or none for a list");
	if (here_load(&h, err))
		return -1;
	if (!*h.context && (h.moves_ns || current))
		return error_set(err, ERROR_CONFIG, "current-context is not set");
	if (words->len)
		return go(&h, vec_string(words, 0), err);
	if (!current)
		return print_list(&h, err);
	fprintf(inv->out, "%s\n", here_current(&h));
	return 0;
}

const struct command command_ctx = {
	.name = "ctx",
	.group = GROUP_OWN,
	.summary = "List contexts, or switch to another one",
	.description = "Without a name, lists the contexts; the current one has a star. \"-\" is the one before.",
	.examples = "  # There, and back again\n  kubec ctx staging\n  kubec ctx -\n\n"
		    "  # In this terminal alone\n  eval \"$(kubec ctx staging --shell)\"",
	.usage = "[NAME | -]",
	.options = (const struct option *const[]){options_here, NULL},
	.arguments = (const struct argument[]){{.name = "NAME", .complete = {COMPLETE_CONTEXTS, NULL}}, {0}},
	.own = true,
	.run = run,
};

const struct command command_ns = {
	.name = "ns",
	.group = GROUP_OWN,
	.summary = "List namespaces, or work in another one",
	.description = "Without a name, lists the namespaces; the context's has a star. \"-\" is the one before.",
	.examples = "  # In this terminal alone\n  eval \"$(kubec ns web --shell)\"",
	.usage = "[NAME | -]",
	.options = (const struct option *const[]){options_here, NULL},
	.arguments = (const struct argument[]){{.name = "NAME", .complete = {COMPLETE_NAMESPACES, NULL}}, {0}},
	.own = true,
	.run = run,
};
