#ifndef KUBEC_NET_WEBSOCKET_H
#define KUBEC_NET_WEBSOCKET_H

#include "net/http.h"

/*
 * A WebSocket (RFC 6455) to the server of a struct http: the same trust, identity, credentials, proxy and trace as its
 * requests, on a connection of its own. libcurl connects, wslay (loaded when it is first needed) reads and writes
 * frames. Nothing here waits but websocket_connect(): whoever owns one polls its descriptor and calls websocket_run().
 */
struct websocket;

enum websocket_state {
	WEBSOCKET_CONNECTING, /* has no descriptor yet that could be polled: run it every few milliseconds */
	WEBSOCKET_UPGRADING,  /* the request is sent, the answer awaited */
	WEBSOCKET_OPEN,
	WEBSOCKET_REFUSED,    /* the server answered with something else: websocket_answer() */
	WEBSOCKET_CLOSED,     /* websocket_close_code() says how */
};

struct websocket_request {
	const char *path;                 /* path and query below the server */
	const char *const *headers;       /* further "Name: value", NULL-ended, or NULL */
	const char *protocols;            /* offered, in the order of preference: "a, b" */
	/*
	 * Takes the data of binary messages as they arrive, a piece at a time: memory does not grow with a message. first: the
	 * piece begins a message. Must not free the websocket. Pieces are never empty.
	 */
	void (*on_data)(void *ctx, bool first, const char *data, size_t len);
	void *ctx;
};

/*
 * Begins to connect. Fails with ERROR_OTHER where wslay is not installed, and as http_perform() does without an answer.
 * rq's texts are copied.
 */
int websocket_start(struct http *h, const struct websocket_request *rq, struct websocket **ret, struct error *err);
void websocket_free(struct websocket *ws); /* without a word to the server */
DEFINE_CLEANUP(struct websocket *, websocket_free);

/*
 * Does what can be done without waiting: connects, upgrades, takes in, sends, answers pings, sends its own. Fails when no
 * connection comes about (as http_perform()); what happens to an open one is told by the state and the close code.
 */
int websocket_run(struct websocket *ws, struct error *err);

/* The same until it is open, refused or closed. ERROR_CANCELLED after Ctrl-C. */
int websocket_connect(struct websocket *ws, struct error *err);

enum websocket_state websocket_state(const struct websocket *ws);
const char *websocket_protocol(const struct websocket *ws);               /* what the server chose; "" for none */
const struct http_response *websocket_answer(const struct websocket *ws); /* of a refusal */

/*
 * What to poll() for; -1 while there is none. *ret_events may be 0: then only a timer matters. *ret_timeout is lowered
 * to the milliseconds after which websocket_run() must be called in any case (-1: none was set before).
 */
int websocket_poll(const struct websocket *ws, short *ret_events, int *ret_timeout);

/* Queues one binary message, made of two parts (either may be empty). Nothing happens once the peer is gone. */
void websocket_send(struct websocket *ws, const void *head, size_t head_len, const void *data, size_t len);

/* Bytes that are queued and not taken by the network: who sends stops for a while when they are many. */
size_t websocket_queued(const struct websocket *ws);

/* Takes in no more (the server is slowed down by TCP), or goes on. */
void websocket_pause(struct websocket *ws, bool pause);

/* Queues a close frame. */
void websocket_close(struct websocket *ws, unsigned code);

/* The code of the peer's close frame; 1005 for one without, 1006 when the connection went away without one. */
unsigned websocket_close_code(const struct websocket *ws);

/*
 * How a connection ended, as Go's programs word it: "websocket: close 1006 (abnormal closure): unexpected EOF".
 * Appended to out.
 */
void websocket_close_words(const struct websocket *ws, struct buf *out);

#endif
