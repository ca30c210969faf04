#include "objects.h"

#include "base/file.h"
#include "kube/apply.h"

#define RAW_LIMIT ((size_t)64 << 20)

static const struct {
	const char *written, *directive;
} validation_directives[] = {
	{"strict", "Strict"}, {"warn", "Warn"},	   {"ignore", "Ignore"}, {"true", "Strict"},	{"false", "Ignore"},
	{"1", "Strict"},      {"t", "Strict"},	   {"T", "Strict"},	 {"TRUE", "Strict"},	{"True", "Strict"},
	{"0", "Ignore"},      {"f", "Ignore"},	   {"F", "Ignore"},	 {"FALSE", "Ignore"},	{"False", "Ignore"},
};

static int validation_directive(struct invocation *inv, const char **ret, struct error *err)
{
	const char *written = args_string(inv->args, "validate");

	for (size_t i = 0; i < ARRAY_SIZE(validation_directives); i++) {
		if (!strcmp(written, validation_directives[i].written)) {
			*ret = validation_directives[i].directive;
			return 0;
		}
	}
	return error_set(err, ERROR_OTHER,
			 "invalid - validate option \"%s\"; must be one of: strict (or true), warn, ignore (or false)",
			 written);
}

static void query_add(struct buf *out, const char *key, const char *value)
{
	if (out->len)
		buf_putc(out, '&');
	buf_printf(out, "%s=", key);
	buf_url_escape(out, value);
}

int change_query(struct invocation *inv, const char *manager, struct buf *out, struct error *err)
{
	const char *directive = NULL, *dry_run = "none";

	if (args_knows(inv->args, "validate") && validation_directive(inv, &directive, err))
		return -1;
	if (args_knows(inv->args, "dry-run") && invocation_dry_run(inv, &dry_run, err))
		return -1;
	if (!manager && args_knows(inv->args, "field-manager"))
		manager = args_string(inv->args, "field-manager");
	if (!strcmp(dry_run, "server"))
		query_add(out, "dryRun", "All");
	if (!str_empty(manager))
		query_add(out, "fieldManager", manager);
	if (directive)
		query_add(out, "fieldValidation", directive);
	/* kubectl leaves out of what it sends what its types have no place for, and says nothing */
	if (args_knows(inv->args, "overrides") && *args_string(inv->args, "overrides"))
		query_add(out, "fieldValidation", "Ignore");
	return 0;
}

static void cannot_warn(void *ctx)
{
	invocation_log_warning(ctx, "schema.go:145",
			       "cannot perform warn validation if server-side field validation is unsupported, skipping "
			       "validation");
}

int change_validation(struct invocation *inv, struct validation **ret, struct error *err)
{
	struct client *client;
	const char *directive;

	if (validation_directive(inv, &directive, err) || invocation_client(inv, &client, err))
		return -1;
	if (!inv->validation && strcmp(directive, "Ignore"))
		inv->validation = validation_new(&(struct validation_config){
			.client = client,
			.strict = !strcmp(directive, "Strict"),
			.warn = cannot_warn,
			.ctx = inv,
		});
	*ret = inv->validation;
	return 0;
}

int change_targets(struct invocation *inv, struct target_options *ret, struct error *err)
{
	const char *directive;

	if (validation_directive(inv, &directive, err) || invocation_targets(inv, ret, err))
		return -1;
	ret->validate = strcmp(directive, "Ignore") != 0;
	if (!targets_from_files(ret))
		return 0;
	return change_validation(inv, &ret->validation, err);
}

bool dry_run_client(struct invocation *inv)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *dry_run;

	return !invocation_dry_run(inv, &dry_run, &ignored) && !strcmp(dry_run, "client");
}

bool manifest_unreachable(struct invocation *inv, const struct target *t, bool validates, struct error *err)
{
	struct error why = ERROR_INIT;
	struct client *client;

	if (err->class != ERROR_CONNECT || !err->cause || invocation_client(inv, &client, &why) || client_was_answered(client)) {
		error_release(&why);
		return false;
	}
	if (!t->source)
		return true;
	if (validates)
		error_set(err, ERROR_OTHER,
			  "error validating \"%s\": error validating data: failed to download openapi: "
			  "Get \"%s/openapi/v2?timeout=32s\": %s; if you choose to ignore these errors, turn validation off "
			  "with --validate=false",
			  t->source, client_server(client), err->cause);
	else
		error_set(err, ERROR_OTHER, "unable to recognize \"%s\": Get \"%s/api?timeout=32s\": %s", t->source,
			  client_server(client), err->cause);
	return true;
}

int error_add_source(struct error *err, const char *doing, const char *source)
{
	if (source)
		error_prefix(err, "error when %s \"%s\": ", doing, source);
	return -1;
}

void warn_if_deleting(struct invocation *inv, const cJSON *object)
{
	if (json_path(object, "metadata", "deletionTimestamp", NULL))
		fprintf(inv->err, "Warning: Detected changes to resource %s which is currently being deleted.\n",
			json_path_string(object, "metadata", "name", NULL));
}

