#ifndef KUBEC_CLI_HELP_H
#define KUBEC_CLI_HELP_H

#include "cli/command.h"

/*
 * Layout is kubectl's, the sentences are ours. "kubec" in a command's texts is
 * written as the program is called.
 */
void help_text(struct buf *out, const char *text, const char *program); /* one such text */
void help_print(struct buf *out, const struct command_path *path);
void help_options(struct buf *out, const char *program); /* "kubec options" */
/* The part of the help that names subcommands and the usage line (for an unknown help topic). */
void help_usage(struct buf *out, const struct command_path *path);
/* "kubec get (TYPE | …) [flags] [options]" */
void help_usage_line(struct buf *out, const struct command_path *path);
/* The options that help shows, by name (struct option *, borrowed); global: those of every command too. */
void help_sorted_options(const struct command *c, bool global, struct vec *ret_options);
/* A man page in roff; version is for its footer. */
void man_print(struct buf *out, const struct command_path *path, const char *version);

#endif
