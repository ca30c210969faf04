#include "get/get.h"

static int check(struct invocation *inv, const char *raw, struct error *err)
{
	const struct args *a = inv->args;

	if (args_words(a)->len)
		return error_set(err, ERROR_USAGE, "arguments may not be passed when --raw is specified");
	if (args_bool(a, "watch") || args_bool(a, "watch-only") || *args_string(a, "selector"))
		return error_set(err, ERROR_USAGE,
				 "--raw may not be specified with other flags that filter the server request or alter the output");
	if (*args_string(a, "output"))
		return error_set(err, ERROR_USAGE, "--raw and --output are mutually exclusive");
	if (*raw != '/' && !strstr(raw, "://"))
		return error_set(err, ERROR_USAGE,
				 "--raw must be a valid URL path: parse \"%s\": invalid URI for request", raw);
	return 0;
}

/* Of a whole URL only the path and query count: the server is the kubeconfig's. */
static const char *path_of(const char *raw)
{
	const char *scheme = *raw == '/' ? NULL : strstr(raw, "://");
	const char *path = scheme ? strchr(scheme + 3, '/') : raw;

	return path ? path : "/";
}

static int write_data(void *ctx, const char *data, size_t len)
{
	struct invocation *inv = ctx;

	return fwrite(data, 1, len, inv->out) != len || fflush(inv->out);
}

int get_raw(struct invocation *inv, const char *raw, struct error *err)
{
	_cleanup_http_response_ struct http_response response = HTTP_RESPONSE_INIT;
	struct client_request rq = {
		.method = "GET",
		.path = path_of(raw),
		.accept = "application/json, */*",
		.absolute = true,
		.on_data = write_data,
		.ctx = inv,
	};
	struct client *client;

	if (check(inv, raw, err) || invocation_client(inv, &client, err))
		return -1;
	return client_call_raw(client, &rq, &response, err);
}
