#include "deletion.h"

#include "base/timeutil.h"
#include "kube/watch.h"
#include "net/task.h"
#include "view/colour.h"

const struct option options_deletion[] = {
	{"cascade", .type = OPTION_STRING, .fallback = "background", .rare = &(const struct option_rare){.bare = "background"},
	 .help = "What becomes of dependents: background, foreground (first they, then the owner) or orphan.",
	 .complete = {COMPLETE_WORDS, "background,foreground,orphan"}},
	{"force", .type = OPTION_BOOL,
	 .help = "Remove the object at once, without waiting for what it stands for to end."},
	{"grace-period", .type = OPTION_INT, .fallback = "-1",
	 .help = "Seconds that the object gets to end; negative: its own, 0 only with --force."},
	{"timeout", .type = OPTION_DURATION, .help = "How long to wait for the end; 0 means as long as it takes."},
	{0},
};

static const struct {
	const char *written, *policy, *deprecated;
} cascades[] = {
	{"background", "Background", NULL},
	{"foreground", "Foreground", NULL},
	{"orphan", "Orphan", NULL},
	{"true", "Background", "background"},
	{"false", "Orphan", "orphan"},
};

static int cascade_read(struct invocation *inv, const char **ret, struct error *err)
{
	const char *written = args_string(inv->args, "cascade");

	for (size_t i = 0; i < ARRAY_SIZE(cascades); i++) {
		if (strcmp(cascades[i].written, written))
			continue;
		if (cascades[i].deprecated)
			fprintf(inv->err,
				"warning: --cascade=%s is deprecated (boolean value) and can be replaced with --cascade=%s.\n",
				written, cascades[i].deprecated);
		*ret = cascades[i].policy;
		return 0;
	}
	return error_set(err, ERROR_OTHER,
			 "invalid cascade value (%s). Must be \"background\", \"foreground\", or \"orphan\"", written);
}

int deletion_read(struct invocation *inv, struct deletion *ret, struct error *err)
{
	struct deletion d = {
		.grace_period = args_int(inv->args, "grace-period"),
		.timeout = args_duration(inv->args, "timeout"),
	};
	const char *dry_run;

	if (cascade_read(inv, &d.propagation, err) || invocation_dry_run(inv, &dry_run, err))
		return -1;
	d.dry_run_server = !strcmp(dry_run, "server");
	*ret = d;
	return 0;
}

cJSON *deletion_options(const struct deletion *d)
{
	cJSON *options = json_parse_literal("{\"propagationPolicy\":\"%s\"}", d->propagation);

	if (d->grace_period >= 0)
		json_set_int(options, "gracePeriodSeconds", d->grace_period);
	/* In the body: a server that finds options there reads none from the query, and would delete in earnest. */
	if (d->dry_run_server)
		cJSON_AddItemToArray(cJSON_AddArrayToObject(options, "dryRun"), cJSON_CreateString("All"));
	return options;
}

int deletion_delete(const struct deletion *d, struct client *c, const struct target *t, cJSON **ret_remains,
		    struct error *err)
{
	_cleanup_json_ cJSON *options = deletion_options(d), *answer = NULL;

	if (client_delete(c, t->resource, t->namespace, t->name, options, "", &answer, err))
		return -1;
	*ret_remains = str_equal(json_string(answer, "kind"), "Status") ? NULL : TAKE_PTR(answer);
	return 0;
}

void deletion_print(struct invocation *inv, const struct target *t, bool forced, const char *dry_run)
{
	const char *group = t->resource->group, *name = t->name;
	_cleanup_buf_ struct buf kind = BUF_INIT, done = BUF_INIT;

	for (const char *p = t->resource->kind; *p; p++)
		buf_putc(&kind, *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p);
	if (*group)
		buf_printf(&kind, ".%s", group);
	if (!strcmp(args_string(inv->args, "output"), "name")) {
		fprintf(inv->out, "%s/%s\n", kind.data, name);
		return;
	}
	colour_begin(&done, inv->screen ? COLOUR_DELETED : COLOUR_NONE);
	buf_printf(&done, "%sdeleted", forced ? "force " : "");
	colour_end(&done, inv->screen ? COLOUR_DELETED : COLOUR_NONE);
	fprintf(inv->out, "%s \"%s\" %s", kind.data, name, done.data);
	if (t->namespace)
		fprintf(inv->out, " from %s namespace", t->namespace);
	if (!strcmp(dry_run, "client"))
		fputs(" (dry run)", inv->out);
	if (!strcmp(dry_run, "server"))
		fputs(" (server dry run)", inv->out);
	fputc('\n', inv->out);
}

