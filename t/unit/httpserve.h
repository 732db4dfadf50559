/*
 * httpserve.h - a tiny HTTP server on the loop of the test itself: it answers
 * as it was told, request by request, well or badly, and keeps what it was
 * asked.
 */
#ifndef HTTPSERVE_H
#define HTTPSERVE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/mem.h"
#include "unit/check.h"

enum { WEB_MAX = 1200, WEB_BYTES = 64 << 20 };

enum web_then {
	WEB_KEEP, /* the connection */
	WEB_CLOSE,
	WEB_RESET,
	WEB_STALL /* nothing more is said, and nothing read */
};

struct web_answer {
	char *text; /* as it goes over the wire */
	size_t len;
	enum web_then then;
	bool early; /* as soon as the headers are there */
};

struct web_asked {
	char *head; /* the request's line and headers, but for the empty line */
	char *body;
	size_t len; /* of the body */
	int conn;   /* the how manieth connection it came by */
};

struct web_conn {
	struct web *web;
	struct web_conn *next;
	struct watch *watch;
	int fd, n;
	struct buf in, out;
	enum web_then then;
};

struct web {
	struct loop *loop;
	struct watch *watch;
	struct web_conn *conns;
	struct web_answer script[WEB_MAX]; /* the last goes on */
	struct web_asked asked[WEB_MAX];
	int fd, port, nscript, at, nasked, nconns;
	const char *greeting; /* said to all that comes at once, then no more; NULL: none */
};

static inline void
web_drop(struct web_conn *c)
{
	const struct linger now = { 1, 0 };
	struct web_conn **p;

	for (p = &c->web->conns; *p != c; p = &(*p)->next)
		;
	*p = c->next;
	if (c->then == WEB_RESET)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	watch_free(c->watch);
	close(c->fd);
	buf_release(&c->in);
	buf_release(&c->out);
	free(c);
}

/* The value of a header that was sent, in one of four places; NULL: none. */
static inline const char *
web_header(const struct web_asked *a, const char *name)
{
	static char value[4][8192];
	static int at;
	size_t n = strlen(name);
	const char *s = a->head;

	while ((s = strstr(s, "\r\n")) != NULL) {
		s += 2;
		if (strncasecmp(s, name, n) != 0 || s[n] != ':')
			continue;
		s += n + 1;
		s += *s == ' ';
		at = (at + 1) % 4;
		snprintf(value[at], sizeof(value[at]), "%.*s", (int)strcspn(s, "\r"), s);
		return value[at];
	}
	return NULL;
}

/* Whether a whole request is there; it is kept, and the answer made ready. */
static inline bool
web_take(struct web_conn *c)
{
	struct web *w = c->web;
	const struct web_answer *a;
	struct web_asked *q = &w->asked[w->nasked];
	char *end = c->in.len ? memmem(c->in.p, c->in.len, "\r\n\r\n", 4) : NULL;
	const char *length;
	size_t n;

	if (w->greeting && c->in.len > 0 && c->then == WEB_KEEP) {
		(void)buf_adds(&c->out, w->greeting);
		c->then = WEB_CLOSE;
	}
	if (!end || c->then != WEB_KEEP)
		return false;
	CHECK(w->nscript > 0 && w->nasked < WEB_MAX);
	a = &w->script[w->at < w->nscript ? w->at : w->nscript - 1];
	*q = (struct web_asked){ .head = mem_copy(c->in.p, (size_t)(end - c->in.p)), .conn = c->n };
	length = web_header(q, "Content-Length");
	q->len = length ? strtoul(length, NULL, 10) : 0;
	n = (size_t)(end + 4 - c->in.p);
	if (a->early)
		q->len = 0;
	if (c->in.len - n < q->len) {
		free(q->head);
		return false;
	}
	q->body = mem_copy(c->in.p + n, q->len);
	buf_shift(&c->in, n + q->len);
	w->nasked++;
	w->at += w->at < w->nscript;
	CHECK(buf_add(&c->out, a->text, a->len) == 0);
	c->then = a->then;
	return true;
}

