#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "view/describe/engine.h"

/* What a kind's fields make of an object, aligned; related holds answers by sort, "related": [items]. */
struct fixture {
	struct describe d;
	struct buf text;
	cJSON *object;
	struct resource resource;
};

static cJSON *parse(const char *json)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;

	if (json_parse(json, strlen(json), NULL, &node, &err))
		fail_msg("%s: %s", err.message, json);
	return node;
}

static void fixture_open(struct fixture *f, const char *group, const char *kind, const char *json)
{
	*f = (struct fixture){.text = BUF_INIT, .object = parse(json), .resource = {.group = group, .kind = kind}};
	f->d = (struct describe){
	        .resource = &f->resource,
	        .kind = kind_find(&f->resource),
	        .object = f->object,
	        .answers = VEC_OWNING(answer_free),
	        .raw = BUF_INIT,
	};
	f->d.options = &f->d.options_copy;
}

static void fixture_answer(struct fixture *f, const struct related *what, const char *name, const char *json)
{
	struct answer *a = NEW(struct answer);

	a->what = what;
	a->name = xstrdup(name);
	a->json = parse(json);
	vec_add(&f->d.answers, a);
}

static void fixture_fail(struct fixture *f, const struct related *what, const char *name, const char *reason,
                         const char *message)
{
	struct answer *a = NEW(struct answer);

	a->what = what;
	a->name = xstrdup(name);
	error_set(&a->error, ERROR_API, "%s", message);
	a->error.reason = xstrdup(reason);
	vec_add(&f->d.answers, a);
}

static int fixture_run(struct fixture *f, struct error *err)
{
	return describe_finish(&f->d, &f->text, err);
}

static void fixture_close(struct fixture *f)
{
	vec_release(&f->d.answers);
	buf_release(&f->d.raw);
	error_release(&f->d.failed);
	buf_release(&f->text);
	cJSON_Delete(f->object);
}

static void assert_describes(const char *group, const char *kind, const char *json, const char *expected)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	fixture_open(&f, group, kind, json);
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_string_equal(f.text.data, expected);
	fixture_close(&f);
}

/* ---- the engine ------------------------------------------------------------------------------------- */

static void test_expand(void **state)
{
	static const struct {
		const char *template, *expected;
	} rows[] = {
	        {"plain", "plain"},
	        {"{a} of {b.c}", "1 of x"},
	        {"{missing}", ""},
	        {"{missing|none}", "none"},
	        {"{empty|none}", "none"},
	        {"{b.missing.more|0}", "0"},
	        {"{list@comma}", "p,q"},
	        {"{list@comma_space}", "p, q"},
	        {"{list@list}", "[p q]"},
	        {"{missing@list}", "[]"},
	        {"{size@quantity}", "1Gi"},
	        {"{missing@quantity}", "0"},
	        {"{size@limit}", "1Gi"},
	        {"{missing@limit}", "<unset>"},
	        {"{when@time}", "Thu, 01 Jan 2026 01:02:03 +0000"},
	        {"{missing@time}", "Mon, 01 Jan 0001 00:00:00 +0000"},
	        {"{missing@age}", "<unknown>"},
	        {"{sel@selector}", "k=v,m in (a,b)"},
	        {"{missing@selector}", "<none>"},
	        {"{no@time|never}", "never"},
	        {"{f}", "false"},
	        {"{f|x}", "false"},
	        {"cut {a", "cut "},
	};
	_cleanup_json_ cJSON *node =
	        parse("{\"a\":1,\"b\":{\"c\":\"x\"},\"empty\":\"\",\"list\":[\"p\",\"q\"],\"size\":\"1024Mi\",\"f\":false,"
	              "\"when\":\"2026-01-01T01:02:03Z\",\"no\":null,"
	              "\"sel\":{\"matchLabels\":{\"k\":\"v\"},\"matchExpressions\":[{\"key\":\"m\",\"operator\":\"In\",\"values\":[\"b\",\"a\"]}]}}");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		expand(&out, rows[i].template, node);
		assert_string_equal(out.data, rows[i].expected);
	}
}

