/*
 * jobdb/orphans.h - work directories that belong to no running job.
 */
#ifndef JOBDB_ORPHANS_H
#define JOBDB_ORPHANS_H

#include <stdio.h>

struct err;
struct jobs;

/*
 * Each is a line on out; how many there are, or -1.  Of QUIRE_WORK, and of the
 * sessions there whose run has died.  Errors: work.root, and those of jobs.h.
 */
long joborphans_print(struct jobs *, FILE *out, struct err *);

#endif
