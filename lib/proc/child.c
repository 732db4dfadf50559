#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "proc/child.h"

enum { TICK_MS = 250, DYING_MS = 2000 };

struct serve_arg {
	const struct workers_conf *conf;
	int sock;
};

void
job_free(struct job *job)
{
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

void
workerchild_stop(struct workerchild *w)
{
	watch_free(w->on_sock);
	watch_free(w->on_err);
	w->on_sock = w->on_err = NULL;
	if (w->sock >= 0)
		close(w->sock);
	w->sock = -1;
	w->dying = false;
	proc_release(&w->proc);
	buf_release(&w->answer);
}

int
workerchild_died(struct workerchild *w, struct err *e)
{
	char why[200];

	if (proc_wait(&w->proc, DYING_MS)) {
		proc_kill(&w->proc, SIGKILL);
		proc_wait(&w->proc, -1);
	}
	err_set(e, ERR_TRANSIENT, "worker.died", "%s died: %s", w->conf->name,
	    proc_why(&w->proc, why));
	workerchild_stop(w);
	return -1;
}

/*
 * Nothing of the child is touched once the callback runs, which may submit,
 * cancel, and free the pool.
 */
static void
child_finish(struct workerchild *w, const struct err *e)
{
	struct job *job = w->job;
	struct buf answer = w->answer;

	w->job = NULL;
	buf_init(&w->answer, answer.max);
	if (e)
		workerchild_stop(w);
	w->ended(w->pool);
	if (e)
		job->done(job->arg, NULL, 0, e);
	else
		job->done(job->arg, answer.p + WORKER_HEAD, answer.len - WORKER_HEAD, NULL);
	buf_release(&answer);
	job_free(job);
}

static void
child_on_end(void *arg, short revents)
{
	struct workerchild *w = arg;
	struct err e;

	(void)revents;
	workerchild_died(w, &e);
	child_finish(w, &e);
}

/*
 * It has closed its socket: that is how a process ends, but it may take its
 * time until it can be reaped. Other work goes on meanwhile.
 */
static int
await_end(struct workerchild *w, struct err *e)
{
	if (proc_reap(&w->proc))
		return workerchild_died(w, e);
	watch_free(w->on_sock);
	w->on_sock = loop_fd(w->loop, w->proc.pidfd, POLLIN, child_on_end, w);
	w->dying = true;
	watch_again(w->tick, DYING_MS);
	return 0;
}

/* Bytes of the answer still to come, as far as is known. */
static int
child_wanted(const struct workerchild *w, size_t *n, struct err *e)
{
	uint64_t len;

	if (w->answer.len < WORKER_HEAD) {
		*n = WORKER_HEAD - w->answer.len;
		return 0;
	}
	memcpy(&len, w->answer.p, WORKER_HEAD);
	if (len > w->conf->answer_max)
		return err_set(e, ERR_PERMANENT, "worker.large",
		    "%s: the answer is larger than %zu bytes", w->conf->name, w->conf->answer_max);
	*n = (size_t)len - (w->answer.len - WORKER_HEAD);
	return 0;
}

/*
 * The request was still in its socket when that was closed: it was being
 * killed already. A fresh one gets the job, which it has done nothing to.
 */
static int
give_again(struct workerchild *w, struct err *e)
{
	workerchild_stop(w);
	w->job->again = true;
	if (workerchild_start(w, e))
		return -1;
	return workerchild_give(w, w->job) ? workerchild_died(w, e) : 0;
}

/* 1: the answer is there; 0: more is to come, or its end. */
static int
receive_answer(struct workerchild *w, struct err *e)
{
	size_t want = 0;
	ssize_t n;

	for (;;) {
		if (child_wanted(w, &want, e))
			return -1;
		if (want == 0)
			return 1;
		if (buf_room(&w->answer, want))
			return err_set(e, ERR_TRANSIENT, "worker.died",
			    "%s: no memory for the answer", w->conf->name);
		n = recv(w->sock, w->answer.p + w->answer.len, want, 0);
		if (n > 0)
			w->answer.len += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			return 0;
		else if (n < 0 && errno == ECONNRESET && !w->job->again)
			return give_again(w, e);
		else if (n == 0 || errno != EINTR)
			return await_end(w, e);
	}
}

static void
child_on_sock(void *arg, short revents)
{
	struct workerchild *w = arg;
	struct err e;
	int rc;

	(void)revents;
	if (!w->job) {
		workerchild_stop(w); /* it ended, or speaks unasked */
		return;
	}
	rc = receive_answer(w, &e);
	if (rc)
		child_finish(w, rc < 0 ? &e : NULL);
}

static void
on_err(void *arg, short revents)
{
	struct workerchild *w = arg;

	(void)revents;
	proc_drain(&w->proc);
	if (w->proc.err_fd < 0) {
		watch_free(w->on_err);
		w->on_err = NULL;
	}
}

static void
child_on_tick(void *arg, short revents)
{
	struct workerchild *w = arg;
	const struct workers_conf *c = w->conf;
	int64_t left = c->wall_ms > 0 ? w->due_ms - loop_now_ms() : TICK_MS;
	struct err e;

	(void)revents;
	if (!w->job)
		return;
	if (w->dying) {
		proc_kill(&w->proc, SIGKILL);
		child_on_end(w, 0);
		return;
	}
	if (c->cpu_ms > 0 && proc_cpu_ms(&w->proc) - w->cpu_start_ms > c->cpu_ms) {
		err_set(&e, ERR_TRANSIENT, "worker.timeout", "%s used more than %ld ms of CPU time",
		    c->name, c->cpu_ms);
		child_finish(w, &e);
	} else if (left <= 0) {
		err_set(&e, ERR_TRANSIENT, "worker.timeout", "%s took longer than %ld ms", c->name,
		    c->wall_ms);
		child_finish(w, &e);
	} else {
		watch_again(w->tick, left < TICK_MS ? (long)left : TICK_MS);
	}
}

static int
serve_main(void *arg)
{
	const struct serve_arg *a = arg;

	return a->conf->serve(a->sock, a->conf->arg);
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

int
workerchild_start(struct workerchild *w, struct err *e)
{
	struct serve_arg arg = { .conf = w->conf };
	struct proc_conf conf = { .name = w->conf->name,
		.main = serve_main,
		.arg = &arg,
		.in = -1,
		.out = -1,
		.jail = w->conf->jail };
	int s[2] = { -1, -1 }, rc = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) || lift(&s[0]) || lift(&s[1]) ||
	    fcntl(s[0], F_SETFL, O_NONBLOCK)) {
		err_sys(e, ERR_BUSY, "proc.fork", "cannot start %s", conf.name);
	} else {
		arg.sock = conf.keep[0] = s[1];
		rc = proc_start(&w->proc, &conf, e);
	}
	if (s[1] >= 0)
		close(s[1]);
	if (rc) {
		if (s[0] >= 0)
			close(s[0]);
		return -1;
	}
	w->sock = s[0];
	w->on_sock = loop_fd(w->loop, w->sock, POLLIN, child_on_sock, w);
	w->on_err = loop_fd(w->loop, w->proc.err_fd, POLLIN, on_err, w);
	buf_init(&w->answer, WORKER_HEAD + w->conf->answer_max);
	return 0;
}

