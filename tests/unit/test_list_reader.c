#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/list_reader.h"

static int add_item(void *ctx, const cJSON *item, const char *text, size_t len, struct error *err)
{
	struct buf *seen = ctx;

	if (str_equal(json_string(item, "name"), "stop"))
		return error_set(err, ERROR_OTHER, "stopped");
	buf_add(seen, text, len);
	buf_putc(seen, ';');
	return 0;
}

/* Feeds a text in pieces; the items and the token that were read, or the failure. */
static void check_pieces(const char *text, size_t piece, const char *want)
{
	_cleanup_buf_ struct buf seen = BUF_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *token = NULL;
	struct list_reader r = LIST_READER_INIT(add_item, &seen);
	size_t len = strlen(text);
	int failed = 0;

	for (size_t at = 0; at < len && !failed; at += piece)
		failed = list_reader_feed(&r, text + at, MIN(piece, len - at), &err);
	if (!failed)
		failed = list_reader_end(&r, &token, &err);
	list_reader_release(&r);
	buf_printf(&seen, "%s%s", failed ? "!" : "", failed ? err.message : token ? token : "");
	assert_string_equal(seen.data, want);
}

static void check(const char *text, const char *want)
{
	for (size_t piece = 1; piece <= strlen(text) + 1; piece++)
		check_pieces(text, piece, want);
}

static void test_typed_lists(void **state)
{
	(void)state;
	check("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}\n", "");
	check("{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"abc\"},\"items\":[{\"name\":\"a\"},{\"name\":\"b\",\"n\":[1,{}]}]}",
	      "{\"name\":\"a\"};{\"name\":\"b\",\"n\":[1,{}]};abc");
}

static void test_lists_of_custom_resources(void **state)
{
	(void)state;
	check("{\"apiVersion\":\"x/v1\",\"items\":[{\"name\":\"a]}\"}],\"kind\":\"XList\",\"metadata\":{\"continue\":\"\",\"remainingItemCount\":3}}",
	      "{\"name\":\"a]}\"};");
	check("{\"items\" : null, \"kind\":\"XList\"}", "");
}

static void test_spaces_stay_in_items_alone(void **state)
{
	(void)state;
	check(" {\n \"items\": [\n  {\n \"name\": \"a\" }\n ,\t{} ] }\n", "{\n \"name\": \"a\" };{};");
}

static void test_what_is_no_list(void **state)
{
	(void)state;
	check("", "!the answer is not a list");
	check("[]", "!the answer is not a list");
	check("{}", "!the answer is not a list");
	check("{\"kind\":\"Status\"}", "!the answer is not a list");
	check("{\"items\":{}}", "!the answer is not a list");
	check("{\"items\":[]} x", "!the answer is not a list");
	check("{1:2}", "!the answer is not a list");
}

static void test_what_breaks_off(void **state)
{
	(void)state;
	check("{\"items\":[{\"name\":\"a\"},{\"name\":", "{\"name\":\"a\"};!the answer is not a list");
	check("{\"items\":[{\"name\":\"a\"}]", "{\"name\":\"a\"};!the answer is not a list");
}

static void test_an_item_may_stop_it(void **state)
{
	(void)state;
	check("{\"items\":[{\"name\":\"a\"},{\"name\":\"stop\"},{\"name\":\"b\"}]}", "{\"name\":\"a\"};!stopped");
}

static void test_long_items(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT, want = BUF_INIT;

	(void)state;
	buf_puts(&text, "{\"items\":[{\"name\":\"");
	buf_puts(&want, "{\"name\":\"");
	buf_pad(&text, 'x', 1000000);
	buf_pad(&want, 'x', 1000000);
	buf_puts(&text, "\"}]}");
	buf_puts(&want, "\"};");
	check_pieces(text.data, 16, want.data);
	check_pieces(text.data, 16384, want.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_lists),
		cmocka_unit_test(test_lists_of_custom_resources),
		cmocka_unit_test(test_spaces_stay_in_items_alone),
		cmocka_unit_test(test_what_is_no_list),
		cmocka_unit_test(test_what_breaks_off),
		cmocka_unit_test(test_an_item_may_stop_it),
		cmocka_unit_test(test_long_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
