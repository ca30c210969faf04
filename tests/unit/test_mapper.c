#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kube/discovery.h"
#include "kube/mapper.h"

/* Without a client only the built-in kinds are known. */
static struct mapper *offline(void)
{
	struct mapper *m;
	struct error e = ERROR_INIT;

	assert_int_equal(mapper_new(NULL, &m, &e), 0);
	return m;
}

struct lookup {
	const char *argument, *expected; /* GROUP/VERSION/NAME; NULL: needs discovery */
};
static const struct lookup lookups[] = {
	{"pods", "/v1/pods"},
	{"pod", "/v1/pods"},
	{"po", "/v1/pods"},
	{"Pod", "/v1/pods"},
	{"PODS", "/v1/pods"},
	{"PO", NULL}, /* short names are as they are written */
	{"deploy", "apps/v1/deployments"},
	{"deploy.apps", "apps/v1/deployments"},
	{"deploy.v1.apps", "apps/v1/deployments"},
	{"deployments.v1.apps", "apps/v1/deployments"},
	{"deployments.v2.apps", NULL},
	{"Deployment.v1.apps", "apps/v1/deployments"},
	{"StatefulSet", "apps/v1/statefulsets"},
	{"deployments.ap", "apps/v1/deployments"}, /* a group may be cut short */
	{"storageclass.storage", "storage.k8s.io/v1/storageclasses"},
	{"ing.networking", "networking.k8s.io/v1/ingresses"},
	{"hpa", "autoscaling/v2/horizontalpodautoscalers"},
	{"horizontalpodautoscalers.v1.autoscaling", "autoscaling/v1/horizontalpodautoscalers"},
	{"events", "/v1/events"},
	{"events.events.k8s.io", "events.k8s.io/v1/events"},
	{"events.v1.", "/v1/events"},
	{"crd", "apiextensions.k8s.io/v1/customresourcedefinitions"},
	{"crds", "apiextensions.k8s.io/v1/customresourcedefinitions"},
	{"endpoints", "/v1/endpoints"},
	{"all", NULL},
	{"pods.nope", NULL},
	{"", NULL},
	{".", NULL},
	{"..", NULL},
	{"podz", NULL},
};

static void assert_is(const struct resource *r, const char *expected)
{
	_cleanup_free_ char *text = xasprintf("%s/%s/%s", r->group, r->version, r->name);

	assert_string_equal(text, expected);
}

static void test_arguments(void **state)
{
	_cleanup_(mapper_free_p) struct mapper *m = offline();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lookups); i++) {
		_cleanup_error_ struct error e = ERROR_INIT;
		const struct resource *r = NULL;

		assert_int_equal(mapper_is_builtin(m, lookups[i].argument), lookups[i].expected != NULL);
		assert_int_equal(mapper_find(m, lookups[i].argument, &r, &e), lookups[i].expected ? 0 : -1);
		if (lookups[i].expected)
			assert_is(r, lookups[i].expected);
		else
			assert_string_equal(e.message, "local operation only");
	}
}

static void test_kinds(void **state)
{
	static const struct {
		const char *version, *kind, *expected;
	} kinds[] = {
		{"v1", "Pod", "/v1/pods"},
		{"v1", "pod", "/v1/pods"},
		{"apps/v1", "Deployment", "apps/v1/deployments"},
		{"autoscaling/v1", "HorizontalPodAutoscaler", "autoscaling/v1/horizontalpodautoscalers"},
		{"", "Pod", "/v1/pods"},
		{"v1", "POD", NULL},
		{"v1", "Deployment", NULL},
		{"apps/v2", "Deployment", NULL},
		{"apps", "Deployment", NULL},
	};
	_cleanup_(mapper_free_p) struct mapper *m = offline();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_error_ struct error e = ERROR_INIT;
		const struct resource *r = NULL;

		assert_int_equal(mapper_find_kind(m, kinds[i].version, kinds[i].kind, &r, &e),
				 kinds[i].expected ? 0 : -1);
		if (kinds[i].expected)
			assert_is(r, kinds[i].expected);
	}
}

static const char aggregated[] =
	"{\"kind\":\"APIGroupDiscoveryList\",\"items\":["
	"{\"metadata\":{\"name\":\"example.com\"},\"versions\":["
	"  {\"version\":\"v2\",\"freshness\":\"Current\",\"resources\":["
	"    "
	"{\"resource\":\"widgets\",\"responseKind\":{\"group\":\"\",\"version\":\"\",\"kind\":\"Widget\"},\"scope\":"
	"\"Namespaced\","
	"     "
	"\"singularResource\":\"widget\",\"verbs\":[\"get\",\"list\"],\"shortNames\":[\"wd\",\"w\"],\"categories\":["
	"\"all\"],"
	"     \"subresources\":[{\"subresource\":\"status\"},{\"subresource\":\"scale\"}]},"
	"    {\"resource\":\"parents\",\"scope\":\"Cluster\",\"verbs\":[\"get\"]},"
	"    {\"resource\":\"gears\",\"responseKind\":{\"kind\":\"Gear\"},\"scope\":\"Cluster\"}]},"
	"  {\"version\":\"v1\",\"freshness\":\"Stale\",\"resources\":["
	"    {\"resource\":\"widgets\",\"responseKind\":{\"kind\":\"Widget\"},\"scope\":\"Namespaced\"}]}]},"
	"{\"metadata\":{},\"versions\":[{\"version\":\"v1\",\"resources\":[]}]}]}";

static void test_documents(void **state)
{
	struct discovery d = {.failed = VEC_OF_STRINGS};
	struct error e = ERROR_INIT;
	_cleanup_json_ cJSON *document = NULL;

	(void)state;
	assert_int_equal(json_parse(aggregated, strlen(aggregated), NULL, &document, &e), 0);
	discovery_add(&d, document);
	/* a stale version counts for nothing, a parent without a kind neither */
	assert_int_equal(d.len, 2);
	assert_int_equal(d.group_versions.len, 2);
	assert_string_equal(vec_string(&d.group_versions, 0), "example.com/v2");
	assert_string_equal(vec_string(&d.group_versions, 1), "v1");
	assert_string_equal(d.resources[0].name, "widgets");
	assert_string_equal(d.resources[0].singular, "widget");
	assert_string_equal(d.resources[0].short_names, "wd,w");
	assert_string_equal(d.resources[0].categories, "all");
	assert_string_equal(d.resources[0].verbs, "get,list");
	assert_string_equal(d.resources[0].subresources, "status,scale");
	assert_true(d.resources[0].namespaced);
	assert_string_equal(d.resources[1].name, "gears");
	assert_string_equal(d.resources[1].singular, "");
	assert_false(d.resources[1].namespaced);
	free(d.resources);
	vec_release(&d.group_versions);
	arena_release(&d.arena);
}

static void test_nonsense_is_no_document(void **state)
{
	static const char *const texts[] = {
		"{}", "[]", "{\"items\":3}", "{\"items\":[1,null,{\"versions\":[2,{\"version\":5}]}]}",
		"{\"items\":[{\"versions\":[{\"version\":\"v1\",\"resources\":[0,{\"resource\":1}]}]}]}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct discovery d = {.failed = VEC_OF_STRINGS};
		struct error e = ERROR_INIT;
		_cleanup_json_ cJSON *document = NULL;

		assert_int_equal(json_parse(texts[i], strlen(texts[i]), NULL, &document, &e), 0);
		discovery_add(&d, document);
		assert_int_equal(d.len, 0);
		free(d.resources);
		vec_release(&d.group_versions);
		arena_release(&d.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_nonsense_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
