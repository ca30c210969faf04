/* Reading Go templates: text/template/parse, its grammar, its words for faults. */
#include <ctype.h>

#include "data/gotemplate_internal.h"
#include "data/gotemplate_lex.h"
#include "data/gotext.h"
#include "data/utf8.h"

/* ---- the parser ---------------------------------------------------------------------- */

struct parser {
	struct gotemplate *t;
	struct lexer lexer;
	size_t next;
	struct vec variables; /* names in sight, "$" first */
	int depth, ranges;
	int lists; /* that are being read, one within the other */
	struct error *err;
};

static int fail_words(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail_words(struct parser *p, const char *format, ...)
{
	_cleanup_buf_ struct buf words = BUF_INIT;
	size_t end = p->lexer.tokens[p->next ? p->next - 1 : 0].pos, line = 1;
	va_list args;

	va_start(args, format);
	buf_vprintf(&words, format, args);
	va_end(args);
	for (size_t i = 0; i < end; i++)
		line += p->t->text[i] == '\n';
	return error_set(p->err, ERROR_PARSE, "template: " TEMPLATE_NAME ":%zu: %s", line, words.data);
}

static const struct token *peek(const struct parser *p)
{
	return &p->lexer.tokens[p->next];
}

static const struct token *take(struct parser *p)
{
	const struct token *t = peek(p);

	if (t->type != TOKEN_EOF && t->type != TOKEN_ERROR)
		p->next++;
	return t;
}

static void skip_space(struct parser *p)
{
	while (peek(p)->type == TOKEN_SPACE)
		p->next++;
}

static int fail_unexpected(struct parser *p, const struct token *t, const char *context)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT, shortened = BUF_INIT;

	if (t->type == TOKEN_ERROR)
		return fail_words(p, "%s", t->text);
	if (t->type == TOKEN_EOF)
		return fail_words(p, "unexpected EOF");
	if (t->type == TOKEN_KEYWORD || t->type == TOKEN_DOT || t->type == TOKEN_NIL)
		return fail_words(p, "unexpected <%s> in %s", t->text, context);
	buf_add(&shortened, t->text, MIN(strlen(t->text), (size_t)10));
	go_quote(&quoted, shortened.data);
	return fail_words(p, "unexpected %s%s in %s", quoted.data, strlen(t->text) > 10 ? "..." : "", context);
}

static struct node *new_node(struct parser *p, enum node_type type, const struct token *t)
{
	struct node *n = arena_alloc(&p->t->arena, sizeof(*n));

	*n = (struct node){.type = type, .pos = t->pos, .start = t->pos, .end = t->pos + t->len, .text = t->text};
	return n;
}

static int parse_pipe(struct parser *p, const char *context, enum token_type end, struct node **ret);

/* The fields that follow a term; the last one's place is where errors point. */
static int parse_fields(struct parser *p, struct node **term)
{
	struct node *n = *term, *chain = n;
	struct name **last;

	if (peek(p)->type != TOKEN_FIELD)
		return 0;
	if (n->type == NODE_DOT || n->type == NODE_NIL || n->type == NODE_VALUE) {
		_cleanup_free_ char *text = xstrndup(p->t->text + n->start, n->end - n->start);
		_cleanup_buf_ struct buf quoted = BUF_INIT;

		go_quote(&quoted, text);
		return fail_words(p, "unexpected . after term %s", quoted.data);
	}
	if (n->type != NODE_FIELD && n->type != NODE_VARIABLE) {
		chain = new_node(p, NODE_CHAIN, peek(p));
		chain->pipe = n;
		chain->start = n->start;
	}
	chain->pos = peek(p)->pos;
	for (last = &chain->names; *last; last = &(*last)->next)
		;
	while (peek(p)->type == TOKEN_FIELD) {
		const struct token *t = take(p);

		*last = arena_alloc(&p->t->arena, sizeof(**last));
		**last = (struct name){.text = t->text + 1};
		last = &(*last)->next;
		chain->end = t->pos + t->len;
	}
	*term = chain;
	return 0;
}

