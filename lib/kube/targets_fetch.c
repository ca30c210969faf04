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

	if (!client_error_is_missing_type(err))
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

/* One target under way; result is what becomes of it, in order. */
struct fetch {
	struct target *target;
	struct error error;
};

static void fetch_free(struct fetch *f)
{
	target_free(f->target);
	error_release(&f->error);
	free(f);
}

static void fetch_answered(void *ctx, cJSON *json, struct error *err)
{
	struct fetch *f = ctx;

	if (err->class)
		error_move(&f->error, err);
	else
		target_set_object(f->target, json);
}

static int fetch_start(struct client *c, struct fetch *f, const char *subresource, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	const struct target *t = f->target;

	resource_path(&path, t->resource, t->namespace, t->name, subresource);
	struct client_request rq = {.method = "GET", .path = path.data};
	return client_start(c, &rq, fetch_answered, f, err);
}

static int fetch_named(struct client *c, const struct vec *fetches, const char *subresource, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int failure = 0;

	for (size_t i = 0; i < fetches->len && !failure; i++) {
		struct fetch *f = fetches->items[i];

		if (!str_empty(f->target->name))
			failure = fetch_start(c, f, subresource, err);
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

static int fetch_list(struct client *c, struct mapper *m, struct target *t, const struct target_options *o,
                      struct vec *ret_targets, struct error *err)
{
	const struct list_options options = {
	        .label_selector = o->selector,
	        .field_selector = o->field_selector,
	        .limit = o->chunk_size,
	};
	cJSON *list;
	int failure = client_list(c, t->resource, t->namespace, &options, &list, err);

	if (failure && target_remap(m, t, err)) {
		error_release(err);
		failure = client_list(c, t->resource, t->namespace, &options, &list, err);
	}
	if (failure)
		return -1;
	add_items(t, list, ret_targets);
	return 0;
}

/* Turns one target into objects of ret_targets; takes a named target when all is well. */
static int fetch_settle(struct client *c, struct mapper *m, struct fetch *f, const struct target_options *o,
                        struct vec *ret_targets, struct error *err)
{
	if (!f->target->name)
		return fetch_list(c, m, f->target, o, ret_targets, err);
	if (f->error.class && client_error_is_missing_type(&f->error)) {
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

int targets_fetch(struct client *c, struct mapper *m, const struct target_options *o, struct vec *ret_targets,
                  struct vec *ret_errors, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), fetches = VEC_OWNING(fetch_free);

	if (targets_resolve(m, o, &targets, ret_errors, err))
		return -1;
	fetches_take(&fetches, &targets);
	if (fetch_named(c, &fetches, o->subresource, err))
		return -1;
	for (size_t i = 0; i < fetches.len; i++) {
		struct error failure = ERROR_INIT;

		if (!fetch_settle(c, m, fetches.items[i], o, ret_targets, &failure))
			continue;
		if (failure.class == ERROR_CANCELLED) {
			error_move(err, &failure);
			return -1;
		}
		vec_add(ret_errors, error_take(&failure));
	}
	return 0;
}
