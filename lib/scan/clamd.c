#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "scan/address.h"
#include "scan/clamd.h"

/* Both answers, and what they begin with. */
#define VERSION_NO "1: "
#define VERDICT_NO "2: "

enum { CHUNK = 64 << 10, CHUNK_HEAD = 4, CHUNKS_AT_ONCE = 16 };

/* The NUL behind it ends the last. */
static const char commands[] = "zIDSESSION\0zVERSION\0zINSTREAM";

struct clamd {
	struct clamd_conf conf;
	struct clamd_said said;
	struct stat was; /* the document, before it was read */
	int sock;
	struct watch *watch, *timer;
	bool connected;
	bool ended;     /* the chunk of no bytes is in out, or was sent */
	bool deaf;      /* nothing more is sent: it does not listen any more */
	struct err why; /* of that */
	size_t sent;    /* of out */
	struct buf out, in;
};

/* The last thing that is done with it: the callback may free it. */
static void
clamd_over(struct clamd *c, const struct err *e)
{
	watch_pause(c->watch, true);
	watch_free(c->timer);
	c->timer = NULL;
	c->conf.done(c->conf.arg, &c->said, e);
}

static int
same_as_before(const struct clamd *c, struct err *e)
{
	struct stat now;

	if (fstat(c->conf.fd, &now) < 0)
		return err_sys(e, err_class_of(errno), CODE_IO_READ, "the document");
	if (now.st_nlink > 0 && now.st_size == c->was.st_size && c->said.bytes == now.st_size &&
	    now.st_mtim.tv_sec == c->was.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == c->was.st_mtim.tv_nsec)
		return 0;
	return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
	    now.st_nlink > 0 ? "it was changed while it was scanned"
			     : "it was removed while it was scanned");
}

/* The next chunk of the file into out: one of no bytes at its end. */
static int
next_chunk(struct clamd *c, struct err *e)
{
	ssize_t n;

	buf_clear(&c->out, CHUNK_HEAD + CHUNK);
	c->sent = 0;
	if (buf_room(&c->out, CHUNK_HEAD + CHUNK) < 0)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to scan it");
	do
		n = pread(c->conf.fd, c->out.p + CHUNK_HEAD, CHUNK, c->said.bytes);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, err_class_of(errno), CODE_IO_READ, "the document");
	for (int i = 0; i < CHUNK_HEAD; i++)
		c->out.p[i] = (char)(uint8_t)((size_t)n >> (8 * (CHUNK_HEAD - 1 - i)));
	c->out.len = CHUNK_HEAD + (size_t)n;
	c->said.bytes += n;
	c->ended = n == 0;
	return c->ended || c->said.bytes > c->was.st_size ? same_as_before(c, e) : 0;
}

static bool
has_more(const struct clamd *c)
{
	return !c->deaf && (c->sent < c->out.len || !c->ended);
}

/* What the socket takes of out: whether that was all of it. */
static bool
send_some(struct clamd *c)
{
	while (c->sent < c->out.len) {
		const ssize_t n = send(c->sock, c->out.p + c->sent, c->out.len - c->sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n < 0) {
			err_sys(&c->why, ERR_TRANSIENT, CODE_SCAN_SERVER,
			    "clamd hung up after %lld bytes", c->said.bytes);
			c->deaf = true;
			return false;
		}
		c->sent += (size_t)n;
		watch_again(c->timer, c->conf.timeout_ms);
	}
	return true;
}

/* Others have a turn between so many. */
static int
send_file(struct clamd *c, struct err *e)
{
	for (int i = 0; i < CHUNKS_AT_ONCE && has_more(c) && send_some(c); i++)
		if (!c->ended && next_chunk(c, e) < 0)
			return -1;
	return 0;
}

static int
strange(const char *what, struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_SCAN_ANSWER, "what answers for clamd %s", what);
}

/* The answer to VERSION: text of one line. */
static int
take_version(struct clamd *c, const char *text, size_t len, struct err *e)
{
	struct buf shown = BUF_INIT(CLAMD_VERSION_MAX);

	if (len == 0)
		return strange("says no version", e);
	buf_shown(&shown, text, len);
	if (shown.len)
		memcpy(c->said.version, shown.p, shown.len);
	c->said.version[shown.len] = '\0';
	buf_release(&shown);
	return 0;
}

/* Only of the whole file, and as the last that is said, something may be clean. */
static int
take_verdict(struct clamd *c, const char *text, size_t len, struct err *e)
{
	if (verdict_read(text, len, &c->said.verdict, e) < 0)
		return -1;
	if (!c->ended || c->sent < c->out.len) {
		c->said.verdict.result = NULL;
		return strange("says OK before it has the document", e);
	}
	return 0;
}

/* It hung up, or was silent: the error of that, if what it said before was begun well. */
static int
unless_strange(const struct clamd *c, struct err *e)
{
	const char *no = *c->said.version ? VERDICT_NO : VERSION_NO;
	const size_t n = c->in.len < strlen(no) ? c->in.len : strlen(no);

	return n > 0 && memcmp(c->in.p, no, n) != 0 ? strange("does not speak as clamd does", e)
						    : -1;
}

