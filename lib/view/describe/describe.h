#ifndef KUBEC_VIEW_DESCRIBE_H
#define KUBEC_VIEW_DESCRIBE_H

#include "kube/client.h"

/*
 * Describes objects for people as kubectl does (k8s.io/kubectl/pkg/describe):
 * kinds of the table (kinds.c) field by field, any other in the generic way,
 * together with what belongs to an object: its events, Pods, ReplicaSets ….
 */
struct describe_options {
	bool events;        /* --show-events */
	int64_t chunk_size; /* of the lists that are asked for; 0: one page */
};

/*
 * Starts a description: asks (client_start) for whatever else it needs, so
 * that many descriptions wait together in one client_run(). object is borrowed and
 * must outlive the description. An object in a version that lacks fields which are
 * shown is asked for again, in another version, at once.
 */
struct describe;
struct describe *describe_start(struct client *c, const struct resource *r, const cJSON *object,
                                const struct describe_options *o);

/*
 * Appends the text, once client_run() is through. Fails with the error of a
 * request that the description cannot do without.
 */
int describe_finish(struct describe *d, struct buf *out, struct error *err);

void describe_free(struct describe *d);
DEFINE_CLEANUP(struct describe *, describe_free);

#endif
