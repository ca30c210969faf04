#include "auth/auth.h"

#include "each.h"
#include "kube/rbac.h"
#include "objects.h"

static const struct option options_reconcile[] = {
	{"remove-extra-permissions", .type = OPTION_BOOL, .help = "Take away what roles allow beyond the manifest."},
	{"remove-extra-subjects", .type = OPTION_BOOL, .help = "Take away whom bindings name beyond the manifest."},
	{0},
};

static const struct option *const options[] = {
	options_reconcile, options_filename, options_dry_run, options_print, options_concurrency, NULL,
};

static const struct resource namespaces = {.group = "", .version = "v1", .name = "namespaces", .kind = "Namespace"};

#define CONFLICTS 3 /* how often it is tried when somebody else changes the object meanwhile */

struct reconcile {
	struct client *client;
	struct printer *printer;
	bool dry_run;
};

/* What is done to one object. */
struct work {
	const struct reconcile *all;
	const struct rbac_kind *kind;
	const struct target *target;
	const char *ns;
	bool remove_extra;
	struct rbac_plan plan;
};

/* ---- requests -------------------------------------------------------------------------------------- */

static bool is_missing(const struct error *err)
{
	return error_is_reason(err, "NotFound");
}

/* Somebody who may not look at namespaces or make them may still have one. */
static int namespace_ensure(const struct reconcile *r, const char *ns, struct error *err)
{
	_cleanup_json_ cJSON *found = NULL, *made = NULL, *wanted = NULL;

	if (!client_get(r->client, &namespaces, NULL, ns, NULL, &found, err))
		return 0;
	if (!is_missing(err) && !error_is_reason(err, "Forbidden"))
		return -1;
	error_release(err);
	wanted = json_parse_literal("{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"}}", ns);
	if (!client_create(r->client, &namespaces, NULL, wanted, NULL, &made, err))
		return 0;
	if (!error_is_reason(err, "AlreadyExists") && !error_is_reason(err, "Forbidden"))
		return -1;
	error_release(err);
	return 0;
}

/* Removes that very object; one that is gone is gone. Fails with reason Conflict when there is another of its name. */
static int remove_old(const struct work *w, const cJSON *existing, struct error *err)
{
	const char *uid = json_path_string(existing, "metadata", "uid", NULL);
	_cleanup_json_ cJSON *delete = json_parse_literal(
		"{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"%s\"}}", uid ? uid : "");

	if (!client_delete(w->all->client, w->target->resource, w->ns, w->target->name, delete, NULL, NULL, err) ||
	    is_missing(err)) {
		error_release(err);
		return 0;
	}
	return -1;
}

/* Does what is planned. *ret_again: the object has come, gone or changed meanwhile, and there is no failure. */
static int work_do(struct work *w, const cJSON *existing, bool *ret_again, struct error *err)
{
	const struct resource *r = w->target->resource;
	struct client *c = w->all->client;
	const char *again = "AlreadyExists";
	cJSON *answer = NULL;
	int failed;

	if (w->plan.operation == RBAC_RECREATE && remove_old(w, existing, err)) {
		*ret_again = error_is_reason(err, "Conflict");
		return *ret_again ? 0 : -1;
	}
	/* who sends no rules does not become their owner */
	if (!json_size(json_get(w->plan.object, "rules")))
		json_remove(w->plan.object, "rules");
	if (w->plan.operation == RBAC_UPDATE) {
		again = "NotFound";
		failed = client_update(c, r, w->ns, w->target->name, NULL, w->plan.object, NULL, &answer, err);
	} else {
		failed = (r->namespaced && namespace_ensure(w->all, w->ns ? w->ns : "", err)) ||
			 client_create(c, r, w->ns, w->plan.object, NULL, &answer, err);
	}
	if (failed) {
		*ret_again = error_is_reason(err, again);
		return *ret_again ? 0 : -1;
	}
	*ret_again = false;
	cJSON_Delete(w->plan.object);
	w->plan.object = answer;
	return 0;
}

/* Looks at what is there and does what is missing. */
static int work_once(struct work *w, bool *ret_again, struct error *err)
{
	_cleanup_json_ cJSON *existing = NULL;

	rbac_plan_release(&w->plan);
	if (client_get(w->all->client, w->target->resource, w->ns, w->target->name ? w->target->name : "", NULL, &existing, err) &&
	    !is_missing(err))
		return -1;
	error_release(err);
	rbac_plan(w->kind, existing, w->target->object, w->remove_extra, &w->plan);
	*ret_again = false;
	if (w->plan.protected || w->all->dry_run || w->plan.operation == RBAC_NONE)
		return 0;
	return work_do(w, existing, ret_again, err);
}

static int work_until_settled(struct work *w, struct error *err)
{
	int attempts = w->kind->binds ? 4 : 3;
	bool again;

	while (attempts--) {
		if (work_once(w, &again, err))
			return -1;
		if (!again)
			return 0;
		error_release(err);
	}
	return error_set(err, ERROR_OTHER, "exceeded maximum attempts");
}

/* ---- words ----------------------------------------------------------------------------------------------- */

