#include "view/table_printer.h"

#include <ctype.h>
#include <locale.h>
#include <wctype.h>

#include "base/timeutil.h"
#include "data/gotext.h"
#include "view/colour.h"

enum { PLAIN_NONE, PLAIN_META, PLAIN_STATUS };

void table_printer_init(struct table_printer *p, const struct table_printer_options *options)
{
	*p = (struct table_printer){.options = *options};
}

static void columns_release(struct table_printer *p)
{
	for (size_t i = 0; i < p->column_count; i++)
		free(p->columns[i].name);
	free(p->columns);
	free(p->definitions);
	p->columns = NULL;
	p->column_count = 0;
	p->definitions = NULL;
}

void table_printer_release(struct table_printer *p)
{
	columns_release(p);
}

bool table_is_table(const cJSON *object)
{
	const char *version = json_string(object, "apiVersion");

	return str_equal(json_string(object, "kind"), "Table") &&
	       (str_equal(version, "meta.k8s.io/v1") || str_equal(version, "meta.k8s.io/v1beta1"));
}

static int compare_label(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

void labels_format(struct buf *out, const cJSON *labels)
{
	_cleanup_vec_ struct vec sorted = VEC_INIT;
	const cJSON *label;

	cJSON_ArrayForEach(label, labels)
		vec_add(&sorted, (void *)label);
	if (!sorted.len)
		buf_puts(out, "<none>");
	vec_sort(&sorted, compare_label);
	for (size_t i = 0; i < sorted.len; i++) {
		label = sorted.items[i];
		buf_printf(out, "%s%s=%s", i ? "," : "", label->string,
			   cJSON_IsString(label) ? label->valuestring : "");
	}
}

/* ---- cells ---------------------------------------------------------------- */

/* A terminal's control sequences are made harmless, as kubectl writes them. */
static void cell_puts_escaped(struct table *out, const char *text, size_t n)
{
	size_t start = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\x1b' && text[i] != '\r')
			continue;
		table_write(out, text + start, i - start);
		table_puts(out, text[i] == '\r' ? "\\r" : "^[");
		start = i + 1;
	}
	table_write(out, text + start, n - start);
}

/* A text of several lines shows its first one. */
static void cell_puts_line(struct table *out, const char *text)
{
	size_t n = strcspn(text, "\f\n\r");

	cell_puts_escaped(out, text, n);
	if (text[n])
		table_puts(out, "...");
}

/* Marks a stretch of a cell where a person looks at it. */
static void mark_begin(struct table *out, enum colour_role role)
{
	_cleanup_buf_ struct buf mark = BUF_INIT;

	if (!out->screen || !role)
		return;
	colour_begin(&mark, role);
	table_write(out, mark.data, mark.len);
}

static void mark_end(struct table *out, enum colour_role role)
{
	if (out->screen && role)
		table_write(out, (const char[]){COLOUR_MARK, COLOUR_MARK_BASE}, 2);
}

static void cell_print(struct table *out, const cJSON *cell)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (json_is_string(cell)) {
		cell_puts_line(out, cell->valuestring);
		return;
	}
	if (!cell || json_is_null(cell))
		return;
	go_value_format(&text, cell);
	cell_puts_escaped(out, text.data, text.len);
}

/* "deployment.apps" */
static void kind_name(struct buf *out, const struct resource *r)
{
	size_t start = out->len;

	buf_puts(out, r->kind);
	if (*r->group)
		buf_printf(out, ".%s", r->group);
	for (size_t i = start; i < out->len; i++)
		out->data[i] = (char)tolower((unsigned char)out->data[i]);
}

/* "deployment.apps/" */
static void kind_print(const struct table_printer *p, struct table *out)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	kind_name(&text, p->options.resource);
	buf_putc(&text, '/');
	mark_begin(out, COLOUR_KIND);
	cell_puts_line(out, text.data);
	mark_end(out, COLOUR_KIND);
}

static void cell_print_with_kind(const struct table_printer *p, struct table *out, const cJSON *cell)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	kind_print(p, out);
	if (cell)
		go_value_format(&text, cell);
	cell_puts_line(out, text.data);
}

/* ---- headers --------------------------------------------------------------- */

/* Upper case of one code point above ASCII, as Unicode has it. */
static wint_t upper_of(wint_t c)
{
	static locale_t unicode;

	if (!unicode)
		unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	return unicode ? towupper_l(c, unicode) : c;
}

static void put_upper(struct buf *out, const char *s)
{
	while (*s) {
		const unsigned char *u = (const unsigned char *)s;

		/* Alphabets that have cases lie in the two-byte range. */
		if (u[0] >= 0xc2 && u[0] <= 0xdf && (u[1] & 0xc0) == 0x80) {
			wint_t c = upper_of((wint_t)((u[0] & 0x1f) << 6 | (u[1] & 0x3f)));

			if (c >= 0x80 && c < 0x800) {
				buf_putc(out, (char)(0xc0 | c >> 6));
				buf_putc(out, (char)(0x80 | (c & 0x3f)));
			} else {
				buf_add(out, s, 2);
			}
			s += 2;
			continue;
		}
		buf_putc(out, u[0] < 0x80 ? (char)toupper(u[0]) : *s);
		s++;
	}
}

