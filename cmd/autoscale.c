#include "live.h"
#include "record.h"

#include "base/quantity.h"
#include "data/gotext.h"
#include "kube/apply.h"

static const struct option options_autoscale[] = {
	{"cpu", .type = OPTION_STRING, OPTION_ARG("TARGET"),
	 .help = "Processor time to aim at: 70% of what is requested, or 500m on average; a bare number is thousandths."},
	{"cpu-percent", .type = OPTION_INT, .fallback = "-1", .flags = OPTION_DEPRECATED | OPTION_HIDDEN | OPTION_INT32,
	 .help = "Processor time to aim at, in percent of what is requested.",
	 .rare = &(const struct option_rare){.deprecated_note = "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for "
			    "milliCPU)."}},
	OPTION_FIELD_MANAGER("kubectl-autoscale"),
	{"max", .type = OPTION_INT, .fallback = "-1", .help = "How many Pods there may be at the most.",
	 .flags = OPTION_REQUIRED | OPTION_INT32},
	{"memory", .type = OPTION_STRING, OPTION_ARG("TARGET"),
	 .help = "Memory to aim at: 60% of what is requested, or 200Mi on average; a bare number is mebibytes."},
	{"min", .type = OPTION_INT, .fallback = "-1", .flags = OPTION_INT32,
	 .help = "How many Pods there shall be at the least; otherwise the server's default."},
	{"name", .type = OPTION_STRING, .help = "Name of the autoscaler; otherwise that of the object."},
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the object in its last-applied annotation, so that apply may change it later."},
	{0},
};

static const struct option *const options[] = {
	options_autoscale, options_filename, options_dry_run, options_print, options_concurrency, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME",
	 .complete = {COMPLETE_RESOURCE_NAMES, "deployment,replicaset,replicationcontroller,statefulset"}, .repeats = true},
	{0},
};

/* What to aim at, of --cpu and --memory. */
struct goal {
	const char *resource, *unit; /* unit: of a bare number */
	const char *text;            /* "" when it was not given */
	bool percent;
	int64_t percentage;
	char *quantity;
};

struct autoscale {
	struct goal cpu, memory;
	int64_t min, max;
	int64_t cpu_percent; /* the old option; -1 without it */
	const char *name, *query, *namespace;
	bool namespace_given, client_dry_run, save_config;
	struct client *client;
};

static void autoscale_release(struct autoscale *a)
{
	free(a->cpu.quantity);
	free(a->memory.quantity);
}

/* ---- what is asked ------------------------------------------------------------------- */

static int read_percentage(struct goal *g, const char *text, struct error *err)
{
	_cleanup_free_ char *digits = xstrndup(text, strlen(text) - 1);
	char *end;
	long value = strtol(digits, &end, 10);

	if (!*digits || *end || value < 0 || value > INT32_MAX || strspn(digits, "+-0123456789") != strlen(digits))
		return error_set(err, ERROR_OTHER, "invalid percentage value: %s", digits);
	g->percent = true;
	g->percentage = value;
	return 0;
}

static int read_quantity(struct goal *g, const char *text, struct error *err)
{
	_cleanup_buf_ struct buf spelled = BUF_INIT, canonical = BUF_INIT;
	char *end;
	double number = strtod(text, &end);

	if (!*end) {
		go_float_format(&spelled, number);
		buf_puts(&spelled, g->unit);
		if (quantity_canonicalize(spelled.data, &canonical, err))
			return -1;
	} else if (quantity_canonicalize(text, &canonical, err)) {
		return error_set(err, ERROR_OTHER, "invalid resource %s value: %s", g->resource, text);
	}
	g->quantity = buf_take(&canonical);
	return 0;
}

static int goal_read(struct goal *g, struct error *err)
{
	size_t start = strspn(g->text, " \t\r\n"), len = strlen(g->text);
	_cleanup_free_ char *text = NULL;

	if (!*g->text)
		return 0;
	while (len > start && strchr(" \t\r\n", g->text[len - 1]))
		len--;
	text = xstrndup(g->text + start, len - start);
	if (!*text)
		return error_set(err, ERROR_OTHER, "empty input");
	return str_ends(text, "%") ? read_percentage(g, text, err) : read_quantity(g, text, err);
}

