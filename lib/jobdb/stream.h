/*
 * jobdb/stream.h - the ledger as a filter: records by batches, one transaction
 * each, committed at every lull and before any of them goes on.
 */
#ifndef JOBDB_STREAM_H
#define JOBDB_STREAM_H

#include <stdbool.h>

#include "ledger/jobs.h"

struct loop;

enum jobstream_verb {
	JOBSTREAM_ADD,
	JOBSTREAM_CLAIM,
	JOBSTREAM_DONE,
	JOBSTREAM_REQUEUE,
	JOBSTREAM_ADOPT
};

struct jobstream_conf {
	enum jobstream_verb verb;
	struct jobs_claim claim;  /* ADD: queue and name; CLAIM, ADOPT: all */
	const char *dest;         /* ADD: of the queue */
	int on_clash;             /* ADD: enum clash (rec/mark.h) */
	long limit;               /* ADD: see struct jobs_adding, and this, */
	bool force;               /* ADD: this, */
	const char *const *again; /* and this: see struct jobs_adding */
	bool rm;                  /* DONE: remove the work directories */
};

/* Returns main's exit status. */
int jobstream_run(struct loop *, struct jobs *, const struct jobstream_conf *);

#endif
