#include "kube/client.h"
#include "net/task.h"

/* The verbs on objects and lists: each makes a path, a query and a body for client_call(). */

/* A path and its query; release with buf_release(). */
static struct buf object_path(const struct resource *r, const char *ns, const char *name, const char *subresource,
                              const char *query)
{
	struct buf b = BUF_INIT;

	resource_path(&b, r, ns, name, subresource);
	if (!str_empty(query))
		buf_printf(&b, "?%s", query);
	return b;
}

/* One request with a JSON object, or none, as its body. */
static int call_object(struct client *c, const char *method, const struct buf *path, const cJSON *object, cJSON **ret,
                       struct error *err)
{
	_cleanup_buf_ struct buf body = BUF_INIT;

	if (object)
		json_print(&body, object, JSON_COMPACT | JSON_SORT_KEYS); /* servers quote it when they refuse it */
	struct client_request rq = {
	        .method = method,
	        .path = path->data,
	        .body = object ? body.data : NULL,
	        .body_len = body.len,
	};
	return client_call(c, &rq, ret, err);
}

int client_get(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
               cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf path = object_path(r, ns, name, subresource, NULL);

	if (resource_check_path(ns, name ? name : "", err))
		return -1;
	return call_object(c, "GET", &path, NULL, ret, err);
}

int client_create(struct client *c, const struct resource *r, const char *ns, const cJSON *object, const char *query,
                  cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf path = object_path(r, ns, NULL, NULL, query);

	if (resource_check_path(ns, NULL, err))
		return -1;
	return call_object(c, "POST", &path, object, ret, err);
}

int client_update(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
                  const cJSON *object, const char *query, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf path = object_path(r, ns, name, subresource, query);

	if (resource_check_path(ns, name ? name : "", err))
		return -1;
	return call_object(c, "PUT", &path, object, ret, err);
}

int client_patch(struct client *c, const struct resource *r, const char *ns, const char *name, const char *subresource,
                 const char *type, const char *patch, const char *query, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf path = object_path(r, ns, name, subresource, query);
	struct client_request rq = {
	        .method = "PATCH",
	        .path = path.data,
	        .content_type = type,
	        .body = patch,
	};

	if (resource_check_path(ns, name ? name : "", err))
		return -1;
	return client_call(c, &rq, ret, err);
}

int client_delete(struct client *c, const struct resource *r, const char *ns, const char *name, const cJSON *options,
                  const char *query, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf path = object_path(r, ns, name, NULL, query);

	if (resource_check_path(ns, name ? name : "", err))
		return -1;
	return call_object(c, "DELETE", &path, options, ret, err);
}

/* ---- lists ---------------------------------------------------------------- */

static void add_parameter(struct buf *query, const char *name, const char *value)
{
	if (str_empty(value))
		return;
	buf_printf(query, "%s%s=", query->len ? "&" : "", name);
	buf_url_escape(query, value);
}

void list_query(struct buf *out, const struct list_options *o, const char *continue_token)
{
	char limit[32];

	add_parameter(out, "labelSelector", o->label_selector);
	add_parameter(out, "fieldSelector", o->field_selector);
	if (o->limit > 0) {
		snprintf(limit, sizeof(limit), "%" PRId64, o->limit);
		add_parameter(out, "limit", limit);
	}
	add_parameter(out, "continue", continue_token);
	if (!str_empty(o->extra_query))
		buf_printf(out, "%s%s", out->len ? "&" : "", o->extra_query);
}

/* Says what was listed when the server refuses the list itself, as kubectl does. */
void list_error_explain(const struct resource *r, const struct list_options *o, struct error *err)
{
	const char *label = o->label_selector ? o->label_selector : "";
	const char *field = o->field_selector ? o->field_selector : "";

	if (!error_is_reason(err, "BadRequest") && !error_is_reason(err, "NotFound"))
		return;
	if (*label || *field)
		error_prefix(err,
		             "Unable to find \"%s/%s, Resource=%s\" that match label selector \"%s\", field selector "
		             "\"%s\": ",
		             r->group, r->version, r->name, label, field);
	else
		error_prefix(err, "Unable to list \"%s/%s, Resource=%s\": ", r->group, r->version, r->name);
}

/* A list that is asked for page by page. */
struct listing {
	struct client *client;
	const struct resource *resource;
	const char *namespace;
	const struct list_options *options;
};

/* A page under way. */
struct page_call {
	cJSON *json;
	struct error failure;
};

static void page_done(void *ctx, cJSON *json, struct error *err)
{
	struct page_call *call = ctx;

	call->json = json;
	if (err && err->class)
		error_move(&call->failure, err);
}

