#include "live.h"
#include "record.h"

#include "data/patch.h"

static int live_patch(struct invocation *inv, const struct live_change *change, struct target *t,
		      const cJSON *patch, const char *type, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct client *client;
	cJSON *patched = NULL;

	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (invocation_client(inv, &client, err) ||
	    client_patch(client, t->resource, t->namespace, t->name, NULL, type, text.data, change->query, &patched, err))
		return -1;
	cJSON_Delete(t->object);
	t->object = patched;
	return 0;
}

int live_difference(const struct resource *r, const cJSON *before, const cJSON *after, const char **ret_type,
		    cJSON **ret_patch, struct error *err)
{
	const struct strategic_schema *schema = strategic_schema_find(r->group, r->version, r->kind);

	*ret_type = schema ? PATCH_STRATEGIC : PATCH_MERGE;
	if (schema)
		return patch_strategic_create(before, after, schema, ret_patch, err);
	*ret_patch = patch_merge_create(before, after);
	return 0;
}

void live_normalize(cJSON *object)
{
	cJSON *status = json_get(object, "status");

	json_prune_nulls(object);
	if (str_equal(json_string(object, "kind"), "StatefulSet") && json_is_object(status) &&
	    !json_get(status, "availableReplicas"))
		json_set_int(status, "availableReplicas", 0);
}

enum live_result live_change_target(struct invocation *inv, const struct live_change *change, struct target *t,
				    bool *ret_refused, struct error *err)
{
	_cleanup_json_ cJSON *after = json_copy(t->object);
	_cleanup_json_ cJSON *patch = NULL;
	const char *type;

	*ret_refused = true;
	if (change->change(change->ctx, t->resource, after, err))
		return LIVE_FAILED;
	*ret_refused = false;
	record_change(inv, after);
	if (live_difference(t->resource, t->object, after, &type, &patch, err))
		return LIVE_FAILED;
	if (!patch->child && !change->always)
		return LIVE_SAME;
	if (change->client_dry_run) {
		cJSON_Delete(t->object);
		t->object = TAKE_PTR(after);
	} else if (live_patch(inv, change, t, patch, type, err)) {
		return LIVE_FAILED;
	}
	live_normalize(t->object);
	if (!change->operation)
		return LIVE_CHANGED;
	return print_operation(inv, change->operation, t->resource, t->object, err) ? LIVE_FAILED : LIVE_CHANGED;
}

void live_refusal(const struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	resource_group_name(&name, t->resource);
	error_prefix(err, "error: %s \"%s\" ", name.data, t->name);
}

static const struct {
	const char *group, *kind;
	const char *path[5];
} pod_specs[] = {
	{"", "Pod", {"spec"}},
	{"", "ReplicationController", {"spec", "template", "spec"}},
	{"apps", "Deployment", {"spec", "template", "spec"}},
	{"apps", "DaemonSet", {"spec", "template", "spec"}},
	{"apps", "ReplicaSet", {"spec", "template", "spec"}},
	{"apps", "StatefulSet", {"spec", "template", "spec"}},
	{"batch", "Job", {"spec", "template", "spec"}},
	{"batch", "CronJob", {"spec", "jobTemplate", "spec", "template", "spec"}},
};

static size_t pod_spec_row(const struct resource *r)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(pod_specs) && (strcmp(pod_specs[i].kind, r->kind) || strcmp(pod_specs[i].group, r->group)))
		i++;
	return i;
}

bool live_runs_pods(const struct resource *r)
{
	return pod_spec_row(r) < ARRAY_SIZE(pod_specs);
}

cJSON *live_pod_spec(const struct resource *r, const cJSON *object)
{
	size_t row = pod_spec_row(r);
	const cJSON *node = object;

	if (row == ARRAY_SIZE(pod_specs))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(pod_specs[row].path) && pod_specs[row].path[i]; i++)
		node = json_get(node, pod_specs[row].path[i]);
	return (cJSON *)node;
}

int live_targets(struct invocation *inv, struct target_options *ret, struct error *err)
{
	if (invocation_targets(inv, ret, err))
		return -1;
	ret->list_by_type = ret->all;
	ret->all = false;
	return 0;
}

int live_split_words(const struct vec *words, const char *what, struct vec *ret_resources, struct vec *ret_pairs,
		     struct error *err)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = vec_string(words, i);
		bool pair = (strchr(word, '=') && *word != '=') || (str_ends(word, "-") && strcmp(word, "-"));

		if (!pair && ret_pairs->len)
			return error_set(err, ERROR_OTHER, "all resources must be specified before %s changes: %s", what, word);
		vec_add(pair ? ret_pairs : ret_resources, words->items[i]);
	}
	return 0;
}

int live_fetch(struct invocation *inv, const struct vec *words, struct vec *targets, struct vec *errors,
	       struct error *err)
{
	struct target_options o;

	if (live_targets(inv, &o, err))
		return -1;
	if (words)
		o.args = words;
	o.typed = true;
	return live_fetch_targets(inv, &o, targets, errors, err);
}

int live_fetch_targets(struct invocation *inv, const struct target_options *o, struct vec *targets, struct vec *errors,
		       struct error *err)
{
	struct client *client;
	struct mapper *mapper;

	if (invocation_client(inv, &client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	return targets_fetch(client, mapper, o, targets, errors, err);
}

int live_find(struct invocation *inv, bool typed, struct vec *targets, struct vec *errors, struct error *err)
{
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	/* expose's is the Service's, and no choice of objects */
	o.selector = NULL;
	o.typed = typed;
	if (targets_from_files(&o))
		return targets_resolve(mapper, &o, targets, errors, err);
	return live_fetch_targets(inv, &o, targets, errors, err);
}

void live_refuse_custom(struct vec *targets, struct vec *errors)
{
	size_t refused = 0;

	for (size_t i = 0; i < targets->len;) {
		const struct target *t = targets->items[i];
		const struct resource *r = t->resource;
		_cleanup_error_ struct error unknown = ERROR_INIT;
		_cleanup_buf_ struct buf version = BUF_INIT;

		if (strategic_schema_find(r->group, r->version, r->kind)) {
			i++;
			continue;
		}
		resource_api_version(&version, r);
		error_set(&unknown, ERROR_OTHER,
			  "no kind \"%s\" is registered for version \"%s\" in scheme \"pkg/scheme/scheme.go:28\"", r->kind,
			  version.data);
		vec_insert(errors, refused++, error_take(&unknown));
		vec_remove(targets, i);
	}
}
