#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "data/yaml.h"
#include "kube/kustomize/internal.h"

static cJSON *read_yaml(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *tree = NULL;

	assert_int_equal(yaml_parse_core(text, strlen(text), false, &tree, &err), 0);
	return tree;
}

static void assert_json(const cJSON *tree, const char *expected)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	json_print(&text, tree, JSON_COMPACT);
	assert_string_equal(text.data, expected);
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static void test_core_schema(void **state)
{
	static const struct {
		const char *yaml, *json;
	} cases[] = {
		{"[yes, on, y, true, True, 'true']", "[\"yes\",\"on\",\"y\",true,true,\"true\"]"},
		{"[0o17, 017, 0x1F, 1_000, 1.0, 1e3]", "[15,15,31,1000,1,1000]"},
		{"{1: a, true: b, 1.50: c}", "{\"1\":\"a\",\"true\":\"b\",\"1.50\":\"c\"}"},
		{"{a: &x {k: 1, l: 2}, b: {l: 3, <<: *x}}", "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":1,\"l\":3}}"},
		{"[~, null, ]", "[null,null]"},
		{"2020-01-31", "\"2020-01-31\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *tree = read_yaml(cases[i].yaml);

		assert_json(tree, cases[i].json);
	}
}

static void test_core_marks(void **state)
{
	_cleanup_json_ cJSON *tree = read_yaml("{day: 2020-01-31, quoted: '2020-01-31', blank: , word: null, tilde: ~}");

	(void)state;
	assert_int_equal(json_get(tree, "day")->valueint, YAML_MARK_DAY);
	assert_int_equal(json_get(tree, "quoted")->valueint, YAML_MARK_QUOTED);
	assert_string_equal(scalar_text(json_get(tree, "blank")), "");
	assert_string_equal(scalar_text(json_get(tree, "word")), "null");
	assert_string_equal(scalar_text(json_get(tree, "tilde")), "~");
}

static void test_core_duplicates(void **state)
{
	static const char text[] = "a: 1\nb: 2\na: 3\n";
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	(void)state;
	assert_int_equal(yaml_parse_core(text, strlen(text), true, &tree, &err), -1);
	assert_string_equal(err.message, "yaml: unmarshal errors:\n  line 3: mapping key \"a\" already defined at line 1");
	tree = read_yaml(text);
	assert_json(tree, "{\"a\":3,\"b\":2}");
}

static void test_items(void **state)
{
	static const struct {
		const char *text;
		int count; /* -1: fails */
		const char *message;
	} cases[] = {
		{"", 0, NULL},
		{"# nothing\n---\n# more\n", 0, NULL},
		{"{kind: A, metadata: {name: a}}\n---\n{kind: B, metadata: {name: b}}\n", 2, NULL},
		{"{kind: List, items: [{kind: A, metadata: {name: a}}, {kind: A, metadata: {name: b}}]}", 2, NULL},
		{"{kind: FooList, items: [{kind: A, metadata: {name: a}}, null]}", 1, NULL},
		{"{kind: FooList, items: {a: b}}", -1, "expected array in FooList/items, but found map[string]interface {}"},
		{"{kind: A}", -1, "missing metadata.name in object {{ A} {{ } map[] map[]}}"},
		{"{apiVersion: v1, metadata: {name: a, labels: {c: d, a: b}}}", -1,
		 "missing kind in object {{v1 } {{a } map[a:b c:d] map[]}}"},
		{"text", -1, "missing Resource metadata"},
		{"[{op: remove}]", -1, "missing Resource metadata"},
		{"a: b\n--- x\nc: d\n", -1, "invalid document separator: --- x"},
		{"a: {", -1, "MalformedYAMLError: yaml: line 1: did not find expected node content"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_vec_ struct vec items = VEC_OWNING(item_free);
		_cleanup_error_ struct error err = ERROR_INIT;

		if (cases[i].count < 0) {
			assert_int_equal(items_parse(cases[i].text, strlen(cases[i].text), &items, &err), -1);
			assert_string_equal(err.message, cases[i].message);
		} else {
			assert_int_equal(items_parse(cases[i].text, strlen(cases[i].text), &items, &err), 0);
			assert_int_equal(items.len, cases[i].count);
		}
	}
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static void test_ids(void **state)
{
	_cleanup_json_ cJSON *node = read_yaml("{apiVersion: v1, kind: Node, metadata: {name: n, namespace: x}}"),
			     *web = read_yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}"),
			     *same = read_yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}}");
	struct object_id node_id = object_id_of(node), web_id = object_id_of(web), same_id = object_id_of(same);
	_cleanup_free_ char *text = id_string(&web_id), *node_text = id_string(&node_id);

	(void)state;
	assert_string_equal(text, "Deployment.v1.apps/web.[noNs]");
	assert_string_equal(node_text, "Node.v1.[noGrp]/n.x");
	assert_true(node_id.cluster_scoped);
	assert_false(web_id.cluster_scoped);
	assert_true(id_equal(&web_id, &same_id));
	assert_false(id_equal(&web_id, &node_id));
}

