#include "net/proxy.h"

#include <arpa/inet.h>
#include <strings.h>

void url_split_host(const char *url, char **ret_host, char **ret_port)
{
	const char *start = strstr(url, "://");
	const char *end, *at, *colon = NULL;

	start = start ? start + 3 : url;
	end = start + strcspn(start, "/?#");
	at = memrchr(start, '@', (size_t)(end - start));
	if (at)
		start = at + 1;
	if (*start == '[') {
		const char *close = memchr(start, ']', (size_t)(end - start));

		if (close) {
			*ret_host = xstrndup(start + 1, (size_t)(close - start - 1));
			*ret_port = close[1] == ':' ? xstrndup(close + 2, (size_t)(end - close - 2)) : xstrdup("");
			return;
		}
	}
	colon = memrchr(start, ':', (size_t)(end - start));
	*ret_host = xstrndup(start, (size_t)((colon ? colon : end) - start));
	*ret_port = colon ? xstrndup(colon + 1, (size_t)(end - colon - 1)) : xstrdup("");
}

static const char *environment(const char *upper, const char *lower)
{
	const char *value = getenv(upper);

	return str_empty(value) ? getenv(lower) : value;
}

struct address {
	unsigned char bytes[16];
	int bits; /* 32, 128; 0: not an address */
};

static struct address address_parse(const char *text)
{
	struct address a = {.bits = 0};

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.bits = 32;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.bits = 128;
	return a;
}

static bool address_is_loopback(const struct address *a)
{
	static const unsigned char v6[16] = {[15] = 1};

	if (a->bits == 32)
		return a->bytes[0] == 127;
	return a->bits == 128 && !memcmp(a->bytes, v6, sizeof(v6));
}

/* "10.0.0.0/8" */
static bool cidr_has(const char *block, const struct address *a)
{
	const char *slash = strchr(block, '/');
	_cleanup_free_ char *base = xstrndup(block, (size_t)(slash - block));
	struct address net = address_parse(base);
	char *end;
	long bits = strtol(slash + 1, &end, 10);
	int whole, rest;

	if (*end || !net.bits || net.bits != a->bits || bits < 0 || bits > net.bits)
		return false;
	whole = (int)bits / 8;
	rest = (int)bits % 8;
	if (memcmp(net.bytes, a->bytes, (size_t)whole))
		return false;
	return !rest || !((net.bytes[whole] ^ a->bytes[whole]) >> (8 - rest));
}

/* "example.com" takes itself and what is below, ".example.com" and "*.example.com" only what is below. */
static bool domain_has(const char *pattern, const char *host)
{
	size_t n, m = strlen(host);

	if (str_starts(pattern, "*."))
		pattern++;
	n = strlen(pattern);
	if (*pattern == '.')
		return m > n && !strcasecmp(host + m - n, pattern);
	if (!strcasecmp(host, pattern))
		return true;
	return m > n + 1 && host[m - n - 1] == '.' && !strcasecmp(host + m - n, pattern);
}

static bool pattern_has(const char *pattern, const char *host, const char *port)
{
	_cleanup_free_ char *name = NULL, *wanted_port = NULL;
	struct address a = address_parse(host);

	if (!strcmp(pattern, "*"))
		return true;
	if (strchr(pattern, '/'))
		return a.bits && cidr_has(pattern, &a);
	if (address_parse(pattern).bits)
		return !strcasecmp(pattern, host);
	url_split_host(pattern, &name, &wanted_port);
	if (*wanted_port && strcmp(wanted_port, port))
		return false;
	return a.bits ? !strcasecmp(name, host) : domain_has(name, host);
}

static bool is_exempt(const char *host, const char *port)
{
	_cleanup_vec_ struct vec patterns = VEC_OF_STRINGS;
	struct address a = address_parse(host);
	const char *list = environment("NO_PROXY", "no_proxy");

	if (!strcasecmp(host, "localhost") || address_is_loopback(&a))
		return true;
	vec_add_split(&patterns, list ? list : "", ',');
	for (size_t i = 0; i < patterns.len; i++) {
		char *pattern = patterns.items[i];
		size_t n;

		pattern += strspn(pattern, " \t");
		n = strlen(pattern);
		while (n && (pattern[n - 1] == ' ' || pattern[n - 1] == '\t'))
			pattern[--n] = '\0';
		if (n && pattern_has(pattern, host, port))
			return true;
	}
	return false;
}

char *proxy_from_environment(const char *url)
{
	bool https = str_starts(url, "https:");
	const char *proxy = https ? environment("HTTPS_PROXY", "https_proxy") : environment("HTTP_PROXY", "http_proxy");
	_cleanup_free_ char *host = NULL, *port = NULL;

	if (str_empty(proxy))
		return NULL;
	url_split_host(url, &host, &port);
	if (is_exempt(host, *port ? port : https ? "443" : "80"))
		return NULL;
	return strstr(proxy, "://") ? xstrdup(proxy) : xasprintf("http://%s", proxy);
}
