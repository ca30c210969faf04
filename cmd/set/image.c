#include "set/set.h"
#include "record.h"

#include "set/change.h"

static const struct option *const options[] = {
	options_set, options_filename, options_selector, options_dry_run, options_print, options_concurrency, options_record, NULL,
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

	if (set_need_pods(r, object, err))
		return -1;
	for (size_t i = 0; i < s->images.len; i++) {
		const char *name = s->images.entries[i].key, *image = s->images.entries[i].value;
		bool init = set_containers(json_get(spec, "initContainers"), name, image);
		if (set_containers(json_get(spec, "containers"), name, image) || init)
			continue;
		errors_add(s->errors, ERROR_OTHER, "error: unable to find container named \"%s\"", name);
	}
	return 0;
}

/* All that is wrong with the line. */
static void set_image_check(struct invocation *inv, const struct set_image *s, const struct set_change *c)
{
	const struct args *a = inv->args;
	struct error fault = ERROR_INIT;

	if (set_check_all(inv, &fault))
		vec_add(s->errors, error_take(&fault));
	if (!s->resources.len && !args_list(a, "filename")->len && !*args_string(a, "kustomize"))
		errors_add(s->errors, ERROR_OTHER, "one or more resources must be specified as <resource> <name> or <resource>/<name>");
	if (!s->images.len)
		errors_add(s->errors, ERROR_OTHER, "at least one image update is required");
	if (s->images.len > 1 && map_has(&s->images, "*"))
		errors_add(s->errors, ERROR_OTHER, "all containers are already specified by *, but saw more than one "
				     "container_name=container_image pairs");
	if (set_check_local(c, &fault))
		vec_add(s->errors, error_take(&fault));
}

static int set_image_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(set_image_release) struct set_image s = {.images = MAP_OWNING(free), .errors = &errors};
	_cleanup_(set_change_release) struct set_change change = {
		.change = set_image_change,
		.ctx = &s,
		.operation = "image updated",
		.patch_failure = "failed to patch image update to pod template: ",
	};

	if (set_change_begin(inv, &change, err) || set_image_read(args_words(inv->args), &s, err))
		return -1;
	if (change.local && s.resources.len)
		return set_local_words(err);
	if (set_change_find(inv, &change, &s.resources, &targets, &errors, err))
		return -1;
	if (!errors.len)
		set_image_check(inv, &s, &change);
	if (!errors.len && set_change_run(inv, &change, &targets, &errors, err))
		return -1;
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
