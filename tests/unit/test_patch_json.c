/* JSON patches: the operations and the errors that kubectl 1.36 shows for bad ones. */
#include "patch_cases.h"

#define DOCUMENT "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}"

struct json_case {
	const char *patch;
	const char *result;
	const char *error;
};

static const struct json_case json_cases[] = {
	{
		.patch = "[]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "null",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/n','value':{'z':1}}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'n':{'z':1},'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/0','value':0}]",
		.result = "{'a':{'b':1,'c':null},'l':[0,1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/3','value':4}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3,4],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/-','value':4}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3,4],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/-1','value':4}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3,4],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/+1','value':4}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,4,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/l/4','value':4}]",
		.error = "error in add for path: '/l/4': Unable to access invalid index: 4: invalid index referenced",
	},
	{
		.patch = "[{'op':'add','path':'/l/-5','value':4}]",
		.error = "error in add for path: '/l/-5': Unable to access invalid index: -5: invalid index referenced",
	},
	{
		.patch = "[{'op':'add','path':'/l/x','value':4}]",
		.error = "error in add for path: '/l/x': value was not a proper array index: 'x': strconv.Atoi: "
			"parsing \"x\": invalid syntax",
	},
	{
		.patch = "[{'op':'add','path':'/l/99999999999999999999','value':4}]",
		.error = "error in add for path: '/l/99999999999999999999': value was not a proper array index: "
			"'99999999999999999999': strconv.Atoi: parsing \"99999999999999999999\": value out of range",
	},
	{
		.patch = "[{'op':'add','path':'/no/x','value':4}]",
		.error = "add operation does not apply: doc is missing path: \"/no/x\": missing value",
	},
	{
		.patch = "[{'op':'add','path':'/s/x','value':4}]",
		.error = "add operation does not apply: doc is missing path: \"/s/x\": missing value",
	},
	{
		.patch = "[{'op':'add','path':'','value':{}}]",
		.error = "add operation does not apply: doc is missing path: \"\": missing value",
	},
	{
		.patch = "[{'op':'add','path':'n','value':1}]",
		.error = "add operation does not apply: doc is missing path: \"n\": missing value",
	},
	{
		.patch = "[{'op':'add','path':'ignored/n','value':1}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'n':1,'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/a/~01~1','value':1}]",
		.result = "{'a':{'b':1,'c':null,'~1/':1},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/a/','value':1}]",
		.result = "{'a':{'':1,'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'add','path':'/a/n','value':null}]",
		.result = "{'a':{'b':1,'c':null,'n':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'remove','path':'/a/b'}]",
		.result = "{'a':{'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'remove','path':'/l/1'}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,3],'s':'t'}",
	},
	{
		.patch = "[{'op':'remove','path':'/l/-1'}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'}],'s':'t'}",
	},
	{
		.patch = "[{'op':'remove','path':'/l/3'}]",
		.error =
			"error in remove for path: '/l/3': Unable to access invalid index: 3: invalid index referenced",
	},
	{
		.patch = "[{'op':'remove','path':'/l/-4'}]",
		.error = "error in remove for path: '/l/-4': Unable to access invalid index: -4: invalid index "
			"referenced",
	},
	{
		.patch = "[{'op':'remove','path':'/l/-'}]",
		.error = "error in remove for path: '/l/-': strconv.Atoi: parsing \"-\": invalid syntax",
	},
	{
		.patch = "[{'op':'remove','path':'/a/z'}]",
		.error = "error in remove for path: '/a/z': unable to remove nonexistent key: z: missing value",
	},
	{
		.patch = "[{'op':'remove','path':'/no/z'}]",
		.error = "remove operation does not apply: doc is missing path: \"/no/z\": missing value",
	},
	{
		.patch = "[{'op':'remove','path':''}]",
		.error = "remove operation does not apply: doc is missing path: \"\": missing value",
	},
	{
		.patch = "[{'op':'replace','path':'/a/b','value':2}]",
		.result = "{'a':{'b':2,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'replace','path':'/l/-1','value':2}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},2],'s':'t'}",
	},
	{
		.patch = "[{'op':'replace','path':'','value':{'k':1}}]",
		.result = "{'k':1}",
	},
	{
		.patch = "[{'op':'replace','path':'','value':7}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'replace','path':'/a/z','value':2}]",
		.error = "replace operation does not apply: doc is missing key: /a/z: missing value",
	},
	{
		.patch = "[{'op':'replace','path':'/l/3','value':2}]",
		.error = "replace operation does not apply: doc is missing key: /l/3: missing value",
	},
	{
		.patch = "[{'op':'replace','path':'/no/z','value':2}]",
		.error = "replace operation does not apply: doc is missing path: /no/z: missing value",
	},
	{
		.patch = "[{'op':'move','from':'/a','path':'/n'}]",
		.result = "{'l':[1,{'x':'y'},3],'n':{'b':1,'c':null},'s':'t'}",
	},
	{
		.patch = "[{'op':'move','from':'/l/0','path':'/l/2'}]",
		.result = "{'a':{'b':1,'c':null},'l':[{'x':'y'},3,1],'s':'t'}",
	},
	{
		.patch = "[{'op':'move','from':'/no','path':'/n'}]",
		.error = "error in move for path: 'no': unable to get nonexistent key: no: missing value",
	},
	{
		.patch = "[{'op':'move','from':'/no/a','path':'/n'}]",
		.error = "move operation does not apply: doc is missing from path: /no/a: missing value",
	},
	{
		.patch = "[{'op':'move','from':'/a','path':'/a/b'}]",
		.error = "move operation does not apply: doc is missing destination path: /a/b: missing value",
	},
	{
		.patch = "[{'op':'move','from':'/a','path':'/l/7'}]",
		.error = "error in move for path: '/l/7': Unable to access invalid index: 7: invalid index referenced",
	},
	{
		.patch = "[{'op':'move','from':'/l/7','path':'/n'}]",
		.error = "error in move for path: '7': Unable to access invalid index: 7: invalid index referenced",
	},
	{
		.patch = "[{'op':'copy','from':'/a','path':'/a/n'}]",
		.result = "{'a':{'b':1,'c':null,'n':{'b':1,'c':null}},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'copy','from':'/l/1','path':'/l/-'}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3,{'x':'y'}],'s':'t'}",
	},
	{
		.patch = "[{'op':'copy','from':'/no','path':'/n'}]",
		.error = "error in copy for from: '/no': unable to get nonexistent key: no: missing value",
	},
	{
		.patch = "[{'op':'copy','from':'/no/a','path':'/n'}]",
		.error = "copy operation does not apply: doc is missing from path: /no/a: missing value",
	},
	{
		.patch = "[{'op':'copy','from':'/a','path':'/no/a'}]",
		.error = "copy operation does not apply: doc is missing destination path: /no/a: missing value",
	},
	{
		.patch = "[{'op':'copy','from':'/a','path':'/l/9'}]",
		.error = "error while adding value during copy: Unable to access invalid index: 9: invalid index "
			"referenced",
	},
	{
		.patch = "[{'op':'test','path':'/a/b','value':1}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/a/b','value':1.0}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/a/b'}]",
		.error = "testing value /a/b failed: test failed",
	},
	{
		.patch = "[{'op':'test','path':'/a/c','value':null}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/a/z','value':null}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/a/z','value':1}]",
		.error = "testing value /a/z failed: test failed",
	},
	{
		.patch = "[{'op':'test','path':'/l/1','value':{'x':'y'}}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/l','value':[1,{'x':'y'},3]}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3],'s':'t'}",
	},
	{
		.patch = "[{'op':'test','path':'/l','value':[1,{'x':'z'},3]}]",
		.error = "testing value /l failed: test failed",
	},
	{
		.patch = "[{'op':'test','path':'/l/9','value':1}]",
		.error = "error in test for path: '/l/9': Unable to access invalid index: 9: invalid index referenced",
	},
	{
		.patch = "[{'op':'test','path':'/no/a','value':1}]",
		.error = "test operation does not apply: is missing path: /no/a: missing value",
	},
	{
		.patch = "[{'op':'test','path':'/a','value':{'b':1}}]",
		.error = "testing value /a failed: test failed",
	},
	{
		.patch = "[{'op':'test','path':'/s','value':'t'},{'op':'remove','path':'/s'}]",
		.result = "{'a':{'b':1,'c':null},'l':[1,{'x':'y'},3]}",
	},
	{
		.patch = "[{'op':'remove','path':'/s'},{'op':'test','path':'/a/b','value':2}]",
		.error = "testing value /a/b failed: test failed",
	},
	{
		.patch = "{'a':1}",
		.error = "json: cannot unmarshal object into Go value of type jsonpatch.Patch",
	},
	{
		.patch = "'x'",
		.error = "json: cannot unmarshal string into Go value of type jsonpatch.Patch",
	},
	{
		.patch = "7",
		.error = "json: cannot unmarshal number into Go value of type jsonpatch.Patch",
	},
	{
		.patch = "true",
		.error = "json: cannot unmarshal bool into Go value of type jsonpatch.Patch",
	},
	{
		.patch = "['x']",
		.error = "json: cannot unmarshal string into Patch.0 of type jsonpatch.Operation",
	},
	{
		.patch = "[{'op':'remove','path':'/s'},7]",
		.error = "json: cannot unmarshal number into Patch.1 of type jsonpatch.Operation",
	},
	{
		.patch = "[[7]]",
		.error = "json: cannot unmarshal array into Patch.0 of type jsonpatch.Operation",
	},
	{
		.patch = "[null]",
		.error = "invalid operation null: unsupported operation",
	},
	{
		.patch = "[{'op':'foo','path':'/a'}]",
		.error = "invalid operation {\"op\":\"foo\",\"path\":\"/a\"}: unsupported operation",
	},
	{
		.patch = "[{'path':'/a'}]",
		.error = "invalid operation {\"path\":\"/a\"}: unsupported operation",
	},
	{
		.patch = "[{'op':1,'path':'/a'}]",
		.error = "invalid operation {\"op\":1,\"path\":\"/a\"}: unsupported operation",
	},
	{
		.patch = "[{'op':'Add','path':'/a<','value':'&'}]",
		.error = "invalid operation {\"op\":\"Add\",\"path\":\"/a\\u003c\",\"value\":\"\\u0026\"}: unsupported "
			"operation",
	},
	{
		.patch = "[{'op':'add','path':'/a'}]",
		.error = "invalid operation {\"op\":\"add\",\"path\":\"/a\"}: failed to decode 'value': operation, "
			"missing value field: missing value",
	},
	{
		.patch = "[{'op':'replace','path':'/a'}]",
		.error = "invalid operation {\"op\":\"replace\",\"path\":\"/a\"}: failed to decode 'value': operation, "
			"missing value field: missing value",
	},
	{
		.patch = "[{'op':'add','value':1}]",
		.error = "invalid operation {\"op\":\"add\",\"value\":1}: failed to decode 'path': operation missing "
			"path field: missing value",
	},
	{
		.patch = "[{'op':'add','path':null,'value':1}]",
		.error = "invalid operation {\"op\":\"add\",\"path\":null,\"value\":1}: failed to decode 'path': "
			"operation missing path field: missing value",
	},
	{
		.patch = "[{'op':'remove','path':1}]",
		.error = "invalid operation {\"op\":\"remove\",\"path\":1}: failed to decode 'path': json: cannot "
			"unmarshal number into Go value of type string",
	},
	{
		.patch = "[{'op':'remove','path':['a']}]",
		.error = "invalid operation {\"op\":\"remove\",\"path\":[\"a\"]}: failed to decode 'path': json: "
			"cannot unmarshal array into Go value of type string",
	},
	{
		.patch = "[{'op':'copy','path':'/a'}]",
		.error = "invalid operation {\"op\":\"copy\",\"path\":\"/a\"}: failed to decode 'from': operation, "
			"missing from field: missing value",
	},
	{
		.patch = "[{'op':'move','from':{},'path':'/a'}]",
		.error = "invalid operation {\"from\":{},\"op\":\"move\",\"path\":\"/a\"}: failed to decode 'from': "
			"json: cannot unmarshal object into Go value of type string",
	},
	{
		.patch = "[{'op':'remove','path':'/s'},{'op':'remove'}]",
		.error = "invalid operation {\"op\":\"remove\"}: failed to decode 'path': operation missing path "
			"field: missing value",
	},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(json_cases); i++) {
		const struct json_case *c = &json_cases[i];
		_cleanup_json_ cJSON *document = quoted(DOCUMENT), *patch = quoted(c->patch);
		_cleanup_error_ struct error err = ERROR_INIT;
		int rc = patch_json_apply(&document, patch, &err);

		assert_outcome(c->patch, c->error, rc, &err);
		if (c->error)
			assert_int_equal(err.class, ERROR_PARSE);
		/* a patch that fails half-way leaves the document alone */
		assert_json(c->patch, c->error ? DOCUMENT : c->result, document);
	}
}

/* Items that are moved into an object and back must not keep what named them. */
static void test_moves_between_objects_and_lists(void **state)
{
	_cleanup_json_ cJSON *document = quoted("{'a':{'b':1},'l':[2]}");
	_cleanup_json_ cJSON *patch = quoted("[{'op':'move','from':'/a/b','path':'/l/-'},"
	                                     "{'op':'move','from':'/l/0','path':'/a/c'}]");
	_cleanup_error_ struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(patch_json_apply(&document, patch, &err), 0);
	assert_json("moves", "{'a':{'c':2},'l':[1]}", document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_moves_between_objects_and_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
