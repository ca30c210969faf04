#include "apply/migrate.h"

#include "kube/apply.h"
#include "kube/managed_fields.h"

#define MIGRATION_TRIES 5

/* The manager of server-side apply, and the one that keeps client-side apply's annotation beside it. */
#define APPLY_MANAGER      "kubectl"
#define ANNOTATION_MANAGER "kubectl-last-applied"

static void take_object(struct target *t, cJSON *object)
{
	cJSON_Delete(t->object);
	t->object = object;
}

static int send(struct invocation *inv, struct client *c, struct target *t, const char *manager, const char *type,
		const cJSON *patch, struct error *err)
{
	_cleanup_buf_ struct buf query = BUF_INIT, text = BUF_INIT;
	cJSON *answer = NULL;

	if (change_query(inv, manager, &query, err))
		return -1;
	json_print(&text, patch, JSON_COMPACT);
	if (client_patch(c, t->resource, t->namespace, t->name, NULL, type, text.data, query.data, &answer, err))
		return -1;
	take_object(t, answer);
	return 0;
}

/* Without an owner of its own the annotation would go with the fields of client-side apply. */
static int keep_annotation(struct invocation *inv, struct client *c, struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *kept = NULL;
	const char *last_applied = last_applied_text(t->object);

	if (!last_applied || managed_fields_own_last_applied(t->object, "Apply"))
		return 0;
	kept = json_parse_literal("{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}",
				  json_string(t->object, "apiVersion"), json_string(t->object, "kind"),
				  LAST_APPLIED_ANNOTATION, last_applied);
	json_set_string(json_get(kept, "metadata"), "name", t->name);
	json_set_string(json_get(kept, "metadata"), "namespace", t->namespace);
	return send(inv, c, t, ANNOTATION_MANAGER, PATCH_APPLY, kept, err);
}

static int hand_over_fields(struct invocation *inv, struct client *c, struct target *t, const char *manager,
			    bool *ret_done, struct error *err)
{
	for (int i = 0; i < MIGRATION_TRIES; i++) {
		_cleanup_json_ cJSON *patch = managed_fields_migration(t->object, manager);
		cJSON *fresh = NULL;

		*ret_done = patch != NULL;
		if (!patch || !send(inv, c, t, manager, PATCH_JSON, patch, err))
			return 0;
		if (!error_is_reason(err, "Conflict") || i + 1 == MIGRATION_TRIES)
			return -1;
		error_release(err);
		if (client_get(c, t->resource, t->namespace, t->name, NULL, &fresh, err))
			return -1;
		take_object(t, fresh);
	}
	return 0;
}

static void warn(struct invocation *inv, const char *what, const struct error *err)
{
	fprintf(inv->err, "Warning: %s. This is non-fatal and will be retried next time you apply. Error: %s\n", what,
		err->message);
}

void apply_migrate(struct invocation *inv, struct client *c, struct target *t, const char *body, const char *query)
{
	const char *manager = args_changed(inv->args, "field-manager") ? args_string(inv->args, "field-manager") : APPLY_MANAGER;
	_cleanup_error_ struct error err = ERROR_INIT;
	cJSON *applied = NULL;
	bool done = false;

	/* Only the default manager keeps the annotation current. */
	if (!strcmp(manager, APPLY_MANAGER) && keep_annotation(inv, c, t, &err)) {
		warn(inv, "failed to migrate " LAST_APPLIED_ANNOTATION " for Server-Side Apply", &err);
		return;
	}
	if (hand_over_fields(inv, c, t, manager, &done, &err)) {
		warn(inv, "server rejected managed fields migration to Server-Side Apply", &err);
		return;
	}
	if (!done)
		return;
	if (client_patch(c, t->resource, t->namespace, t->name, args_string(inv->args, "subresource"), PATCH_APPLY, body,
			 query, &applied, &err))
		warn(inv, "failed to re-apply configuration after performing Server-Side Apply migration", &err);
	else
		take_object(t, applied);
}
