#include "create/create.h"

#include "edit_session.h"
#include "each.h"
#include "record.h"
#include "stages.h"

#include "kube/apply.h"

const struct option options_create[] = {
	{"save-config", .type = OPTION_BOOL,
	 .help = "Remember the object in its last-applied annotation, so that apply may change it later."},
	OPTION_FIELD_MANAGER("kubectl-create"),
	{0},
};

static const struct option options_create_file[] = {
	{"edit", .type = OPTION_BOOL, .help = "Open the object in an editor before it is created."},
	{"raw", .type = OPTION_STRING, .help = "POST the file as it is to this URL path of the server."},
	OPTION_WINDOWS_LINE_ENDINGS,
	{0},
};

static const struct option *const create_options[] = {
	options_filename, options_create_file, options_create,	options_selector,
	options_dry_run,  options_validate,    options_print,	options_concurrency, options_record, NULL,
};

int generated_set_namespace(struct invocation *inv, cJSON *metadata, struct error *err)
{
	struct client *client;
	const char *ns;
	bool given;

	/* kubectl makes its client first, which has other words for a context that is not there. */
	if (invocation_client(inv, &client, err) || invocation_namespace(inv, &ns, &given, err))
		return -1;
	if (given)
		json_set_string(metadata, "namespace", ns);
	return 0;
}

int generated_begin(struct invocation *inv, const char **ret_name, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct client *client;

	if (single_name(inv, ret_name, err) || invocation_client(inv, &client, err))
		return -1;
	return invocation_printer(inv, "created", &printer, err) || change_query(inv, NULL, &query, err) ? -1 : 0;
}

int generated_name_given(const char *name, struct error *err)
{
	return *name ? 0 : error_set(err, ERROR_OTHER, "name must be specified");
}

int generated_new(struct invocation *inv, const char *api_version, const char *kind, const char *name, bool namespaced,
		  cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *object =
		json_parse_literal("{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":{}}", kind, api_version);
	cJSON *metadata = json_get(object, "metadata");

	if (*name)
		json_set_string(metadata, "name", name);
	if (namespaced && generated_set_namespace(inv, metadata, err))
		return -1;
	*ret = TAKE_PTR(object);
	return 0;
}

cJSON *generated_container(struct invocation *inv, const char *name)
{
	const struct vec *words = args_words(inv->args);
	cJSON *container = json_parse_literal("{\"name\":\"%s\"}", name);

	if (*args_string(inv->args, "image"))
		json_set_string(container, "image", args_string(inv->args, "image"));
	for (size_t i = 1; i < words->len; i++)
		json_append_string(json_ensure_array(container, "command"), vec_string(words, i));
	json_set(container, "resources", json_new_object());
	return container;
}

static int post_generated(struct invocation *inv, const struct resource *r, cJSON **object, struct error *err)
{
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct client *client;
	cJSON *created = NULL;
	const char *ns;
	bool given;

	if (change_query(inv, NULL, &query, err) || invocation_namespace(inv, &ns, &given, err) ||
	    invocation_client(inv, &client, err) ||
	    client_create(client, r, r->namespaced ? ns : NULL, *object, query.data, &created, err))
		return -1;
	json_prune_nulls(created);
	cJSON_Delete(*object);
	*object = created;
	return 0;
}

int create_generated(struct invocation *inv, cJSON *object, const char *failure, struct error *err)
{
	if (args_bool(inv->args, "save-config"))
		last_applied_embed(object, 0);
	return generated_send(inv, object, failure, err);
}

int generated_send(struct invocation *inv, cJSON *taken, const char *failure, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_json_ cJSON *object = taken;
	_cleanup_buf_ struct buf query = BUF_INIT;
	const struct resource *r;
	struct mapper *mapper;

	if (invocation_printer(inv, "created", &printer, err) || change_query(inv, NULL, &query, err) ||
	    invocation_mapper(inv, &mapper, err) ||
	    mapper_find_kind(mapper, json_string(object, "apiVersion"), json_string(object, "kind"), &r, err))
		return -1;
	if (!dry_run_client(inv) && post_generated(inv, r, &object, err)) {
		return failure && error_is_request(err) ? error_wrap(err, failure) : -1;
	}
	return invocation_print(inv, printer, r, object, err);
}

/* ---- create -f --------------------------------------------------------- */

struct create {
	struct client *client;
	struct printer *printer;
	const struct vec *targets;
	const char *query;
	bool validates, local;
};

