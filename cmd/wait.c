#include "deletion.h"
#include "each.h"
#include "live.h"

#include "base/timeutil.h"
#include "kube/condition.h"
#include "kube/watch.h"

/*
 * wait: until objects are as they shall be. Objects are watched at the same time; what came of each is told in
 * the order in which they were named, as if one had been waited for after the other.
 */

#define CREATION_POLL (500 * MILLISECOND)
#define WEEK          (7 * 24 * HOUR)

static const struct option options_wait[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	{"all-namespaces", 'A', OPTION_BOOL, .help = "Objects of all namespaces."},
	{"field-selector", .help = "Takes only objects whose fields match: key=value, key!=value, joined by commas."},
	{"filename", 'f', OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the objects, or - for standard input; may be repeated."},
	{"for", .type = OPTION_ARRAY, OPTION_ARG("CONDITION"),
	 .help = "What to wait for: create, delete, condition=NAME[=VALUE] (True without a value) or "
		 "jsonpath={PATH}[=VALUE] (any value). Repeated, each in turn; create always comes first.",
	 .complete = {COMPLETE_WORDS, "create,delete,condition=,jsonpath="}},
	{"for-any", .type = OPTION_ARRAY, OPTION_ARG("CONDITION"), .flags = OPTION_OWN,
	 .help = "Like --for, but of those given by --for-any the first to come is enough, and is named: "
		 "--for-any=condition=Complete --for-any=condition=Failed.",
	 .complete = {COMPLETE_WORDS, "delete,condition=,jsonpath="}},
	{"local", .type = OPTION_BOOL, .help = "Look at what -f reads, once; no server is asked."},
	{"recursive", 'R', OPTION_BOOL, .fallback = "true", .help = "Reads the folders of -f with all folders below them."},
	{"timeout", .type = OPTION_DURATION, .fallback = "30s",
	 .help = "Give up after this long. 0 looks once and does not wait; a negative time means a week."},
	{0},
};

static const struct option *const options[] = {options_wait, options_selector, options_print, NULL};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, NULL}, .repeats = true},
	{0},
};

/* What must come next: one condition of --for, or any of those of --for-any. */
struct step {
	struct vec conditions;
	bool any;
};

static void step_free(struct step *s)
{
	vec_release(&s->conditions);
	free(s);
}

struct wait {
	struct client *client;
	struct vec steps;
	struct printer *printer;
	int64_t deadline; /* 0: look once */
	bool expired;     /* the time was up at an object that has been shown */
};

static void wait_release(struct wait *w)
{
	vec_release(&w->steps);
	printer_free(w->printer);
}

/* How far one object came. */
struct waited {
	struct vec met;   /* as it was when it met each step */
	const char *text; /* of --for-any: what was met */
	cJSON *object;    /* its newest state */
	bool gone;
	struct error failed;
};

static void waited_free(struct waited *o)
{
	if (!o)
		return;
	vec_release(&o->met);
	cJSON_Delete(o->object);
	error_release(&o->failed);
	free(o);
}

static bool step_has(const struct step *s, enum condition_kind kind)
{
	for (size_t i = 0; i < s->conditions.len; i++)
		if (condition_kind(s->conditions.items[i]) == kind)
			return true;
	return false;
}

static bool wait_has(const struct wait *w, enum condition_kind kind)
{
	for (size_t i = 0; i < w->steps.len; i++)
		if (step_has(w->steps.items[i], kind))
			return true;
	return false;
}

/* ---- one object ------------------------------------------------------------------ */

struct step_wait {
	const struct step *step;
	struct waited *object;
};

static int step_check(struct step_wait *s, bool *ret_met, struct error *err)
{
	*ret_met = false;
	for (size_t i = 0; i < s->step->conditions.len && !*ret_met; i++) {
		const struct condition *c = s->step->conditions.items[i];

		if (condition_check(c, s->object->object, ret_met, err))
			return -1;
		if (*ret_met && s->step->any)
			s->object->text = condition_text(c);
	}
	return 0;
}

static bool step_met_by_deletion(struct step_wait *s)
{
	for (size_t i = 0; i < s->step->conditions.len; i++) {
		const struct condition *c = s->step->conditions.items[i];

		if (condition_kind(c) != CONDITION_DELETE)
			continue;
		s->object->gone = true;
		if (s->step->any)
			s->object->text = condition_text(c);
		return true;
	}
	return false;
}

static int step_event(void *ctx, const char *type, cJSON *object, struct error *err)
{
	struct step_wait *s = ctx;
	bool met;

	/* One that is deleted may be made anew, which is what is left to wait for. */
	if (!strcmp(type, "DELETED")) {
		cJSON_Delete(object);
		return step_met_by_deletion(s) ? WATCH_STOP : 0;
	}
	cJSON_Delete(s->object->object);
	s->object->object = object;
	if (step_check(s, &met, err))
		return -1;
	return met ? WATCH_STOP : 0;
}

static int timed_out(const struct target *t, struct error *err)
{
	return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition on %s/%s", t->resource->name, t->name);
}

