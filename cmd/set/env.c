#include "set/change.h"
#include "set/env_values.h"
#include "set/set.h"

#include <ctype.h>

#include "base/file.h"
#include "create/sources.h"
#include "data/gotext.h"

#define STDIN_LIMIT ((size_t)16 << 20)

static const struct option options_env[] = {
	{"containers", 'c', OPTION_STRING, .fallback = "*",
	 .help = "Which containers, by name; * in it is any text.", .complete = {COMPLETE_CONTAINERS, NULL}},
	{"env", 'e', OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "A variable to set; may be repeated."},
	{"from", .type = OPTION_STRING, OPTION_ARG("TYPE/NAME"),
	 .help = "A ConfigMap or Secret, each key of which becomes a variable."},
	{"keys", .type = OPTION_LIST, .help = "Only these keys of --from."},
	{"list", .type = OPTION_BOOL, .help = "Shows the variables, as they would be, and changes nothing."},
	{"overwrite", .type = OPTION_BOOL, .fallback = "true",
	 .help = "Replaces values that are there already; with --overwrite=false they are an error."},
	{"prefix", .type = OPTION_STRING, .help = "Put before the names of all variables."},
	{"resolve", .type = OPTION_BOOL, .help = "With --list, shows what variables that refer to something hold."},
	{0},
};

static const struct option *const options[] = {
	options_env, options_set, options_filename, options_selector, options_dry_run, options_print, options_concurrency, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME",
	 .complete = {COMPLETE_RESOURCE_NAMES,
		      "daemonsets,deployments,pods,cronjobs,replicasets,replicationcontrollers,statefulsets"}},
	{.name = "KEY=VALUE", .repeats = true},
	{0},
};

struct set_env {
	struct invocation *inv;
	struct vec resources, words; /* borrowed: what names objects, KEY=VALUE and KEY- */
	cJSON *variables;            /* a list of {name, value} or {name, valueFrom} */
	struct vec remove;           /* names */
	const char *containers;
	bool overwrite, resolve, from_stdin;
	struct set_change change;
};

static void set_env_release(struct set_env *s)
{
	vec_release(&s->resources);
	vec_release(&s->words);
	vec_release(&s->remove);
	cJSON_Delete(s->variables);
	set_change_release(&s->change);
}

/* ---- what is asked ------------------------------------------------------------------------ */

/* Words before the first KEY=VALUE, KEY- or "-" name objects. */
static int split_words(const struct vec *words, struct set_env *s, struct error *err)
{
	_cleanup_buf_ struct buf all = BUF_INIT;

	for (size_t i = 0; i < words->len; i++) {
		const char *word = vec_string(words, i), *equal = *word ? strchr(word + 1, '=') : NULL;
		bool is_env = equal || str_ends(word, "-");

		if (is_env || !s->words.len) {
			vec_add(is_env ? &s->words : &s->resources, words->items[i]);
			continue;
		}
		for (size_t k = 0; k < words->len; k++)
			buf_printf(&all, "%s%s", k ? " " : "", vec_string(words, k));
		return error_set(err, ERROR_OTHER, "all resources must be specified before environment changes: %s", all.data);
	}
	return 0;
}

static cJSON *variable_new(const char *name, size_t n, const char *value)
{
	_cleanup_free_ char *text = xstrndup(name, n);
	cJSON *variable = json_new_object();

	json_set_string(variable, "name", text);
	if (*value)
		json_set_string(variable, "value", value);
	return variable;
}

/* Lines of KEY=VALUE; what follows "#" is a comment, and other lines are passed over. */
static int read_stdin(struct set_env *s, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	char *line, *rest;

	if (file_read_fd(fileno(s->inv->in), "STDIN", STDIN_LIMIT, &text, err))
		return -1;
	s->from_stdin = true;
	rest = text.data;
	while ((line = strsep(&rest, "\n"))) {
		char *equal;

		line[strcspn(line, "#")] = '\0';
		if (str_ends(line, "\r"))
			line[strlen(line) - 1] = '\0';
		equal = strchr(line, '=');
		if (equal)
			json_append(s->variables, variable_new(line, (size_t)(equal - line), equal + 1));
	}
	return 0;
}

static int read_word(struct set_env *s, const char *word, struct vec *set, struct error *err)
{
	const char *equal = strchr(word, '=');

	if (!strcmp(word, "-"))
		return read_stdin(s, err);
	if (equal) {
		vec_add(set, xstrndup(word, (size_t)(equal - word)));
		if (env_name_check(vec_string(set, set->len - 1), err))
			return -1;
		json_append(s->variables, variable_new(word, (size_t)(equal - word), equal + 1));
		return 0;
	}
	if (!str_ends(word, "-"))
		return error_set(err, ERROR_OTHER, "unknown environment variable: %s", word);
	vec_add(&s->remove, xstrndup(word, strlen(word) - 1));
	return 0;
}

