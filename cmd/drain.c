#include "deletion.h"
#include "nodes.h"
#include "screen.h"

#include "base/timeutil.h"
#include "data/selector.h"
#include "kube/pods.h"

static const struct option options_drain[] = {
	{"chunk-size", .type = OPTION_INT, .fallback = "500",
	 .help = "How many objects of a long list to ask for at a time; 0 asks for all at once."},
	{"delete-emptydir-data", .type = OPTION_BOOL, .help = "Takes Pods with emptyDir volumes, too, whose data is lost."},
	{"disable-eviction", .type = OPTION_BOOL, .help = "Deletes Pods instead of evicting them: no disruption budget is asked."},
	{"force", .type = OPTION_BOOL, .help = "Takes Pods that no controller makes again, too."},
	{"grace-period", .type = OPTION_INT, .fallback = "-1",
	 .help = "Seconds that each Pod gets to end; negative: its own."},
	{"ignore-daemonsets", .type = OPTION_BOOL, .help = "Leaves the Pods of DaemonSets where they are, instead of failing."},
	{"pod-selector", .type = OPTION_STRING, .help = "Takes only Pods whose labels match."},
	{"skip-wait-for-delete-timeout", .type = OPTION_INT,
	 .help = "Does not wait for Pods whose deletion was due more than so many seconds ago; 0 waits for all."},
	{"timeout", .type = OPTION_DURATION, .help = "How long to go on trying and waiting; 0 means as long as it takes."},
	{0},
};

static const struct option *const options[] = {
	options_drain, options_selector, options_dry_run, options_concurrency, NULL,
};

#define RETRY_DELAY (5 * SECOND)
#define PROGRESS_PAUSE (100 * MILLISECOND) /* much happens at once */
#define PROGRESS_CLEAR "\r\033[K"
#define MIRROR "kubernetes.io/config.mirror"

struct drain {
	struct invocation *inv;
	struct client *client;
	const struct resource *daemonsets;
	const char *dry_run;
	struct buf selector;    /* of Pods */
	int64_t grace, timeout, skip, deadline; /* deadline: 0 without */
	bool force, ignore_daemonsets, delete_emptydir, disable_eviction;
	bool deleting;          /* and not evicting */
	char *eviction_version; /* "policy/v1"; NULL: not looked up, "": the server has no evictions */
	struct vec remaining;   /* names of nodes, borrowed */
	struct vec errors;      /* of all nodes, one of each */
	struct vec last;        /* the errors of the node that failed last */
	bool last_several;      /* they are an aggregate */
	struct progress {       /* of the node that is drained now, for a terminal */
		const char *node;
		size_t total, done, refused;
		int64_t begun, drawn_at;
		struct buf drawn;
	} progress;
};

static void drain_release(struct drain *d)
{
	buf_release(&d->selector);
	buf_release(&d->progress.drawn);
	free(d->eviction_version);
	vec_release(&d->remaining);
	vec_release(&d->errors);
	vec_release(&d->last);
}

static bool is_server_dry_run(const struct drain *d)
{
	return !strcmp(d->dry_run, "server");
}

/* ---- which Pods of a node go -------------------------------------------------------------- */

struct pods {
	struct vec go;               /* struct target * */
	struct map warnings, errors; /* what is said of Pods to their names, struct buf * */
};

static void names_free(struct buf *b)
{
	buf_release(b);
	free(b);
}

#define PODS_INIT ((struct pods){VEC_OWNING(target_free), MAP_OWNING(names_free), MAP_OWNING(names_free)})

static void pods_release(struct pods *p)
{
	vec_release(&p->go);
	map_release(&p->warnings);
	map_release(&p->errors);
}

