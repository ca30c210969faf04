#include "kube/forward.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"
#include "kube/pods.h"

#define PROTOCOL "v4.channel.k8s.io"
#define PIECE ((size_t)32 << 10)
#define QUEUE_LIMIT ((size_t)128 << 10) /* of what goes to the Pod: beyond, the near side is not read */
#define HELD_LIMIT ((size_t)256 << 10)  /* of what comes from it: beyond, the server is slowed down */
#define TROUBLE_LIMIT ((size_t)64 << 10)
#define IDLE_POLL 250                   /* milliseconds: how late Ctrl-C may be seen */
#define ACCEPT_PAUSE (100 * MILLISECOND) /* when there are no descriptors left */
#define PORT_BYTES 2

enum { CHANNEL_DATA, CHANNEL_ERROR };

struct listener {
	int fd;
	unsigned local, remote;
};

/* One connection. */
struct link {
	struct forward *forward;
	int fd;              /* -1 once the near side is gone */
	struct websocket *ws;
	unsigned local, remote;
	struct buf held;     /* for the near side */
	size_t written;      /* of held */
	unsigned channel;    /* of the message that is being received */
	size_t skip[2];      /* bytes of the port's number still to come on each channel */
	struct buf trouble;
	bool near_ended;     /* the near side sends no more */
	bool again;          /* it was tried a second time */
	int64_t heard;       /* when something came from the Pod, or the near side ended */
};

struct forward {
	struct client *client;
	const struct forward_events *events;
	char *ns, *pod;
	struct vec listeners, links;
	struct pollfd *fds;
	size_t fd_count, fd_cap;
	int64_t accept_at;   /* no connection is taken before */
	struct error stop;
	bool stopped;
};

/* ---- listening ---------------------------------------------------------------------------------------- */

static void listener_free(struct listener *l)
{
	close(l->fd);
	free(l);
}

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len;
};

static bool address_read(const char *text, unsigned port, struct address *ret)
{
	*ret = (struct address){0};
	if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons((uint16_t)port);
		ret->len = sizeof(ret->v4);
		return true;
	}
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_port = htons((uint16_t)port);
	ret->len = sizeof(ret->v6);
	return inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1;
}

static int listen_failed(int fd, const char *text, unsigned port, bool v6, const char *call, struct error *err)
{
	int code = errno;

	if (fd >= 0)
		close(fd);
	return error_set(err, ERROR_IO, "listen tcp%d %s%s%s:%u: %s: %s", v6 ? 6 : 4, v6 ? "[" : "", text, v6 ? "]" : "", port, call,
			 errno_text(code));
}

int forward_listen(struct forward *f, const char *text, unsigned local, unsigned remote, unsigned *ret_local,
		   struct error *err)
{
	struct address address;
	struct listener *l;
	int fd, one = 1;
	bool v6;

	if (!address_read(text, local, &address))
		return error_set(err, ERROR_OTHER, "%s is not a valid IP", text);
	v6 = address.any.sa_family == AF_INET6;
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return listen_failed(fd, text, local, v6, "socket", err);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, &address.any, address.len))
		return listen_failed(fd, text, local, v6, "bind", err);
	if (listen(fd, SOMAXCONN))
		return listen_failed(fd, text, local, v6, "listen", err);
	getsockname(fd, &address.any, &address.len);
	l = NEW(struct listener);
	*l = (struct listener){.fd = fd, .local = ntohs(v6 ? address.v6.sin6_port : address.v4.sin_port), .remote = remote};
	vec_add(&f->listeners, l);
	*ret_local = l->local;
	return 0;
}

/* ---- one connection -------------------------------------------------------------------------------------- */

static void link_free(struct link *l)
{
	websocket_free(l->ws);
	if (l->fd >= 0)
		close(l->fd);
	buf_release(&l->held);
	buf_release(&l->trouble);
	free(l);
}

