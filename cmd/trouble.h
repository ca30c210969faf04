#ifndef KUBEC_CMD_TROUBLE_H
#define KUBEC_CMD_TROUBLE_H

#include "kube/readiness.h"

/*
 * Tells a Pod's trouble: pod "web-1", container "app": CrashLoopBackOff: …, and below it the last lines that a
 * container wrote before it ended. No newline at the end. One request where there is a log.
 */
void trouble_tell(struct buf *out, struct client *c, const cJSON *pod, const struct pod_trouble *t);

/*
 * Looks for a workload's Pod in trouble and tells it; false when there is none, or it cannot be found out.
 * lasting: nothing that may pass by itself counts.
 */
bool trouble_find(struct buf *out, struct client *c, const struct resource *r, const cJSON *object, bool lasting);

#endif
