/*
 * jobdb/list.h - the ledger as a source: jobs and queues as records.
 *
 * Rows are fetched page by page and no transaction is open while a record is
 * written, so that a reader that stops holds up nobody.
 */
#ifndef JOBDB_LIST_H
#define JOBDB_LIST_H

#include <stdbool.h>

#include "ledger/jobs.h"

struct err;
struct loop;

struct joblist_conf {
	struct jobs_filter filter;
	const char *select; /* a jq expression, or NULL */
	bool requeue;       /* queue what is listed again ... */
	bool force;         /* ... also what runs */
};

/* Each returns main's exit status; joblist_run -1 where select is no jq. */
int joblist_run(struct loop *, struct jobs *, const struct joblist_conf *, struct err *);
int joblist_queues(struct loop *, struct jobs *);
/* Claim up to n jobs and print them. */
int joblist_claim(struct loop *, struct jobs *, const struct jobs_claim *, long n);

#endif
