#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/colour.h"

static void test_states(void **state)
{
	static const struct {
		const char *header, *text;
		enum colour_role role;
	} cells[] = {
		{"STATUS", "Running", COLOUR_GOOD},
		{"STATUS", "Completed", COLOUR_GOOD},
		{"STATUS", "ContainerCreating", COLOUR_PROGRESS},
		{"STATUS", "Init:0/2", COLOUR_PROGRESS},
		{"STATUS", "Init:CrashLoopBackOff", COLOUR_BAD},
		{"STATUS", "CrashLoopBackOff", COLOUR_BAD},
		{"STATUS", "ErrImagePull", COLOUR_BAD},
		{"STATUS", "ImagePullBackOff", COLOUR_BAD},
		{"STATUS", "CreateContainerConfigError", COLOUR_BAD},
		{"STATUS", "ExitCode:137", COLOUR_BAD},
		{"STATUS", "Ready", COLOUR_GOOD},
		{"STATUS", "Ready,SchedulingDisabled", COLOUR_PROGRESS},
		{"STATUS", "NotReady,SchedulingDisabled", COLOUR_BAD},
		{"STATUS", "Purple", COLOUR_NONE},
		{"STATUS", "", COLOUR_NONE},
		{"CONDITION", "Approved,Issued", COLOUR_GOOD},
		{"READY", "2/2", COLOUR_READY},
		{"READY", "1/2", COLOUR_UNREADY},
		{"READY", "0/0", COLOUR_NONE},
		{"READY", "3", COLOUR_NONE},
		{"READY", "True", COLOUR_GOOD},
		{"READY", "False", COLOUR_BAD},
		{"COMPLETIONS", "0/1", COLOUR_UNREADY},
		{"RESTARTS", "0", COLOUR_NONE},
		{"RESTARTS", "3 (2m ago)", COLOUR_RESTARTS},
		{"AGE", "5d", COLOUR_AGE},
		{"TYPE", "Warning", COLOUR_BAD},
		{"TYPE", "Normal", COLOUR_NONE},
		{"TYPE", "ClusterIP", COLOUR_NONE},
		{"NAME", "Running", COLOUR_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		if (colour_of_cell(cells[i].header, cells[i].text) != cells[i].role)
			fail_msg("%s %s: %d", cells[i].header, cells[i].text,
				 (int)colour_of_cell(cells[i].header, cells[i].text));
	}
}

static void test_operations(void **state)
{
	(void)state;
	assert_int_equal(colour_of_operation("created (dry run)"), COLOUR_CREATED);
	assert_int_equal(colour_of_operation("configured"), COLOUR_CHANGED);
	assert_int_equal(colour_of_operation("unchanged (server dry run)"), COLOUR_UNCHANGED);
	assert_int_equal(colour_of_operation("pruned"), COLOUR_DELETED);
	assert_int_equal(colour_of_operation("scaled"), COLOUR_CHANGED);
	assert_int_equal(colour_of_operation(""), COLOUR_NONE);
}

/* Roles of the lines of a diff as one letter each. */
static char *diff_letters(const char *text)
{
	struct colour_diff d = {0};
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (size_t n; *text; text += n + 1) {
		enum colour_role role;

		n = strcspn(text, "\n");
		role = colour_of_diff_line(&d, text, n);
		buf_putc(&out, role == COLOUR_DIFF_HEADER ? 'h'
			       : role == COLOUR_HUNK     ? '@'
			       : role == COLOUR_ADDED    ? '+'
			       : role == COLOUR_REMOVED  ? '-'
							 : '.');
	}
	return buf_take(&out);
}

static void test_diffs(void **state)
{
	static const struct {
		const char *text, *letters;
	} diffs[] = {
		{"diff -u -N /a/x /b/x\n--- /a/x\t2026\n+++ /b/x\t2026\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n", "hhh@.-+."},
		{"--- a\n+++ b\n@@ -1,2 +1,2 @@\n--- was two dashes\n+++ is two pluses\n x\n--- c\n+++ d\n@@ -1 +1 @@\n-1\n+2\n",
		 "hh@-+.hh@-+"},
		{"@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n--- b\n", "@+.h"},
		{"@@ -1 +0,0 @@ func()\n-a\nplain\n", "@-."},
		{"@@ -1,2 +1,2 @@\n\n-a\n+b\n", "@.-+"},
		{"@@ -99999999999999999999999999 +1\n", "@"},
		{"Only in /a: x\n@@ nothing\n+ no hunk\n", "h.."},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(diffs); i++) {
		_cleanup_free_ char *letters = diff_letters(diffs[i].text);

		assert_string_equal(letters, diffs[i].letters);
	}
}

static void test_sources(void **state)
{
	(void)state;
	assert_int_equal(colour_of_source(0), COLOUR_SOURCE_1);
	assert_int_equal(colour_of_source(5), COLOUR_SOURCE_LAST);
	assert_int_equal(colour_of_source(6), COLOUR_SOURCE_1);
}

/* Marks as letters in angle brackets: <key>, <string>, <number>, <literal>. */
static char *readable(const char *text)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (; *text; text++) {
		if (*text != COLOUR_MARK) {
			buf_putc(&out, *text);
			continue;
		}
		switch (*++text - COLOUR_MARK_BASE) {
		case COLOUR_KEY: buf_puts(&out, "<k"); break;
		case COLOUR_STRING: buf_puts(&out, "<s"); break;
		case COLOUR_NUMBER: buf_puts(&out, "<n"); break;
		case COLOUR_LITERAL: buf_puts(&out, "<l"); break;
		case COLOUR_DIFF_HEADER: buf_puts(&out, "<h"); break;
		case COLOUR_HUNK: buf_puts(&out, "<@"); break;
		case COLOUR_ADDED: buf_puts(&out, "<+"); break;
		case COLOUR_REMOVED: buf_puts(&out, "<-"); break;
		case COLOUR_HEADER: buf_puts(&out, "<H"); break;
		case COLOUR_GOOD: buf_puts(&out, "<g"); break;
		case COLOUR_PROGRESS: buf_puts(&out, "<p"); break;
		case COLOUR_BAD: buf_puts(&out, "<b"); break;
		case COLOUR_READY: buf_puts(&out, "<r"); break;
		case COLOUR_UNREADY: buf_puts(&out, "<u"); break;
		case COLOUR_RESTARTS: buf_puts(&out, "<R"); break;
		case COLOUR_AGE: buf_puts(&out, "<a"); break;
		case COLOUR_KIND: buf_puts(&out, "<K"); break;
		case COLOUR_HINT: buf_puts(&out, "<i"); break;
		case COLOUR_REQUIRED: buf_puts(&out, "<q"); break;
		case COLOUR_ENUM: buf_puts(&out, "<e"); break;
		default: buf_putc(&out, '>');
		}
	}
	return buf_take(&out);
}

