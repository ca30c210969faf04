#include "base/file.h"
#include "data/jsonpath.h"
#include "data/gotext.h"
#include "view/printer_format.h"
#include "view/table.h"

#define TEMPLATE_LIMIT ((size_t)1 << 20)

struct column {
	char *header;
	char *template;
	struct jsonpath *path; /* read with the first row: a fault in it comes after the headers, as in kubectl */
};

struct state {
	struct column *columns;
	size_t count;
	struct table own, *table; /* table is own, or the caller's, who flushes it */
	bool no_headers;
	bool headers_printed;
};

static struct state *state_new(struct printer *p)
{
	struct state *s = NEW(struct state);

	s->own = TABLE_INIT;
	s->own.screen = p->screen;
	s->table = p->table ? p->table : &s->own;
	s->no_headers = p->no_headers;
	p->state = s;
	return s;
}

static void state_close(struct printer *p)
{
	struct state *s = p->state;

	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->columns[i].header);
		free(s->columns[i].template);
		jsonpath_free(s->columns[i].path);
	}
	free(s->columns);
	table_release(&s->own);
	free(s);
}

static int column_add(struct state *s, const char *header, size_t header_len, const char *spec, struct error *err)
{
	struct column *c;

	s->columns = xrealloc(s->columns, (s->count + 1) * sizeof(*s->columns));
	c = &s->columns[s->count++];
	*c = (struct column){.header = xstrndup(header, header_len)};
	if (*spec)
		return jsonpath_relaxed(spec, &c->template, err);
	c->template = xstrdup("");
	return 0;
}

/* NAME:.metadata.name,NODE:.spec.nodeName */
static int open_spec(struct printer *p, struct error *err)
{
	struct state *s = state_new(p);
	const char *part = p->argument;

	if (str_empty(part))
		return error_set(err, ERROR_USAGE, "custom-columns format specified but no custom columns given");
	for (;;) {
		size_t n = strcspn(part, ",");
		_cleanup_free_ char *one = xstrndup(part, n);
		const char *colon = strchr(one, ':');

		if (!colon)
			return error_set(err, ERROR_USAGE,
					 "unexpected custom-columns spec: %s, expected <header>:<json-path-expr>", one);
		if (column_add(s, one, (size_t)(colon - one), colon + 1, err))
			return -1;
		if (!part[n])
			return 0;
		part += n + 1;
	}
}

/* The words of a line. */
static void line_words(const char *line, size_t n, struct vec *ret)
{
	size_t at = 0;

	while (at < n) {
		size_t start;

		while (at < n && strchr(" \t\r", line[at]))
			at++;
		start = at;
		while (at < n && !strchr(" \t\r", line[at]))
			at++;
		if (at > start)
			vec_add(ret, xstrndup(line + start, at - start));
	}
}

/* A line of headers and a line of paths. */
static int open_file(struct printer *p, struct error *err)
{
	static const char expected[] =
		"Expected format is one line of space separated headers, one line of space separated column specs.";
	_cleanup_vec_ struct vec headers = VEC_OF_STRINGS, specs = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf content = BUF_INIT;
	struct state *s = state_new(p);
	size_t first;

	if (str_empty(p->argument))
		return error_set(err, ERROR_USAGE, "custom-columns format specified but no custom columns given");
	if (file_read(p->argument, TEMPLATE_LIMIT, &content, err))
		return error_prefix(err, "error reading template %s, ", p->argument);
	s->no_headers = false;
	first = strcspn(content.data, "\n");
	if (!content.len)
		return error_set(err, ERROR_USAGE, "invalid template, missing header line. %s", expected);
	if (!content.data[first] || !content.data[first + 1])
		return error_set(err, ERROR_USAGE, "invalid template, missing spec line. %s", expected);
	line_words(content.data, first, &headers);
	line_words(content.data + first + 1, strcspn(content.data + first + 1, "\n"), &specs);
	if (headers.len != specs.len)
		return error_set(err, ERROR_USAGE, "number of headers (%zu) and field specifications (%zu) don't match",
				 headers.len, specs.len);
	for (size_t i = 0; i < headers.len; i++) {
		const char *header = vec_string(&headers, i);

		if (column_add(s, header, strlen(header), vec_string(&specs, i), err))
			return -1;
	}
	return 0;
}

