#include "config/config.h"

static const struct option options_view[] = {
	{"allow-missing-template-keys", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Fields and keys that a template names but the data lacks are no errors."},
	{"flatten", .type = OPTION_BOOL, .help = "Puts the content of certificate and key files in place of their names."},
	{"merge", .type = OPTION_BOOL, .fallback = "true", .help = "Merges all kubeconfig files; false shows the one of --kubeconfig."},
	{"minify", .type = OPTION_BOOL, .help = "Leaves out what the current context does not need."},
	{"output", 'o', OPTION_STRING, .fallback = "yaml", .help = "Format: json, yaml, kyaml, name, jsonpath, go-template and their kin.",
	 .complete = {COMPLETE_WORDS, "json,yaml,kyaml,name,go-template,go-template-file,template,templatefile,jsonpath,jsonpath-as-json,jsonpath-file"}},
	{"raw", .type = OPTION_BOOL, .help = "Shows certificates, keys, tokens and passwords as they are."},
	{"show-managed-fields", .type = OPTION_BOOL, .help = "Accepted as by every command with -o; a kubeconfig has none."},
	{"template", .type = OPTION_STRING, .help = "Template, or file of one, for the formats that take one."},
	{0},
};

static const struct option *const options[] = {options_view, NULL};

/* ---- --minify ------------------------------------------------------------------- */

static void keep_only(cJSON *tree, const char *list, const char *name)
{
	cJSON *kept = cJSON_CreateArray(), *entry = kubeconfig_entry(tree, list, name);

	if (entry)
		json_append(kept, json_copy(entry));
	json_set(tree, list, kept);
}

static int minify(cJSON *tree, const char *context, struct error *err)
{
	const cJSON *content;
	static const char *const parts[] = {"cluster", "user"};

	if (str_empty(context))
		context = json_string(tree, "current-context");
	if (str_empty(context))
		return error_set(err, ERROR_CONFIG, "current-context must exist in order to minify");
	content = json_get(kubeconfig_entry(tree, "contexts", context), "context");
	if (!content)
		return error_set(err, ERROR_CONFIG, "cannot locate context %s", context);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		_cleanup_free_ char *list = xasprintf("%ss", parts[i]);
		const char *name = json_string(content, parts[i]);

		if (!str_empty(name) && !kubeconfig_entry(tree, list, name))
			return error_set(err, ERROR_CONFIG, "cannot locate %s %s", parts[i], name);
		keep_only(tree, list, name ? name : "");
	}
	keep_only(tree, "contexts", context);
	json_set_string(tree, "current-context", json_string(json_path(tree, "contexts", NULL)->child, "name"));
	return 0;
}

/* ---- --flatten and the masks ------------------------------------------------------ */

static const struct secret {
	const char *list, *key;
	bool file; /* KEY names a file whose content KEY-data holds */
} secrets[] = {
	{"clusters", "certificate-authority", true}, {"users", "client-certificate", true},
	{"users", "client-key", true},               {"users", "token", false},
	{"users", "password", false},
};

static int flatten_entry(const struct kubeconfig *k, const struct secret *s, cJSON *entry, struct error *err)
{
	cJSON *content = json_get(entry, config_content_key(s->list));
	const char *path = json_string(content, s->key), *name = json_string(entry, "name");
	_cleanup_free_ char *absolute = NULL;

	if (str_empty(path))
		return 0;
	absolute = kubeconfig_path(k, s->list, name ? name : "", path);
	return config_embed(content, s->key, absolute, err);
}

static int flatten(const struct kubeconfig *k, cJSON *tree, struct error *err)
{
	cJSON *entry;

	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
		if (!secrets[i].file)
			continue;
		cJSON_ArrayForEach(entry, json_get(tree, secrets[i].list)) if (flatten_entry(k, &secrets[i], entry, err))
			return -1;
	}
	return 0;
}

static void mask(cJSON *content, const struct secret *s)
{
	_cleanup_free_ char *key = xasprintf("%s%s", s->key, s->file ? "-data" : "");

	if (!str_empty(json_string(content, key)))
		json_set_string(content, key, s->file ? "DATA+OMITTED" : "REDACTED");
}

static void mask_all(cJSON *tree)
{
	cJSON *entry;

	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		cJSON_ArrayForEach(entry, json_get(tree, secrets[i].list))
			mask(json_get(entry, config_content_key(secrets[i].list)), &secrets[i]);
}

/* ---- the command ------------------------------------------------------------------- */

static int show(struct invocation *inv, struct printer *printer, const struct kubeconfig *k, struct error *err)
{
	_cleanup_json_ cJSON *tree = json_copy(kubeconfig_tree(k)), *shown = NULL;

	if (args_bool(inv->args, "minify") && minify(tree, args_string(inv->args, "context"), err))
		return -1;
	if (args_bool(inv->args, "flatten") && flatten(k, tree, err))
		return -1;
	shown = kubeconfig_normalize(tree);
	if (!args_bool(inv->args, "flatten") && !args_bool(inv->args, "raw"))
		mask_all(shown);
	return invocation_print(inv, printer, NULL, shown, err);
}

static int run(struct invocation *inv, struct error *err)
{
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NULL;
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_buf_ struct buf given = BUF_INIT;

	if (args_words(inv->args)->len) {
		words_text(&given, args_words(inv->args));
		return usage_error(inv, err, "unexpected arguments: %s", given.data);
	}
	if (invocation_printer(inv, "", &printer, err))
		return -1;
	if (!args_bool(inv->args, "merge") && !*args_string(inv->args, "kubeconfig"))
		return error_set(err, ERROR_CONFIG, "if merge==false a precise file must be specified");
	if (config_load(inv, &k, err))
		return -1;
	return show(inv, printer, k, err);
}

const struct command command_config_view = {
	.name = "view",
	.summary = "Show the kubeconfig as it is in force",
	.description = "Shows the kubeconfig that is in effect: all files merged, certificates, keys, tokens and passwords masked.",
	.examples = "  # What is in effect\n"
		    "  kubec config view\n\n"
		    "  # One self-contained file with everything that the current context needs\n"
		    "  kubec config view --minify --flatten\n\n"
		    "  # One value\n"
		    "  kubec config view -o jsonpath='{.current-context}'",
	.usage = "[flags]",
	.options = options,
	.keeps_order = true,
	.run = run,
};
