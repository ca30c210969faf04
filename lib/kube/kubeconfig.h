#ifndef KUBEC_KUBE_KUBECONFIG_H
#define KUBEC_KUBE_KUBECONFIG_H

#include "data/json.h"

/*
 * The merged kubeconfig, as client-go merges it: KUBECONFIG's list (the first
 * file that sets a value wins; missing files are skipped), or one explicit file, or
 * ~/.kube/config. Trees keep fields that kubec does not know. Relative paths
 * are resolved against the file they stand in.
 */
struct kubeconfig_overrides { /* the global options; NULL: not given */
	const char *kubeconfig, *context, *cluster, *user, *namespace;
	const char *server, *token, *username, *password;
	const char *client_certificate, *client_key, *certificate_authority;
	const char *tls_server_name, *proxy_url, *as, *as_uid;
	const struct vec *as_groups, *as_user_extra; /* strings; "key=value" */
	bool insecure_skip_tls_verify, insecure_given, disable_compression, disable_compression_given;
	int64_t request_timeout; /* nanoseconds, 0: none */
	/*
	 * Asks the person for a name and a password when nothing says who is
	 * speaking over TLS; texts to free(). NULL: nobody is asked.
	 */
	int (*ask)(void *ctx, char **ret_username, char **ret_password, struct error *err);
	void *ask_ctx;
	const struct exec_policy *exec_policy; /* which credential plug-ins may run (net/exec_policy.h); NULL: all */
};

struct kubeconfig;

/* Reads and merges. A broken file fails with ERROR_CONFIG naming it (and the line). No file at all is an empty config. */
int kubeconfig_load(const struct kubeconfig_overrides *o, struct kubeconfig **ret, struct error *err);
/* The same, but a file named by --kubeconfig may be missing: it will be made. */
int kubeconfig_load_for_edit(const struct kubeconfig_overrides *o, struct kubeconfig **ret, struct error *err);
void kubeconfig_free(struct kubeconfig *k);
DEFINE_CLEANUP(struct kubeconfig *, kubeconfig_free);

/* The merged tree ({apiVersion, kind, clusters: [{name, cluster}], …}); owned by k. */
const cJSON *kubeconfig_tree(const struct kubeconfig *k);
const char *kubeconfig_current_context(const struct kubeconfig *k); /* "" when none; overrides not applied */

/* Names of contexts, clusters or users ("contexts", …), sorted; for completion and config get-*. */
void kubeconfig_names(const struct kubeconfig *k, const char *list, struct vec *ret_names);

/* A path that may be relative to the file that an entry of a list came from. free() it. */
char *kubeconfig_path(const struct kubeconfig *k, const char *list, const char *name, const char *path);

/* The entry of a name in a list of a tree (list: "contexts", "clusters" or "users"); NULL without one. Borrowed. */
cJSON *kubeconfig_entry(const cJSON *tree, const char *list, const char *name);

/*
 * Everything needed to talk to one server, after overrides, with files
 * read. Owned by the caller; kubeconfig_server_release().
 */
struct kubeconfig_server {
	char *context;   /* name, may be "" */
	char *server;    /* URL without a trailing slash; http://localhost:8080 when nothing is configured */
	char *ca_pem, *cert_pem, *key_pem, *tls_server_name, *proxy_url;
	char *namespace; /* effective: flag, context, in-cluster, "default" */
	bool namespace_given;  /* by the -n flag */
	bool insecure, disable_compression;
	bool identity_in_files; /* certificate and key are files, not data */
	bool configured; /* false: nothing named a server */
	struct credentials *credentials;
};
void kubeconfig_server_release(struct kubeconfig_server *s);

/*
 * Resolves context, cluster and user (flags over file), falls back to the
 * in-cluster service account when nothing is configured. ERROR_CONFIG in kubectl's words:
 *   error: context "x" does not exist
 *   error: cluster "x" does not exist …
 */
int kubeconfig_resolve(const struct kubeconfig *k, struct kubeconfig_server *ret, struct error *err);

/*
 * Only the namespace (no files read): what -n, the context or "default" says.
 * free() the result.
 */
int kubeconfig_namespace(const struct kubeconfig *k, char **ret, bool *ret_given, struct error *err);

/* ---- changing ------------------------------------------------------------ */

/*
 * Changes the files: edit gets the merged tree and changes it; what it changed
 * is written to the file each entry came from (new entries to the first or default file), under
 * client-go's lock (FILE.lock, O_EXCL), atomically, unknown fields and mode kept (new: 0600).
 */
typedef int kubeconfig_edit_fn(cJSON *config, void *ctx, struct error *err);
int kubeconfig_edit(const struct kubeconfig_overrides *o, kubeconfig_edit_fn *edit, void *ctx, struct error *err);

/* The file that a new entry would go to (kubectl's GetDefaultFilename); free() it. */
char *kubeconfig_default_file(const struct kubeconfig_overrides *o);

#endif
