#ifndef KUBEC_DATA_JSONPATH_H
#define KUBEC_DATA_JSONPATH_H

#include "data/json.h"

/*
 * JSONPath as kubectl reads it (https://kubernetes.io/docs/reference/kubectl/jsonpath/):
 * a template of plain text and {…} blocks. A block holds a path, a quoted text, a
 * number, or the words range and end:
 *   {.a.b}  {['a.b']}  {.x[0]}  {.x[-1]}  {.x[1:3]}  {.x[*]}  {..name}
 *   {.x[?(@.type=="Ready")].status}  {.x['a','b']}  {range .items[*]}{.metadata.name}{"\n"}{end}
 * A backslash takes a dot into a name (.metadata.labels.app\.kubernetes\.io/name).
 */
struct jsonpath;

/* Fails with ERROR_PARSE, in kubectl's words ("unclosed action", "invalid array index x"). */
int jsonpath_parse(const char *template, struct jsonpath **ret, struct error *err);
void jsonpath_free(struct jsonpath *p);
DEFINE_CLEANUP(struct jsonpath *, jsonpath_free);

/* Receives the values of one block; the nodes (const cJSON *) are borrowed. Non-zero ends the run. */
typedef int jsonpath_result_fn(void *ctx, const struct vec *nodes, struct error *err);

/*
 * Runs a template on root and hands out the values of its blocks in order.
 * allow_missing: a member that is not there gives nothing; otherwise the run fails with
 * ERROR_OTHER, "NAME is not found". An index past the end of an array always fails.
 */
int jsonpath_run(const struct jsonpath *p, const cJSON *root, bool allow_missing, jsonpath_result_fn *result,
		 void *ctx, struct error *err);

/*
 * The path inside of what people write for --sort-by and custom columns:
 * x.y, .x.y, {x.y} and {.x.y} give "{.x.y}"; free() it. Fails with ERROR_USAGE.
 */
int jsonpath_relaxed(const char *text, char **ret, struct error *err);

#endif
