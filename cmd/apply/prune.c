#include "apply/prune.h"
#include "apply/prune_lists.h"
#include "each.h"

const struct option options_prune[] = {
	{"all", .type = OPTION_BOOL, .help = "With --prune: consider every object of the namespaces."},
	{"prune", .type = OPTION_BOOL, .help = "Delete objects that earlier applies made and this one does not name."},
	{"prune-allowlist", .type = OPTION_ARRAY, OPTION_ARG("GROUP/VERSION/KIND"),
	 .help = "Kinds that --prune may delete, as GROUP/VERSION/KIND (core/v1/ConfigMap); may be repeated."},
	{0},
};

/* What kubectl looks through where nothing else is said, in its order. */
static const struct {
	const char *version, *kind;
} default_kinds[] = {
	{"v1", "ConfigMap"},	       {"v1", "Endpoints"},	{"v1", "PersistentVolumeClaim"},
	{"v1", "Pod"},		       {"v1", "ReplicationController"}, {"v1", "Secret"},
	{"v1", "Service"},	       {"batch/v1", "Job"},	{"batch/v1", "CronJob"},
	{"networking.k8s.io/v1", "Ingress"}, {"apps/v1", "DaemonSet"}, {"apps/v1", "Deployment"},
	{"apps/v1", "ReplicaSet"},     {"apps/v1", "StatefulSet"}, {"v1", "Namespace"},
	{"v1", "PersistentVolume"},
};

void prune_release(struct prune *p)
{
	vec_release(&p->kinds);
}

/* ---- which kinds ----------------------------------------------------------------------------- */

/* A kind that the table knows may be missing on an old server: that must show before anything is applied. */
static int check_served(struct mapper *m, const struct resource *r, struct error *err)
{
	_cleanup_buf_ struct buf version = BUF_INIT;

	for (int fresh = 0; fresh <= 1; fresh++) {
		_cleanup_vec_ struct vec served = VEC_INIT;

		if (mapper_all(m, fresh, &served, err))
			return -1;
		for (size_t i = 0; i < served.len; i++) {
			if (resource_same(served.items[i], r))
				return 0;
		}
	}
	resource_api_version(&version, r);
	return error_set(err, ERROR_OTHER, "no matches for kind \"%s\" in version \"%s\"", r->kind, version.data);
}

static int allowlist_add(struct mapper *m, const char *text, struct vec *kinds, struct error *err)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf version = BUF_INIT;
	const struct resource *r;
	const char *group;

	vec_add_split(&parts, text, '/');
	if (parts.len != 3)
		return error_set(err, ERROR_OTHER,
				 "invalid GroupVersionKind format: %s, please follow <group/version/kind>", text);
	group = vec_string(&parts, 0);
	if (*group && strcmp(group, "core"))
		buf_printf(&version, "%s/", group);
	buf_puts(&version, vec_string(&parts, 1));
	if (mapper_find_kind(m, version.data, vec_string(&parts, 2), &r, err) ||
	    (*r->group && check_served(m, r, err)))
		return -1;
	vec_add(kinds, (void *)r);
	return 0;
}

static int default_kinds_add(struct mapper *m, struct vec *kinds, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_kinds); i++) {
		const struct resource *r;

		if (mapper_find_kind(m, default_kinds[i].version, default_kinds[i].kind, &r, err))
			return -1;
		vec_add(kinds, (void *)r);
	}
	return 0;
}

int prune_read(struct invocation *inv, struct prune *ret, struct error *err)
{
	const struct vec *written = args_list(inv->args, "prune-allowlist");
	_cleanup_(prune_release) struct prune p = {.by_default = !written->len};
	struct mapper *m;

	if (invocation_mapper(inv, &m, err))
		return -1;
	if (p.by_default && default_kinds_add(m, &p.kinds, err))
		return -1;
	for (size_t i = 0; i < written->len; i++) {
		if (allowlist_add(m, vec_string(written, i), &p.kinds, err))
			return -1;
	}
	*ret = p;
	p.kinds = VEC_INIT;
	return 0;
}

/* ---- what is to go ----------------------------------------------------------------------------- */

