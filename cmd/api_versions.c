#include "cmd.h"

/* kubectl has taken a failure for text before it words it, and so shows it as Go's client made it. */
static int discovery_failed(struct invocation *inv, struct error *err)
{
	static const char connect[] = "Unable to connect to the server: ", refused[] = "The connection to the server ";
	static const char prefix[] = "couldn't get available api versions from server";
	_cleanup_free_ char *message = TAKE_PTR(err->message);
	const char *server = inv->server.server, *host = strstr(server, "://");

	if (err->class == ERROR_CANCELLED)
		return error_set(err, ERROR_CANCELLED, "%s", message);
	if (str_starts(message, refused) && host)
		return error_set(err, ERROR_OTHER,
				 "%s: Get \"%s/api?timeout=32s\": dial tcp %s: connect: connection refused", prefix,
				 server, host + 3);
	if (str_starts(message, connect))
		return error_set(err, ERROR_OTHER, "%s: Get \"%s/api?timeout=32s\": %s", prefix, server,
				 message + strlen(connect));
	return error_set(err, ERROR_OTHER, "%s: %s", prefix, message);
}

static int api_versions_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec versions = VEC_OF_STRINGS;
	struct mapper *mapper;

	if (args_words(inv->args)->len) {
		_cleanup_buf_ struct buf words = BUF_INIT;

		words_text(&words, args_words(inv->args));
		return usage_error(inv, err, "unexpected arguments: %s", words.data);
	}
	if (invocation_mapper(inv, &mapper, err))
		return -1;
	if (mapper_group_versions(mapper, true, &versions, err))
		return discovery_failed(inv, err);
	vec_sort(&versions, vec_compare_strings);
	for (size_t i = 0; i < versions.len; i++)
		fprintf(inv->out, "%s\n", vec_string(&versions, i));
	return 0;
}

const struct command command_api_versions = {
	.name = "api-versions",
	.group = GROUP_OTHER,
	.summary = "Lists the API versions that the server serves, as group/version",
	.description = "Lists the API versions that the server serves, one group/version in a line.",
	.examples = "  # All API versions\n  kubec api-versions",
	.run = api_versions_run,
};
