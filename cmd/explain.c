#include "view/colour.h"
#include "view/explain.h"

#include "cmd.h"
#include "data/jsonpath_internal.h"
#include "kube/openapi.h"
#include "objects.h"

#define PLAINTEXT "plaintext"
#define PLAINTEXT_V2 "plaintext-openapiv2"

/* One run of explain. */
struct explaining {
	struct invocation *inv;
	struct client *client;
	struct mapper *mapper;
	const char *argument;             /* "pods.spec.containers" */
	const struct resource *resource;
	bool from_table;                  /* it was found without asking for what else the server has */
	struct vec fields;                /* strings */
	char *group, *version;            /* of --api-version, or NULL */
	cJSON *index;                     /* of version 3; NULL: the server has none */
};

static void explaining_release(struct explaining *x)
{
	vec_release(&x->fields);
	free(x->group);
	free(x->version);
	cJSON_Delete(x->index);
}

/* ---- the argument --------------------------------------------------------------------- */

/* Reads TYPE.FIELD.FIELD as JSONPath, as kubectl does, for names with escaped dots. */
static int parse_path(const char *text, struct jsonpath **ret, struct error *err)
{
	size_t n = strlen(text);
	_cleanup_free_ char *template = xasprintf("{.%.*s}", (int)(n && text[n - 1] == '.' ? n - 1 : n), text);

	if (jsonpath_parse(template, ret, err))
		return -1;
	if ((*ret)->blocks.len == 1)
		return 0;
	jsonpath_free(TAKE_PTR(*ret));
	return error_set(err, ERROR_OTHER, "must pass in 1 jsonpath string");
}

static const struct path *path_of(const struct jsonpath *p)
{
	return p->blocks.items[0];
}

static int not_fields(bool all, struct error *err)
{
	return error_set(err, ERROR_OTHER, "invalid jsonpath syntax, %s", all ? "all nodes must be field nodes"
									      : "first node must be field node");
}

/* Adds the names of the steps after the first one; what that is has been looked at. */
static int add_fields(const struct explaining *x, const char *text, struct vec *fields, struct error *err)
{
	_cleanup_(jsonpath_free_p) struct jsonpath *p = NULL;
	const struct path *path;

	if (parse_path(text, &p, err))
		return -1;
	path = path_of(p);
	for (size_t i = 1; i < path->steps.len; i++) {
		const struct step *s = path->steps.items[i];

		if (s->kind != STEP_FIELD)
			return not_fields(x->version, err);
		vec_add_string(fields, s->name);
	}
	return 0;
}

/* The first step of the argument, which names the resource; free() it. */
static int first_name(const struct explaining *x, char **ret, struct error *err)
{
	_cleanup_(jsonpath_free_p) struct jsonpath *p = NULL;
	const struct step *s;

	if (parse_path(x->argument, &p, err))
		return -1;
	s = path_of(p)->steps.len ? path_of(p)->steps.items[0] : NULL;
	if (s && s->kind != STEP_FIELD)
		return not_fields(false, err);
	if (!s || str_empty(s->name))
		return error_set(err, ERROR_OTHER, "a resource must be present, got: /, Resource=");
	*ret = xstrdup(s->name);
	return 0;
}

/*
 * Of the resources of that name in several groups, the first whose full name
 * ("deployments.apps") the argument begins with; *ret_length is that of the name. NULL: none.
 */
static const struct resource *spelled_out(const char *argument, const struct vec *rows, const char *name,
					  size_t *ret_length)
{
	for (size_t i = 0; i < rows->len; i++) {
		const struct resource *r = rows->items[i];
		_cleanup_buf_ struct buf full = BUF_INIT;

		resource_group_name(&full, r);
		if (strcmp(r->name, name) || !str_starts(argument, full.data))
			continue;
		*ret_length = full.len;
		return r;
	}
	return NULL;
}

static int list_rows(struct explaining *x, struct vec *ret, struct error *err)
{
	if (!x->from_table)
		return mapper_all(x->mapper, false, ret, err);
	for (const struct resource *r = builtin_resources; r->name; r++)
		vec_add(ret, (void *)r);
	return 0;
}

