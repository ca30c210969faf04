#ifndef KUBEC_VIEW_POLICY_RULES_H
#define KUBEC_VIEW_POLICY_RULES_H

#include "data/json.h"

/*
 * RBAC rules as kubectl lists them: taken apart into one resource of one group (and one name) or one URL each, those
 * that differ only in their verbs put together again, in the order of Go's text of a rule.
 */

/* Takes apart a list of rules (PolicyRule, ResourceRule, NonResourceRule) and adds to rules, a VEC_OWNING(policy_rule_free). The texts stay the list's. */
void policy_rules_add(struct vec *rules, const cJSON *list);

/* Sorts and gives each to row: resource with its group, [URL], [name], [verbs]. */
typedef void policy_rule_row_fn(void *ctx, const char *const cells[4]);
void policy_rules_show(struct vec *rules, policy_rule_row_fn *row, void *ctx);

/* The headers of those columns. */
extern const char *const policy_rule_headers[4];

struct policy_rule;
void policy_rule_free(struct policy_rule *r);

#endif
