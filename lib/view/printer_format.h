#ifndef KUBEC_VIEW_PRINTER_FORMAT_H
#define KUBEC_VIEW_PRINTER_FORMAT_H

#include "data/json_pack.h"
#include "view/printer.h"
#include "view/table.h"

/* What a file of an output format gives to printer.c. Nobody else includes this. */
struct printer_format {
	const char *name;
	bool takes_argument; /* -o NAME=ARGUMENT, or --template */
	bool omits_managed_fields;
	bool for_lists;      /* only where columns make sense: see printer_options.for_lists */
	/* Reads the argument; may be NULL. Fails with ERROR_USAGE. */
	int (*open)(struct printer *p, struct error *err);
	int (*print)(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
		     struct error *err);
	bool wraps_events;   /* an event is printed as an object {"type", "object"} */
	/* NULL: events are printed as their objects, or as wraps_events says. */
	int (*event)(struct printer *p, struct buf *out, const char *type, const cJSON *object, struct error *err);
	/* NULL: the items are collected and printed as one List object. */
	void (*list_begin)(struct printer *p, struct buf *out);
	int (*list_item)(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			 struct error *err);
	void (*list_end)(struct printer *p, struct buf *out);
	void (*close)(struct printer *p);
	/* Appends text of this format with its parts marked, for a screen; NULL: it stays as it is. */
	void (*paint)(struct buf *out, const char *text, size_t n);
};

struct printer {
	const struct printer_format *format;
	bool show_managed_fields;
	bool allow_missing_keys;
	bool no_headers;
	bool keeps_order;
	bool screen;
	struct table *table;
	char *argument;   /* what followed "=", or --template; NULL without */
	char *operation;  /* with its dry-run words; "" for none */
	size_t count;     /* objects printed, or items of the open list */
	struct json_pack *pack; /* for a format that prints a list whole: where the items are kept */
	cJSON collected;        /* they are its children */
	void *state;      /* the format's own */
};

/* Fails where a format that needs a template (after "=", or --template) got none. */
int printer_require_template(const struct printer *p, struct error *err);

extern const struct printer_format format_json, format_yaml, format_kyaml, format_name;
extern const struct printer_format format_jsonpath, format_jsonpath_as_json, format_jsonpath_file;
extern const struct printer_format format_go_template, format_go_template_file, format_template, format_templatefile;
extern const struct printer_format format_custom_columns, format_custom_columns_file;

#endif