/* A Go string, rune or raw string without its quotes. */
static int unquote(struct parser *p, const struct token *t, struct buf *out)
{
	static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
	const char *s = t->text + 1, *end = t->text + strlen(t->text) - 1, *at;

	if (*t->text == '`') {
		buf_add(out, s, (size_t)(end - s));
		return 0;
	}
	while (s < end) {
		int digits = *s != '\\' ? 0 : s[1] == 'x' ? 2 : s[1] == 'u' ? 4 : s[1] == 'U' ? 8 : 0;

		if (*s != '\\') {
			buf_putc(out, *s++);
		} else if (digits && (int)strspn(s + 2, "0123456789abcdefABCDEF") >= digits) {
			_cleanup_free_ char *hex = xstrndup(s + 2, (size_t)digits);
			uint32_t c = (uint32_t)strtoul(hex, NULL, 16);

			if (digits == 2)
				buf_putc(out, (char)c);
			else
				utf8_put(out, c);
			s += 2 + digits;
		} else if (s[1] >= '0' && s[1] <= '7' && strspn(s + 1, "01234567") >= 3) {
			buf_putc(out, (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + s[3] - '0'));
			s += 4;
		} else {
			at = s[1] ? strchr(from, s[1]) : NULL;
			if (!at)
				return fail_words(p, "invalid syntax");
			buf_putc(out, to[at - from]);
			s += 2;
		}
	}
	return 0;
}

/* One underscore may stand between digits, or after a prefix. */
static bool underscores_are_good(const char *s)
{
	char before = '!';

	s += *s == '+' || *s == '-';
	if (s[0] == '0' && s[1] && strchr("bBoOxX", s[1])) {
		before = '0';
		s += 2;
	}
	for (; *s; s++) {
		if (*s == '_' && before != '0')
			return false;
		if (*s != '_' && !isalnum((unsigned char)*s) && before == '_')
			return false;
		before = *s == '_' ? '_' : isalnum((unsigned char)*s) ? '0' : '!';
	}
	return before != '_';
}

/* An integer as Go's ParseUint with base 0 reads it, and its sign. */
static bool read_integer(const char *s, bool *ret_negative, uint64_t *ret)
{
	static const char letters[] = "xbo";
	static const int bases[] = {16, 2, 8};
	int base = 10;
	char *end;

	*ret_negative = *s == '-';
	s += *s == '+' || *s == '-';
	if (s[0] == '0' && isalpha((unsigned char)s[1])) {
		const char *letter = strchr(letters, s[1] | 0x20);

		if (!letter)
			return false;
		base = bases[letter - letters];
		s += 2;
	} else if (s[0] == '0' && isdigit((unsigned char)s[1])) {
		base = 8;
		s++;
	}
	if (!isalnum((unsigned char)*s))
		return false;
	errno = 0;
	*ret = strtoull(s, &end, base);
	return !*end && !errno;
}

/* An integer that only uint64 holds is a fault when it is used: its value stays VALUE_NONE. */
static int read_number(struct parser *p, const struct token *t, struct value *ret)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool negative;
	uint64_t u;
	char *end;

	for (const char *s = t->text; *s; s++) {
		if (*s != '_')
			buf_putc(&text, *s);
	}
	if (!underscores_are_good(t->text))
		return fail_words(p, "illegal number syntax: \"%s\"", t->text);
	if (read_integer(text.data, &negative, &u) && u <= (uint64_t)INT64_MAX + negative) {
		*ret = (struct value){
		        .type = VALUE_INT, .constant = true, .i = negative ? (int64_t)-u : (int64_t)u};
		return 0;
	}
	if (read_integer(text.data, &negative, &u) && !negative)
		return 0;
	*ret = (struct value){.type = VALUE_FLOAT, .f = strtod(text.data, &end)};
	if (*end || end == text.data)
		return fail_words(p, "illegal number syntax: \"%s\"", t->text);
	return strpbrk(text.data, ".eEpP") ? 0 : fail_words(p, "integer overflow: \"%s\"", t->text);
}

