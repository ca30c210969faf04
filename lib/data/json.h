#ifndef KUBEC_DATA_JSON_H
#define KUBEC_DATA_JSON_H

#include <cjson/cJSON.h>

#include "base/base.h"

/*
 * JSON trees are cJSON's (their lists are walked with cJSON_ArrayForEach),
 * with a reader and a writer of our own, so that
 *  - a number keeps the text it came with in valuestring: 64-bit integers and
 *    "1.0" survive reading and writing;
 *  - input is bounded: depth, and errors that name line and column;
 *  - a tree that is only read can live in an arena.
 * Strings are UTF-8; a lone surrogate or invalid byte becomes U+FFFD as in Go.
 * "\u0000" inside a string is refused (Kubernetes objects have none).
 *
 * A heap tree is released with cJSON_Delete / _cleanup_json_. A tree in an
 * arena is const and never passed to cJSON functions that change or delete.
 */
DEFINE_CLEANUP(cJSON *, cJSON_Delete);
#define _cleanup_json_ _cleanup_(cJSON_Delete_p)

#define JSON_MAX_DEPTH 512

/*
 * Reads one JSON value that fills text. Duplicate keys: the last one wins, as
 * in Go. Fails with ERROR_PARSE, in the words of Go's encoding/json. With a name
 * ("deployment.json") they are kubectl's for a broken file, "error parsing NAME: json:
 * offset N: …", with line and column as the hint; with NULL they stand alone.
 */
int json_parse(const char *text, size_t len, const char *name, cJSON **ret, struct error *err);

/* The same into an arena; the result dies with it. */
int json_parse_arena(const char *text, size_t len, const char *name, struct arena *arena, const cJSON **ret,
                     struct error *err);

/*
 * Reads the JSON value at the start of text and tells how many bytes it took
 * (a stream of values, as watch sends). *ret_used is 0 and *ret NULL when
 * text ends inside the value: more bytes are needed (also after a number, as
 * another digit may come).
 */
int json_parse_prefix(const char *text, size_t len, const char *name, cJSON **ret, size_t *ret_used, struct error *err);

/*
 * Whether text is one JSON value. When it is not, err has Go's bare words and
 * *ret_offset is how many bytes Go's json.SyntaxError counts up to the fault.
 */
int json_check(const char *text, size_t len, size_t *ret_offset, struct error *err);

enum json_style {
	JSON_COMPACT, /* {"a":1} */
	JSON_INDENT4, /* as kubectl -o json: four spaces, "a": 1, {} and [] on one line */
	JSON_INDENT2,
};
#define JSON_SORT_KEYS 0x100   /* or-ed to a style: keys in byte order, as Go prints maps */
#define JSON_GO_NUMBERS 0x400  /* numbers as kubectl prints what it read: 1.0 as 1, 1e3 as 1000 */
#define JSON_ESCAPE_HTML 0x200 /* <, >, & as \u003c …, as Go's json.Marshal does by default */

/* Appends the text of a tree, no newline at its end. */
void json_print(struct buf *out, const cJSON *node, int style);
/* Appends a quoted and escaped string. */
void json_print_string(struct buf *out, const char *s, int style);

/*
 * Appends a JSON text laid out in lines, two spaces a level, each value as it is written there: as Go's
 * json.Indent with "  ". The text must be JSON (json_check). White space behind it stays.
 */
void json_indent(struct buf *out, const char *text);

/* ---- reading a tree; all of these accept NULL for the tree -------------- */

/* The member of an object, exact case; NULL when it is not there. */
cJSON *json_get(const cJSON *object, const char *key);
/* A member down a path of keys, ended by NULL: json_path(o, "spec", "replicas", NULL). */
cJSON *json_path(const cJSON *object, ...) __attribute__((sentinel));
/* The text of a string at a key; NULL when it is not there or not a string. */
const char *json_string(const cJSON *object, const char *key);
/* The same down a path ended by NULL. */
const char *json_path_string(const cJSON *object, ...) __attribute__((sentinel));
/* An integer (text kept exact); otherwise fallback. */
int64_t json_int(const cJSON *object, const char *key, int64_t fallback);
int64_t json_path_int(const cJSON *object, int64_t fallback, ...) __attribute__((sentinel));
bool json_bool(const cJSON *object, const char *key, bool fallback);
/* The exact integer of a number node; false when it has a fraction or overflows. */
bool json_node_int(const cJSON *node, int64_t *ret);
/* The text of a number node as it was read. */
const char *json_number_text(const cJSON *node);
static inline bool json_is_object(const cJSON *n)
{
	return n && cJSON_IsObject(n);
}
static inline bool json_is_array(const cJSON *n)
{
	return n && cJSON_IsArray(n);
}
static inline bool json_is_string(const cJSON *n)
{
	return n && cJSON_IsString(n);
}
static inline bool json_is_number(const cJSON *n)
{
	return n && cJSON_IsNumber(n);
}
static inline bool json_is_null(const cJSON *n)
{
	return n && cJSON_IsNull(n);
}
/* The members of an object in byte order of their keys; free() the list. */
const cJSON **json_sorted_members(const cJSON *object, size_t *ret_count);
size_t json_size(const cJSON *node); /* children of an object or array, 0 otherwise */

/* Same value: objects regardless of key order, numbers by value (1 == 1.0). */
bool json_equal(const cJSON *a, const cJSON *b);
bool json_numbers_equal(const cJSON *a, const cJSON *b);

/* ---- building and changing (heap trees only) ----------------------------- */

cJSON *json_new_object(void);
cJSON *json_new_array(void);
cJSON *json_new_null(void);
cJSON *json_new_bool(bool value);
cJSON *json_new_string(const char *value); /* copied */
cJSON *json_new_int(int64_t value);
cJSON *json_new_number(const char *text); /* text must be a JSON number */
void json_number_fill(cJSON *node);       /* derives cJSON's value fields from valuestring */
cJSON *json_copy(const cJSON *node);      /* deep, also out of an arena; NULL gives NULL */

/*
 * Sets a member, replacing one of that name in its place, else adding it at
 * the end. Takes the value. A NULL value removes the member.
 */
void json_set(cJSON *object, const char *key, cJSON *value);
/* The same, but a member that is new goes right behind the last of those in order (NULL-ended), or to the beginning. */
void json_set_after(cJSON *object, const char *key, cJSON *value, const char *const *order);
void json_set_string(cJSON *object, const char *key, const char *value); /* NULL removes */
void json_set_int(cJSON *object, const char *key, int64_t value);
void json_set_bool(cJSON *object, const char *key, bool value);
void json_remove(cJSON *object, const char *key);
/* The object at key, made when it is missing (or is null). NULL when it is something else. */
cJSON *json_ensure_object(cJSON *object, const char *key);
cJSON *json_ensure_array(cJSON *object, const char *key);
void json_append(cJSON *array, cJSON *value); /* takes value */
void json_append_string(cJSON *array, const char *value);
/* Puts a node, whose name is set when the parent is an object, at the end. No look for namesakes. */
void json_link(cJSON *parent, cJSON *child);
/* Removes the null members of all objects below; null items of lists stay. */
void json_prune_nulls(cJSON *node);
/* Sorts the keys of all objects below, bytewise. */
void json_sort_keys(cJSON *node);

/*
 * Builds objects in place: json_build("{s:s, s:{s:i}}"…) is not offered on
 * purpose; write a JSON text with json_parse_literal for constant shapes:
 * json_parse_literal("{\"kind\":\"%s\"}", kind) escapes every %s and writes
 * %d as int, %lld as long long. Aborts when the format is not JSON (a bug).
 */
cJSON *json_parse_literal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
