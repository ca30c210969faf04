#include "net/digest.h"

#include "net/dynload.h"

int sha256(const char *text, size_t len, unsigned char ret[static SHA256_SIZE], struct error *err)
{
	const struct dynload *lib;
	size_t size = SHA256_SIZE;

	if (dynload_get(&lib, err))
		return -1;
	if (!lib->EVP_Q_digest(NULL, "SHA256", NULL, text, len, ret, &size))
		return error_set(err, ERROR_OTHER, "OpenSSL cannot compute SHA-256");
	return 0;
}

int name_hash(const char *text, size_t len, char ret[static NAME_HASH_SIZE], struct error *err)
{
	static const char letters[] = "gh2k456789mbcdtf";
	unsigned char digest[SHA256_SIZE];

	if (sha256(text, len, digest, err))
		return -1;
	for (size_t i = 0; i < NAME_HASH_SIZE - 1; i++)
		ret[i] = letters[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
	ret[NAME_HASH_SIZE - 1] = '\0';
	return 0;
}
