/*
 * ledger/priv.h - what the files of ledger/ share: an open ledger, and the
 * implementation of ops.h in SQLite. Commands see jobs.h.
 */
#ifndef LEDGER_PRIV_H
#define LEDGER_PRIV_H

#include <jv.h>

#include "base/digest.h"
#include "ledger/ops.h"

struct rec;
struct sql_stmt;

enum {
	JOB_MEMBERS_MAX = 1024, /* what being given out adds to a record: see jobs_queue_set */
	JOB_SLACK_MS = 3600000  /* a clock that is ahead by less does not matter */
};

struct jobs {
	struct ledger *db;
	struct digest *digest;
	unsigned seed;
	int64_t watched;     /* the queue whose losses are counted, 0: any ... */
	long died;           /* ... and those of it that a loss made dead */
	bool listing;        /* what is added is noted there ... */
	long to_do;          /* ... and so many of it are to be done */
	int64_t added_queue; /* whose count is not written yet ... */
	long added;          /* ... and by how much */
	long doubled;        /* added that another queue has, too, which is one of that name */
	char doubled_in[JOBS_QUEUE_MAX];
};

/* By rec's uri, and version or etag. */
int job_key(struct jobs *, struct rec *, struct job_key *, struct err *);
void job_ukey(struct jobs *, const char *uri, unsigned char u[UKEY_BYTES]);
/*
 * What a result's record says of it and is kept, as JSON; the caller's to free.
 * NULL: nothing.
 */
char *job_said(const struct rec *);
/* Set these members in a record that is listed. */
void job_say(struct rec *, const char *said);
/* The uri of a row's record, the caller's to free; NULL with ledger.corrupt. */
char *job_uri(const struct job_row *, struct err *);
/* -1 with job.clash: the result that rec's document would have is that of other. */
int job_clash(struct rec *, const char *other, struct err *);
/* A number of those, or how many a list had when that was said. */
long job_said_number(const jv *said, const char *name);
/* Each engine that read some of its pages, and how many. */
typedef void job_engine_fn(void *arg, const char *name, long pages);
void job_said_engines(const jv *said, job_engine_fn *, void *arg);
/* Take out of a record what is the ledger's to say, and is not kept with it. */
void job_strip(struct rec *);

/*
 * The earlier of the two clocks of which jobs_now_ms() is the later.  What is
 * ready at once is so from then on, and a lease has run out when it has by
 * this one: once the clock was set, processes that began before and after it
 * disagree, and neither is to take what the other holds.
 */
int64_t job_early_ms(void);
/* No lease ends later, but one that a clock has given out which was ahead. */
int64_t job_lease_end_ms(void);
/*
 * Its worker died.  The first time it may have been another document's doing,
 * so that the job is next given out alone; then it is its own.
 */
int job_lose(struct jobs *, const struct job_running *, struct err *);
/* It was not begun: no attempt is spent. */
int job_give_back(struct jobs *, const struct job_running *, struct err *);

/* The ledger in that file of SQLite's. wait_ms, enough: see sql.h. */
struct lite_conf {
	const char *file;
	bool must_exist;
	long wait_ms;
	bool (*enough)(void);
};
struct ledger *lite_open(const struct lite_conf *, struct err *);

/*
 * For lite*.c alone: each is the SQL of one table of ops.h.
 */
struct lite {
	struct ledger ledger;
	struct sql *sql;
	bool sees;        /* it has the table of what was seen */
	int lock_fd;      /* the ledger's .lock; -1 while it is not needed */
	int64_t session;  /* our own, whose lock this process does not see; 0: none */
	bool listing;     /* only what is in it is given out */
	int64_t floor[2]; /* before which nothing of it is queued: to be alone or not ... */
	int64_t floor_ms; /* ... as it was found then */
};
extern const struct ledger_queue_ops lite_queue_ops;
extern const struct ledger_add_ops lite_add_ops;
extern const struct ledger_claim_ops lite_claim_ops;
extern const struct ledger_settle_ops lite_settle_ops;
extern const struct ledger_session_ops lite_session_ops;
extern const struct ledger_look_ops lite_look_ops;
extern const struct ledger_listing_ops lite_listing_ops;
/* Of what is listed nothing is queued before that time. */
int64_t lite_floor(struct lite *, bool alone);
/* The first of them was found at that time; 0: there is none. */
void lite_raise(struct lite *, bool alone, int64_t at);
/* For what was given out: note it. */
int lite_note(struct ledger *, int64_t job, struct err *);
struct lite *lite_of(struct ledger *);
/* The statement of that text, or NULL. */
struct sql_stmt *lite_prepare(struct ledger *, const char *text, struct err *);
/* The rest are of a statement that is prepared and bound; NULL: they fail. */
int lite_run(struct sql_stmt *, struct err *); /* it gives no row */
/* Whether it gives a row: 1, 0. */
int lite_any(struct sql_stmt *, struct err *);
/* Its first row's first number, into *n where there is one: 1, 0. */
int lite_number(struct sql_stmt *, int64_t *n, struct err *);
/* Its rows, or the first, to the sink as that function reads them: how many. */
typedef struct job_row lite_row_fn(struct sql_stmt *);
long lite_rows(struct sql_stmt *, lite_row_fn *, const struct job_sink *, struct err *);
int lite_row(struct sql_stmt *, lite_row_fn *, const struct job_sink *, struct err *);

/* The number of the next row of a table: none that was there is used again. */
#define LITE_NEXT(table) \
	"(SELECT max(ifnull((SELECT max(id) FROM " table "), 0)," \
	" ifnull((SELECT max(seq) FROM sqlite_sequence WHERE name = '" table "'), 0)) + 1)"
/*
 * Codes of what is around a document, where their class is transient: of our own
 * disks, word by word; and of the other end of a network, as globs.
 */
#define JOB_NEAR(CODE) \
	CODE("dest.write") \
	CODE("disk.full") CODE("work.make") CODE("io.write") CODE("io.read") CODE("store.read")
#define JOB_FAR(CODE) CODE("s3.*") CODE("http.*") CODE("scan.server")
/* Of a bucket that results are put into: it is full, as a disk may be; ... */
#define JOB_PUT_FULL(CODE) CODE("s3.InsufficientStorage") CODE("s3.XMinioStorageFull")
/* ... and what it says of one key alone. */
#define JOB_PUT_OWN(CODE) \
	CODE("s3.KeyTooLong") CODE("s3.KeyTooLongError") CODE("s3.MetadataTooLarge")

/* enum job_state, as SQL reads it: a partial index is found by a number alone. */
#define QUEUED "0"
#define RUNNING "1"
#define DONE "2"
#define DEAD "3"
#define CANCELLED "4"
_Static_assert(JOB_QUEUED == 0 && JOB_RUNNING == 1 && JOB_DONE == 2 && JOB_DEAD == 3 &&
	JOB_CANCELLED == 4,
    "SQL says the states by their numbers");

#endif
