#ifndef KUBEC_VIEW_TERMINAL_H
#define KUBEC_VIEW_TERMINAL_H

#include "view/colour.h"

/*
 * What stands between the program's text and a person's terminal. Control
 * characters, wherever they come from, are written as signs ("^[" for ESC as
 * kubectl's tables do, "\r", "^G", "\u009b"; so are the marks that turn the
 * direction of text around), and bytes that are no UTF-8 as "\x9b"; tabs and line ends pass. Marks of
 * roles (view/colour.h) become colours. Nothing else writes control sequences.
 */
struct terminal {
	const struct colour_theme *theme; /* NULL: marks become nothing */
	bool messages;                    /* lines begin with "error: " and the like: these are coloured */
	/* the terminal's own */
	char cut[4];                      /* the beginning of a character whose rest has not come yet */
	size_t cut_len;
	bool painted;                     /* a colour is on */
	bool in_line;                     /* something stands on the line already */
};

/* Appends what text is on this terminal. */
void terminal_write(struct terminal *t, const char *text, size_t n, struct buf *out);

/* How many columns a line of text takes when it is written so. Marks take none. */
size_t terminal_width(const char *s, size_t n);

#endif
