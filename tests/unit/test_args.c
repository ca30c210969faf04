#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timeutil.h"
#include "cli/args.h"

/* ---- a small program ------------------------------------------------------- */

static int run_nothing(struct invocation *inv, struct error *err)
{
	(void)inv;
	(void)err;
	return 0;
}

static const struct option get_options[] = {
	{.name = "all-namespaces", .shorthand = 'A', .type = OPTION_BOOL, .help = "x"},
	{.name = "watch", .shorthand = 'w', .type = OPTION_BOOL, .help = "x"},
	{.name = "server-print", .type = OPTION_BOOL, .fallback = "true", .help = "x"},
	{.name = "filename", .shorthand = 'f', .type = OPTION_LIST, .help = "x"},
	{.name = "label", .type = OPTION_ARRAY, .help = "x"},
	{.name = "env", .type = OPTION_PAIRS, .help = "x"},
	{.name = "address", .type = OPTION_LIST, .fallback = "localhost", .help = "x"},
	{.name = "output", .shorthand = 'o', .help = "x"},
	{.name = "chunk-size", .type = OPTION_INT, .fallback = "500", .help = "x"},
	{.name = "port", .type = OPTION_INT, .flags = OPTION_INT32, .help = "x"},
	{.name = "timeout", .type = OPTION_DURATION, .fallback = "1m", .help = "x"},
	{.name = "dry-run", .fallback = "none", .rare = &(const struct option_rare){.bare = "unchanged"}, .help = "x"},
	{.name = "old", .type = OPTION_BOOL, .flags = OPTION_DEPRECATED, .rare = &(const struct option_rare){.deprecated_note = "use --watch"}, .help = "x"},
	{.name = "needed", .flags = OPTION_REQUIRED, .help = "x"},
	{0},
};
static const struct command get = {
	.name = "get", .aliases = "list,ls", .options = (const struct option *const[]){get_options, NULL}, .run = run_nothing};
static const struct command secret = {.name = "secret", .run = run_nothing};
static const struct command create = {
	.name = "create", .subcommands = (const struct command *const[]){&secret, NULL}, .run = run_nothing};
static const struct command exec = {.name = "exec", .keep_args = true, .run = run_nothing};
static const struct command hidden = {.name = "gat", .group = GROUP_HIDDEN, .run = run_nothing};
static const struct command root = {
	.name = "kubec", .subcommands = (const struct command *const[]){&create, &get, &exec, &hidden, NULL}};

/* ---- helpers --------------------------------------------------------------- */

struct line {
	struct command_path path;
	struct args *args;
	struct vec notes;
	struct error err;
	int status;
};

static void line_release(struct line *l)
{
	args_free(l->args);
	vec_release(&l->notes);
	error_release(&l->err);
}

/* Parses words separated by single spaces; "~" stands for an empty word. */
static struct line parse(const char *text)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	struct line l = {.notes = VEC_OF_STRINGS};

	vec_add_split(&words, text, ' ');
	for (size_t i = 0; i < words.len; i++)
		if (str_equal(vec_string(&words, i), "~"))
			*(char *)words.items[i] = '\0';
	l.status = args_parse(&root, (int)words.len, (char *const *)words.items, &l.path, &l.args, &l.notes, &l.err);
	return l;
}
#define _cleanup_line_ _cleanup_(line_release)

static void assert_list(const struct vec *list, const char *expected)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < list->len; i++)
		buf_printf(&text, "%s%s", i ? "|" : "", vec_string(list, i));
	assert_string_equal(text.data, expected);
}

/* ---- the command ----------------------------------------------------------- */

