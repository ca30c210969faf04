#include "base/map.h"
#include "get/get.h"
#include "view/table.h"
#include "view/table_printer.h"

/*
 * kubec's own: an object and what it owns, by metadata.ownerReferences, with how each is doing. One request for each
 * type that can be listed; it answers with a Table, whose cells tell the status and whose rows hold the metadata, so
 * that no object is sent whole.
 */

/* Deeper than any owner goes; a ring of owners ends before. */
#define TREE_DEPTH 64

struct node {
	const struct resource *resource;
	cJSON *metadata;
	char *ready, *status, *age;
};

struct tree {
	struct get get;
	struct vec roots;    /* struct node * */
	struct vec owned;    /* struct node *, everything that has an owner */
	struct map children; /* an owner's uid to its struct vec of borrowed nodes */
	struct map shown;    /* uids of what was shown with its children */
	struct table table;
};

static void node_free(struct node *n)
{
	if (!n)
		return;
	cJSON_Delete(n->metadata);
	free(n->ready);
	free(n->status);
	free(n->age);
	free(n);
}

static void children_free(struct vec *children)
{
	vec_release(children);
	free(children);
}

static const char *node_name(const struct node *n, const char *key)
{
	const char *text = json_string(n->metadata, key);

	return text ? text : "";
}

/* ---- reading ------------------------------------------------------------------- */

/* The cell of a column ("Ready") as text, on one line; NULL without one. */
static char *row_cell(const cJSON *table, const cJSON *row, const char *column)
{
	const cJSON *definition, *cell = json_get(row, "cells");
	char *text;

	cell = cell ? cell->child : NULL;
	cJSON_ArrayForEach(definition, json_get(table, "columnDefinitions")) {
		if (!cell)
			return NULL;
		if (str_equal(json_string(definition, "name"), column))
			break;
		cell = cell->next;
	}
	if (!definition || !(json_is_string(cell) || json_is_number(cell)))
		return NULL;
	text = xstrdup(json_is_string(cell) ? cell->valuestring : json_number_text(cell));
	for (char *c = text; *c; c++)
		*c = (unsigned char)*c < ' ' ? ' ' : *c;
	return text;
}

/* What READY says: of Pods, Deployments; "ready/desired" of ReplicaSets; the completions of Jobs. */
static char *row_ready(const cJSON *table, const cJSON *row)
{
	_cleanup_free_ char *ready = row_cell(table, row, "Ready");
	_cleanup_free_ char *desired = row_cell(table, row, "Desired");

	if (ready && desired)
		return xasprintf("%s/%s", ready, desired);
	return ready ? TAKE_PTR(ready) : row_cell(table, row, "Completions");
}

/* object holds the metadata, which is taken; table and row are NULL where a server gave plain objects. */
static struct node *node_new(const struct resource *r, cJSON *object, const cJSON *table, const cJSON *row)
{
	struct node *n = NEW(struct node);

	n->resource = r;
	n->metadata = cJSON_DetachItemFromObjectCaseSensitive(object, "metadata");
	json_remove(n->metadata, "managedFields");
	json_remove(n->metadata, "annotations");
	n->ready = row_ready(table, row);
	n->status = json_get(n->metadata, "deletionTimestamp") ? xstrdup("Terminating") : row_cell(table, row, "Status");
	n->age = row_cell(table, row, "Age");
	return n;
}

static int nodes_add(void *ctx, size_t target, cJSON *json, struct error *err)
{
	struct tree *t = ctx;
	_cleanup_json_ cJSON *answer = json;
	bool is_table = table_is_table(answer);
	const struct target *asked = get_target(&t->get, target);
	cJSON *items = json_get(answer, is_table ? "rows" : "items"), *item;

	(void)err;
	if (!items && asked->name)
		vec_add(&t->roots, node_new(asked->resource, answer, NULL, NULL));
	cJSON_ArrayForEach(item, items) {
		cJSON *object = is_table ? json_get(item, "object") : item;

		if (asked->name)
			vec_add(&t->roots, node_new(asked->resource, object, answer, item));
		else if (json_size(json_path(object, "metadata", "ownerReferences", NULL)))
			vec_add(&t->owned, node_new(asked->resource, object, is_table ? answer : NULL, item));
	}
	return 0;
}

static int ask(struct tree *t, struct error *err)
{
	struct get_request rq = {.accept_one = GET_ACCEPT_TABLE, .accept_list = GET_ACCEPT_TABLE, .limit = 500};
	struct get_answer *answers;
	int r;

	if (get_fetch(&t->get, &rq, &answers, err))
		return -1;
	r = get_each(&t->get, &rq, answers, nodes_add, t, err);
	get_answers_free(answers, t->get.targets.len);
	return r;
}

/* Objects of a namespace own such of the same one; others also own what is in any or none. */
static int ask_everything(struct tree *t, struct error *err)
{
	bool cluster = false;

	for (size_t i = 0; i < t->roots.len; i++)
		cluster = cluster || !((const struct node *)t->roots.items[i])->resource->namespaced;
	vec_release(&t->get.targets);
	t->get.options.all_namespaces = cluster;
	return get_everything(&t->get, cluster, err) || ask(t, err) ? -1 : 0;
}

/* ---- showing --------------------------------------------------------------------- */