static int parse_constant(struct parser *p, const struct token *t, struct node **ret)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct node *n = new_node(p, NODE_VALUE, t);
	size_t size;

	if (t->type == TOKEN_BOOL) {
		n->value = (struct value){.type = VALUE_BOOL, .boolean = *t->text == 't'};
	} else if (t->type == TOKEN_NUMBER) {
		if (read_number(p, t, &n->value))
			return -1;
	} else if (unquote(p, t, &text)) {
		return -1;
	} else if (t->type == TOKEN_CHAR) {
		if (!text.len || utf8_length(text.data, text.len) != text.len)
			return fail_words(p, "malformed character constant: %s", t->text);
		n->value = (struct value){
		        .type = VALUE_INT, .constant = true, .i = utf8_decode(text.data, text.len, &size)};
	} else {
		n->value = (struct value){.type = VALUE_STRING, .s = arena_strndup(&p->t->arena, text.data, text.len)};
	}
	*ret = n;
	return 0;
}

static int parse_function(struct parser *p, const struct token *t, struct node **ret)
{
	*ret = new_node(p, NODE_FUNCTION, t);
	(*ret)->function = function_find(t->text);
	return (*ret)->function ? 0 : fail_words(p, "function \"%s\" not defined", t->text);
}

static int parse_variable(struct parser *p, const struct token *t, struct node **ret)
{
	if (!vec_has_string(&p->variables, t->text))
		return fail_words(p, "undefined variable \"%s\"", t->text);
	*ret = new_node(p, NODE_VARIABLE, t);
	return 0;
}

static int parse_parenthesis(struct parser *p, const struct token *t, struct node **ret)
{
	int status;

	if (++p->depth > TEMPLATE_DEPTH)
		return fail_words(p, "max expression depth exceeded");
	status = parse_pipe(p, "parenthesized pipeline", TOKEN_CLOSE, ret);
	p->depth--;
	if (!status)
		(*ret)->start = t->pos;
	return status;
}

/* A term with its fields; *ret is NULL when none begins here. */
static int parse_operand(struct parser *p, struct node **ret)
{
	const struct token *t = peek(p);
	struct node *n = NULL;
	int status = 0;

	*ret = NULL;
	if (t->type < TOKEN_FIELD || t->type > TOKEN_OPEN || t->type == TOKEN_KEYWORD)
		return 0;
	take(p);
	switch (t->type) {
	case TOKEN_FIELD:
		n = new_node(p, NODE_FIELD, t);
		n->names = arena_alloc(&p->t->arena, sizeof(*n->names));
		*n->names = (struct name){.text = t->text + 1};
		break;
	case TOKEN_VARIABLE:
		status = parse_variable(p, t, &n);
		break;
	case TOKEN_WORD:
		status = parse_function(p, t, &n);
		break;
	case TOKEN_DOT:
	case TOKEN_NIL:
		n = new_node(p, t->type == TOKEN_DOT ? NODE_DOT : NODE_NIL, t);
		break;
	case TOKEN_OPEN:
		status = parse_parenthesis(p, t, &n);
		break;
	default:
		status = parse_constant(p, t, &n);
	}
	if (status || parse_fields(p, &n))
		return -1;
	*ret = n;
	return 0;
}

static int parse_command(struct parser *p, struct node **ret)
{
	struct node *command, *operand, **last;

	skip_space(p);
	command = new_node(p, NODE_COMMAND, peek(p));
	last = &command->list;
	for (;;) {
		const struct token *t;

		skip_space(p);
		if (parse_operand(p, &operand))
			return -1;
		if (operand) {
			*last = operand;
			last = &operand->next;
			command->end = operand->end;
		}
		t = peek(p);
		if (t->type == TOKEN_RIGHT || t->type == TOKEN_CLOSE)
			break;
		take(p);
		if (t->type == TOKEN_PIPE)
			break;
		if (t->type != TOKEN_SPACE)
			return fail_unexpected(p, t, "operand");
	}
	*ret = command;
	return command->list ? 0 : fail_words(p, "empty command");
}