static void test_escapes(void **state)
{
	(void)state;
	assert_describes("", "Secret", "{\"metadata\":{\"name\":\"a\\u001b[31m\\rb\"},\"type\":\"Opaque\"}",
	                 "Name:         a^[[31m\\rb\nNamespace:    \nLabels:       <none>\nAnnotations:  <none>\n\n"
	                 "Type:  Opaque\n\nData\n====\n");
}

static void test_annotations(void **state)
{
	_cleanup_buf_ struct buf json = BUF_INIT;
	struct fixture f;
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	buf_puts(&json, "{\"metadata\":{\"name\":\"n\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\","
	                "\"a\":\"one\\ntwo\\n\",\"fits\":\"");
	buf_pad(&json, 'x', 134);
	buf_puts(&json, "\",\"long\":\"");
	buf_pad(&json, 'y', 139);
	buf_puts(&json, "\"}},\"type\":\"t\"}");
	fixture_open(&f, "", "Secret", json.data);
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Annotations:  a:\n                one\n                two\n              fits: xxx"));
	assert_non_null(strstr(f.text.data, "x\n              long:\n                yyy"));
	assert_non_null(strstr(f.text.data, "yyy...\n"));
	assert_null(strstr(f.text.data, "last-applied"));
	fixture_close(&f);
}

/* ---- kinds ----------------------------------------------------------------------------------------------- */

static void test_config_map(void **state)
{
	(void)state;
	assert_describes("", "ConfigMap",
	                 "{\"metadata\":{\"name\":\"c\",\"namespace\":\"n\",\"labels\":{\"b\":\"2\",\"a\":\"1\"}},"
	                 "\"data\":{\"z\":\"1\\n2\",\"a\":\"x\"},\"binaryData\":{\"bin\":\"AAEC/w==\"}}",
	                 "Name:         c\nNamespace:    n\nLabels:       a=1\n              b=2\nAnnotations:  <none>\n\n"
	                 "Data\n====\na:\n----\nx\n\nz:\n----\n1\n2\n\n\nBinaryData\n====\nbin: 4 bytes\n\n");
}

static void test_secret(void **state)
{
	(void)state;
	assert_describes("", "Secret",
	                 "{\"metadata\":{\"name\":\"s\"},\"type\":\"Opaque\",\"data\":{\"token\":\"c2VjcmV0\"}}",
	                 "Name:         s\nNamespace:    \nLabels:       <none>\nAnnotations:  <none>\n\nType:  Opaque\n\n"
	                 "Data\n====\ntoken:  6 bytes\n");
	assert_describes("", "Secret",
	                 "{\"metadata\":{\"name\":\"s\"},\"type\":\"kubernetes.io/service-account-token\","
	                 "\"data\":{\"token\":\"c2VjcmV0\",\"ca.crt\":\"eHg=\"}}",
	                 "Name:         s\nNamespace:    \nLabels:       <none>\nAnnotations:  <none>\n\n"
	                 "Type:  kubernetes.io/service-account-token\n\nData\n====\nca.crt:  2 bytes\ntoken:   secret\n");
}

static void test_role(void **state)
{
	(void)state;
	assert_describes("rbac.authorization.k8s.io", "Role",
	                 "{\"metadata\":{\"name\":\"r\"},\"rules\":["
	                 "{\"apiGroups\":[\"\",\"apps\"],\"resources\":[\"pods\",\"d/scale\"],\"verbs\":[\"list\",\"get\"]},"
	                 "{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"watch\",\"get\"]},"
	                 "{\"apiGroups\":[\"\"],\"resources\":[\"cm\"],\"resourceNames\":[\"b\"],\"verbs\":[\"get\"]},"
	                 "{\"nonResourceURLs\":[\"/m\"],\"verbs\":[\"get\",\"post\"]}]}",
	                 "Name:         r\nLabels:       <none>\nAnnotations:  <none>\nPolicyRule:\n"
	                 "  Resources     Non-Resource URLs  Resource Names  Verbs\n"
	                 "  ---------     -----------------  --------------  -----\n"
	                 "                [/m]               []              [get]\n"
	                 "  cm            []                 [b]             [get]\n"
	                 "  pods          []                 []              [list get watch]\n"
	                 "  d/scale       []                 []              [list get]\n"
	                 "  d.apps/scale  []                 []              [list get]\n"
	                 "  pods.apps     []                 []              [list get]\n"
	                 "                [/m]               []              [post]\n");
}

