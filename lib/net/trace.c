#include <ctype.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/timeutil.h"
#include "data/json.h"
#include "net/http_internal.h"

/*
 * Lines in klog's form ("I1122 13:07:35.463070 30861 file:line] "Response" verb="GET" …"), which
 * people grep for. File and line are those of client-go's lines.
 */
#define AT_REQUEST "round_trippers.go:527"
#define AT_DIAL "round_trippers.go:562"
#define AT_DIAL_FAILED "round_trippers.go:560"
#define AT_RESPONSE "round_trippers.go:632"
#define AT_BODY "helper.go:113"

#define MASKED "<masked>"

static void line_begin(struct buf *out, const char *place, const char *message)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	buf_printf(out, "I%02d%02d %02d:%02d:%02d.%06ld %7d %s] \"%s\"", tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		   tm.tm_sec, now.tv_nsec / 1000, (int)getpid(), place, message);
}

static void line_end(const struct transfer *t, struct buf *out)
{
	const struct http_trace *trace = t->http->trace;

	trace->write(trace->ctx, out->data);
}

/* key="text", or a block when the text has more than one line. */
static void put_text(struct buf *out, const char *key, const char *text)
{
	const char *end;

	if (!strchr(text, '\n')) {
		buf_printf(out, " %s=", key);
		json_print_string(out, text, JSON_COMPACT);
		return;
	}
	buf_printf(out, " %s=<\n", key);
	for (; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		buf_printf(out, "\t%.*s\n", (int)(end - text), text);
	}
	buf_puts(out, " >");
}

/* ---- headers ----------------------------------------------------------------------- */

/* "content-type" to "Content-Type", as Go names headers whatever the server sent. */
static void canonical_name(char *line)
{
	bool start = true;

	for (char *p = line; *p && *p != ':'; p++) {
		*p = (char)(start ? toupper((unsigned char)*p) : tolower((unsigned char)*p));
		start = *p == '-';
	}
}

/* The scheme of an Authorization stays, what it carries goes. */
static char *masked_header(const char *line)
{
	static const char *const secret[] = {"Authorization:", "Proxy-Authorization:", "Cookie:", "Set-Cookie:"};

	for (size_t i = 0; i < ARRAY_SIZE(secret); i++) {
		size_t n = strlen(secret[i]);
		const char *scheme;

		if (strncasecmp(line, secret[i], n))
			continue;
		scheme = line + n + strspn(line + n, " ");
		if (i > 1 || !strchr(scheme, ' '))
			return xasprintf("%s " MASKED, secret[i]);
		return xasprintf("%s %.*s " MASKED, secret[i], (int)strcspn(scheme, " "), scheme);
	}
	return xstrdup(line);
}

static void add_header(struct vec *out, const char *line)
{
	char *masked;

	/* a name alone tells curl to send none; kubectl's telemetry is not shown by kubectl either */
	if (str_ends(line, ":") || str_starts(line, "Kubectl-"))
		return;
	masked = masked_header(line);
	canonical_name(masked);
	vec_add(out, masked);
}

static void put_header_lines(struct buf *out, struct vec *lines)
{
	vec_sort(lines, vec_compare_strings);
	buf_puts(out, lines->len ? " headers=<\n" : " headers=\"\"");
	for (size_t i = 0; i < lines->len; i++)
		buf_printf(out, "\t%s\n", vec_string(lines, i));
	buf_puts(out, lines->len ? " >" : "");
}

static void request_headers(const struct transfer *t, struct vec *ret)
{
	for (const struct curl_slist *h = t->headers; h; h = h->next)
		add_header(ret, h->data);
}

static void put_response_headers(const struct transfer *t, struct buf *out)
{
	_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;

	for (size_t i = 0; i < t->response_headers.len; i++)
		add_header(&lines, vec_string(&t->response_headers, i));
	put_header_lines(out, &lines);
}

/* ---- bodies -------------------------------------------------------------------------- */

static void mask_values(cJSON *object)
{
	cJSON *value;

	cJSON_ArrayForEach(value, object) if (json_is_string(value)) cJSON_SetValuestring(value, MASKED);
}

