#ifndef KUBEC_TESTS_HTTP_SERVER_H
#define KUBEC_TESTS_HTTP_SERVER_H

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"

/*
 * A plain HTTP server on loopback that answers by a script: for each path a
 * list of answers, the last one for ever. Answers are bytes as they go over
 * the wire, or RESET (the connection is torn down), CLOSE (closed without a
 * word), STALL (nothing comes). The requests it got are kept as text.
 */
#define RESET "reset"
#define CLOSE "close"
#define STALL "stall"
#define OK_ANSWER(body_len, body) \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " #body_len "\r\n\r\n" body

struct route {
	const char *path;       /* a row with NULL ends the table */
	const char *answers[4]; /* as many as are wanted; the last is repeated */
};

struct http_server {
	int listener;
	char url[64];
	const struct route *routes;
	unsigned hits[32];
	pthread_t thread;
	pthread_mutex_t lock;
	struct vec requests; /* texts: headers and body */
	int stop[2];
	int connections[64]; /* their sockets, -1 where there is none */
	pthread_cond_t gone; /* a connection has ended */
};

static inline size_t content_length(const char *headers)
{
	const char *at = strcasestr(headers, "content-length:");

	return at ? strtoul(at + strlen("content-length:"), NULL, 10) : 0;
}

/* One request, or false at the end of the connection. */
static inline bool http_server_read(int fd, struct buf *ret)
{
	char chunk[4096];
	const char *end;
	ssize_t n;

	for (;;) {
		end = strstr(ret->data, "\r\n\r\n");
		if (end && ret->len >= (size_t)(end + 4 - ret->data) + content_length(ret->data))
			return true;
		n = read(fd, chunk, sizeof(chunk));
		if (n <= 0)
			return false;
		buf_add(ret, chunk, (size_t)n);
	}
}

static inline const char *http_server_answer(struct http_server *s, const char *request)
{
	_cleanup_free_ char *path = NULL;
	const char *space = strchr(request, ' ');
	const char *answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

	path = xstrndup(space + 1, strcspn(space + 1, " ?"));
	pthread_mutex_lock(&s->lock);
	vec_add_string(&s->requests, request);
	for (size_t i = 0; s->routes[i].path; i++) {
		unsigned hit = s->hits[i];

		if (strcmp(s->routes[i].path, path))
			continue;
		answer = s->routes[i].answers[hit];
		if (hit < 3 && s->routes[i].answers[hit + 1])
			s->hits[i]++;
	}
	pthread_mutex_unlock(&s->lock);
	return answer;
}

/* False when the connection is over. */
static inline bool http_server_reply(int fd, const char *answer)
{
	struct linger now = {.l_onoff = 1};

	if (!strcmp(answer, RESET))
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (!strcmp(answer, RESET) || !strcmp(answer, CLOSE))
		return false;
	if (!strcmp(answer, STALL)) {
		poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 5000);
		return false;
	}
	if (write(fd, answer, strlen(answer)) < 0)
		return false;
	return !strstr(answer, "Connection: close");
}

struct http_connection {
	struct http_server *server;
	int fd;
};

/* Exchanges one connection for another in the list of those that live; -1 is none. The one that goes is closed. */
static inline void http_server_exchange(struct http_server *s, int gone, int come)
{
	size_t i = 0;

	pthread_mutex_lock(&s->lock);
	while (s->connections[i] != gone)
		if (++i == ARRAY_SIZE(s->connections))
			abort();
	s->connections[i] = come;
	if (gone >= 0)
		close(gone);
	pthread_cond_signal(&s->gone);
	pthread_mutex_unlock(&s->lock);
}

static inline void *http_server_connection(void *ctx)
{
	struct http_connection c = *(struct http_connection *)ctx;
	struct buf request = BUF_INIT;

	free(ctx);
	while (http_server_read(c.fd, &request) && http_server_reply(c.fd, http_server_answer(c.server, request.data)))
		buf_clear(&request);
	buf_release(&request);
	http_server_exchange(c.server, c.fd, -1);
	return NULL;
}

static inline void *http_server_run(void *ctx)
{
	struct http_server *s = ctx;

	for (;;) {
		struct pollfd fds[2] = {{.fd = s->listener, .events = POLLIN}, {.fd = s->stop[0], .events = POLLIN}};
		struct http_connection *c;
		pthread_t thread;

		poll(fds, 2, -1);
		if (fds[1].revents)
			return NULL;
		c = NEW(struct http_connection);
		c->server = s;
		c->fd = accept(s->listener, NULL, NULL);
		http_server_exchange(s, -1, c->fd);
		pthread_create(&thread, NULL, http_server_connection, c);
		pthread_detach(thread);
	}
}

static inline void http_server_start(struct http_server *s, const struct route *routes)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);

	*s = (struct http_server){.routes = routes, .requests = VEC_OF_STRINGS};
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->gone, NULL);
	memset(s->connections, -1, sizeof(s->connections));
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->listener, (struct sockaddr *)&address, len) || listen(s->listener, 64) || pipe(s->stop) ||
	    getsockname(s->listener, (struct sockaddr *)&address, &len))
		abort();
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", ntohs(address.sin_port));
	pthread_create(&s->thread, NULL, http_server_run, s);
}

/* Shuts down what is still open and waits for it: the threads of the connections use the server. */
static inline void http_server_hang_up(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < ARRAY_SIZE(s->connections); i++) {
		if (s->connections[i] >= 0)
			shutdown(s->connections[i], SHUT_RDWR);
		while (s->connections[i] >= 0)
			pthread_cond_wait(&s->gone, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
}

static inline void http_server_stop(struct http_server *s)
{
	if (write(s->stop[1], "", 1) != 1)
		abort();
	pthread_join(s->thread, NULL);
	http_server_hang_up(s);
	close(s->listener);
	close(s->stop[0]);
	close(s->stop[1]);
	vec_release(&s->requests);
}

#endif
