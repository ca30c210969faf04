#include "data/jsonpath.h"
#include "fuzz.h"

static int count_nodes(void *ctx, const struct vec *nodes, struct error *err)
{
	(void)err;
	*(size_t *)ctx += nodes->len;
	return *(size_t *)ctx > 100000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_(jsonpath_free_p) struct jsonpath *path = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = fuzz_object();
	_cleanup_free_ char *relaxed = NULL;
	size_t found = 0;

	jsonpath_relaxed(text, &relaxed, &err);
	if (jsonpath_parse(text, &path, &err))
		return 0;
	jsonpath_run(path, object, size % 2, count_nodes, &found, &err);
	return 0;
}
