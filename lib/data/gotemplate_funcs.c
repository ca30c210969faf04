/* The functions of Go templates: text/template/funcs and those that kubectl adds. */
#include "base/base64.h"
#include "data/gonumber.h"
#include "data/gotemplate_internal.h"
#include "data/gotext.h"
#include "data/utf8.h"

#define ANY SIZE_MAX /* number of arguments */

static int fault(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fault(struct error *err, const char *format, ...)
{
	_cleanup_free_ char *words = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		abort();
	va_end(args);
	return error_set(err, ERROR_OTHER, "%s", words);
}

static struct value text_value(struct arena *arena, const struct buf *text)
{
	return (struct value){.type = VALUE_STRING, .s = arena_strndup(arena, text->data, text->len)};
}

static struct value bool_value(bool b)
{
	return (struct value){.type = VALUE_BOOL, .boolean = b};
}

static struct value int_value(size_t n)
{
	return (struct value){.type = VALUE_INT, .constant = true, .i = (int64_t)n};
}

/* ---- printing ------------------------------------------------------------------------ */

/* fmt.Sprint: spaces between operands where neither is a string. */
static void print_all(struct buf *out, const struct value *args, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i && args[i].type != VALUE_STRING && args[i - 1].type != VALUE_STRING)
			buf_putc(out, ' ');
		value_print(out, &args[i]);
	}
}

static int run_print(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)err;
	print_all(&out, args, count);
	*ret = text_value(arena, &out);
	return 0;
}

static int run_println(struct arena *arena, const struct value *args, size_t count, struct value *ret,
                       struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)err;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_putc(&out, ' ');
		value_print(&out, &args[i]);
	}
	buf_putc(&out, '\n');
	*ret = text_value(arena, &out);
	return 0;
}

static int run_printf(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)err;
	go_sprintf(&out, args[0].s, args + 1, count - 1);
	*ret = text_value(arena, &out);
	return 0;
}

/* ---- escaping --------------------------------------------------------------------------- */

static int run_escape(struct arena *arena, const struct value *args, size_t count, struct value *ret,
                      void (*put)(struct buf *out, const char *s))
{
	_cleanup_free_ struct value *shown = xcalloc(count + 1, sizeof(*shown));
	_cleanup_buf_ struct buf text = BUF_INIT, out = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		shown[i] = args[i].type == VALUE_NONE ? (struct value){.type = VALUE_STRING, .s = "<no value>"} : args[i];
	print_all(&text, shown, count);
	put(&out, text.data);
	*ret = text_value(arena, &out);
	return 0;
}

static void put_html(struct buf *out, const char *s)
{
	static const char from[] = "\"'&<>";
	static const char *const to[] = {"&#34;", "&#39;", "&amp;", "&lt;", "&gt;"};

	for (; *s; s++) {
		const char *at = strchr(from, *s);

		if (at)
			buf_puts(out, to[at - from]);
		else
			buf_putc(out, *s);
	}
}

static void put_js(struct buf *out, const char *s)
{
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		uint32_t c = utf8_decode(s, left, &n);

		if (c < 0x80 && strchr("\\'\"", (int)c))
			buf_printf(out, "\\%c", (int)c);
		else if (c < 0x20 || (c < 0x80 && strchr("<>&=", (int)c)) || (c >= 0x80 && !utf8_is_printable(c)))
			buf_printf(out, "\\u%04X", (unsigned)c);
		else
			buf_add(out, s, n);
	}
}

static void put_query(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == ' ')
			buf_putc(out, '+');
		else
			buf_url_escape(out, (char[]){*s, '\0'});
	}
}

static int run_html(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	(void)err;
	return run_escape(arena, args, count, ret, put_html);
}

static int run_js(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	(void)err;
	return run_escape(arena, args, count, ret, put_js);
}

static int run_urlquery(struct arena *arena, const struct value *args, size_t count, struct value *ret,
                        struct error *err)
{
	(void)err;
	return run_escape(arena, args, count, ret, put_query);
}

static int run_base64decode(struct arena *arena, const struct value *args, size_t count, struct value *ret,
                            struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	(void)count;
	if (base64_decode(&out, args[0].s, err))
		return error_prefix(err, "base64 decode failed: ");
	*ret = text_value(arena, &out);
	return 0;
}

/* ---- looking into values ------------------------------------------------------------------ */

static int run_len(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	(void)arena;
	(void)count;
	switch (args[0].type) {
	case VALUE_STRING:
		*ret = int_value(strlen(args[0].s));
		return 0;
	case VALUE_MAP:
		*ret = int_value(json_size(args[0].node));
		return 0;
	case VALUE_LIST:
		*ret = int_value(args[0].count);
		return 0;
	case VALUE_NONE:
		return fault(err, "reflect: call of reflect.Value.Type on zero Value");
	default:
		return fault(err, "len of type %s", value_type_name(&args[0]));
	}
}

