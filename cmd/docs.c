#include "base/file.h"
#include "cli/help.h"
#include "cmd.h"
#include "completion_scripts.h"

/*
 * "make docs" runs this: everything that is made from the descriptions of the commands and checked in. Its tests run
 * it into another folder and compare.
 */

static int write_file(const char *folder, const char *name, const struct buf *content, struct error *err)
{
	_cleanup_free_ char *path = path_join(folder, name);

	return file_write_atomic(path, content->data, content->len, 0644, err);
}

static int write_page(const char *folder, const struct command_path *path, struct error *err)
{
	_cleanup_buf_ struct buf page = BUF_INIT, name = BUF_INIT;

	for (size_t i = 0; i < path->depth; i++)
		buf_printf(&name, "%s%s", i ? "-" : "", path->steps[i]->name);
	buf_puts(&name, ".1");
	man_print(&page, path, KUBEC_VERSION);
	return write_file(folder, name.data, &page, err);
}

static int write_pages(const char *folder, const struct command_path *path, struct error *err)
{
	const struct command *c = command_path_last(path);

	if (write_page(folder, path, err) < 0)
		return -1;
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		struct command_path sub = *path;

		if (c->subcommands[i]->group == GROUP_HIDDEN)
			continue;
		sub.steps[sub.depth++] = c->subcommands[i];
		if (write_pages(folder, &sub, err) < 0)
			return -1;
	}
	return 0;
}

static int write_scripts(const char *folder, struct error *err)
{
	static const struct {
		const char *name, *script;
	} files[] = {
		{"kubec.bash", completion_script_bash},
		{"_kubec", completion_script_zsh},
		{"kubec.fish", completion_script_fish},
		{"kubec.ps1", completion_script_powershell},
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_buf_ struct buf content = BUF_INIT;

		buf_puts(&content, files[i].script);
		if (write_file(folder, files[i].name, &content, err) < 0)
			return -1;
	}
	return 0;
}

static int docs_run(struct invocation *inv, struct error *err)
{
	const struct command_path root = {.steps = {&command_root}, .depth = 1};
	const struct vec *words = args_words(inv->args);
	_cleanup_free_ char *man = NULL, *completions = NULL;

	if (words->len != 1)
		return usage_error(inv, err, "One folder is needed.");
	man = path_join(vec_string(words, 0), "man");
	completions = path_join(vec_string(words, 0), "completions");
	if (file_make_dirs(man, 0755, err) < 0 || file_make_dirs(completions, 0755, err) < 0)
		return -1;
	if (write_pages(man, &root, err) < 0)
		return -1;
	return write_scripts(completions, err);
}

/* One line for each option that help shows and kubectl has: the command, name, shorthand, default as help shows it. */
static void list_options(struct buf *out, const char *command, const struct option *o)
{
	for (; o->name; o++) {
		if (o->flags & (OPTION_OWN | OPTION_HIDDEN))
			continue;
		buf_printf(out, "%s\t%s\t%.*s\t", command, o->name, o->shorthand != 0, &o->shorthand);
		option_default_text(out, o);
		buf_putc(out, '\n');
	}
}

static void list_surface(struct buf *out, const struct command_path *path)
{
	const struct command *c = command_path_last(path);
	_cleanup_buf_ struct buf name = BUF_INIT;

	for (size_t i = 1; i < path->depth; i++)
		buf_printf(&name, "%s%s", i > 1 ? " " : "", path->steps[i]->name);
	if (path->depth > 1 && !c->own)
		buf_printf(out, "%s\n", name.data);
	for (size_t i = 0; !c->own && c->options && c->options[i]; i++)
		list_options(out, name.data, c->options[i]);
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		struct command_path sub = *path;

		if (c->subcommands[i]->group == GROUP_HIDDEN)
			continue;
		sub.steps[sub.depth++] = c->subcommands[i];
		list_surface(out, &sub);
	}
}

static int surface_run(struct invocation *inv, struct error *err)
{
	const struct command_path root = {.steps = {&command_root}, .depth = 1};
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)err;
	list_options(&out, "<global>", global_options);
	list_surface(&out, &root);
	fputs(out.data, inv->out);
	return 0;
}

const struct command command_docs = {
	.name = "__docs",
	.group = GROUP_HIDDEN,
	.summary = "Writes man pages and completion scripts below a folder",
	.usage = "FOLDER",
	.run = docs_run,
};

const struct command command_surface = {
	.name = "__surface",
	.group = GROUP_HIDDEN,
	.summary = "Lists every command and option with its shorthand and default, for the parity test",
	.run = surface_run,
};
