/*
 * ledger/jobs.h - the ledger: every document that was ever added, and where it stands.
 *
 *     queued -> running -> done
 *                 |-> queued again, after a backoff (transient, attempts left)
 *                 |-> dead (validation, permanent, attempts spent, or lost)
 *                 `-> cancelled
 *
 * A job is unique over (queue, uri, version or etag).  Who is given one gets
 * a fresh token; only the last token settles it, so that whoever held it
 * before (stopped beyond its lease, say) can change nothing any more.
 * Writing functions are called between jobs_begin and jobs_commit; what was
 * not committed never happened.  Errors: fatal ledger.open, ledger.missing (also
 * when it was removed since), ledger.corrupt,
 * ledger.readonly, ledger.version, ledger.io, ledger.sql (a fault of ours), busy
 * (run again later) ledger.locked, ledger.full, mem.limit; and the ones named.
 * jobs_..._next, jobs_next... and jobs_stat give what comes after *after, which
 * moves on to it (0: from the first), or NULL: at the end, with e->code NULL, or
 * where they fail.
 * Time is in ms since 1970: the machine's clock, or what it said when this
 * process first asked and what has gone by since, whichever is later; so it
 * never waits for a clock that was set back meanwhile.  The file named by
 * QUIRE_CLOCK, which holds such a number (the process's own) and perhaps
 * another (the machine's), stands in for both in tests.
 */
#ifndef LEDGER_JOBS_H
#define LEDGER_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct jobs;
struct rec;

enum {
	JOBS_QUEUE_MAX = 256,         /* bytes of a queue's name, with its NUL */
	JOBS_SETTINGS_MAX = 8192,     /* bytes of its dest and settings together */
	JOBS_ATTEMPTS = 5,            /* of a job, then it is dead */
	JOBS_OUTAGE_MS = 600000,      /* so long its surroundings may fail it before that */
	JOBS_LOSSES = 3,              /* while alone, then it is dead */
	JOBS_BACKOFF_MS = 5000,       /* full jitter over this times 2^n ... */
	JOBS_BACKOFF_MAX_MS = 900000, /* ... up to this */
	JOBS_RETRY_MAX_MS = 86400000, /* a longer retry_after_ms counts as this */
	JOBS_LEASE_MAX_MS = 604800000 /* no lease is longer */
};

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_DEAD, JOB_CANCELLED, JOB_STATES };
extern const char *const job_state_names[JOB_STATES + 1]; /* NULL-terminated */

/*
 * The name says what kind of database it is: all are files of SQLite's yet.
 * file NULL: $QUIRE_DB, else quire/jobs.db below XDG_STATE_HOME (or
 * ~/.local/state).  make: where it is not there it is made, for its owner alone,
 * and the directories of that name; else fatal ledger.missing.  A name that
 * SQLite takes for no file is validation ledger.open.  QUIRE_DB_WAIT: seconds
 * (30) to wait while others hold it.
 */
struct jobs *jobs_open(const char *file, bool make, struct err *);
void jobs_close(struct jobs *); /* NULL is allowed; rolls back */
int jobs_begin(struct jobs *, struct err *);
int jobs_commit(struct jobs *, struct err *);
void jobs_rollback(struct jobs *);
int64_t jobs_now_ms(void);
/* Changes when another process has committed. */
int64_t jobs_version(struct jobs *);

/*
 * Make the queue, or change its dest and settings.  Validation ledger.queue
 * where the name is no UTF-8, is empty, too long or has control characters, or
 * the others are too long.
 */
int jobs_queue_set(struct jobs *, const char *name, const char *dest, const char *settings,
    struct err *);
/*
 * Give it another name, where there is such a queue and none of the new name:
 * 1; else nothing changes: 0.  Validation ledger.queue as above.
 */
int jobs_queue_rename(struct jobs *, const char *name, const char *to, struct err *);
/*
 * Remove it, all its jobs and what happened to them, in a transaction of its own;
 * what their results are stays where it is.  Fails, and nothing changes, with
 * fatal ledger.queue: there is none of that name, or it has jobs and with_jobs was
 * not said, or some that run.
 */
int jobs_queue_remove(struct jobs *, const char *name, bool with_jobs, struct err *);
/* Its number; -1 with fatal ledger.queue where there is none of that name. */
int64_t jobs_queue(struct jobs *, const char *name, struct err *);
/* Where its results are put, the caller's to free; NULL with *e as jobs_queue. */
char *jobs_queue_dest(struct jobs *, int64_t queue, struct err *);
/* A queue as a record. */
struct rec *jobs_queue_next(struct jobs *, int64_t *after, struct err *);

