#include "cli/help.h"

#include <ctype.h>

void help_text(struct buf *out, const char *text, const char *program)
{
	static const char word[] = "kubec";
	const char *at = text, *hit;

	if (str_equal(program, word)) {
		buf_puts(out, text);
		return;
	}
	for (; (hit = strstr(at, word)); at = hit + strlen(word)) {
		bool part = isalnum((unsigned char)hit[strlen(word)]) || (hit > text && isalnum((unsigned char)hit[-1]));

		buf_add(out, at, (size_t)(hit - at));
		buf_puts(out, part ? word : program);
	}
	buf_puts(out, at);
}

static void put_aliases(struct buf *out, const struct command *c)
{
	if (!c->aliases)
		return;
	buf_printf(out, "Aliases:\n%s", c->name);
	for (const char *at = c->aliases; *at;) {
		size_t n = strcspn(at, ",");

		buf_printf(out, ", %.*s", (int)n, at);
		at += n + (at[n] == ',');
	}
	buf_puts(out, "\n\n");
}

/* ---- subcommands ----------------------------------------------------------- */

static const struct {
	enum command_group group;
	const char *title;
} groups[] = {
	{GROUP_BASIC_BEGINNER, "Basic Commands (Beginner)"},
	{GROUP_BASIC_INTERMEDIATE, "Basic Commands (Intermediate)"},
	{GROUP_DEPLOY, "Deploy Commands"},
	{GROUP_CLUSTER, "Cluster Management Commands"},
	{GROUP_TROUBLESHOOTING, "Troubleshooting and Debugging Commands"},
	{GROUP_ADVANCED, "Advanced Commands"},
	{GROUP_SETTINGS, "Settings Commands"},
	{GROUP_OWN, "Commands of kubec's own"},
	{GROUP_OTHER, "Other Commands"},
};

/* Column of the summaries: as wide as the longest name, or 11. */
static size_t name_width(const struct command *c)
{
	size_t width = 11;

	for (size_t i = 0; c->subcommands[i]; i++)
		if (c->subcommands[i]->group != GROUP_HIDDEN)
			width = MAX(width, strlen(c->subcommands[i]->name));
	return width;
}

static void put_subcommand(struct buf *out, const struct command *sub, size_t width, const char *program)
{
	buf_printf(out, "  %-*s   ", (int)width, sub->name);
	help_text(out, sub->summary, program);
	buf_putc(out, '\n');
}

static void put_groups(struct buf *out, const struct command *root)
{
	size_t width = name_width(root);

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		bool any = false;

		for (size_t i = 0; root->subcommands[i]; i++) {
			if (root->subcommands[i]->group != groups[g].group)
				continue;
			if (!any)
				buf_printf(out, "%s:\n", groups[g].title);
			any = true;
			put_subcommand(out, root->subcommands[i], width, root->name);
		}
		if (any)
			buf_putc(out, '\n');
	}
}

static int compare_commands(const void *a, const void *b)
{
	return strcmp((*(const struct command *const *)a)->name, (*(const struct command *const *)b)->name);
}

static void put_subcommands(struct buf *out, const struct command *c, const char *program)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;

	for (size_t i = 0; c->subcommands[i]; i++)
		if (c->subcommands[i]->group != GROUP_HIDDEN)
			vec_add(&sorted, (void *)c->subcommands[i]);
	vec_sort(&sorted, compare_commands);
	buf_puts(out, "Available Commands:\n");
	for (size_t i = 0; i < sorted.len; i++)
		put_subcommand(out, sorted.items[i], name_width(c), program);
	buf_putc(out, '\n');
}

/* ---- options --------------------------------------------------------------- */

static void put_option(struct buf *out, const struct option *o, const char *program)
{
	buf_puts(out, "    ");
	if (o->shorthand)
		buf_printf(out, "-%c, ", o->shorthand);
	buf_printf(out, "--%s=", o->name);
	option_default_text(out, o);
	buf_puts(out, ":\n\t");
	help_text(out, o->help, program);
	buf_puts(out, "\n\n");
}

static int compare_options(const void *a, const void *b)
{
	return strcmp((*(const struct option *const *)a)->name, (*(const struct option *const *)b)->name);
}

void help_sorted_options(const struct command *c, bool global, struct vec *ret_options)
{
	struct option_walk walk = {.command = c, .local_only = !global};
	const struct option *o;

	while ((o = option_next(&walk)))
		if (!(o->flags & (OPTION_HIDDEN | OPTION_DEPRECATED)))
			vec_add(ret_options, (void *)o);
	vec_sort(ret_options, compare_options);
}

static void put_options(struct buf *out, const struct command *c, const char *program)
{
	_cleanup_vec_ struct vec options = VEC_INIT;

	help_sorted_options(c, false, &options);
	if (options.len)
		buf_puts(out, "Options:\n");
	for (size_t i = 0; i < options.len; i++)
		put_option(out, options.items[i], program);
}

void help_options(struct buf *out, const char *program)
{
	_cleanup_vec_ struct vec options = VEC_INIT;

	help_sorted_options(NULL, true, &options);
	buf_puts(out, "These options can be given to every command:\n\n");
	for (size_t i = 0; i < options.len; i++)
		put_option(out, options.items[i], program);
	buf_truncate(out, out->len - 1);
}

/* ---- the whole page -------------------------------------------------------- */

void help_usage_line(struct buf *out, const struct command_path *path)
{
	const struct command *c = command_path_last(path);

	command_path_text(out, path);
	if (c->usage)
		buf_printf(out, " %s", c->usage);
	else
		buf_puts(out, c->run || path->depth == 1 ? " [flags]" : " SUBCOMMAND");
	buf_puts(out, " [options]");
}

void help_usage(struct buf *out, const struct command_path *path)
{
	const struct command *c = command_path_last(path);
	const char *program = path->steps[0]->name;
	_cleanup_buf_ struct buf words = BUF_INIT;

	if (c->subcommands && path->depth == 1)
		put_groups(out, c);
	else if (c->subcommands)
		put_subcommands(out, c, program);
	put_options(out, c, program);
	buf_puts(out, "Usage:\n  ");
	help_usage_line(out, path);
	buf_puts(out, "\n\n");
	command_path_text(&words, path);
	if (c->subcommands)
		buf_printf(out, "More about one of them: \"%s COMMAND --help\"\n", words.data);
	buf_printf(out, "Options of every command: \"%s options\"\n", program);
}

void help_print(struct buf *out, const struct command_path *path)
{
	const struct command *c = command_path_last(path);
	const char *program = path->steps[0]->name;

	help_text(out, c->description ? c->description : c->summary, program);
	if (!c->description)
		buf_putc(out, '.');
	buf_puts(out, "\n\n");
	put_aliases(out, c);
	if (c->examples) {
		buf_puts(out, "Examples:\n");
		help_text(out, c->examples, program);
		buf_puts(out, "\n\n");
	}
	help_usage(out, path);
}