static int step_run(struct wait *w, const struct step *step, const struct target *t, struct waited *o, struct error *err)
{
	struct step_wait s = {step, o};
	bool met;

	/* After a deletion there is nothing to look at, unless it was made anew meanwhile. */
	if (o->gone) {
		cJSON_Delete(o->object);
		o->object = NULL;
		o->gone = false;
		if (client_get(w->client, t->resource, t->namespace, t->name, NULL, &o->object, err))
			return -1;
	}
	if (step_check(&s, &met, err))
		return -1;
	if (met)
		return 0;
	if (!w->deadline)
		return error_set(err, ERROR_OTHER, "condition not met for %s/%s", t->resource->name, t->name);
	if (!watch_run(w->client, t->resource, t->namespace, t->name,
		       &(struct watch_options){
			       .resource_version = json_path_string(o->object, "metadata", "resourceVersion", NULL),
			       .deadline = w->deadline,
		       },
		       step_event, &s, err))
		return 0;
	return err->class == ERROR_TIMEOUT ? timed_out(t, err) : -1;
}

/* What came of it is told when its turn has come. */
static int wait_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct waited *o = NEW(struct waited);
	struct wait *w = ctx;

	(void)inv;
	o->met = VEC_OWNING(cJSON_Delete);
	o->object = json_copy(t->object);
	t->data = o;
	for (size_t i = 0; i < w->steps.len; i++) {
		if (step_run(w, w->steps.items[i], t, o, &o->failed)) {
			if (o->failed.class != ERROR_CANCELLED)
				return 0;
			error_move(err, &o->failed);
			return -1;
		}
		vec_add(&o->met, json_copy(o->object));
	}
	return 0;
}

/* An output format that fails on an object is no failure of the wait to kubectl. */
static void show_met(struct invocation *inv, struct wait *w, const struct step *step, const struct target *t,
		     const struct waited *o, const cJSON *object)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!step->any || *args_string(inv->args, "output")) {
		invocation_print(inv, w->printer, t->resource, object, &ignored);
		return;
	}
	buf_printf(&text, "%s met", o->text);
	print_operation(inv, text.data, t->resource, object, &ignored);
}

/* kubectl waits for one object after the other: when one has used up the time, none is left for those after it. */
static int wait_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct waited *o = t->data;
	struct wait *w = ctx;

	for (size_t i = 0; i < w->steps.len; i++) {
		const struct step *step = w->steps.items[i];

		if (w->expired && !step_has(step, CONDITION_CREATE))
			return timed_out(t, err);
		if (i == o->met.len) {
			w->expired = o->failed.class == ERROR_TIMEOUT;
			error_move(err, &o->failed);
			return -1;
		}
		show_met(inv, w, step, t, o, o->met.items[i]);
	}
	fflush(inv->out);
	return 0;
}

/* ---- which objects ----------------------------------------------------------------- */

static bool is_missing(const struct vec *errors)
{
	return errors->len == 1 && error_is_reason(errors->items[0], "NotFound");
}

/* --for=create: looks again until everything that was named is there. */
static int wait_for_creation(struct invocation *inv, struct wait *w, const struct target_options *o,
			     struct vec *targets, struct vec *errors, struct error *err)
{
	for (;;) {
		if (targets_fetch(w->client, inv->mapper, o, targets, errors, err))
			return -1;
		if ((errors->len && !is_missing(errors)) || (!errors->len && targets->len))
			return 0;
		vec_release(targets);
		vec_release(errors);
		if (!w->deadline || time_monotonic() + CREATION_POLL > w->deadline)
			return error_set(err, ERROR_TIMEOUT, "timed out waiting for the condition");
		if (wait_interruptibly(CREATION_POLL, err))
			return -1;
	}
}

/* What is not there has been deleted. */
static void forget_missing(struct vec *errors)
{
	for (size_t i = errors->len; i--;)
		if (error_is_reason(errors->items[i], "NotFound"))
			vec_remove(errors, i);
}

static int wait_targets(struct invocation *inv, struct wait *w, struct vec *targets, struct vec *errors,
			struct error *err)
{
	bool local = args_bool(inv->args, "local"), creation = wait_has(w, CONDITION_CREATE);
	struct target_options o;
	struct mapper *mapper;

	if (live_targets(inv, &o, err))
		return -1;
	if (local && o.args->len)
		return error_set(err, ERROR_OTHER,
				 "error: you must specify resources by --filename when --local is set.\n"
				 "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
	o.local = local;
	if (local && !inv->mapper && mapper_new(NULL, &inv->mapper, err))
		return -1;
	if (local)
		return targets_resolve(inv->mapper, &o, targets, errors, err);
	if (invocation_client(inv, &w->client, err) || invocation_mapper(inv, &mapper, err))
		return -1;
	if (creation)
		return wait_for_creation(inv, w, &o, targets, errors, err);
	return targets_fetch(w->client, mapper, &o, targets, errors, err);
}

/* ---- all of it ------------------------------------------------------------------------ */

static int step_add(struct step *s, const char *text, struct error *err)
{
	struct condition *c;

	if (condition_parse(text, &c, err))
		return -1;
	vec_add(&s->conditions, c);
	if (s->any && condition_kind(c) == CONDITION_CREATE)
		return error_set(err, ERROR_OTHER, "--for-any=create cannot be waited for beside other conditions, use --for=create");
	return 0;
}

static struct step *step_new(struct wait *w, bool any)
{
	struct step *s = NEW(struct step);

