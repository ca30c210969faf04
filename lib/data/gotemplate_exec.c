/* Running Go templates: text/template/exec, its rules, its words for faults. */
#include <pthread.h>

#include "data/gotemplate_internal.h"
#include "data/gotext.h"

#define TYPE_ANY "interface {}"
#define CALL_DEPTH 100000               /* of templates within templates, as in Go */
#define COUNTED_MAX (1 << 17)           /* turns of all ranges over numbers in one run */
#define STACK_SIZE ((ptrdiff_t)8 << 20) /* half of it is more than one template can use */

struct variable {
	const char *name;
	struct value value;
};

enum jump { JUMP_NONE, JUMP_BREAK, JUMP_CONTINUE };

struct run {
	const struct gotemplate *t;
	const char *name; /* of the template that runs */
	bool allow_missing;
	struct buf *out;
	struct arena arena;
	struct variable *variables;
	size_t count, cap;
	const struct node *at; /* where errors point */
	enum jump jump;
	int depth;
	int counted; /* turns of ranges over numbers */
	char *stack; /* where the one in use begins */
	struct error *err;
};

/* ---- values ---------------------------------------------------------------------- */

struct value value_of(const cJSON *node)
{
	struct value v = {.type = VALUE_NONE, .node = node};
	int64_t i;

	if (json_is_object(node)) {
		v.type = VALUE_MAP;
	} else if (json_is_array(node)) {
		v.type = VALUE_LIST;
		v.count = json_size(node);
	} else if (json_is_string(node)) {
		v.type = VALUE_STRING;
		v.s = node->valuestring;
	} else if (json_is_number(node)) {
		/* int64 where the text is one, as kubectl decodes numbers */
		bool whole = !strpbrk(json_number_text(node), ".eE") && json_node_int(node, &i);

		v.type = whole ? VALUE_INT : VALUE_FLOAT;
		if (whole)
			v.i = i;
		else
			v.f = strtod(json_number_text(node), NULL);
	} else if (node && cJSON_IsBool(node)) {
		v.type = VALUE_BOOL;
		v.boolean = cJSON_IsTrue(node);
	}
	return v;
}

const char *value_type_name(const struct value *v)
{
	static const char *const names[] = {
	        [VALUE_NONE] = "nil",
	        [VALUE_BOOL] = "bool",
	        [VALUE_INT] = "int64",
	        [VALUE_FLOAT] = "float64",
	        [VALUE_STRING] = "string",
	        [VALUE_MAP] = "map[string]interface {}",
	        [VALUE_LIST] = "[]interface {}",
	};

	return v->type == VALUE_INT && v->constant ? "int" : names[v->type];
}

bool value_is_true(const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		return v->boolean;
	case VALUE_INT:
		return v->i != 0;
	case VALUE_FLOAT:
		return v->f != 0;
	case VALUE_STRING:
		return *v->s;
	case VALUE_MAP:
		return v->node->child;
	case VALUE_LIST:
		return v->count > 0;
	default:
		return false;
	}
}

static void list_print(struct buf *out, const struct value *v)
{
	const cJSON *item = v->node->child;
	size_t i = 0;

	buf_putc(out, '[');
	for (; item && i < v->from + v->count; item = item->next, i++) {
		if (i < v->from)
			continue;
		if (i > v->from)
			buf_putc(out, ' ');
		go_value_format(out, item);
	}
	buf_putc(out, ']');
}

void value_print(struct buf *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		buf_puts(out, v->boolean ? "true" : "false");
		break;
	case VALUE_INT:
		buf_printf(out, "%" PRId64, v->i);
		break;
	case VALUE_FLOAT:
		go_float_format(out, v->f);
		break;
	case VALUE_STRING:
		buf_puts(out, v->s);
		break;
	case VALUE_MAP:
		go_value_format(out, v->node);
		break;
	case VALUE_LIST:
		list_print(out, v);
		break;
	default:
		buf_puts(out, "<nil>");
	}
}

/* ---- errors ------------------------------------------------------------------------- */

