#include "cli/kuberc_file.h"

#include <ctype.h>

#include "base/file.h"
#include "data/yaml.h"

#define KUBERC_LIMIT ((size_t)1 << 20)
#define BETA "kubectl.config.k8s.io/v1beta1"

/* ---- the file's shape ------------------------------------------------------ */

enum shape { SHAPE_TEXT, SHAPE_TEXTS, SHAPE_OBJECTS };
enum presence { OMIT_EMPTY, AS_GIVEN, ALWAYS };
struct field {
	const char *name;  /* NULL ends a list */
	const char *alpha; /* its name in v1alpha1, or NULL */
	enum shape shape;
	enum presence presence;
	const struct field *fields; /* of OBJECTS */
};

#define TEXT(name) {name, name, SHAPE_TEXT, ALWAYS, NULL}
#define TEXTS(name) {name, name, SHAPE_TEXTS, OMIT_EMPTY, NULL}

static const struct field option_fields[] = {TEXT("name"), TEXT("default"), {0}};
static const struct field command_fields[] = {
	TEXT("command"), {"options", "flags", SHAPE_OBJECTS, ALWAYS, option_fields}, {0}};
static const struct field alias_fields[] = {
	TEXT("name"), TEXT("command"), TEXTS("prependArgs"), TEXTS("appendArgs"),
	{"options", "flags", SHAPE_OBJECTS, OMIT_EMPTY, option_fields}, {0}};
static const struct field plugin_fields[] = {
	{"name", NULL, SHAPE_TEXT, OMIT_EMPTY, NULL}, {"command", NULL, SHAPE_TEXT, OMIT_EMPTY, NULL}, {0}};
static const struct field fields_of_all[] = {
	TEXT("kind"),
	TEXT("apiVersion"),
	{"defaults", "overrides", SHAPE_OBJECTS, ALWAYS, command_fields},
	{"aliases", "aliases", SHAPE_OBJECTS, ALWAYS, alias_fields},
	{"credentialPluginPolicy", NULL, SHAPE_TEXT, OMIT_EMPTY, NULL},
	{"credentialPluginAllowlist", NULL, SHAPE_OBJECTS, AS_GIVEN, plugin_fields},
	{0},
};

struct reader {
	bool alpha;
	struct vec *unknown;
};

/* What is made of a value; NULL when it has the wrong shape. */
static cJSON *take_object(const struct reader *r, const cJSON *object, const struct field *fields, const char *path);

static cJSON *take_list(const struct reader *r, const cJSON *list, const struct field *f, const char *path)
{
	_cleanup_json_ cJSON *made = cJSON_CreateArray();
	const cJSON *item;
	size_t i = 0;

	cJSON_ArrayForEach(item, list)
	{
		_cleanup_free_ char *at = xasprintf("%s[%zu].", path, i++);
		cJSON *value = f->shape == SHAPE_OBJECTS ? take_object(r, item, f->fields, at)
			       : json_is_string(item)	 ? json_copy(item)
							 : NULL;

		if (!value)
			return NULL;
		json_append(made, value);
	}
	return json_is_array(list) ? TAKE_PTR(made) : NULL;
}

static cJSON *take_value(const struct reader *r, const cJSON *node, const struct field *f, const char *path)
{
	_cleanup_free_ char *at = xasprintf("%s%s", path, node->string);

	if (f->shape != SHAPE_TEXT)
		return take_list(r, node, f, at);
	return json_is_string(node) ? json_copy(node) : NULL;
}

static const struct field *find_field(const struct reader *r, const struct field *f, const char *name)
{
	while (f->name && !str_equal(r->alpha ? f->alpha : f->name, name))
		f++;
	return f->name ? f : NULL;
}

static bool is_empty(const cJSON *value)
{
	return json_is_array(value) ? !value->child : !*value->valuestring;
}

/* The fields in the order of the table, those that are always there made where they are missing. */
static cJSON *put_in_order(const cJSON *found, const struct field *f)
{
	cJSON *made = cJSON_CreateObject();

	for (; f->name; f++) {
		const cJSON *value = json_get(found, f->name);

		if (value && (f->presence != OMIT_EMPTY || !is_empty(value)))
			json_set(made, f->name, json_copy(value));
		else if (!value && f->presence == ALWAYS)
			json_set(made, f->name, f->shape == SHAPE_TEXT ? json_new_string("") : json_new_null());
	}
	return made;
}

