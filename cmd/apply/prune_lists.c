#include "apply/prune_lists.h"

#include "kube/apply.h"

void prune_list_free(struct prune_list *l)
{
	cJSON_Delete(l->json);
	error_release(&l->error);
	free(l);
}

void prune_lists_add(struct vec *lists, const struct resource *r, const char *ns)
{
	struct prune_list *l = NEW(struct prune_list);

	l->resource = r;
	l->namespace = ns;
	vec_add(lists, l);
}

static void list_answered(void *ctx, cJSON *json, struct error *err)
{
	struct prune_list *l = ctx;

	if (err->class)
		error_move(&l->error, err);
	else
		l->json = json;
}

static int list_start(struct client *c, struct prune_list *l, const struct list_options *o, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT, query = BUF_INIT;
	struct client_request rq = {.method = "GET", .accept = o->accept};

	resource_path(&path, l->resource, l->namespace, NULL, NULL);
	list_query(&query, o, NULL);
	if (query.len)
		buf_printf(&path, "?%s", query.data);
	rq.path = path.data;
	return client_start(c, &rq, list_answered, l, err);
}

int prune_lists_fetch(struct client *c, const struct vec *lists, const char *selector, bool whole, struct error *err)
{
	const struct list_options o = {
		.label_selector = selector,
		.accept = whole ? NULL : "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
	};
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int failure = 0;

	for (size_t i = 0; i < lists->len && !failure; i++)
		failure = list_start(c, lists->items[i], &o, err);
	/* also what was started before a failure must end: it answers to lists */
	if (client_run(c, failure ? &ignored : err))
		return -1;
	return failure;
}

/* Takes object, which may be one that a list of bare metadata gave. */
static void target_add(struct vec *targets, const struct prune_list *l, cJSON *object)
{
	_cleanup_buf_ struct buf version = BUF_INIT;
	struct target *t = NEW(struct target);

	resource_api_version(&version, l->resource);
	json_set_string(object, "apiVersion", version.data);
	json_set_string(object, "kind", l->resource->kind);
	t->resource = l->resource;
	t->namespace = xstrdup(l->namespace);
	t->name = xstrdup(json_path_string(object, "metadata", "name", NULL));
	t->object = object;
	vec_add(targets, t);
}

void prune_list_take(struct prune_list *l, const struct map *kept, bool applied_only, struct vec *targets)
{
	cJSON *items = json_get(l->json, "items"), *item = items ? items->child : NULL;

	while (item) {
		cJSON *next = item->next;
		const char *uid = json_path_string(item, "metadata", "uid", NULL);

		if ((!applied_only || last_applied_text(item)) && !map_has(kept, uid ? uid : "")) {
			cJSON_DetachItemViaPointer(items, item);
			target_add(targets, l, item);
		}
		item = next;
	}
}

void kept_uids(const struct vec *kept, struct map *ret)
{
	for (size_t i = 0; i < kept->len; i++) {
		const char *uid = json_path_string(((const struct target *)kept->items[i])->object, "metadata", "uid", NULL);

		map_set(ret, uid ? uid : "", NULL);
	}
}
