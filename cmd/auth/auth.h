#ifndef KUBEC_CMD_AUTH_H
#define KUBEC_CMD_AUTH_H

#include "cmd.h"

extern const struct command command_auth_can_i, command_auth_reconcile, command_auth_whoami;

/* Sends a review, an object that is answered and not kept, to where its resource is made. */
int auth_review(struct invocation *inv, const struct resource *r, const cJSON *review, cJSON **ret, struct error *err);

#endif
