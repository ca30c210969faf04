#include "data/archive_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct unpack {
	const struct libarchive *lib;
	struct archive *archive;
	const char *prefix, *dest;
	const struct archive_events *events;
	char *piece;
};

static int archive_failed(const struct unpack *u, struct error *err)
{
	const char *why = u->lib->archive_error_string(u->archive);

	return error_set(err, ERROR_OTHER, "%s", why ? why : "the archive could not be read");
}

static void warn(const struct unpack *u, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(const struct unpack *u, const char *format, ...)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	u->events->warning(u->events->ctx, text.data);
}

/* ---- where a name leads ------------------------------------------------------------------------------- */

/*
 * What of a name is below dest: "" for dest itself. NULL with err for a name that does not begin as all must;
 * *ret_outside for one that leads out. free() it.
 */
static char *name_below(const struct unpack *u, const char *name, bool *ret_outside, struct error *err)
{
	size_t n = strlen(u->prefix);
	_cleanup_free_ char *clean = NULL;
	const char *rest;

	*ret_outside = false;
	if (!name || strncmp(name, u->prefix, n) || (n && name[n] && name[n] != '/' && u->prefix[n - 1] != '/') || (!n && *name == '/')) {
		error_set(err, ERROR_OTHER, "tar contents corrupted");
		return NULL;
	}
	rest = name + n + strspn(name + n, "/");
	clean = path_clean(rest);
	if (!*rest || !strcmp(clean, "."))
		return xstrdup("");
	*ret_outside = !strcmp(clean, "..") || str_starts(clean, "../");
	return TAKE_PTR(clean);
}

/* Opens the folder NAME in dir, made when it is missing; a symbolic link is none. Takes dir. */
static int enter(int dir, const char *name)
{
	int fd;

	if (mkdirat(dir, name, 0755) && errno != EEXIST) {
		close(dir);
		return -1;
	}
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	return fd;
}

/* dest as a folder. It is the user's own word: links on the way to it are followed. */
static int open_dest(const struct unpack *u, struct error *err)
{
	int fd;

	if (file_make_dirs(u->dest, 0755, err))
		return -1;
	fd = open(u->dest, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? archive_io_failed("open", u->dest, err) : fd;
}

/*
 * The folder that holds below, and in *ret_last its own name there (free() it). -1 with err. Every step below dest is
 * taken by openat() without following links, so that what others do meanwhile leads nowhere else either.
 */
static int open_parent(const struct unpack *u, const char *below, char **ret_last, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	int dir;

	if (!*below) {
		_cleanup_free_ char *parent = path_dir(u->dest);
		const char *slash = strrchr(u->dest, '/');

		if (file_make_dirs(parent, 0755, err))
			return -1;
		dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		*ret_last = xstrdup(slash ? slash + 1 : u->dest);
		return dir < 0 ? archive_io_failed("open", parent, err) : dir;
	}
	vec_add_split(&parts, below, '/');
	dir = open_dest(u, err);
	for (size_t i = 0; dir >= 0 && i + 1 < parts.len; i++) {
		dir = enter(dir, vec_string(&parts, i));
		if (dir < 0)
			return error_set(err, ERROR_IO, "mkdir %s/%s: %s", u->dest, below, errno_text(errno));
	}
	if (dir >= 0)
		*ret_last = xstrdup(vec_string(&parts, parts.len - 1));
	return dir;
}

/* ---- files ------------------------------------------------------------------------------------------------ */

static int write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		data += done;
		n -= (size_t)done;
	}
	return 0;
}

static int write_data(const struct unpack *u, int fd, const char *path, struct error *err)
{
	for (;;) {
		ssize_t n = u->lib->archive_read_data(u->archive, u->piece, ARCHIVE_PIECE);

		if (n == ARCHIVE_RETRY)
			continue;
		if (n < 0)
			return archive_failed(u, err);
		if (!n)
			return 0;
		if (write_all(fd, u->piece, (size_t)n))
			return archive_io_failed("write", path, err);
		if (u->events->moved)
			u->events->moved(u->events->ctx, (size_t)n);
	}
}

static char *shown_path(const struct unpack *u, const char *below)
{
	return *below ? path_join(u->dest, below) : xstrdup(u->dest);
}

