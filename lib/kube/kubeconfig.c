#include "kube/kubeconfig.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "data/yaml.h"
#include "kube/kubeconfig_internal.h"
#include "kube/kubeconfig_schema.h"

#define FILE_LIMIT ((size_t)16 << 20)

const struct kubeconfig_list kubeconfig_lists[KUBECONFIG_LISTS] = {
	{"clusters", "cluster"},
	{"contexts", "context"},
	{"users", "user"},
};

/* ---- which files ------------------------------------------------------------- */

static void add_path(struct vec *paths, const char *path)
{
	if (*path && !vec_has_string(paths, path))
		vec_add_string(paths, path);
}

static char *home_file(void)
{
	_cleanup_free_ char *home = path_home();

	return path_join(home, ".kube/config");
}

void kubeconfig_files(const struct kubeconfig_overrides *o, struct vec *ret_paths)
{
	_cleanup_vec_ struct vec listed = VEC_OF_STRINGS;
	const char *list = getenv("KUBECONFIG");

	if (!str_empty(o->kubeconfig)) {
		add_path(ret_paths, o->kubeconfig);
		return;
	}
	vec_add_split(&listed, list ? list : "", ':');
	for (size_t i = 0; i < listed.len; i++)
		add_path(ret_paths, vec_string(&listed, i));
	if (!ret_paths->len && str_empty(list)) {
		_cleanup_free_ char *path = home_file();

		add_path(ret_paths, path);
	}
}

char *kubeconfig_default_file(const struct kubeconfig_overrides *o)
{
	_cleanup_vec_ struct vec files = VEC_OF_STRINGS;
	struct stat st;

	kubeconfig_files(o, &files);
	for (size_t i = 0; i < files.len; i++)
		if (!stat(vec_string(&files, i), &st))
			return xstrdup(vec_string(&files, i));
	return files.len ? xstrdup(vec_string(&files, files.len - 1)) : home_file();
}

/* ---- one file -------------------------------------------------------------------- */

static int parse_first_document(const struct buf *content, cJSON **ret, struct error *err)
{
	size_t offset = 0, line = 1, len, first;
	const char *doc;
	static const char converting[] = "error converting YAML to JSON: ";

	*ret = NULL;
	while (!*ret && yaml_next_document(content->data, content->len, &offset, &line, &doc, &len, &first)) {
		if (!yaml_parse(doc, len, NULL, first, ret, err))
			continue;
		if (err->message && str_starts(err->message, converting))
			memmove(err->message, err->message + strlen(converting),
				strlen(err->message + strlen(converting)) + 1);
		return -1;
	}
	return 0;
}

/* A file without kind or apiVersion is taken for a Config of v1. */
static int check_kind(const cJSON *tree, struct error *err)
{
	const char *version = json_string(tree, "apiVersion"), *kind = json_string(tree, "kind");

	if (!json_is_object(tree))
		return error_set(err, ERROR_CONFIG,
				 "couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }",
				 json_is_array(tree) ? "array" : json_is_string(tree) ? "string" : "number");
	version = str_empty(version) ? "v1" : version;
	kind = str_empty(kind) ? "Config" : kind;
	if (strcmp(version, "v1") || strcmp(kind, "Config"))
		return error_set(err, ERROR_CONFIG,
				 "no kind \"%s\" is registered for version \"%s\" in scheme \"k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50\"",
				 kind, version);
	return 0;
}

static int check_names(const cJSON *tree, struct error *err)
{
	static const char *const go_names[] = {"Cluster", "Context", "AuthInfo"};

	for (size_t i = 0; i < KUBECONFIG_LISTS; i++) {
		_cleanup_map_ struct map seen = MAP_INIT;
		const cJSON *entry;

		cJSON_ArrayForEach(entry, json_get(tree, kubeconfig_lists[i].list))
		{
			const char *name = json_string(entry, "name");

			if (map_has(&seen, name ? name : ""))
				return error_set(err, ERROR_CONFIG,
						 "error converting *[]Named%s into *map[string]*api.%s: duplicate name \"%s\" in list",
						 go_names[i], go_names[i], name ? name : "");
			map_set(&seen, name ? name : "", NULL);
		}
	}
	return 0;
}

int kubeconfig_read_file(const char *path, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	struct stat st;

	if (stat(path, &st) && errno == ENOENT) {
		*ret = NULL;
		return 0;
	}
	if (file_read(path, FILE_LIMIT, &content, err) || parse_first_document(&content, &tree, err))
		goto broken;
	if (!tree)
		tree = cJSON_CreateObject();
	if (check_kind(tree, err) || kubeconfig_check(tree, err) || check_names(tree, err))
		goto broken;
	*ret = TAKE_PTR(tree);
	return 0;
broken:
	err->class = ERROR_CONFIG;
	return error_prefix(err, "error loading config file \"%s\": ", path);
}

