#ifndef KUBEC_DATA_YAML_RESOLVE_H
#define KUBEC_DATA_YAML_RESOLVE_H

#include "base/base.h"

/* What a plain YAML scalar says, by go-yaml v2's reading of YAML 1.1. */
enum yaml_type {
	YAML_STR,
	YAML_BOOL,
	YAML_INT,  /* fits int64_t */
	YAML_UINT, /* larger, fits uint64_t */
	YAML_FLOAT,
	YAML_NULL,
	YAML_TIMESTAMP,
	YAML_MERGE,
};

struct yaml_scalar {
	enum yaml_type type;
	union {
		bool boolean;
		int64_t i;
		uint64_t u;
		double f;
	};
};

struct yaml_scalar yaml_resolve(const char *text);

/* The short tag of a type ("!!int"). */
const char *yaml_type_tag(enum yaml_type type);

/* True for "190:20:30", which other YAML 1.1 readers take for a number of base 60. */
bool yaml_is_base60(const char *text);

#endif
