#include "create/sources.h"

#include "base/base64.h"
#include "base/file.h"
#include "net/tls.h"

#define OPTION_HASH {"append-hash", .type = OPTION_BOOL, .help = "Put a hash of the content after the name."}

static const struct option options_generic[] = {
	{"from-file", .type = OPTION_LIST, OPTION_ARG("[KEY=]FILE"), .help = "File whose content becomes a value, or a folder of such files.",
	 .complete = {COMPLETE_FILES, NULL}},
	{"from-literal", .type = OPTION_ARRAY, OPTION_ARG("KEY=VALUE"), .help = "A key and its value."},
	{"from-env-file", .type = OPTION_LIST, OPTION_ARG("FILE"), .help = "File with a KEY=VALUE on each line.", .complete = {COMPLETE_FILES, NULL}},
	{"type", .type = OPTION_STRING, .help = "Type of the Secret; the server makes it Opaque without one."},
	OPTION_HASH,
	{0},
};
static const struct option options_docker[] = {
	{"docker-username", .type = OPTION_STRING, .help = "Who logs in to the registry."},
	{"docker-password", .type = OPTION_STRING, .help = "The password for that."},
	{"docker-email", .type = OPTION_STRING, .help = "Mail address that some registries want."},
	{"docker-server", .type = OPTION_STRING, .fallback = "https://index.docker.io/v1/", .help = "Address of the registry."},
	{"from-file", .type = OPTION_LIST, OPTION_ARG("[KEY=]FILE"), .help = "A Docker config.json to take instead of name and password.",
	 .complete = {COMPLETE_FILES, NULL}},
	OPTION_HASH,
	{0},
};
static const struct option options_tls[] = {
	{"cert", .type = OPTION_STRING, OPTION_ARG("FILE"), .help = "Certificate in PEM form.", .complete = {COMPLETE_FILES, NULL}},
	{"key", .type = OPTION_STRING, OPTION_ARG("FILE"), .help = "The private key of that certificate.", .complete = {COMPLETE_FILES, NULL}},
	OPTION_HASH,
	{0},
};

#define OPTIONS_OF(own) {own, options_create, options_dry_run, options_validate, options_print, NULL}
static const struct option *const generic_options[] = OPTIONS_OF(options_generic);
static const struct option *const docker_options[] = OPTIONS_OF(options_docker);
static const struct option *const tls_options[] = OPTIONS_OF(options_tls);

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* ---- what the three share ------------------------------------------------------ */

static void data_set(cJSON *data, const char *key, const char *bytes, size_t len)
{
	_cleanup_buf_ struct buf encoded = BUF_INIT;

	base64_encode(&encoded, bytes, len);
	json_set_string(data, key, encoded.data);
}

static int data_add(void *data, const char *key, const char *bytes, size_t len, struct error *err)
{
	_cleanup_buf_ struct buf why = BUF_INIT, quoted = BUF_INIT;

	json_print_string(&quoted, key, 0);
	if (!data_key_valid(key, ";", &why))
		return error_set(err, ERROR_OTHER, "%s is not valid key name for a Secret %s", quoted.data, why.data);
	if (json_get(data, key))
		return error_set(err, ERROR_OTHER, "cannot add key %s, another key by that name already exists", key);
	data_set(data, key, bytes, len);
	return 0;
}

static int secret_append_hash(cJSON *object, const char *name, const char *type, const cJSON *data, struct error *err)
{
	_cleanup_json_ cJSON *identity =
		json_parse_literal("{\"kind\":\"Secret\",\"type\":\"%s\",\"name\":\"%s\"}", type, name);

	json_set(identity, "data", json_copy(data));
	return append_hash(object, identity, err);
}

/* Makes the Secret of data (taken) and sends it. */
static int secret_create(struct invocation *inv, const char *name, const char *type, cJSON *taken, struct error *err)
{
	_cleanup_json_ cJSON *object = NULL, *data = taken;

	json_sort_keys(data);
	if (generated_new(inv, "v1", "Secret", name, true, &object, err))
		return -1;
	if (args_bool(inv->args, "append-hash") && secret_append_hash(object, name, type, data, err))
		return -1;
	if (json_size(data))
		json_set(object, "data", TAKE_PTR(data));
	if (*type)
		json_set_string(object, "type", type);
	return create_generated(inv, TAKE_PTR(object), "failed to create secret ", err);
}

/* ---- generic --------------------------------------------------------------------- */

static int create_generic_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *data = json_new_object();
	const struct sources s = {.env_kind = "secret", .add = data_add, .ctx = data};
	const char *name;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err) || sources_check(inv, err) ||
	    sources_add_literals(&s, args_list(inv->args, "from-literal"), err) ||
	    sources_add_files(&s, args_list(inv->args, "from-file"), err) ||
	    sources_add_env_files(&s, args_list(inv->args, "from-env-file"), err))
		return -1;
	return secret_create(inv, name, args_string(inv->args, "type"), TAKE_PTR(data), err);
}

static const struct command command_generic = {
	.name = "generic",
	.summary = "Files, folders and literals",
	.examples = "  # Two values\n"
		    "  kubec create secret generic db --from-literal=user=app --from-literal=password=\"$PASSWORD\"\n\n"
		    "  # A file under a key of its own\n"
		    "  kubec create secret generic ssh --from-file=ssh-privatekey=id_ed25519\n\n"
		    "  # KEY=VALUE lines\n"
		    "  kubec create secret generic db --from-env-file=prod.env",
	.usage = "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
	.options = generic_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_generic_run,
};