static int read_variables(struct set_env *s, struct error *err)
{
	const struct vec *given = args_list(s->inv->args, "env");
	_cleanup_vec_ struct vec set = VEC_OF_STRINGS;

	for (size_t i = 0; i < given->len + s->words.len; i++) {
		const char *word = i < given->len ? vec_string(given, i) : vec_string(&s->words, i - given->len);

		if (read_word(s, word, &set, err))
			return -1;
	}
	for (size_t i = 0; i < s->remove.len; i++) {
		if (vec_has_string(&set, vec_string(&s->remove, i)))
			return error_set(err, ERROR_OTHER,
					 "can not both modify and remove the same environment variable in the same command");
	}
	return 0;
}

/* ---- --from ---------------------------------------------------------------------------------- */

/* "my.key" as MY_KEY, said when it differs. */
static char *variable_name(struct invocation *inv, const char *key)
{
	char *name = xstrdup(key);

	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
	if (strcmp(name, key))
		fprintf(inv->err, "Warning: key %s transferred to %s\n", key, name);
	return name;
}

static int add_keys(struct set_env *s, const struct target *t, struct error *err)
{
	const struct vec *keys = args_list(s->inv->args, "keys");
	bool secret = !strcmp(t->resource->kind, "Secret");
	size_t n;
	_cleanup_free_ const cJSON **members = json_sorted_members(json_get(t->object, "data"), &n);

	if (*t->resource->group || (!secret && strcmp(t->resource->kind, "ConfigMap")))
		return error_set(err, ERROR_OTHER, "unsupported resource specified in --from");
	for (size_t i = 0; i < n; i++) {
		const char *key = members[i]->string;
		_cleanup_free_ char *name = NULL;

		if (keys->len && !vec_has_string(keys, key))
			continue;
		name = variable_name(s->inv, key);
		json_append(s->variables,
			    json_parse_literal("{\"name\":\"%s\",\"valueFrom\":{\"%s\":{\"name\":\"%s\",\"key\":\"%s\"}}}", name,
					       secret ? "secretKeyRef" : "configMapKeyRef", t->name, key));
	}
	return 0;
}

/* Reads what --from names. Failures go to errors, and then nothing else is done. */
static int read_from(struct set_env *s, struct vec *errors, struct error *err)
{
	_cleanup_vec_ struct vec words = VEC_INIT, targets = VEC_OWNING(target_free);
	const char *from = args_string(s->inv->args, "from");

	if (!*from)
		return 0;
	vec_add(&words, (void *)from);
	if (set_change_find(s->inv, &s->change, &words, &targets, errors, err))
		return -1;
	for (size_t i = 0; !errors->len && i < targets.len; i++) {
		if (add_keys(s, targets.items[i], err))
			return -1;
	}
	return 0;
}

static void add_prefix(struct set_env *s)
{
	const char *prefix = args_string(s->inv->args, "prefix");
	cJSON *variable;

	cJSON_ArrayForEach(variable, s->variables) {
		_cleanup_free_ char *name = xasprintf("%s%s", prefix, json_string(variable, "name"));

		json_set_string(variable, "name", name);
	}
}

/* ---- one container ---------------------------------------------------------------------------- */

/* A variable of this name, the first one; NULL: none. */
static const cJSON *find_variable(const cJSON *list, const char *name)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list) {
		if (str_equal(json_string(one, "name"), name))
			return one;
	}
	return NULL;
}

/*
 * New variables take the place of old ones of their name, and stand behind the others otherwise; names that are taken away
 * stay away. What was there twice and is not touched stays so.
 */
static cJSON *merge_variables(const struct set_env *s, const cJSON *existing)
{
	_cleanup_vec_ struct vec covered = VEC_OF_STRINGS;
	const cJSON *lists[] = {existing, s->variables}, *one;
	cJSON *merged = json_new_array();

	for (size_t i = 0; i < s->remove.len; i++)
		vec_add_string(&covered, vec_string(&s->remove, i));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		cJSON_ArrayForEach(one, lists[i]) {
			const char *name = json_string(one, "name");
			const cJSON *newer = name ? find_variable(s->variables, name) : NULL;

			if (name && vec_has_string(&covered, name))
				continue;
			if (newer)
				vec_add_string(&covered, name);
			json_append(merged, json_copy(i == 0 && newer ? newer : one));
		}
	}
	return merged;
}

