#include "config/config.h"

#include "base/base64.h"

/*
 * "config set" and "config unset": one value by a dotted path. How the path
 * is cut (names of clusters, contexts and users may hold dots) and what cannot
 * be set are kubectl's rules; its words for a path are those of its Go structs.
 */

static const struct option options_set[] = {
	{"set-raw-bytes", .type = OPTION_BOOL, .help = "The value of a *-data field is the content itself, not its base64."},
	{0},
};
static const struct option *const set_options[] = {options_set, NULL};

struct property {
	const char *path;
	const char *value; /* NULL: unset */
	bool raw_bytes;
};

/* Fields of a user that the path calls otherwise than the file. */
static const char *const renamed[][2] = {
	{"act-as", "as"},
	{"act-as-uid", "as-uid"},
	{"act-as-groups", "as-groups"},
	{"act-as-user-extra", "as-user-extra"},
};

static const struct kubeconfig_field *field_named(const struct kubeconfig_schema *s, const char *step)
{
	if (s == &kubeconfig_user_schema) {
		for (size_t i = 0; i < ARRAY_SIZE(renamed); i++) {
			if (!strcmp(step, renamed[i][0]))
				return kubeconfig_field_find(s, renamed[i][1]);
			if (!strcmp(step, renamed[i][1]))
				return NULL;
		}
	}
	return kubeconfig_field_find(s, step);
}

/* ---- single values ----------------------------------------------------------------- */

static int parse_bool(const char *text, bool *ret, struct error *err)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (!strcmp(text, yes[i]) || !strcmp(text, no[i])) {
			*ret = !strcmp(text, yes[i]);
			return 0;
		}
	}
	return error_set(err, ERROR_USAGE, "strconv.ParseBool: parsing \"%s\": invalid syntax", text);
}

static int set_bool(cJSON *object, const char *key, const char *value, struct error *err)
{
	bool on = false;

	if (parse_bool(value, &on, err))
		return -1;
	if (on)
		json_set_bool(object, key, true);
	else
		json_remove(object, key);
	return 0;
}

static int set_bytes(const struct property *p, cJSON *object, const char *key, struct error *err)
{
	_cleanup_buf_ struct buf ignored = BUF_INIT, encoded = BUF_INIT;

	if (p->raw_bytes) {
		base64_encode(&encoded, p->value, strlen(p->value));
		json_set_string(object, key, encoded.data);
		return 0;
	}
	if (base64_decode(&ignored, p->value, err)) {
		err->class = ERROR_USAGE;
		return error_prefix(err, "error decoding input value: ");
	}
	json_set_string(object, key, p->value);
	return 0;
}

/* "a,b" replaces the list, "a,b+" adds to it, "a,b-" takes out of it. */
static void set_strings(cJSON *object, const char *key, const char *value)
{
	size_t n = strlen(value);
	char action = n ? value[n - 1] : '\0';
	bool changes = action == '+' || action == '-';
	_cleanup_free_ char *words = xstrndup(value, changes ? n - 1 : n);
	_cleanup_vec_ struct vec given = VEC_OF_STRINGS, result = VEC_OF_STRINGS;
	cJSON *list = cJSON_CreateArray(), *item;

	vec_add_split(&given, words, ',');
	cJSON_ArrayForEach(item, json_get(object, key))
	{
		if (!changes)
			break;
		if (action == '+' || !vec_has_string(&given, item->valuestring))
			vec_add_string(&result, item->valuestring);
	}
	for (size_t i = 0; action != '-' && i < given.len; i++)
		if (!vec_has_string(&result, vec_string(&given, i)))
			vec_add_string(&result, vec_string(&given, i));
	for (size_t i = 0; i < result.len; i++)
		json_append_string(list, vec_string(&result, i));
	json_set(object, key, list);
}

static int unset_field(cJSON *object, const struct kubeconfig_field *f)
{
	if (f->always && f->type == KUBECONFIG_STRING)
		json_set_string(object, f->name, "");
	else
		json_remove(object, f->name);
	return 0;
}

static int unparsable(const struct property *p, struct error *err)
{
	return error_set(err, ERROR_USAGE, "unable to parse one or more field values of %s", p->path);
}

/* The last step: rest are the words of the path after the field. */
static int change_field(const struct property *p, cJSON *object, const struct kubeconfig_field *f, size_t rest,
			struct error *err)
{
	if (rest)
		return unparsable(p, err);
	if (!p->value)
		return unset_field(object, f);
	switch (f->type) {
	case KUBECONFIG_STRING:
		if (f->always || *p->value)
			json_set_string(object, f->name, p->value);
		else
			json_remove(object, f->name);
		return 0;
	case KUBECONFIG_BOOL:
		return set_bool(object, f->name, p->value, err);
	case KUBECONFIG_BYTES:
		return set_bytes(p, object, f->name, err);
	case KUBECONFIG_STRINGS:
		set_strings(object, f->name, p->value);
		return 0;
	case KUBECONFIG_LIST:
	case KUBECONFIG_STRINGS_MAP:
		return error_set(err, ERROR_USAGE, "can't set a map to a value: map[]");
	default:
		return unparsable(p, err);
	}
}

/* ---- the lists ------------------------------------------------------------------------ */

static int refuse_map(const cJSON *tree, const char *list, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_vec_ struct vec names = VEC_INIT;
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(tree, list))
	{
		const char *name = json_string(entry, "name");

		vec_add(&names, (void *)(name ? name : ""));
	}
	vec_sort(&names, vec_compare_strings);
	for (size_t i = 0; i < names.len; i++)
		buf_printf(&text, "%s%s", i ? " " : "", vec_string(&names, i));
	return error_set(err, ERROR_USAGE, "can't set a map to a value: map[%s]", text.data);
}