/* Without --api-version the argument may say the group. */
static int read_argument(struct explaining *x, struct error *err)
{
	_cleanup_vec_ struct vec rows = VEC_INIT, fields = VEC_OF_STRINGS;
	const char *rest = x->argument;
	const struct resource *r = NULL;
	size_t length = 0;

	if (!x->version && list_rows(x, &rows, err))
		return -1;
	if (!x->version)
		r = spelled_out(x->argument, &rows, x->resource->name, &length);
	if (r) {
		x->resource = r;
		rest += length;
	}
	if ((!r || *rest) && add_fields(x, rest, &fields, err))
		return -1;
	vec_release(&x->fields);
	x->fields = fields;
	fields = VEC_OF_STRINGS;
	return 0;
}

static int find_resource(struct explaining *x, struct error *err)
{
	_cleanup_free_ char *name = NULL;

	if (first_name(x, &name, err))
		return -1;
	if (mapper_find(x->mapper, name, &x->resource, err))
		return report_unknown_type(x->inv, err);
	x->from_table = mapper_is_builtin(x->mapper, name);
	return read_argument(x, err);
}

/* ---- the documents ------------------------------------------------------------------------ */

static void explain_fill(const struct explaining *x, struct explain *ret)
{
	*ret = (struct explain){
		.group = x->version ? x->group : x->resource->group,
		.version = x->version ? x->version : x->resource->version,
		.resource = x->resource->name,
		.kind = x->resource->kind,
		.fields = &x->fields,
		.recursive = args_bool(x->inv->args, "recursive"),
	};
}

/* The server serves this type in another version than the newest: asks which. True: try again. */
static bool look_again(struct explaining *x, struct error *err)
{
	_cleanup_error_ struct error failure = ERROR_INIT;

	if (x->version || !x->from_table)
		return false;
	x->from_table = false;
	if (!mapper_refresh(x->mapper, x->resource, &x->resource, &failure))
		return true;
	if (failure.class)
		error_move(err, &failure);
	return false;
}

static int load_v3(struct explaining *x, const struct explain *e, struct openapi **ret, struct error *err)
{
	_cleanup_free_ char *path = *e->group ? xasprintf("apis/%s/%s", e->group, e->version)
					      : xasprintf("api/%s", e->version);
	const char *url = openapi_index_url(x->index, path);

	if (!url)
		return error_set(err, ERROR_OTHER, "couldn't find resource for \"%s/%s, Resource=%s\"", e->group, e->version,
				 e->resource);
	return openapi_load_v3(x->client, path, url, ret, err);
}

static int render_v3(struct explaining *x, struct buf *out, struct error *err)
{
	const char *output = args_string(x->inv->args, "output");
	_cleanup_(openapi_free_p) struct openapi *document = NULL;
	struct explain e;

	explain_fill(x, &e);
	if (load_v3(x, &e, &document, err) || !explain_v3_knows(&e, document->root)) {
		if (look_again(x, err))
			return render_v3(x, out, err);
		if (!document || err->class)
			return -1;
	}
	if (strcmp(output, PLAINTEXT))
		return error_set(err, ERROR_OTHER, "unrecognized format: %s", output);
	return explain_v3(&e, document->root, out, err);
}

static int render_v2(struct explaining *x, struct buf *out, struct error *err)
{
	_cleanup_(openapi_free_p) struct openapi *document = NULL;
	struct explain e;

	if (openapi_load_v2(x->client, &document, err))
		return -1;
	explain_fill(x, &e);
	if (!explain_v2_knows(&e, document->root) && look_again(x, err))
		explain_fill(x, &e);
	return err->class ? -1 : explain_v2(&e, document->root, out, err);
}

/*
 * Asks for the index of version 3. A server that answers anything but the index has none
 * for -o plaintext, which is then made from version 2, and fails for any other format.
 */
static int look_for_v3(struct explaining *x, struct error *err)
{
	const char *output = args_string(x->inv->args, "output");

	if (!strcmp(output, PLAINTEXT_V2) || !openapi_index(x->client, &x->index, err))
		return 0;
	if (!err->http_status)
		return -1;
	if (!strcmp(output, PLAINTEXT)) {
		error_release(err);
		return 0;
	}
	return error_wrap(err, "failed to fetch list of groupVersions: ");
}

static int render(struct explaining *x, struct buf *out, struct error *err)
{
	return x->index ? render_v3(x, out, err) : render_v2(x, out, err);
}

/* A word that is no field may belong to a group that only this server has. True: there is such a type. */
static bool look_for_group(struct explaining *x)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const struct resource *before = x->resource;

	if (!x->from_table || x->version || !strchr(x->argument, '.'))
		return false;
	x->from_table = false;
	return !read_argument(x, &ignored) && strcmp(before->group, x->resource->group);
}