static int node_compare(const void *a, const void *b)
{
	static const char *const keys[] = {"namespace", "name"};
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
	int order = strcmp(x->resource->kind, y->resource->kind);

	for (size_t i = 0; i < ARRAY_SIZE(keys) && !order; i++)
		order = strcmp(node_name(x, keys[i]), node_name(y, keys[i]));
	return order ? order : strcmp(x->resource->group, y->resource->group);
}

static void child_add(struct tree *t, const char *uid, struct node *child)
{
	struct vec *children = map_get(&t->children, uid);

	if (!children) {
		children = NEW(struct vec);
		map_set(&t->children, uid, children);
	}
	/* named twice by one child */
	if (!children->len || children->items[children->len - 1] != child)
		vec_add(children, child);
}

static void children_find(struct tree *t)
{
	vec_sort(&t->owned, node_compare);
	for (size_t i = 0; i < t->owned.len; i++) {
		struct node *n = t->owned.items[i];
		const cJSON *owner;

		cJSON_ArrayForEach(owner, json_get(n->metadata, "ownerReferences")) {
			const char *uid = json_string(owner, "uid");

			if (!str_empty(uid))
				child_add(t, uid, n);
		}
	}
}

static void node_row(struct tree *t, const struct node *n, const char *branch, const char *note)
{
	_cleanup_buf_ struct buf name = BUF_INIT;
	bool namespaces = t->get.options.all_namespaces;
	const char *cells[5] = {node_name(n, "namespace"), NULL, n->ready ? n->ready : "", n->status ? n->status : "",
				n->age ? n->age : ""};

	buf_puts(&name, branch);
	resource_object_name(&name, n->resource, node_name(n, "name"));
	buf_puts(&name, note);
	cells[1] = name.data;
	table_row(&t->table, cells + !namespaces, ARRAY_SIZE(cells) - !namespaces);
}

/* stem is what stands before the branches of n's children. */
static void node_show(struct tree *t, const struct node *n, const char *branch, const char *stem, size_t depth)
{
	const char *uid = node_name(n, "uid");
	const struct vec *children = map_get(&t->children, uid);
	size_t count = children ? children->len : 0;
	bool ends = count && (map_has(&t->shown, uid) || depth == TREE_DEPTH);

	/* What has several owners, or owns itself in the end, is shown whole once. */
	node_row(t, n, branch, ends ? " (see above)" : "");
	if (ends)
		return;
	map_set(&t->shown, uid, t);
	for (size_t i = 0; i < count; i++) {
		bool last = i + 1 == count;
		_cleanup_free_ char *below = xasprintf("%s%s", stem, last ? "└─" : "├─");
		_cleanup_free_ char *next = xasprintf("%s%s", stem, last ? "  " : "│ ");

		node_show(t, children->items[i], below, next, depth + 1);
	}
}

static int trees_show(struct tree *t, struct error *err)
{
	static const char *const headers[] = {"NAMESPACE", "NAME", "READY", "STATUS", "AGE"};
	_cleanup_buf_ struct buf out = BUF_INIT;
	bool namespaces = t->get.options.all_namespaces;

	children_find(t);
	t->table.screen = t->get.inv->screen;
	table_header(&t->table, headers + !namespaces, ARRAY_SIZE(headers) - !namespaces);
	for (size_t i = 0; i < t->roots.len; i++)
		node_show(t, t->roots.items[i], "", "", 0);
	table_flush(&t->table, &out);
	return get_write(&t->get, &out, err);
}

/* ---- the verb ---------------------------------------------------------------------- */

static int tree_open(struct tree *t, struct invocation *inv, struct error *err)
{
	struct get *g = &t->get;

	g->inv = inv;
	g->sort_by = "";
	if (invocation_targets(inv, &g->options, err) || invocation_client(inv, &g->client, err) ||
	    invocation_mapper(inv, &g->mapper, err))
		return -1;
	return targets_resolve(g->mapper, &g->options, &g->targets, &g->errors, err);
}

static int tree_show(struct tree *t, struct error *err)
{
	if (ask(t, err))
		return -1;
	if (t->roots.len && (ask_everything(t, err) || trees_show(t, err)))
		return -1;
	report_errors(t->get.inv, &t->get.errors);
	get_say_not_allowed(&t->get);
	return 0;
}

static int tree_run(struct invocation *inv, struct error *err)
{
	struct tree t = {
		.get = {.targets = VEC_OWNING(target_free), .errors = VEC_OWNING(error_free), .forbidden = VEC_OF_STRINGS},
		.roots = VEC_OWNING(node_free),
		.owned = VEC_OWNING(node_free),
		.children = MAP_OWNING(children_free),
		.table = TABLE_INIT,
	};
	int r = tree_open(&t, inv, err) || tree_show(&t, err) ? -1 : 0;

	vec_release(&t.get.targets);
	vec_release(&t.get.errors);
	vec_release(&t.get.forbidden);
	map_release(&t.children);
	map_release(&t.shown);
	vec_release(&t.roots);
	vec_release(&t.owned);
	table_release(&t.table);
	return r;
}

const struct command command_tree = {
	.name = "tree",
	.group = GROUP_OWN,
	.summary = "Show an object and everything that it owns",
	.description = "Shows an object with what it owns, and what that owns, each with its status. Every type that can be listed "
		       "is searched; those that may not be are named on standard error.",
	.examples = "  # A Deployment, its ReplicaSets and their Pods\n"
		    "  kubec tree deployment/web",
	.usage = "TYPE/NAME | TYPE NAME",
	.arguments = (const struct argument[]){
		{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}},
		{.name = "NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
		{0},
	},
	.own = true,
	.run = tree_run,
};
