#ifndef KUBEC_DATA_GONUMBER_H
#define KUBEC_DATA_GONUMBER_H

#include "base/base.h"

/*
 * Floating point numbers as Go prints them: the fewest digits that read back
 * as the same value. Infinity and NaN are the caller's business.
 */

/* strconv.FormatFloat(v, 'g', -1, bits): "1.5", "1e+06", "1e-07". bits is 64 or 32. */
void go_format_float(struct buf *out, double v, int bits);

/* As encoding/json prints a float64: "1500000", "1e+21", "1e-7". */
void go_format_json_float(struct buf *out, double v);

/*
 * A number of a JSON text as kubectl prints it after reading it: an int64 as it
 * is, anything else through a float64 ("1.0" gives "1", 20 digits lose the last).
 * False when the number is too large for a float64; nothing is written then.
 */
bool go_format_json_number(struct buf *out, const char *text);

#endif
