#ifndef KUBEC_DATA_WIDTH_INTERNAL_H
#define KUBEC_DATA_WIDTH_INTERNAL_H

#include "base/base.h"

/* Between width.c and its tables. Nobody else includes this. */
struct width_range {
	uint32_t first, last;
};

extern const struct width_range width_wide[], width_zero[];
extern const size_t width_wide_count, width_zero_count;

#endif
