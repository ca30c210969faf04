#include "cmd.h"
#include "view/table.h"

/* One run: what is shown, and how. */
struct listing {
	struct invocation *inv;
	struct printer *printer; /* of -o json, yaml, …; NULL: a table or names */
	bool wide, names;
	struct vec resources; /* const struct resource * */
};

static void listing_release(struct listing *l)
{
	printer_free(l->printer);
	vec_release(&l->resources);
}

/* ---- options ------------------------------------------------------------------- */

static int read_output(struct listing *l, struct error *err)
{
	const char *output = args_string(l->inv->args, "output");
	struct printer_options o = {.output = output, .keeps_order = true, .no_templates = true};

	l->wide = str_equal(output, "wide");
	l->names = str_equal(output, "name");
	if (!*output || l->wide || l->names)
		return 0;
	return printer_new(&o, "json,kyaml,name,wide,yaml", &l->printer, err);
}

static int check_sort(struct listing *l, struct error *err)
{
	const char *by = args_string(l->inv->args, "sort-by");

	if (!*by || !strcmp(by, "name") || !strcmp(by, "kind"))
		return 0;
	return error_set(err, ERROR_OTHER, "--sort-by accepts only name or kind");
}

/* ---- which resources ------------------------------------------------------------ */

/* A type is listed once, in the first version that has it: the preferred one stands first. */
static void keep_preferred(struct vec *kept, const struct vec *all)
{
	_cleanup_map_ struct map seen = MAP_INIT;

	for (size_t i = 0; i < all->len; i++) {
		const struct resource *r = all->items[i];
		_cleanup_buf_ struct buf key = BUF_INIT;

		resource_group_name(&key, r);
		if (map_has(&seen, key.data))
			continue;
		map_set(&seen, key.data, &seen);
		vec_add(kept, (void *)r);
	}
}

typedef bool has_fn(const struct resource *r, const char *word);

static bool has_all(const struct resource *r, const struct vec *words, has_fn *has)
{
	for (size_t i = 0; i < words->len; i++)
		if (!has(r, vec_string(words, i)))
			return false;
	return true;
}

static bool is_wanted(const struct args *a, const struct resource *r)
{
	if (!*r->verbs)
		return false;
	if (args_changed(a, "api-group") && strcmp(args_string(a, "api-group"), r->group))
		return false;
	if (args_changed(a, "namespaced") && args_bool(a, "namespaced") != r->namespaced)
		return false;
	return has_all(r, args_list(a, "verbs"), resource_has_verb) &&
	       has_all(r, args_list(a, "categories"), resource_has_category);
}

static int compare_groups(const void *a, const void *b)
{
	const struct resource *x = *(struct resource *const *)a, *y = *(struct resource *const *)b;
	int order = strcmp(x->group, y->group);

	return order ? order : strcmp(x->name, y->name);
}

static int compare_names(const void *a, const void *b)
{
	const struct resource *x = *(struct resource *const *)a, *y = *(struct resource *const *)b;
	int order = strcmp(x->name, y->name);

	/* all stand in one array, in the server's order */
	return order ? order : (x > y) - (x < y);
}

static int compare_kinds(const void *a, const void *b)
{
	const struct resource *x = *(struct resource *const *)a, *y = *(struct resource *const *)b;
	int order = strcmp(x->kind, y->kind);

	return order ? order : compare_names(a, b);
}

static void sort_resources(struct listing *l)
{
	const char *by = args_string(l->inv->args, "sort-by");

	vec_sort(&l->resources, !strcmp(by, "name")   ? compare_names
				: !strcmp(by, "kind") ? compare_kinds
						      : compare_groups);
}

/* ---- printing ---------------------------------------------------------------------- */

static void add_row(struct table *t, const struct resource *r, bool wide)
{
	_cleanup_buf_ struct buf version = BUF_INIT;
	const char *cells[] = {r->name, r->short_names, NULL,         r->namespaced ? "true" : "false",
			       r->kind, r->verbs,       r->categories};

	resource_api_version(&version, r);
	cells[2] = version.data;
	table_row(t, cells, wide ? 7 : 5);
}

static void print_table(struct listing *l, struct buf *out)
{
	static const char *const headers[] = {"NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED",
					      "KIND", "VERBS",      "CATEGORIES"};
	_cleanup_table_ struct table t = TABLE_INIT;

	t.screen = l->inv->screen;
	if (!args_bool(l->inv->args, "no-headers"))
		table_header(&t, headers, l->wide ? 7 : 5);
	for (size_t i = 0; i < l->resources.len; i++)
		add_row(&t, l->resources.items[i], l->wide);
	table_flush(&t, out);
}

static void print_names(struct listing *l, struct buf *out)
{
	for (size_t i = 0; i < l->resources.len; i++) {
		resource_group_name(out, l->resources.items[i]);
		buf_putc(out, '\n');
	}
}

