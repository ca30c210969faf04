#ifndef KUBEC_NET_TRACE_H
#define KUBEC_NET_TRACE_H

#include "base/base.h"

/*
 * What -v=6..9 shows. The library calls write with one finished line or
 * block; whoever opens the client gives it (lib/ itself prints nothing).
 * Tokens, keys and Authorization values are masked before write sees them,
 * and so are "data" and "stringData" of Secrets in bodies.
 */
struct http_trace {
	int level; /* 6: requests and timings; 7: + request headers; 8: + response headers and cut bodies; 9: whole bodies, curl command */
	void (*write)(void *ctx, const char *text);
	void *ctx;
};

#endif
