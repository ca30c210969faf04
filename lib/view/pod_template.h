#ifndef KUBEC_VIEW_POD_TEMPLATE_H
#define KUBEC_VIEW_POD_TEMPLATE_H

#include "data/json.h"

/*
 * Describes a Pod template (metadata and spec) as kubectl does: cells are
 * separated by tabs, which whoever prints may align. NULL members are fine.
 */
void pod_template_describe(struct buf *out, const cJSON *pod_template);

#endif