/* Writes cells of one line with tabs between them. */
struct line {
	struct table *out;
	size_t cells;
};

static struct table *line_next(struct line *l)
{
	if (l->cells++)
		table_write(l->out, "\t", 1);
	return l->out;
}

static void header_print(struct line *l, const char *name)
{
	_cleanup_buf_ struct buf upper = BUF_INIT;

	put_upper(&upper, name);
	line_next(l);
	mark_begin(l->out, COLOUR_HEADER);
	table_write(l->out, upper.data, upper.len);
	mark_end(l->out, COLOUR_HEADER);
}

static size_t label_count(const struct table_printer *p)
{
	return p->options.label_columns ? p->options.label_columns->len : 0;
}

static void headers_print(const struct table_printer *p, struct table *out, const struct table_column *columns,
			  size_t count, const char *event)
{
	struct line l = {.out = out};

	if (event)
		header_print(&l, "EVENT");
	if (p->options.with_namespace)
		header_print(&l, "NAMESPACE");
	for (size_t i = 0; i < count; i++) {
		if (!columns[i].wide || p->options.wide)
			header_print(&l, columns[i].name);
	}
	for (size_t i = 0; i < label_count(p); i++) {
		const char *label = vec_string(p->options.label_columns, i);
		const char *slash = strrchr(label, '/');

		header_print(&l, slash ? slash + 1 : label);
	}
	if (p->options.show_labels)
		header_print(&l, "LABELS");
	table_write(out, "\n", 1);
}

/* Widened to the width of the longest, so that the column does not move. */
static const char *event_text(const char *event)
{
	static const char *const padded[][2] = {
		{"ADDED", "ADDED   "}, {"MODIFIED", "MODIFIED"}, {"DELETED", "DELETED "}, {"ERROR", "ERROR   "},
	};

	for (size_t i = 0; i < ARRAY_SIZE(padded); i++) {
		if (str_equal(event, padded[i][0]))
			return padded[i][1];
	}
	return event;
}

static void labels_print(const struct table_printer *p, struct line *l, const cJSON *labels, bool escape)
{
	_cleanup_buf_ struct buf all = BUF_INIT;

	for (size_t i = 0; i < label_count(p); i++) {
		const char *value = json_string(labels, vec_string(p->options.label_columns, i));
		struct table *out = line_next(l);

		if (value && escape)
			cell_puts_line(out, value);
		else if (value)
			table_puts(out, value);
	}
	if (!p->options.show_labels)
		return;
	labels_format(&all, labels);
	cell_puts_line(line_next(l), all.data);
}

/* ---- Tables ----------------------------------------------------------------- */

static void columns_take(struct table_printer *p, const cJSON *definitions, char *text)
{
	const cJSON *definition;

	columns_release(p);
	p->definitions = text;
	p->columns = xcalloc(json_size(definitions), sizeof(*p->columns));
	cJSON_ArrayForEach(definition, definitions) {
		struct table_column *c = &p->columns[p->column_count++];
		const char *name = json_string(definition, "name");

		c->name = xstrdup(name ? name : "");
		c->wide = json_int(definition, "priority", 0) != 0;
		c->is_name = str_equal(json_string(definition, "format"), "name") &&
			     str_equal(json_string(definition, "type"), "string");
	}
}

/* Remembers new columns. Headers are due again when they differ from the last. */
static void columns_update(struct table_printer *p, const cJSON *definitions)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!json_size(definitions))
		return;
	json_print(&text, definitions, JSON_COMPACT);
	if (str_equal(text.data, p->definitions))
		return;
	columns_take(p, definitions, buf_take(&text));
	p->printed_headers = false;
}

/* The column whose cells carry the kind; column_count when there is none. */
static size_t name_column(const struct table_printer *p)
{
	size_t i = 0;

	if (!p->options.with_kind || !p->options.resource)
		return p->column_count;
	while (i < p->column_count && !p->columns[i].is_name)
		i++;
	return i;
}

/* The name never gets a role of its own: its kind may have one. */
static enum colour_role role_of(const struct table_column *column, const cJSON *cell)
{
	_cleanup_buf_ struct buf header = BUF_INIT, text = BUF_INIT;

	if (column->is_name || !cell || json_is_null(cell))
		return COLOUR_NONE;
	put_upper(&header, column->name);
	go_value_format(&text, cell);
	return colour_of_cell(header.data, text.data);
}