/* "$x :=", "$x =" or "$i, $x :=" when such begins here. */
static int parse_declarations(struct parser *p, const char *context, struct node *pipe)
{
	struct node **last = &pipe->other;
	size_t count = 0;

	for (;;) {
		const struct token *v, *after;
		size_t back;

		skip_space(p);
		back = p->next;
		v = peek(p);
		if (v->type != TOKEN_VARIABLE)
			return 0;
		take(p);
		skip_space(p);
		after = peek(p);
		if (after->type != TOKEN_ASSIGN && after->type != TOKEN_DECLARE && strcmp(after->text, ",")) {
			p->next = back;
			return 0;
		}
		take(p);
		*last = new_node(p, NODE_VARIABLE, v);
		last = &(*last)->next;
		count++;
		vec_add_string(&p->variables, v->text);
		if (after->type != TOKEN_COMMA) {
			pipe->assigns = after->type == TOKEN_ASSIGN;
			return 0;
		}
		if (strcmp(context, "range") || count > 1)
			return fail_words(p, "too many declarations in %s", context);
		skip_space(p);
		if (peek(p)->type != TOKEN_VARIABLE && peek(p)->type != TOKEN_RIGHT && peek(p)->type != TOKEN_CLOSE)
			return fail_words(p, "range can only initialize variables");
	}
}

static int check_pipe(struct parser *p, const struct node *pipe, const char *context)
{
	int stage = 2;

	if (!pipe->list)
		return fail_words(p, "missing value for %s", context);
	for (const struct node *c = pipe->list->next; c; c = c->next, stage++) {
		enum node_type first = c->list->type;

		if (first == NODE_DOT || first == NODE_NIL || first == NODE_VALUE)
			return fail_words(p, "non executable command in pipeline stage %d", stage);
	}
	return 0;
}

static int parse_pipe(struct parser *p, const char *context, enum token_type end, struct node **ret)
{
	struct node *pipe, **last;

	skip_space(p);
	pipe = new_node(p, NODE_PIPE, peek(p));
	last = &pipe->list;
	if (parse_declarations(p, context, pipe))
		return -1;
	for (;;) {
		const struct token *t;

		skip_space(p);
		t = peek(p);
		if (t->type == end) {
			take(p);
			pipe->end = end == TOKEN_CLOSE ? t->pos + 1 : t->pos;
			*ret = pipe;
			return check_pipe(p, pipe, context);
		}
		if (t->type < TOKEN_FIELD || t->type > TOKEN_OPEN || t->type == TOKEN_KEYWORD) {
			take(p);
			return fail_unexpected(p, t, context);
		}
		if (parse_command(p, last))
			return -1;
		last = &(*last)->next;
	}
}

/* ---- actions ---------------------------------------------------------------------------- */

/* What ended a list. */
enum list_end { END_EOF, END_END, END_ELSE };

static int parse_list(struct parser *p, struct node **ret, enum list_end *ret_end);

static int expect_right(struct parser *p, const char *context)
{
	const struct token *t;

	skip_space(p);
	t = take(p);
	return t->type == TOKEN_RIGHT ? 0 : fail_unexpected(p, t, context);
}

static void forget_variables(struct parser *p, size_t count)
{
	while (p->variables.len > count)
		vec_remove(&p->variables, p->variables.len - 1);
}

static int parse_control(struct parser *p, enum node_type type, const char *context, const struct token *t,
                         struct node **ret);

/* What follows {{else: "}}", or " if …" / " with …", which nests. */
static int parse_else(struct parser *p, enum node_type type, struct node *n)
{
	enum list_end end;
	const struct token *t;

	skip_space(p);
	t = peek(p);
	if (t->type == TOKEN_KEYWORD &&
	    ((type == NODE_IF && !strcmp(t->text, "if")) || (type == NODE_WITH && !strcmp(t->text, "with")))) {
		take(p);
		return parse_control(p, type, t->text, t, &n->other);
	}
	if (t->type == TOKEN_KEYWORD && (!strcmp(t->text, "if") || !strcmp(t->text, "with"))) {
		take(p);
		return fail_unexpected(p, t, "input");
	}
	if (expect_right(p, "else") || parse_list(p, &n->other, &end))
		return -1;
	if (end == END_EOF)
		return fail_words(p, "unexpected EOF");
	if (end == END_ELSE)
		return fail_words(p, "expected end; found {{else}}");
	return expect_right(p, "end");
}

