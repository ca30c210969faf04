#ifndef KUBEC_CMD_OBJECTS_H
#define KUBEC_CMD_OBJECTS_H

#include "cmd.h"

/* What the verbs that send objects share. */

/* The row of --field-manager, whose default each verb has its own of. */
#define OPTION_FIELD_MANAGER(default_name)                               \
	{                                                                \
		"field-manager", .type = OPTION_STRING, .fallback = default_name, \
		.help = "Name under which the server records who owns the fields." \
	}

/*
 * The query of a request that changes something, from --field-manager,
 * --validate and --dry-run as far as the command has them.
 * manager: NULL takes --field-manager's value. Fails with ERROR_USAGE.
 */
int change_query(struct invocation *inv, const char *manager, struct buf *out, struct error *err);

/* invocation_targets() for verbs that have --validate: manifests are checked as it says. */
int change_targets(struct invocation *inv, struct target_options *ret, struct error *err);

/* What checks manifests as --validate says, borrowed; NULL with --validate=ignore. */
int change_validation(struct invocation *inv, struct validation **ret, struct error *err);

/* True with --dry-run=client. */
bool dry_run_client(struct invocation *inv);

/*
 * kubectl asks a server about types (and about their fields, to check them) before it sends
 * the first object of a manifest, so that is where a server that cannot be reached shows itself. True when
 * err is of that kind (the first request of all got no answer): it then says so, and nothing else
 * needs to be tried. validates: fields are to be checked.
 */
bool manifest_unreachable(struct invocation *inv, const struct target *t, bool validates, struct error *err);

/* Says which manifest an error came from: error when creating "x.yaml": … (nothing without a source). */
int error_add_source(struct error *err, const char *doing, const char *source);

/* Says that what was changed (or would be) is on its way out. */
void warn_if_deleting(struct invocation *inv, const cJSON *object);

/*
 * The patch from current to modified cannot be computed: err tells why, and gets kubectl's words around it.
 * kubectl tries a strategic one by the server's OpenAPI documents (v3 where there is one, then v2) and then
 * by what it knows itself, and tells each failure. Returns -1.
 */
int patch_uncomputable(struct invocation *inv, const cJSON *modified, const cJSON *current, bool strategic,
		       struct error *err);

/* Puts text before a failure and makes it plain: what follows "error: " is then all there is to say. Returns -1. */
int error_wrap(struct error *err, const char *prefix);

/* Takes away what yaml_parse() puts before the reader's own words, where kubectl converts nothing. Returns -1. */
int error_bare_yaml(struct error *err);

/* --raw: sends a file (NULL: nothing, "-": standard input) to a path and prints the answer as it comes. */
int send_raw_file(struct invocation *inv, const char *method, const char *path, const char *file, struct error *err);

/* Appends "-" and five letters as Kubernetes makes them for generated names: no vowels, no look-alikes. */
void add_random_suffix(struct buf *name);

/* True for one of three words, and for "". */
bool is_choice(const char *text, const char *a, const char *b, const char *c);

/* An object in errors: "Resource: …, GroupVersionKind: …\nName: …, Namespace: …". */
void target_describe(struct buf *out, const struct target *t);

/* The one positional argument; words after "--" do not count. ERROR_USAGE otherwise. */
int single_name(struct invocation *inv, const char **ret_name, struct error *err);

/*
 * A verb takes no words: "Unexpected args: [a b]".
 */
int no_words(struct invocation *inv, struct error *err);

/* kubectl's word list of -f and -k commands: must specify one of -f and -k. */
int files_required(struct invocation *inv, struct error *err);

/* Prints by a printer made for this one operation. */
int print_operation(struct invocation *inv, const char *operation, const struct resource *r, const cJSON *object,
		    struct error *err);

/*
 * Makes *target's resource what the server serves instead, after error_is_unknown_type(); 0: try again.
 * Otherwise err tells that there is no such type or kind, or stays when the server does list it.
 */
int target_remap(struct invocation *inv, struct target *t, struct error *err);

#endif