static int unpack_file(const struct unpack *u, const char *below, struct error *err)
{
	_cleanup_free_ char *path = shown_path(u, below), *last = NULL;
	/* dest itself is the user's own word, below it no link is followed */
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | (*below ? O_NOFOLLOW : 0);
	int dir = open_parent(u, below, &last, err), fd, failure;

	if (dir < 0)
		return -1;
	fd = openat(dir, last, flags, 0666);
	close(dir);
	if (fd < 0)
		return archive_io_failed("open", path, err);
	failure = write_data(u, fd, path, err);
	if (close(fd) && !failure)
		failure = archive_io_failed("close", path, err);
	return failure;
}

static int unpack_folder(const struct unpack *u, const char *below, struct error *err)
{
	_cleanup_free_ char *last = NULL;
	int dir;

	if (!*below) {
		dir = open_dest(u, err);
	} else {
		dir = open_parent(u, below, &last, err);
		if (dir >= 0 && (dir = enter(dir, last)) < 0)
			return error_set(err, ERROR_IO, "mkdir %s/%s: %s", u->dest, below, errno_text(errno));
	}
	if (dir < 0)
		return -1;
	close(dir);
	return 0;
}

/* Another name of a file of this archive, which is below dest already. linkat() follows no link at its end. */
static int unpack_hardlink(const struct unpack *u, const char *below, const char *target, struct error *err)
{
	_cleanup_free_ char *from = NULL, *from_last = NULL, *last = NULL;
	int from_dir, dir, failure;
	bool outside;

	from = name_below(u, target, &outside, err);
	if (!from)
		return -1;
	if (outside || !*from || !*below || !strcmp(from, below)) {
		warn(u, "file \"%s\" is a link to \"%s\", skipping", below, target);
		return 0;
	}
	from_dir = open_parent(u, from, &from_last, err);
	if (from_dir < 0)
		return -1;
	dir = open_parent(u, below, &last, err);
	if (dir < 0) {
		close(from_dir);
		return -1;
	}
	unlinkat(dir, last, 0);
	failure = linkat(from_dir, from_last, dir, last, 0) ? error_set(err, ERROR_IO, "link %s/%s: %s", u->dest, below, errno_text(errno)) : 0;
	close(from_dir);
	close(dir);
	return failure;
}

/* ---- entries ------------------------------------------------------------------------------------------------ */

static int unpack_entry(const struct unpack *u, struct archive_entry *e, struct error *err)
{
	const char *name = u->lib->archive_entry_pathname(e), *target = u->lib->archive_entry_hardlink(e);
	_cleanup_free_ char *below = NULL, *path = NULL;
	bool outside;

	below = name_below(u, name, &outside, err);
	if (!below)
		return -1;
	path = shown_path(u, below);
	if (outside) {
		_cleanup_free_ char *clean = path_clean(path);

		warn(u, "file \"%s\" is outside target destination, skipping", clean);
		return 0;
	}
	if (target)
		return unpack_hardlink(u, below, target, err);
	switch (u->lib->archive_entry_filetype(e)) {
	case AE_IFDIR:
		return unpack_folder(u, below, err);
	case AE_IFREG:
		return unpack_file(u, below, err);
	case AE_IFLNK:
		target = u->lib->archive_entry_symlink(e);
		u->events->link(u->events->ctx, path, target ? target : "");
		return 0;
	default:
		warn(u, "skipping special file: \"%s\"", path);
		return 0;
	}
}

static int unpack_all(const struct unpack *u, struct error *err)
{
	struct archive_entry *e;
	int result;

	for (;;) {
		result = u->lib->archive_read_next_header(u->archive, &e);
		if (result == ARCHIVE_EOF)
			return 0;
		if (result == ARCHIVE_RETRY)
			continue;
		if (result < ARCHIVE_WARN)
			return archive_failed(u, err);
		if (unpack_entry(u, e, err))
			return -1;
	}
}

int archive_unpack(int fd, const char *prefix, const char *dest, const struct archive_events *ev, struct error *err)
{
	struct unpack u = {.prefix = prefix, .dest = dest, .events = ev};
	int failure;

	if (libarchive_get(&u.lib, err))
		return -1;
	u.archive = u.lib->archive_read_new();
	u.piece = xmalloc(ARCHIVE_PIECE);
	u.lib->archive_read_support_format_tar(u.archive);
	if (u.lib->archive_read_open_fd(u.archive, fd, ARCHIVE_PIECE))
		failure = archive_failed(&u, err);
	else
		failure = unpack_all(&u, err);
	u.lib->archive_read_free(u.archive);
	free(u.piece);
	return failure;
}
