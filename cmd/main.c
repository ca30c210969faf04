#include <malloc.h>
#include <signal.h>
#include <sys/time.h>

#include "cli/help.h"
#include "cli/kuberc.h"
#include "cmd.h"
#include "screen.h"

#define PREFERENCES_FAILED "error occurred while applying preferences "

/* ---- signals --------------------------------------------------------------- */

/* Dies of the signal itself, so that a shell's loop ends too. */
static void die_of_interrupt(void)
{
	signal(SIGINT, SIG_DFL);
	raise(SIGINT);
}

static void on_overtime(int signal)
{
	(void)signal;
	die_of_interrupt();
}

/* Requests and waits end in good order; what does not see the flag soon (somebody types at standard input) is ended. */
static void on_interrupt(int signal)
{
	struct sigaction overtime = {.sa_handler = on_overtime};
	struct itimerval grace = {.it_value = {.tv_usec = 500000}};

	(void)signal;
	http_cancelled = 1;
	sigaction(SIGALRM, &overtime, NULL);
	setitimer(ITIMER_REAL, &grace, NULL);
}

/*
 * A second Ctrl-C ends the program at once. SIGPIPE has its default, also where the
 * parent ignores it (Python, many CI runners): "kubec get pods | head" ends quietly.
 */
static void catch_interrupt(void)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND};

	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_DFL);
}

/* ---- what the library tells ------------------------------------------------ */

static void show_trace(void *ctx, const char *text)
{
	struct invocation *inv = ctx;
	size_t n = strlen(text);

	fputs(text, inv->err);
	if (!n || text[n - 1] != '\n')
		fputc('\n', inv->err);
}

static void show_warning(struct invocation *inv, const char *text)
{
	fflush(inv->out);
	fprintf(inv->err, "Warning: %s\n", text);
}

/* ---- running a command ----------------------------------------------------- */

/* kubectl's way with a command that only has subcommands: its help, status 1. */
static int run_group(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf out = BUF_INIT;

	for (size_t i = 0; i < words->len; i++)
		buf_printf(&out, "%s%s", i ? " " : "", vec_string(words, i));
	if (words->len && inv->steps->depth > 1)
		return usage_error(inv, err, "unknown command \"%s\"", out.data);
	buf_clear(&out);
	help_print(&out, inv->steps);
	fputs(out.data, inv->command->help_on_err ? inv->err : inv->out);
	inv->exit_status = inv->steps->depth > 1;
	return 0;
}

static int check_globals(const struct args *a, struct error *err)
{
	static const char *const profiles[] = {"none", "cpu", "heap", "goroutine", "threadcreate", "block", "mutex", "trace"};
	const char *profile = args_string(a, "profile");

	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		/* debug's profiles are others */
		if (str_equal(profile, profiles[i]) || !args_is_global(a, "profile"))
			return 0;
	return error_set(err, ERROR_USAGE, "unknown profile '%s'", profile);
}

static int count_warnings(struct invocation *inv, struct error *err)
{
	if (!args_bool(inv->args, "warnings-as-errors") || !inv->warnings)
		return 0;
	return error_set(err, ERROR_OTHER, "%zu warning%s received", inv->warnings, inv->warnings == 1 ? "" : "s");
}

static int run_command(struct invocation *inv, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (args_help(inv->args)) {
		help_print(&out, inv->steps);
		fputs(out.data, inv->out);
		return 0;
	}
	if (check_globals(inv->args, err) < 0 || args_check_required(inv->args, err) < 0)
		return -1;
	if (!inv->command->run)
		return run_group(inv, err);
	if (inv->command->run(inv, err) < 0)
		return -1;
	return inv->exit_status ? 0 : count_warnings(inv, err);
}

/* What was printed must have arrived: a full disk is a failure. */
static int flush_output(struct invocation *inv, struct error *err)
{
	if (fflush(inv->out) == 0 && !ferror(inv->out))
		return 0;
	return error_set(err, ERROR_IO, "write: %s", strerror(errno));
}

/* The commands of the program with the plug-ins on PATH beside them, which complete too. */
struct root_with_plugins {
	struct command root;
	struct map files;
	struct command *plugins;
	const struct command **all;
};

static void root_release(struct root_with_plugins *r)
{
	for (size_t i = 0; r->plugins && i < r->files.len; i++)
		free((char *)r->plugins[i].summary);
	free(r->plugins);
	free(r->all);
	map_release(&r->files);
}

static void root_add_plugins(struct root_with_plugins *r)
{
	size_t n = 0;

	plugin_names(&r->root, &r->files);
	while (r->root.subcommands[n])
		n++;
	r->plugins = xcalloc(r->files.len + 1, sizeof(*r->plugins));
	r->all = xcalloc(n + r->files.len + 1, sizeof(*r->all));
	memcpy(r->all, r->root.subcommands, n * sizeof(*r->all));
	for (size_t i = 0; i < r->files.len; i++) {
		r->plugins[i] = (struct command){
			.name = r->files.entries[i].key,
			.group = GROUP_PLUGIN,
			.usage = "[flags]",
			.summary = xasprintf("Your plug-in %s", (const char *)r->files.entries[i].value),
		};
		r->all[n + i] = &r->plugins[i];
	}
	r->root.subcommands = r->all;
}

/* Only a line that is being completed is worth a search of PATH: help starts at once. No plug-in stands behind an option. */
static bool completes_plugins(const struct vec *words)
{
	return words->len > 1 && str_starts(vec_string(words, 0), "__complete") && *vec_string(words, 1) != '-';
}

