#include "fuzz.h"
#include "kube/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_vec_ struct vec objects = VEC_OWNING(manifest_object_free), errors = VEC_OWNING(error_free);

	manifest_parse((const char *)data, size, "input.yaml", &(struct manifest_options){.validate = size % 2}, &objects, &errors);
	for (size_t i = 0; i < objects.len; i++)
		PROMISE(((struct manifest_object *)objects.items[i])->object);
	return 0;
}
