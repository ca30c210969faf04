#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/timeutil.h"
#include "http_server.h"
#include "net/http.h"
#include "net/trace.h"

#define WAIT_1 "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
#define BUSY_NOW "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"
#define UNAUTHORIZED "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"

static const struct route routes[] = {
	{"/ok", {OK_ANSWER(2, "{}")}},
	{"/headers",
	 {"HTTP/1.1 201 Created\r\ncontent-type: text/plain\r\nETag: \"x\"\r\nDate: today\r\nLocation: /there\r\n"
	  "Warning: 299 - \"first \\\"w\\\"\"\r\nWarning: 199 - \"not this\"\r\nwarning: 299 - \"second\"\r\n"
	  "Retry-After: 7\r\nContent-Length: 0\r\n\r\n"}},
	{"/interim", {"HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\n" OK_ANSWER(2, "{}")}},
	{"/wait", {WAIT_1, OK_ANSWER(2, "{}")}},
	{"/busy-now", {BUSY_NOW, BUSY_NOW, BUSY_NOW, OK_ANSWER(2, "{}")}},
	{"/busy-always", {BUSY_NOW}},
	{"/busy", {BUSY, OK_ANSWER(2, "{}")}},
	{"/retry-date", {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n"}},
	{"/reset", {RESET, OK_ANSWER(2, "{}")}},
	{"/reset-always", {RESET}},
	{"/close-always", {CLOSE}},
	{"/stall", {STALL}},
	{"/truncated", {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"a\":"}},
	{"/garbage", {"what is this\r\n\r\nConnection: close"}},
	{"/long", {OK_ANSWER(40, "0123456789012345678901234567890123456789")}},
	{"/auth", {UNAUTHORIZED, OK_ANSWER(2, "{}")}},
	{"/auth-twice", {UNAUTHORIZED, UNAUTHORIZED, OK_ANSWER(2, "{}")}},
	{"/auth-never", {UNAUTHORIZED}},
	{"/moved", {"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"}},
	{"/loop", {"HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n"}},
	{"/secret", {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"kind\":\"Secret\",\"data\":{\"a\":\"aGlkZGVu\"},\"stringData\":{\"b\":\"hidden\"},\"c\":1}"}},
	{0},
};

struct fixture {
	struct http_server server;
	struct http *http;
	struct error err;
	struct http_response response;
	unsigned refreshes;
	struct buf trace;
	struct http_trace tracer;
};

static int authorize(void *ctx, bool refresh, struct vec *headers, struct error *err)
{
	struct fixture *f = ctx;

	(void)err;
	f->refreshes += refresh;
	vec_add(headers, xasprintf("Authorization: Bearer token-%u", f->refreshes));
	return 0;
}

static void on_trace(void *ctx, const char *text)
{
	struct fixture *f = ctx;

	buf_puts(&f->trace, text);
	buf_putc(&f->trace, '\n');
}

static void open_server(struct fixture *f, int64_t timeout, int level)
{
	f->tracer = (struct http_trace){.level = level, .write = on_trace, .ctx = f};
	assert_int_equal(0, http_open(&(struct http_config){.server = f->server.url,
							    .user_agent = "kubec/test",
							    .timeout = timeout,
							    .authorize = authorize,
							    .authorize_ctx = f,
							    .trace = &f->tracer},
				      &f->http, &f->err));
}

static int setup(void **state)
{
	struct fixture *f = NEW(struct fixture);

	http_server_start(&f->server, routes);
	f->response = HTTP_RESPONSE_INIT;
	f->trace = BUF_INIT;
	open_server(f, 0, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	http_server_stop(&f->server);
	http_response_release(&f->response);
	error_release(&f->err);
	buf_release(&f->trace);
	free(f);
	return 0;
}

static int call(struct fixture *f, const char *method, const char *path)
{
	http_response_release(&f->response);
	error_release(&f->err);
	return http_perform(f->http, &(struct http_request){.method = method, .path = path}, &f->response, &f->err);
}

static const char *request(struct fixture *f, size_t i)
{
	assert_true(i < f->server.requests.len);
	return vec_string(&f->server.requests, i);
}

/* ---- requests and answers ------------------------------------------------------- */

static void test_request(void **state)
{
	struct fixture *f = *state;
	static const char *const more[] = {"Kubectl-Command: kubectl get", NULL};
	struct http_request rq = {.method = "PATCH", .path = "/ok?a=%20b", .accept = "application/json",
				  .content_type = "application/merge-patch+json", .headers = more, .body = "{\"a\":1}", .body_len = 7};
	_cleanup_free_ char *expected = xasprintf("PATCH /ok?a=%%20b HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: gzip\r\n"
						  "Accept: application/json\r\nUser-Agent: kubec/test\r\n"
						  "Content-Type: application/merge-patch+json\r\nKubectl-Command: kubectl get\r\n"
						  "Authorization: Bearer token-0\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
						  f->server.url + strlen("http://"));

	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(200, f->response.status);
	assert_string_equal("{}", f->response.body.data);
	assert_string_equal("application/json", f->response.content_type);
	assert_string_equal(expected, request(f, 0));
}

static void test_methods(void **state)
{
	struct fixture *f = *state;
	static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		assert_int_equal(0, call(f, methods[i], "/ok"));
		assert_int_equal(200, f->response.status);
		assert_true(str_starts(request(f, i), methods[i]));
		assert_null(strstr(request(f, i), "Content-Type"));
	}
}

static void test_response_headers(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/headers"));
	assert_int_equal(201, f->response.status);
	assert_string_equal("text/plain", f->response.content_type);
	assert_string_equal("\"x\"", f->response.etag);
	assert_string_equal("today", f->response.date);
	assert_string_equal("/there", f->response.location);
	assert_int_equal(7 * SECOND, f->response.retry_after);
	assert_int_equal(2, f->response.warnings.len);
	assert_string_equal("first \"w\"", vec_string(&f->response.warnings, 0));
	assert_string_equal("second", vec_string(&f->response.warnings, 1));
}

static void test_interim_answer_is_forgotten(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/interim"));
	assert_int_equal(200, f->response.status);
	assert_null(f->response.etag);
	assert_int_equal(-1, f->response.retry_after);
}

static void test_not_found_is_an_answer(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/nowhere"));
	assert_int_equal(404, f->response.status);
}

static void test_response_limit(void **state)
{
	struct fixture *f = *state;
	struct http_request rq = {.method = "GET", .path = "/long", .response_limit = 40};

	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(40, f->response.body.len);
	http_response_release(&f->response);
	rq.response_limit = 39;
	assert_int_equal(-1, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(ERROR_OTHER, f->err.class);
	assert_string_equal("the server's answer is larger than 39 bytes", f->err.message);
}

static int take_some(void *ctx, const char *data, size_t len)
{
	buf_add(ctx, data, len);
	return 0;
}

static int take_and_stop(void *ctx, const char *data, size_t len)
{
	buf_add(ctx, data, MIN(len, 4));
	return 1;
}

static void test_on_data(void **state)
{
	struct fixture *f = *state;
	_cleanup_buf_ struct buf got = BUF_INIT;
	struct http_request rq = {.method = "GET", .path = "/long", .on_data = take_some, .ctx = &got};

	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(40, got.len);
	assert_int_equal(0, f->response.body.len);
	http_response_release(&f->response);
	buf_clear(&got);
	rq.on_data = take_and_stop;
	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(200, f->response.status);
	assert_string_equal("0123", got.data);
	http_response_release(&f->response);
	buf_clear(&got);
	rq.path = "/busy"; /* a failure's body is not the stream */
	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(503, f->response.status);
	assert_string_equal("busy", f->response.body.data);
	assert_int_equal(0, got.len);
}

static void count_done(void *ctx, struct http_response *response, struct error *err)
{
	assert_int_equal(ERROR_NONE, err->class);
	assert_int_equal(200, response->status);
	(*(unsigned *)ctx)++;
}

static void test_many_in_flight(void **state)
{
	struct fixture *f = *state;
	unsigned done = 0;

	http_set_concurrency(f->http, 5);
	for (int i = 0; i < 50; i++)
		assert_int_equal(0, http_start(f->http, &(struct http_request){.method = "GET", .path = "/ok"}, count_done,
					       &done, &f->err));
	assert_int_equal(0, done); /* nothing happens before http_run() */
	assert_int_equal(0, http_run(f->http, &f->err));
	assert_int_equal(50, done);
	assert_int_equal(50, f->server.requests.len);
}

static void test_many_refused_renew_once(void **state)
{
	struct fixture *f = *state;
	unsigned done = 0;

	for (int i = 0; i < 2; i++)
		assert_int_equal(0, http_start(f->http, &(struct http_request){.method = "GET", .path = "/auth-twice"},
					       count_done, &done, &f->err));
	assert_int_equal(0, http_run(f->http, &f->err));
	assert_int_equal(2, done);
	assert_int_equal(4, f->server.requests.len);
	assert_int_equal(1, f->refreshes);
}

/* ---- again ------------------------------------------------------------------------ */

static void test_retry_after(void **state)
{
	struct fixture *f = *state;
	int64_t start = time_monotonic();

	assert_int_equal(0, call(f, "POST", "/wait"));
	assert_int_equal(200, f->response.status);
	assert_true(time_monotonic() - start >= SECOND);
	assert_int_equal(2, f->server.requests.len);
	assert_int_equal(0, call(f, "GET", "/busy-now"));
	assert_int_equal(200, f->response.status);
	assert_int_equal(6, f->server.requests.len);
}

static void test_retries_have_an_end(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/busy-always"));
	assert_int_equal(503, f->response.status);
	assert_int_equal(11, f->server.requests.len);
}

static void test_no_retry(void **state)
{
	struct fixture *f = *state;
	struct http_request rq = {.method = "GET", .path = "/busy-always", .no_retry = true};

	assert_int_equal(0, call(f, "GET", "/busy")); /* nobody said how long to wait */
	assert_int_equal(503, f->response.status);
	assert_int_equal(0, call(f, "GET", "/retry-date"));
	assert_int_equal(429, f->response.status);
	assert_int_equal(0, http_perform(f->http, &rq, &f->response, &f->err));
	assert_int_equal(3, f->server.requests.len);
}

static void test_lost_connection(void **state)
{
	struct fixture *f = *state;
	struct http_request post = {.method = "POST", .path = "/reset-always", .body = "{}", .body_len = 2};

	assert_int_equal(0, call(f, "GET", "/reset"));
	assert_int_equal(200, f->response.status);
	assert_int_equal(2, f->server.requests.len);
	/* may have been done: not again, also not by curl */
	assert_int_equal(-1, http_perform(f->http, &post, &f->response, &f->err));
	assert_int_equal(3, f->server.requests.len);
	assert_int_equal(ERROR_CONNECT, f->err.class);
	assert_true(str_starts(f->err.message, "read tcp 127.0.0.1:"));
	assert_true(str_ends(f->err.message, ": read: connection reset by peer"));
}

static void test_credentials_are_renewed_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/auth"));
	assert_int_equal(200, f->response.status);
	assert_non_null(strstr(request(f, 0), "Authorization: Bearer token-0\r\n"));
	assert_non_null(strstr(request(f, 1), "Authorization: Bearer token-1\r\n"));
	assert_int_equal(0, call(f, "GET", "/auth-never"));
	assert_int_equal(401, f->response.status);
	assert_int_equal(4, f->server.requests.len);
}

/* ---- elsewhere ---------------------------------------------------------------------- */

static void test_redirect(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(0, call(f, "GET", "/moved"));
	assert_int_equal(200, f->response.status);
	assert_non_null(strstr(request(f, 1), "Authorization: Bearer token-0\r\n"));
	assert_int_equal(0, call(f, "POST", "/moved")); /* only what changes nothing is followed */
	assert_int_equal(302, f->response.status);
	assert_int_equal(0, call(f, "GET", "/loop"));
	assert_int_equal(302, f->response.status);
	assert_int_equal(3 + 11, f->server.requests.len);
}

static void test_credentials_stay_home(void **state)
{
	struct fixture *f = *state;
	struct http_server other;
	_cleanup_free_ char *location = NULL, *url = NULL;
	struct route away[] = {{"/away", {NULL}}, {0}};

	http_server_start(&other, routes);
	location = xasprintf("HTTP/1.1 307 Temporary Redirect\r\nLocation: %s/ok\r\nContent-Length: 0\r\n\r\n", other.url);
	away[0].answers[0] = location;
	f->server.routes = away;
	assert_int_equal(0, call(f, "GET", "/away"));
	assert_int_equal(200, f->response.status);
	assert_non_null(strstr(request(f, 0), "Authorization"));
	assert_null(strstr(vec_string(&other.requests, 0), "Authorization"));
	url = xasprintf("%s/ok", other.url);
	assert_int_equal(0, call(f, "GET", url)); /* -f URL */
	assert_null(strstr(vec_string(&other.requests, 1), "Authorization"));
	http_server_stop(&other);
}

/* ---- failures --------------------------------------------------------------------------- */

static void assert_failure(struct fixture *f, const char *method, const char *path, enum error_class class, const char *message)
{
	assert_int_equal(-1, call(f, method, path));
	assert_int_equal(class, f->err.class);
	assert_string_equal(message, f->err.message);
}

static void test_failures(void **state)
{
	struct fixture *f = *state;

	assert_failure(f, "POST", "/close-always", ERROR_CONNECT, "EOF");
	assert_failure(f, "POST", "/garbage", ERROR_CONNECT,
		       "net/http: HTTP/1.x transport connection broken: malformed HTTP response");
	assert_failure(f, "POST", "/truncated", ERROR_OTHER,
		       "unexpected error when reading response body. Please retry. Original error: unexpected EOF");
}

static void test_refused(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *message = NULL;

	shutdown(f->server.listener, SHUT_RDWR);
	close(f->server.listener);
	message = xasprintf("The connection to the server %s was refused - did you specify the right host or port?",
			    f->server.url + strlen("http://"));
	assert_failure(f, "GET", "/ok", ERROR_CONNECT, message);
	f->server.listener = socket(AF_INET, SOCK_STREAM, 0);
}

static void test_timeout(void **state)
{
	struct fixture *f = *state;
	int64_t start;

	http_close(f->http);
	open_server(f, 200 * MILLISECOND, 0);
	start = time_monotonic();
	assert_failure(f, "GET", "/stall", ERROR_CONNECT,
		       "net/http: request canceled (Client.Timeout exceeded while awaiting headers)");
	assert_true(time_monotonic() - start < 2 * SECOND);
}

static void test_timeout_bounds_retries(void **state)
{
	struct fixture *f = *state;
	int64_t start = time_monotonic();

	http_close(f->http);
	open_server(f, 200 * MILLISECOND, 0);
	assert_int_equal(0, call(f, "GET", "/wait")); /* no time to wait for a second: the answer stands */
	assert_int_equal(429, f->response.status);
	assert_true(time_monotonic() - start < SECOND);
}

static void *cancel_soon(void *ctx)
{
	(void)ctx;
	usleep(100000);
	http_cancelled = 1;
	return NULL;
}

static void test_cancelled(void **state)
{
	struct fixture *f = *state;
	pthread_t thread;

	pthread_create(&thread, NULL, cancel_soon, NULL);
	assert_failure(f, "GET", "/stall", ERROR_CANCELLED, "interrupted");
	assert_failure(f, "GET", "/ok", ERROR_CANCELLED, "interrupted");
	pthread_join(thread, NULL);
	http_cancelled = 0;
	assert_int_equal(0, call(f, "GET", "/ok"));
}

/* ---- what is told ------------------------------------------------------------------------ */

static void test_trace_masks_secrets(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	open_server(f, 0, 8);
	assert_int_equal(0, call(f, "GET", "/secret"));
	assert_null(strstr(f->trace.data, "token-0"));
	assert_null(strstr(f->trace.data, "hidden"));
	assert_null(strstr(f->trace.data, "aGlkZGVu"));
	assert_non_null(strstr(f->trace.data, "\tAuthorization: Bearer <masked>\n"));
	assert_non_null(strstr(f->trace.data, "body=\"{\\\"kind\\\":\\\"Secret\\\",\\\"data\\\":{\\\"a\\\":\\\"<masked>\\\"},"
					      "\\\"stringData\\\":{\\\"b\\\":\\\"<masked>\\\"},\\\"c\\\":1}\""));
}

static void test_trace_levels(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *line = xasprintf("] \"Response\" verb=\"GET\" url=\"%s/ok\" status=\"200 OK\" milliseconds=", f->server.url);

	assert_int_equal(0, call(f, "GET", "/ok"));
	assert_int_equal(0, f->trace.len);
	http_close(f->http);
	open_server(f, 0, 6);
	assert_int_equal(0, call(f, "GET", "/ok"));
	assert_non_null(strstr(f->trace.data, line));
	assert_null(strchr(f->trace.data, '\t'));
	buf_clear(&f->trace);
	http_close(f->http);
	open_server(f, 0, 9);
	assert_int_equal(0, call(f, "GET", "/ok"));
	assert_non_null(strstr(f->trace.data, "] \"Request\" curlCommand=<\n\tcurl -v -XGET  -H \"User-Agent: kubec/test\" "
					      "-H \"Authorization: Bearer <masked>\" 'http://"));
	assert_non_null(strstr(f->trace.data, "\"HTTP Trace: Dial succeed\" network=\"tcp\" address=\"127.0.0.1:"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_request),
		TEST(test_methods),
		TEST(test_response_headers),
		TEST(test_interim_answer_is_forgotten),
		TEST(test_not_found_is_an_answer),
		TEST(test_response_limit),
		TEST(test_on_data),
		TEST(test_many_in_flight),
		TEST(test_many_refused_renew_once),
		TEST(test_retry_after),
		TEST(test_retries_have_an_end),
		TEST(test_no_retry),
		TEST(test_lost_connection),
		TEST(test_credentials_are_renewed_once),
		TEST(test_redirect),
		TEST(test_credentials_stay_home),
		TEST(test_failures),
		TEST(test_refused),
		TEST(test_timeout),
		TEST(test_timeout_bounds_retries),
		TEST(test_cancelled),
		TEST(test_trace_masks_secrets),
		TEST(test_trace_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
