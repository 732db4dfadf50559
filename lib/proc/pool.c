#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "proc/child.h"

struct workers {
	struct loop *loop;
	struct workers_conf conf;
	struct job *queue, **queue_end;
	struct watch *kick;
	struct workerchild *v;
};

/* 1: a worker has the job; 0: all are busy; -1: no worker can be had. */
static int
pool_place(struct workers *pool, struct job *job, struct err *e)
{
	struct workerchild *w, *stopped = NULL;
	bool busy = false;

	for (w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (w->job) {
			busy = true;
			continue;
		}
		if (w->proc.name && workerchild_give(w, job) == 0)
			return 1;
		workerchild_stop(w);
		stopped = w;
	}
	if (!stopped)
		return 0;
	if (workerchild_start(stopped, e))
		return busy ? 0 : -1;
	if (workerchild_give(stopped, job))
		return workerchild_died(stopped, e);
	return 1;
}

static void run_queue(void *arg, short revents);

/* Later, since whoever runs now may be in the midst of a worker. */
static void
kick(void *arg)
{
	struct workers *pool = arg;

	if (!pool->queue)
		return;
	if (pool->kick)
		watch_again(pool->kick, 0);
	else
		pool->kick = loop_timer(pool->loop, 0, run_queue, pool);
}

static void
run_queue(void *arg, short revents)
{
	struct workers *pool = arg;
	struct job *job;
	struct err e;
	int rc;

	(void)revents;
	while ((job = pool->queue)) {
		rc = pool_place(pool, job, &e);
		if (rc == 0)
			return;
		pool->queue = job->next;
		if (!pool->queue)
			pool->queue_end = &pool->queue;
		if (rc > 0)
			continue;
		kick(pool);
		job->done(job->arg, NULL, 0, &e);
		job_free(job);
		return; /* the pool may be gone */
	}
}

struct workers *
workers_new(struct loop *loop, const struct workers_conf *conf)
{
	struct workers *pool = mem_new(1, sizeof(*pool));

	pool->loop = loop;
	pool->conf = *conf;
	pool->queue_end = &pool->queue;
	pool->v = mem_new((size_t)conf->n, sizeof(*pool->v));
	for (long i = 0; i < conf->n; i++) {
		pool->v[i].loop = loop;
		pool->v[i].conf = &pool->conf;
		pool->v[i].ended = kick;
		pool->v[i].pool = pool;
		pool->v[i].sock = -1;
	}
	return pool;
}

int
workers_submit(struct workers *pool, const struct worker_job *w, struct err *e)
{
	struct job *job;
	int rc = 0;

	if (w->len > WORKER_REQUEST_MAX)
		return err_set(e, ERR_PERMANENT, "worker.large", "%s: a request of %zu bytes",
		    pool->conf.name, w->len);
	job = mem_new(1, sizeof(*job) + w->len);
	*job = (struct job){ .done = w->done, .arg = w->arg, .fd = -1, .len = w->len };
	if (w->len)
		memcpy(job->request, w->request, w->len);
	if (w->fd >= 0 && (job->fd = fcntl(w->fd, F_DUPFD_CLOEXEC, 3)) < 0)
		rc = err_sys(e, err_class_of(errno), "io.read", "cannot give a file to %s",
		    pool->conf.name);
	else if (!pool->queue)
		rc = pool_place(pool, job, e);
	if (rc < 0) {
		job_free(job);
		return -1;
	}
	if (rc == 0) {
		*pool->queue_end = job;
		pool->queue_end = &job->next;
	}
	return 0;
}

void
workers_cancel(struct workers *pool, const void *arg)
{
	struct job **at = &pool->queue, *job;

	while ((job = *at)) {
		if (job->arg == arg) {
			*at = job->next;
			job_free(job);
		} else {
			at = &job->next;
		}
	}
	pool->queue_end = at;
	for (struct workerchild *w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (!w->job || w->job->arg != arg)
			continue;
		job_free(w->job);
		w->job = NULL;
		workerchild_stop(w);
	}
	kick(pool);
}

void
workers_free(struct workers *pool)
{
	struct job *next;

	if (!pool)
		return;
	for (struct workerchild *w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (w->job)
			job_free(w->job);
		workerchild_stop(w);
		watch_free(w->tick);
	}
	for (struct job *job = pool->queue; job; job = next) {
		next = job->next;
		job_free(job);
	}
	watch_free(pool->kick);
	free(pool->v);
	free(pool);
}

/* Exactly n bytes, and the file that comes with them, if one does. */
static int
receive(int sock, void *data, size_t n, int *fd)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	const struct cmsghdr *c;
	ssize_t got;

	for (size_t have = 0; have < n;) {
		struct iovec iov = { (char *)data + have, n - have };
		struct msghdr msg = { .msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control.space,
			.msg_controllen = sizeof(control.space) };

		got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		have += (size_t)got;
		c = CMSG_FIRSTHDR(&msg);
		if (c && c->cmsg_type == SCM_RIGHTS && *fd < 0)
			memcpy(fd, CMSG_DATA(c), sizeof(int));
	}
	return 0;
}

long
worker_next(int sock, char req[WORKER_REQUEST_MAX], int *fd)
{
	uint64_t len = 0;

	*fd = -1;
	if (receive(sock, &len, sizeof(len), fd) == 0 && len <= WORKER_REQUEST_MAX &&
	    receive(sock, req, (size_t)len, fd) == 0)
		return (long)len;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return -1;
}

int
worker_answer(int sock, const char *answer, size_t len)
{
	uint64_t head = len;
	struct iovec iov[2] = { { &head, sizeof(head) }, { (void *)answer, len } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	while (iov[0].iov_len + iov[1].iov_len > 0) {
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		for (int i = 0; i < 2; i++) {
			size_t used = (size_t)n < iov[i].iov_len ? (size_t)n : iov[i].iov_len;

			iov[i].iov_base = (char *)iov[i].iov_base + used;
			iov[i].iov_len -= used;
			n -= (ssize_t)used;
		}
	}
	return 0;
}
