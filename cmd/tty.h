#ifndef KUBEC_CMD_TTY_H
#define KUBEC_CMD_TTY_H

#include <signal.h>

#include "base/base.h"

/* The mode of the terminal at standard input. One for the process, as there is one terminal. */

/*
 * Raw: each key goes on as it is, Ctrl-C too. The mode of before comes back with tty_restore(), and when a signal ends the
 * program. Fails with ERROR_IO.
 */
int tty_raw(struct error *err);
void tty_restore(void); /* does nothing when nothing was changed */

/*
 * Counts changes of the terminal's size from here on: SIGWINCH stays blocked but for waits with the mask that
 * tty_wait_mask() gives. tty_resized() is true once after each change.
 */
void tty_watch_size(void);
const sigset_t *tty_wait_mask(void); /* NULL until then */
bool tty_resized(void);

/* Columns and rows of the terminal at standard output; false when there is none. */
bool tty_size(unsigned *ret_columns, unsigned *ret_rows);

/*
 * Key names as bytes: "ctrl-p,ctrl-q", "ctrl-[,x". Fails with ERROR_OTHER in kubectl's words.
 */
int tty_keys(const char *text, struct buf *out, struct error *err);

#endif
