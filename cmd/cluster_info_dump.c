#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd.h"

/* One run of cluster-info dump. */
struct dump {
	struct invocation *inv;
	struct client *client;
	struct mapper *mapper;
	struct printer *printer;
	const char *dir;       /* NULL: everything goes to standard output */
	const char *extension; /* of the files of lists */
};

static void dump_release(struct dump *d)
{
	printer_free(d->printer);
}

/* What is dumped of each namespace, in this order; the file's name and the type. */
static const struct {
	const char *file, *type;
} contents[] = {
	{"events", "events"},
	{"replication-controllers", "replicationcontrollers"},
	{"services", "services"},
	{"daemonsets", "daemonsets.apps"},
	{"deployments", "deployments.apps"},
	{"replicasets", "replicasets.apps"},
	{"pods", "pods"},
};
#define PODS (ARRAY_SIZE(contents) - 1)

/* ---- where it goes --------------------------------------------------------------------- */

/* Opens DIR/NAME for its owner alone, as logs may hold secrets; standard output without a folder. */
static int output_open(const struct dump *d, const char *name, FILE **ret, struct error *err)
{
	_cleanup_free_ char *path = d->dir ? path_join(d->dir, name) : NULL, *parent = path ? path_dir(path) : NULL;
	int fd;

	*ret = d->inv->out;
	if (!path)
		return 0;
	if (file_make_dirs(parent, 0700, err))
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(err, ERROR_IO, "open %s: %s", path, errno_text(errno));
	*ret = fdopen(fd, "w");
	return 0;
}

static int output_close(const struct dump *d, FILE *f, struct error *err)
{
	bool failed = ferror(f);

	if (f != d->inv->out)
		failed = fclose(f) || failed;
	return failed ? error_set(err, ERROR_IO, "write: %s", errno_text(errno)) : 0;
}

/* ---- lists ------------------------------------------------------------------------------- */

static void drop_member(cJSON *object, const char *key)
{
	if (json_is_object(object))
		json_remove(object, key);
}

/* Leaves out what kubectl does: bookkeeping, and the times that Pod templates of older servers do not have. */
static void tidy_items(const struct dump *d, cJSON *list)
{
	cJSON *item;

	cJSON_ArrayForEach(item, json_get(list, "items"))
	{
		cJSON *template = json_path(item, "spec", "template", "metadata", NULL);

		if (!args_bool(d->inv->args, "show-managed-fields"))
			drop_member(json_get(item, "metadata"), "managedFields");
		if (json_is_null(json_get(template, "creationTimestamp")))
			drop_member(template, "creationTimestamp");
	}
}

/* kubectl reads lists as protobuf, in which an empty one is none. */
static void empty_to_null(cJSON *list)
{
	if (!json_size(json_get(list, "items")))
		json_set(list, "items", json_new_null());
}

static int put_list(struct dump *d, const char *file, cJSON *list, struct error *err)
{
	_cleanup_free_ char *name = xasprintf("%s%s", file, d->extension);
	const char *kind = json_string(list, "kind");
	_cleanup_buf_ struct buf text = BUF_INIT;
	FILE *f;

	if (!strcasecmp(args_string(d->inv->args, "output"), "name"))
		return error_set(err, ERROR_OTHER, "list types are not supported by name printing: *v1.%s",
				 kind ? kind : "List");
	tidy_items(d, list);
	empty_to_null(list);
	if (output_open(d, name, &f, err))
		return -1;
	if (printer_print(d->printer, &text, NULL, list, err)) {
		_cleanup_error_ struct error ignored = ERROR_INIT;

		output_close(d, f, &ignored);
		return -1;
	}
	fwrite(text.data, 1, text.len, f);
	return output_close(d, f, err);
}

/* The answer to one list among several. */
struct answer {
	cJSON *list;
	struct error error;
};

static void on_answer(void *ctx, cJSON *json, struct error *err)
{
	struct answer *a = ctx;

	a->list = json;
	error_move(&a->error, err);
}

static int ask(struct dump *d, const char *type, const char *ns, struct answer *answer, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request rq = {.method = "GET"};
	const struct resource *r;

	if (resource_check_path(ns, NULL, err) || mapper_find(d->mapper, type, &r, err))
		return -1;
	resource_path(&path, r, ns, NULL, NULL);
	rq.path = path.data;
	return client_start(d->client, &rq, on_answer, answer, err);
}

