#include "net/digest.h"

#include "net/dynload.h"

#define SHA256_SIZE 32

int name_hash(const char *text, size_t len, char ret[static NAME_HASH_SIZE], struct error *err)
{
	static const char letters[] = "gh2k456789mbcdtf";
	unsigned char digest[SHA256_SIZE];
	const struct dynload *lib;
	size_t size = sizeof(digest);

	if (dynload_get(&lib, err))
		return -1;
	if (!lib->EVP_Q_digest(NULL, "SHA256", NULL, text, len, digest, &size))
		return error_set(err, ERROR_OTHER, "OpenSSL cannot compute SHA-256");
	for (size_t i = 0; i < NAME_HASH_SIZE - 1; i++)
		ret[i] = letters[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
	ret[NAME_HASH_SIZE - 1] = '\0';
	return 0;
}
