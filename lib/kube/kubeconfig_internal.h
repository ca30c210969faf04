#ifndef KUBEC_KUBE_KUBECONFIG_INTERNAL_H
#define KUBEC_KUBE_KUBECONFIG_INTERNAL_H

#include "kube/kubeconfig.h"

/* What the files kubeconfig*.c share. */

struct kubeconfig {
	struct kubeconfig_overrides overrides; /* its texts belong to the caller */
	cJSON *tree;
	struct map origins; /* "clusters/NAME" to the file it came from */
	struct vec files;   /* where configuration is looked for, first wins */
};

/* The three lists of named entries and what holds each one's content. */
struct kubeconfig_list {
	const char *list, *key;
};
#define KUBECONFIG_LISTS 3
extern const struct kubeconfig_list kubeconfig_lists[KUBECONFIG_LISTS];

/* Reads one file. A missing one gives NULL and success; content is checked and named in errors. */
int kubeconfig_read_file(const char *path, cJSON **ret, struct error *err);

/* The content of a named entry ({server, …}); NULL when there is none. */
cJSON *kubeconfig_content(const cJSON *tree, const char *list, const char *name);

/* Files in order of precedence, duplicates removed. */
void kubeconfig_files(const struct kubeconfig_overrides *o, struct vec *ret_paths);

#endif
