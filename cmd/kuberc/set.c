#include "kuberc/kuberc.h"

#include <unistd.h>

#include "cli/kuberc_file.h"
#include "data/gotext.h"

enum section { DEFAULTS, ALIASES, CREDENTIAL_PLUGIN };
static const char *const sections[] = {"defaults", "aliases", "credentialplugin"};

static const struct option options_set[] = {
	{.name = "allowlist-entry", .type = OPTION_ARRAY,
	 .help = "command=NAME of a credential plug-in that may run, for --policy Allowlist; may be repeated."},
	{.name = "appendarg", .type = OPTION_ARRAY, .help = "Argument that the alias adds at the end of the line; may be repeated."},
	{.name = "command", .complete = {COMPLETE_COMMANDS, NULL}, .help = "Command that the entry is for: get, \"set env\"."},
	{.name = "name", .help = "Name of the alias."},
	{.name = "option", .type = OPTION_ARRAY, .help = "OPTION=VALUE to give the command; may be repeated."},
	{.name = "overwrite", .type = OPTION_BOOL, .help = "Replaces an entry that is there."},
	{.name = "policy", .complete = {COMPLETE_WORDS, "AllowAll,DenyAll,Allowlist"},
	 .help = "Which credential plug-ins may run: AllowAll, DenyAll or Allowlist."},
	{.name = "prependarg", .type = OPTION_ARRAY, .help = "Argument that the alias adds right behind its name; may be repeated."},
	{.name = "section", .flags = OPTION_REQUIRED, .complete = {COMPLETE_WORDS, "defaults,aliases,credentialplugin"},
	 .help = "What to set: defaults, aliases or credentialplugin."},
	{0},
};

/* ---- what goes together --------------------------------------------------------- */

static int check_policy(const struct args *a, struct error *err)
{
	const char *policy = args_string(a, "policy");
	bool entries = args_list(a, "allowlist-entry")->len, listed = str_equal(policy, "Allowlist");

	if (!*policy)
		return error_set(err, ERROR_USAGE, "--policy is required when --section=credentialplugin");
	if (!listed && !str_equal(policy, "AllowAll") && !str_equal(policy, "DenyAll"))
		return error_set(err, ERROR_USAGE,
				 " --policy must be  \"AllowAll\", \"DenyAll\", or \"Allowlist\", got: %s", policy);
	if (listed != entries)
		return error_set(err, ERROR_USAGE,
				 "--allowlist-entry %s when --section=credentialplugin and --policy=Allowlist",
				 listed ? "is required" : "may only be used");
	return 0;
}

static int check_entry(const struct args *a, enum section section, struct error *err)
{
	bool named = *args_string(a, "name");

	if (section == ALIASES && !named)
		return error_set(err, ERROR_USAGE, "--name is required when --section=aliases");
	/* kubectl writes such a name, and can do nothing more with that file then. */
	if (section == ALIASES && !kuberc_is_alias_name(args_string(a, "name")))
		return error_set(err, ERROR_USAGE, KUBERC_ALIAS_NAME_WRONG);
	if (section == DEFAULTS && named)
		return error_set(err, ERROR_USAGE, "--name should not be specified when --section=defaults");
	if (section == DEFAULTS && (args_list(a, "prependarg")->len || args_list(a, "appendarg")->len))
		return error_set(err, ERROR_USAGE, "--prependarg and --appendarg are only valid for --section=aliases");
	if (!*args_string(a, "command"))
		return error_set(err, ERROR_USAGE, "--command is required when --section=aliases or --section=defaults");
	return 0;
}

static int read_section(const struct args *a, enum section *ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (!str_equal(args_string(a, "section"), sections[i]))
			continue;
		*ret = (enum section)i;
		return i == CREDENTIAL_PLUGIN ? check_policy(a, err) : check_entry(a, *ret, err);
	}
	return error_set(err, ERROR_USAGE, "--section must be \"defaults\", \"aliases\", or \"credentialplugin\", got: %s",
			 args_string(a, "section"));
}

/* ---- what is set ---------------------------------------------------------------- */

/* --option as a list of names and defaults. */
static int read_options(const struct args *a, cJSON **ret, struct error *err)
{
	const struct vec *given = args_list(a, "option");
	_cleanup_json_ cJSON *made = cJSON_CreateArray();

	for (size_t i = 0; i < given->len; i++) {
		const char *text = vec_string(given, i), *equals = strchr(text, '=');
		_cleanup_free_ char *name = NULL;

		if (!equals) {
			_cleanup_buf_ struct buf quoted = BUF_INIT;

			go_quote(&quoted, text);
			return error_set(err, ERROR_USAGE, "invalid option format %s, expected flag=value", quoted.data);
		}
		text += MIN(strspn(text, "-"), (size_t)(equals - text));
		name = xstrndup(text, (size_t)(equals - text));
		json_append(made, json_parse_literal("{\"name\":\"%s\",\"default\":\"%s\"}", name, equals + 1));
	}
	*ret = TAKE_PTR(made);
	return 0;
}

static cJSON *texts(const struct vec *list)
{
	cJSON *made = cJSON_CreateArray();

	for (size_t i = 0; i < list->len; i++)
		json_append_string(made, vec_string(list, i));
	return made;
}

/* A list that the line says nothing of stays as it is; a new one of nothing is not there. */
static void set_list(cJSON *entry, const char *key, cJSON *list)
{
	if (list->child)
		json_set(entry, key, list);
	else
		cJSON_Delete(list);
}