static void test_former_ids(void **state)
{
	_cleanup_json_ cJSON *o = read_yaml("{apiVersion: v1, kind: Secret, metadata: {name: a}}");
	_cleanup_ids_ struct ids ids;
	struct object_id first;

	(void)state;
	object_store_id(o);
	json_set_string(json_get(o, "metadata"), "name", "b");
	object_store_id(o);
	json_set_string(json_get(o, "metadata"), "name", "c");
	object_ids(o, true, &ids);
	assert_int_equal(ids.len, 3);
	assert_true(span_equal(ids.items[0].name, span_of("a")));
	assert_true(span_equal(ids.items[1].name, span_of("b")));
	assert_true(span_equal(ids.items[1].ns, span_of("default")));
	assert_true(span_equal(ids.items[2].name, span_of("c")));
	first = object_original_id(o);
	assert_true(span_equal(first.name, span_of("a")));
}

static void test_scalars(void **state)
{
	static const struct {
		const char *before, *text;
		bool is_text;
		const char *after;
	} cases[] = {
		{"name", "other", false, "\"other\""}, {"name", "5", false, "5"},	     {"name", "5", true, "\"5\""},
		{"'5'", "6", false, "\"6\""},	       {"5", "true", false, "true"},	     {"5", "yes", false, "\"yes\""},
		{"~", "", false, "null"},	       {"name", "1.5", false, "1.5"}, {"name", "2020-01-31", false, "\"2020-01-31\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *node = read_yaml(cases[i].before);

		scalar_assign(node, cases[i].text, cases[i].is_text);
		assert_json(node, cases[i].after);
	}
}

/* ---- paths and patterns ------------------------------------------------------------------------------------- */

static void assert_parts(void (*split)(const char *path, char separator, struct vec *ret), const char *path, char separator,
			 const char *expected)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf text = BUF_INIT;

	split(path, separator, &parts);
	for (size_t i = 0; i < parts.len; i++)
		buf_printf(&text, "%s%s", i ? "|" : "", vec_string(&parts, i));
	assert_string_equal(text.data, expected);
}

static void test_paths(void **state)
{
	(void)state;
	assert_parts(path_split, "a/b/c", '/', "a|b|c");
	assert_parts(path_split, "/a/b", '/', "a|b");
	assert_parts(path_split, "metadata/annotations/x.io\\/y", '/', "metadata|annotations|x.io/y");
	assert_parts(path_split, "", '/', "");
	assert_parts(path_split, "a\\", '/', "a\\");
	assert_parts(path_split_smart, "spec.[name=a.b].image", '.', "spec|[name=a.b]|image");
	assert_parts(path_split_smart, "metadata.annotations.[x.io/y.z]", '.', "metadata|annotations|x.io/y.z");
	assert_parts(path_split_smart, "data.a\\.b", '.', "data|a.b");
	assert_parts(path_split_smart, "a.[b", '.', "a|b");
}

static void test_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{"a|b", "b", true},	  {"a|b", "ab", false},	      {"web.*", "web-1", true},		    {"\\d+-\\w", "12-x", true},
		{"\\d+", "x", false}, {"(?:a|b)+", "abba", true}, {"(?i)deployment", "Deployment", true}, {"a\\.b", "axb", false},
		{"a.*?c", "abc", true},
	};
	_cleanup_error_ struct error err = ERROR_INIT;
	bool matches;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(pattern_matches(cases[i].pattern, span_of(cases[i].text), &matches, &err), 0);
		assert_int_equal(matches, cases[i].matches);
	}
	assert_int_equal(pattern_matches("a(", span_of("a"), &matches, &err), -1);
	assert_string_equal(err.message, "error parsing regexp: `^(?:a()$`");
}

/* ---- merging -------------------------------------------------------------------------------------------------- */

