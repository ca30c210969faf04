#ifndef KUBEC_KUBE_PODS_H
#define KUBEC_KUBE_PODS_H

#include "kube/client.h"

/* From what people name (a Pod, a workload, a Service) to Pods and their containers (kubectl's polymorphichelpers, podcmd). */

/*
 * Appends the label selector of the Pods behind an object. Fails with ERROR_OTHER in kubectl's words, "" for doing or what
 * kubectl puts before them ("cannot attach to", "cannot get the logs from").
 */
int pods_selector(const struct resource *r, const cJSON *object, const char *doing, struct buf *out, struct error *err);

/* Which Pod comes first. */
enum pods_order {
	PODS_ACTIVE,  /* what can be worked with: running, ready for long (exec, attach, port-forward) */
	PODS_LOGGING, /* the same without a look at deletion (logs) */
};

/*
 * Lists the Pods of a selector, the first to be taken in front. Where there is none yet, waits until timeout (nanoseconds) for
 * one: ERROR_TIMEOUT. *ret is a PodList.
 */
int pods_list(struct client *c, const char *ns, const char *selector, int64_t timeout, enum pods_order order, cJSON **ret,
	      struct error *err);

/* The row of Pods; it lives for ever. */
const struct resource *pods_resource(void);

/* A container of any kind by its name, or NULL. *ret_list, when not NULL, is the field of the spec that it stands in. */
const cJSON *pod_container(const cJSON *pod, const char *name, const char **ret_list);

/* "app, sidecar, dbg (ephem), init (init)" */
void pod_container_names(const cJSON *pod, struct buf *out);

/* The container that an annotation of the Pod makes its default, or NULL. */
const char *pod_default_container(const cJSON *pod);

/* True when there is more than one container of any kind. */
bool pod_has_choice(const cJSON *pod);

#endif
