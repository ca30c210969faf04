#include "set/set.h"

#include "set/local.h"

static const struct option options_image[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	OPTION_FIELD_MANAGER("kubectl-set"),
	{"local", .type = OPTION_BOOL, .help = "Change what -f reads and print it; no server is asked."},
	{0},
};

static const struct option *const options[] = {
	options_image, options_filename, options_selector, options_dry_run, options_print, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME",
	 .complete = {COMPLETE_RESOURCE_NAMES,
		      "daemonsets,deployments,pods,cronjobs,replicasets,replicationcontrollers,statefulsets"}},
	{.name = "CONTAINER=IMAGE", .complete = {COMPLETE_CONTAINERS, "="}, .repeats = true},
	{0},
};

/* What is asked: container names to images, and what went wrong on the way. */
struct set_image {
	struct map images; /* name or "*" to text */
	struct vec resources;
	struct vec *errors;
};

static void set_image_release(struct set_image *s)
{
	map_release(&s->images);
	vec_release(&s->resources);
}

/* Words before the first NAME=IMAGE name objects; none may follow it. */
static int set_image_read(const struct vec *words, struct set_image *s, struct error *err)
{
	_cleanup_vec_ struct vec pairs = VEC_INIT;

	if (live_split_words(words, "image", &s->resources, &pairs, err))
		return -1;
	for (size_t i = 0; i < pairs.len; i++) {
		const char *word = vec_string(&pairs, i), *equal = strchr(word, '=');

		if (!equal || equal == word)
			return error_set(err, ERROR_OTHER, "invalid image format: %s", word);
		_cleanup_free_ char *name = xstrndup(word, (size_t)(equal - word));

		map_set(&s->images, name, xstrdup(equal + 1));
	}
	return 0;
}

static bool set_containers(cJSON *containers, const char *name, const char *image)
{
	bool found = false;
	cJSON *container;

	cJSON_ArrayForEach(container, containers) {
		if (strcmp(name, "*") && !str_equal(json_string(container, "name"), name))
			continue;
		json_set_string(container, "image", image);
		found = true;
	}
	return found;
}

static int set_image_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	struct set_image *s = ctx;
	cJSON *spec = live_pod_spec(r, object);

	if (!spec)
		return error_set(err, ERROR_OTHER, "the object is not a pod or does not have a pod template: *%s.%s",
				 r->version, r->kind);
	for (size_t i = 0; i < s->images.len; i++) {
		const char *name = s->images.entries[i].key, *image = s->images.entries[i].value;
		bool init = set_containers(json_get(spec, "initContainers"), name, image);
		if (set_containers(json_get(spec, "containers"), name, image) || init)
			continue;
		errors_add(s->errors, ERROR_OTHER, "error: unable to find container named \"%s\"", name);
	}
	return 0;
}

static void set_image_check(struct invocation *inv, const struct set_image *s, const char *dry_run)
{
	const struct args *a = inv->args;

	if (args_bool(a, "all") && *args_string(a, "selector"))
		errors_add(s->errors, ERROR_OTHER, "cannot set --all and --selector at the same time");
	if (!s->resources.len && !args_list(a, "filename")->len && !*args_string(a, "kustomize"))
		errors_add(s->errors, ERROR_OTHER, "one or more resources must be specified as <resource> <name> or <resource>/<name>");
	if (!s->images.len)
		errors_add(s->errors, ERROR_OTHER, "at least one image update is required");
	if (s->images.len > 1 && map_has(&s->images, "*"))
		errors_add(s->errors, ERROR_OTHER, "all containers are already specified by *, but saw more than one "
				     "container_name=container_image pairs");
	if (args_bool(a, "local") && !strcmp(dry_run, "server"))
		errors_add(s->errors, ERROR_OTHER, "cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
}

static int set_image_targets(struct invocation *inv, struct set_image *s, struct vec *targets, struct error *err)
{
	struct target_options o;
	struct mapper *mapper;

	if (!args_bool(inv->args, "local")) {
		if (live_fetch(inv, &s->resources, targets, s->errors, err))
			return -1;
		live_refuse_custom(targets, s->errors);
		return 0;
	}
	if (s->resources.len)
		return error_set(err, ERROR_OTHER,
				 "error: you must specify resources by --filename when --local is set.\n"
				 "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
	if (invocation_targets(inv, &o, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	o.args = &s->resources;
	if (targets_resolve(mapper, &o, targets, s->errors, err))
		return -1;
	for (size_t i = 0; i < targets->len; i++)
		local_complete(targets->items[i]);
	return 0;
}

static int set_image_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(set_image_release) struct set_image s = {
		.images = MAP_OWNING(free), .resources = VEC_INIT, .errors = &errors};
	_cleanup_buf_ struct buf query = BUF_INIT;
	bool local = args_bool(inv->args, "local");
	const char *dry_run;

	if (invocation_dry_run(inv, &dry_run, err) || change_query(inv, NULL, &query, err) ||
	    set_image_read(args_words(inv->args), &s, err))
		return -1;
	if (set_image_targets(inv, &s, &targets, err))
		return -1;
	if (!errors.len)
		set_image_check(inv, &s, dry_run);
	if (errors.len) {
		report_errors(inv, &errors);
		return 0;
	}
	const struct live_change change = {
		.change = set_image_change,
		.ctx = &s,
		.operation = "image updated",
		.query = query.data,
		.client_dry_run = local || !strcmp(dry_run, "client"),
	};

	for (size_t i = 0; i < targets.len; i++) {
		struct target *t = targets.items[i];
		_cleanup_error_ struct error failed = ERROR_INIT;
		bool refused;

		if (live_change_target(inv, &change, t, &refused, &failed) != LIVE_FAILED)
			continue;
		if (refused)
			error_prefix(&failed, "error: %s/%s ", local ? t->resource->singular : t->resource->name,
				     t->name);
		else if (error_is_request(&failed))
			error_wrap(&failed, "failed to patch image update to pod template: ");
		vec_add(&errors, error_take(&failed));
	}
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_image = {
	.name = "image",
	.summary = "Set the images of containers",
	.description = "Gives containers of Pods and of everything that has a Pod template another image.",
	.examples = "  # A new image for one container\n"
		    "  kubec set image deployment/web nginx=nginx:1.27\n\n"
		    "  # The same image for all containers\n"
		    "  kubec set image daemonset agent '*=agent:2'",
	.usage = "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = set_image_run,
};
