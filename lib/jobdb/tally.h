/*
 * jobdb/tally.h - what became of the jobs that a worker was given, for QUIRE_PROGRESS.
 */
#ifndef JOBDB_TALLY_H
#define JOBDB_TALLY_H

#include <stdint.h>

#include "flow/counts.h"

struct err;
struct jobs;

struct jobtally {
	/* out: given (the worker's to count); passed: done; failed, codes: dead. */
	struct counts counts;
	long buried; /* jobs of its queue that others' losses made dead */
};

/* Count, and show; *held: how many the session holds. */
int jobtally_take(struct jobtally *, struct jobs *, int64_t session, long *held, struct err *);

#endif