/* A socket that has been read empty takes a request whole, or is dead. */
static int
send_job(int sock, const struct job *job)
{
	uint64_t len = job->len;
	struct iovec iov[2] = { { &len, WORKER_HEAD }, { (void *)job->request, job->len } };
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *c;

	if (job->fd >= 0) {
		msg.msg_control = control.space;
		msg.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &job->fd, sizeof(int));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == (ssize_t)(WORKER_HEAD + job->len) ? 0 : -1;
}

int
workerchild_give(struct workerchild *w, struct job *job)
{
	const struct workers_conf *c = w->conf;
	long first = c->wall_ms > 0 && c->wall_ms < TICK_MS ? c->wall_ms : TICK_MS;
	char early;

	/* Whoever ended or spoke since the last answer is not given a job. */
	if (recv(w->sock, &early, 1, MSG_PEEK) >= 0 || errno != EAGAIN || send_job(w->sock, job))
		return -1;
	w->job = job;
	w->answer.len = 0;
	w->due_ms = loop_now_ms() + c->wall_ms;
	w->cpu_start_ms = proc_cpu_ms(&w->proc);
	/* What earlier jobs said is no reason for this one's end. */
	proc_drain(&w->proc);
	w->proc.head_len = w->proc.tail_len = w->proc.dropped = 0;
	if (w->tick)
		watch_again(w->tick, first);
	else
		w->tick = loop_timer(w->loop, first, child_on_tick, w);
	return 0;
}
