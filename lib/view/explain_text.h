#ifndef KUBEC_VIEW_EXPLAIN_TEXT_H
#define KUBEC_VIEW_EXPLAIN_TEXT_H

#include "base/base.h"

/*
 * The two ways in which explain breaks descriptions into lines: that of its
 * present format, and that of the one for OpenAPI version 2.
 */

/*
 * Breaks lines at blanks so that each has at most limit characters where words
 * allow; line ends and blanks within a line stay. A no-break space is no blank.
 */
void text_wrap(struct buf *out, const char *text, size_t limit);

/* Puts n spaces before each line. */
void text_indent(struct buf *out, const char *text, size_t n);

/*
 * Fills paragraphs: words of following lines are joined, except before
 * empty lines, items of lists, and after a colon; lines that four spaces begin stay as they
 * are. Each line (at most limit bytes where words allow) gets indent spaces; empty ones none.
 */
void text_fill(struct buf *out, const char *text, size_t limit, size_t indent);

#endif
