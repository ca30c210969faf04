#include "top/top.h"

#include "base/map.h"
#include "base/timeutil.h"
#include "kube/pods.h"

static const struct option options_pod[] = {
	{"all-namespaces", 'A', OPTION_BOOL, .help = "Pods of all namespaces."},
	{"containers", .type = OPTION_BOOL, .help = "Shows each container on a line of its own."},
	{"field-selector", .type = OPTION_STRING, .help = "Only Pods whose fields match."},
	{"sum", .type = OPTION_BOOL, .help = "Adds a line with the sum of all."},
	{0},
};

static const struct option *const options[] = {options_top, options_pod, options_selector, NULL};

static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_NAMES, "pods"}}, {0}};

/* Metrics come some time after a Pod has started. */
#define METRICS_DELAY (2 * MINUTE)

struct top_pods {
	struct top top;
	const char *namespace; /* the line's, also with -A */
	bool all, containers, sum;
	const char *name, *fields;
};

/* ---- which Pods ------------------------------------------------------------------------------ */

/* A term of a field selector has an operator; what else there is to say of it the server says. */
static int check_fields(const char *text, struct error *err)
{
	for (const char *term = text; *term;) {
		const char *end = term;
		bool has_operator = false;

		for (; *end && *end != ','; end++) {
			if (*end == '\\' && end[1])
				end++;
			else
				has_operator |= *end == '=';
		}
		if (end > term && !has_operator)
			return error_set(err, ERROR_OTHER, "invalid selector: '%s'; can't understand '%.*s'", text,
					 (int)(end - term), term);
		term = *end ? end + 1 : end;
	}
	return 0;
}

static char *pod_key(const cJSON *object)
{
	return xasprintf("%s/%s", json_path_string(object, "metadata", "namespace", NULL),
			 json_path_string(object, "metadata", "name", NULL));
}

/* Metrics know no fields: the Pods that have them are asked for. */
static int select_fields(const struct top_pods *p, cJSON *metrics, struct error *err)
{
	_cleanup_(map_release) struct map chosen = {0};
	_cleanup_json_ cJSON *pods = NULL;
	cJSON *item, *next;

	if (!*p->fields || !json_size(metrics))
		return 0;
	if (top_list(&p->top, pods_resource(), p->all ? NULL : p->namespace, p->fields, &pods, err))
		return -1;
	cJSON_ArrayForEach(item, pods) {
		_cleanup_free_ char *key = pod_key(item);

		map_set(&chosen, key, item);
	}
	for (item = metrics->child; item; item = next) {
		_cleanup_free_ char *key = pod_key(item);

		next = item->next;
		if (!map_get(&chosen, key))
			cJSON_Delete(cJSON_DetachItemViaPointer(metrics, item));
	}
	return 0;
}

/* A Pod without metrics is an error when it has been there for long. */
static int check_age(const struct top_pods *p, const cJSON *pod, struct error *err)
{
	_cleanup_free_ char *key = pod_key(pod), *note = NULL;
	_cleanup_buf_ struct buf age = BUF_INIT;
	int64_t created;

	if (timestamp_parse(json_path_string(pod, "metadata", "creationTimestamp", NULL), &created, err))
		return -1;
	duration_format(&age, duration_between(created, time_now()));
	if (duration_between(created, time_now()) > METRICS_DELAY)
		return error_set(err, ERROR_OTHER, "Metrics not available for pod %s, age: %s", key, age.data);
	note = xasprintf("Metrics not yet available for pod %s, age: %s", key, age.data);
	if (p->top.inv->trace.level >= 2)
		invocation_log(p->top.inv, 'I', "top_pod.go:287", note);
	return 0;
}

/* There are no metrics: 0 when there are no Pods, either. kubectl looks in the line's namespace, also with -A. */
static int explain_nothing(const struct top_pods *p, struct error *err)
{
	_cleanup_json_ cJSON *pods = NULL;
	const cJSON *pod;

	if (top_list(&p->top, pods_resource(), p->namespace, p->fields, &pods, err))
		return -1;
	cJSON_ArrayForEach(pod, pods) {
		if (check_age(p, pod, err))
			return -1;
	}
	if (json_size(pods))
		return error_set(err, ERROR_OTHER, "metrics not available yet");
	if (p->all)
		fputs("No resources found\n", p->top.inv->err);
	else
		fprintf(p->top.inv->err, "No resources found in %s namespace.\n", p->namespace);
	return 0;
}

/* ---- the table --------------------------------------------------------------------------------- */

static void write_row(struct top_pods *p, const struct usage_row *row, const char *pod)
{
	_cleanup_buf_ struct buf line = BUF_INIT;

	if (p->all)
		buf_printf(&line, "%s\t", row->namespace);
	if (pod)
		buf_printf(&line, "%s\t", pod);
	buf_printf(&line, "%s\t", row->name);
	for (size_t i = 0; i < top_measured(&p->top); i++)
		usage_cell(&line, &row->usage, i);
	buf_putc(&line, '\n');
	table_write(&p->top.table, line.data, line.len);
}

