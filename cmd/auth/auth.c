#include "auth/auth.h"

int auth_review(struct invocation *inv, const struct resource *r, const cJSON *review, cJSON **ret, struct error *err)
{
	struct client *client;

	if (invocation_client(inv, &client, err))
		return -1;
	return client_create(client, r, NULL, review, NULL, ret, err);
}

static const struct command *const subcommands[] = {
	&command_auth_can_i,
	&command_auth_reconcile,
	&command_auth_whoami,
	NULL,
};

const struct command command_auth = {
	.name = "auth",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Ask who one is and what one may do",
	.description = "Asks the server who it takes the caller for and what the caller may do.",
	.examples = "  # May Deployments be created here?\n"
		    "  kubec auth can-i create deployments\n\n"
		    "  # Who am I?\n"
		    "  kubec auth whoami",
	.usage = "SUBCOMMAND",
	.help_on_err = true,
	.subcommands = subcommands,
};
