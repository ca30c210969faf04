#ifndef KUBEC_KUBE_MAPPER_H
#define KUBEC_KUBE_MAPPER_H

#include "kube/client.h"

/*
 * From what people write ("po", "deploy.v1.apps", "Deployment") to a resource.
 * Built-in kinds are answered from the table without a request; anything else
 * from discovery (aggregated, or legacy on old servers), kept on disk
 * with its ETag. An unknown name makes one fresh look before it is an error.
 */
struct mapper;

int mapper_new(struct client *c, struct mapper **ret,
               struct error *err); /* no request; c must outlive it; c may be NULL (offline: built-ins only) */
void mapper_free(struct mapper *m);
DEFINE_CLEANUP(struct mapper *, mapper_free);

/*
 * A resource by argument: plural, singular, short name, RESOURCE.GROUP or
 * RESOURCE.VERSION.GROUP, any letter case. The result lives as long as the mapper.
 * Fails in kubectl's words: the server doesn't have a resource type "x" (ERROR_OTHER).
 */
int mapper_find(struct mapper *m, const char *argument, const struct resource **ret, struct error *err);

/* True when the argument is answered from the table: no request, and no category. */
bool mapper_is_builtin(const struct mapper *m, const char *argument);

/*
 * A resource by an object's apiVersion and kind. Fails in kubectl's words:
 *   no matches for kind "X" in version "g/v"   (callers add: resource mapping not found for name: …)
 */
int mapper_find_kind(struct mapper *m, const char *api_version, const char *kind, const struct resource **ret,
                     struct error *err);

/*
 * Takes the types from a CustomResourceDefinition (an object of any other kind is passed over) that is about to be
 * made: mapper_find_kind() then knows them, whether the server does by now or not.
 */
void mapper_learn(struct mapper *m, const cJSON *definition);

/* The same without asking anybody: a kind that is not built in is taken as the object tells it. Lives as long as m. */
const struct resource *mapper_local_kind(struct mapper *m, const char *api_version, const char *kind);

/* The resources of a category ("all"), discovery's order; empty when there is no such category. */
int mapper_category(struct mapper *m, const char *category, struct vec *ret_resources, struct error *err);

/*
 * Call this when the server answered 404 "the server could not find the
 * requested resource" for r: drops the table's word for this kind, asks discovery and
 * gives what serves it now (another version, on old servers). Fails with err as it was when
 * discovery lists r itself; with "the server doesn't have a resource type" when nothing does.
 */
int mapper_refresh(struct mapper *m, const struct resource *r, const struct resource **ret, struct error *err);

/* Everything discovery lists (struct resource *), group by group in the server's order; fresh: past the cache. */
int mapper_all(struct mapper *m, bool fresh, struct vec *ret_resources, struct error *err);
/* Fails in kubectl's words when discovery could not read every group version; asks nothing. */
int mapper_complete(const struct mapper *m, struct error *err);
/* Group versions ("apps/v1"), for api-versions. */
int mapper_group_versions(struct mapper *m, bool fresh, struct vec *ret_strings, struct error *err);

#endif
