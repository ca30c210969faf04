#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>

#include "base/file.h"
#include "kube/manifest.h"

static const char *const extensions[] = {".json", ".yaml", ".yml"};

/* What is found so far. */
struct search {
	bool recursive;
	bool stdin_used;
	struct vec *sources;
	struct vec *errors;
};

static void add_source(struct search *s, const char *path, int kind)
{
	struct manifest_source *source = NEW(struct manifest_source);

	source->path = xstrdup(path);
	source->kind = kind;
	vec_add(s->sources, source);
}

/* ---- folders ------------------------------------------------------------------------- */

static bool has_extension(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++)
		if (str_ends(name, extensions[i]))
			return true;
	return false;
}

/* The names in a folder, sorted bytewise; ERROR_IO as Go words it. */
static int list_folder(const char *path, struct vec *ret_names, struct error *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return error_set(err, ERROR_IO, "open %s: %s", path, errno_text(errno));
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			vec_add_string(ret_names, entry->d_name);
	closedir(dir);
	vec_sort(ret_names, vec_compare_strings);
	return 0;
}

/* Folders below the first are entered with -R; links are files, as in kubectl. */
static int walk_folder(struct search *s, const char *path, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (list_folder(path, &names, err))
		return -1;
	for (size_t i = 0; i < names.len; i++) {
		const char *name = vec_string(&names, i);
		/* Go's Join drops the dot of the current folder */
		_cleanup_free_ char *child = strcmp(path, ".") ? path_join(path, name) : xstrdup(name);
		struct stat st;

		if (lstat(child, &st))
			return error_set(err, ERROR_IO, "lstat %s: %s", child, errno_text(errno));
		if (!S_ISDIR(st.st_mode)) {
			if (has_extension(child))
				add_source(s, child, MANIFEST_FILE);
		} else if (s->recursive && walk_folder(s, child, err)) {
			return -1;
		}
	}
	return 0;
}

/* "./a//" is called "a" in the names of what it holds. */
static char *clean_folder(const char *path)
{
	_cleanup_free_ char *copy = NULL;
	size_t n;

	while (str_starts(path, "./") && path[2]) {
		path += 2;
		while (*path == '/')
			path++;
	}
	n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	copy = xstrndup(path, n);
	return *copy ? TAKE_PTR(copy) : xstrdup(".");
}

static void add_folder(struct search *s, const char *path)
{
	_cleanup_free_ char *clean = clean_folder(path);
	_cleanup_error_ struct error e = ERROR_INIT;

	if (walk_folder(s, clean, &e))
		errors_add(s->errors, ERROR_IO, "error reading \"%s\": %s", path, e.message);
}

/* ---- -f's values ------------------------------------------------------------------------ */

static void add_path(struct search *s, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		errors_add(s->errors, ERROR_IO, "the path \"%s\" cannot be accessed: stat %s: %s", path, path, errno_text(errno));
	else if (S_ISDIR(st.st_mode))
		add_folder(s, path);
	else
		add_source(s, path, MANIFEST_FILE);
	if (!s->sources->len && !s->errors->len)
		errors_add(s->errors, ERROR_IO, "error reading [%s]: recognized file extensions are [.json .yaml .yml]", path);
}

/* A "[" without its "]", or a backslash at the end: what Go's filepath.Match refuses. */
static bool pattern_is_bad(const char *pattern)
{
	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && !*++p)
			return true;
		if (*p == '[' && !strchr(p + 1, ']'))
			return true;
	}
	return false;
}

/* A name that does not exist may be a pattern. */
static void add_pattern(struct search *s, const char *pattern)
{
	glob_t found;

	if (pattern_is_bad(pattern)) {
		errors_add(s->errors, ERROR_IO, "pattern \"%s\" is not valid: syntax error in pattern", pattern);
		return;
	}
	if (glob(pattern, 0, NULL, &found)) {
		errors_add(s->errors, ERROR_IO, "the path \"%s\" does not exist", pattern);
		globfree(&found);
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_path(s, found.gl_pathv[i]);
	globfree(&found);
}

static void add_stdin(struct search *s)
{
	if (s->stdin_used)
		errors_add(s->errors, ERROR_IO, "standard input cannot be used for multiple arguments");
	s->stdin_used = true;
	add_source(s, "STDIN", MANIFEST_STDIN);
}

static void add_file(struct search *s, const char *name)
{
	struct stat st;

	if (!strcmp(name, "-"))
		add_stdin(s);
	else if (str_starts(name, "http://") || str_starts(name, "https://"))
		add_source(s, name, MANIFEST_URL);
	else if (stat(name, &st) && (errno == ENOENT || errno == ENOTDIR))
		add_pattern(s, name);
	else
		add_path(s, name);
}

void manifest_find(const struct manifest_options *o, struct vec *ret_sources, struct vec *ret_errors)
{
	struct vec errors = VEC_INIT;
	struct search s = {.recursive = o->recursive, .sources = ret_sources, .errors = &errors};

	for (size_t i = 0; i < o->files->len; i++)
		add_file(&s, vec_string(o->files, i));
	for (size_t i = 0; i < errors.len; i++)
		vec_add(ret_errors, errors.items[i]);
	vec_release(&errors);
}