/* Each namespace with all namespaced kinds, then the kinds of the cluster. */
static void lists_plan(struct vec *lists, const struct prune *p, const struct vec *namespaces)
{
	for (size_t n = 0; n < namespaces->len; n++) {
		for (size_t i = 0; i < p->kinds.len; i++) {
			const struct resource *r = p->kinds.items[i];

			if (r->namespaced)
				prune_lists_add(lists, r, vec_string(namespaces, n));
		}
	}
	for (size_t i = 0; i < p->kinds.len; i++) {
		const struct resource *r = p->kinds.items[i];

		if (!r->namespaced)
			prune_lists_add(lists, r, NULL);
	}
}

static int prune_failed(const struct resource *r, struct error *err)
{
	_cleanup_buf_ struct buf prefix = BUF_INIT;

	buf_printf(&prefix, "error pruning %s object %s/%s, Kind=%s: ", r->namespaced ? "namespaced" : "nonNamespaced",
		   r->group, r->version, r->kind);
	return error_wrap(err, prefix.data);
}

/* A kind that the server does not know stops everything before it begins. */
static int check_kinds(const struct prune *p, const struct vec *lists, struct error *err)
{
	_cleanup_buf_ struct buf what = BUF_INIT, version = BUF_INIT;

	for (size_t i = 0; i < lists->len; i++) {
		const struct prune_list *l = lists->items[i];
		const struct resource *r = l->resource;

		if (!l->error.class || !error_is_unknown_type(&l->error))
			continue;
		if (p->by_default)
			buf_printf(&what, "error retrieving RESTMappings to prune: invalid resource %s/%s, Kind=%s, "
				   "Namespaced=%s: ", r->group, r->version, r->kind, r->namespaced ? "true" : "false");
		resource_api_version(&version, r);
		return error_set(err, ERROR_OTHER, "%sno matches for kind \"%s\" in version \"%s\"", what.data, r->kind,
				 version.data);
	}
	return 0;
}

/* The namespaces that were worked in, each once; borrowed. */
static int visited_namespaces(struct invocation *inv, const struct prune *p, const struct vec *kept, struct vec *ret,
			      struct error *err)
{
	const char *ns;
	bool given;

	if (invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (given && !p->kept_only)
		vec_add(ret, (void *)ns);
	for (size_t i = 0; i < kept->len; i++) {
		const struct target *t = kept->items[i];

		if (t->namespace && !vec_has_string(ret, t->namespace))
			vec_add(ret, t->namespace);
	}
	return 0;
}

int prune_find(struct invocation *inv, const struct prune *p, const struct vec *kept, bool whole,
	       struct vec *ret_targets, struct error *err)
{
	_cleanup_vec_ struct vec lists = VEC_OWNING(prune_list_free), namespaces = VEC_INIT;
	_cleanup_map_ struct map uids = MAP_INIT;
	struct client *c;

	if (invocation_client(inv, &c, err) || visited_namespaces(inv, p, kept, &namespaces, err))
		return -1;
	if (p->by_default)
		invocation_log_warning(inv, "prune.go:71",
				       "Deprecated: kubectl apply will no longer prune non-namespaced resources by default "
				       "when used with the --namespace flag in a future release. To preserve the current "
				       "behaviour, list the resources you want to target explicitly in the --prune-allowlist "
				       "flag.");
	kept_uids(kept, &uids);
	lists_plan(&lists, p, &namespaces);
	if (prune_lists_fetch(c, &lists, args_string(inv->args, "selector"), whole, err) || check_kinds(p, &lists, err))
		return -1;
	for (size_t i = 0; i < lists.len; i++) {
		struct prune_list *l = lists.items[i];

		if (l->error.class) {
			error_move(err, &l->error);
			return prune_failed(l->resource, err);
		}
		prune_list_take(l, &uids, true, ret_targets);
	}
	return 0;
}

/* ---- and goes ----------------------------------------------------------------------------------- */

static int prune_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *remains = NULL;
	struct client *c;

	if (invocation_client(inv, &c, err))
		return -1;
	if (!dry_run_client(inv) && deletion_delete(ctx, c, t, &remains, err))
		return prune_failed(t->resource, err);
	json_sort_keys(t->object);
	return print_operation(inv, "pruned", t->resource, t->object, err);
}

int prune_delete(struct invocation *inv, const struct deletion *d, const struct vec *targets, struct vec *errors,
		 struct error *err)
{
	return each_target(inv, targets, prune_target, (void *)d, errors, err);
}
