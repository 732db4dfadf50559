/*
 * jobdb/check.h - what jobdb stat and jobdb check print.
 */
#ifndef JOBDB_CHECK_H
#define JOBDB_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct jobs;

/* A table, or with json a record a queue. queue 0: all. An exit status, or -1. */
int jobcheck_stat(struct jobs *, int64_t queue, bool json, FILE *out, struct err *);
/*
 * Each fault of the ledger, and each work directory that belongs to no running
 * job, is a line on out; 0 when there is none, 1 otherwise, or -1.
 */
int jobcheck_run(struct jobs *, FILE *out, struct err *);

#endif