	s->conditions = VEC_OWNING(condition_free);
	s->any = any;
	vec_add(&w->steps, s);
	return s;
}

static int read_steps(struct invocation *inv, struct wait *w, struct error *err)
{
	const struct vec *all = args_list(inv->args, "for"), *any = args_list(inv->args, "for-any");
	struct step *alternatives;

	if (!all->len && !any->len)
		return error_set(err, ERROR_OTHER, "unrecognized condition: []");
	for (size_t i = 0; i < all->len; i++)
		if (step_add(step_new(w, false), vec_string(all, i), err))
			return -1;
	if (!any->len)
		return 0;
	alternatives = step_new(w, true);
	for (size_t i = 0; i < any->len; i++)
		if (step_add(alternatives, vec_string(any, i), err))
			return -1;
	return 0;
}

static int wait_prepare(struct invocation *inv, struct wait *w, struct error *err)
{
	int64_t timeout = args_duration(inv->args, "timeout");

	if (timeout && !args_bool(inv->args, "local"))
		w->deadline = time_monotonic() + (timeout < 0 ? WEEK : timeout);
	return invocation_printer(inv, "condition met", &w->printer, err) || read_steps(inv, w, err) ? -1 : 0;
}

static int wait_here(struct invocation *inv, struct wait *w, const struct vec *targets, struct vec *errors)
{
	for (size_t i = 0; i < targets->len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;

		if (wait_target(w, inv, targets->items[i], &failed) || wait_show(w, inv, targets->items[i], &failed))
			vec_add(errors, error_take(&failed));
	}
	return 0;
}

static int wait_all(struct invocation *inv, struct wait *w, const struct vec *targets, struct vec *found_errors,
		    struct vec *errors, struct error *err)
{
	const struct each each = {.work = wait_target, .show = wait_show, .ctx = w, .reading = found_errors};

	if (args_bool(inv->args, "local"))
		return wait_here(inv, w, targets, errors);
	return each_run(inv, targets, &each, errors, err);
}

static int wait_run(struct invocation *inv, struct error *err)
{
	_cleanup_(wait_release) struct wait w = {.steps = VEC_OWNING(step_free)};
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), found_errors = VEC_OWNING(error_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	int failed;

	if (wait_prepare(inv, &w, err) || wait_targets(inv, &w, &targets, &found_errors, err))
		return -1;
	if (wait_has(&w, CONDITION_DELETE))
		forget_missing(&found_errors);
	else if (!targets.len && !found_errors.len)
		return error_set(err, ERROR_OTHER, "no matching resources found");
	if (found_errors.len && (wait_has(&w, CONDITION_CREATE) || args_bool(inv->args, "local"))) {
		report_errors(inv, &found_errors);
		return 0;
	}
	failed = wait_all(inv, &w, &targets, &found_errors, &errors, err);
	for (size_t i = 0; i < targets.len; i++)
		waited_free(((struct target *)targets.items[i])->data);
	report_errors(inv, &errors);
	if (failed && err->class == ERROR_CANCELLED) /* kubectl leaves with 1, not by the signal */
		error_release(err);
	return failed;
}

const struct command command_wait = {
	.name = "wait",
	.group = GROUP_ADVANCED,
	.summary = "Wait until objects are as they shall be",
	.description = "Waits until every object that is named meets the conditions of --for one after the other, and says so for "
		       "each. With --for-any one of several is enough, and it says which.\n\n"
		       "A status condition counts only when it was observed at the object's present generation; names and values "
		       "of conditions may be written in any letter case.",
	.examples = "  # Until a Pod is ready\n"
		    "  kubec wait --for=condition=Ready pod/web\n\n"
		    "  # Until it has a phase\n"
		    "  kubec wait --for=jsonpath='{.status.phase}'=Running pod/web\n\n"
		    "  # Until it is gone, a minute at most\n"
		    "  kubec wait --for=delete pod/web --timeout=60s\n\n"
		    "  # Until it is there, and then ready\n"
		    "  kubec wait --for=create --for=condition=Ready pod/web\n\n"
		    "  # Until a Job has ended one way or the other\n"
		    "  kubec wait --for-any=condition=Complete --for-any=condition=Failed job/migrate",
	.usage = "([-f FILENAME] | TYPE/NAME | TYPE [(-l label | --all)]) [--for=create|--for=delete|--for "
		 "condition=available|--for=jsonpath='{}'[=value]]",
	.options = options,
	.arguments = arguments,
	.run = wait_run,
};