/* One answer of len bytes. 1: it was the last one, and good. */
static int
take_answer(struct clamd *c, const char *text, size_t len, struct err *e)
{
	const char *no = *c->said.version ? VERDICT_NO : VERSION_NO;
	const size_t n = strlen(no);

	if (len < n || memcmp(text, no, n) != 0) {
		/* What is said of the connection has no number. */
		if (verdict_read(text, len, &c->said.verdict, e) == 0) {
			c->said.verdict.result = NULL;
			return strange("says OK to nothing", e);
		}
		return -1;
	}
	if (no[0] == VERSION_NO[0])
		return take_version(c, text + n, len - n, e);
	return take_verdict(c, text + n, len - n, e) < 0 ? -1 : 1;
}

/* What is in: 1: the verdict, clean; 0: not all of it is there. */
static int
take_answers(struct clamd *c, struct err *e)
{
	const char *end;
	int r = 0;

	while (r == 0 && c->in.len > 0 && (end = memchr(c->in.p, '\0', c->in.len))) {
		const size_t len = (size_t)(end - c->in.p);

		r = take_answer(c, c->in.p, len, e);
		if (r > 0 && c->in.len > len + 1) {
			c->said.verdict.result = NULL;
			return strange("says more than OK", e);
		}
		buf_shift(&c->in, len + 1);
	}
	return r;
}

static int
hung_up(const struct clamd *c, bool broken, struct err *e)
{
	if (c->deaf)
		*e = c->why;
	else if (broken)
		err_sys(e, ERR_TRANSIENT, CODE_SCAN_SERVER, "clamd hung up after %lld bytes",
		    c->said.bytes);
	else
		err_set(e, ERR_TRANSIENT, CODE_SCAN_SERVER,
		    "clamd hung up after %lld bytes, without an answer", c->said.bytes);
	return unless_strange(c, e);
}

/* What has come: 1 as above, 0 where there is no more for now, -1 also at the end. */
static int
take_in(struct clamd *c, struct err *e)
{
	for (;;) {
		ssize_t n;
		int r;

		if (c->in.len >= CLAMD_ANSWER_MAX || buf_room(&c->in, CLAMD_ANSWER_MAX) < 0)
			return strange("does not come to an end", e);
		n = recv(c->sock, c->in.p + c->in.len, CLAMD_ANSWER_MAX - c->in.len, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n <= 0)
			return hung_up(c, n < 0, e);
		c->in.len += (size_t)n;
		watch_again(c->timer, c->conf.timeout_ms);
		r = take_answers(c, e);
		if (r != 0)
			return r;
	}
}

static int
connected(struct clamd *c, struct err *e)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(c->sock, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		errno = error;
		return err_sys(e, ERR_TRANSIENT, CODE_SCAN_SERVER, "clamd at %s",
		    address_text(c->conf.address));
	}
	c->connected = true;
	watch_again(c->timer, c->conf.timeout_ms);
	return 0;
}

/* An answer is looked for first: it says more than that nobody listens. */
static void
on_clamd(void *arg, short revents)
{
	struct clamd *c = arg;
	struct err e;
	int r = 0;

	if (!c->connected)
		r = connected(c, &e);
	if (r == 0 && revents & (POLLIN | POLLHUP | POLLERR))
		r = take_in(c, &e);
	if (r == 0 && has_more(c)) {
		r = send_file(c, &e);
		/* What was said before it stopped listening. */
		if (r == 0 && c->deaf)
			r = take_in(c, &e);
	}
	if (r != 0) {
		clamd_over(c, r > 0 ? NULL : &e);
		return;
	}
	watch_events(c->watch, has_more(c) ? POLLIN | POLLOUT : POLLIN);
}

static void
on_silence(void *arg, short revents)
{
	struct clamd *c = arg;
	struct err e;

	(void)revents;
	if (c->connected)
		err_set(&e, ERR_TRANSIENT, CODE_SCAN_SERVER,
		    "clamd was silent for %ld s after %lld bytes", c->conf.timeout_ms / 1000,
		    c->said.bytes);
	else
		err_set(&e, ERR_TRANSIENT, CODE_SCAN_SERVER, "clamd at %s: no connection in time",
		    address_text(c->conf.address));
	(void)unless_strange(c, &e);
	clamd_over(c, &e);
}

struct clamd *
clamd_ask(const struct clamd_conf *conf, struct err *e)
{
	struct clamd *c;
	struct stat was;
	int sock;

	if (fstat(conf->fd, &was) < 0)
		return err_sys(e, err_class_of(errno), CODE_IO_READ, "the document"), NULL;
	sock = address_connect(conf->address, conf->at, e);
	if (sock < 0)
		return NULL;
	c = mem_new(1, sizeof(*c));
	*c = (struct clamd){ .conf = *conf,
		.was = was,
		.sock = sock,
		.out = BUF_INIT(CHUNK_HEAD + CHUNK),
		.in = BUF_INIT((size_t)CLAMD_ANSWER_MAX * 2) };
	(void)buf_add(&c->out, commands, sizeof(commands));
	c->watch = loop_fd(conf->loop, sock, POLLIN | POLLOUT, on_clamd, c);
	c->timer = loop_timer(conf->loop,
	    conf->timeout_ms < CLAMD_CONNECT_MS ? conf->timeout_ms : CLAMD_CONNECT_MS, on_silence,
	    c);
	return c;
}

void
clamd_free(struct clamd *c)
{
	if (!c)
		return;
	watch_free(c->watch);
	watch_free(c->timer);
	close(c->sock);
	buf_release(&c->out);
	buf_release(&c->in);
	free(c);
}