static int list_at(const struct value *list, const struct value *index, struct value *ret, struct error *err)
{
	size_t length = list->type == VALUE_STRING ? strlen(list->s) : list->count;
	const cJSON *item;

	if (index->type == VALUE_NONE)
		return fault(err, "cannot index slice/array with nil");
	if (index->type != VALUE_INT)
		return fault(err, "cannot index slice/array with type %s", value_type_name(index));
	if (index->i < 0 || (size_t)index->i > length)
		return fault(err, "index out of range: %" PRId64, index->i);
	if ((size_t)index->i == length)
		return fault(err, "reflect: %s index out of range", list->type == VALUE_STRING ? "string" : "slice");
	if (list->type == VALUE_STRING) {
		*ret = int_value((unsigned char)list->s[index->i]);
		return 0;
	}
	item = list->node->child;
	for (size_t i = 0; i < list->from + (size_t)index->i; i++)
		item = item->next;
	*ret = value_of(item);
	return 0;
}

static int index_once(const struct value *v, bool first, const struct value *index, struct value *ret,
                      struct error *err)
{
	switch (v->type) {
	case VALUE_NONE:
		return fault(err, first ? "index of untyped nil" : "index of nil pointer");
	case VALUE_MAP:
		if (index->type == VALUE_NONE)
			return fault(err, "value is nil; should be of type string");
		if (index->type != VALUE_STRING)
			return fault(err, "value has type %s; should be string", value_type_name(index));
		*ret = value_of(json_get(v->node, index->s));
		return 0;
	case VALUE_LIST:
	case VALUE_STRING:
		return list_at(v, index, ret, err);
	default:
		return fault(err, "can't index item of type %s", value_type_name(v));
	}
}

static int run_index(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	struct value v = args[0];

	(void)arena;
	for (size_t i = 1; i < count; i++) {
		struct value next;

		if (index_once(&v, i == 1, &args[i], &next, err))
			return -1;
		v = next;
	}
	*ret = v;
	return 0;
}

static int run_exists(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	struct value v;

	(void)err;
	*ret = bool_value(!run_index(arena, args, count, &v, &ignored) && (v.type != VALUE_NONE || v.node));
	return 0;
}

static int run_slice(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	struct value v = args[0];
	size_t length = v.type == VALUE_STRING ? strlen(v.s) : v.count;
	size_t bounds[3] = {0, length, length};

	if (v.type == VALUE_NONE)
		return fault(err, "slice of untyped nil");
	if (v.type != VALUE_STRING && v.type != VALUE_LIST)
		return fault(err, "can't slice item of type %s", value_type_name(&v));
	if (count > 4)
		return fault(err, "too many slice indexes: %zu", count - 1);
	if (count > 3 && v.type == VALUE_STRING)
		return fault(err, "cannot 3-index slice a string");
	for (size_t i = 1; i < count; i++) {
		if (args[i].type != VALUE_INT)
			return fault(err, "cannot index slice/array with type %s", value_type_name(&args[i]));
		if (args[i].i < 0 || (size_t)args[i].i > length)
			return fault(err, "index out of range: %" PRId64, args[i].i);
		bounds[i - 1] = (size_t)args[i].i;
	}
	for (size_t i = 0; i < 2; i++) {
		if (bounds[i] > bounds[i + 1])
			return fault(err, "invalid slice index: %zu > %zu", bounds[i], bounds[i + 1]);
	}
	if (v.type == VALUE_STRING) {
		v.s = arena_strndup(arena, v.s + bounds[0], bounds[1] - bounds[0]);
	} else {
		v.from += bounds[0];
		v.count = bounds[1] - bounds[0];
	}
	*ret = v;
	return 0;
}

/* No value of an object is a function, so this can only tell what it is. args: the words of what is called, then as given. */
static int run_call(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	(void)arena;
	(void)count;
	(void)ret;
	if (args[1].type == VALUE_NONE)
		return fault(err, "call of nil");
	return fault(err, "non-function %s of type %s", args[0].s, value_type_name(&args[1]));
}

/* ---- comparing ------------------------------------------------------------------------------ */

static int run_not(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	(void)arena;
	(void)count;
	(void)err;
	*ret = bool_value(!value_is_true(&args[0]));
	return 0;
}

static int fault_types(const struct value *a, const struct value *b, struct error *err)
{
	return fault(err, "incompatible types for comparison: %s and %s", value_type_name(a), value_type_name(b));
}

