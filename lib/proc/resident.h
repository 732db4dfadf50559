/*
 * proc/resident.h - a program of the operator's that stays, and answers lines.
 *
 * It is asked a line on its standard input and answers one on its standard
 * output, one after the other, on the loop.  What it says unasked, or beyond
 * its line, is the end of it, since an answer could be taken for that of another
 * question.  It is in a process group of its own, all of which is killed with
 * it; its environment is what is listed and no more.  It is in no jail.
 *
 * Its state: STOPPED, LIVE from resident_start on, DYING from when it is to
 * answer no more until it is reaped, then STOPPED again.  Whoever has it writes to
 * pipes: SIGPIPE is to be ignored.
 */
#ifndef PROC_RESIDENT_H
#define PROC_RESIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "proc/proc.h"

struct err;
struct loop;
struct watch;

enum { RESIDENT_START_MS = 600 * 1000, RESIDENT_GRACE_MS = 2000, RESIDENT_WHY_MAX = 360 };

struct resident_conf {
	const char *name; /* in messages; lent */
	char *const *argv;
	const char *const *env; /* the variables that it has, where we have them */
	size_t line_max;        /* bytes of an answer */
};

enum resident_fate {
	RESIDENT_DIED,    /* by itself, of others, or as it was told to leave */
	RESIDENT_SILENT,  /* killed: it gave no answer in time */
	RESIDENT_FLOODED, /* killed: its line was longer than line_max */
	RESIDENT_BABBLED  /* killed: it spoke unasked, or unread, or more than a line */
};

struct resident_end {
	enum resident_fate fate;
	bool unread;     /* it had not read all that it was asked */
	const char *why; /* how it ended, and the last line of its stderr */
};

/* Each may stop it; start it again may ended alone, and none may free its struct. */
struct resident_ops {
	/* The answer without its newline, borrowed for the call; it is idle again. */
	void (*said)(void *arg, const char *line, size_t len);
	/* A line of its standard error, which may be any bytes but NUL; cut where it is long. */
	void (*heard)(void *arg, const char *line);
	void (*ended)(void *arg, const struct resident_end *); /* it is STOPPED */
};

enum resident_state { RESIDENT_STOPPED, RESIDENT_LIVE, RESIDENT_DYING };

/* The fields are resident.c's. */
struct resident {
	struct loop *loop;
	const struct resident_ops *ops;
	void *arg;
	enum resident_state state;
	enum resident_fate fate;
	bool asked, reads, unread; /* reads: it has read what it is asked */
	long wall_ms;
	int64_t due_ms; /* of its answer, or where it does not read yet, of that */
	struct proc proc;
	int in, out; /* our ends of its standard input and output; -1: closed */
	struct watch *on_in, *on_out, *on_err, *on_end, *due;
	struct buf line;  /* of its output, so far */
	struct buf heard; /* of its standard error: the line so far, */
	struct buf last;  /* and the last that was whole */
	bool cut;         /* the rest of that line is dropped */
};

void resident_init(struct resident *, struct loop *, const struct resident_ops *, void *arg);
/* Of a STOPPED one.  Fails as proc_start does, and it is STOPPED then. */
int resident_start(struct resident *, const struct resident_conf *, struct err *);
/* Whether it is LIVE, waits for a question, and has said nothing since the last answer. */
bool resident_is_idle(const struct resident *);
/*
 * Ask an idle one a line, which ends with its newline: said or ended comes of it.
 * One that gives no answer within wall_ms is killed; that time begins when it has read
 * the line, for which it has RESIDENT_START_MS, as it may have much to load before.
 */
void resident_ask(struct resident *, const char *line, size_t len, long wall_ms);
/* Its input ends; so it ends by itself, or is killed after RESIDENT_GRACE_MS.  ended comes. */
void resident_leave(struct resident *);
/* The same of n of them, waiting for that, and without callbacks; who is asked is killed. */
void resident_leave_all(struct resident *const *v, size_t n);
/* Kill it in whatever state it is, without a callback. */
void resident_stop(struct resident *);

#endif
