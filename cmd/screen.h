#ifndef KUBEC_SCREEN_H
#define KUBEC_SCREEN_H

#include "cli/invocation.h"
#include "view/colour.h"

/*
 * The streams of a run that a person looks at. A stream that is no terminal
 * stays as it is, to the byte. What goes to a terminal passes view/terminal.h:
 * harmless, and in colour where --color, NO_COLOR and TERM have it so.
 */

/* Finds out which streams are terminals, before the command line is known. */
void screen_open(struct invocation *inv);

/* Follows --color and the command's ways, once they are known. */
void screen_choose(struct invocation *inv);

/*
 * Sends a control sequence of our own (never anybody else's text): ahead of what is written
 * next to inv->out and together with it, so that nothing flickers, or now.
 */
void screen_control(struct invocation *inv, const char *sequence, bool now);

/* Writes text to inv->err, a terminal, at once, and a control sequence of our own together with it, ahead. */
void screen_message(struct invocation *inv, const char *sequence, const struct buf *text);

/*
 * Appends text in the colour of a role where standard output is in colour, for verbs that write to it byte for byte
 * (raw_output) and have words of their own to add.
 */
void screen_paint(struct buf *out, enum colour_role role, const char *text);

/* From now on screen_resized() tells, once each time, that the terminal has got another size. */
void screen_watch_size(void);
bool screen_resized(void);

/* The lines and columns of the terminal, be it standard output or else standard error; 24 and 80 when it does not tell. */
void screen_size(size_t *ret_lines, size_t *ret_columns);

#endif
