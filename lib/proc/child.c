#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "proc/child.h"
#include "proc/filter.h"
#include "proc/frame.h"
#include "proc/kin.h"
#include "proc/relay.h"
#include "proc/role.h"

enum { TICK_MS = 250, DYING_MS = 2000 };

void
child_init(struct child *c, struct loop *loop, const struct child_ops *ops, void *arg)
{
	*c = (struct child){ .loop = loop, .ops = ops, .arg = arg, .sock = -1, .kin = -1 };
}

void
child_stop(struct child *c)
{
	struct watch **all[] = { &c->on_sock, &c->on_err, &c->on_end, &c->tick, &c->again,
		&c->on_kin };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		watch_free(*all[i]);
		*all[i] = NULL;
	}
	if (c->sock >= 0)
		close(c->sock);
	if (c->kin >= 0)
		close(c->kin);
	c->sock = c->kin = -1;
	c->held = false;
	c->state = CHILD_STOPPED;
	proc_release(&c->proc);
	buf_release(&c->in);
}

/* Nothing of the child is touched once the callback runs. */
static void
child_gone(void *arg, short revents)
{
	struct child *c = arg;
	struct child_end end;
	struct err unready;
	char why[200];

	(void)revents;
	if (!proc_reap(&c->proc))
		return;
	if (c->end.fate == CHILD_DIED && WIFSIGNALED(c->proc.status) &&
	    WTERMSIG(c->proc.status) == SIGXCPU)
		c->end.fate = CHILD_SPENT;
	end = c->end;
	end.why = proc_why(&c->proc, why);
	if (end.unready) {
		unready = c->unready;
		end.unready = &unready;
	}
	child_stop(c);
	c->ops->ended(c->arg, &end);
}

/* It can say no more. Other work goes on until it can be reaped. */
static void
child_dying(struct child *c)
{
	watch_free(c->on_sock);
	c->on_sock = NULL;
	c->state = CHILD_DYING;
	watch_free(c->on_end);
	c->on_end = loop_fd(c->loop, c->proc.pidfd, POLLIN, child_gone, c);
	watch_again(c->tick, DYING_MS);
}

static void
child_doomed(struct child *c, enum child_fate fate)
{
	c->end.fate = fate;
	proc_kill(&c->proc, SIGKILL);
	child_dying(c);
}

/* While LIVE: those whom it left behind hold its socket, which is at its end when they are. */
static void
child_has_ended(void *arg, short revents)
{
	struct child *c = arg;

	(void)revents;
	watch_free(c->on_end);
	c->on_end = NULL;
	proc_kill(&c->proc, SIGKILL);
}

static void
child_on_kin(void *arg, short revents)
{
	struct child *c = arg;

	if (revents & POLLIN) {
		kin_answer(c->kin, c->proc.pid);
		return;
	}
	watch_free(c->on_kin);
	c->on_kin = NULL;
}

/* The first thing it says: nothing, which is that it is ready, or why it is not. */
static void
child_is_ready(struct child *c)
{
	c->ready = c->in.len == FRAME_HEAD;
	if (c->ready) {
		c->in.len = 0;
		proc_log_start(&c->proc, true);
		if (c->kin >= 0)
			c->on_kin = loop_fd(c->loop, c->kin, POLLIN, child_on_kin, c);
		return;
	}
	(void)relay_get_own(c->in.p + FRAME_HEAD, c->in.len - FRAME_HEAD, CODE_PROC_DIED,
	    &c->unready);
	c->end.unready = &c->unready;
	child_dying(c);
}

static void
child_deliver(struct child *c)
{
	struct buf frame = c->in;

	buf_init(&c->in, frame.max);
	c->held = false;
	watch_pause(c->on_sock, false);
	if (c->ops->said(c->arg, frame.p + FRAME_HEAD, frame.len - FRAME_HEAD)) {
		buf_release(&frame);
		return;
	}
	c->in = frame;
	c->held = true;
	watch_pause(c->on_sock, true);
}

