/*
 * jobdb/command.h - the command that jobdb work runs: an operator's own, with jobs on
 * its standard input.
 */
#ifndef JOBDB_COMMAND_H
#define JOBDB_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "proc/proc.h"

struct err;
struct jobpipe_conf;
struct loop;
struct watch;

struct jobcmd {
	struct proc proc;
	int fd;         /* its stdin; -1: closed */
	struct buf out; /* what it has not taken yet: add, then write */
	bool ended;     /* proc.status is known */
	/* private */
	struct watch *w_fd, *w_proc;
};

/* max: bytes that are ever to wait for it. */
void jobcmd_init(struct jobcmd *, size_t max);
/* Closes its stdin, and kills what is left of its group. */
void jobcmd_release(struct jobcmd *);
/*
 * Errors: those of proc_start.  Its stdout and stderr are ours.  With a pipe, it is
 * those commands, in a process of ours that awaits them.
 */
int jobcmd_start(struct jobcmd *, struct loop *, char **argv, struct jobpipe_conf *, struct err *);
/* Write what it takes now; the rest goes when it reads. */
void jobcmd_write(struct jobcmd *);
/* What it has not taken is dropped. */
void jobcmd_close_stdin(struct jobcmd *);

#endif
