#include "log_stream.h"
#include "remote.h"

#include "base/timeutil.h"
#include "data/selector.h"
#include "kube/watch.h"
#include "net/task.h"

#define USAGE "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
#define SELECTOR_TAIL 10 /* lines of each, unless said otherwise */

static const struct option options_logs[] = {
	{"all-containers", .type = OPTION_BOOL, .help = "The logs of all containers, init and ephemeral ones too."},
	{"all-pods", .type = OPTION_BOOL, .help = "The logs of all Pods of a workload, and not of the best alone; with --prefix."},
	{"container", 'c', .complete = {COMPLETE_CONTAINERS, NULL},
	 .help = "Container to show; otherwise the one that the annotation kubectl.kubernetes.io/default-container names, or the first."},
	{"follow", 'f', OPTION_BOOL, .help = "Go on showing what is written from now on, until the container ends."},
	{"ignore-errors", .type = OPTION_BOOL, .help = "A log that cannot be had says so in its place; the others are shown."},
	{"insecure-skip-tls-verify-backend", .type = OPTION_BOOL,
	 .help = "The API server shall not check who the kubelet is that it takes the log from."},
	{"limit-bytes", .type = OPTION_INT, .help = "At most this many bytes of each log; 0 is no limit."},
	{"max-log-requests", .type = OPTION_INT, .fallback = "5", .help = "How many logs may be followed at a time."},
	{"new-pods", .type = OPTION_BOOL, .flags = OPTION_OWN,
	 .help = "With -f and a selector or a workload: also follow Pods that start later, and containers that start again, until "
		 "Ctrl-C. Takes all Pods of a workload, with --prefix."},
	OPTION_POD_RUNNING_TIMEOUT("20s"),
	{"prefix", .type = OPTION_BOOL, .help = "Begin each line with its Pod and container."},
	{"previous", 'p', OPTION_BOOL, .help = "The log of the container's last run before this one."},
	{"since", .type = OPTION_DURATION, .help = "Only lines younger than this (5s, 2m, 3h)."},
	{"since-time", .help = "Only lines written after this moment (RFC 3339)."},
	{"tail", .type = OPTION_INT, .fallback = "-1", .help = "Only so many lines from the end; -1 is all, or 10 of each with a selector."},
	{"timestamps", .type = OPTION_BOOL, .help = "Begin each line with the time when it was written."},
	{0},
};

static const struct option *const options[] = {options_logs, options_selector, NULL};

static const struct argument arguments[] = {
	{.name = "POD", .complete = {COMPLETE_POD_OR_WORKLOAD, NULL}},
	{.name = "CONTAINER", .complete = {COMPLETE_CONTAINERS, NULL}},
	{0},
};

struct logs {
	struct invocation *inv;
	struct remote remote;
	struct log_options options;
	const char *ns, *selector, *container;
	bool all_containers, all_pods, new_pods;
	struct vec streams; /* struct log_stream * */
	size_t pods;        /* how many have a colour */
	/* following many */
	struct tasks *tasks;
	size_t begun;       /* of streams */
	struct error failure;
	bool failed, interrupted;
	/* --new-pods */
	struct map known;   /* "uid/container/restarts" */
	struct buf watched; /* label selector */
	char *version;
};

static void logs_release(struct logs *l)
{
	remote_release(&l->remote);
	vec_release(&l->streams);
	free(l->options.since_time);
	error_release(&l->failure);
	map_release(&l->known);
	buf_release(&l->watched);
	free(l->version);
	tasks_free(l->tasks);
}

/* ---- the command line ------------------------------------------------------------------------------- */

static int read_words(struct logs *l, struct error *err)
{
	const struct vec *words = args_words(l->inv->args);

	l->selector = args_string(l->inv->args, "selector");
	l->container = words->len == 2 ? vec_string(words, 1) : args_string(l->inv->args, "container");
	if (words->len > 2 || (!words->len && !*l->selector))
		return usage_error(l->inv, err, "expected '%s'.\nPOD or TYPE/NAME is a required argument for the logs command", USAGE);
	if (words->len == 1 && *l->selector)
		return usage_error(l->inv, err, "only a selector (-l) or a POD name is allowed");
	return 0;
}

/* As the API writes times: UTC, whole seconds. */
static int read_since_time(struct logs *l, struct error *err)
{
	const char *text = args_string(l->inv->args, "since-time");
	_cleanup_buf_ struct buf out = BUF_INIT;
	int64_t at;

	if (!*text)
		return 0;
	if (timestamp_parse(text, &at, err))
		return -1;
	timestamp_format(&out, at);
	l->options.since_time = buf_take(&out);
	return 0;
}

/* Whole seconds, halves away from zero. */
static int64_t rounded_seconds(int64_t d)
{
	return (d + (d < 0 ? -SECOND : SECOND) / 2) / SECOND;
}

