#ifndef KUBEC_VIEW_EXPLAIN_H
#define KUBEC_VIEW_EXPLAIN_H

#include "data/json.h"

/* What is to be explained: a resource or one of its fields. Everything is borrowed. */
struct explain {
	const char *group, *version; /* "" for the core group */
	const char *resource;        /* plural */
	const char *kind;            /* version 2 looks for it */
	const struct vec *fields;    /* strings: the path from the resource, empty for itself */
	bool recursive;              /* all fields below, a line each */
};

/*
 * Appends the explanation from an OpenAPI version 3 document of the group version
 * (-o plaintext). Fails with ERROR_OTHER in kubectl's words; like kubectl's, the head of the
 * text is then there already:
 *   GVR (apps/v1, Resource=x) not found in OpenAPI schema;  field "x" does not exist
 */
int explain_v3(const struct explain *e, const cJSON *document, struct buf *out, struct error *err);

/* True when the document tells the resource's kind. */
bool explain_v3_knows(const struct explain *e, const cJSON *document);

/*
 * The same from an OpenAPI version 2 document (-o plaintext-openapiv2). Fails with
 *   couldn't find resource for "apps/v1, Kind=X";  field "x" does not exist
 */
int explain_v2(const struct explain *e, const cJSON *document, struct buf *out, struct error *err);
bool explain_v2_knows(const struct explain *e, const cJSON *document);

/* A schema that refers to itself ends here instead of never. */
#define EXPLAIN_MAX_DEPTH 256

/* The references on the way down to a schema, to notice one that comes again. */
struct explain_visited {
	const char *ref; /* "" for a schema without one */
	const struct explain_visited *up;
};
bool explain_was_visited(const struct explain_visited *v, const char *ref);

/* A node's members as Go's maps are walked: by their keys' bytes; free() it. Anything else has none. */
static inline const cJSON **explain_members(const cJSON *object, size_t *ret_count)
{
	*ret_count = 0;
	return json_is_object(object) ? json_sorted_members(object, ret_count) : NULL;
}

#endif
