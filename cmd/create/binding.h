#ifndef KUBEC_CMD_CREATE_BINDING_H
#define KUBEC_CMD_CREATE_BINDING_H

#include "create/create.h"

/* What create rolebinding and create clusterrolebinding share. */

#define OPTIONS_SUBJECTS                                                                                      \
	{"user", .type = OPTION_ARRAY, .help = "User who gets the role; may be repeated."},                   \
	{"group", .type = OPTION_ARRAY, .help = "Group whose members get the role; may be repeated."},        \
	{"serviceaccount", .type = OPTION_ARRAY, OPTION_ARG("NAMESPACE:NAME"),                                     \
	 .help = "Service account that gets the role; may be repeated."}

/* Adds subjects and roleRef to a binding. Fails with ERROR_OTHER on a service account that is not NAMESPACE:NAME. */
int binding_fill(struct invocation *inv, cJSON *object, const char *role_kind, const char *role, struct error *err);

#endif
