#include "data/gotext.h"

#include <math.h>

#include "data/gonumber.h"
#include "data/utf8.h"

void go_quote(struct buf *out, const char *s)
{
	size_t n = strlen(s), size;

	buf_putc(out, '"');
	for (; n; s += size, n -= size) {
		uint32_t c = utf8_decode(s, n, &size);
		static const char from[] = "\"\\\a\b\f\n\r\t\v", to[] = "\"\\abfnrtv";
		const char *at = c < 0x80 ? strchr(from, (int)c) : NULL;

		if (at)
			buf_printf(out, "\\%c", to[at - from]);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02x", c);
		else if (c == 0xfffd && size == 1)
			buf_printf(out, "\\x%02x", (unsigned char)*s);
		else if (!utf8_is_printable(c))
			buf_printf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
		else
			buf_add(out, s, size);
	}
	buf_putc(out, '"');
}

void go_float_format(struct buf *out, double value)
{
	if (isnan(value) || isinf(value))
		buf_puts(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
	else
		go_format_float(out, value, 64);
}

static void number_format(struct buf *out, const cJSON *node)
{
	int64_t integer;
	const char *text = json_number_text(node);

	if (json_node_int(node, &integer) && !strpbrk(text, ".eE"))
		buf_printf(out, "%" PRId64, integer);
	else
		go_float_format(out, strtod(text, NULL));
}

static int compare_key(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* Members of an object, in the order of their keys. */
static void members_sorted(const cJSON *object, struct vec *ret)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object) vec_add(ret, (void *)member);
	vec_sort(ret, compare_key);
}

static void map_format(struct buf *out, const cJSON *object)
{
	_cleanup_vec_ struct vec members = VEC_INIT;

	members_sorted(object, &members);
	buf_puts(out, "map[");
	for (size_t i = 0; i < members.len; i++) {
		const cJSON *member = members.items[i];

		buf_printf(out, "%s%s:", i ? " " : "", member->string);
		go_value_format(out, member);
	}
	buf_putc(out, ']');
}

static void list_format(struct buf *out, const cJSON *array)
{
	const cJSON *item;

	buf_putc(out, '[');
	cJSON_ArrayForEach(item, array)
	{
		if (item != array->child)
			buf_putc(out, ' ');
		go_value_format(out, item);
	}
	buf_putc(out, ']');
}

void go_value_format(struct buf *out, const cJSON *node)
{
	if (!node || cJSON_IsNull(node))
		buf_puts(out, "<nil>");
	else if (cJSON_IsString(node))
		buf_puts(out, node->valuestring);
	else if (cJSON_IsBool(node))
		buf_puts(out, cJSON_IsTrue(node) ? "true" : "false");
	else if (cJSON_IsNumber(node))
		number_format(out, node);
	else if (cJSON_IsArray(node))
		list_format(out, node);
	else
		map_format(out, node);
}

static void map_syntax(struct buf *out, const cJSON *object)
{
	_cleanup_vec_ struct vec members = VEC_INIT;

	members_sorted(object, &members);
	buf_puts(out, "map[string]interface {}{");
	for (size_t i = 0; i < members.len; i++) {
		const cJSON *member = members.items[i];

		buf_puts(out, i ? ", " : "");
		go_quote(out, member->string);
		buf_putc(out, ':');
		go_syntax_format(out, member);
	}
	buf_putc(out, '}');
}

static void list_syntax(struct buf *out, const cJSON *array)
{
	const cJSON *item;

	buf_puts(out, "[]interface {}{");
	cJSON_ArrayForEach(item, array)
	{
		if (item != array->child)
			buf_puts(out, ", ");
		go_syntax_format(out, item);
	}
	buf_putc(out, '}');
}

void go_syntax_format(struct buf *out, const cJSON *node)
{
	if (!node || cJSON_IsNull(node))
		buf_puts(out, "interface {}(nil)");
	else if (cJSON_IsString(node))
		go_quote(out, node->valuestring);
	else if (cJSON_IsArray(node))
		list_syntax(out, node);
	else if (cJSON_IsObject(node))
		map_syntax(out, node);
	else
		go_value_format(out, node);
}
