#include "get/get.h"
#include "view/sort.h"
#include "view/table_printer.h"

/* The table on its way out: kinds one after the other, aligned each on its own. */
struct tables {
	struct get *g;
	struct table table;
	struct buf out;
	struct table_printer printer;
	const struct resource *resource; /* of printer; NULL before the first */
	bool with_kind;
	bool written;   /* something was printed */
	bool separator; /* an empty line is due before the next output */
	struct table_sorter *sorter; /* --sort-by: rows that wait for the rest of their list */
	size_t sorted;  /* the target of sorter */
	const char *sort_column; /* that has the values to sort by; NULL: they are asked for with the objects */
};

/* For who puts the rows of several contexts together. */
static void kind_mark(struct tables *t)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	resource_group_name(&name, t->resource);
	buf_printf(&t->out, "%c%s\n", GET_KIND_MARK, name.data);
}

/* Aligns and prints what has come; an empty line parts it from what came before. */
static int tables_flush(struct tables *t, struct error *err)
{
	size_t start = t->out.len;

	if (t->table.raw && t->resource)
		kind_mark(t);
	else if (t->separator)
		buf_putc(&t->out, '\n');
	start = t->out.len;
	table_flush(&t->table, &t->out);
	if (t->out.len == start) {
		buf_clear(&t->out);
		return 0;
	}
	t->separator = false;
	t->written = true;
	return get_write(t->g, &t->out, err);
}

static void printer_open(struct tables *t, const struct resource *r)
{
	const struct args *a = t->g->inv->args;
	struct table_printer_options o = {
		.resource = r,
		.wide = t->g->wide,
		.no_headers = args_bool(a, "no-headers"),
		.with_namespace = (t->g->options.all_namespaces || t->g->spread) && r->namespaced,
		.with_kind = t->with_kind || args_bool(a, "show-kind"),
		.show_labels = args_bool(a, "show-labels"),
		.label_columns = args_list(a, "label-columns"),
	};

	table_printer_release(&t->printer);
	table_printer_init(&t->printer, &o);
	t->resource = r;
}

static bool same_type(const struct resource *a, const struct resource *b)
{
	return a == b || (a && b && resource_same(a, b));
}

static int type_begin(struct tables *t, const struct resource *r, struct error *err)
{
	if (same_type(t->resource, r))
		return 0;
	if (tables_flush(t, err))
		return -1;
	table_reset_widths(&t->table);
	if (t->resource && t->written && !args_bool(t->g->inv->args, "no-headers"))
		t->separator = true;
	printer_open(t, r);
	return 0;
}

/*
 * A Table without the field is left out, and that is no failure: so does
 * kubectl, and scripts live with it. A person is told why. Values that cannot
 * be compared are a failure.
 */
static int sorted_print(struct tables *t, struct error *err)
{
	_cleanup_(table_sorter_free_p) struct table_sorter *sorter = TAKE_PTR(t->sorter);
	_cleanup_error_ struct error failure = ERROR_INIT;
	_cleanup_json_ cJSON *table = NULL;
	FILE *out = t->g->inv->err;
	int failed;

	if (!sorter)
		return 0;
	failed = table_sorter_finish(sorter, &table, &failure);
	if (failed == SORT_UNSORTABLE) {
		error_move(err, &failure);
		return -1;
	}
	if (failed) {
		if (t->g->inv->err_is_terminal)
			fprintf(out, "hint: %s\n", failure.message);
		return 0;
	}
	if (type_begin(t, get_target(t->g, t->sorted)->resource, err))
		return -1;
	table_printer_print(&t->printer, &t->table, table, NULL, false);
	return 0;
}

/* Lists of one type in several namespaces are as one. */
static bool same_list(const struct get *g, size_t a, size_t b)
{
	return a == b || (g->spread && resource_same(get_target(g, a)->resource, get_target(g, b)->resource));
}

/* The pages of one list are sorted together; another list has its own order. */
static int sorted_add(struct tables *t, size_t target, cJSON *page, struct error *err)
{
	if (t->sorter && !same_list(t->g, t->sorted, target) && sorted_print(t, err)) {
		cJSON_Delete(page);
		return -1;
	}
	if (!t->sorter)
		t->sorter = table_sorter_new(t->g->sort_by, t->sort_column);
	t->sorted = target;
	table_sorter_add(t->sorter, page);
	return 0;
}

