/*
 * jobdb/ahead.h - what a clock that was ahead has left, and what to do about it.
 */
#ifndef JOBDB_AHEAD_H
#define JOBDB_AHEAD_H

#include <stdint.h>

struct err;
struct jobs;

/*
 * Log a warning where jobs of the queue are held until a time to come that no lease
 * reaches (jobs_ahead): nobody is given them before that.  name: the queue's.
 * -1 where the ledger cannot be asked.
 */
int jobahead_say(struct jobs *, int64_t queue, const char *name, struct err *);

#endif