struct wait_gone {
	const char *uid;
};

static int wait_gone_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct wait_gone *w = ctx;
	const char *uid = json_path_string(object, "metadata", "uid", NULL);
	bool gone = !strcmp(type, "DELETED") || (w->uid && uid && strcmp(w->uid, uid));

	(void)err;
	cJSON_Delete(object);
	return gone ? WATCH_STOP : 0;
}

/* Looks again: the object may have ended before the watch began. */
static int still_there(struct client *c, const struct target *t, const char *uid, cJSON **ret, struct error *err)
{
	if (client_get(c, t->resource, t->namespace, t->name, NULL, ret, err)) {
		if (!error_is_reason(err, "NotFound"))
			return -1;
		error_release(err);
		return 0;
	}
	return uid && !str_equal(uid, json_path_string(*ret, "metadata", "uid", NULL)) ? 0 : 1;
}

int deletion_wait_gone(const struct deletion *d, struct client *c, const struct target *t, const cJSON *remains,
		       struct error *err)
{
	const char *uid = json_path_string(remains, "metadata", "uid", NULL);
	struct wait_gone w = {.uid = uid};
	_cleanup_json_ cJSON *now = NULL;
	_cleanup_buf_ struct buf selector = BUF_INIT;
	int there;

	if (!remains)
		return 0;
	there = still_there(c, t, uid, &now, err);
	if (there <= 0)
		return there;
	buf_printf(&selector, "metadata.name=%s", t->name);
	if (watch_run(c, t->resource, t->namespace, t->name,
		      &(struct watch_options){
			      .field_selector = selector.data,
			      .resource_version = json_path_string(now, "metadata", "resourceVersion", NULL),
			      .deadline = time_monotonic() + (d->timeout ? d->timeout : 7 * 24 * HOUR),
		      },
		      wait_gone_event, &w, err)) {
		if (err->class == ERROR_TIMEOUT)
			return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition on %s/%s",
					 t->resource->name, t->name);
		return -1;
	}
	return 0;
}

/* ---- many at a time --------------------------------------------------------------------- */

#define WAIT_BY_LIST 10 /* so many objects of a type are waited for by its list; fewer each by itself */
#define METADATA(kind) "application/json;as=" kind ";v=v1;g=meta.k8s.io,application/json"

/* Objects of one type in one namespace that are waited for, in the order of their deletion. */
struct wait_group {
	const struct deletion *d;
	struct client *client;
	const struct target *any;
	struct vec targets;      /* borrowed */
	struct map left;         /* uid to target */
	size_t head;             /* of targets: all before are gone */
	struct watch_options o;
	char *version;           /* of the list */
};

static const char *remaining_uid(const struct target *t)
{
	const char *uid = json_path_string(t->object, "metadata", "uid", NULL);

	return uid ? uid : "";
}

static void group_release(struct wait_group *g)
{
	vec_release(&g->targets);
	map_release(&g->left);
	free(g->version);
}

/* Each object has the timeout for itself, counted from when the ones before are gone. */
static void group_advance(struct wait_group *g, bool begin)
{
	size_t before = g->head;

	while (g->head < g->targets.len && !map_has(&g->left, remaining_uid(g->targets.items[g->head])))
		g->head++;
	if (begin || g->head != before)
		g->o.deadline = time_monotonic() + (g->d->timeout ? g->d->timeout : 7 * 24 * HOUR);
}

static int group_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct wait_group *g = ctx;
	const char *uid = json_path_string(object, "metadata", "uid", NULL);

	(void)err;
	if (uid && !strcmp(type, "DELETED")) {
		map_remove(&g->left, uid);
		group_advance(g, false);
	}
	cJSON_Delete(object);
	return g->head == g->targets.len ? WATCH_STOP : 0;
}

struct listed {
	struct map uids;
	char *version;
};

