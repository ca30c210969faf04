#ifndef KUBEC_CMD_SET_H
#define KUBEC_CMD_SET_H

#include "live.h"

extern const struct command command_set_env, command_set_image, command_set_resources, command_set_selector,
	command_set_serviceaccount, command_set_subject;

#endif
