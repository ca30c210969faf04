#ifndef KUBEC_DATA_SELECTOR_H
#define KUBEC_DATA_SELECTOR_H

#include "data/json.h"

/*
 * Label selectors in kubectl's syntax: "a=b,c!=d,e in (x,y),f,!g,h notin (z),i>5".
 * selector_parse fails with ERROR_PARSE and the server's words.
 */
struct selector;
int selector_parse(const char *text, struct selector **ret, struct error *err);
bool selector_matches(const struct selector *s, const cJSON *labels); /* labels may be NULL */
void selector_free(struct selector *s);
DEFINE_CLEANUP(struct selector *, selector_free);

/* The text form of an object's spec.selector ({matchLabels, matchExpressions} or a plain map). */
int selector_from_object(const cJSON *label_selector, struct buf *out, struct error *err);

/* Splits "a=b,c=d" into an object of strings; kubectl's words on a bad pair. */
int labels_parse(const char *text, cJSON **ret, struct error *err);

#endif