static int autoscale_read(struct invocation *inv, struct autoscale *a, struct error *err)
{
	const struct args *args = inv->args;

	a->cpu = (struct goal){.resource = "cpu", .unit = "m", .text = args_string(args, "cpu")};
	a->memory = (struct goal){.resource = "memory", .unit = "Mi", .text = args_string(args, "memory")};
	a->min = args_int(args, "min");
	a->max = args_int(args, "max");
	a->cpu_percent = args_int(args, "cpu-percent");
	a->name = args_string(args, "name");
	a->save_config = args_bool(args, "save-config");
	if (a->max < 1)
		return error_set(err, ERROR_OTHER, "--max=MAXPODS is required and must be at least 1, max: %lld", (long long)a->max);
	if (a->max < a->min)
		return error_set(err, ERROR_OTHER, "--max=MAXPODS must be larger or equal to --min=MINPODS, max: %lld, min: %lld",
				 (long long)a->max, (long long)a->min);
	if (a->cpu_percent > 0 && *a->cpu.text)
		return error_set(err, ERROR_OTHER, "--cpu-percent and --cpu are mutually exclusive");
	return goal_read(&a->cpu, err) || goal_read(&a->memory, err) ? -1 : 0;
}

/* ---- the autoscaler --------------------------------------------------------------------- */

static void add_metric(cJSON *spec, const struct goal *g)
{
	cJSON *metric;

	if (g->percent)
		metric = json_parse_literal("{\"type\":\"Resource\",\"resource\":{\"name\":\"%s\",\"target\":{\"type\":\"Utilization\","
					    "\"averageUtilization\":%lld}}}", g->resource, (long long)g->percentage);
	else if (g->quantity)
		metric = json_parse_literal("{\"type\":\"Resource\",\"resource\":{\"name\":\"%s\",\"target\":{\"type\":\"AverageValue\","
					    "\"averageValue\":\"%s\"}}}", g->resource, g->quantity);
	else
		return;
	json_append(json_ensure_array(spec, "metrics"), metric);
}

/* The object of either version up to what is measured. */
static cJSON *autoscaler_new(const struct autoscale *a, const struct target *t, const char *version)
{
	const char *name = *a->name ? a->name : t->name;
	_cleanup_buf_ struct buf api_version = BUF_INIT;
	cJSON *object, *spec;

	resource_api_version(&api_version, t->resource);
	object = json_parse_literal("{\"kind\":\"HorizontalPodAutoscaler\",\"apiVersion\":\"autoscaling/%s\",\"metadata\":{\"name\":\"%s\"},"
				    "\"spec\":{\"scaleTargetRef\":{\"kind\":\"%s\",\"name\":\"%s\",\"apiVersion\":\"%s\"}}}",
				    version, name, t->resource->kind, t->name, api_version.data);
	if (a->namespace_given)
		json_set_string(json_get(object, "metadata"), "namespace", a->namespace);
	spec = json_get(object, "spec");
	if (a->min > 0)
		json_set_int(spec, "minReplicas", a->min);
	json_set_int(spec, "maxReplicas", a->max);
	return object;
}

static cJSON *autoscaler_v2(const struct autoscale *a, const struct target *t)
{
	const struct goal old = {.resource = "cpu", .percent = true, .percentage = a->cpu_percent};
	cJSON *object = autoscaler_new(a, t, "v2"), *spec = json_get(object, "spec");

	if (a->cpu_percent > 0)
		add_metric(spec, &old);
	add_metric(spec, &a->cpu);
	add_metric(spec, &a->memory);
	json_set(object, "status", json_parse_literal("{\"desiredReplicas\":0,\"currentMetrics\":null}"));
	return object;
}

/* kubectl forgets a percentage of --cpu here; it is what was asked for. */
static cJSON *autoscaler_v1(const struct autoscale *a, const struct target *t)
{
	cJSON *object = autoscaler_new(a, t, "v1"), *spec = json_get(object, "spec");

	if (a->cpu_percent >= 0 || a->cpu.percent)
		json_set_int(spec, "targetCPUUtilizationPercentage", a->cpu.percent ? a->cpu.percentage : a->cpu_percent);
	json_set(object, "status", json_parse_literal("{\"currentReplicas\":0,\"desiredReplicas\":0}"));
	return object;
}

