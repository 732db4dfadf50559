/*
 * proc/pool.h - a pool of resident children that each do one job at a time.
 *
 * The children are of a role (proc/role.h) in a jail, started when the first
 * job needs them.  A job is a short request and, optionally, an open file,
 * which travels over the child's socket (SCM_RIGHTS), so that a worker needs
 * no file system at all; the answer is bytes.  A worker that dies, or is
 * killed for its job's limits, fails that job alone and is replaced at the
 * next one; a job that it had not read yet is given to another, once.  CPU
 * time is the limit that always runs.
 *
 * What a worker has read may have taken it over, and then what it answers later
 * is the attacker's too.  So it is replaced after so many jobs, and after one
 * whose answer is not trusted; and an owner may have workers of its own, which
 * have had no other's job.
 */
#ifndef PROC_POOL_H
#define PROC_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct jail;
struct loop;
struct workers;

enum { WORKER_REQUEST_MAX = 4096, WORKER_OWNER_MAX = 63 };

struct workers_conf {
	const char *name;
	long n;           /* children at most */
	const char *role; /* of those that main gave to role_enter */
	const void *told; /* borrowed until workers_free */
	size_t told_len;
	const char *const *env; /* as of child_conf */
	const struct jail *jail;
	size_t answer_max;    /* bytes of an answer */
	long cpu_ms, wall_ms; /* of one job */
	long recycle;         /* jobs of one child; 0: any number */
	bool isolate;         /* a child has jobs of one owner alone */
	/* Whether who answered that is to answer more; NULL: it is. arg: the job's. */
	bool (*trusts)(void *arg, const char *answer, size_t len);
};

/*
 * The answer (borrowed for the call), or e: transient worker.died,
 * transient worker.timeout, permanent worker.large; or why no worker can serve.
 */
typedef void worker_done_fn(void *arg, const char *answer, size_t len, const struct err *e);

struct workers *workers_new(struct loop *, const struct workers_conf *);
struct worker_job {
	const char *request;
	size_t len; /* at most WORKER_REQUEST_MAX */
	int fd;     /* -1: none */
	worker_done_fn *done;
	void *arg;
	long times;        /* what the pool allows for one; 0: once */
	const char *owner; /* where the pool isolates; NULL or longer than 63: like no other */
};

/*
 * Give a job to an idle worker, starting one if need be, or queue it. Request
 * and fd are duplicated. Fails, without calling back, when no child can be had.
 */
int workers_submit(struct workers *, const struct worker_job *, struct err *);
/* Forget the job with this arg; its worker, if it has one, is killed. */
void workers_cancel(struct workers *, const void *arg);
void workers_free(struct workers *);

/*
 * The child's side.  worker_next waits for a job: the length of the request
 * in req, the file in *fd (-1: none; the caller closes it); -1 when the parent
 * has gone.  worker_answer sends the result.
 */
long worker_next(int sock, char req[WORKER_REQUEST_MAX], int *fd);
int worker_answer(int sock, const char *answer, size_t len);

#endif
