#include "cli/help.h"

#include <ctype.h>

/* Pages in man(7)'s macros. What may look like one of them is escaped. */

static void put_escaped(struct buf *out, const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			buf_puts(out, "\\&");
		line_start = *text == '\n';
		if (*text == '\\')
			buf_puts(out, "\\e");
		else if (*text == '-')
			buf_puts(out, "\\-");
		else
			buf_putc(out, *text);
	}
}

static void put_section(struct buf *out, const char *title)
{
	buf_printf(out, ".SH %s\n", title);
}

/* Paragraphs, which an empty line parts; lines that begin with a space stay as they are. */
static void put_paragraphs(struct buf *out, const char *text)
{
	for (const char *at = text; *at;) {
		size_t n = strcspn(at, "\n");
		_cleanup_free_ char *line = xstrndup(at, n);

		if (!n)
			buf_puts(out, ".PP\n");
		else if (*line == ' ')
			buf_puts(out, ".br\n");
		if (n) {
			put_escaped(out, line);
			buf_putc(out, '\n');
		}
		at += n + (at[n] == '\n');
	}
}

static void put_as_it_is(struct buf *out, const char *text)
{
	buf_puts(out, ".nf\n");
	put_escaped(out, text);
	buf_puts(out, "\n.fi\n");
}

/* "kubec-create-deployment" */
static void put_page_name(struct buf *out, const struct command_path *path, char joint)
{
	for (size_t i = 0; i < path->depth; i++)
		buf_printf(out, "%s%.*s", path->steps[i]->name, i + 1 < path->depth, &joint);
}

static void put_title(struct buf *out, const struct command_path *path, const char *version)
{
	_cleanup_buf_ struct buf name = BUF_INIT, title = BUF_INIT;

	put_page_name(&name, path, '-');
	buf_puts(&title, name.data);
	for (size_t i = 0; i < title.len; i++)
		title.data[i] = (char)toupper((unsigned char)title.data[i]);
	buf_printf(out, ".TH \"%s\" 1 \"\" \"kubec %s\" \"kubec manual\"\n", title.data, version);
	put_section(out, "NAME");
	put_escaped(out, name.data);
	buf_puts(out, " \\- ");
	put_escaped(out, command_path_last(path)->summary);
	buf_putc(out, '\n');
}

static void put_synopsis(struct buf *out, const struct command_path *path)
{
	_cleanup_buf_ struct buf usage = BUF_INIT;

	help_usage_line(&usage, path);
	put_section(out, "SYNOPSIS");
	put_as_it_is(out, usage.data);
}

static void put_commands(struct buf *out, const struct command_path *path)
{
	const struct command *c = command_path_last(path);

	if (!c->subcommands)
		return;
	put_section(out, "COMMANDS");
	for (size_t i = 0; c->subcommands[i]; i++) {
		struct command_path sub = *path;

		if (c->subcommands[i]->group == GROUP_HIDDEN)
			continue;
		sub.steps[sub.depth++] = c->subcommands[i];
		buf_puts(out, ".TP\n\\fB");
		put_page_name(out, &sub, '-');
		buf_puts(out, "\\fR(1)\n");
		put_escaped(out, c->subcommands[i]->summary);
		buf_putc(out, '\n');
	}
}

static void put_option(struct buf *out, const struct option *o)
{
	_cleanup_buf_ struct buf fallback = BUF_INIT;

	buf_puts(out, ".TP\n");
	if (o->shorthand)
		buf_printf(out, "\\fB\\-%c\\fR, ", o->shorthand);
	buf_puts(out, "\\fB\\-\\-");
	put_escaped(out, o->name);
	buf_puts(out, "\\fR");
	if (o->type != OPTION_BOOL) {
		buf_puts(out, option_bare(o) ? "[=\\fI" : "=\\fI");
		put_escaped(out, option_arg_name(o));
		buf_puts(out, option_bare(o) ? "\\fR]" : "\\fR");
	}
	buf_putc(out, '\n');
	put_escaped(out, o->help);
	buf_putc(out, '\n');
	if (str_empty(o->fallback) || str_equal(o->fallback, "false"))
		return;
	buf_puts(&fallback, o->fallback);
	buf_puts(out, "Default: ");
	put_escaped(out, fallback.data);
	buf_puts(out, ".\n");
}

static void put_options(struct buf *out, const struct command_path *path)
{
	_cleanup_vec_ struct vec options = VEC_INIT;

	help_sorted_options(path->depth > 1 ? command_path_last(path) : NULL, path->depth == 1, &options);
	if (options.len)
		put_section(out, "OPTIONS");
	for (size_t i = 0; i < options.len; i++)
		put_option(out, options.items[i]);
	if (path->depth > 1)
		buf_puts(out, ".PP\nThe options that every command takes are described in \\fBkubec\\fR(1).\n");
}

/* What the whole program has in common, for the page of the root. */
static void put_surroundings(struct buf *out)
{
	static const char *const rows[][2] = {
		{"KUBECONFIG", "List of kubeconfig files, parted by colons, that are merged. Without it ~/.kube/config is read."},
		{"KUBERC", "File of preferences; off switches preferences off."},
		{"KUBECTL_COMMAND_HEADERS", "With false the server is not told which command is run."},
		{"KUBECACHEDIR", "Folder of the cache, when --cache-dir is not given."},
		{"NO_COLOR", "When it is set and not empty, nothing is coloured."},
	};

	put_section(out, "ENVIRONMENT");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_printf(out, ".TP\n\\fB%s\\fR\n", rows[i][0]);
		put_escaped(out, rows[i][1]);
		buf_putc(out, '\n');
	}
	put_section(out, "FILES");
	buf_puts(out, ".TP\n~/.kube/config\nClusters, users and contexts.\n"
		      ".TP\n~/.kube/kuberc\nPreferences: aliases of commands and defaults of their options.\n"
		      ".TP\n~/.kube/cache\nWhat servers said about their resource types.\n");
	put_section(out, "EXIT STATUS");
	buf_puts(out, "0 when everything was done, 1 when something failed.\n");
}

void man_print(struct buf *out, const struct command_path *path, const char *version)
{
	const struct command *c = command_path_last(path);

	put_title(out, path, version);
	put_synopsis(out, path);
	put_section(out, "DESCRIPTION");
	put_paragraphs(out, c->description ? c->description : c->summary);
	put_commands(out, path);
	put_options(out, path);
	if (c->examples) {
		put_section(out, "EXAMPLES");
		put_as_it_is(out, c->examples);
	}
	if (path->depth == 1)
		put_surroundings(out);
	put_section(out, "SEE ALSO");
	buf_puts(out, path->depth == 1 ? "\\fBkubec\\-get\\fR(1), \\fBkubec\\-apply\\fR(1)\n" : "\\fBkubec\\fR(1)\n");
}
