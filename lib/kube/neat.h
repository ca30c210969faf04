#ifndef KUBEC_KUBE_NEAT_H
#define KUBEC_KUBE_NEAT_H

#include "data/json.h"

/*
 * Takes out of an object what the server added to what people wrote: bookkeeping of metadata, the status, what
 * its controllers and admission note, and defaults where they can be known: a field of the spec that no manager owns
 * (metadata.managedFields: allocated addresses, what server-side apply was not given), and a field of a built-in kind
 * that has the value which the API gives to one left out, unless the last-applied annotation shows that it was
 * written so. What remains makes the same object again.
 */
void object_neaten(cJSON *object);

#endif
