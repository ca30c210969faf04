#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base64.h"

static const struct {
	const char *plain, *encoded;
} vectors[] = { /* RFC 4648, 10 */
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xff\xfe\xfd>?", "//79Pj8="},
};

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		_cleanup_buf_ struct buf encoded = BUF_INIT, plain = BUF_INIT;
		_cleanup_error_ struct error err = ERROR_INIT;

		base64_encode(&encoded, vectors[i].plain, strlen(vectors[i].plain));
		assert_string_equal(vectors[i].encoded, encoded.data);
		assert_int_equal(0, base64_decode(&plain, vectors[i].encoded, &err));
		assert_int_equal(strlen(vectors[i].plain), plain.len);
		assert_string_equal(vectors[i].plain, plain.data);
	}
}

static void test_line_breaks(void **state)
{
	_cleanup_buf_ struct buf plain = BUF_INIT;
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(0, base64_decode(&plain, "Zm\r\n9vY\ng=\n=\n", &err));
	assert_string_equal("foob", plain.data);
}

static void test_illegal(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {{"!", 0}, {"Zm9v!", 4}, {"Zg=", 3}, {"Zg=x", 2}, {"Zg==Zg==", 4}, {"=", 0}, {"Z===", 1}, {"Zm9vZ", 4}, {"Zm8=x", 4}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *message = xasprintf("illegal base64 data at input byte %zu", cases[i].at);
		_cleanup_buf_ struct buf plain = BUF_INIT;
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(-1, base64_decode(&plain, cases[i].text, &err));
		assert_int_equal(ERROR_PARSE, err.class);
		assert_string_equal(message, err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_line_breaks),
		cmocka_unit_test(test_illegal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
