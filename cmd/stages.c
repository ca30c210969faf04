#include "stages.h"

#include "base/timeutil.h"
#include "net/task.h"

#define SETTLE_TIME (30 * SECOND)
#define SETTLE_STEP (50 * MILLISECOND)

enum place {
	PLACE_FIRST,   /* others cannot be made before */
	PLACE_SECOND,  /* others name it; harmless to have early */
	PLACE_BARRIER, /* changes how the server takes what comes after it */
	PLACE_ANY,
};

static const struct {
	const char *group, *name;
	enum place place;
} places[] = {
	{"", "namespaces", PLACE_FIRST},
	{"apiextensions.k8s.io", "customresourcedefinitions", PLACE_FIRST},
	{"", "serviceaccounts", PLACE_SECOND},
	{"rbac.authorization.k8s.io", "clusterroles", PLACE_SECOND},
	{"rbac.authorization.k8s.io", "roles", PLACE_SECOND},
	{"node.k8s.io", "runtimeclasses", PLACE_SECOND},
	{"", "limitranges", PLACE_BARRIER},
	{"", "resourcequotas", PLACE_BARRIER},
	{"admissionregistration.k8s.io", NULL, PLACE_BARRIER},
	{"apiregistration.k8s.io", NULL, PLACE_BARRIER},
	{"networking.k8s.io", "ingressclasses", PLACE_BARRIER},
	{"scheduling.k8s.io", "priorityclasses", PLACE_BARRIER},
	{"storage.k8s.io", "storageclasses", PLACE_BARRIER},
};

static enum place place_of(const struct target *t)
{
	const struct resource *r = t->resource;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!strcmp(places[i].group, r->group) && (!places[i].name || !strcmp(places[i].name, r->name)))
			return places[i].place;
	return PLACE_ANY;
}

unsigned *stages_to_create(const struct vec *targets)
{
	unsigned *stages = xcalloc(targets->len + 1, sizeof(*stages)), stage = PLACE_BARRIER;
	enum place last = PLACE_ANY;

	for (size_t i = 0; i < targets->len; i++) {
		enum place place = place_of(targets->items[i]);

		stages[i] = place;
		if (place < PLACE_BARRIER)
			continue;
		stage += place != last;
		stages[i] = stage;
		last = place;
	}
	return stages;
}

unsigned *stages_to_delete(const struct vec *targets)
{
	unsigned *stages = xcalloc(targets->len + 1, sizeof(*stages)), stage = 0;
	bool last = false;

	for (size_t i = 0; i < targets->len; i++) {
		bool takes_others = place_of(targets->items[i]) == PLACE_FIRST;

		stage += takes_others != last;
		stages[i] = stage;
		last = takes_others;
	}
	return stages;
}

/* ---- until the server takes what comes next ----------------------------------------- */

/* The first of targets that is one of the definition's; NULL: none. */
static const struct target *defined_by(const struct vec *targets, const cJSON *definition)
{
	const char *group = json_path_string(definition, "spec", "group", NULL);
	const char *plural = json_path_string(definition, "spec", "names", "plural", NULL);

	for (size_t i = 0; i < targets->len; i++) {
		const struct target *t = targets->items[i];

		if (str_equal(t->resource->group, group) && str_equal(t->resource->name, plural))
			return t;
	}
	return NULL;
}

static const char *condition_status(const cJSON *object, const char *type)
{
	const cJSON *condition;

	cJSON_ArrayForEach(condition, json_path(object, "status", "conditions", NULL))
		if (str_equal(json_string(condition, "type"), type))
			return json_string(condition, "status");
	return NULL;
}

enum settled { SETTLED_NOT_YET, SETTLED, SETTLED_NEVER };

static enum settled is_established(struct client *c, const struct target *definition)
{
	_cleanup_error_ struct error failed = ERROR_INIT;
	_cleanup_json_ cJSON *now = NULL;

	if (client_get(c, definition->resource, NULL, definition->name, NULL, &now, &failed))
		return SETTLED_NEVER;
	if (str_equal(condition_status(now, "NamesAccepted"), "False"))
		return SETTLED_NEVER;
	return str_equal(condition_status(now, "Established"), "True") ? SETTLED : SETTLED_NOT_YET;
}

/* A server serves a new type a moment after it says that it does. */
static enum settled is_served(struct client *c, const struct target *t)
{
	_cleanup_error_ struct error failed = ERROR_INIT;
	_cleanup_buf_ struct buf path = BUF_INIT;

	resource_path(&path, t->resource, t->namespace, NULL, NULL);
	buf_puts(&path, "?limit=1");
	if (!client_call(c, &(struct client_request){.method = "GET", .path = path.data}, NULL, &failed))
		return SETTLED;
	return error_is_unknown_type(&failed) ? SETTLED_NOT_YET : SETTLED_NEVER;
}

static enum settled has_settled(struct client *c, const struct target *made, const struct target *needs)
{
	enum settled established = is_established(c, made);

	return established == SETTLED ? is_served(c, needs) : established;
}

int stage_settle(struct client *c, const struct vec *targets, const struct target *made, struct error *err)
{
	int64_t end = time_monotonic() + SETTLE_TIME;
	const struct target *needs;

	if (strcmp(made->resource->name, "customresourcedefinitions") || place_of(made) != PLACE_FIRST)
		return 0;
	if (str_equal(condition_status(made->object, "Established"), "True"))
		return 0;
	needs = defined_by(targets, made->object);
	while (needs && !http_cancelled && time_monotonic() < end && has_settled(c, made, needs) == SETTLED_NOT_YET)
		task_sleep(SETTLE_STEP);
	return http_cancelled ? error_set(err, ERROR_CANCELLED, "interrupted") : 0;
}
