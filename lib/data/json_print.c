/* The JSON writer: cJSON trees to text as Go's encoding/json prints them. */
#include "data/json.h"

#include "data/gonumber.h"
#include "data/utf8.h"

struct printer {
	struct buf *out;
	int indent; /* spaces a level, 0 for compact */
	int style;
};

static bool is_plain(unsigned char c, bool html)
{
	if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
		return false;
	return !html || (c != '<' && c != '>' && c != '&');
}

static void print_special(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_printf(out, "\\%c", to[at - from]);
	else
		buf_printf(out, "\\u%04x", c);
}

/* A non-ASCII character; gives its length. U+2028 and U+2029 would end a line in JavaScript. */
static size_t print_wide(struct buf *out, const char *s, size_t n)
{
	size_t size = utf8_length(s, n);

	if (!size) {
		buf_puts(out, "\\ufffd");
		return 1;
	}
	if (size == 3 && !memcmp(s, "\xe2\x80", 2) && ((unsigned char)s[2] & 0xfe) == 0xa8)
		buf_printf(out, "\\u202%c", s[2] & 1 ? '9' : '8');
	else
		buf_add(out, s, size);
	return size;
}

void json_print_string(struct buf *out, const char *s, int style)
{
	bool html = style & JSON_ESCAPE_HTML;
	size_t n = strlen(s);

	buf_putc(out, '"');
	for (size_t i = 0, run; i < n; i += run) {
		for (run = 0; i + run < n && is_plain((unsigned char)s[i + run], html); run++)
			;
		if (run) {
			buf_add(out, s + i, run);
		} else if (s[i] & 0x80) {
			run = print_wide(out, s + i, n - i);
		} else {
			print_special(out, (unsigned char)s[i]);
			run = 1;
		}
	}
	buf_putc(out, '"');
}

static void new_line(struct printer *p, size_t depth)
{
	if (!p->indent)
		return;
	buf_putc(p->out, '\n');
	buf_pad(p->out, ' ', depth * (size_t)p->indent);
}

static void print_value(struct printer *p, const cJSON *node, size_t depth);

static void print_child(struct printer *p, const cJSON *child, bool first, size_t depth)
{
	if (!first)
		buf_putc(p->out, ',');
	new_line(p, depth);
	if (child->string) {
		json_print_string(p->out, child->string, p->style);
		buf_puts(p->out, p->indent ? ": " : ":");
	}
	print_value(p, child, depth);
}

static void print_sorted(struct printer *p, const cJSON *object, size_t depth)
{
	size_t n;
	_cleanup_free_ const cJSON **members = json_sorted_members(object, &n);

	for (size_t i = 0; i < n; i++)
		print_child(p, members[i], !i, depth);
}

static void print_container(struct printer *p, const cJSON *node, size_t depth)
{
	bool object = cJSON_IsObject(node);

	buf_putc(p->out, object ? '{' : '[');
	if (object && (p->style & JSON_SORT_KEYS)) {
		print_sorted(p, node, depth + 1);
	} else {
		for (const cJSON *c = node->child; c; c = c->next)
			print_child(p, c, c == node->child, depth + 1);
	}
	if (node->child)
		new_line(p, depth);
	buf_putc(p->out, object ? '}' : ']');
}

static void print_value(struct printer *p, const cJSON *node, size_t depth)
{
	switch (node->type & 0xff) {
	case cJSON_Object:
	case cJSON_Array:
		print_container(p, node, depth);
		break;
	case cJSON_String:
		json_print_string(p->out, node->valuestring, p->style);
		break;
	case cJSON_Number:
		if (!(p->style & JSON_GO_NUMBERS) || !go_format_json_number(p->out, json_number_text(node)))
			buf_puts(p->out, json_number_text(node));
		break;
	case cJSON_True:
		buf_puts(p->out, "true");
		break;
	case cJSON_False:
		buf_puts(p->out, "false");
		break;
	default:
		buf_puts(p->out, "null");
	}
}

void json_print(struct buf *out, const cJSON *node, int style)
{
	static const int indents[] = {[JSON_COMPACT] = 0, [JSON_INDENT4] = 4, [JSON_INDENT2] = 2};
	struct printer p = {.out = out, .indent = indents[style & 3], .style = style};

	if (node)
		print_value(&p, node, 0);
	else
		buf_puts(out, "null");
}

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* The end of the string that begins at p. */
static const char *string_end(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

static void line_break(struct buf *out, size_t depth)
{
	buf_putc(out, '\n');
	buf_pad(out, ' ', depth * 2);
}

/* Writes what begins at p, one token; gives where it ends. */
static const char *indent_token(struct buf *out, const char *p, size_t *depth)
{
	const char *end = *p == '"' ? string_end(p) : p + MAX(strcspn(p, "{}[],: \t\r\n\""), (size_t)1);

	if (strchr("}]", *p))
		line_break(out, --*depth);
	buf_add(out, p, (size_t)(end - p));
	if (*p == ',')
		line_break(out, *depth);
	if (*p == ':')
		buf_putc(out, ' ');
	if (!strchr("{[", *p))
		return end;
	if (strchr("}]", *skip_space(end))) {
		buf_putc(out, *skip_space(end));
		return skip_space(end) + 1;
	}
	line_break(out, ++*depth);
	return end;
}

void json_indent(struct buf *out, const char *text)
{
	size_t depth = 0;
	const char *p = skip_space(text);

	while (*p) {
		p = indent_token(out, p, &depth);
		if (!*skip_space(p))
			break;
		p = skip_space(p);
	}
	buf_puts(out, p);
}