static int check_overwrites(const struct set_env *s, const cJSON *existing, struct error *err)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, s->variables) {
		const cJSON *current = find_variable(existing, json_string(one, "name"));
		const char *value = json_string(current, "value"), *wanted = json_string(one, "value");

		if (current && strcmp(value ? value : "", wanted ? wanted : ""))
			return error_set(err, ERROR_OTHER, "'%s' already has a value (%s), and --overwrite is false",
					 json_string(one, "name"), value ? value : "");
	}
	return 0;
}

/* ---- one object --------------------------------------------------------------------------------- */

struct env_change {
	const struct set_env *s;
	struct error *err;
	int failed;
	/* with --list */
	struct invocation *inv;
	const struct target *target;
	struct map *cache;
};

static void change_container(void *ctx, cJSON *container)
{
	static const char *const before[] = {"name", "image", "command", "args", "workingDir", "ports", "envFrom", NULL};
	struct env_change *c = ctx;
	const cJSON *existing = json_get(container, "env");
	cJSON *merged;

	if (c->failed || (!c->s->overwrite && check_overwrites(c->s, existing, c->err))) {
		c->failed = -1;
		return;
	}
	merged = merge_variables(c->s, existing);
	if (!merged->child) {
		cJSON_Delete(merged);
		merged = NULL;
	}
	json_set_after(container, "env", merged, before);
}

static int change_object(struct env_change *c, const struct resource *r, cJSON *object,
			 void (*each)(void *ctx, cJSON *container))
{
	_cleanup_buf_ struct buf pattern = BUF_INIT;

	if (set_need_pods(r, object, c->err))
		return -1;
	if (set_each_container(r, object, c->s->containers, each, c))
		return c->failed;
	go_quote(&pattern, c->s->containers);
	fprintf(c->s->inv->err, "Warning: %s/%s does not have any containers matching %s\n", r->kind,
		json_path_string(object, "metadata", "name", NULL), pattern.data);
	return 0;
}

static int set_env_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	return change_object(&(struct env_change){.s = ctx, .err = err}, r, object, change_container);
}

/* ---- --list ---------------------------------------------------------------------------------------- */

/* Notes that a variable could not be resolved: names by what went wrong. */
static void note_unresolved(struct map *unresolved, const struct error *why, const char *name)
{
	struct vec *names = map_get(unresolved, why->message);

	if (!names) {
		names = NEW(struct vec);
		*names = VEC_OF_STRINGS;
		map_set(unresolved, why->message, names);
	}
	vec_add_string(names, name);
}

static void names_free(struct vec *names)
{
	vec_release(names);
	free(names);
}

static void list_variable(struct env_change *c, const cJSON *variable, const cJSON *container, struct map *unresolved)
{
	const cJSON *from = json_get(variable, "valueFrom");
	const char *name = json_string(variable, "name"), *plain = json_string(variable, "value");
	_cleanup_buf_ struct buf value = BUF_INIT;
	_cleanup_error_ struct error why = ERROR_INIT;

	if (!from) {
		fprintf(c->inv->out, "%s=%s\n", name, plain ? plain : "");
		return;
	}
	if (c->s->resolve && !env_source_value(c->inv, c->cache, from, c->target->object, container, &value, &why)) {
		fprintf(c->inv->out, "%s=", name);
		fwrite(value.data, 1, value.len, c->inv->out);
		fputc('\n', c->inv->out);
		return;
	}
	if (c->s->resolve)
		note_unresolved(unresolved, &why, name);
	env_source_text(&value, from);
	fprintf(c->inv->out, "# %s from %s\n", name, value.data);
}

static void tell_unresolved(struct invocation *inv, const struct map *unresolved)
{
	_cleanup_vec_ struct vec lines = VEC_OF_STRINGS;

	for (size_t i = 0; i < unresolved->len; i++) {
		struct vec *names = unresolved->entries[i].value;
		_cleanup_buf_ struct buf line = BUF_INIT;

		vec_sort(names, vec_compare_strings);
		for (size_t k = 0; k < names->len; k++)
			buf_printf(&line, "%s%s", k ? ", " : "error retrieving reference for ", vec_string(names, k));
		buf_printf(&line, ": %s", unresolved->entries[i].key);
		vec_add(&lines, buf_take(&line));
	}
	vec_sort(&lines, vec_compare_strings);
	for (size_t i = 0; i < lines.len; i++)
		fprintf(inv->err, "%s\n", vec_string(&lines, i));
}

