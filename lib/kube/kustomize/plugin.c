#include "kube/kustomize/internal.h"

/*
 * Builtin transformers and generators that files under transformers: and generators: configure:
 * the same work as the kustomization's own fields, with fields and order of the author's choice.
 */
struct plugin {
	struct target *target;
	struct accumulator *accumulator;
	const cJSON *config;
	struct vec specs; /* of its fieldSpecs */
};

static int transform_affixes(struct plugin *p, struct error *err)
{
	struct affixes prefix = {scalar_text(json_get(p->config, "prefix")), ""},
		       suffix = {"", scalar_text(json_get(p->config, "suffix"))};
	struct vec *items = &p->accumulator->items;

	if (!json_get(p->config, "fieldSpecs")) {
		error_set(err, ERROR_OTHER, "fieldSpecs is not expected to be nil");
		return fail_config(p->target, "", NULL, err);
	}
	if (*prefix.before && rename_items(prefix, items, &p->specs, err))
		return -1;
	return *suffix.after ? rename_items(suffix, items, &p->specs, err) : 0;
}

static int transform_labels(struct plugin *p, struct error *err)
{
	return set_entries(&p->accumulator->items, json_get(p->config, "labels"), &p->specs, err);
}

static int transform_annotations(struct plugin *p, struct error *err)
{
	return set_entries(&p->accumulator->items, json_get(p->config, "annotations"), &p->specs, err);
}

static int transform_namespace(struct plugin *p, struct error *err)
{
	static const char *const modes[] = {
		[SUBJECTS_DEFAULT] = "defaultOnly", [SUBJECTS_ALL] = "allServiceAccounts", [SUBJECTS_NONE] = "none"};
	const char *mode = scalar_text(json_get(p->config, "setRoleBindingSubjects"));
	struct move m = {.ns = object_namespace(p->config),
			 .specs = &p->specs,
			 .unset_only = json_bool(p->config, "unsetOnly", false)};
	bool known = !*mode;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i], mode))
			continue;
		m.subjects = (enum subjects)i;
		known = true;
	}
	if (!known) {
		error_set(err, ERROR_OTHER,
			  "invalid value \"%s\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or "
			  "\"allServiceAccounts\"",
			  mode);
		return fail_config(p->target, "", NULL, err);
	}
	return move_items(&m, &p->accumulator->items, err);
}

static int transform_replica(struct plugin *p, struct error *err)
{
	return transform_replicas(json_get(p->config, "replica"), &p->accumulator->items, &p->specs, err);
}

static int transform_image(struct plugin *p, struct error *err)
{
	return transform_images(json_get(p->config, "imageTag"), &p->accumulator->items, &p->specs, err);
}

static int transform_patch(struct plugin *p, struct error *err)
{
	return transform_patches(p->target, &p->accumulator->items, p->config, err);
}

/* paths are files or patches, patches is one more text. */
static int transform_merge(struct plugin *p, struct error *err)
{
	_cleanup_json_ cJSON *paths = json_copy(json_get(p->config, "paths"));
	const char *text = scalar_text(json_get(p->config, "patches"));

	if (!paths)
		paths = json_new_array();
	if (*text)
		json_append_string(paths, text);
	if (!paths->child) {
		error_set(err, ERROR_OTHER, "empty file path and empty patch content");
		return fail_config(p->target, "", NULL, err);
	}
	return transform_strategic(p->target, &p->accumulator->items, paths, err);
}

static int transform_json(struct plugin *p, struct error *err)
{
	_cleanup_json_ cJSON *row = json_copy(p->config);

	json_set(row, "patch", json_copy(json_get(p->config, "jsonOp")));
	return transform_json6902(p->target, &p->accumulator->items, row, err);
}

static int transform_replacement(struct plugin *p, struct error *err)
{
	return transform_replacements(p->target, &p->accumulator->items, json_get(p->config, "replacements"), err);
}

static int transform_hashes(struct plugin *p, struct error *err)
{
	return add_hashes(&p->accumulator->items, err);
}

