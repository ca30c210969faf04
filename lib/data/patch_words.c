/* The words for values in the errors of patches. */
#include "data/patch_words.h"

static void put_object(struct buf *out, const cJSON *node)
{
	size_t n;
	_cleanup_free_ const cJSON **members = json_sorted_members(node, &n);

	buf_puts(out, "map[");
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s%s:", i ? " " : "", members[i]->string);
		patch_words_value(out, members[i]);
	}
	buf_putc(out, ']');
}

static void put_array(struct buf *out, const cJSON *node)
{
	buf_putc(out, '[');
	for (const cJSON *c = node->child; c; c = c->next) {
		patch_words_value(out, c);
		if (c->next)
			buf_putc(out, ' ');
	}
	buf_putc(out, ']');
}

void patch_words_value(struct buf *out, const cJSON *node)
{
	switch (node ? node->type & 0xff : cJSON_NULL) {
	case cJSON_Object:
		put_object(out, node);
		break;
	case cJSON_Array:
		put_array(out, node);
		break;
	case cJSON_String:
		buf_puts(out, node->valuestring);
		break;
	case cJSON_Number:
		buf_puts(out, json_number_text(node));
		break;
	case cJSON_True:
		buf_puts(out, "true");
		break;
	case cJSON_False:
		buf_puts(out, "false");
		break;
	default:
		buf_puts(out, "<nil>");
	}
}

char *patch_words_text(const cJSON *node)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	patch_words_value(&out, node);
	return buf_take(&out);
}

const char *patch_words_go_type(const cJSON *node)
{
	switch (node ? node->type & 0xff : cJSON_NULL) {
	case cJSON_Object:
		return "map[string]interface {}";
	case cJSON_Array:
		return "[]interface {}";
	case cJSON_String:
		return "string";
	case cJSON_Number:
		return strpbrk(json_number_text(node), ".eE") ? "float64" : "int64";
	case cJSON_True:
	case cJSON_False:
		return "bool";
	default:
		return "%!s(<nil>)";
	}
}

const char *patch_words_json_type(const cJSON *node)
{
	switch (node ? node->type & 0xff : cJSON_NULL) {
	case cJSON_Object:
		return "object";
	case cJSON_Array:
		return "array";
	case cJSON_String:
		return "string";
	case cJSON_Number:
		return "number";
	case cJSON_True:
	case cJSON_False:
		return "bool";
	default:
		return "null";
	}
}