static void on_data(void *ctx, bool first, const char *data, size_t len)
{
	struct link *l = ctx;
	size_t skipped;

	if (first) {
		l->channel = (unsigned char)*data++;
		len--;
	}
	if (l->channel > CHANNEL_ERROR)
		return;
	skipped = MIN(len, l->skip[l->channel]);
	l->skip[l->channel] -= skipped;
	l->heard = time_monotonic();
	if (l->channel == CHANNEL_ERROR)
		buf_add(&l->trouble, data + skipped, len - skipped);
	else if (l->fd >= 0)
		buf_add(&l->held, data + skipped, len - skipped);
	if (l->held.len - l->written > HELD_LIMIT)
		websocket_pause(l->ws, true);
}

static int link_connect(struct link *l, struct error *err)
{
	const struct forward *f = l->forward;
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct websocket_request rq = {.protocols = PROTOCOL, .on_data = on_data, .ctx = l};

	websocket_free(TAKE_PTR(l->ws));
	l->skip[CHANNEL_DATA] = l->skip[CHANNEL_ERROR] = PORT_BYTES;
	resource_path(&path, pods_resource(), f->ns, f->pod, "portforward");
	buf_printf(&path, "?ports=%u", l->remote);
	rq.path = path.data;
	return client_websocket(f->client, &rq, &l->ws, err);
}

/* False when the connection is over. err is taken. */
static bool link_refused(struct link *l, struct error *err)
{
	struct forward *f = l->forward;
	enum forward_answer answer;

	if (err->class == ERROR_CANCELLED)
		return false;
	answer = f->events->refused(f->events->ctx, err);
	if (answer == FORWARD_AGAIN && !l->again) {
		_cleanup_error_ struct error again = ERROR_INIT;

		l->again = true;
		return !link_connect(l, &again);
	}
	if (answer == FORWARD_STOP && !f->stopped) {
		f->stopped = true;
		error_move(&f->stop, err);
	}
	return false;
}

static void near_gone(struct link *l)
{
	close(l->fd);
	l->fd = -1;
	buf_clear(&l->held);
	l->written = 0;
}

static void link_read(struct link *l)
{
	static const unsigned char head = CHANNEL_DATA;
	char piece[PIECE];
	ssize_t n = recv(l->fd, piece, sizeof(piece), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		websocket_send(l->ws, &head, 1, piece, (size_t)n);
		return;
	}
	l->near_ended = true;
	l->heard = time_monotonic();
	if (n < 0)
		near_gone(l);
}

static void link_write(struct link *l)
{
	while (l->fd >= 0 && l->written < l->held.len) {
		ssize_t n = send(l->fd, l->held.data + l->written, l->held.len - l->written, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno != EINTR)
			near_gone(l);
		if (n > 0)
			l->written += (size_t)n;
	}
	if (l->written == l->held.len) {
		buf_clear(&l->held);
		l->written = 0;
	} else if (l->written > HELD_LIMIT) {
		memmove(l->held.data, l->held.data + l->written, l->held.len - l->written);
		buf_truncate(&l->held, l->held.len - l->written);
		l->written = 0;
	}
	if (l->held.len - l->written <= HELD_LIMIT / 2)
		websocket_pause(l->ws, false);
}

static void link_report(struct link *l)
{
	const struct forward_events *e = l->forward->events;

	if (l->trouble.len)
		e->trouble(e->ctx, l->local, l->remote, l->trouble.data);
}

/* What can be done without waiting; false when the connection is over. */
static bool link_run(struct link *l)
{
	_cleanup_error_ struct error err = ERROR_INIT;

	if (websocket_run(l->ws, &err))
		return link_refused(l, &err);
	link_write(l);
	switch (websocket_state(l->ws)) {
	case WEBSOCKET_REFUSED:
		client_websocket_refused(l->forward->client, l->ws, &err);
		return link_refused(l, &err);
	case WEBSOCKET_CLOSED:
		return l->fd >= 0 && l->held.len;
	case WEBSOCKET_OPEN:
		/* who has ended may wait for an answer, and what is on its way must get there */
		if (l->fd < 0 || (l->near_ended && !websocket_queued(l->ws) && time_monotonic() - l->heard > FORWARD_PATIENCE))
			return false;
		return true;
	default:
		return true;
	}
}

/* ---- all of them --------------------------------------------------------------------------------------------- */

