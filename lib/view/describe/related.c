#include "view/describe/engine.h"

/* What descriptions ask for besides the object itself. */

#define CORE(plural)                                                                                                   \
	{                                                                                                              \
		.group = "", .version = "v1", .name = plural, .namespaced = true                                       \
	}

const struct related related_events = {.resource = CORE("events"), .subject = "events"};
const struct related related_pods = {.resource = CORE("pods"), .subject = "pods"};
const struct related related_services = {.resource = CORE("services"), .single = true};
const struct related related_quotas = {.resource = CORE("resourcequotas"), .subject = "resourcequotas"};
const struct related related_limits = {.resource = CORE("limitranges"), .subject = "limitranges"};
const struct related related_replica_sets = {
	.resource = {.group = "apps", .version = "v1", .name = "replicasets", .namespaced = true},
};
const struct related related_slices = {
	.resource = {.group = "discovery.k8s.io", .version = "v1", .name = "endpointslices", .namespaced = true},
};
const struct related related_lease = {
	.resource = {.group = "coordination.k8s.io", .version = "v1", .name = "leases", .namespaced = true},
	.single = true,
};
const struct related related_resource_slices = {
	.resource = {.group = "resource.k8s.io", .version = "v1", .name = "resourceslices"},
};

void answer_free(struct answer *a)
{
	free(a->name);
	free(a->namespace);
	free(a->label_selector);
	free(a->field_selector);
	cJSON_Delete(a->json);
	error_release(&a->error);
	free(a);
}

static struct answer *answer_find(const struct describe *d, const struct related *what, const char *name)
{
	for (size_t i = 0; i < d->answers.len; i++) {
		struct answer *a = d->answers.items[i];

		if (a->what == what && !strcmp(a->name, name))
			return a;
	}
	return NULL;
}

const cJSON *answer_get(const struct describe *d, const struct related *what, const char *name,
			const struct error **ret_error)
{
	const struct answer *a = answer_find(d, what, name);

	if (ret_error)
		*ret_error = a && a->error.class ? &a->error : NULL;
	return a && !a->error.class ? a->json : NULL;
}

bool answer_required(struct describe *d, const struct related *what, const char *name)
{
	struct answer *a = answer_find(d, what, name);

	if (!a || !a->error.class)
		return false;
	/* the first failure is the one that is told */
	if (!d->failed.class)
		error_move(&d->failed, &a->error);
	return true;
}

/* Says what was listed, as kubectl does for what it lists on its own. */
static void explain(struct answer *a)
{
	if (!a->what->subject || (a->error.http_status != 400 && a->error.http_status != 404))
		return;
	if (!a->label_selector && !a->field_selector)
		error_prefix(&a->error, "Unable to list \"%s\": ", a->what->subject);
	else
		error_prefix(&a->error,
			     "Unable to find \"%s\" that match label selector \"%s\", field selector \"%s\": ",
			     a->what->subject, a->label_selector ?: "", a->field_selector ?: "");
}

static void answered(void *ctx, cJSON *json, struct error *err)
{
	struct answer *a = ctx;

	a->json = json;
	if (!err || !err->class)
		return;
	error_move(&a->error, err);
	explain(a);
}

static struct list_options list_of(const struct describe *d, const struct answer *a)
{
	return (struct list_options){
		.label_selector = a->label_selector,
		.field_selector = a->field_selector,
		.limit = d->options->chunk_size,
	};
}

void ask(struct describe *d, const struct related *what, const char *ns, const char *name, const char *label_selector,
	 const char *field_selector)
{
	_cleanup_buf_ struct buf path = BUF_INIT, query = BUF_INIT;
	struct answer *a;

	if (answer_find(d, what, name))
		return;
	a = NEW(struct answer);
	a->what = what;
	a->name = xstrdup(name);
	a->namespace = xstrdup(ns);
	a->label_selector = xstrdup(label_selector);
	a->field_selector = xstrdup(field_selector);
	vec_add(&d->answers, a);
	resource_path(&path, &what->resource, ns, what->single ? name : NULL, NULL);
	if (!what->single) {
		const struct list_options o = list_of(d, a);

		list_query(&query, &o, NULL);
		if (query.len)
			buf_printf(&path, "?%s", query.data);
	}
	client_start(d->client, &(struct client_request){.method = "GET", .path = path.data}, answered, a, &a->error);
}

static int page_add(void *ctx, cJSON *page, struct error *err)
{
	struct answer *a = ctx;
	cJSON *items, *more = json_get(page, "items"), *item;

	(void)err;
	if (!a->json) {
		a->json = page;
		return 0;
	}
	items = json_ensure_array(a->json, "items");
	while (more && (item = more->child)) {
		cJSON_DetachItemViaPointer(more, item);
		json_append(items, item);
	}
	cJSON_Delete(page);
	return 0;
}

void answers_complete(struct describe *d)
{
	for (size_t i = 0; i < d->answers.len; i++) {
		struct answer *a = d->answers.items[i];
		const struct list_options o = list_of(d, a);

		if (a->json && !a->what->single)
			client_list_pages_after(d->client, &a->what->resource, a->namespace, &o, TAKE_PTR(a->json), page_add, a,
						&a->error);
	}
}

void ask_events(struct describe *d, const char *uid, bool with_kind, const char *name)
{
	const char *ns = text_at(d->object, "metadata.namespace");
	_cleanup_buf_ struct buf fields = BUF_INIT;

	buf_printf(&fields, "involvedObject.name=%s,involvedObject.namespace=%s", text_at(d->object, "metadata.name"),
		   ns);
	if (with_kind)
		buf_printf(&fields, ",involvedObject.kind=%s", d->resource->kind);
	if (*uid)
		buf_printf(&fields, ",involvedObject.uid=%s", uid);
	ask(d, &related_events, *ns ? ns : NULL, name, NULL, fields.data);
}
