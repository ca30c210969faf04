#include "kube/kubeconfig_schema.h"

#include "base/base64.h"

#define SCHEMA(variable, go, ...)                                             \
	const struct kubeconfig_schema variable = {                           \
		.go_name = go,                                                \
		.fields = (const struct kubeconfig_field[]){__VA_ARGS__, {0}}, \
	}

static SCHEMA(extension_schema, "NamedExtension", {.name = "name", .always = true},
	      {.name = "extension", .type = KUBECONFIG_ANY, .always = true});

#define EXTENSIONS {.name = "extensions", .type = KUBECONFIG_LIST, .of = &extension_schema}

SCHEMA(kubeconfig_cluster_schema, "Cluster", {.name = "server", .always = true}, {.name = "tls-server-name"},
       {.name = "insecure-skip-tls-verify", .type = KUBECONFIG_BOOL}, {.name = "certificate-authority"},
       {.name = "certificate-authority-data", .type = KUBECONFIG_BYTES}, {.name = "proxy-url"},
       {.name = "disable-compression", .type = KUBECONFIG_BOOL}, EXTENSIONS);

static SCHEMA(auth_provider_schema, "AuthProviderConfig", {.name = "name", .always = true},
	      {.name = "config", .type = KUBECONFIG_STRING_MAP, .always = true});

static SCHEMA(env_schema, "ExecEnvVar", {.name = "name", .always = true}, {.name = "value", .always = true});

static SCHEMA(exec_schema, "ExecConfig", {.name = "command", .always = true},
	      {.name = "args", .type = KUBECONFIG_STRINGS, .always = true},
	      {.name = "env", .type = KUBECONFIG_LIST, .of = &env_schema, .always = true}, {.name = "apiVersion"},
	      {.name = "installHint"}, {.name = "provideClusterInfo", .type = KUBECONFIG_BOOL, .always = true},
	      {.name = "interactiveMode"});

SCHEMA(kubeconfig_user_schema, "AuthInfo", {.name = "client-certificate"},
       {.name = "client-certificate-data", .type = KUBECONFIG_BYTES}, {.name = "client-key"},
       {.name = "client-key-data", .type = KUBECONFIG_BYTES}, {.name = "token"}, {.name = "tokenFile"}, {.name = "as"},
       {.name = "as-uid"}, {.name = "as-groups", .type = KUBECONFIG_STRINGS},
       {.name = "as-user-extra", .type = KUBECONFIG_STRINGS_MAP}, {.name = "username"}, {.name = "password"},
       {.name = "auth-provider", .type = KUBECONFIG_OBJECT, .of = &auth_provider_schema},
       {.name = "exec", .type = KUBECONFIG_OBJECT, .of = &exec_schema}, EXTENSIONS);

SCHEMA(kubeconfig_context_schema, "Context", {.name = "cluster", .always = true}, {.name = "user", .always = true},
       {.name = "namespace"}, EXTENSIONS);

static SCHEMA(named_cluster_schema, "NamedCluster", {.name = "name", .always = true},
	      {.name = "cluster", .type = KUBECONFIG_OBJECT, .of = &kubeconfig_cluster_schema, .always = true});
static SCHEMA(named_user_schema, "NamedAuthInfo", {.name = "name", .always = true},
	      {.name = "user", .type = KUBECONFIG_OBJECT, .of = &kubeconfig_user_schema, .always = true});
static SCHEMA(named_context_schema, "NamedContext", {.name = "name", .always = true},
	      {.name = "context", .type = KUBECONFIG_OBJECT, .of = &kubeconfig_context_schema, .always = true});

static SCHEMA(preferences_schema, "Preferences", {.name = "colors", .type = KUBECONFIG_BOOL}, EXTENSIONS);

SCHEMA(kubeconfig_schema, "Config", {.name = "kind"}, {.name = "apiVersion"},
       {.name = "preferences", .type = KUBECONFIG_OBJECT, .of = &preferences_schema},
       {.name = "clusters", .type = KUBECONFIG_LIST, .of = &named_cluster_schema, .always = true},
       {.name = "users", .type = KUBECONFIG_LIST, .of = &named_user_schema, .always = true},
       {.name = "contexts", .type = KUBECONFIG_LIST, .of = &named_context_schema, .always = true},
       {.name = "current-context", .always = true}, EXTENSIONS);

