/*
 * ledger/ops.h - what a database has to do to be a ledger: tables of
 * operations, with an implementation for each kind of database.
 *
 * Above it, for all of them: records, keys, tokens in text, retries and their
 * backoff, what a newer version does to an older one, clocks, names.  Below
 * it: rows, transactions, indexes, who lives, and news of others.  SQL is below.
 *
 * An implementation's struct begins with a struct ledger.  What an operation
 * changes is its transaction's, or one of its own where none is open.  Numbers
 * of jobs, queues and sessions are positive, rise in the order in which they are
 * given, and are not used again.  Texts are lent until the function that is
 * called with them returns.  Times are the caller's, or those of jobs_now_ms().
 * Each returns -1 where it fails, with an error of ledger.* (quire-records(7)).
 */
#ifndef LEDGER_OPS_H
#define LEDGER_OPS_H

#include "ledger/jobs.h"

enum { UKEY_NEAR = 4, UKEY_BYTES = 20, VKEY_BYTES = 8, JOB_BATCH = 256 };

struct ledger;

/*
 * What a document is known by: digests of its uri and of its version.  The
 * first UKEY_NEAR bytes of u are those of its folder and of the names that
 * differ in their last characters alone: documents that are listed together
 * lie together in the indexes.
 */
struct job_key {
	unsigned char u[UKEY_BYTES], v[VKEY_BYTES];
};
struct job_doc {
	int64_t queue;
	struct job_key k;
};

/* A token: the job's number and 32 bits of chance, each time anew. */
struct job_token {
	int64_t job, random;
};

/* A job, as much of it as the operation says. */
struct job_row {
	int64_t id;
	const char *queue; /* its name */
	int state;         /* enum job_state */
	bool same;         /* it is of the very version, or document, that was asked for */
	bool outdone;      /* its result is another's now, or may be, or it had changed */
	int was;           /* its state when it was listed ... */
	bool given;        /* ... and whether it was given out since, for that listing; ... */
	bool adopted;      /* ... that, for a result that was there */
	int64_t session;   /* whose it is, while it runs; 0: nobody's that is known */
	int64_t lease;     /* until when, while it runs */
	const char *code;  /* of the last error, or NULL */
	long attempt;
	int64_t random;           /* of its token */
	const char *dest, *error; /* NULL: none */
	const char *holder;       /* who has it, for people; NULL: nobody that is known */
	const char *result;       /* what was said of the result, JSON; NULL: nothing */
	const char *rec;          /* as it was added */
};
/* -1: stop, and the operation fails with this error. */
typedef int job_row_fn(void *arg, const struct job_row *, struct err *);
struct job_sink {
	job_row_fn *fn;
	void *arg;
};

struct job_queue {
	const char *name, *dest, *settings;
	int64_t added; /* how many jobs ever were */
};
typedef void job_queue_fn(void *arg, const struct job_queue *);

/* Which jobs to give out, and to whom. */
struct job_give {
	const struct jobs_claim *claim;
	const struct job_key *key; /* this one, to be alone or not; NULL: any */
	long n;                    /* at most */
};

/* A running job, as far as ending it needs. */
struct job_running {
	int64_t id, queue, session; /* session 0: none */
	long attempt, lost;
	bool alone;
};

/* What becomes of a running job, and what is said of it. */
struct job_end {
	enum job_state state;
	int64_t run_at;
	long attempt, lost;
	bool alone;
	const char *what;         /* the event */
	const char *code, *error; /* NULL: those of before stay */
};

/* Where the result is, the key of that, and what is said of it, JSON (NULL: nothing). */
struct job_dest {
	const char *uri, *result;
	unsigned char key[UKEY_BYTES];
};

/* What happened to a job besides being given out and done. */
struct job_event {
	int64_t job, session; /* session 0: nobody's */
	const char *what, *code;
	long attempt;
};

/* Transactions. */
struct ledger_ops {
	void (*close)(struct ledger *); /* rolls back */
	int (*begin)(struct ledger *, struct err *);
	int (*commit)(struct ledger *, struct err *); /* rolls back where it fails */
	void (*rollback)(struct ledger *);            /* also where nothing is open */
};

struct ledger_queue_ops {
	/* Make it, or give it another dest and settings. */
	int (*set)(struct ledger *, const struct job_queue *, struct err *);
	/* 1, or 0: there is none of that name, or one of the other. */
	int (*rename)(struct ledger *, const char *name, const char *to, struct err *);
	/* Its number; 0: there is none. */
	int64_t (*find)(struct ledger *, const char *name, struct err *);
	/* The next after *after: 1, or 0 at the end. */
	int (*next)(struct ledger *, int64_t *after, job_queue_fn *, void *arg, struct err *);
	/*
	 * There is none any more, nor of its jobs, none of which runs, and of what
	 * happened to them.  Results that they had and jobs of other queues had
	 * before are those jobs', as far as that is known.
	 */
	int (*remove)(struct ledger *, int64_t queue, struct err *);
	/* n jobs more were added to it. */
	int (*count)(struct ledger *, int64_t queue, long n, struct err *);
};

