#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/sort.h"

/* Sorts objects {"n": name, …} and gives their names in order, or the failure. */
static char *sorted(const char *json, const char *field)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *array = NULL;
	_cleanup_buf_ struct buf names = BUF_INIT;
	const cJSON *item;

	assert_int_equal(json_parse(json, strlen(json), NULL, &array, &err), 0);
	if (sort_objects(array, field, &err))
		return xstrdup(err.message);
	cJSON_ArrayForEach(item, array)
		buf_puts(&names, json_string(item, "n"));
	/* The list stays whole from both ends. */
	if (array->child) {
		assert_null(array->child->prev->next);
	}
	return buf_take(&names);
}

static void test_orders(void **state)
{
	static const struct {
		const char *json, *field, *want;
	} cases[] = {
		{"[]", ".v", ""},
		{"[{\"n\":\"a\",\"v\":2},{\"n\":\"b\",\"v\":10},{\"n\":\"c\",\"v\":1}]", ".v", "cab"},
		{"[{\"n\":\"a\",\"v\":2.5},{\"n\":\"b\",\"v\":2},{\"n\":\"c\",\"v\":-1}]", "{.v}", "cba"},
		{"[{\"n\":\"a\",\"v\":\"x\"},{\"n\":\"b\",\"v\":\"X\"},{\"n\":\"c\",\"v\":\"\"}]", "v", "cba"},
		{"[{\"n\":\"a\",\"v\":\"1Gi\"},{\"n\":\"b\",\"v\":\"500Mi\"},{\"n\":\"c\",\"v\":\"2G\"}]", ".v", "bac"},
		{"[{\"n\":\"a\",\"v\":\"100m\"},{\"n\":\"b\",\"v\":\"2\"},{\"n\":\"c\",\"v\":\"50m\"}]", ".v", "cab"},
		{"[{\"n\":\"a\",\"v\":9007199254740993},{\"n\":\"b\",\"v\":9007199254740992}]", ".v", "ba"},
		{"[{\"n\":\"a\",\"v\":1},{\"n\":\"b\"},{\"n\":\"c\",\"v\":0},{\"n\":\"d\"}]", ".v", "dbca"},
		{"[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"v\":1},{\"n\":\"c\",\"v\":0},{\"n\":\"d\",\"v\":1}]", ".v", "cabd"},
		{"[{\"n\":\"a\",\"v\":{\"w\":[3,1]}},{\"n\":\"b\",\"v\":{\"w\":[2,9]}}]", "{.v.w[0]}", "ba"},
		{"[{\"n\":\"a\"}]", ".v", "couldn't find any field with path \"{.v}\" in the list of objects"},
		{"[{\"n\":\"a\",\"v\":{}},{\"n\":\"b\",\"v\":{}}]", ".v", "Field {.v} is an unsortable type"},
		{"[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"v\":\"x\"}]", ".v", "Field {.v} has values of different types"},
		{"[{\"n\":\"a\",\"v\":1}]", "{.v", "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
						   "'{name1.name2}' or '{.name1.name2}'"},
		{"[{\"n\":\"a\",\"v\":1}]", ".v[", "unterminated array"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *got = sorted(cases[i].json, cases[i].field);

		assert_string_equal(got, cases[i].want);
	}
}

static void test_rows_of_tables(void **state)
{
	static const char text[] =
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"rows\":["
		"{\"cells\":[\"a\"],\"object\":{\"metadata\":{\"name\":\"z\"}}},"
		"{\"cells\":[\"b\"],\"object\":{\"metadata\":{\"name\":\"y\"}}}]}";
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *table = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), NULL, &table, &err), 0);
	assert_int_equal(sort_list(table, ".metadata.name", &err), 0);
	assert_string_equal(json_get(json_get(table, "rows")->child, "cells")->child->valuestring, "b");
	assert_int_equal(sort_list(table, ".nothing", &err), -1);
}

/* A long list, against what every neighbour must be. */
static void test_many(void **state)
{
	_cleanup_json_ cJSON *array = cJSON_CreateArray();
	_cleanup_error_ struct error err = ERROR_INIT;
	const cJSON *item;
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		cJSON *object = cJSON_CreateObject();

		seed = seed * 1103515245 + 12345;
		json_set_int(object, "v", (seed >> 16) % 500);
		json_append(array, object);
	}
	assert_int_equal(sort_objects(array, ".v", &err), 0);
	assert_int_equal(json_size(array), 2000);
	cJSON_ArrayForEach(item, array) {
		if (!item->next)
			continue;
		assert_true(json_int(item, "v", 0) <= json_int(item->next, "v", 0));
	}
}

