#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kube/client.h"
#include "kube/status.h"

struct answer {
	int status;
	const char *method, *path, *type, *body;
	bool absolute;
	const char *reason, *message;
};

#define POD "/api/v1/namespaces/a/pods/x"
#define CREDENTIALS "the server has asked for the client to provide credentials"

static const struct answer answers[] = {
	/* a Status speaks for itself */
	{404, "GET", POD, "application/json",
	 "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"pods \\\"x\\\" not "
	 "found\",\"reason\":\"NotFound\",\"code\":404}",
	 false, "NotFound", "pods \"x\" not found"},
	/* a body that is none gives the generic words and the thing asked for */
	{404, "GET", "/apis/example.com/v1/namespaces/rec/widgets", "text/plain; charset=utf-8", "404 page not found\n",
	 false, "NotFound", "the server could not find the requested resource (get widgets.example.com)"},
	{404, "GET", POD "?x=y", "text/plain", "no", false, "NotFound",
	 "the server could not find the requested resource (get pods x)"},
	{404, "GET", POD, "text/plain", "no", true, "NotFound", "the server could not find the requested resource"},
	{404, "GET", "/apis", "text/plain", "no", false, "NotFound",
	 "the server could not find the requested resource"},
	{404, "GET", "/healthz", "text/plain", "no", false, "NotFound",
	 "the server could not find the requested resource"},
	{401, "GET", "/api/v1/namespaces/a", "text/plain", "", false, "Unauthorized",
	 CREDENTIALS " (get namespaces a)"},
	{401, "PUT", "/api/v1/namespaces/a/finalize", "text/plain", "", false, "Unauthorized",
	 CREDENTIALS " (put namespaces a)"},
	{401, "GET", "/api/v1/nodes", "text/plain", "", false, "Unauthorized", CREDENTIALS " (get nodes)"},
	{403, "GET", "/api", "text/plain", " stay out \n", false, "Forbidden", "stay out"},
	{403, "GET", "/api", "application/json", "{}", false, "Forbidden", "unknown"},
	{409, "POST", "/api/v1/namespaces/a/pods", "text/plain", "", false, "AlreadyExists",
	 "the server reported a conflict (post pods)"},
	{409, "PUT", POD, "text/plain", "", false, "Conflict", "the server reported a conflict (put pods x)"},
	{406, "GET", "/api", "text/plain", "", false, "NotAcceptable",
	 "the server was unable to respond with a content type that the client supports"},
	{406, "GET", "/api", "text/plain", "only json", false, "NotAcceptable", "only json"},
	{415, "GET", "/api", "text/plain", "no yaml", false, "UnsupportedMediaType", "no yaml"},
	{400, "GET", "/api", "text/plain", "", false, "BadRequest",
	 "the server rejected our request for an unknown reason"},
	{405, "GET", "/api", "text/plain", "", false, "MethodNotAllowed",
	 "the server does not allow this method on the requested resource"},
	{422, "GET", "/api", "text/plain", "", false, "Invalid",
	 "the server rejected our request due to an error in our request"},
	{429, "GET", "/api", "text/plain", "", false, "TooManyRequests",
	 "the server has received too many requests and has asked us to try again later"},
	{500, "GET", "/api", "text/html", "<h1>oops</h1>", false, "InternalError",
	 "an error on the server (\"<h1>oops</h1>\") has prevented the request from succeeding"},
	{502, "GET", "/api", NULL, "say \"no\"\nnow", false, "InternalError",
	 "an error on the server (\"say \\\"no\\\"\\nnow\") has prevented the request from succeeding"},
	{503, "GET", POD, "text/plain", "", false, "ServiceUnavailable",
	 "the server is currently unable to handle the request (get pods x)"},
	{504, "GET", "/api", "text/plain", "", false, "Timeout",
	 "the server was unable to return a response in the time allotted, but may still be processing the request"},
	{418, "GET", "/api", "text/plain", "", false, NULL,
	 "the server responded with the status code 418 but did not return more information"},
	/* neither another object nor a Status of success is a failure's description */
	{403, "GET", "/api", "application/json", "{\"kind\":\"Status\",\"status\":\"Success\",\"message\":\"x\"}",
	 false, "Forbidden", "unknown"},
	{403, "GET", "/api", "application/json", "{\"kind\":\"Sta", false, "Forbidden", "unknown"},
};

