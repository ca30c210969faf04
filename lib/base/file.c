#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_TEMP_TRIES 1000
#define MAX_LINKS 40 /* as many symbolic links as Linux follows */

const char *errno_text(int code)
{
	static _Thread_local char text[128];
#ifdef __GLIBC__
	const char *words = strerrordesc_np(code);
#else
	const char *words = strerror(code);
#endif

	if (!words) {
		snprintf(text, sizeof(text), "errno %d", code);
		return text;
	}
	snprintf(text, sizeof(text), "%s", words);
	if (!isupper((unsigned char)text[1]))
		text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

static int fail_errno(struct error *err, const char *verb, const char *path)
{
	return error_set(err, ERROR_IO, "%s %s: %s", verb, path, errno_text(errno));
}

static void close_p(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}
#define _cleanup_close_ _cleanup_(close_p)

/* ---- reading -------------------------------------------------------------- */

int file_read_fd(int fd, const char *name, size_t limit, struct buf *ret_content, struct error *err)
{
	_cleanup_buf_ struct buf content = BUF_INIT;
	size_t chunk_size = 64 * 1024;
	_cleanup_free_ char *chunk = xmalloc(chunk_size);
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, chunk_size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, "read", name);
		if (!n)
			break;
		if ((size_t)n > limit - content.len)
			return error_set(err, ERROR_IO, "read %s: larger than %zu bytes", name, limit);
		buf_add(&content, chunk, (size_t)n);
	}
	buf_release(ret_content);
	*ret_content = content;
	content = BUF_INIT;
	return 0;
}

int file_read(const char *path, size_t limit, struct buf *ret_content, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(err, "open", path);
	return file_read_fd(fd, path, limit, ret_content, err);
}

/* ---- writing -------------------------------------------------------------- */

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The file that a chain of symbolic links ends at, which need not exist. */
static char *follow_links(const char *path)
{
	char *at = xstrdup(path);
	char target[4096];

	for (int i = 0; i < MAX_LINKS; i++) {
		_cleanup_free_ char *dir = NULL, *old = NULL;
		ssize_t n = readlink(at, target, sizeof(target) - 1);

		if (n < 0)
			break;
		target[n] = '\0';
		dir = path_dir(at);
		old = at;
		at = path_join(dir, target);
	}
	return at;
}

/* For what rename() cannot replace: a mounted file, a device, a folder that is closed to us. */
static int write_in_place(const char *path, const void *content, size_t len, unsigned mode, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0)
		return fail_errno(err, "open", path);
	if (write_all(fd, content, len))
		return fail_errno(err, "write", path);
	return 0;
}

/* Writes the temporary file and puts it in the target's place; errno tells what failed. */
static int write_and_rename(const char *temporary, int fd, const char *target, const void *content, size_t len,
                            unsigned mode, bool sync)
{
	if (!fchmod(fd, (mode_t)mode) && !write_all(fd, content, len) && (!sync || !fsync(fd)) &&
	    !rename(temporary, target))
		return 0;
	{
		int saved = errno;

		unlink(temporary);
		errno = saved;
	}
	return -1;
}

static int replace_file(const char *path, const void *content, size_t len, unsigned mode, bool sync, struct error *err)
{
	_cleanup_free_ char *target = follow_links(path), *dir = path_dir(target);
	_cleanup_free_ char *temporary = NULL;
	_cleanup_close_ int fd = -1;
	struct stat st;
	bool exists = !stat(target, &st);

	if (exists && !S_ISREG(st.st_mode))
		return write_in_place(target, content, len, mode, err);
	if (file_make_dirs(dir, 0755, err))
		return -1;
	temporary = xasprintf("%s.XXXXXX", target);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0 && exists && (errno == EACCES || errno == EPERM || errno == EROFS))
		return write_in_place(target, content, len, mode, err);
	if (fd < 0)
		return fail_errno(err, "open", path);
	if (!write_and_rename(temporary, fd, target, content, len, exists ? st.st_mode & 07777 : mode, sync))
		return 0;
	if (exists && (errno == EBUSY || errno == EXDEV || errno == EPERM))
		return write_in_place(target, content, len, mode, err);
	return fail_errno(err, "write", path);
}

