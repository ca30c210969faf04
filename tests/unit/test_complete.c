#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/complete.h"

static int run_nothing(struct invocation *inv, struct error *err)
{
	(void)inv;
	(void)err;
	return 0;
}

static const struct option options[] = {
	{.name = "output", .shorthand = 'o', .help = "Format.", .complete = {COMPLETE_WORDS, "json,yaml"}},
	{.name = "file", .shorthand = 'f', .type = OPTION_LIST, .help = "File.", .complete = {COMPLETE_FILES, "json,yml"}},
	{.name = "any", .help = "Any file.", .complete = {COMPLETE_FILES, NULL}},
	{.name = "folder", .help = "Folder.", .complete = {COMPLETE_DIRS, NULL}},
	{.name = "watch", .shorthand = 'w', .type = OPTION_BOOL, .help = "Watch."},
	{.name = "count", .type = OPTION_INT, .help = "Count."},
	{.name = "gone", .flags = OPTION_HIDDEN, .help = "Hidden."},
	{0},
};
static const struct argument arguments[] = {
	{"COLOUR", .complete = {COMPLETE_WORDS, "red,green"}}, {"SIZE", true, {COMPLETE_WORDS, "big,small"}}, {0}};
static const struct argument one[] = {{"ONLY", .complete = {COMPLETE_WORDS, "one"}}, {0}};
static const struct argument topics[] = {{"COMMAND", true, {COMPLETE_COMMANDS, NULL}}, {0}};

static const struct command paint = {.name = "paint",
				     .summary = "Paints",
				     .arguments = arguments,
				     .options = (const struct option *const[]){options, NULL},
				     .run = run_nothing};
static const struct option must[] = {{.name = "must", .flags = OPTION_REQUIRED, .help = "Must."}, {0}};
static const struct command strict = {.name = "strict",
				      .group = GROUP_HIDDEN,
				      .arguments = one,
				      .options = (const struct option *const[]){must, NULL},
				      .run = run_nothing};
static const struct command single = {.name = "single", .summary = "Once", .arguments = one, .run = run_nothing};
static const struct command group = {
	.name = "group", .summary = "Group", .subcommands = (const struct command *const[]){&single, &paint, NULL}};
static const struct command help = {.name = "help", .group = GROUP_HIDDEN, .arguments = topics, .run = run_nothing};
static const struct command root = {
	.name = "kubec", .subcommands = (const struct command *const[]){&group, &paint, &help, &strict, NULL}};

/* Candidates joined by "|", then ":" and the directive. "~" is an empty word. */
static void assert_completes(const char *line, const char *expected)
{
	_cleanup_candidates_ struct candidates found = CANDIDATES_INIT;
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct invocation inv = {.program = "kubec"};

	vec_add_split(&words, line, ' ');
	for (size_t i = 0; i < words.len; i++)
		if (str_equal(vec_string(&words, i), "~"))
			*(char *)words.items[i] = '\0';
	complete_line(&inv, &root, (int)words.len, (char *const *)words.items, &found);
	for (size_t i = 0; i < found.words.len; i++)
		buf_printf(&text, "%s%s", i ? "|" : "", vec_string(&found.words, i));
	buf_printf(&text, ":%u", found.directive);
	if (strcmp(text.data, expected))
		print_error("line: %s\n", line);
	assert_string_equal(text.data, expected);
	invocation_release(&inv);
}

static void test_commands(void **state)
{
	(void)state;
	assert_completes("~", "group\tGroup|paint\tPaints:4");
	assert_completes("gr", "group\tGroup:4");
	assert_completes("group ~", "single\tOnce|paint\tPaints:4");
	assert_completes("group s", "single\tOnce:4");
	assert_completes("nothing ~", ":0");
	assert_completes("help ~", "group\tGroup|paint\tPaints:4");
	assert_completes("help group ~", "single\tOnce|paint\tPaints:4");
	assert_completes("help group nothing ~", ":4");
}

static void test_arguments(void **state)
{
	(void)state;
	assert_completes("paint ~", "red|green:4");
	assert_completes("paint g", "green:4");
	assert_completes("paint red ~", "big|small:4");
	assert_completes("paint red big ~", "big|small:4");
	assert_completes("paint -w red s", "small:4");
	assert_completes("paint -- ~", "red|green:4");
	assert_completes("paint -- -", ":4");
	assert_completes("group single ~", "one:4");
	assert_completes("group single one ~", ":4");
}

static void test_values(void **state)
{
	(void)state;
	assert_completes("paint -o ~", "json|yaml:4");
	assert_completes("paint --output y", "yaml:4");
	assert_completes("paint --output=y", "yaml:4");
	assert_completes("paint -wo ~", "json|yaml:4");
	assert_completes("paint -f ~", "json|yml:8");
	assert_completes("paint -f x", "json|yml:8");
	assert_completes("paint --any ~", ":0");
	assert_completes("paint --folder ~", ":16");
	assert_completes("paint --count ~", ":4");
	assert_completes("paint --watch=", "true|false:4");
	assert_completes("paint --nothing=", ":4");
}

static void test_options(void **state)
{
	(void)state;
	assert_completes("paint --w", "--warnings-as-errors\tExits with status 1 when the server sent a warning.|--watch\tWatch.:4");
	assert_completes("paint --wat", "--watch\tWatch.:4");
	assert_completes("paint -w --wat", ":4");
	assert_completes("paint -f x --fil", "--file\tFile.:4"); /* a list may go on */
	assert_completes("paint -o", "-o\tFormat.:4");
	assert_completes("paint --gon", ":4");
	assert_completes("strict ~", "--must\tMust.|one:4");
	assert_completes("strict --must x ~", "one:4");
	assert_completes("strict -- ~", "one:4");
	assert_completes("paint --broken=x --nonsense -Z --wat", "--watch\tWatch.:4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}
