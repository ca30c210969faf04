#ifndef KUBEC_VIEW_LIVE_H
#define KUBEC_VIEW_LIVE_H

#include "view/table_printer.h"

/*
 * A table on a terminal that is drawn anew in place as its objects change:
 * one row an object, in the order they came.
 */
struct live {
	struct vec rows;      /* struct live_row * */
	size_t *drawn;        /* columns that each line on the screen takes */
	size_t drawn_count;
	bool cut;             /* not all lines were drawn */
};

/* The size of a terminal. */
struct live_size {
	size_t lines, columns;
};

void live_init(struct live *l);
void live_release(struct live *l);

/*
 * Takes in what a Table, or a plain object, says of the objects in it; event is the
 * watch frame's type. p knows the columns already. A deleted object's row goes,
 * with keep_deleted (the event is a column) it stays.
 */
void live_update(struct live *l, const struct table_printer *p, const cJSON *object, const char *event, bool keep_deleted);

/*
 * Around a list of all that is there, taken in by live_update(): rows that are not in it go, or, with
 * keep_deleted, are marked as DELETED.
 */
void live_list_begin(struct live *l);
void live_list_end(struct live *l, bool keep_deleted);

/*
 * Appends to ret_control the sequence that goes back to the first line drawn before and clears from
 * there, and to ret_text the lines of now: as many as the terminal can hold, or all of them (the last
 * time). A line longer than the terminal is wide takes several of the terminal's, which also holds
 * when the width has changed since on a terminal that lays its text out again. p prints through table, which is empty.
 */
void live_draw(struct live *l, struct table_printer *p, struct table *table, bool events, struct live_size size, bool all,
	       struct buf *ret_control, struct buf *ret_text);

#endif