static const struct {
	void (*paint)(struct buf *out, const char *text, size_t n);
	const char *in, *out;
} syntax[] = {
	{colour_json, "{\n    \"a\": \"b\",\n    \"c\": [1, -2.5e3, true, null, {}]\n}\n",
	 "{\n    <k\"a\">: <s\"b\">,\n    <k\"c\">: [<n1>, <n-2.5e3>, <ltrue>, <lnull>, {}]\n}\n"},
	{colour_json, "\"a \\\" b\": \"{1: \\\\\"", "<k\"a \\\" b\">: <s\"{1: \\\\\">"},
	{colour_json, "---\n{\n  kind: \"Pod\",\n  n: 1,\n}\n", "---\n{\n  <kkind>: <s\"Pod\">,\n  <kn>: <n1>,\n}\n"},
	{colour_json, "\"open", "<s\"open>"},
	{colour_yaml, "a: b\nc:\n- 1\n- x: true\n  y: null\n", "<ka>: <sb>\n<kc>:\n- <n1>\n- <kx>: <ltrue>\n  <ky>: <lnull>\n"},
	{colour_yaml, "a: {}\nb: []\nc: \"\"\n", "<ka>: {}\n<kb>: []\n<kc>: <s\"\">\n"},
	{colour_yaml, "\"a: b\": 'c: d'\n", "<k\"a: b\">: <s'c: d'>\n"},
	{colour_yaml, "- - a\n  - http://x:80\n", "- - <sa>\n  - <shttp://x:80>\n"},
	{colour_yaml, "a: |\n  b: c\n\n    - d\ne: f\n", "<ka>: |\n  <sb: c>\n\n    <s- d>\n<ke>: <sf>\n"},
	{colour_yaml, "- a: |-\n    b: c\n  d: 1\n- |\n  x: y\n- z\n",
	 "- <ka>: |-\n    <sb: c>\n  <kd>: <n1>\n- |\n  <sx: y>\n- <sz>\n"},
	{colour_yaml, "a: \"b\n  c: d\"\ne: 1\n", "<ka>: <s\"b>\n  <sc: d\">\n<ke>: <n1>\n"},
	{colour_yaml, "a: 1.2.3\nb: 10Mi\nc: -1\n", "<ka>: <s1.2.3>\n<kb>: <s10Mi>\n<kc>: <n-1>\n"},
	{colour_yaml, "---\na:\n", "---\n<ka>:\n"},
	{colour_describe, "Name:    web\nLabels:  a=b\n         c=d\nNode:    <none>\nControlled By:  ReplicaSet/web-1\n",
	 "<kName>:    web\n<kLabels>:  a=b\n         c=d\n<kNode>:    <i<none>>\n<kControlled By>:  <KReplicaSet/>web-1\n"},
	{colour_describe,
	 "Status:  Terminating (lasts 5s)\n    State:          Waiting\n      Reason:       CrashLoopBackOff\n    Ready:          False\n"
	 "    Restart Count:  3\n    Ready:  True\n    Restart Count:  0\n",
	 "<kStatus>:  <pTerminating (lasts 5s)>\n    <kState>:          Waiting\n      <kReason>:       <bCrashLoopBackOff>\n"
	 "    <kReady>:          <uFalse>\n    <kRestart Count>:  <R3>\n    <kReady>:  <rTrue>\n    <kRestart Count>:  0\n"},
	{colour_describe, "Conditions:\n  Type     Status\n  Ready    True \n  Initial  False \nVolumes:  x\n",
	 "<kConditions>:\n  <HType>     <HStatus>\n  Ready    <gTrue> \n  Initial  <bFalse> \n<kVolumes>:  x\n"},
	{colour_describe, "Conditions:\n  Type            Status\n  ----            ------\n  MemoryPressure  False\n  DiskPressure    True\n",
	 "<kConditions>:\n  <HType>            <HStatus>\n  ----            ------\n  MemoryPressure  <gFalse>\n"
	 "  DiskPressure    <bTrue>\n"},
	{colour_describe, "Events:\n  Type     Age  Message\n  ----     ---  -------\n  Warning  5m   a: b\n  Normal   6m   c\n\nx: y\n",
	 "<kEvents>:\n  <HType>     <HAge>  <HMessage>\n  ----     ---  -------\n  <bWarning>  <a5m>   a: b\n"
	 "  Normal   <a6m>   c\n\n<kx>: y\n"},
	{colour_describe, "a=b: c\nhttp://x\n:\n", "a=b: c\nhttp://x\n:\n"},
	{colour_explain, "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nDESCRIPTION:\n    Text: text.\n",
	 "<HGROUP:>      apps\n<HKIND:>       <KDeployment>\n<HVERSION:>    v1\n\n<HDESCRIPTION:>\n    Text: text.\n"},
	{colour_explain, "FIELDS:\n  a\t<string> -required-\n  enum: x, y\n    Text <b>.\n\n  c\t<[]D>\n",
	 "<HFIELDS:>\n  <ka>\t<l<string>> <q-required->\n  enum: <ex, y>\n    Text <b>.\n\n  <kc>\t<l<[]D>>\n"},
	{colour_explain, "FIELD: p <string>\nENUM:\n    Always\n    \"\"\n\nDESCRIPTION:\n    x\n",
	 "<HFIELD:> <kp> <l<string>>\n<HENUM:>\n    <eAlways>\n    <e\"\">\n\n<HDESCRIPTION:>\n    x\n"},
	{colour_explain, "FIELD:  <s\n", "<HFIELD:>  <k<s>\n"},
	{colour_explain, "", ""},
	{colour_diff, "--- a\n+++ b\n@@ -1,2 +1,2 @@\n x\n-y\n+z",
	 "<h--- a>\n<h+++ b>\n<@@@ -1,2 +1,2 @@>\n x\n<--y>\n<++z>"},
};

