#include "config/config.h"

#include <sys/stat.h>

#include "base/file.h"
#include "cli/help.h"

static const struct option options_set_credentials[] = {
	{"auth-provider", .type = OPTION_STRING, .help = "Name of an authentication provider."},
	{"auth-provider-arg", .type = OPTION_ARRAY, .help = "key=value for the authentication provider; key- removes one. May be repeated."},
	{"client-certificate", .type = OPTION_STRING, .help = "File of the client certificate.", .complete = {COMPLETE_FILES, NULL}},
	{"client-key", .type = OPTION_STRING, .help = "File of the client certificate's private key.", .complete = {COMPLETE_FILES, NULL}},
	{"embed-certs", .type = OPTION_BOOL, .help = "Keeps the files' content in the kubeconfig instead of their names."},
	{"exec-api-version", .type = OPTION_STRING, .help = "Version of the interface that the credential plug-in speaks."},
	{"exec-arg", .type = OPTION_ARRAY, .help = "Argument of the credential plug-in; may be repeated."},
	{"exec-command", .type = OPTION_STRING, .help = "Program that hands out credentials."},
	{"exec-env", .type = OPTION_ARRAY, .help = "NAME=value for the credential plug-in; NAME- removes one. May be repeated."},
	{"exec-interactive-mode", .type = OPTION_STRING, .help = "Whether the credential plug-in may ask at the terminal: Never, IfAvailable, Always.",
	 .complete = {COMPLETE_WORDS, "Never,IfAvailable,Always"}},
	{"exec-provide-cluster-info", .type = OPTION_BOOL, .help = "Tells the credential plug-in about the cluster."},
	{"password", .type = OPTION_STRING, .help = "Password for basic authentication."},
	{"token", .type = OPTION_STRING, .help = "Bearer token."},
	{"username", .type = OPTION_STRING, .help = "User name for basic authentication."},
	{0},
};
static const struct option *const options[] = {options_set_credentials, NULL};
static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_USERS, NULL}}, {0}};

struct setting {
	const struct args *args;
	const char *name;
};

/* ---- checking ------------------------------------------------------------------ */

static int help_and_fail(struct invocation *inv, struct error *err, const char *what, const char *given)
{
	_cleanup_buf_ struct buf help = BUF_INIT;

	help_print(&help, inv->steps);
	fputs(help.data, inv->out);
	return error_set(err, ERROR_USAGE, "%s: %s", what, given);
}

/* Rows are key=value or key-. */
static int check_pairs(struct invocation *inv, const char *option, struct error *err)
{
	const struct vec *rows = args_list(inv->args, option);
	_cleanup_free_ char *what = xasprintf("invalid %s format", option);

	for (size_t i = 0; i < rows->len; i++) {
		const char *row = vec_string(rows, i), *equals = strchr(row, '=');

		if (!*row || equals == row || (!equals && (!str_ends(row, "-") || !row[1])))
			return help_and_fail(inv, err, what, row);
	}
	return 0;
}

static int check_embedded(const struct args *a, const char *option, struct error *err)
{
	const char *path = args_string(a, option);
	struct stat st;

	if (*path && stat(path, &st))
		return error_set(err, ERROR_USAGE, "could not stat %s file %s: stat %s: %s", option, path, path,
				 errno_text(errno));
	return 0;
}

static int check(const struct args *a, struct error *err)
{
	const char *mode = args_string(a, "exec-interactive-mode");

	if (*args_string(a, "token") && (*args_string(a, "username") || *args_string(a, "password")))
		return error_set(err, ERROR_USAGE,
				 "you cannot specify more than one authentication method at the same time: --token, --username/--password");
	if (args_bool(a, "embed-certs")) {
		if (!*args_string(a, "client-certificate") && !*args_string(a, "client-key"))
			return error_set(err, ERROR_USAGE, "you must specify a --client-certificate or --client-key to embed");
		if (check_embedded(a, "client-certificate", err) || check_embedded(a, "client-key", err))
			return -1;
	}
	if (args_changed(a, "exec-interactive-mode") && strcmp(mode, "Never") && strcmp(mode, "IfAvailable") &&
	    strcmp(mode, "Always"))
		return error_set(err, ERROR_USAGE, "invalid interactive mode type, can be only IfAvailable, Never, Always");
	return 0;
}

/* ---- changing ------------------------------------------------------------------- */

static int set_file(const struct args *a, cJSON *user, const char *key, struct error *err)
{
	const char *path = args_string(a, key);
	_cleanup_free_ char *absolute = *path ? config_absolute(path) : NULL;
	_cleanup_free_ char *data_key = xasprintf("%s-data", key);

	if (!args_changed(a, key))
		return 0;
	if (args_bool(a, "embed-certs") && *path)
		return config_embed(user, key, path, err);
	config_set_text(user, key, absolute);
	if (*path)
		json_remove(user, data_key);
	return 0;
}

/* A token and a password exclude each other: setting one forgets the other. */
static void set_secrets(const struct args *a, cJSON *user)
{
	static const char *const keys[] = {"token", "username", "password"};
	bool token = *args_string(a, "token");
	bool basic = *args_string(a, "username") || *args_string(a, "password");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (args_changed(a, keys[i]))
			config_set_text(user, keys[i], args_string(a, keys[i]));
	if (basic && !token)
		json_remove(user, "token");
	if (token && !basic) {
		json_remove(user, "username");
		json_remove(user, "password");
	}
}

