#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/json_pack.h"

static cJSON *parse(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *node = NULL;

	assert_int_equal(json_parse(text, strlen(text), NULL, &node, &err), 0);
	return node;
}

static cJSON *pack(struct json_pack *p, const char *text)
{
	_cleanup_json_ cJSON *node = parse(text);

	return json_pack_add(p, node);
}

static void check_text(const cJSON *node, const char *want)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	json_print(&out, node, JSON_COMPACT);
	assert_string_equal(out.data, want);
}

static const char *const texts[] = {
	"{\"b\":1,\"a\":[1.0,12345678901234567890,-0,1e3,true,false,null,\"x\\ny\",{},[],{\"c\":[[]]}]}",
	"[]",
	"{}",
	"\"text\"",
	"{\"a\":{\"b\":1},\"b\":{\"b\":1},\"c\":{\"b\":2},\"d\":{\"b\":\"1\"},\"e\":[1],\"f\":[1,1]}",
};

static void test_copies_are_equal(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();

	(void)state;
	/* twice: the second time everything is there already */
	for (size_t i = 0; i < 2 * ARRAY_SIZE(texts); i++)
		check_text(pack(p, texts[i % ARRAY_SIZE(texts)]), texts[i % ARRAY_SIZE(texts)]);
}

static void test_what_comes_again_is_shared(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();
	cJSON *a = pack(p, "{\"name\":\"a\",\"spec\":{\"list\":[{\"x\":1},\"y\"]}}");
	cJSON *b = pack(p, "{\"name\":\"b\",\"spec\":{\"list\":[{\"x\":1},\"y\"]}}");
	cJSON *c = pack(p, "{\"name\":\"c\",\"spec\":{\"list\":[{\"x\":1},\"z\"]}}");

	(void)state;
	assert_ptr_equal(json_get(a, "spec")->child, json_get(b, "spec")->child);
	assert_ptr_not_equal(json_get(a, "spec")->child, json_get(c, "spec")->child);
	assert_ptr_equal(json_path(a, "spec", "list", NULL)->child->child, json_path(c, "spec", "list", NULL)->child->child);
	check_text(c, "{\"name\":\"c\",\"spec\":{\"list\":[{\"x\":1},\"z\"]}}");
}

/* Nothing is taken for something else that looks like it. */
static void test_what_differs_is_not_shared(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();
	static const char *const alike[] = {
		"{\"v\":[1]}", "{\"v\":[\"1\"]}", "{\"v\":{\"1\":1}}", "{\"v\":[1.0]}", "{\"v\":[true]}", "{\"v\":[false]}",
		"{\"v\":[null]}", "{\"v\":[\"null\"]}", "{\"v\":[[]]}", "{\"v\":[{}]}", "{\"v\":[1,1]}", "{\"v\":{\"a\":1,\"b\":2}}",
		"{\"v\":{\"b\":2,\"a\":1}}",
	};

	(void)state;
	for (size_t i = 0; i < 3 * ARRAY_SIZE(alike); i++)
		check_text(pack(p, alike[i % ARRAY_SIZE(alike)]), alike[i % ARRAY_SIZE(alike)]);
}

static void test_more_than_the_caches_hold(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();
	_cleanup_json_ cJSON *all = json_new_array();
	cJSON kept = {.type = cJSON_Array};
	size_t i = 0;
	const cJSON *item;

	(void)state;
	for (int n = 0; n < 20000; n++) {
		cJSON *object = json_parse_literal("{\"n\":%d,\"of\":{\"s\":\"text %d\"}}", n, n % 9000);

		json_link(&kept, json_pack_add(p, object));
		json_append(all, object);
	}
	assert_true(json_equal(all, &kept));
	cJSON_ArrayForEach(item, &kept)
		i++;
	assert_int_equal(i, 20000);
}

static void test_long_texts_and_depth(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();
	_cleanup_buf_ struct buf text = BUF_INIT;

	(void)state;
	buf_puts(&text, "[\"");
	buf_pad(&text, 'x', 100000);
	buf_puts(&text, "\",");
	buf_pad(&text, '[', 500);
	buf_pad(&text, ']', 500);
	buf_puts(&text, "]");
	check_text(pack(p, text.data), text.data);
}

/* A copy is linked and unlinked as any other node, and a member's copy has no name. */
static void test_copies_are_their_owners_to_link(void **state)
{
	_cleanup_(json_pack_free_p) struct json_pack *p = json_pack_new();
	_cleanup_json_ cJSON *object = parse("{\"a\":{\"b\":1}}");
	cJSON list = {.type = cJSON_Array};

	(void)state;
	json_link(&list, json_pack_add(p, json_get(object, "a")));
	json_link(&list, json_pack_add(p, json_get(object, "a")));
	check_text(&list, "[{\"b\":1},{\"b\":1}]");
	assert_ptr_equal(list.child->child, list.child->next->child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_are_equal),
		cmocka_unit_test(test_what_comes_again_is_shared),
		cmocka_unit_test(test_what_differs_is_not_shared),
		cmocka_unit_test(test_more_than_the_caches_hold),
		cmocka_unit_test(test_long_texts_and_depth),
		cmocka_unit_test(test_copies_are_their_owners_to_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
