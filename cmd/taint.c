#include "live.h"

#include <ctype.h>

#include "data/gotext.h"
#include "data/patch.h"
#include "data/selector.h"

static const struct option options_taint[] = {
	{"all", .type = OPTION_BOOL, .help = "All nodes of the cluster."},
	OPTION_FIELD_MANAGER("kubectl-taint"),
	{"overwrite", .type = OPTION_BOOL, .help = "Replaces taints of the same key and effect, instead of failing."},
	{0},
};

static const struct option *const options[] = {
	options_taint,	  options_selector, options_dry_run, options_validate,
	options_print, options_concurrency, NULL,
};

static const struct argument arguments[] = {
	{.name = "NODE NAME", .complete = {COMPLETE_RESOURCE_NAMES, "nodes"}, .repeats = true},
	{0},
};

struct taints {
	struct vec resources; /* borrowed words: the type, then names */
	cJSON *add;           /* a list of {key, value, effect} */
	cJSON *remove;        /* a list of {key, effect}; without an effect all of the key's */
	struct buf query;
	bool overwrite, client_dry_run;
	bool alone;         /* one node was found */
	struct vec *errors; /* of them all */
};

static void taints_release(struct taints *s)
{
	vec_release(&s->resources);
	cJSON_Delete(s->add);
	cJSON_Delete(s->remove);
	buf_release(&s->query);
}

/* ---- KEY[=VALUE]:EFFECT ---------------------------------------------------------------- */

static int bad_taint(const char *text, const struct buf *why, struct error *err)
{
	return error_set(err, ERROR_OTHER, "invalid taint spec: %s%s%s", text, why ? ", " : "", why ? why->data : "");
}

static int check_effect(const char *effect, struct error *err)
{
	static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute"};

	for (size_t i = 0; i < ARRAY_SIZE(effects); i++) {
		if (!strcmp(effect, effects[i]))
			return 0;
	}
	return error_set(err, ERROR_OTHER, "invalid taint effect: %s, unsupported taint effect", effect);
}

/* KEY=VALUE:EFFECT, KEY:EFFECT or KEY; without an effect, what "=" says is part of the key. */
static int taint_parse(const char *text, cJSON **ret, struct error *err)
{
	const char *colon = strchr(text, ':');
	_cleanup_free_ char *key = xstrndup(text, strcspn(text, ":"));
	char *equal = colon ? strchr(key, '=') : NULL;
	_cleanup_buf_ struct buf why = BUF_INIT;
	_cleanup_json_ cJSON *taint = json_new_object();

	if (colon && strchr(colon + 1, ':'))
		return bad_taint(text, NULL, err);
	if (colon && check_effect(colon + 1, err))
		return -1;
	if (equal && strchr(equal + 1, '='))
		return bad_taint(text, NULL, err);
	if (equal)
		*equal++ = '\0';
	if ((equal && !label_value_valid(equal, &why)) || !label_key_valid(key, &why))
		return bad_taint(text, &why, err);
	json_set_string(taint, "key", key);
	if (equal && *equal)
		json_set_string(taint, "value", equal);
	if (colon)
		json_set_string(taint, "effect", colon + 1);
	*ret = TAKE_PTR(taint);
	return 0;
}

static const char *text_of(const cJSON *taint, const char *field)
{
	const char *text = json_string(taint, field);

	return text ? text : "";
}

static bool same_taint(const cJSON *a, const cJSON *b)
{
	return !strcmp(text_of(a, "key"), text_of(b, "key")) && !strcmp(text_of(a, "effect"), text_of(b, "effect"));
}

static bool has_taint(const cJSON *list, const cJSON *taint)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list) {
		if (same_taint(one, taint))
			return true;
	}
	return false;
}

static int add_taint(struct taints *s, const char *word, struct error *err)
{
	_cleanup_json_ cJSON *taint = NULL;

	if (taint_parse(word, &taint, err))
		return -1;
	if (!json_get(taint, "effect"))
		return bad_taint(word, NULL, err);
	if (has_taint(s->add, taint))
		return error_set(err, ERROR_OTHER, "duplicated taints with the same key and effect: {%s %s %s <nil>}",
				 text_of(taint, "key"), text_of(taint, "value"), text_of(taint, "effect"));
	json_append(s->add, TAKE_PTR(taint));
	return 0;
}

static int remove_taint(struct taints *s, const char *word, struct error *err)
{
	_cleanup_free_ char *text = xstrndup(word, strlen(word) - 1);
	cJSON *taint;

	if (taint_parse(text, &taint, err))
		return -1;
	json_remove(taint, "value");
	json_append(s->remove, taint);
	return 0;
}

/* ---- what is asked ------------------------------------------------------------------------ */