static const struct {
	const char *kind;
	int (*work)(struct plugin *p, struct error *err);
	bool records; /* notes what it did by itself */
} transformers[] = {
	{"AnnotationsTransformer", transform_annotations, false},
	{"HashTransformer", transform_hashes, false},
	{"ImageTagTransformer", transform_image, false},
	{"LabelTransformer", transform_labels, false},
	{"NamespaceTransformer", transform_namespace, false},
	{"PatchJson6902Transformer", transform_json, false},
	{"PatchStrategicMergeTransformer", transform_merge, true},
	{"PatchTransformer", transform_patch, false},
	{"PrefixSuffixTransformer", transform_affixes, false},
	{"PrefixTransformer", transform_affixes, false},
	{"SuffixTransformer", transform_affixes, false},
	{"ReplacementTransformer", transform_replacement, true},
	{"ReplicaCountTransformer", transform_replica, false},
};

static int fail_unknown(const cJSON *config, struct error *err)
{
	struct gvk gvk = gvk_of(config);
	_cleanup_buf_ struct buf text = BUF_INIT;

	gvk_text(&text, &gvk);
	return error_set(err, ERROR_OTHER, "unable to load builtin %s", text.data);
}

int plugin_transform(struct target *t, struct accumulator *a, const cJSON *config, struct error *err)
{
	struct target own = *t;
	struct plugin p = {.target = &own, .accumulator = a, .config = config};
	const char *kind = object_kind(config);
	const cJSON *spec;
	size_t i = 0;
	int status;

	own.plugin = config;
	for (; i < ARRAY_SIZE(transformers) && strcmp(transformers[i].kind, kind); i++)
		;
	if (i == ARRAY_SIZE(transformers))
		return fail_unknown(config, err);
	cJSON_ArrayForEach(spec, json_get(config, "fieldSpecs")) vec_add(&p.specs, (void *)(uintptr_t)spec_parse(t->build, spec));
	status = transformers[i].work(&p, err);
	vec_release(&p.specs);
	if (!status && !transformers[i].records)
		target_record(&own, &a->items, kind);
	return status;
}

/* ---- generators ------------------------------------------------------------------------------------- */

/* What a generator's own name and namespace are when its arguments do not say. */
static int generate_from(struct target *t, struct vec *items, const cJSON *config, bool secret, struct error *err)
{
	_cleanup_json_ cJSON *args = json_copy(config);

	if (!*scalar_text(json_get(args, "name")))
		json_set_string(args, "name", object_name(config));
	if (!*scalar_text(json_get(args, "namespace")) && *object_namespace(config))
		json_set_string(args, "namespace", object_namespace(config));
	if (*scalar_text(json_get(args, "env")))
		json_append_string(json_ensure_array(args, "envs"), scalar_text(json_get(args, "env")));
	return generate_data(t, args, NULL, secret, items, err);
}

/* A ServiceAccount that stands for one of Google's cloud. */
static int generate_policy(struct target *t, struct vec *items, const cJSON *config, struct error *err)
{
	const cJSON *service = json_get(config, "kubernetesService"), *account = json_get(config, "serviceAccount");
	_cleanup_free_ char *email = xasprintf("%s@%s.iam.gserviceaccount.com", scalar_text(json_get(account, "name")),
					       scalar_text(json_get(account, "projectId")));
	const char *cloud = scalar_text(json_get(config, "cloud")), *ns = scalar_text(json_get(service, "namespace"));
	cJSON *object;

	if (strcmp(cloud, "gke"))
		return error_set(err, ERROR_OTHER, "cloud provider %s not supported yet", cloud);
	object = json_parse_literal("{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"annotations\":"
				    "{\"iam.gke.io/gcp-service-account\":\"%s\"},\"name\":\"%s\"}}",
				    email, scalar_text(json_get(service, "name")));
	if (*ns)
		json_set_string(json_get(object, "metadata"), "namespace", ns);
	return generate_add(t, items, object, "IAMPolicyGenerator", err);
}

int plugin_generate(struct target *t, struct vec *items, const cJSON *config, struct error *err)
{
	const char *kind = object_kind(config);
	struct target own = *t;

	own.plugin = config;
	if (!strcmp(kind, "ConfigMapGenerator") || !strcmp(kind, "SecretGenerator"))
		return generate_from(&own, items, config, *kind == 'S', err);
	if (!strcmp(kind, "IAMPolicyGenerator"))
		return generate_policy(&own, items, config, err);
	if (!strcmp(kind, "HelmChartInflationGenerator"))
		return error_set(err, ERROR_OTHER, "Helm charts of a kustomization are not supported");
	return fail_unknown(config, err);
}
