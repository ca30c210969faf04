#ifndef KUBEC_DATA_ARCHIVE_INTERNAL_H
#define KUBEC_DATA_ARCHIVE_INTERNAL_H

#include <archive.h>
#include <archive_entry.h>

#include "data/archive.h"

/* Every function of libarchive that is used; its type is the header's. */
#define ARCHIVE_FUNCTIONS(X)                 \
	X(archive_entry_clear)               \
	X(archive_entry_filetype)            \
	X(archive_entry_free)                \
	X(archive_entry_hardlink)            \
	X(archive_entry_new)                 \
	X(archive_entry_pathname)            \
	X(archive_entry_set_filetype)        \
	X(archive_entry_set_gid)             \
	X(archive_entry_set_gname)           \
	X(archive_entry_set_mtime)           \
	X(archive_entry_set_pathname)        \
	X(archive_entry_set_perm)            \
	X(archive_entry_set_size)            \
	X(archive_entry_set_symlink)         \
	X(archive_entry_set_uid)             \
	X(archive_entry_set_uname)           \
	X(archive_entry_symlink)             \
	X(archive_error_string)              \
	X(archive_read_data)                 \
	X(archive_read_free)                 \
	X(archive_read_new)                  \
	X(archive_read_next_header)          \
	X(archive_read_open_fd)              \
	X(archive_read_support_format_tar)   \
	X(archive_write_close)               \
	X(archive_write_data)                \
	X(archive_write_free)                \
	X(archive_write_header)              \
	X(archive_write_new)                 \
	X(archive_write_open_fd)             \
	X(archive_write_set_format_gnutar)

struct libarchive {
#define X(name) __typeof__(name) *name;
	ARCHIVE_FUNCTIONS(X)
#undef X
};

#define ARCHIVE_PIECE ((size_t)64 << 10)

int libarchive_get(const struct libarchive **ret, struct error *err);

/* "write x: disk quota exceeded" */
int archive_io_failed(const char *what, const char *path, struct error *err);

#endif
