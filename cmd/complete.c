#include <signal.h>
#include <sys/time.h>

#include "cli/complete.h"
#include "cmd.h"

/*
 * What the completion scripts ask: "kubec __complete WORDS…" prints one candidate a line, with its description behind a
 * tab, and at the end ":" and a number that tells the shell what to add (spf13/cobra's protocol).
 */

static void on_alarm(int signal)
{
	(void)signal;
	http_cancelled = 1;
}

/* A person waits at the prompt: what a server did not say within a second is left out. */
static void limit_time(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval second = {.it_value = {.tv_sec = 1}};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
}

static const char *directive_names(unsigned directive, struct buf *out)
{
	static const char *const names[] = {"Error", "NoSpace", "NoFileComp", "FilterFileExt", "FilterDirs"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (directive & 1u << i)
			buf_printf(out, "%sShellCompDirective%s", out->len ? ", " : "", names[i]);
	return out->len ? out->data : "ShellCompDirectiveDefault";
}

/* The first line of a description, as the protocol has one line for a candidate. */
static void print_candidate(struct invocation *inv, const char *candidate, bool describe)
{
	size_t n = strcspn(candidate, describe ? "\n" : "\t\n");

	fprintf(inv->out, "%.*s\n", (int)n, candidate);
}

static int complete(struct invocation *inv, bool describe)
{
	_cleanup_candidates_ struct candidates found = CANDIDATES_INIT;
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf names = BUF_INIT;

	limit_time();
	inv->warning = NULL;
	inv->ask = NULL;
	if (!plugin_complete(inv->steps->steps[0], words, &found))
		complete_line(inv, inv->steps->steps[0], (int)words->len, (char *const *)words->items, &found);
	for (size_t i = 0; i < found.words.len; i++)
		print_candidate(inv, vec_string(&found.words, i), describe);
	fprintf(inv->out, ":%u\n", found.directive);
	fflush(inv->out);
	fprintf(inv->err, "Completion ended with directive: %s\n", directive_names(found.directive, &names));
	return 0;
}

static int complete_run(struct invocation *inv, struct error *err)
{
	(void)err;
	return complete(inv, true);
}

static int complete_no_desc_run(struct invocation *inv, struct error *err)
{
	(void)err;
	return complete(inv, false);
}

const struct command command_complete = {
	.name = "__complete",
	.group = GROUP_HIDDEN,
	.summary = "Answers a shell's completion script",
	.usage = "[WORD]...",
	.run = complete_run,
	.raw_args = true,
};

const struct command command_complete_no_desc = {
	.name = "__completeNoDesc",
	.group = GROUP_HIDDEN,
	.summary = "Answers a shell's completion script, without descriptions",
	.usage = "[WORD]...",
	.run = complete_no_desc_run,
	.raw_args = true,
};
