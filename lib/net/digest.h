#ifndef KUBEC_NET_DIGEST_H
#define KUBEC_NET_DIGEST_H

#include "base/base.h"

#define SHA256_SIZE 32

/* The SHA-256 of text. Loads OpenSSL; fails as dynload_get(). */
int sha256(const char *text, size_t len, unsigned char ret[static SHA256_SIZE], struct error *err);

/*
 * The ten letters that kubectl and kustomize put after the names of generated
 * ConfigMaps and Secrets: the first ten hexadecimal digits of the SHA-256 of text, some of
 * them exchanged so that no words come about (0 g, 1 h, 3 k, a m, e t). Loads OpenSSL; fails as dynload_get().
 */
#define NAME_HASH_SIZE 11
int name_hash(const char *text, size_t len, char ret[static NAME_HASH_SIZE], struct error *err);

#endif