/* How many words of the path are the entry's name: all up to the first that is a field. */
static size_t name_words(const struct vec *words, const struct kubeconfig_schema *s)
{
	for (size_t i = 2; i < words->len; i++)
		if (field_named(s, vec_string(words, i)))
			return i - 1;
	return words->len - 1;
}

static char *join(const struct vec *words, size_t from, size_t n)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	for (size_t i = from; i < from + n; i++)
		buf_printf(&b, "%s%s", i > from ? "." : "", vec_string(words, i));
	return buf_take(&b);
}

static int change_entry(const struct property *p, cJSON *tree, const char *list, const struct kubeconfig_schema *s,
			const struct vec *words, struct error *err)
{
	size_t n = name_words(words, s);
	_cleanup_free_ char *name = join(words, 1, n);
	const struct kubeconfig_field *f;

	if (n + 1 == words->len) {
		if (p->value)
			return refuse_map(tree, list, err);
		config_remove(tree, list, name);
		return 0;
	}
	if (!p->value && !kubeconfig_entry(tree, list, name))
		return error_set(err, ERROR_USAGE, "current map key `%s` is invalid", name);
	f = field_named(s, vec_string(words, n + 1));
	return change_field(p, config_ensure(tree, list, name, NULL), f, words->len - n - 2, err);
}

static int change_list(const struct property *p, cJSON *tree, const struct kubeconfig_field *f, const struct vec *words,
		       struct error *err)
{
	const struct kubeconfig_schema *content = kubeconfig_field_find(f->of, config_content_key(f->name))->of;

	if (words->len > 1)
		return change_entry(p, tree, f->name, content, words, err);
	if (p->value)
		return refuse_map(tree, f->name, err);
	json_set(tree, f->name, cJSON_CreateArray());
	return 0;
}

/* ---- the path -------------------------------------------------------------------------- */

static int change_preferences(const struct property *p, cJSON *tree, const struct kubeconfig_field *f,
			      const struct vec *words, struct error *err)
{
	const struct kubeconfig_field *below;

	if (words->len == 1)
		return change_field(p, tree, f, 0, err);
	below = kubeconfig_field_find(f->of, vec_string(words, 1));
	if (!below)
		return error_set(err, ERROR_USAGE, "unable to parse %s after [{preferences api.Preferences}] at api.Preferences",
				 p->path);
	return change_field(p, json_ensure_object(tree, f->name), below, words->len - 2, err);
}

static int edit(cJSON *tree, void *ctx, struct error *err)
{
	const struct property *p = ctx;
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	const struct kubeconfig_field *f;

	vec_add_split(&words, p->path, '.');
	f = kubeconfig_field_find(&kubeconfig_schema, vec_string(&words, 0));
	if (!f)
		return error_set(err, ERROR_USAGE, "unable to parse %s after [] at api.Config", p->path);
	if (!strcmp(f->name, "kind") || !strcmp(f->name, "apiVersion")) /* always written as they must be */
		return words.len > 1 ? unparsable(p, err) : 0;
	if (f->type == KUBECONFIG_LIST && strcmp(f->name, "extensions"))
		return change_list(p, tree, f, &words, err);
	if (f->type == KUBECONFIG_OBJECT)
		return change_preferences(p, tree, f, &words, err);
	return change_field(p, tree, f, words.len - 1, err);
}

static int change(struct invocation *inv, struct property *p, const char *done, struct error *err)
{
	if (!*p->path)
		return error_set(err, ERROR_USAGE, "you must specify a property");
	if (config_edit(inv, edit, p, err))
		return -1;
	fprintf(inv->out, "Property \"%s\" %s.\n", p->path, done);
	return 0;
}

static int run_set(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	struct property p = {.raw_bytes = args_bool(inv->args, "set-raw-bytes")};

	if (config_wrong_words(inv, 2, err))
		return -1;
	p.path = vec_string(words, 0);
	p.value = vec_string(words, 1);
	return change(inv, &p, "set", err);
}

static int run_unset(struct invocation *inv, struct error *err)
{
	struct property p = {.value = NULL};

	if (config_wrong_words(inv, 1, err))
		return -1;
	p.path = vec_string(args_words(inv->args), 0);
	return change(inv, &p, "unset", err);
}

const struct command command_config_set = {
	.name = "set",
	.summary = "Set one value of a kubeconfig file",
	.description = "PROPERTY_NAME is a path of field names and of names of clusters, contexts and users, joined by dots: "
		       "clusters.NAME.server, contexts.NAME.namespace, users.NAME.token, current-context. The value of a *-data "
		       "field is base64, or with --set-raw-bytes the content itself.",
	.examples = "  # Another address of a cluster\n  kubec config set clusters.my-cluster.server https://1.2.3.4",
	.usage = "PROPERTY_NAME PROPERTY_VALUE",
	.options = set_options,
	.run = run_set,
};

const struct command command_config_unset = {
	.name = "unset",
	.summary = "Remove one value from a kubeconfig file",
	.description = "PROPERTY_NAME is a path of field names and of names of clusters, contexts and users, joined by dots.",
	.examples = "  # No current context\n  kubec config unset current-context\n\n"
		    "  # No namespace in a context\n  kubec config unset contexts.foo.namespace",
	.usage = "PROPERTY_NAME",
	.run = run_unset,
};
