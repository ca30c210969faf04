#ifndef KUBEC_DATA_SELECTOR_H
#define KUBEC_DATA_SELECTOR_H

#include "data/json.h"

/*
 * Label selectors in kubectl's syntax: "a=b,c!=d,e in (x,y),f,!g,h notin (z),i>5".
 * selector_parse fails with ERROR_PARSE and the words of k8s.io/apimachinery/pkg/labels.
 */
struct selector;
int selector_parse(const char *text, struct selector **ret, struct error *err);
bool selector_matches(const struct selector *s, const cJSON *labels); /* labels may be NULL */
/* Appends the canonical text: ordered by key, values sorted; nothing for a selector of everything. */
void selector_format(struct buf *out, const struct selector *s);
/*
 * The same as the LabelSelector of an object's field: {matchLabels, matchExpressions}, which the caller owns.
 * Fails with ERROR_OTHER for what that cannot say ("!=", "<", ">").
 */
int selector_to_object(const struct selector *s, cJSON **ret, struct error *err);
void selector_free(struct selector *s);
DEFINE_CLEANUP(struct selector *, selector_free);

/*
 * The text form of an object's spec.selector ({matchLabels, matchExpressions} or a plain map),
 * appended to out; nothing for an empty selector. Fails with ERROR_PARSE.
 */
int selector_from_object(const cJSON *label_selector, struct buf *out, struct error *err);

/*
 * Splits "a=b,c=d" into an object of strings. Fails with ERROR_PARSE in kubectl's
 * words on a bad pair; of equal keys the last wins. Keys and values are not checked.
 */
int labels_parse(const char *text, cJSON **ret, struct error *err);

/*
 * Whether text may be the key or the value of a label (also a "qualified name"
 * such as an annotation's key). When not, what is wrong is appended to why, several
 * faults with "; " between them, in the words of k8s.io/apimachinery.
 */
bool label_key_valid(const char *key, struct buf *why);
bool label_value_valid(const char *value, struct buf *why);

#endif
