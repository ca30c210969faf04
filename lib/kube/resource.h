#ifndef KUBEC_KUBE_RESOURCE_H
#define KUBEC_KUBE_RESOURCE_H

#include "data/json.h"

/* One resource type of a server, as discovery describes it. Strings live as long as their source (table or discovery).
 */
struct resource {
	const char *group; /* "" for the core group */
	const char *version;
	const char *name;     /* plural: "deployments" */
	const char *singular; /* "deployment"; "" when an old server does not say */
	const char *kind;
	const char *short_names;  /* "deploy" or "po,pod"; comma-separated, "" for none */
	const char *categories;   /* "all", comma-separated, "" for none */
	const char *verbs;        /* "create,delete,get,list,…" */
	const char *subresources; /* "scale,status", "" for none */
	bool namespaced;
	const char *storage_hash; /* storageVersionHash of older documents; NULL or "" without */
};

/* "apps/v1", "v1" */
void resource_api_version(struct buf *out, const struct resource *r);
/* "deployments.apps", "pods": how messages name a resource with its group (kubectl's GroupResource.String) */
void resource_group_name(struct buf *out, const struct resource *r);
/* "deployment.apps/x": how -o name and "created" lines name an object */
void resource_object_name(struct buf *out, const struct resource *r, const char *name);
bool resource_has_verb(const struct resource *r, const char *verb);
bool resource_has_category(const struct resource *r, const char *category);
bool resource_has_short_name(const struct resource *r, const char *short_name);
bool resource_same(const struct resource *a, const struct resource *b); /* group, version and name */

/*
 * What every request must check first (client-go's words, ERROR_OTHER): a namespace or name that is
 * "." or "..", or holds "/" or "%", or an empty name, would make the path of something else; without
 * a name DELETE means the whole collection. ns may be NULL or "" (none). name NULL: a list, or an
 * object that is not there yet; who means one object passes "" instead of NULL.
 */
int resource_check_path(const char *ns, const char *name, struct error *err);

/*
 * The URL path: /api/v1/namespaces/NS/pods/NAME/SUB. NULL or "" leaves a part out; ns is
 * ignored for cluster-scoped resources, NULL ns lists all namespaces.
 */
void resource_path(struct buf *out, const struct resource *r, const char *ns, const char *name,
                   const char *subresource);

/*
 * The built-in kinds, newest served version first, in kubectl's order of precedence.
 * Ends with a row whose name is NULL. A row may be missing on an old server: the 404 that
 * then comes makes callers ask discovery (see mapper.h).
 */
extern const struct resource builtin_resources[];
const struct resource *builtin_core(const char *name); /* its row of this name in the core group, which there is */

#endif
