#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/rbac.h"

static cJSON *tree(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *json = xstrdup(text);
	cJSON *node;

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	assert_int_equal(json_parse(json, strlen(json), NULL, &node, &err), 0);
	return node;
}

static void expect_json(const cJSON *node, const char *text)
{
	_cleanup_json_ cJSON *wanted = tree(text);
	_cleanup_buf_ struct buf is = BUF_INIT, should = BUF_INIT;

	json_print(&is, node, JSON_COMPACT);
	json_print(&should, wanted, JSON_COMPACT);
	assert_string_equal(is.data, should.data);
}

#define PODS "'apiGroups':[''],'resources':['pods']"

/* What of servants the owners do not cover. */
static const struct {
	const char *owners, *servants, *uncovered;
} cover_cases[] = {
	{"[]", "[]", "[]"},
	{"null", "null", "[]"},
	{"[{'verbs':['get']," PODS "}]", "[{'verbs':['get']," PODS "}]", "[]"},
	{"[]", "[{'verbs':['get','list'],'apiGroups':['','apps'],'resources':['a','b']}]",
	 "[{'verbs':['get'],'apiGroups':[''],'resources':['a']},{'verbs':['list'],'apiGroups':[''],'resources':['a']},"
	 "{'verbs':['get'],'apiGroups':[''],'resources':['b']},{'verbs':['list'],'apiGroups':[''],'resources':['b']},"
	 "{'verbs':['get'],'apiGroups':['apps'],'resources':['a']},{'verbs':['list'],'apiGroups':['apps'],'resources':['a']},"
	 "{'verbs':['get'],'apiGroups':['apps'],'resources':['b']},{'verbs':['list'],'apiGroups':['apps'],'resources':['b']}]"},
	/* several owners together */
	{"[{'verbs':['get']," PODS "},{'verbs':['list']," PODS "}]", "[{'verbs':['list','get']," PODS "}]", "[]"},
	/* stars */
	{"[{'verbs':['*']," PODS "}]", "[{'verbs':['get']," PODS "}]", "[]"},
	{"[{'verbs':['get'],'apiGroups':['*'],'resources':['*']}]", "[{'verbs':['get'],'apiGroups':['x'],'resources':['a/b']}]", "[]"},
	{"[{'verbs':['get'],'apiGroups':[''],'resources':['*/log']}]", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods/log']}]", "[]"},
	{"[{'verbs':['get'],'apiGroups':[''],'resources':['*/log']}]", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods/logs']}]",
	 "[{'verbs':['get'],'apiGroups':[''],'resources':['pods/logs']}]"},
	{"[{'verbs':['get'],'apiGroups':[''],'resources':['pods/*']}]", "[{'verbs':['get'],'apiGroups':[''],'resources':['pods/log']}]",
	 "[{'verbs':['get'],'apiGroups':[''],'resources':['pods/log']}]"},
	{"[{'verbs':['get']," PODS "}]", "[{'verbs':['*']," PODS "}]", "[{'verbs':['*']," PODS "}]"},
	/* names */
	{"[{'verbs':['get']," PODS "}]", "[{'verbs':['get']," PODS ",'resourceNames':['a']}]", "[]"},
	{"[{'verbs':['get']," PODS ",'resourceNames':['a']}]", "[{'verbs':['get']," PODS "}]", "[{'verbs':['get']," PODS "}]"},
	{"[{'verbs':['get']," PODS ",'resourceNames':['a']}]", "[{'verbs':['get']," PODS ",'resourceNames':['a','b']}]",
	 "[{'verbs':['get']," PODS ",'resourceNames':['b']}]"},
	/* URLs */
	{"[{'verbs':['get'],'nonResourceURLs':['/x/*']}]", "[{'verbs':['get'],'nonResourceURLs':['/x/y','/x','/x/*']}]",
	 "[{'verbs':['get'],'nonResourceURLs':['/x']}]"},
	{"[{'verbs':['get'],'nonResourceURLs':['*']}]", "[{'verbs':['get'],'nonResourceURLs':['/y']}]", "[]"},
	{"[{'verbs':['*'],'apiGroups':['*'],'resources':['*']}]", "[{'verbs':['get'],'nonResourceURLs':['/y']}]",
	 "[{'verbs':['get'],'nonResourceURLs':['/y']}]"},
	/* a rule that is about nothing has no parts */
	{"[]", "[{'verbs':['get']},{'verbs':[]," PODS "}]", "[]"},
};

static void test_covering(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cover_cases); i++) {
		_cleanup_json_ cJSON *owners = tree(cover_cases[i].owners), *servants = tree(cover_cases[i].servants);
		_cleanup_json_ cJSON *uncovered = rbac_uncovered(owners, servants);

		expect_json(uncovered, cover_cases[i].uncovered);
	}
}

