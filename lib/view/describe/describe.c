#include "view/describe/engine.h"

static const struct kind *const kind_tables[] = {
	kinds_core, kinds_workloads, kinds_network, kinds_storage, kinds_policy, kinds_rbac,
};

const struct kind *kind_find(const struct resource *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_tables); i++) {
		for (const struct kind *k = kind_tables[i]; k->kind; k++) {
			if (!strcmp(k->kind, r->kind) && !strcmp(k->group, r->group))
				return k;
		}
	}
	return NULL;
}

/* A kind that changed its fields is read in the version that has them; an old server has only the other one. */
static void object_in_version(struct describe *d)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	struct resource r = *d->resource;

	if (!d->kind || !d->kind->version || !strcmp(d->kind->version, r.version))
		return;
	r.version = d->kind->version;
	if (!client_get(d->client, &r, json_path_string(d->object, "metadata", "namespace", NULL),
			text_at(d->object, "metadata.name"), NULL, &d->own_object, &ignored))
		d->object = d->own_object;
}

struct describe *describe_start(struct client *c, const struct resource *r, const cJSON *object,
				const struct describe_options *o)
{
	struct describe *d = NEW(struct describe);

	*d = (struct describe){
		.client = c,
		.resource = r,
		.kind = kind_find(r),
		.options_copy = *o,
		.object = object,
		.answers = VEC_OWNING(answer_free),
		.raw = BUF_INIT,
	};
	d->options = &d->options_copy;
	object_in_version(d);
	if (d->kind && d->kind->ask)
		d->kind->ask(d);
	if (o->events && (!d->kind || d->kind->events == EVENTS_SHOWN || d->kind->events == EVENTS_REQUIRED))
		ask_events(d, text_at(d->object, "metadata.uid"), true, "");
	return d;
}

static bool shows_events(const struct describe *d)
{
	return d->options->events && (!d->kind || d->kind->events != EVENTS_NEVER);
}

int describe_finish(struct describe *d, struct buf *out, struct error *err)
{
	d->out = out;
	answers_complete(d);
	if (d->kind)
		fields_show(d, d->kind->fields, d->object);
	else
		generic_show(d);
	if (d->options->events && d->kind && d->kind->events == EVENTS_REQUIRED)
		answer_required(d, &related_events, "");
	if (d->failed.class) {
		error_move(err, &d->failed);
		return -1;
	}
	if (shows_events(d))
		events_show(d);
	describe_align(d);
	return 0;
}

void describe_free(struct describe *d)
{
	if (!d)
		return;
	vec_release(&d->answers);
	cJSON_Delete(d->own_object);
	buf_release(&d->raw);
	error_release(&d->failed);
	free(d);
}