/* Bytes of the frame still to come, as far as is known; -1: too many. */
static int
child_wanted(const struct child *c, size_t *n)
{
	uint64_t len;

	if (c->in.len < FRAME_HEAD) {
		*n = FRAME_HEAD - c->in.len;
		return 0;
	}
	memcpy(&len, c->in.p, FRAME_HEAD);
	if (len > c->frame_max)
		return -1;
	*n = (size_t)len - (c->in.len - FRAME_HEAD);
	return 0;
}

/* One frame at a time: whoever takes it may stop the child. */
static void
child_on_sock(void *arg, short revents)
{
	struct child *c = arg;
	size_t want = 0;
	ssize_t n;

	(void)revents;
	for (;;) {
		if (child_wanted(c, &want)) {
			child_doomed(c, CHILD_FLOODED);
			return;
		}
		if (buf_room(&c->in, want)) {
			child_doomed(c, CHILD_DIED); /* for want of memory */
			return;
		}
		if (want == 0 && !c->ready) {
			child_is_ready(c);
			return;
		}
		if (want == 0) {
			child_deliver(c);
			return;
		}
		n = c->ready ? recv(c->sock, c->in.p + c->in.len, want, 0)
			     : frame_recv(c->sock, c->in.p + c->in.len, want, &c->kin);
		if (n > 0) {
			c->in.len += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			return;
		} else if (n == 0 || errno != EINTR) {
			c->end.unread |= n < 0 && errno == ECONNRESET;
			child_dying(c);
			return;
		}
	}
}

static void
child_on_err(void *arg, short revents)
{
	struct child *c = arg;

	(void)revents;
	proc_drain(&c->proc);
	if (c->proc.err_fd < 0) {
		watch_free(c->on_err);
		c->on_err = NULL;
	}
}

static void
child_on_again(void *arg, short revents)
{
	struct child *c = arg;

	(void)revents;
	if (c->held)
		child_deliver(c);
}

static void
child_on_tick(void *arg, short revents)
{
	struct child *c = arg;
	int64_t now = loop_now_ms(), left;

	(void)revents;
	if (c->state == CHILD_DYING) {
		proc_kill(&c->proc, SIGKILL);
		return;
	}
	if (c->held)
		c->due_ms = now + c->wall_ms;
	left = c->wall_ms > 0 ? c->due_ms - now : TICK_MS;
	if (c->ops->fits && !c->ops->fits(c->arg))
		child_doomed(c, CHILD_LARGE);
	else if (c->cpu_ms > 0 && proc_cpu_ms(&c->proc) - c->cpu_start_ms > c->cpu_ms)
		child_doomed(c, CHILD_SPENT);
	else if (left <= 0)
		child_doomed(c, CHILD_SILENT);
	else if (c->cpu_ms > 0 || c->wall_ms > 0)
		watch_again(c->tick, left < TICK_MS ? (long)left : TICK_MS);
}

/* Above 2, which a child fills itself. */
static int
lift(int *fd)
{
	int low = *fd;

	if (low > 2)
		return 0;
	*fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
	close(low);
	return *fd < 0 ? -1 : 0;
}

static int
child_exec(struct child *c, const struct child_conf *conf, int s[2], struct err *e)
{
	struct proc_conf pc = { .name = conf->name,
		.role = conf->role,
		.env = conf->env,
		.out = -1 };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) || lift(&s[0]) || lift(&s[1]) ||
	    fcntl(s[0], F_SETFL, O_NONBLOCK))
		return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s", conf->name);
	pc.in = s[1];
	return proc_start(&c->proc, &pc, e);
}

