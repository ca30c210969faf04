#include "create/create.h"

static const struct option *const options[] = {
	options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

static int create_serviceaccount_run(struct invocation *inv, struct error *err)
{
	const char *name;
	cJSON *object;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err) ||
	    generated_new(inv, "v1", "ServiceAccount", name, true, &object, err))
		return -1;
	return create_generated(inv, object, "failed to create serviceaccount: ", err);
}

const struct command command_create_serviceaccount = {
	.name = "serviceaccount",
	.aliases = "sa",
	.summary = "Create an identity for Pods",
	.examples = "  # An identity for the deploy job\n"
		    "  kubec create serviceaccount deployer",
	.usage = "NAME [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_serviceaccount_run,
};