static void test_generic(void **state)
{
	(void)state;
	assert_describes("example.com", "Widget",
	                 "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\",\"managedFields\":[{}],"
	                 "\"uid\":\"u\"},\"spec\":{\"podCIDRs\":[\"a\",{\"b\":1}],\"HTTPRoute\":true,\"hostIPs\":null,"
	                 "\"apiURL\":\"x\",\"a.b/c\":1.50,\"foo-bar\":\"y\",\"snake_case\":2}}",
	                 "Name:         w\nNamespace:    \nLabels:       <none>\nAnnotations:  <none>\n"
	                 "API Version:  example.com/v1\nKind:         Widget\nMetadata:\n  UID:  u\nSpec:\n"
	                 "  HTTPRoute:  true\n  a.b/c:      1.5\n  API URL:    x\n  Foo - Bar:  y\n  Host I Ps:  <nil>\n"
	                 "  Pod CIDRs:\n    a\n    B:         1\n  snake_case:  2\n");
}

static void test_pod_counts(void **state)
{
	static const char json[] = "{\"metadata\":{\"name\":\"r\",\"uid\":\"1\"},\"spec\":{\"template\":{}}}";
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "apps", "ReplicaSet", json);
	fixture_answer(&f, &related_pods, "",
	               "{\"items\":["
	               "{\"metadata\":{\"ownerReferences\":[{\"controller\":true,\"uid\":\"1\"}]},\"status\":{\"phase\":\"Running\"}},"
	               "{\"metadata\":{\"ownerReferences\":[{\"controller\":true,\"uid\":\"2\"}]},\"status\":{\"phase\":\"Running\"}},"
	               "{\"metadata\":{\"ownerReferences\":[{\"controller\":true,\"uid\":\"1\"}]},\"status\":{\"phase\":\"Pending\"}},"
	               "{\"status\":{\"phase\":\"Failed\"}}]}");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Pods Status:  1 Running / 1 Waiting / 0 Succeeded / 0 Failed\n"));
	fixture_close(&f);

	/* a ReplicaSet tells that its Pods cannot be seen; a DaemonSet is not described without them */
	fixture_open(&f, "apps", "ReplicaSet", json);
	fixture_fail(&f, &related_pods, "", "Forbidden", "pods is forbidden");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Pods Status:  error in fetching pods: pods is forbidden\n"));
	fixture_close(&f);
	fixture_open(&f, "apps", "DaemonSet", json);
	fixture_fail(&f, &related_pods, "", "Forbidden", "pods is forbidden");
	assert_int_equal(fixture_run(&f, &err), -1);
	assert_string_equal(err.message, "pods is forbidden");
	assert_string_equal(f.text.data, "");
	fixture_close(&f);
}

static void test_node_without_rights(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "", "Node", "{\"metadata\":{\"name\":\"n\"}}");
	fixture_fail(&f, &related_pods, "", "Forbidden", "pods is forbidden");
	fixture_fail(&f, &related_lease, "n", "Forbidden", "leases is forbidden");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Lease:              Failed to get lease: leases is forbidden\n"));
	assert_non_null(strstr(f.text.data, "Pods:                         not authorized\n"));
	fixture_close(&f);
}

