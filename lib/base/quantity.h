#ifndef KUBEC_BASE_QUANTITY_H
#define KUBEC_BASE_QUANTITY_H

#include "base/base.h"

/*
 * Kubernetes resource quantities ("100m", "1.5Gi", "2e3"), see
 * k8s.io/apimachinery/pkg/api/resource. A value is mantissa * 10^exponent
 * held exactly; suffix form is remembered for canonical output.
 */
enum quantity_form { QUANTITY_DECIMAL_SI, QUANTITY_BINARY_SI, QUANTITY_DECIMAL_EXPONENT };
struct quantity {
	__int128 nano; /* the value times 10^9, rounded up as Kubernetes does; held at 8.5e28 */
	enum quantity_form form;
	bool keeps_text; /* Kubernetes prints the text that was parsed, canonical or not ("+1", "1E3") */
};

/* Fails with ERROR_PARSE and the server's words. */
int quantity_parse(const char *text, struct quantity *ret, struct error *err);
int quantity_compare(const struct quantity *a, const struct quantity *b); /* <0, 0, >0 */
/* Canonical text ("1500m", "1Gi"). */
void quantity_format(struct buf *out, const struct quantity *q);
/* Appends what Kubernetes prints of a quantity that it has read as text. */
int quantity_canonicalize(const char *text, struct buf *out, struct error *err);

#endif