static int parse_control(struct parser *p, enum node_type type, const char *context, const struct token *t,
                         struct node **ret)
{
	struct node *n = new_node(p, type, t);
	size_t variables = p->variables.len;
	enum list_end end;
	int status;

	if (++p->depth > TEMPLATE_DEPTH)
		return fail_words(p, "max expression depth exceeded");
	if (parse_pipe(p, context, TOKEN_RIGHT, &n->pipe))
		return -1;
	p->ranges += type == NODE_RANGE;
	status = parse_list(p, &n->list, &end);
	p->ranges -= type == NODE_RANGE;
	if (status)
		return -1;
	if (end == END_EOF)
		return fail_words(p, "unexpected EOF");
	if (end == END_ELSE ? parse_else(p, type, n) : expect_right(p, "end"))
		return -1;
	forget_variables(p, variables);
	p->depth--;
	*ret = n;
	return 0;
}

static int parse_name(struct parser *p, const char *context, const struct token **ret_token, const char **ret)
{
	_cleanup_buf_ struct buf name = BUF_INIT;
	const struct token *t;

	skip_space(p);
	t = take(p);
	if (t->type != TOKEN_STRING)
		return fail_unexpected(p, t, context);
	if (unquote(p, t, &name))
		return -1;
	*ret = arena_strndup(&p->t->arena, name.data, name.len);
	*ret_token = t;
	return 0;
}

static int parse_template(struct parser *p, const struct token *left, struct node **ret)
{
	const struct token *t;
	const char *name;
	struct node *n;

	if (parse_name(p, "template clause", &t, &name))
		return -1;
	n = new_node(p, NODE_TEMPLATE, t);
	n->text = name;
	skip_space(p);
	if (peek(p)->type == TOKEN_RIGHT)
		take(p);
	else if (parse_pipe(p, "template clause", TOKEN_RIGHT, &n->pipe))
		return -1;
	n->start = left->pos;
	n->end = p->lexer.tokens[p->next - 1].pos + p->lexer.tokens[p->next - 1].len;
	*ret = n;
	return 0;
}

/* Nothing but white space. */
static bool is_empty(const struct node *list)
{
	for (; list; list = list->next) {
		if (list->type != NODE_TEXT || list->text[strspn(list->text, " \t\r\n\v\f")])
			return false;
	}
	return true;
}

/* Of two templates of one name the one that is not empty counts. */
static int define(struct parser *p, const char *name, struct node *body)
{
	if (!map_has(&p->t->defined, name) || is_empty(map_get(&p->t->defined, name)))
		map_set(&p->t->defined, name, body);
	else if (!is_empty(body))
		return fail_words(p, "template: multiple definition of template \"%s\"", name);
	return 0;
}

/* The body of a template of its own, up to {{end}}; it sees only "$". */
static int parse_body(struct parser *p, const char *name, const char *context)
{
	struct vec outside = p->variables;
	struct node *body = NULL;
	enum list_end end;
	int status, ranges = p->ranges;

	p->variables = VEC_OF_STRINGS;
	vec_add_string(&p->variables, "$");
	p->ranges = 0;
	status = parse_list(p, &body, &end);
	vec_release(&p->variables);
	p->variables = outside;
	p->ranges = ranges;
	if (status)
		return -1;
	if (end != END_END)
		return end == END_EOF ? fail_words(p, "unexpected EOF")
		                      : fail_words(p, "unexpected {{else}} in %s", context);
	return expect_right(p, "end") ? -1 : define(p, name, body);
}

static int parse_define(struct parser *p)
{
	const struct token *t;
	const char *name;

	if (parse_name(p, "define clause", &t, &name) || expect_right(p, "define clause"))
		return -1;
	return parse_body(p, name, "define clause");
}

