#ifndef KUBEC_VIEW_PRINTER_H
#define KUBEC_VIEW_PRINTER_H

#include "data/json.h"
#include "kube/resource.h"

/*
 * The output formats that print objects (-o json, yaml, name, …). A format is
 * a file of its own and one row of the table in printer.c (see
 * printer_format.h). The default of verbs that change something
 * ("deployment.apps/x created") is the "name" printer with an operation.
 */
struct printer;
struct table;

struct printer_options {
	const char *output;       /* -o: "", "json", "yaml", "name", "kyaml" …; letter case does not matter */
	const char *template;     /* --template, or NULL */
	const char *operation;    /* "created", "scaled"; "" for none */
	const char *dry_run;      /* "none", "client", "server": adds " (dry run)", " (server dry run)" */
	bool show_managed_fields;
	bool allow_missing_template_keys;
	bool no_headers;          /* for formats with columns */
	bool screen;              /* for a person's terminal: with marks of colour (view/colour.h), aligned by what it shows */
	bool for_lists;           /* formats with columns are allowed too (get) */
	bool no_templates;        /* formats that take an argument are not allowed (api-resources) */
	struct table *table;      /* takes all text, to be aligned by who flushes it, as kubectl does in a watch; or NULL */
	/*
	 * JSON members in the order they stand in the object instead of sorted:
	 * for objects that kubectl holds as typed structs (create deployment).
	 */
	bool keeps_order;
};

/*
 * Fails with ERROR_USAGE in kubectl's words:
 *   unable to match a printer suitable for the output format "x", allowed formats are: …
 * allowed is that list's text; NULL means all formats of the table.
 */
int printer_new(const struct printer_options *o, const char *allowed, struct printer **ret, struct error *err);
void printer_free(struct printer *p);
DEFINE_CLEANUP(struct printer *, printer_free);

/*
 * Appends the names of all formats and those of more (comma-separated, or
 * NULL): sorted, comma-separated. for_lists as in printer_options.
 */
void printer_formats(struct buf *out, bool for_lists, const char *more);

/*
 * Appends one object. A second YAML object is preceded by "---" as kubectl does.
 * r may be NULL when only kind and apiVersion are known.
 */
int printer_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object, struct error *err);

/* Appends one frame of a watch: {"type": …, "object": …}; what names the object alone, or its place in a table, says no type. */
int printer_event(struct printer *p, struct buf *out, const struct resource *r, const char *type,
		  const cJSON *object, struct error *err);

/*
 * Appends a v1 List item by item, so that a long one is never held whole:
 * begin, any number of items, end. Formats without lists (name) append the items alone;
 * formats that need the list whole keep copies of the items till the end.
 */
int printer_list_begin(struct printer *p, struct buf *out, struct error *err);
int printer_list_item(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
		      struct error *err);
int printer_list_end(struct printer *p, struct buf *out, struct error *err);

#endif