static int explain(struct explaining *x, struct buf *out, struct error *err)
{
	if (look_for_v3(x, err))
		return -1;
	if (!render(x, out, err))
		return 0;
	if (!err->message || !str_starts(err->message, "field ") || !look_for_group(x))
		return -1;
	error_release(err);
	buf_clear(out);
	return render(x, out, err);
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* "apps/v1", "v1" */
static int read_api_version(struct explaining *x, struct error *err)
{
	const char *text = args_string(x->inv->args, "api-version"), *slash = strchr(text, '/');

	if (!*text)
		return 0;
	if (slash && strchr(slash + 1, '/'))
		return error_set(err, ERROR_OTHER, "unexpected GroupVersion string: %s", text);
	x->group = slash ? xstrndup(text, (size_t)(slash - text)) : xstrdup("");
	x->version = xstrdup(slash ? slash + 1 : text);
	return 0;
}

static int check_words(struct invocation *inv, struct error *err)
{
	size_t n = args_words(inv->args)->len;

	if (n == 0)
		return error_set(err, ERROR_OTHER,
				 "You must specify the type of resource to explain. Use \"%s api-resources\" for a "
				 "complete list of supported resources.\n",
				 inv->program);
	if (n > 1)
		return error_set(err, ERROR_OTHER, "We accept only this format: explain RESOURCE\n");
	return 0;
}

static int explain_run(struct invocation *inv, struct error *err)
{
	_cleanup_(explaining_release) struct explaining x = {.inv = inv, .fields = VEC_OF_STRINGS};
	_cleanup_error_ struct error version_error = ERROR_INIT;
	_cleanup_buf_ struct buf out = BUF_INIT, painted = BUF_INIT;
	int failure;

	if (check_words(inv, err) || invocation_client(inv, &x.client, err) || invocation_mapper(inv, &x.mapper, err))
		return -1;
	x.argument = vec_string(args_words(inv->args), 0);
	failure = read_api_version(&x, &version_error);
	if (find_resource(&x, err))
		return -1;
	if (failure) {
		error_move(err, &version_error);
		return -1;
	}
	failure = explain(&x, &out, err);
	if (inv->screen)
		colour_explain(&painted, out.data, out.len);
	/* also what was told before something turned out to be missing */
	fwrite(inv->screen ? painted.data : out.data, 1, inv->screen ? painted.len : out.len, inv->out);
	return failure ? report_unknown_type(inv, err) : 0;
}

static const struct option explain_options[] = {
	{.name = "api-version", .help = "Explains the type as this group and version have it (GROUP/VERSION)."},
	{.name = "output",
	 .shorthand = 'o',
	 .fallback = PLAINTEXT,
	 .complete = {COMPLETE_WORDS, PLAINTEXT "," PLAINTEXT_V2},
	 .help = "How the schema is shown: plaintext, or plaintext-openapiv2 from the older OpenAPI document."},
	{.name = "recursive", .shorthand = 'R', .type = OPTION_BOOL, .help = "Shows the fields of fields, a line each."},
	{0},
};

static const struct argument explain_arguments[] = {
	{.name = "TYPE", .complete = {COMPLETE_RESOURCES, NULL}},
	{0},
};

const struct command command_explain = {
	.name = "explain",
	.group = GROUP_BASIC_INTERMEDIATE,
	.summary = "Explains a type of resource and its fields",
	.description =
		"Explains a type of resource and its fields, as the server describes them (OpenAPI).\n\n"
		"A field is named by the path to it: TYPE.FIELD.FIELD. Lists and maps on the way need no index.",
	.examples = "  # What a Pod is, and its fields\n  kubec explain pods\n\n"
		    "  # All fields at every depth\n  kubec explain pods --recursive\n\n"
		    "  # One field\n  kubec explain pods.spec.containers\n\n"
		    "  # A type in a certain version\n  kubec explain deployments --api-version=apps/v1\n\n"
		    "  # From the older OpenAPI document\n  kubec explain deployment --output=plaintext-openapiv2",
	.usage = "TYPE [--recursive=FALSE|TRUE] [--api-version=GROUP/VERSION] [-o|--output=plaintext|plaintext-openapiv2]",
	.options = (const struct option *const[]){explain_options, NULL},
	.arguments = explain_arguments,
	.run = explain_run,
};
