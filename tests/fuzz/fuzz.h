#ifndef KUBEC_TESTS_FUZZ_H
#define KUBEC_TESTS_FUZZ_H

#include "data/json.h"

/* Each target is one file that defines this; it aborts where a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(condition)       \
	do {                     \
		if (!(condition)) \
			abort();  \
	} while (0)

/* An object with a bit of everything, for expressions to look at. */
static inline cJSON *fuzz_object(void)
{
	return json_parse_literal(
		"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"labels\":{\"app\":\"x\",\"a.b/c\":\"y\"}},"
		"\"items\":[{\"n\":1,\"s\":\"a\",\"b\":true,\"z\":null,\"l\":[1,2,3]},{\"n\":2.5,\"s\":\"b\\n<>&\",\"o\":{\"k\":\"v\"}}],"
		"\"big\":9007199254740993,\"empty\":{},\"none\":[],\"text\":\"ü€😀\"}");
}

#endif
