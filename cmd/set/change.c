#include "set/change.h"

#include "set/local.h"

const struct option options_set[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	OPTION_FIELD_MANAGER("kubectl-set"),
	{"local", .type = OPTION_BOOL, .help = "Change what -f reads and print it; no server is asked."},
	{0},
};

const struct argument set_arguments[] = {
	{.name = "TYPE/NAME",
	 .complete = {COMPLETE_RESOURCE_NAMES,
		      "daemonsets,deployments,pods,cronjobs,replicasets,replicationcontrollers,statefulsets"},
	 .repeats = true},
	{0},
};

void set_change_release(struct set_change *c)
{
	buf_release(&c->query);
	printer_free(c->printer);
}

int set_change_begin(struct invocation *inv, struct set_change *c, struct error *err)
{
	const char *dry_run;

	c->query = BUF_INIT;
	c->local = args_bool(inv->args, "local");
	if (invocation_dry_run(inv, &dry_run, err) || change_query(inv, NULL, &c->query, err) ||
	    invocation_printer(inv, c->operation, &c->printer, err))
		return -1;
	c->client_dry_run = c->local || !strcmp(dry_run, "client");
	c->server_dry_run = !strcmp(dry_run, "server");
	return 0;
}

int set_check_local(const struct set_change *c, struct error *err)
{
	if (!c->local || !c->server_dry_run)
		return 0;
	return error_set(err, ERROR_OTHER, "cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
}

int set_check_all(struct invocation *inv, struct error *err)
{
	if (!args_bool(inv->args, "all") || !*args_string(inv->args, "selector"))
		return 0;
	return error_set(err, ERROR_OTHER, "cannot set --all and --selector at the same time");
}

int set_local_words(struct error *err)
{
	return error_set(err, ERROR_OTHER,
			 "error: you must specify resources by --filename when --local is set.\n"
			 "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
}

static int find_local(struct invocation *inv, struct vec *targets, struct vec *errors, struct error *err)
{
	static const struct vec none = VEC_INIT;
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	o.args = &none;
	o.selector = NULL;
	o.all = false;
	o.local = o.typed = true;
	return targets_resolve(mapper, &o, targets, errors, err);
}

int set_change_find(struct invocation *inv, const struct set_change *c, const struct vec *words, struct vec *targets,
		    struct vec *errors, struct error *err)
{
	if (c->local ? find_local(inv, targets, errors, err) : live_fetch(inv, words, targets, errors, err))
		return -1;
	live_refuse_custom(targets, errors);
	for (size_t i = 0; c->local && i < targets->len; i++)
		local_complete(targets->items[i]);
	return 0;
}

/* ---- changing -------------------------------------------------------------------------- */

/* Names the object of a refusal. One of a file that has a group ends its line, a slip that kubectl's users see. */
static void refused(const struct set_change *c, const struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	if (c->plain)
		return;
	if (c->local)
		resource_object_name(&name, t->resource, t->name);
	else
		buf_printf(&name, "%s/%s", t->resource->name, t->name);
	buf_printf(&name, "%s %s\n", c->local && *t->resource->group ? "\n" : "", err->message);
	error_set(err, ERROR_OTHER, "error: %s", name.data);
}

static int change_one(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct set_change *c = ctx;
	const struct live_change change = {
		.change = c->change,
		.ctx = c->ctx,
		.query = c->query.data,
		.client_dry_run = c->client_dry_run,
		.always = c->always,
	};
	bool was_refused;

	switch (live_change_target(inv, &change, t, &was_refused, err)) {
	case LIVE_CHANGED:
		return 0;
	case LIVE_SAME:
		cJSON_Delete(TAKE_PTR(t->object)); /* nothing to show */
		return 0;
	default:
		if (was_refused)
			refused(c, t, err);
		else if (c->patch_failure && error_is_request(err))
			error_wrap(err, c->patch_failure);
		return -1;
	}
}

static int show_one(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct set_change *c = ctx;

	if (c->show)
		return c->show(c->ctx, inv, t, err);
	return t->object ? invocation_print(inv, c->printer, t->resource, t->object, err) : 0;
}

int set_change_run(struct invocation *inv, struct set_change *c, const struct vec *targets, struct vec *errors,
		   struct error *err)
{
	const struct each each = {.work = change_one, .show = show_one, .ctx = c, .reading = c->reading};

	return each_run(inv, targets, &each, errors, err);
}

/* ---- containers ------------------------------------------------------------------------ */

bool set_name_matches(const char *name, const char *pattern)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;
	size_t at = 0, len = strlen(name);
	const char *star;

	if (!strcmp(pattern, "*"))
		return true;
	if (!strchr(pattern, '*'))
		return !strcmp(name, pattern);
	for (; (star = strchr(pattern, '*')); pattern = star + 1)
		vec_add(&parts, xstrndup(pattern, (size_t)(star - pattern)));
	vec_add_string(&parts, pattern);
	for (size_t i = 0; i < parts.len; i++) {
		const char *part = vec_string(&parts, i), *found = *part ? strstr(name + at, part) : NULL;
		size_t next = found ? (size_t)(found - (name + at)) : 0;

		if (!*part)
			continue;
		if (!found || next < at || (i == 0 && at) || (i + 1 == parts.len && len != strlen(part) + next))
			return false;
		at = next;
	}
	return true;
}

size_t set_each_container(const struct resource *r, const cJSON *object, const char *pattern,
			  void (*each)(void *ctx, cJSON *container), void *ctx)
{
	static const char *const lists[] = {"containers", "initContainers"};
	const cJSON *spec = live_pod_spec(r, object);
	size_t n = 0;
	cJSON *container;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		cJSON_ArrayForEach(container, json_get(spec, lists[i])) {
			const char *name = json_string(container, "name");

			if (!set_name_matches(name ? name : "", pattern))
				continue;
			each(ctx, container);
			n++;
		}
	}
	return n;
}

int set_need_pods(const struct resource *r, const cJSON *object, struct error *err)
{
	if (live_pod_spec(r, object))
		return 0;
	return error_set(err, ERROR_OTHER, "the object is not a pod or does not have a pod template: *%s.%s", r->version,
			 r->kind);
}
