#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/yaml.h"

/* An object, and kubectl 1.36 -o kyaml of it. */
static const char source[] =
	"{\"apiVersion\": \"x.io/v1\", \"kind\": \"T\", \"metadata\": {\"name\": \"n\", \"annotations\": {\"a\": \"b\"}"
	"}, \"spec\": {\"keys\": {\"\": 1, \"plain\": 1, \"a-b\": 1, \"a.b/c\": 1, \"-a\": 1, \"a-\": 1, \"_x\": 1, \""
	"1a\": 1, \"10\": 1, \"1_0\": 1, \"0x1F\": 1, \"0o17\": 1, \"0b1\": 1, \"1.5\": 1, \"1e3\": 1, \".5\": 1, \"i"
	"nf\": 1, \"Infinity\": 1, \"nan\": 1, \"true\": 1, \"T\": 1, \"f\": 1, \"Yes\": 1, \"NO\": 1, \"on\": 1, \"y"
	"\": 1, \"null\": 1, \"~\": 1, \"1:20\": 1, \"2001-01-01\": 1, \"a b\": 1, \"a:b\": 1, \"\xc3\xa9\": 1, "
	"\"\xe6\x97\xa5\xe6\x9c\xac\""
	": 1, \"a\\nb\": 1, \"a\\tb\": 1, \"a\\\"b\": 1, \"\xf0\x9f\x99\x82\": 1}, \"strings\": [\"\", \"x\", "
	"\"true\", \"q\\\"\\\\\", \"t"
	"ab\\there\", \"\xc3\xa9 \xc2\xa0 \xc2\xad \xe2\x80\xa8 \xf0\x9f\x99\x82 \\u0001 \\u001b\"], \"lines\": "
	"[\"a\\n\", \"a\\nb\", \"\\n\", \"\\n\\n\", \"  l"
	"ead\\n  more\\n\", \"a\\n\\tb\\n\\nc\", \"x\\r\\ny\"], \"cuddled\": [{\"a\": 1}, [], {}, [[1, 2], [\"x\\ny\"]]"
	"], \"mixed\": [1, {\"a\": []}, [], null, false, 1.5, \"s\"], \"empty\": {}, \"none\": [], \"numbers\":"
	" [1.0, 1e+21, 1e-07, 1234567.5, -0.0, 12345678901234567890]}}";