static int read_options(struct logs *l, struct error *err)
{
	const struct args *a = l->inv->args;
	struct log_options *o = &l->options;
	int64_t since = args_duration(a, "since");

	l->all_containers = args_bool(a, "all-containers");
	l->new_pods = args_bool(a, "new-pods") && args_bool(a, "follow");
	l->all_pods = args_bool(a, "all-pods") || l->new_pods;
	*o = (struct log_options){
		.follow = args_bool(a, "follow"),
		.previous = args_bool(a, "previous"),
		.timestamps = args_bool(a, "timestamps"),
		.insecure_backend = args_bool(a, "insecure-skip-tls-verify-backend"),
		.ignore_errors = args_bool(a, "ignore-errors"),
		.prefix = args_bool(a, "prefix") || l->all_pods,
		.limit_bytes = args_int(a, "limit-bytes"),
		.since_seconds = since ? rounded_seconds(since) : -1,
		.tail = args_int(a, "tail"),
	};
	if (*l->selector && o->tail == -1 && !args_changed(a, "tail"))
		o->tail = SELECTOR_TAIL;
	return remote_timeout(l->inv, &o->timeout, err) || read_since_time(l, err) ? -1 : 0;
}

/* What kubectl checks only after it found the object. */
static int check_options(const struct logs *l, struct error *err)
{
	const struct args *a = l->inv->args;

	if (l->options.since_time && args_duration(a, "since"))
		return error_set(err, ERROR_OTHER, "at most one of `sinceTime` or `sinceSeconds` may be specified");
	if (l->all_containers && *l->container)
		return error_set(err, ERROR_OTHER, "--all-containers=true should not be specified with container name %s", l->container);
	if (args_changed(a, "container") && args_words(a)->len == 2)
		return error_set(err, ERROR_OTHER, "only one of -c or an inline [CONTAINER] arg is allowed");
	if (l->options.limit_bytes < 0)
		return error_set(err, ERROR_OTHER, "--limit-bytes must be greater than 0");
	if (args_duration(a, "since") && l->options.since_seconds < 0)
		return error_set(err, ERROR_OTHER, "--since must be greater than 0");
	if (l->options.tail < -1)
		return error_set(err, ERROR_OTHER, "--tail must be greater than or equal to -1");
	return 0;
}

/* ---- from objects to streams ----------------------------------------------------------------------------- */

static void add_stream(struct logs *l, const cJSON *pod, const char *container)
{
	enum colour_role role = (enum colour_role)(COLOUR_SOURCE_1 + l->pods % (COLOUR_SOURCE_LAST - COLOUR_SOURCE_1 + 1));

	vec_add(&l->streams, log_stream_new(&l->options, json_path_string(pod, "metadata", "namespace", NULL),
					    json_path_string(pod, "metadata", "name", NULL), container, role));
}

static void add_all_containers(struct logs *l, const cJSON *pod)
{
	static const char *const lists[] = {"initContainers", "containers", "ephemeralContainers"};
	const cJSON *container;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		cJSON_ArrayForEach(container, json_path(pod, "spec", lists[i], NULL))
			add_stream(l, pod, json_string(container, "name"));
}

/* The annotated container; one that does not exist is told and counts for nothing. */
static const char *annotated_container(const struct logs *l, const cJSON *pod)
{
	const char *name = pod_default_container(pod);

	if (!name || pod_container(pod, name, NULL))
		return name;
	fprintf(l->inv->err, "Default container name \"%s\" not found in pod %s\n", name,
		json_path_string(pod, "metadata", "name", NULL));
	return NULL;
}

static int add_pod(struct logs *l, const cJSON *pod, bool quiet, struct error *err)
{
	const char *name = *l->container ? l->container : annotated_container(l, pod);
	const cJSON *first = json_path(pod, "spec", "containers", NULL);
	_cleanup_buf_ struct buf names = BUF_INIT;

	pod_container_names(pod, &names);
	if (!name && first && first->child) {
		name = json_string(first->child, "name");
		if (pod_has_choice(pod) && !quiet)
			fprintf(l->inv->err, "Defaulted container \"%s\" out of: %s\n", name, names.data);
	}
	if (!name || !pod_container(pod, name, NULL))
		return error_set(err, ERROR_OTHER, "container %s is not valid for pod %s out of: %s", name ? name : "",
				 json_path_string(pod, "metadata", "name", NULL), names.data);
	add_stream(l, pod, name);
	return 0;
}

static int add_pods(struct logs *l, const cJSON *items, struct error *err)
{
	const cJSON *pod;

	cJSON_ArrayForEach(pod, items)
	{
		if (l->all_containers)
			add_all_containers(l, pod);
		else if (add_pod(l, pod, l->all_pods, err))
			return -1;
		l->pods++;
	}
	return 0;
}

