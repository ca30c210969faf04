#ifndef KUBEC_CLI_ARGS_H
#define KUBEC_CLI_ARGS_H

#include "cli/command.h"

/*
 * A parsed command line: values of options by name, and the words that are
 * left. Asking for an option that the command does not describe, or by the
 * wrong type, is a bug and aborts.
 */
struct args;

/*
 * Finds the command (descending into subcommands, aliases known) and parses
 * options wherever they stand, as pflag does. root's subcommands are the verbs
 * and its name is the program's. argv is without the program.
 *
 * ERROR_USAGE in kubectl's words: unknown flag: --x; unknown shorthand flag: 'z' in -z;
 * flag needs an argument: --x; invalid argument "x" for "--replicas" flag: …, each followed by
 * the line "See 'kubec get --help' for usage."; and unknown command "x" for "kubec", with names that are near.
 *
 * *ret_path is filled in any case, with the command that was reached. notes,
 * when not NULL, receives lines about deprecated options (strings).
 */
int args_parse(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
	       struct args **ret, struct vec *notes, struct error *err);

/*
 * The first half alone: the command that a line names, and the words that are
 * left for it in rest (borrowed from argv). Returns the word that names no command of the program, or NULL.
 */
const char *args_find_command(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
			      struct vec *rest);

/*
 * The whole of it for a line that is still being typed: what is wrong is
 * passed over. *ret_pending is the option that the next word is the value of, or NULL.
 */
void args_parse_partial(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
			struct args **ret, const struct option **ret_pending);

void args_free(struct args *a);
DEFINE_CLEANUP(struct args *, args_free);

/* True when the command describes this option; shared helpers ask before they read. */
bool args_knows(const struct args *a, const char *option);
/* True when a global option means what it means everywhere; false where the command has its own of that name. */
bool args_is_global(const struct args *a, const char *option);
bool args_help(const struct args *a); /* --help or -h was given */

/* ERROR_USAGE when a required option was not given: required flag(s) "a", "b" not set. */
int args_check_required(const struct args *a, struct error *err);

bool args_changed(const struct args *a, const char *option); /* given on the command line (or by kuberc) */
bool args_bool(const struct args *a, const char *option);
const char *args_string(const struct args *a, const char *option); /* never NULL; "" when not given and without default */
int64_t args_int(const struct args *a, const char *option);
int64_t args_duration(const struct args *a, const char *option); /* nanoseconds */
const struct vec *args_list(const struct args *a, const char *option); /* strings */
/* Sets as if it were given (kuberc defaults: only when not changed; bad value → ERROR_USAGE). */
int args_set(struct args *a, const char *option, const char *value, struct error *err);

const struct vec *args_words(const struct args *a); /* positional arguments, strings */
/* The options of the command line in its order, as "--name=value" whatever way they were written; strings. */
const struct vec *args_given(const struct args *a);
/* Words before "--" (pflag ArgsLenAtDash); -1 without "--". */
int args_dash(const struct args *a);

#endif
