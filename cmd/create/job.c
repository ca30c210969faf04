#include "create/create.h"

static const struct option options_own[] = {
	{"image", .type = OPTION_STRING, .help = "Image to run."},
	{"from", .type = OPTION_STRING, OPTION_ARG("cronjob/NAME"), .help = "Run a cron job's template now.",
	 .complete = {COMPLETE_RESOURCE_NAMES, "cronjobs"}},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int job_from_image(struct invocation *inv, const char *name, cJSON **ret, struct error *err)
{
	cJSON *spec;

	if (generated_new(inv, "batch/v1", "Job", name, true, ret, err))
		return -1;
	spec = json_parse_literal(
		"{\"template\":{\"metadata\":{},\"spec\":{\"containers\":[],\"restartPolicy\":\"Never\"}}}");
	json_append(json_path(spec, "template", "spec", "containers", NULL), generated_container(inv, name));
	json_set(*ret, "spec", spec);
	return 0;
}

/* The template's annotations and the mark of a job that a person started, by name as Go writes maps. */
static cJSON *job_annotations(const cJSON *template)
{
	cJSON *annotations = json_copy(json_path(template, "metadata", "annotations", NULL));

	if (!annotations)
		annotations = json_new_object();
	if (!json_get(annotations, "cronjob.kubernetes.io/instantiate"))
		json_set_string(annotations, "cronjob.kubernetes.io/instantiate", "manual");
	json_sort_keys(annotations);
	return annotations;
}

static int job_build_from(struct invocation *inv, const char *name, const cJSON *cronjob, cJSON **ret, struct error *err)
{
	const cJSON *template = json_path(cronjob, "spec", "jobTemplate", NULL);
	const char *uid = json_path_string(cronjob, "metadata", "uid", NULL);
	cJSON *metadata;

	if (generated_new(inv, "batch/v1", "Job", name, true, ret, err))
		return -1;
	metadata = json_get(*ret, "metadata");
	if (json_size(json_path(template, "metadata", "labels", NULL)))
		json_set(metadata, "labels", json_copy(json_path(template, "metadata", "labels", NULL)));
	json_set(metadata, "annotations", job_annotations(template));
	json_append(json_ensure_array(metadata, "ownerReferences"),
		    json_parse_literal("{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"name\":\"%s\",\"uid\":\"%s\","
				       "\"controller\":true}",
				       json_path_string(cronjob, "metadata", "name", NULL), uid ? uid : ""));
	json_set(*ret, "spec", json_copy(json_get(template, "spec")));
	json_prune_nulls(*ret);
	return 0;
}

/* Only a CronJob has a template of Jobs; the words name the type as the reference's code does. */
static int cronjob_check(const struct target *t, struct error *err)
{
	if (!strcmp(t->resource->kind, "CronJob") && !strcmp(t->resource->group, "batch") &&
	    !strcmp(t->resource->version, "v1"))
		return 0;
	return error_set(err, ERROR_OTHER, "unknown object type *%s.%s", t->resource->version, t->resource->kind);
}

static int job_from_cronjob(struct invocation *inv, const char *name, cJSON **ret, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_OF_STRINGS, targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	struct target_options o = {.args = &words, .in = inv->in, .program = inv->program};
	struct client *client;
	struct mapper *mapper;
	const struct target *t;

	vec_add_string(&words, args_string(inv->args, "from"));
	if (invocation_namespace(inv, &o.namespace, &o.namespace_given, err) || invocation_client(inv, &client, err) ||
	    invocation_mapper(inv, &mapper, err) || targets_fetch(client, mapper, &o, &targets, &errors, err))
		return -1;
	if (errors.len) {
		error_move(err, errors.items[0]);
		return -1;
	}
	if (targets.len != 1)
		return error_set(err, ERROR_OTHER, "from must be an existing cronjob");
	t = targets.items[0];
	return cronjob_check(t, err) || job_build_from(inv, name, t->object, ret, err) ? -1 : 0;
}

static int create_job_run(struct invocation *inv, struct error *err)
{
	const char *name, *image = args_string(inv->args, "image"), *from = args_string(inv->args, "from");
	cJSON *object;

	if (generated_begin(inv, &name, err))
		return -1;
	if (!*image == !*from)
		return error_set(err, ERROR_OTHER, "either --image or --from must be specified");
	if (*from && args_words(inv->args)->len > 1)
		return error_set(err, ERROR_OTHER, "cannot specify --from and command");
	if (*image ? job_from_image(inv, name, &object, err) : job_from_cronjob(inv, name, &object, err))
		return -1;
	json_set(object, "status", json_new_object());
	return create_generated(inv, object, "failed to create job: ", err);
}

const struct command command_create_job = {
	.name = "job",
	.summary = "Create a job from an image or from a cron job",
	.examples = "  # Run an image once\n"
		    "  kubec create job hello --image=busybox -- echo hello\n\n"
		    "  # Run a cron job now\n"
		    "  kubec create job backup-now --from=cronjob/backup",
	.usage = "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_job_run,
};
