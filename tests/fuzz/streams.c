#include "fuzz.h"
#include "kube/streams.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	int status;

	streams_status((const char *)data, size, &status, &err);
	return 0;
}
