#include "run.h"

#include "attach.h"
#include "create/sources.h"
#include "data/gotext.h"
#include "kube/apply.h"
#include "kube/image.h"
#include "overrides.h"
#include "record.h"
#include "set/local.h"

static const struct option options_run[] = {
	{"annotations", .type = OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "An annotation of the Pod; may be repeated."},
	{"attach", .type = OPTION_BOOL, .help = "Wait until the Pod runs and attach to it; -i does so, too."},
	{"command", .type = OPTION_BOOL, .help = "The words after NAME are the command, and not its arguments."},
	{"env", .type = OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "An environment variable of the container; may be repeated."},
	{"expose", .type = OPTION_BOOL, .help = "Make a Service for the Pod, too; wants --port."},
	OPTION_FIELD_MANAGER("kubectl-run"),
	{"image", .type = OPTION_STRING, .help = "The image to run.", .flags = OPTION_REQUIRED},
	{"image-pull-policy", .type = OPTION_STRING, .help = "Always, IfNotPresent or Never; otherwise as the server sees fit.",
	 .complete = {COMPLETE_WORDS, "Always,IfNotPresent,Never"}},
	{"labels", 'l', OPTION_STRING, .help = "Labels of the Pod (a=b,c=d) in place of run=NAME."},
	{"leave-stdin-open", .type = OPTION_BOOL, .help = "Leave standard input open when the first session ends."},
	OPTION_POD_RUNNING_TIMEOUT("1m0s"),
	{"port", .type = OPTION_STRING, .help = "The port that the container listens on."},
	{"privileged", .type = OPTION_BOOL, .help = "Give the container all rights on its node."},
	{"restart", .type = OPTION_STRING, .fallback = "Always", .help = "When the container is started again: Always, OnFailure or Never.",
	 .complete = {COMPLETE_WORDS, "Always,OnFailure,Never"}},
	{"rm", .type = OPTION_BOOL, .help = "Delete the Pod when the session with it ends."},
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the object in its last-applied annotation, so that apply may change it later."},
	{"wait", .type = OPTION_BOOL, .help = "Taken for the sake of scripts; nothing is waited for."},
	{0},
};

static const struct option *const options[] = {
	options_run,	  options_detach,  options_session, options_overrides, options_deletion,
	options_filename, options_dry_run, options_print,   options_record,    NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {.name = "COMMAND", .repeats = true}, {0}};

struct run {
	const char *name, *image, *pull_policy, *restart;
	cJSON *annotations, *labels, *env; /* labels: NULL without --labels */
	int64_t timeout;
	bool stdin_wanted, attach;
	int port;
	const char *dry_run;
	struct deletion deletion;
	struct client *client;
	struct printer *printer;
};

static void run_release(struct run *r)
{
	cJSON_Delete(r->annotations);
	cJSON_Delete(r->labels);
	cJSON_Delete(r->env);
	printer_free(r->printer);
}

/* ---- what is asked --------------------------------------------------------------------- */

static int read_annotations(const struct vec *texts, cJSON **ret, struct error *err)
{
	_cleanup_buf_ struct buf invalid = BUF_INIT;

	*ret = json_new_object();
	for (size_t i = 0; i < texts->len; i++) {
		const char *text = vec_string(texts, i), *equal = strchr(text, '=');
		_cleanup_free_ char *key = NULL;

		if (!equal || equal == text) {
			buf_printf(&invalid, "%s%s", invalid.len ? ", " : "", text);
			continue;
		}
		key = xstrndup(text, (size_t)(equal - text));
		json_set_string(*ret, key, equal + 1);
	}
	json_sort_keys(*ret);
	return invalid.len ? error_set(err, ERROR_OTHER, "invalid annotations format: %s", invalid.data) : 0;
}

static int add_label(cJSON *labels, const char *text, struct error *err)
{
	const char *equal = strchr(text, '=');
	_cleanup_free_ char *key = NULL;

	if (!equal || strchr(equal + 1, '='))
		return error_set(err, ERROR_OTHER, "unexpected label spec: %s", text);
	if (equal == text)
		return error_set(err, ERROR_OTHER, "unexpected empty label key");
	key = xstrndup(text, (size_t)(equal - text));
	json_set_string(labels, key, equal + 1);
	return 0;
}