static bool is_secret_key(const char *key)
{
	static const char *const keys[] = {"token", "kubectl.kubernetes.io/last-applied-configuration", "password",
					   "clientKeyData"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

static void mask_tree(cJSON *node)
{
	cJSON *child;

	cJSON_ArrayForEach(child, node)
	{
		const char *key = child->string ? child->string : "";

		if ((!strcmp(key, "data") || !strcmp(key, "stringData")) && json_is_object(child))
			mask_values(child);
		else if (is_secret_key(key) && json_is_string(child))
			cJSON_SetValuestring(child, MASKED);
		else
			mask_tree(child);
	}
}

static bool contains(const char *data, size_t len, const char *what)
{
	return memmem(data, len, what, strlen(what));
}

/* Whether a body may hold what nobody but its owner may see. */
static bool is_sensitive(const struct transfer *t, const char *data, size_t len)
{
	return strstr(t->url, "/secrets") || strstr(t->url, "/token") || contains(data, len, "Secret") ||
	       contains(data, len, "TokenReview") || contains(data, len, "TokenRequest") ||
	       contains(data, len, "ExecCredential");
}

/* A body that cannot be understood cannot be masked, and is not shown. */
static void masked_body(const struct transfer *t, const char *data, size_t len, struct buf *out)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	if (!is_sensitive(t, data, len)) {
		buf_add(out, data, len);
	} else if (json_parse(data, len, NULL, &tree, &ignored)) {
		buf_printf(out, "<masked: %zu bytes>", len);
	} else {
		mask_tree(tree);
		json_print(out, tree, JSON_COMPACT);
	}
}

static size_t body_limit(int level)
{
	return level >= 10 ? SIZE_MAX : level == 9 ? 10240 : 1024;
}

static void put_body(const struct transfer *t, const char *message, const char *data, size_t len)
{
	_cleanup_buf_ struct buf line = BUF_INIT, body = BUF_INIT;
	size_t limit = body_limit(t->http->trace->level), cut;

	masked_body(t, data ? data : "", data ? len : 0, &body);
	if (body.len > limit) {
		cut = body.len - limit;
		buf_truncate(&body, limit);
		buf_printf(&body, " [truncated %zu chars]", cut);
	}
	line_begin(&line, AT_BODY, message);
	put_text(&line, "body", body.data);
	line_end(t, &line);
}

/* ---- requests -------------------------------------------------------------------------- */

static void put_request_line(const struct transfer *t, struct buf *out)
{
	put_text(out, "verb", t->request.method);
	put_text(out, "url", t->url);
}

static void put_curl_command(const struct transfer *t, struct buf *out)
{
	_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;

	request_headers(t, &lines);
	buf_printf(out, " curlCommand=<\n\tcurl -v -X%s ", t->request.method);
	for (size_t i = 0; i < lines.len; i++) {
		buf_puts(out, " -H ");
		json_print_string(out, vec_string(&lines, i), JSON_COMPACT);
	}
	buf_printf(out, " '%s'\n >", t->url);
}

void trace_request(const struct transfer *t)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;
	int level = t->http->trace ? t->http->trace->level : 0;

	if (level < 7)
		return;
	if (level >= 8)
		put_body(t, "Request Body", t->request.body, t->request.body_len);
	line_begin(&out, AT_REQUEST, "Request");
	if (level >= 9) {
		put_curl_command(t, &out);
	} else {
		request_headers(t, &lines);
		put_request_line(t, &out);
		put_header_lines(&out, &lines);
	}
	line_end(t, &out);
}

/* ---- answers ----------------------------------------------------------------------------- */

static int64_t phase(const struct transfer *t, CURLINFO what)
{
	curl_off_t microseconds = 0;

	t->http->lib->curl_easy_getinfo(t->easy, what, &microseconds);
	return microseconds;
}

static void put_timings(const struct transfer *t, struct buf *out)
{
	int64_t lookup = phase(t, CURLINFO_NAMELOOKUP_TIME_T), connect = phase(t, CURLINFO_CONNECT_TIME_T);
	int64_t tls = phase(t, CURLINFO_APPCONNECT_TIME_T), first = phase(t, CURLINFO_STARTTRANSFER_TIME_T);
	int64_t sent = phase(t, CURLINFO_PRETRANSFER_TIME_T);

	buf_printf(out, " dnsLookupMilliseconds=%lld dialMilliseconds=%lld tlsHandshakeMilliseconds=%lld",
		   (long long)lookup / 1000, (long long)MAX(connect - lookup, 0) / 1000,
		   (long long)MAX(tls - connect, 0) / 1000);
	if (t->response.status)
		buf_printf(out, " serverProcessingMilliseconds=%lld", (long long)MAX(first - sent, 0) / 1000);
}

static void put_dial(const struct transfer *t)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (t->http->trace->level < 9 || !*t->peer)
		return;
	if (t->response.status) {
		line_begin(&out, AT_DIAL, "HTTP Trace: Dial succeed");
		buf_printf(&out, " network=\"tcp\" address=\"%s\"", t->peer);
	} else {
		line_begin(&out, AT_DIAL_FAILED, "HTTP Trace: Dial failed");
		buf_printf(&out, " network=\"tcp\" address=\"%s\"", t->peer);
		put_text(&out, "err", t->message);
	}
	line_end(t, &out);
}

static void put_response(const struct transfer *t)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	int level = t->http->trace->level;

	line_begin(&out, AT_RESPONSE, "Response");
	if (level == 6 || level >= 9)
		put_request_line(t, &out);
	put_text(&out, "status", t->status_text ? t->status_text : "");
	if (level >= 8)
		put_response_headers(t, &out);
	buf_printf(&out, " milliseconds=%lld", (long long)((time_monotonic() - t->started) / MILLISECOND));
	if (level >= 9)
		put_timings(t, &out);
	line_end(t, &out);
}

void trace_response(const struct transfer *t)
{
	if (!t->http->trace)
		return;
	put_dial(t);
	put_response(t);
	if (t->http->trace->level >= 8 && !t->request.on_data)
		put_body(t, "Response Body", t->response.body.data, t->response.body.len);
}

void trace_failure(const struct transfer *t)
{
	if (!t->http->trace)
		return;
	put_dial(t);
	put_response(t);
}