/* ---- docker-registry --------------------------------------------------------------- */

#define DOCKER_KEY ".dockerconfigjson"

/* What docker login would keep in config.json. */
static void docker_login(struct invocation *inv, cJSON *data)
{
	const char *user = args_string(inv->args, "docker-username"), *password = args_string(inv->args, "docker-password"),
		   *email = args_string(inv->args, "docker-email");
	_cleanup_free_ char *pair = xasprintf("%s:%s", user, password);
	_cleanup_buf_ struct buf auth = BUF_INIT, text = BUF_INIT;
	_cleanup_json_ cJSON *config = json_parse_literal("{\"auths\":{}}");
	cJSON *login = json_parse_literal("{\"username\":\"%s\",\"password\":\"%s\"}", user, password);

	base64_encode(&auth, pair, strlen(pair));
	if (*email)
		json_set_string(login, "email", email);
	json_set_string(login, "auth", auth.data);
	json_set(json_get(config, "auths"), args_string(inv->args, "docker-server"), login);
	json_print(&text, config, JSON_COMPACT | JSON_ESCAPE_HTML);
	data_set(data, DOCKER_KEY, text.data, text.len);
}

static int docker_files(struct invocation *inv, cJSON *data, struct error *err)
{
	const struct vec *given = args_list(inv->args, "from-file");
	const struct sources s = {.add = data_add, .ctx = data};
	_cleanup_vec_ struct vec files = VEC_OF_STRINGS;

	for (size_t i = 0; i < given->len; i++) {
		const char *file = vec_string(given, i);

		vec_add(&files, strchr(file, '=') ? xstrdup(file) : xasprintf(DOCKER_KEY "=%s", file));
	}
	return sources_add_files(&s, &files, err);
}

static int create_docker_run(struct invocation *inv, struct error *err)
{
	_cleanup_json_ cJSON *data = json_new_object();
	bool files = args_list(inv->args, "from-file")->len;
	const char *name;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err))
		return -1;
	if (!files && (!*args_string(inv->args, "docker-username") || !*args_string(inv->args, "docker-password") ||
		       !*args_string(inv->args, "docker-server")))
		return error_set(err, ERROR_OTHER,
				 "either --from-file or the combination of --docker-username, --docker-password and "
				 "--docker-server is required");
	if (!files)
		docker_login(inv, data);
	else if (docker_files(inv, data, err))
		return -1;
	return secret_create(inv, name, "kubernetes.io/dockerconfigjson", TAKE_PTR(data), err);
}

static const struct command command_docker = {
	.name = "docker-registry",
	.summary = "Credentials for a registry of images",
	.description = "Creates what nodes log in to a registry with: name it in a Pod's or service account's imagePullSecrets.",
	.examples = "  # From name and password\n"
		    "  kubec create secret docker-registry pull --docker-server=registry.example.com --docker-username=ci "
		    "--docker-password=\"$PASSWORD\"\n\n"
		    "  # From a login that Docker keeps\n"
		    "  kubec create secret docker-registry pull --from-file=config.json",
	.usage = "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] "
		 "[--from-file=[key=]source] [--dry-run=server|client|none]",
	.options = docker_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_docker_run,
};

/* ---- tls ------------------------------------------------------------------------------ */

static int pem_read(const char *path, struct buf *ret, struct error *err)
{
	if (!file_read(path, SOURCE_LIMIT, ret, err))
		return 0;
	error_prefix(err, "Cannot read file %s, ", path);
	return -1;
}

/* Whether they belong together, in the words of crypto/tls. */
static int pair_check(const char *cert, const char *key, struct error *err)
{
	_cleanup_(tls_free_p) struct tls *tls = NULL;
	const struct dynload *lib;

	if (dynload_get(&lib, err))
		return -1;
	if (!tls_new(lib, &(struct tls_config){.cert_pem = cert, .key_pem = key, .insecure = true}, &tls, err))
		return 0;
	return error_wrap(err, "");
}

static int create_tls_run(struct invocation *inv, struct error *err)
{
	_cleanup_buf_ struct buf cert = BUF_INIT, key = BUF_INIT;
	const char *name;
	cJSON *data;

	if (generated_begin(inv, &name, err))
		return -1;
	if (!*args_string(inv->args, "key") || !*args_string(inv->args, "cert"))
		return error_set(err, ERROR_OTHER, "key and cert must be specified");
	if (pem_read(args_string(inv->args, "cert"), &cert, err) || pem_read(args_string(inv->args, "key"), &key, err) ||
	    pair_check(cert.data, key.data, err))
		return -1;
	data = json_new_object();
	data_set(data, "tls.crt", cert.data, cert.len);
	data_set(data, "tls.key", key.data, key.len);
	return secret_create(inv, name, "kubernetes.io/tls", data, err);
}

static const struct command command_tls = {
	.name = "tls",
	.summary = "A certificate and its key",
	.description = "Creates a Secret of a certificate and its private key, which must belong together.",
	.examples = "  # The certificate of a site\n"
		    "  kubec create secret tls site --cert=site.crt --key=site.key",
	.usage = "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
	.options = tls_options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_tls_run,
};

static const struct command *const subcommands[] = {&command_docker, &command_generic, &command_tls, NULL};

const struct command command_create_secret = {
	.name = "secret",
	.summary = "Create a secret of one of three kinds",
	.description = "Creates a Secret: docker-registry for pulling images, generic for anything, tls for a certificate.",
	.usage = "(docker-registry | generic | tls)",
	.subcommands = subcommands,
	.help_on_err = true,
};
