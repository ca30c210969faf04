#ifndef KUBEC_BASE_GOSORT_H
#define KUBEC_BASE_GOSORT_H

#include "base/base.h"

/*
 * Sorts as Go's sort.Sort does since 1.19 (pattern-defeating quicksort, see
 * https://arxiv.org/abs/2106.05123): not stable, but always the same way, so
 * that what compares equal stands where kubectl would have put it.
 * Items are known by their index; less need not be a strict order.
 */
struct gosort {
	void *ctx;
	bool (*less)(void *ctx, size_t i, size_t j);
	void (*swap)(void *ctx, size_t i, size_t j);
};

void gosort(const struct gosort *s, size_t n);

#endif
