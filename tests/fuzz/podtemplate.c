#include "view/pod_template.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	_cleanup_buf_ struct buf out = BUF_INIT;

	if (!json_parse((const char *)data, size, NULL, &tree, &err))
		pod_template_describe(&out, tree);
	return 0;
}