static void test_syntax(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(syntax); i++) {
		_cleanup_buf_ struct buf out = BUF_INIT;
		_cleanup_free_ char *text = NULL;

		syntax[i].paint(&out, syntax[i].in, strlen(syntax[i].in));
		text = readable(out.data);
		assert_string_equal(text, syntax[i].out);
	}
}

static void test_themes(void **state)
{
	static const char text[] = "theme: dark\nheader: bold underline\nbad: bold bright-red on-white\nage: 242\n"
				   "key: \"#5f87ff\"\nstring: none\nkind: on-17\n";
	_cleanup_error_ struct error err = ERROR_INIT;
	struct colour_theme theme, dark;

	(void)state;
	assert_true(colour_theme_named("dark", &dark));
	assert_int_equal(colour_theme_parse(text, strlen(text), "t", &theme, &err), 0);
	assert_string_equal(theme.codes[COLOUR_HEADER], "1;4");
	assert_string_equal(theme.codes[COLOUR_BAD], "1;91;47");
	assert_string_equal(theme.codes[COLOUR_AGE], "38;5;242");
	assert_string_equal(theme.codes[COLOUR_KEY], "38;2;95;135;255");
	assert_string_equal(theme.codes[COLOUR_STRING], "");
	assert_string_equal(theme.codes[COLOUR_KIND], "48;5;17");
	assert_string_equal(theme.codes[COLOUR_GOOD], dark.codes[COLOUR_GOOD]);
	assert_int_equal(colour_theme_parse("", 0, "t", &theme, &err), 0);
	assert_false(colour_theme_named("purple", &theme));
}