static void note(struct map *notes, const char *text, const cJSON *pod)
{
	struct buf *names = map_get(notes, text);

	if (!names) {
		names = NEW(struct buf);
		*names = BUF_INIT;
		map_set(notes, text, names);
	}
	buf_printf(names, "%s%s/%s", names->len ? ", " : "", json_path_string(pod, "metadata", "namespace", NULL),
		   json_path_string(pod, "metadata", "name", NULL));
}

static const cJSON *pod_controller(const cJSON *pod)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, json_path(pod, "metadata", "ownerReferences", NULL)) {
		if (json_bool(owner, "controller", false))
			return owner;
	}
	return NULL;
}

static bool is_overdue(const struct drain *d, const cJSON *pod)
{
	const char *text = json_path_string(pod, "metadata", "deletionTimestamp", NULL);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int64_t due;

	return d->skip > 0 && text && !timestamp_parse(text, &due, &ignored) && (time_now() - due) / SECOND > d->skip;
}

static bool has_local_storage(const cJSON *pod)
{
	const cJSON *volume;

	cJSON_ArrayForEach(volume, json_path(pod, "spec", "volumes", NULL)) {
		if (json_is_object(json_get(volume, "emptyDir")))
			return true;
	}
	return false;
}

/* Whether a DaemonSet's Pod may go: only when there is no such DaemonSet any more. */
static bool daemon_goes(const struct drain *d, const cJSON *pod, const cJSON *controller, struct pods *p)
{
	_cleanup_error_ struct error why = ERROR_INIT;

	if (client_get(d->client, d->daemonsets, json_path_string(pod, "metadata", "namespace", NULL),
		       json_string(controller, "name"), NULL, NULL, &why)) {
		if (error_is_reason(&why, "NotFound") && d->force)
			return true;
		error_prefix(&why, "%s", "");
		note(&p->errors, why.message, pod);
	} else if (d->ignore_daemonsets) {
		note(&p->warnings, "ignoring DaemonSet-managed Pods", pod);
	} else {
		note(&p->errors, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", pod);
	}
	return false;
}

static bool pod_goes(const struct drain *d, const cJSON *pod, struct pods *p)
{
	const char *phase = json_path_string(pod, "status", "phase", NULL);
	bool finished = str_equal(phase, "Succeeded") || str_equal(phase, "Failed");
	const cJSON *controller = pod_controller(pod);

	if (is_overdue(d, pod))
		return false;
	if (!finished && controller && str_equal(json_string(controller, "kind"), "DaemonSet") &&
	    str_equal(json_string(controller, "apiVersion"), "apps/v1") && !daemon_goes(d, pod, controller, p))
		return false;
	if (json_path(pod, "metadata", "annotations", MIRROR, NULL))
		return false;
	if (finished)
		return true;
	if (has_local_storage(pod) && !d->delete_emptydir) {
		note(&p->errors, "Pods with local storage (use --delete-emptydir-data to override)", pod);
		return false;
	}
	if (controller)
		return true;
	if (d->force)
		note(&p->warnings, "deleting Pods that declare no controller", pod);
	else
		note(&p->errors, "Pods that declare no controller (use --force to override)", pod);
	return d->force;
}

static void pods_add(struct pods *p, const cJSON *pod)
{
	struct target *t = NEW(struct target);

	t->resource = pods_resource();
	t->namespace = xstrdup(json_path_string(pod, "metadata", "namespace", NULL));
	t->name = xstrdup(json_path_string(pod, "metadata", "name", NULL));
	t->object = json_copy(pod);
	vec_add(&p->go, t);
}

/* Lists a node's Pods and looks at each; what cannot be done goes to errors. */
static int pods_find(const struct drain *d, const char *node, struct pods *p, struct vec *errors)
{
	_cleanup_free_ char *field = xasprintf("spec.nodeName=%s", node);
	struct list_options o = {.label_selector = d->selector.data, .field_selector = field,
				 .limit = args_int(d->inv->args, "chunk-size")};
	_cleanup_json_ cJSON *list = NULL;
	struct error err = ERROR_INIT;
	const cJSON *pod;

	if (client_list(d->client, pods_resource(), NULL, &o, &list, &err)) {
		vec_add(errors, error_take(&err));
		return -1;
	}
	cJSON_ArrayForEach(pod, json_get(list, "items")) {
		if (pod_goes(d, pod, p))
			pods_add(p, pod);
	}
	for (size_t i = 0; i < p->errors.len; i++)
		errors_add(errors, ERROR_OTHER, "cannot delete %s: %s", p->errors.entries[i].key,
			   ((struct buf *)p->errors.entries[i].value)->data);
	return p->errors.len ? -1 : 0;
}

static void pods_warn(const struct drain *d, const struct pods *p)
{
	if (!p->warnings.len)
		return;
	fflush(d->inv->out);
	for (size_t i = 0; i < p->warnings.len; i++)
		fprintf(d->inv->err, "%s%s: %s", i ? "; " : "Warning: ", p->warnings.entries[i].key,
			((struct buf *)p->warnings.entries[i].value)->data);
	fputc('\n', d->inv->err);
}

/* ---- one line on a terminal that tells how far it is ---------------------------------------- */

static void progress_begin(struct drain *d, const char *node, size_t pods)
{
	buf_release(&d->progress.drawn);
	d->progress = (struct progress){.node = node, .total = pods, .begun = time_monotonic(), .drawn = BUF_INIT};
}

/* Makes place for what is told. */
static void progress_clear(struct drain *d)
{
	if (d->progress.drawn.len)
		screen_message(d->inv, PROGRESS_CLEAR, &BUF_INIT);
	buf_clear(&d->progress.drawn);
}

static int64_t progress_turn(void *ctx)
{
	struct drain *d = ctx;
	struct progress *p = &d->progress;
	_cleanup_buf_ struct buf text = BUF_INIT;
	int64_t now = time_monotonic(), due = p->drawn_at + PROGRESS_PAUSE - now;
	size_t lines, columns;

	if (!d->inv->err_is_terminal || str_equal(getenv("TERM"), "dumb"))
		return INT64_MAX;
	if (due > 0)
		return due;
	buf_printf(&text, "%s: %zu of %zu Pods gone", p->node, p->done, p->total);
	if (p->refused)
		buf_printf(&text, ", %zu refused for now", p->refused);
	buf_puts(&text, ", ");
	duration_format_human(&text, now - p->begun);
	screen_size(&lines, &columns);
	buf_truncate(&text, columns - 1);
	p->drawn_at = now;
	if (p->drawn.len == text.len && !memcmp(p->drawn.data, text.data, text.len))
		return SECOND;
	screen_message(d->inv, PROGRESS_CLEAR, &text);
	buf_clear(&p->drawn);
	buf_add(&p->drawn, text.data, text.len);
	return SECOND;
}

/* ---- waiting for their end ----------------------------------------------------------------- */

/*
 * A drain can take long: what happens is told when it happens, on the command's own streams and not
 * when a Pod's turn has come.
 */
static void tell(struct drain *d, const struct target *t, const char *what)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;

	progress_clear(d);
	print_operation(d->inv, what, t->resource, t->object, &ignored);
}

