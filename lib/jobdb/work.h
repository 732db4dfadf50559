/*
 * jobdb/work.h - jobdb work: jobs of a queue on a command's standard input.
 *
 * In the manner of flock(1) and timeout(1).  At most max_in_flight jobs are
 * given and not settled; whoever runs in the command settles them (jobdb
 * done), which is seen in the ledger.  The leases are renewed while the
 * command lives; when it ends, what it has not settled is taken back, as a
 * loss unless a signal stopped us or its status says that it stopped itself
 * (2, 3, 75, 126, 127).  A job that was lost before is given with no other in
 * flight.  Nothing more is given once a part of the command was told to stop,
 * or when nothing has happened for so long that what is in hand must have
 * vanished within the command.  Whatever the command does, it ends: once its
 * stdin is closed and it does nothing for as long again, or grace_ms after a
 * signal, it is told to, and killed some seconds after that.
 */
#ifndef JOBDB_WORK_H
#define JOBDB_WORK_H

#include <stdint.h>

struct err;
struct jobpipe_conf;
struct jobs;
struct loop;

struct jobwork_conf {
	int64_t queue;
	const char *name;
	long max_in_flight;
	long lease_ms;
	long wait_ms;              /* for retries that are due within it */
	long grace_ms;             /* for the command to end by itself, once we are told to stop */
	char **argv;               /* the command */
	struct jobpipe_conf *pipe; /* it is this, which has argv, too; or NULL */
};

/*
 * Returns main's exit status: the command's where it is above 1; else 75 where
 * some were not settled or are due later than wait_ms, 1 where a job came to
 * be dead here, 0.
 */
int jobwork_run(struct loop *, struct jobs *, const struct jobwork_conf *);

#endif