static unsigned seed = 7;

static cJSON *any_words(const char *const *from, size_t n)
{
	cJSON *list = json_new_array();

	for (size_t i = 0; i < n; i++)
		if (rand_r(&seed) % 3 == 0)
			json_append_string(list, from[i]);
	return list;
}

static cJSON *any_rules(void)
{
	static const char *const verbs[] = {"get", "list", "*"}, *const groups[] = {"", "apps", "*"}, *const names[] = {"a", "b"};
	static const char *const resources[] = {"pods", "pods/log", "*/log", "*"}, *const urls[] = {"/a", "/a/b", "/a/*", "*"};
	cJSON *rules = json_new_array();

	for (int i = rand_r(&seed) % 4; i > 0; i--) {
		cJSON *rule = json_new_object();

		json_set(rule, "verbs", any_words(verbs, ARRAY_SIZE(verbs)));
		json_append(rules, rule);
		/* servers take no rules of both kinds */
		if (rand_r(&seed) % 2) {
			json_set(rule, "nonResourceURLs", any_words(urls, ARRAY_SIZE(urls)));
			continue;
		}
		json_set(rule, "apiGroups", any_words(groups, ARRAY_SIZE(groups)));
		json_set(rule, "resources", any_words(resources, ARRAY_SIZE(resources)));
		json_set(rule, "resourceNames", any_words(names, ARRAY_SIZE(names)));
	}
	return rules;
}

/* Whatever the rules are: they cover themselves; with what was missing added nothing is missing; "*" covers all. */
static void test_covering_properties(void **state)
{
	_cleanup_json_ cJSON *all = tree("[{'verbs':['*'],'apiGroups':['*'],'resources':['*']},{'verbs':['*'],'nonResourceURLs':['*']}]");

	(void)state;
	for (int i = 0; i < 2000; i++) {
		_cleanup_json_ cJSON *a = any_rules(), *b = any_rules();
		_cleanup_json_ cJSON *self = rbac_uncovered(a, a), *star = rbac_uncovered(all, a), *missing = rbac_uncovered(a, b), *left = NULL;
		const cJSON *one;

		assert_int_equal(json_size(self), 0);
		assert_int_equal(json_size(star), 0);
		cJSON_ArrayForEach(one, missing) json_append(a, json_copy(one));
		left = rbac_uncovered(a, b);
		assert_int_equal(json_size(left), 0);
	}
}

#define ROLE(rules) "{'metadata':{'name':'r'},'rules':[" rules "]}"
#define BINDING(role, subjects) "{'metadata':{'name':'r'},'roleRef':{'kind':'Role','name':'" role "'},'subjects':[" subjects "]}"
#define GATHERED(selectors) "{'metadata':{'name':'r'},'rules':[],'aggregationRule':{'clusterRoleSelectors':[" selectors "]}}"

