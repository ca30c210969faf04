/* Label selectors: k8s.io/apimachinery/pkg/labels, its syntax and its words. */
#include "data/selector.h"

enum operator{
	OP_IN,
	OP_NOT_IN,
	OP_EQUALS,
	OP_DOUBLE_EQUALS,
	OP_NOT_EQUALS,
	OP_GREATER,
	OP_LESS,
	OP_EXISTS,
	OP_DOES_NOT_EXIST
};

struct requirement {
	char *key;
	enum operator op;
	struct vec values; /* sorted, each once */
};

struct selector {
	struct vec requirements; /* ordered by key */
};

static void requirement_free(struct requirement *r)
{
	free(r->key);
	vec_release(&r->values);
	free(r);
}

DEFINE_CLEANUP(struct requirement *, requirement_free);

static struct requirement *requirement_new(const char *key, enum operator op)
{
	struct requirement *r = NEW(struct requirement);

	r->key = xstrdup(key);
	r->op = op;
	r->values = VEC_OF_STRINGS;
	return r;
}

static void add_value(struct requirement *r, const char *value)
{
	if (!vec_has_string(&r->values, value))
		vec_add_string(&r->values, value);
}

static struct selector *selector_new(void)
{
	struct selector *s = NEW(struct selector);

	s->requirements = VEC_OWNING(requirement_free);
	return s;
}

void selector_free(struct selector *s)
{
	if (!s)
		return;
	vec_release(&s->requirements);
	free(s);
}

/* Keeps the order of equal keys, which qsort() need not: there are few. */
static void add_requirement(struct selector *s, struct requirement *r)
{
	size_t at = s->requirements.len;

	while (at && strcmp(((struct requirement *)s->requirements.items[at - 1])->key, r->key) > 0)
		at--;
	vec_insert(&s->requirements, at, r);
}

/* ---- checking ------------------------------------------------------------------- */

static void add_fault(struct vec *faults, const char *field, const char *value, const char *why)
{
	vec_add(faults, xasprintf("%s: Invalid value: \"%s\": %s", field, value, why));
}

static void check_values(const struct requirement *r, struct vec *faults)
{
	for (size_t i = 0; i < r->values.len; i++) {
		_cleanup_buf_ struct buf why = BUF_INIT;
		_cleanup_free_ char *field = xasprintf("values[%zu][%s]", i, r->key);

		if (!label_value_valid(vec_string(&r->values, i), &why))
			add_fault(faults, field, vec_string(&r->values, i), why.data);
	}
}

/* The number of values that an operator takes, in its words when it is wrong. */
static void check_count(const struct requirement *r, struct vec *faults)
{
	_cleanup_buf_ struct buf values = BUF_INIT;
	const char *words = NULL;

	if (r->op <= OP_NOT_IN && !r->values.len)
		words = "for 'in', 'notin' operators, values set can't be empty";
	else if (r->op >= OP_EXISTS && r->values.len)
		words = "values set must be empty for exists and does not exist";
	if (!words)
		return;
	for (size_t i = 0; i < r->values.len; i++) {
		buf_putc(&values, i ? ',' : '[');
		json_print_string(&values, vec_string(&r->values, i), JSON_ESCAPE_HTML);
	}
	buf_puts(&values, r->values.len ? "]" : "null");
	vec_add(faults, xasprintf("values: Invalid value: %s: %s", values.data, words));
}

static bool parse_int(const char *text, long long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	return *text && !*end && !errno && (*text == '-' || *text == '+' || (*text >= '0' && *text <= '9'));
}

static void check_comparison(const struct requirement *r, struct vec *faults)
{
	long long number;

	if ((r->op == OP_GREATER || r->op == OP_LESS) && !parse_int(vec_string(&r->values, 0), &number))
		add_fault(faults, "values[0]", vec_string(&r->values, 0),
			  "for 'Gt', 'Lt' operators, the value must be an integer");
}

/* One fault as it is, more in brackets. */
static int fail_faults(const struct vec *faults, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < faults->len; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", vec_string(faults, i));
	return error_set(err, ERROR_PARSE, faults->len > 1 ? "[%s]" : "%s", text.data);
}

static int check_requirement(const struct requirement *r, struct error *err)
{
	_cleanup_vec_ struct vec faults = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf why = BUF_INIT;

	if (!label_key_valid(r->key, &why))
		add_fault(&faults, "key", r->key, why.data);
	check_count(r, &faults);
	check_comparison(r, &faults);
	check_values(r, &faults);
	return faults.len ? fail_faults(&faults, err) : 0;
}

