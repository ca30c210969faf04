#include "metadata_words.h"
#include "record.h"

#include "data/gotext.h"

const struct option options_metadata[] = {
	{"all", .type = OPTION_BOOL, .help = "Every object of the named types in the namespace."},
	{"all-namespaces", 'A', OPTION_BOOL, .help = "Objects of all namespaces."},
	{"field-selector", .type = OPTION_STRING,
	 .help = "Takes only objects whose fields match: key=value, key!=value, joined by commas."},
	{"list", .type = OPTION_BOOL, .help = "Shows what the objects have."},
	{"local", .type = OPTION_BOOL, .help = "Change what -f reads and print it; no server is asked."},
	{"overwrite", .type = OPTION_BOOL, .help = "Replaces values that are there already, instead of failing."},
	{"resource-version", .type = OPTION_STRING,
	 .help = "Changes the object only when it is at this version; for one object."},
	{0},
};

static void metadata_words_release(struct metadata_words *w)
{
	vec_release(&w->resources);
	vec_release(&w->remove);
	printer_free(w->printer);
	cJSON_Delete(w->set);
}

/* ---- what is asked ---------------------------------------------------------------- */

static int check_files(const struct metadata_words *w, bool has_files, const char *dry_run, struct error *err)
{
	const char *example = w->verb->example;

	if (w->local && !strcmp(dry_run, "server"))
		return error_set(err, ERROR_OTHER,
				 "cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
	if (w->local && w->resources.len)
		return error_set(err, ERROR_OTHER,
				 "can only use local files by -f %s.yaml or --filename=%s.json when --local=true is set",
				 example, example);
	if (w->local && !has_files)
		return error_set(err, ERROR_OTHER, "one or more files must be specified as -f %s.yaml or --filename=%s.json",
				 example, example);
	if (!w->resources.len && !has_files)
		return error_set(err, ERROR_OTHER, "one or more resources must be specified as <resource> <name> or "
						   "<resource>/<name>");
	return 0;
}

static int check_request(struct invocation *inv, const struct metadata_words *w, const char *dry_run, struct error *err)
{
	const struct args *a = inv->args;
	bool has_files = args_list(a, "filename")->len || *args_string(a, "kustomize");

	if (w->verb->labels && w->list && *args_string(a, "output"))
		return error_set(err, ERROR_OTHER, "--list and --output may not be specified together");
	if (args_bool(a, "all") && *args_string(a, "selector"))
		return error_set(err, ERROR_OTHER, "cannot set --all and --selector at the same time");
	if (args_bool(a, "all") && *args_string(a, "field-selector"))
		return error_set(err, ERROR_OTHER, "cannot set --all and --field-selector at the same time");
	if (check_files(w, has_files, dry_run, err))
		return -1;
	if (!json_size(w->set) && !w->remove.len && !w->list)
		return error_set(err, ERROR_OTHER, "at least one %s update is required", w->verb->noun);
	return w->verb->check ? w->verb->check(w, err) : 0;
}

static int read_request(struct invocation *inv, struct metadata_words *w, struct buf *query, struct error *err)
{
	_cleanup_vec_ struct vec pairs = VEC_INIT;
	const struct args *a = inv->args;
	const char *dry_run;

	w->version = args_string(a, "resource-version");
	w->overwrite = args_bool(a, "overwrite");
	w->list = args_bool(a, "list");
	w->local = args_bool(a, "local");
	if (invocation_dry_run(inv, &dry_run, err) || change_query(inv, NULL, query, err) ||
	    live_split_words(args_words(a), w->verb->noun, &w->resources, &pairs, err) ||
	    w->verb->read(w, &pairs, err) || check_request(inv, w, dry_run, err))
		return -1;
	json_sort_keys(w->set);
	w->client_dry_run = !strcmp(dry_run, "client");
	w->query = query->data;
	return 0;
}

/* ---- one object ------------------------------------------------------------------- */

static const struct outcome {
	bool added, removed;
	const char *word;
} outcomes[] = {
	{true, true, "modified"}, {true, false, "labeled"}, {false, true, "unlabeled"}, {false, false, "not labeled"},
};

static const char *outcome_word(bool added, bool removed)
{
	const struct outcome *o = outcomes;

	while (o->added != added || o->removed != removed)
		o++;
	return o->word;
}

/*
 * Changes the object's map, and with recorded first what --record keeps; *ret_patch becomes the JSON merge patch that does the same on the server, and
 * *ret_word what kubectl calls it for labels.
 */
static void change_object(const struct invocation *inv, const struct metadata_words *w, cJSON *object, bool recorded,
			  cJSON **ret_patch, const char **ret_word)
{
	cJSON *metadata = json_ensure_object(object, "metadata"), *map = json_get(metadata, w->verb->field);
	cJSON *patch = json_new_object(), *changes = NULL, *patch_metadata = json_ensure_object(patch, "metadata");
	bool added = false, removed = false;
	const cJSON *pair;

	if (recorded) {
		record_change(inv, object);
		record_change(inv, patch);
		map = json_get(metadata, w->verb->field);
	}
	changes = json_ensure_object(patch_metadata, w->verb->field);
	if (!json_is_object(map)) {
		map = json_new_object();
		json_set(metadata, w->verb->field, map);
	}
	cJSON_ArrayForEach(pair, w->set) {
		if (str_equal(json_string(map, pair->string), pair->valuestring))
			continue;
		json_set_string(map, pair->string, pair->valuestring);
		json_set_string(changes, pair->string, pair->valuestring);
		added = true;
	}
	for (size_t i = 0; i < w->remove.len; i++) {
		const char *key = vec_string(&w->remove, i);

		if (!json_get(map, key))
			continue;
		json_remove(map, key);
		json_set(changes, key, json_new_null());
		removed = true;
	}
	if (!changes->child)
		json_remove(patch_metadata, w->verb->field);
	if (*w->version) {
		json_set_string(metadata, "resourceVersion", w->version);
		json_set_string(patch_metadata, "resourceVersion", w->version);
	}
	if (!patch_metadata->child)
		json_remove(patch, "metadata");
	*ret_patch = patch;
	*ret_word = w->verb->labels ? outcome_word(added, removed) : "annotated";
}

static void list_map(struct invocation *inv, const struct metadata_words *w, const struct target *t)
{
	cJSON *map = json_path(t->object, "metadata", w->verb->field, NULL);
	const cJSON *pair;

	if (!w->single)
		fprintf(inv->out, "Listing %s for %s.%s/%s:\n", w->verb->field, t->resource->kind, t->resource->group,
			t->name);
	if (map)
		json_sort_keys(map);
	cJSON_ArrayForEach(pair, map)
		fprintf(inv->out, "%s%s=%s\n", w->single ? "" : " ", pair->string, pair->valuestring ? pair->valuestring : "");
}

static void tell_missing(struct invocation *inv, const struct metadata_words *w, const struct target *t)
{
	const cJSON *map = json_path(t->object, "metadata", w->verb->field, NULL);

	for (size_t i = 0; i < w->remove.len; i++) {
		_cleanup_buf_ struct buf name = BUF_INIT;

		go_quote(&name, vec_string(&w->remove, i));
		if (!json_get(map, vec_string(&w->remove, i)))
			fprintf(inv->out, "%s %s not found.\n", w->verb->noun, name.data);
	}
}

/* Labels are shown as they were changed here, annotations as the server answered. */
static int send_patch(struct invocation *inv, const struct metadata_words *w, struct target *t, const cJSON *patch,
		      struct error *err)
{
	_cleanup_json_ cJSON *patched = NULL;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct client *client;

	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS);
	if (invocation_client(inv, &client, err) ||
	    client_patch(client, t->resource, t->namespace, t->name, NULL, PATCH_MERGE, text.data, w->query, &patched, err))
		return -1;
	if (w->verb->labels)
		return 0;
	cJSON_Delete(t->object);
	t->object = TAKE_PTR(patched);
	return 0;
}

