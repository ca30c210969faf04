#ifndef KUBEC_CLI_COMPLETE_H
#define KUBEC_CLI_COMPLETE_H

#include "cli/invocation.h"

/*
 * Shell completion, in the terms of spf13/cobra's line protocol, which the
 * scripts of kubectl's users already speak: candidates, and a directive that says
 * what the shell adds of its own.
 */
enum complete_directive {
	COMPLETE_DEFAULT = 0,    /* the shell's file names when there are no candidates */
	COMPLETE_NO_SPACE = 2,   /* no space behind the candidate */
	COMPLETE_NO_FILES = 4,
	COMPLETE_EXTENSIONS = 8, /* the candidates are extensions of the files to offer */
	COMPLETE_ONLY_DIRS = 16,
};

struct candidates {
	struct vec words; /* strings "word" or "word<TAB>description" */
	unsigned directive;
};
#define CANDIDATES_INIT ((struct candidates){.words = VEC_OF_STRINGS})
void candidates_release(struct candidates *c);
#define _cleanup_candidates_ _cleanup_(candidates_release)

/* Adds a word when it begins with typed; description may be NULL. */
void candidates_add(struct candidates *c, const char *typed, const char *word, const char *description);

/*
 * What may stand for the last of argv (which may be ""), given the words
 * before it. Never fails: where a server is needed and does not answer there are
 * fewer candidates. inv's args, path and command are set to those of the line.
 * The caller limits the time by setting http_cancelled.
 */
void complete_line(struct invocation *inv, const struct command *root, int argc, char *const *argv,
		   struct candidates *ret);

/* The candidates that the kubeconfig or the cluster knows (complete_live.c). words: those before the typed one. */
void complete_live(struct invocation *inv, const struct completion *how, const struct vec *words, const char *typed,
		   struct candidates *ret);

#endif
