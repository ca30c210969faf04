#include "cli/kuberc.h"

#include <ctype.h>

#include "base/file.h"
#include "data/yaml.h"

struct kuberc {
	cJSON *tree;        /* the Preference */
	const cJSON *alias; /* the one that the line uses, or NULL */
	const char *options; /* the key of options in this version: "options", or "flags" in v1alpha1 */
	const char *defaults; /* "defaults", or "overrides" */
	struct command command;      /* the alias as a command, and root's commands with it */
	const struct command **commands;
	struct exec_policy policy;
	struct vec allowed; /* strings: what policy lists */
};

#define KUBERC_LIMIT ((size_t)1 << 20)

/* ---- the file's shape ------------------------------------------------------ */

enum shape { SHAPE_TEXT, SHAPE_TEXTS, SHAPE_OBJECTS };
struct field {
	const char *name; /* NULL ends a list */
	enum shape shape;
	const struct field *fields; /* of OBJECTS */
};

static const struct field option_fields[] = {{"name", SHAPE_TEXT, NULL}, {"default", SHAPE_TEXT, NULL}, {0}};
static const struct field plugin_fields[] = {{"name", SHAPE_TEXT, NULL}, {"command", SHAPE_TEXT, NULL}, {0}};

#define ALIAS_FIELDS(options)                                                                                   \
	(const struct field[])                                                                                  \
	{                                                                                                       \
		{"name", SHAPE_TEXT, NULL}, {"command", SHAPE_TEXT, NULL}, {"prependArgs", SHAPE_TEXTS, NULL},  \
			{"appendArgs", SHAPE_TEXTS, NULL}, {options, SHAPE_OBJECTS, option_fields}, {0},        \
	}
#define DEFAULT_FIELDS(options)                                                                                 \
	(const struct field[])                                                                                  \
	{                                                                                                       \
		{"command", SHAPE_TEXT, NULL}, {options, SHAPE_OBJECTS, option_fields}, {0},                    \
	}
#define PREFERENCE_FIELDS(defaults, options)                                                                    \
	{"apiVersion", SHAPE_TEXT, NULL}, {"kind", SHAPE_TEXT, NULL},                                           \
		{"aliases", SHAPE_OBJECTS, ALIAS_FIELDS(options)},                                              \
		{defaults, SHAPE_OBJECTS, DEFAULT_FIELDS(options)}

static const struct field beta_fields[] = {
	PREFERENCE_FIELDS("defaults", "options"),
	{"credentialPluginPolicy", SHAPE_TEXT, NULL},
	{"credentialPluginAllowlist", SHAPE_OBJECTS, plugin_fields},
	{0},
};
static const struct field alpha_fields[] = {PREFERENCE_FIELDS("overrides", "flags"), {0}};

static const struct version {
	const char *name;
	const struct field *fields;
	const char *defaults, *options;
} versions[] = {
	{"kubectl.config.k8s.io/v1beta1", beta_fields, "defaults", "options"},
	{"kubectl.config.k8s.io/v1alpha1", alpha_fields, "overrides", "flags"},
};

static bool check_object(const cJSON *object, const struct field *fields, const char *path, struct vec *unknown);

static bool check_texts(const cJSON *list)
{
	const cJSON *item;

	if (!json_is_array(list))
		return false;
	cJSON_ArrayForEach(item, list)
		if (!json_is_string(item))
			return false;
	return true;
}

static bool check_objects(const cJSON *list, const struct field *fields, const char *path, struct vec *unknown)
{
	const cJSON *item;
	size_t i = 0;

	if (!json_is_array(list))
		return false;
	cJSON_ArrayForEach(item, list)
	{
		_cleanup_free_ char *at = xasprintf("%s[%zu].", path, i++);

		if (!check_object(item, fields, at, unknown))
			return false;
	}
	return true;
}

static bool check_member(const cJSON *node, const struct field *f, const char *path, struct vec *unknown)
{
	_cleanup_free_ char *at = xasprintf("%s%s", path, f->name);

	if (json_is_null(node))
		return true;
	switch (f->shape) {
	case SHAPE_TEXT:
		return json_is_string(node);
	case SHAPE_TEXTS:
		return check_texts(node);
	case SHAPE_OBJECTS:
		return check_objects(node, f->fields, at, unknown);
	}
	return false;
}

