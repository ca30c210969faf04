#include "each.h"
#include "rollout/rollout.h"

#include <time.h>

static const struct option options_restart[] = {
	OPTION_FIELD_MANAGER("kubectl-rollout"),
	{0},
};

static const struct option *const options[] = {options_restart, options_filename, options_selector, options_print,
					      options_concurrency, NULL};

/* The local time as RFC 3339 with its offset, which is what kubectl writes. */
static void put_local_time(struct buf *out)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32], offset[8];

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(offset, sizeof(offset), "%z", &tm);
	buf_puts(out, text);
	if (tm.tm_gmtoff == 0)
		buf_putc(out, 'Z');
	else
		buf_printf(out, "%.3s:%s", offset, offset + 3);
}

static int restart_object(void *ctx, const struct resource *r, cJSON *object, struct error *err)
{
	_cleanup_buf_ struct buf now = BUF_INIT;
	cJSON *spec = json_ensure_object(object, "spec");

	(void)ctx;
	if (!rollout_supported(r))
		return error_set(err, ERROR_OTHER, "restarting is not supported");
	if (json_bool(spec, "paused", false))
		return error_set(err, ERROR_OTHER, "can't restart paused deployment (run rollout resume first)");
	put_local_time(&now);
	json_set_string(json_ensure_object(json_ensure_object(json_ensure_object(spec, "template"), "metadata"),
					   "annotations"),
			"kubectl.kubernetes.io/restartedAt", now.data);
	return 0;
}

static int restart_run(struct invocation *inv, struct error *err)
{
	return rollout_change(inv, restart_object, "restarted",
			      "if restart has already been triggered within the past second, please wait before "
			      "attempting to trigger another",
			      err);
}

const struct command command_rollout_restart = {
	.name = "restart",
	.summary = "Replace all Pods, step by step",
	.description = "Replaces the Pods of a Deployment, DaemonSet or StatefulSet by new ones, as a rollout does.",
	.examples = "  # New Pods for one Deployment, and for all of an application\n"
		    "  kubec rollout restart deployment/web\n"
		    "  kubec rollout restart deployment -l app=web",
	.usage = "RESOURCE",
	.options = options,
	.arguments = rollout_arguments,
	.keeps_order = true,
	.run = restart_run,
};