/*
 * A word that is no command may be a plug-in's; so may a word behind "create",
 * the one command that plug-ins may add subcommands to.
 */
static int try_plugin(const struct command *root, const struct vec *words, struct error *err)
{
	_cleanup_vec_ struct vec rest = VEC_INIT;
	struct command_path path;
	char *const *argv = (char *const *)words->items;

	if (args_find_command(root, (int)words->len, argv, &path, &rest))
		return plugin_try((int)words->len, argv, 1, err);
	/* a command of kubec's own takes nobody's plug-in away */
	if (path.depth == 2 && path.steps[1]->own && **argv != '-')
		return plugin_try((int)words->len, argv, 1, err);
	if (path.depth == 2 && str_equal(path.steps[1]->name, "create") && rest.len && *vec_string(&rest, 0) != '-')
		return plugin_try((int)words->len, argv, words->len - rest.len + 1, err);
	return 0;
}

static void set_command(struct invocation *inv, const struct command_path *steps, struct buf *path)
{
	inv->steps = steps;
	inv->command = command_path_last(steps);
	for (size_t i = 1; i < steps->depth; i++)
		buf_printf(path, "%s%s", i > 1 ? " " : "", steps->steps[i]->name);
	inv->path = path->data;
}

static int parse_and_run(struct invocation *inv, const struct command *root, struct kuberc *preferences,
			 struct vec *words, struct error *err)
{
	_cleanup_vec_ struct vec notes = VEC_OF_STRINGS;
	_cleanup_(args_free_p) struct args *args = NULL;
	_cleanup_buf_ struct buf path = BUF_INIT, warnings = BUF_INIT;
	struct command_path steps;
	int r;

	r = args_parse(root, (int)words->len, (char *const *)words->items, &steps, &args, &notes, err);
	for (size_t i = 0; i < notes.len; i++)
		fprintf(inv->err, "%s\n", vec_string(&notes, i));
	if (r < 0) {
		inv->exit_status = command_path_last(&steps)->failure_status;
		return -1;
	}
	set_command(inv, &steps, &path);
	inv->args = args;
	inv->exec_policy = preferences ? kuberc_exec_policy(preferences) : NULL;
	if (preferences)
		r = kuberc_apply(preferences, &steps, args, &warnings, err);
	fputs(warnings.data, inv->err);
	if (r < 0)
		return error_prefix(err, PREFERENCES_FAILED);
	screen_choose(inv);
	inv->trace.level = (int)args_int(args, "v");
	r = run_command(inv, err);
	if (r < 0 && !inv->exit_status && err->class != ERROR_CANCELLED)
		inv->exit_status = inv->command->failure_status;
	invocation_release(inv);
	return r;
}

static int run(struct invocation *inv, struct command *root, struct vec *words, struct error *err)
{
	_cleanup_(kuberc_free_p) struct kuberc *preferences = NULL;
	_cleanup_buf_ struct buf notes = BUF_INIT;
	int r;

	r = kuberc_load((int)words->len, (char *const *)words->items, &preferences, &notes, err);
	fputs(notes.data, inv->err);
	if (r < 0 || (preferences && kuberc_expand(preferences, root, words, err) < 0))
		return error_prefix(err, PREFERENCES_FAILED);
	if (try_plugin(root, words, err) < 0)
		return -1;
	return parse_and_run(inv, root, preferences, words, err);
}

static void finish(struct invocation *inv, int r, struct error *err)
{
	if (r == 0)
		r = flush_output(inv, err);
	if (r < 0 && err->class != ERROR_NONE)
		report_error(inv, err);
	else if (r < 0 && !inv->exit_status)
		inv->exit_status = 1;
	if (err->class == ERROR_CANCELLED && inv->exit_status == 1)
		die_of_interrupt();
}

/* Called as kubectl (through a link of that name) the program calls itself so in what it prints. */
static const char *program_name(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
	const char *base = slash ? slash + 1 : argv0;

	return str_equal(base, "kubectl") ? "kubectl" : "kubec";
}

/*
 * Everything is written and released. What is left are the destructors of the
 * thirty libraries behind libcurl, which cost a millisecond and 1.5 MB to tidy up
 * a process that ends anyway. A sanitizer looks for leaks in its destructor.
 */
static int leave(int status)
{
#ifndef __SANITIZE_ADDRESS__
	fflush(NULL);
	_exit(status);
#endif
	return status;
}

static int run_program(int argc, char **argv)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_(root_release) struct root_with_plugins r = {.root = command_root, .files = MAP_OWNING(free)};
	struct invocation inv = {
		.program = program_name(argv[0]),
		.user_agent = "kubec/" KUBEC_VERSION " (linux) kubectl/" KUBECTL_RELEASE,
		.client_version = KUBECTL_RELEASE,
		.in = stdin,
		.out = stdout,
		.err = stderr,
		.warning = show_warning,
		.ask = ask_credentials,
	};

	r.root.name = inv.program;
	inv.trace = (struct http_trace){.write = show_trace, .ctx = &inv};
	catch_interrupt();
	screen_open(&inv);
	for (int i = 1; i < argc; i++)
		vec_add_string(&words, argv[i]);
	if (completes_plugins(&words))
		root_add_plugins(&r);
	finish(&inv, run(&inv, &r.root, &words, &err), &err);
	return inv.exit_status;
}

int main(int argc, char **argv)
{
#ifdef M_MXFAST
	/* A page of a list is a hundred thousand small pieces that come and go together: glibc's bins for such are dear then. */
	mallopt(M_MXFAST, 0);
#endif
	return leave(run_program(argc, argv));
}