static int ask_all(struct dump *d, const char *ns, struct answer *answers, struct error *err)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	int failure = 0;

	for (size_t i = 0; i < ARRAY_SIZE(contents) && !failure; i++)
		failure = ask(d, contents[i].type, ns, &answers[i], err);
	/* also what was started before a failure must end: it answers to answers */
	return client_run(d->client, failure ? &ignored : err) || failure ? -1 : 0;
}

/* ---- logs ----------------------------------------------------------------------------------- */

static int on_log(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) != len;
}

/* A log that cannot be had says why in its place; only Ctrl-C ends it all. */
static int put_log(struct dump *d, const cJSON *pod, const char *container, FILE *f, struct error *err)
{
	const char *ns = json_path_string(pod, "metadata", "namespace", NULL);
	const char *name = json_path_string(pod, "metadata", "name", NULL);
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	_cleanup_error_ struct error failure = ERROR_INIT;
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct client_request rq = {.method = "GET", .accept = "application/json, */*", .on_data = on_log, .ctx = f};
	const struct resource *pods;

	if (mapper_find(d->mapper, "pods", &pods, err))
		return -1;
	resource_path(&path, pods, ns, name, "log");
	buf_puts(&path, "?container=");
	buf_url_escape(&path, container);
	rq.path = path.data;
	fprintf(f, "==== START logs for container %s of pod %s/%s ====\n", container, ns, name);
	if (client_call_raw(d->client, &rq, &response, &failure)) {
		if (failure.class == ERROR_CANCELLED) {
			error_move(err, &failure);
			return -1;
		}
		error_prefix(&failure, "Request log error: ");
		fprintf(f, "%s\n", failure.message);
	}
	fprintf(f, "==== END logs for container %s of pod %s/%s ====\n", container, ns, name);
	return 0;
}

static int put_pod_logs(struct dump *d, const char *ns, const cJSON *pod, struct error *err)
{
	static const char *const groups[] = {"initContainers", "containers"};
	const char *name = json_path_string(pod, "metadata", "name", NULL);
	_cleanup_free_ char *file = NULL;
	const cJSON *container;
	int failure = 0;
	FILE *f;

	/* a name from the server becomes part of a path */
	if (resource_check_path(ns, name ? name : "", err))
		return -1;
	file = xasprintf("%s/%s/logs.txt", ns, name);
	if (output_open(d, file, &f, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		cJSON_ArrayForEach(container, json_path(pod, "spec", groups[i], NULL))
		{
			const char *container_name = json_string(container, "name");

			if (!failure)
				failure = put_log(d, pod, container_name ? container_name : "", f, err);
		}
	}
	return output_close(d, f, failure ? &(struct error){0} : err) || failure ? -1 : 0;
}

/* ---- namespaces ------------------------------------------------------------------------------ */

static int put_answers(struct dump *d, const char *ns, struct answer *answers, struct error *err)
{
	const cJSON *pod;

	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		_cleanup_free_ char *file = xasprintf("%s/%s", ns, contents[i].file);

		if (answers[i].error.class) {
			error_move(err, &answers[i].error);
			return -1;
		}
		if (put_list(d, file, answers[i].list, err))
			return -1;
	}
	cJSON_ArrayForEach(pod, json_get(answers[PODS].list, "items"))
		if (put_pod_logs(d, ns, pod, err))
			return -1;
	return 0;
}

static int dump_namespace(struct dump *d, const char *ns, struct error *err)
{
	struct answer answers[ARRAY_SIZE(contents)] = {0};
	int failure = ask_all(d, ns, answers, err) || put_answers(d, ns, answers, err);

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		cJSON_Delete(answers[i].list);
		error_release(&answers[i].error);
	}
	return failure ? -1 : 0;
}

static int list(struct dump *d, const char *type, cJSON **ret, struct error *err)
{
	const struct list_options whole = {0};
	const struct resource *r;

	return mapper_find(d->mapper, type, &r, err) || client_list(d->client, r, NULL, &whole, ret, err) ? -1 : 0;
}

/* The namespaces that were asked for: strings. */
static int find_namespaces(struct dump *d, struct vec *ret, struct error *err)
{
	const struct vec *named = args_list(d->inv->args, "namespaces");
	_cleanup_json_ cJSON *all = NULL;
	const cJSON *item;
	const char *current;
	bool given;

	if (args_bool(d->inv->args, "all-namespaces")) {
		if (list(d, "namespaces", &all, err))
			return -1;
		cJSON_ArrayForEach(item, json_get(all, "items"))
			vec_add_string(ret, json_path_string(item, "metadata", "name", NULL));
		return 0;
	}
	for (size_t i = 0; i < named->len; i++)
		vec_add_string(ret, vec_string(named, i));
	if (named->len)
		return 0;
	if (invocation_namespace(d->inv, &current, &given, err))
		return -1;
	vec_add_string(ret, "kube-system");
	vec_add_string(ret, current);
	return 0;
}

