#ifndef KUBEC_VIEW_TABLE_PRINTER_H
#define KUBEC_VIEW_TABLE_PRINTER_H

#include "data/json.h"
#include "kube/resource.h"
#include "view/table.h"

/*
 * Turns what a server answers to a request for a Table (meta.k8s.io/v1) into
 * rows of a struct table: its columns, and those that options ask for beside
 * them. A server that does not know Tables gives plain objects: they
 * become NAME and AGE, a Status becomes STATUS, REASON and MESSAGE.
 *
 * One printer is for one resource: headers are printed once, and again when
 * the columns change; frames of a watch that carry no columns use the last ones.
 */
struct table_printer_options {
	const struct resource *resource; /* names the kind when with_kind is set */
	bool wide;                       /* columns of any priority */
	bool no_headers;
	bool with_namespace;             /* a NAMESPACE column comes first */
	bool with_kind;                  /* names are written KIND.GROUP/NAME */
	bool show_labels;                /* a LABELS column comes last */
	const struct vec *label_columns; /* strings: labels with a column each, or NULL */
};

struct table_column {
	char *name;
	bool wide;    /* priority is not 0 */
	bool is_name; /* format "name" */
};

struct table_printer {
	struct table_printer_options options;
	struct table_column *columns; /* as the last definitions said */
	size_t column_count;
	char *definitions;            /* their JSON text, to notice a change */
	bool printed_headers;
	int plain;                    /* which headers of plain objects came last; 0: none */
};

/* What options points to must outlive p. Release with table_printer_release(). */
void table_printer_init(struct table_printer *p, const struct table_printer_options *options);
void table_printer_release(struct table_printer *p);
#define _cleanup_table_printer_ _cleanup_(table_printer_release)

/*
 * Adds the rows of a Table, or of one object or list. event is the type of a
 * watch frame (it becomes the first column, EVENT), or NULL. With hidden set only
 * the columns are remembered and nothing is printed.
 */
void table_printer_print(struct table_printer *p, struct table *out, const cJSON *object, const char *event,
			 bool hidden);

/* True for a Table of a version that can be printed. */
bool table_is_table(const cJSON *object);

/* "a=b,c=d" with keys sorted, "<none>" without labels. */
void labels_format(struct buf *out, const cJSON *labels);

#endif
