#ifndef KUBEC_KUBE_TARGETS_H
#define KUBEC_KUBE_TARGETS_H

#include "kube/manifest.h"
#include "kube/mapper.h"

/*
 * What a command works on: resource arguments in every form, or files, with
 * kubectl's rules and words (cli-runtime's resource.Builder).
 *   pods | po x y | pod/x svc/y | deploy,svc | deploy,svc x | deployments.v1.apps/x | all
 *   -l SELECTOR | --field-selector | --all | -A | -f FILES -R
 */
struct target_options {
	const struct vec *args;  /* words after the verb */
	const struct vec *files; /* -f, or NULL */
	struct kustomize_options kustomize; /* -k; its root is NULL without */
	const struct buf *text;  /* a manifest that is read instead of files, or NULL */
	const char *text_name;   /* what messages call it */
	bool recursive;
	FILE *in;
	const char *namespace; /* effective namespace */
	bool namespace_given;  /* an object of another namespace is then an error */
	bool enforce_namespace;
	bool all_namespaces;  /* -A */
	const char *selector; /* -l, or NULL */
	const char *field_selector;
	bool all;          /* --all */
	bool list_by_type; /* a bare type means all of them (get, describe) */
	const char *default_type; /* "pods" for logs and exec, or NULL */
	int64_t chunk_size;
	const char *subresource;
	bool validate;       /* see manifest_options */
	struct validation *validation; /* likewise */
	bool single_type;    /* more than one type is an error (watches) */
	bool defines_types;  /* the manifests' CustomResourceDefinitions will be there before objects of their types are sent */
	bool looks;          /* targets_fetch(): who only looks is told first what is wrong with the manifests, and every object has a name */
	bool typed;          /* built-in kinds alone: files of other kinds are refused before the server is asked about them */
	bool local;          /* files stand for themselves: no server is asked about kinds, no namespace is settled */
	bool unsent;         /* a dry run of the client: an object without an apiVersion is then of the core group */
	const char *doing;   /* what messages about a manifest's object say was tried ("creating"), or NULL */
	const char *program; /* what usage errors call us; NULL: "kubec" */
};

/* True when the objects come from manifests: -f or -k. */
static inline bool targets_from_files(const struct target_options *o)
{
	return (o->files && o->files->len) || o->kustomize.root;
}

/* One thing to work on: an object by name, or (name NULL) a list of a type. */
struct target {
	const struct resource *resource;
	char *namespace;          /* NULL for cluster-scoped */
	bool namespace_defaulted; /* the manifest did not say it */
	char *name;               /* NULL: list by selectors */
	cJSON *object;            /* from a manifest or after targets_fetch(); or NULL */
	char *source;             /* where a manifest stood; NULL for arguments */
	size_t errors_before;     /* how many of the errors of targets_resolve() or targets_fetch() were met before it */
	void *data;               /* what a verb keeps beside it; the verb's own */
};
void target_free(struct target *t);

/*
 * Resolves without asking for objects (requests only for unknown types). What
 * is wrong with the words, or with all of it, fails (ERROR_OTHER) in kubectl's words:
 *   You must provide one or more resources by argument or filename. …
 *   there is no need to specify a resource type as a separate argument when passing arguments in resource/name form …
 *   name cannot be provided when a selector is specified
 *   resource(s) were provided, but no name was specified   …
 * What is wrong with one object of a manifest (or several things at once) goes to ret_errors.
 * A manifest's object gets its namespace; one that is filtered out by selector is left out.
 */
int targets_resolve(struct mapper *m, const struct target_options *o, struct vec *ret_targets /* struct target * */,
                    struct vec *ret_errors, struct error *err);

/*
 * The same, then turns lists into their objects and GETs named ones, those of
 * manifests too: what verbs that change live objects (scale, set, rollout, label)
 * start from. One failing object goes to ret_errors and does not hide the others. Named objects
 * are asked for in parallel; the order is kept.
 */
int targets_fetch(struct client *c, struct mapper *m, const struct target_options *o, struct vec *ret_targets,
                  struct vec *ret_errors, struct error *err);

/*
 * GETs the object of one named target (subresource NULL or ""), in t->object.
 * When neither it nor its namespace is there, the error is about the namespace, as in
 * kubectl. A type that this server has in another version is looked up again (t->resource changes).
 */
int target_get(struct client *c, struct mapper *m, struct target *t, const char *subresource, struct error *err);

/*
 * What to say when a named object in ns was not found: err becomes the
 * namespace's own "not found" when that is missing, too (one request); otherwise it stays.
 */
void target_explain_not_found(struct client *c, const char *ns, struct error *err);

/*
 * True when one object is meant: one name was given, or one file (not standard input), whatever it
 * holds. targets and errors are those of targets_resolve() or targets_fetch().
 */
bool targets_single(const struct target_options *o, const struct vec *targets, const struct vec *errors);

/* Gives items of a list their apiVersion and kind, which typed lists leave out. */
void list_complete_items(cJSON *list);

#endif