static void test_merge(void **state)
{
	static const struct {
		const char *object, *patch, *result;
	} cases[] = {
		/* a kind without a schema: maps are merged, lists replaced, nulls delete */
		{"{a: {b: 1, c: 2}, l: [1, 2]}", "{a: {b: 3, c: null}, l: [9]}", "{\"a\":{\"b\":3},\"l\":[9]}"},
		{"{a: 1}", "{n: {x: null, y: {z: null}}}", "{\"a\":1,\"n\":{\"y\":{}}}"},
		{"{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{\"a\":{\"c\":2}}"},
		{"{a: {b: 1}, c: 1}", "{a: {$patch: delete}}", "{\"c\":1}"},
		/* quotes stay */
		{"{a: \"x\", b: x}", "{a: 1, b: 1}", "{\"a\":\"1\",\"b\":1}"},
		/* a null that is written out stays, a blank one goes */
		{"{a: null, b: , c: 1}", "{c: 2}", "{\"a\":null,\"c\":2}"},
		/* items of a known list are merged by name; new ones go first */
		{"{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: x}]}}",
		 "{spec: {containers: [{name: b}, {name: a, tty: true}]}}",
		 "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"b\"},{\"name\":\"a\",\"image\":\"x\","
		 "\"tty\":true}]}}"},
		{"{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}, {name: b}]}}",
		 "{spec: {containers: [{name: a, $patch: delete}]}}",
		 "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"b\"}]}}"},
		/* two keys: a port and its protocol */
		{"{apiVersion: v1, kind: Service, spec: {ports: [{port: 1, protocol: TCP}]}}",
		 "{spec: {ports: [{port: 1, protocol: UDP}]}}",
		 "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"ports\":[{\"port\":1,\"protocol\":\"UDP\"},"
		 "{\"port\":1,\"protocol\":\"TCP\"}]}}"},
		/* a list of texts is a set */
		{"{apiVersion: v1, kind: Pod, metadata: {finalizers: [a, b]}}", "{metadata: {finalizers: [c, a]}}",
		 "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"finalizers\":[\"c\",\"a\",\"b\"]}}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *object = read_yaml(cases[i].object), *patch = read_yaml(cases[i].patch);
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(merge_apply(&object, patch, NULL, &err), 0);
		assert_json(object, cases[i].result);
	}
}

static void test_merge_deletes(void **state)
{
	_cleanup_json_ cJSON *object = read_yaml("{a: 1}"), *patch = read_yaml("{$patch: delete}");
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(merge_apply(&object, patch, NULL, &err), 0);
	assert_null(object);
}

static void test_merge_fails(void **state)
{
	static const struct {
		const char *object, *patch, *message;
	} cases[] = {
		{"{a: {b: 1}}", "{a: text}", "wrong node kind: expected MappingNode but got ScalarNode: node contents:\ntext\n"},
		{"{a: [1]}", "{a: {b: 1}}", "wrong node kind: expected SequenceNode but got MappingNode: node contents:\nb: 1\n"},
		{"{a: {b: 1}}", "{a: {$patch: mend}}", "unknown patch strategy 'mend'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *object = read_yaml(cases[i].object), *patch = read_yaml(cases[i].patch);
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(merge_apply(&object, patch, NULL, &err), -1);
		assert_string_equal(err.message, cases[i].message);
	}
}

/* ---- facts ---------------------------------------------------------------------------------------------------------- */

static void test_facts(void **state)
{
	struct build b = {.options = NULL};
	_cleanup_config_ struct config c;
	const char *end;
	struct gvk gvk = gvk_parse_fact("Service.serving.knative.dev:v1 Pod", &end);
	bool cluster;

	(void)state;
	assert_true(span_equal(gvk.group, span_of("serving.knative.dev")));
	assert_true(span_equal(gvk.version, span_of("v1")));
	assert_string_equal(end, " Pod");
	config_init(&c);
	config_add_defaults(&c, &b);
	/* kinds that names refer to, in the order of their creation */
	assert_int_equal(c.references.len, 16);
	for (size_t i = 0; i < c.references.len; i++) {
		const struct reference *r = c.references.items[i];

		for (size_t j = 0; j < r->specs.len; j++)
			assert_null(strchr(((const struct field_spec *)r->specs.items[j])->path, '@'));
	}
	assert_true(kind_is_known(&(struct gvk){span_of("apps"), span_of("v1"), span_of("Deployment")}, &cluster));
	assert_false(cluster);
	assert_false(kind_is_known(&(struct gvk){span_of("autoscaling"), span_of("v2"), span_of("HorizontalPodAutoscaler")}, &cluster));
	arena_release(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_core_schema),   cmocka_unit_test(test_core_marks), cmocka_unit_test(test_core_duplicates),
		cmocka_unit_test(test_items),	      cmocka_unit_test(test_ids),	 cmocka_unit_test(test_former_ids),
		cmocka_unit_test(test_scalars),	      cmocka_unit_test(test_paths),	 cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_merge),	      cmocka_unit_test(test_merge_deletes), cmocka_unit_test(test_merge_fails),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
