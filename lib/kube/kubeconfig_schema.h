#ifndef KUBEC_KUBE_KUBECONFIG_SCHEMA_H
#define KUBEC_KUBE_KUBECONFIG_SCHEMA_H

#include "data/json.h"

/*
 * The fields of a kubeconfig (k8s.io/client-go/tools/clientcmd/api/v1), in the
 * order in which they are printed. Checking, printing and "config set" read
 * this table.
 */
enum kubeconfig_type {
	KUBECONFIG_STRING,
	KUBECONFIG_BOOL,
	KUBECONFIG_BYTES,       /* base64 */
	KUBECONFIG_STRINGS,     /* list of strings */
	KUBECONFIG_STRING_MAP,
	KUBECONFIG_STRINGS_MAP, /* text to list of strings */
	KUBECONFIG_OBJECT,      /* of the row's schema */
	KUBECONFIG_LIST,        /* of objects of the row's schema, by name */
	KUBECONFIG_SLICE,       /* the same in their own order */
	KUBECONFIG_POINTER,     /* an object that is kept when it is empty */
	KUBECONFIG_INT,
	KUBECONFIG_ANY,
};

struct kubeconfig_schema;

struct kubeconfig_field {
	const char *name; /* a row with NULL ends the list */
	const struct kubeconfig_schema *of;
	enum kubeconfig_type type : 8;
	bool always : 1; /* printed also when empty */
};

struct kubeconfig_schema {
	const char *go_name; /* what errors call it */
	const struct kubeconfig_field *fields;
};

extern const struct kubeconfig_schema kubeconfig_schema;         /* the whole file */
extern const struct kubeconfig_schema kubeconfig_cluster_schema; /* one cluster, user, context */
extern const struct kubeconfig_schema kubeconfig_user_schema;
extern const struct kubeconfig_schema kubeconfig_context_schema;

const struct kubeconfig_field *kubeconfig_field_find(const struct kubeconfig_schema *s, const char *name);

/*
 * The same for any object that Go reads into a type: fails with ERROR_PARSE in the words of its JSON reader; gives a new
 * tree as Go writes it, known fields in their order, without empty ones.
 */
int schema_check(const struct kubeconfig_schema *s, const cJSON *object, struct error *err);
cJSON *schema_normalize(const struct kubeconfig_schema *s, const cJSON *object);

/* Fails with ERROR_PARSE in the words of Go's JSON reader when a known field has a wrong type. */
int kubeconfig_check(const cJSON *tree, struct error *err);

/*
 * What kubectl prints of a file: known fields in their order, without empty
 * ones; clusters, contexts and users sorted by name. A new tree.
 */
cJSON *kubeconfig_normalize(const cJSON *tree);

/* The same as kubectl writes it, with the fields that nobody here knows. A new tree. */
cJSON *kubeconfig_normalize_for_file(const cJSON *tree);

#endif
