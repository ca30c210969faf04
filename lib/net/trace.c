#include "net/http_internal.h"

void trace_request(const struct transfer *t)
{
	(void)t;
}

void trace_response(const struct transfer *t)
{
	(void)t;
}

void trace_failure(const struct transfer *t)
{
	(void)t;
}
