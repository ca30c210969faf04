#include "prefetch.h"

#include "base/timeutil.h"
#include "kube/list_reader.h"
#include "net/task.h"

#define LEAST 10 /* fewer objects of a type are asked for one by one */
#define PAGE_LEAST 100
#define PAGE_MOST 1000
#define AGE_MOST (10 * SECOND)        /* what a list said is not believed for longer */
#define HELD_MOST ((size_t)8 << 20)   /* bytes of objects that wait for their turn */
#define READ_EACH ((size_t)16 << 10)  /* bytes that a list may have for each object that is wanted, */
#define READ_MOST ((size_t)1 << 20)   /* and so many more */

/* One object that is wanted. */
struct entry {
	enum { ENTRY_UNSEEN, ENTRY_HELD, ENTRY_USED } state;
	char *text; /* as a GET would give it; as text, since its tree takes many times as much; or NULL */
	size_t len;
};

/* The objects of one type in one namespace. */
struct group {
	struct prefetch *owner;
	const struct target *any;
	struct map wanted; /* name to struct entry * */
	enum { GROUP_OPEN, GROUP_READING, GROUP_WHOLE, GROUP_GIVEN_UP } state;
	char *continued;    /* the token of the next page */
	int64_t begun;      /* when the first page was asked for, which the others belong to; 0: not yet */
	size_t seen, read;  /* objects and bytes that came */
	struct vec waiting; /* struct task *, for the page that is under way */
};

struct prefetch {
	struct client *client;
	int64_t timeout; /* of a page */
	struct map groups;
	size_t held;
};

static void entry_free(struct entry *e)
{
	free(e->text);
	free(e);
}

static void group_free(struct group *g)
{
	map_release(&g->wanted);
	vec_release(&g->waiting);
	free(g->continued);
	free(g);
}

void prefetch_free(struct prefetch *p)
{
	if (!p)
		return;
	map_release(&p->groups);
	free(p);
}

/* ---- who belongs together --------------------------------------------------------- */

static bool is_listable(const struct target *t)
{
	return !str_empty(t->name) && (!t->resource->namespaced || !str_empty(t->namespace));
}

static struct group *group_of(const struct prefetch *p, const struct target *t)
{
	_cleanup_buf_ struct buf path = BUF_INIT;

	resource_path(&path, t->resource, t->namespace, NULL, NULL);
	return map_get(&p->groups, path.data);
}

static void group_add(struct prefetch *p, const struct target *t)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct group *g = group_of(p, t);

	if (!g) {
		g = NEW(struct group);
		*g = (struct group){.owner = p, .any = t, .wanted = MAP_OWNING(entry_free)};
		resource_path(&path, t->resource, t->namespace, NULL, NULL);
		map_set(&p->groups, path.data, g);
	}
	if (!map_has(&g->wanted, t->name))
		map_set(&g->wanted, t->name, NEW(struct entry));
}

struct prefetch *prefetch_new(struct invocation *inv, struct client *c, const struct vec *targets)
{
	struct prefetch *p = NEW(struct prefetch);

	*p = (struct prefetch){
		.client = c,
		.timeout = inv->request_timeout > 0 ? MIN(inv->request_timeout, AGE_MOST) : AGE_MOST,
		.groups = MAP_OWNING(group_free),
	};
	for (size_t i = 0; i < targets->len; i++)
		if (is_listable(targets->items[i]))
			group_add(p, targets->items[i]);
	return p;
}

/* ---- a page ----------------------------------------------------------------------- */

/* A page under way. */
struct page {
	struct group *group;
	struct list_reader reader;
	struct error failed;
};

static void page_release(struct page *page)
{
	list_reader_release(&page->reader);
	error_release(&page->failed);
}

/* Typed lists leave out what all of their items are. */
static void entry_hold(struct entry *e, const struct resource *r, const cJSON *item, const char *text, size_t len)
{
	_cleanup_buf_ struct buf version = BUF_INIT;

	resource_api_version(&version, r);
	if (json_get(item, "kind") || json_get(item, "apiVersion"))
		e->text = xstrndup(text, len);
	else
		e->text = xasprintf("{\"kind\":\"%s\",\"apiVersion\":\"%s\",%.*s", r->kind, version.data, (int)len - 1, text + 1);
	e->len = strlen(e->text);
	e->state = ENTRY_HELD;
}

static int take_item(void *ctx, const cJSON *item, const char *text, size_t len, struct error *err)
{
	struct group *g = ctx;
	const char *name = json_path_string(item, "metadata", "name", NULL);
	struct entry *e = name ? map_get(&g->wanted, name) : NULL;

	if (!name)
		return error_set(err, ERROR_PARSE, "an item without a name");
	g->seen++;
	if (!e || e->state != ENTRY_UNSEEN)
		return 0;
	if (g->owner->held + len > HELD_MOST)
		return error_set(err, ERROR_OTHER, "too much to hold");
	entry_hold(e, g->any->resource, item, text, len);
	g->owner->held += e->len;
	return 0;
}