/* The values of one cell, with commas between them. */
struct cell {
	struct buf *text;
	size_t values;
	size_t blocks;
};

static void value_put(struct buf *out, const cJSON *value)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_value_format(&text, value);
	for (const char *c = text.data; *c; c++) {
		if (*c == '\x1b')
			buf_puts(out, "^[");
		else if (*c == '\r')
			buf_puts(out, "\\r");
		else
			buf_putc(out, *c);
	}
}

static int cell_add(void *ctx, const struct vec *nodes, struct error *err)
{
	struct cell *cell = ctx;

	(void)err;
	if (!cell->blocks++ && !nodes->len) {
		buf_puts(cell->text, "<none>");
		cell->values++;
	}
	for (size_t i = 0; i < nodes->len; i++) {
		if (cell->values++)
			buf_putc(cell->text, ',');
		value_put(cell->text, nodes->items[i]);
	}
	return 0;
}

/* A row that fails leaves nothing. */
static int row_add(struct state *s, const cJSON *object, struct error *err)
{
	_cleanup_buf_ struct buf row = BUF_INIT;

	for (size_t i = 0; i < s->count; i++) {
		struct column *c = &s->columns[i];

		if (!c->path && jsonpath_parse(c->template, &c->path, err))
			return -1;
	}
	for (size_t i = 0; i < s->count; i++) {
		_cleanup_buf_ struct buf text = BUF_INIT;
		struct cell cell = {.text = &text};

		if (jsonpath_run(s->columns[i].path, object, true, cell_add, &cell, err))
			return -1;
		if (!cell.blocks)
			buf_puts(&text, "<none>");
		if (i)
			buf_putc(&row, '\t');
		buf_add(&row, text.data, text.len);
	}
	buf_putc(&row, '\n');
	table_write(s->table, row.data, row.len);
	return 0;
}

static void headers_add(struct state *s)
{
	_cleanup_free_ const char **headers = NULL;

	if (s->no_headers || s->headers_printed)
		return;
	s->headers_printed = true;
	headers = xcalloc(s->count + 1, sizeof(*headers));
	for (size_t i = 0; i < s->count; i++)
		headers[i] = s->columns[i].header;
	table_header(s->table, headers, s->count);
}

static int columns_print(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			 struct error *err)
{
	struct state *s = p->state;

	(void)r;
	int status;

	headers_add(s);
	status = row_add(s, object, err);
	table_flush(&s->own, out);
	return status;
}

static void columns_list_begin(struct printer *p, struct buf *out)
{
	(void)out;
	headers_add(p->state);
}

static int columns_list_item(struct printer *p, struct buf *out, const struct resource *r, const cJSON *object,
			     struct error *err)
{
	struct state *s = p->state;

	(void)r;
	if (!row_add(s, object, err))
		return 0;
	table_flush(&s->own, out);
	return -1;
}

static void columns_list_end(struct printer *p, struct buf *out)
{
	struct state *s = p->state;

	table_flush(&s->own, out);
}

const struct printer_format format_custom_columns = {
	.name = "custom-columns",
	.takes_argument = true,
	.for_lists = true,
	.open = open_spec,
	.print = columns_print,
	.wraps_events = true,
	.list_begin = columns_list_begin,
	.list_item = columns_list_item,
	.list_end = columns_list_end,
	.close = state_close,
};

const struct printer_format format_custom_columns_file = {
	.name = "custom-columns-file",
	.takes_argument = true,
	.for_lists = true,
	.open = open_file,
	.print = columns_print,
	.wraps_events = true,
	.list_begin = columns_list_begin,
	.list_item = columns_list_item,
	.list_end = columns_list_end,
	.close = state_close,
};