static inline void
web_serve(void *arg, short revents)
{
	struct web_conn *c = arg;
	ssize_t n = 0;

	if (revents && c->then != WEB_STALL) {
		CHECK(buf_room(&c->in, 65536) == 0);
		n = read(c->fd, c->in.p + c->in.len, 65536);
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			web_drop(c);
			return;
		}
		c->in.len += n > 0 ? (size_t)n : 0;
	}
	while (web_take(c))
		;
	if (c->out.len > 0) {
		n = send(c->fd, c->out.p, c->out.len, MSG_NOSIGNAL);
		if (n > 0)
			buf_shift(&c->out, (size_t)n);
		else if (errno != EAGAIN)
			c->out.len = 0;
	}
	if (c->out.len == 0 && (c->then == WEB_CLOSE || c->then == WEB_RESET)) {
		web_drop(c);
		return;
	}
	watch_pause(c->watch, c->then == WEB_STALL && c->out.len == 0);
	watch_events(c->watch,
	    (short)((c->then == WEB_STALL ? 0 : POLLIN) | (c->out.len ? POLLOUT : 0)));
}

static inline void
web_accept(void *arg, short revents)
{
	struct web *w = arg;
	int fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct web_conn *c;

	(void)revents;
	if (fd < 0)
		return;
	c = mem_new(1, sizeof(*c));
	*c = (struct web_conn){ .web = w, .next = w->conns, .fd = fd, .n = ++w->nconns };
	buf_init(&c->in, WEB_BYTES);
	buf_init(&c->out, WEB_BYTES);
	c->watch = loop_fd(w->loop, fd, POLLIN, web_serve, c);
	w->conns = c;
}

static inline struct web *
web_new(struct loop *l)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct web *w = mem_new(1, sizeof(*w));

	w->loop = l;
	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	CHECK(w->fd >= 0 && bind(w->fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(w->fd, 128) == 0 && getsockname(w->fd, (struct sockaddr *)&at, &len) == 0);
	w->port = ntohs(at.sin_port);
	w->watch = loop_fd(l, w->fd, POLLIN, web_accept, w);
	return w;
}

/* Forget what was said and asked; connections stay. */
static inline void
web_forget(struct web *w)
{
	for (int i = 0; i < w->nscript; i++)
		free(w->script[i].text);
	for (int i = 0; i < w->nasked; i++) {
		free(w->asked[i].head);
		free(w->asked[i].body);
	}
	w->nscript = w->nasked = w->at = 0;
}

static inline void
web_free(struct web *w)
{
	while (w->conns)
		web_drop(w->conns);
	web_forget(w);
	watch_free(w->watch);
	close(w->fd);
	free(w);
}

/* The next answer, as it stands. */
static inline struct web_answer *
web_raw(struct web *w, const char *text, enum web_then then)
{
	struct web_answer *a = &w->script[w->nscript++];

	CHECK(w->nscript < WEB_MAX);
	*a = (struct web_answer){ mem_dup(text), strlen(text), then, false };
	return a;
}

/* The next answer: status "200 OK", headers that each end in \r\n, a body. */
static inline struct web_answer *
web_say(struct web *w, const char *status, const char *headers, const char *body)
{
	char *text = mem_printf("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status,
	    strlen(body), headers, body);
	struct web_answer *a = web_raw(w, text, WEB_KEEP);

	free(text);
	return a;
}

/* A port where nobody listens, nor can while this process lives. */
static inline int
web_no_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	static int fd = -1;

	if (fd < 0) {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	}
	CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	return ntohs(at.sin_port);
}

/* Turn the loop until *n is as large; 30 s at the most. */
static inline void
web_until(struct loop *l, const int *n, int least)
{
	const int64_t end = loop_now_ms() + 30000;

	while (*n < least) {
		CHECK(loop_now_ms() < end);
		loop_turn(l, 1000);
	}
}

/* Turn it for that long, for what must not happen. */
static inline void
web_linger(struct loop *l, long ms)
{
	const int64_t end = loop_now_ms() + ms;

	while (loop_now_ms() < end)
		loop_turn(l, end - loop_now_ms());
}

/* What the user has set is of no matter here. */
static inline void
web_clean(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "QUIRE_HTTP_WAIT" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
}

#endif
