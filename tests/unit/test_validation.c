#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kube/validation.h"

/* Models as an OpenAPI v2 document has them, in all the forms that servers write. */
static const char models_text[] =
	"{\"m.Thing\":{\"type\":\"object\",\"required\":[\"name\"],\"properties\":{"
	"\"name\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"},\"ratio\":{\"type\":\"number\"},"
	"\"on\":{\"type\":\"boolean\"},\"parts\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/m.Part\"}},"
	"\"part\":{\"$ref\":\"#/definitions/m.Part\"},\"tags\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}},"
	"\"raw\":{\"type\":\"object\"},\"any\":{},\"loop\":{\"$ref\":\"#/definitions/m.Loop\"},"
	"\"gone\":{\"$ref\":\"#/definitions/m.Gone\"},\"far\":{\"$ref\":\"http://elsewhere\"},"
	"\"in\":{\"type\":\"object\",\"properties\":{\"deep\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}},"
	"\"lists\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}},"
	"\"m.Part\":{\"required\":[\"size\",\"unit\"],\"properties\":{\"size\":{\"type\":\"integer\"},\"unit\":{\"type\":\"string\"}}},"
	"\"m.Loop\":{\"$ref\":\"#/definitions/m.Loop\"}}";

#define WRONG(where, what) "ValidationError(" where "): " what "\n"

static const struct validation_case {
	const char *object, *expected;
} cases[] = {
	{"{\"name\":\"a\"}", ""},
	{"{}", WRONG("Thing", "missing required field \"name\" in m.Thing")},
	{"{\"name\":null}", WRONG("Thing", "missing required field \"name\" in m.Thing")},
	{"{\"name\":\"a\",\"zoo\":1,\"ape\":{}}",
	 WRONG("Thing", "unknown field \"ape\" in m.Thing") WRONG("Thing", "unknown field \"zoo\" in m.Thing")},
	{"{\"name\":\"a\",\"zoo\":null}", ""},
	{"[]", WRONG("Thing", "invalid type for m.Thing: got \"array\", expected \"map\"")},
	{"\"x\"", WRONG("Thing", "invalid type for m.Thing: got \"string\", expected \"map\"")},
	/* primitives: a string takes anything that is no list and no object */
	{"{\"name\":1}", ""},
	{"{\"name\":true}", ""},
	{"{\"name\":[]}", WRONG("Thing.name", "invalid type for m.Thing.name: got \"array\", expected \"string\"")},
	{"{\"name\":{}}", WRONG("Thing.name", "invalid type for m.Thing.name: got \"map\", expected \"string\"")},
	{"{\"name\":\"a\",\"count\":1,\"ratio\":1}", ""},
	{"{\"name\":\"a\",\"count\":1.5,\"ratio\":1.5}", ""},
	{"{\"name\":\"a\",\"count\":\"1\"}",
	 WRONG("Thing.count", "invalid type for m.Thing.count: got \"string\", expected \"integer\"")},
	{"{\"name\":\"a\",\"ratio\":false}",
	 WRONG("Thing.ratio", "invalid type for m.Thing.ratio: got \"boolean\", expected \"number\"")},
	{"{\"name\":\"a\",\"on\":1}",
	 WRONG("Thing.on", "invalid type for m.Thing.on: got \"integer\", expected \"boolean\"")},
	{"{\"name\":\"a\",\"on\":1e2}",
	 WRONG("Thing.on", "invalid type for m.Thing.on: got \"number\", expected \"boolean\"")},
	/* lists and references */
	{"{\"name\":\"a\",\"part\":{\"size\":1,\"unit\":\"m\"}}", ""},
	{"{\"name\":\"a\",\"part\":{}}",
	 WRONG("Thing.part", "missing required field \"size\" in m.Part")
		 WRONG("Thing.part", "missing required field \"unit\" in m.Part")},
	{"{\"name\":\"a\",\"parts\":{}}",
	 WRONG("Thing.parts", "invalid type for m.Thing.parts: got \"map\", expected \"array\"")},
	{"{\"name\":\"a\",\"parts\":[{\"size\":1,\"unit\":\"m\"},null,3,{\"size\":1,\"unit\":\"m\",\"x\":1}]}",
	 WRONG("Thing.parts", "unknown object type \"nil\" in Thing.parts[1]")
		 WRONG("Thing.parts[2]", "invalid type for m.Part: got \"integer\", expected \"map\"")
			 WRONG("Thing.parts[3]", "unknown field \"x\" in m.Part")},
	{"{\"name\":\"a\",\"lists\":[[\"x\"],[{}]]}",
	 WRONG("Thing.lists[1][0]", "invalid type for m.Thing.lists: got \"map\", expected \"string\"")},
	/* maps */
	{"{\"name\":\"a\",\"tags\":{\"a\":\"b\"},\"raw\":{\"a\":[{}]},\"any\":[1,null]}", ""},
	{"{\"name\":\"a\",\"tags\":{\"b\":[],\"a\":null}}",
	 "unknown object type \"nil\" in Thing.tags.a\n"
	 WRONG("Thing.tags.b", "invalid type for m.Thing.tags: got \"array\", expected \"string\"")},
	{"{\"name\":\"a\",\"raw\":7}", WRONG("Thing.raw", "invalid type for m.Thing.raw: got \"integer\", expected \"map\"")},
	{"{\"name\":\"a\",\"in\":{\"deep\":[1,\"x\"],\"no\":1}}",
	 WRONG("Thing.in.deep[1]", "invalid type for m.Thing.in.deep: got \"string\", expected \"integer\"")
		 WRONG("Thing.in", "unknown field \"no\" in m.Thing.in")},
	/* documents that lead nowhere check nothing, and end */
	{"{\"name\":\"a\",\"loop\":{\"x\":1},\"gone\":{\"x\":1},\"far\":1}", ""},
};

static cJSON *parsed(const char *text)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *json = NULL;

	if (json_parse(text, strlen(text), NULL, &json, &err))
		fail_msg("%s: %s", text, err.message);
	return json;
}

static void test_models(void **state)
{
	_cleanup_json_ cJSON *models = parsed(models_text);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_json_ cJSON *object = parsed(cases[i].object);
		_cleanup_vec_ struct vec wrong = VEC_OF_STRINGS;
		_cleanup_buf_ struct buf text = BUF_INIT;

		validation_check_model(models, "m.Thing", "Thing", object, &wrong);
		for (size_t j = 0; j < wrong.len; j++)
			buf_printf(&text, "%s\n", vec_string(&wrong, j));
		assert_string_equal(text.data, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_models)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
