#ifndef KUBEC_CMD_SET_LOCAL_H
#define KUBEC_CMD_SET_LOCAL_H

#include "live.h"

/*
 * Makes an object read from a file look as --local prints it: without the
 * namespace that the manifest does not say, and with the members that Kubernetes' own
 * types write even when they are empty.
 */
void local_complete(struct target *t);

#endif