/* What autoscaling/v1 cannot say is an error, in kubectl's words and with its slips. */
static int check_v1(const struct autoscale *a, struct error *err)
{
	static const char failed[] = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ";

	if (!*a->cpu.text)
		return error_set(err, ERROR_OTHER, "%sempty input", failed);
	if (*a->memory.text || (a->cpu_percent < 0 && !a->cpu.percent))
		return error_set(err, ERROR_OTHER, "%s%%!w(<nil>)", failed);
	return 0;
}

/* The resource of either version. */
static struct resource autoscaler_resource(const char *version)
{
	return (struct resource){.group = "autoscaling", .version = version, .name = "horizontalpodautoscalers",
				 .singular = "horizontalpodautoscaler", .kind = "HorizontalPodAutoscaler", .namespaced = true};
}

/* Takes object; *ret is what is to be shown. */
static int autoscaler_send(struct invocation *inv, const struct autoscale *a, const char *version, cJSON *taken,
			   cJSON **ret, struct error *err)
{
	const struct resource r = autoscaler_resource(version);
	_cleanup_json_ cJSON *object = taken;

	record_change(inv, object);
	if (a->client_dry_run) {
		*ret = TAKE_PTR(object);
		return 0;
	}
	if (a->save_config)
		last_applied_embed(object, 0);
	return client_create(a->client, &r, a->namespace, object, a->query, ret, err);
}

static int autoscale_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct autoscale *a = ctx;
	cJSON *made;

	if (!strstr(t->resource->subresources, "scale"))
		return error_set(err, ERROR_OTHER,
				 "cannot autoscale a %s: could not find scale subresource for %s/%s, Resource=%s in discovery information",
				 t->resource->kind, t->resource->group, t->resource->version, t->resource->name);
	if (autoscaler_send(inv, a, "v2", autoscaler_v2(a, t), &made, err)) {
		if (err->class == ERROR_CANCELLED || check_v1(a, err))
			return -1;
		error_release(err);
		if (autoscaler_send(inv, a, "v1", autoscaler_v1(a, t), &made, err))
			return -1;
	}
	cJSON_Delete(t->object);
	t->object = made;
	return 0;
}

static int autoscale_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct autoscale *a = ctx;
	const struct resource r = autoscaler_resource("");

	/* each is a document of its own: kubectl puts no "---" between them */
	return print_operation(inv, a->client_dry_run ? "created" : "autoscaled", &r, t->object, err);
}

static int autoscale_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);
	_cleanup_(autoscale_release) struct autoscale a = {0};
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	_cleanup_buf_ struct buf query = BUF_INIT;
	const struct each each = {.work = autoscale_target, .show = autoscale_show, .ctx = &a, .reading = &reading,
				  .in_turn = *args_string(inv->args, "name")}; /* all of one name: the first gets it */

	if (change_query(inv, NULL, &query, err) || invocation_client(inv, &a.client, err) ||
	    invocation_namespace(inv, &a.namespace, &a.namespace_given, err) || autoscale_read(inv, &a, err))
		return -1;
	a.query = query.data;
	a.client_dry_run = dry_run_client(inv);
	if (live_find(inv, false, &targets, &reading, err) ||
	    invocation_printer(inv, a.client_dry_run ? "created" : "autoscaled", &checked, err))
		return -1;
	if (!targets.len && !reading.len)
		return error_set(err, ERROR_OTHER, "no objects passed to autoscale");
	if (each_run(inv, &targets, &each, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_autoscale = {
	.name = "autoscale",
	.group = GROUP_DEPLOY,
	.summary = "Let the number of Pods follow their load",
	.description = "Makes a HorizontalPodAutoscaler for a Deployment, ReplicaSet, StatefulSet, ReplicationController or any "
		       "custom resource with a scale. It is one of autoscaling/v2, or of v1 on servers that have no v2.",
	.examples = "  # Between two and ten Pods, as the server sees fit\n"
		    "  kubec autoscale deployment web --min=2 --max=10\n\n"
		    "  # At 60 % of the requested processor time and 70 % of the memory\n"
		    "  kubec autoscale deployment web --min=2 --max=8 --cpu=60% --memory=70%",
	.usage = "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = autoscale_run,
};