static int create_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct create *c = ctx;
	cJSON *created = NULL;

	if (args_bool(inv->args, "save-config") || !str_empty(last_applied_text(t->object)))
		last_applied_embed(t->object, JSON_SORT_KEYS);
	record_change(inv, t->object);
	if (c->local)
		return 0;
	/* In kubectl's order, which shows where a server quotes what it could not read. */
	json_sort_keys(t->object);
	if (client_create(c->client, t->resource, t->namespace, t->object, c->query, &created, err)) {
		if (error_is_unknown_type(err))
			return target_remap(inv, t, err);
		if (manifest_unreachable(inv, t, c->validates, err))
			return EACH_STOP;
		return error_add_source(err, "creating", t->source);
	}
	cJSON_Delete(t->object);
	t->object = created;
	return stage_settle(c->client, c->targets, t, err);
}

/* One printer for all: it knows what stands between two objects. */
static int create_show(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	const struct create *c = ctx;
	int failure = invocation_print(inv, c->printer, t->resource, t->object, err);

	cJSON_Delete(TAKE_PTR(t->object)); /* not one of thousands is kept that has been told */
	return failure;
}

static int create_all(struct invocation *inv, struct create *c, const struct vec *targets, struct vec *reading,
		      struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_free_ unsigned *stages = stages_to_create(targets);
	const struct each each = {
		.work = create_target,
		.show = create_show,
		.ctx = c,
		.stages = stages,
		.reading = reading,
	};

	c->targets = targets;
	if (each_run(inv, targets, &each, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

static int create_from_files(struct invocation *inv, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_buf_ struct buf query = BUF_INIT;
	struct create c = {.local = dry_run_client(inv)};
	struct target_options options;
	struct mapper *mapper;

	if (invocation_printer(inv, "created", &printer, err) || change_query(inv, NULL, &query, err) ||
	    change_targets(inv, &options, err) || invocation_mapper(inv, &mapper, err) ||
	    invocation_client(inv, &c.client, err))
		return -1;
	options.defines_types = true;
	options.doing = "creating";
	options.unsent = c.local;
	if (targets_resolve(mapper, &options, &targets, &errors, err))
		return -1;
	if (!targets.len && !errors.len)
		return error_set(err, ERROR_OTHER, "no objects passed to create");
	c.printer = printer;
	c.query = query.data;
	c.validates = options.validate;
	return create_all(inv, &c, &targets, &errors, err);
}

static int create_raw_check(struct invocation *inv, struct error *err)
{
	const struct vec *files = args_list(inv->args, "filename");

	if (args_bool(inv->args, "edit"))
		return error_set(err, ERROR_OTHER, "--raw and --edit are mutually exclusive");
	if (files->len != 1)
		return error_set(err, ERROR_OTHER, "--raw can only use a single local file or stdin");
	if (str_starts(vec_string(files, 0), "http://") || str_starts(vec_string(files, 0), "https://"))
		return error_set(err, ERROR_OTHER, "--raw cannot read from a url");
	if (args_bool(inv->args, "recursive"))
		return error_set(err, ERROR_OTHER, "--raw and --recursive are mutually exclusive");
	if (*args_string(inv->args, "selector"))
		return error_set(err, ERROR_OTHER, "--raw and --selector (-l) are mutually exclusive");
	if (*args_string(inv->args, "output"))
		return error_set(err, ERROR_OTHER, "--raw and --output are mutually exclusive");
	return 0;
}

static int create_run(struct invocation *inv, struct error *err)
{
	if (no_words(inv, err) || files_required(inv, err))
		return -1;
	if (*args_string(inv->args, "raw")) {
		if (create_raw_check(inv, err))
			return -1;
		return send_raw_file(inv, "POST", args_string(inv->args, "raw"),
				     vec_string(args_list(inv->args, "filename"), 0), err);
	}
	if (args_bool(inv->args, "edit"))
		return edit_run(inv, EDIT_NEW, err);
	return create_from_files(inv, err);
}

static const struct command *const create_subcommands[] = {
	&command_create_clusterrole,
	&command_create_clusterrolebinding,
	&command_create_configmap,
	&command_create_cronjob,
	&command_create_deployment,
	&command_create_ingress,
	&command_create_job,
	&command_create_namespace,
	&command_create_poddisruptionbudget,
	&command_create_priorityclass,
	&command_create_quota,
	&command_create_role,
	&command_create_rolebinding,
	&command_create_secret,
	&command_create_service,
	&command_create_serviceaccount,
	&command_create_token,
	NULL,
};

const struct command command_create = {
	.name = "create",
	.group = GROUP_BASIC_BEGINNER,
	.summary = "Create objects from manifests or from options",
	.description = "Creates the objects of manifests (JSON or YAML), or one object that a subcommand describes.",
	.examples = "  # Create what a manifest describes\n"
		    "  kubec create -f pod.yaml\n\n"
		    "  # The same from another program's output\n"
		    "  generate-manifest | kubec create -f -",
	.usage = "-f FILENAME",
	.options = create_options,
	.subcommands = create_subcommands,
	.run = create_run,
};
