#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "proc/resident.h"

enum { PIECE = 64 << 10, HEARD_MAX = 1000, LAST_MAX = 150, TICK_MS = 100 };

void
resident_init(struct resident *r, struct loop *loop, const struct resident_ops *ops, void *arg)
{
	*r = (struct resident){ .loop = loop, .ops = ops, .arg = arg, .in = -1, .out = -1 };
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Nothing more goes to it or comes from it. */
static void
resident_hang_up(struct resident *r)
{
	watch_free(r->on_in);
	watch_free(r->on_out);
	r->on_in = r->on_out = NULL;
	close_end(&r->in);
	close_end(&r->out);
}

void
resident_stop(struct resident *r)
{
	resident_hang_up(r);
	watch_free(r->on_err);
	watch_free(r->on_end);
	watch_free(r->due);
	r->on_err = r->on_end = r->due = NULL;
	r->state = RESIDENT_STOPPED;
	r->asked = r->cut = false;
	proc_release(&r->proc);
	buf_release(&r->line);
	buf_release(&r->heard);
	buf_release(&r->last);
}

/* A line of its standard error is whole. */
static void
resident_hears(struct resident *r)
{
	if (r->heard.len > 0) {
		r->last.len = 0;
		buf_shown(&r->last, r->heard.p, r->heard.len);
		if (buf_addc(&r->heard, '\0') == 0)
			r->ops->heard(r->arg, r->heard.p);
	}
	r->heard.len = 0;
	r->cut = false;
}

static void
hear_bytes(struct resident *r, const char *s, size_t n)
{
	for (; n > 0; s++, n--) {
		if (*s == '\n')
			resident_hears(r);
		else if (r->heard.len >= HEARD_MAX)
			r->cut = true;
		else if (*s && *s != '\r')
			(void)buf_addc(&r->heard, *s);
	}
}

/* A piece at a time: a flood must not hold its reader. */
static void
resident_on_err(void *arg, short revents)
{
	struct resident *r = arg;
	char data[4096];
	ssize_t n = read(r->proc.err_fd, data, sizeof(data));

	(void)revents;
	if (n > 0) {
		hear_bytes(r, data, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		watch_free(r->on_err);
		r->on_err = NULL;
	}
}

/* What it said before its end. */
static void
hear_rest(struct resident *r)
{
	for (int i = 0; r->on_err && i < 16; i++) {
		struct pollfd p = { .fd = r->proc.err_fd, .events = POLLIN };

		if (poll(&p, 1, 0) <= 0)
			break;
		resident_on_err(r, p.revents);
	}
	resident_hears(r);
}

static void
resident_gone(struct resident *r)
{
	struct resident_end end = { .fate = r->fate, .unread = r->unread };
	char how[200], why[RESIDENT_WHY_MAX];

	proc_why(&r->proc, how);
	snprintf(why, sizeof(why), "%s%s%.*s", how, r->last.len ? ": " : "", (int)r->last.len,
	    r->last.len ? r->last.p : "");
	end.why = why;
	resident_stop(r);
	r->ops->ended(r->arg, &end);
}

/* Whether it has not read all that it was asked. */
static bool
is_unread(const struct resident *r)
{
	int left = 0;

	return r->asked && r->in >= 0 && (ioctl(r->in, FIONREAD, &left) || left > 0);
}

/* It is to answer no more, and has a while to end by itself. */
static void
resident_dying(struct resident *r, enum resident_fate fate)
{
	r->unread = is_unread(r);
	r->state = RESIDENT_DYING;
	r->fate = fate;
	resident_hang_up(r);
	watch_again(r->due, RESIDENT_GRACE_MS);
}

static void
resident_doomed(struct resident *r, enum resident_fate fate)
{
	proc_kill(&r->proc, SIGKILL);
	resident_dying(r, fate);
}

/* The line is whole: all that has come is it, but for its newline. */
static void
resident_deliver(struct resident *r)
{
	struct buf line = r->line;

	buf_init(&r->line, line.max);
	r->asked = false;
	r->ops->said(r->arg, line.p, line.len - 1);
	buf_release(&line);
}

/* Take what has come: -1 when there is nothing now, or it is no more to be read. */
static int
resident_take(struct resident *r)
{
	const char *end;
	ssize_t n;

	if (buf_room(&r->line, PIECE) < 0) {
		resident_doomed(r, RESIDENT_FLOODED);
		return -1;
	}
	n = read(r->out, r->line.p + r->line.len, PIECE);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -1;
	if (n <= 0) {
		resident_dying(r, RESIDENT_DIED);
		return -1;
	}
	end = memchr(r->line.p + r->line.len, '\n', (size_t)n);
	r->line.len += (size_t)n;
	/* What it says before it has read the question is no answer to that. */
	if (!r->asked || is_unread(r) || (end && end + 1 < r->line.p + r->line.len)) {
		resident_doomed(r, RESIDENT_BABBLED);
		return -1;
	}
	if (end)
		resident_deliver(r);
	return end ? -1 : 0;
}

static void
resident_on_out(void *arg, short revents)
{
	(void)revents;
	(void)resident_take(arg);
}

/* It reads no more.  It may have read what it was asked, and answer that yet. */
static void
resident_on_in(void *arg, short revents)
{
	struct resident *r = arg;

	(void)revents;
	watch_free(r->on_in);
	r->on_in = NULL;
	if (!r->asked || is_unread(r))
		resident_dying(r, RESIDENT_DIED);
}

/* Its last words are in the pipe.  Those whom it left behind go with it. */
static void
resident_on_end(void *arg, short revents)
{
	struct resident *r = arg;

	(void)revents;
	proc_kill(&r->proc, SIGKILL);
	if (r->state == RESIDENT_LIVE) {
		while (resident_take(r) == 0)
			;
		if (r->state == RESIDENT_LIVE)
			resident_dying(r, RESIDENT_DIED);
		return;
	}
	hear_rest(r);
	if (proc_reap(&r->proc))
		resident_gone(r);
}

static void
resident_on_due(void *arg, short revents)
{
	struct resident *r = arg;

	(void)revents;
	if (r->state == RESIDENT_DYING)
		proc_kill(&r->proc, SIGKILL);
	if (r->state == RESIDENT_DYING || !r->asked)
		return;
	if (!r->reads && !is_unread(r)) {
		r->reads = true;
		r->due_ms = loop_now_ms() + r->wall_ms;
	}
	if (loop_now_ms() >= r->due_ms)
		resident_doomed(r, RESIDENT_SILENT);
	else
		watch_again(r->due, r->reads ? (long)(r->due_ms - loop_now_ms()) : TICK_MS);
}

/* Its ends of the pipes are in[0] and out[1]; ours do not block. */
static int
resident_pipes(int in[2], int out[2])
{
	in[0] = in[1] = out[0] = out[1] = -1;
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || fcntl(in[1], F_SETFL, O_NONBLOCK) ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK))
		return -1;
	return 0;
}