/* What fails of the filters here fails in the child, which says so. */
static int
child_hello(struct child *c, const struct child_conf *conf, struct err *e)
{
	struct buf hello = BUF_INIT(ROLE_HELLO_MAX);
	int rc;

	(void)filter_make(conf->jail);
	if (conf->tools)
		(void)filter_make(conf->tools);
	rc = role_hello(&hello, conf->jail, conf->told, conf->told_len);
	if (rc < 0)
		err_set(e, ERR_PERMANENT, CODE_WORKER_LARGE, "%s: told too much", conf->name);
	else
		(void)child_tell(c, hello.p, hello.len, conf->file > 0 ? conf->file : -1);
	buf_release(&hello);
	return rc;
}

/* Whatever it says, or not, is seen on the loop. */
static void
child_watch(struct child *c, const struct child_conf *conf, int sock)
{
	c->state = CHILD_LIVE;
	c->name = conf->name;
	c->frame_max = conf->frame_max;
	c->end = (struct child_end){ .fate = CHILD_DIED };
	c->cpu_ms = c->wall_ms = 0;
	c->ready = false;
	c->sock = sock;
	c->on_sock = loop_fd(c->loop, c->sock, POLLIN, child_on_sock, c);
	c->on_err = loop_fd(c->loop, c->proc.err_fd, POLLIN, child_on_err, c);
	c->on_end = loop_fd(c->loop, c->proc.pidfd, POLLIN, child_has_ended, c);
	c->tick = loop_timer(c->loop, TICK_MS, child_on_tick, c);
	buf_init(&c->in, FRAME_HEAD + conf->frame_max);
}

int
child_start(struct child *c, const struct child_conf *conf, struct err *e)
{
	int s[2] = { -1, -1 }, rc = child_exec(c, conf, s, e);

	if (s[1] >= 0)
		close(s[1]);
	if (rc) {
		if (s[0] >= 0)
			close(s[0]);
		return -1;
	}
	child_watch(c, conf, s[0]);
	rc = child_hello(c, conf, e);
	if (rc)
		child_stop(c);
	return rc;
}

bool
child_is_idle(const struct child *c)
{
	char early;

	return c->state == CHILD_LIVE && !c->held && recv(c->sock, &early, 1, MSG_PEEK) < 0 &&
	    errno == EAGAIN;
}

/* One send, since there is nowhere to keep the rest of a frame. */
int
child_tell(struct child *c, const void *data, size_t len, int fd)
{
	uint64_t head = len;
	struct iovec iov[2] = { { &head, FRAME_HEAD }, { (void *)(uintptr_t)data, len } };
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cm;

	if (c->state != CHILD_LIVE)
		return -1;
	if (fd >= 0) {
		msg.msg_control = control.space;
		msg.msg_controllen = sizeof(control.space);
		cm = CMSG_FIRSTHDR(&msg);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &fd, sizeof(int));
	}
	if (sendmsg(c->sock, &msg, MSG_NOSIGNAL) == (ssize_t)(FRAME_HEAD + len))
		return 0;
	c->end.unread = true;
	return -1;
}

void
child_allow(struct child *c, long cpu_ms, long wall_ms)
{
	if (c->state != CHILD_LIVE)
		return;
	c->cpu_ms = cpu_ms;
	c->wall_ms = wall_ms;
	c->due_ms = loop_now_ms() + wall_ms;
	c->cpu_start_ms = proc_cpu_ms(&c->proc);
	proc_drain(&c->proc);
	c->proc.head_len = c->proc.tail_len = c->proc.dropped = 0;
	watch_again(c->tick, wall_ms > 0 && wall_ms < TICK_MS ? wall_ms : TICK_MS);
}

/* On the next turn, since whoever has room now may be in the midst of something. */
void
child_resume(struct child *c)
{
	if (!c->held)
		return;
	if (c->again)
		watch_again(c->again, 0);
	else
		c->again = loop_timer(c->loop, 0, child_on_again, c);
}

pid_t
child_pid(const struct child *c)
{
	return c->state == CHILD_STOPPED ? 0 : c->proc.pid;
}
