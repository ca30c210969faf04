#ifndef KUBEC_NET_WEBSOCKET_INTERNAL_H
#define KUBEC_NET_WEBSOCKET_INTERNAL_H

#include <wslay/wslay.h>

#include "net/http_internal.h"
#include "net/websocket.h"

/* What websocket.c (frames) and websocket_open.c (the way there) share. */

#define WSLAY_FUNCTIONS(X)                           \
	X(wslay_event_context_client_init)           \
	X(wslay_event_context_free)                  \
	X(wslay_event_config_set_no_buffering)       \
	X(wslay_event_recv)                          \
	X(wslay_event_send)                          \
	X(wslay_event_queue_msg)                     \
	X(wslay_event_queue_close)                   \
	X(wslay_event_want_write)                    \
	X(wslay_event_get_close_received)            \
	X(wslay_event_get_read_enabled)              \
	X(wslay_event_get_queued_msg_length)         \
	X(wslay_event_get_status_code_received)      \
	X(wslay_event_set_error)

struct wslay {
#define X(name) __typeof__(name) *name;
	WSLAY_FUNCTIONS(X)
#undef X
};

#define WEBSOCKET_OUT_SIZE ((size_t)65536)
#define WEBSOCKET_REASON_MAX 123 /* of a close frame's 125 bytes */

struct websocket {
	struct http *http;
	const struct wslay *wslay;
	struct transfer *transfer; /* the request, and the connection below it */
	CURLM *multi;              /* this connection's alone: nobody else may prune or use it */
	struct vec headers;        /* strings */
	char *path, *protocols, *protocol;
	char key[32];              /* Sec-WebSocket-Key */
	void (*on_data)(void *ctx, bool first, const char *data, size_t len);
	void *ctx;
	enum websocket_state state;
	int fd;
	/* the answer to the upgrade, and what came behind it already */
	struct buf in;
	size_t in_used;
	size_t body_at;            /* where the body of a refusal begins */
	/* bytes on their way; a blocked TLS write must be repeated from the same address */
	char *out;
	size_t out_start, out_end;
	bool write_blocked;
	/* frames */
	wslay_event_context_ptr frames;
	bool data_frame, message_start, other_frame;
	bool paused, drained;
	size_t budget;             /* bytes that one call may still take in */
	bool lost;                 /* the connection went away */
	char lost_words[64];
	unsigned close_code;
	char reason[WEBSOCKET_REASON_MAX + 1];
	size_t reason_len;
	bool close_frame;
	int64_t heard, next_ping;  /* time_monotonic() */
};

/* websocket_open.c: a step on the way to WEBSOCKET_OPEN or WEBSOCKET_REFUSED. */
int websocket_open_step(struct websocket *ws, struct error *err);

/* websocket.c */
void websocket_opened(struct websocket *ws);
int websocket_flush(struct websocket *ws); /* -1: the connection is lost */
ssize_t websocket_read(struct websocket *ws, void *to, size_t n); /* bytes, 0 when there are none now, -1 at the end */

#endif
