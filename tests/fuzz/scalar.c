#include "base/quantity.h"
#include "base/timeutil.h"
#include "fuzz.h"

/* What a duration or a quantity prints reads as the same value. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_error_ struct error err = ERROR_INIT;
	struct quantity quantity, again;
	int64_t value, same;

	if (!duration_parse(text, &value, &err)) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		duration_format(&out, value);
		PROMISE(!duration_parse(out.data, &same, &err) && same == value);
		duration_format_human(&out, value);
	}
	if (!timestamp_parse(text, &value, &err)) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		timestamp_format(&out, value);
	}
	if (!quantity_parse(text, &quantity, &err)) {
		_cleanup_buf_ struct buf out = BUF_INIT;

		quantity_format(&out, &quantity);
		PROMISE(!quantity_parse(out.data, &again, &err) && !quantity_compare(&quantity, &again));
	}
	return 0;
}