static int tables_add(void *ctx, size_t target, cJSON *json, struct error *err)
{
	struct tables *t = ctx;
	_cleanup_json_ cJSON *object = json;

	if (*t->g->sort_by && table_is_table(object))
		return sorted_add(t, target, TAKE_PTR(object), err);
	if (sorted_print(t, err) || type_begin(t, get_target(t->g, target)->resource, err))
		return -1;
	if (*t->g->sort_by && sort_list(object, t->g->sort_by, err))
		return -1;
	table_printer_print(&t->printer, &t->table, object, NULL, false);
	return 0;
}

/* Names carry their kind when objects of several kinds came. */
static bool has_several_kinds(const struct get *g, const struct get_answer *answers)
{
	const struct resource *first = NULL;

	for (size_t i = 0; i < g->targets.len; i++) {
		const struct resource *r = get_target(g, i)->resource;

		if (!answers[i].json)
			continue;
		if (first && !(str_equal(first->kind, r->kind) && str_equal(first->group, r->group) &&
			       str_equal(first->version, r->version)))
			return true;
		first = r;
	}
	return false;
}

/*
 * Where several Tables came kubectl orders the Tables, whose fields are not those of their rows: a failure, mostly.
 */
static int check_sort(const struct get *g, const struct get_answer *answers, struct error *err)
{
	_cleanup_json_ cJSON *heads = json_new_array();

	for (size_t i = 0; *g->sort_by && i < g->targets.len; i++) {
		cJSON *head;

		if (!table_is_table(answers[i].json) || (i && same_list(g, i - 1, i)))
			continue;
		head = json_new_object();
		json_set_string(head, "kind", json_string(answers[i].json, "kind"));
		json_set_string(head, "apiVersion", json_string(answers[i].json, "apiVersion"));
		json_set(head, "metadata", json_copy(json_get(answers[i].json, "metadata")));
		json_append(heads, head);
	}
	return json_size(heads) > 1 ? sort_objects(heads, g->sort_by, err) : 0;
}

void get_say_nothing_found(const struct get *g)
{
	bool all_namespaced = !g->options.all_namespaces;

	if (g->ignore_not_found || g->errors.len)
		return;
	for (size_t i = 0; i < g->targets.len; i++)
		all_namespaced = all_namespaced && get_target(g, i)->resource->namespaced;
	if (all_namespaced)
		fprintf(g->inv->err, "No resources found in %s namespace%s.\n", g->options.namespace, g->spread ? "s" : "");
	else
		fputs("No resources found\n", g->inv->err);
}

/* The request, and how its answer is sorted: by a column where that is enough. */
static void tables_request(struct tables *t, struct get_request *rq)
{
	struct get *g = t->g;
	struct get unsorted = *g;

	if (g->targets.len == 1 && *g->sort_by && args_bool(g->inv->args, "server-print"))
		t->sort_column = sort_field_column(get_target(g, 0)->resource, g->sort_by);
	unsorted.sort_by = "";
	get_table_request(t->sort_column ? &unsorted : g, rq);
	if (args_bool(g->inv->args, "server-print"))
		rq->limit = g->options.chunk_size; /* the sorter takes pages, too */
}

int get_tables(struct get *g, struct error *err)
{
	struct tables t = {.g = g, .table = TABLE_INIT, .out = BUF_INIT};
	struct get_answer *answers;
	struct get_request rq;
	int r;

	t.table.screen = g->inv->screen;
	t.table.raw = g->inv->context;
	tables_request(&t, &rq);
	if (get_fetch(g, &rq, &answers, err))
		return -1;
	t.with_kind = has_several_kinds(g, answers);
	r = check_sort(g, answers, err);
	if (!r)
		r = get_each(g, &rq, answers, tables_add, &t, err);
	if (!r)
		r = sorted_print(&t, err);
	if (!r)
		r = tables_flush(&t, err);
	if (!r && !t.written)
		get_say_nothing_found(g);
	get_answers_free(answers, g->targets.len);
	table_sorter_free(t.sorter);
	table_printer_release(&t.printer);
	table_release(&t.table);
	buf_release(&t.out);
	return r;
}
