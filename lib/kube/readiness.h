#ifndef KUBEC_KUBE_READINESS_H
#define KUBEC_KUBE_READINESS_H

#include "kube/client.h"

/* Whether what was applied works, by what the server says of it. */

enum readiness {
	READINESS_READY,   /* also of kinds that have nothing to become */
	READINESS_WAITING,
	READINESS_UNKNOWN, /* of a custom resource: it has no Ready condition, which may still come */
	READINESS_FAILED,  /* it will not become ready by itself */
};

/*
 * Rollouts of Deployments, StatefulSets and DaemonSets are complete, Jobs too, replicas and Pods ready,
 * PersistentVolumeClaims bound, CustomResourceDefinitions established, APIServices available; custom resources
 * by their Ready condition. Appends what is missing or went wrong, one line without its end.
 */
enum readiness readiness_of(const struct resource *r, const cJSON *object, struct buf *text);

/* What keeps a Pod from running. Texts are the Pod's. */
struct pod_trouble {
	const char *container; /* NULL: the Pod as a whole */
	const char *reason;    /* "CrashLoopBackOff" */
	const char *message;   /* or NULL */
	bool lasting;          /* waiting alone will not help */
	bool has_log;          /* the container has run and ended */
};
bool pod_trouble(const cJSON *pod, struct pod_trouble *ret);

/*
 * Finds a Pod in trouble among those of a workload's newest revision (of a Pod: itself), lasting trouble
 * first. One to two requests. *ret_pod (the caller's) is NULL when all is well; trouble points into it.
 */
int readiness_find_trouble(struct client *c, const struct resource *r, const cJSON *object, cJSON **ret_pod,
			   struct pod_trouble *ret_trouble, struct error *err);

#endif
