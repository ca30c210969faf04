#ifndef KUBEC_KUBE_FORWARD_H
#define KUBEC_KUBE_FORWARD_H

#include "kube/client.h"

/*
 * Ports of this machine that lead to ports of a Pod. Each connection has a WebSocket of its own (v4.channel.k8s.io: channel 0
 * carries data, channel 1 the words of an error, both begin with the port's number in two bytes; API servers pass it on to the
 * kubelet). That protocol cannot tell the Pod that the near side has ended only its sending: the connection is then kept until
 * nothing has come for FORWARD_PATIENCE.
 */
struct forward;

#define FORWARD_PATIENCE (2 * SECOND)

/* What to do with a connection that the server would not carry. */
enum forward_answer {
	FORWARD_DROP,  /* it is closed */
	FORWARD_AGAIN, /* it is tried once more (with another Pod: forward_set_pod()) */
	FORWARD_STOP,  /* forward_run() ends with the error */
};

struct forward_events {
	void (*connected)(void *ctx, unsigned local);
	/* The Pod's side reported something ("error forwarding port 80 to pod …: connection refused"). */
	void (*trouble)(void *ctx, unsigned local, unsigned remote, const char *text);
	/* No WebSocket came about; err says why, and may be changed. */
	enum forward_answer (*refused)(void *ctx, struct error *err);
	void *ctx;
};

/* c and ev are borrowed. */
struct forward *forward_new(struct client *c, const struct forward_events *ev);
void forward_free(struct forward *f); /* closes everything */
DEFINE_CLEANUP(struct forward *, forward_free);

/* The Pod of connections from now on; copied. */
void forward_set_pod(struct forward *f, const char *ns, const char *pod);

/*
 * Listens on an address ("127.0.0.1", "::1"). local 0 takes any free port; *ret_local is the port. Fails with ERROR_IO in Go's
 * words: "listen tcp4 127.0.0.1:80: bind: permission denied".
 */
int forward_listen(struct forward *f, const char *address, unsigned local, unsigned remote, unsigned *ret_local,
		   struct error *err);

/* Carries until Ctrl-C (success), or until refused() says stop. */
int forward_run(struct forward *f, struct error *err);

#endif