static int fail_at(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail_at(struct run *r, const char *format, ...)
{
	_cleanup_free_ char *words = NULL;
	const char *text = r->t->text;
	size_t line = 1, column = 0;
	va_list args;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		abort();
	va_end(args);
	for (size_t i = 0; i < r->at->pos; i++) {
		column = text[i] == '\n' ? 0 : column + 1;
		line += text[i] == '\n';
	}
	return error_set(r->err, ERROR_OTHER, "template: " TEMPLATE_NAME ":%zu:%zu: executing \"%s\" at <%.*s>: %s",
	                 line, column, r->name, (int)(r->at->end - r->at->start), text + r->at->start, words);
}

/* ---- fields and variables ------------------------------------------------------------ */

/* dot.name; last says that this field would get the arguments. */
static int eval_field(struct run *r, const struct value *dot, const char *name, bool has_arguments, struct value *ret)
{
	const cJSON *member;

	if (dot->type == VALUE_NONE && !dot->node) {
		if (!r->allow_missing)
			return fail_at(r, "nil data; no entry for key \"%s\"", name);
		*ret = (struct value){0};
		return 0;
	}
	if (dot->type == VALUE_NONE)
		return fail_at(r, "nil pointer evaluating " TYPE_ANY ".%s", name);
	if (dot->type != VALUE_MAP)
		return fail_at(r, "can't evaluate field %s in type %s", name,
		               dot->node || dot->type == VALUE_LIST || !dot->constant ? TYPE_ANY
		                                                                      : value_type_name(dot));
	if (has_arguments)
		return fail_at(r, "%s is not a method but has arguments", name);
	member = json_get(dot->node, name);
	if (!member && !r->allow_missing)
		return fail_at(r, "map has no entry for key \"%s\"", name);
	*ret = value_of(member);
	return 0;
}

static int eval_fields(struct run *r, const struct node *n, struct value from, bool has_arguments, struct value *ret)
{
	r->at = n;
	for (const struct name *name = n->names; name; name = name->next) {
		struct value next;

		if (eval_field(r, &from, name->text, has_arguments && !name->next, &next))
			return -1;
		from = next;
	}
	*ret = from;
	return 0;
}

static void push_variable(struct run *r, const char *name, struct value value)
{
	if (r->count == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 8;
		r->variables = xrealloc(r->variables, r->cap * sizeof(*r->variables));
	}
	r->variables[r->count++] = (struct variable){name, value};
}

/* The newest of that name; NULL for one that was assigned but never declared. */
static struct variable *find_variable(struct run *r, const char *name)
{
	for (size_t i = r->count; i-- > 0;) {
		if (!strcmp(r->variables[i].name, name))
			return &r->variables[i];
	}
	return NULL;
}

static int set_variable(struct run *r, const char *name, struct value value)
{
	struct variable *v = find_variable(r, name);

	if (!v)
		return fail_at(r, "undefined variable: %s", name);
	v->value = value;
	return 0;
}

static int get_variable(struct run *r, const struct node *n, struct value *ret)
{
	const struct variable *v = find_variable(r, n->text);

	if (!v)
		return fail_at(r, "undefined variable: %s", n->text);
	*ret = v->value;
	return 0;
}

/* ---- pipelines ------------------------------------------------------------------------- */

static int eval_pipe(struct run *r, const struct value *dot, const struct node *pipe, struct value *ret);
static int eval_function(struct run *r, const struct value *dot, const struct node *function,
                         const struct node *command, const struct node *arguments, const struct value *last,
                         struct value *ret);

/* A term that stands as an argument. */
static int eval_term(struct run *r, const struct value *dot, const struct node *n, struct value *ret)
{
	struct value from;

	r->at = n;
	switch (n->type) {
	case NODE_DOT:
		*ret = *dot;
		return 0;
	case NODE_NIL:
		*ret = (struct value){0};
		return 0;
	case NODE_VALUE:
		if (n->value.type == VALUE_NONE)
			return fail_at(r, "%s overflows int", n->text);
		*ret = n->value;
		return 0;
	case NODE_FIELD:
		return eval_fields(r, n, *dot, false, ret);
	case NODE_VARIABLE:
		return get_variable(r, n, &from) || eval_fields(r, n, from, false, ret) ? -1 : 0;
	case NODE_CHAIN:
		return eval_term(r, dot, n->pipe, &from) || eval_fields(r, n, from, false, ret) ? -1 : 0;
	case NODE_FUNCTION:
		return eval_function(r, dot, n, n, NULL, NULL, ret);
	default:
		return eval_pipe(r, dot, n, ret);
	}
}

/* "and" and "or" look at their arguments until one decides. */
static int eval_logic(struct run *r, const struct value *dot, bool and, const struct node *arguments,
                      const struct value *last, struct value *ret)
{
	struct value v = {0};

	for (const struct node *a = arguments; a; a = a->next) {
		if (eval_term(r, dot, a, &v))
			return -1;
		if (value_is_true(&v) != and) {
			*ret = v;
			return 0;
		}
	}
	*ret = last ? *last : v;
	return 0;
}

static int check_count(struct run *r, const struct function *f, size_t count)
{
	if (count < f->least && f->most != f->least)
		return fail_at(r, "wrong number of args for %s: want at least %zu got %zu", f->name, f->least, count);
	if (f->most == f->least && count != f->most)
		return fail_at(r, "wrong number of args for %s: want %zu got %zu", f->name, f->most, count);
	return 0;
}

static int check_string(struct run *r, const struct value *v)
{
	if (v->type == VALUE_STRING)
		return 0;
	if (v->type == VALUE_NONE)
		return fail_at(r, "invalid value; expected string");
	return fail_at(r, "wrong type for value; expected string; got %s", value_type_name(v));
}

static int eval_arguments(struct run *r, const struct value *dot, const struct function *f,
                          const struct node *arguments, const struct value *last, struct value *args)
{
	size_t count = 0;

	for (const struct node *a = arguments; a; a = a->next, count++) {
		bool text_first = f->strings || (count == 0 && !strcmp(f->name, "printf"));

		if (eval_term(r, dot, a, &args[count]))
			return -1;
		if (text_first && a->type == NODE_VALUE && args[count].type != VALUE_STRING)
			return fail_at(r, "expected string; found %.*s", (int)(a->end - a->start),
			               r->t->text + a->start);
		if (text_first && check_string(r, &args[count]))
			return -1;
	}
	if (last) {
		args[count] = *last;
		if ((f->strings || (!count && !strcmp(f->name, "printf"))) && check_string(r, last))
			return -1;
	}
	return 0;
}

/* How faults of "call" name what it was to call: by its words, or as reflect shows what came through a pipe. */
static struct value callee_name(struct run *r, const struct node *arguments, const struct value *last)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (arguments)
		buf_add(&text, r->t->text + arguments->start, arguments->end - arguments->start);
	else if (last->type == VALUE_STRING)
		buf_puts(&text, last->s);
	else
		buf_printf(&text, "<%s Value>", value_type_name(last));
	return (struct value){.type = VALUE_STRING, .s = arena_strndup(&r->arena, text.data, text.len)};
}

