#include "set/change.h"
#include "record.h"
#include "set/set.h"

#include "data/gotext.h"
#include "data/selector.h"

static const struct option options_selector_verb[] = {
	{"filename", .shorthand = 'f', .type = OPTION_LIST, .complete = {COMPLETE_FILES, "json,yaml,yml"},
	 .help = "File, folder or URL that holds the objects, or - for standard input; may be repeated."},
	{"recursive", .shorthand = 'R', .type = OPTION_BOOL, .fallback = "true",
	 .help = "Reads the folders of -f with all folders below them."},
	{"resource-version", .type = OPTION_STRING, .help = "Changes the object only when it is at this version."},
	{0},
};

static const struct option *const options[] = {
	options_selector_verb, options_set, options_dry_run, options_print, options_concurrency, options_record, NULL,
};

static const struct argument arguments[] = {
	{.name = "TYPE/NAME", .complete = {COMPLETE_RESOURCE_NAMES, "services"}, .repeats = true},
	{0},
};

struct set_selector {
	cJSON *selector; /* a LabelSelector */
	const char *version;
};

static void set_selector_release(struct set_selector *s)
{
	cJSON_Delete(s->selector);
}

static void put_expression(struct buf *out, const cJSON *expression)
{
	const cJSON *value;

	buf_printf(out, "{%s %s [", json_string(expression, "key"), json_string(expression, "operator"));
	cJSON_ArrayForEach(value, json_get(expression, "values"))
		buf_printf(out, "%s%s", value->prev->next ? " " : "", value->valuestring);
	buf_puts(out, "]}");
}

static int refuse_expressions(const cJSON *expressions, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	const cJSON *one;

	cJSON_ArrayForEach(one, expressions) {
		if (text.len)
			buf_putc(&text, ' ');
		put_expression(&text, one);
	}
	return error_set(err, ERROR_OTHER, "match expression [%s] not supported on this object", text.data);
}

static int set_selector_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	static const char *const before[] = {"ports", NULL};
	static const char *const before_version[] = {"name", "generateName", "namespace", "selfLink", "uid", NULL};
	const struct set_selector *s = ctx;
	const cJSON *expressions = json_get(s->selector, "matchExpressions"), *labels = json_get(s->selector, "matchLabels");

	if (strcmp(r->kind, "Service") || *r->group)
		return error_set(err, ERROR_OTHER, "setting a selector is only supported for Services");
	if (json_size(expressions))
		return refuse_expressions(expressions, err);
	json_set_after(json_ensure_object(object, "spec"), "selector", json_size(labels) ? json_copy(labels) : NULL, before);
	if (*s->version)
		json_set_after(json_ensure_object(object, "metadata"), "resourceVersion", json_new_string(s->version),
			       before_version);
	return 0;
}

static int read_selector(const char *text, cJSON **ret, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *selector = NULL;
	_cleanup_error_ struct error why = ERROR_INIT;

	if (selector_parse(text, &selector, &why))
		return error_set(err, ERROR_OTHER, "couldn't parse the selector string \"%s\": %s", text, why.message);
	return selector_to_object(selector, ret, err);
}

static int set_selector_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), reading = VEC_OWNING(error_free);
	_cleanup_(set_selector_release) struct set_selector s = {.version = args_string(inv->args, "resource-version")};
	_cleanup_(set_change_release) struct set_change change = {
		.change = set_selector_change,
		.ctx = &s,
		.operation = "selector updated",
		.always = true,
		.plain = true,
	};
	struct vec words = *args_words(inv->args);

	if (words.len && read_selector(words.items[--words.len], &s.selector, err))
		return -1;
	if (set_change_begin(inv, &change, err))
		return -1;
	if (!s.selector)
		return error_set(err, ERROR_OTHER, "one selector is required");
	if (change.local && words.len)
		return set_local_words(err);
	if (set_change_find(inv, &change, &words, &targets, &reading, err))
		return -1;
	/* a version that is asked for is always sent, also when it is the one that was read */
	for (size_t i = 0; *s.version && i < targets.len; i++)
		json_set_string(json_get(((const struct target *)targets.items[i])->object, "metadata"), "resourceVersion", "");
	change.reading = &reading;
	if (set_change_run(inv, &change, &targets, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_selector = {
	.name = "selector",
	.summary = "Set the selector of services",
	.description = "Sets which Pods a Service serves: the new selector takes the place of the old one.",
	.examples = "  # A Service of the Pods that are labelled so\n"
		    "  kubec set selector service web app=web,tier=front\n\n"
		    "  # In a manifest, before it is created\n"
		    "  kubec create service clusterip web --tcp=80 -o yaml --dry-run=client |\n"
		    "    kubec set selector --local -f - app=other -o yaml",
	.usage = "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = set_selector_run,
};
