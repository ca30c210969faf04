#include "create/create.h"

#include "data/selector.h"

static const struct option options_own[] = {
	{"min-available", .type = OPTION_STRING, OPTION_ARG("NUMBER|PERCENT"), .help = "How many Pods must stay available."},
	{"max-unavailable", .type = OPTION_STRING, OPTION_ARG("NUMBER|PERCENT"), .help = "How many Pods may be unavailable."},
	{"selector", .type = OPTION_STRING, .help = "Labels of the Pods that the budget is for."},
	{0},
};

static const struct option *const options[] = {
	options_own, options_create, options_dry_run, options_validate, options_print, NULL,
};

static const struct argument arguments[] = {{.name = "NAME"}, {0}};

/* 10 or 50%. */
static bool is_amount(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && (!text[digits] || !strcmp(text + digits, "%"));
}

static int budget_check(const char *selector, const char *least, const char *most, struct error *err)
{
	if (!*selector)
		return error_set(err, ERROR_OTHER, "a selector must be specified");
	if (!*least && !*most)
		return error_set(err, ERROR_OTHER, "one of min-available or max-unavailable must be specified");
	if (*least && *most)
		return error_set(err, ERROR_OTHER, "min-available and max-unavailable cannot be both specified");
	if (*least && !is_amount(least))
		return error_set(err, ERROR_OTHER, "invalid format specified for min-available");
	if (*most && !is_amount(most))
		return error_set(err, ERROR_OTHER, "invalid format specified for max-unavailable");
	return 0;
}

static int budget_selector(const char *text, cJSON **ret, struct error *err)
{
	_cleanup_(selector_free_p) struct selector *selector = NULL;

	if (selector_parse(text, &selector, err)) {
		error_prefix(err, "couldn't parse the selector string \"%s\": ", text);
		return -1;
	}
	return selector_to_object(selector, ret, err);
}

/* A number where the text is one, as intstr reads it. */
static void set_amount(cJSON *spec, const char *key, const char *text)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (*end || errno)
		json_set_string(spec, key, text);
	else
		json_set_int(spec, key, (int32_t)number);
}

static int create_budget_run(struct invocation *inv, struct error *err)
{
	const char *name, *text = args_string(inv->args, "selector"), *least = args_string(inv->args, "min-available"),
			  *most = args_string(inv->args, "max-unavailable");
	cJSON *object, *spec, *selector = NULL;

	if (generated_begin(inv, &name, err) || generated_name_given(name, err) ||
	    budget_check(text, least, most, err) || budget_selector(text, &selector, err))
		return -1;
	if (generated_new(inv, "policy/v1", "PodDisruptionBudget", name, true, &object, err)) {
		cJSON_Delete(selector);
		return -1;
	}
	spec = json_ensure_object(object, "spec");
	if (*least)
		set_amount(spec, "minAvailable", least);
	json_set(spec, "selector", selector);
	if (*most)
		set_amount(spec, "maxUnavailable", most);
	json_set(object, "status",
		 json_parse_literal("{\"disruptionsAllowed\":0,\"currentHealthy\":0,\"desiredHealthy\":0,\"expectedPods\":0}"));
	return create_generated(inv, object, "failed to create poddisruptionbudgets: ", err);
}

const struct command command_create_poddisruptionbudget = {
	.name = "poddisruptionbudget",
	.aliases = "pdb",
	.summary = "Limit how many Pods may be evicted at a time",
	.examples = "  # Keep at least one Pod of the database\n"
		    "  kubec create poddisruptionbudget db --selector=app=db --min-available=1\n\n"
		    "  # Half of the web servers may go\n"
		    "  kubec create pdb web --selector=app=web --max-unavailable=50%",
	.usage = "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
	.options = options,
	.arguments = arguments,
	.keeps_order = true,
	.run = create_budget_run,
};
