#ifndef KUBEC_DATA_GOTEMPLATE_INTERNAL_H
#define KUBEC_DATA_GOTEMPLATE_INTERNAL_H

#include "data/gotemplate.h"

#define TEMPLATE_NAME "output" /* what kubectl calls its template */
#define TEMPLATE_DEPTH 200     /* of nested parentheses, blocks and templates */

/* ---- values ------------------------------------------------------------------- */

enum value_type { VALUE_NONE, VALUE_BOOL, VALUE_INT, VALUE_FLOAT, VALUE_STRING, VALUE_MAP, VALUE_LIST };

/* What a pipeline gives. VALUE_NONE is a missing key, null or nil. Texts live in the tree or the run's arena. */
struct value {
	enum value_type type;
	bool boolean;
	bool constant; /* an int of the template, not an int64 of the object */
	int64_t i;
	double f;
	const char *s;
	const cJSON *node; /* map or list; a list may be cut to [from, from + count) */
	size_t from, count;
};

struct value value_of(const cJSON *node);
const char *value_type_name(const struct value *v); /* Go's: "int64", "map[string]interface {}" */
bool value_is_true(const struct value *v);
/* As fmt.Print prints it inside other values ("<nil>" for none). */
void value_print(struct buf *out, const struct value *v);

/* ---- the syntax tree, all in one arena ------------------------------------------- */

enum node_type {
	NODE_TEXT,
	NODE_ACTION,
	NODE_IF,
	NODE_RANGE,
	NODE_WITH,
	NODE_TEMPLATE,
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_PIPE,
	NODE_COMMAND,
	NODE_FIELD,
	NODE_VARIABLE,
	NODE_CHAIN,
	NODE_DOT,
	NODE_NIL,
	NODE_VALUE,
	NODE_FUNCTION
};

struct name {
	const char *text;
	struct name *next;
};

struct node {
	enum node_type type;
	size_t pos;         /* where errors point */
	size_t start, end;  /* its text */
	struct node *next;  /* the next in a list of nodes, commands, arguments or declared variables */
	struct node *pipe;  /* of an action, block or template call; what a chain starts from */
	struct node *list;  /* the body; the commands of a pipe; the arguments of a command */
	struct node *other; /* the else part; the variables that a pipe declares or sets */
	bool assigns;       /* "=" and not ":=" */
	const char *text;   /* of a text; the name of a template, variable or function */
	struct name *names; /* the fields of a field, variable or chain */
	struct value value;
	const struct function *function;
};

struct gotemplate {
	struct arena arena;
	char *text;
	struct node *root;
	struct map defined; /* name to the first node of its body (may be NULL) */
};

/* ---- functions ---------------------------------------------------------------------- */

/* Texts of results go to the arena. A fault is what follows "error calling NAME: ". */
typedef int function_run(struct arena *arena, const struct value *args, size_t count, struct value *ret,
                         struct error *err);

struct function {
	const char *name;
	function_run *run;  /* NULL: "and" and "or", which the executor knows */
	size_t least, most; /* arguments */
	bool strings;       /* its arguments must be strings */
};

const struct function *function_find(const char *name);
/* fmt.Sprintf. */
void go_sprintf(struct buf *out, const char *format, const struct value *args, size_t count);

#endif
