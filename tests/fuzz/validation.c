#include "fuzz.h"
#include "kube/validation.h"

/* A line of models and a line with an object that should be the model M. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *newline = memchr(data, '\n', size);
	_cleanup_json_ cJSON *models = NULL, *object = NULL;
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_vec_ struct vec wrong = VEC_OF_STRINGS;

	if (!newline || json_parse(text, (size_t)(newline - text), NULL, &models, &err) ||
	    json_parse(newline + 1, size - (size_t)(newline + 1 - text), NULL, &object, &err))
		return 0;
	validation_check_model(models, "M", "M", object, &wrong);
	return 0;
}
