#include "create/create.h"

#include <stdlib.h>

static const struct option options_own[] = {
	{"image", .type = OPTION_LIST, .help = "Image to run; several give a Pod of several containers.", .flags = OPTION_REQUIRED},
	{"port", .type = OPTION_INT, .fallback = "-1", .help = "Port that the first container listens on."},
	{"replicas", 'r', OPTION_INT, .fallback = "1", .help = "How many Pods to run."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* A container's name: the image's without registry, tag and digest. */
static char *container_name(const char *image)
{
	const char *slash = strrchr(image, '/');
	_cleanup_buf_ struct buf name = BUF_INIT;
	bool changed = false;

	if (slash)
		image = slash + 1;
	for (size_t i = 0, n = strcspn(image, ":@"); i < n; i++) {
		bool odd = image[i] == '_' || image[i] == '.';

		buf_putc(&name, odd ? '-' : image[i]);
		changed |= odd;
	}
	if (changed)
		add_random_suffix(&name);
	return buf_take(&name);
}

static void add_container(struct invocation *inv, cJSON *containers, const char *image)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_free_ char *name = container_name(image);
	cJSON *container = json_parse_literal("{\"name\":\"%s\",\"image\":\"%s\"}", name, image);

	if (words->len > 1) {
		cJSON *command = json_ensure_array(container, "command");

		for (size_t i = 1; i < words->len; i++)
			json_append_string(command, vec_string(words, i));
	}
	if (args_int(inv->args, "port") >= 0 && !containers->child)
		json_append(json_ensure_array(container, "ports"),
			    json_parse_literal("{\"containerPort\":%d}", (int)args_int(inv->args, "port")));
	json_set(container, "resources", cJSON_CreateObject());
	json_append(containers, container);
}

static int deployment_build(struct invocation *inv, const char *name, cJSON **ret, struct error *err)
{
	const struct vec *images = args_list(inv->args, "image");
	_cleanup_json_ cJSON *object = json_parse_literal(
		"{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"%s\"},"
		"\"spec\":{\"replicas\":%d,\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},\"template\":"
		"{\"metadata\":{\"labels\":{\"app\":\"%s\"}},\"spec\":{\"containers\":[]}},\"strategy\":{}},\"status\":{}}",
		name, (int)args_int(inv->args, "replicas"), name, name);
	cJSON *metadata = json_get(object, "metadata");

	if (generated_set_namespace(inv, metadata, err))
		return -1;
	json_set_string(json_ensure_object(metadata, "labels"), "app", name);
	for (size_t i = 0; i < images->len; i++)
		add_container(inv, json_path(object, "spec", "template", "spec", "containers", NULL),
			      vec_string(images, i));
	*ret = TAKE_PTR(object);
	return 0;
}

static int create_deployment_run(struct invocation *inv, struct error *err)
{
	const char *name;
	cJSON *object;

	if (single_name(inv, &name, err))
		return -1;
	if (args_list(inv->args, "image")->len > 1 && args_words(inv->args)->len > 1)
		return error_set(err, ERROR_OTHER, "cannot specify multiple --image options and command");
	if (deployment_build(inv, name, &object, err))
		return -1;
	return create_generated(inv, object, "failed to create deployment: ", err);
}

const struct command command_create_deployment = {
	.name = "deployment",
	.aliases = "deploy",
	.summary = "Create a deployment from images",
	.examples = "  # Run an image\n"
		    "  kubec create deployment web --image=nginx\n\n"
		    "  # Three Pods of it, with a command of one's own\n"
		    "  kubec create deployment sleeper --image=busybox --replicas=3 -- sleep 1d",
	.usage = "NAME --image=image -- [COMMAND] [args...]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_deployment_run,
};
