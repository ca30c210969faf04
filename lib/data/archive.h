#ifndef KUBEC_DATA_ARCHIVE_H
#define KUBEC_DATA_ARCHIVE_H

#include "base/base.h"

/*
 * Trees of files as tar archives through a descriptor. libarchive (loaded when it is first needed) knows the format; which
 * files an archive may touch is decided here.
 */
struct archive_events {
	void (*warning)(void *ctx, const char *text); /* what was left out, and why */
	void (*link)(void *ctx, const char *name, const char *target); /* a symbolic link that was left out */
	void (*moved)(void *ctx, size_t bytes);       /* so many bytes of files more; NULL: nobody counts */
	void *ctx;
};

/*
 * Writes the tree at path (a file, a folder, a symbolic link) to fd, named name. Folders appear where they are empty, as in
 * kubectl. ERROR_IO with Go's words.
 */
int archive_pack(int fd, const char *path, const char *name, const struct archive_events *ev, struct error *err);

/*
 * Reads an archive from fd whose names all begin with prefix; what follows it is put below dest, or is dest itself.
 * Whatever the archive says, nothing outside dest is made or changed: names that lead out ("..") and special files are left out,
 * symbolic links too, and none that lies there already is followed. Fails with ERROR_OTHER "tar contents corrupted" for a name without the prefix.
 */
int archive_unpack(int fd, const char *prefix, const char *dest, const struct archive_events *ev, struct error *err);

/*
 * Names as kubectl cp understands them: without leading "../", "/" and lone dots. free() it.
 */
char *archive_strip_shortcuts(const char *path);

#endif
