#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/proxy.h"

static const char *const variables[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"};

static int clear(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	return 0;
}

static void assert_proxy(const char *url, const char *expected)
{
	_cleanup_free_ char *proxy = proxy_from_environment(url);

	if (expected)
		assert_string_equal(expected, proxy);
	else
		assert_null(proxy);
}

static void test_by_scheme(void **state)
{
	(void)state;
	assert_proxy("https://example.com", NULL);
	setenv("https_proxy", "proxy:3128", 1);
	assert_proxy("https://example.com", "http://proxy:3128");
	setenv("HTTPS_PROXY", "socks5://other:1080", 1);
	assert_proxy("https://example.com", "socks5://other:1080");
	assert_proxy("http://example.com", NULL);
	setenv("HTTP_PROXY", "http://plain", 1);
	assert_proxy("http://example.com", "http://plain");
}

static void test_loopback_is_never_proxied(void **state)
{
	(void)state;
	setenv("HTTPS_PROXY", "http://p", 1);
	assert_proxy("https://localhost:6443", NULL);
	assert_proxy("https://127.0.0.1:6443/x", NULL);
	assert_proxy("https://127.9.9.9", NULL);
	assert_proxy("https://[::1]:6443", NULL);
	assert_proxy("https://128.0.0.1", "http://p");
}

static void test_no_proxy(void **state)
{
	static const struct {
		const char *list, *url;
		bool exempt;
	} cases[] = {
		{"example.com", "https://example.com", true},
		{"example.com", "https://EXAMPLE.com", true},
		{"example.com", "https://a.example.com", true},
		{"example.com", "https://notexample.com", false},
		{".example.com", "https://a.example.com", true},
		{".example.com", "https://example.com", false},
		{"*.example.com", "https://a.example.com", true},
		{"x, example.com ,y", "https://example.com", true},
		{"example.com:6443", "https://example.com:6443", true},
		{"example.com:6443", "https://example.com", false},
		{"example.com:443", "https://example.com", true},
		{"10.0.0.0/8", "https://10.1.2.3:6443", true},
		{"10.0.0.0/8", "https://11.1.2.3:6443", false},
		{"10.128.0.0/9", "https://10.127.0.1", false},
		{"10.128.0.0/9", "https://10.129.0.1", true},
		{"10.1.2.3", "https://10.1.2.3", true},
		{"10.1.2.3:1", "https://10.1.2.3:1", true},
		{"10.1.2.3:1", "https://10.1.2.3:2", false},
		{"2001:db8::/32", "https://[2001:db8::1]:6443", true},
		{"2001:db8::1", "https://[2001:db8::1]:6443", true},
		{"10.0.0.0/99", "https://10.0.0.1", false},
		{"*", "https://anything", true},
		{"", "https://anything", false},
	};

	(void)state;
	setenv("HTTPS_PROXY", "http://p", 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setenv("NO_PROXY", cases[i].list, 1);
		assert_proxy(cases[i].url, cases[i].exempt ? NULL : "http://p");
	}
}

static void assert_split(const char *url, const char *expected_host, const char *expected_port)
{
	_cleanup_free_ char *host = NULL, *port = NULL;

	url_split_host(url, &host, &port);
	assert_string_equal(expected_host, host);
	assert_string_equal(expected_port, port);
}

static void test_split(void **state)
{
	(void)state;
	assert_split("https://host:6443/path?q#f", "host", "6443");
	assert_split("https://host", "host", "");
	assert_split("https://user:pass@host:1", "host", "1");
	assert_split("https://[::1]:6443/", "::1", "6443");
	assert_split("https://[::1]", "::1", "");
	assert_split("host:80", "host", "80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_by_scheme, clear),
		cmocka_unit_test_setup(test_loopback_is_never_proxied, clear),
		cmocka_unit_test_setup(test_no_proxy, clear),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
