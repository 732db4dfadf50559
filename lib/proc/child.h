/*
 * proc/child.h - one child of a worker pool, as its parent sees it: it is
 * stopped, idle, or does a job.  Only worker.c uses it.
 */
#ifndef PROC_CHILD_H
#define PROC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "proc/pool.h"
#include "proc/proc.h"

struct err;
struct loop;
struct watch;

/* Both ways goes a length in this many bytes, then so many bytes. */
enum { WORKER_HEAD = sizeof(uint64_t) };

struct job {
	struct job *next;
	worker_done_fn *done;
	void *arg;
	int fd;     /* ours; -1: none */
	bool again; /* given to a second one, the first did not read it */
	size_t len;
	char request[];
};

struct workerchild {
	struct loop *loop;
	const struct workers_conf *conf;
	void (*ended)(void *pool); /* a job has; its callback comes next */
	void *pool;
	struct proc proc; /* name NULL: stopped */
	int sock;
	struct watch *on_sock, *on_err, *tick;
	bool dying;        /* on_sock awaits its end */
	struct job *job;   /* NULL: idle */
	struct buf answer; /* with its head */
	int64_t due_ms;
	long cpu_start_ms;
};

void job_free(struct job *);

/* Of a stopped child. */
int workerchild_start(struct workerchild *, struct err *);
/* Give an idle child a job, which is then its; -1: it takes none any more. */
int workerchild_give(struct workerchild *, struct job *);
/* Stop it and say why it has ended, for which it has 2 s, or must; returns -1. */
int workerchild_died(struct workerchild *, struct err *);
/* Kill it; a job it had is the caller's again. */
void workerchild_stop(struct workerchild *);

#endif
