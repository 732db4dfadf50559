/*
 * jobdb/missing.h - done jobs whose result is not in a listing of DEST.
 */
#ifndef JOBDB_MISSING_H
#define JOBDB_MISSING_H

#include <stdio.h>

struct jobs;
struct jobs_missing;
struct loop;

/*
 * Reads the listing on standard input and, when it has ended, writes those jobs;
 * and to changed (NULL: nowhere) those whose result is there, with another etag.
 * None where an error came with it: what could not be listed may be there.
 * Returns main's exit status.
 */
int jobmissing_run(struct loop *, struct jobs *, const struct jobs_missing *, FILE *changed);

#endif
