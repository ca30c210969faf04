#ifndef KUBEC_TESTS_PATCH_CASES_H
#define KUBEC_TESTS_PATCH_CASES_H

/* What the tests of patches share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "data/patch.h"

/* JSON written with single quotes, for tables that people read; NULL gives NULL. */
static inline cJSON *quoted(const char *text)
{
	_cleanup_free_ char *copy = xstrdup(text);
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;

	if (!copy)
		return NULL;
	for (char *p = copy; *p; p++) {
		if (*p == '\'')
			*p = '"';
	}
	if (json_parse(copy, strlen(copy), NULL, &node, &err))
		fail_msg("%s: %s", text, err.message);
	return node;
}

/* Compares a tree with JSON written like that; keys in any order, items in theirs. */
static inline void assert_json(const char *name, const char *expected, const cJSON *actual)
{
	_cleanup_json_ cJSON *want = quoted(expected);
	_cleanup_buf_ struct buf a = BUF_INIT, b = BUF_INIT;

	json_print(&a, actual, JSON_COMPACT | JSON_SORT_KEYS);
	json_print(&b, want, JSON_COMPACT | JSON_SORT_KEYS);
	if (strcmp(a.data, b.data))
		print_error("case: %s\n", name);
	assert_string_equal(a.data, b.data);
}

/* Asserts the error of a case, or that it succeeded when error is NULL. */
static inline void assert_outcome(const char *name, const char *error, int rc, const struct error *err)
{
	if (!error && rc)
		fail_msg("%s: %s", name, err->message);
	if (!error)
		return;
	if (!rc)
		fail_msg("%s: expected the error: %s", name, error);
	if (strcmp(error, err->message))
		print_error("case: %s\n", name);
	assert_string_equal(err->message, error);
}

/* A built-in kind by the three words that name it. */
struct kind {
	const char *group, *version, *kind;
};
#define DEPLOYMENT                                                                                                     \
	{                                                                                                              \
		"apps", "v1", "Deployment"                                                                             \
	}
#define POD                                                                                                            \
	{                                                                                                              \
		"", "v1", "Pod"                                                                                        \
	}
#define SERVICE                                                                                                        \
	{                                                                                                              \
		"", "v1", "Service"                                                                                    \
	}
#define BUDGET                                                                                                         \
	{                                                                                                              \
		"policy", "v1", "PodDisruptionBudget"                                                                  \
	}
#define SERVICE_ACCOUNT                                                                                                \
	{                                                                                                              \
		"", "v1", "ServiceAccount"                                                                             \
	}
#define CONFIG_MAP                                                                                                     \
	{                                                                                                              \
		"", "v1", "ConfigMap"                                                                                  \
	}
#define NODE                                                                                                           \
	{                                                                                                              \
		"", "v1", "Node"                                                                                       \
	}
#define STATEFUL_SET                                                                                                   \
	{                                                                                                              \
		"apps", "v1", "StatefulSet"                                                                            \
	}
#define INGRESS                                                                                                        \
	{                                                                                                              \
		"networking.k8s.io", "v1", "Ingress"                                                                   \
	}

static inline const struct strategic_schema *schema_of(const struct kind *k)
{
	return strategic_schema_find(k->group, k->version, k->kind);
}

#endif
