#ifndef KUBEC_CMD_RECORD_H
#define KUBEC_CMD_RECORD_H

#include "cmd.h"

#define RECORD_ANNOTATION "kubernetes.io/change-cause"

/*
 * --record: the command line is kept in the annotation kubernetes.io/change-cause, which rollout history shows.
 * kubectl calls it deprecated and hides it from help; scripts go on using it.
 */
extern const struct option options_record[];

/* True with --record. */
bool record_wanted(const struct invocation *inv);

/* Writes the annotation into an object with --record, where the command has that; else does nothing. */
void record_change(const struct invocation *inv, cJSON *object);

#endif