static int fault_kind(const struct value *v, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_sprintf(&text, "%s", v, 1);
	return fault(err, "non-comparable type %s: %s", text.data, value_type_name(v));
}

static bool is_basic(const struct value *v)
{
	return v->type != VALUE_NONE && v->type != VALUE_MAP && v->type != VALUE_LIST;
}

/* A map beside a list. */
static int fault_kinds(const struct value *a, const struct value *b, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_sprintf(&text, "%s", a, 1);
	buf_printf(&text, ": %s, %s: ", value_type_name(a), value_type_name(b));
	value_print(&text, b);
	return fault(err, "non-comparable types %s", text.data);
}

static int compare_equal(const struct value *a, const struct value *b, bool *ret, struct error *err)
{
	if (a->type == VALUE_NONE || b->type == VALUE_NONE) {
		*ret = a->type == b->type;
		return 0;
	}
	if (a->type != b->type)
		return is_basic(a) || is_basic(b) ? fault_types(a, b, err) : fault_kinds(a, b, err);
	if (!is_basic(a))
		return fault_kind(b, err);
	*ret = a->type == VALUE_STRING  ? !strcmp(a->s, b->s)
	       : a->type == VALUE_INT   ? a->i == b->i
	       : a->type == VALUE_FLOAT ? a->f == b->f
	                                : a->boolean == b->boolean;
	return 0;
}

static int run_eq(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	bool equal = false;

	(void)arena;
	if (count == 1)
		return fault(err, "missing argument for comparison");
	for (size_t i = 1; i < count && !equal; i++) {
		if (compare_equal(&args[0], &args[i], &equal, err))
			return -1;
	}
	*ret = bool_value(equal);
	return 0;
}

static int run_ne(struct arena *arena, const struct value *args, size_t count, struct value *ret, struct error *err)
{
	bool equal;

	(void)arena;
	(void)count;
	if (compare_equal(&args[0], &args[1], &equal, err))
		return -1;
	*ret = bool_value(!equal);
	return 0;
}

/* The order of two values; *ret is <0, 0 or >0. */
static int compare_order(const struct value *a, const struct value *b, int *ret, struct error *err)
{
	if (!is_basic(a) || !is_basic(b))
		return fault(err, "invalid type for comparison");
	if (a->type != b->type)
		return fault_types(a, b, err);
	switch (a->type) {
	case VALUE_INT:
		*ret = (a->i > b->i) - (a->i < b->i);
		return 0;
	case VALUE_FLOAT:
		*ret = (a->f > b->f) - (a->f < b->f);
		return 0;
	case VALUE_STRING:
		*ret = strcmp(a->s, b->s);
		return 0;
	default:
		return fault(err, "invalid type for comparison");
	}
}

#define DEFINE_ORDER(name, test)                                                                                       \
	static int run_##name(struct arena *arena, const struct value *args, size_t count, struct value *ret,          \
	                      struct error *err)                                                                       \
	{                                                                                                              \
		int order;                                                                                             \
                                                                                                                       \
		(void)arena;                                                                                           \
		(void)count;                                                                                           \
		if (compare_order(&args[0], &args[1], &order, err))                                                    \
			return -1;                                                                                     \
		*ret = bool_value(order test);                                                                         \
		return 0;                                                                                              \
	}
DEFINE_ORDER(lt, < 0)
DEFINE_ORDER(le, <= 0)
DEFINE_ORDER(gt, > 0)
DEFINE_ORDER(ge, >= 0)

const struct function *function_find(const char *name)
{
	static const struct function functions[] = {
	        {"and", NULL, 1, ANY, false},          {"base64decode", run_base64decode, 1, 1, true},
	        {"call", run_call, 1, ANY, false},
	        {"eq", run_eq, 1, ANY, false},         {"exists", run_exists, 1, ANY, false},
	        {"ge", run_ge, 2, 2, false},           {"gt", run_gt, 2, 2, false},
	        {"html", run_html, 0, ANY, false},     {"index", run_index, 1, ANY, false},
	        {"js", run_js, 0, ANY, false},         {"le", run_le, 2, 2, false},
	        {"len", run_len, 1, 1, false},         {"lt", run_lt, 2, 2, false},
	        {"ne", run_ne, 2, 2, false},           {"not", run_not, 1, 1, false},
	        {"or", NULL, 1, ANY, false},           {"print", run_print, 0, ANY, false},
	        {"printf", run_printf, 1, ANY, false}, {"println", run_println, 0, ANY, false},
	        {"slice", run_slice, 1, ANY, false},   {"urlquery", run_urlquery, 0, ANY, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	}
	return NULL;
}
