#include "create/create.h"

static const struct option options_own[] = {
	{"audience", .type = OPTION_ARRAY, .help = "Who the token is for; the API server without it; may be repeated."},
	{"duration", .type = OPTION_DURATION, .help = "How long it shall be valid; 0 leaves that to the server."},
	{"bound-object-kind", .type = OPTION_STRING, .help = "Kind of the object that the token ends with: Node, Pod or Secret.",
	 .complete = {COMPLETE_WORDS, "Node,Pod,Secret"}},
	{"bound-object-name", .type = OPTION_STRING, .help = "Name of that object."},
	{"bound-object-uid", .type = OPTION_STRING, .help = "UID of that object, if not that of the one there is."},
	{0},
};

static const struct option *const options[] = {options_own, options_print, NULL};

static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_NAMES, "serviceaccounts"}}, {0}};

#define NANOSECONDS 1000000000

static const struct resource accounts = {.group = "", .version = "v1", .name = "serviceaccounts",
					 .singular = "serviceaccount", .kind = "ServiceAccount", .namespaced = true};
/* Only for printing. */
static const struct resource requests = {.group = "authentication.k8s.io", .version = "v1", .name = "tokenrequests",
					 .singular = "tokenrequest", .kind = "TokenRequest", .namespaced = true};

static int bound_check(struct invocation *inv, struct error *err)
{
	static const char *const kinds[] = {"Node", "Pod", "Secret"};
	const char *kind = args_string(inv->args, "bound-object-kind"), *name = args_string(inv->args, "bound-object-name");

	if (!*kind) {
		if (*name)
			return error_set(err, ERROR_OTHER, "--bound-object-name can only be set if --bound-object-kind is provided");
		if (*args_string(inv->args, "bound-object-uid"))
			return error_set(err, ERROR_OTHER, "--bound-object-uid can only be set if --bound-object-kind is provided");
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i], kind) != 0)
			continue;
		if (*name)
			return 0;
		return error_set(err, ERROR_OTHER, "--bound-object-name is required if --bound-object-kind is provided");
	}
	return error_set(err, ERROR_OTHER, "supported --bound-object-kind values are Node, Pod, Secret");
}

static int token_check(struct invocation *inv, const char *name, struct error *err)
{
	const struct vec *audiences = args_list(inv->args, "audience");
	int64_t duration = args_duration(inv->args, "duration");

	if (!*name)
		return error_set(err, ERROR_OTHER, "service account name is required");
	if (duration < 0)
		return error_set(err, ERROR_OTHER, "--duration must be greater than or equal to 0");
	if (duration % NANOSECONDS)
		return error_set(err, ERROR_OTHER, "--duration cannot be expressed in units less than seconds");
	if (vec_has_string(audiences, ""))
		return error_set(err, ERROR_OTHER, "--audience must not be an empty string");
	return bound_check(inv, err);
}

static cJSON *token_request(struct invocation *inv)
{
	const struct vec *audiences = args_list(inv->args, "audience");
	const char *kind = args_string(inv->args, "bound-object-kind"), *uid = args_string(inv->args, "bound-object-uid");
	int64_t duration = args_duration(inv->args, "duration");
	cJSON *request = json_parse_literal("{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\","
					    "\"metadata\":{},\"spec\":{\"audiences\":null}}");
	cJSON *spec = json_get(request, "spec"), *bound;

	for (size_t i = 0; i < audiences->len; i++)
		json_append_string(json_ensure_array(spec, "audiences"), vec_string(audiences, i));
	if (duration)
		json_set_int(spec, "expirationSeconds", duration / NANOSECONDS);
	if (*kind) {
		bound = json_parse_literal("{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"name\":\"%s\"}", kind,
					   args_string(inv->args, "bound-object-name"));
		if (*uid)
			json_set_string(bound, "uid", uid);
		json_set(spec, "boundObjectRef", bound);
	}
	return request;
}

static int token_ask(struct invocation *inv, const char *name, cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *request = token_request(inv);
	_cleanup_buf_ struct buf path = BUF_INIT, body = BUF_INIT;
	struct client *client;
	const char *ns;
	bool given;

	if (invocation_namespace(inv, &ns, &given, err) || invocation_client(inv, &client, err))
		return -1;
	if (resource_check_path(ns, name, err))
		return -1;
	resource_path(&path, &accounts, ns, name, "token");
	json_print(&body, request, JSON_COMPACT);
	return client_call(client, &(struct client_request){.method = "POST", .path = path.data, .body = body.data}, ret, err);
}

static int create_token_run(struct invocation *inv, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_json_ cJSON *answer = NULL;
	struct client *client;
	const char *name, *token;

	if (single_name(inv, &name, err) || invocation_client(inv, &client, err) ||
	    invocation_printer(inv, "created", &printer, err) || token_check(inv, name, err))
		return -1;
	if (token_ask(inv, name, &answer, err))
		return error_wrap(err, "failed to create token: ");
	token = json_path_string(answer, "status", "token", NULL);
	if (str_empty(token))
		return error_set(err, ERROR_OTHER, "failed to create token: no token in server response");
	if (args_changed(inv->args, "output"))
		return invocation_print(inv, printer, &requests, answer, err);
	/* A script that reads it wants the token and nothing else. */
	fprintf(inv->out, "%s%s", token, inv->out_is_terminal ? "\n" : "");
	return 0;
}

const struct command command_create_token = {
	.name = "token",
	.summary = "Have a token made for a service account",
	.examples = "  # A token for the API server\n"
		    "  kubec create token deployer\n\n"
		    "  # Valid for ten minutes, for somebody else\n"
		    "  kubec create token deployer --duration=10m --audience=https://example.com\n\n"
		    "  # It ends with a Secret\n"
		    "  kubec create token deployer --bound-object-kind=Secret --bound-object-name=session",
	.usage = "SERVICE_ACCOUNT_NAME",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_token_run,
};
