#include <ctype.h>
#include <limits.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "kube/kustomize/internal.h"

/*
 * Folders and files. A kustomization reads its own folder and those below, and
 * other kustomizations' folders; cycles are refused.
 */
#define FILE_LIMIT ((size_t)64 << 20)

void build_notice(const struct build *b, const char *line, bool log)
{
	if (b->options->notice)
		b->options->notice(b->options->notice_ctx, line, log);
}

/* ---- what lies elsewhere ------------------------------------------------------------------ */

static bool take_prefix(const char **p, const char *prefix)
{
	if (strncasecmp(*p, prefix, strlen(prefix)))
		return false;
	*p += strlen(prefix);
	return true;
}

static bool is_remote_file(const char *path)
{
	return !strncasecmp(path, "http://", 7) || !strncasecmp(path, "https://", 8);
}

/* "git@" */
static bool take_user(const char **p)
{
	const char *end = *p;

	if (!isalpha((unsigned char)*end))
		return false;
	while (isalnum((unsigned char)*end) || *end == '-')
		end++;
	if (*end != '@')
		return false;
	*p = end + 1;
	return true;
}

/* A repository's path within its host: marked as one, or OWNER/NAME. */
static bool is_repository_path(const char *path)
{
	return *path && (strstr(path, "_git/") || strstr(path, "//") || strstr(path, ".git") || strchr(path, '/'));
}

/* Whether kustomize takes a path for a git repository. */
static bool is_repository(const char *path)
{
	static const char *const schemes[] = {"ssh://", "https://", "http://"};
	bool scheme = false, scp;
	_cleanup_free_ char *plain = xstrndup(path, strcspn(path, "?"));
	const char *p = plain, *rest;

	if (*p == '/')
		return false;
	take_prefix(&p, "git::");
	if (take_prefix(&p, "file://"))
		return *p;
	for (size_t i = 0; i < ARRAY_SIZE(schemes) && !scheme; i++)
		scheme = take_prefix(&p, schemes[i]);
	scp = take_user(&p);
	scp |= !strncasecmp(p, "github.com/", 11) || !strncasecmp(p, "github.com:", 11);
	if (!scheme && !scp)
		return false;
	rest = p + strcspn(p, scheme ? "/" : "/:");
	return rest > p && *rest && is_repository_path(rest + 1);
}

static int fail_remote(const char *path, struct error *err)
{
	return error_set(err, ERROR_OTHER, "'%s' is not on this machine: remote resources of a kustomization are not fetched", path);
}

/* ---- paths ---------------------------------------------------------------------------------- */

/* Which part of a path is missing, in Go's words. */
static void link_error(const char *path, const char *shown, struct error *err)
{
	_cleanup_free_ char *part = xstrdup(path);
	struct stat st;

	for (char *p = part + 1; p; p = strchr(p, '/')) {
		char *end = strchr(p, '/');

		if (end)
			*end = '\0';
		if (lstat(part, &st)) {
			error_set(err, ERROR_OTHER, "evalsymlink failure on '%s' : lstat %s: %s", shown, part, errno_text(errno));
			return;
		}
		if (!end)
			break;
		if (!stat(part, &st) && !S_ISDIR(st.st_mode)) {
			error_set(err, ERROR_OTHER, "evalsymlink failure on '%s' : not a directory", shown);
			return;
		}
		*end = '/';
		p = end + 1;
	}
	error_set(err, ERROR_OTHER, "evalsymlink failure on '%s' : lstat %s: %s", shown, path, errno_text(ENOENT));
}

/* The absolute path without links. */
static int path_resolve(const char *path, char **ret, struct error *err)
{
	_cleanup_free_ char *here = *path == '/' ? NULL : realpath(".", NULL),
			    *joined = here ? path_join(here, path) : xstrdup(path), *clean = path_clean(joined);

	*ret = realpath(clean, NULL);
	if (*ret)
		return 0;
	link_error(clean, path, err);
	return -1;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Whether path is folder or below it. */
static bool is_within(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strcmp(folder, "/") || (!strncmp(path, folder, n) && (!path[n] || path[n] == '/'));
}

static int open_folder(const char *path, char **ret, struct error *err)
{
	if (!*path)
		return error_set(err, ERROR_OTHER, "directory path cannot be empty");
	if (path_resolve(path, ret, err))
		return error_prefix(err, "not a valid directory: ");
	if (is_folder(*ret))
		return 0;
	free(TAKE_PTR(*ret));
	return error_set(err, ERROR_OTHER, "'%s': file is not directory", path);
}

int loader_open(const struct build *b, const struct loader *parent, const char *path, struct loader *ret,
		struct error *err)
{
	_cleanup_free_ char *joined = NULL, *clean = NULL, *root = NULL;

	if (parent && !*path)
		return error_set(err, ERROR_OTHER, "new root cannot be empty");
	if (is_repository(path) || is_remote_file(path))
		return fail_remote(path, err);
	if (parent && *path == '/')
		return error_set(err, ERROR_OTHER, "new root '%s' cannot be absolute", path);
	joined = parent ? path_join(parent->root, path) : xstrdup(path);
	clean = parent ? path_clean(joined) : xstrdup(path);
	if (open_folder(clean, &root, err))
		return error_prefix(err, "must build at directory: ");
	for (const struct loader *l = parent; l; l = l->parent)
		if (is_within(l->root, root))
			return error_set(err, ERROR_OTHER,
					 "cycle detected: candidate root '%s' contains visited root '%s'", root, l->root);
	*ret = (struct loader){.build = b, .parent = parent, .root = TAKE_PTR(root)};
	return 0;
}

void loader_release(struct loader *l)
{
	free(TAKE_PTR(l->root));
}

static int check_restriction(const struct loader *l, const char *path, char **ret, struct error *err)
{
	_cleanup_free_ char *real = NULL, *folder = NULL;

	if (path_resolve(path, &real, err))
		return -1;
	if (is_folder(real))
		return error_set(err, ERROR_OTHER, "'%s' must resolve to a file", path);
	folder = path_dir(real);
	if (!is_within(folder, l->root))
		return error_set(err, ERROR_OTHER, "security; file '%s' is not in or below '%s'", path, l->root);
	*ret = TAKE_PTR(real);
	return 0;
}

int loader_read(const struct loader *l, const char *path, struct buf *ret, struct error *err)
{
	_cleanup_free_ char *joined = NULL, *clean = NULL, *real = NULL;

	if (is_remote_file(path))
		return fail_remote(path, err);
	joined = path_join(l->root, path);
	/* an absolute path is shown as it was written */
	clean = *path == '/' ? xstrdup(path) : path_clean(joined);
	if (!l->build->options->unrestricted && check_restriction(l, clean, &real, err))
		return -1;
	if (real && !is_folder(real))
		return file_read(real, FILE_LIMIT, ret, err);
	return file_read(clean, FILE_LIMIT, ret, err);
}
