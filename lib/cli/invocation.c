#include "cli/invocation.h"

#include <time.h>
#include <unistd.h>

#include "base/timeutil.h"

/* ---- configuration --------------------------------------------------------- */

/* A global option's text, NULL when it was not given or is empty. */
static const char *given(const struct invocation *inv, const char *option)
{
	const char *text = args_string(inv->args, option);

	return args_changed(inv->args, option) && *text ? text : NULL;
}

/* "5", "5s", "1m": whole seconds or a duration, as kubectl's --request-timeout. */
static int parse_timeout(const char *text, int64_t *ret, struct error *err)
{
	_cleanup_error_ struct error why = ERROR_INIT;
	size_t digits = strspn(text, "0123456789");

	*ret = 0;
	if (!*text)
		return 0;
	if (digits && !text[digits] && digits < 10) {
		*ret = (int64_t)strtoll(text, NULL, 10) * SECOND;
		return 0;
	}
	if (duration_parse(text, ret, &why) == 0)
		return 0;
	return error_set(err, ERROR_USAGE,
			 "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by "
			 "a corresponding time unit (e.g. 1s | 2m | 3h)");
}

static int ask(void *ctx, char **ret_username, char **ret_password, struct error *err)
{
	struct invocation *inv = ctx;

	return inv->ask(inv, ret_username, ret_password, err);
}

static int overrides_fill(struct invocation *inv, struct kubeconfig_overrides *o, struct error *err)
{
	const struct args *a = inv->args;

	*o = (struct kubeconfig_overrides){
		.kubeconfig = given(inv, "kubeconfig"),
		.context = inv->context ? inv->context : given(inv, "context"),
		.cluster = given(inv, "cluster"),
		.user = args_is_global(a, "user") ? given(inv, "user") : NULL, /* bindings have a --user of their own */
		.namespace = given(inv, "namespace"),
		.server = given(inv, "server"),
		.token = given(inv, "token"),
		.username = given(inv, "username"),
		.password = given(inv, "password"),
		.client_certificate = given(inv, "client-certificate"),
		.client_key = given(inv, "client-key"),
		.certificate_authority = given(inv, "certificate-authority"),
		.tls_server_name = given(inv, "tls-server-name"),
		.as = given(inv, "as"),
		.as_uid = given(inv, "as-uid"),
		.as_groups = args_list(a, "as-group"),
		.as_user_extra = args_list(a, "as-user-extra"),
		.insecure_skip_tls_verify = args_bool(a, "insecure-skip-tls-verify"),
		.insecure_given = args_changed(a, "insecure-skip-tls-verify"),
		.disable_compression = args_bool(a, "disable-compression"),
		.disable_compression_given = args_changed(a, "disable-compression"),
		.ask = inv->ask ? ask : NULL,
		.ask_ctx = inv,
		.exec_policy = inv->exec_policy,
	};
	return parse_timeout(args_string(a, "request-timeout"), &o->request_timeout, err);
}

int invocation_overrides(struct invocation *inv, struct kubeconfig_overrides *ret, struct error *err)
{
	struct kubeconfig_overrides o;

	if (overrides_fill(inv, &o, err) < 0)
		return -1;
	*ret = o;
	return 0;
}

int invocation_config(struct invocation *inv, struct kubeconfig **ret, struct error *err)
{
	struct kubeconfig_overrides o;

	if (!inv->config) {
		if (overrides_fill(inv, &o, err) < 0 || kubeconfig_load(&o, &inv->config, err) < 0)
			return -1;
		inv->request_timeout = o.request_timeout;
	}
	*ret = inv->config;
	return 0;
}

int invocation_namespace(struct invocation *inv, const char **ret, bool *ret_given, struct error *err)
{
	struct kubeconfig *config;

	if (!inv->namespace) {
		if (invocation_config(inv, &config, err) < 0 ||
		    kubeconfig_namespace(config, &inv->namespace, &inv->namespace_given, err) < 0)
			return -1;
	}
	*ret = inv->namespace;
	if (ret_given)
		*ret_given = inv->namespace_given;
	return 0;
}

/* ---- the server ------------------------------------------------------------ */

static void show_warning(void *ctx, const char *text)
{
	struct invocation *inv = ctx;

	inv->warnings++;
	if (inv->warning)
		inv->warning(inv, text);
}

