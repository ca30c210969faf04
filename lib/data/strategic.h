#ifndef KUBEC_DATA_STRATEGIC_H
#define KUBEC_DATA_STRATEGIC_H

#include "data/patch.h"

/*
 * The inside of strategic merge patch; patch.h is its outside. Written after
 * the behaviour of k8s.io/apimachinery/pkg/util/strategicpatch, oddities of
 * order included: the patches go to servers and into annotations, and are
 * compared with kubectl's byte for byte.
 */

#define DIRECTIVE_PATCH       "$patch"
#define DIRECTIVE_RETAIN_KEYS "$retainKeys"
#define DIRECTIVE_DELETE_FROM "$deleteFromPrimitiveList"
#define DIRECTIVE_ORDER       "$setElementOrder"

/* ---- the facts (strategic_table.c) -------------------------------------------- */

enum {
	STRATEGIC_MERGE = 1,       /* a list is merged by key, or as a set of scalars */
	STRATEGIC_REPLACE = 2,     /* an object is replaced as a whole */
	STRATEGIC_RETAIN_KEYS = 4, /* patches say which members stay */
};

/* One field of a type. name and merge_key are offsets into strategic_names, type into strategic_types. */
struct strategic_field {
	uint16_t name, merge_key, type, strategy;
};

/* A type: a run of fields. Type 0 has none. */
struct strategic_schema {
	uint16_t first, count;
};

struct strategic_kind {
	uint16_t group, version, kind, type;
};

extern const char strategic_names[];
extern const struct strategic_field strategic_fields[];
extern const struct strategic_schema strategic_types[];
extern const struct strategic_kind strategic_kinds[];
extern const size_t strategic_kind_count;

/* How a field is merged. A field without facts has none of it: objects are merged, lists replaced. */
struct strategic_rule {
	const char *merge_key; /* "" when there is none */
	unsigned strategy;
	const struct strategic_schema *schema; /* of the object, or of the items of the list */
};

/* The rule of a field; schema may be NULL. */
struct strategic_rule strategic_rule_find(const struct strategic_schema *schema, const char *field);

/* ---- values --------------------------------------------------------------------- */

/* The JSON type with both booleans as one (cJSON_True); cJSON_NULL for NULL. */
int value_type(const cJSON *node);

/* Same value; no value and null are the same. */
bool value_same(const cJSON *a, const cJSON *b);

/* "expected a T, but received a U" in Go's words; returns -1. */
int error_bad_type(struct error *err, const char *expected, const cJSON *actual);
#define GO_MAP  "map[string]interface {}"
#define GO_LIST "[]interface {}"

/* "map: … does not contain declared merge key: K"; returns -1. */
int error_no_merge_key(struct error *err, const cJSON *item, const char *merge_key);

/* "unknown patch type: T in map: …"; returns -1. */
int error_bad_directive(struct error *err, const cJSON *directive, const cJSON *item);

/* ---- lists of items (strategic_list.c) -------------------------------------------- */

/*
 * A vec of items never owns them. What tells the items of a list apart: the
 * member at key for objects, the item itself for scalars.
 */
struct list_identity {
	bool objects;
	const char *key; /* "" for none */
};

static inline cJSON *list_at(const struct vec *items, size_t i)
{
	return items->items[i];
}

/* Appends the items of a list (NULL: none). */
void list_items(const cJSON *list, struct vec *items);

/*
 * The one type that all items of two lists have (cJSON_Object, cJSON_String,
 * …). Fails with ERROR_PARSE for mixed types, lists of lists, and when there
 * is no item at all.
 */
int list_type(const cJSON *a, const cJSON *b, int *ret, struct error *err);

/* What tells an item apart; NULL when it has no such member. */
const cJSON *list_identity(const cJSON *item, const struct list_identity *by);

/* The first position of an item with the same identity, -1 for none. */
ptrdiff_t list_find(const struct vec *items, const cJSON *identity, const struct list_identity *by);

/* Fails unless each item is an object that has the merge key. */
int list_check_keys(const struct vec *items, const char *merge_key, struct error *err);

/* Sorts by the text of identities, as Go prints them; equal ones change places. */
void list_sort(struct vec *items, const struct list_identity *by);

/* Drops items that repeat an earlier one; the last item fills the gap. */
void list_unique(struct vec *items);

/*
 * Sorts items as order has them; objects with "$patch: delete" go last.
 * order is a vec of identities.
 */
void list_order(struct vec *items, const struct vec *order, const struct list_identity *by);

/*
 * The items of a merged list in their final order: those that wanted names
 * are sorted as there, the others as on the server, and both are interleaved
 * as the server's order allows. wanted and server are identities.
 */
void list_arrange(struct vec *items, const struct vec *wanted, const struct vec *server,
		  const struct list_identity *by);

/* Appends the identities of items. */
void list_identities(const struct vec *items, const struct list_identity *by, struct vec *identities);

/* ---- the engine ---------------------------------------------------------------------- */

/* What a difference leaves out or adds. */
enum {
	DIFF_ORDER = 1,        /* add $setElementOrder lists */
	DIFF_NO_CHANGES = 2,   /* deletions only */
	DIFF_NO_DELETIONS = 4, /* additions and changes only */
	DIFF_RETAIN_KEYS = 8,  /* add $retainKeys to this object */
};

/* The strategic patch from one object to another; *ret is new. */
int strategic_diff(const cJSON *from, const cJSON *to, const struct strategic_schema *schema, unsigned flags,
		   cJSON **ret, struct error *err);

enum merge_mode {
	MERGE_APPLY,   /* to an object: directives are done, nulls delete */
	MERGE_COMBINE, /* to another patch: directives and nulls are kept */
};

/* Merges the members of patch into target and empties it. After an error both are unusable. */
int strategic_merge(cJSON *target, cJSON *patch, const struct strategic_schema *schema, enum merge_mode mode,
		    struct error *err);

/* Tells whether two patches give the same field different values. */
int strategic_conflicts(const cJSON *left, const cJSON *right, const struct strategic_schema *schema, bool *ret,
			struct error *err);

#endif
