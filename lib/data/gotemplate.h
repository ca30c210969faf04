#ifndef KUBEC_DATA_GOTEMPLATE_H
#define KUBEC_DATA_GOTEMPLATE_H

#include "data/json.h"

/*
 * Go's text/template (https://pkg.go.dev/text/template) over JSON trees, with
 * its built-in functions, and kubectl's exists and base64decode. Complex numbers are refused.
 */
struct gotemplate;

/* Fails with ERROR_PARSE: "template: output:1: unclosed action". */
int gotemplate_parse(const char *text, struct gotemplate **ret, struct error *err);
void gotemplate_free(struct gotemplate *t);
DEFINE_CLEANUP(struct gotemplate *, gotemplate_free);

/*
 * Runs a template on root and appends what it prints, up to the fault when it
 * fails with ERROR_OTHER (template: output:1:7: executing "output" at <.a>: …).
 * A key that is not there prints "<no value>", or is a fault without allow_missing.
 */
int gotemplate_run(const struct gotemplate *t, const cJSON *root, bool allow_missing, struct buf *out,
                   struct error *err);

#endif
