#include "cli/args.h"

#include "cli/value.h"

/*
 * The rules are those of spf13/cobra (finding the command) and spf13/pflag
 * (reading options), which kubectl's users have in their fingers.
 */

struct args {
	struct value *values;
	size_t len;
	struct value help;
	struct vec words;
	struct vec given; /* "--name=value", in the order of the line */
	int dash;
};

static const struct option help_option = {
	.name = "help",
	.shorthand = 'h',
	.type = OPTION_BOOL,
	.help = "Shows this help.",
	.flags = OPTION_HIDDEN,
};

/* ---- looking options up ---------------------------------------------------- */

static const struct option *find_long(const struct command *c, const char *typed, size_t n)
{
	const struct option *o = option_find(c, typed, n);

	if (o)
		return o;
	return n == strlen(help_option.name) && !memcmp(typed, help_option.name, n) ? &help_option : NULL;
}

static const struct option *find_short(const struct command *c, char letter)
{
	struct option_walk walk = {.command = c};
	const struct option *o;

	while ((o = option_next(&walk)))
		if (o->shorthand && o->shorthand == letter)
			return o;
	return letter == help_option.shorthand ? &help_option : NULL;
}

/* ---- finding the command --------------------------------------------------- */

/* True when the word behind this option is its value, as far as c's options tell. */
static bool takes_next_word(const struct command *c, const char *word)
{
	const struct option *o;

	if (strchr(word, '='))
		return false;
	if (word[1] == '-')
		o = find_long(c, word + 2, strlen(word + 2));
	else if (word[1] && !word[2])
		o = find_short(c, word[1]);
	else
		return false;
	return !o || !option_bare(o);
}

/* Index of the first word that is neither an option nor an option's value; rest->len when there is none. */
static size_t first_word(const struct command *c, const struct vec *rest)
{
	for (size_t i = 0; i < rest->len; i++) {
		const char *word = vec_string(rest, i);

		if (str_equal(word, "--"))
			break;
		if (word[0] == '-' && word[1])
			i += takes_next_word(c, word);
		else if (*word && *word != '-')
			return i;
	}
	return rest->len;
}

const char *args_find_command(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
			      struct vec *rest)
{
	const struct command *c = root;

	*ret_path = (struct command_path){.steps = {root}, .depth = 1};
	for (int i = 0; i < argc; i++)
		vec_add(rest, argv[i]);
	while (c->subcommands && ret_path->depth < COMMAND_DEPTH) {
		size_t at = first_word(c, rest);
		const struct command *sub = at < rest->len ? command_find(c, vec_string(rest, at)) : NULL;

		if (!sub)
			return c == root && at < rest->len ? vec_string(rest, at) : NULL;
		vec_remove(rest, at);
		ret_path->steps[ret_path->depth++] = c = sub;
	}
	return NULL;
}

/* ---- reading options ------------------------------------------------------- */

struct parser {
	const struct command *command;
	struct args *args;
	const struct vec *words;
	size_t next;
	struct vec *notes;
	const struct option *pending; /* lacked its value */
};

static struct value *value_of(struct args *a, const struct option *o)
{
	if (o == &help_option)
		return &a->help;
	for (size_t i = 0; i < a->len; i++)
		if (a->values[i].option == o)
			return &a->values[i];
	abort();
}

