#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/timeutil.h"
#include "net/dynload.h"
#include "net/websocket.h"

/*
 * A server for one connection after the other: it answers the upgrade, sends a script cut in two at a byte, or only its
 * first part, and keeps what it gets.
 */
struct server {
	int listener;
	char url[64];
	pthread_t thread;
	const char *answer;    /* instead of the upgrade; NULL: upgrade */
	const char *script;
	size_t script_len, cut;
	bool hang_up;          /* after the first part */
	bool keeps_silent;     /* nothing is sent or read after the upgrade */
	char request[4096];
	unsigned char got[256];
	size_t got_len;
};

static void accept_key(const char *request, struct buf *out)
{
	const struct dynload *lib;
	struct error err = ERROR_INIT;
	const char *key = strstr(request, "Sec-WebSocket-Key: ") + strlen("Sec-WebSocket-Key: ");
	_cleanup_free_ char *text =
		xasprintf("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r\n"), key);
	unsigned char digest[20];
	size_t size = sizeof(digest);

	if (dynload_get(&lib, &err) || !lib->EVP_Q_digest(NULL, "SHA1", NULL, text, strlen(text), digest, &size))
		abort();
	base64_encode(out, digest, sizeof(digest));
}

static void send_all(int fd, const char *data, size_t n)
{
	if (n && send(fd, data, n, MSG_NOSIGNAL) != (ssize_t)n)
		return;
}

static void converse(struct server *s, int fd)
{
	_cleanup_buf_ struct buf head = BUF_INIT;
	size_t n = 0;
	ssize_t got;

	while (!strstr(s->request, "\r\n\r\n") && (got = read(fd, s->request + n, sizeof(s->request) - 1 - n)) > 0)
		n += (size_t)got;
	if (s->answer) {
		send_all(fd, s->answer, strlen(s->answer));
		return;
	}
	buf_puts(&head, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: b\r\nSec-WebSocket-Accept: ");
	accept_key(s->request, &head);
	buf_puts(&head, "\r\n\r\n");
	/* the first part may come together with the answer */
	buf_add(&head, s->script, s->cut);
	send_all(fd, head.data, head.len);
	if (s->hang_up)
		return;
	if (s->cut < s->script_len)
		poll(NULL, 0, 1);
	send_all(fd, s->script + s->cut, s->script_len - s->cut);
	while (!s->keeps_silent && s->got_len < sizeof(s->got) &&
	       (got = read(fd, s->got + s->got_len, sizeof(s->got) - s->got_len)) > 0)
		s->got_len += (size_t)got;
	if (s->keeps_silent)
		poll(NULL, 0, 300);
}

static void *serve(void *ctx)
{
	struct server *s = ctx;
	int fd = accept(s->listener, NULL, NULL), one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	converse(s, fd);
	close(fd);
	return NULL;
}

static void server_start(struct server *s)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);

	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->listener, (struct sockaddr *)&address, len) || listen(s->listener, 8) ||
	    getsockname(s->listener, (struct sockaddr *)&address, &len))
		abort();
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", ntohs(address.sin_port));
	pthread_create(&s->thread, NULL, serve, s);
}

static void server_stop(struct server *s)
{
	pthread_join(s->thread, NULL);
	close(s->listener);
}

/* ---- a client that writes down what it gets ------------------------------------------------------- */

struct client {
	struct http *http;
	struct websocket *ws;
	struct buf got; /* messages, each begun with "|" */
};

static void on_data(void *ctx, bool first, const char *data, size_t len)
{
	struct client *c = ctx;

	if (first)
		buf_putc(&c->got, '|');
	buf_add(&c->got, data, len);
}

static int client_open(struct client *c, const struct server *s, struct error *err)
{
	struct http_config cfg = {.server = s->url, .user_agent = "test"};
	static const char *const headers[] = {"X-Test: yes", NULL};
	struct websocket_request rq = {
		.path = "/a?b=c", .headers = headers, .protocols = "a, b", .on_data = on_data, .ctx = c};

	*c = (struct client){.got = BUF_INIT};
	if (http_open(&cfg, &c->http, err) || websocket_start(c->http, &rq, &c->ws, err))
		return -1;
	return websocket_connect(c->ws, err);
}

static void client_close(struct client *c)
{
	websocket_free(c->ws);
	http_close(c->http);
	buf_release(&c->got);
}

/* Runs until it is over. */
static void client_finish(struct client *c)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	int64_t end = time_monotonic() + 10 * SECOND;

	while (websocket_state(c->ws) == WEBSOCKET_OPEN && time_monotonic() < end) {
		struct pollfd p = {0};
		int timeout = 1000;

		p.fd = websocket_poll(c->ws, &p.events, &timeout);
		poll(&p, 1, timeout);
		assert_int_equal(0, websocket_run(c->ws, &err));
	}
	assert_int_equal(WEBSOCKET_CLOSED, websocket_state(c->ws));
}

/* ---- scripts -------------------------------------------------------------------------------------------- */

