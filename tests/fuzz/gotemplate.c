#include "data/gotemplate.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_(gotemplate_free_p) struct gotemplate *template = NULL;
	_cleanup_buf_ struct buf out = {.data = buf_empty, .limit = 1 << 20};
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = fuzz_object();

	if (gotemplate_parse(text, &template, &err))
		return 0;
	gotemplate_run(template, object, size % 2, &out, &err);
	return 0;
}