static void list_container(void *ctx, cJSON *container)
{
	_cleanup_map_ struct map unresolved = MAP_OWNING(names_free);
	struct env_change *c = ctx;
	const char *name = json_string(container, "name");
	const cJSON *variable;

	change_container(ctx, container);
	if (c->failed)
		return;
	fprintf(c->inv->out, "# %s %s, container %s\n", c->target->resource->kind, c->target->name, name ? name : "");
	cJSON_ArrayForEach(variable, json_get(container, "env"))
		list_variable(c, variable, container, &unresolved);
	tell_unresolved(c->inv, &unresolved);
}

/* What cannot be listed is passed over, as in kubectl. */
static int list_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_map_ struct map cache = MAP_OWNING(cJSON_Delete);
	_cleanup_error_ struct error ignored = ERROR_INIT;
	struct env_change c = {.s = ctx, .err = &ignored, .inv = inv, .target = t, .cache = &cache};

	(void)err;
	change_object(&c, t->resource, t->object, list_container);
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

static int set_env_check(struct set_env *s, struct error *err)
{
	const struct args *a = s->inv->args;

	if (set_check_local(&s->change, err))
		return -1;
	if (!args_list(a, "filename")->len && !s->resources.len)
		return error_set(err, ERROR_OTHER,
				 "one or more resources must be specified as <resource> <name> or <resource>/<name>");
	if (args_bool(a, "list") && *args_string(a, "output"))
		return error_set(err, ERROR_OTHER, "--list and --output may not be specified together");
	if (args_list(a, "keys")->len && !*args_string(a, "from"))
		return error_set(err, ERROR_OTHER, "when specifying --keys, a configmap or secret must be provided with --from");
	return 0;
}

static int set_env_read(struct set_env *s, struct vec *errors, struct error *err)
{
	const struct args *a = s->inv->args;

	if (set_check_all(s->inv, err) || split_words(args_words(a), s, err) ||
	    set_change_begin(s->inv, &s->change, err) || set_env_check(s, err) || read_variables(s, err))
		return -1;
	if (s->from_stdin && vec_has_string(args_list(a, "filename"), "-"))
		return error_set(err, ERROR_OTHER, "standard input cannot be used for multiple arguments");
	if (read_from(s, errors, err))
		return -1;
	add_prefix(s);
	return 0;
}

/* kubectl finds out that nothing was to be set once it has taken something away that --env named. */
static int nothing_was_set(const struct set_env *s, struct error *err)
{
	if (s->variables->child || s->words.len || s->change.client_dry_run)
		return 0;
	return error_set(err, ERROR_OTHER, "at least one environment variable must be provided");
}

static int set_env_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct set_env *s = ctx;

	if (!t->object)
		return 0;
	return nothing_was_set(s, err) || invocation_print(inv, s->change.printer, t->resource, t->object, err) ? -1 : 0;
}

static int set_env_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(set_env_release) struct set_env s = {
		.inv = inv,
		.variables = json_new_array(),
		.remove = VEC_OF_STRINGS,
		.containers = args_string(inv->args, "containers"),
		.overwrite = args_bool(inv->args, "overwrite"),
		.resolve = args_bool(inv->args, "resolve"),
		.change = {
			.change = set_env_change,
			.ctx = &s,
			.operation = "env updated",
			.patch_failure = "failed to patch env update to pod template: ",
			.show = set_env_show,
		},
	};

	if (set_env_read(&s, &errors, err) ||
	    (!errors.len && set_change_find(inv, &s.change, &s.resources, &targets, &errors, err)))
		return -1;
	if (!errors.len && (args_bool(inv->args, "list") ? each_target(inv, &targets, list_target, &s, &errors, err)
							 : set_change_run(inv, &s.change, &targets, &errors, err)))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_env = {
	.name = "env",
	.summary = "Set environment variables of containers",
	.description = "Sets variables (KEY=VALUE), takes them away (KEY-), or lists them, in the containers of Pods and of "
		       "everything that has a Pod template. \"-\" reads KEY=VALUE lines from standard input.",
	.examples = "  # A variable for all containers of a Deployment\n"
		    "  kubec set env deployment/web STORAGE_DIR=/data\n\n"
		    "  # What variables there are, on all Pods\n"
		    "  kubec set env pods --all --list\n\n"
		    "  # All keys of a Secret, with a prefix\n"
		    "  kubec set env --from=secret/db --prefix=DB_ deployment/web\n\n"
		    "  # One container's variable away\n"
		    "  kubec set env deployment/web --containers=nginx DEBUG-",
	.usage = "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = set_env_run,
};