/* False when a field has the wrong shape; fields that are not known are collected. */
static bool check_object(const cJSON *object, const struct field *fields, const char *path, struct vec *unknown)
{
	const cJSON *node;

	if (!json_is_object(object))
		return false;
	cJSON_ArrayForEach(node, object)
	{
		const struct field *f = fields;

		while (f->name && !str_equal(f->name, node->string))
			f++;
		if (!f->name)
			vec_add(unknown, xasprintf("unknown field \"%s%s\"", path, node->string));
		else if (!check_member(node, f, path, unknown))
			return false;
	}
	return true;
}

/* ---- reading --------------------------------------------------------------- */

/* An entry of the allowlist names a command once; "name" is what older versions called it. */
static bool take_allowlist(struct kuberc *k, const cJSON *list)
{
	const cJSON *entry;

	vec_release(&k->allowed);
	k->allowed = VEC_OF_STRINGS;
	cJSON_ArrayForEach(entry, list)
	{
		const char *name = json_string(entry, "name"), *command = json_string(entry, "command");

		if (!str_empty(name) && !str_empty(command) && !str_equal(name, command))
			return false;
		if (str_empty(command))
			command = name ? name : "";
		vec_add_string(&k->allowed, command);
	}
	return true;
}

/* Takes a document that is a Preference of a known version. */
static bool take_document(struct kuberc *k, cJSON *document, struct vec *unknown)
{
	if (!str_equal(json_string(document, "kind"), "Preference"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		if (!str_equal(json_string(document, "apiVersion"), versions[i].name))
			continue;
		k->defaults = versions[i].defaults;
		k->options = versions[i].options;
		return check_object(document, versions[i].fields, "", unknown) &&
		       take_allowlist(k, json_get(document, "credentialPluginAllowlist"));
	}
	return false;
}

/* The first usable document of the file; a file of nothing is no preferences, and no error. */
static int read_documents(const char *path, const struct buf *text, struct kuberc *k, struct vec *unknown,
			  struct error *err)
{
	size_t offset = 0, line = 1, len, first, seen = 0;
	const char *document;

	while (yaml_next_document(text->data, text->len, &offset, &line, &document, &len, &first)) {
		_cleanup_error_ struct error broken = ERROR_INIT;
		_cleanup_vec_ struct vec fields = VEC_OF_STRINGS;
		_cleanup_json_ cJSON *tree = NULL;
		size_t blank = 0;

		while (blank < len && isspace((unsigned char)document[blank]))
			blank++;
		if (blank == len)
			continue;
		seen++;
		if (yaml_parse(document, len, NULL, first, &tree, &broken) < 0)
			continue;
		json_sort_keys(tree); /* unknown fields are told in kubectl's order */
		if (!take_document(k, tree, &fields))
			continue;
		k->tree = TAKE_PTR(tree);
		*unknown = fields;
		fields = VEC_OF_STRINGS;
		return 0;
	}
	if (!seen)
		return 0;
	return error_set(err, ERROR_CONFIG, "no valid preferences found in %s, use --v=5 to see details", path);
}

static int read_file(const char *path, struct kuberc *k, struct buf *notes, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_vec_ struct vec unknown = VEC_OF_STRINGS;

	if (file_read(path, KUBERC_LIMIT, &text, err) < 0 || read_documents(path, &text, k, &unknown, err) < 0)
		return -1;
	if (unknown.len)
		buf_printf(notes, "kuberc: ignoring strict decoding error in %s: strict decoding error: ", path);
	for (size_t i = 0; i < unknown.len; i++)
		buf_printf(notes, "%s%s", i ? ", " : "", vec_string(&unknown, i));
	return 0;
}

/* The value of --kuberc, wherever it stands before "--". */
static int explicit_path(int argc, char *const *argv, const char **ret, struct error *err)
{
	static const char joined[] = "--kuberc=";

	*ret = NULL;
	for (int i = 0; i < argc && !*ret && !str_equal(argv[i], "--"); i++) {
		if (str_equal(argv[i], "--kuberc"))
			*ret = i + 1 < argc ? argv[i + 1] : "";
		else if (str_starts(argv[i], joined))
			*ret = argv[i] + strlen(joined);
	}
	if (*ret && !**ret)
		return error_set(err, ERROR_CONFIG, "kuberc file is not found");
	return 0;
}

static int check_options(const cJSON *entry, const char *key, struct error *err)
{
	const cJSON *option;

	cJSON_ArrayForEach(option, json_get(entry, key))
	{
		const char *name = json_string(option, "name");

		if (name && *name == '-')
			return error_set(err, ERROR_CONFIG, "flag name %s should be in long form without dashes", name);
	}
	return 0;
}

static bool is_alphabetic(const char *name)
{
	size_t n = 0;

	while (name && isalpha((unsigned char)name[n]))
		n++;
	return n && !name[n];
}

static int check_preferences(const struct kuberc *k, struct error *err)
{
	_cleanup_map_ struct map seen = MAP_INIT;
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(k->tree, "aliases"))
	{
		const char *name = json_string(entry, "name");

		if (!is_alphabetic(name))
			return error_set(err, ERROR_CONFIG,
					 "invalid alias name, can only include alphabetical characters");
		if (check_options(entry, k->options, err) < 0)
			return -1;
		if (map_has(&seen, name))
			return error_set(err, ERROR_CONFIG, "duplicate alias name %s", name);
		map_set(&seen, name, (void *)entry);
	}
	cJSON_ArrayForEach(entry, json_get(k->tree, k->defaults))
		if (check_options(entry, k->options, err) < 0)
			return -1;
	return exec_policy_validate(&k->policy, err);
}