static void tell_started(struct drain *d, const struct target *t, const char *what)
{
	if (d->inv->trace.level >= 2)
		tell(d, t, what);
}

/* Looks whether a Pod is gone (or need not be waited for), and says so. */
static int pod_gone(struct drain *d, const struct target *t, bool evicted, bool *ret, struct error *err)
{
	_cleanup_json_ cJSON *now = NULL;

	*ret = true;
	if (client_get(d->client, t->resource, t->namespace, t->name, NULL, &now, err)) {
		if (!error_is_reason(err, "NotFound")) {
			tell(d, t, evicted ? "eviction failed" : "deletion failed");
			return -1;
		}
		error_release(err);
	}
	if (!now || !str_equal(json_path_string(now, "metadata", "uid", NULL),
			       json_path_string(t->object, "metadata", "uid", NULL))) {
		tell(d, t, evicted ? "evicted" : "deleted");
		return 0;
	}
	*ret = is_overdue(d, now);
	if (*ret) {
		progress_clear(d);
		fprintf(d->inv->out, "pod \"%s\" has DeletionTimestamp older than %lld seconds, skipping\n", t->name,
			(long long)d->skip);
		fflush(d->inv->out);
	}
	return 0;
}

static int pod_wait(struct drain *d, const struct target *t, bool evicted, struct error *err)
{
	for (;;) {
		int64_t left = d->deadline ? d->deadline - time_monotonic() : SECOND;
		bool gone;

		if (pod_gone(d, t, evicted, &gone, err))
			return -1;
		if (gone)
			return 0;
		if (left > 0 && wait_interruptibly(MIN(left, SECOND), err))
			return -1;
		if (d->deadline && time_monotonic() >= d->deadline)
			return error_set(err, ERROR_OTHER, "context deadline exceeded");
	}
}

