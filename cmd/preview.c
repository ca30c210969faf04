#include "preview.h"

#include "kube/apply.h"

#define LOCKED_TRIES 3 /* then the object is asked about whatever its version is */

void preview_free(struct preview *p)
{
	if (!p)
		return;
	free(p->name);
	cJSON_Delete(p->live);
	cJSON_Delete(p->merged);
	free(p);
}
DEFINE_CLEANUP(struct preview *, preview_free);

static char *file_name(const struct resource *r, const char *ns, const char *name)
{
	return xasprintf("%s%s%s.%s.%s.%s", r->group, *r->group ? "." : "", r->version, r->kind, ns ? ns : "", name);
}

/* ---- what it would be ----------------------------------------------------------- */

static int merged_by_server(const struct preview_options *o, const struct target *t, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf body = BUF_INIT;

	json_print(&body, t->object, JSON_COMPACT | JSON_SORT_KEYS);
	return client_patch(o->client, t->resource, t->namespace, t->name, NULL, PATCH_APPLY, body.data, o->query, ret, err);
}

static int merged_patch(const struct preview_options *o, struct invocation *inv, const struct target *t,
			const cJSON *live, bool locked, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *modified = json_copy(t->object), *patch = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *type = NULL;

	last_applied_remove(modified);
	if (apply_patch_as_is(t->resource, modified, live, true, &type, &patch, err))
		return patch_uncomputable(inv, modified, live, !strcmp(type, PATCH_STRATEGIC), err);
	if (!patch->child) {
		*ret = json_copy(live);
		return 0;
	}
	if (locked)
		json_set_string(json_ensure_object(patch, "metadata"), "resourceVersion",
				json_path_string(live, "metadata", "resourceVersion", NULL));
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	return client_patch(o->client, t->resource, t->namespace, t->name, NULL, type, text.data, o->query, ret, err);
}

static int merged_get(const struct preview_options *o, struct invocation *inv, struct target *t,
		      const cJSON *live, bool locked, cJSON **ret, struct error *err)
{
	if (o->server_side)
		return merged_by_server(o, t, ret, err);
	if (!live) {
		/* In kubectl's order, which shows where a server quotes what it could not read. */
		json_sort_keys(t->object);
		return client_create(o->client, t->resource, t->namespace, t->object, o->query, ret, err);
	}
	if (!merged_patch(o, inv, t, live, locked, ret, err))
		return 0;
	return err->class == ERROR_CANCELLED ? -1 : error_add_source(err, "patching", t->source);
}

/* *ret NULL: it is not there. */
static int live_get(const struct preview_options *o, struct invocation *inv, struct target *t, cJSON **ret,
		    bool *ret_listed, struct error *err)
{
	if (!prefetch_get(o->live, t, ret, ret_listed, err))
		return 0;
	if (error_is_unknown_type(err))
		return target_remap(inv, t, err);
	manifest_unreachable(inv, t, o->validates, err);
	return -1;
}

static void warn_of_changes(struct invocation *inv, const struct target *t)
{
	const struct resource *r = t->resource;
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_printf(&text, "Object (%s/%s, Kind=%s: %s) keeps changing, diffing without lock", r->group, r->version, r->kind,
		   t->name);
	invocation_log_warning(inv, "diff.go:723", text.data);
}

static int preview_try(const struct preview_options *o, struct invocation *inv, struct target *t, bool locked,
		       struct preview *p, bool *ret_listed, struct error *err)
{
	cJSON *live = NULL;

	if (live_get(o, inv, t, &live, ret_listed, err))
		return -1;
	cJSON_Delete(p->live);
	p->live = live;
	if (!locked && live)
		warn_of_changes(inv, t);
	return merged_get(o, inv, t, p->live, locked, &p->merged, err);
}

int preview_target(const struct preview_options *o, struct invocation *inv, struct target *t, struct preview **ret,
		   struct error *err)
{
	_cleanup_(preview_free_p) struct preview *p = NEW(struct preview);
	bool listed = false;
	int failed = -1;

	p->target = t;
	for (int i = 0; i <= LOCKED_TRIES; i += !listed) {
		failed = preview_try(o, inv, t, i < LOCKED_TRIES, p, &listed, err);
		if (!failed)
			break;
		/* a list may be some seconds old */
		if (listed && err->class == ERROR_API)
			continue;
		if (!error_is_reason(err, "Conflict"))
			break;
		/* To server-side apply a conflict is about owners of fields, which another look would not change. */
		if (o->server_side) {
			warn_of_changes(inv, t);
			break;
		}
	}
	if (p->live)
		warn_if_deleting(inv, p->live);
	if (failed)
		return -1;
	p->name = file_name(t->resource, t->namespace, t->name);
	*ret = TAKE_PTR(p);
	return 0;
}

struct preview *preview_creation(const struct target *t)
{
	struct preview *p = NEW(struct preview);

	p->target = t;
	p->name = file_name(t->resource, t->namespace, t->name);
	p->merged = json_copy(t->object);
	return p;
}

struct preview *preview_deletion(const struct resource *r, cJSON *live)
{
	struct preview *p = NEW(struct preview);

	p->name = file_name(r, json_path_string(live, "metadata", "namespace", NULL),
			    json_path_string(live, "metadata", "name", NULL));
	p->live = live;
	return p;
}