struct ledger_add_ops {
	/* 1: it is the dest of some job; else 0. */
	int (*is_dest)(struct ledger *, const unsigned char ukey[UKEY_BYTES], struct err *);
	/* Each version of the document: id, state, same, outdone, code; dest of the same. */
	int (*versions)(struct ledger *, const struct job_doc *, const struct job_sink *,
	    struct err *);
	/* 1: that job is there: rec. */
	int (*record)(struct ledger *, int64_t job, const struct job_sink *, struct err *);
	/* A queued one, ready at once: its number. */
	int64_t (*insert)(struct ledger *, const struct job_doc *, const char *rec, struct err *);
	/* From now on that job is of no version that a document can have. */
	int (*retire)(struct ledger *, int64_t job, struct err *);
	/*
	 * Of the document's other versions cancel those that are queued or dead,
	 * with an event each (job.superseded); for_good: and retire them.
	 */
	int (*cancel_others)(struct ledger *, const struct job_doc *, bool for_good, struct err *);
	/*
	 * The job that has the result of that key, or is to have it: 1: id, same
	 * (it is of this document), rec of another's; 0: none.
	 */
	int (*owner)(struct ledger *, const unsigned char dkey[UKEY_BYTES],
	    const unsigned char ukey[UKEY_BYTES], const struct job_sink *, struct err *);
	/*
	 * That job is one of this version, in another queue with the same settings, and
	 * queued, running or done: 1: queue, its name; else 0.
	 */
	int (*twin)(struct ledger *, int64_t job, const struct job_doc *, const struct job_sink *,
	    struct err *);
	/* From now on that job is to have it, and nothing is written there. */
	int (*reserve)(struct ledger *, const unsigned char dkey[UKEY_BYTES], int64_t job,
	    struct err *);
	/*
	 * The result of that key is to be this document's: cancel what other
	 * documents have done there, and their job, where it is queued or dead,
	 * with an event each (job.clash).
	 */
	int (*oust)(struct ledger *, const unsigned char dkey[UKEY_BYTES],
	    const unsigned char ukey[UKEY_BYTES], int64_t job, struct err *);
};

struct ledger_claim_ops {
	/*
	 * Those that are ready and whose document does not run, here or in another
	 * queue of the same dest, the first due first:
	 * they run now, with one attempt more and a new token.  Each: id, random,
	 * attempt, rec.
	 */
	int (
	    *give)(struct ledger *, const struct job_give *, const struct job_sink *, struct err *);
	/* When the first queued one is due, of those to be alone or of the others; 0: none. */
	int (*due)(struct ledger *, int64_t queue, bool alone, int64_t *at, struct err *);
};

struct ledger_settle_ops {
	/* 1: such a job runs; else 0. */
	int (*running)(struct ledger *, const struct job_token *, struct job_running *,
	    struct err *);
	/* Such a job runs, and the result of that key is another document's: 1: id, rec; else 0. */
	int (*rival)(struct ledger *, const struct job_token *,
	    const unsigned char dkey[UKEY_BYTES], const struct job_sink *, struct err *);
	/* It is done, and the last to write its result: 1; or no such job runs: 0. */
	int (*done)(struct ledger *, const struct job_token *, const struct job_dest *,
	    struct err *);
	/* It runs no more, and is nobody's. */
	int (*end)(struct ledger *, int64_t job, const struct job_end *, struct err *);
	/*
	 * That job may have written and not said so: of the result of that key, or
	 * (NULL) of those that its document has in the same dest, it is not known
	 * any more who wrote them last, until one is done.
	 */
	int (*doubt)(struct ledger *, int64_t job, const unsigned char *dkey, struct err *);
	/* 1: a later job of its document is there, cancelled only where it is too; else 0. */
	int (*superseded)(struct ledger *, int64_t job, struct err *);
	int (*event)(struct ledger *, const struct job_event *, struct err *);
	/* How often the job has failed since anything else befell it; *since: first then. */
	long (*failures)(struct ledger *, int64_t job, int64_t *since, struct err *);
	/*
	 * 1: the job of that queue and key is there: id, state, attempt, holder, session,
	 * lease, rec.
	 */
	int (*find)(struct ledger *, const char *queue, const struct job_key *,
	    const struct job_sink *, struct err *);
	/* Queue it as if it were new, ready at once. */
	int (*requeue)(struct ledger *, int64_t job, struct err *);
	/* Whatever is queued for more than ms from now is so for now. */
	int (*bring_near)(struct ledger *, int64_t ms, struct err *);
	/* JOB_BATCH running jobs at the most: of the session; whose lease ran out. Their number. */
	long (*of_session)(struct ledger *, int64_t session, struct job_running *, struct err *);
	long (*expired)(struct ledger *, int64_t before, struct job_running *, struct err *);
};

