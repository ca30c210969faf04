#include "kube/targets.h"

/* From targets to live objects. */

void list_complete_items(cJSON *list)
{
	const char *kind = json_string(list, "kind"), *version = json_string(list, "apiVersion");
	_cleanup_free_ char *item_kind = NULL;
	cJSON *item;

	if (!kind || !version)
		return;
	item_kind = xstrndup(kind, strlen(kind) - (str_ends(kind, "List") ? 4 : 0));
	cJSON_ArrayForEach(item, json_get(list, "items"))
	{
		if (!json_is_object(item) || json_get(item, "kind") || json_get(item, "apiVersion"))
			continue;
		json_set_string(item, "kind", item_kind);
		json_set_string(item, "apiVersion", version);
	}
}

void target_explain_not_found(struct client *c, const char *ns, struct error *err)
{
	static const struct resource namespaces = {.group = "", .version = "v1", .name = "namespaces"};
	struct error missing = ERROR_INIT;

	if (!error_is_reason(err, "NotFound") || str_empty(ns) || !strcmp(ns, "default"))
		return;
	if (client_get(c, &namespaces, NULL, ns, NULL, NULL, &missing) && error_is_reason(&missing, "NotFound"))
		error_move(err, &missing);
	error_release(&missing);
}

/* Takes object. */
static void target_set_object(struct target *t, cJSON *object)
{
	cJSON_Delete(t->object);
	t->object = object;
}

/* A manifest asks for its own version, and nothing else will do. */
static void manifest_unmapped(const struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf version = BUF_INIT;

	resource_api_version(&version, t->resource);
	error_set(err, ERROR_OTHER,
	          "resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": no matches for kind "
	          "\"%s\" in version \"%s\"\nensure CRDs are installed first",
	          t->name, t->namespace_defaulted || !t->namespace ? "" : t->namespace, t->source, t->resource->kind,
	          version.data);
}

/*
 * What to try after a GET failed: another version of the type. True: t was
 * changed, try again. Otherwise err stays, or says that there is no such type.
 */
static bool target_remap(struct mapper *m, struct target *t, struct error *err)
{
	_cleanup_error_ struct error cause = ERROR_INIT;
	const struct resource *r;
	bool found;

	if (!error_is_unknown_type(err))
		return false;
	found = !mapper_refresh(m, t->resource, &r, &cause);
	if (found && !t->source) {
		t->resource = r;
		return true;
	}
	if (t->source && (found || cause.class == ERROR_OTHER))
		manifest_unmapped(t, err);
	else if (cause.class == ERROR_OTHER)
		error_move(err, &cause);
	return false;
}

int target_get(struct client *c, struct mapper *m, struct target *t, const char *subresource, struct error *err)
{
	cJSON *object;
	int failure = client_get(c, t->resource, t->namespace, t->name, subresource, &object, err);

	if (failure && target_remap(m, t, err)) {
		error_release(err);
		failure = client_get(c, t->resource, t->namespace, t->name, subresource, &object, err);
	}
	if (failure) {
		target_explain_not_found(c, t->namespace, err);
		return -1;
	}
	target_set_object(t, object);
	return 0;
}

/* ---- many at a time ------------------------------------------------------------------------ */

/* One target under way: its object or the first page of its list is asked for with all others. */
struct fetch {
	struct target *target;
	cJSON *page;
	struct error error;
};

static void fetch_free(struct fetch *f)
{
	target_free(f->target);
	cJSON_Delete(f->page);
	error_release(&f->error);
	free(f);
}

static void fetch_answered(void *ctx, cJSON *json, struct error *err)
{
	struct fetch *f = ctx;

	if (err->class)
		error_move(&f->error, err);
	else if (f->target->name)
		target_set_object(f->target, json);
	else
		f->page = json;
}

static struct list_options list_options_of(const struct target_options *o)
{
	return (struct list_options){
	        .label_selector = o->selector,
	        .field_selector = o->field_selector,
	        .limit = o->chunk_size,
	};
}

static int fetch_start(struct client *c, struct fetch *f, const struct target_options *o, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT, query = BUF_INIT;
	const struct list_options list = list_options_of(o);
	const struct target *t = f->target;

	if (resource_check_path(t->namespace, t->name, &f->error))
		return 0;
	resource_path(&path, t->resource, t->namespace, t->name, t->name ? o->subresource : NULL);
	if (!t->name)
		list_query(&query, &list, NULL);
	if (query.len)
		buf_printf(&path, "?%s", query.data);
	struct client_request rq = {.method = "GET", .path = path.data};
	return client_start(c, &rq, fetch_answered, f, err);
}

static int fetch_all(struct client *c, const struct vec *fetches, const struct target_options *o, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int failure = 0;

	for (size_t i = 0; i < fetches->len && !failure; i++) {
		struct fetch *f = fetches->items[i];

		/* a manifest's object that the server is to name is not there yet */
		if (!f->target->object || !str_empty(f->target->name))
			failure = fetch_start(c, f, o, err);
	}
	/* also what was started before a failure must end: it answers to fetches */
	if (client_run(c, failure ? &ignored : err))
		return -1;
	return failure;
}