static void
resident_watch(struct resident *r, const struct resident_conf *conf)
{
	r->state = RESIDENT_LIVE;
	r->asked = r->unread = r->cut = false;
	buf_init(&r->line, conf->line_max + PIECE);
	buf_init(&r->heard, HEARD_MAX + 1);
	buf_init(&r->last, LAST_MAX);
	r->on_in = loop_fd(r->loop, r->in, 0, resident_on_in, r);
	r->on_out = loop_fd(r->loop, r->out, POLLIN, resident_on_out, r);
	r->on_err = loop_fd(r->loop, r->proc.err_fd, POLLIN, resident_on_err, r);
	r->on_end = loop_fd(r->loop, r->proc.pidfd, POLLIN, resident_on_end, r);
	r->due = loop_timer(r->loop, RESIDENT_GRACE_MS, resident_on_due, r);
}

int
resident_start(struct resident *r, const struct resident_conf *conf, struct err *e)
{
	int in[2], out[2], rc;

	rc = resident_pipes(in, out);
	if (rc)
		err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s", conf->name);
	else
		rc = proc_start(&r->proc,
		    &(struct proc_conf){ .name = conf->name,
			.argv = conf->argv,
			.env = conf->env,
			.in = in[0],
			.out = out[1] },
		    e);
	close_end(&in[0]);
	close_end(&out[1]);
	r->in = in[1];
	r->out = out[0];
	if (rc == 0)
		resident_watch(r, conf);
	else
		resident_hang_up(r);
	return rc;
}

bool
resident_is_idle(const struct resident *r)
{
	struct pollfd p[2] = { { .fd = r->in }, { .fd = r->out, .events = POLLIN } };

	return r->state == RESIDENT_LIVE && !r->asked && r->on_in && r->line.len == 0 &&
	    poll(p, 2, 0) == 0;
}

/* One write, since there is nowhere to keep the rest: the pipe of who is idle is empty. */
void
resident_ask(struct resident *r, const char *line, size_t len, long wall_ms)
{
	r->asked = true;
	r->reads = false;
	r->wall_ms = wall_ms;
	r->due_ms = loop_now_ms() + RESIDENT_START_MS;
	watch_again(r->due, 0);
	if (write(r->in, line, len) == (ssize_t)len)
		return;
	resident_doomed(r, RESIDENT_DIED);
	r->unread = true;
}

void
resident_leave(struct resident *r)
{
	if (r->state == RESIDENT_LIVE)
		resident_dying(r, RESIDENT_DIED);
}

void
resident_leave_all(struct resident *const *v, size_t n)
{
	const int64_t due = loop_now_ms() + RESIDENT_GRACE_MS;

	for (size_t i = 0; i < n; i++) {
		if (v[i]->asked)
			resident_stop(v[i]);
		resident_hang_up(v[i]);
	}
	for (size_t i = 0; i < n; i++) {
		const int64_t left = due - loop_now_ms();

		if (v[i]->state != RESIDENT_STOPPED)
			(void)proc_wait(&v[i]->proc, left > 0 ? (long)left : 0);
		resident_stop(v[i]);
	}
}
