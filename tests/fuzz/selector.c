#include "data/selector.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	_cleanup_(selector_free_p) struct selector *selector = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *object = fuzz_object(), *labels = NULL, *tree = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (!selector_parse(text, &selector, &err))
		selector_matches(selector, json_path(object, "metadata", "labels", NULL));
	labels_parse(text, &labels, &err);
	if (!json_parse(text, strlen(text), NULL, &tree, &err))
		selector_from_object(tree, &out, &err);
	return 0;
}
