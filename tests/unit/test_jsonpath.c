#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/gotext.h"
#include "data/jsonpath.h"

static const char document[] =
	"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"labels\":{\"app\":\"x\",\"a.b/c\":\"dots\"}},"
	"\"spec\":{\"containers\":["
	"{\"name\":\"a\",\"image\":\"one\",\"ports\":[{\"port\":80},{\"port\":443}]},"
	"{\"name\":\"b\",\"image\":\"two\",\"cpu\":1.5},"
	"{\"name\":\"c\",\"image\":\"three\",\"on\":true,\"none\":null}],"
	"\"replicas\":3}}";

/* Templates and what kubectl prints for them (values of a block with blanks between). */
static const struct {
	const char *template, *out;
} cases[] = {
	{"", ""},
	{"plain", "plain"},
	{"{.kind}", "Pod"},
	{"{kind}", NULL},
	{"{$.kind} {@.kind}", "Pod Pod"},
	{"{.metadata.labels.app}", "x"},
	{"{.metadata.labels.a\\.b/c}", "dots"},
	{"{.metadata.labels['app']}", "x"},
	{"{.metadata.labels['a\\.b/c']}", "dots"},
	{"{.metadata.labels['app','a\\.b/c']}", "x dots"},
	{"{.spec.containers[0].name}", "a"},
	{"{.spec.containers[-1].name}", "c"},
	{"{.spec.containers[*].name}", "a b c"},
	{"{.spec.containers[0:2].name}", "a b"},
	{"{.spec.containers[1:].name}", "b c"},
	{"{.spec.containers[:-1].name}", "a b"},
	{"{.spec.containers[::2].name}", "a c"},
	{"{.spec.containers[0,2].name}", "a c"},
	{"{.spec.containers[?(@.name==\"b\")].image}", "two"},
	{"{.spec.containers[?(@.name=='b')].image}", "two"},
	{"{.spec.containers[?(@.name!=\"b\")].image}", "one three"},
	{"{.spec.containers[?(@.name>=\"b\")].image}", "two three"},
	{"{.spec.containers[?(@.ports)].name}", "a"},
	{"{.spec.containers[?(@.cpu>1.0)].name}", "b"},
	{"{.spec.containers[?(@.on==true)].name}", "c"},
	{"{.spec.containers[0].ports[?(@.port<100)].port}", "80"},
	{"{.spec.containers[*].ports[*].port}", "80 443"},
	{"{..port}", "80 443"},
	{"{.spec.containers[2].none}", "<nil>"},
	{"{.spec.replicas}", "3"},
	{"{.spec.containers[1].cpu}", "1.5"},
	{"{.nothing.at.all}", ""},
	{"{.kind.below}", ""},
	{"{\"a\\tb\\n\"}{'c'}", "a\tb\nc"},
	{"{1} {true}", "1 true"},
	{"{range .spec.containers[*]}{.name}={.image};{end}.", "a=one;b=two;c=three;."},
	{"{range .spec.containers[*]}{.name}:{range .ports[*]}{.port},{end};{end}", "a:80,443,;b:;c:;"},
	{"{range .nothing[*]}{.x}{end}none", "none"},
};

static int append(void *ctx, const struct vec *nodes, struct error *err)
{
	struct buf *out = ctx;

	(void)err;
	for (size_t i = 0; i < nodes->len; i++) {
		if (i)
			buf_putc(out, ' ');
		go_value_format(out, nodes->items[i]);
	}
	return 0;
}

static cJSON *parse_document(void)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *json;

	assert_int_equal(json_parse(document, strlen(document), NULL, &json, &err), 0);
	return json;
}

/* Runs a template; the error's message, or NULL. */
static char *run(const char *template, bool allow_missing, struct buf *out)
{
	_cleanup_(jsonpath_free_p) struct jsonpath *path = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *json = parse_document();

	if (jsonpath_parse(template, &path, &err) || jsonpath_run(path, json, allow_missing, append, out, &err))
		return xstrdup(err.message);
	return NULL;
}

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_free_ char *failure = run(cases[i].template, true, &out);

		if (!cases[i].out) {
			assert_non_null(failure);
			continue;
		}
		if (failure || strcmp(out.data, cases[i].out))
			print_error("%s: %s %s\n", cases[i].template, out.data, failure ? failure : "");
		assert_null(failure);
		assert_string_equal(out.data, cases[i].out);
	}
}