/* How documents are added. */
struct jobs_adding {
	int64_t queue;
	const char *name; /* of the queue */
	const char *dest; /* the uri that its result will have; NULL: not known */
	bool replace;     /* where that is another document's it is to be this one's */
	long limit;       /* of a listing's queued ones only the first so many are given; 0: all */
	bool force;       /* what is settled is queued again, as new; ... */
	/* ... else what is dead by an error whose code fits one of these globs; NULL: none */
	const char *const *again;
};
/*
 * Add a document; sets id (a ULID where it has none), queue, added and state.
 * A newer version cancels the queued and dead older ones.  One that is done is
 * queued again where another job has written its result since.  Fails with
 * validation record.member, or job.dest: its uri is a result in this ledger;
 * permanent job.clash: its result is that of another document.
 */
int jobs_add(struct jobs *, const struct jobs_adding *, struct rec *, struct err *);
/*
 * How many that were added, this version with the same settings and result, are another
 * queue's, too, which is doing or has done them; *queue is one such (lent).
 */
long jobs_doubled(const struct jobs *, const char **queue);

/*
 * Which jobs one run is about, and what became of them: a file of its own.
 * make: one that is not there is made; else that is a fatal ledger.open.  From now
 * on what jobs_add is given is noted in it, nothing else is given out by
 * jobs_claim or due, and what is given is noted too.  Not within a transaction.
 */
int jobs_listing(struct jobs *, const char *file, bool make, struct err *);

/* Each of its jobs is in exactly one of these. */
enum listed {
	LISTED_DONE,        /* done, and given out for this listing */
	LISTED_FAILED,      /* dead, and given out for this listing */
	LISTED_SKIPPED,     /* done before */
	LISTED_ADOPTED,     /* done, by a result that was there: see jobs_adopt */
	LISTED_DEAD,        /* dead before */
	LISTED_UNSUPPORTED, /* dead, now or before: it is no document by type and name */
	LISTED_ELSEWHERE,   /* done meanwhile for another listing */
	LISTED_LOST,        /* dead meanwhile for another listing */
	LISTED_HELD,        /* running: in another's hands, where this run has ended */
	LISTED_LEFT,        /* queued, in the hands of one that is dead, or changed since */
	LISTED_CANCELLED,   /* cancelled, as by a newer version, or not there any more */
	LISTED_FATES
};
extern const char *const listed_names[LISTED_FATES + 1]; /* NULL-terminated */

/*
 * What a listing comes to.  count is told of each that is failed, dead, lost, left
 * as it has changed, or unsupported: by the error's code, or by the end of its name.
 */
struct jobs_listed {
	int64_t n[LISTED_FATES];
	int64_t pages, doubtful, blank, picture, gaps; /* of those that are done */
	void (*count)(void *arg, enum listed, const char *what);
	void (*engine)(void *arg, const char *name, long pages); /* of one that is done */
	void *arg;
};
int jobs_listed(struct jobs *, struct jobs_listed *, struct err *);

struct jobs_claim {
	int64_t queue;
	const char *name; /* of the queue */
	int64_t session;  /* 0: none, the lease alone counts */
	long lease_ms;
	bool alone; /* take one of those that are to be alone */
};

/*
 * Give out at most n jobs that are ready (n is 1 with alone): their records,
 * with queue, token, attempt and attempts_left, into v; the number of them,
 * or -1. None whose uri is running in another version.
 */
long jobs_claim(struct jobs *, const struct jobs_claim *, struct rec **v, long n, struct err *);
/*
 * The same for the one that rec names: 1 or 0; then rec keeps its own members
 * and gets those that the ledger has to say.
 */
long jobs_claim_this(struct jobs *, const struct jobs_claim *, struct rec *, struct err *);

struct jobs_due {
	long ready;       /* 1 when some can be given out now */
	long alone;       /* 1 when one that is to be alone can */
	int64_t next_ms;  /* when the next one is due; 0: none waits */
	int64_t alone_ms; /* since when one waits to be alone; 0: none */
};
int jobs_due(struct jobs *, int64_t queue, struct jobs_due *, struct err *);

/*
 * Settle the job of rec's token by what rec says: done (its dest), or its
 * error. *state is what it is now: one that would be queued again while a
 * newer version of its document is there is cancelled, and so is one that has
 * changed since it was listed (document.changed).  Fails with permanent
 * job.stale: the token is not that of a running job, or of one of another id;
 * record.member: no token, or neither an error nor a dest that says something;
 * job.clash: its dest is another document's, and the job is dead.
 */
int jobs_settle(struct jobs *, struct rec *, enum job_state *state, struct err *);

/*
 * Settle a queued job that nobody was given, by what rec says: its result is there
 * already (dest), or what is there is in its way (error).  1, and the state; 0: it
 * does not stand ready; -1 as jobs_settle.
 */
int jobs_adopt(struct jobs *, const struct jobs_claim *, struct rec *, enum job_state *state,
    struct err *);

/* A session: alive while this process holds its byte of FILE.lock. */
int64_t jobs_session_new(struct jobs *, struct err *);
void jobs_session_end(struct jobs *, int64_t session);
/*
 * The same where the ledger cannot be written to: who reaps next gives back
 * what it held, and nothing is a loss.
 */
