#ifndef KUBEC_BASE_BASE64_H
#define KUBEC_BASE_BASE64_H

#include "base/base.h"

/* Appends standard base64 with padding (RFC 4648, 4). */
void base64_encode(struct buf *out, const void *bytes, size_t n);

/* Appends base64 for URLs and names, without padding (RFC 4648, 5). */
void base64_encode_url(struct buf *out, const void *bytes, size_t n);

/*
 * Appends what text means; line breaks are skipped. Fails with ERROR_PARSE in
 * Go's words: "illegal base64 data at input byte N".
 */
int base64_decode(struct buf *out, const char *text, struct error *err);

#endif