/* Who lives, and what others do. See jobs.h for what is not said here. */
struct ledger_session_ops {
	int64_t (*version)(struct ledger *);
	int64_t (*make)(struct ledger *, struct err *);
	void (*end)(struct ledger *, int64_t session);
	void (*leave)(struct ledger *, int64_t session);
	/* The next after *after, into it: 1, or 0 at the end. */
	int (*next)(struct ledger *, int64_t *after, struct err *);
	/* Whether its process lives, or that cannot be told. */
	bool (*lives)(struct ledger *, int64_t session);
	/* Whether it ended by itself, and could not say so in the ledger. */
	bool (*left)(struct ledger *, int64_t session);
	int (*forget)(struct ledger *, int64_t session, struct err *);
	long (*held)(struct ledger *, int64_t session, struct err *);
	long (*undone)(struct ledger *, int64_t session, jobs_died_fn *, void *arg, struct err *);
	long (*changed)(struct ledger *, int64_t session, struct err *);
	int (*released)(struct ledger *, int64_t session, int64_t *after, struct err *);
	int (*renew)(struct ledger *, int64_t session, long lease_ms, struct err *);
	int (*troubled)(struct ledger *, const struct jobs_streak *, struct jobs_trouble *,
	    struct err *);
	/* Those that are queued or dead, and stand for their documents; an event each. */
	long (*forgive)(struct ledger *, const struct jobs_streak *, struct err *);
};

struct ledger_look_ops {
	/*
	 * The next after *after: queue, state, attempt, dest, error, result, rec.
	 * 1, or 0 at the end.
	 */
	int (*next)(struct ledger *, const struct jobs_filter *, int64_t *after,
	    const struct job_sink *, struct err *);
	/* There is a result of that key: kept while the ledger is open, outside of it. */
	int (*see)(struct ledger *, const unsigned char dkey[UKEY_BYTES], const char *etag,
	    struct err *);
	/* Whether one of those seen is no result that a job has written: 1, 0. */
	int (*strange)(struct ledger *, struct err *);
	/*
	 * The next after *after of those of the queue that were done by then and whose
	 * result was not seen, or (changed) was with another etag: as next.
	 */
	int (*missing)(struct ledger *, const struct jobs_missing *, int64_t *after,
	    const struct job_sink *, struct err *);
	/* The next that runs: rec. */
	int (*running)(struct ledger *, int64_t *after, const struct job_sink *, struct err *);
	/* Of the next queue after *after: 1, or 0 at the end. */
	int (*stat)(struct ledger *, int64_t *after, struct jobs_stat *, struct err *);
	/* Those without a session whose lease ends later than ms, of the queue (0: any). */
	int (*ahead)(struct ledger *, int64_t queue, int64_t ms, struct jobs_ahead *, struct err *);
	long (*check)(struct ledger *, jobs_fault_fn *, void *arg, struct err *);
};

/*
 * A listing: the jobs that one run was told of, in a file of that run's, which
 * may go at any time but with it.
 */
struct ledger_listing_ops {
	/*
	 * make: it may be new; else one that is not there is an error.  From now
	 * on only what is in it is given out or due, and what is given out is noted.
	 */
	int (*attach)(struct ledger *, const char *file, bool make, struct err *);
	/*
	 * The job of that document's version is in it, and was in that state; once.
	 * left: it is not given out by the way.
	 */
	int (*add)(struct ledger *, const struct job_doc *, int was, bool left, struct err *);
	/* The job was not given out for it, but for a result that was there. */
	int (*adopted)(struct ledger *, int64_t job, struct err *);
	/* Each of them: id, state, was, given, adopted, code, result, and rec where dead. */
	int (*each)(struct ledger *, const struct job_sink *, struct err *);
};

struct ledger {
	const struct ledger_ops *ops;
	const struct ledger_queue_ops *queue;
	const struct ledger_add_ops *add;
	const struct ledger_claim_ops *claim;
	const struct ledger_settle_ops *settle;
	const struct ledger_session_ops *session;
	const struct ledger_look_ops *look;
	const struct ledger_listing_ops *listing;
};

/*
 * Work on that ledger, which is jobs_close's to close from now on.  jobs_open finds
 * the implementation by the name.
 */
struct jobs *jobs_over(struct ledger *);

#endif