static int page_start(const struct listing *l, const char *token, struct page_call *call, struct error *err)
{
	_cleanup_buf_ struct buf query = BUF_INIT, path = BUF_INIT;

	if (resource_check_path(l->namespace, NULL, err))
		return -1;
	list_query(&query, l->options, token);
	path = object_path(l->resource, l->namespace, NULL, NULL, query.data);
	struct client_request rq = {.method = "GET", .path = path.data, .accept = l->options->accept};
	return client_start(l->client, &rq, page_done, call, err);
}

static int page_wait(const struct listing *l, struct page_call *call, cJSON **ret, struct error *err)
{
	if (client_run(l->client, err))
		return -1;
	if (call->failure.class) {
		error_move(err, &call->failure);
		return -1;
	}
	*ret = TAKE_PTR(call->json);
	return 0;
}

/* The token that an expired list may go on with; NULL when the server offers none. free() it. */
static char *inconsistent_continue(const struct error *err)
{
	_cleanup_json_ cJSON *status = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *token;

	if (err->http_status != 410 || !err->status_json ||
	    json_parse(err->status_json, strlen(err->status_json), NULL, &status, &ignored))
		return NULL;
	token = json_path_string(status, "metadata", "continue", NULL);
	return str_empty(token) ? NULL : xstrdup(token);
}

/* Waits for a page; of a list that expired meanwhile it is the rest as it is now. */
static int page_take(const struct listing *l, struct page_call *call, cJSON **ret, struct error *err)
{
	_cleanup_free_ char *token = NULL;

	if (!page_wait(l, call, ret, err))
		return 0;
	token = inconsistent_continue(err);
	if (token) {
		error_release(err);
		if (!page_start(l, token, call, err) && !page_wait(l, call, ret, err))
			return 0;
	}
	list_error_explain(l->resource, l->options, err);
	return -1;
}

int client_list_pages_after(struct client *c, const struct resource *r, const char *ns, const struct list_options *o,
                            cJSON *first, client_page_fn *page, void *ctx, struct error *err)
{
	const struct listing l = {c, r, ns, o};
	cJSON *json = first;

	for (;;) {
		_cleanup_free_ char *token = xstrdup(json_path_string(json, "metadata", "continue", NULL));
		_cleanup_error_ struct error ignored = ERROR_INIT;
		struct page_call next = {0};

		if (str_empty(token))
			return page(ctx, json, err) ? -1 : 0;
		if (page_start(&l, token, &next, err)) {
			cJSON_Delete(json);
			return -1;
		}
		if (!task_current()) /* in a task, whoever takes the turns does */
			client_turn(c, 0);
		if (page(ctx, json, err)) {
			page_wait(&l, &next, &json, &ignored); /* what is under way must find its place */
			cJSON_Delete(ignored.class ? NULL : json);
			return -1;
		}
		if (page_take(&l, &next, &json, err))
			return -1;
	}
}

int client_list_pages(struct client *c, const struct resource *r, const char *ns, const struct list_options *o,
                      client_page_fn *page, void *ctx, struct error *err)
{
	const struct listing l = {c, r, ns, o};
	struct page_call call = {0};
	cJSON *first;

	if (page_start(&l, NULL, &call, err) || page_take(&l, &call, &first, err))
		return -1;
	return client_list_pages_after(c, r, ns, o, first, page, ctx, err);
}

/* Moves the items of list more to the end of list into; releases more. */
static void list_join(cJSON *into, cJSON *more)
{
	cJSON *a = json_ensure_array(into, "items"), *b = json_get(more, "items");
	cJSON *first = b ? b->child : NULL;

	if (a && first) {
		cJSON *last = first->prev;

		b->child = NULL;
		if (a->child) {
			cJSON *tail = a->child->prev;

			tail->next = first;
			first->prev = tail;
			a->child->prev = last;
		} else {
			a->child = first;
		}
	}
	cJSON_Delete(more);
}

static int collect_page(void *ctx, cJSON *json, struct error *err)
{
	cJSON **list = ctx;

	(void)err;
	if (*list)
		list_join(*list, json);
	else
		*list = json;
	return 0;
}

int client_list(struct client *c, const struct resource *r, const char *ns, const struct list_options *o, cJSON **ret,
                struct error *err)
{
	_cleanup_json_ cJSON *list = NULL;
	cJSON *metadata;

	if (client_list_pages(c, r, ns, o, collect_page, &list, err))
		return -1;
	metadata = json_get(list, "metadata");
	if (json_is_object(metadata)) {
		json_remove(metadata, "continue");
		json_remove(metadata, "remainingItemCount");
	}
	*ret = TAKE_PTR(list);
	return 0;
}
