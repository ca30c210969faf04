#include "view/describe/engine.h"
#include "fuzz.h"

/* An object as it came from a server, described as every kind; it is its own answer to what else is asked for. */

static void answer_add(struct describe *d, const struct related *what, const cJSON *object)
{
	struct answer *a = NEW(struct answer);
	cJSON *list = json_new_object();

	json_append(json_ensure_array(list, "items"), json_copy(object));
	a->what = what;
	a->name = xstrdup("");
	a->json = list;
	vec_add(&d->answers, a);
}

static void describe_as(const struct kind *kind, const cJSON *object)
{
	static const struct related *const answered[] = {
	        &related_events, &related_pods,   &related_replica_sets,    &related_slices,
	        &related_quotas, &related_limits, &related_resource_slices,
	};
	const struct resource resource = {.group = kind->group, .kind = kind->kind};
	struct describe d = {
	        .resource = &resource,
	        .kind = kind->fields ? kind : NULL,
	        .object = object,
	        .answers = VEC_OWNING(answer_free),
	        .raw = BUF_INIT,
	        .options_copy = {.events = true},
	};
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT;

	d.options = &d.options_copy;
	for (size_t i = 0; i < ARRAY_SIZE(answered); i++)
		answer_add(&d, answered[i], object);
	PROMISE(!describe_finish(&d, &out, &err) || err.class);
	PROMISE(!strchr(out.data, '\x1b') && !strchr(out.data, '\r'));
	vec_release(&d.answers);
	buf_release(&d.raw);
	error_release(&d.failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct kind *const tables[] = {
	        kinds_core, kinds_workloads, kinds_network, kinds_storage, kinds_policy, kinds_rbac,
	};
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = NULL;

	if (json_parse((const char *)data, size, NULL, &object, &err))
		return 0;
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
		for (const struct kind *k = tables[t]; k->kind; k++)
			describe_as(k, object);
	}
	describe_as(&(struct kind){.group = "", .kind = "Widget"}, object);
	return 0;
}