/* Several faults of the only object are an error each; otherwise they are one, listed. */
static int refuse(const struct metadata_words *w, struct target *t, const struct vec *faults, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	for (size_t i = 0; i < faults->len; i++) {
		struct error *fault = faults->items[i];

		if (w->alone)
			vec_add(w->errors, error_take(fault));
		else
			buf_printf(&text, "%s%s", i ? ", " : "", fault->message);
	}
	if (!w->alone)
		return error_set(err, ERROR_OTHER, faults->len > 1 ? "[%s]" : "%s", text.data);
	cJSON_Delete(t->object);
	t->object = NULL;
	return 0;
}

static int change_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct metadata_words *w = ctx;
	_cleanup_vec_ struct vec faults = VEC_OWNING(error_free);
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	_cleanup_json_ cJSON *patch = NULL;
	bool sends = !w->local && !w->client_dry_run && !w->list, changes;
	const char *word;

	/* A format that does not exist must not be found out after the change. */
	if (invocation_printer(inv, w->verb->noun, &checked, err))
		return -1;
	if (sends && w->verb->labels)
		tell_missing(inv, w, t);
	if (!w->overwrite)
		w->verb->conflicts(w, json_path(t->object, "metadata", w->verb->field, NULL), &faults);
	if (faults.len)
		return refuse(w, t, &faults, err);
	change_object(inv, w, t->object, sends, &patch, &word);
	changes = json_path(patch, "metadata", w->verb->field, NULL) || !w->verb->labels;
	if (sends && changes && send_patch(inv, w, t, patch, err))
		return -1;
	if (w->list) {
		list_map(inv, w, t);
		return 0;
	}
	return w->verb->labels ? print_operation(inv, word, t->resource, t->object, err) : 0;
}

