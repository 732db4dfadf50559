/*
 * ledger/priv.h - what the jobs*.c files share: an open ledger. Commands see jobs.h.
 */
#ifndef LEDGER_PRIV_H
#define LEDGER_PRIV_H

#include "base/digest.h"
#include "sql/sql.h"

struct rec;

/* What being given out adds to a record: see jobs_queue_set. */
enum { JOB_MEMBERS_MAX = 1024 };
enum { UKEY_NEAR = 4, UKEY_BYTES = 20, VKEY_BYTES = 8 };

struct jobs {
	struct sql *sql;
	struct digest *digest;
	int lock_fd;     /* the ledger's .lock; -1 while it is not needed */
	int64_t session; /* our own, whose lock this process does not see; 0: none */
	unsigned seed;
	int64_t watched;     /* the queue whose losses are counted, 0: any ... */
	long died;           /* ... and those of it that a loss made dead */
	int64_t added_queue; /* whose count is not written yet ... */
	long added;          /* ... and by how much */
};

/*
 * What a document is known by: digests of its uri and of its version.  The
 * first UKEY_NEAR bytes of u are those of its folder and of the names that
 * differ in their last characters alone: documents that are listed together
 * lie together in the indexes.
 */
struct job_key {
	unsigned char u[UKEY_BYTES], v[VKEY_BYTES];
};
int job_key(struct jobs *, struct rec *, struct job_key *, struct err *);
void job_ukey(struct jobs *, const char *uri, unsigned char u[UKEY_BYTES]);

/*
 * A token, in text: the job's number and 32 bits of chance, each time anew, in
 * 8 hexadecimal digits each (the former in as many as it needs).
 */
struct job_token {
	int64_t job, random;
};

/*
 * The earlier of the two clocks of which jobs_now_ms() is the later.  What is
 * ready at once is so from then on, and a lease has run out when it has by
 * this one: once the clock was set, processes that began before and after it
 * disagree, and neither is to take what the other holds.
 */
int64_t job_early_ms(void);
/* Run a statement that gives no row. */
int job_run(struct sql_stmt *, struct err *);
/* What happened to a job besides being given out and done. */
struct job_event {
	int64_t job, session; /* session 0: nobody's */
	const char *what, *code;
	long attempt;
};
int job_event(struct jobs *, const struct job_event *, struct err *);
/* A running job, as far as ending it needs. */
struct job_running {
	int64_t id, queue, session;
	long attempt, lost;
	bool alone;
};
#define JOB_RUNNING_ROWS "SELECT id, queue, ifnull(session, 0), attempt, lost, alone FROM job "
struct job_running job_running(struct sql_stmt *);
/*
 * Its worker died.  The first time it may have been another document's doing,
 * so that the job is next given out alone; then it is its own.
 */
int job_lose(struct jobs *, const struct job_running *, struct err *);
/* It was not begun: no attempt is spent. */
int job_give_back(struct jobs *, const struct job_running *, struct err *);
/* 1 when a newer version of that job's document was added, else 0; or -1. */
int job_superseded(struct jobs *, int64_t job, struct err *);
/* Whether somebody holds that session's byte. */
bool job_session_lives(struct jobs *, int64_t session);
/* Whether it ended by itself, and could not say so in the ledger. */
bool job_session_left(struct jobs *, int64_t session);
int job_session_forget(struct jobs *, int64_t session, struct err *);

#endif
