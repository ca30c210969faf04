#include "get/get.h"

#include "base/timeutil.h"
#include "net/task.h"
#include "view/sort.h"
#include "screen.h"
#include "view/live.h"
#include "view/table_printer.h"

/* Everything that is printed once, then as it changes. */
struct watching {
	struct get *g;
	bool events;      /* say what kind of event each line is */
	bool hidden;      /* objects are not shown yet */
	struct printer *printer; /* of -o; NULL: a table */
	struct table_printer tables;
	struct table table;
	bool in_place;    /* the table is drawn anew, by live */
	struct live live;
	const struct get_request *request; /* of the list */
	struct buf out;
	char *version;    /* of the list, to watch from */
	bool is_list;
	size_t objects;   /* that came first */
};

static int show_object(struct watching *w, cJSON *object, const char *event, struct error *err)
{
	const char *type = w->events ? event : NULL;
	const struct resource *r = get_target(w->g, 0)->resource;

	if (w->in_place) {
		table_printer_print(&w->tables, &w->table, object, type, true);
		if (!w->hidden)
			live_update(&w->live, &w->tables, object, event, w->events);
		return 0;
	}
	if (!w->printer) {
		table_printer_print(&w->tables, &w->table, object, type, w->hidden);
		return 0;
	}
	if (w->hidden)
		return 0;
	get_shape(w->g, object);
	if (type)
		return printer_event(w->printer, &w->out, r, type, object, err);
	return printer_print(w->printer, &w->out, r, object, err);
}

/* Draws the table where it stands; all of it the last time, also what the terminal cannot hold. */
static void draw(struct watching *w, bool last)
{
	_cleanup_buf_ struct buf control = BUF_INIT;
	struct live_size size;

	screen_size(&size.lines, &size.columns);
	live_draw(&w->live, &w->tables, &w->table, w->events, size, last, &control, &w->out);
	screen_control(w->g->inv, control.data, !w->out.len);
}

/* All of it stays behind. */
static void draw_last(struct watching *w)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;

	draw(w, true);
	get_write(w->g, &w->out, &ignored);
}

/* Aligned with what was printed before, and at once: someone is waiting for it. */
static int show_now(struct watching *w, struct error *err)
{
	if (w->in_place)
		draw(w, false);
	else
		table_flush(&w->table, &w->out);
	if (get_write(w->g, &w->out, err))
		return -1;
	if (fflush(w->g->inv->out))
		return error_set(err, ERROR_IO, "write: %s", strerror(errno));
	return 0;
}

static int show_items(struct watching *w, cJSON *list, struct error *err)
{
	const char *kind = json_string(list, "kind");
	_cleanup_free_ char *item_kind = NULL;
	cJSON *item;

	if (kind && str_ends(kind, "List"))
		item_kind = xstrndup(kind, strlen(kind) - strlen("List"));
	cJSON_ArrayForEach(item, json_get(list, "items")) {
		if (!str_empty(item_kind) && str_empty(json_string(item, "kind"))) {
			json_set_string(item, "kind", item_kind);
			json_set_string(item, "apiVersion", json_string(list, "apiVersion"));
		}
		if (show_object(w, item, "ADDED", err))
			return -1;
	}
	return 0;
}

static int show_first(void *ctx, size_t target, cJSON *json, struct error *err)
{
	struct watching *w = ctx;
	_cleanup_json_ cJSON *object = json;
	bool is_plain_list = !table_is_table(object) && json_is_array(json_get(object, "items"));

	w->objects++;
	if (!get_target(w->g, target)->name) {
		free(w->version);
		w->version = xstrdup(json_path_string(object, "metadata", "resourceVersion", NULL));
	}
	if (*w->g->sort_by && sort_list(object, w->g->sort_by, err))
		return error_prefix(err, "unable to output the provided object: ");
	return is_plain_list ? show_items(w, object, err) : show_object(w, object, "ADDED", err);
}

static int on_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct watching *w = ctx;
	_cleanup_json_ cJSON *frame = object;

	if (show_object(w, frame, type, err) || show_now(w, err))
		return -1;
	/* A watch of one object starts with what was printed already. */
	w->hidden = false;
	return 0;
}

/* The changes since the last event are lost: what is there now, and what is not any more. */
static int list_again(void *ctx, char **ret_version, struct error *err)
{
	struct watching *w = ctx;
	struct get *g = w->g;
	struct get_answer *answers;
	int r;

	if (get_fetch(g, w->request, &answers, err))
		return -1;
	live_list_begin(&w->live);
	r = get_each(g, w->request, answers, show_first, w, err);
	get_answers_free(answers, g->targets.len);
	if (!r && g->errors.len) {
		error_move(err, g->errors.items[0]);
		vec_remove(&g->errors, 0);
		g->failed = 0;
		r = -1;
	}
	if (r)
		return -1;
	live_list_end(&w->live, w->events);
	*ret_version = xstrdup(w->version);
	return show_now(w, err);
}

/* A watch in a task: between its events the table is drawn anew when the terminal gets another size. */
struct watch_task {
	struct watching *w;
	const struct watch_options *options;
	struct error *err;
	int result;
};

