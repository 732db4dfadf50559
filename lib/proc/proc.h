/*
 * proc/proc.h - children: the only place that forks.
 *
 * A child is a program (argv), or our own again (role, proc/role.h).  It gets a
 * process group of its own, dies with its parent (PR_SET_PDEATHSIG SIGKILL),
 * default signals, descriptors 0, 1, 2 and nothing else, dumps no core, and has
 * a small fixed environment (PATH, LANG, HOME=/nonexistent, TMPDIR), not ours,
 * which may hold keys.  An operator's program (ours) has our environment and
 * stderr, and may keep descriptors.  A function in a fork (main), which also has
 * our memory, is for tests of jails alone: nothing here starts one.  Its stderr is
 * a pipe of ours that is drained for ever, of which the first 16 KiB and the
 * last 4 KiB are kept, as any other's.
 *
 * Whoever starts in a jail proves first that it holds (jail_check, 20 us of a
 * start's 1,700): no child is trusted to have done so for another.
 *
 * At QUIRE_LOG=debug the start and the end of each child are logged, the end
 * with what it used; not those of a child's own children, whose CPU time is
 * counted with it, since a child's stderr is where it says why it failed.
 */
#ifndef PROC_PROC_H
#define PROC_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct jail;

enum { PROC_KEEP = 4, PROC_HEAD = 16 << 10, PROC_TAIL = 4 << 10 };

struct proc_conf {
	const char *name;       /* in messages */
	char *const *argv;      /* a program, looked up in PATH; or */
	const char *package;    /* of Debian, where argv[0] is; NULL: not known */
	bool ours;              /* argv is the operator's: it gets our environment and stderr */
	bool within;            /* in our process group, not one of its own */
	const char *role;       /* our own program, as that; or */
	const char *const *env; /* variables that it has too, where we have them; NULL: none */
	int (*main)(void *arg); /* a function, whose return value is the status */
	void *arg;
	int in, out;             /* its descriptors 0 and 1; -1: /dev/null */
	int keep[PROC_KEEP];     /* further descriptors of main and ours, same numbers; 0: none */
	const struct jail *jail; /* entered, and proved, before exec or main; NULL: none, or
				    a role's, which enters it itself */
};

struct proc {
	const char *name;
	pid_t pid;         /* 0 once reaped */
	int pidfd;         /* readable when it has ended; -1 once reaped */
	int err_fd;        /* its stderr, non-blocking; -1 once at its end */
	int status;        /* as wait(2) says, once reaped */
	char *head, *tail; /* of its stderr */
	size_t head_len, tail_len, dropped;
	int64_t start_ms;     /* as loop_now_ms */
	bool quiet;           /* its end is not logged */
	long wall_ms, cpu_ms; /* the caller's to set, for proc_read; 0: no limit */
};

/*
 * Start it.  Where the child cannot be set up (jail, exec) the error is the
 * child's own, sent back over a pipe: fatal jail.*, or fatal proc.exec naming
 * the program and, where it is missing, its package.  Too
 * many processes or no memory: busy proc.fork.
 */
int proc_start(struct proc *, const struct proc_conf *, struct err *);
/* Whether that program, looked up in PATH, is one that can be started: -1 with fatal proc.exec. */
int proc_can_run(const char *program, struct err *);
/* Where the program that runs is: by /proc, or where that is not mounted, as it was started. */
const char *proc_own_path(void);
/* This process is a child itself: what it starts in turn is not logged. */
void proc_be_child(void);
/* Log its start: as proc_start does, but for a role, which is in its jail only later. */
void proc_log_start(const struct proc *, bool jailed);
/* Take what stderr has now; never blocks. */
void proc_drain(struct proc *);
/*
 * Read up to n bytes that the child writes to fd (the other end of its out),
 * draining its stderr meanwhile.  0 at the end.  Fails with transient
 * proc.timeout when no byte came for the child's wall_ms, or its CPU time,
 * counted from its start, passed its cpu_ms; the child is left running.
 */
ssize_t proc_read(struct proc *, int fd, void *data, size_t n, struct err *);
/* CPU time used so far, in ms; -1 when it is gone. */
long proc_cpu_ms(const struct proc *);
/* Signal its whole process group; in a jail, where it has none of its own, itself. */
void proc_kill(struct proc *, int sig);
/* Drain and wait for the end, at most wall_ms (-1: for ever); 0 when reaped. */
int proc_wait(struct proc *, long wall_ms);
/* Reap if it has ended; whether it is reaped now. */
bool proc_reap(struct proc *);
/*
 * The first line of its stderr that says something, with control characters
 * escaped, or "exit status N" / "killed by SIGNAL"; static storage of *p's.
 */
const char *proc_why(const struct proc *, char out[200]);
/* Kill what is left of the group, reap, close. Also of a zeroed struct. */
void proc_release(struct proc *);

#endif
