#ifndef KUBEC_DATA_JSONPATH_INTERNAL_H
#define KUBEC_DATA_JSONPATH_INTERNAL_H

#include "data/jsonpath.h"

/* What jsonpath_parse.c makes and jsonpath.c runs. */
enum step_kind {
	STEP_FIELD,     /* .name */
	STEP_SLICE,     /* [from:to:by] */
	STEP_WILDCARD,  /* .* */
	STEP_RECURSIVE, /* .. */
	STEP_UNION,     /* [a,b] */
	STEP_FILTER,    /* [?(left op right)] */
	STEP_LITERAL,   /* "text", 1, 1.5, true */
	STEP_RANGE,     /* range: repeats the blocks up to end */
	STEP_END,
	STEP_UNKNOWN,   /* another word: fails when it is run, as in kubectl */
};

/* One number of [from:to:by]. */
struct bound {
	int64_t value;
	bool known;
};

struct step {
	enum step_kind kind;
	char *name;              /* FIELD, UNKNOWN; FILTER: the operator, or "exists" */
	struct bound from, to, by;
	bool single;             /* [from]: to is from + 1 */
	cJSON *literal;
	struct vec paths;        /* UNION: its parts; FILTER: left and right (struct path *) */
};

struct path {
	struct vec steps; /* struct step * */
};

struct jsonpath {
	struct vec blocks; /* struct path *; plain text is a block with one literal */
};

struct path *path_new(void);
void path_free(struct path *p);
DEFINE_CLEANUP(struct path *, path_free);

#endif