/* Pages that hold rows of names, sorted by metadata.name; what is left of each row stays in front of it. */
static void test_pages(void **state)
{
	static const char *const pages[] = {
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"columnDefinitions\":[1],\"rows\":["
		"{\"cells\":[\"a\"],\"object\":{\"spec\":{},\"metadata\":{\"name\":\"z\",\"namespace\":\"n\",\"labels\":{\"l\":\"1\"}}}},"
		"{\"cells\":[\"b\"]}]}",
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"columnDefinitions\":[2],\"rows\":null}",
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"rows\":["
		"{\"cells\":[\"c\"],\"object\":{\"metadata\":{\"name\":\"y\"}}}]}",
	};
	_cleanup_(table_sorter_free_p) struct table_sorter *sorter = table_sorter_new(".metadata.name", NULL);
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *table = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		cJSON *page = NULL;

		assert_int_equal(json_parse(pages[i], strlen(pages[i]), NULL, &page, &err), 0);
		table_sorter_add(sorter, page);
	}
	assert_int_equal(table_sorter_finish(sorter, &table, &err), 0);
	json_print(&text, table, JSON_COMPACT);
	assert_string_equal(text.data,
			    "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"columnDefinitions\":[1],\"rows\":["
			    "{\"cells\":[\"b\"]},{\"cells\":[\"c\"],\"object\":{\"metadata\":{}}},"
			    "{\"cells\":[\"a\"],\"object\":{\"metadata\":{\"namespace\":\"n\",\"labels\":{\"l\":\"1\"}}}}]}");
}

/* By a column: no object is needed, and "<none>" is no value. */
static void test_pages_by_column(void **state)
{
	static const char page[] =
		"{\"kind\":\"Table\",\"columnDefinitions\":[{\"name\":\"Name\"},{\"name\":\"IP\"}],\"rows\":["
		"{\"cells\":[\"a\",\"10.0.0.9\"]},{\"cells\":[\"b\",\"10.0.0.10\"]},{\"cells\":[\"c\",\"<none>\"]},{\"cells\":[\"d\"]}]}";
	static const struct {
		const char *column, *order;
	} cases[] = {{"IP", "dcba"}, {"Name", "abcd"}, {"Node", NULL}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(table_sorter_free_p) struct table_sorter *sorter = table_sorter_new(".status.podIP", cases[i].column);
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *table = NULL;
		_cleanup_buf_ struct buf order = BUF_INIT;
		const cJSON *row;
		cJSON *json = NULL;

		assert_int_equal(json_parse(page, strlen(page), NULL, &json, &err), 0);
		table_sorter_add(sorter, json);
		assert_int_equal(table_sorter_finish(sorter, &table, &err), cases[i].order ? 0 : -1);
		cJSON_ArrayForEach(row, json_get(table, "rows"))
			buf_puts(&order, json_get(row, "cells")->child->valuestring);
		assert_string_equal(order.data, cases[i].order ? cases[i].order : "");
	}
}

static void test_columns_of_fields(void **state)
{
	struct resource pods = {.name = "pods", .group = ""}, others = {.name = "pods", .group = "metrics.k8s.io"};

	(void)state;
	assert_string_equal(sort_field_column(&pods, "status.podIP"), "IP");
	assert_string_equal(sort_field_column(&pods, "{.spec.nodeName}"), "Node");
	assert_null(sort_field_column(&pods, ".status.phase"));
	assert_null(sort_field_column(&pods, "{.status"));
	assert_null(sort_field_column(&pods, ""));
	assert_null(sort_field_column(&others, ".status.podIP"));
}

/* A field that is none fails two rows, and one row needs no field. */
static void test_pages_faults(void **state)
{
	static const struct {
		const char *rows, *field, *fault;
		int failed;
	} cases[] = {
		{"[{\"object\":{\"v\":1}}]", "{.v", NULL, 0},
		{"[{\"object\":{\"v\":{}}}]", ".v", NULL, 0},
		{"[{\"object\":{\"v\":1}},{\"object\":{\"v\":1}}]", ".v[", "unterminated array", -1},
		{"[{\"object\":{\"v\":1}},{\"object\":{\"v\":1}}]", ".v[0]", "int64 is not array or slice", -1},
		{"[{\"object\":{}},{\"object\":{}}]", ".v", "couldn't find any field with path \"{.v}\" in the list of objects", -1},
		{"[{\"object\":{\"v\":1}},{\"object\":{\"v\":\"\"}}]", ".v", "Field {.v} has values of different types",
		 SORT_UNSORTABLE},
		{"[{\"object\":{\"v\":true}},{\"object\":{\"v\":false}}]", ".v", "Field {.v} is an unsortable type",
		 SORT_UNSORTABLE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(table_sorter_free_p) struct table_sorter *sorter = table_sorter_new(cases[i].field, NULL);
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *table = NULL, *page = json_new_object();
		cJSON *rows = NULL;

		assert_int_equal(json_parse(cases[i].rows, strlen(cases[i].rows), NULL, &rows, &err), 0);
		json_set(page, "rows", rows);
		table_sorter_add(sorter, TAKE_PTR(page));
		assert_int_equal(table_sorter_finish(sorter, &table, &err), cases[i].failed);
		if (cases[i].fault)
			assert_string_equal(err.message, cases[i].fault);
	}
}

static void test_metadata_fields(void **state)
{
	(void)state;
	assert_true(sort_field_is_metadata(".metadata.name"));
	assert_true(sort_field_is_metadata("{.metadata['name']}"));
	assert_true(sort_field_is_metadata("metadata.creationTimestamp"));
	assert_false(sort_field_is_metadata(".metadatas.name"));
	assert_false(sort_field_is_metadata(".spec.metadata.name"));
	assert_false(sort_field_is_metadata("{.metadata"));
	assert_false(sort_field_is_metadata(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_pages_faults),
		cmocka_unit_test(test_pages_by_column),
		cmocka_unit_test(test_columns_of_fields),
		cmocka_unit_test(test_metadata_fields),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_rows_of_tables),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