static int read_labels(const char *text, cJSON **ret, struct error *err)
{
	if (!*text)
		return 0;
	*ret = json_new_object();
	for (;;) {
		size_t n = strcspn(text, ",");
		_cleanup_free_ char *one = xstrndup(text, n);

		if (add_label(*ret, one, err))
			return -1;
		if (!text[n])
			break;
		text += n + 1;
	}
	json_sort_keys(*ret);
	return 0;
}

static int read_env(const struct vec *texts, cJSON **ret, struct error *err)
{
	*ret = json_new_array();
	for (size_t i = 0; i < texts->len; i++) {
		const char *text = vec_string(texts, i), *equal = strchr(text, '=');
		_cleanup_free_ char *name = xstrndup(text, strcspn(text, "="));
		_cleanup_error_ struct error why = ERROR_INIT;
		cJSON *variable;

		if (!equal || env_name_check(name, &why))
			return error_set(err, ERROR_OTHER, "invalid env: %s", text);
		variable = json_new_object();
		json_set_string(variable, "name", name);
		if (equal[1])
			json_set_string(variable, "value", equal + 1);
		json_append(*ret, variable);
	}
	return 0;
}

static int check_image(const char *image, struct error *err)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT;

	if (!*image)
		return error_set(err, ERROR_OTHER, "--image is required");
	if (image_reference_valid(image))
		return 0;
	go_quote(&quoted, image);
	return error_set(err, ERROR_OTHER, "Invalid image name %s: invalid reference format", quoted.data);
}

static int check_options(struct invocation *inv, const struct run *r, struct error *err)
{
	const struct args *a = inv->args;

	if (args_bool(a, "tty") && !r->stdin_wanted)
		return usage_error(inv, err, "-i/--stdin is required for containers with -t/--tty=true");
	if (args_bool(a, "expose") && !*args_string(a, "port"))
		return usage_error(inv, err, "--port must be set when exposing a service");
	if (!is_choice(r->restart, "Always", "OnFailure", "Never"))
		return usage_error(inv, err, "invalid restart policy: %s", r->restart);
	if (!r->attach && args_bool(a, "rm"))
		return usage_error(inv, err, "--rm should only be used for attached containers");
	if (r->attach && strcmp(r->dry_run, "none"))
		return usage_error(inv, err, "--dry-run=[server|client] can't be used with attached containers options (--attach, "
					     "--stdin, or --tty)");
	if (!is_choice(r->pull_policy, "Always", "IfNotPresent", "Never"))
		return usage_error(inv, err, "invalid image pull policy: %s", r->pull_policy);
	return 0;
}

static int read_port(const char *text, int *ret, struct error *err)
{
	_cleanup_buf_ struct buf quoted = BUF_INIT;
	char *end;
	long long n;

	if (!*text)
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (!*end && !errno && strchr("+-0123456789", *text)) {
		*ret = (int)n;
		return 0;
	}
	go_quote(&quoted, text);
	return error_set(err, ERROR_OTHER, "strconv.Atoi: parsing %s: %s", quoted.data,
			 *end || !errno ? "invalid syntax" : "value out of range");
}

static int run_read(struct invocation *inv, struct run *r, struct error *err)
{
	const struct args *a = inv->args;

	r->stdin_wanted = args_bool(a, "stdin");
	r->image = args_string(a, "image");
	r->restart = args_string(a, "restart");
	r->pull_policy = args_string(a, "image-pull-policy");
	r->timeout = args_duration(a, "pod-running-timeout");
	r->attach = args_changed(a, "attach") ? args_bool(a, "attach") : r->stdin_wanted;
	if (invocation_dry_run(inv, &r->dry_run, err) || invocation_client(inv, &r->client, err) ||
	    invocation_printer(inv, "created", &r->printer, err) || deletion_read(inv, &r->deletion, err))
		return -1;
	r->deletion.grace_period = -1;
	if (!args_words(a)->len)
		return usage_error(inv, err, "NAME is required for run");
	r->name = vec_string(args_words(a), 0);
	if (r->timeout <= 0)
		return usage_error(inv, err, "--pod-running-timeout must be higher than zero");
	if (check_image(r->image, err) || check_options(inv, r, err) || read_env(args_list(a, "env"), &r->env, err) ||
	    read_annotations(args_list(a, "annotations"), &r->annotations, err) ||
	    read_labels(args_string(a, "labels"), &r->labels, err))
		return -1;
	return read_port(args_string(a, "port"), &r->port, err);
}