const struct kubeconfig_field *kubeconfig_field_find(const struct kubeconfig_schema *s, const char *name)
{
	for (const struct kubeconfig_field *f = s->fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* ---- checking ------------------------------------------------------------------ */

/* Where the checker stands: the struct and the dotted path that an error names. */
struct position {
	const char *go_name;
	const char *path;
};

static const char *json_kind(const cJSON *node)
{
	if (cJSON_IsBool(node))
		return "bool";
	if (cJSON_IsNumber(node))
		return "number";
	if (cJSON_IsString(node))
		return "string";
	return cJSON_IsArray(node) ? "array" : "object";
}

static bool is_list_of(const struct kubeconfig_field *f)
{
	return f->type == KUBECONFIG_LIST || f->type == KUBECONFIG_SLICE;
}

static void go_type(struct buf *out, const struct kubeconfig_field *f)
{
	static const char *const names[] = {
		[KUBECONFIG_STRING] = "string",        [KUBECONFIG_BOOL] = "bool",
		[KUBECONFIG_BYTES] = "[]uint8",        [KUBECONFIG_STRINGS] = "[]string",
		[KUBECONFIG_INT] = "int64",
		[KUBECONFIG_STRING_MAP] = "map[string]string", [KUBECONFIG_STRINGS_MAP] = "map[string][]string",
	};

	if (f->of)
		buf_printf(out, "%sv1.%s", is_list_of(f) ? "[]" : "", f->of->go_name);
	else
		buf_puts(out, names[f->type]);
}

static int wrong_type(const struct position *at, const cJSON *node, const char *type, struct error *err)
{
	return error_set(err, ERROR_PARSE, "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
			 json_kind(node), at->go_name, at->path, type);
}

static int check_object(const struct kubeconfig_schema *s, const cJSON *object, const char *path, struct error *err);

static int check_list(const struct kubeconfig_field *f, const cJSON *list, const struct position *at, struct error *err)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (json_is_null(item))
			continue;
		if (f->type == KUBECONFIG_STRINGS && !json_is_string(item))
			return wrong_type(at, item, "string", err);
		if (is_list_of(f) && !json_is_object(item)) {
			_cleanup_free_ char *type = xasprintf("v1.%s", f->of->go_name);

			return wrong_type(at, item, type, err);
		}
		if (is_list_of(f) && check_object(f->of, item, at->path, err))
			return -1;
	}
	return 0;
}

static int check_map(const struct kubeconfig_field *f, const cJSON *map, const struct position *at, struct error *err)
{
	const cJSON *item, *text;

	cJSON_ArrayForEach(item, map)
	{
		if (f->type == KUBECONFIG_STRING_MAP && !json_is_string(item) && !json_is_null(item))
			return wrong_type(at, item, "string", err);
		if (f->type != KUBECONFIG_STRINGS_MAP)
			continue;
		if (!json_is_array(item) && !json_is_null(item))
			return wrong_type(at, item, "[]string", err);
		cJSON_ArrayForEach(text, item) if (!json_is_string(text)) return wrong_type(at, text, "string", err);
	}
	return 0;
}

static bool type_fits(enum kubeconfig_type type, const cJSON *node)
{
	switch (type) {
	case KUBECONFIG_STRING:
	case KUBECONFIG_BYTES:
		return json_is_string(node);
	case KUBECONFIG_BOOL:
		return cJSON_IsBool(node);
	case KUBECONFIG_INT:
		return json_is_number(node);
	case KUBECONFIG_STRINGS:
	case KUBECONFIG_LIST:
	case KUBECONFIG_SLICE:
		return json_is_array(node);
	case KUBECONFIG_ANY:
		return true;
	default:
		return json_is_object(node);
	}
}

static int check_field(const struct kubeconfig_field *f, const cJSON *node, const struct position *at, struct error *err)
{
	_cleanup_buf_ struct buf type = BUF_INIT, ignored = BUF_INIT;

	if (!type_fits(f->type, node)) {
		go_type(&type, f);
		return wrong_type(at, node, type.data, err);
	}
	switch (f->type) {
	case KUBECONFIG_BYTES:
		return base64_decode(&ignored, node->valuestring, err);
	case KUBECONFIG_STRINGS:
	case KUBECONFIG_LIST:
	case KUBECONFIG_SLICE:
		return check_list(f, node, at, err);
	case KUBECONFIG_STRING_MAP:
	case KUBECONFIG_STRINGS_MAP:
		return check_map(f, node, at, err);
	case KUBECONFIG_OBJECT:
	case KUBECONFIG_POINTER:
		return check_object(f->of, node, at->path, err);
	default:
		return 0;
	}
}

static int check_object(const struct kubeconfig_schema *s, const cJSON *object, const char *path, struct error *err)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, object)
	{
		const struct kubeconfig_field *f = kubeconfig_field_find(s, node->string);
		_cleanup_free_ char *below = xasprintf("%s%s%s", path, *path ? "." : "", node->string);

		if (!f || json_is_null(node))
			continue;
		if (check_field(f, node, &(struct position){s->go_name, below}, err))
			return -1;
	}
	return 0;
}

int schema_check(const struct kubeconfig_schema *s, const cJSON *object, struct error *err)
{
	_cleanup_json_ cJSON *sorted = NULL;

	if (!check_object(s, object, "", err))
		return 0;
	/* of several mistakes kubectl names the first in the order of keys */
	sorted = json_copy(object);
	json_sort_keys(sorted);
	return check_object(s, sorted, "", err);
}

int kubeconfig_check(const cJSON *tree, struct error *err)
{
	return schema_check(&kubeconfig_schema, tree, err);
}

/* ---- printing --------------------------------------------------------------------- */