static const char expected[] = "---\n"
			       "{\n"
			       "  apiVersion: \"x.io/v1\",\n"
			       "  kind: \"T\",\n"
			       "  metadata: {\n"
			       "    annotations: {\n"
			       "      a: \"b\",\n"
			       "    },\n"
			       "    name: \"n\",\n"
			       "  },\n"
			       "  spec: {\n"
			       "    cuddled: [{\n"
			       "      a: 1,\n"
			       "    }, [], {}, [[\n"
			       "      1,\n"
			       "      2,\n"
			       "    ], [\n"
			       "      \"\\\n"
			       "         x\\n\\\n"
			       "         y\\\n"
			       "        \",\n"
			       "    ]]],\n"
			       "    empty: {},\n"
			       "    keys: {\n"
			       "      \"\": 1,\n"
			       "      \"-a\": 1,\n"
			       "      \".5\": 1,\n"
			       "      \"0b1\": 1,\n"
			       "      \"0o17\": 1,\n"
			       "      \"0x1F\": 1,\n"
			       "      \"1.5\": 1,\n"
			       "      \"10\": 1,\n"
			       "      \"1:20\": 1,\n"
			       "      \"1_0\": 1,\n"
			       "      1a: 1,\n"
			       "      \"1e3\": 1,\n"
			       "      \"2001-01-01\": 1,\n"
			       "      \"Infinity\": 1,\n"
			       "      \"NO\": 1,\n"
			       "      \"T\": 1,\n"
			       "      \"Yes\": 1,\n"
			       "      _x: 1,\n"
			       "      \"a\\tb\": 1,\n"
			       "      \"a\\nb\": 1,\n"
			       "      \"a b\": 1,\n"
			       "      \"a\\\"b\": 1,\n"
			       "      \"a-\": 1,\n"
			       "      a-b: 1,\n"
			       "      a.b/c: 1,\n"
			       "      \"a:b\": 1,\n"
			       "      \"f\": 1,\n"
			       "      \"inf\": 1,\n"
			       "      \"nan\": 1,\n"
			       "      \"null\": 1,\n"
			       "      \"on\": 1,\n"
			       "      plain: 1,\n"
			       "      \"true\": 1,\n"
			       "      \"y\": 1,\n"
			       "      \"~\": 1,\n"
			       "      \xc3\xa9: 1,\n"
			       "      \xe6\x97\xa5\xe6\x9c\xac: 1,\n"
			       "      \"\xf0\x9f\x99\x82\": 1,\n"
			       "    },\n"
			       "    lines: [\n"
			       "      \"\\\n"
			       "         a\\n\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "         a\\n\\\n"
			       "         b\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "         \\n\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "         \\n\\\n"
			       "         \\n\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "        \\  lead\\n\\\n"
			       "        \\  more\\n\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "         a\\n\\\n"
			       "        \\\tb\\n\\\n"
			       "         \\n\\\n"
			       "         c\\\n"
			       "        \",\n"
			       "      \"\\\n"
			       "         x\\r\\n\\\n"
			       "         y\\\n"
			       "        \",\n"
			       "    ],\n"
			       "    mixed: [\n"
			       "      1,\n"
			       "      {\n"
			       "        a: [],\n"
			       "      },\n"
			       "      [],\n"
			       "      null,\n"
			       "      false,\n"
			       "      1.5,\n"
			       "      \"s\",\n"
			       "    ],\n"
			       "    none: [],\n"
			       "    numbers: [\n"
			       "      1,\n"
			       "      1e+21,\n"
			       "      1e-7,\n"
			       "      1234567.5,\n"
			       "      -0,\n"
			       "      12345678901234567000,\n"
			       "    ],\n"
			       "    strings: [\n"
			       "      \"\",\n"
			       "      \"x\",\n"
			       "      \"true\",\n"
			       "      \"q\\\"\\\\\",\n"
			       "      \"tab\there\",\n"
			       "      \"\xc3\xa9 \\_ \\u00ad \\L \xf0\x9f\x99\x82 \\x01 \\e\",\n"
			       "    ],\n"
			       "  },\n"
			       "}\n";

static void test_kyaml(void **state)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *node = NULL, *again = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(json_parse(source, strlen(source), NULL, &node, &err), 0);
	kyaml_print(&out, node, JSON_SORT_KEYS);
	assert_string_equal(out.data, expected);
	/* any reader of YAML reads it, ours too */
	if (yaml_parse(out.data, out.len, NULL, 1, &again, &err))
		fail_msg("%s", err.message);
	json_remove(json_get(node, "spec"), "numbers");
	json_remove(json_get(again, "spec"), "numbers");
	assert_true(json_equal(node, again));
}

static void test_order(void **state)
{
	_cleanup_json_ cJSON *node = json_parse_literal("{\"b\":{\"z\":1,\"y\":2},\"a\":[]}");
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	kyaml_print(&out, node, 0);
	assert_string_equal(out.data, "---\n{\n  b: {\n    z: 1,\n    \"y\": 2,\n  },\n  a: [],\n}\n");
	buf_clear(&out);
	kyaml_print(&out, json_get(node, "a"), 0);
	assert_string_equal(out.data, "---\n[]\n");
}

/* The parts of a document fold where they would in the whole. */
static void test_pieces(void **state)
{
	_cleanup_buf_ struct buf text = BUF_INIT, whole = BUF_INIT, pieces = BUF_INIT;
	_cleanup_json_ cJSON *node = NULL;
	cJSON *items, *c;

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_puts(&text, i % 7 ? "word " : "longer-word ");
	buf_puts(&text, "end");
	node = json_parse_literal(
		"{\"items\":[{\"a\":\"%s\",\"b\":[\"%s\",1]},\"%s\",[],[1,2],{}],\"object\":{\"c\":\"%s\"},"
		"\"type\":\"x\\ny\"}",
		text.data, text.data, text.data, text.data);
	yaml_print(&whole, node);
	buf_puts(&pieces, "items:\n");
	items = json_get(node, "items");
	cJSON_ArrayForEach(c, items) yaml_print_item(&pieces, c);
	yaml_print_member(&pieces, "object", json_get(node, "object"));
	yaml_print_member(&pieces, "type", json_get(node, "type"));
	assert_string_equal(pieces.data, whole.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kyaml),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