/* ---- evicting -------------------------------------------------------------------------------- */

static cJSON *delete_options(const struct drain *d)
{
	cJSON *o = json_new_object();

	if (d->grace >= 0)
		json_set_int(o, "gracePeriodSeconds", d->grace);
	if (is_server_dry_run(d))
		json_append_string(json_ensure_array(o, "dryRun"), "All");
	return o;
}

/* The version of evictions that the server knows, as its list of the core group's types tells. */
static int eviction_version(struct drain *d, struct error *err)
{
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *r;

	if (d->eviction_version)
		return 0;
	if (client_call(d->client, &(struct client_request){.method = "GET", .path = "/api/v1", .plain_errors = true}, &list, err))
		return -1;
	cJSON_ArrayForEach(r, json_get(list, "resources")) {
		const char *group = json_string(r, "group"), *version = json_string(r, "version");

		if (str_equal(json_string(r, "name"), "pods/eviction") && str_equal(json_string(r, "kind"), "Eviction") &&
		    !str_empty(group) && !str_empty(version) && !d->eviction_version)
			d->eviction_version = strcmp(group, "policy") || strcmp(version, "v1") ? xstrdup("policy/v1beta1")
											       : xstrdup("policy/v1");
	}
	if (!d->eviction_version)
		d->eviction_version = xstrdup("");
	return 0;
}

static int eviction_send(const struct drain *d, const struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *body = json_parse_literal(
		"{\"apiVersion\":\"%s\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\"}}",
		d->eviction_version, t->name, t->namespace);
	_cleanup_buf_ struct buf path = BUF_INIT, text = BUF_INIT;

	json_set(body, "deleteOptions", delete_options(d));
	json_print(&text, body, JSON_COMPACT);
	resource_path(&path, t->resource, t->namespace, t->name, "eviction");
	return client_call(d->client, &(struct client_request){.method = "POST", .path = path.data, .body = text.data}, NULL, err);
}

static bool namespace_ends(const struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *status = NULL;
	const cJSON *cause;

	if (!error_is_reason(err, "Forbidden") || !err->status_json ||
	    json_parse(err->status_json, strlen(err->status_json), NULL, &status, &ignored))
		return false;
	cJSON_ArrayForEach(cause, json_path(status, "details", "causes", NULL)) {
		if (str_equal(json_string(cause, "reason"), "NamespaceTerminating"))
			return true;
	}
	return false;
}

enum refusal { REFUSED, REFUSED_FOR_NOW, REFUSED_AS_GONE, REFUSED_AS_ENDING };

