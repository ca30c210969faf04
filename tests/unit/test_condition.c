#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/condition.h"

static const char object_text[] =
	"{\"metadata\":{\"generation\":2,\"labels\":{\"a\":\"b\"}},\"spec\":{\"n\":3,\"f\":1.50,\"t\":true,\"s\":\" x \",\"l\":[1,2]},"
	"\"status\":{\"observedGeneration\":2,\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"},"
	"{\"type\":\"Stale\",\"status\":\"True\",\"observedGeneration\":1},{\"type\":\"Half\"},{\"type\":\"Bad\",\"status\":\"False\"}]}}";

static const struct {
	const char *text;
	bool met;
	const char *error; /* of reading it, or of looking at the object; or NULL */
} cases[] = {
	{"condition=Ready", true, NULL},
	{"condition=rEADY=tRUE", true, NULL},
	{"condition=Ready=False", false, NULL},
	{"condition=Stale", false, NULL},
	{"condition=Half", false, NULL},
	{"condition=Bad", false, NULL},
	{"condition=Bad=false", true, NULL},
	{"condition=Missing", false, NULL},
	{"condition=", false, NULL},
	{"create", true, NULL},
	{"Delete", false, NULL},
	{"jsonpath={.spec.n}=3", true, NULL},
	{"jsonpath=spec.n=3", true, NULL},
	{"jsonpath={.spec.n}=4", false, NULL},
	{"jsonpath={.spec.n}", true, NULL},
	{"jsonpath={.spec.f}=1.5", true, NULL},
	{"jsonpath={.spec.t}=true", true, NULL},
	{"jsonpath={.spec.s}=x", true, NULL},
	{"jsonpath={.spec.n}='3'", true, NULL},
	{"jsonpath={.spec.missing}", false, NULL},
	{"jsonpath={.status.conditions[?(@.type==\"Ready\")].status}=True", true, NULL},
	{"jsonpath={.metadata.labels}", true, NULL},
	{"jsonpath={.metadata.labels}=x", false, "jsonpath leads to a nested object or list which is not supported"},
	{"jsonpath={.spec.l[*]}=1", false, "given jsonpath expression matches more than one value"},
	{"jsonpath={.spec.l[7]}=1", false, "array index out of bounds: index 7, length 2"},
	{"jsonpath=", false, "jsonpath expression cannot be empty"},
	{"jsonpath={.a}=", false,
	 "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"},
	{"jsonpath={.a}=b=c", false,
	 "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'"},
	{"ready", false, "unrecognized condition: \"ready\""},
	{"Condition=Ready", false, "unrecognized condition: \"Condition=Ready\""},
};

static void test_conditions(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;

	(void)state;
	assert_int_equal(json_parse(object_text, strlen(object_text), NULL, &object, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct condition *c = NULL;
		bool met = false;
		int failed = condition_parse(cases[i].text, &c, &err);

		if (!failed)
			assert_string_equal(condition_text(c), cases[i].text);
		failed = failed || condition_check(c, object, &met, &err);
		assert_int_equal(failed != 0, cases[i].error != NULL);
		if (cases[i].error)
			assert_string_equal(err.message, cases[i].error);
		if (met != cases[i].met)
			fail_msg("%s: %d", cases[i].text, met);
		condition_free(c);
		error_release(&err);
	}
}

static void test_conditions_that_are_no_list(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = json_parse_literal("{\"status\":{\"conditions\":\"none\"}}");
	struct condition *c = NULL;
	bool met;

	(void)state;
	assert_int_equal(condition_parse("condition=Ready", &c, &err), 0);
	assert_int_equal(condition_check(c, object, &met, &err), -1);
	assert_string_equal(err.message,
			    ".status.conditions accessor error: none is of the type string, expected []interface{}");
	condition_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_conditions),
					   cmocka_unit_test(test_conditions_that_are_no_list)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
