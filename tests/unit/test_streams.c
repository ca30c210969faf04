#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kube/pods.h"
#include "kube/streams.h"

static void test_status(void **state)
{
	static const struct {
		const char *text, *message;
		int status;
	} cases[] = {
		{"", NULL, 0},
		{"{\"metadata\":{},\"status\":\"Success\"}", NULL, 0},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"3\"}]}}", NULL, 3},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"x\"},{\"reason\":\"ExitCode\",\"message\":\"255\"}]}}", NULL, 255},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"256\"}]}}",
		 "error stream protocol error: invalid exit code value \"256\"", 0},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"-1\"}]}}",
		 "error stream protocol error: invalid exit code value \"-1\"", 0},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\"}]}}",
		 "error stream protocol error: invalid exit code value \"\"", 0},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{}}", "error stream protocol error: no ExitCode cause given", 0},
		{"{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\"}", "error stream protocol error: details must be set", 0},
		{"{\"status\":\"Failure\",\"message\":\"no such thing\"}", "no such thing", 0},
		{"{\"status\":\"Odd\"}", "error stream protocol error: unknown error", 0},
		{"{}", "error stream protocol error: unknown error", 0},
		{"[]", "error stream protocol error: no object in \"[]\"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		int status = -7, failure = streams_status(cases[i].text, strlen(cases[i].text), &status, &err);

		if (cases[i].message) {
			assert_int_equal(-1, failure);
			assert_string_equal(cases[i].message, err.message);
			assert_int_equal(-7, status);
		} else {
			assert_int_equal(0, failure);
			assert_int_equal(cases[i].status, status);
		}
	}
}

static void test_containers(void **state)
{
	_cleanup_json_ cJSON *pod = json_parse_literal(
		"{\"spec\":{\"containers\":[{\"name\":\"app\"},{\"name\":\"side\"}],\"initContainers\":[{\"name\":\"init\"}],"
		"\"ephemeralContainers\":[{\"name\":\"dbg\"}]}}");
	_cleanup_buf_ struct buf names = BUF_INIT;
	const char *list = NULL;

	(void)state;
	pod_container_names(pod, &names);
	assert_string_equal("app, side, dbg (ephem), init (init)", names.data);
	assert_non_null(pod_container(pod, "dbg", &list));
	assert_string_equal("ephemeralContainers", list);
	assert_null(pod_container(pod, "none", &list));
	assert_null(pod_default_container(pod));
	assert_true(pod_has_choice(pod));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
