#ifndef KUBEC_CLI_KUBERC_FILE_H
#define KUBEC_CLI_KUBERC_FILE_H

#include "data/json.h"

/*
 * The file of preferences: a Preference of kubectl.config.k8s.io, v1beta1 or v1alpha1 (k8s.io/kubectl/pkg/config).
 */

/* KUBECTL_KUBERC=false: there is no such thing as preferences. */
bool kuberc_switched_off(void);

/*
 * Where the file is: given (the value of --kuberc, "" for none), else $KUBERC, else ~/.kube/kuberc; free() it. It is NULL
 * where KUBERC=off switches preferences off; together with given that is ERROR_CONFIG. *ret_asked_for: somebody named the file.
 */
int kuberc_path(const char *given, char **ret, bool *ret_asked_for, struct error *err);

/*
 * Reads the first Preference of a file as one of v1beta1, whichever version it is: the known fields in the order of
 * the API, "defaults" and "aliases" null where they are missing. *ret is NULL for a file of nothing. unknown (strings)
 * receives what a strict reader would refuse. Fails as file_read() does, and with ERROR_CONFIG in kubectl's words when the
 * file has no Preference.
 */
int kuberc_read(const char *path, cJSON **ret, struct vec *unknown, struct error *err);

/* An alias is called by letters alone (NULL is no name). */
bool kuberc_is_alias_name(const char *name);
#define KUBERC_ALIAS_NAME_WRONG "invalid alias name, can only include alphabetical characters"

#endif