static const struct {
	const char *kind, *existing, *expected;
	bool remove_extra;
	enum rbac_operation operation;
	bool protected;
	const char *missing, *path, *result; /* a member of the object as it should be */
} plan_cases[] = {
	{"Role", NULL, ROLE("{'verbs':['get']," PODS "}"), false, RBAC_CREATE, false, "[{'verbs':['get']," PODS "}]", "rules",
	 "[{'verbs':['get']," PODS "}]"},
	{"Role", ROLE("{'verbs':['*']," PODS "}"), ROLE("{'verbs':['get']," PODS "}"), false, RBAC_NONE, false, "[]", "rules",
	 "[{'verbs':['*']," PODS "}]"},
	{"Role", ROLE("{'verbs':['*']," PODS "}"), ROLE("{'verbs':['get']," PODS "}"), true, RBAC_UPDATE, false, "[]", "rules",
	 "[{'verbs':['get']," PODS "}]"},
	{"Role", ROLE("{'verbs':['get']," PODS "}"), ROLE("{'verbs':['get','list']," PODS "}"), false, RBAC_UPDATE, false,
	 "[{'verbs':['list']," PODS "}]", "rules", "[{'verbs':['get']," PODS "},{'verbs':['list']," PODS "}]"},
	{"Role", "{'metadata':{'name':'r','labels':{'a':'1'}},'rules':null}", "{'metadata':{'name':'r','labels':{'a':'2','b':'3'}},'rules':[]}", false,
	 RBAC_UPDATE, false, "[]", "metadata", "{'name':'r','labels':{'a':'1','b':'3'}}"},
	{"Role", ROLE(""), "{'metadata':{'name':'r','annotations':{}},'rules':[]}", false, RBAC_UPDATE, false, "[]", "metadata", "{'name':'r'}"},
	{"Role", "{'metadata':{'name':'r','annotations':{'rbac.authorization.kubernetes.io/autoupdate':'false'}},'rules':[]}", ROLE("{'verbs':['get']," PODS "}"),
	 false, RBAC_UPDATE, true, "[{'verbs':['get']," PODS "}]", "rules", "[{'verbs':['get']," PODS "}]"},
	{"ClusterRole", GATHERED("{'matchLabels':{'a':'1'}}"), GATHERED("{'matchLabels':{'b':'2'}}"), false, RBAC_UPDATE, false, "[]", "aggregationRule",
	 "{'clusterRoleSelectors':[{'matchLabels':{'a':'1'}},{'matchLabels':{'b':'2'}}]}"},
	{"ClusterRole", GATHERED("{'matchLabels':{'a':'1'}}"), GATHERED("{'matchLabels':{'b':'2'}}"), true, RBAC_UPDATE, false, "[]", "aggregationRule",
	 "{'clusterRoleSelectors':[{'matchLabels':{'b':'2'}}]}"},
	{"ClusterRole", GATHERED("{'matchLabels':{'a':'1'}}"), GATHERED("{'matchLabels':{'a':'1'}}"), true, RBAC_NONE, false, "[]", "rules", "[]"},
	{"ClusterRole", GATHERED("{'matchLabels':{'a':'1'}}"), ROLE(""), false, RBAC_UPDATE, false, "[]", "aggregationRule", NULL},
	{"RoleBinding", BINDING("a", "{'kind':'User','name':'u'}"), BINDING("b", "{'kind':'User','name':'v'}"), false, RBAC_RECREATE, false, NULL, "subjects",
	 "[{'kind':'User','name':'v'}]"},
	{"RoleBinding", BINDING("a", "{'kind':'User','name':'u'}"), BINDING("a", "{'kind':'User','name':'v'},{'kind':'User','name':'v'}"), false, RBAC_UPDATE,
	 false, "[{'kind':'User','name':'v'}]", "subjects", "[{'kind':'User','name':'u'},{'kind':'User','name':'v'}]"},
	{"RoleBinding", BINDING("a", "{'kind':'User','name':'u'}"), BINDING("a", ""), true, RBAC_UPDATE, false, "[]", "subjects", NULL},
	{"ClusterRoleBinding", BINDING("a", "{'kind':'User','name':'u'}"), BINDING("a", "{'kind':'User','name':'u','apiGroup':''}"), true, RBAC_NONE, false, "[]",
	 "subjects", "[{'kind':'User','name':'u'}]"},
};

static void test_plan(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plan_cases); i++) {
		_cleanup_json_ cJSON *existing = plan_cases[i].existing ? tree(plan_cases[i].existing) : NULL;
		_cleanup_json_ cJSON *expected = tree(plan_cases[i].expected);
		struct rbac_plan p;

		rbac_plan(rbac_kind_find(plan_cases[i].kind), existing, expected, plan_cases[i].remove_extra, &p);
		assert_int_equal(p.operation, plan_cases[i].operation);
		assert_int_equal(p.protected, plan_cases[i].protected);
		if (plan_cases[i].missing)
			expect_json(p.missing, plan_cases[i].missing);
		if (plan_cases[i].result)
			expect_json(json_get(p.object, plan_cases[i].path), plan_cases[i].result);
		else
			assert_null(json_get(p.object, plan_cases[i].path));
		rbac_plan_release(&p);
	}
}

static void expect_words(const char *kind, const char *item, const char *words)
{
	_cleanup_json_ cJSON *node = tree(item);
	_cleanup_buf_ struct buf text = BUF_INIT;

	rbac_words(&text, rbac_kind_find(kind), node);
	assert_string_equal(text.data, words);
}

static void test_words(void **state)
{
	(void)state;
	expect_words("Role", "{'verbs':['get','list'],'apiGroups':['','apps'],'resources':['a']}",
		     "{Verbs:[get list] APIGroups:[ apps] Resources:[a] ResourceNames:[] NonResourceURLs:[]}");
	expect_words("RoleBinding", "{'kind':'User','name':'u'}", "{Kind:User APIGroup: Name:u Namespace:}");
	assert_null(rbac_kind_find("ConfigMap"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covering),
		cmocka_unit_test(test_covering_properties),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
