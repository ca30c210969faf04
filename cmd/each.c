#include "each.h"

const struct option options_concurrency[] = {
	{"concurrency", .type = OPTION_INT, .fallback = "50", .flags = OPTION_OWN,
	 .help = "How many objects are worked on at a time."},
	{0},
};

int each_target(struct invocation *inv, const struct vec *targets, each_fn *work, void *ctx, struct vec *errors,
		struct error *err)
{
	for (size_t i = 0; i < targets->len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;
		int outcome = work(ctx, inv, targets->items[i], &failed);

		if (!outcome)
			continue;
		if (failed.class == ERROR_CANCELLED) {
			error_move(err, &failed);
			return -1;
		}
		vec_add(errors, error_take(&failed));
		if (outcome == EACH_STOP)
			break;
	}
	return 0;
}
