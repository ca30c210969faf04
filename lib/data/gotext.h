#ifndef KUBEC_DATA_GOTEXT_H
#define KUBEC_DATA_GOTEXT_H

#include "data/json.h"

/*
 * Appends a JSON value as Go's fmt prints what it decodes to (%v): texts as
 * they are, 1.50 as 1.5, [a b], map[k:v], <nil>.
 */
void go_value_format(struct buf *out, const cJSON *node);

/* The same in Go's syntax (%#v): map[string]interface {}{"a":1, "b":[]interface {}{"x"}}. */
void go_syntax_format(struct buf *out, const cJSON *node);

/* A text as Go quotes it (%q). */
void go_quote(struct buf *out, const char *s);

/* A floating-point number as %v prints it: the shortest text that reads back the same, 1e+06 from a million on. */
void go_float_format(struct buf *out, double value);

#endif
