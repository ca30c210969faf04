/* YAML documents in: where they begin and end, and their JSON. */
#include "data/yaml.h"

#include "data/yaml_node.h"

#include <ctype.h>

#define SEPARATOR "---"

static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* What follows a line's leading "---" and spaces; NULL when it begins otherwise. */
static const char *after_separator(const char *line, const char *end)
{
	if (end - line < 3 || memcmp(line, SEPARATOR, 3))
		return NULL;
	for (line += 3; line < end && isspace((unsigned char)*line); line++)
		;
	return line;
}

static bool is_separator(const char *line, const char *end)
{
	const char *rest = after_separator(line, end);

	return rest && (rest == end || *rest == '#');
}

bool yaml_next_document(const char *text, size_t len, size_t *offset, size_t *line, const char **ret_doc,
                        size_t *ret_len, size_t *ret_line)
{
	const char *end = text + len, *start = text + *offset, *p = start;
	size_t first = *line, lines = 0;

	if (start >= end)
		return false;
	while (p < end) {
		const char *next = line_end(p, end);

		lines++;
		/* a separator ends a document but is part of one that it begins */
		if (p > start && is_separator(p, next)) {
			*ret_len = (size_t)(p - start);
			p = next;
			break;
		}
		p = next;
		*ret_len = (size_t)(p - start);
	}
	*ret_doc = start;
	*ret_line = first;
	*offset = (size_t)(p - text);
	*line = first + lines;
	return true;
}

/* kubectl refuses text behind a separator, which YAML itself would allow. */
static int check_separators(const char *text, size_t len, struct error *err)
{
	const char *end = text + len;

	for (const char *p = text, *next; p < end; p = next) {
		const char *rest;

		next = line_end(p, end);
		rest = after_separator(p, next);
		if (!rest || rest == next || *rest == '#')
			continue;
		while (next > rest && isspace((unsigned char)next[-1]))
			next--;
		return error_set(err, ERROR_PARSE, "invalid Yaml document separator: %.*s", (int)(next - rest), rest);
	}
	return 0;
}

static int parse(const char *text, size_t len, bool strict, cJSON **ret, struct error *err)
{
	_cleanup_arena_ struct arena arena = {0};
	struct yaml_node *root = NULL;

	if (check_separators(text, len, err))
		return -1;
	if (yaml_read_nodes(text, len, 0, &arena, &root, err) || (root && yaml_nodes_to_json(root, strict ? YAML_STRICT : 0, ret, err)))
		return error_prefix(err, "error converting YAML to JSON: ");
	if (!root)
		*ret = NULL;
	return 0;
}

static int parse_named(const char *text, size_t len, const char *name, size_t line, bool strict, cJSON **ret,
                       struct error *err)
{
	if (!parse(text, len, strict, ret, err))
		return 0;
	if (name)
		error_prefix(err, "error parsing %s: ", name);
	if (line > 1)
		error_hint(err, "lines are counted from the document's beginning, line %zu of the input", line);
	return -1;
}

int yaml_parse(const char *text, size_t len, const char *name, size_t line, cJSON **ret, struct error *err)
{
	return parse_named(text, len, name, line, false, ret, err);
}

int yaml_parse_strict(const char *text, size_t len, const char *name, size_t line, cJSON **ret, struct error *err)
{
	return parse_named(text, len, name, line, true, ret, err);
}

int yaml_parse_core(const char *text, size_t len, bool strict, cJSON **ret, struct error *err)
{
	_cleanup_arena_ struct arena arena = {0};
	struct yaml_node *root = NULL;

	if (yaml_read_nodes(text, len, YAML_CORE, &arena, &root, err))
		return -1;
	if (root)
		return yaml_nodes_to_json(root, YAML_CORE | (strict ? YAML_STRICT : 0), ret, err);
	*ret = NULL;
	return 0;
}
