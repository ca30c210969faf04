#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/help.h"

static int run_nothing(struct invocation *inv, struct error *err)
{
	(void)inv;
	(void)err;
	return 0;
}

static const struct option brew_options[] = {
	{.name = "sugar", .shorthand = 's', .type = OPTION_INT, .fallback = "2", .help = "Lumps of sugar."},
	{.name = "milk", .type = OPTION_BOOL, .help = "With milk."},
	{.name = "cup", OPTION_ARG("SIZE"), .fallback = "big", .help = "Which cup.\nSmall ones exist."},
	{.name = "guest", .type = OPTION_LIST, .help = "Who drinks; see kubec guests."},
	{.name = "steep", .type = OPTION_DURATION, .help = "How long."},
	{.name = "secret", .flags = OPTION_HIDDEN, .help = "Not shown."},
	{.name = "leaf", .flags = OPTION_DEPRECATED, .rare = &(const struct option_rare){.deprecated_note = "use --cup"}, .help = "Not shown either."},
	{0},
};
static const struct command brew = {
	.name = "brew",
	.aliases = "make,mk",
	.group = GROUP_DEPLOY,
	.summary = "Makes tea",
	.description = "Makes tea with kubec.\n\nIt takes a while; kubectl-tea and xkubecx are other words.",
	.examples = "  # A cup\n  kubec tea brew --cup=small",
	.usage = "NAME [flags]",
	.options = (const struct option *const[]){brew_options, NULL},
	.run = run_nothing,
};
static const struct command drink = {.name = "drink", .summary = "Drinks it", .run = run_nothing};
static const struct command spill = {.name = "spill", .group = GROUP_HIDDEN, .summary = "Oops", .run = run_nothing};
static const struct command tea = {
	.name = "tea",
	.group = GROUP_OTHER,
	.summary = "Serves tea",
	.subcommands = (const struct command *const[]){&drink, &brew, &spill, NULL},
};
static const struct command version = {.name = "version", .group = GROUP_OTHER, .summary = "Tells", .run = run_nothing};
static const struct command first = {
	.name = "a-long-command-name", .group = GROUP_BASIC_BEGINNER, .summary = "Begins", .run = run_nothing};
static const struct command root = {
	.name = "kubec", .summary = "Root", .subcommands = (const struct command *const[]){&version, &tea, &first, NULL}};

static void assert_help(const struct command_path *path, const char *expected)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	help_print(&out, path);
	assert_string_equal(out.data, expected);
}

static void test_command(void **state)
{
	const struct command_path path = {{&root, &tea, &brew}, 3};

	(void)state;
	assert_help(&path, "Makes tea with kubec.\n"
			   "\n"
			   "It takes a while; kubectl-tea and xkubecx are other words.\n"
			   "\n"
			   "Aliases:\n"
			   "brew, make, mk\n"
			   "\n"
			   "Examples:\n"
			   "  # A cup\n"
			   "  kubec tea brew --cup=small\n"
			   "\n"
			   "Options:\n"
			   "    --cup='big':\n"
			   "\tWhich cup.\n"
			   "Small ones exist.\n"
			   "\n"
			   "    --guest=[]:\n"
			   "\tWho drinks; see kubec guests.\n"
			   "\n"
			   "    --milk=false:\n"
			   "\tWith milk.\n"
			   "\n"
			   "    --steep=0s:\n"
			   "\tHow long.\n"
			   "\n"
			   "    -s, --sugar=2:\n"
			   "\tLumps of sugar.\n"
			   "\n"
			   "Usage:\n"
			   "  kubec tea brew NAME [flags] [options]\n"
			   "\n"
			   "Options of every command: \"kubec options\"\n");
}

static void test_group(void **state)
{
	const struct command_path path = {{&root, &tea}, 2};

	(void)state;
	assert_help(&path, "Serves tea.\n"
			   "\n"
			   "Available Commands:\n"
			   "  brew          Makes tea\n"
			   "  drink         Drinks it\n"
			   "\n"
			   "Usage:\n"
			   "  kubec tea SUBCOMMAND [options]\n"
			   "\n"
			   "More about one of them: \"kubec tea COMMAND --help\"\n"
			   "Options of every command: \"kubec options\"\n");
}

static void test_root(void **state)
{
	const struct command_path path = {{&root}, 1};

	(void)state;
	assert_help(&path, "Root.\n"
			   "\n"
			   "Basic Commands (Beginner):\n"
			   "  a-long-command-name   Begins\n"
			   "\n"
			   "Other Commands:\n"
			   "  version               Tells\n"
			   "  tea                   Serves tea\n"
			   "\n"
			   "Usage:\n"
			   "  kubec [flags] [options]\n"
			   "\n"
			   "More about one of them: \"kubec COMMAND --help\"\n"
			   "Options of every command: \"kubec options\"\n");
}