static int eval_function(struct run *r, const struct value *dot, const struct node *function,
                         const struct node *command, const struct node *arguments, const struct value *last,
                         struct value *ret)
{
	const struct function *f = function->function;
	_cleanup_error_ struct error fault = ERROR_INIT;
	_cleanup_free_ struct value *args = NULL;
	size_t count = last != NULL;
	bool calls;

	for (const struct node *a = arguments; a; a = a->next)
		count++;
	r->at = function;
	if (check_count(r, f, count))
		return -1;
	if (!f->run)
		return eval_logic(r, dot, !strcmp(f->name, "and"), arguments, last, ret);
	calls = !strcmp(f->name, "call");
	args = xcalloc(count + 1, sizeof(*args));
	if (calls)
		args[0] = callee_name(r, arguments, last);
	if (eval_arguments(r, dot, f, arguments, last, args + calls))
		return -1;
	if (!f->run(&r->arena, args, count + calls, ret, &fault))
		return 0;
	r->at = command;
	return fail_at(r, "error calling %s: %s", f->name, fault.message);
}

/* last is what the command before gave; NULL for the first. */
static int eval_command(struct run *r, const struct value *dot, const struct node *command, const struct value *last,
                        struct value *ret)
{
	const struct node *first = command->list;
	bool has_arguments = first->next || last;
	struct value from;

	r->at = first;
	switch (first->type) {
	case NODE_FIELD:
		return eval_fields(r, first, *dot, has_arguments, ret);
	case NODE_VARIABLE:
		if (!first->names)
			break;
		if (get_variable(r, first, &from))
			return -1;
		return eval_fields(r, first, from, has_arguments, ret);
	case NODE_CHAIN:
		if (eval_term(r, dot, first->pipe, &from))
			return -1;
		return eval_fields(r, first, from, has_arguments, ret);
	case NODE_FUNCTION:
		return eval_function(r, dot, first, command, first->next, last, ret);
	case NODE_NIL:
		if (!has_arguments)
			return fail_at(r, "nil is not a command");
		break;
	default:
		break;
	}
	if (has_arguments)
		return fail_at(r, "can't give argument to non-function %.*s", (int)(first->end - first->start),
		               r->t->text + first->start);
	return eval_term(r, dot, first, ret);
}