/* ---- the objects ------------------------------------------------------------------------- */

static cJSON *default_labels(const struct run *r)
{
	return r->labels ? json_copy(r->labels) : json_parse_literal("{\"run\":\"%s\"}", r->name);
}

static cJSON *build_container(struct invocation *inv, const struct run *r)
{
	const struct vec *words = args_words(inv->args);
	cJSON *c = json_parse_literal("{\"name\":\"%s\",\"image\":\"%s\"}", r->name, r->image);

	for (size_t i = 1; i < words->len; i++)
		json_append_string(json_ensure_array(c, args_bool(inv->args, "command") ? "command" : "args"), vec_string(words, i));
	if (*args_string(inv->args, "port"))
		json_set(c, "ports", json_parse_literal("[{\"containerPort\":%d}]", r->port));
	if (r->env->child)
		json_set(c, "env", json_copy(r->env));
	json_set(c, "resources", json_new_object());
	if (*r->pull_policy)
		json_set_string(c, "imagePullPolicy", r->pull_policy);
	if (args_bool(inv->args, "privileged"))
		json_set(c, "securityContext", json_parse_literal("{\"privileged\":true}"));
	if (r->stdin_wanted)
		json_set_bool(c, "stdin", true);
	if (r->stdin_wanted && !args_bool(inv->args, "leave-stdin-open"))
		json_set_bool(c, "stdinOnce", true);
	if (args_bool(inv->args, "tty"))
		json_set_bool(c, "tty", true);
	return c;
}

static cJSON *build_pod(struct invocation *inv, const struct run *r)
{
	cJSON *pod = json_parse_literal("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"},\"spec\":{}}", r->name);
	cJSON *metadata = json_get(pod, "metadata"), *spec = json_get(pod, "spec");

	json_set(metadata, "labels", default_labels(r));
	if (r->annotations->child)
		json_set(metadata, "annotations", json_copy(r->annotations));
	json_append(json_ensure_array(spec, "containers"), build_container(inv, r));
	json_set_string(spec, "restartPolicy", *r->restart ? r->restart : "Always");
	json_set_string(spec, "dnsPolicy", "ClusterFirst");
	json_set(pod, "status", json_new_object());
	return pod;
}

static cJSON *build_service(const struct run *r)
{
	cJSON *service =
		json_parse_literal("{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"},\"spec\":{\"ports\":"
				   "[{\"protocol\":\"TCP\",\"port\":%d,\"targetPort\":%d}]},\"status\":{\"loadBalancer\":{}}}",
				   r->name, r->port, r->port);

	if (r->labels)
		json_set(json_get(service, "metadata"), "labels", json_copy(r->labels));
	json_set(json_get(service, "spec"), "selector", default_labels(r));
	return service;
}

/* Makes the object look as it would be shown, for --dry-run=client. */
static int complete_object(struct invocation *inv, struct target *t, struct error *err)
{
	local_complete(t);
	return overrides_set_namespace(inv, t->object, err);
}

/* Creates it; the object becomes what the server made of it. */
static int create_object(struct invocation *inv, const struct run *r, struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf query = BUF_INIT;
	cJSON *created;
	const char *ns;
	bool given;

	if (args_bool(inv->args, "save-config"))
		last_applied_embed(t->object, 0);
	if (invocation_namespace(inv, &ns, &given, err) || change_query(inv, NULL, &query, err))
		return -1;
	if (client_create(r->client, t->resource, ns, t->object, query.data, &created, err))
		return overrides_explain(inv, err);
	cJSON_Delete(t->object);
	t->object = created;
	return 0;
}