/* ---- tokens ------------------------------------------------------------------------ */

enum token {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_NOT,
	TOKEN_DOUBLE_EQUALS,
	TOKEN_EQUALS,
	TOKEN_GREATER,
	TOKEN_IN,
	TOKEN_LESS,
	TOKEN_NOT_EQUALS,
	TOKEN_NOT_IN,
	TOKEN_OPEN
};

static const struct token_name {
	const char *text;
	enum token token;
} token_names[] = {
	{")", TOKEN_CLOSE},      {",", TOKEN_COMMA}, {"!", TOKEN_NOT},         {"==", TOKEN_DOUBLE_EQUALS},
	{"=", TOKEN_EQUALS},     {"<", TOKEN_LESS},  {"!=", TOKEN_NOT_EQUALS}, {">", TOKEN_GREATER},
	{"notin", TOKEN_NOT_IN}, {"in", TOKEN_IN},   {"(", TOKEN_OPEN},
};

struct lexer {
	const char *p;
	enum token token; /* the current token and its text */
	struct buf text;
};

static enum token find_token(const char *text, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(token_names); i++) {
		if (strlen(token_names[i].text) == n && !memcmp(token_names[i].text, text, n))
			return token_names[i].token;
	}
	return TOKEN_END;
}

/* The longer operator at p: each of these characters is one by itself. */
static void lex_symbol(struct lexer *l)
{
	size_t n = l->p[1] && find_token(l->p, 2) != TOKEN_END ? 2 : 1;

	l->token = find_token(l->p, n);
	buf_add(&l->text, l->p, n);
	l->p += n;
}

static void lex_next(struct lexer *l)
{
	size_t n;

	buf_clear(&l->text);
	l->p += strspn(l->p, " \t\r\n");
	l->token = TOKEN_END;
	if (!*l->p)
		return;
	n = strcspn(l->p, "=!(),<> \t\r\n");
	if (!n) {
		lex_symbol(l);
		return;
	}
	buf_add(&l->text, l->p, n);
	l->token = find_token(l->p, n);
	if (l->token == TOKEN_END)
		l->token = TOKEN_WORD;
	l->p += n;
}

/* "in" and "notin" are words wherever no operator is expected. */
static bool at_word(const struct lexer *l)
{
	return l->token == TOKEN_WORD || l->token == TOKEN_IN || l->token == TOKEN_NOT_IN;
}

/* ---- the grammar --------------------------------------------------------------------- */

static int fail_found(const struct lexer *l, const char *expected, struct error *err)
{
	return error_set(err, ERROR_PARSE, "found '%s', expected: %s", l->text.data, expected);
}

/* "x,y,,z" up to the closing parenthesis; empty values count. */
static int parse_list(struct lexer *l, struct requirement *r, struct error *err)
{
	for (;;) {
		if (at_word(l)) {
			add_value(r, l->text.data);
			lex_next(l);
			if (l->token == TOKEN_CLOSE)
				return 0;
			if (l->token != TOKEN_COMMA)
				return fail_found(l, "',' or ')'", err);
		} else if (l->token == TOKEN_COMMA) {
			if (!r->values.len)
				add_value(r, "");
			lex_next(l);
			if (l->token == TOKEN_CLOSE || l->token == TOKEN_COMMA)
				add_value(r, "");
			if (l->token == TOKEN_CLOSE)
				return 0;
		} else {
			return fail_found(l, "',', or identifier", err);
		}
	}
}

static int parse_set(struct lexer *l, struct requirement *r, struct error *err)
{
	if (l->token != TOKEN_OPEN)
		return error_set(err, ERROR_PARSE, "found '%s' expected: '('", l->text.data);
	lex_next(l);
	if (l->token == TOKEN_CLOSE)
		add_value(r, "");
	else if (!at_word(l) && l->token != TOKEN_COMMA)
		return fail_found(l, "',', ')' or identifier", err);
	else if (parse_list(l, r, err))
		return -1;
	lex_next(l);
	return 0;
}

static int parse_exact(struct lexer *l, struct requirement *r, struct error *err)
{
	if (l->token == TOKEN_END || l->token == TOKEN_COMMA) {
		add_value(r, "");
		return 0;
	}
	if (!at_word(l))
		return fail_found(l, "identifier", err);
	add_value(r, l->text.data);
	lex_next(l);
	return 0;
}

