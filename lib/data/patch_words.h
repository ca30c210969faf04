#ifndef KUBEC_DATA_PATCH_WORDS_H
#define KUBEC_DATA_PATCH_WORDS_H

#include "data/json.h"

/*
 * How the Go libraries under kubectl name values in the errors of patches;
 * scripts see these texts.
 */

/* Appends a value as Go's "%v" prints it: map[a:1 b:[x y]], <nil>. */
void patch_words_value(struct buf *out, const cJSON *node);

/* The same as text of its own; free() it. */
char *patch_words_text(const cJSON *node);

/* Go's name of the type that holds a JSON value: "map[string]interface {}"; static. NULL is no value. */
const char *patch_words_go_type(const cJSON *node);

/* encoding/json's name of a JSON value: "object", "array", "string", "number", "bool"; static. */
const char *patch_words_json_type(const cJSON *node);

#endif
