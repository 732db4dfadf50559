/*
 * flow/priv.h - filter.c's and task.c's own: the state of a running filter.
 *
 * task.c ends tasks and writes records, filter.c waits and reads.  Commands
 * see filter.h alone.
 */
#ifndef FLOW_PRIV_H
#define FLOW_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/lines.h"
#include "flow/counts.h"
#include "flow/filter.h"
#include "flow/out.h"

struct watch;

enum { FILTER_CHUNK = 32 << 10 }; /* bytes of one read, and of output in hand */

struct filter {
	struct loop *loop;
	const struct filter_conf *conf;
	const struct filter_ops *ops;
	void *arg;
	struct lines in;
	struct out out;
	struct counts counts;
	struct task *tasks; /* in hand, a ring's head or NULL */
	long ntasks;
	long fresh;         /* tasks begun since the last lull */
	long long fresh_ms; /* when the first of them was */
	struct watch *in_watch, *out_watch, *grace, *tick;
	bool source, ended; /* a source, and it has no more */
	bool stopping, refused, some_failed;
	bool dry;     /* every line that was read was taken in */
	bool came;    /* something was read, or its end */
	bool no_more; /* eof() was asked and had nothing */
	bool gone;    /* the reader is */
	bool dead;    /* *why says what ended it */
	struct err why;
};

/* A record taken in, as a task in hand. */
struct task *task_new(struct filter *, struct rec *);
/* Fail every task in hand, after the command has let go of it. */
void task_cancel_all(struct filter *, const struct err *);
/* Write what can be written; notes when the output is gone or bad. */
void task_flush(struct filter *);
/* Whether the output can take more, after trying to make room. */
bool task_roomy(struct filter *);
/* A record that failed earlier: byte for byte, and counted by its code. */
void task_pass_failed(struct filter *, struct rec *);
/* A line that is no record. */
void task_bad_line(struct filter *, const struct err *);
/* The most bytes that a record of its kind may have. */
size_t task_max_bytes(struct rec *);

#endif
