#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "proc/child.h"
#include "proc/frame.h"
#include "proc/pool.h"

struct job {
	struct job *next;
	worker_done_fn *done;
	void *arg;
	int fd;                           /* ours; -1: none */
	bool again;                       /* given to a second one, the first did not read it */
	long times;                       /* what is allowed for one */
	char owner[WORKER_OWNER_MAX + 1]; /* "": like no other */
	size_t len;
	char request[];
};

struct worker {
	struct workers *pool;
	struct child child;
	struct job *job;                  /* NULL: idle */
	long jobs;                        /* that its child has had */
	char owner[WORKER_OWNER_MAX + 1]; /* of the last of them */
};

struct workers {
	struct loop *loop;
	struct workers_conf conf;
	struct job *queue, **queue_end;
	struct watch *kick;
	struct worker *v;
};

static void
job_free(struct job *job)
{
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

static int
worker_start(struct worker *w, struct err *e)
{
	const struct workers_conf *c = &w->pool->conf;
	const struct child_conf conf = { .name = c->name,
		.role = c->role,
		.told = c->told,
		.told_len = c->told_len,
		.env = c->env,
		.jail = c->jail,
		.frame_max = c->answer_max };

	w->jobs = 0;
	return child_start(&w->child, &conf, e);
}

/* The job is its now. One that cannot be told is about to end, and has not read it. */
static void
worker_give(struct worker *w, struct job *job)
{
	w->job = job;
	w->jobs++;
	memcpy(w->owner, job->owner, sizeof(w->owner));
	child_allow(&w->child, job->times * w->pool->conf.cpu_ms,
	    job->times * w->pool->conf.wall_ms);
	(void)child_tell(&w->child, job->request, job->len, job->fd);
}

/* Whether its child may have the job as well, with what it has had. */
static bool
worker_suits(const struct worker *w, const struct job *job)
{
	return !w->pool->conf.isolate || w->jobs == 0 ||
	    (*job->owner && !strcmp(w->owner, job->owner));
}

/* 1: a worker has the job; 0: all are busy; -1: no worker can be had. */
static int
pool_place(struct workers *pool, struct job *job, struct err *e)
{
	struct worker *w, *stopped = NULL, *other = NULL;
	bool busy = false;

	for (w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (w->job) {
			busy = true;
			continue;
		}
		/* Whoever ended or spoke since the last answer is not given a job. */
		if (!child_is_idle(&w->child)) {
			child_stop(&w->child);
			stopped = w;
		} else if (worker_suits(w, job)) {
			worker_give(w, job);
			return 1;
		} else {
			other = w;
		}
	}
	if (!stopped && other) {
		child_stop(&other->child);
		stopped = other;
	}
	if (!stopped)
		return 0;
	if (worker_start(stopped, e))
		return busy ? 0 : -1;
	worker_give(stopped, job);
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

/* Nothing of the pool is touched once done runs, which may free it. */
static void
job_end(struct worker *w, const char *answer, size_t len, const struct err *e)
{
	struct job *job = w->job;

	w->job = NULL;
	kick(w->pool);
	job->done(job->arg, answer, len, e);
	job_free(job);
}

static bool
worker_said(void *arg, const char *answer, size_t len)
{
	struct worker *w = arg;
	const struct workers_conf *c = &w->pool->conf;

	/* It speaks unasked, or has said its last. */
	if (!w->job || (c->recycle > 0 && w->jobs >= c->recycle) ||
	    (c->trusts && !c->trusts(w->job->arg, answer, len)))
		child_stop(&w->child);
	if (w->job)
		job_end(w, answer, len, NULL);
	return true;
}

/*
 * A request that was still in its socket was not begun: it was being killed
 * already. A fresh one gets the job, which it has done nothing to.
 */
static int
give_again(struct worker *w, struct err *e)
{
	w->job->again = true;
	if (worker_start(w, e))
		return -1;
	worker_give(w, w->job);
	return 0;
}

static void
worker_ended(void *arg, const struct child_end *end)
{
	struct worker *w = arg;
	const struct workers_conf *c = &w->pool->conf;
	struct err e;

	if (!w->job)
		return;
	if (end->unready) {
		e = *end->unready;
	} else if (end->unread && !w->job->again) {
		if (give_again(w, &e) == 0)
			return;
	} else if (end->fate == CHILD_SPENT && c->cpu_ms > 0) {
		err_set(&e, ERR_TRANSIENT, CODE_WORKER_TIMEOUT,
		    "%s used more than %ld ms of CPU time", c->name, w->job->times * c->cpu_ms);
	} else if (end->fate == CHILD_SILENT) {
		err_set(&e, ERR_TRANSIENT, CODE_WORKER_TIMEOUT, "%s took longer than %ld ms",
		    c->name, w->job->times * c->wall_ms);
	} else if (end->fate == CHILD_FLOODED) {
		err_set(&e, ERR_PERMANENT, CODE_WORKER_LARGE,
		    "%s: the answer is larger than %zu bytes", c->name, c->answer_max);
	} else {
		err_set(&e, ERR_TRANSIENT, CODE_WORKER_DIED, "%s died: %s", c->name, end->why);
	}
	job_end(w, NULL, 0, &e);
}

static const struct child_ops worker_ops = { .said = worker_said, .ended = worker_ended };

struct workers *
workers_new(struct loop *loop, const struct workers_conf *conf)
{
	struct workers *pool = mem_new(1, sizeof(*pool));

	pool->loop = loop;
	pool->conf = *conf;
	pool->queue_end = &pool->queue;
	pool->v = mem_new((size_t)conf->n, sizeof(*pool->v));
	for (long i = 0; i < conf->n; i++) {
		pool->v[i].pool = pool;
		child_init(&pool->v[i].child, loop, &worker_ops, &pool->v[i]);
	}
	return pool;
}

int
workers_submit(struct workers *pool, const struct worker_job *w, struct err *e)
{
	struct job *job;
	int rc = 0;

	if (w->len > WORKER_REQUEST_MAX)
		return err_set(e, ERR_PERMANENT, CODE_WORKER_LARGE, "%s: a request of %zu bytes",
		    pool->conf.name, w->len);
	job = mem_new(1, sizeof(*job) + w->len);
	*job = (struct job){ .done = w->done,
		.arg = w->arg,
		.fd = -1,
		.times = w->times > 0 ? w->times : 1,
		.len = w->len };
	if (w->owner && strlen(w->owner) <= WORKER_OWNER_MAX)
		memcpy(job->owner, w->owner, strlen(w->owner));
	if (w->len)
		memcpy(job->request, w->request, w->len);
	if (w->fd >= 0 && (job->fd = fcntl(w->fd, F_DUPFD_CLOEXEC, 3)) < 0)
		rc = err_sys(e, err_class_of(errno), CODE_IO_READ, "cannot give a file to %s",
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
	for (struct worker *w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (!w->job || w->job->arg != arg)
			continue;
		job_free(w->job);
		w->job = NULL;
		child_stop(&w->child);
	}
	kick(pool);
}

void
workers_free(struct workers *pool)
{
	struct job *next;

	if (!pool)
		return;
	for (struct worker *w = pool->v; w < pool->v + pool->conf.n; w++) {
		if (w->job)
			job_free(w->job);
		child_stop(&w->child);
	}
	for (struct job *job = pool->queue; job; job = next) {
		next = job->next;
		job_free(job);
	}
	watch_free(pool->kick);
	free(pool->v);
	free(pool);
}

long
worker_next(int sock, char req[WORKER_REQUEST_MAX], int *fd)
{
	return frame_read(sock, req, WORKER_REQUEST_MAX, fd);
}

int
worker_answer(int sock, const char *answer, size_t len)
{
	return frame_write(sock, answer, len);
}
