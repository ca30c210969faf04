#ifndef KUBEC_CMD_H
#define KUBEC_CMD_H

#include "cli/invocation.h"

/*
 * Every verb exports one descriptor; commands.c lists them in the order that
 * help shows them.
 */
extern const struct command command_root;

/*
 * Says a failure in kubectl's words on inv->err, at once, and makes the exit
 * status 1: for verbs that go on with the next object. The only place that
 * words errors (report.c); main uses it for what run() returns.
 */
void report_error(struct invocation *inv, const struct error *err);

/*
 * Reports each of a vec of struct error * in order. Several are kubectl's
 * aggregate: then those without words of their own go without "error: ". What is wrong with reading manifests
 * comes last, as one error, when there is anything else.
 */
void report_errors(struct invocation *inv, const struct vec *errors);

/* The same where kubectl makes an aggregate of a single one, too (get). */
void report_aggregate(struct invocation *inv, const struct vec *errors);

/*
 * Says a failure to find a resource type without "error: ", as kubectl does where
 * the type is a verb's own argument; any other failure is left as it is. Returns -1.
 */
int report_unknown_type(struct invocation *inv, struct error *err);

/* Appends an error's words; alone: it is the only one (see report_errors). No newline at the end. */
void error_words(struct buf *out, const struct error *err, bool alone);

/*
 * A wrong call in kubectl's manner: the message, then the line
 * "See 'kubec get -h' for help and examples". Returns -1.
 */
int usage_error(const struct invocation *inv, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends a list of words as Go's %v shows it: [a b]. */
void words_text(struct buf *out, const struct vec *words);

/* Appends texts as kubectl joins errors: one as it is, several as [a, b]. */
void words_joined(struct buf *out, const struct vec *words);

/*
 * The version of kubec itself, and of the kubectl that it is compatible with.
 * Scripts compare the latter; kubec's own stands in semver's build metadata.
 */
#define KUBEC_VERSION "0.1.0"
#define KUBECTL_MAJOR "1"
#define KUBECTL_MINOR "36"
#define KUBECTL_RELEASE "v1.36.0"
#define KUBECTL_VERSION KUBECTL_RELEASE "+kubec." KUBEC_VERSION

/*
 * Becomes the plug-in that a line (without the program) names, if there is
 * one; comes back with 0 when there is none. least is how many words its name has at the least.
 */
int plugin_try(int argc, char *const *argv, size_t least, struct error *err);

/* The first words of the plug-ins on PATH that are no commands of root, each once; and their files. */
void plugin_names(const struct command *root, struct map *ret_files /* name to path, owned strings */);

/*
 * What may stand for the last of a line's words, when the words before it begin with a plug-in's: the next word of a
 * plug-in's name, and what kubectl_complete-NAME (or kubec_complete-NAME) on PATH says, which is called with the words that
 * follow the name. False when the line names no plug-in.
 */
struct candidates;
bool plugin_complete(const struct command *root, const struct vec *words, struct candidates *ret);

/* invocation.ask: the prompts of kubectl, for a server that nobody says who they are to. */
int ask_credentials(struct invocation *inv, char **ret_username, char **ret_password, struct error *err);

/* ---- the verbs: one line each here and one in commands.c ------------------ */

extern const struct command command_annotate;
extern const struct command command_api_resources, command_api_versions;
extern const struct command command_apply;
extern const struct command command_auth;
extern const struct command command_autoscale;
extern const struct command command_attach;
extern const struct command command_certificate;
extern const struct command command_cluster_info, command_cluster_info_dump;
extern const struct command command_cordon, command_uncordon;
extern const struct command command_cp;
extern const struct command command_create;
extern const struct command command_debug;
extern const struct command command_delete;
extern const struct command command_describe;
extern const struct command command_diff;
extern const struct command command_drain;
extern const struct command command_edit;
extern const struct command command_events;
extern const struct command command_exec;
extern const struct command command_explain;
extern const struct command command_expose;
extern const struct command command_kuberc;
extern const struct command command_kustomize;
extern const struct command command_label;
extern const struct command command_replace;
extern const struct command command_logs;
extern const struct command command_port_forward;
extern const struct command command_rollout;
extern const struct command command_run;
extern const struct command command_scale;
extern const struct command command_ctx, command_ns;
extern const struct command command_service;
extern const struct command command_set;
extern const struct command command_taint;
extern const struct command command_tree;
extern const struct command command_completion, command_config;
extern const struct command command_complete, command_complete_no_desc;
extern const struct command command_docs, command_surface;
extern const struct command command_get;
extern const struct command command_help;
extern const struct command command_options;
extern const struct command command_patch;
extern const struct command command_plugin;
extern const struct command command_version;
extern const struct command command_top;
extern const struct command command_wait;

#endif
