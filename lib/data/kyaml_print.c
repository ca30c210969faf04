/*
 * KYAML out, byte for byte as sigs.k8s.io/yaml/kyaml: YAML in flow style that
 * depends on no indentation, with every string in double quotes.
 */
#include <strings.h>

#include "data/gonumber.h"
#include "data/utf8.h"
#include "data/yaml.h"
#include "data/yaml_resolve.h"

struct kyaml {
	struct buf *out;
	bool sorted;
};

static void put_indent(struct buf *out, int level)
{
	buf_pad(out, ' ', (size_t)level * 2);
}

/* ---- keys ------------------------------------------------------------------------- */

static bool is_word(const char *key)
{
	static const char *const words[] = {
	        "null", "~",    "true", "y",        "yes",       "on",        "false", "n",
	        "no",   "off",  "t",    "f",        ".inf",      "-.inf",     "+.inf", ".nan",
	        "inf",  "+inf", "-inf", "infinity", "+infinity", "-infinity", "nan",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcasecmp(words[i], key))
			return true;
	}
	return false;
}

/* Whether some reader of YAML may take the key for another type than a string. */
static bool is_ambiguous(const char *key)
{
	_cleanup_buf_ struct buf plain = BUF_INIT;
	struct yaml_scalar s;

	if (is_word(key) || yaml_is_base60(key))
		return true;
	for (const char *p = key; *p; p++) {
		if (*p != '_')
			buf_putc(&plain, *p);
	}
	s = yaml_resolve(plain.data);
	return s.type == YAML_INT || s.type == YAML_UINT || s.type == YAML_FLOAT ||
	       yaml_resolve(key).type == YAML_TIMESTAMP;
}

static bool needs_quotes(const char *key)
{
	size_t n = strlen(key), size;

	if (!n || is_ambiguous(key))
		return true;
	for (size_t i = 0; i < n; i += size) {
		uint32_t c = utf8_decode(key + i, n - i, &size);
		bool inside = i > 0 && i + size < n;

		if (!utf8_is_letter(c) && c != '_' && (c < '0' || c > '9') &&
		    !(inside && (c == '-' || c == '.' || c == '/')))
			return true;
	}
	return false;
}

/* ---- strings ------------------------------------------------------------------------ */

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* One character within quotes; s is its UTF-8. */
static void put_char(struct buf *out, uint32_t c, const char *s, size_t size)
{
	static const struct {
		uint32_t c;
		const char *text;
	} escapes[] = {
	        {'"', "\\\""}, {'\\', "\\\\"}, {'\a', "\\a"}, {'\b', "\\b"}, {'\f', "\\f"},   {'\r', "\\r"},
	        {'\v', "\\v"}, {0x1b, "\\e"},  {0x85, "\\N"}, {0xa0, "\\_"}, {0x2028, "\\L"}, {0x2029, "\\P"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		if (escapes[i].c == c) {
			buf_puts(out, escapes[i].text);
			return;
		}
	}
	if (utf8_is_printable(c))
		buf_add(out, s, size);
	else
		buf_printf(out, c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

/* All on one line. */
static void put_compact(struct buf *out, const char *s)
{
	size_t size;

	buf_putc(out, '"');
	for (; *s; s += size) {
		uint32_t c = utf8_decode(s, strnlen(s, 4), &size);

		if (c == '\n' || c == '\t')
			buf_puts(out, c == '\n' ? "\\n" : "\\t");
		else
			put_char(out, c, s, size);
	}
	buf_putc(out, '"');
}

/* A line of text a line: "\" joins them, and spaces that lead one are escaped. */
static void put_string(struct buf *out, const char *s, int level)
{
	bool many = strchr(s, '\n') != NULL, line_start = many;
	size_t size;

	buf_puts(out, many ? "\"\\\n" : "\"");
	for (; *s; s += size) {
		uint32_t c = utf8_decode(s, strnlen(s, 4), &size);

		if (line_start) {
			put_indent(out, level);
			buf_putc(out, is_space(c) && c != '\n' ? '\\' : ' ');
		}
		line_start = c == '\n';
		if (c == '\n')
			buf_puts(out, "\\n\\\n");
		else if (c == '\t')
			buf_putc(out, '\t');
		else
			put_char(out, c, s, size);
	}
	if (many) {
		if (!line_start)
			buf_puts(out, "\\\n");
		put_indent(out, level);
	}
	buf_putc(out, '"');
}

/* ---- trees ---------------------------------------------------------------------------- */

static void put_node(struct kyaml *k, const cJSON *node, int level);

static void put_member(struct kyaml *k, const cJSON *member, int level)
{
	put_indent(k->out, level);
	if (needs_quotes(member->string))
		put_compact(k->out, member->string);
	else
		buf_puts(k->out, member->string);
	buf_puts(k->out, ": ");
	put_node(k, member, level);
	buf_puts(k->out, ",\n");
}

static void put_mapping(struct kyaml *k, const cJSON *node, int level)
{
	_cleanup_free_ const cJSON **members = NULL;
	size_t n;

	buf_puts(k->out, "{\n");
	if (k->sorted) {
		members = json_sorted_members(node, &n);
		for (size_t i = 0; i < n; i++)
			put_member(k, members[i], level + 1);
	} else {
		for (const cJSON *c = node->child; c; c = c->next)
			put_member(k, c, level + 1);
	}
	put_indent(k->out, level);
	buf_putc(k->out, '}');
}

static bool holds_containers_only(const cJSON *array)
{
	for (const cJSON *c = array->child; c; c = c->next) {
		if (!cJSON_IsObject(c) && !cJSON_IsArray(c))
			return false;
	}
	return true;
}

/* Brackets of containers stand side by side; other items take a line each. */
static void put_sequence(struct kyaml *k, const cJSON *node, int level)
{
	bool cuddled = holds_containers_only(node);

	buf_putc(k->out, '[');
	for (const cJSON *c = node->child; c; c = c->next) {
		if (cuddled) {
			buf_puts(k->out, c == node->child ? "" : ", ");
			put_node(k, c, level);
			continue;
		}
		buf_puts(k->out, c == node->child ? "\n" : "");
		put_indent(k->out, level + 1);
		put_node(k, c, level + 1);
		buf_puts(k->out, ",\n");
	}
	if (!cuddled)
		put_indent(k->out, level);
	buf_putc(k->out, ']');
}

static void put_node(struct kyaml *k, const cJSON *node, int level)
{
	if (cJSON_IsObject(node) && node->child)
		put_mapping(k, node, level);
	else if (cJSON_IsArray(node) && node->child)
		put_sequence(k, node, level);
	else if (cJSON_IsString(node))
		put_string(k->out, node->valuestring, level + 1);
	else
		json_print(k->out, node, JSON_COMPACT | JSON_GO_NUMBERS);
}

void kyaml_print(struct buf *out, const cJSON *node, int style)
{
	struct kyaml k = {.out = out, .sorted = style & JSON_SORT_KEYS};

	buf_puts(out, "---\n");
	put_node(&k, node, 0);
	buf_putc(out, '\n');
}