/* ---- merging ------------------------------------------------------------------------ */

cJSON *kubeconfig_entry(const cJSON *tree, const char *list, const char *name)
{
	cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(tree, list))
	{
		const char *has = json_string(entry, "name");

		if (!strcmp(has ? has : "", name))
			return entry;
	}
	return NULL;
}

cJSON *kubeconfig_content(const cJSON *tree, const char *list, const char *name)
{
	cJSON *entry = kubeconfig_entry(tree, list, name);

	for (size_t i = 0; i < KUBECONFIG_LISTS; i++)
		if (!strcmp(kubeconfig_lists[i].list, list))
			return json_get(entry, kubeconfig_lists[i].key);
	return NULL;
}

/* An entry belongs to the first file that has its name. */
static void merge_list(struct kubeconfig *k, const cJSON *file, const char *list, const char *path)
{
	cJSON *merged = json_ensure_array(k->tree, list);
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(file, list))
	{
		const char *name = json_string(entry, "name");
		_cleanup_free_ char *key = xasprintf("%s/%s", list, name ? name : "");

		if (!json_is_object(entry) || map_has(&k->origins, key))
			continue;
		json_append(merged, json_copy(entry));
		map_set(&k->origins, key, xstrdup(path));
	}
}

static void merge_file(struct kubeconfig *k, const cJSON *file, const char *path)
{
	const cJSON *node;
	const char *current = json_string(k->tree, "current-context");

	for (size_t i = 0; i < KUBECONFIG_LISTS; i++)
		merge_list(k, file, kubeconfig_lists[i].list, path);
	if (str_empty(current) && !str_empty(json_string(file, "current-context")))
		json_set_string(k->tree, "current-context", json_string(file, "current-context"));
	cJSON_ArrayForEach(node, file) if (!json_get(k->tree, node->string))
		json_set(k->tree, node->string, json_copy(node));
}

static int load_files(struct kubeconfig *k, bool may_be_missing, struct error *err)
{
	for (size_t i = 0; i < k->files.len; i++) {
		const char *path = vec_string(&k->files, i);
		_cleanup_json_ cJSON *file = NULL;

		if (kubeconfig_read_file(path, &file, err))
			return -1;
		if (!file && !may_be_missing && !str_empty(k->overrides.kubeconfig))
			return error_set(err, ERROR_CONFIG, "stat %s: no such file or directory", path);
		if (file)
			merge_file(k, file, path);
	}
	return 0;
}

static int load(const struct kubeconfig_overrides *o, bool may_be_missing, struct kubeconfig **ret, struct error *err)
{
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NEW(struct kubeconfig);

	k->overrides = *o;
	k->tree = cJSON_CreateObject();
	k->origins = MAP_OWNING(free);
	k->files = VEC_OF_STRINGS;
	kubeconfig_files(o, &k->files);
	if (load_files(k, may_be_missing, err))
		return -1;
	*ret = TAKE_PTR(k);
	return 0;
}

int kubeconfig_load(const struct kubeconfig_overrides *o, struct kubeconfig **ret, struct error *err)
{
	return load(o, false, ret, err);
}

int kubeconfig_load_for_edit(const struct kubeconfig_overrides *o, struct kubeconfig **ret, struct error *err)
{
	return load(o, true, ret, err);
}

void kubeconfig_free(struct kubeconfig *k)
{
	if (!k)
		return;
	cJSON_Delete(k->tree);
	map_release(&k->origins);
	vec_release(&k->files);
	free(k);
}

/* ---- looking ------------------------------------------------------------------------- */

const cJSON *kubeconfig_tree(const struct kubeconfig *k)
{
	return k->tree;
}

const char *kubeconfig_current_context(const struct kubeconfig *k)
{
	const char *current = json_string(k->tree, "current-context");

	return current ? current : "";
}

void kubeconfig_names(const struct kubeconfig *k, const char *list, struct vec *ret_names)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(k->tree, list))
	{
		const char *name = json_string(entry, "name");

		vec_add_string(ret_names, name ? name : "");
	}
	vec_sort(ret_names, vec_compare_strings);
}

char *kubeconfig_path(const struct kubeconfig *k, const char *list, const char *name, const char *path)
{
	_cleanup_free_ char *key = xasprintf("%s/%s", list, name), *cwd = NULL, *base = NULL, *dir = NULL;
	const char *origin = map_get(&k->origins, key);

	if (!origin || *path == '/')
		return xstrdup(path);
	if (*origin != '/')
		cwd = getcwd(NULL, 0);
	base = path_join(cwd ? cwd : "", origin);
	dir = path_dir(base);
	return path_join(dir, path);
}
