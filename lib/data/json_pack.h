#ifndef KUBEC_DATA_JSON_PACK_H
#define KUBEC_DATA_JSON_PACK_H

#include "data/json.h"

/*
 * Keeps many trees that are only read in little memory: they live in one arena,
 * and what comes again (keys, texts, whole objects and lists, as in the Pods of
 * one Deployment) mostly stands there once and is shared.
 */
struct json_pack;

struct json_pack *json_pack_new(void);
void json_pack_free(struct json_pack *p);
DEFINE_CLEANUP(struct json_pack *, json_pack_free);

/*
 * A copy of node, whose descendants are shared and must not be changed. The copy itself is
 * the caller's to link into lists and to unlink; it has no name, and dies with the pack.
 */
cJSON *json_pack_add(struct json_pack *p, const cJSON *node);

#endif