/* Frames of all kinds: whole, in three parts with a ping between, empty, of 200 bytes; the end is normal. */
static size_t frames_make(char *out)
{
	static const char head[] = "\x82\x03" "\x01" "ab"   /* |1ab */
				   "\x02\x02" "\x01" "c"    /* |1c … */
				   "\x89\x04" "ping"
				   "\x00\x00"
				   "\x00\x02" "de"
				   "\x80\x01" "f"           /* … de f */
				   "\x82\x00"
				   "\x82\x7e\x00\xc8";
	char *p = out;

	memcpy(p, head, sizeof(head) - 1);
	p += sizeof(head) - 1;
	memset(p, 'x', 200);
	p += 200;
	memcpy(p, "\x88\x02\x03\xe8", 4);
	return (size_t)(p + 4 - out);
}

static void expected_make(struct buf *out)
{
	buf_puts(out, "|\x01" "ab|\x01" "cdef|");
	buf_pad(out, 'x', 200);
}

/* A pong with the ping's words (none is owed any more when the close came with the ping), and the answering close; masked. */
static size_t check_replies(const struct server *s)
{
	size_t pong = s->got_len - 8;

	assert_true(s->got_len == 8 || s->got_len == 18);
	assert_int_equal(0x88, s->got[pong]);
	assert_int_equal(0x82, s->got[pong + 1]);
	if (!pong)
		return 0;
	assert_int_equal(0x8a, s->got[0]);
	assert_int_equal(0x84, s->got[1]);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal("ping"[i], s->got[6 + i] ^ s->got[2 + i]);
	return 1;
}

static void test_cut_at_every_byte(void **state)
{
	size_t pongs = 0;
	_cleanup_buf_ struct buf expected = BUF_INIT;
	char script[512];
	size_t len = frames_make(script);

	(void)state;
	expected_make(&expected);
	for (size_t cut = 0; cut <= len; cut++) {
		struct server s = {.script = script, .script_len = len, .cut = cut};
		_cleanup_error_ struct error err = ERROR_INIT;
		struct client c;

		server_start(&s);
		assert_int_equal(0, client_open(&c, &s, &err));
		client_finish(&c);
		assert_string_equal("b", websocket_protocol(c.ws));
		assert_string_equal(expected.data, c.got.data);
		assert_int_equal(1000, websocket_close_code(c.ws));
		client_close(&c);
		server_stop(&s);
		pongs += check_replies(&s);
	}
	assert_true(pongs > 0);
}

static void test_hung_up_at_every_byte(void **state)
{
	_cleanup_buf_ struct buf expected = BUF_INIT;
	char script[512];
	size_t len = frames_make(script);

	(void)state;
	expected_make(&expected);
	for (size_t cut = 0; cut < len; cut++) {
		struct server s = {.script = script, .script_len = len, .cut = cut, .hang_up = true};
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_buf_ struct buf words = BUF_INIT;
		struct client c;

		server_start(&s);
		assert_int_equal(0, client_open(&c, &s, &err));
		client_finish(&c);
		/* what came is a beginning of what was to come */
		assert_memory_equal(expected.data, c.got.data, c.got.len);
		assert_int_equal(1006, websocket_close_code(c.ws));
		websocket_close_words(c.ws, &words);
		if (strcmp(words.data, "websocket: close 1006 (abnormal closure): connection reset by peer"))
			assert_string_equal("websocket: close 1006 (abnormal closure): unexpected EOF", words.data);
		client_close(&c);
		server_stop(&s);
	}
}

static void run_script(const char *script, size_t len, struct client *c, struct server *s)
{
	_cleanup_error_ struct error err = ERROR_INIT;

	*s = (struct server){.script = script, .script_len = len, .cut = len};
	server_start(s);
	assert_int_equal(0, client_open(c, s, &err));
	client_finish(c);
}

