#ifndef KUBEC_VIEW_PRINTER_H
#define KUBEC_VIEW_PRINTER_H

#include "data/json.h"
#include "kube/resource.h"

/*
 * The output formats that print objects (-o json, yaml, name, …; jsonpath and
 * templates later are one more row of the table in printer.c). The default
 * of verbs that change something ("deployment.apps/x created") is the "name"
 * printer with an operation.
 */
struct printer;

struct printer_options {
	const char *output;       /* -o: "", "json", "yaml", "name", "kyaml" … */
	const char *template;     /* --template, or NULL */
	const char *operation;    /* "created", "scaled"; "" for none */
	const char *dry_run;      /* "none", "client", "server": adds " (dry run)", " (server dry run)" */
	bool show_managed_fields;
	bool allow_missing_template_keys;
	bool keeps_order;         /* JSON: members in the order they came in, otherwise sorted by name */
};

/*
 * Fails with ERROR_USAGE in kubectl's words:
 *   unable to match a printer suitable for the output format "x", allowed formats are: …
 * allowed is that list's text.
 */
int printer_new(const struct printer_options *o, const char *allowed, struct printer **ret, struct error *err);
void printer_free(struct printer *p);
DEFINE_CLEANUP(struct printer *, printer_free);

/*
 * Appends one object. A second YAML object is preceded by "---" as kubectl does.
 * r may be NULL when only kind and apiVersion are known.
 */
int printer_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object, struct error *err);

#endif
