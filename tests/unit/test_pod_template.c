#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/json.h"
#include "view/pod_template.h"

/* The text of a Pod template; tests look at the part of it that they are about. */
static void describe(const char *json, struct buf *out)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *pod_template = NULL;

	assert_int_equal(json_parse(json, strlen(json), NULL, &pod_template, &err), 0);
	pod_template_describe(out, pod_template);
}

static void assert_has(const struct buf *text, const char *part)
{
	if (!strstr(text->data, part))
		fail_msg("not found:\n%s\nin:\n%s", part, text->data);
}

static void test_empty(void **state)
{
	static const char *const odd[] = {"{}", "null", "3", "{\"metadata\":3,\"spec\":[]}", "{\"spec\":{\"containers\":{},\"volumes\":3}}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		_cleanup_buf_ struct buf text = BUF_INIT;

		describe(odd[i], &text);
		assert_string_equal(text.data, "Pod Template:\n  Labels:\t<none>\n  Containers: <none>\n  Volumes:\t<none>\n"
					       "  Node-Selectors:\t<none>\n  Tolerations:\t<none>\n");
	}
}

static void test_odd_items(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	describe("{\"metadata\":{\"labels\":{\"a\":1},\"annotations\":{\"b\":[]}},\"spec\":{\"containers\":[null,3,{\"env\":[1],"
		 "\"ports\":[[]],\"volumeMounts\":[null],\"args\":[1,null]}],\"volumes\":[null,1,{\"name\":\"v\",\"iscsi\":3}],"
		 "\"tolerations\":[0],\"topologySpreadConstraints\":[\"x\"]}}",
		 &text);
	assert_null(strstr(text.data, "(null)"));
}

static void test_ports(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	describe("{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"ports\":[{\"containerPort\":80,\"hostPort\":8080,"
		 "\"name\":\"http\",\"protocol\":\"TCP\"},{\"containerPort\":53,\"protocol\":\"UDP\"}]}]}}",
		 &text);
	assert_has(&text, "    Ports:\t80/TCP (http), 53/UDP\n    Host Ports:\t8080/TCP (http), 0/UDP\n");
}

static void test_resource_fields(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	describe("{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":\"1500m\"},\"requests\":{\"memory\":\"100M\"}},"
		 "\"env\":["
		 "{\"name\":\"A\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"limits.cpu\",\"divisor\":\"0\"}}},"
		 "{\"name\":\"B\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"limits.cpu\",\"divisor\":\"1m\"}}},"
		 "{\"name\":\"C\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"requests.memory\",\"divisor\":\"1Mi\"}}},"
		 "{\"name\":\"D\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"limits.memory\"}}},"
		 "{\"name\":\"E\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"requests.cpu\"}}},"
		 "{\"name\":\"F\",\"valueFrom\":{\"resourceFieldRef\":{\"resource\":\"nonsense\"}}}]}]}}",
		 &text);
	assert_has(&text, "      A:\t2 (limits.cpu)\n      B:\t1500 (limits.cpu)\n      C:\t96 (requests.memory)\n"
			  "      D:\tnode allocatable (limits.memory)\n      E:\t0 (requests.cpu)\n      F:\t (nonsense)\n");
}

static void test_volumes(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	describe("{\"spec\":{\"volumes\":["
		 "{\"name\":\"a\",\"rbd\":{\"monitors\":[\"m\",\"n\"],\"image\":\"i\",\"secretRef\":{\"name\":\"s\"}}},"
		 "{\"name\":\"b\",\"fc\":{\"targetWWNs\":[\"x\",\"y\"],\"lun\":0}},"
		 "{\"name\":\"c\",\"flexVolume\":{\"driver\":\"d/e\",\"options\":{\"z\":\"1\",\"a\":\"2\"}}},"
		 "{\"name\":\"d\",\"csi\":{\"driver\":\"d\",\"volumeAttributes\":{\"b\":\"1\",\"a\":\"2\"}}},"
		 "{\"name\":\"e\",\"ephemeral\":{\"volumeClaimTemplate\":{\"metadata\":{\"labels\":{\"a\":\"b\",\"c\":\"d\"},"
		 "\"annotations\":{\"k\":\"v\",\"l\":\"w\"}},\"spec\":{\"storageClassName\":\"sc\"}}}},"
		 "{\"name\":\"f\",\"unheardOf\":{}}]}}",
		 &text);
	assert_has(&text, "   a:\n    Type:\tRBD (a Rados Block Device mount on the host that shares a pod's lifetime)\n"
			  "    CephMonitors:\t[m n]\n    RBDImage:\ti\n    FSType:\t\n    RBDPool:\t\n    RadosUser:\t\n    Keyring:\t\n"
			  "    SecretRef:\t&LocalObjectReference{Name:s,}\n    ReadOnly:\tfalse\n");
	assert_has(&text, "    TargetWWNs:\tx, y\n    LUN:\t0\n    FSType:\t\n    ReadOnly:\tfalse\n");
	assert_has(&text, "    SecretRef:\tnil\n    ReadOnly:\tfalse\n    Options:\tmap[a:2 z:1]\n");
	assert_has(&text, "    VolumeAttributes:\t    a=2\n        \t    b=1\n");
	assert_has(&text, "    StorageClass:\tsc\n    Volume:\t\n    Labels:\t    a=b\n        \t    c=d\n"
			  "    Annotations:\t    k: v\n    \t    l: w\n    Capacity:\t\n    Access Modes:\t\n");
	assert_has(&text, "   f:\n  <unknown>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),	      cmocka_unit_test(test_odd_items), cmocka_unit_test(test_ports),
		cmocka_unit_test(test_resource_fields), cmocka_unit_test(test_volumes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