static void test_program_name(void **state)
{
	struct command named = root;
	const struct command_path path = {{&named, &tea, &brew}, 3};
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	named.name = "kubectl";
	help_print(&out, &path);
	assert_non_null(strstr(out.data, "Makes tea with kubectl.\n"));
	assert_non_null(strstr(out.data, "kubectl-tea and xkubecx are other words"));
	assert_non_null(strstr(out.data, "  kubectl tea brew --cup=small\n"));
	assert_non_null(strstr(out.data, "see kubectl guests."));
	assert_non_null(strstr(out.data, "  kubectl tea brew NAME [flags] [options]\n"));
	assert_non_null(strstr(out.data, "Options of every command: \"kubectl options\""));
}

static void test_options(void **state)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	setenv("HOME", "/home/me", 1);
	unsetenv("KUBECACHEDIR");
	help_options(&out, "kubec");
	assert_true(str_starts(out.data, "These options can be given to every command:\n\n    --as='':\n\t"));
	assert_non_null(strstr(out.data, "\n    --cache-dir='/home/me/.kube/cache':\n"));
	assert_non_null(strstr(out.data, "\n    -n, --namespace='':\n"));
	assert_non_null(strstr(out.data, "\n    --log-flush-frequency=5s:\n"));
	assert_true(str_ends(out.data, ".\n"));
	setenv("KUBECACHEDIR", "/else", 1);
	buf_clear(&out);
	help_options(&out, "kubec");
	assert_non_null(strstr(out.data, "\n    --cache-dir='/else':\n"));
	unsetenv("KUBECACHEDIR");
}

static void test_man(void **state)
{
	const struct command_path path = {{&root, &tea, &brew}, 3};
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	man_print(&out, &path, "9.9");
	assert_string_equal(out.data, ".TH \"KUBEC-TEA-BREW\" 1 \"\" \"kubec 9.9\" \"kubec manual\"\n"
				      ".SH NAME\n"
				      "kubec\\-tea\\-brew \\- Makes tea\n"
				      ".SH SYNOPSIS\n"
				      ".nf\n"
				      "kubec tea brew NAME [flags] [options]\n"
				      ".fi\n"
				      ".SH DESCRIPTION\n"
				      "Makes tea with kubec.\n"
				      ".PP\n"
				      "It takes a while; kubectl\\-tea and xkubecx are other words.\n"
				      ".SH OPTIONS\n"
				      ".TP\n"
				      "\\fB\\-\\-cup\\fR=\\fISIZE\\fR\n"
				      "Which cup.\n"
				      "Small ones exist.\n"
				      "Default: big.\n"
				      ".TP\n"
				      "\\fB\\-\\-guest\\fR=\\fIstrings\\fR\n"
				      "Who drinks; see kubec guests.\n"
				      ".TP\n"
				      "\\fB\\-\\-milk\\fR\n"
				      "With milk.\n"
				      ".TP\n"
				      "\\fB\\-\\-steep\\fR=\\fIduration\\fR\n"
				      "How long.\n"
				      ".TP\n"
				      "\\fB\\-s\\fR, \\fB\\-\\-sugar\\fR=\\fIint\\fR\n"
				      "Lumps of sugar.\n"
				      "Default: 2.\n"
				      ".PP\n"
				      "The options that every command takes are described in \\fBkubec\\fR(1).\n"
				      ".SH EXAMPLES\n"
				      ".nf\n"
				      "  # A cup\n"
				      "  kubec tea brew \\-\\-cup=small\n"
				      ".fi\n"
				      ".SH SEE ALSO\n"
				      "\\fBkubec\\fR(1)\n");
}

static void test_man_escapes(void **state)
{
	static const struct command odd = {
		.name = "odd", .summary = "Odd", .description = ".starts with a dot\n'quote\n  kept\\line", .run = run_nothing};
	const struct command_path path = {{&root, &odd}, 2};
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)state;
	man_print(&out, &path, "1");
	assert_non_null(strstr(out.data, ".SH DESCRIPTION\n\\&.starts with a dot\n\\&'quote\n.br\n  kept\\eline\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),      cmocka_unit_test(test_group),   cmocka_unit_test(test_root),
		cmocka_unit_test(test_program_name), cmocka_unit_test(test_options), cmocka_unit_test(test_man),
		cmocka_unit_test(test_man_escapes),
	};

	return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