/* Go's %q of what a person typed, near enough: quotes and backslashes escaped. */
static void quote(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		if (*text == '\n')
			buf_puts(out, "\\n");
		else if (*text == '\t')
			buf_puts(out, "\\t");
		else
			buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static int option_set(struct args *a, const struct option *o, const char *text, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	if (value_set(value_of(a, o), text, &why) == 0)
		return 0;
	quote(&quoted, text);
	if (o->shorthand)
		return error_set(err, ERROR_USAGE, "invalid argument %s for \"-%c, --%s\" flag: %s", quoted.data,
				 o->shorthand, o->name, why.message);
	return error_set(err, ERROR_USAGE, "invalid argument %s for \"--%s\" flag: %s", quoted.data, o->name,
			 why.message);
}

static int take_option(struct parser *p, const struct option *o, const char *text, struct error *err)
{
	if (option_set(p->args, o, text, err) < 0)
		return -1;
	vec_add(&p->args->given, xasprintf("--%s=%s", o->name, text));
	if ((o->flags & OPTION_DEPRECATED) && p->notes)
		vec_add(p->notes, xasprintf("Flag --%s has been deprecated, %s", o->name, o->rare->deprecated_note));
	return 0;
}

static const char *next_word(struct parser *p)
{
	return p->next < p->words->len ? vec_string(p->words, p->next++) : NULL;
}

static int parse_long(struct parser *p, const char *word, struct error *err)
{
	const char *name = word + 2, *equals = strchr(name, '='), *text;
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct option *o;

	if (*name == '-' || *name == '=')
		return error_set(err, ERROR_USAGE, "bad flag syntax: %s", word);
	o = find_long(p->command, name, n);
	if (!o)
		return error_set(err, ERROR_USAGE, "unknown flag: --%.*s", (int)n, name);
	text = equals ? equals + 1 : option_bare(o);
	if (!text)
		text = next_word(p);
	if (!text) {
		p->pending = o;
		return error_set(err, ERROR_USAGE, "flag needs an argument: %s", word);
	}
	return take_option(p, o, text, err);
}

/* "-vAf=x": letters are options until one takes the rest, or the next word, as its value. */
static int parse_short(struct parser *p, const char *word, struct error *err)
{
	for (const char *letters = word + 1; *letters; letters++) {
		const struct option *o = find_short(p->command, *letters);
		const char *text;

		if (!o)
			return error_set(err, ERROR_USAGE, "unknown shorthand flag: '%c' in -%s", *letters, letters);
		if (letters[1] == '=' && letters[2])
			return take_option(p, o, letters + 2, err);
		text = option_bare(o);
		if (text) {
			if (take_option(p, o, text, err) < 0)
				return -1;
			continue;
		}
		text = letters[1] ? letters + 1 : next_word(p);
		if (!text) {
			p->pending = o;
			return error_set(err, ERROR_USAGE, "flag needs an argument: '%c' in -%s", *letters, letters);
		}
		return take_option(p, o, text, err);
	}
	return 0;
}

static void take_rest(struct parser *p)
{
	for (const char *word; (word = next_word(p));)
		vec_add_string(&p->args->words, word);
}

static int parse_word(struct parser *p, const char *word, struct error *err)
{
	if (p->command->raw_args) {
		vec_add_string(&p->args->words, word);
		return 0;
	}
	if (str_equal(word, "--")) {
		p->args->dash = (int)p->args->words.len;
		take_rest(p);
		return 0;
	}
	if (word[0] != '-' || !word[1]) {
		vec_add_string(&p->args->words, word);
		if (p->command->keep_args)
			take_rest(p);
		return 0;
	}
	return word[1] == '-' ? parse_long(p, word, err) : parse_short(p, word, err);
}

static int parse_words(struct parser *p, struct error *err)
{
	for (const char *word; (word = next_word(p));)
		if (parse_word(p, word, err) < 0)
			return -1;
	return 0;
}

static struct args *args_new(const struct command *c)
{
	struct option_walk walk = {.command = c}, fill = {.command = c};
	struct args *a = NEW(struct args);
	const struct option *o;
	size_t n = 0;

	while (option_next(&walk))
		n++;
	a->values = xcalloc(n, sizeof(*a->values));
	while ((o = option_next(&fill)))
		value_init(&a->values[a->len++], o);
	value_init(&a->help, &help_option);
	a->words = VEC_OF_STRINGS;
	a->given = VEC_OF_STRINGS;
	a->dash = -1;
	return a;
}

static int unknown_command(const struct command_path *path, const char *typed, struct error *err)
{
	_cleanup_vec_ struct vec near = VEC_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT, quoted = BUF_INIT;

	quote(&quoted, typed);
	buf_printf(&text, "unknown command %s for \"%s\"", quoted.data, path->steps[0]->name);
	command_suggest(path->steps[0], typed, &near);
	if (near.len)
		buf_puts(&text, "\n\nDid you mean this?");
	for (size_t i = 0; i < near.len; i++)
		buf_printf(&text, "\n\t%s", vec_string(&near, i));
	return error_set(err, ERROR_USAGE, "%s", text.data);
}

int args_parse(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
	       struct args **ret, struct vec *notes, struct error *err)
{
	_cleanup_(args_free_p) struct args *a = NULL;
	_cleanup_vec_ struct vec rest = VEC_INIT;
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct parser p = {.words = &rest, .notes = notes};
	const char *unknown;

	unknown = args_find_command(root, argc, argv, ret_path, &rest);
	p.command = command_path_last(ret_path);
	if (unknown)
		return unknown_command(ret_path, unknown, err);
	p.args = a = args_new(p.command);
	if (parse_words(&p, err) < 0) {
		command_path_text(&path, ret_path);
		return error_set(err, ERROR_USAGE,
				 p.command->failure_status ? "%s\nSee '%s -h' for help and examples"
							   : "%s\nSee '%s --help' for usage.",
				 err->message, path.data);
	}
	*ret = TAKE_PTR(a);
	return 0;
}

void args_parse_partial(const struct command *root, int argc, char *const *argv, struct command_path *ret_path,
			struct args **ret, const struct option **ret_pending)
{
	_cleanup_vec_ struct vec rest = VEC_INIT;
	struct parser p = {.words = &rest};

	args_find_command(root, argc, argv, ret_path, &rest);
	p.command = command_path_last(ret_path);
	p.args = args_new(p.command);
	for (const char *word; (word = next_word(&p));) {
		_cleanup_error_ struct error passed_over = ERROR_INIT;

		parse_word(&p, word, &passed_over);
	}
	*ret = p.args;
	*ret_pending = p.pending;
}

void args_free(struct args *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->len; i++)
		value_release(&a->values[i]);
	free(a->values);
	value_release(&a->help);
	vec_release(&a->given);
	vec_release(&a->words);
	free(a);
}

