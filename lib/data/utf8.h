#ifndef KUBEC_DATA_UTF8_H
#define KUBEC_DATA_UTF8_H

#include "base/base.h"

/* U+FFFD, three bytes: what an invalid byte reads as. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * The length (1 to 4) of the well-formed character at s, which has n > 0 bytes
 * left; 0 when the bytes are not UTF-8 (overlong, surrogate, cut off, stray).
 */
size_t utf8_length(const char *s, size_t n);

/* Decodes the character at s; *ret_size is its length. Invalid: U+FFFD and 1. */
uint32_t utf8_decode(const char *s, size_t n, size_t *ret_size);

/* Appends a code point; a surrogate or one past U+10FFFF becomes U+FFFD. */
void utf8_put(struct buf *out, uint32_t c);

/* True when all of it is well-formed. */
bool utf8_valid(const char *s, size_t n);

/* Appends bytes with U+FFFD for each that is not part of a well-formed character. */
void utf8_clean(struct buf *out, const char *s, size_t n);

/*
 * Appends the text of a file as kubectl reads one: a byte order mark is dropped,
 * UTF-16 with a mark becomes UTF-8, invalid bytes become U+FFFD.
 */
void utf8_from_file(struct buf *out, const char *s, size_t n);

/*
 * Go's unicode.IsLetter and unicode.IsPrint: exact for ASCII and Latin 1; beyond, by
 * blocks of the table, so that a rare sign in a block of letters counts as one.
 */
bool utf8_is_letter(uint32_t c);
bool utf8_is_printable(uint32_t c);

#endif
