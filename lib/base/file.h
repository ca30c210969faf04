#ifndef KUBEC_BASE_FILE_H
#define KUBEC_BASE_FILE_H

#include "base/base.h"

/*
 * Reads a whole file, at most limit bytes, into an empty buffer that the
 * caller owns. "-" is not special. Fails with ERROR_IO; the message is
 * "open PATH: no such file or directory" as Go words it, or says that the
 * file is larger than limit.
 */
int file_read(const char *path, size_t limit, struct buf *ret_content, struct error *err);

/* The same from an open descriptor (standard input); name is for messages. */
int file_read_fd(int fd, const char *name, size_t limit, struct buf *ret_content, struct error *err);

/*
 * Replaces a file by new content in one step: writes a temporary file beside
 * it, syncs and renames, so that a reader sees the old or the new content and
 * nothing between. An existing file keeps its mode and a symbolic link stays a
 * link (its target is replaced); a new file gets mode. Missing folders are
 * made with mode 0755. Fails with ERROR_IO and leaves nothing behind.
 */
int file_write_atomic(const char *path, const void *content, size_t len, unsigned mode, struct error *err);

/* The same for what can be had again: without the sync, which takes a moment; after a crash it may be empty. */
int file_write_cache(const char *path, const void *content, size_t len, unsigned mode, struct error *err);

/* True for a file that was written at most so many seconds ago: what is kept there may be taken without asking again. */
bool file_is_recent(const char *path, int64_t seconds);

/* Makes a folder and its missing parents. */
int file_make_dirs(const char *path, unsigned mode, struct error *err);

/*
 * Makes a fresh folder, the user's alone, in $TMPDIR (or /tmp), named as Go's os.MkdirTemp names it:
 * prefix and a random number. free() the path. Fails with ERROR_IO.
 */
int dir_make_temp(const char *prefix, char **ret_path, struct error *err);

/* What dir_make_temp() would make, as a name alone; free() it. */
char *dir_temp_name(const char *prefix);

/* Removes a folder and the files in it, which holds no folders; what cannot be removed stays. */
void dir_remove(const char *path);

/* A relative name taken from dir ("/a" + "b" gives "/a/b"); free() it. */
char *path_join(const char *dir, const char *name);

/* The shortest name of the same place without asking the disk, as Go's filepath.Clean; free() it. */
char *path_clean(const char *path);

/* The folder part of a path, "." when there is none; free() it. */
char *path_dir(const char *path);

/* $HOME, or the password database's home when unset; free() it. */
char *path_home(void);

/* The system's words for an errno as Go prints them ("no such file or directory"); static. */
const char *errno_text(int code);

#endif
