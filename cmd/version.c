#include <sys/utsname.h>

#include "cmd.h"
#include "data/yaml.h"

#ifndef KUBEC_COMMIT
#define KUBEC_COMMIT "unknown"
#endif
#ifndef KUBEC_BUILD_DATE
#define KUBEC_BUILD_DATE "1970-01-01T00:00:00Z"
#endif

/* kustomize's language that -k of this kubectl version speaks. */
#define KUSTOMIZE_VERSION "v5.8.1"

/* The fields of a version document, in the order that kubectl prints them. */
static const char *const version_fields[] = {
	"major",        "minor",     "emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor",
	"gitVersion",   "gitCommit", "gitTreeState",   "buildDate",      "goVersion",             "compiler",
	"platform",
};

/* Go's name of the machine. */
static const char *machine(void)
{
	static const char *const names[][2] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"i686", "386"},
					       {"armv7l", "arm"},   {"riscv64", "riscv64"}};
	static struct utsname system;

	if (uname(&system) < 0)
		return "unknown";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(system.machine, names[i][0]))
			return names[i][1];
	return system.machine;
}

static cJSON *client_version(void)
{
	_cleanup_free_ char *platform = xasprintf("linux/%s", machine());
	cJSON *v = cJSON_CreateObject();

	json_set_string(v, "major", KUBECTL_MAJOR);
	json_set_string(v, "minor", KUBECTL_MINOR);
	json_set_string(v, "gitVersion", KUBECTL_VERSION);
	json_set_string(v, "gitCommit", KUBEC_COMMIT);
	json_set_string(v, "gitTreeState", "clean");
	json_set_string(v, "buildDate", KUBEC_BUILD_DATE);
	json_set_string(v, "goVersion", "none");
	json_set_string(v, "compiler", __VERSION__);
	json_set_string(v, "platform", platform);
	return v;
}

/* The known fields of what the server says, in kubectl's order; those that an old server does not have stay out. */
static cJSON *server_version(const cJSON *answer)
{
	cJSON *v = cJSON_CreateObject();

	for (size_t i = 0; i < ARRAY_SIZE(version_fields); i++)
		json_set_string(v, version_fields[i], json_string(answer, version_fields[i]));
	return v;
}

static int ask_server(struct client *client, cJSON **ret, struct error *err)
{
	struct client_request rq = {.method = "GET", .path = "/version"};
	_cleanup_json_ cJSON *answer = NULL;

	if (client_call(client, &rq, &answer, err) < 0)
		return -1;
	*ret = server_version(answer);
	return 0;
}

static void print_text(struct invocation *inv, const cJSON *versions)
{
	const char *server = json_path_string(versions, "serverVersion", "gitVersion", NULL);

	fprintf(inv->out, "Client Version: %s\n", json_path_string(versions, "clientVersion", "gitVersion", NULL));
	fprintf(inv->out, "Kustomize Version: %s\n", json_string(versions, "kustomizeVersion"));
	if (server)
		fprintf(inv->out, "Server Version: %s\n", server);
}

static void print_tree(struct invocation *inv, const cJSON *versions, bool yaml)
{
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (yaml)
		yaml_print(&out, versions);
	else
		json_print(&out, versions, JSON_INDENT2 | JSON_ESCAPE_HTML);
	buf_putc(&out, '\n');
	fputs(out.data, inv->out);
}

/* A client one minor version away from its server is supported, more is not. */
static int check_skew(struct invocation *inv, const char *server, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	int client_major, client_minor, major, minor;

	sscanf(KUBECTL_VERSION, "v%d.%d", &client_major, &client_minor);
	if (!server || sscanf(server + (*server == 'v'), "%d.%d.", &major, &minor) != 2)
		return error_set(err, ERROR_OTHER, "server version error: could not parse \"%s\" as version", server ? server : "");
	if (major == client_major && abs(minor - client_minor) <= 1)
		return 0;
	text = xasprintf("version difference between client (%d.%d) and server (%d.%d) exceeds the supported minor version skew of +/-1",
			 client_major, client_minor, major, minor);
	if (args_bool(inv->args, "warnings-as-errors"))
		return error_set(err, ERROR_OTHER, "%s", text);
	inv->warning(inv, text);
	return 0;
}

static int version_run(struct invocation *inv, struct error *err)
{
	const char *output = args_string(inv->args, "output");
	const struct vec *words = args_words(inv->args);
	_cleanup_json_ cJSON *versions = cJSON_CreateObject();
	bool only_client = args_bool(inv->args, "client");
	struct client *client = NULL;
	cJSON *server = NULL;
	int r = 0;

	if (words->len && !only_client) {
		_cleanup_buf_ struct buf list = BUF_INIT;

		words_text(&list, words);
		return error_set(err, ERROR_USAGE, "extra arguments: %s", list.data);
	}
	if (*output && !str_equal(output, "json") && !str_equal(output, "yaml"))
		return error_set(err, ERROR_USAGE, "--output must be 'yaml' or 'json'");
	if (!only_client && invocation_client(inv, &client, err) < 0)
		return -1;
	json_set(versions, "clientVersion", client_version());
	json_set_string(versions, "kustomizeVersion", KUSTOMIZE_VERSION);
	/* A server that does not answer does not hide the client's version. */
	if (client)
		r = ask_server(client, &server, err);
	if (server)
		json_set(versions, "serverVersion", server);
	if (*output)
		print_tree(inv, versions, str_equal(output, "yaml"));
	else
		print_text(inv, versions);
	if (server)
		return check_skew(inv, json_string(server, "gitVersion"), err);
	return r;
}

static const struct option version_options[] = {
	{.name = "client", .type = OPTION_BOOL, .help = "Shows the client's version alone; no server is asked."},
	{.name = "output", .shorthand = 'o', .complete = {COMPLETE_WORDS, "json,yaml"}, .help = "yaml or json."},
	{0},
};

const struct command command_version = {
	.name = "version",
	.group = GROUP_OTHER,
	.summary = "Shows the versions of client and server",
	.description = "Shows the version of the client and of the server in the current context.\n\n"
		       "The client's version is that of the kubectl it is compatible with, so that scripts that compare it work; "
		       "what follows the plus sign is kubec's own. The Kustomize version is the one of that kubectl.",
	.examples = "  # Versions of client and server\n  kubec version\n\n"
		    "  # The client's alone, for a script\n  kubec version --client -o json",
	.options = (const struct option *const[]){version_options, NULL},
	.run = version_run,
};