static void print_line(struct buf *out, const cJSON *object)
{
	json_print(out, object, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	buf_putc(out, '\n');
}

int patch_uncomputable(struct invocation *inv, const cJSON *modified, const cJSON *current, bool strategic,
		       struct error *err)
{
	_cleanup_buf_ struct buf wanted = BUF_INIT, live = BUF_INIT;
	_cleanup_error_ struct error none = ERROR_INIT;
	const struct client_request has_v3 = {.method = "GET", .path = "/openapi/v3"};
	_cleanup_http_response_ struct http_response v3 = HTTP_RESPONSE_INIT;
	const char *original = last_applied_text(current);
	struct client *client;

	if (strategic && !invocation_client(inv, &client, &none) && !client_call_raw(client, &has_v3, &v3, &none))
		fprintf(inv->err, "warning: error calculating patch from openapi v3 spec: %s\n", err->message);
	if (strategic)
		fprintf(inv->err, "warning: error calculating patch from openapi spec: %s\n", err->message);
	print_line(&wanted, modified);
	print_line(&live, current);
	return error_prefix(err, "creating patch with:\noriginal:\n%s\nmodified:\n%s\ncurrent:\n%s\nfor: ",
			    original ? original : "", wanted.data, live.data);
}

void target_describe(struct buf *out, const struct target *t)
{
	_cleanup_buf_ struct buf version = BUF_INIT;

	buf_printf(&version, "%s/%s", t->resource->group, t->resource->version);
	buf_printf(out, "Resource: \"%s, Resource=%s\", GroupVersionKind: \"%s, Kind=%s\"\nName: \"%s\", Namespace: \"%s\"",
		   version.data, t->resource->name, version.data, t->resource->kind, t->name ? t->name : "",
		   t->namespace ? t->namespace : "");
}

int single_name(struct invocation *inv, const char **ret_name, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	int dash = args_dash(inv->args);
	size_t n = dash < 0 ? words->len : (size_t)dash;

	if (n != 1)
		return usage_error(inv, err, "exactly one NAME is required, got %zu", n);
	*ret_name = vec_string(words, 0);
	return 0;
}

int no_words(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!words->len)
		return 0;
	for (size_t i = 0; i < words->len; i++)
		buf_printf(&text, "%s%s", i ? " " : "", vec_string(words, i));
	return usage_error(inv, err, "Unexpected args: [%s]", text.data);
}

int files_required(struct invocation *inv, struct error *err)
{
	bool files = args_list(inv->args, "filename")->len, kustomize = *args_string(inv->args, "kustomize");

	if (files && kustomize)
		return error_set(err, ERROR_OTHER, "only one of -f or -k can be specified");
	if (!files && !kustomize)
		return error_set(err, ERROR_OTHER, "must specify one of -f and -k");
	return 0;
}

int print_operation(struct invocation *inv, const char *operation, const struct resource *r, const cJSON *object,
		    struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;

	if (invocation_printer(inv, operation, &printer, err))
		return -1;
	return invocation_print(inv, printer, r, object, err);
}

int target_remap(struct invocation *inv, struct target *t, struct error *err)
{
	_cleanup_error_ struct error cause = ERROR_INIT;
	const struct resource *served;
	_cleanup_buf_ struct buf version = BUF_INIT;
	struct mapper *mapper;
	bool found;

	if (invocation_mapper(inv, &mapper, &cause))
		return -1;
	found = !mapper_refresh(mapper, t->resource, &served, &cause);
	/* A manifest asks for its own version; only arguments may be served by another. */
	if (found && !t->source) {
		t->resource = served;
		error_release(err);
		return 0;
	}
	/* The server lists the type as it was asked for, or cannot be asked: its answer stands. */
	if (!found && cause.class != ERROR_OTHER)
		return -1;
	if (!t->source) {
		error_move(err, &cause);
		return -1;
	}
	resource_api_version(&version, t->resource);
	return error_set(err, ERROR_OTHER,
			 "resource mapping not found for name: \"%s\" namespace: \"%s\" from \"%s\": no matches for kind "
			 "\"%s\" in version \"%s\"\nensure CRDs are installed first",
			 t->name ? t->name : "", t->namespace_defaulted || !t->namespace ? "" : t->namespace, t->source,
			 t->resource->kind, version.data);
}

int error_wrap(struct error *err, const char *prefix)
{
	error_prefix(err, "%s", prefix);
	return error_set(err, ERROR_OTHER, "%s", err->message);
}

int error_bare_yaml(struct error *err)
{
	const char *reason = strstr(err->message, "yaml: ");
	_cleanup_free_ char *text = xstrdup(reason ? reason : err->message);

	return error_set(err, ERROR_PARSE, "%s", text);
}

/* The body of a --raw request: a file, standard input, or nothing. */
static int raw_body(struct invocation *inv, const char *file, struct buf *body, struct error *err)
{
	if (!file)
		return 0;
	if (!strcmp(file, "-"))
		return file_read_fd(fileno(inv->in), "STDIN", RAW_LIMIT, body, err);
	return file_read(file, RAW_LIMIT, body, err);
}

static int write_out(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len ? 0 : -1;
}

int send_raw_file(struct invocation *inv, const char *method, const char *path, const char *file, struct error *err)
{
	_cleanup_buf_ struct buf body = BUF_INIT;
	struct client *client;

	if (*path != '/')
		return error_set(err, ERROR_OTHER, "--raw must be a valid URL path: parse \"%s\": invalid URI for request",
				 path);
	if (raw_body(inv, file, &body, err) || invocation_client(inv, &client, err))
		return -1;
	return client_call(client,
			   &(struct client_request){.method = method,
						    .path = path,
						    .body = body.len ? body.data : NULL,
						    .body_len = body.len,
						    .on_data = write_out,
						    .ctx = inv->out},
			   NULL, err);
}

void add_random_suffix(struct buf *name)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";

	buf_putc(name, '-');
	for (int i = 0; i < 5; i++)
		buf_putc(name, letters[arc4random_uniform(sizeof(letters) - 1)]);
}

bool is_choice(const char *text, const char *a, const char *b, const char *c)
{
	return !*text || !strcmp(text, a) || !strcmp(text, b) || !strcmp(text, c);
}