static int eval_pipe(struct run *r, const struct value *dot, const struct node *pipe, struct value *ret)
{
	struct value v = {0}, next;

	for (const struct node *c = pipe->list; c; c = c->next) {
		if (eval_command(r, dot, c, c == pipe->list ? NULL : &v, &next))
			return -1;
		v = next;
	}
	for (const struct node *d = pipe->other; d; d = d->next) {
		if (!pipe->assigns)
			push_variable(r, d->text, v);
		else if (set_variable(r, d->text, v))
			return -1;
	}
	*ret = v;
	return 0;
}

/* ---- actions ---------------------------------------------------------------------------- */

static int run_list(struct run *r, const struct value *dot, const struct node *list);

static int run_branch(struct run *r, const struct value *dot, const struct node *n)
{
	size_t mark = r->count;
	struct value v;
	int status;

	if (eval_pipe(r, dot, n->pipe, &v))
		return -1;
	if (value_is_true(&v))
		status = run_list(r, n->type == NODE_WITH ? &v : dot, n->list);
	else
		status = run_list(r, dot, n->other);
	r->count = mark;
	return status;
}

/* One turn of a range; false ends it, with *status. */
static bool run_turn(struct run *r, const struct node *n, struct value key, struct value item, int *status)
{
	const struct node *first = n->pipe->other, *second = first ? first->next : NULL;
	size_t mark = r->count;

	if (first && n->pipe->assigns) {
		*status = set_variable(r, (second ? second : first)->text, item) ||
		                          (second && set_variable(r, first->text, key))
		                  ? -1
		                  : 0;
		if (*status)
			return false;
	} else if (first) {
		push_variable(r, first->text, second ? key : item);
		if (second)
			push_variable(r, second->text, item);
	}
	*status = run_list(r, &item, n->list);
	r->count = mark;
	if (*status || r->jump == JUMP_BREAK) {
		r->jump = JUMP_NONE;
		return false;
	}
	r->jump = JUMP_NONE;
	return true;
}

static int range_list(struct run *r, const struct node *n, const struct value *v)
{
	const cJSON *item = v->node->child;
	int status = 0;

	for (size_t i = 0; i < v->from && item; i++)
		item = item->next;
	for (size_t i = 0; i < v->count && item; i++, item = item->next) {
		struct value key = {.type = VALUE_INT, .constant = true, .i = (int64_t)i};

		if (!run_turn(r, n, key, value_of(item), &status))
			break;
	}
	return status;
}

static int range_map(struct run *r, const struct node *n, const struct value *v)
{
	size_t count;
	_cleanup_free_ const cJSON **members = json_sorted_members(v->node, &count);
	int status = 0;

	for (size_t i = 0; i < count; i++) {
		struct value key = {.type = VALUE_STRING, .s = members[i]->string};

		if (!run_turn(r, n, key, value_of(members[i]), &status))
			break;
	}
	return status;
}

/* The number may come from a server, and would keep the program busy for years. */
static int range_int(struct run *r, const struct node *n, const struct value *v)
{
	int status = 0;

	for (int64_t i = 0; i < v->i; i++) {
		struct value item = {.type = VALUE_INT, .constant = v->constant, .i = i};

		if (r->out->overflowed)
			return fail_at(r, "the output is too long");
		if (++r->counted > COUNTED_MAX)
			return fail_at(r, "ranges over numbers take more than %d turns", COUNTED_MAX);
		if (!run_turn(r, n, item, item, &status))
			break;
	}
	return status;
}

static int fail_range(struct run *r, const struct value *v)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	value_print(&text, v);
	return fail_at(r, "range can't iterate over %s", text.data);
}