int file_write_atomic(const char *path, const void *content, size_t len, unsigned mode, struct error *err)
{
	return replace_file(path, content, len, mode, true, err);
}

int file_write_cache(const char *path, const void *content, size_t len, unsigned mode, struct error *err)
{
	return replace_file(path, content, len, mode, false, err);
}

bool file_is_recent(const char *path, int64_t seconds)
{
	struct stat st;
	time_t now = time(NULL);

	return !stat(path, &st) && now >= st.st_mtime && now - st.st_mtime < seconds;
}

int file_make_dirs(const char *path, unsigned mode, struct error *err)
{
	_cleanup_free_ char *part = xstrdup(path);
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	for (char *slash = part + (*part == '/'); slash; slash++) {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (*part && mkdir(part, (mode_t)mode) && (errno != EEXIST || !slash) &&
		    !(errno == EEXIST && !stat(part, &st) && S_ISDIR(st.st_mode))) {
			if (errno == EEXIST)
				errno = ENOTDIR;
			return fail_errno(err, "mkdir", part);
		}
		if (!slash)
			break;
		*slash = '/';
	}
	return 0;
}

/* ---- paths ---------------------------------------------------------------- */

/* Drops one ".." worth of path, or keeps it where there is nothing to drop. */
static void clean_up_one(struct vec *parts, bool absolute)
{
	if (parts->len && strcmp(vec_string(parts, parts->len - 1), ".."))
		vec_remove(parts, parts->len - 1);
	else if (!absolute)
		vec_add_string(parts, "..");
}

char *path_clean(const char *path)
{
	_cleanup_vec_ struct vec all = VEC_OF_STRINGS, parts = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf out = BUF_INIT;
	bool absolute = *path == '/';

	vec_add_split(&all, path, '/');
	for (size_t i = 0; i < all.len; i++) {
		const char *part = vec_string(&all, i);

		if (!strcmp(part, ".."))
			clean_up_one(&parts, absolute);
		else if (*part && strcmp(part, "."))
			vec_add_string(&parts, part);
	}
	if (absolute)
		buf_putc(&out, '/');
	for (size_t i = 0; i < parts.len; i++)
		buf_printf(&out, "%s%s", i ? "/" : "", vec_string(&parts, i));
	if (!out.len)
		buf_putc(&out, '.');
	return buf_take(&out);
}

char *dir_temp_name(const char *prefix)
{
	const char *dir = getenv("TMPDIR");
	_cleanup_free_ char *name = xasprintf("%s%u", prefix, arc4random());

	return path_join(str_empty(dir) ? "/tmp" : dir, name);
}

int dir_make_temp(const char *prefix, char **ret_path, struct error *err)
{
	for (int i = 0; i < MAX_TEMP_TRIES; i++) {
		_cleanup_free_ char *path = dir_temp_name(prefix);

		if (!mkdir(path, 0700)) {
			*ret_path = TAKE_PTR(path);
			return 0;
		}
		if (errno != EEXIST)
			return fail_errno(err, "mkdir", path);
	}
	return error_set(err, ERROR_IO, "mkdir: too many folders %s*", prefix);
}

void dir_remove(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

char *path_join(const char *dir, const char *name)
{
	_cleanup_free_ char *whole = NULL;

	if (*name == '/' || str_empty(dir))
		return path_clean(name);
	whole = xasprintf("%s/%s", dir, name);
	return path_clean(whole);
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *dir = NULL;

	if (!slash)
		return xstrdup(".");
	dir = xstrndup(path, (size_t)(slash - path) + 1);
	return path_clean(dir);
}

char *path_home(void)
{
	const char *home = getenv("HOME");
	struct passwd entry, *found = NULL;
	char text[4096];

	if (!str_empty(home))
		return xstrdup(home);
	if (getpwuid_r(getuid(), &entry, text, sizeof(text), &found) || !found)
		return xstrdup("/");
	return xstrdup(found->pw_dir);
}
