#include "deletion.h"

#include <time.h>

#include "base/timeutil.h"
#include "kube/watch.h"

const struct option options_deletion[] = {
	{"cascade", .type = OPTION_STRING, .fallback = "background", .bare = "background",
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

int wait_interruptibly(int64_t duration, struct error *err)
{
	int64_t end = time_monotonic() + duration;

	while (!http_cancelled && time_monotonic() < end)
		nanosleep(&(struct timespec){.tv_nsec = (long)MIN(end - time_monotonic(), 100 * MILLISECOND)}, NULL);
	return http_cancelled ? error_set(err, ERROR_CANCELLED, "interrupted") : 0;
}
