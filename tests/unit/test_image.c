#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kube/image.h"

#define HEX32 "0123456789abcdef0123456789abcdef"
#define X16 "xxxxxxxxxxxxxxxx"
#define X128 X16 X16 X16 X16 X16 X16 X16 X16

static void test_valid(void **state)
{
	static const char *const images[] = {
		"a", "web", "library/nginx", "nginx:1.27", "nginx:_x.y-z", "a/b/c", "localhost:5000/a", "host:80",
		"Registry.Example.com/a/b:tag", "[::1]:5000/a", "[2001:db8::1]/a", "a-b", "a--b", "a.b", "a_b", "a__b", "1.2.3.4:5/x",
		"a@sha256:" HEX32, "a:t@sha256+b64:" HEX32, "host/a/b@sha256:" HEX32, "a:" X128, "0", "x.y/z",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		if (!image_reference_valid(images[i]))
			fail_msg("refused: %s", images[i]);
}

static void test_invalid(void **state)
{
	static const char *const images[] = {
		"", "A", "Web/", "/a", "a/", "a//b", "a:", ":a", "a:b:c", "a b", "a@", "a@sha256", "a@sha256:0123", "a@1x:" HEX32,
		"a@x.:" HEX32, "a@sha256:" HEX32 "g", "a..b", "a._b", "a___b", "-a", "a-", ".a", "a.", "host:80x/a", "-host/a", "host-/a",
		"[::1]", "[::g]/a", "[]/a", "a/B", "A:b", "Host", "a:-b", "a:" X128 "x", "ho..st/a", "http://x/y", "\xc3\xa4",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		if (image_reference_valid(images[i]))
			fail_msg("taken: %s", images[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
