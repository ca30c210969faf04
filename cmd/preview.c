#include "preview.h"

#include "kube/apply.h"

#define LOCKED_TRIES 3 /* then the object is asked about whatever its version is */

void preview_free(struct preview *p)
{
	if (!p)
		return;
	free(p->name);
	buf_release(&p->live);
	buf_release(&p->merged);
	free(p);
}

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

/* What is there, and what it would be. */
struct sides {
	cJSON *live, *merged;
};

static void sides_release(struct sides *s)
{
	cJSON_Delete(s->live);
	cJSON_Delete(s->merged);
}

static int preview_try(const struct preview_options *o, struct invocation *inv, struct target *t, bool locked,
		       struct sides *s, bool *ret_listed, struct error *err)
{
	cJSON *live = NULL;

	if (live_get(o, inv, t, &live, ret_listed, err))
		return -1;
	cJSON_Delete(s->live);
	s->live = live;
	if (!locked && live)
		warn_of_changes(inv, t);
	return merged_get(o, inv, t, s->live, locked, &s->merged, err);
}

/* sides.live is set on failure, too, when it was found. */
static int sides_get(const struct preview_options *o, struct invocation *inv, struct target *t, struct sides *s,
		     struct error *err)
{
	bool listed = false;

	for (int i = 0; i <= LOCKED_TRIES; i += !listed) {
		if (!preview_try(o, inv, t, i < LOCKED_TRIES, s, &listed, err))
			return 0;
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
	return -1;
}

static struct preview *preview_new(const struct target *t, const struct resource *r, const char *ns, const char *name)
{
	struct preview *p = NEW(struct preview);

	*p = (struct preview){.target = t, .name = file_name(r, ns, name), .live = BUF_INIT, .merged = BUF_INIT};
	return p;
}

int preview_target(const struct preview_options *o, struct invocation *inv, struct target *t, struct preview **ret,
		   cJSON **ret_live, struct error *err)
{
	_cleanup_(sides_release) struct sides s = {0};
	int failed = sides_get(o, inv, t, &s, err);
	struct preview *p;

	if (s.live)
		warn_if_deleting(inv, s.live);
	if (failed)
		return -1;
	p = preview_new(t, t->resource, t->namespace, t->name);
	preview_render(p, &o->hiding, s.live, s.merged);
	*ret = p;
	if (ret_live)
		*ret_live = TAKE_PTR(s.live);
	return 0;
}

struct preview *preview_creation(const struct preview_options *o, const struct target *t)
{
	struct preview *p = preview_new(t, t->resource, t->namespace, t->name);
	_cleanup_json_ cJSON *merged = json_copy(t->object);

	preview_render(p, &o->hiding, NULL, merged);
	return p;
}

struct preview *preview_deletion(const struct preview_options *o, const struct resource *r, cJSON *live)
{
	struct preview *p = preview_new(NULL, r, json_path_string(live, "metadata", "namespace", NULL),
					json_path_string(live, "metadata", "name", NULL));

	preview_render(p, &o->hiding, live, NULL);
	return p;
}