static void test_find_command(void **state)
{
	static const struct {
		const char *line, *command, *words;
	} rows[] = {
		{"get pods", "kubec get", "pods"},
		{"ls", "kubec get", ""},
		{"create secret x", "kubec create secret", "x"},
		{"create nothing", "kubec create", "nothing"},
		{"-n default get pods", "kubec get", "pods"},
		{"--namespace default get pods", "kubec get", "pods"},
		{"--namespace=default get pods", "kubec get", "pods"},
		{"--insecure-skip-tls-verify get pods", "kubec get", "pods"},
		{"-v6 create -n get secret", "kubec create secret", ""},
		{"get create", "kubec get", "create"},
		{"get get", "kubec get", "get"},
		{"", "kubec", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_line_ struct line l = parse(rows[i].line);
		_cleanup_buf_ struct buf path = BUF_INIT;

		assert_int_equal(l.status, 0);
		command_path_text(&path, &l.path);
		assert_string_equal(path.data, rows[i].command);
		assert_list(args_words(l.args), rows[i].words);
	}
}

/* ---- values ---------------------------------------------------------------- */

static void test_forms(void **state)
{
	static const char *const lines[] = {
		"get -o json", "get -ojson", "get -o=json", "get --output json", "get --output=json", "-o json get",
		"get pods -o json", "get -Aw -o json", "get -Awojson", "get -Awo=json", "get -Awo json", "get -o yaml -o json",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_line_ struct line l = parse(lines[i]);

		assert_int_equal(l.status, 0);
		assert_string_equal(args_string(l.args, "output"), "json");
		assert_true(args_changed(l.args, "output"));
		assert_false(args_changed(l.args, "filename"));
		assert_int_equal(args_bool(l.args, "watch"), strstr(lines[i], "-Aw") != NULL);
	}
}

static void test_booleans(void **state)
{
	static const struct {
		const char *line;
		bool value;
	} rows[] = {
		{"get", true},
		{"get --server-print", true},
		{"get --server-print=false", false},
		{"get --server-print=0", false},
		{"get --server-print=F", false},
		{"get --server_print=false", false},
		{"get --server-print=false --server-print=T", true},
		{"get --server-print false", true}, /* a bare boolean does not take the next word */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_line_ struct line l = parse(rows[i].line);

		assert_int_equal(l.status, 0);
		assert_int_equal(args_bool(l.args, "server-print"), rows[i].value);
	}
}

static void test_lists(void **state)
{
	static const struct {
		const char *line, *option, *expected;
	} rows[] = {
		{"get", "filename", ""},
		{"get -f a -f b", "filename", "a|b"},
		{"get -f a,b --filename=c", "filename", "a|b|c"},
		{"get -f a,,b,", "filename", "a||b|"},
		{"get -f \"a,b\",c", "filename", "a,b|c"},
		{"get -f \"a\"\"b\"", "filename", "a\"b"},
		{"get -f ~", "filename", ""},
		{"get --label a,b --label c", "label", "a,b|c"},
		{"get --env a=b,c", "env", "a=b,c"},
		{"get --env a=b,c=d --env e=", "env", "a=b|c=d|e="},
		{"get", "address", "localhost"},
		{"get --address a --address b", "address", "a|b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_line_ struct line l = parse(rows[i].line);

		assert_int_equal(l.status, 0);
		assert_list(args_list(l.args, rows[i].option), rows[i].expected);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *line;
		int64_t value;
	} rows[] = {
		{"get", 500},
		{"get --chunk-size=0", 0},
		{"get --chunk-size -7", -7},
		{"get --chunk-size=+7", 7},
		{"get --chunk-size=0x1F", 31},
		{"get --chunk-size=0o17", 15},
		{"get --chunk-size=017", 15},
		{"get --chunk-size=0b11", 3},
		{"get --chunk-size=9223372036854775807", INT64_MAX},
		{"get --chunk-size=-9223372036854775808", INT64_MIN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_line_ struct line l = parse(rows[i].line);

		assert_int_equal(l.status, 0);
		assert_true(args_int(l.args, "chunk-size") == rows[i].value);
	}
}

static void test_durations(void **state)
{
	_cleanup_line_ struct line fallback = parse("get"), given = parse("get --timeout=1h30m");

	(void)state;
	assert_true(args_duration(fallback.args, "timeout") == MINUTE);
	assert_true(args_duration(given.args, "timeout") == 90 * MINUTE);
}

static void test_bare_value(void **state)
{
	_cleanup_line_ struct line none = parse("get"), bare = parse("get --dry-run client"),
				   given = parse("get --dry-run=client");

	(void)state;
	assert_string_equal(args_string(none.args, "dry-run"), "none");
	assert_string_equal(args_string(bare.args, "dry-run"), "unchanged");
	assert_list(args_words(bare.args), "client");
	assert_string_equal(args_string(given.args, "dry-run"), "client");
}

static void test_words(void **state)
{
	_cleanup_line_ struct line dash = parse("get a -- -b --c"), plain = parse("get a - ~ b"), kept = parse("exec -n x a -b c");

	(void)state;
	assert_list(args_words(dash.args), "a|-b|--c");
	assert_int_equal(args_dash(dash.args), 1);
	assert_list(args_words(plain.args), "a|-||b");
	assert_int_equal(args_dash(plain.args), -1);
	assert_list(args_words(kept.args), "a|-b|c");
	assert_string_equal(args_string(kept.args, "namespace"), "x");
}

static void test_help(void **state)
{
	_cleanup_line_ struct line no = parse("get"), yes = parse("get -h"), word = parse("get pods --help"),
				   off = parse("get --help=false");

	(void)state;
	assert_false(args_help(no.args));
	assert_true(args_help(yes.args));
	assert_true(args_help(word.args));
	assert_false(args_help(off.args));
}

static void test_deprecated(void **state)
{
	_cleanup_line_ struct line l = parse("get --old");

	(void)state;
	assert_int_equal(l.status, 0);
	assert_list(&l.notes, "Flag --old has been deprecated, use --watch");
}

static void test_required(void **state)
{
	_cleanup_line_ struct line without = parse("get"), with = parse("get --needed=");

	(void)state;
	assert_int_equal(args_check_required(with.args, &with.err), 0);
	assert_int_equal(args_check_required(without.args, &without.err), -1);
	assert_int_equal(without.err.class, ERROR_USAGE);
	assert_string_equal(without.err.message, "required flag(s) \"needed\" not set");
}

static void test_set(void **state)
{
	_cleanup_line_ struct line l = parse("get");

	(void)state;
	assert_int_equal(args_set(l.args, "output", "wide", &l.err), 0);
	assert_string_equal(args_string(l.args, "output"), "wide");
	assert_true(args_changed(l.args, "output"));
	assert_int_equal(args_set(l.args, "watch", "maybe", &l.err), -1);
	assert_string_equal(l.err.message,
			    "invalid argument \"maybe\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"maybe\": "
			    "invalid syntax");
	assert_true(args_knows(l.args, "watch"));
	assert_true(args_knows(l.args, "context"));
	assert_false(args_knows(l.args, "replicas"));
}

/* ---- errors ---------------------------------------------------------------- */

static void test_errors(void **state)
{
#define SEE_GET "\nSee 'kubec get --help' for usage."
	static const struct {
		const char *line, *message;
	} rows[] = {
		{"get --foo", "unknown flag: --foo" SEE_GET},
		{"get --foo=bar", "unknown flag: --foo" SEE_GET},
		{"--foo", "unknown flag: --foo\nSee 'kubec --help' for usage."},
		{"create secret --foo", "unknown flag: --foo\nSee 'kubec create secret --help' for usage."},
		{"get ---x", "bad flag syntax: ---x" SEE_GET},
		{"get --=x", "bad flag syntax: --=x" SEE_GET},
		{"get -Z", "unknown shorthand flag: 'Z' in -Z" SEE_GET},
		{"get -AwZo", "unknown shorthand flag: 'Z' in -Zo" SEE_GET},
		{"get -hx", "unknown shorthand flag: 'x' in -x" SEE_GET},
		{"get -o", "flag needs an argument: 'o' in -o" SEE_GET},
		{"get -Ao", "flag needs an argument: 'o' in -o" SEE_GET},
		{"get --output", "flag needs an argument: --output" SEE_GET},
		{"get -A=x", "invalid argument \"x\" for \"-A, --all-namespaces\" flag: strconv.ParseBool: parsing \"x\": invalid "
			     "syntax" SEE_GET},
		{"get --server-print=x", "invalid argument \"x\" for \"--server-print\" flag: strconv.ParseBool: parsing \"x\": "
					 "invalid syntax" SEE_GET},
		{"get --chunk-size=x", "invalid argument \"x\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"x\": invalid "
				       "syntax" SEE_GET},
		{"get --chunk-size=08", "invalid argument \"08\" for \"--chunk-size\" flag: strconv.ParseInt: parsing \"08\": "
					"invalid syntax" SEE_GET},
		{"get --chunk-size=9223372036854775808",
		 "invalid argument \"9223372036854775808\" for \"--chunk-size\" flag: strconv.ParseInt: parsing "
		 "\"9223372036854775808\": value out of range" SEE_GET},
		{"get --port=2147483648", "invalid argument \"2147483648\" for \"--port\" flag: strconv.ParseInt: parsing "
					  "\"2147483648\": value out of range" SEE_GET},
		{"get --timeout=z",
		 "invalid argument \"z\" for \"--timeout\" flag: time: invalid duration \"z\"" SEE_GET},
		{"get --timeout=5", "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"" SEE_GET},
		{"get -f a\"b", "invalid argument \"a\\\"b\" for \"-f, --filename\" flag: parse error on line 1, column 2: bare \" "
				"in non-quoted-field" SEE_GET},
		{"get -f \"a", "invalid argument \"\\\"a\" for \"-f, --filename\" flag: parse error on line 1, column 3: extraneous "
			       "or missing \" in quoted-field" SEE_GET},
		{"get --env a", "invalid argument \"a\" for \"--env\" flag: a must be formatted as key=value" SEE_GET},
		{"gett", "unknown command \"gett\" for \"kubec\"\n\nDid you mean this?\n\tget"},
		{"cre", "unknown command \"cre\" for \"kubec\"\n\nDid you mean this?\n\tcreate"},
		{"zzzzzz", "unknown command \"zzzzzz\" for \"kubec\""},
		{"-n x zzzzzz --foo", "unknown command \"zzzzzz\" for \"kubec\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_line_ struct line l = parse(rows[i].line);

		assert_int_equal(l.status, -1);
		assert_int_equal(l.err.class, ERROR_USAGE);
		assert_string_equal(l.err.message, rows[i].message);
		assert_null(l.args);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_command), cmocka_unit_test(test_forms),     cmocka_unit_test(test_booleans),
		cmocka_unit_test(test_lists),        cmocka_unit_test(test_numbers),   cmocka_unit_test(test_durations),
		cmocka_unit_test(test_bare_value),   cmocka_unit_test(test_words),     cmocka_unit_test(test_help),
		cmocka_unit_test(test_deprecated),   cmocka_unit_test(test_required),  cmocka_unit_test(test_set),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