static void test_resource_slices(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf slices = BUF_INIT;
	struct fixture f;

	(void)state;
	buf_puts(&slices, "{\"items\":[{\"spec\":{\"driver\":\"a\",\"pool\":{\"name\":\"p\"},\"devices\":[{},{}]}}");
	for (int i = 0; i < 11; i++)
		buf_printf(&slices, ",{\"spec\":{\"driver\":\"a\",\"pool\":{\"name\":\"p%s%d\"},\"devices\":[{}]}}", i ? "-" : "", i);
	buf_puts(&slices, ",{\"spec\":{\"driver\":\"a\",\"pool\":{\"name\":\"p\"},\"devices\":[{}]}}]}");
	fixture_open(&f, "", "Node", "{\"metadata\":{\"name\":\"n\"}}");
	fixture_answer(&f, &related_resource_slices, "", slices.data);
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Node-Local ResourceSlices:\n  Driver  Pool  Slices  Devices\n"
	                                    "  ------  ----  ------  -------\n  a       p     2       3\n  a       p-1   1       1\n"));
	assert_non_null(strstr(f.text.data, "\n  ...and 2 more pools\n"));
	fixture_close(&f);
}

static void test_events(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "", "ServiceAccount", "{\"metadata\":{\"name\":\"s\"}}");
	f.d.options_copy.events = true;
	fixture_answer(&f, &related_events, "",
	               "{\"items\":["
	               "{\"type\":\"Normal\",\"reason\":\"B\",\"message\":\" second \\n\",\"lastTimestamp\":\"2026-01-02T00:00:00Z\","
	               "\"source\":{\"component\":\"kubelet\"},\"involvedObject\":{\"fieldPath\":\"spec.c\"}},"
	               "{\"type\":\"Warning\",\"reason\":\"A\",\"message\":\"first\",\"lastTimestamp\":\"2026-01-01T00:00:00Z\","
	               "\"reportingComponent\":\"controller\"}]}");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Events:\n  Type     Reason  Age        From        Message\n"
	                                    "  ----     ------  ----       ----        -------\n"
	                                    "  Warning  A       <unknown>  controller  first\n"
	                                    "  Normal   B       <unknown>  kubelet     spec.c: second\n"));
	fixture_close(&f);
}

static void test_endpoints_of_service(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "", "Service", "{\"metadata\":{\"name\":\"s\"},\"spec\":{\"ports\":[{\"port\":80,\"protocol\":\"TCP\"}]}}");
	fixture_answer(&f, &related_slices, "",
	               "{\"items\":[{\"ports\":[{\"name\":\"\",\"port\":8080}],\"endpoints\":[{\"addresses\":[\"10.0.0.1\"]},"
	               "{\"addresses\":[\"10.0.0.2\"],\"conditions\":{\"ready\":false}},{\"addresses\":[\"fd00::3\"]},"
	               "{\"addresses\":[\"10.0.0.4\"]},{\"addresses\":[\"10.0.0.5\"]}]}]}");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Port:              <unset>  80/TCP\nTargetPort:        0/TCP\n"
	                                    "Endpoints:         10.0.0.1:8080,[fd00::3]:8080,10.0.0.4:8080 + 1 more...\n"));
	fixture_close(&f);
}

static void test_job(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "batch", "Job",
	             "{\"metadata\":{\"name\":\"j\"},\"spec\":{\"completionMode\":\"Indexed\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}},"
	             "\"status\":{\"startTime\":\"2026-01-01T00:00:00Z\",\"completionTime\":\"2026-01-01T00:05:07Z\",\"ready\":1,"
	             "\"active\":2,\"succeeded\":3,"
	             "\"completedIndexes\":\"0-9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51\"}}");
	assert_int_equal(fixture_run(&f, &err), 0);
	assert_non_null(strstr(f.text.data, "Selector:           a=b\n"));
	assert_non_null(strstr(f.text.data, "Completions:        <unset>\n"));
	assert_non_null(strstr(f.text.data, "Duration:           5m7s\n"));
	assert_non_null(strstr(f.text.data, "Pods Statuses:      2 Active (1 Ready) / 3 Succeeded / 0 Failed\n"));
	assert_non_null(strstr(f.text.data, "Completed Indexes:  0-9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,...\n"));
	fixture_close(&f);
}

