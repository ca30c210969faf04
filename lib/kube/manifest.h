#ifndef KUBEC_KUBE_MANIFEST_H
#define KUBEC_KUBE_MANIFEST_H

#include "kube/client.h"
#include "kube/kustomize/kustomize.h"
#include "kube/validation.h"

/* One object of a manifest, and where it stood. */
struct manifest_object {
	cJSON *object;
	char *source;         /* "deployment.yaml", "STDIN", a URL */
	size_t line;          /* first line of its document */
	bool from_list;       /* an item of a List */
	size_t errors_before; /* how many of the errors were met before it */
};
void manifest_object_free(struct manifest_object *o);

struct manifest_options {
	const struct vec *files; /* -f: files, folders, patterns, "-", http(s) URLs; strings */
	bool recursive;          /* -R */
	bool validate;           /* --validate is not "ignore": every object must say its apiVersion and kind */
	struct validation *validation; /* checks the fields of what is validated, too; or NULL */
	FILE *in;                /* what "-" reads */
	const struct kustomize_options *kustomize; /* -k: read what this builds, instead of files; or NULL */
	const struct buf *text;  /* read instead of files, which are then not looked at; or NULL */
	const char *text_name;   /* what messages call it */
};

/*
 * Reads every object in order: JSON (one or a stream), YAML documents, List
 * kinds unfolded, folders by .json .yaml .yml in name order, URLs by GET (tried
 * three times). Objects that were read are given even when others failed; what is
 * wrong goes to ret_errors in order, in kubectl's words, so that a caller reports
 * them after its work. Documents that hold nothing are skipped; a syntax error ends
 * its file, an object without a kind does not.
 *
 * A path that does not exist, cannot be entered or holds nothing to read makes the
 * whole call fail before anything is read: the path "x" does not exist. Several such paths
 * are in ret_errors instead, without objects. Fails also on Ctrl-C.
 */
int manifest_read(const struct manifest_options *o, struct vec *ret_objects /* struct manifest_object * */,
                  struct vec *ret_errors /* struct error * */, struct error *err);

/* ---- the parts of it (manifest_*.c) ------------------------------------------ */

/* One file, folder entry, URL or standard input to read. */
struct manifest_source {
	char *path; /* what it is called in messages, too */
	enum { MANIFEST_FILE, MANIFEST_STDIN, MANIFEST_URL } kind;
};

/* Finds what -f names; wrong paths go to ret_errors. */
void manifest_find(const struct manifest_options *o, struct vec *ret_sources, struct vec *ret_errors);

/* Reads all objects of one text (UTF-8, or UTF-16 with a byte order mark); of o only the validation counts. */
void manifest_parse(const char *text, size_t len, const char *source, const struct manifest_options *o,
                    struct vec *ret_objects, struct vec *ret_errors);

/* Gets a URL's text. */
int manifest_download(const char *url, struct buf *ret, struct error *err);

#endif
