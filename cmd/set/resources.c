#include "set/change.h"
#include "record.h"
#include "set/set.h"

#include "base/quantity.h"

static const struct option options_resources[] = {
	{"containers", 'c', OPTION_STRING, .fallback = "*",
	 .help = "Which containers, by name; * in it is any text.", .complete = {COMPLETE_CONTAINERS, NULL}},
	{"limits", .type = OPTION_STRING, OPTION_ARG("NAME=QUANTITY,..."),
	 .help = "The most that a container may use: cpu=500m,memory=256Mi."},
	{"requests", .type = OPTION_STRING, OPTION_ARG("NAME=QUANTITY,..."),
	 .help = "What is set aside for a container: cpu=100m,memory=128Mi."},
	{0},
};

static const struct option *const options[] = {
	options_resources, options_set, options_filename, options_selector, options_dry_run, options_print, options_concurrency,
	options_record, NULL,
};

struct set_resources {
	cJSON *limits, *requests; /* by name, or NULL */
	const char *containers;
	struct vec *errors;
};

static void set_resources_release(struct set_resources *s)
{
	cJSON_Delete(s->limits);
	cJSON_Delete(s->requests);
}

static int read_quantity(const char *statement, cJSON *list, struct error *err)
{
	const char *equal = strchr(statement, '=');
	_cleanup_buf_ struct buf quantity = BUF_INIT;
	_cleanup_free_ char *name = NULL;

	if (!equal || strchr(equal + 1, '='))
		return error_set(err, ERROR_OTHER, "Invalid argument syntax %s, expected <resource>=<value>", statement);
	if (quantity_canonicalize(equal + 1, &quantity, err))
		return -1;
	name = xstrndup(statement, (size_t)(equal - statement));
	json_set_string(list, name, quantity.data);
	return 0;
}

/* "cpu=100m,memory=1Gi"; *ret stays NULL for "". */
static int read_quantities(const char *text, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *list = json_new_object();
	const char *rest = text;

	if (!*text)
		return 0;
	for (;;) {
		size_t n = strcspn(rest, ",");
		_cleanup_free_ char *statement = xstrndup(rest, n);

		if (read_quantity(statement, list, err))
			return -1;
		if (!rest[n])
			break;
		rest += n + 1;
	}
	*ret = TAKE_PTR(list);
	return 0;
}

static void set_quantities(cJSON *resources, const char *which, const cJSON *quantities, const char *const *order)
{
	const cJSON *one;

	if (!quantities)
		return;
	if (!json_is_object(json_get(resources, which)))
		json_set_after(resources, which, json_new_object(), order);
	cJSON_ArrayForEach(one, quantities)
		json_set_string(json_get(resources, which), one->string, one->valuestring);
	json_sort_keys(json_get(resources, which));
}

static void set_container(void *ctx, cJSON *container)
{
	static const char *const none[] = {NULL}, *const limits[] = {"limits", NULL};
	const struct set_resources *s = ctx;
	cJSON *resources = json_ensure_object(container, "resources");

	set_quantities(resources, "limits", s->limits, none);
	set_quantities(resources, "requests", s->requests, limits);
}

static int set_resources_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	struct set_resources *s = ctx;

	if (set_need_pods(r, object, err))
		return -1;
	if (!set_each_container(r, object, s->containers, set_container, s))
		errors_add(s->errors, ERROR_OTHER, "error: unable to find container named %s", s->containers);
	return 0;
}

static int set_resources_check(struct invocation *inv, struct set_resources *s, const struct set_change *change,
			       struct error *err)
{
	const char *limits = args_string(inv->args, "limits"), *requests = args_string(inv->args, "requests");

	if (set_check_local(change, err) || set_check_all(inv, err))
		return -1;
	if (!*limits && !*requests)
		return error_set(err, ERROR_OTHER,
				 "you must specify an update to requests or limits (in the form of --requests/--limits)");
	return read_quantities(limits, &s->limits, err) || read_quantities(requests, &s->requests, err) ? -1 : 0;
}

static int set_resources_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(set_resources_release) struct set_resources s = {
		.containers = args_string(inv->args, "containers"), .errors = &errors};
	_cleanup_(set_change_release) struct set_change change = {
		.change = set_resources_change,
		.ctx = &s,
		.operation = "resource requirements updated",
		.patch_failure = "failed to patch resources update to pod template ",
	};

	if (set_change_begin(inv, &change, err))
		return -1;
	if (change.local && args_words(inv->args)->len)
		return set_local_words(err);
	if (set_change_find(inv, &change, NULL, &targets, &errors, err))
		return -1;
	if (!errors.len && (set_resources_check(inv, &s, &change, err) ||
			    set_change_run(inv, &change, &targets, &errors, err)))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_resources = {
	.name = "resources",
	.summary = "Set what containers may use and what is set aside for them",
	.description = "Sets requests and limits of the containers of Pods and of everything that has a Pod template. A limit "
		       "without a request makes the request the same.",
	.examples = "  # The containers' limits\n"
		    "  kubec set resources deployment web --limits=cpu=200m,memory=512Mi\n\n"
		    "  # One container's limits and requests\n"
		    "  kubec set resources deployment web -c=nginx --limits=cpu=200m --requests=cpu=100m\n\n"
		    "  # None any more\n"
		    "  kubec set resources deployment web --limits=cpu=0,memory=0 --requests=cpu=0,memory=0",
	.usage = "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
	.options = options,
	.arguments = set_arguments,
	.keeps_order = true,
	.run = set_resources_run,
};
