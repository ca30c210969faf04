#ifndef KUBEC_KUBE_STREAMS_H
#define KUBEC_KUBE_STREAMS_H

#include <signal.h>

#include "kube/client.h"

/*
 * The streams of a process in a container: exec and attach. One WebSocket carries them; the first byte of a message is
 * its channel (k8s.io/apimachinery/pkg/util/remotecommand, k8s.io/cri-streaming).
 */

/* Offered to servers: the end of standard input can be told since v5 (servers 1.30 and newer). */
#define STREAMS_PROTOCOLS "v5.channel.k8s.io, v4.channel.k8s.io"

enum stream_channel {
	STREAM_STDIN = 0,
	STREAM_STDOUT = 1,
	STREAM_STDERR = 2,
	STREAM_ERROR = 3,  /* the Status at the end */
	STREAM_RESIZE = 4, /* {"Width": …, "Height": …} */
	STREAM_CLOSE = 255, /* followed by the channel that ends */
};

struct stream_size {
	unsigned columns, rows;
};

struct streams {
	const char *path;    /* of the subresource, with its query */
	int in, out, err;    /* descriptors; -1: none */
	/* Which signals stay blocked while nothing happens, when that is not what is blocked anyway: handlers run in no other moment. */
	const sigset_t *wait_mask;
	/* Asked before each wait: true when there is a size of the terminal to tell, once for each. NULL: never. */
	bool (*resized)(void *ctx, struct stream_size *ret);
	/* What comes from in passes through here on its way to out; true: this was the end. NULL: all of it goes. */
	bool (*typed)(void *ctx, const char *data, size_t len, struct buf *out);
	/* The end of in cannot be told to this server. NULL: nobody is told. */
	void (*endless)(void *ctx);
	void *ctx;
	bool *ends_input;  /* becomes whether the server can be told the end of in; NULL: nobody asks */
	size_t *out_count; /* what was written to out is added here; NULL: nobody counts */
};

/*
 * Connects, and carries bytes until the process has ended and everything it wrote is written. *ret_status is its exit
 * status. Memory stays bounded however slow either side is. ERROR_API when the server refuses, ERROR_OTHER in kubectl's
 * words when the process could not be run or the connection broke, ERROR_IO when out or err cannot be written.
 */
int streams_run(struct client *c, const struct streams *s, int *ret_status, struct error *err);

/*
 * What the Status on STREAM_ERROR says: *ret_status is an exit status. Fails with ERROR_OTHER in client-go's words. Empty
 * text is success.
 */
int streams_status(const char *text, size_t len, int *ret_status, struct error *err);

#endif
