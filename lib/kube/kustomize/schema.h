#ifndef KUBEC_KUBE_KUSTOMIZE_SCHEMA_H
#define KUBEC_KUBE_KUSTOMIZE_SCHEMA_H

#include "data/strategic.h"
#include "kube/kustomize/internal.h"

/*
 * What a merge knows of the node that it is at: the built-in schema, or a definition of the
 * OpenAPI document that a kustomization names instead.
 */
struct place {
	const cJSON *definitions;              /* of such a document; NULL: the built-in schema */
	const cJSON *definition;               /* of this node, or NULL */
	const struct strategic_schema *schema; /* of this node, or NULL */
	bool merges;                           /* a list whose items are merged */
	const char *keys[2];                   /* what tells its items apart; "" for none: the items themselves */
};

/* Finds the schema of a whole object unless the node has one. */
void place_enter(struct place *at, const cJSON *object);
struct place place_below(const struct place *at, const char *field);
/* Any item of a list. */
struct place place_item(const struct place *at);

#endif
