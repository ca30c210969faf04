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
	__int128 nano; /* the value times 10^9, rounded up as Kubernetes does */
	enum quantity_form form;
};

/* Fails with ERROR_PARSE and the server's words. */
int quantity_parse(const char *text, struct quantity *ret, struct error *err);
int quantity_compare(const struct quantity *a, const struct quantity *b); /* <0, 0, >0 */
/* Canonical text ("1500m", "1Gi"). */
void quantity_format(struct buf *out, const struct quantity *q);

#endif
