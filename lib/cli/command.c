#include "cli/command.h"

#include <ctype.h>

#include "base/file.h"

void command_path_text(struct buf *out, const struct command_path *p)
{
	for (size_t i = 0; i < p->depth; i++) {
		if (i)
			buf_putc(out, ' ');
		buf_puts(out, p->steps[i]->name);
	}
}

static bool alias_list_has(const char *aliases, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = aliases; at && *at;) {
		size_t len = strcspn(at, ",");

		if (len == n && !memcmp(at, name, n))
			return true;
		at += len;
		at += *at == ',';
	}
	return false;
}

const struct command *command_find(const struct command *c, const char *name)
{
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		const struct command *sub = c->subcommands[i];

		if (str_equal(sub->name, name) || alias_list_has(sub->aliases, name))
			return sub;
	}
	return NULL;
}

/* Levenshtein's distance of two words, letter case ignored; words are short. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
			size_t change = same ? diagonal : MIN(MIN(diagonal, row[j]), row[j + 1]) + 1;

			diagonal = row[j + 1];
			row[j + 1] = change;
		}
	}
	return row[n];
}

/* kubec's own have short names, which are near to much. */
static bool is_near(const struct command *c, const char *typed)
{
	size_t edits = c->group == GROUP_OWN ? 1 : 2;

	return edit_distance(typed, c->name) <= edits || !strncasecmp(c->name, typed, strlen(typed));
}

void command_suggest(const struct command *c, const char *typed, struct vec *ret_names)
{
	for (size_t i = 0; c->subcommands && c->subcommands[i]; i++) {
		const struct command *sub = c->subcommands[i];

		if (sub->group != GROUP_HIDDEN && is_near(sub, typed))
			vec_add(ret_names, (void *)sub->name);
	}
}

static bool is_gated(const struct option *o)
{
	return o->rare && o->rare->gate && !str_equal(getenv(o->rare->gate), "true");
}

const struct option *option_next(struct option_walk *w)
{
	const struct option *const *tables = w->command ? w->command->options : NULL;

	for (; tables && tables[w->table]; w->table++, w->row = 0) {
		while (tables[w->table][w->row].name && is_gated(&tables[w->table][w->row]))
			w->row++;
		if (tables[w->table][w->row].name)
			return &tables[w->table][w->row++];
	}
	if (w->local_only || !global_options[w->row].name)
		return NULL;
	return &global_options[w->row++];
}

/* "_" in an option's name counts as "-", as in kubectl. */
static bool name_matches(const char *name, const char *typed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] != (typed[i] == '_' ? '-' : typed[i]))
			return false;
	return !name[n];
}

const struct option *option_find(const struct command *c, const char *name, size_t n)
{
	struct option_walk walk = {.command = c};
	const struct option *o;

	while ((o = option_next(&walk)))
		if (name_matches(o->name, name, n))
			return o;
	return NULL;
}

char *option_fallback(const struct option *o)
{
	static const char home_word[] = "$HOME";
	const char *set = o->rare && o->rare->variable ? getenv(o->rare->variable) : NULL;
	_cleanup_free_ char *home = NULL;

	if (!str_empty(set))
		return xstrdup(set);
	if (!o->fallback || !str_starts(o->fallback, home_word))
		return xstrdup(o->fallback ? o->fallback : "");
	home = path_home();
	return xasprintf("%s%s", home, o->fallback + strlen(home_word));
}

void option_default_text(struct buf *out, const struct option *o)
{
	static const struct {
		const char *before, *nothing, *after; /* nothing: what stands for an empty text */
	} forms[] = {
		[OPTION_STRING] = {"'", "", "'"},  [OPTION_BOOL] = {"", "false", ""}, [OPTION_INT] = {"", "0", ""},
		[OPTION_DURATION] = {"", "0s", ""}, [OPTION_LIST] = {"[", "", "]"},    [OPTION_ARRAY] = {"[", "", "]"},
		[OPTION_PAIRS] = {"[", "", "]"},
	};
	_cleanup_free_ char *text = option_fallback(o);
	const char *shown = *text ? text : forms[o->type].nothing;

	bool bare = o->flags & OPTION_UNQUOTED;

	buf_printf(out, "%s%s%s", bare ? "" : forms[o->type].before, shown, bare ? "" : forms[o->type].after);
}

const char *option_bare(const struct option *o)
{
	const char *bare = o->rare ? o->rare->bare : NULL;

	return o->type == OPTION_BOOL && !bare ? "true" : bare;
}

const char *option_arg_name(const struct option *o)
{
	static const char *const names[] = {
		[OPTION_BOOL] = "",           [OPTION_STRING] = "string", [OPTION_INT] = "int",
		[OPTION_DURATION] = "duration", [OPTION_LIST] = "strings",  [OPTION_ARRAY] = "stringArray",
		[OPTION_PAIRS] = "key=value",
	};

	return o->rare && o->rare->arg ? o->rare->arg : names[o->type];
}
