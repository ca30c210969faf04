#ifndef KUBEC_VIEW_TABLE_H
#define KUBEC_VIEW_TABLE_H

#include "base/base.h"

/*
 * Columns of text as kubectl prints them: elastic tabstops as Go's
 * text/tabwriter defines them. A cell that a tab ends belongs to a column, the
 * last cell of a line does not and gets no padding. Cells of neighbouring
 * lines form a block and are padded to the widest one; a line with fewer
 * cells ends the block. Width counts Unicode code points, and for a screen the
 * columns that text takes there (view/terminal.h), with marks of colour in it or not.
 *
 * Text is kept until table_flush(), compactly: the bytes of the cells and
 * eight bytes for each, so that a list of any length costs about its output.
 */
struct table_cell {
	uint32_t size;  /* bytes */
	uint32_t width; /* code points; columns of a terminal for a screen */
};

struct table {
	struct buf text;          /* the cells' bytes, no separators */
	struct table_cell *cells; /* of all lines, one after the other */
	size_t cell_count, cell_cap;
	size_t *lines;            /* index of the first cell of each line */
	size_t line_count, line_cap;
	struct table_cell open;   /* the cell being written */
	size_t *widths;           /* widest of each column so far, when they are remembered */
	size_t width_count;

	size_t min_width;         /* of a cell with its padding */
	size_t padding;           /* spaces after the widest cell */
	bool screen;              /* for a person's terminal */
	bool raw;                 /* not aligned: cells are parted by tabs as they came */
	bool forget_widths;       /* each flush stands alone; else columns never get narrower again */
};

/* get and the other lists: minimum 6, padding 3, widths remembered from flush to flush (get --watch). */
#define TABLE_INIT ((struct table){.text = {.data = buf_empty}, .min_width = 6, .padding = 3})
/* Other measures: TABLE_INIT_WITH(0, 2) is what kubectl's describe and rollout history use. */
#define TABLE_INIT_WITH(min, pad) \
	((struct table){.text = {.data = buf_empty}, .min_width = (min), .padding = (pad), .forget_widths = true})

/* Adds text in which a tab (or \v) ends a cell and a newline (or \f) a line. */
void table_write(struct table *t, const char *text, size_t n);
void table_puts(struct table *t, const char *text);

void table_row(struct table *t, const char *const *cells, size_t n); /* a whole line */
void table_header(struct table *t, const char *const *cells, size_t n); /* a row of headers, marked as such for a screen */
void table_rowf(struct table *t, const char *first, ...) __attribute__((sentinel)); /* cells, ended by NULL */

/* Appends the aligned text to out and forgets it. */
void table_flush(struct table *t, struct buf *out);

/* Forgets the remembered widths: what follows is another list. */
void table_reset_widths(struct table *t);

void table_release(struct table *t); /* leaves it empty and usable */
#define _cleanup_table_ _cleanup_(table_release)

#endif
