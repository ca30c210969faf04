#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/readiness.h"

static const struct {
	const char *group, *kind, *object;
	enum readiness state;
	const char *text;
} cases[] = {
	{"", "ConfigMap", "{}", READINESS_READY, ""},
	{"", "Service", "{\"spec\":{\"type\":\"LoadBalancer\"}}", READINESS_READY, ""},
	{"", "Pod", "{}", READINESS_WAITING, "Pending"},
	{"", "Pod", "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}", READINESS_READY, ""},
	{"", "Pod", "{\"status\":{\"phase\":\"Succeeded\"}}", READINESS_READY, ""},
	{"", "Pod", "{\"status\":{\"phase\":\"Failed\",\"message\":\"evicted\"}}", READINESS_FAILED, "Failed: evicted"},
	{"", "PersistentVolumeClaim", "{\"status\":{\"phase\":\"Bound\"}}", READINESS_READY, ""},
	{"", "PersistentVolumeClaim", "{\"status\":{\"phase\":\"Lost\"}}", READINESS_FAILED, "Lost"},
	{"batch", "Job", "{\"spec\":{\"completions\":3},\"status\":{\"succeeded\":1}}", READINESS_WAITING, "1 of 3 completions"},
	{"batch", "Job", "{\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}}", READINESS_READY, ""},
	{"batch", "Job", "{\"spec\":{\"suspend\":true}}", READINESS_READY, ""},
	{"batch", "Job", "{\"status\":{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\",\"reason\":\"R\",\"message\":\"m\"}]}}",
	 READINESS_FAILED, "R: m"},
	{"apps", "ReplicaSet", "{\"metadata\":{\"generation\":1},\"spec\":{\"replicas\":2},\"status\":{\"observedGeneration\":1,\"readyReplicas\":1}}",
	 READINESS_WAITING, "1 of 2 replicas are ready"},
	{"apps", "ReplicaSet", "{\"metadata\":{\"generation\":2},\"spec\":{\"replicas\":1},\"status\":{\"observedGeneration\":1,\"readyReplicas\":1}}",
	 READINESS_WAITING, "its controller has not seen it yet"},
	{"apps", "Deployment",
	 "{\"metadata\":{\"name\":\"w\",\"generation\":1},\"status\":{\"observedGeneration\":1,\"conditions\":[{\"type\":\"Progressing\","
	 "\"status\":\"False\",\"reason\":\"ProgressDeadlineExceeded\"}]}}",
	 READINESS_FAILED, "deployment \"w\" exceeded its progress deadline"},
	{"apps", "StatefulSet",
	 "{\"metadata\":{\"generation\":1},\"spec\":{\"replicas\":1,\"updateStrategy\":{\"type\":\"OnDelete\"}},"
	 "\"status\":{\"observedGeneration\":1,\"readyReplicas\":1}}",
	 READINESS_READY, ""},
	{"apiextensions.k8s.io", "CustomResourceDefinition",
	 "{\"status\":{\"conditions\":[{\"type\":\"Established\",\"status\":\"True\"}]}}", READINESS_READY, ""},
	{"apiextensions.k8s.io", "CustomResourceDefinition",
	 "{\"status\":{\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"False\",\"reason\":\"Taken\"}]}}", READINESS_FAILED, "Taken"},
	{"example.com", "Widget", "{}", READINESS_UNKNOWN, ""},
	{"example.com", "Widget", "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}", READINESS_READY, ""},
	{"example.com", "Widget",
	 "{\"metadata\":{\"generation\":2},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"observedGeneration\":1}]}}",
	 READINESS_WAITING, "its controller has not seen it yet"},
	{"example.com", "Widget",
	 "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"Issuing\",\"message\":\"soon\"}]}}",
	 READINESS_WAITING, "Issuing: soon"},
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct resource r = {.group = cases[i].group, .version = "v1", .kind = cases[i].kind};
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *object = NULL;
		_cleanup_buf_ struct buf text = BUF_INIT;

		assert_int_equal(json_parse(cases[i].object, strlen(cases[i].object), NULL, &object, &err), 0);
		json_set_string(object, "kind", cases[i].kind);
		assert_int_equal(readiness_of(&r, object, &text), cases[i].state);
		assert_string_equal(text.data, cases[i].text);
	}
}

#define WAITS(reason, restarts)                                                                                          \
	"{\"spec\":{\"restartPolicy\":\"\"},\"status\":{\"containerStatuses\":[{\"name\":\"c\",\"restartCount\":" restarts \
	",\"state\":{\"waiting\":{\"reason\":\"" reason "\",\"message\":\"m\"}}}]}}"

static const struct {
	const char *pod, *restart, *reason;
	bool lasting, has_log;
} pods[] = {
	{WAITS("ContainerCreating", "0"), "Always", NULL, false, false},
	{WAITS("ErrImagePull", "0"), "Always", "ErrImagePull", false, false},
	{WAITS("ImagePullBackOff", "0"), "Always", "ImagePullBackOff", true, false},
	{WAITS("CrashLoopBackOff", "1"), "Always", "CrashLoopBackOff", false, true},
	{WAITS("CrashLoopBackOff", "2"), "Always", "CrashLoopBackOff", true, true},
	{WAITS("CrashLoopBackOff", "5"), "OnFailure", "CrashLoopBackOff", false, true},
	{"{\"spec\":{\"restartPolicy\":\"\"},\"status\":{\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\","
	 "\"reason\":\"Unschedulable\",\"message\":\"no room\"}]}}", "Always", "Unschedulable", false, false},
};

static cJSON *pod_of(size_t i)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *pod = NULL;

	assert_int_equal(json_parse(pods[i].pod, strlen(pods[i].pod), NULL, &pod, &err), 0);
	json_set_string(json_get(pod, "spec"), "restartPolicy", pods[i].restart);
	return pod;
}

static void test_pods(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pods); i++) {
		_cleanup_json_ cJSON *pod = pod_of(i);
		struct pod_trouble trouble = {0};

		assert_int_equal(pod_trouble(pod, &trouble), pods[i].reason != NULL);
		if (!pods[i].reason)
			continue;
		assert_string_equal(trouble.reason, pods[i].reason);
		assert_int_equal(trouble.lasting, pods[i].lasting);
		assert_int_equal(trouble.has_log, pods[i].has_log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds), cmocka_unit_test(test_pods)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
