#include "data/archive_internal.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* ---- libarchive ---------------------------------------------------------------------------------- */

static const char *const library_names[] = {"libarchive.so.13", "libarchive.so", NULL};

static const char *const function_names[] = {
#define X(name) #name,
	ARCHIVE_FUNCTIONS(X)
#undef X
};

static int library_missing(const char *why, struct error *err)
{
	error_set(err, ERROR_OTHER, "libarchive is needed to copy files, but could not be loaded: %s", why);
	error_hint(err, "Install it (Debian, Ubuntu: apt-get install libarchive13; Fedora: dnf install libarchive).");
	return -1;
}

int libarchive_get(const struct libarchive **ret, struct error *err)
{
	static struct libarchive functions; /* constant once loaded */
	static bool loaded;
	union {
		struct libarchive functions;
		void *slots[ARRAY_SIZE(function_names)];
	} found;
	void *library = NULL;

	for (size_t i = 0; !loaded && !library && library_names[i]; i++)
		library = dlopen(library_names[i], RTLD_LAZY | RTLD_LOCAL);
	if (!loaded && !library)
		return library_missing(dlerror(), err);
	for (size_t i = 0; !loaded && i < ARRAY_SIZE(function_names); i++) {
		found.slots[i] = dlsym(library, function_names[i]);
		if (!found.slots[i])
			return library_missing(dlerror(), err);
	}
	if (!loaded)
		functions = found.functions;
	loaded = true;
	*ret = &functions;
	return 0;
}

int archive_io_failed(const char *what, const char *path, struct error *err)
{
	return error_set(err, ERROR_IO, "%s %s: %s", what, path, errno_text(errno));
}

/* ---- names ------------------------------------------------------------------------------------------ */

char *archive_strip_shortcuts(const char *path)
{
	_cleanup_free_ char *clean = path_clean(path + strspn(path, "/\\"));
	const char *p = clean;

	while (str_starts(p, "../"))
		p += 3;
	if (!strcmp(p, ".") || !strcmp(p, ".."))
		p = "";
	return xstrdup(*p == '/' ? p + 1 : p);
}

/* ---- packing ------------------------------------------------------------------------------------------- */

struct pack {
	const struct libarchive *lib;
	struct archive *archive;
	struct archive_entry *entry;
	const struct archive_events *events;
	char *piece;
};

static int archive_failed(const struct pack *p, struct error *err)
{
	const char *why = p->lib->archive_error_string(p->archive);

	return error_set(err, ERROR_IO, "%s", why ? why : "the archive could not be written");
}

static int put_header(struct pack *p, const struct stat *st, const char *name, struct error *err)
{
	const struct libarchive *lib = p->lib;
	const struct passwd *user = getpwuid(st->st_uid);
	const struct group *group = getgrgid(st->st_gid);

	lib->archive_entry_set_pathname(p->entry, name);
	lib->archive_entry_set_filetype(p->entry, st->st_mode & S_IFMT);
	lib->archive_entry_set_perm(p->entry, st->st_mode & 07777);
	lib->archive_entry_set_size(p->entry, S_ISREG(st->st_mode) ? st->st_size : 0);
	lib->archive_entry_set_mtime(p->entry, st->st_mtim.tv_sec, 0);
	lib->archive_entry_set_uid(p->entry, st->st_uid);
	lib->archive_entry_set_gid(p->entry, st->st_gid);
	if (user)
		lib->archive_entry_set_uname(p->entry, user->pw_name);
	if (group)
		lib->archive_entry_set_gname(p->entry, group->gr_name);
	return lib->archive_write_header(p->archive, p->entry) < ARCHIVE_WARN ? archive_failed(p, err) : 0;
}

/* A file that grows meanwhile is cut at the size that was announced; one that shrinks fails. */
static int put_data(struct pack *p, int fd, const char *path, off_t size, struct error *err)
{
	while (size > 0) {
		ssize_t n = read(fd, p->piece, MIN((size_t)size, ARCHIVE_PIECE));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return archive_io_failed("read", path, err);
		if (!n)
			return error_set(err, ERROR_IO, "read %s: the file has become shorter", path);
		if (p->lib->archive_write_data(p->archive, p->piece, (size_t)n) != n)
			return archive_failed(p, err);
		if (p->events->moved)
			p->events->moved(p->events->ctx, (size_t)n);
		size -= n;
	}
	return 0;
}

static int pack_file(struct pack *p, const char *path, const char *name, struct error *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), failure;

	if (fd < 0 || fstat(fd, &st)) {
		archive_io_failed("open", path, err);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	failure = put_header(p, &st, name, err) || put_data(p, fd, path, st.st_size, err) ? -1 : 0;
	close(fd);
	return failure;
}

static int pack_link(struct pack *p, const char *path, const struct stat *st, const char *name, struct error *err)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return archive_io_failed("readlink", path, err);
	target[n] = '\0';
	p->lib->archive_entry_set_symlink(p->entry, target);
	return put_header(p, st, name, err);
}

static int pack_any(struct pack *p, const char *path, const char *name, struct error *err);

/* The names in a folder, in order. */
static int folder_names(const char *path, struct vec *ret, struct error *err)
{
	DIR *folder = opendir(path);
	const struct dirent *e;

	if (!folder)
		return archive_io_failed("open", path, err);
	while ((e = readdir(folder)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			vec_add_string(ret, e->d_name);
	closedir(folder);
	vec_sort(ret, vec_compare_strings);
	return 0;
}

static int pack_folder(struct pack *p, const char *path, const struct stat *st, const char *name, struct error *err)
{
	_cleanup_vec_ struct vec names = VEC_OF_STRINGS;

	if (folder_names(path, &names, err))
		return -1;
	if (!names.len)
		return put_header(p, st, name, err);
	for (size_t i = 0; i < names.len; i++) {
		_cleanup_free_ char *below = path_join(path, vec_string(&names, i));
		_cleanup_free_ char *below_name = path_join(name, vec_string(&names, i));

		if (pack_any(p, below, below_name, err))
			return -1;
	}
	return 0;
}

static int pack_any(struct pack *p, const char *path, const char *name, struct error *err)
{
	struct stat st;

	if (lstat(path, &st))
		return archive_io_failed("lstat", path, err);
	p->lib->archive_entry_clear(p->entry);
	if (S_ISDIR(st.st_mode))
		return pack_folder(p, path, &st, name, err);
	if (S_ISLNK(st.st_mode))
		return pack_link(p, path, &st, name, err);
	if (S_ISREG(st.st_mode))
		return pack_file(p, path, name, err);
	_cleanup_free_ char *text = xasprintf("skipping special file: \"%s\"", path);

	p->events->warning(p->events->ctx, text);
	return 0;
}

int archive_pack(int fd, const char *path, const char *name, const struct archive_events *ev, struct error *err)
{
	struct pack p = {.events = ev};
	int failure;

	if (libarchive_get(&p.lib, err))
		return -1;
	p.archive = p.lib->archive_write_new();
	p.entry = p.lib->archive_entry_new();
	p.piece = xmalloc(ARCHIVE_PIECE);
	/* what GNU tar and busybox read without a word, names of any bytes and length included */
	if (p.lib->archive_write_set_format_gnutar(p.archive) || p.lib->archive_write_open_fd(p.archive, fd))
		failure = archive_failed(&p, err);
	else
		failure = pack_any(&p, path, name, err);
	if (!failure && p.lib->archive_write_close(p.archive))
		failure = archive_failed(&p, err);
	p.lib->archive_entry_free(p.entry);
	p.lib->archive_write_free(p.archive);
	free(p.piece);
	return failure;
}