/* ---- asking ---------------------------------------------------------------- */

static struct value *value_find(const struct args *a, const char *option)
{
	for (size_t i = 0; i < a->len; i++)
		if (str_equal(a->values[i].option->name, option))
			return &a->values[i];
	return NULL;
}

static const struct value *value_expect(const struct args *a, const char *option, unsigned types)
{
	struct value *v = value_find(a, option);

	if (!v || !(types & (1u << v->option->type)))
		abort();
	value_want(v);
	return v;
}

bool args_knows(const struct args *a, const char *option)
{
	return value_find(a, option);
}

bool args_help(const struct args *a)
{
	return a->help.boolean;
}

bool args_is_global(const struct args *a, const char *option)
{
	const struct value *v = value_find(a, option);

	for (const struct option *o = global_options; v && o->name; o++) {
		if (v->option == o)
			return true;
	}
	return false;
}

int args_check_required(const struct args *a, struct error *err)
{
	_cleanup_buf_ struct buf missing = BUF_INIT;

	for (size_t i = 0; i < a->len; i++) {
		const struct value *v = &a->values[i];

		if ((v->option->flags & OPTION_REQUIRED) && !v->changed)
			buf_printf(&missing, "%s\"%s\"", missing.len ? ", " : "", v->option->name);
	}
	if (!missing.len)
		return 0;
	return error_set(err, ERROR_USAGE, "required flag(s) %s not set", missing.data);
}

bool args_changed(const struct args *a, const char *option)
{
	const struct value *v = value_find(a, option);

	if (!v)
		abort();
	return v->changed;
}

bool args_bool(const struct args *a, const char *option)
{
	return value_expect(a, option, 1u << OPTION_BOOL)->boolean;
}

const char *args_string(const struct args *a, const char *option)
{
	const char *text = value_expect(a, option, 1u << OPTION_STRING)->text;

	return text ? text : "";
}

int64_t args_int(const struct args *a, const char *option)
{
	return value_expect(a, option, 1u << OPTION_INT)->number;
}

int64_t args_duration(const struct args *a, const char *option)
{
	return value_expect(a, option, 1u << OPTION_DURATION)->number;
}

const struct vec *args_list(const struct args *a, const char *option)
{
	return &value_expect(a, option, 1u << OPTION_LIST | 1u << OPTION_ARRAY | 1u << OPTION_PAIRS)->list;
}

int args_set(struct args *a, const char *option, const char *value, struct error *err)
{
	const struct value *v = value_find(a, option);

	if (!v)
		abort();
	return option_set(a, v->option, value, err);
}

const struct vec *args_words(const struct args *a)
{
	return &a->words;
}

const struct vec *args_given(const struct args *a)
{
	return &a->given;
}

int args_dash(const struct args *a)
{
	return a->dash;
}