/* {{block "x" .}}…{{end}} defines "x" and calls it. */
static int parse_block(struct parser *p, struct node **ret)
{
	const struct token *t;
	const char *name;

	if (parse_name(p, "block clause", &t, &name))
		return -1;
	*ret = new_node(p, NODE_TEMPLATE, t);
	(*ret)->text = name;
	if (parse_pipe(p, "block clause", TOKEN_RIGHT, &(*ret)->pipe))
		return -1;
	return parse_body(p, name, "block clause");
}

static int parse_jump(struct parser *p, enum node_type type, const struct token *t, struct node **ret)
{
	skip_space(p);
	if (take(p)->type != TOKEN_RIGHT)
		return fail_unexpected(p, &p->lexer.tokens[p->next - 1], t->text);
	if (!p->ranges)
		return fail_words(p, "{{%s}} outside {{range}}", t->text);
	*ret = new_node(p, type, t);
	return 0;
}

static int parse_keyword(struct parser *p, const struct token *left, const struct token *t, struct node **ret)
{
	switch (t->text[0]) {
	case 'i':
		return parse_control(p, NODE_IF, "if", t, ret);
	case 'r':
		return parse_control(p, NODE_RANGE, "range", t, ret);
	case 'w':
		return parse_control(p, NODE_WITH, "with", t, ret);
	case 't':
		return parse_template(p, left, ret);
	case 'd':
		return p->lists == 1 ? parse_define(p) : fail_unexpected(p, t, "command");
	case 'b':
		return t->text[1] == 'l' ? parse_block(p, ret) : parse_jump(p, NODE_BREAK, t, ret);
	default:
		return parse_jump(p, NODE_CONTINUE, t, ret);
	}
}

static int parse_action(struct parser *p, const struct token *left, struct node **ret)
{
	struct node *n = new_node(p, NODE_ACTION, left);

	*ret = n;
	return parse_pipe(p, "command", TOKEN_RIGHT, &n->pipe);
}

static int parse_list(struct parser *p, struct node **ret, enum list_end *ret_end)
{
	struct node **last = ret;

	p->lists++;
	for (;;) {
		const struct token *t = take(p);

		if (t->type == TOKEN_EOF) {
			*ret_end = END_EOF;
			p->lists--;
			return 0;
		}
		if (t->type == TOKEN_TEXT) {
			*last = new_node(p, NODE_TEXT, t);
		} else if (t->type != TOKEN_LEFT) {
			return fail_unexpected(p, t, "input");
		} else {
			const struct token *word;

			skip_space(p);
			word = peek(p);
			if (word->type == TOKEN_KEYWORD) {
				take(p);
				if (word->text[0] == 'e') {
					*ret_end = word->text[1] == 'n' ? END_END : END_ELSE;
					p->lists--;
					return 0;
				}
			}
			if (word->type == TOKEN_KEYWORD ? parse_keyword(p, t, word, last) : parse_action(p, t, last))
				return -1;
		}
		if (*last)
			last = &(*last)->next;
	}
}

int gotemplate_parse(const char *text, struct gotemplate **ret, struct error *err)
{
	_cleanup_(gotemplate_free_p) struct gotemplate *t = NEW(struct gotemplate);
	struct parser p = {.t = t, .variables = VEC_OF_STRINGS, .err = err};
	enum list_end end;
	int status;

	t->text = xstrdup(text);
	p.lexer = (struct lexer){.text = t->text, .arena = &t->arena};
	lex_all(&p.lexer);
	vec_add_string(&p.variables, "$");
	status = parse_list(&p, &t->root, &end);
	if (!status && end != END_EOF)
		status = fail_words(&p, "unexpected {{%s}}", end == END_END ? "end" : "else");
	if (!status)
		status = define(&p, TEMPLATE_NAME, t->root);
	t->root = map_get(&t->defined, TEMPLATE_NAME);
	vec_release(&p.variables);
	free(p.lexer.tokens);
	if (!status)
		*ret = TAKE_PTR(t);
	return status;
}

void gotemplate_free(struct gotemplate *t)
{
	if (!t)
		return;
	arena_release(&t->arena);
	map_release(&t->defined);
	free(t->text);
	free(t);
}
