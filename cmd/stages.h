#ifndef KUBEC_CMD_STAGES_H
#define KUBEC_CMD_STAGES_H

#include "objects.h"

/*
 * In which order objects have to be worked on, where several are at a time: the stage of each of
 * targets (struct target *), for each_run(); the caller frees it.
 *
 * To create: Namespaces and CustomResourceDefinitions first, then what others name when they are made
 * (ServiceAccounts, Roles); the rest together, but for kinds that change how a server takes whatever comes
 * after them (webhooks, LimitRanges, default classes): these keep their place in the order of the input.
 */
unsigned *stages_to_create(const struct vec *targets);

/* To delete: the order of the input wherever a Namespace or a CustomResourceDefinition stands, whose end takes others with it. */
unsigned *stages_to_delete(const struct vec *targets);

/*
 * Called when a Namespace or CustomResourceDefinition of targets was made: waits until the server takes
 * those of targets that need it, half a minute at the most. When it gives up nothing is said: what is refused then says why.
 */
int stage_settle(struct client *c, const struct vec *targets, const struct target *made, struct error *err);

#endif
