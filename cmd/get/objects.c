#include "get/get.h"
#include "view/sort.h"

/* Objects on their way out in a format of -o. */
struct objects {
	struct get *g;
	struct printer *printer;
	struct buf out;
	bool alone;     /* one object, not in a List */
	bool begun;     /* the List was opened */
	bool apart;     /* several objects, each on its own and not in a List */
	struct object_sorter *sorter; /* --sort-by: items that wait for the rest */
};

static bool is_list(const cJSON *json)
{
	const char *kind = json_string(json, "kind");

	return kind && str_ends(kind, "List") && json_get(json, "items");
}

/* Items of a typed list do not say what they are; the list does. */
static void item_set_type(const cJSON *list, cJSON *item)
{
	const char *kind = json_string(list, "kind");
	_cleanup_free_ char *item_kind = xstrndup(kind, strlen(kind) - strlen("List"));

	if (!str_empty(json_string(item, "kind")) || !*item_kind)
		return;
	json_set_string(item, "kind", item_kind);
	json_set_string(item, "apiVersion", json_string(list, "apiVersion"));
}

static void buf_json_line(struct buf *out, const cJSON *object)
{
	json_print(out, object, JSON_COMPACT);
	buf_putc(out, '\n');
}

/* Without a List around it. */
static int object_print(struct objects *o, const struct resource *r, const cJSON *object, struct error *err)
{
	if (o->g->human)
		get_show_secret(o->g, object, &o->out);
	else if (o->g->inv->context)
		buf_json_line(&o->out, object);
	else if (printer_print(o->printer, &o->out, r, object, err))
		return -1;
	return get_write(o->g, &o->out, err);
}

static int item_print(struct objects *o, const struct resource *r, const cJSON *item, struct error *err)
{
	if (o->apart)
		return object_print(o, r, item, err);
	if (!o->begun && printer_list_begin(o->printer, &o->out, err))
		return -1;
	o->begun = true;
	return printer_list_item(o->printer, &o->out, r, item, err) || get_write(o->g, &o->out, err) ? -1 : 0;
}

static int item_add(struct objects *o, const struct resource *r, cJSON *item, struct error *err)
{
	get_shape(o->g, item);
	if (!o->sorter)
		return item_print(o, r, item, err);
	object_sorter_add(o->sorter, item);
	return 0;
}

static int list_add(struct objects *o, const struct resource *r, cJSON *list, struct error *err)
{
	cJSON *items = json_get(list, "items");

	while (items->child) {
		_cleanup_json_ cJSON *item = cJSON_DetachItemViaPointer(items, items->child);

		item_set_type(list, item);
		if (item_add(o, r, item, err))
			return -1;
	}
	return 0;
}

/* What -o name prints; a subresource is an object of its own kind. */
static const struct resource *named_as(const struct get *g, const struct target *t)
{
	return str_empty(g->options.subresource) ? t->resource : NULL;
}

static int objects_add(void *ctx, size_t target, cJSON *json, struct error *err)
{
	struct objects *o = ctx;
	_cleanup_json_ cJSON *object = json;
	const struct resource *r = named_as(o->g, get_target(o->g, target));

	if (o->alone) {
		get_shape(o->g, object);
		return object_print(o, r, object, err);
	}
	if (is_list(object))
		return list_add(o, r, object, err);
	return item_add(o, r, object, err);
}

static int sorted_print(struct objects *o, struct error *err)
{
	const cJSON *sorted, *item;

	if (!o->sorter)
		return 0;
	if (object_sorter_finish(o->sorter, &sorted, err))
		return -1;
	cJSON_ArrayForEach(item, sorted)
		if (item_print(o, NULL, item, err))
			return -1;
	return 0;
}

static int objects_end(struct objects *o, struct error *err)
{
	if (sorted_print(o, err))
		return -1;
	if (o->g->human && !o->g->shown)
		get_say_nothing_found(o->g);
	if (o->alone || o->apart || (!o->begun && o->g->ignore_not_found))
		return 0;
	if (!o->begun && printer_list_begin(o->printer, &o->out, err))
		return -1;
	return printer_list_end(o->printer, &o->out, err);
}

static size_t answers_count(const struct get *g, const struct get_answer *answers)
{
	size_t n = 0;

	for (size_t i = 0; i < g->targets.len; i++)
		n += answers[i].json != NULL;
	return n;
}

/* Where one thing was asked for and something failed, the failures are all that is said. */
static bool says_failures_only(struct get *g, struct get_answer *answers)
{
	for (size_t i = 0; g->single && i < g->targets.len; i++) {
		if (!answers[i].json)
			get_failed(g, i, &answers[i].error);
	}
	return g->single && g->errors.len;
}

static int answers_print(struct objects *o, const struct get_request *rq, struct get_answer *answers, struct error *err)
{
	if (says_failures_only(o->g, answers))
		return 0;
	o->alone = o->g->single && answers_count(o->g, answers) == 1;
	if (*o->g->sort_by && !o->alone)
		o->sorter = object_sorter_new(o->g->sort_by);
	return get_each(o->g, rq, answers, objects_add, o, err) || objects_end(o, err) ? -1 : 0;
}

/* Names need no more than metadata. */
static void objects_request(const struct get *g, struct get_request *ret)
{
	*ret = (struct get_request){.limit = g->options.chunk_size};
	if (g->inv->context || strcasecmp(g->output, "name") || *g->sort_by || !str_empty(g->options.subresource))
		return;
	ret->accept_one = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";
	ret->accept_list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
}

/* Of a format that does not exist and a single object that does not either, the object is told first. */
static int printer_open(struct objects *o, const struct get_request *rq, struct error *err)
{
	_cleanup_error_ struct error failure = ERROR_INIT;
	struct get *g = o->g;
	struct get_answer *answers = NULL;
	bool said = false;

	if (g->human || !get_printer(g, NULL, &o->printer, err))
		return 0;
	if (!g->single || get_fetch(g, rq, &answers, &failure))
		return -1;
	said = says_failures_only(g, answers);
	get_answers_free(answers, g->targets.len);
	if (said)
		error_release(err);
	return said ? 1 : -1;
}

int get_objects(struct get *g, struct error *err)
{
	struct objects o = {.g = g, .out = BUF_INIT, .apart = g->neat || g->human || g->inv->context};
	struct get_answer *answers = NULL;
	struct get_request rq;
	int r;

	objects_request(g, &rq);
	r = printer_open(&o, &rq, err);
	if (r)
		return r < 0 ? -1 : 0;
	r = get_fetch(g, &rq, &answers, err);
	if (!r)
		r = answers_print(&o, &rq, answers, err);
	if (o.out.len && get_write(g, &o.out, err))
		r = -1;
	get_answers_free(answers, g->targets.len);
	object_sorter_free(o.sorter);
	printer_free(o.printer);
	buf_release(&o.out);
	return r;
}