static cJSON *take_object(const struct reader *r, const cJSON *object, const struct field *fields, const char *path)
{
	_cleanup_json_ cJSON *found = cJSON_CreateObject();
	const cJSON *node;

	if (!json_is_object(object))
		return NULL;
	cJSON_ArrayForEach(node, object)
	{
		const struct field *f = find_field(r, fields, node->string);
		cJSON *value;

		if (!f)
			vec_add(r->unknown, xasprintf("unknown field \"%s%s\"", path, node->string));
		if (!f || json_is_null(node))
			continue;
		value = take_value(r, node, f, path);
		if (!value)
			return NULL;
		json_set(found, f->name, value);
	}
	return put_in_order(found, fields);
}

/* ---- reading --------------------------------------------------------------- */

/* An entry of the allowlist names a command once; "name" is what older versions called it. */
static bool allowlist_is_clear(const cJSON *preference)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(preference, "credentialPluginAllowlist"))
	{
		const char *name = json_string(entry, "name"), *command = json_string(entry, "command");

		if (name && command && !str_equal(name, command))
			return false;
	}
	return true;
}

/* A key that is there twice is told of, as the last one holds. */
static void note_duplicates(const char *document, size_t len, size_t line, struct vec *unknown)
{
	_cleanup_error_ struct error twice = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	const char *text;

	if (yaml_parse_strict(document, len, NULL, line, &tree, &twice) == 0)
		return;
	text = strstr(twice.message, "yaml: ");
	vec_add_string(unknown, text ? text : twice.message);
}

/* The Preference that a document is, or NULL. */
static cJSON *take_document(const char *document, size_t len, size_t line, struct vec *unknown)
{
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL, *made = NULL;
	const char *version;
	struct reader r = {.unknown = unknown};

	if (yaml_parse(document, len, NULL, line, &tree, &broken) < 0)
		return NULL;
	version = json_string(tree, "apiVersion");
	r.alpha = str_equal(version, "kubectl.config.k8s.io/v1alpha1");
	if ((!r.alpha && !str_equal(version, BETA)) || !str_equal(json_string(tree, "kind"), "Preference"))
		return NULL;
	note_duplicates(document, len, line, unknown);
	json_sort_keys(tree); /* unknown fields are told in kubectl's order */
	made = take_object(&r, tree, fields_of_all, "");
	if (!made || !allowlist_is_clear(made))
		return NULL;
	json_set_string(made, "apiVersion", BETA);
	return TAKE_PTR(made);
}

static bool is_blank(const char *text, size_t len)
{
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return !len;
}

int kuberc_read(const char *path, cJSON **ret, struct vec *unknown, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	size_t offset = 0, line = 1, len, first, seen = 0;
	const char *document;

	if (file_read(path, KUBERC_LIMIT, &text, err) < 0)
		return -1;
	while (yaml_next_document(text.data, text.len, &offset, &line, &document, &len, &first)) {
		_cleanup_vec_ struct vec notes = VEC_OF_STRINGS;
		cJSON *made;

		if (is_blank(document, len))
			continue;
		seen++;
		made = take_document(document, len, first, &notes);
		if (!made)
			continue;
		for (size_t i = 0; i < notes.len; i++)
			vec_add_string(unknown, vec_string(&notes, i));
		*ret = made;
		return 0;
	}
	if (seen)
		return error_set(err, ERROR_CONFIG, "no valid preferences found in %s, use --v=5 to see details", path);
	*ret = NULL;
	return 0;
}

/* ---- where it is ----------------------------------------------------------- */

bool kuberc_switched_off(void)
{
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
	const char *text = getenv("KUBECTL_KUBERC");

	for (size_t i = 0; text && i < ARRAY_SIZE(no); i++)
		if (str_equal(text, no[i]))
			return true;
	return false;
}

int kuberc_path(const char *given, char **ret, bool *ret_asked_for, struct error *err)
{
	const char *variable = getenv("KUBERC");
	bool off = str_equal(variable, "off");
	_cleanup_free_ char *home = NULL;

	if (off && *given)
		return error_set(err, ERROR_CONFIG,
				 "disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
	if (!*given && !str_empty(variable))
		given = variable;
	*ret_asked_for = *given;
	home = path_home();
	*ret = off ? NULL : *given ? xstrdup(given) : xasprintf("%s/.kube/kuberc", home);
	return 0;
}

bool kuberc_is_alias_name(const char *name)
{
	size_t n = 0;

	while (name && isalpha((unsigned char)name[n]))
		n++;
	return n && !name[n];
}