/* What a refused eviction means. One that is worth another try is told about. */
static enum refusal eviction_refused(struct drain *d, const struct target *t, const struct error *err)
{
	if (error_is_reason(err, "NotFound"))
		return REFUSED_AS_GONE;
	progress_clear(d);
	if (err->http_status == 429 || error_is_reason(err, "TooManyRequests")) {
		fprintf(d->inv->err, "error when evicting pods/\"%s\" -n \"%s\" (will retry after 5s): %s\n", t->name,
			t->namespace, err->message);
		return REFUSED_FOR_NOW;
	}
	if (!namespace_ends(err))
		return REFUSED;
	if (json_path(t->object, "metadata", "deletionTimestamp", NULL))
		return REFUSED_AS_ENDING;
	fprintf(d->inv->err, "error when evicting pod \"%s\" from terminating namespace \"%s\" (will retry after 5s): %s\n",
		t->name, t->namespace, err->message);
	return REFUSED_FOR_NOW;
}

/* Sleeps, then looks at the Pod anew; who cannot look goes on with what was known. */
static int eviction_pause(struct drain *d, struct target *t, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	cJSON *fresh;
	int r;

	d->progress.refused++;
	r = wait_interruptibly(RETRY_DELAY, err);
	d->progress.refused--;
	if (r)
		return -1;
	if (!client_get(d->client, t->resource, t->namespace, t->name, NULL, &fresh, &ignored)) {
		cJSON_Delete(t->object);
		t->object = fresh;
	}
	return 0;
}

static int eviction_try(struct drain *d, const struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf timeout = BUF_INIT;

	if (!is_server_dry_run(d))
		tell_started(d, t, "eviction started");
	progress_clear(d);
	fprintf(d->inv->out, "evicting pod %s/%s%s\n", t->namespace, t->name, is_server_dry_run(d) ? " (server dry run)" : "");
	fflush(d->inv->out);
	if (!d->deadline || time_monotonic() < d->deadline)
		return eviction_send(d, t, err);
	duration_format(&timeout, d->timeout);
	return error_set(err, ERROR_TIMEOUT, "global timeout reached: %s", timeout.data);
}

static int evict_pod(struct drain *d, struct target *t, struct error *err)
{
	enum refusal refusal = REFUSED_FOR_NOW;
	_cleanup_free_ char *doing = xasprintf("error when evicting pods/\"%s\" -n \"%s\": ", t->name, t->namespace);

	while (refusal == REFUSED_FOR_NOW && eviction_try(d, t, err)) {
		refusal = eviction_refused(d, t, err);
		if (refusal == REFUSED)
			return err->class == ERROR_CANCELLED ? -1 : error_wrap(err, doing);
		error_release(err);
		if (refusal == REFUSED_AS_GONE)
			return 0;
		if (refusal == REFUSED_FOR_NOW && eviction_pause(d, t, err))
			return -1;
	}
	if (is_server_dry_run(d) || !pod_wait(d, t, true, err))
		return 0;
	free(doing);
	doing = xasprintf("error when waiting for pod \"%s\" in namespace \"%s\" to terminate: ", t->name, t->namespace);
	return err->class == ERROR_CANCELLED ? -1 : error_wrap(err, doing);
}

/* ---- deleting -------------------------------------------------------------------------------- */

static int delete_pods(struct drain *d, const struct vec *pods, struct error *err)
{
	_cleanup_json_ cJSON *o = delete_options(d);

	for (size_t i = 0; i < pods->len; i++) {
		const struct target *t = pods->items[i];

		if (client_delete(d->client, t->resource, t->namespace, t->name, o, "", NULL, err)) {
			if (!error_is_reason(err, "NotFound"))
				return -1;
			error_release(err);
		}
		if (!is_server_dry_run(d))
			tell_started(d, t, "deletion started");
	}
	return 0;
}

/* ---- one node -------------------------------------------------------------------------------- */

static void deadline_begin(struct drain *d)
{
	d->deadline = d->timeout ? time_monotonic() + d->timeout : 0;
}

