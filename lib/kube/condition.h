#ifndef KUBEC_KUBE_CONDITION_H
#define KUBEC_KUBE_CONDITION_H

#include "data/json.h"

/*
 * What kubectl wait waits for:
 *   create | delete                       there is such an object, or no more
 *   condition=NAME[=VALUE]                status.conditions has it with this status (True), seen at the object's present generation
 *   jsonpath={PATH}[=VALUE]               the path leads to one value, or to this one
 */
enum condition_kind { CONDITION_CREATE, CONDITION_DELETE, CONDITION_STATUS, CONDITION_JSONPATH };
struct condition;

/* Fails in kubectl's words: unrecognized condition: "x" … */
int condition_parse(const char *text, struct condition **ret, struct error *err);
void condition_free(struct condition *c);

enum condition_kind condition_kind(const struct condition *c);
/* What was parsed, as it was written. */
const char *condition_text(const struct condition *c);

/*
 * Whether a live object meets it (to a deletion none does). Fails when the path cannot be followed, or
 * leads to more than one value or to an object or list.
 */
int condition_check(const struct condition *c, const cJSON *object, bool *ret_met, struct error *err);

#endif
