#include "apply/review.h"
#include "each.h"

#include <unistd.h>

const struct option options_review[] = {
	{"diff", .type = OPTION_BOOL, .flags = OPTION_OWN,
	 .help = "Show first what would change, as diff does, and ask before it is done."},
	{"yes", .type = OPTION_BOOL, .flags = OPTION_OWN, .help = "With --diff: do not ask."},
	{0},
};

struct reviewed {
	struct preview_options options;
	struct vec previews; /* struct preview * */
	struct buf query;
};

static void reviewed_release(struct reviewed *r)
{
	prefetch_free(r->options.live);
	vec_release(&r->previews);
	buf_release(&r->query);
}

static bool asks(struct invocation *inv)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	const char *dry_run = "none";

	return args_bool(inv->args, "diff") && !args_bool(inv->args, "yes") &&
	       !invocation_dry_run(inv, &dry_run, &ignored) && !strcmp(dry_run, "none");
}

int review_check(struct invocation *inv, struct error *err)
{
	if (args_bool(inv->args, "diff") && args_bool(inv->args, "prune"))
		return error_set(err, ERROR_OTHER, "--diff cannot be used with --prune, which it does not show: see diff --prune");
	if (!asks(inv) || isatty(fileno(inv->in)))
		return 0;
	return error_set(err, ERROR_OTHER, "--diff asks before it applies, but standard input is not a terminal: --yes "
					   "applies without asking");
}

/* An object that cannot be tried before what it stands in is there (its namespace, its type) is shown as it was written. */
static int review_target(void *ctx, struct invocation *inv, struct target *t, struct error *err)
{
	struct reviewed *r = ctx;
	struct preview *p;

	if (!preview_target(&r->options, inv, t, &p, NULL, err)) {
		vec_add(&r->previews, p);
		return 0;
	}
	if (!error_is_reason(err, "NotFound") && !str_starts(err->message, "resource mapping not found"))
		return EACH_STOP;
	error_release(err);
	vec_add(&r->previews, preview_creation(&r->options, t));
	return 0;
}

static bool is_agreed(struct invocation *inv)
{
	char line[64];

	fflush(inv->out);
	fputs("Apply these changes? (y/N): ", inv->err);
	fflush(inv->err);
	if (!fgets(line, sizeof(line), inv->in))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return !strcmp(line, "y") || !strcmp(line, "Y") || !strcmp(line, "yes");
}

int review(struct invocation *inv, const struct vec *targets, const char *query, bool *ret_agreed, struct error *err)
{
	_cleanup_(reviewed_release) struct reviewed r = {.previews = VEC_OWNING(preview_free), .query = BUF_INIT};
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	int differs = 0;

	*ret_agreed = true;
	if (invocation_client(inv, &r.options.client, err))
		return -1;
	buf_printf(&r.query, "%s%s%s", query, *query ? "&" : "", strstr(query, "dryRun=All") ? "" : "dryRun=All");
	r.options.query = r.query.data;
	r.options.server_side = args_bool(inv->args, "server-side");
	r.options.live = prefetch_new(inv, r.options.client, targets);
	if (each_target(inv, targets, review_target, &r, &errors, err))
		return -1;
	if (errors.len) {
		*ret_agreed = false;
		report_errors(inv, &errors);
		return 0;
	}
	if (previews_show(inv, &r.previews, &differs, err))
		return -1;
	if (!differs || !asks(inv) || is_agreed(inv))
		return 0;
	*ret_agreed = false;
	fputs("Nothing was applied.\n", inv->err);
	inv->exit_status = 1;
	return 0;
}
