#include "cli/complete.h"
#include "cli/help.h"

void candidates_release(struct candidates *c)
{
	vec_release(&c->words);
	*c = CANDIDATES_INIT;
}

void candidates_add(struct candidates *c, const char *typed, const char *word, const char *description)
{
	if (!str_starts(word, typed))
		return;
	if (str_empty(description))
		vec_add_string(&c->words, word);
	else
		vec_add(&c->words, xasprintf("%s\t%s", word, description));
}

/* ---- words that a description holds ---------------------------------------- */

static void add_words(struct candidates *c, const char *typed, const char *words)
{
	_cleanup_vec_ struct vec list = VEC_OF_STRINGS;

	vec_add_split(&list, words, ',');
	for (size_t i = 0; i < list.len; i++)
		candidates_add(c, typed, vec_string(&list, i), NULL);
}

static void add_subcommands(struct candidates *c, const char *typed, const struct command *parent)
{
	for (size_t i = 0; parent->subcommands && parent->subcommands[i]; i++)
		if (parent->subcommands[i]->group != GROUP_HIDDEN)
			candidates_add(c, typed, parent->subcommands[i]->name, parent->subcommands[i]->summary);
}

static bool may_repeat(const struct option *o)
{
	return o->type == OPTION_LIST || o->type == OPTION_ARRAY || o->type == OPTION_PAIRS;
}

static void add_options(struct candidates *c, const char *typed, const struct command *command, const struct args *args)
{
	_cleanup_vec_ struct vec options = VEC_INIT;

	help_sorted_options(command, true, &options);
	for (size_t i = 0; i < options.len; i++) {
		const struct option *o = options.items[i];
		char name[3] = {'-', o->shorthand, '\0'};
		_cleanup_free_ char *full = xasprintf("--%s", o->name);

		if (args_changed(args, o->name) && !may_repeat(o))
			continue;
		candidates_add(c, typed, full, o->help);
		if (o->shorthand && (str_equal(typed, "-") || str_equal(typed, name)))
			candidates_add(c, typed, name, o->help);
	}
	c->directive = COMPLETE_NO_FILES;
}

/* ---- one place of the line ------------------------------------------------- */

/* The commands that "kubec help a b" names next. */
static void add_help_topics(struct candidates *c, const char *typed, const struct command *root, const struct vec *words)
{
	_cleanup_vec_ struct vec rest = VEC_INIT;
	struct command_path path;

	args_find_command(root, (int)words->len, (char *const *)words->items, &path, &rest);
	if (!rest.len)
		add_subcommands(c, typed, command_path_last(&path));
}

static void complete_place(struct invocation *inv, const struct completion *how, const struct vec *words,
			   const char *typed, struct candidates *c)
{
	c->directive = COMPLETE_NO_FILES;
	switch (how->kind) {
	case COMPLETE_NONE:
		return;
	case COMPLETE_FILES:
		c->directive = how->words ? COMPLETE_EXTENSIONS : COMPLETE_DEFAULT;
		if (how->words)
			add_words(c, "", how->words);
		return;
	case COMPLETE_DIRS:
		c->directive = COMPLETE_ONLY_DIRS;
		return;
	case COMPLETE_WORDS:
		add_words(c, typed, how->words);
		return;
	case COMPLETE_COMMANDS:
		add_help_topics(c, typed, inv->steps->steps[0], words);
		return;
	default:
		complete_live(inv, how, words, typed, c);
	}
}

/* The description of the positional argument number n, NULL when there is none. */
static const struct argument *argument_at(const struct command *c, size_t n)
{
	const struct argument *a = c->arguments;

	if (!a || !a->name)
		return NULL;
	for (; n && a[1].name; n--)
		a++;
	return n == 0 || a->repeats ? a : NULL;
}

/* Before anything else a command wants the options that it cannot do without. */
static void add_required(struct candidates *c, const char *typed, const struct invocation *inv)
{
	struct option_walk walk = {.command = inv->command, .local_only = true};
	const struct option *o;

	while ((o = option_next(&walk))) {
		_cleanup_free_ char *full = xasprintf("--%s", o->name);

		if ((o->flags & OPTION_REQUIRED) && !args_changed(inv->args, o->name))
			candidates_add(c, typed, full, o->help);
	}
}

static void complete_argument(struct invocation *inv, const char *typed, struct candidates *c)
{
	const struct vec *words = args_words(inv->args);
	const struct argument *a = argument_at(inv->command, words->len);

	if (args_dash(inv->args) < 0)
		add_required(c, typed, inv);
	if (!words->len)
		add_subcommands(c, typed, inv->command);
	c->directive = COMPLETE_NO_FILES;
	if (a)
		complete_place(inv, &a->complete, words, typed, c);
}

/* "--output=js": the value's candidates stand alone, the script puts the option before them. */
static bool complete_joined_value(struct invocation *inv, const char *typed, struct candidates *c)
{
	const char *equals = strchr(typed, '=');
	const struct option *o;

	if (!str_starts(typed, "--") || !equals)
		return false;
	o = option_find(inv->command, typed + 2, (size_t)(equals - typed - 2));
	c->directive = COMPLETE_NO_FILES;
	if (o && o->type == OPTION_BOOL)
		add_words(c, equals + 1, "true,false");
	else if (o)
		complete_place(inv, &o->complete, args_words(inv->args), equals + 1, c);
	return true;
}

void complete_line(struct invocation *inv, const struct command *root, int argc, char *const *argv,
		   struct candidates *ret)
{
	const char *typed = argc ? argv[argc - 1] : "";
	const struct option *pending = NULL;
	struct command_path *path = &inv->completed_path;

	args_parse_partial(root, argc ? argc - 1 : 0, argv, path, &inv->completed_args, &pending);
	inv->args = inv->completed_args;
	inv->steps = path;
	inv->command = command_path_last(path);
	if (inv->command == root && args_words(inv->args)->len)
		return;
	if (pending)
		complete_place(inv, &pending->complete, args_words(inv->args), typed, ret);
	else if (args_dash(inv->args) < 0 && complete_joined_value(inv, typed, ret))
		return;
	else if (args_dash(inv->args) < 0 && *typed == '-')
		add_options(ret, typed, inv->command, inv->args);
	else
		complete_argument(inv, typed, ret);
}
