#ifndef KUBEC_CMD_METADATA_WORDS_H
#define KUBEC_CMD_METADATA_WORDS_H

#include "live.h"

/* What label and annotate share: KEY=VALUE and KEY- as changes of a map in an object's metadata. */
struct metadata_words;
struct metadata_verb {
	const char *field;   /* "labels" */
	const char *noun;    /* "label" */
	const char *example; /* how messages call a file: "pod" is pod.yaml */
	bool labels;         /* says what became of them, and asks nothing of the server when that is nothing */
	/* Takes the pairs apart. */
	int (*read)(struct metadata_words *w, const struct vec *pairs, struct error *err);
	/* Says what else is wrong with what is asked, after everything else; or NULL. */
	int (*check)(const struct metadata_words *w, struct error *err);
	/* What is wrong when values of live would be overwritten; one error for each fault. */
	void (*conflicts)(const struct metadata_words *w, const cJSON *live, struct vec *errors);
};

struct metadata_words {
	const struct metadata_verb *verb;
	struct vec resources; /* words that name objects (borrowed) */
	cJSON *set;           /* KEY=VALUE, ordered by key */
	struct vec remove;    /* KEY- (strings) */
	const char *version;  /* --resource-version, or "" */
	const char *query;
	bool overwrite, list, local, client_dry_run;
	bool single;             /* one object was asked for, */
	bool alone;              /* one was found */
	struct printer *printer; /* of annotations */
	struct vec *errors;      /* of them all, in order */
};

/* --all, -A, --field-selector, --list, --local, --overwrite, --resource-version */
extern const struct option options_metadata[];

/* The work of such a verb, from its words to its exit status. */
int metadata_words_run(struct invocation *inv, const struct metadata_verb *verb, struct error *err);

#endif
