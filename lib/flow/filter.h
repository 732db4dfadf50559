/*
 * flow/filter.h - the one loop that every command runs on.
 *
 * A command gives callbacks; filter_run reads records from stdin (a filter)
 * or asks for them (a source), keeps a bounded number of tasks, writes
 * records as they finish, passes failed ones on byte for byte, and returns
 * main's exit status by quire.7.  One kind of task serves all: one that ends
 * later, by exactly one of task_pass, task_fail and task_done.
 *
 * Invariant: when it returns, records in = passed + failed + done.
 * Memory is flat in the number of records: the tasks in hand, one input
 * buffer and one output buffer.
 *
 * stdin and stdout keep their flags, which others share: a pipe on stdout is
 * opened anew to be written without blocking, anything else is written as
 * poll allows.  Whole records are gathered into writes of at most 4,096
 * bytes, which a pipe takes whole; nothing is held back while the command
 * waits.  A reader that is gone is noticed at once, also when idle, and ends
 * the command as SIGPIPE would.
 *
 * First SIGINT, SIGTERM or SIGHUP: tasks in hand have grace_ms to end, then
 * cancel() is called for them; every further record is passed on with
 * transient stage.stopped until the end of input.  Second: cancel(), and out.
 * Either way the process then ends by that signal.
 */
#ifndef FLOW_FILTER_H
#define FLOW_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "flow/counts.h"

struct err;
struct filter;
struct loop;
struct rec;

struct task {
	struct filter *filter;
	struct rec *rec; /* the record in hand; the filter's to free */
	void *data;      /* the command's own */
	/* private to filter.c */
	struct task *prev, *next;
	long long began_ms;
};

struct filter_conf {
	const char *kind; /* the kind begin() takes: "document" or "page" */
	bool failed_too;  /* begin() is given failed records of that kind too */
	bool keeps_on;    /* begin() goes on while stopping: it only ends what others began */
	long max_tasks;   /* tasks at once, at least 1 */
	long grace_ms;    /* 0: 30 s */
	bool names_files; /* records name files: keep the pipe and what is ahead short */
};

struct filter_ops {
	/* Take the task on; end it now or later. Not called for failed records. */
	void (*begin)(struct task *, void *arg);
	/*
	 * A failed record of any kind is about to be passed on (a look only);
	 * also called for those that failed in this very command.
	 */
	void (*failed)(struct rec *, void *arg);
	/* Input would block, or 50 ms since the first task of the batch. */
	void (*lull)(struct filter *, void *arg);
	/*
	 * The output has drained: go on producing. A source makes records here.
	 * true: call again without waiting for anything.
	 */
	bool (*room)(struct filter *, void *arg);
	/*
	 * No more input and no task: emit some of what is left over; called
	 * again until a call emits nothing.
	 */
	void (*eof)(struct filter *, void *arg);
	/* The first signal came: tasks that only wait are to end now. */
	void (*stopping)(void *arg);
	/*
	 * Let go of what the task holds (children, requests): it is not to be
	 * ended by the command any more, the filter fails it.
	 */
	void (*cancel)(struct task *, void *arg);
	/* No task is left, and a signal ends the process here: let go of what outlives it. */
	void (*ending)(void *arg);
}; /* each but begin (a filter) or room (a source) may be NULL */

/* Returns main's exit status; what it returns is final, nothing is pending. */
int filter_run(struct loop *, const struct filter_conf *, const struct filter_ops *, void *arg);
/* The same for a source, which reads no stdin: room() makes the records. */
int source_run(struct loop *, const struct filter_ops *, void *arg);
/* A source has no more records. */
void source_end(struct filter *);

/*
 * 1 -> n: write a record that is not the task's own (not freed here).  false:
 * the output is full and the record was not taken; offer it again at room().
 */
bool filter_emit(struct filter *, struct rec *);
/* As filter_emit, for a record that has an "error": it counts as such. */
bool filter_emit_error(struct filter *, struct rec *, const struct err *);
/*
 * Nothing more can succeed (ERR_FATAL, ERR_BUSY): what is in hand is written
 * as transient errors, then filter_run returns 3 or 75 with e said.
 */
void filter_fatal(struct filter *, const struct err *);

/*
 * The task's record goes on, with took_ms where it was changed. One that has an
 * "error", which only conf.failed_too lets in, is counted as failed.
 */
void task_pass(struct task *);
/* The record goes on with an "error". A class that is fatal stops the filter. */
void task_fail(struct task *, const struct err *);
/* Nothing is written: children or a group stand for the record. */
void task_done(struct task *);

/* Add to a count that QUIRE_PROGRESS shows. */
void filter_count(struct filter *, enum count, long n);
/* The same, by the word of who read a page (flow/counts.h). */
void filter_count_engine(struct filter *, const char *word);

#endif
