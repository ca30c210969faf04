#ifndef KUBEC_DATA_UDIFF_H
#define KUBEC_DATA_UDIFF_H

#include "base/base.h"

/*
 * The difference of two texts as unified hunks, with the lines that "diff -u" chooses
 * (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html): appended to out, nothing
 * when the texts are the same. Names of files above the hunks are the caller's. The shortest
 * script is found (E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986) unless
 * the texts have thousands of differences, which are then not the fewest.
 * Returns true when there is a difference.
 */
bool udiff(struct buf *out, const char *a, size_t a_len, const char *b, size_t b_len);

#endif