static void test_broken_csr(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct fixture f;

	(void)state;
	fixture_open(&f, "certificates.k8s.io", "CertificateSigningRequest", "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"request\":\"eHg=\"}}");
	assert_int_equal(fixture_run(&f, &err), -1);
	assert_string_equal(err.message, "Error parsing CSR: PEM block type must be CERTIFICATE REQUEST");
	fixture_close(&f);
}

/* ---- objects as no server sends them: nothing may break --------------------------------------------------- */

static void test_odd(void **state)
{
	static const struct kind *const tables[] = {
	        kinds_core, kinds_workloads, kinds_network, kinds_storage, kinds_policy, kinds_rbac,
	};
	static const char *const odd[] = {
	        "{}",
	        "{\"metadata\":3,\"spec\":[],\"status\":\"x\",\"data\":[1],\"rules\":[null,{\"apiGroups\":3}],\"subjects\":[1]}",
	        "{\"metadata\":{\"labels\":[1],\"annotations\":{\"a\":3},\"ownerReferences\":[null],\"finalizers\":{\"a\":1}},"
	        "\"spec\":{\"ports\":[null,[]],\"limits\":[{\"max\":[1],\"min\":{\"cpu\":\"x\"}}],\"selector\":[1],\"template\":[],"
	        "\"hard\":3,\"metrics\":[null,{\"type\":\"External\"},{\"type\":\"Object\"}],\"taints\":[3],\"volumes\":[1],"
	        "\"containers\":[null],\"rules\":[null,{\"http\":1}],\"ingress\":[null,{\"from\":[null]}],\"request\":7,"
	        "\"podSelector\":1,\"policyTypes\":[\"Ingress\",3],\"drivers\":[null],\"volumeClaimTemplates\":[null]},"
	        "\"status\":{\"hard\":{\"a\":[]},\"used\":[],\"capacity\":[1],\"allocatable\":{\"cpu\":[]},\"conditions\":[null],"
	        "\"addresses\":[1],\"loadBalancer\":{\"ingress\":[null]},\"active\":[null],\"startTime\":\"x\"},"
	        "\"subsets\":[null],\"endpoints\":[null,{\"addresses\":3}],\"ports\":[null],\"data\":{\"a\":1},"
	        "\"imagePullSecrets\":[null],\"mountOptions\":[null],\"allowedTopologies\":[null]}",
	};

	(void)state;
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
		for (const struct kind *k = tables[t]; k->kind; k++) {
			for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
				_cleanup_error_ struct error err = ERROR_INIT;
				struct fixture f;

				fixture_open(&f, k->group, k->kind, odd[i]);
				assert_ptr_equal(f.d.kind, k);
				fixture_answer(&f, &related_pods, "", "{\"items\":[null,{\"spec\":{\"overhead\":[1],\"containers\":[3]}}]}");
				fixture_answer(&f, &related_slices, "", "{\"items\":[null,{\"ports\":[null],\"endpoints\":[null]}]}");
				fixture_run(&f, &err);
				assert_null(strstr(f.text.data, "(null)"));
				fixture_close(&f);
			}
		}
	}
}

static int use_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_expand),        cmocka_unit_test(test_escapes),
	        cmocka_unit_test(test_annotations),   cmocka_unit_test(test_config_map),
	        cmocka_unit_test(test_secret),        cmocka_unit_test(test_role),
	        cmocka_unit_test(test_generic),       cmocka_unit_test(test_pod_counts),
	        cmocka_unit_test(test_node_without_rights), cmocka_unit_test(test_events),
	        cmocka_unit_test(test_endpoints_of_service), cmocka_unit_test(test_broken_csr),
	        cmocka_unit_test(test_odd),           cmocka_unit_test(test_job),           cmocka_unit_test(test_resource_slices),
	};

	return cmocka_run_group_tests(tests, use_utc, NULL);
}