static int find_by_selector(struct logs *l, cJSON **ret, struct error *err)
{
	struct list_options o = {.label_selector = l->selector};

	if (invocation_client(l->inv, &l->remote.client, err) ||
	    client_list(l->remote.client, pods_resource(), l->ns, &o, ret, err))
		return -1;
	buf_puts(&l->watched, l->selector);
	if (!json_size(json_get(*ret, "items")))
		fprintf(l->inv->err, "No resources found in %s namespace.\n", l->ns);
	return 0;
}

static int find_object(struct logs *l, struct error *err)
{
	struct vec first = {.items = args_words(l->inv->args)->items, .len = 1};

	if (!remote_find(l->inv, &first, "get the logs of", &l->remote, err))
		return 0;
	if (error_is_reason(err, "NotFound")) {
		_cleanup_free_ char *text = xstrdup(err->message);

		error_set(err, ERROR_OTHER, "error from server (NotFound): %s in namespace \"%s\"", text, l->ns);
	}
	return -1;
}

/* The Pods of the object that was found: the best one, or all of them. */
static int find_behind(struct logs *l, cJSON **ret, struct error *err)
{
	struct target *t = l->remote.target;
	size_t n;
	cJSON *items;

	if (!strcmp(t->resource->name, "pods") && !*t->resource->group) {
		*ret = json_parse_literal("{\"items\":[]}");
		json_append(json_get(*ret, "items"), TAKE_PTR(t->object));
		return 0;
	}
	if (pods_selector(t->resource, t->object, "cannot get the logs from", &l->watched, err) ||
	    pods_list(l->remote.client, t->namespace, l->watched.data, l->options.timeout, PODS_LOGGING, ret, err))
		return -1;
	items = json_get(*ret, "items");
	n = json_size(items);
	if (n < 2 || l->all_pods)
		return 0;
	fprintf(l->inv->err, "Found %zu pods, using pod/%s\n", n, json_path_string(items->child, "metadata", "name", NULL));
	while (items->child->next)
		cJSON_Delete(cJSON_DetachItemViaPointer(items, items->child->next));
	return 0;
}

static void note_known(struct logs *l, const cJSON *pod);

static int find_streams(struct logs *l, struct error *err)
{
	_cleanup_json_ cJSON *list = NULL;
	const cJSON *pod;
	bool given;

	if (invocation_namespace(l->inv, &l->ns, &given, err) ||
	    (*l->selector ? find_by_selector(l, &list, err) : find_object(l, err)) || check_options(l, err) ||
	    (!*l->selector && find_behind(l, &list, err)))
		return -1;
	l->version = xstrdup(json_path_string(list, "metadata", "resourceVersion", NULL));
	if (l->new_pods)
		cJSON_ArrayForEach(pod, json_get(list, "items"))
			note_known(l, pod);
	return add_pods(l, json_get(list, "items"), err);
}

/* ---- Pods that start later -------------------------------------------------------------------------------- */

/* "uid/container/restarts": a container that starts again has another log. free() it. */
static char *run_key(const cJSON *pod, const char *container, int64_t restarts)
{
	return xasprintf("%s/%s/%lld", json_path_string(pod, "metadata", "uid", NULL), container, (long long)restarts);
}

