#ifndef KUBEC_KUBE_KUSTOMIZE_H
#define KUBEC_KUBE_KUSTOMIZE_H

#include "data/json.h"

/*
 * Builds kustomizations (https://kubectl.docs.kubernetes.io/references/kustomize/) as the
 * kustomize 5.8 inside kubectl 1.36 does. Everything is read from disk: remote
 * resources, Helm charts and plug-ins are refused.
 */
struct kustomize_options {
	const char *root;  /* the folder of the kustomization file */
	bool unrestricted; /* files outside of a kustomization's folder may be read */
	bool helm;         /* --enable-helm: charts are then refused in other words */
	/*
	 * shows a line that kustomize prints beside its output (deprecated fields) or in its log (unused vars);
	 * NULL: nobody looks
	 */
	void (*notice)(void *ctx, const char *line, bool log);
	void *notice_ctx;
};

/*
 * Builds the objects in the order in which kustomize prints them: new trees, added to ret_objects,
 * which owns them. Fails with ERROR_OTHER in kustomize's words.
 */
int kustomize_build(const struct kustomize_options *o, struct vec *ret_objects /* cJSON * */, struct error *err);

/* Appends objects as YAML documents with "---" between them. */
void kustomize_print(struct buf *out, const struct vec *objects);

/*
 * The names of the files that kustomize writes objects to, one each: apps_v1_deployment_web.yaml, with the
 * namespace before it when there are several. Strings are added to ret_names in the order of objects.
 */
void kustomize_file_names(const struct vec *objects, struct vec *ret_names);

#endif