static int run_range(struct run *r, const struct value *dot, const struct node *n)
{
	/* its variables are set by each turn, not by the pipe */
	struct node bare = *n->pipe;
	size_t mark = r->count;
	struct value v;
	int status;

	bare.other = NULL;
	if (eval_pipe(r, dot, &bare, &v))
		return -1;
	for (const struct node *d = n->pipe->assigns ? NULL : n->pipe->other; d; d = d->next)
		push_variable(r, d->text, v);
	if (v.type == VALUE_LIST && v.count)
		status = range_list(r, n, &v);
	else if (v.type == VALUE_MAP && v.node->child)
		status = range_map(r, n, &v);
	else if (v.type == VALUE_INT && v.i > 0)
		status = range_int(r, n, &v);
	else if (v.type == VALUE_BOOL || v.type == VALUE_FLOAT || v.type == VALUE_STRING)
		status = fail_range(r, &v);
	else
		status = run_list(r, dot, n->other);
	r->count = mark;
	return status;
}

struct template_call {
	struct run *r;
	const struct value *dot;
	const struct node *list;
	int status;
};

static void *call_on_stack(void *ctx)
{
	struct template_call *c = ctx;
	char *outside = c->r->stack;

	c->r->stack = __builtin_frame_address(0);
	c->status = run_list(c->r, c->dot, c->list);
	c->r->stack = outside;
	return NULL;
}

/* A recursion may be as deep as Go's: where half of a stack is used up it goes on on another. */
static int run_body(struct run *r, const struct value *dot, const struct node *list)
{
	struct template_call call = {r, dot, list, 0};
	ptrdiff_t used = r->stack - (char *)__builtin_frame_address(0);
	pthread_attr_t attributes;
	pthread_t thread;
	int failed;

	if (used < STACK_SIZE / 2)
		return run_list(r, dot, list);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	failed = pthread_create(&thread, &attributes, call_on_stack, &call);
	pthread_attr_destroy(&attributes);
	if (failed)
		return fail_at(r, "%s", strerror(failed));
	pthread_join(thread, NULL);
	return call.status;
}

static int run_template(struct run *r, const struct value *dot, const struct node *n)
{
	struct variable *outside;
	size_t count = r->count, cap;
	const char *name = r->name;
	struct value v = {0};
	int status;

	r->at = n;
	if (!map_has(&r->t->defined, n->text))
		return fail_at(r, "template \"%s\" not defined", n->text);
	if (r->depth == CALL_DEPTH)
		return fail_at(r, "exceeded maximum template depth (%d)", CALL_DEPTH);
	if (n->pipe && eval_pipe(r, dot, n->pipe, &v))
		return -1;
	r->depth++;
	outside = r->variables;
	cap = r->cap;
	r->variables = NULL;
	r->count = r->cap = 0;
	r->name = n->text;
	push_variable(r, "$", v);
	status = run_body(r, &v, map_get(&r->t->defined, n->text));
	free(r->variables);
	r->variables = outside;
	r->count = count;
	r->cap = cap;
	r->name = name;
	r->depth--;
	return status;
}

static int run_action(struct run *r, const struct value *dot, const struct node *n)
{
	struct value v;

	if (eval_pipe(r, dot, n->pipe, &v))
		return -1;
	if (n->pipe->other)
		return 0;
	if (v.type == VALUE_NONE)
		buf_puts(r->out, "<no value>");
	else
		value_print(r->out, &v);
	return 0;
}

static int run_node(struct run *r, const struct value *dot, const struct node *n)
{
	switch (n->type) {
	case NODE_TEXT:
		buf_puts(r->out, n->text);
		return 0;
	case NODE_ACTION:
		return run_action(r, dot, n);
	case NODE_IF:
	case NODE_WITH:
		return run_branch(r, dot, n);
	case NODE_RANGE:
		return run_range(r, dot, n);
	case NODE_TEMPLATE:
		return run_template(r, dot, n);
	default:
		r->jump = n->type == NODE_BREAK ? JUMP_BREAK : JUMP_CONTINUE;
		return 0;
	}
}

static int run_list(struct run *r, const struct value *dot, const struct node *list)
{
	for (const struct node *n = list; n && r->jump == JUMP_NONE; n = n->next) {
		if (run_node(r, dot, n))
			return -1;
	}
	return 0;
}

int gotemplate_run(const struct gotemplate *t, const cJSON *root, bool allow_missing, struct buf *out,
                   struct error *err)
{
	struct run r = {.t = t, .name = TEMPLATE_NAME, .allow_missing = allow_missing, .out = out, .err = err};
	struct value dot = value_of(root);
	int status;

	r.stack = __builtin_frame_address(0);
	push_variable(&r, "$", dot);
	status = run_list(&r, &dot, t->root);
	free(r.variables);
	arena_release(&r.arena);
	return status;
}