static void test_close_codes(void **state)
{
	static const struct {
		const char *frame, *words;
		size_t len;
		unsigned code;
	} cases[] = {
		{"\x88\x00", "websocket: close 1005 (no status)", 2, 1005},
		{"\x88\x02\x03\xe9", "websocket: close 1001 (going away)", 4, 1001},
		{"\x88\x06\x03\xf3" "oops", "websocket: close 1011 (internal server error): oops", 8, 1011},
		{"\x88\x02\x0f\xa0", "websocket: close 4000", 4, 4000},
		/* masked by a server, an unknown opcode, a part without a beginning: refused */
		{"\x82\x81" "abcd" "x", "websocket: close 1002 (protocol error)", 7, 1002},
		{"\x83\x01x", "websocket: close 1002 (protocol error)", 3, 1002},
		{"\x80\x01x", "websocket: close 1002 (protocol error)", 3, 1002},
		/* larger than anything can be */
		{"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "websocket: close 1002 (protocol error)", 10, 1002},
		/* a text frame is dropped, as it has no channel */
		{"\x81\x01x\x88\x02\x03\xe8", "websocket: close 1000 (normal)", 7, 1000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf words = BUF_INIT;
		struct client c;
		struct server s;

		run_script(cases[i].frame, cases[i].len, &c, &s);
		websocket_close_words(c.ws, &words);
		assert_string_equal(cases[i].words, words.data);
		assert_int_equal(cases[i].code, websocket_close_code(c.ws));
		assert_string_equal("", c.got.data);
		client_close(&c);
		server_stop(&s);
	}
}

static void test_request(void **state)
{
	struct client c;
	struct server s;

	(void)state;
	run_script("\x88\x00", 2, &c, &s);
	client_close(&c);
	server_stop(&s);
	assert_non_null(strstr(s.request, "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:"));
	assert_non_null(strstr(s.request, "\r\nUser-Agent: test\r\n"));
	assert_non_null(strstr(s.request, "\r\nX-Test: yes\r\n"));
	assert_non_null(strstr(s.request, "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "));
	assert_non_null(strstr(s.request, "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, b\r\n"));
	assert_null(strstr(s.request, "Accept-Encoding"));
}

static void test_refusals(void **state)
{
	static const struct {
		const char *answer, *body;
		int status;
	} cases[] = {
		{"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", "no", 403},
		{"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", 500},
		{"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nd", "abc", 500},
		{"HTTP/1.0 400 Bad\r\n\r\nuntil the end", "until the end", 400},
		{"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", "cut", 200},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct server s = {.answer = cases[i].answer};
		struct client c;

		server_start(&s);
		assert_int_equal(0, client_open(&c, &s, &err));
		assert_int_equal(WEBSOCKET_REFUSED, websocket_state(c.ws));
		assert_int_equal(cases[i].status, websocket_answer(c.ws)->status);
		assert_string_equal(cases[i].body, websocket_answer(c.ws)->body.data);
		client_close(&c);
		server_stop(&s);
	}
}

static void test_broken_answers(void **state)
{
	static const struct {
		const char *answer, *message;
	} cases[] = {
		{"", "EOF"},
		{"HTTP/1.1 101 Switching", "unexpected EOF"},
		{"HTTP/1.1 101 Switching Protocols\r\n\r\n", "websocket: bad handshake"},
		{"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: AAAA\r\n\r\n", "websocket: bad handshake"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_error_ struct error err = ERROR_INIT;
		struct server s = {.answer = cases[i].answer};
		struct client c;

		server_start(&s);
		assert_int_equal(-1, client_open(&c, &s, &err));
		assert_string_equal(cases[i].message, err.message);
		client_close(&c);
		server_stop(&s);
	}
}

/* A server that does not read: what is queued is bounded by who sends, and told. */
static void test_slow_server(void **state)
{
	struct server s = {.script = "", .keeps_silent = true};
	_cleanup_error_ struct error err = ERROR_INIT;
	static char piece[32768];
	struct client c;
	size_t sent = 0;

	(void)state;
	server_start(&s);
	assert_int_equal(0, client_open(&c, &s, &err));
	for (int i = 0; i < 2000 && websocket_queued(c.ws) < 131072; i++) {
		websocket_send(c.ws, "\0", 1, piece, sizeof(piece));
		assert_int_equal(0, websocket_run(c.ws, &err));
		sent += sizeof(piece);
	}
	assert_true(websocket_queued(c.ws) >= 131072);
	assert_true(sent < 2000 * sizeof(piece));
	client_close(&c);
	server_stop(&s);
}

/* A client that does not take anything: the rest waits in the network. */
static void test_pause(void **state)
{
	enum { LEN = 200 * 65539 };
	char *script = xmalloc(LEN);
	struct server s = {.script = script, .script_len = LEN, .cut = LEN}; /* right behind the answer */
	_cleanup_error_ struct error err = ERROR_INIT;
	struct client c;
	size_t before;

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		memcpy(script + i * 65539, "\x82\x7e\xff\xff", 4);
		memset(script + i * 65539 + 4, 'y', 65535);
	}
	server_start(&s);
	assert_int_equal(0, client_open(&c, &s, &err));
	websocket_pause(c.ws, true);
	before = c.got.len;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(0, websocket_run(c.ws, &err));
		poll(NULL, 0, 5);
	}
	assert_true(c.got.len <= before + 8192);
	websocket_pause(c.ws, false);
	for (int i = 0; i < 2000 && c.got.len < 1000000; i++) {
		assert_int_equal(0, websocket_run(c.ws, &err));
		poll(NULL, 0, 1);
	}
	assert_true(c.got.len >= 1000000);
	client_close(&c);
	server_stop(&s);
	free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_at_every_byte), cmocka_unit_test(test_hung_up_at_every_byte),
		cmocka_unit_test(test_close_codes),       cmocka_unit_test(test_request),
		cmocka_unit_test(test_refusals),          cmocka_unit_test(test_broken_answers),
		cmocka_unit_test(test_slow_server),       cmocka_unit_test(test_pause),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