static void test_failures(void **state)
{
	static const struct {
		const char *template, *message;
	} bad[] = {
		{"{", "unclosed action"},
		{"{.a", "unclosed action"},
		{"{.a[0}", "unterminated array"},
		{"{.a[x]}", "invalid array index x"},
		{"{.a[1:2:3:4]}", "invalid array index 1:2:3:4"},
		{"{.a[?(@.b==1}", "unterminated filter"},
		{"{.a[?(@.b==1)}", "unclosed array expect ]"},
		{"{\"a}", "unterminated quoted string"},
		{"{....a}", "invalid multiple recursive descent"},
		{"{1.2.3}", "cannot parse number 1.2.3"},
		{"{word}", "unrecognized identifier word"},
		{"{end}", "not in range, nothing to end"},
		{"{.spec.containers[7]}", "array index out of bounds: index 7, length 3"},
		{"{.spec.containers[-7]}", "array index out of bounds: index -4, length 3"},
		{"{.spec.containers[0:9]}", "array index out of bounds: index 8, length 3"},
		{"{.spec.containers[2:1]}", "starting index 2 is greater than ending index 1"},
		{"{.spec.containers[::0]}", "step must be > 0"},
		{"{.metadata[0]}", "map[string]interface {} is not array or slice"},
		{"{.spec.replicas[0]}", "int64 is not array or slice"},
		{"{.kind[?(@.a==1)]}", "Pod is not array or slice and cannot be filtered"},
		{"{.spec.containers[?(@.name==1)]}", "incompatible types for comparison"},
		{"{.spec.containers[?(@.name=!1)]}", "unrecognized filter operator =!"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_free_ char *failure = run(bad[i].template, true, &out);

		if (!failure)
			print_error("%s: no failure\n", bad[i].template);
		assert_non_null(failure);
		assert_string_equal(failure, bad[i].message);
	}
}

static void test_missing_keys_may_fail(void **state)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	_cleanup_free_ char *failure = run("{.nothing}", false, &out);
	_cleanup_free_ char *fine = run("{.kind}", false, &out);

	(void)state;
	assert_string_equal(failure, "nothing is not found");
	assert_null(fine);
	assert_string_equal(out.data, "Pod");
}

static void test_relaxed_forms(void **state)
{
	static const char *const same[] = {"x.y", ".x.y", "{x.y}", "{.x.y}"};
	static const char *const bad[] = {"", "{", "{x", "x}", "{}", "{{x}}"};
	_cleanup_error_ struct error err = ERROR_INIT;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		assert_int_equal(jsonpath_relaxed(same[i], &text, &err), 0);
		assert_string_equal(text, "{.x.y}");
		free(text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(jsonpath_relaxed(bad[i], &text, &err), -1);
		assert_string_equal(err.message, "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
						 "'{name1.name2}' or '{.name1.name2}'");
	}
}

static void check_go(const char *json, const char *value, const char *syntax)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf v = BUF_INIT, s = BUF_INIT;
	_cleanup_json_ cJSON *node = NULL;

	assert_int_equal(json_parse(json, strlen(json), NULL, &node, &err), 0);
	go_value_format(&v, node);
	go_syntax_format(&s, node);
	assert_string_equal(v.data, value);
	assert_string_equal(s.data, syntax);
}

static void test_go_texts(void **state)
{
	(void)state;
	check_go("null", "<nil>", "interface {}(nil)");
	check_go("true", "true", "true");
	check_go("\"a\\\"b\"", "a\"b", "\"a\\\"b\"");
	check_go("9223372036854775807", "9223372036854775807", "9223372036854775807");
	check_go("1.50", "1.5", "1.5");
	check_go("1.0", "1", "1");
	check_go("1e20", "1e+20", "1e+20");
	check_go("1e21", "1e+21", "1e+21");
	check_go("0.0001", "0.0001", "0.0001");
	check_go("0.00001", "1e-05", "1e-05");
	check_go("-2.5", "-2.5", "-2.5");
	check_go("[1,\"x\",[]]", "[1 x []]", "[]interface {}{1, \"x\", []interface {}{}}");
	check_go("{\"b\":1,\"a\":{}}", "map[a:map[] b:1]",
		 "map[string]interface {}{\"a\":map[string]interface {}{}, \"b\":1}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_missing_keys_may_fail),
		cmocka_unit_test(test_relaxed_forms),
		cmocka_unit_test(test_go_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