/* "key=value" sets, "key-" removes. */
static void apply_pairs(const struct vec *rows, void (*put)(cJSON *to, const char *key, const char *value), cJSON *to)
{
	for (size_t i = 0; i < rows->len; i++) {
		const char *row = vec_string(rows, i), *equals = strchr(row, '=');
		_cleanup_free_ char *key = xstrndup(row, equals ? (size_t)(equals - row) : strlen(row) - 1);

		put(to, key, equals ? equals + 1 : NULL);
	}
}

static void put_env(cJSON *list, const char *key, const char *value)
{
	cJSON *row;

	cJSON_ArrayForEach(row, list) if (str_equal(json_string(row, "name"), key)) break;
	if (!value) {
		if (row)
			cJSON_Delete(cJSON_DetachItemViaPointer(list, row));
		return;
	}
	if (!row) {
		row = cJSON_CreateObject();
		json_set_string(row, "name", key);
		json_append(list, row);
	}
	json_set_string(row, "value", value);
}

static void set_provider(const struct args *a, cJSON *user)
{
	const char *name = args_string(a, "auth-provider");
	cJSON *provider = json_get(user, "auth-provider");

	if (args_changed(a, "auth-provider") && !str_equal(json_string(provider, "name"), name)) {
		provider = cJSON_CreateObject();
		json_set_string(provider, "name", name);
		json_set(user, "auth-provider", provider);
	}
	if (json_is_object(provider))
		apply_pairs(args_list(a, "auth-provider-arg"), json_set_string, json_ensure_object(provider, "config"));
}

static void set_exec_fields(const struct args *a, cJSON *exec)
{
	const struct vec *arguments_given = args_list(a, "exec-arg");

	if (args_changed(a, "exec-api-version"))
		config_set_text(exec, "apiVersion", args_string(a, "exec-api-version"));
	if (args_changed(a, "exec-interactive-mode"))
		json_set_string(exec, "interactiveMode", args_string(a, "exec-interactive-mode"));
	if (args_changed(a, "exec-provide-cluster-info"))
		json_set_bool(exec, "provideClusterInfo", args_bool(a, "exec-provide-cluster-info"));
	if (arguments_given->len)
		json_set(exec, "args", cJSON_CreateArray());
	for (size_t i = 0; i < arguments_given->len; i++)
		json_append_string(json_get(exec, "args"), vec_string(arguments_given, i));
	if (args_list(a, "exec-env")->len)
		apply_pairs(args_list(a, "exec-env"), put_env, json_ensure_array(exec, "env"));
}

static void set_exec(const struct args *a, cJSON *user)
{
	if (args_changed(a, "exec-command")) {
		cJSON *exec = json_ensure_object(user, "exec");

		/* the arguments were those of another program */
		json_remove(exec, "args");
		json_set_string(exec, "command", args_string(a, "exec-command"));
	}
	if (json_is_object(json_get(user, "exec")))
		set_exec_fields(a, json_get(user, "exec"));
}

static int edit(cJSON *tree, void *ctx, struct error *err)
{
	const struct setting *s = ctx;
	cJSON *user = config_ensure(tree, "users", s->name, NULL);

	if (set_file(s->args, user, "client-certificate", err) || set_file(s->args, user, "client-key", err))
		return -1;
	set_secrets(s->args, user);
	set_provider(s->args, user);
	set_exec(s->args, user);
	return 0;
}

static int run(struct invocation *inv, struct error *err)
{
	const struct vec *words = args_words(inv->args);
	_cleanup_buf_ struct buf given = BUF_INIT;
	struct setting s = {.args = inv->args};

	words_text(&given, words);
	if (words->len != 1)
		return help_and_fail(inv, err, "unexpected args", given.data);
	if (check_pairs(inv, "auth-provider-arg", err) || check_pairs(inv, "exec-env", err) || check(inv->args, err))
		return -1;
	s.name = vec_string(words, 0);
	if (config_edit(inv, edit, &s, err))
		return -1;
	fprintf(inv->out, "User \"%s\" set.\n", s.name);
	return 0;
}

const struct command command_config_set_credentials = {
	.name = "set-credentials",
	.summary = "Set a user of a kubeconfig file",
	.description = "Makes a user, or changes what the options name of one that is there. A user has a bearer token, or a name "
		       "and a password, or a client certificate with its key, or a program that hands out credentials.",
	.examples = "  # A client certificate, kept in the kubeconfig itself\n"
		    "  kubec config set-credentials admin --client-certificate=admin.crt --client-key=admin.key --embed-certs\n\n"
		    "  # A credential plug-in\n"
		    "  kubec config set-credentials admin --exec-command=plugin --exec-api-version=client.authentication.k8s.io/v1 "
		    "--exec-interactive-mode=Never",
	.usage = "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] "
		 "[--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] "
		 "[--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] "
		 "[--exec-arg=arg] [--exec-env=key=value]",
	.options = options,
	.arguments = arguments,
	.run = run,
};
