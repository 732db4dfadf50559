/*
 * jobdb/stat.h - what jobdb stat prints.
 */
#ifndef JOBDB_STAT_H
#define JOBDB_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct jobs;

/* A table, or with json a record a queue. queue 0: all. An exit status, or -1. */
int jobstat_run(struct jobs *, int64_t queue, bool json, FILE *out, struct err *);

/*
 * What the listing comes to (jobs_listing), once what dead sessions hold is taken
 * back.  The same.
 */
int jobstat_listing(struct jobs *, bool json, FILE *out, struct err *);

#endif