static int remove_pod(void *ctx, struct invocation *view, struct target *t, struct error *err)
{
	struct drain *d = ctx;

	(void)view;
	if (d->deleting ? pod_wait(d, t, false, err) : evict_pod(d, t, err))
		return -1;
	d->progress.done++;
	return 0;
}

static int remove_each(struct drain *d, const struct vec *pods, struct vec *errors, struct error *err)
{
	struct each each = {.work = remove_pod, .turn = progress_turn, .ctx = d, .width = pods->len};
	int r = each_run(d->inv, pods, &each, errors, err);

	progress_clear(d);
	return r;
}

/* Evicts or deletes; *ret_several: errors is an aggregate and not just one. */
static int pods_remove(struct drain *d, const struct vec *pods, struct vec *errors, bool *ret_several, struct error *err)
{
	struct error fault = ERROR_INIT;

	*ret_several = false;
	if (!pods->len)
		return 0;
	if (!d->disable_eviction && eviction_version(d, &fault)) {
		vec_add(errors, error_take(&fault));
		return 0;
	}
	d->deleting = d->disable_eviction || !*d->eviction_version;
	deadline_begin(d);
	if (!d->deleting) {
		*ret_several = true;
		return remove_each(d, pods, errors, err);
	}
	if (delete_pods(d, pods, &fault)) {
		vec_add(errors, error_take(&fault));
		return 0;
	}
	deadline_begin(d);
	if (is_server_dry_run(d))
		return 0;
	if (remove_each(d, pods, errors, err))
		return -1;
	while (errors->len > 1)
		vec_remove(errors, errors->len - 1);
	return 0;
}

/* Several errors in one text, each once. */
static void errors_text(struct buf *out, const struct vec *errors)
{
	_cleanup_vec_ struct vec texts = VEC_OF_STRINGS;

	for (size_t i = 0; i < errors->len; i++) {
		const struct error *e = errors->items[i];
		_cleanup_free_ char *text = e->request ? xasprintf("%s: %s", e->request, e->cause) : xstrdup(e->message);

		if (!vec_has_string(&texts, text))
			vec_add_string(&texts, text);
	}
	words_joined(out, &texts);
}

static void tell_pending(const struct drain *d, const char *node, const struct vec *errors)
{
	_cleanup_(pods_release) struct pods pending = PODS_INIT;
	_cleanup_vec_ struct vec faults = VEC_OWNING(error_free);
	_cleanup_buf_ struct buf why = BUF_INIT, text = BUF_INIT;

	pods_find(d, node, &pending, &faults);
	errors_text(&why, errors);
	if (pending.go.len)
		fprintf(d->inv->err, "There are pending pods in node \"%s\" when an error occurred: %s\n", node, why.data);
	for (size_t i = 0; i < pending.go.len; i++)
		fprintf(d->inv->err, "pod/%s\n", ((const struct target *)pending.go.items[i])->name);
	if (!faults.len)
		return;
	errors_text(&text, &faults);
	fprintf(d->inv->err, "Following errors occurred while getting the list of pods to delete:\n%s", text.data);
}

static int pods_drain(struct drain *d, const char *node, struct vec *errors, bool *ret_several, struct error *err)
{
	_cleanup_(pods_release) struct pods p = PODS_INIT;

	*ret_several = true;
	if (pods_find(d, node, &p, errors))
		return 0;
	pods_warn(d, &p);
	if (!strcmp(d->dry_run, "client")) {
		for (size_t i = 0; i < p.go.len; i++) {
			const struct target *t = p.go.items[i];

			fprintf(d->inv->out, "evicting pod %s/%s (dry run)\n", t->namespace, t->name);
		}
		return 0;
	}
	progress_begin(d, node, p.go.len);
	if (pods_remove(d, &p.go, errors, ret_several, err))
		return -1;
	if (errors->len)
		tell_pending(d, node, errors);
	return 0;
}