static void set_list(cJSON *object, const char *key, const char *words)
{
	_cleanup_vec_ struct vec parts = VEC_OF_STRINGS;

	vec_add_split(&parts, words, ',');
	for (size_t i = 0; i < parts.len; i++)
		json_append_string(json_ensure_array(object, key), vec_string(&parts, i));
}

/* The APIResource that it is for the API, members in that type's order. */
static cJSON *resource_object(const struct resource *r)
{
	cJSON *object = cJSON_CreateObject();

	json_set_string(object, "name", r->name);
	json_set_string(object, "singularName", r->singular);
	json_set_bool(object, "namespaced", r->namespaced);
	json_set_string(object, "group", *r->group ? r->group : NULL);
	json_set_string(object, "version", r->version);
	json_set_string(object, "kind", r->kind);
	set_list(object, "verbs", r->verbs);
	set_list(object, "shortNames", r->short_names);
	set_list(object, "categories", r->categories);
	json_set_string(object, "storageVersionHash", str_empty(r->storage_hash) ? NULL : r->storage_hash);
	return object;
}

static int print_object(struct listing *l, struct buf *out, struct error *err)
{
	_cleanup_json_ cJSON *list =
		json_parse_literal("{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"\"}");
	cJSON *resources = cJSON_CreateArray();

	for (size_t i = 0; i < l->resources.len; i++)
		json_append(resources, resource_object(l->resources.items[i]));
	/* a list of Go's that was never added to prints as null */
	if (!l->resources.len) {
		cJSON_Delete(resources);
		resources = cJSON_CreateNull();
	}
	json_set(list, "resources", resources);
	return printer_print(l->printer, out, NULL, list, err);
}

static int print(struct listing *l, struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (l->printer) {
		if (print_object(l, &out, err))
			return -1;
	} else if (l->names) {
		print_names(l, &out);
	} else {
		print_table(l, &out);
	}
	fwrite(out.data, 1, out.len, l->inv->out);
	return 0;
}

/* ---- the verb -------------------------------------------------------------------------- */

static int api_resources_run(struct invocation *inv, struct error *err)
{
	_cleanup_(listing_release) struct listing l = {.inv = inv};
	_cleanup_vec_ struct vec all = VEC_INIT, preferred = VEC_INIT;
	struct mapper *mapper;

	if (args_words(inv->args)->len) {
		_cleanup_buf_ struct buf words = BUF_INIT;

		words_text(&words, args_words(inv->args));
		return usage_error(inv, err, "unexpected arguments: %s", words.data);
	}
	if (read_output(&l, err) || check_sort(&l, err) || invocation_mapper(inv, &mapper, err) ||
	    mapper_all(mapper, !args_bool(inv->args, "cached"), &all, err))
		return -1;
	keep_preferred(&preferred, &all);
	for (size_t i = 0; i < preferred.len; i++)
		if (is_wanted(inv->args, preferred.items[i]))
			vec_add(&l.resources, preferred.items[i]);
	sort_resources(&l);
	if (all.len && print(&l, err))
		return -1;
	/* what could be read is shown; what could not is an error */
	return mapper_complete(mapper, err);
}

static const struct option api_resources_options[] = {
	{.name = "api-group", .help = "Only resources of this API group; '' is the core group."},
	{.name = "cached",
	 .type = OPTION_BOOL,
	 .help = "Takes the kept list of resources when there is one, instead of asking anew."},
	{.name = "categories", .type = OPTION_LIST, .help = "Only resources that belong to all of these categories."},
	{.name = "namespaced",
	 .type = OPTION_BOOL,
	 .fallback = "true",
	 .help = "Only resources that live in namespaces; with =false only those that do not. Without it, all."},
	{.name = "no-headers", .type = OPTION_BOOL, .help = "Leaves out the line of column names."},
	{.name = "output",
	 .shorthand = 'o',
	 .complete = {COMPLETE_WORDS, "json,kyaml,name,wide,yaml"},
	 .help = "Output format: json, kyaml, name, wide or yaml."},
	{.name = "show-managed-fields", .type = OPTION_BOOL, .help = "Keeps managedFields in JSON and YAML output."},
	{.name = "sort-by",
	 .complete = {COMPLETE_WORDS, "name,kind"},
	 .help = "Sorts by 'name' or 'kind' instead of by group."},
	{.name = "verbs", .type = OPTION_LIST, .help = "Only resources that support all of these verbs."},
	{0},
};

const struct command command_api_resources = {
	.name = "api-resources",
	.group = GROUP_OTHER,
	.summary = "Lists the resource types that the server knows",
	.description = "Lists the resource types that the server knows, with their short names, groups and kinds.",
	.examples = "  # All types\n  kubec api-resources\n\n"
		    "  # With verbs and categories\n  kubec api-resources -o wide\n\n"
		    "  # By name\n  kubec api-resources --sort-by=name\n\n"
		    "  # Types that do not live in namespaces\n  kubec api-resources --namespaced=false\n\n"
		    "  # Types of one group that can be deleted\n  kubec api-resources --api-group=apps --verbs=delete",
	.options = (const struct option *const[]){api_resources_options, NULL},
	.run = api_resources_run,
};
