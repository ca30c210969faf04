#include "cli/kuberc.h"

#include <ctype.h>

#include "base/file.h"
#include "cli/kuberc_file.h"

struct kuberc {
	cJSON *tree;        /* the Preference, of v1beta1 */
	const cJSON *alias; /* the one that the line uses, or NULL */
	struct command command;      /* the alias as a command, and root's commands with it */
	const struct command **commands;
	struct exec_policy policy;
	struct vec allowed; /* strings: what policy lists */
};

/* ---- reading --------------------------------------------------------------- */

/* The value of --kuberc, wherever it stands before "--"; "" for none. */
static int explicit_path(int argc, char *const *argv, const char **ret, struct error *err)
{
	static const char joined[] = "--kuberc=";

	*ret = "";
	for (int i = 0; i < argc && !str_equal(argv[i], "--"); i++) {
		bool apart = str_equal(argv[i], "--kuberc");

		if (!apart && !str_starts(argv[i], joined))
			continue;
		if (apart ? i + 1 == argc : !argv[i][strlen(joined)])
			return error_set(err, ERROR_CONFIG, "kuberc file is not found");
		*ret = apart ? argv[i + 1] : argv[i] + strlen(joined);
		break;
	}
	return 0;
}

static int check_options(const cJSON *entry, struct error *err)
{
	const cJSON *option;

	cJSON_ArrayForEach(option, json_get(entry, "options"))
	{
		const char *name = json_string(option, "name");

		if (name && *name == '-')
			return error_set(err, ERROR_CONFIG, "flag name %s should be in long form without dashes", name);
	}
	return 0;
}

static int check_preferences(const struct kuberc *k, struct error *err)
{
	_cleanup_map_ struct map seen = MAP_INIT;
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(k->tree, "aliases"))
	{
		const char *name = json_string(entry, "name");

		if (!kuberc_is_alias_name(name))
			return error_set(err, ERROR_CONFIG, KUBERC_ALIAS_NAME_WRONG);
		if (check_options(entry, err) < 0)
			return -1;
		if (map_has(&seen, name))
			return error_set(err, ERROR_CONFIG, "duplicate alias name %s", name);
		map_set(&seen, name, (void *)entry);
	}
	cJSON_ArrayForEach(entry, json_get(k->tree, "defaults"))
		if (check_options(entry, err) < 0)
			return -1;
	return exec_policy_validate(&k->policy, err);
}

static void take_policy(struct kuberc *k)
{
	const char *type = json_string(k->tree, "credentialPluginPolicy");
	const cJSON *list = json_get(k->tree, "credentialPluginAllowlist"), *entry;

	k->allowed = VEC_OF_STRINGS;
	k->policy = (struct exec_policy){.type = type ? type : "", .commands = list ? &k->allowed : NULL};
	cJSON_ArrayForEach(entry, list)
	{
		const char *name = json_string(entry, "name"), *command = json_string(entry, "command");

		vec_add_string(&k->allowed, command ? command : name ? name : "");
	}
}

static int read_file(const char *path, struct kuberc *k, struct buf *notes, struct error *err)
{
	_cleanup_vec_ struct vec unknown = VEC_OF_STRINGS;

	if (kuberc_read(path, &k->tree, &unknown, err) < 0)
		return -1;
	if (unknown.len)
		buf_printf(notes, "kuberc: ignoring strict decoding error in %s: strict decoding error: ", path);
	for (size_t i = 0; i < unknown.len; i++)
		buf_printf(notes, "%s%s", i ? ", " : "", vec_string(&unknown, i));
	return 0;
}

/* A file that was asked for must be usable; the usual one need not be there, and a broken one is only told of. */
static int read_preferences(const char *path, bool asked_for, struct kuberc *k, struct buf *notes, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;

	if (read_file(path, k, notes, &why) == 0)
		return 0;
	if (asked_for)
		return error_set(err, ERROR_CONFIG, "kuberc error kuberc: %s", why.message);
	if (!str_ends(why.message, errno_text(ENOENT)))
		buf_printf(notes, "kuberc: no preferences loaded from %s: %s", path, why.message);
	return 0;
}

int kuberc_load(int argc, char *const *argv, struct kuberc **ret, struct buf *notes, struct error *err)
{
	_cleanup_(kuberc_free_p) struct kuberc *k = NEW(struct kuberc);
	_cleanup_free_ char *path = NULL;
	const char *given;
	bool asked_for;

	*ret = NULL;
	if (kuberc_switched_off())
		return 0;
	if (explicit_path(argc, argv, &given, err) < 0)
		return -1;
	if (kuberc_path(given, &path, &asked_for, err) < 0)
		return error_prefix(err, "kuberc error ");
	if (!path)
		return 0;
	if (read_preferences(path, asked_for, k, notes, err) < 0)
		return -1;
	if (!k->tree)
		return 0;
	take_policy(k);
	if (check_preferences(k, err) < 0)
		return -1;
	*ret = TAKE_PTR(k);
	return 0;
}

void kuberc_free(struct kuberc *k)
{
	if (!k)
		return;
	cJSON_Delete(k->tree);
	vec_release(&k->allowed);
	free(k->commands);
	free(k);
}

/* ---- aliases --------------------------------------------------------------- */

static const cJSON *find_alias(const struct kuberc *k, const char *name)
{
	const cJSON *alias;

	cJSON_ArrayForEach(alias, json_get(k->tree, "aliases"))
		if (str_equal(json_string(alias, "name"), name))
			return alias;
	return NULL;
}

