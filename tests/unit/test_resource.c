#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kube/resource.h"

static const struct resource *find(const char *group, const char *name)
{
	for (const struct resource *r = builtin_resources; r->name; r++)
		if (!strcmp(r->group, group) && !strcmp(r->name, name))
			return r;
	fail_msg("no built-in %s in group \"%s\"", name, group);
	return NULL;
}

static void assert_path(const struct resource *r, const char *ns, const char *name, const char *sub,
                        const char *expected)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	resource_path(&b, r, ns, name, sub);
	assert_string_equal(b.data, expected);
}

static void test_path(void **state)
{
	const struct resource *pods = find("", "pods"), *nodes = find("", "nodes");
	const struct resource *deployments = find("apps", "deployments");

	(void)state;
	assert_path(pods, "default", NULL, NULL, "/api/v1/namespaces/default/pods");
	assert_path(pods, NULL, NULL, NULL, "/api/v1/pods");
	assert_path(pods, "", "", "", "/api/v1/pods");
	assert_path(pods, "default", "web", "log", "/api/v1/namespaces/default/pods/web/log");
	assert_path(nodes, "default", "n1", NULL, "/api/v1/nodes/n1");
	assert_path(deployments, "a", "x", "scale", "/apis/apps/v1/namespaces/a/deployments/x/scale");
	assert_path(find("rbac.authorization.k8s.io", "clusterroles"), NULL, "system:node", NULL,
	            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode");
	assert_path(pods, "../x", "a b?", NULL, "/api/v1/namespaces/..%2Fx/pods/a%20b%3F");
}

static void test_names(void **state)
{
	_cleanup_buf_ struct buf b = BUF_INIT;

	(void)state;
	resource_group_name(&b, find("apps", "deployments"));
	assert_string_equal(b.data, "deployments.apps");
	buf_clear(&b);
	resource_group_name(&b, find("", "pods"));
	assert_string_equal(b.data, "pods");
	buf_clear(&b);
	resource_object_name(&b, find("apps", "deployments"), "web");
	assert_string_equal(b.data, "deployment.apps/web");
	buf_clear(&b);
	resource_object_name(&b, find("", "configmaps"), "c");
	assert_string_equal(b.data, "configmap/c");
	buf_clear(&b);
	resource_api_version(&b, find("", "pods"));
	assert_string_equal(b.data, "v1");
	buf_clear(&b);
	resource_api_version(&b, find("batch", "jobs"));
	assert_string_equal(b.data, "batch/v1");
}

static void test_lists(void **state)
{
	const struct resource *pods = find("", "pods"),
	                      *crds = find("apiextensions.k8s.io", "customresourcedefinitions");

	(void)state;
	assert_true(resource_has_verb(pods, "deletecollection"));
	assert_true(resource_has_verb(pods, "watch"));
	assert_false(resource_has_verb(pods, "delet"));
	assert_false(resource_has_verb(pods, ""));
	assert_false(resource_has_verb(find("", "bindings"), "get"));
	assert_true(resource_has_short_name(crds, "crd"));
	assert_true(resource_has_short_name(crds, "crds"));
	assert_false(resource_has_short_name(pods, ""));
	assert_true(resource_has_category(pods, "all"));
	assert_false(resource_has_category(find("", "secrets"), "all"));
	assert_true(resource_same(pods, find("", "pods")));
	assert_false(resource_same(pods, find("", "nodes")));
}

static void assert_refused(const char *ns, const char *name, const char *message)
{
	_cleanup_error_ struct error err = ERROR_INIT;

	assert_int_equal(resource_check_path(ns, name, &err), -1);
	assert_int_equal(err.class, ERROR_OTHER);
	assert_string_equal(err.message, message);
}

static void test_names_of_other_paths(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(resource_check_path("default", "a..b:c", &err), 0);
	assert_int_equal(resource_check_path(NULL, "a", &err), 0);
	assert_int_equal(resource_check_path("", "...", &err), 0);
	assert_refused("default", "", "resource name may not be empty");
	/* of a list only the namespace counts */
	assert_int_equal(resource_check_path("default", NULL, &err), 0);
	assert_refused("..", NULL, "invalid namespace \"..\": [may not be '..']");
	assert_refused("a/b", NULL, "invalid namespace \"a/b\": [may not contain '/']");
	assert_refused(NULL, ".", "invalid resource name \".\": [may not be '.']");
	assert_refused(NULL, "..", "invalid resource name \"..\": [may not be '..']");
	assert_refused(NULL, "a%b/\"", "invalid resource name \"a%b/\\\"\": [may not contain '/' may not contain '%']");
	assert_refused("..", "a", "invalid namespace \"..\": [may not be '..']");
}

/* Reads the next field of a tab-separated line; "-" is "". */
static const char *field(char **line)
{
	char *start = strsep(line, "\t\n");

	assert_non_null(start);
	return strcmp(start, "-") ? start : "";
}

static void assert_row(const struct resource *r, char *line)
{
	assert_non_null(r->name);
	assert_string_equal(r->group, field(&line));
	assert_string_equal(r->version, field(&line));
	assert_string_equal(r->name, field(&line));
	assert_string_equal(r->singular, field(&line));
	assert_string_equal(r->kind, field(&line));
	assert_string_equal(r->short_names, field(&line));
	assert_string_equal(r->categories, field(&line));
	assert_string_equal(r->verbs, field(&line));
	assert_string_equal(r->subresources, field(&line));
	assert_string_equal(r->namespaced ? "Namespaced" : "Cluster", field(&line));
}

static void test_builtins_are_what_a_server_lists(void **state)
{
	const struct resource *r = builtin_resources;
	FILE *f = fopen("tests/unit/facts/builtin-1.36.tsv", "re");
	char line[1024];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (line[0] != '#')
			assert_row(r++, line);
	fclose(f);
	assert_null(r->name);
	assert_int_equal(r - builtin_resources, 68);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_path),
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_names_of_other_paths),
	        cmocka_unit_test(test_builtins_are_what_a_server_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
