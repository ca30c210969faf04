#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/neat.h"

/* What is left of before. */
static void assert_neat(const char *before, const char *after)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (json_parse(before, strlen(before), NULL, &object, &err))
		fail_msg("%s: %s", before, err.message);
	object_neaten(object);
	json_print(&text, object, JSON_COMPACT);
	assert_string_equal(text.data, after);
}

static void test_bookkeeping(void **state)
{
	(void)state;
	assert_neat("{\"apiVersion\":\"example.com/v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"x\",\"uid\":\"1\",\"resourceVersion\":\"2\","
		    "\"generation\":1,\"creationTimestamp\":\"t\",\"annotations\":{\"deployment.kubernetes.io/revision\":\"1\"},"
		    "\"labels\":{}},\"spec\":{\"restartPolicy\":\"Always\"},\"status\":{}}",
		    "{\"apiVersion\":\"example.com/v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"x\"},"
		    "\"spec\":{\"restartPolicy\":\"Always\"}}");
	assert_neat("{}", "{}");
	assert_neat("[]", "[]");
	assert_neat("{\"kind\":7,\"metadata\":[],\"spec\":\"x\"}", "{\"kind\":7,\"metadata\":[],\"spec\":\"x\"}");
}

/* Values of the API's defaults go, others stay; so does what was written. */
static void test_defaults(void **state)
{
	(void)state;
	assert_neat("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"type\":\"ClusterIP\",\"sessionAffinity\":\"ClientIP\","
		    "\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":80},{\"port\":53,\"protocol\":\"UDP\",\"targetPort\":5353}]}}",
		    "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"sessionAffinity\":\"ClientIP\","
		    "\"ports\":[{\"port\":80},{\"port\":53,\"protocol\":\"UDP\",\"targetPort\":5353}]}}");
	assert_neat("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"annotations\":{"
		    "\"kubectl.kubernetes.io/last-applied-configuration\":"
		    "\"{\\\"spec\\\":{\\\"type\\\":\\\"ClusterIP\\\",\\\"ports\\\":[{\\\"port\\\":80,\\\"targetPort\\\":80}]}}\"}},"
		    "\"spec\":{\"type\":\"ClusterIP\",\"ports\":[{\"port\":80,\"protocol\":\"TCP\",\"targetPort\":80}]}}",
		    "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{},"
		    "\"spec\":{\"type\":\"ClusterIP\",\"ports\":[{\"port\":80,\"targetPort\":80}]}}");
	assert_neat("{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"Service\",\"spec\":{\"type\":\"ClusterIP\"}}",
		    "{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"Service\",\"spec\":{\"type\":\"ClusterIP\"}}");
}

static void test_pull_policy(void **state)
{
	static const struct {
		const char *image, *policy;
		bool stays;
	} cases[] = {
		{"nginx", "Always", false},          {"nginx:latest", "Always", false},
		{"nginx:1", "Always", true},         {"nginx:1", "IfNotPresent", false},
		{"nginx", "IfNotPresent", true},     {"registry:5000/nginx", "Always", false},
		{"nginx@sha256:0", "Always", true}, {"nginx@sha256:0", "IfNotPresent", false},
		{"nginx", "Never", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *format = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"image\":\"%s\"%s%s%s}]}}";
		_cleanup_free_ char *before = xasprintf(format, cases[i].image, ",\"imagePullPolicy\":\"", cases[i].policy, "\"");
		_cleanup_free_ char *without = xasprintf(format, cases[i].image, "", "", "");

		assert_neat(before, cases[i].stays ? before : without);
	}
}

/* What no manager owns was added; items of lists stay, and all of what is owned as a whole. */
static void test_owners(void **state)
{
	(void)state;
	assert_neat("{\"kind\":\"X\",\"metadata\":{\"managedFields\":["
		    "{\"fieldsV1\":{\"f:spec\":{\"f:a\":{},\"f:list\":{\"k:{\\\"name\\\":\\\"one\\\"}\":{\".\":{},\"f:name\":{}}}}}},"
		    "{\"fieldsV1\":{\"f:spec\":{\"f:b\":{\"f:c\":{}}}}},{\"fieldsV1\":{\"f:status\":{}}}]},"
		    "\"spec\":{\"a\":{\"deep\":1},\"b\":{\"c\":1,\"d\":2},\"e\":3,"
		    "\"list\":[{\"name\":\"one\",\"added\":1},{\"name\":\"two\",\"x\":1}]}}",
		    "{\"kind\":\"X\",\"metadata\":{},\"spec\":{\"a\":{\"deep\":1},\"b\":{\"c\":1},"
		    "\"list\":[{\"name\":\"one\"},{\"name\":\"two\",\"x\":1}]}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bookkeeping),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_pull_policy),
		cmocka_unit_test(test_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