static bool is_empty(const struct kubeconfig_field *f, const cJSON *node)
{
	if (!node || json_is_null(node) || cJSON_IsFalse(node))
		return true;
	if (json_is_string(node))
		return !*node->valuestring;
	return (json_is_array(node) || json_is_object(node)) && !node->child && f->type != KUBECONFIG_POINTER;
}

static cJSON *normalize_object(const struct kubeconfig_schema *s, const cJSON *object, bool unknown);

static int compare_names(const void *a, const void *b)
{
	const char *x = json_string(*(const cJSON *const *)a, "name"), *y = json_string(*(const cJSON *const *)b, "name");

	return strcmp(x ? x : "", y ? y : "");
}

static cJSON *normalize_list(const struct kubeconfig_field *f, const cJSON *list, bool unknown)
{
	cJSON *copy = cJSON_CreateArray();
	_cleanup_vec_ struct vec items = VEC_INIT;
	const cJSON *item;

	cJSON_ArrayForEach(item, list) vec_add(&items, (void *)item);
	if (f->type == KUBECONFIG_LIST && f->of != &env_schema) /* maps in Go, so sorted */
		vec_sort(&items, compare_names);
	for (size_t i = 0; i < items.len; i++)
		json_append(copy, normalize_object(f->of, items.items[i], unknown));
	return copy;
}

/* What Go prints for an empty field that is always there. */
static cJSON *empty_value(const struct kubeconfig_field *f)
{
	switch (f->type) {
	case KUBECONFIG_STRING:
		return cJSON_CreateString("");
	case KUBECONFIG_BOOL:
		return cJSON_CreateFalse();
	case KUBECONFIG_OBJECT:
		return normalize_object(f->of, NULL, false);
	default:
		return cJSON_CreateNull();
	}
}

/* Base64 as Go writes it, whatever breaks and blanks the file had. */
static cJSON *normalize_bytes(const cJSON *node)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf bytes = BUF_INIT, text = BUF_INIT;

	if (base64_decode(&bytes, node->valuestring, &ignored))
		return json_copy(node);
	base64_encode(&text, bytes.data, bytes.len);
	return cJSON_CreateString(text.data);
}

static cJSON *normalize_value(const struct kubeconfig_field *f, const cJSON *node, bool unknown)
{
	cJSON *copy;

	if (!node || json_is_null(node))
		return empty_value(f);
	if (f->type == KUBECONFIG_BYTES)
		return normalize_bytes(node);
	if (f->type == KUBECONFIG_OBJECT || f->type == KUBECONFIG_POINTER)
		return normalize_object(f->of, node, unknown);
	if (f->type == KUBECONFIG_LIST)
		return json_is_array(node) && !node->child ? cJSON_CreateNull() : normalize_list(f, node, unknown);
	if (f->type == KUBECONFIG_SLICE)
		return normalize_list(f, node, unknown);
	copy = json_copy(node);
	if (f->type != KUBECONFIG_STRINGS) /* maps, sorted as Go prints them */
		json_sort_keys(copy);
	return copy;
}

/* The first version of the plug-in interface had no interactiveMode; reading it fills that in. */
static void default_interactive_mode(const cJSON *object, cJSON *copy)
{
	const char *version = json_string(object, "apiVersion"), *mode = json_string(object, "interactiveMode");

	if (version && str_ends(version, "/v1beta1") && str_empty(mode))
		json_set_string(copy, "interactiveMode", "IfAvailable");
}

static void keep_unknown(const struct kubeconfig_schema *s, const cJSON *object, cJSON *copy)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, object)
	{
		if (!kubeconfig_field_find(s, node->string))
			json_set(copy, node->string, json_copy(node));
	}
}

/* unknown: fields that the schema does not name are kept. */
static cJSON *normalize_object(const struct kubeconfig_schema *s, const cJSON *object, bool unknown)
{
	cJSON *copy = cJSON_CreateObject();

	for (const struct kubeconfig_field *f = s->fields; f->name; f++) {
		const cJSON *node = json_get(object, f->name);

		if (!f->always && is_empty(f, node))
			continue;
		json_set(copy, f->name, normalize_value(f, node, unknown));
		if (!f->always && is_empty(f, json_get(copy, f->name)))
			json_remove(copy, f->name);
	}
	if (s == &exec_schema)
		default_interactive_mode(object, copy);
	if (unknown)
		keep_unknown(s, object, copy);
	return copy;
}

cJSON *schema_normalize(const struct kubeconfig_schema *s, const cJSON *object)
{
	return normalize_object(s, object, false);
}

static cJSON *normalize_file(const cJSON *tree, bool unknown)
{
	cJSON *copy = normalize_object(&kubeconfig_schema, tree, unknown);

	json_set_string(copy, "kind", "Config");
	json_set_string(copy, "apiVersion", "v1");
	return copy;
}

cJSON *kubeconfig_normalize(const cJSON *tree)
{
	return normalize_file(tree, false);
}

cJSON *kubeconfig_normalize_for_file(const cJSON *tree)
{
	return normalize_file(tree, true);
}
