#ifndef KUBEC_CMD_CREATE_SOURCES_H
#define KUBEC_CMD_CREATE_SOURCES_H

#include "create/create.h"

/* What fills a ConfigMap or a Secret: --from-literal, --from-file, --from-env-file. */
struct sources {
	const char *env_kind; /* of "env … file cannot be a directory": config, secret */
	/* Adds one entry to an object; len bytes that may be anything. */
	int (*add)(void *ctx, const char *key, const char *bytes, size_t len, struct error *err);
	void *ctx;
};

int sources_add_literals(const struct sources *s, const struct vec *literals, struct error *err);
/* KEY=FILE, FILE or a folder, of which every plain file is taken. */
int sources_add_files(const struct sources *s, const struct vec *files, struct error *err);
int sources_add_env_files(const struct sources *s, const struct vec *files, struct error *err);

/* --from-env-file stands alone. */
int sources_check(struct invocation *inv, struct error *err);

/* Whether a text may be a key; what is wrong is appended to why with separator between several faults. */
bool data_key_valid(const char *key, const char *separator, struct buf *why);

/* Whether a text may name an environment variable: "1A" is not a valid key name: … */
int env_name_check(const char *name, struct error *err);

/* --append-hash: puts the hash of the object's identity (JSON) after its name. */
int append_hash(cJSON *object, const cJSON *identity, struct error *err);

#define SOURCE_LIMIT ((size_t)256 << 20)

#endif