static struct http_response response_of(const struct answer *a)
{
	struct http_response r = HTTP_RESPONSE_INIT;

	r.status = a->status;
	r.content_type = xstrdup(a->type);
	buf_puts(&r.body, a->body);
	return r;
}

static void assert_error(const struct error *e, const struct answer *a)
{
	assert_int_equal(e->class, ERROR_API);
	assert_int_equal(e->http_status, a->status);
	assert_string_equal(e->message, a->message);
	if (a->reason)
		assert_string_equal(e->reason, a->reason);
	else
		assert_null(e->reason);
}

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		const struct answer *a = &answers[i];
		_cleanup_http_response_ struct http_response r = response_of(a);
		_cleanup_error_ struct error e = ERROR_INIT;

		assert_int_equal(status_response_error(&e, a->method, a->path, a->absolute, &r), -1);
		assert_error(&e, a);
	}
}

/* Discovery's failures are worded without looking at the body. */
static void test_generic_ignores_a_status(void **state)
{
	const struct answer a = {.status = 401,
				 .type = "application/json",
				 .body = "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"Unauthorized\"}",
				 .reason = "Unauthorized",
				 .message = CREDENTIALS};
	_cleanup_http_response_ struct http_response r = response_of(&a);
	_cleanup_error_ struct error e = ERROR_INIT;

	(void)state;
	assert_int_equal(status_generic_error(&e, "GET", "/api", false, &r), -1);
	assert_error(&e, &a);
}

static void test_generic_status_says_what_was_asked(void **state)
{
	const struct answer a = {.status = 503, .type = "text/plain", .body = "busy"};
	_cleanup_http_response_ struct http_response r = response_of(&a);
	_cleanup_error_ struct error e = ERROR_INIT;

	(void)state;
	r.retry_after = INT64_C(7000000000);
	status_generic_error(&e, "GET", "/apis/apps/v1/namespaces/a/deployments/d", false, &r);
	assert_string_equal(
		e.status_json,
		"{\"metadata\":{},\"status\":\"Failure\",\"message\":\"the server is currently unable to handle the "
		"request "
		"(get deployments.apps "
		"d)\",\"reason\":\"ServiceUnavailable\",\"details\":{\"name\":\"d\",\"group\":\"apps\","
		"\"kind\":\"deployments\",\"causes\":[{\"reason\":\"UnexpectedServerResponse\",\"message\":\"busy\"}],"
		"\"retryAfterSeconds\":7},\"code\":503}");
}

static void test_long_bodies_are_cut(void **state)
{
	struct answer a = {.status = 403, .type = "text/plain", .body = ""};
	_cleanup_http_response_ struct http_response r = response_of(&a);
	_cleanup_error_ struct error e = ERROR_INIT;

	(void)state;
	buf_pad(&r.body, 'x', 5000);
	status_generic_error(&e, "GET", "/api", false, &r);
	assert_int_equal(strlen(e.message), 2048);
}

/* Nothing is sent for an object without a name: the path would be that of all objects. */
static void test_no_verb_without_a_name(void **state)
{
	static const char *const names[] = {NULL, "", "..", "a/b"};
	const struct resource *pods = builtin_resources;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_error_ struct error e = ERROR_INIT;
		const char *name = names[i];

		assert_int_equal(client_delete(NULL, pods, "ns", name, NULL, NULL, NULL, &e), -1);
		assert_int_equal(client_get(NULL, pods, "ns", name, NULL, NULL, &e), -1);
		assert_int_equal(client_update(NULL, pods, "ns", name, NULL, NULL, NULL, NULL, &e), -1);
		assert_int_equal(client_patch(NULL, pods, "ns", name, NULL, PATCH_MERGE, "{}", NULL, NULL, &e), -1);
		assert_int_equal(e.class, ERROR_OTHER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_generic_ignores_a_status),
		cmocka_unit_test(test_generic_status_says_what_was_asked),
		cmocka_unit_test(test_long_bodies_are_cut),
		cmocka_unit_test(test_no_verb_without_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
