#ifndef KUBEC_DATA_YAML_H
#define KUBEC_DATA_YAML_H

#include "data/json.h"

/*
 * YAML as Kubernetes reads it (sigs.k8s.io/yaml: YAML 1.1 resolved to JSON):
 * yes/no/on/off are booleans, 0o17 and 017 octal, 1e3 a number, ~ null, merge
 * keys (<<) and anchors expanded (bounded), timestamps stay text, non-string
 * keys become text. Of equal keys the last one wins, as in kubectl.
 */

/*
 * Reads one document to a JSON tree. line is the number of its first line
 * in the whole input (1 for a single document), name what errors call it.
 * A document with nothing but comments gives *ret = NULL or a JSON null, and success.
 *
 * Fails with ERROR_PARSE in kubectl's words: "error parsing NAME: error converting
 * YAML to JSON: yaml: line N: …", without the part that names it when name is NULL.
 * N counts from the beginning of the document, as kubectl's does; where that is
 * not the beginning of the input, the hint says so.
 */
int yaml_parse(const char *text, size_t len, const char *name, size_t line, cJSON **ret, struct error *err);

/* The same, but a key that is in a mapping twice is an error that tells its line. */
int yaml_parse_strict(const char *text, size_t len, const char *name, size_t line, cJSON **ret, struct error *err);

/*
 * Reads one document as go-yaml v3 does, which is what kustomize reads objects with: of the
 * words of YAML 1.1 only true and false are booleans, keys keep their text, and a mapping's own
 * keys win over merged ones wherever they stand. A null keeps its text in valuestring ("",
 * "null", "~"); a string's valueint is one of the marks below. With strict, keys that are there
 * twice are an error. *ret is NULL when there is no document. Fails with ERROR_PARSE: "yaml: line N: …".
 */
enum {
	YAML_MARK_DAY = 1,    /* a plain day (2020-01-31), which v3 takes for a time */
	YAML_MARK_QUOTED = 2, /* stood in quotes, or as a block */
};
int yaml_parse_core(const char *text, size_t len, bool strict, cJSON **ret, struct error *err);

/*
 * Splits a stream at lines that start with "---", as kubectl's reader does
 * (spaces and a comment may follow; yaml_parse refuses anything else there).
 * Gives the next document's span and its first line number; false at the end.
 * *offset and *line start as 0 and 1. A separator with no document before it
 * is the first line of the next one.
 */
bool yaml_next_document(const char *text, size_t len, size_t *offset, size_t *line, const char **ret_doc,
                        size_t *ret_len, size_t *ret_line);

/*
 * Appends a tree as kubectl -o yaml prints it (sigs.k8s.io/yaml.Marshal):
 * keys sorted as go-yaml sorts, two-space indent, lists not indented below
 * their key, | for multi-line text, quotes wherever a YAML 1.1 reader would take a
 * string for something else. Ends with a newline.
 */
void yaml_print(struct buf *out, const cJSON *node);

/* The same as kustomize prints it: an integer between 2^63 and 2^64 keeps its digits. */
void yaml_print_exact(struct buf *out, const cJSON *node);

/*
 * Parts of a document that is written piece by piece, as yaml_print would print
 * them in the whole: an item of a list that is the root or stands at a key of the
 * root ("- a: 1"), and a member of the root ("key: …"; a short key of one line).
 */
void yaml_print_item(struct buf *out, const cJSON *node);
void yaml_print_member(struct buf *out, const char *key, const cJSON *node);

/*
 * Appends a tree as kubectl -o kyaml prints it (sigs.k8s.io/yaml/kyaml): a "---" line,
 * then flow style with quoted strings. style is JSON_SORT_KEYS or 0. Ends with a newline.
 */
void kyaml_print(struct buf *out, const cJSON *node, int style);

#endif