static int write_containers(struct top_pods *p, const struct usage_row *pod, struct error *err)
{
	const cJSON *containers = json_get(pod->object, "containers"), *item;
	_cleanup_free_ struct usage_row *rows = xcalloc(json_size(containers) + 1, sizeof(*rows));
	size_t n = 0;

	cJSON_ArrayForEach(item, containers) {
		rows[n].name = json_string(item, "name");
		if (usage_add(&rows[n++].usage, json_get(item, "usage"), err))
			return -1;
	}
	top_sort(&p->top, rows, n);
	for (size_t i = 0; i < n; i++) {
		rows[i].namespace = pod->namespace;
		write_row(p, &rows[i], pod->name);
	}
	return 0;
}

/* The sum stands where kubectl puts it: it counts the columns of the headers alone, and of swap it counts one too many. */
static void write_sum(struct top_pods *p, const struct usage_row *rows, size_t n)
{
	size_t columns = top_measured(&p->top) + 1;
	_cleanup_buf_ struct buf line = BUF_INIT;
	struct usage sum = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < MEASURED; j++)
			sum.nano[j] += rows[i].usage.nano[j];
	if (!p->top.no_headers)
		columns += p->all + p->containers;
	buf_pad(&line, '\t', columns - 2);
	buf_puts(&line, "________\t________\t\n");
	buf_pad(&line, '\t', columns - 2);
	for (size_t i = 0; i < top_measured(&p->top); i++)
		usage_cell(&line, &sum, i);
	buf_putc(&line, '\n');
	table_write(&p->top.table, line.data, line.len);
}

static int rows_read(const struct top_pods *p, const cJSON *metrics, struct usage_row *rows, struct error *err)
{
	const cJSON *item, *container;

	cJSON_ArrayForEach(item, metrics) {
		*rows = (struct usage_row){.object = item, .name = json_path_string(item, "metadata", "name", NULL)};
		if (p->all)
			rows->namespace = json_path_string(item, "metadata", "namespace", NULL);
		cJSON_ArrayForEach(container, json_get(item, "containers")) {
			if (usage_add(&rows->usage, json_get(container, "usage"), err))
				return -1;
		}
		rows++;
	}
	return 0;
}

static int pods_show(struct top_pods *p, const cJSON *metrics, struct error *err)
{
	size_t n = json_size(metrics);
	_cleanup_free_ struct usage_row *rows = xcalloc(n + 1, sizeof(*rows));

	if (rows_read(p, metrics, rows, err))
		return -1;
	top_sort(&p->top, rows, n);
	top_headers(&p->top, p->all ? "NAMESPACE" : "", p->containers ? "POD" : "", "NAME", "CPU(cores)", "MEMORY(bytes)",
		    p->top.swap ? "SWAP(bytes)" : "", NULL);
	for (size_t i = 0; i < n; i++) {
		if (!p->containers)
			write_row(p, &rows[i], NULL);
		else if (write_containers(p, &rows[i], err))
			return -1;
	}
	if (p->sum)
		write_sum(p, rows, n);
	top_show(&p->top);
	return 0;
}

static int pods_prepare(struct invocation *inv, struct top_pods *p, struct error *err)
{
	const struct args *a = inv->args;
	bool given;

	p->all = args_bool(a, "all-namespaces");
	p->containers = args_bool(a, "containers");
	p->sum = args_bool(a, "sum");
	p->fields = args_string(a, "field-selector");
	p->name = top_name(inv);
	if (top_prepare(inv, *args_string(a, "selector") || *p->fields, "only one of NAME or selector can be provided", &p->top, err) ||
	    check_fields(p->fields, err))
		return -1;
	return invocation_namespace(inv, &p->namespace, &given, err);
}

static int pod_run(struct invocation *inv, struct error *err)
{
	struct top_pods p = {.top = {.selector = BUF_INIT, .table = TABLE_INIT}};
	_cleanup_json_ cJSON *metrics = NULL;
	int r = pods_prepare(inv, &p, err);

	if (!r)
		r = top_metrics(&p.top, "pods", p.all ? "" : p.namespace, p.name, &metrics, err);
	if (!r)
		r = select_fields(&p, metrics, err);
	if (!r)
		r = json_size(metrics) ? pods_show(&p, metrics, err) : explain_nothing(&p, err);
	top_release(&p.top);
	return r;
}

const struct command command_top_pod = {
	.name = "pod",
	.aliases = "pods,po",
	.summary = "Show what Pods use",
	.description = "Shows what Pods use of CPU and memory. There are no numbers in the first minutes of a Pod.",
	.examples = "  # The containers of one\n"
		    "  kubec top pod web-0 --containers\n\n"
		    "  # Who takes the memory?\n"
		    "  kubec top pod -A --sort-by=memory",
	.usage = "[NAME | -l label]",
	.options = options,
	.arguments = arguments,
	.run = pod_run,
};