static int split_words(const struct vec *words, struct taints *s, struct vec *taints, struct error *err)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = vec_string(words, i);
		bool is_taint = strpbrk(word, "=:") || str_ends(word, "-");

		if (!is_taint && taints->len)
			return error_set(err, ERROR_OTHER, "all resources must be specified before taint changes: %s", word);
		vec_add(is_taint ? taints : &s->resources, words->items[i]);
	}
	if (!s->resources.len)
		return error_set(err, ERROR_OTHER, "one or more resources must be specified as <resource> <name>");
	if (!taints->len)
		return error_set(err, ERROR_OTHER, "at least one taint update is required");
	return 0;
}

static int read_taints(struct invocation *inv, struct taints *s, const struct vec *words, struct error *err)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = vec_string(words, i);
		_cleanup_error_ struct error why = ERROR_INIT;

		if (str_ends(word, "-") ? remove_taint(s, word, &why) : add_taint(s, word, &why))
			return usage_error(inv, err, "%s", why.message);
	}
	return 0;
}

static int check_type(struct invocation *inv, const struct taints *s, struct error *err)
{
	_cleanup_free_ char *type = xstrdup(vec_string(&s->resources, 0));
	const struct resource *r;
	struct mapper *mapper;

	for (char *p = type; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (invocation_mapper(inv, &mapper, err))
		return -1;
	if (mapper_find(mapper, type, &r, err))
		return report_unknown_type(inv, err);
	if (strcmp(r->kind, "Node"))
		return error_set(err, ERROR_OTHER, "invalid resource type %s, only node types are supported", type);
	return 0;
}

/* What is to be both set and taken away. */
static int check_conflicts(const struct taints *s, struct error *err)
{
	_cleanup_buf_ struct buf both = BUF_INIT;
	const cJSON *add, *gone;

	cJSON_ArrayForEach(add, s->add) {
		cJSON_ArrayForEach(gone, s->remove) {
			const char *effect = text_of(gone, "effect");

			if (strcmp(text_of(add, "key"), text_of(gone, "key")) || (*effect && strcmp(effect, text_of(add, "effect"))))
				continue;
			buf_printf(&both, "%s%s=%s", both.len ? ", " : "", text_of(gone, "key"), effect);
		}
	}
	if (!both.len)
		return 0;
	return error_set(err, ERROR_OTHER, "can not both modify and remove the following taint(s) in the same command: %s",
			 both.data);
}

static int check_choice(struct invocation *inv, const struct taints *s, struct error *err)
{
	bool all = args_bool(inv->args, "all"), selector = *args_string(inv->args, "selector");

	if (all && selector)
		return error_set(err, ERROR_OTHER, "setting 'all' parameter with a non empty selector is prohibited");
	if (!all && !selector && s->resources.len < 2)
		return error_set(err, ERROR_OTHER, "at least one resource name must be specified since 'all' parameter is not set");
	return 0;
}

static int read_request(struct invocation *inv, struct taints *s, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_INIT;
	const char *dry_run;

	if (invocation_dry_run(inv, &dry_run, err) || change_query(inv, NULL, &s->query, err) ||
	    split_words(args_words(inv->args), s, &words, err) || read_taints(inv, s, &words, err) ||
	    check_type(inv, s, err) || check_conflicts(s, err))
		return -1;
	s->overwrite = args_bool(inv->args, "overwrite");
	s->client_dry_run = !strcmp(dry_run, "client");
	return check_choice(inv, s, err);
}

/* ---- one node ------------------------------------------------------------------------------- */

static int refuse_existing(const struct taints *s, const struct target *t, const cJSON *old, struct error *err)
{
	_cleanup_buf_ struct buf keys = BUF_INIT;
	const cJSON *one;

	cJSON_ArrayForEach(one, s->add) {
		if (has_taint(old, one))
			buf_printf(&keys, "%s%s", keys.len ? "," : "", text_of(one, "key"));
	}
	if (!keys.len)
		return 0;
	return error_set(err, ERROR_OTHER, "node %s already has %s taint(s) with same effect(s) and --overwrite is false",
			 t->name, keys.data);
}

/* Takes away what one KEY[:EFFECT]- means; false: there was none. */
static bool take_away(cJSON *taints, const cJSON *gone)
{
	bool by_key = !json_get(gone, "effect"), found = false;
	cJSON *one, *next;

	for (one = taints->child; one; one = next) {
		next = one->next;
		if (by_key ? strcmp(text_of(one, "key"), text_of(gone, "key")) : !same_taint(one, gone))
			continue;
		cJSON_Delete(cJSON_DetachItemViaPointer(taints, one));
		found = true;
	}
	return found;
}

static void not_found(const cJSON *gone, struct vec *faults)
{
	const char *effect = text_of(gone, "effect");
	_cleanup_buf_ struct buf quoted = BUF_INIT;
	_cleanup_free_ char *text = xasprintf("%s%s%s", text_of(gone, "key"), *effect ? ":" : "", effect);

	go_quote(&quoted, text);
	errors_add(faults, ERROR_OTHER, "taint %s not found", quoted.data);
}

/* The new taints and behind them what stays of the old ones; gives what kubectl calls the change. */
static const char *merge_taints(const struct taints *s, const cJSON *old, cJSON **ret, struct vec *faults)
{
	cJSON *merged = json_copy(s->add);
	const cJSON *one;
	bool added, removed = false;

	cJSON_ArrayForEach(one, old) {
		if (!has_taint(merged, one))
			json_append(merged, json_copy(one));
	}
	added = json_size(old) != json_size(merged);
	cJSON_ArrayForEach(one, s->remove) {
		removed = take_away(merged, one);
		if (!removed)
			not_found(one, faults);
	}
	*ret = merged;
	if ((added && removed) || s->overwrite)
		return "modified";
	return added ? "tainted" : "untainted";
}

/* Several faults of the only node are an error each; otherwise they are one, listed. */
static int refuse(const struct taints *s, const struct vec *faults, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < faults->len; i++) {
		struct error *fault = faults->items[i];

		if (s->alone && faults->len > 1)
			vec_add(s->errors, error_take(fault));
		else
			buf_printf(&text, "%s%s", i ? ", " : "", fault->message);
	}
	if (!text.len)
		return 0;
	return error_set(err, ERROR_OTHER, faults->len > 1 ? "[%s]" : "%s", text.data);
}

