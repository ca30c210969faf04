#include "view/live.h"

#include "view/terminal.h"

struct live_row {
	char *key;
	char *event;
	cJSON *frame; /* a Table of this row alone, or the plain object */
	bool unseen;  /* not in the list that is being taken in */
};

static void row_free(void *item)
{
	struct live_row *row = item;

	free(row->key);
	free(row->event);
	cJSON_Delete(row->frame);
	free(row);
}

void live_init(struct live *l)
{
	*l = (struct live){.rows = VEC_OWNING(row_free)};
}

void live_release(struct live *l)
{
	vec_release(&l->rows);
	free(l->drawn);
	l->drawn = NULL;
	l->drawn_count = 0;
}

/* ---- rows ---------------------------------------------------------------------- */

/* Where a server sends no metadata all objects are of one namespace, and the name's cell tells them apart. */
static char *key_of(const struct table_printer *p, const cJSON *row)
{
	const cJSON *metadata = json_path(row, "object", "metadata", NULL);
	const char *ns = json_string(metadata, "namespace"), *name = json_string(metadata, "name");
	const cJSON *cell = json_get(row, "cells");
	size_t i = 0;

	cell = cell ? cell->child : NULL;
	while (cell && i < p->column_count && !p->columns[i].is_name) {
		cell = cell->next;
		i++;
	}
	if (str_empty(name))
		name = cell && json_is_string(cell) ? cell->valuestring : "";
	return xasprintf("%s/%s", ns ? ns : "", name);
}

static size_t row_find(const struct live *l, const char *key)
{
	size_t i = 0;

	while (i < l->rows.len && strcmp(((const struct live_row *)l->rows.items[i])->key, key))
		i++;
	return i;
}

/* Takes key and frame. */
static void row_set(struct live *l, char *key, const char *event, cJSON *frame, bool keep_deleted)
{
	size_t i = row_find(l, key);
	bool gone = str_equal(event, "DELETED") && !keep_deleted;
	struct live_row *row = NEW(struct live_row);

	*row = (struct live_row){.key = key, .event = xstrdup(event), .frame = frame};
	if (gone) {
		row_free(row);
		if (i < l->rows.len)
			vec_remove(&l->rows, i);
	} else if (i < l->rows.len) {
		row_free(l->rows.items[i]);
		l->rows.items[i] = row;
	} else {
		vec_add(&l->rows, row);
	}
}

void live_update(struct live *l, const struct table_printer *p, const cJSON *object, const char *event, bool keep_deleted)
{
	const cJSON *row;

	if (!table_is_table(object)) {
		const char *ns = json_path_string(object, "metadata", "namespace", NULL);
		const char *name = json_path_string(object, "metadata", "name", NULL);

		row_set(l, xasprintf("%s/%s", ns ? ns : "", name ? name : ""), event, json_copy(object), keep_deleted);
		return;
	}
	cJSON_ArrayForEach(row, json_get(object, "rows")) {
		cJSON *frame = json_parse_literal("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"rows\":[]}");

		json_append(json_get(frame, "rows"), json_copy(row));
		row_set(l, key_of(p, row), event, frame, keep_deleted);
	}
}

void live_list_begin(struct live *l)
{
	for (size_t i = 0; i < l->rows.len; i++)
		((struct live_row *)l->rows.items[i])->unseen = true;
}

void live_list_end(struct live *l, bool keep_deleted)
{
	for (size_t i = l->rows.len; i-- > 0;) {
		struct live_row *row = l->rows.items[i];

		if (!row->unseen)
			continue;
		if (!keep_deleted) {
			vec_remove(&l->rows, i);
			continue;
		}
		row->unseen = false;
		free(row->event);
		row->event = xstrdup("DELETED");
	}
}

/* ---- drawing --------------------------------------------------------------------- */

/* Lines of the terminal that a line takes. */
static size_t height_of(size_t width, size_t columns)
{
	return width > columns ? (width + columns - 1) / columns : 1;
}

static void go_back(const struct live *l, size_t columns, struct buf *control)
{
	size_t up = 0;

	for (size_t i = 0; i < l->drawn_count; i++)
		up += height_of(l->drawn[i], columns);
	buf_putc(control, '\r');
	if (up)
		buf_printf(control, "\033[%zuA", up);
	buf_puts(control, "\033[J");
}

static void line_draw(struct live *l, const char *line, size_t n, size_t width, struct buf *out)
{
	l->drawn = xrealloc(l->drawn, (l->drawn_count + 1) * sizeof(*l->drawn));
	l->drawn[l->drawn_count++] = width;
	buf_add(out, line, n);
	buf_putc(out, '\n');
}

static void put_rest(struct live *l, const char *text, struct buf *out)
{
	_cleanup_free_ char *rest = NULL;
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	rest = xasprintf("... %zu more", n);
	line_draw(l, rest, strlen(rest), strlen(rest), out);
	l->cut = true;
}

/* The last line of the screen is the cursor's; one more may say how many are left out. */
static void lines_draw(struct live *l, const char *text, struct live_size size, bool all, struct buf *out)
{
	size_t used = 0;

	while (*text) {
		size_t n = strcspn(text, "\n"), width = terminal_width(text, n), height = height_of(width, size.columns);
		bool last = !text[n] || !text[n + 1];

		if (!all && used + height + (last ? 1 : 2) > size.lines) {
			put_rest(l, text, out);
			return;
		}
		line_draw(l, text, n, width, out);
		used += height;
		text += n + (text[n] != '\0');
	}
}

void live_draw(struct live *l, struct table_printer *p, struct table *table, bool events, struct live_size size, bool all,
	       struct buf *ret_control, struct buf *ret_text)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	p->printed_headers = false;
	p->plain = 0;
	table_reset_widths(table);
	for (size_t i = 0; i < l->rows.len; i++) {
		const struct live_row *row = l->rows.items[i];

		table_printer_print(p, table, row->frame, events ? row->event : NULL, false);
	}
	table_flush(table, &text);
	go_back(l, size.columns, ret_control);
	l->drawn_count = 0;
	l->cut = false;
	lines_draw(l, text.data, size, all, ret_text);
}
