#ifndef KUBEC_CMD_APPLY_MIGRATE_H
#define KUBEC_CMD_APPLY_MIGRATE_H

#include "objects.h"

/*
 * After a server-side apply of an object that client-side apply made: lets the
 * default manager own what the client-side one owned, so that fields which the manifest no longer
 * has go away. At most three more requests, none where there is nothing to do. t->object is
 * what the server holds, before and after. body and query are those of the apply, which is
 * sent once more. What fails is a warning on stderr; the next apply tries again.
 */
void apply_migrate(struct invocation *inv, struct client *c, struct target *t, const char *body, const char *query);

#endif