static void take_policy(struct kuberc *k)
{
	const char *type = json_string(k->tree, "credentialPluginPolicy");

	/* An older version does not have these fields, and what it does not know does not count. */
	if (!str_equal(json_string(k->tree, "apiVersion"), versions[0].name)) {
		k->policy = (struct exec_policy){.type = ""};
		return;
	}
	k->policy = (struct exec_policy){
		.type = type ? type : "",
		.commands = json_is_array(json_get(k->tree, "credentialPluginAllowlist")) ? &k->allowed : NULL,
	};
}

static bool switched_off(const char *variable)
{
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
	const char *text = getenv(variable);

	for (size_t i = 0; text && i < ARRAY_SIZE(no); i++)
		if (str_equal(text, no[i]))
			return true;
	return false;
}

/* A file that was asked for must be usable; the usual one need not be there, and a broken one is only told of. */
static int read_preferences(const char *path, bool asked_for, struct kuberc *k, struct buf *notes, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	size_t told = notes->len;

	if (read_file(path, k, notes, &why) == 0)
		return 0;
	if (asked_for)
		return error_set(err, ERROR_CONFIG, "kuberc error kuberc: %s", why.message);
	buf_truncate(notes, told);
	if (!str_ends(why.message, errno_text(ENOENT)))
		buf_printf(notes, "kuberc: no preferences loaded from %s: %s", path, why.message);
	return 0;
}

int kuberc_load(int argc, char *const *argv, struct kuberc **ret, struct buf *notes, struct error *err)
{
	_cleanup_(kuberc_free_p) struct kuberc *k = NEW(struct kuberc);
	const char *asked, *variable = getenv("KUBERC");
	_cleanup_free_ char *home = NULL, *usual = NULL;

	*ret = NULL;
	if (switched_off("KUBECTL_KUBERC"))
		return 0;
	if (explicit_path(argc, argv, &asked, err) < 0)
		return -1;
	if (str_equal(variable, "off")) {
		if (!asked)
			return 0;
		return error_set(err, ERROR_CONFIG,
				 "kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
	}
	if (!asked && !str_empty(variable))
		asked = variable;
	home = path_home();
	usual = xasprintf("%s/.kube/kuberc", home);
	if (read_preferences(asked ? asked : usual, asked, k, notes, err) < 0)
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

	cJSON_ArrayForEach(option, json_get(k->alias, k->options))
		if (apply_option(option, "alias flag", "value", where, a, &ours, err) < 0)
			return -1;
	return 0;
}

static int apply_default(const struct kuberc *k, const cJSON *entry, struct args *a, struct map *ours, struct error *err)
{
	const char *command = json_string(entry, "command");
	const cJSON *option;

	cJSON_ArrayForEach(option, json_get(entry, k->options))
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
	cJSON_ArrayForEach(entry, json_get(k->tree, k->defaults))
	{
		_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
		const char *text = json_string(entry, "command");
		const struct command *c = find_by_text(path->steps[0], text, &words);

		if (!c)
			buf_printf(notes, "Warning: command \"%s\" not found to set kuberc override\n", text ? text : "");
		else if (str_equal(c->name, command_path_last(path)->name) && apply_default(k, entry, a, &ours, err) < 0)
			return -1;
	}
	return 0;
}