static int send_taints(struct invocation *inv, const struct taints *s, struct target *t, const cJSON *changed,
		       struct error *err)
{
	const struct strategic_schema *schema =
		strategic_schema_find(t->resource->group, t->resource->version, t->resource->kind);
	_cleanup_json_ cJSON *patch = NULL, *patched = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct client *client;

	if (patch_strategic_create(t->object, changed, schema, &patch, err))
		return -1;
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS);
	if (invocation_client(inv, &client, err) ||
	    client_patch(client, t->resource, NULL, t->name, NULL, PATCH_STRATEGIC, text.data, s->query.data, &patched, err))
		return -1;
	cJSON_Delete(t->object);
	t->object = TAKE_PTR(patched);
	return 0;
}

static int taint_node(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	static const char *const before[] = {"podCIDR", "podCIDRs", "providerID", "unschedulable", NULL};
	const struct taints *s = ctx;
	_cleanup_vec_ struct vec faults = VEC_OWNING(error_free);
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	_cleanup_json_ cJSON *changed = json_copy(t->object);
	cJSON *spec = json_ensure_object(changed, "spec"), *merged;
	const char *word;

	if (!s->overwrite && refuse_existing(s, t, json_get(spec, "taints"), err))
		return -1;
	word = merge_taints(s, json_get(spec, "taints"), &merged, &faults);
	if (!merged->child)
		cJSON_Delete(TAKE_PTR(merged));
	json_set_after(spec, "taints", merged, before);
	if (faults.len)
		return refuse(s, &faults, err);
	/* A format that does not exist must not be found out after the change. */
	if (invocation_printer(inv, word, &checked, err))
		return -1;
	if (s->client_dry_run) {
		cJSON_Delete(t->object);
		t->object = TAKE_PTR(changed);
		json_sort_keys(t->object);
	} else if (send_taints(inv, s, t, changed, err)) {
		return -1;
	}
	live_normalize(t->object);
	return invocation_print(inv, checked, t->resource, t->object, err);
}

/* ---- all of them ------------------------------------------------------------------------------ */

static int find_nodes(struct invocation *inv, const struct taints *s, struct vec *targets, struct vec *errors,
		      struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_INIT;
	struct target_options o;

	if (invocation_targets(inv, &o, err))
		return -1;
	vec_add(&words, (void *)"nodes");
	for (size_t i = 1; i < s->resources.len && !o.all && !o.selector; i++)
		vec_add(&words, s->resources.items[i]);
	o.args = &words;
	return live_fetch_targets(inv, &o, targets, errors, err);
}

static int taint_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);
	_cleanup_(taints_release) struct taints s = {
		.add = json_new_array(), .remove = json_new_array(), .query = BUF_INIT, .errors = &errors};

	if (read_request(inv, &s, err) || find_nodes(inv, &s, &targets, &reading, err))
		return -1;
	s.alone = targets.len + reading.len == 1;
	if (each_run(inv, &targets, &(struct each){.work = taint_node, .ctx = &s, .reading = &reading}, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_taint = {
	.name = "taint",
	.group = GROUP_CLUSTER,
	.summary = "Set and take away taints of nodes",
	.description = "A taint (KEY=VALUE:EFFECT or KEY:EFFECT) keeps Pods off a node that do not tolerate it; the effect is "
		       "NoSchedule, PreferNoSchedule or NoExecute. KEY:EFFECT- takes one away, KEY- all of that key.",
	.examples = "  # A node for builds alone\n"
		    "  kubec taint nodes worker-1 dedicated=build:NoSchedule\n\n"
		    "  # Without it again\n"
		    "  kubec taint nodes worker-1 dedicated:NoSchedule-\n\n"
		    "  # All nodes of a label\n"
		    "  kubec taint node -l zone=a old=yes:PreferNoSchedule",
	.usage = "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.plain_operation = true,
	.run = taint_run,
};
