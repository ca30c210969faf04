#ifndef KUBEC_VIEW_TABLE_H
#define KUBEC_VIEW_TABLE_H

#include "data/json.h"

/*
 * Columns of text as kubectl prints them (tabwriter with minwidth 6, padding
 * 3, no trailing spaces on the last column): all rows of a block are aligned together; width is display width.
 * Rows stream: a table flushes a block at table_flush().
 */
struct table {
	struct vec rows;     /* struct vec of strings, a row each */
	bool no_trailing;    /* reserved for views */
};
#define TABLE_INIT ((struct table){.rows = {0}})

void table_row(struct table *t, const char *const *cells, size_t n); /* copies */
void table_rowf(struct table *t, const char *first, ...) __attribute__((sentinel)); /* cells, ended by NULL */
/* Appends the aligned text to out and forgets the rows. */
void table_flush(struct table *t, struct buf *out);
void table_release(struct table *t);
#define _cleanup_table_ _cleanup_(table_release)

#endif