static void test_broken_themes(void **state)
{
	static const struct {
		const char *text, *message;
	} broken[] = {
		{"theme: purple\n", "t: there is no theme \"purple\": one of safe,dark,light,none"},
		{"colour: red\n", "t: there is no role \"colour\" to colour"},
		{"bad: reddish\n", "t: bad: \"reddish\" is no colour"},
		{"bad: 256\n", "t: bad: \"256\" is no colour"},
		{"bad: '#12345'\n", "t: bad: \"#12345\" is no colour"},
		{"bad: '#12345g'\n", "t: bad: \"#12345g\" is no colour"},
		{"bad: \"red\\e[2J\"\n", "t: bad: \"red\033[2J\" is no colour"},
		{"bad: [red]\n", "t: bad: \"?\" is no colour"},
		{"- red\n", "t: a theme is a mapping of roles to colours"},
	};
	struct colour_theme before, theme;

	(void)state;
	assert_true(colour_theme_named("light", &theme));
	before = theme;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(colour_theme_parse(broken[i].text, strlen(broken[i].text), "t", &theme, &err), -1);
		assert_string_equal(err.message, broken[i].message);
		assert_int_equal(err.class, ERROR_CONFIG);
	}
	assert_memory_equal(&before, &theme, sizeof(theme));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),	   cmocka_unit_test(test_operations),
		cmocka_unit_test(test_syntax),	   cmocka_unit_test(test_themes),
		cmocka_unit_test(test_broken_themes), cmocka_unit_test(test_diffs),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