static cJSON *find_entry(cJSON *list, const char *key, const char *name)
{
	cJSON *entry;

	cJSON_ArrayForEach(entry, list)
		if (str_equal(json_string(entry, key), name))
			return entry;
	return NULL;
}

static int set_entry(const struct args *a, enum section section, cJSON *preference, cJSON *options, struct error *err)
{
	const char *key = section == ALIASES ? "name" : "command", *name = args_string(a, key);
	cJSON *list = json_ensure_array(preference, sections[section]);
	cJSON *entry = find_entry(list, key, name);

	if (entry && !args_bool(a, "overwrite")) {
		_cleanup_buf_ struct buf quoted = BUF_INIT;

		go_quote(&quoted, name);
		return error_set(err, ERROR_OTHER, "%s %s already exist%s, use --overwrite to replace",
				 section == ALIASES ? "alias" : "defaults for command", quoted.data,
				 section == ALIASES ? "s" : "");
	}
	if (!entry) {
		entry = cJSON_CreateObject();
		json_append(list, entry);
		json_set_string(entry, key, name);
		if (section == DEFAULTS)
			json_set(entry, "options", json_new_null());
	}
	json_set_string(entry, "command", args_string(a, "command"));
	set_list(entry, "options", json_copy(options));
	set_list(entry, "prependArgs", texts(args_list(a, "prependarg")));
	set_list(entry, "appendArgs", texts(args_list(a, "appendarg")));
	return 0;
}

/* ---- credential plug-ins -------------------------------------------------------- */

/* One "command=NAME" of an --allowlist-entry. */
static int read_plugin(const char *text, cJSON *list, struct error *err)
{
	const char *equals = strchr(text, '=');
	_cleanup_free_ char *field = xstrndup(text, strcspn(text, "="));
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	go_quote(&quoted, field);
	if (!equals)
		return error_set(err, ERROR_USAGE, "improperly formatted allowlist entry: %s", quoted.data);
	if (str_equal(field, "name"))
		return error_set(err, ERROR_USAGE,
				 "allowlist entry field \"name\" is deprecated, use \"command\" instead");
	if (!str_equal(field, "command"))
		return error_set(err, ERROR_USAGE, "unrecognized allowlist entry field: %s", quoted.data);
	if (!equals[1 + strspn(equals + 1, " \t\n\v\f\r")])
		return error_set(err, ERROR_USAGE, "empty value in allowlist entry for field \"command\"");
	json_append(list, json_parse_literal("{\"command\":\"%s\"}", equals + 1));
	return 0;
}

/* Everything that is wrong with the entries is told. */
static int set_plugins(struct invocation *inv, cJSON *preference)
{
	const struct vec *given = args_list(inv->args, "allowlist-entry");
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS, errors = VEC_OWNING(error_free);
	_cleanup_json_ cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < given->len; i++)
		vec_add_split(&parts, vec_string(given, i), ',');
	for (size_t i = 0; i < parts.len; i++) {
		struct error failure = ERROR_INIT;

		if (read_plugin(vec_string(&parts, i), list, &failure))
			vec_add(&errors, error_take(&failure));
	}
	if (errors.len) {
		report_errors(inv, &errors);
		return -1;
	}
	json_set_string(preference, "credentialPluginPolicy", args_string(inv->args, "policy"));
	/* A list beside another policy is refused when the file is read: kubectl leaves it and can do nothing more then. */
	json_set(preference, "credentialPluginAllowlist", list->child ? TAKE_PTR(list) : NULL);
	return 0;
}

/* ---- the command ---------------------------------------------------------------- */

static int load(const char *path, cJSON **ret, struct error *err)
{
	_cleanup_vec_ struct vec unknown = VEC_OF_STRINGS;

	*ret = NULL;
	if (!(access(path, F_OK) && errno == ENOENT) && kuberc_read(path, ret, &unknown, err))
		return error_prefix(err, "error reading kuberc file: ");
	if (!*ret)
		*ret = kuberc_new();
	return 0;
}

static int set_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *preference = NULL, *options = NULL;
	_cleanup_free_ char *path = NULL;
	enum section section = DEFAULTS;

	if (kuberc_file(inv, &path, err) || read_section(inv->args, &section, err) || load(path, &preference, err) ||
	    read_options(inv->args, &options, err))
		return -1;
	if (section == CREDENTIAL_PLUGIN ? set_plugins(inv, preference)
					 : set_entry(inv->args, section, preference, options, err))
		return -1;
	return kuberc_save(inv, path, preference, err);
}

const struct command command_kuberc_set = {
	.name = "set",
	.summary = "Change the preferences",
	.description = "Changes one entry of kuberc. What an --overwrite says nothing of stays as it is.",
	.examples = "  # \"kubec get\" shows more, unless the line says otherwise\n"
		    "  kubec kuberc set --section defaults --command get --option output=wide\n\n"
		    "  # \"kubec getn\" is \"kubec get nodes\"\n"
		    "  kubec kuberc set --section aliases --name getn --command get --prependarg nodes\n\n"
		    "  # One credential plug-in and no other\n"
		    "  kubec kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=cloud-login",
	.usage = "--section SECTION [flags]",
	.options = (const struct option *const[]){options_set, options_kuberc, NULL},
	.run = set_run,
};
