#include "cmd.h"

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
		return error_prefix(err, "couldn't get available api versions from server: ");
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
