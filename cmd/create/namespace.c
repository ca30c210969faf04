#include "create/create.h"

static const struct option *const options[] = {
	options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int create_namespace_run(struct invocation *inv, struct error *err)
{
	const char *name;

	if (single_name(inv, &name, err))
		return -1;
	if (!*name)
		return error_set(err, ERROR_OTHER, "name must be specified");
	return create_generated(inv,
				json_parse_literal("{\"kind\":\"Namespace\",\"apiVersion\":\"v1\","
						   "\"metadata\":{\"name\":\"%s\"},\"spec\":{},\"status\":{}}",
						   name),
				NULL, err);
}

const struct command command_create_namespace = {
	.name = "namespace",
	.aliases = "ns",
	.summary = "Create a namespace",
	.examples = "  # A namespace for the team's tests\n"
		    "  kubec create namespace team-tests",
	.usage = "NAME [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_namespace_run,
};