static int parse_operation(struct lexer *l, struct requirement *r, struct error *err)
{
	static const struct {
		enum token token;
		enum operator op;
	} operators[] = {
		{TOKEN_IN, OP_IN},
		{TOKEN_NOT_IN, OP_NOT_IN},
		{TOKEN_EQUALS, OP_EQUALS},
		{TOKEN_DOUBLE_EQUALS, OP_DOUBLE_EQUALS},
		{TOKEN_NOT_EQUALS, OP_NOT_EQUALS},
		{TOKEN_GREATER, OP_GREATER},
		{TOKEN_LESS, OP_LESS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (operators[i].token != l->token)
			continue;
		r->op = operators[i].op;
		lex_next(l);
		return r->op <= OP_NOT_IN ? parse_set(l, r, err) : parse_exact(l, r, err);
	}
	return fail_found(l, "in, notin, =, ==, !=, gt, lt", err);
}

static int parse_requirement(struct lexer *l, struct requirement **ret, struct error *err)
{
	_cleanup_(requirement_free_p) struct requirement *r = NULL;
	_cleanup_buf_ struct buf why = BUF_INIT;
	bool negated = l->token == TOKEN_NOT;

	if (negated)
		lex_next(l);
	if (!at_word(l))
		return fail_found(l, "identifier", err);
	if (!label_key_valid(l->text.data, &why))
		return error_set(err, ERROR_PARSE, "<nil>: Invalid value: \"%s\": %s", l->text.data, why.data);
	r = requirement_new(l->text.data, negated ? OP_DOES_NOT_EXIST : OP_EXISTS);
	lex_next(l);
	if (!negated && l->token != TOKEN_END && l->token != TOKEN_COMMA && parse_operation(l, r, err))
		return -1;
	vec_sort(&r->values, vec_compare_strings);
	if (check_requirement(r, err))
		return -1;
	*ret = TAKE_PTR(r);
	return 0;
}

static int parse_all(struct lexer *l, struct selector *s, struct error *err)
{
	struct requirement *r = NULL;

	lex_next(l);
	while (l->token != TOKEN_END) {
		if (!at_word(l) && l->token != TOKEN_NOT)
			return fail_found(l, "!, identifier, or 'end of string'", err);
		if (parse_requirement(l, &r, err))
			return error_prefix(err, "unable to parse requirement: ");
		add_requirement(s, r);
		if (l->token == TOKEN_END)
			break;
		if (l->token != TOKEN_COMMA)
			return fail_found(l, "',' or 'end of string'", err);
		lex_next(l);
		if (!at_word(l) && l->token != TOKEN_NOT)
			return fail_found(l, "identifier after ','", err);
	}
	return 0;
}

int selector_parse(const char *text, struct selector **ret, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *s = selector_new();
	struct lexer l = {.p = text, .text = BUF_INIT};
	int status = parse_all(&l, s, err);

	buf_release(&l.text);
	if (!status)
		*ret = TAKE_PTR(s);
	return status;
}

/* ---- matching and printing ------------------------------------------------------------- */

static bool compare_matches(const struct requirement *r, const char *value)
{
	long long have, want;

	if (!parse_int(value, &have) || !parse_int(vec_string(&r->values, 0), &want))
		return false;
	return r->op == OP_GREATER ? have > want : have < want;
}

static bool requirement_matches(const struct requirement *r, const cJSON *labels)
{
	const char *value = json_string(labels, r->key);

	switch (r->op) {
	case OP_IN:
	case OP_EQUALS:
	case OP_DOUBLE_EQUALS:
		return value && vec_has_string(&r->values, value);
	case OP_NOT_IN:
	case OP_NOT_EQUALS:
		return !value || !vec_has_string(&r->values, value);
	case OP_EXISTS:
		return value;
	case OP_DOES_NOT_EXIST:
		return !value;
	default:
		return value && compare_matches(r, value);
	}
}

bool selector_matches(const struct selector *s, const cJSON *labels)
{
	for (size_t i = 0; i < s->requirements.len; i++) {
		if (!requirement_matches(s->requirements.items[i], labels))
			return false;
	}
	return true;
}

static void requirement_format(struct buf *out, const struct requirement *r)
{
	static const char *const signs[] = {
		[OP_IN] = " in (",         [OP_NOT_IN] = " notin (", [OP_EQUALS] = "=",
		[OP_DOUBLE_EQUALS] = "==", [OP_NOT_EQUALS] = "!=",   [OP_GREATER] = ">",
		[OP_LESS] = "<",           [OP_EXISTS] = "",         [OP_DOES_NOT_EXIST] = "",
	};

	buf_printf(out, "%s%s%s", r->op == OP_DOES_NOT_EXIST ? "!" : "", r->key, signs[r->op]);
	for (size_t i = 0; i < r->values.len; i++)
		buf_printf(out, "%s%s", i ? "," : "", vec_string(&r->values, i));
	if (r->op <= OP_NOT_IN)
		buf_putc(out, ')');
}

void selector_format(struct buf *out, const struct selector *s)
{
	for (size_t i = 0; i < s->requirements.len; i++) {
		if (i)
			buf_putc(out, ',');
		requirement_format(out, s->requirements.items[i]);
	}
}

/* The name of an operator in a LabelSelector, or NULL. */
static const char *expression_operator(const struct requirement *r, struct error *err)
{
	static const char *const names[] = {
		[OP_IN] = "In",
		[OP_NOT_IN] = "NotIn",
		[OP_EXISTS] = "Exists",
		[OP_DOES_NOT_EXIST] = "DoesNotExist",
	};

	if (r->op < ARRAY_SIZE(names) && names[r->op])
		return names[r->op];
	if (r->op == OP_NOT_EQUALS)
		error_set(err, ERROR_OTHER, "\"!=\" is not a valid label selector operator");
	else
		error_set(err, ERROR_OTHER, "\"%s\" isn't supported in label selectors", r->op == OP_LESS ? "lt" : "gt");
	return NULL;
}

int selector_to_object(const struct selector *s, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *object = json_new_object();

	for (size_t i = 0; i < s->requirements.len; i++) {
		const struct requirement *r = s->requirements.items[i];
		const char *name;
		cJSON *expression;

		if (r->op == OP_EQUALS || r->op == OP_DOUBLE_EQUALS) {
			json_set_string(json_ensure_object(object, "matchLabels"), r->key, vec_string(&r->values, 0));
			continue;
		}
		name = expression_operator(r, err);
		if (!name)
			return -1;
		expression = json_parse_literal("{\"key\":\"%s\",\"operator\":\"%s\"}", r->key, name);
		for (size_t v = 0; v < r->values.len; v++)
			json_append_string(json_ensure_array(expression, "values"), vec_string(&r->values, v));
		json_append(json_ensure_array(object, "matchExpressions"), expression);
	}
	*ret = TAKE_PTR(object);
	return 0;
}

/* ---- from objects ------------------------------------------------------------------------- */

static int add_checked(struct selector *s, struct requirement *r, struct error *err)
{
	vec_sort(&r->values, vec_compare_strings);
	add_requirement(s, r);
	return check_requirement(r, err);
}

static int add_labels(struct selector *s, const cJSON *labels, struct error *err)
{
	for (const cJSON *c = json_is_object(labels) ? labels->child : NULL; c; c = c->next) {
		struct requirement *r = requirement_new(c->string, OP_EQUALS);

		add_value(r, json_is_string(c) ? c->valuestring : "");
		if (add_checked(s, r, err))
			return -1;
	}
	return 0;
}

static int add_expression(struct selector *s, const cJSON *expression, struct error *err)
{
	static const struct {
		const char *name;
		enum operator op;
	} operators[] = {
		{"In", OP_IN},
		{"NotIn", OP_NOT_IN},
		{"Exists", OP_EXISTS},
		{"DoesNotExist", OP_DOES_NOT_EXIST},
	};
	const char *name = json_string(expression, "operator"), *key = json_string(expression, "key");
	const cJSON *values = json_get(expression, "values"), *value;
	struct requirement *r;

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (!str_equal(operators[i].name, name))
			continue;
		r = requirement_new(key ? key : "", operators[i].op);
		cJSON_ArrayForEach(value, values)
		{
			if (json_is_string(value))
				add_value(r, value->valuestring);
		}
		return add_checked(s, r, err);
	}
	return error_set(err, ERROR_PARSE, "\"%s\" is not a valid label selector operator", name ? name : "");
}

int selector_from_object(const cJSON *label_selector, struct buf *out, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *s = selector_new();
	const cJSON *labels = json_get(label_selector, "matchLabels");
	const cJSON *expressions = json_get(label_selector, "matchExpressions"), *expression;

	/* a Service's selector is a plain map, where these may be names of labels */
	if (!json_is_object(labels) && !json_is_array(expressions))
		labels = label_selector;
	if (add_labels(s, labels, err))
		return -1;
	if (!json_is_array(expressions))
		expressions = NULL;
	cJSON_ArrayForEach(expression, expressions)
	{
		if (add_expression(s, expression, err))
			return -1;
	}
	selector_format(out, s);
	return 0;
}
