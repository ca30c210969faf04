#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"
#include "data/yaml.h"
#include "kube/kubeconfig_internal.h"
#include "kube/kubeconfig_schema.h"

/*
 * Changing kubeconfig files. The edit sees the merged tree; what differs
 * afterwards is written into the file that each entry came from, so that
 * other files, and fields nobody here knows, stay as they are.
 */

/* ---- locks -------------------------------------------------------------------- */

#define LOCK_TRIES 20
#define LOCK_PAUSE (50 * MILLISECOND)

/* Another program's change takes milliseconds, so it is waited for a moment. */
static int lock_create(const char *lock, struct error *err)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		int fd = open(lock, O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (fd >= 0) {
			close(fd);
			return 0;
		}
		if (errno != EEXIST)
			return error_set(err, ERROR_CONFIG, "open %s: %s", lock, errno_text(errno));
		nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE}, NULL);
	}
	error_set(err, ERROR_CONFIG, "open %s: file exists", lock);
	error_hint(err, "Another program is changing the file; when none is, remove %s.", lock);
	return -1;
}

static void unlock_all(struct vec *locks)
{
	for (size_t i = 0; i < locks->len; i++)
		unlink(vec_string(locks, i));
	vec_release(locks);
}

/* Takes client-go's locks (FILE.lock) in sorted order, so that nobody waits in a ring. */
static int lock_all(const struct vec *files, struct vec *ret_locks, struct error *err)
{
	_cleanup_vec_ struct vec sorted = VEC_OF_STRINGS;

	for (size_t i = 0; i < files->len; i++)
		vec_add_string(&sorted, vec_string(files, i));
	vec_sort(&sorted, vec_compare_strings);
	for (size_t i = 0; i < sorted.len; i++) {
		_cleanup_free_ char *lock = xasprintf("%s.lock", vec_string(&sorted, i));
		_cleanup_free_ char *dir = path_dir(lock);

		if (file_make_dirs(dir, 0755, err) || lock_create(lock, err))
			return -1;
		vec_add_string(ret_locks, lock);
	}
	return 0;
}

/* ---- the files that change -------------------------------------------------------- */

struct editor {
	struct kubeconfig *k; /* as loaded */
	const cJSON *after;   /* as edited */
	char *default_file;
	struct map *files;    /* path to cJSON: raw content of each file that changes */
};

static void tree_free(void *tree)
{
	cJSON_Delete(tree);
}

static int editor_file(struct editor *e, const char *path, cJSON **ret, struct error *err)
{
	cJSON *tree = map_get(e->files, path);

	if (!tree) {
		if (kubeconfig_read_file(path, &tree, err))
			return -1;
		if (!tree)
			tree = cJSON_CreateObject();
		map_set(e->files, path, tree);
	}
	*ret = tree;
	return 0;
}

static const char *entry_file(const struct editor *e, const char *list, const char *name)
{
	_cleanup_free_ char *key = xasprintf("%s/%s", list, name);
	const char *origin = map_get(&e->k->origins, key);

	return origin ? origin : e->default_file;
}

static const char *entry_name(const cJSON *entry)
{
	const char *name = json_string(entry, "name");

	return name ? name : "";
}

static void list_put(cJSON *file, const char *list, const cJSON *entry)
{
	cJSON *old = kubeconfig_entry(file, list, entry_name(entry));

	if (old)
		cJSON_ReplaceItemViaPointer(json_get(file, list), old, json_copy(entry));
	else
		json_append(json_ensure_array(file, list), json_copy(entry));
}

static void list_remove(cJSON *file, const char *list, const char *name)
{
	cJSON *old = kubeconfig_entry(file, list, name);

	if (old)
		cJSON_Delete(cJSON_DetachItemViaPointer(json_get(file, list), old));
}

/*
 * Where a new entry goes: to the default file, or, when it is an old one under
 * another name, to the file of that.
 */
static const char *new_entry_file(const struct editor *e, const char *list, const cJSON *entry)
{
	const char *key = "";
	const cJSON *old;

	for (size_t i = 0; i < KUBECONFIG_LISTS; i++)
		if (!strcmp(kubeconfig_lists[i].list, list))
			key = kubeconfig_lists[i].key;
	cJSON_ArrayForEach(old, json_get(e->k->tree, list))
	{
		if (kubeconfig_entry(e->after, list, entry_name(old)) || !json_get(old, key) || !json_get(entry, key))
			continue;
		if (json_equal(json_get(old, key), json_get(entry, key)))
			return entry_file(e, list, entry_name(old));
	}
	return e->default_file;
}

/* New and changed entries. */
static int put_changed(struct editor *e, const char *list, struct error *err)
{
	const cJSON *entry;
	cJSON *file;

	cJSON_ArrayForEach(entry, json_get(e->after, list))
	{
		const char *name = entry_name(entry);
		const cJSON *before = kubeconfig_entry(e->k->tree, list, name);

		if (before && json_equal(before, entry))
			continue;
		if (editor_file(e, before ? entry_file(e, list, name) : new_entry_file(e, list, entry), &file, err))
			return -1;
		list_put(file, list, entry);
	}
	return 0;
}