static int node_drain(struct drain *d, const struct target *node, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_buf_ struct buf text = BUF_INIT;
	bool several;

	if (pods_drain(d, node->name, &errors, &several, err))
		return -1;
	if (!errors.len)
		return print_operation(d->inv, "drained", node->resource, node->object, err);
	errors_text(&text, &errors);
	fflush(d->inv->out);
	fprintf(d->inv->err, "error: unable to drain node \"%s\" due to error: %s, continuing command...\n", node->name, text.data);
	vec_add(&d->remaining, node->name);
	vec_release(&d->last);
	d->last_several = several;
	for (size_t i = 0; i < errors.len; i++)
		vec_add(&d->last, error_take(errors.items[i]));
	if (several)
		errors_add(&d->errors, ERROR_OTHER, "%s", text.data);
	else
		vec_add(&d->errors, error_take(d->last.items[0]));
	return 0;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static int read_pod_selector(struct drain *d, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *s = NULL;
	const char *text = args_string(d->inv->args, "pod-selector");

	if (selector_parse(text, &s, err))
		return error_set(err, ERROR_OTHER, "--pod-selector=<pod_selector> must be a valid label selector");
	selector_format(&d->selector, s);
	return 0;
}

static int drain_prepare(struct invocation *inv, struct drain *d, struct error *err)
{
	const struct args *a = inv->args;
	struct mapper *mapper;

	d->inv = inv;
	d->grace = args_int(a, "grace-period");
	d->timeout = args_duration(a, "timeout");
	d->skip = args_int(a, "skip-wait-for-delete-timeout");
	d->force = args_bool(a, "force");
	d->ignore_daemonsets = args_bool(a, "ignore-daemonsets");
	d->delete_emptydir = args_bool(a, "delete-emptydir-data");
	d->disable_eviction = args_bool(a, "disable-eviction");
	if (nodes_check(inv, err) || invocation_dry_run(inv, &d->dry_run, err) || read_pod_selector(d, err) ||
	    invocation_client(inv, &d->client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	return mapper_find(mapper, "daemonsets.apps", &d->daemonsets, err);
}

static void tell_remaining(const struct drain *d)
{
	if (!d->remaining.len)
		return;
	fprintf(d->inv->err, "There are pending nodes to be drained:\n");
	for (size_t i = 0; i < d->remaining.len; i++)
		fprintf(d->inv->err, " %s\n", vec_string(&d->remaining, i));
}

static int drain_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_(drain_release) struct drain d = {
		.selector = BUF_INIT,
		.errors = VEC_OWNING(error_free),
		.last = VEC_OWNING(error_free),
		.progress = {.drawn = BUF_INIT},
	};

	if (drain_prepare(inv, &d, err) || nodes_find(inv, args_int(inv->args, "chunk-size"), &targets, err) ||
	    nodes_mark(inv, &targets, true, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		if (node_drain(&d, targets.items[i], err))
			return -1;
	}
	tell_remaining(&d);
	/* kubectl takes apart what one node failed with, but what is in an aggregate then goes without "error: ". */
	if (d.errors.len == 1 && d.last_several)
		report_aggregate(inv, &d.last);
	else
		report_errors(inv, &d.errors);
	return 0;
}

const struct command command_drain = {
	.name = "drain",
	.group = GROUP_CLUSTER,
	.summary = "Empty nodes of their Pods, for maintenance",
	.description = "Marks nodes as unschedulable and evicts their Pods, waiting until they have ended. Evictions obey disruption "
		       "budgets: one that is refused is tried again. Pods of DaemonSets and mirror Pods stay.",
	.examples = "  # Empty a node but for its DaemonSets\n"
		    "  kubec drain worker-1 --ignore-daemonsets --delete-emptydir-data\n\n"
		    "  # Give up after ten minutes\n"
		    "  kubec drain worker-1 --ignore-daemonsets --timeout=10m",
	.usage = "NODE",
	.options = options,
	.arguments = nodes_arguments,
	.run = drain_run,
};