static const char *const status_lists[] = {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"};

static void note_known(struct logs *l, const cJSON *pod)
{
	const cJSON *status;

	for (size_t i = 0; i < ARRAY_SIZE(status_lists); i++) {
		cJSON_ArrayForEach(status, json_path(pod, "status", status_lists[i], NULL))
		{
			_cleanup_free_ char *key = run_key(pod, json_string(status, "name"), json_int(status, "restartCount", 0));

			map_set(&l->known, key, l);
		}
	}
}

/* The container that would be shown of this Pod had it been there from the beginning; NULL: all of them. */
static const char *wanted_container(const struct logs *l, const cJSON *pod)
{
	const cJSON *first = json_path(pod, "spec", "containers", NULL);
	const char *annotated = pod_default_container(pod);

	if (l->all_containers)
		return NULL;
	if (*l->container)
		return l->container;
	if (annotated && pod_container(pod, annotated, NULL))
		return annotated;
	return first && first->child ? json_string(first->child, "name") : "";
}

/* Begins with what has started in a Pod and was not seen before. */
static void add_started(struct logs *l, const cJSON *pod)
{
	const char *wanted = wanted_container(l, pod);
	size_t before = l->streams.len;
	const cJSON *status;

	for (size_t i = 0; i < ARRAY_SIZE(status_lists); i++) {
		cJSON_ArrayForEach(status, json_path(pod, "status", status_lists[i], NULL))
		{
			const char *name = json_string(status, "name");
			_cleanup_free_ char *key = run_key(pod, name, json_int(status, "restartCount", 0));

			if (json_path(status, "state", "waiting", NULL) || !json_get(status, "state") || map_has(&l->known, key) ||
			    (wanted && !str_equal(wanted, name)))
				continue;
			map_set(&l->known, key, l);
			add_stream(l, pod, name);
		}
	}
	l->pods += l->streams.len > before;
}

static int on_pod(void *ctx, const char *type, cJSON *object, struct error *err)
{
	_cleanup_json_ cJSON *pod = object;

	(void)err;
	if (strcmp(type, "DELETED"))
		add_started(ctx, pod);
	return 0;
}

static void fail(struct logs *l, struct error *e)
{
	if (!l->failed)
		error_move(&l->failure, e);
	l->failed = true;
}

static void watch_task(void *ctx)
{
	struct logs *l = ctx;
	_cleanup_error_ struct error err = ERROR_INIT;
	struct watch_options o = {.label_selector = l->watched.data, .resource_version = l->version};

	if (watch_run(l->remote.client, pods_resource(), l->ns, NULL, &o, on_pod, l, &err))
		fail(l, &err);
}

/* ---- showing ------------------------------------------------------------------------------------------------ */

/* The stream that a task begins with: the next one. */
static void stream_task(void *ctx)
{
	struct logs *l = ctx;
	struct log_stream *s = l->streams.items[l->begun++];
	_cleanup_error_ struct error err = ERROR_INIT;

	if (log_stream_run(l->inv, l->remote.client, s, &err))
		fail(l, &err);
}

/* The first failure ends them all, as in kubectl: what is under way is given up like after Ctrl-C. */
static void give_up(struct logs *l)
{
	if (!l->failed || http_cancelled)
		return;
	l->interrupted = true;
	http_cancelled = 1;
}

static int follow_many(struct logs *l, struct error *err)
{
	l->tasks = tasks_new();
	client_set_concurrency(l->remote.client, SIZE_MAX);
	if (l->new_pods && l->watched.len)
		task_start(l->tasks, watch_task, l);
	for (;;) {
		int64_t wait;

		while (l->begun < l->streams.len && !l->failed)
			task_start(l->tasks, stream_task, l);
		give_up(l);
		wait = task_wake_sleepers(l->tasks);
		if (!tasks_alive(l->tasks))
			break;
		client_turn(l->remote.client, wait);
	}
	if (l->interrupted)
		http_cancelled = 0;
	if (!l->failed)
		return 0;
	error_move(err, &l->failure);
	return -1;
}

static int show(struct logs *l, struct error *err)
{
	int64_t most = args_int(l->inv->args, "max-log-requests");

	if (l->options.follow && l->streams.len > 1 && (int64_t)l->streams.len > most && !l->new_pods)
		return error_set(err, ERROR_OTHER,
				 "you are attempting to follow %zu log streams, but maximum allowed concurrency is %lld, use "
				 "--max-log-requests to increase the limit", l->streams.len, (long long)most);
	if (l->options.follow && (l->streams.len > 1 || l->new_pods))
		return follow_many(l, err);
	for (size_t i = 0; i < l->streams.len; i++)
		if (log_stream_run(l->inv, l->remote.client, l->streams.items[i], err))
			return -1;
	return 0;
}

static int logs_run(struct invocation *inv, struct error *err)
{
	_cleanup_(logs_release) struct logs l = {.inv = inv, .streams = VEC_OWNING(log_stream_free), .watched = BUF_INIT};

	if (read_words(&l, err) || read_options(&l, err) || find_streams(&l, err))
		return -1;
	if (!show(&l, err) && !http_cancelled)
		return 0;
	if (http_cancelled) /* Ctrl-C is how one stops to follow: without a word, and with kubectl's status */
		error_release(err);
	return -1;
}

const struct command command_logs = {
	.name = "logs",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Show what containers have printed",
	.description = "Shows what containers have written, and with -f what they write.\n\n"
		       "A workload or a Service stands for the best of its Pods, with --all-pods for all of them. A connection that breaks "
		       "while a log is followed is made again, and the log goes on where it stopped.",
	.examples = "  # The log of a Pod with one container\n  kubec logs web\n\n"
		    "  # Of a container that died, before it was started again\n  kubec logs web -c proxy -p\n\n"
		    "  # The last 20 lines, and what comes\n  kubec logs web --tail=20 -f\n\n"
		    "  # Of the last hour, with times\n  kubec logs web --since=1h --timestamps\n\n"
		    "  # All containers of all Pods with a label\n  kubec logs -l app=web --all-containers --prefix\n\n"
		    "  # A Deployment, also through its next rollout\n  kubec logs deploy/web -f --new-pods",
	.usage = "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
	.options = options,
	.arguments = arguments,
	.raw_output = true,
	.run = logs_run,
};