static void poll_add(struct forward *f, int fd, short events)
{
	if (f->fd_count == f->fd_cap) {
		f->fd_cap = f->fd_cap ? 2 * f->fd_cap : 64;
		f->fds = xrealloc(f->fds, f->fd_cap * sizeof(*f->fds));
	}
	f->fds[f->fd_count++] = (struct pollfd){.fd = events ? fd : -1, .events = events};
}

static bool link_reads(const struct link *l)
{
	return l->fd >= 0 && !l->near_ended && websocket_state(l->ws) == WEBSOCKET_OPEN && websocket_queued(l->ws) < QUEUE_LIMIT;
}

/* Two entries for each connection, after those of the listeners. */
static int poll_prepare(struct forward *f)
{
	bool accepts = time_monotonic() >= f->accept_at;
	int timeout = IDLE_POLL;

	f->fd_count = 0;
	for (size_t i = 0; i < f->listeners.len; i++)
		poll_add(f, ((const struct listener *)f->listeners.items[i])->fd, accepts ? POLLIN : 0);
	for (size_t i = 0; i < f->links.len; i++) {
		const struct link *l = f->links.items[i];
		bool closed = websocket_state(l->ws) == WEBSOCKET_CLOSED;
		int unused = -1, fd;
		short events;

		fd = websocket_poll(l->ws, &events, closed ? &unused : &timeout);
		poll_add(f, fd, events);
		poll_add(f, l->fd, (short)((link_reads(l) ? POLLIN : 0) | (l->held.len ? POLLOUT : 0)));
	}
	return timeout;
}

static void begin_link(struct forward *f, const struct listener *at, int fd)
{
	struct link *l = NEW(struct link);
	_cleanup_error_ struct error err = ERROR_INIT;
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*l = (struct link){
		.forward = f,
		.fd = fd,
		.local = at->local,
		.remote = at->remote,
		.held = BUF_INIT,
		.trouble = {.data = buf_empty, .limit = TROUBLE_LIMIT},
		.heard = time_monotonic(),
	};
	f->events->connected(f->events->ctx, l->local);
	if (link_connect(l, &err) && !link_refused(l, &err))
		link_free(l);
	else
		vec_add(&f->links, l);
}

static void accept_all(struct forward *f, const struct listener *l)
{
	int fd;

	while ((fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		begin_link(f, l, fd);
	if (errno == EMFILE || errno == ENFILE)
		f->accept_at = time_monotonic() + ACCEPT_PAUSE;
}

static void run_links(struct forward *f, size_t polled)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->links.len; i++) {
		struct link *l = f->links.items[i];

		if (i < polled && f->fds[f->listeners.len + 2 * i + 1].revents & (POLLIN | POLLHUP | POLLERR) && link_reads(l))
			link_read(l);
		if (link_run(l)) {
			f->links.items[kept++] = l;
			continue;
		}
		link_report(l);
		link_free(l);
	}
	f->links.len = kept;
}

int forward_run(struct forward *f, struct error *err)
{
	while (!http_cancelled && !f->stopped) {
		size_t polled = f->links.len;
		int timeout = poll_prepare(f);

		if (poll(f->fds, f->fd_count, timeout) < 0)
			continue;
		for (size_t i = 0; i < f->listeners.len; i++)
			if (f->fds[i].revents)
				accept_all(f, f->listeners.items[i]);
		run_links(f, polled);
	}
	if (!f->stopped)
		return 0;
	error_move(err, &f->stop);
	return -1;
}

/* ---- beginning and end ------------------------------------------------------------------------------------------ */

struct forward *forward_new(struct client *c, const struct forward_events *ev)
{
	struct forward *f = NEW(struct forward);

	f->client = c;
	f->events = ev;
	f->listeners = VEC_OWNING(listener_free);
	f->links = VEC_OWNING(link_free);
	return f;
}

void forward_set_pod(struct forward *f, const char *ns, const char *pod)
{
	free(f->ns);
	free(f->pod);
	f->ns = xstrdup(ns);
	f->pod = xstrdup(pod);
}

void forward_free(struct forward *f)
{
	if (!f)
		return;
	vec_release(&f->listeners);
	vec_release(&f->links);
	free(f->fds);
	free(f->ns);
	free(f->pod);
	error_release(&f->stop);
	free(f);
}