static void watch_task_run(void *ctx)
{
	struct watch_task *task = ctx;
	struct get *g = task->w->g;
	const struct target *t = get_target(g, 0);

	task->result = watch_run(g->client, t->resource, t->namespace, t->name, task->options, on_event, task->w, task->err);
}

static int watch_in_place(struct watching *w, const struct watch_options *o, struct error *err)
{
	_cleanup_(tasks_free_p) struct tasks *tasks = tasks_new();
	struct watch_task task = {.w = w, .options = o, .err = err};
	_cleanup_error_ struct error ignored = ERROR_INIT; /* the next event fails likewise, and tells */

	screen_watch_size();
	task_start(tasks, watch_task_run, &task);
	while (tasks_alive(tasks)) {
		client_turn(w->g->client, task_wake_sleepers(tasks));
		if (screen_resized())
			show_now(w, &ignored);
	}
	return task.result;
}

static int watch_changes(struct watching *w, const struct get_request *rq, struct error *err)
{
	struct get *g = w->g;
	int r;
	const struct target *t = get_target(g, 0);
	struct watch_options o = {
		.label_selector = t->name ? NULL : g->options.selector,
		.field_selector = t->name ? NULL : g->options.field_selector,
		.resource_version = w->is_list ? w->version : "0",
		.accept = rq->accept_list,
		.extra_query = rq->query,
		.deadline = g->inv->request_timeout ? time_monotonic() + g->inv->request_timeout : 0,
		.relist = w->in_place ? list_again : NULL,
	};

	if (g->targets.len > 1)
		return error_set(err, ERROR_OTHER,
				 "you may only watch a single resource or type of resource at a time");
	w->hidden = !w->is_list;
	if (w->in_place)
		r = watch_in_place(w, &o, err);
	else
		r = watch_run(g->client, t->resource, t->namespace, t->name, &o, on_event, w, err);
	if (!r)
		return 0;
	/* As in kubectl, a watch that --request-timeout ends has ended well. */
	if (err->class != ERROR_TIMEOUT)
		return -1;
	error_release(err);
	return 0;
}

static int check_one_type(const struct get *g, struct error *err)
{
	for (size_t i = 1; i < g->targets.len; i++) {
		if (!resource_same(get_target(g, i)->resource, get_target(g, 0)->resource))
			return error_set(err, ERROR_OTHER, "you may only specify a single resource type");
	}
	return 0;
}

static int open_watching(struct watching *w, struct get_request *rq, struct error *err)
{
	struct get *g = w->g;
	const struct args *a = g->inv->args;
	const struct resource *r = get_target(g, 0)->resource;
	struct table_printer_options o = {
		.resource = r,
		.wide = g->wide,
		.no_headers = args_bool(a, "no-headers"),
		.with_namespace = g->options.all_namespaces,
		.with_kind = args_bool(a, "show-kind"),
		.show_labels = args_bool(a, "show-labels"),
		.label_columns = args_list(a, "label-columns"),
	};

	*rq = (struct get_request){.limit = g->options.chunk_size};
	if (!g->human)
		return get_printer(g, &w->table, &w->printer, err);
	get_table_request(g, rq);
	rq->limit = g->options.chunk_size;
	table_printer_init(&w->tables, &o);
	return 0;
}

static int watching_run(struct watching *w, struct error *err)
{
	struct get_answer *answers;
	struct get_request rq;
	int r;

	if (check_one_type(w->g, err) || open_watching(w, &rq, err) || get_fetch(w->g, &rq, &answers, err))
		return -1;
	w->is_list = !get_target(w->g, 0)->name;
	w->request = &rq;
	r = get_each(w->g, &rq, answers, show_first, w, err);
	get_answers_free(answers, w->g->targets.len);
	if (r || show_now(w, err))
		return -1;
	/* Nothing to watch: the failures are reported, or covered by --ignore-not-found. */
	if (w->g->errors.len || !w->objects)
		return 0;
	return watch_changes(w, &rq, err);
}

int get_watch(struct get *g, struct error *err)
{
	const struct args *a = g->inv->args;
	struct watching w = {
		.g = g,
		.events = args_bool(a, "output-watch-events"),
		.hidden = args_bool(a, "watch-only"),
		.table = TABLE_INIT,
		.out = BUF_INIT,
	};
	int r = 0;

	w.table.screen = g->inv->screen;
	w.in_place = args_bool(a, "live") && g->human && g->inv->out_is_terminal && g->inv->screen;
	live_init(&w.live);
	if (g->targets.len)
		r = watching_run(&w, err);
	if (w.live.cut)
		draw_last(&w);
	/* Ctrl-C is how a watch ends: without a word, and with kubectl's status. */
	if (r && err->class == ERROR_CANCELLED) {
		error_release(err);
		g->inv->exit_status = 1;
	}
	printer_free(w.printer);
	table_printer_release(&w.tables);
	table_release(&w.table);
	live_release(&w.live);
	buf_release(&w.out);
	free(w.version);
	return r;
}
