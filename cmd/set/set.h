#ifndef KUBEC_CMD_SET_H
#define KUBEC_CMD_SET_H

#include "live.h"

extern const struct command command_set_image;

#endif