static int take_data(void *ctx, const char *data, size_t len)
{
	struct page *page = ctx;
	struct group *g = page->group;

	g->read += len;
	if (g->read > g->wanted.len * READ_EACH + READ_MOST)
		return error_set(&page->failed, ERROR_OTHER, "too much to read");
	return list_reader_feed(&page->reader, data, len, &page->failed);
}

static int64_t page_limit(const struct group *g)
{
	return (int64_t)MIN(MAX(2 * g->wanted.len, PAGE_LEAST), PAGE_MOST);
}

static int read_page(struct group *g, struct error *err)
{
	_cleanup_(page_release) struct page page = {.group = g, .reader = LIST_READER_INIT(take_item, g)};
	_cleanup_free_ char *token = TAKE_PTR(g->continued);
	_cleanup_buf_ struct buf path = BUF_INIT, query = BUF_INIT;
	const struct target *t = g->any;

	resource_path(&path, t->resource, t->namespace, NULL, NULL);
	list_query(&query, &(struct list_options){.limit = page_limit(g)}, token);
	buf_printf(&path, "?%s", query.data);
	if (resource_check_path(t->namespace, NULL, err) ||
	    client_call(g->owner->client,
			&(struct client_request){.method = "GET", .path = path.data, .timeout = g->owner->timeout,
						 .on_data = take_data, .ctx = &page},
			NULL, err))
		return -1;
	if (page.failed.class) {
		error_move(err, &page.failed);
		return -1;
	}
	return list_reader_end(&page.reader, &g->continued, err);
}

/* ---- taking turns ------------------------------------------------------------------ */

static bool is_dated(const struct group *g)
{
	return g->begun && time_monotonic() - g->begun > AGE_MOST;
}

static void wake_waiting(struct group *g)
{
	_cleanup_vec_ struct vec waiting = g->waiting;

	g->waiting = VEC_INIT;
	for (size_t i = 0; i < waiting.len; i++)
		task_wake(waiting.items[i]);
}

/* Reads one more page, for whoever needs it. Why a list fails is no matter. */
static void group_read(struct group *g)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;

	if (!g->begun)
		g->begun = time_monotonic();
	g->state = GROUP_READING;
	if (read_page(g, &ignored) || (g->continued && g->seen >= 2 * g->wanted.len + PAGE_LEAST))
		g->state = GROUP_GIVEN_UP;
	else
		g->state = g->continued ? GROUP_OPEN : GROUP_WHOLE;
	wake_waiting(g);
}

/* Reads until it is known whether e is there, or that the list does not tell. */
static void entry_seek(struct group *g, const struct entry *e)
{
	while (e->state == ENTRY_UNSEEN && !is_dated(g) && (g->state == GROUP_OPEN || g->state == GROUP_READING)) {
		if (g->state == GROUP_OPEN) {
			group_read(g);
		} else {
			vec_add(&g->waiting, task_current());
			task_park();
		}
	}
}

/* True when the list told what became of e: *ret is its object, or NULL. */
static bool entry_take(struct group *g, struct entry *e, cJSON **ret)
{
	bool known = !is_dated(g) && (e->state == ENTRY_HELD || (e->state == ENTRY_UNSEEN && g->state == GROUP_WHOLE));
	_cleanup_error_ struct error ignored = ERROR_INIT;
	cJSON *object = NULL;

	if (known && e->text && json_parse(e->text, e->len, NULL, &object, &ignored))
		known = false;
	if (known)
		*ret = object;
	g->owner->held -= e->len;
	e->len = 0;
	free(TAKE_PTR(e->text));
	e->state = ENTRY_USED;
	return known;
}

int prefetch_get(struct prefetch *p, const struct target *t, cJSON **ret, bool *ret_listed, struct error *err)
{
	struct group *g = is_listable(t) ? group_of(p, t) : NULL;
	struct entry *e = g && g->wanted.len >= LEAST ? map_get(&g->wanted, t->name) : NULL;

	/* The very first request is a GET: a server that cannot be reached or lets nobody in then shows itself as ever. */
	if (e && client_was_answered(p->client))
		entry_seek(g, e);
	*ret_listed = e && entry_take(g, e, ret);
	if (*ret_listed || !client_get(p->client, t->resource, t->namespace, t->name ? t->name : "", NULL, ret, err))
		return 0;
	if (error_is_unknown_type(err) || !error_is_reason(err, "NotFound"))
		return -1;
	error_release(err);
	*ret = NULL;
	return 0;
}
