#ifndef KUBEC_KUBE_DISCOVERY_H
#define KUBEC_KUBE_DISCOVERY_H

#include "kube/client.h"

/* How long what a server said about its types is taken without asking again, in seconds: kubectl's time, too. */
#define DISCOVERY_CACHE_AGE (6 * 60 * 60)

/*
 * What a server serves, in its own order: groups by precedence, the preferred
 * version of each group first. Read from aggregated discovery
 * (apidiscovery.k8s.io/v2, v2beta1) or from the older documents, which are
 * turned into the same shape; kept below the client's cache folder.
 */
struct discovery {
	struct arena arena;         /* holds every string */
	struct resource *resources; /* all versions */
	size_t len;
	struct vec group_versions; /* "apps/v1", borrowed from the arena */
	struct vec failed;         /* "GROUP/VERSION: why" for what could not be read; owned strings */
	bool fresh;                /* the server was asked in this run */
};

/*
 * Gives what the cache holds when it is younger than DISCOVERY_CACHE_AGE, else asks. fresh: asks in any case, with the cached documents' ETags, so that
 * an unchanged answer is not sent again. A part that fails is in failed; fails only when
 * /api or /apis itself does, in kubectl's words.
 */
int discovery_load(struct client *c, bool fresh, struct discovery **ret, struct error *err);
void discovery_free(struct discovery *d);
DEFINE_CLEANUP(struct discovery *, discovery_free);

/* Adds what an APIGroupDiscoveryList lists; document may go away afterwards. */
void discovery_add(struct discovery *d, const cJSON *document);

/* ---- older servers (discovery_legacy.c) ------------------------------------- */

/*
 * Turns an APIVersions or APIGroupList document into an APIGroupDiscoveryList
 * by reading the resource list of every group version, all at the same time. What fails
 * is added to failed (struct vec of strings) and left out. NULL with err set when nothing could be sent.
 */
cJSON *discovery_from_legacy(struct client *c, const cJSON *document, struct vec *failed, struct error *err);

#endif