/* Where a line's command stands: its first word that is not an option; words->len when there is none. */
static size_t command_place(const struct vec *words)
{
	size_t at = 0;

	while (at < words->len && (*vec_string(words, at) == '-' || str_starts(vec_string(words, at), "__complete")))
		at++;
	return at;
}

/* The command that "create deployment" names; NULL when there is none. */
static const struct command *find_by_text(const struct command *root, const char *text, struct vec *ret_words)
{
	_cleanup_vec_ struct vec rest = VEC_INIT;
	struct command_path path;

	vec_add_split(ret_words, text ? text : "", ' ');
	if (args_find_command(root, (int)ret_words->len, (char *const *)ret_words->items, &path, &rest))
		return NULL;
	return command_path_last(&path);
}

static void insert_texts(struct vec *words, size_t at, const cJSON *list)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		vec_insert(words, at++, xstrdup(item->valuestring));
}

/* The alias is the command under another name, as help and messages call it then. */
static void add_command(struct kuberc *k, struct command *root, const struct command *command, const char *name)
{
	size_t n = 0;

	while (root->subcommands[n])
		n++;
	k->command = *command;
	k->command.name = name;
	k->command.aliases = NULL;
	k->commands = xcalloc(n + 2, sizeof(*k->commands));
	memcpy(k->commands, root->subcommands, n * sizeof(*k->commands));
	k->commands[n] = &k->command;
	root->subcommands = k->commands;
}

int kuberc_expand(struct kuberc *k, struct command *root, struct vec *words, struct error *err)
{
	_cleanup_vec_ struct vec rest = VEC_INIT, names = VEC_OF_STRINGS;
	const struct command *command;
	struct command_path path;
	const cJSON *alias;
	const char *text;
	size_t at;

	if (!args_find_command(root, (int)words->len, (char *const *)words->items, &path, &rest))
		return 0;
	at = command_place(words);
	alias = at < words->len ? find_alias(k, vec_string(words, at)) : NULL;
	if (!alias)
		return 0;
	text = json_string(alias, "command");
	text = text ? text : "";
	command = find_by_text(root, text, &names);
	if (!command)
		return error_set(err, ERROR_CONFIG, "command \"%s\" not found to set alias \"%s\": [%s]", text,
				 vec_string(words, at), text);
	add_command(k, root, command, json_string(alias, "name"));
	insert_texts(words, at + 1, json_get(alias, "prependArgs"));
	insert_texts(words, words->len, json_get(alias, "appendArgs"));
	k->alias = alias;
	return 0;
}

const struct exec_policy *kuberc_exec_policy(const struct kuberc *k)
{
	return &k->policy;
}

/* ---- options --------------------------------------------------------------- */

/* ours: the options that preferences set, which later ones override; what the line says stands. */
static int apply_option(const cJSON *option, const char *unknown, const char *wrong, const char *where, struct args *a,
			struct map *ours, struct error *err)
{
	const char *name = json_string(option, "name"), *value = json_string(option, "default");
	_cleanup_error_ struct error why = ERROR_INIT;

	name = name ? name : "";
	value = value ? value : "";
	if (!args_knows(a, name))
		return error_set(err, ERROR_CONFIG, "invalid %s %s %s", unknown, name, where);
	if (args_changed(a, name) && !map_get(ours, name))
		return 0;
	map_set(ours, name, (void *)option);
	if (args_set(a, name, value, &why) == 0)
		return 0;
	return error_set(err, ERROR_CONFIG, "could not apply %s %s to flag %s %s err: %s", wrong, value, name, where,
			 why.message);
}

static int apply_alias(const struct kuberc *k, const char *program, struct args *a, struct error *err)
{
	_cleanup_map_ struct map ours = MAP_INIT;
	_cleanup_free_ char *where = xasprintf("in alias %s", program);
	const cJSON *option;

	cJSON_ArrayForEach(option, json_get(k->alias, "options"))
		if (apply_option(option, "alias flag", "value", where, a, &ours, err) < 0)
			return -1;
	return 0;
}

static int apply_default(const cJSON *entry, struct args *a, struct map *ours, struct error *err)
{
	const char *command = json_string(entry, "command");
	const cJSON *option;

	cJSON_ArrayForEach(option, json_get(entry, "options"))
	{
		_cleanup_free_ char *in = xasprintf("in command %s", command), *of = xasprintf("for command %s", command);
		const char *name = json_string(option, "name");

		if (apply_option(option, "flag", "override value", name && args_knows(a, name) ? in : of, a, ours, err) < 0)
			return -1;
	}
	return 0;
}

int kuberc_apply(const struct kuberc *k, const struct command_path *path, struct args *a, struct buf *notes,
		 struct error *err)
{
	_cleanup_map_ struct map ours = MAP_INIT;
	const cJSON *entry;

	if (k->alias && apply_alias(k, path->steps[0]->name, a, err) < 0)
		return -1;
	cJSON_ArrayForEach(entry, json_get(k->tree, "defaults"))
	{
		_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
		const char *text = json_string(entry, "command");
		const struct command *c = find_by_text(path->steps[0], text, &words);

		if (!c)
			buf_printf(notes, "Warning: command \"%s\" not found to set kuberc override\n", text ? text : "");
		if (!c || !str_equal(c->name, command_path_last(path)->name))
			continue;
		if (k->alias && find_alias(k, c->name))
			return error_set(err, ERROR_CONFIG, "alias %s can not be overridden", c->name);
		if (apply_default(entry, a, &ours, err) < 0)
			return -1;
	}
	return 0;
}