/* Adds the object (taken) to made once it is. */
static int make_object(struct invocation *inv, const struct run *r, cJSON *taken, struct vec *made, struct error *err)
{
	struct target *t = NEW(struct target);
	struct mapper *mapper;

	t->object = taken;
	record_change(inv, taken);
	if (invocation_mapper(inv, &mapper, err)) {
		target_free(t);
		return -1;
	}
	t->resource = mapper_local_kind(mapper, "v1", json_string(taken, "kind"));
	if (strcmp(r->dry_run, "client") ? create_object(inv, r, t, err) : complete_object(inv, t, err)) {
		target_free(t);
		return -1;
	}
	t->name = xstrdup(json_path_string(t->object, "metadata", "name", NULL));
	t->namespace = xstrdup(json_path_string(t->object, "metadata", "namespace", NULL));
	vec_add(made, t);
	return 0;
}

static int make_pod(struct invocation *inv, const struct run *r, struct vec *made, struct error *err)
{
	_cleanup_json_ cJSON *pod = build_pod(inv, r);

	if (overrides_apply(inv, "Pod", &pod, err))
		return -1;
	return make_object(inv, r, TAKE_PTR(pod), made, err);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int print_made(struct invocation *inv, const struct run *r, const struct target *t, struct error *err)
{
	return invocation_print(inv, r->printer, t->resource, t->object, err);
}

/* --expose. The Service is told at once, and parted from the Pod, which in YAML makes two lines of it. */
static int make_service(struct invocation *inv, const struct run *r, struct vec *made, struct error *err)
{
	if (make_object(inv, r, build_service(r), made, err) || print_made(inv, r, made->items[made->len - 1], err))
		return -1;
	if (!strcmp(args_string(inv->args, "output"), "yaml"))
		fputs("---\n", inv->out);
	return 0;
}

/* --rm: what is gone already is as good as deleted; kubectl has no word for what cannot be deleted here, but we do. */
static void remove_made(struct invocation *inv, const struct run *r, const struct vec *made)
{
	for (size_t i = 0; i < made->len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;
		_cleanup_json_ cJSON *remains = NULL;

		if (!deletion_delete(&r->deletion, r->client, made->items[i], &remains, &failed)) {
			if (!args_bool(inv->args, "quiet"))
				deletion_print(inv, made->items[i], false, "none");
		} else if (error_is_reason(&failed, "NotFound")) {
			fputs("No resources found\n", inv->out);
		} else if (failed.class != ERROR_CANCELLED) {
			report_error(inv, &failed);
		}
	}
	fflush(inv->out);
}

static int attach_made(struct invocation *inv, const struct run *r, const struct vec *made, struct error *err)
{
	const struct run_session s = {
		.client = r->client,
		.pod = ((const struct target *)made->items[0])->object,
		/* without a word for it the Pod is always restarted, but a session waits for a success */
		.restart = *r->restart ? r->restart : r->stdin_wanted ? "OnFailure" : "Always",
		.timeout = r->timeout,
	};
	int failure = run_attach(inv, &s, err);

	if (args_bool(inv->args, "rm"))
		remove_made(inv, r, made);
	return failure;
}

static int run_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec made = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_(run_release) struct run r = {0};
	struct error failed = ERROR_INIT;

	if (run_read(inv, &r, err) || make_pod(inv, &r, &made, err))
		return -1;
	if (args_bool(inv->args, "expose") && make_service(inv, &r, &made, &failed))
		vec_add(&errors, error_take(&failed));
	if (r.attach)
		return attach_made(inv, &r, &made, err);
	if (print_made(inv, &r, made.items[0], err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_run = {
	.name = "run",
	.group = GROUP_BASIC_BEGINNER,
	.summary = "Run an image in a Pod",
	.description = "Makes a Pod of one container. With -i or --attach its standard streams are those of the terminal; then "
		       "with --restart=Never or OnFailure the exit status is the container's.",
	.examples = "  # A web server\n"
		    "  kubec run web --image=nginx --port=80\n\n"
		    "  # What would be made\n"
		    "  kubec run web --image=nginx --dry-run=client -o yaml\n\n"
		    "  # A shell for a moment\n"
		    "  kubec run -it --rm shell --image=busybox --restart=Never -- sh",
	.usage = "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] "
		 "[--command] -- [COMMAND] [args...]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = run_run,
};
