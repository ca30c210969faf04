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

static char *proxy_of(const struct transfer *t)
{
	return t->http->proxy ? xstrdup(t->http->proxy) : proxy_from_environment(t->url);
}

/*
 * libcurl does not tell an unknown name from a name server that does not
 * answer, but whoever looks for the fault must know which of them it is.
 */
static const char *lookup_complaint(const char *host)
{
	struct addrinfo *addresses = NULL;
	int code = getaddrinfo(host, NULL, NULL, &addresses);

	if (!code)
		freeaddrinfo(addresses);
	if (code == EAI_AGAIN)
		return "i/o timeout";
	return code == EAI_FAIL ? "server misbehaving" : "no such host";
}

static int lookup_failed(const char *url, const char *prefix, struct error *err)
{
	_cleanup_free_ char *host = NULL, *port = NULL;
	_cleanup_buf_ struct buf server = BUF_INIT;

	url_split_host(url, &host, &port);
	name_server(&server);
	return error_set(err, ERROR_CONNECT, "%sdial tcp: lookup %s on %s: %s", prefix, host, server.data,
			 lookup_complaint(host));
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
	return error_set(err, ERROR_CONNECT, "%sdial tcp %s: connect: %s", proxy ? "proxyconnect tcp: " : "", t->peer,
		      errno_text((int)code));
}

/* An answer that broke off. What was passed on already ends with the bare words, as kubectl's streams do. */
static int body_broken(const struct transfer *t, const char *why, struct error *err)
{
	if (t->request.on_data)
		return error_set(err, ERROR_OTHER, "%s", why);
	return error_set(err, ERROR_OTHER,
			 "unexpected error when reading response body. Please retry. Original error: %s", why);
}

static int64_t moment(const struct transfer *t, CURLINFO what)
{
	curl_off_t microseconds = 0;

	t->http->lib->curl_easy_getinfo(t->easy, what, &microseconds);
	return microseconds;
}

/* The request's own limit, or (without one) the limit of getting connected. */
static int timed_out(const struct transfer *t, struct error *err)
{
	if (!t->deadline)
		return moment(t, CURLINFO_CONNECT_TIME_T) ?
			       error_set(err, ERROR_CONNECT, "net/http: TLS handshake timeout") :
			       error_set(err, ERROR_CONNECT, "dial tcp %s: i/o timeout", t->peer);
	if (t->response.status)
		return body_broken(t, "context deadline exceeded", err);
	if (!moment(t, CURLINFO_PRETRANSFER_TIME_T))
		return error_set(err, ERROR_CONNECT, "context deadline exceeded");
	return error_set(err, ERROR_CONNECT,
			 "net/http: request canceled (Client.Timeout exceeded while awaiting headers)");
}

static int reset_by_peer(const struct transfer *t, struct error *err)
{
	return error_set(err, ERROR_CONNECT, "read tcp %s->%s: read: connection reset by peer", t->http->closed, t->peer);
}

/* True when the network took the connection away; curl has no code of its own for that. */
static bool is_reset(const struct transfer *t)
{
	long code = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &code);
	return code == ECONNRESET || strstr(t->message, "reset by peer");
}

static int handshake_failed(const struct transfer *t, struct error *err)
{
	const char *why = tls_failure(transfer_tls(t));

	if (why)
		return error_set(err, ERROR_TLS, "%s", why);
	if (is_reset(t))
		return reset_by_peer(t, err);
	if (strstr(t->message, "unsupported protocol"))
		return error_set(err, ERROR_TLS, "tls: server selected unsupported protocol version");
	if (strstr(t->message, "unexpected eof") || strstr(t->message, "SSL_ERROR_SYSCALL"))
		return error_set(err, ERROR_CONNECT, "EOF");
	return error_set(err, ERROR_TLS, "%s", t->message);
}

static long connect_status(const struct transfer *t)
{
	long status = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status;
}

/* A proxy that refuses is quoted with the words of its own status line. */
static int proxy_refused(const struct transfer *t, struct error *err)
{
	const char *words = t->status_text ? strchr(t->status_text, ' ') : NULL;

	return error_set(err, ERROR_CONNECT, "%s", words ? words + 1 : "unknown status code");
}

static bool is_http2(const struct transfer *t)
{
	long version = 0;

	t->http->lib->curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
	return version == CURL_HTTP_VERSION_2_0;
}