static void row_print(const struct table_printer *p, struct table *out, const cJSON *row, const char *event,
		      size_t kind_column)
{
	const cJSON *metadata = json_path(row, "object", "metadata", NULL);
	const cJSON *cell = json_get(row, "cells");
	enum colour_role role;
	struct line l = {.out = out};

	if (event)
		table_puts(line_next(&l), event_text(event));
	if (p->options.with_namespace) {
		const char *ns = json_string(metadata, "namespace");

		cell_puts_line(line_next(&l), ns ? ns : "");
	}
	cell = cell ? cell->child : NULL;
	for (size_t i = 0; i < p->column_count && cell; i++, cell = cell->next) {
		if (p->columns[i].wide && !p->options.wide)
			continue;
		line_next(&l);
		role = out->screen ? role_of(&p->columns[i], cell) : COLOUR_NONE;
		mark_begin(out, role);
		if (i == kind_column)
			cell_print_with_kind(p, out, cell);
		else
			cell_print(out, cell);
		mark_end(out, role);
	}
	if (metadata)
		labels_print(p, &l, json_get(metadata, "labels"), true);
	table_write(out, "\n", 1);
}

static void table_object_print(struct table_printer *p, struct table *out, const cJSON *table, const char *event,
			       bool hidden)
{
	const cJSON *rows = json_get(table, "rows");
	const cJSON *row;
	size_t kind_column;

	columns_update(p, json_get(table, "columnDefinitions"));
	if (hidden || !json_size(rows))
		return;
	if (!p->printed_headers && !p->options.no_headers)
		headers_print(p, out, p->columns, p->column_count, event);
	p->printed_headers = true;
	kind_column = name_column(p);
	cJSON_ArrayForEach(row, rows)
		row_print(p, out, row, event, kind_column);
}

/* ---- plain objects ------------------------------------------------------------ */

static void age_format(struct buf *out, const char *created)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	int64_t t;

	if (!created || timestamp_parse(created, &t, &err))
		buf_puts(out, "<unknown>");
	else
		duration_format_human(out, duration_between(t, time_now()));
}

static void plain_row_print(const struct table_printer *p, struct table *out, const cJSON *object,
			    const char *const *cells, size_t n, const char *event)
{
	const cJSON *metadata = json_get(object, "metadata");
	struct line l = {.out = out};

	if (event)
		table_puts(line_next(&l), event_text(event));
	if (p->options.with_namespace) {
		const char *ns = json_string(metadata, "namespace");

		table_puts(line_next(&l), ns ? ns : "");
	}
	for (size_t i = 0; i < n; i++) {
		line_next(&l);
		if (!i && p->options.with_kind && p->options.resource)
			kind_print(p, out);
		table_puts(out, cells[i] ? cells[i] : "");
	}
	if (metadata)
		labels_print(p, &l, json_get(metadata, "labels"), false);
	table_write(out, "\n", 1);
}

static void meta_print(const struct table_printer *p, struct table *out, const cJSON *object, const char *event)
{
	const cJSON *metadata = json_get(object, "metadata");
	_cleanup_buf_ struct buf age = BUF_INIT;
	const char *cells[2] = {json_string(metadata, "name"), NULL};

	age_format(&age, json_string(metadata, "creationTimestamp"));
	cells[1] = age.data;
	plain_row_print(p, out, object, cells, 2, event);
}

static void status_print(const struct table_printer *p, struct table *out, const cJSON *status, const char *event)
{
	const char *cells[3] = {json_string(status, "status"), json_string(status, "reason"),
				json_string(status, "message")};

	plain_row_print(p, out, status, cells, 3, event);
}

static void plain_headers_print(struct table_printer *p, struct table *out, int plain, const char *event)
{
	static const struct table_column meta[] = {{.name = (char *)"NAME"}, {.name = (char *)"AGE"}};
	static const struct table_column status[] = {
		{.name = (char *)"STATUS"}, {.name = (char *)"REASON"}, {.name = (char *)"MESSAGE"}};

	if (p->plain == plain || p->options.no_headers)
		return;
	if (p->plain != PLAIN_NONE)
		table_write(out, "\n", 1);
	if (plain == PLAIN_META)
		headers_print(p, out, meta, ARRAY_SIZE(meta), event);
	else
		headers_print(p, out, status, ARRAY_SIZE(status), event);
}

static void plain_print(struct table_printer *p, struct table *out, const cJSON *object, const char *event)
{
	const cJSON *items = json_get(object, "items");
	bool is_status = str_equal(json_string(object, "kind"), "Status") &&
			 str_equal(json_string(object, "apiVersion"), "v1");
	int plain = is_status ? PLAIN_STATUS : PLAIN_META;
	const cJSON *item;

	if (json_is_array(items) && !items->child)
		return;
	plain_headers_print(p, out, plain, event);
	p->plain = plain;
	if (is_status)
		status_print(p, out, object, event);
	else if (!json_is_array(items))
		meta_print(p, out, object, event);
	else
		cJSON_ArrayForEach(item, items)
			meta_print(p, out, item, event);
}

void table_printer_print(struct table_printer *p, struct table *out, const cJSON *object, const char *event,
			 bool hidden)
{
	if (table_is_table(object))
		table_object_print(p, out, object, event, hidden);
	else if (!hidden)
		plain_print(p, out, object, event);
}