static void list_show(struct invocation *inv, const struct rbac_kind *kind, const char *title, const cJSON *list)
{
	const cJSON *item;

	if (json_size(list))
		fprintf(inv->err, "\t%s:\n", title);
	cJSON_ArrayForEach(item, list) {
		_cleanup_buf_ struct buf words = BUF_INIT;

		rbac_words(&words, kind, item);
		fprintf(inv->err, "\t\t%s\n", words.data);
	}
}

static void plan_show(struct invocation *inv, const struct work *w)
{
	static const char *const operations[] = {
		[RBAC_CREATE] = "create", [RBAC_UPDATE] = "update", [RBAC_RECREATE] = "recreate",
	};
	bool binds = w->kind->binds;

	if (w->plan.operation == RBAC_NONE)
		return;
	fprintf(inv->err, "\treconciliation required %s%s\n", operations[w->plan.operation],
		w->plan.protected ? ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)" : "");
	list_show(inv, w->kind, binds ? "missing subjects added" : "missing rules added", w->plan.missing);
	if (w->remove_extra)
		list_show(inv, w->kind, binds ? "extra subjects removed" : "extra rules removed", w->plan.extra);
}

/* ---- the verb ------------------------------------------------------------------------------------------------ */

static int target_check(const struct target *t, const struct rbac_kind *kind, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;

	if (strcmp(t->resource->version, "v1"))
		return error_set(err, ERROR_OTHER, "only rbac.authorization.k8s.io/v1 is supported: not *%s.%s",
				 t->resource->version, t->resource->kind);
	if (!schema_check(kind->schema, t->object, &why))
		return 0;
	error_set(err, ERROR_PARSE, "unable to decode \"%s\": %s", t->source, why.message);
	err->reading = true;
	return -1;
}

static int reconcile_one(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct rbac_kind *kind = rbac_kind_find(t->resource->kind);
	struct work w = {.all = ctx, .kind = kind, .target = t, .ns = t->resource->namespaced ? t->namespace : NULL};
	int failed;

	if (target_check(t, kind, err))
		return -1;
	w.remove_extra = args_bool(inv->args, kind->binds ? "remove-extra-subjects" : "remove-extra-permissions");
	for (int i = 0; (failed = work_until_settled(&w, err)) && i + 1 < CONFLICTS && error_is_reason(err, "Conflict"); i++)
		error_release(err);
	if (!failed)
		failed = invocation_print(inv, w.all->printer, t->resource, w.plan.object, err);
	if (!failed)
		plan_show(inv, &w);
	rbac_plan_release(&w.plan);
	return failed;
}

/* What is none of its kinds is left alone. */
static void skip_others(struct vec *targets)
{
	for (size_t i = 0; i < targets->len;) {
		const struct resource *r = ((const struct target *)targets->items[i])->resource;

		if (!strcmp(r->group, "rbac.authorization.k8s.io") && rbac_kind_find(r->kind))
			i++;
		else
			vec_remove(targets, i);
	}
}

static int check_line(struct invocation *inv, bool *ret_dry_run, struct error *err)
{
	const char *dry_run;

	if (files_required(inv, err))
		return -1;
	if (args_words(inv->args)->len)
		return error_set(err, ERROR_OTHER, "no arguments are allowed");
	if (invocation_dry_run(inv, &dry_run, err))
		return error_wrap(err, "error accessing --dry-run flag for command reconcile: ");
	if (!strcmp(dry_run, "server"))
		return error_set(err, ERROR_OTHER, "--dry-run=server for command reconcile is not supported yet");
	*ret_dry_run = strcmp(dry_run, "none") != 0;
	return 0;
}

static int find_targets(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err)
{
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	o.local = o.typed = true;
	return targets_resolve(mapper, &o, targets, errors, err);
}

static int reconcile_run(struct invocation *inv, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), reading = VEC_OWNING(error_free), errors = VEC_OWNING(error_free);
	_cleanup_free_ unsigned *stages = NULL;
	struct reconcile r = {0};

	if (check_line(inv, &r.dry_run, err) || find_targets(inv, &targets, &reading, err) ||
	    invocation_client(inv, &r.client, err) || invocation_printer(inv, "reconciled", &printer, err))
		return -1;
	skip_others(&targets);
	r.printer = printer;
	/* who binds a role must be shown to have its permissions, so roles come first */
	stages = xcalloc(targets.len + 1, sizeof(*stages));
	for (size_t i = 0; i < targets.len; i++)
		stages[i] = rbac_kind_find(((const struct target *)targets.items[i])->resource->kind)->binds;
	if (each_run(inv, &targets, &(struct each){.work = reconcile_one, .ctx = &r, .stages = stages, .reading = &reading}, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_auth_reconcile = {
	.name = "reconcile",
	.summary = "Give roles and bindings at least what a manifest says",
	.description = "Creates the Roles, ClusterRoles, RoleBindings and ClusterRoleBindings of a manifest that are missing (and "
		       "their namespaces), and adds to the others what they lack: permissions that are covered already, "
		       "say by a \"*\", are not added again. Nothing is taken away without --remove-extra-permissions and "
		       "--remove-extra-subjects. A binding to another role is made anew. Objects of other kinds are passed over.",
	.examples = "  # What do these roles lack?\n"
		    "  kubec auth reconcile -f rbac.yaml --dry-run=client",
	.usage = "-f FILENAME",
	.options = options,
	.keeps_order = true,
	.run = reconcile_run,
};