static int remove_missing(struct editor *e, const char *list, struct error *err)
{
	const cJSON *entry;
	cJSON *file;

	cJSON_ArrayForEach(entry, json_get(e->k->tree, list))
	{
		const char *name = entry_name(entry);

		if (kubeconfig_entry(e->after, list, name))
			continue;
		if (editor_file(e, entry_file(e, list, name), &file, err))
			return -1;
		list_remove(file, list, name);
	}
	return 0;
}

/* The first file that says a current context keeps saying it. */
static int current_context_file(struct editor *e, cJSON **ret, struct error *err)
{
	for (size_t i = 0; i < e->k->files.len; i++) {
		if (editor_file(e, vec_string(&e->k->files, i), ret, err))
			return -1;
		if (!str_empty(json_string(*ret, "current-context")))
			return 0;
	}
	return editor_file(e, e->default_file, ret, err);
}

static int put_rest(struct editor *e, struct error *err)
{
	static const char *const keys[] = {"current-context", "preferences", "extensions"};
	cJSON *file;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const cJSON *before = json_get(e->k->tree, keys[i]), *after = json_get(e->after, keys[i]);

		if ((!before && !after) || (before && after && json_equal(before, after)))
			continue;
		if (i ? editor_file(e, e->default_file, &file, err) : current_context_file(e, &file, err))
			return -1;
		json_set(file, keys[i], json_copy(after));
	}
	return 0;
}

/* ---- paths -------------------------------------------------------------------------- */

/* A path inside the folder of the file that names it is written relative to it, as kubectl does. */
static void relativize(cJSON *content, const char *key, const char *file)
{
	const char *path = json_string(content, key);
	_cleanup_free_ char *real = NULL, *dir = NULL;
	size_t n;

	if (str_empty(path) || *path != '/')
		return;
	dir = path_dir(file);
	real = *dir == '/' ? xstrdup(dir) : realpath(dir, NULL);
	n = real ? strlen(real) : 0;
	if (n && !strncmp(path, real, n) && path[n] == '/') {
		_cleanup_free_ char *rest = xstrdup(path + n + strspn(path + n, "/"));

		json_set_string(content, key, rest);
	}
}

static void relativize_entry(cJSON *entry, const char *content, const char *const *keys, const char *path)
{
	for (; *keys; keys++)
		relativize(json_get(entry, content), *keys, path);
}

static void relativize_file(cJSON *file, const char *path)
{
	static const char *const cluster[] = {"certificate-authority", NULL};
	static const char *const user[] = {"client-certificate", "client-key", "tokenFile", NULL};
	cJSON *entry;

	cJSON_ArrayForEach(entry, json_get(file, "clusters")) relativize_entry(entry, "cluster", cluster, path);
	cJSON_ArrayForEach(entry, json_get(file, "users")) relativize_entry(entry, "user", user, path);
}

/* ---- writing ------------------------------------------------------------------------- */

/* In the form that kubectl writes, so that the two do not undo each other. */
static int write_file(const char *path, cJSON *file, struct error *err)
{
	_cleanup_json_ cJSON *tree = NULL;
	_cleanup_buf_ struct buf content = BUF_INIT;

	relativize_file(file, path);
	tree = kubeconfig_normalize_for_file(file);
	yaml_print(&content, tree);
	return file_write_atomic(path, content.data, content.len, 0600, err);
}

/* Files that were only looked at are left alone. */
static int write_changed(struct editor *e, struct error *err)
{
	for (size_t i = 0; i < e->files->len; i++) {
		const char *path = e->files->entries[i].key;
		cJSON *file = e->files->entries[i].value;
		_cleanup_json_ cJSON *before = NULL;

		if (kubeconfig_read_file(path, &before, err))
			return -1;
		if (before ? json_equal(before, file) : !file->child)
			continue;
		if (write_file(path, file, err))
			return -1;
	}
	return 0;
}

static int apply(struct editor *e, struct error *err)
{
	if (put_rest(e, err))
		return -1;
	for (size_t i = 0; i < KUBECONFIG_LISTS; i++)
		if (put_changed(e, kubeconfig_lists[i].list, err) || remove_missing(e, kubeconfig_lists[i].list, err))
			return -1;
	return write_changed(e, err);
}

int kubeconfig_edit(const struct kubeconfig_overrides *o, kubeconfig_edit_fn *edit, void *ctx, struct error *err)
{
	_cleanup_(kubeconfig_free_p) struct kubeconfig *k = NULL;
	_cleanup_(unlock_all) struct vec locks = VEC_OF_STRINGS;
	_cleanup_free_ char *default_file = kubeconfig_default_file(o);
	_cleanup_vec_ struct vec files = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *after = NULL;
	_cleanup_map_ struct map changed = MAP_OWNING(tree_free);

	kubeconfig_files(o, &files);
	if (lock_all(&files, &locks, err) || kubeconfig_load_for_edit(o, &k, err))
		return -1;
	after = json_copy(k->tree);
	if (edit(after, ctx, err))
		return -1;
	return apply(&(struct editor){k, after, default_file, &changed}, err);
}
