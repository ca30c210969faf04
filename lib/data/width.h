#ifndef KUBEC_DATA_WIDTH_H
#define KUBEC_DATA_WIDTH_H

#include "base/base.h"

/*
 * How many columns of a terminal text takes: East Asian wide and full-width
 * characters and emoji take two, combining marks and format characters none
 * (Unicode Standard Annex 11). What joins into one emoji counts as one: a
 * zero width joiner takes in the character after it, a skin tone the one before
 * it, variation selector 16 widens to two (Unicode Technical Standard 51).
 */

/* One code point on its own: 0, 1 or 2. Control characters count 0. */
size_t width_of(uint32_t c);

/* A text walked character by character. Starts zeroed. */
struct width_walk {
	size_t last;   /* what the last visible character took */
	bool joined;   /* the next one belongs to it */
	bool pictured; /* the last one may carry a skin tone */
};

/* How many columns more the text takes with c at its end. */
size_t width_add(struct width_walk *w, uint32_t c);

/* Of n bytes of UTF-8; an invalid byte takes one column. */
size_t text_width(const char *s, size_t n);

#endif
