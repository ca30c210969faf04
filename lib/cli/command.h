#ifndef KUBEC_CLI_COMMAND_H
#define KUBEC_CLI_COMMAND_H

#include "base/base.h"

/*
 * The one description of a command. The parser, --help, "kubec options", usage
 * errors, man pages, shell completion and the parity test all read it.
 */

enum option_type {
	OPTION_STRING,   /* what a row without a type is */
	OPTION_BOOL,     /* --watch, --watch=false */
	OPTION_INT,      /* 64 bits */
	OPTION_DURATION, /* Go's: 5s, 1m30s */
	OPTION_LIST,     /* repeated, and split at commas (pflag StringSlice) */
	OPTION_ARRAY,    /* repeated, not split (pflag StringArray) */
	OPTION_PAIRS,    /* repeated key=value, split at commas (pflag StringToString) */
};

enum option_flags {
	OPTION_HIDDEN = 1,
	OPTION_DEPRECATED = 2, /* works, says deprecated_note on stderr */
	OPTION_OWN = 4,        /* kubec's own: not in kubectl (parity test skips it) */
	OPTION_INT32 = 8,      /* an OPTION_INT that must fit 32 bits */
	OPTION_REQUIRED = 32,  /* the command refuses to run without it */
	OPTION_UNQUOTED = 16,  /* an option whose default help shows without quotes or brackets */
};

/* What completes an argument or an option's value. NONE: nothing; FILES: the shell's file names. */
enum complete_kind {
	COMPLETE_NONE, COMPLETE_FILES, COMPLETE_DIRS, COMPLETE_WORDS /* the row's words */,
	COMPLETE_RESOURCES /* types */, COMPLETE_RESOURCE_NAMES /* TYPE NAME | TYPE/NAME … */,
	COMPLETE_NAMES /* names of the row's type */, COMPLETE_NAMESPACES, COMPLETE_CONTEXTS,
	COMPLETE_CLUSTERS, COMPLETE_USERS, COMPLETE_CONTAINERS, COMPLETE_POD_OR_WORKLOAD,
	COMPLETE_COMMANDS,
};
struct __attribute__((packed, aligned(4))) completion { /* packed: it fits behind four small bytes */
	enum complete_kind kind;
	/*
	 * WORDS: "json,yaml"; NAMES: the type ("deployments"); RESOURCE_NAMES: the types that
	 * are taken, NULL for all; FILES: their endings, NULL for any.
	 */
	const char *words;
};

/* What few options have. */
struct option_rare {
	const char *arg;       /* its value's name in man pages: "FORMAT"; NULL: by type ("string", "strings", "int") */
	const char *deprecated_note;
	int (*check)(const char *text, struct error *err); /* refuses a STRING or an ARRAY's text that cannot be (bare reason), or NULL */
	const char *gate;      /* the option is there only where this environment variable is "true"; NULL: always */
	const char *variable;  /* environment variable that is the default when it is set, or NULL (STRING only) */
	const char *bare;      /* value when written without "=" (--dry-run: "unchanged"); NULL: one is needed (BOOL: "true") */
};

#define OPTION_ARG(name) .rare = &(const struct option_rare){.arg = name}

/* There are hundreds of them: a field here is some kilobytes of the program. */
struct option {
	const char *name;      /* "output"; a row with NULL ends a list */
	char shorthand;        /* 'o', or 0 */
	enum option_type type : 8;
	unsigned flags : 8;
	struct completion complete;
	const char *fallback;  /* default as text ("$HOME/…" is the user's); NULL: "", "false", "0", "0s", none */
	const char *help;      /* one sentence, our own words */
	const struct option_rare *rare; /* or NULL */
};

/* A positional argument, for usage and completion; the last row repeats when repeats is set. */
struct argument {
	const char *name;
	bool repeats;
	struct completion complete;
};

struct invocation;

enum command_group {
	GROUP_BASIC_BEGINNER, GROUP_BASIC_INTERMEDIATE, GROUP_DEPLOY, GROUP_CLUSTER, GROUP_TROUBLESHOOTING,
	GROUP_ADVANCED, GROUP_SETTINGS, GROUP_OTHER, GROUP_OWN /* kubec's own commands */,
	GROUP_PLUGIN /* plug-ins on PATH */, GROUP_HIDDEN,
};

struct command {
	const char *name;
	const char *aliases;             /* comma-separated, or NULL */
	const char *summary;             /* one line, no full stop */
	const char *description;         /* paragraphs, or NULL for the summary */
	const char *examples;            /* as in help: "  # comment\n  kubec …", or NULL */
	const char *usage;               /* what follows the command's path in the usage line; NULL: "[flags]" or "SUBCOMMAND" */
	const struct option *const *options; /* NULL-ended list of NULL-ended tables, or NULL */
	const struct argument *arguments;    /* ends with a NULL name, or NULL */
	const struct command *const *subcommands; /* NULL-ended, or NULL */
	/*
	 * Does the work. 0 on success; otherwise err says what went wrong and
	 * main prints it, or (err untouched) everything was reported already through
	 * report_error() and invocation.exit_status is set.
	 */
	int (*run)(struct invocation *inv, struct error *err);
	enum command_group group; /* of a top-level command */
	int failure_status; /* exit status of its failures, wrong options among them; 0 means 1 */
	bool keeps_order; /* -o json shows fields in the API's order, as kubectl does where it knows the type; else sorted */
	bool plain_operation; /* "x patched" stays without a note of --dry-run, as in kubectl */
	bool own;         /* kubec's own command, not kubectl's */
	bool keep_args;   /* everything after the first argument belongs to it (exec, plug-ins): options end there */
	bool raw_args;    /* every word is an argument, also those that look like options (__complete) */
	bool raw_output;  /* what it prints goes to a terminal byte for byte, control sequences too (logs, exec) */
	bool help_on_err; /* without run: called bare, its help goes to stderr (kubectl's habit for most groups) */
};

/* From the root (its name is the program's) down to a command. */
#define COMMAND_DEPTH 8
struct command_path {
	const struct command *steps[COMMAND_DEPTH];
	size_t depth; /* at least 1 once it is filled */
};

static inline const struct command *command_path_last(const struct command_path *p)
{
	return p->steps[p->depth - 1];
}

/* Appends "kubec create deployment". */
void command_path_text(struct buf *out, const struct command_path *p);

/* The subcommand of this name or alias, or NULL. */
const struct command *command_find(const struct command *c, const char *name);

/*
 * Names of c's subcommands that are near a mistyped one (two edits away at
 * most, kubec's own one, or beginning with it), in the order of the table. The vec's strings
 * are borrowed.
 */
void command_suggest(const struct command *c, const char *typed, struct vec *ret_names);

/* Walks the options of a command, the global ones last; NULL ends the walk. Start with {.command = c}. */
struct option_walk {
	const struct command *command;
	size_t table, row;
	bool local_only;
};
const struct option *option_next(struct option_walk *w);

/* The option of this long name (n bytes; "_" counts as "-"), global ones too; NULL: none. */
const struct option *option_find(const struct command *c, const char *name, size_t n);

/* The text of an option's default on this machine, "" when there is none; free() it. */
char *option_fallback(const struct option *o);

/* The value of an option that is written without "=" and a word; NULL when it needs one. Static. */
const char *option_bare(const struct option *o);

/* How help shows a default: "''", "[]", "false", "500". */
void option_default_text(struct buf *out, const struct option *o);
/* What an option takes, as help and man pages name it: "string", "ints", the row's arg. */
const char *option_arg_name(const struct option *o);

/* Options every command takes (cli/globals.c). */
extern const struct option global_options[];

#endif
