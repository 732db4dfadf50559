/*
 * proc/child.h - how a jailed child of ours lives and dies, on the loop.
 *
 * A child is our own program in a role (proc/role.h) and a jail, started by
 * exec, and speaks with its parent in frames (proc/frame.h).  It may be told
 * things before it is ready; where it cannot be, that is how it ends.  The
 * parent never waits for it: what it says comes as callbacks, and so does its
 * end, whether it died, was killed for a limit, or closed its socket, which is
 * how a process ends, but may be a trick.  From then on it has 2 s to end by
 * itself, so as to say why; then it is killed.
 *
 * Its state: STOPPED, LIVE from child_start on, DYING from when it can say no
 * more until it is reaped, then STOPPED again.
 */
#ifndef PROC_CHILD_H
#define PROC_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proc/proc.h"

struct jail;
struct loop;
struct watch;

struct child_conf {
	const char *name; /* static; in messages */
	const char *role; /* of those that main gave to role_enter */
	const void *told; /* borrowed for child_start; at most ROLE_TOLD_MAX bytes */
	size_t told_len;
	const char *const *env;   /* variables that it has too, where we have them; NULL: none */
	int file;                 /* it gets a copy; 0: none */
	const struct jail *jail;  /* it is in that before it serves */
	const struct jail *tools; /* in which it starts programs; NULL: it starts none */
	size_t frame_max;         /* bytes of what it may say at once */
};

enum child_fate {
	CHILD_DIED,    /* by itself, or of others */
	CHILD_SILENT,  /* killed: it said nothing for wall_ms */
	CHILD_SPENT,   /* killed: it used more than cpu_ms, or than its jail allows */
	CHILD_FLOODED, /* killed: it wanted to say more than frame_max */
	CHILD_LARGE,   /* killed: fits said no */
};

struct child_end {
	enum child_fate fate;
	bool unread;               /* it had not read all that it was told */
	const struct err *unready; /* why it never served: its jail, what its role needs; or NULL */
	const char *why;           /* as proc_why says */
};

struct child_ops {
	/*
	 * A frame, borrowed for the call.  true: it was taken; the child may be
	 * stopped by now, and its struct gone.  false: there is no room; the
	 * same frame comes again after child_resume.
	 */
	bool (*said)(void *arg, const char *frame, size_t len);
	/* Four times a second while it works: whether what it has written fits; NULL: yes. */
	bool (*fits)(void *arg);
	/* It is STOPPED, and may be started again; its struct may go. */
	void (*ended)(void *arg, const struct child_end *);
};

enum child_state { CHILD_STOPPED, CHILD_LIVE, CHILD_DYING };

/* The fields are child.c's. */
struct child {
	struct loop *loop;
	const struct child_ops *ops;
	void *arg;
	enum child_state state;
	const char *name;
	size_t frame_max;
	struct proc proc;
	int sock;
	struct watch *on_sock, *on_err, *on_end, *tick, *again;
	struct buf in; /* the frame that is coming, with its head */
	bool held;     /* it is whole, and was refused */
	bool ready;    /* it has said so */
	int kin;       /* where its forks are answered; -1: none can be */
	struct watch *on_kin;
	struct child_end end;
	struct err unready; /* its end's */
	long cpu_ms, wall_ms, cpu_start_ms;
	int64_t due_ms;
};

void child_init(struct child *, struct loop *, const struct child_ops *, void *arg);
/* Of a STOPPED child. Fails as proc_start does, and it is STOPPED then. */
int child_start(struct child *, const struct child_conf *, struct err *);
/* Whether it is LIVE and has said nothing that was not taken. */
bool child_is_idle(const struct child *);
/*
 * Tell it something, with a file (-1: none), which it gets a copy of. -1 when
 * it reads no more, or has not read so much of what it was told before.
 */
int child_tell(struct child *, const void *data, size_t len, int fd);
/*
 * A piece of work begins: from now on it may use so much CPU time, and take so
 * long; 0: no limit.  While a frame of its is held back, only its CPU time
 * counts.  What its stderr held is forgotten: that is of earlier pieces.
 */
void child_allow(struct child *, long cpu_ms, long wall_ms);
void child_resume(struct child *);
/* 0 when it is STOPPED. */
pid_t child_pid(const struct child *);
/* Kill it in whatever state it is, without a callback. */
void child_stop(struct child *);

#endif
