#ifndef KUBEC_KUBE_MANIFEST_H
#define KUBEC_KUBE_MANIFEST_H

#include "kube/client.h"

/* One object of a manifest, and where it stood. */
struct manifest_object {
	cJSON *object;
	char *source; /* "deployment.yaml", "STDIN", a URL */
	size_t line;  /* first line of its document */
};
void manifest_object_free(struct manifest_object *o);

struct manifest_options {
	const struct vec *files; /* -f: files, folders, "-", http(s) URLs; strings */
	bool recursive;          /* -R */
	FILE *in;                /* what "-" reads */
};

/*
 * Reads every object in order: JSON (one or a stream), YAML documents, List
 * kinds unfolded, folders by .json .yaml .yml in name order, URLs by GET.
 * Objects that were read are given even when others failed: broken ones are in
 * errors (struct error *, owned), in order; empty documents are skipped.
 * Objects lack kind or apiVersion → an error as kubectl words it.
 * Fails outright (ERROR_IO) only when a path does not exist, as kubectl does:
 *   error: the path "x" does not exist
 */
int manifest_read(const struct manifest_options *o, struct vec *ret_objects /* struct manifest_object * */,
		  struct vec *ret_errors /* struct error * */, struct error *err);

#endif