void jobs_session_leave(struct jobs *, int64_t session);
/* How many jobs the session holds. */
long jobs_held(struct jobs *, int64_t session, struct err *);
/*
 * What became of those that the session was given and holds no more, but for
 * those that are done: how many times one was not settled as done, and died
 * for each code of those that came to be dead in its hands, and are.
 */
typedef void jobs_died_fn(void *arg, const char *code, long n);
long jobs_undone(struct jobs *, int64_t session, jobs_died_fn *died, void *arg, struct err *);
/* How many of those are cancelled, as the document was not what was listed any more. */
long jobs_changed(struct jobs *, int64_t session, struct err *);
/*
 * Whether a job that the session was given has come back as not begun
 * (stage.stopped) since *after, 0 at first: 1, 0, -1.
 */
int jobs_released(struct jobs *, int64_t session, int64_t *after, struct err *);
/*
 * Jobs of the session that failed since the event after, by what is not their
 * doing: a disk that is full, a store that does not answer, a bucket that takes no
 * results any more.  With all, also what no disk would take for another reason counts
 * as such; without, a job that was forgiven by the same refusal of a bucket's twice
 * does not: it is this one that is refused.
 */
struct jobs_streak {
	int64_t session, after;
	bool all;
};
struct jobs_trouble {
	long near, far;   /* by our own disks; by what is at the other end of a network */
	int64_t since_ms; /* the first of them; 0: none */
	/* Of the near ones: results that a bucket refused for good, and less than three times. */
	long refused;
	char code[64]; /* of the last one */
	long all;      /* events of the session since, of any kind, */
	int64_t last;  /* and the last of all */
};
int jobs_troubled(struct jobs *, const struct jobs_streak *, struct jobs_trouble *, struct err *);
/* Queue these again: no attempt is spent. Their number. */
long jobs_forgive(struct jobs *, const struct jobs_streak *, struct err *);
int jobs_renew(struct jobs *, int64_t session, long lease_ms, struct err *);
/*
 * Take back what a session holds; a loss unless given_back (then no attempt
 * is spent and nothing held against it). The number, of which *died are dead
 * now; or -1.
 */
long jobs_take_back(struct jobs *, int64_t session, bool given_back, long *died, struct err *);
/*
 * Take back what dead sessions hold, and what leases have run out on; of the
 * queue's, *died are dead now.
 */
long jobs_reap(struct jobs *, int64_t queue, long *died, struct err *);

struct jobs_filter {
	int64_t queue;    /* 0: any */
	int state;        /* -1: any */
	const char *code; /* of the last error; NULL: any */
};
/*
 * A job as a record, with queue, state, attempt, dest and error.  No
 * transaction stays open.
 */
struct rec *jobs_next(struct jobs *, const struct jobs_filter *, int64_t *after, struct err *);
/*
 * Say of each result that it is there, and its etag (NULL: not known); then come, as
 * jobs_next gives them, the jobs of the queue that were done by then and whose result
 * is not, or (changed) has another etag than the job's record said, but for those
 * of which a newer version was added.  Memory is flat in both; nothing of the ledger
 * is changed.
 */
struct jobs_missing {
	int64_t queue, done_by_ms;
	bool changed;
};
int jobs_see(struct jobs *, const char *dest, const char *etag, struct err *);
/* Whether one of them is no job's: 1, 0; -1. */
int jobs_seen_strange(struct jobs *, struct err *);
struct rec *jobs_next_missing(struct jobs *, const struct jobs_missing *, int64_t *after,
    struct err *);
/*
 * Queue again, as new, the job that rec names (by queue, uri and version); with
 * force also one that runs: who has it can settle it no more.
 * Fails with permanent job.unknown, job.running, job.superseded (a newer
 * version was added).
 */
int jobs_requeue(struct jobs *, struct rec *, bool force, struct err *);

struct jobs_stat {
	char name[JOBS_QUEUE_MAX];
	int64_t added, n[JOB_STATES], ready;
	int64_t oldest_ms; /* how long the oldest ready one waits; 0: none */
};
/* Of a queue: the struct that was given. */
struct jobs_stat *jobs_stat(struct jobs *, int64_t *after, struct jobs_stat *, struct err *);

/*
 * Jobs that somebody holds who has no session, for longer than a lease can be: as
 * they were given out by a clock that was ahead, until it has that time again.
 * queue 0: of all.  The last until_ms; 0, -1.
 */
struct jobs_ahead {
	int64_t n, until_ms;
};
int jobs_ahead(struct jobs *, int64_t queue, struct jobs_ahead *, struct err *);

/*
 * Prove the ledger: the database itself, added = queued + running + done +
 * dead + cancelled in each queue, one dest for each done job and no dest of
 * two documents. The number of faults, each said by the callback; or -1.
 */
typedef void jobs_fault_fn(void *arg, const char *what);
long jobs_check(struct jobs *, jobs_fault_fn *, void *arg, struct err *);
/* The record of a running job, as it was added. */
struct rec *jobs_next_running(struct jobs *, int64_t *after, struct err *);

#endif