static int listed_page(void *ctx, cJSON *page, struct error *err)
{
	struct listed *l = ctx;
	const cJSON *item;

	(void)err;
	cJSON_ArrayForEach(item, json_get(page, "items"))
		map_set(&l->uids, json_path_string(item, "metadata", "uid", NULL), l);
	free(l->version);
	l->version = xstrdup(json_path_string(page, "metadata", "resourceVersion", NULL));
	cJSON_Delete(page);
	return 0;
}

static void listed_release(struct listed *l)
{
	map_release(&l->uids);
	free(l->version);
}

/* What of the group is still there. */
static int group_list(struct wait_group *g, struct error *err)
{
	const struct list_options o = {.limit = 500, .accept = METADATA("PartialObjectMetadataList")};
	_cleanup_(listed_release) struct listed listed = {0};

	if (client_list_pages(g->client, g->any->resource, g->any->namespace, &o, listed_page, &listed, err))
		return -1;
	for (size_t i = 0; i < g->targets.len; i++) {
		const char *uid = remaining_uid(g->targets.items[i]);

		if (!map_has(&listed.uids, uid))
			map_remove(&g->left, uid);
	}
	free(g->version);
	g->version = TAKE_PTR(listed.version);
	group_advance(g, true);
	return 0;
}

static int group_wait(struct wait_group *g, struct error *err)
{
	const struct target *t;

	if (group_list(g, err))
		return -1;
	if (g->head == g->targets.len)
		return 0;
	g->o.accept = METADATA("PartialObjectMetadata");
	g->o.resource_version = g->version;
	if (!watch_run(g->client, g->any->resource, g->any->namespace, NULL, &g->o, group_event, g, err))
		return 0;
	if (err->class != ERROR_TIMEOUT)
		return -1;
	t = g->targets.items[g->head];
	return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition on %s/%s", t->resource->name, t->name);
}

static bool same_list(const struct target *a, const struct target *b)
{
	return resource_same(a->resource, b->resource) && str_equal(a->namespace, b->namespace);
}

/* Those of targets, from the first on, that are in one list with it. */
static void group_collect(struct wait_group *g, const struct vec *targets, size_t first)
{
	g->any = targets->items[first];
	for (size_t i = first; i < targets->len; i++) {
		struct target *t = targets->items[i];

		if (!t->object || !same_list(t, g->any))
			continue;
		vec_add(&g->targets, t);
		map_set(&g->left, remaining_uid(t), t);
	}
}

/* Whether to go on with the next: who may delete but not look is not kept waiting. */
static int wait_outcome(struct error *err)
{
	if (!error_is_reason(err, "Forbidden") && !error_is_reason(err, "MethodNotAllowed"))
		return -1;
	error_release(err);
	return 0;
}

static void forget_remains(const struct vec *targets)
{
	for (size_t i = 0; i < targets->len; i++) {
		struct target *t = targets->items[i];

		cJSON_Delete(TAKE_PTR(t->object));
	}
}

static int wait_one_by_one(const struct wait_group *g, struct error *err)
{
	for (size_t i = 0; i < g->targets.len; i++) {
		const struct target *t = g->targets.items[i];

		if (deletion_wait_gone(g->d, g->client, t, t->object, err) && wait_outcome(err))
			return -1;
	}
	return 0;
}

static int wait_group(struct wait_group *g, struct error *err)
{
	if (g->targets.len >= WAIT_BY_LIST) {
		if (!group_wait(g, err))
			return 0;
		/* who may not list may perhaps get */
		if (wait_outcome(err))
			return -1;
	}
	return wait_one_by_one(g, err);
}

int deletion_wait_all(const struct deletion *d, struct client *c, const struct vec *targets, struct error *err)
{
	for (size_t i = 0; i < targets->len; i++) {
		_cleanup_(group_release) struct wait_group g = {.d = d, .client = c};
		const struct target *t = targets->items[i];

		if (!t->object)
			continue;
		group_collect(&g, targets, i);
		if (wait_group(&g, err))
			return -1;
		forget_remains(&g.targets);
	}
	return 0;
}

int wait_interruptibly(int64_t duration, struct error *err)
{
	task_sleep(duration);
	return http_cancelled ? error_set(err, ERROR_CANCELLED, "interrupted") : 0;
}