/* KUBECTL_COMMAND_HEADERS=false (or 0) keeps the command's name from the server. */
static bool command_headers_wanted(void)
{
	const char *text = getenv("KUBECTL_COMMAND_HEADERS");

	return !text || (strcasecmp(text, "false") && strcmp(text, "0"));
}

/* A random UUID (RFC 9562, version 4): the requests of one run belong together in the server's audit log. */
static void make_session(char *text, size_t size)
{
	unsigned char b[16] = {0};

	if (getentropy(b, sizeof(b)) < 0)
		return;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(text, size, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
		 b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static int check_version(struct invocation *inv, struct error *err)
{
	struct client_request rq = {.method = "GET", .path = "/version"};
	_cleanup_json_ cJSON *version = NULL;
	const char *server;

	if (client_call(inv->client, &rq, &version, err) < 0)
		return -1;
	server = json_string(version, "gitVersion");
	/* What follows "+" names a build, not another version. */
	if (server && strcspn(server, "+") == strlen(inv->client_version) && str_starts(server, inv->client_version))
		return 0;
	return error_set(err, ERROR_OTHER, "server version (%s) differs from client version (%s)",
			 server ? server : "unknown", inv->client_version);
}

static int open_client(struct invocation *inv, struct error *err)
{
	_cleanup_buf_ struct buf command = BUF_INIT;
	char session[37] = "";
	struct client_config cfg = {
		.server = &inv->server,
		.user_agent = inv->user_agent,
		.timeout = inv->request_timeout,
		.trace = &inv->trace,
		.warning = show_warning,
		.warning_ctx = inv,
		.cache_dir = args_string(inv->args, "cache-dir"),
	};

	if (command_headers_wanted()) {
		buf_printf(&command, "kubectl %s", inv->path);
		make_session(session, sizeof(session));
		cfg.command = command.data;
		cfg.session = *session ? session : NULL;
	}
	return client_new(&cfg, &inv->client, err);
}

int invocation_client(struct invocation *inv, struct client **ret, struct error *err)
{
	struct kubeconfig *config;

	if (!inv->client) {
		if (invocation_config(inv, &config, err) < 0)
			return -1;
		if (!inv->server_resolved && kubeconfig_resolve(config, &inv->server, err) < 0)
			return -1;
		inv->server_resolved = true;
		if (open_client(inv, err) < 0)
			return -1;
		if (args_bool(inv->args, "match-server-version") && check_version(inv, err) < 0)
			return -1;
	}
	*ret = inv->client;
	return 0;
}

int invocation_mapper(struct invocation *inv, struct mapper **ret, struct error *err)
{
	struct client *client;

	if (!inv->mapper) {
		if (invocation_client(inv, &client, err) < 0 || mapper_new(client, &inv->mapper, err) < 0)
			return -1;
	}
	*ret = inv->mapper;
	return 0;
}

/* ---- what the usual options say -------------------------------------------- */

static const char *string_if_known(const struct args *a, const char *option)
{
	return args_knows(a, option) && *args_string(a, option) ? args_string(a, option) : NULL;
}

static bool bool_if_known(const struct args *a, const char *option)
{
	return args_knows(a, option) && args_bool(a, option);
}

/* Whether --validate asks for any validation; a wrong value is the verb's to refuse. */
static bool validates(const struct args *a)
{
	static const char *const off[] = {"ignore", "false", "False", "FALSE", "f", "F", "0"};

	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		if (!args_knows(a, "validate") || !strcmp(args_string(a, "validate"), off[i]))
			return false;
	return true;
}

void invocation_notice(void *inv, const char *line, bool log)
{
	if (log)
		invocation_log(inv, 'I', "log.go:244", line);
	else
		fprintf(((struct invocation *)inv)->err, "%s\n", line);
}

int invocation_targets(struct invocation *inv, struct target_options *ret, struct error *err)
{
	const struct args *a = inv->args;
	struct target_options o = {
		.args = args_words(a),
		.files = args_knows(a, "filename") ? args_list(a, "filename") : NULL,
		.recursive = bool_if_known(a, "recursive"),
		.in = inv->in,
		.program = inv->program,
		.all_namespaces = bool_if_known(a, "all-namespaces"),
		.selector = string_if_known(a, "selector"),
		.field_selector = string_if_known(a, "field-selector"),
		.all = bool_if_known(a, "all"),
		.chunk_size = args_knows(a, "chunk-size") ? args_int(a, "chunk-size") : 500,
		.subresource = string_if_known(a, "subresource"),
		.validate = validates(a),
		.kustomize = {.root = string_if_known(a, "kustomize"), .notice = invocation_notice, .notice_ctx = inv},
	};

	if (string_if_known(a, "kustomize") && o.files && o.files->len)
		return error_set(err, ERROR_OTHER, "only one of -f or -k can be specified");
	if (string_if_known(a, "kustomize") && o.recursive)
		return error_set(err, ERROR_OTHER, "the -k flag can't be used with -f or -R");
	if (invocation_namespace(inv, &o.namespace, &o.namespace_given, err) < 0)
		return -1;
	o.enforce_namespace = o.namespace_given;
	*ret = o;
	return 0;
}

int invocation_printer(struct invocation *inv, const char *operation, struct printer **ret, struct error *err)
{
	static const char allowed[] = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,"
				      "name,template,templatefile,yaml";
	const struct args *a = inv->args;
	struct printer_options o = {
		.output = args_knows(a, "output") ? args_string(a, "output") : "",
		.template = string_if_known(a, "template"),
		.operation = operation,
		.dry_run = "none",
		.show_managed_fields = bool_if_known(a, "show-managed-fields"),
		.allow_missing_template_keys = bool_if_known(a, "allow-missing-template-keys"),
		.keeps_order = inv->command->keeps_order,
		.screen = inv->screen,
	};

	if (args_knows(a, "dry-run") && invocation_dry_run(inv, &o.dry_run, err) < 0)
		return -1;
	if (inv->command->plain_operation)
		o.dry_run = "none";
	/* a template alone is one of Go's */
	if ((!*o.output || !args_changed(a, "output")) && !str_empty(o.template))
		o.output = "go-template";
	return printer_new(&o, allowed, ret, err);
}

int invocation_print(struct invocation *inv, struct printer *p, const struct resource *r, const cJSON *object,
		     struct error *err)
{
	_cleanup_buf_ struct buf out = BUF_INIT;
	int status = printer_print(p, &out, r, object, err);

	/* a template that fails half way has printed the half, and why it stopped */
	fwrite(out.data, 1, out.len, inv->out);
	if (fflush(inv->out) != 0)
		return error_set(err, ERROR_IO, "write: %s", strerror(errno));
	return status < 0 ? -1 : 0;
}

void invocation_log(struct invocation *inv, char level, const char *place, const char *text)
{
	struct timespec now;
	struct tm parts;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &parts);
	fprintf(inv->err, "%c%02d%02d %02d:%02d:%02d.%06ld %7d %s] %s\n", level, parts.tm_mon + 1, parts.tm_mday,
		parts.tm_hour, parts.tm_min, parts.tm_sec, now.tv_nsec / 1000, (int)getpid(), place, text);
}

void invocation_log_warning(struct invocation *inv, const char *place, const char *text)
{
	invocation_log(inv, 'W', place, text);
}

int invocation_dry_run(struct invocation *inv, const char **ret, struct error *err)
{
	static const struct {
		const char *text, *meaning, *place, *warning;
	} forms[] = {
		{"none", "none", NULL, NULL},
		{"client", "client", NULL, NULL},
		{"server", "server", NULL, NULL},
		{"unchanged", "client", "helpers.go:719", "--dry-run is deprecated and can be replaced with --dry-run=client."},
		{"true", "client", "helpers.go:733", "--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client."},
		{"false", "none", "helpers.go:736", "--dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none."},
	};
	const char *text = args_string(inv->args, "dry-run");

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!str_equal(text, forms[i].text))
			continue;
		if (forms[i].warning && !inv->dry_run_warned)
			invocation_log_warning(inv, forms[i].place, forms[i].warning);
		inv->dry_run_warned = true;
		*ret = forms[i].meaning;
		return 0;
	}
	return error_set(err, ERROR_USAGE, "Invalid dry-run value (%s). Must be \"none\", \"server\", or \"client\".", text);
}

void invocation_release(struct invocation *inv)
{
	validation_free(inv->validation);
	if (inv->mapper)
		mapper_free(inv->mapper);
	if (inv->client)
		client_free(inv->client);
	if (inv->server_resolved)
		kubeconfig_server_release(&inv->server);
	if (inv->config)
		kubeconfig_free(inv->config);
	free(inv->namespace);
	args_free(inv->completed_args);
}