/* Annotations are shown by one printer, which parts documents of YAML. */
static int show_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct metadata_words *w = ctx;

	if (w->list || !w->printer || !t->object)
		return 0;
	return invocation_print(inv, w->printer, t->resource, t->object, err);
}

/* ---- all of them ------------------------------------------------------------------ */

static int find_targets(struct invocation *inv, struct metadata_words *w, struct vec *targets, struct vec *errors,
			struct error *err)
{
	struct target_options o;
	struct mapper *mapper;

	if (invocation_targets(inv, &o, err))
		return -1;
	o.args = &w->resources;
	o.local = w->local;
	if (w->local) {
		o.selector = o.field_selector = NULL;
		o.all = false;
		if (invocation_mapper(inv, &mapper, err) || targets_resolve(mapper, &o, targets, errors, err))
			return -1;
	} else if (live_fetch_targets(inv, &o, targets, errors, err)) {
		return -1;
	}
	w->single = targets_single(&o, targets, errors);
	w->alone = targets->len + errors->len == 1;
	if (*w->version && !w->single)
		return error_set(err, ERROR_OTHER, "--resource-version may only be used with a single resource");
	return 0;
}

int metadata_words_run(struct invocation *inv, const struct metadata_verb *verb, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	_cleanup_vec_ struct vec reading = VEC_OWNING(error_free);
	_cleanup_buf_ struct buf query = BUF_INIT;
	_cleanup_(metadata_words_release) struct metadata_words w = {
		.verb = verb, .set = json_new_object(), .remove = VEC_OF_STRINGS, .errors = &errors};

	if (read_request(inv, &w, &query, err))
		return -1;
	if (!verb->labels && invocation_printer(inv, "annotated", &w.printer, err))
		return -1;
	if (find_targets(inv, &w, &targets, &reading, err))
		return -1;
	const struct each each = {.work = change_target, .show = show_target, .ctx = &w, .reading = &reading};

	if (each_run(inv, &targets, &each, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}
