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
	const struct vec *args;   /* words after the verb */
	const struct vec *files;  /* -f, or NULL */
	bool recursive;
	FILE *in;
	const char *namespace;    /* effective namespace */
	bool namespace_given;     /* an object of another namespace is then an error */
	bool enforce_namespace;
	bool all_namespaces;      /* -A */
	const char *selector;     /* -l, or NULL */
	const char *field_selector;
	bool all;                 /* --all */
	bool list_by_type;        /* a bare type means all of them (get, describe) */
	bool require_object;
	const char *default_type; /* "pods" for logs and exec, or NULL */
	int64_t chunk_size;
	const char *subresource;
};

/* One thing to work on: an object by name, or (name NULL) a list of a type. */
struct target {
	const struct resource *resource;
	char *namespace;  /* NULL for cluster-scoped */
	char *name;       /* NULL: list by selectors */
	cJSON *object;    /* from a manifest or after target_fetch(); or NULL */
	char *source;     /* where a manifest stood; NULL for arguments */
};
void target_free(struct target *t);

/*
 * Resolves without asking for objects (requests only for unknown types). Usage
 * errors come in kubectl's words:
 *   You must provide one or more resources by argument or filename. …
 *   there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'
 *   name cannot be provided when a selector is specified
 *   resource(s) were provided, but no name was specified   …
 */
int targets_resolve(struct mapper *m, const struct target_options *o, struct vec *ret_targets /* struct target * */,
		    struct vec *ret_errors, struct error *err);

/*
 * The same, then turns lists into their objects and GETs named ones: what
 * verbs that change live objects (scale, set, rollout, label) start from. One
 * failing object goes to ret_errors and does not hide the others. In flight in parallel, kept in order.
 */
int targets_fetch(struct client *c, struct mapper *m, const struct target_options *o,
		  struct vec *ret_targets, struct vec *ret_errors, struct error *err);

#endif