/* ---- the verb ----------------------------------------------------------------------------------- */

static int open_dump(struct dump *d, struct error *err)
{
	struct invocation *inv = d->inv;
	const char *output = args_string(inv->args, "output"), *dir = args_string(inv->args, "output-directory");

	d->dir = *dir && strcmp(dir, "-") ? dir : NULL;
	d->extension = !strcmp(output, "json") ? ".json" : !strcmp(output, "yaml") ? ".yaml" : ".txt";
	if (invocation_printer(inv, "", &d->printer, err))
		return -1;
	if (args_duration(inv->args, "pod-running-timeout") <= 0)
		return error_set(err, ERROR_OTHER, "--pod-running-timeout must be higher than zero");
	return invocation_client(inv, &d->client, err) || invocation_mapper(inv, &d->mapper, err) ? -1 : 0;
}

static int dump_run(struct invocation *inv, struct error *err)
{
	_cleanup_(dump_release) struct dump d = {.inv = inv};
	_cleanup_vec_ struct vec namespaces = VEC_OF_STRINGS;
	_cleanup_json_ cJSON *nodes = NULL;

	if (open_dump(&d, err) || list(&d, "nodes", &nodes, err) || put_list(&d, "nodes", nodes, err) ||
	    find_namespaces(&d, &namespaces, err))
		return -1;
	for (size_t i = 0; i < namespaces.len; i++)
		if (dump_namespace(&d, vec_string(&namespaces, i), err))
			return -1;
	if (d.dir)
		fprintf(inv->out, "Cluster info dumped to %s\n", d.dir);
	return 0;
}

static const struct option dump_options[] = {
	{.name = "all-namespaces",
	 .shorthand = 'A',
	 .type = OPTION_BOOL,
	 .help = "Dumps all namespaces; --namespaces does not count then."},
	{.name = "allow-missing-template-keys",
	 .type = OPTION_BOOL,
	 .fallback = "true",
	 .help = "Prints nothing for a field that a template names and the object does not have, instead of failing."},
	{.name = "namespaces",
	 .type = OPTION_LIST,
	 .complete = {COMPLETE_NAMESPACES, NULL},
	 .help = "The namespaces to dump, joined by commas."},
	{.name = "output",
	 .shorthand = 'o',
	 .fallback = "json",
	 .complete = {COMPLETE_WORDS, "json,yaml,kyaml,go-template,go-template-file,template,templatefile,jsonpath,"
				      "jsonpath-as-json,jsonpath-file"},
	 .help = "Output format. One of (json, yaml, kyaml, name, go-template, go-template-file, template, "
		 "templatefile, jsonpath, jsonpath-as-json, jsonpath-file)."},
	{.name = "output-directory",
	 .complete = {COMPLETE_DIRS, NULL},
	 .help = "The folder to make the files in; empty or '-' is standard output."},
	{.name = "pod-running-timeout",
	 .type = OPTION_DURATION,
	 .fallback = "20s",
	 .help = "How long to wait until a Pod runs (5s, 2m, 3h); more than zero."},
	{.name = "show-managed-fields", .type = OPTION_BOOL, .help = "Keeps metadata.managedFields in JSON and YAML."},
	{.name = "template",
	 .complete = {COMPLETE_FILES, NULL},
	 .help = "The template of -o go-template, or the file of -o go-template-file."},
	{0},
};

const struct command command_cluster_info_dump = {
	.name = "dump",
	.summary = "Dumps what helps to find out what is wrong with a cluster",
	.description =
		"Dumps what helps to find out what is wrong with a cluster: its nodes, and of each namespace the events, "
		"controllers, services and Pods with their logs.\n\n"
		"Without --output-directory it all goes to standard output, else to one file for each list and for the "
		"logs of each Pod. The namespaces are kube-system and the current one, unless others are named. The "
		"files may hold secrets that a program wrote to its log: they are for their owner alone.",
	.examples = "  # To standard output\n  kubec cluster-info dump\n\n"
		    "  # To files\n  kubec cluster-info dump --output-directory=/path/to/cluster-state\n\n"
		    "  # All namespaces\n  kubec cluster-info dump --all-namespaces\n\n"
		    "  # Some namespaces, to files\n"
		    "  kubec cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state",
	.options = (const struct option *const[]){dump_options, NULL},
	.keeps_order = true,
	.run = dump_run,
};
