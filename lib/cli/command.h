#ifndef KUBEC_CLI_COMMAND_H
#define KUBEC_CLI_COMMAND_H

#include "base/base.h"

/*
 * The one description of a command. The parser, --help, "kubec options", usage
 * errors, man pages, shell completion and the parity test all read it.
 */

enum option_type {
	OPTION_BOOL,     /* --watch, --watch=false */
	OPTION_STRING,
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
};

/* What completes an argument or an option's value. NONE: nothing; FILES: the shell's file names. */
enum complete_kind {
	COMPLETE_NONE, COMPLETE_FILES, COMPLETE_DIRS, COMPLETE_WORDS /* the row's words */,
	COMPLETE_RESOURCES /* types */, COMPLETE_RESOURCE_NAMES /* TYPE NAME | TYPE/NAME … */,
	COMPLETE_NAMES /* names of the row's type */, COMPLETE_NAMESPACES, COMPLETE_CONTEXTS,
	COMPLETE_CLUSTERS, COMPLETE_USERS, COMPLETE_CONTAINERS, COMPLETE_POD_OR_WORKLOAD,
	COMPLETE_COMMANDS,
};
struct completion {
	enum complete_kind kind;
	const char *words; /* WORDS: "json,yaml"; NAMES: the type ("deployments") */
};

struct option {
	const char *name;      /* "output"; a row with NULL ends a list */
	char shorthand;        /* 'o', or 0 */
	enum option_type type;
	const char *fallback;  /* default as text; NULL: "", "false", "0", "0s", none */
	const char *arg;       /* its name in help: "FORMAT"; NULL: by type as kubectl shows ("string", "strings", "int", "duration") */
	const char *help;      /* one sentence, our own words */
	const char *bare;      /* value when written without "=" (--dry-run → "unchanged", --cascade …); NULL: a value is needed; booleans: "true" */
	struct completion complete;
	unsigned flags;
	const char *deprecated_note;
};

/* A positional argument, for usage and completion; the last row repeats when repeats is set. */
struct argument {
	const char *name;
	struct completion complete;
	bool repeats;
};

struct invocation;

enum command_group {
	GROUP_BASIC_BEGINNER, GROUP_BASIC_INTERMEDIATE, GROUP_DEPLOY, GROUP_CLUSTER, GROUP_TROUBLESHOOTING,
	GROUP_ADVANCED, GROUP_SETTINGS, GROUP_OTHER, GROUP_OWN /* kubec's own commands */, GROUP_HIDDEN,
};

struct command {
	const char *name;
	const char *aliases;             /* comma-separated, or NULL */
	enum command_group group;        /* of a top-level command */
	const char *summary;             /* one line, no full stop */
	const char *description;         /* paragraphs, or NULL for the summary */
	const char *examples;            /* as in help: "  # comment\n  kubec …", or NULL */
	const char *usage;               /* what follows the command's path in the usage line: "(TYPE NAME | TYPE/NAME) [flags]"; NULL: " [flags]" and so on */
	const struct option *const *options; /* NULL-ended list of NULL-ended tables, or NULL */
	const struct argument *arguments;    /* ends with a NULL name, or NULL */
	const struct command *const *subcommands; /* NULL-ended, or NULL */
	/*
	 * Does the work. 0 on success; otherwise err says what went wrong and
	 * main prints it, or (err untouched) everything was reported already through
	 * report_error() and invocation.exit_status is set.
	 */
	int (*run)(struct invocation *inv, struct error *err);
	bool own;         /* kubec's own command, not kubectl's */
	bool keep_args;   /* everything after the first argument belongs to it (exec, plug-ins): options end there */
};

/* Options every command takes (cli/globals.c). */
extern const struct option global_options[];

#endif