/* The objects of a list as targets of their own. Takes list. */
static void add_items(const struct target *t, cJSON *list, struct vec *ret_targets)
{
	cJSON *items, *item;

	list_complete_items(list);
	items = json_get(list, "items");
	while (items && (item = items->child)) {
		struct target *one = NEW(struct target);

		cJSON_DetachItemViaPointer(items, item);
		one->resource = t->resource;
		one->namespace = xstrdup(json_path_string(item, "metadata", "namespace", NULL));
		one->name = xstrdup(json_path_string(item, "metadata", "name", NULL));
		one->object = item;
		vec_add(ret_targets, one);
	}
	cJSON_Delete(list);
}

struct list_fetch {
	const struct target *target;
	struct vec *targets;
};

static int take_page(void *ctx, cJSON *page, struct error *err)
{
	struct list_fetch *l = ctx;

	(void)err;
	add_items(l->target, page, l->targets);
	return 0;
}

/* Adds the objects of a list whose first page was asked for. */
static int fetch_list(struct client *c, struct mapper *m, struct fetch *f, const struct target_options *o,
                      struct vec *ret_targets, struct error *err)
{
	struct target *t = f->target;
	struct list_fetch l = {.target = t, .targets = ret_targets};
	const struct list_options options = list_options_of(o);

	if (f->page)
		return client_list_pages_after(c, t->resource, t->namespace, &options, TAKE_PTR(f->page), take_page, &l, err);
	if (!target_remap(m, t, &f->error)) {
		list_error_explain(t->resource, &options, &f->error);
		error_move(err, &f->error);
		return -1;
	}
	return client_list_pages(c, t->resource, t->namespace, &options, take_page, &l, err);
}

/* Turns one target into objects of ret_targets; takes a named target when all is well. */
static int fetch_settle(struct client *c, struct mapper *m, struct fetch *f, const struct target_options *o,
                        struct vec *ret_targets, struct error *err)
{
	if (!f->target->name)
		return fetch_list(c, m, f, o, ret_targets, err);
	if (o->looks && str_empty(f->target->name))
		return error_set(err, ERROR_OTHER, "resource name may not be empty");
	if (f->error.class && error_is_unknown_type(&f->error)) {
		if (target_get(c, m, f->target, o->subresource, err))
			return -1;
	} else if (f->error.class) {
		error_move(err, &f->error);
		target_explain_not_found(c, f->target->namespace, err);
		return -1;
	}
	vec_add(ret_targets, TAKE_PTR(f->target));
	return 0;
}

/* Moves resolved targets into fetches. */
static void fetches_take(struct vec *fetches, struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		struct fetch *f = NEW(struct fetch);

		f->target = targets->items[i];
		vec_add(fetches, f);
	}
	targets->len = 0;
}

/* Moves errors until the first n of from are in to: all have their place among those of fetching. */
static void take_errors(struct vec *to, const struct vec *from, size_t *taken, size_t n)
{
	while (*taken < n) {
		struct error *e = error_take(from->items[(*taken)++]);

		e->reading = false;
		vec_add(to, e);
	}
}

/* What came of the last fetch was met after that many errors. */
static void count_errors(const struct vec *targets, size_t first, size_t n)
{
	for (size_t i = first; i < targets->len; i++)
		((struct target *)targets->items[i])->errors_before = n;
}

/* A type that the server does not serve in any version. */
static bool is_unknown_type(const struct error *err)
{
	return err->class == ERROR_OTHER && str_starts(err->message, "the server doesn't have a resource type ");
}

int targets_fetch(struct client *c, struct mapper *m, const struct target_options *o, struct vec *ret_targets,
                  struct vec *ret_errors, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), fetches = VEC_OWNING(fetch_free);
	_cleanup_vec_ struct vec unresolved = VEC_OWNING(error_free);
	size_t taken = 0;

	if (targets_resolve(m, o, &targets, &unresolved, err))
		return -1;
	fetches_take(&fetches, &targets);
	if (fetch_all(c, &fetches, o, err))
		return -1;
	if (o->looks)
		take_errors(ret_errors, &unresolved, &taken, unresolved.len);
	for (size_t i = 0; i < fetches.len; i++) {
		struct fetch *f = fetches.items[i];
		struct error failure = ERROR_INIT;
		size_t first = ret_targets->len;

		take_errors(ret_errors, &unresolved, &taken, f->target->errors_before);
		if (!fetch_settle(c, m, f, o, ret_targets, &failure)) {
			count_errors(ret_targets, first, ret_errors->len);
			continue;
		}
		/* kubectl would not have known it to begin with */
		if (!f->target->source && is_unknown_type(&failure)) {
			error_move(err, &failure);
			return -1;
		}
		/* Who was never answered has one thing to say, and not one for each object. */
		if (failure.class == ERROR_CANCELLED || (failure.request && !client_was_answered(c))) {
			error_move(err, &failure);
			return -1;
		}
		vec_add(ret_errors, error_take(&failure));
	}
	take_errors(ret_errors, &unresolved, &taken, unresolved.len);
	return 0;
}
