#include "net/http_internal.h"

#include <netdb.h>

#include "base/file.h"
#include "net/proxy.h"

/*
 * Why there is no answer, in the words of Go's net/http, which scripts and
 * people know from kubectl.
 */

/* The first name server, which Go's resolver names in its errors. */
static void name_server(struct buf *out)
{
	FILE *f = fopen("/etc/resolv.conf", "re");
	char line[512], address[64] = "";

	while (f && !*address && fgets(line, sizeof(line), f))
		if (sscanf(line, "nameserver %63s", address) != 1)
			*address = '\0';
	if (f)
		fclose(f);
	buf_printf(out, strchr(address, ':') ? "[%s]:53" : "%s:53", *address ? address : "127.0.0.1");
}

static int failed(struct error *err, enum error_class class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int failed(struct error *err, enum error_class class, const char *format, ...)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	return error_set(err, class, "Unable to connect to the server: %s", text.data);
}

static char *proxy_of(const struct transfer *t)
{
	return t->http->proxy ? xstrdup(t->http->proxy) : proxy_from_environment(t->url);
}

static int lookup_failed(const struct transfer *t, const char *url, const char *prefix, struct error *err)
{
	_cleanup_free_ char *host = NULL, *port = NULL;
	_cleanup_buf_ struct buf server = BUF_INIT;

	(void)t;
	url_split_host(url, &host, &port);
	name_server(&server);
	return failed(err, ERROR_CONNECT, "%sdial tcp: lookup %s on %s: no such host", prefix, host, server.data);
}

static int refused(const struct transfer *t, struct error *err)
{
	const char *start = strstr(t->url, "://") + 3;

	return error_set(err, ERROR_CONNECT,
			 "The connection to the server %.*s was refused - did you specify the right host or port?",
			 (int)strcspn(start, "/?#"), start);
}

static int dial_failed(const struct transfer *t, struct error *err)
{
	_cleanup_free_ char *proxy = proxy_of(t);
	long code = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &code);
	if (code == ECONNREFUSED || !code)
		return refused(t, err);
	return failed(err, ERROR_CONNECT, "%sdial tcp %s: connect: %s", proxy ? "proxyconnect tcp: " : "", t->peer,
		      errno_text((int)code));
}

static bool is_connected(const struct transfer *t)
{
	curl_off_t connected = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_CONNECT_TIME_T, &connected);
	return connected > 0;
}

static int timed_out(const struct transfer *t, struct error *err)
{
	if (!t->deadline)
		return failed(err, ERROR_CONNECT, is_connected(t) ? "net/http: TLS handshake timeout" : "dial tcp %s: i/o timeout",
			      t->peer);
	if (t->response.status)
		return failed(err, ERROR_CONNECT,
			      "context deadline exceeded (Client.Timeout or context cancellation while reading body)");
	if (!is_connected(t))
		return failed(err, ERROR_CONNECT,
			      "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)");
	return failed(err, ERROR_CONNECT, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
}

static int handshake_failed(const struct transfer *t, struct error *err)
{
	const char *why = tls_failure(transfer_tls(t));

	if (why)
		return failed(err, ERROR_TLS, "%s", why);
	if (strstr(t->message, "wrong version number") || strstr(t->message, "http request"))
		return failed(err, ERROR_TLS, "http: server gave HTTP response to HTTPS client");
	if (strstr(t->message, "unsupported protocol"))
		return failed(err, ERROR_TLS, "tls: server selected unsupported protocol version");
	if (strstr(t->message, "unexpected eof") || strstr(t->message, "SSL_ERROR_SYSCALL"))
		return failed(err, ERROR_CONNECT, "EOF");
	return failed(err, ERROR_TLS, "%s", t->message);
}

static int connection_lost(const struct transfer *t, struct error *err)
{
	long code = 0, connect_code = 0;
	const char *why = tls_failure(transfer_tls(t));

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect_code);
	if (connect_code == 407)
		return failed(err, ERROR_CONNECT, "Proxy Authentication Required");
	if (connect_code >= 300)
		return failed(err, ERROR_CONNECT, "the proxy answered CONNECT with status %ld", connect_code);
	if (why)
		return failed(err, ERROR_TLS, "%s", why);
	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &code);
	if (code == ECONNRESET || strstr(t->message, "reset by peer"))
		return failed(err, ERROR_CONNECT, "read tcp %s: read: connection reset by peer", t->peer);
	return failed(err, ERROR_CONNECT, "EOF");
}

static int body_failed(const struct transfer *t, struct error *err)
{
	if (t->response.body.overflowed)
		return error_set(err, ERROR_OTHER, "the server's answer is larger than %zu bytes", t->limit);
	return error_set(err, ERROR_CONNECT,
			 "error: unexpected error when reading response body. Please retry. Original error: unexpected EOF");
}

int transfer_failure(const struct transfer *t, CURLcode code, struct error *err)
{
	_cleanup_free_ char *proxy = proxy_of(t);

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return lookup_failed(t, t->url, "", err);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return lookup_failed(t, proxy, "proxyconnect tcp: ", err);
	case CURLE_COULDNT_CONNECT:
		return dial_failed(t, err);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(t, err);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		return handshake_failed(t, err);
	case CURLE_WRITE_ERROR:
	case CURLE_PARTIAL_FILE:
		return body_failed(t, err);
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return connection_lost(t, err);
	default:
		return failed(err, ERROR_CONNECT, "%s",
			      *t->message ? t->message : t->http->lib->curl_easy_strerror(code));
	}
}
