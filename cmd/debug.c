#include "debug.h"

#include "attach.h"
#include "data/gotext.h"
#include "data/patch.h"
#include "kube/image.h"
#include "live.h"

static const struct option options_debug[] = {
	{"arguments-only", .type = OPTION_BOOL, .help = "The words behind -- are arguments, and not the command."},
	{"attach", .type = OPTION_BOOL, .help = "Attach to the container once it runs; -i does so, too."},
	{"container", 'c', .help = "Name of the debugging container."},
	{"copy-to", .help = "Debug a copy of the Pod, of this name."},
	{"custom", .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "A JSON or YAML file with fields of a container, which change the profile's."},
	{"env", .type = OPTION_PAIRS, .help = "Environment variables of the container."},
	{"filename", 'f', OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the object to debug, or - for standard input."},
	{"image", .help = "Image of the debugging container."},
	{"image-pull-policy", .help = "Always, IfNotPresent or Never; otherwise as the server sees fit.",
	 .complete = {COMPLETE_WORDS, "Always,IfNotPresent,Never"}},
	{"keep-annotations", .type = OPTION_BOOL, .help = "With --copy-to: keep annotations."},
	{"keep-init-containers", .type = OPTION_BOOL, .fallback = "true", .help = "With --copy-to: keep init containers."},
	{"keep-labels", .type = OPTION_BOOL, .help = "With --copy-to: keep labels."},
	{"keep-liveness", .type = OPTION_BOOL, .help = "With --copy-to: keep liveness probes."},
	{"keep-readiness", .type = OPTION_BOOL, .help = "With --copy-to: keep readiness probes."},
	{"keep-startup", .type = OPTION_BOOL, .help = "With --copy-to: keep startup probes."},
	{"profile", .fallback = "general", .help = "What the container may do: general, baseline, restricted, netadmin or sysadmin.",
	 .complete = {COMPLETE_WORDS, "general,baseline,restricted,netadmin,sysadmin"}},
	{"replace", .type = OPTION_BOOL, .help = "With --copy-to: delete the original."},
	{"same-node", .type = OPTION_BOOL, .help = "With --copy-to: run the copy on the Pod's node."},
	{"set-image", .type = OPTION_PAIRS, .help = "With --copy-to: images of containers by name; * is all."},
	{"share-processes", .type = OPTION_BOOL, .fallback = "true",
	 .help = "With --copy-to: containers see each other's processes."},
	{"target", .complete = {COMPLETE_CONTAINERS, NULL}, .help = "Container whose processes an ephemeral container sees."},
	{0},
};

static const struct argument arguments[] = {
	{.name = "POD", .complete = {COMPLETE_POD_OR_WORKLOAD, NULL}, .repeats = true},
	{0},
};

static void debug_release(struct debug *d)
{
	vec_release(&d->command);
	cJSON_Delete(d->env);
	cJSON_Delete(d->images);
	cJSON_Delete(d->custom);
}

/* ---- what is asked ----------------------------------------------------------------------- */

/* The words before "--" name objects, those behind it are a command. */
static void read_words(struct invocation *inv, struct vec *names, struct vec *command)
{
	const struct vec *words = args_words(inv->args);
	int dash = args_dash(inv->args);

	for (size_t i = 0; i < words->len; i++)
		vec_add(dash >= 0 && i >= (size_t)dash ? command : names, words->items[i]);
}

/* The pairs of an option as an object, in which the last of a key counts; NULL: none. */
static cJSON *read_pairs(const struct args *a, const char *option)
{
	const struct vec *texts = args_list(a, option);
	cJSON *pairs = texts->len ? json_new_object() : NULL;

	for (size_t i = 0; i < texts->len; i++) {
		const char *text = vec_string(texts, i), *equal = strchr(text, '=');
		_cleanup_free_ char *key = xstrndup(text, (size_t)(equal - text));

		json_set_string(pairs, key, equal + 1);
	}
	return pairs;
}

static cJSON *read_env(const struct args *a)
{
	_cleanup_json_ cJSON *pairs = read_pairs(a, "env");
	cJSON *env = pairs ? json_new_array() : NULL;
	const cJSON *pair;

	cJSON_ArrayForEach(pair, pairs) {
		cJSON *variable = json_parse_literal("{\"name\":\"%s\"}", pair->string);

		if (*pair->valuestring)
			json_set_string(variable, "value", pair->valuestring);
		json_append(env, variable);
	}
	return env;
}

static int check_copy(const struct debug *d, struct error *err)
{
	const struct args *a = d->inv->args;
	const char *alone = args_bool(a, "replace")     ? "--replace"
			    : args_bool(a, "same-node") ? "--same-node"
			    : d->images                 ? "--set-image"
							: NULL;

	if (*args_string(a, "copy-to")) {
		if (!*d->image && !d->images && !d->command.len)
			return error_set(err, ERROR_OTHER, "you must specify --image, --set-image or command arguments.");
		if (d->command.len && !*d->container && !*d->image)
			return error_set(err, ERROR_OTHER,
					 "you must specify an existing container or a new image when specifying args.");
		return 0;
	}
	if (alone)
		return error_set(err, ERROR_OTHER, "%s may only be used with --copy-to.", alone);
	return *d->image ? 0 : error_set(err, ERROR_OTHER, "you must specify --image when not using --copy-to.");
}

/* container: NULL for --image itself. */
static int check_image(const char *image, const char *container, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (image_reference_valid(image))
		return 0;
	go_quote(&text, image);
	if (container) {
		buf_puts(&text, " for container ");
		go_quote(&text, container);
	}
	return error_set(err, ERROR_OTHER, "invalid image name %s: invalid reference format", text.data);
}

/* --target, which says what may come of it. */
static int check_target(const struct debug *d, struct error *err)
{
	const char *target = args_string(d->inv->args, "target");
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	if (!*target)
		return 0;
	if (*args_string(d->inv->args, "copy-to"))
		return error_set(err, ERROR_OTHER, "--target is incompatible with --copy-to. Use --share-processes instead.");
	go_quote(&quoted, target);
	if (!d->quiet)
		fprintf(d->inv->out, "Targeting container %s. If you don't see processes from this container it may be because the "
				     "container runtime doesn't support this feature.\n", quoted.data);
	return 0;
}

static int check(const struct debug *d, const struct vec *names, struct error *err)
{
	const struct args *a = d->inv->args;
	const cJSON *pair;

	if (args_changed(a, "attach") && args_bool(a, "attach") && !*d->image && !*d->container)
		return error_set(err, ERROR_OTHER,
				 "you must specify --container or create a new container using --image in order to attach.");
	if (check_copy(d, err) || (*d->image && check_image(d->image, NULL, err)))
		return -1;
	if (!names->len && !args_list(a, "filename")->len)
		return error_set(err, ERROR_OTHER, "NAME or filename is required for debug");
	if (!is_choice(args_string(a, "image-pull-policy"), "Always", "IfNotPresent", "Never"))
		return error_set(err, ERROR_OTHER, "invalid image pull policy: %s", args_string(a, "image-pull-policy"));
	cJSON_ArrayForEach(pair, d->images) {
		if (check_image(pair->valuestring, pair->string, err))
			return -1;
	}
	if (check_target(d, err))
		return -1;
	if (args_bool(a, "tty") && !args_bool(a, "stdin"))
		return error_set(err, ERROR_OTHER, "-i/--stdin is required for containers with -t/--tty=true");
	if (debug_custom_check(d->custom, err))
		return -1;
	if (!strcmp(args_string(a, "profile"), "legacy"))
		fputs("--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for "
		      "example \"--profile=general\".\n", d->inv->err);
	return 0;
}

static int debug_read(struct debug *d, const struct vec *names, struct error *err)
{
	const struct args *a = d->inv->args;
	const char *custom = args_string(a, "custom");

	d->container = args_string(a, "container");
	d->image = args_string(a, "image");
	d->quiet = args_bool(a, "quiet");
	d->env = read_env(a);
	d->images = read_pairs(a, "set-image");
	if (debug_profile_find(args_string(a, "profile"), &d->profile, err) ||
	    (*custom && debug_custom_read(custom, &d->custom, err)) || invocation_client(d->inv, &d->client, err))
		return -1;
	return check(d, names, err);
}

/* ---- what is done ------------------------------------------------------------------------- */

/* The name is the one that servers find for kubectl; what --custom has that no container has is left out without a warning. */
#define QUERY "fieldManager=kubectl&fieldValidation=Ignore"

/* What is known of a container, or NULL. */
static const cJSON *container_status(const cJSON *pod, const char *name)
{
	static const char *const lists[] = {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"};
	const cJSON *status;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		cJSON_ArrayForEach(status, json_path(pod, "status", lists[i], NULL)) {
			if (str_equal(json_string(status, "name"), name))
				return status;
		}
	return NULL;
}

struct start {
	const struct debug *d;
	const char *container;
};

static bool container_started(void *ctx, const cJSON *pod)
{
	const struct start *s = ctx;
	const cJSON *state = json_get(container_status(pod, s->container), "state");
	const char *message = json_path_string(state, "waiting", "message", NULL);

	if (json_get(state, "running") || json_get(state, "terminated"))
		return true;
	if (!s->d->quiet && !str_empty(message))
		fprintf(s->d->inv->err, "Warning: container %s: %s\n", s->container, message);
	return false;
}

static int debug_attach(struct debug *d, const cJSON *pod, const char *container, struct error *err)
{
	_cleanup_free_ char *command_name = xasprintf("%s attach", d->inv->program);
	const struct attach a = {
		.container = container,
		.command_name = command_name,
		.stdin_wanted = args_bool(d->inv->args, "stdin"),
		.tty = args_bool(d->inv->args, "tty"),
		.quiet = d->quiet,
	};
	struct start s = {.d = d, .container = container};
	_cleanup_json_ cJSON *started = NULL;

	fflush(d->inv->out);
	if (attach_wait(d->client, pod, 0, container_started, &s, &started, err))
		return -1;
	if (json_path(container_status(started, container), "state", "terminated", NULL))
		return attach_logs(d->inv, d->client, started, container, err);
	return attach_or_logs(d->inv, d->client, started, &a, err);
}

/* A server without the feature does not know the place that the patch goes to, and names no Pod. */
static int explain_disabled(struct error *err)
{
	_cleanup_json_ cJSON *status = NULL;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	if (!error_is_reason(err, "NotFound"))
		return -1;
	if (err->status_json)
		json_parse(err->status_json, strlen(err->status_json), NULL, &status, &ignored);
	if (!str_empty(json_path_string(status, "details", "name", NULL)))
		return -1;
	go_quote(&quoted, err->message);
	return error_set(err, ERROR_OTHER, "ephemeral containers are disabled for this cluster (error from server: %s)", quoted.data);
}

static int debug_ephemeral(struct debug *d, const struct target *t, cJSON **ret, char **ret_name, struct error *err)
{
	_cleanup_json_ cJSON *made = NULL, *patch = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *type;

	if (debug_make_ephemeral(d, t->object, &made, ret_name, err))
		return -1;
	debug_warn_user(d, t->object, made, "ephemeralContainers", *ret_name);
	if (live_difference(t->resource, t->object, made, &type, &patch, err))
		return error_prefix(err, "error creating patch to add debug container: ");
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (client_patch(d->client, t->resource, t->namespace, t->name, "ephemeralcontainers", type, text.data, QUERY, ret, err))
		return explain_disabled(err);
	return 0;
}

static int debug_copy(struct debug *d, const struct target *t, cJSON **ret, char **ret_name, struct error *err)
{
	_cleanup_json_ cJSON *made = NULL, *options = NULL;

	if (debug_make_copy(d, t->object, &made, ret_name, err))
		return -1;
	if (*ret_name)
		debug_warn_user(d, made, made, "containers", *ret_name);
	if (client_create(d->client, t->resource, t->namespace, made, QUERY, ret, err))
		return -1;
	if (!args_bool(d->inv->args, "replace"))
		return 0;
	options = json_parse_literal("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0}");
	return client_delete(d->client, t->resource, t->namespace, t->name, options, NULL, NULL, err);
}

static int debug_node(struct debug *d, const struct target *t, cJSON **ret, char **ret_name, struct error *err)
{
	_cleanup_json_ cJSON *made = NULL;
	const char *ns;
	bool given;

	if (debug_make_node(d, t->object, &made, ret_name, err) || invocation_namespace(d->inv, &ns, &given, err))
		return -1;
	return client_create(d->client, pods_resource(), ns, made, QUERY, ret, err);
}

static int debug_target(struct debug *d, struct target *t, struct error *err)
{
	const struct resource *r = t->resource;
	const char *kind = *r->group ? "" : r->kind;
	_cleanup_json_ cJSON *pod = NULL;
	_cleanup_free_ char *container = NULL;
	struct mapper *mapper;
	int failure;

	if (invocation_mapper(d->inv, &mapper, err) || (!t->object && target_get(d->client, mapper, t, NULL, err)))
		return -1;
	if (!strcmp(kind, "Node"))
		failure = debug_node(d, t, &pod, &container, err);
	else if (strcmp(kind, "Pod"))
		return error_set(err, ERROR_OTHER, "\"%s/%s, Kind=%s\" not supported by debug", r->group, r->version, r->kind);
	else if (t->source && debug_check_manifest(t->source, t->object, err))
		return -1;
	else if (*args_string(d->inv->args, "copy-to"))
		failure = debug_copy(d, t, &pod, &container, err);
	else
		failure = debug_ephemeral(d, t, &pod, &container, err);
	if (failure || !container ||
	    !args_bool(d->inv->args, args_changed(d->inv->args, "attach") ? "attach" : "stdin"))
		return failure;
	return debug_attach(d, pod, container, err);
}

static int debug_targets(struct debug *d, const struct vec *names, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(d->inv, &o, err) || invocation_mapper(d->inv, &mapper, err))
		return -1;
	o.args = names;
	o.default_type = "pods";
	o.enforce_namespace = o.namespace_given;
	o.typed = true;
	if (targets_resolve(mapper, &o, &targets, &errors, err))
		return -1;
	live_refuse_custom(&targets, &errors);
	/* the first failure is the last thing that happens */
	for (size_t i = 0; i < targets.len && !((struct target *)targets.items[i])->errors_before; i++)
		if (debug_target(d, targets.items[i], err))
			return -1;
	if (!errors.len)
		return 0;
	error_move(err, errors.items[0]);
	return -1;
}

static int debug_run(struct invocation *inv, struct error *err)
{
	_cleanup_(debug_release) struct debug d = {.inv = inv};
	_cleanup_vec_ struct vec names = VEC_INIT;

	read_words(inv, &names, &d.command);
	return debug_read(&d, &names, err) || debug_targets(&d, &names, err) ? -1 : 0;
}

const struct command command_debug = {
	.name = "debug",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Debug Pods and nodes with containers made for it",
	.description = "Gives a running Pod a container more, or, with --copy-to, makes a changed copy of it. For a node it makes a Pod "
		       "in the node's namespaces, with the node's files at /host.",
	.examples = "  # A shell beside the containers of a Pod\n  kubec debug web -it --image=busybox\n\n"
		    "  # One that sees the processes of the container app\n  kubec debug web -it --image=busybox --target=app\n\n"
		    "  # A copy of the Pod whose container app runs a shell\n  kubec debug web -it --copy-to=web-debug -c app -- sh\n\n"
		    "  # A shell on a node\n  kubec debug node/worker-1 -it --image=busybox",
	.usage = "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
	.options = (const struct option *const[]){options_debug, options_session, NULL},
	.arguments = arguments,
	.raw_output = true,
	.run = debug_run,
};
