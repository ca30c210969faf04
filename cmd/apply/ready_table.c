#include "apply/ready_table.h"
#include "screen.h"

#include "base/timeutil.h"
#include "view/live.h"

#define DRAW_PAUSE (100 * MILLISECOND) /* many objects change at once */
#define AGE_PAUSE  SECOND

struct row {
	const struct target *target;
	const char *status; /* NULL: nothing was told of it */
	char *reason;
	int64_t created;    /* 0: not known */
};

struct ready_table {
	struct invocation *inv;
	struct row *rows;
	size_t len;
	struct table_printer printer;
	struct table table;
	struct live live;
	bool told, changed;
	int64_t drawn_at;
};

bool ready_table_possible(const struct invocation *inv)
{
	return inv->err_is_terminal && !str_equal(getenv("TERM"), "dumb");
}

/* Names alone do not tell objects of several namespaces apart. */
static bool has_namespaces(const struct vec *targets)
{
	const char *first = NULL;

	for (size_t i = 0; i < targets->len; i++) {
		const char *ns = ((const struct target *)targets->items[i])->namespace;

		if (str_empty(ns))
			continue;
		if (first && strcmp(first, ns))
			return true;
		first = ns;
	}
	return false;
}

struct ready_table *ready_table_new(struct invocation *inv, const struct vec *targets)
{
	struct ready_table *t = NEW(struct ready_table);

	*t = (struct ready_table){.inv = inv, .len = targets->len, .table = TABLE_INIT};
	t->rows = xcalloc(t->len + 1, sizeof(*t->rows));
	for (size_t i = 0; i < t->len; i++)
		t->rows[i].target = targets->items[i];
	t->table.screen = true;
	table_printer_init(&t->printer, &(struct table_printer_options){.with_namespace = has_namespaces(targets)});
	live_init(&t->live);
	screen_watch_size();
	fflush(inv->out);
	return t;
}

/* ---- what is shown ------------------------------------------------------------------- */

void ready_table_set(struct ready_table *t, const struct target *target, const cJSON *object, const char *status,
		     const char *reason)
{
	const char *created = json_path_string(object, "metadata", "creationTimestamp", NULL);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	struct row *row = t->rows;

	while (row->target != target)
		row++;
	row->status = status;
	free(row->reason);
	row->reason = xstrdup(reason);
	if (created)
		timestamp_parse(created, &row->created, &ignored);
	t->told = t->changed = true;
}

static bool is_ready(const struct row *row)
{
	return !strcmp(row->status, "Ready");
}

static cJSON *row_frame(const struct row *row)
{
	_cleanup_buf_ struct buf name = BUF_INIT, age = BUF_INIT;
	cJSON *frame = json_parse_literal("{\"object\":{\"metadata\":{}},\"cells\":[]}");
	cJSON *metadata = json_path(frame, "object", "metadata", NULL), *cells = json_get(frame, "cells");

	resource_object_name(&name, row->target->resource, row->target->name);
	if (row->created)
		duration_format_human(&age, duration_between(row->created, time_now()));
	json_set_string(metadata, "name", name.data);
	if (row->target->namespace)
		json_set_string(metadata, "namespace", row->target->namespace);
	json_append_string(cells, name.data);
	json_append_string(cells, row->status);
	json_append_string(cells, row->created ? age.data : "<unknown>");
	json_append_string(cells, is_ready(row) ? "" : row->reason);
	return frame;
}

/* Where the terminal cannot hold them all, those that are ready make place for those that are not. */
static cJSON *frame_of(const struct ready_table *t, size_t lines)
{
	cJSON *frame = json_parse_literal(
		"{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"rows\":[],\"columnDefinitions\":["
		"{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\"},{\"name\":\"Status\",\"type\":\"string\"},"
		"{\"name\":\"Age\",\"type\":\"string\"},{\"name\":\"Reason\",\"type\":\"string\"}]}");
	size_t told = 0;

	for (size_t i = 0; i < t->len; i++)
		told += t->rows[i].status != NULL;
	for (size_t i = 0; i < t->len; i++) {
		const struct row *row = &t->rows[i];

		if (row->status && (told + 2 <= lines || !is_ready(row)))
			json_append(json_get(frame, "rows"), row_frame(row));
	}
	return frame;
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void draw(struct ready_table *t, bool last)
{
	_cleanup_buf_ struct buf control = BUF_INIT, text = BUF_INIT;
	_cleanup_json_ cJSON *frame = NULL;
	struct live_size size;

	screen_size(&size.lines, &size.columns);
	frame = frame_of(t, last ? SIZE_MAX : size.lines);
	/* an empty list first: rows come in the order of the input, whenever they were told of */
	live_list_begin(&t->live);
	live_list_end(&t->live, false);
	table_printer_print(&t->printer, &t->table, frame, NULL, true);
	live_update(&t->live, &t->printer, frame, "ADDED", false);
	live_draw(&t->live, &t->printer, &t->table, false, size, last, &control, &text);
	screen_message(t->inv, control.data, &text);
	t->changed = false;
	t->drawn_at = time_monotonic();
}

int64_t ready_table_turn(struct ready_table *t)
{
	int64_t pause = t->changed ? DRAW_PAUSE : AGE_PAUSE, due;

	if (!t->told)
		return INT64_MAX;
	due = screen_resized() || !t->drawn_at ? 0 : t->drawn_at + pause - time_monotonic();
	if (due > 0)
		return due;
	draw(t, false);
	return AGE_PAUSE;
}

void ready_table_free(struct ready_table *t)
{
	if (!t)
		return;
	if (t->told)
		draw(t, true);
	for (size_t i = 0; i < t->len; i++)
		free(t->rows[i].reason);
	free(t->rows);
	live_release(&t->live);
	table_printer_release(&t->printer);
	table_release(&t->table);
	free(t);
}
