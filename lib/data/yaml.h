#ifndef KUBEC_DATA_YAML_H
#define KUBEC_DATA_YAML_H

#include "data/json.h"

/*
 * YAML as Kubernetes reads it (sigs.k8s.io/yaml: YAML 1.1 resolved to JSON):
 * yes/no/on/off are booleans, 0o17 and 017 octal, 1e3 a number, ~ null, merge
 * keys (<<) and anchors expanded (bounded), timestamps stay text, non-string
 * keys become text. Tabs and duplicate keys are errors with a line number.
 */

/*
 * Reads one document to a JSON tree. line is the number of its first line
 * in the whole input (1 for a single document), name what errors call it.
 * An empty document (nothing but comments) gives *ret = NULL and success.
 * Fails with ERROR_PARSE: "error converting YAML to JSON: yaml: line N: …" in
 * go-yaml's words where it has them.
 */
int yaml_parse(const char *text, size_t len, const char *name, size_t line, cJSON **ret, struct error *err);

/*
 * Splits a stream at lines that start with "---", as kubectl's reader does
 * (a separator may be followed by spaces). Gives the next document's span
 * and its first line number; false at the end. *offset and *line start as 0 and 1.
 */
bool yaml_next_document(const char *text, size_t len, size_t *offset, size_t *line,
			const char **ret_doc, size_t *ret_len, size_t *ret_line);

/*
 * Appends a tree as kubectl -o yaml prints it (sigs.k8s.io/yaml.Marshal):
 * keys sorted as go-yaml sorts, two-space indent, lists not indented below
 * their key, | for multi-line text, quotes wherever a YAML 1.1 reader would take a
 * string for something else. Ends with a newline.
 */
void yaml_print(struct buf *out, const cJSON *node);

#endif
