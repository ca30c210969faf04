#ifndef KUBEC_CLI_HELP_H
#define KUBEC_CLI_HELP_H

#include "cli/command.h"

/* parents are the commands above c, root first (its name is the program's); depth counts them. */
void help_print(struct buf *out, const struct command *const *parents, size_t depth, const struct command *c);
void help_options(struct buf *out, const struct command *root); /* "kubec options" */
void man_print(struct buf *out, const struct command *const *parents, size_t depth, const struct command *c);

#endif
