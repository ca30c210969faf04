#include "view/gotext.h"

#include <math.h>

/* The fewest digits that give the number back, as "d.ddde±xx". */
static void shortest_digits(double value, char *text, size_t size)
{
	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, size, "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			return;
	}
}

void go_float_format(struct buf *out, double value)
{
	char text[40];
	char *mark;
	int exponent;
	int digits = 0;

	if (isnan(value) || isinf(value)) {
		buf_puts(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
		return;
	}
	shortest_digits(value, text, sizeof(text));
	mark = strchr(text, 'e');
	exponent = (int)strtol(mark + 1, NULL, 10);
	if (exponent < -4 || exponent >= 21) {
		buf_puts(out, text);
		return;
	}
	for (const char *c = text; c < mark; c++)
		digits += *c >= '0' && *c <= '9';
	buf_printf(out, "%.*f", MAX(0, digits - 1 - exponent), value);
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

static void map_format(struct buf *out, const cJSON *object)
{
	_cleanup_vec_ struct vec members = VEC_INIT;
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
		vec_add(&members, (void *)member);
	vec_sort(&members, compare_key);
	buf_puts(out, "map[");
	for (size_t i = 0; i < members.len; i++) {
		member = members.items[i];
		buf_printf(out, "%s%s:", i ? " " : "", member->string);
		go_value_format(out, member);
	}
	buf_putc(out, ']');
}

static void list_format(struct buf *out, const cJSON *array)
{
	const cJSON *item;

	buf_putc(out, '[');
	cJSON_ArrayForEach(item, array) {
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