static int connection_lost(const struct transfer *t, struct error *err)
{
	const char *why = tls_failure(transfer_tls(t));
	char reason[40];
	int stream;

	if (connect_status(t) >= 300)
		return proxy_refused(t, err);
	if (why)
		return error_set(err, ERROR_TLS, "%s", why);
	if (is_reset(t))
		return reset_by_peer(t, err);
	if (sscanf(t->message, "HTTP/2 stream %d was not closed cleanly: %39[A-Z_]", &stream, reason) == 2)
		return error_set(err, ERROR_CONNECT, "stream error: stream ID %d; %s; received from peer", stream, reason);
	if (is_http2(t) || strstr(t->message, "CONNECT"))
		return error_set(err, ERROR_CONNECT, "unexpected EOF");
	return error_set(err, ERROR_CONNECT, "EOF");
}

static int body_failed(const struct transfer *t, struct error *err)
{
	if (t->response.body.overflowed)
		return error_set(err, ERROR_OTHER, "the server's answer is larger than %zu bytes", t->limit);
	if (!t->response.status)
		return connection_lost(t, err);
	return body_broken(t, "unexpected EOF", err);
}

static int proxy_failed(const struct transfer *t, const char *proxy, struct error *err)
{
	_cleanup_free_ char *host = NULL, *port = NULL;
	const char *socks = proxy && str_starts(proxy, "socks") ? "socks connect tcp " : "";

	url_split_host(t->url, &host, &port);
	if (*socks)
		return error_set(err, ERROR_CONNECT, "%s%s->%s:%s: EOF", socks, t->peer, host, *port ? port : "443");
	return error_set(err, ERROR_CONNECT, "unexpected EOF");
}

static int unsupported(const struct transfer *t, struct error *err)
{
	if (!str_starts(t->url, "http"))
		return error_set(err, ERROR_CONNECT, "unsupported protocol scheme \"%.*s\"", (int)strcspn(t->url, ":"), t->url);
	/* curl took it for HTTP/0.9: something else speaks there */
	return error_set(err, ERROR_CONNECT, "net/http: HTTP/1.x transport connection broken: malformed HTTP response");
}

static int bad_url(const char *url, struct error *err)
{
	_cleanup_free_ char *host = NULL, *port = NULL;

	url_split_host(url, &host, &port);
	if (strchr(host, ' '))
		return error_set(err, ERROR_CONNECT, "invalid character \" \" in host name");
	if (*port && strspn(port, "0123456789") == strlen(port))
		return error_set(err, ERROR_CONNECT, "dial tcp: address %s: invalid port", port);
	return error_set(err, ERROR_CONNECT, "invalid URL");
}

static int failure_words(const struct transfer *t, CURLcode code, struct error *err)
{
	_cleanup_free_ char *proxy = proxy_of(t);

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return lookup_failed(t->url, "", err);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return lookup_failed(proxy, "proxyconnect tcp: ", err);
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
	case CURLE_PROXY:
		return proxy_failed(t, proxy, err);
	case CURLE_UNSUPPORTED_PROTOCOL:
		return unsupported(t, err);
	case CURLE_URL_MALFORMAT:
		return bad_url(t->url, err);
	case CURLE_SEND_FAIL_REWIND: /* see set_body() */
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return connection_lost(t, err);
	default:
		return error_set(err, ERROR_CONNECT, "%s",
			      *t->message ? t->message : t->http->lib->curl_easy_strerror(code));
	}
}

/* Why there was no answer, in Go's words: a refused connection has words of kubectl's own otherwise. */
static char *failure_cause(const struct transfer *t, const struct error *err)
{
	_cleanup_free_ char *proxy = proxy_of(t);

	if (!str_starts(err->message, "The connection to the server "))
		return xstrdup(err->message);
	return xasprintf("%sdial tcp %s: connect: connection refused", proxy ? "proxyconnect tcp: " : "", t->peer);
}

int transfer_failure(const struct transfer *t, CURLcode code, struct error *err)
{
	_cleanup_free_ char *cause = NULL, *request = NULL;

	failure_words(t, code, err);
	if (err->class != ERROR_CONNECT && err->class != ERROR_TLS)
		return -1;
	cause = failure_cause(t, err);
	request = xasprintf("%s \"%s\"", t->request.method, t->url);
	for (char *p = request + 1; *p != ' '; p++)
		*p |= 0x20; /* Go writes Get, not GET */
	error_set_request(err, request, cause);
	return -1;
}
