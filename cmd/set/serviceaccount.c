#include "set/change.h"
#include "record.h"
#include "set/set.h"

static const struct option *const options[] = {
	options_set, options_filename, options_dry_run, options_print, options_concurrency, options_record, NULL,
};

static int set_account_change(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	/* what stands before it in a Pod's specification */
	static const char *const before[] = {
		"volumes", "initContainers", "containers", "ephemeralContainers", "restartPolicy", "terminationGracePeriodSeconds",
		"activeDeadlineSeconds", "dnsPolicy", "nodeSelector", NULL,
	};
	const char *name = ctx;

	if (set_need_pods(r, object, err))
		return -1;
	json_set_after(live_pod_spec(r, object), "serviceAccountName", *name ? json_new_string(name) : NULL, before);
	return 0;
}

static int set_account_run(struct invocation *inv, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	_cleanup_(set_change_release) struct set_change change = {
		.change = set_account_change,
		.operation = "serviceaccount updated",
		.patch_failure = "failed to patch ServiceAccountName ",
		.always = true,
	};
	struct vec words = *args_words(inv->args);

	if (set_change_begin(inv, &change, err) || set_check_local(&change, err))
		return -1;
	if (!words.len)
		return error_set(err, ERROR_OTHER, "serviceaccount is required");
	change.ctx = words.items[--words.len];
	if (set_change_find(inv, &change, &words, &targets, &errors, err))
		return -1;
	if (!errors.len && set_change_run(inv, &change, &targets, &errors, err))
		return -1;
	report_errors(inv, &errors);
	return 0;
}

const struct command command_set_serviceaccount = {
	.name = "serviceaccount",
	.aliases = "sa",
	.summary = "Set the service account of Pods",
	.description = "Sets the ServiceAccount that Pods run as, in Pods and in everything that has a Pod template.",
	.examples = "  # A Deployment's Pods run as builder\n"
		    "  kubec set serviceaccount deployment web builder",
	.usage = "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
	.options = options,
	.arguments = set_arguments,
	.keeps_order = true,
	.run = set_account_run,
};
