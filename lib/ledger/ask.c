#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ledger/jobs.h"
#include "ledger/priv.h"
#include "rec/rec.h"

/* A row of: id, queue's name, state, attempt, dest, error, rec, run_at. */
static struct rec *
ask_listed(struct sql_stmt *s, struct err *e)
{
	const char *text = sql_text(s, 6);
	struct rec *r = rec_parse(text ? text : "", text ? strlen(text) : 0, e);

	if (!r)
		return NULL;
	rec_set_str(r, "queue", sql_text(s, 1));
	rec_set_str(r, "state", job_state_names[sql_int(s, 2) % JOB_STATES]);
	rec_set_int(r, "attempt", (long)sql_int(s, 3));
	if (!sql_is_null(s, 4))
		rec_set_str(r, "dest", sql_text(s, 4));
	if (!sql_is_null(s, 5))
		rec_set(r, "error", jv_parse(sql_text(s, 5)));
	return r;
}

#define LIST "SELECT job.id, queue.name, state, attempt, job.dest, error, rec FROM job"
#define LISTED \
	" JOIN queue ON queue.id = job.queue WHERE job.id > ?1" \
	" AND (?2 = 0 OR job.queue = ?2) AND (?3 < 0 OR state = ?3)" \
	" AND (?4 IS NULL OR code = ?4)"
#define IN_ORDER " ORDER BY job.id LIMIT 1"

struct rec *
jobs_next(struct jobs *j, const struct jobs_filter *f, int64_t *after, struct err *e)
{
	static const char any[] = LIST LISTED IN_ORDER;
	/* The few among many, by an index of their own. */
	static const char dead[] = LIST " INDEXED BY job_dead" LISTED " AND state = 3" IN_ORDER;
	struct sql_stmt *s = sql_prepare(j->sql, f->state == JOB_DEAD ? dead : any, e);
	struct rec *r = NULL;

	if (!s)
		return NULL;
	sql_bind_int(s, 1, *after);
	sql_bind_int(s, 2, f->queue);
	sql_bind_int(s, 3, f->state);
	sql_bind_text(s, 4, f->code);
	if (sql_step(s, e) > 0) {
		*after = sql_int(s, 0);
		r = ask_listed(s, e);
		sql_reset(s);
	}
	return r;
}

struct rec *
jobs_next_running(struct jobs *j, int64_t *after, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT id, rec FROM job"
	    " WHERE state = 1 AND id > ? ORDER BY id LIMIT 1",
	    e);
	struct rec *r = NULL;
	const char *text;

	if (!s)
		return NULL;
	sql_bind_int(s, 1, *after);
	if (sql_step(s, e) > 0) {
		*after = sql_int(s, 0);
		text = sql_text(s, 1);
		r = rec_parse(text ? text : "", text ? strlen(text) : 0, e);
		sql_reset(s);
	}
	return r;
}

/* The job that a record names. */
struct known {
	int64_t id;
	int state;
	long attempt;
	bool other; /* the record is of an earlier job of the same version */
};

/* What list has said has an id and a state, and is the job of that id. */
static bool
is_other(struct rec *listed, const char *kept)
{
	struct err ignored;
	const char *id = rec_has(listed, "state") ? rec_str(listed, "id") : NULL, *of;
	struct rec *r = id ? rec_parse(kept, strlen(kept), &ignored) : NULL;
	bool other = r && (of = rec_str(r, "id")) != NULL && strcmp(id, of) != 0;

	rec_free(r);
	return other;
}

/* 1 when it is there. */
static int
ask_find(struct jobs *j, struct rec *r, struct job_key *k, struct known *n, struct err *e)
{
	const char *queue = rec_need(r, "queue", e);
	struct sql_stmt *s;
	int got;

	if (!queue || job_key(j, r, k, e) < 0)
		return -1;
	s = sql_prepare(j->sql,
	    "SELECT id, state, attempt, rec FROM job WHERE queue ="
	    " (SELECT id FROM queue WHERE name = ?) AND ukey = ? AND vkey = ?",
	    e);
	if (!s)
		return -1;
	sql_bind_text(s, 1, queue);
	sql_bind_blob(s, 2, k->u, sizeof(k->u));
	sql_bind_blob(s, 3, k->v, sizeof(k->v));
	got = sql_step(s, e);
	if (got <= 0)
		return got;
	*n = (struct known){ sql_int(s, 0), (int)sql_int(s, 1), (long)sql_int(s, 2),
		is_other(r, sql_text(s, 3)) };
	sql_reset(s);
	return 1;
}

int
jobs_requeue(struct jobs *j, struct rec *r, struct err *e)
{
	struct sql_stmt *s;
	struct job_key k;
	struct known n;
	int got = ask_find(j, r, &k, &n, e), newer;

	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(e, ERR_PERMANENT, "job.unknown", "no such job in the ledger");
	if (n.state == JOB_RUNNING)
		return err_set(e, ERR_PERMANENT, "job.running", "it is being worked on");
	newer = n.other ? 1 : job_superseded(j, n.id, e);
	if (newer != 0)
		return newer < 0 ? -1
				 : err_set(e, ERR_PERMANENT, "job.superseded",
				       "a newer version of it was added since");
	s = sql_prepare(j->sql,
	    "UPDATE job SET state = 0, run_at = ?, attempt = 0, lost = 0,"
	    " alone = 0 WHERE id = ?",
	    e);
	if (!s)
		return -1;
	sql_bind_int(s, 1, job_early_ms());
	sql_bind_int(s, 2, n.id);
	if (job_run(s, e) < 0)
		return -1;
	return job_event(j,
	    &(struct job_event){ .job = n.id, .what = "requeued", .attempt = n.attempt }, e);
}

static int
count_states(struct jobs *j, int64_t queue, struct jobs_stat *st, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT state, count(*),"
	    " sum(state = 0 AND run_at <= ?2), min(run_at) FROM job WHERE queue = ?1"
	    " GROUP BY state",
	    e);
	int64_t now = jobs_now_ms();
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, queue);
	sql_bind_int(s, 2, now);
	while ((r = sql_step(s, e)) > 0) {
		int state = (int)sql_int(s, 0) % JOB_STATES;

		st->n[state] = sql_int(s, 1);
		if (state != JOB_QUEUED)
			continue;
		st->ready = sql_int(s, 2);
		st->oldest_ms = st->ready ? now - sql_int(s, 3) : 0;
	}
	return r;
}

int
jobs_stat(struct jobs *j, int64_t *after, struct jobs_stat *st, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT id, name, added FROM queue"
	    " WHERE id > ? ORDER BY id LIMIT 1",
	    e);
	int r;

	if (!s)
		return -1;
	memset(st, 0, sizeof(*st));
	sql_bind_int(s, 1, *after);
	r = sql_step(s, e);
	if (r <= 0)
		return r;
	*after = sql_int(s, 0);
	snprintf(st->name, sizeof(st->name), "%s", sql_text(s, 1));
	st->added = sql_int(s, 2);
	sql_reset(s);
	return count_states(j, *after, st, e) < 0 ? -1 : 1;
}

struct fault {
	jobs_fault_fn *fn;
	void *arg;
	long n;
};

static void
ask_fault(struct fault *f, const char *what)
{
	f->n++;
	f->fn(f->arg, what);
}

/* Each row of the query is a fault; its column 0 says it. */
static int
check_rows(struct jobs *j, struct fault *f, const char *text, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, text, e);
	int r;

	if (!s)
		return -1;
	while ((r = sql_step(s, e)) > 0)
		ask_fault(f, sql_text(s, 0));
	return r;
}

/*
 * Queries of faults: each row is one, and says it.  What has to agree is read
 * by one statement, as of one moment: others may be writing.
 */
static const char *const faults[] = {
	"SELECT 'queue ' || name || ': ' || added || ' were added, ' || there || ' are there'"
	" FROM (SELECT name, added, (SELECT count(*) FROM job WHERE job.queue = queue.id) AS there"
	" FROM queue) AS counted WHERE there <> added",
	"SELECT 'job ' || id || ': of a queue that is not there' FROM job"
	" WHERE queue NOT IN (SELECT id FROM queue)",
	"SELECT 'job ' || id || ': done without a dest' FROM job"
	" WHERE state = 2 AND dest IS NULL",
	"SELECT min(dest) || ': the dest of ' || count(DISTINCT ukey) || ' documents'"
	" FROM job WHERE dkey IS NOT NULL GROUP BY dkey HAVING count(DISTINCT ukey) > 1",
	"SELECT 'job ' || id || ': running without a lease or a token' FROM job"
	" WHERE state = 1 AND (lease IS NULL OR token IS NULL)",
	"SELECT 'job ' || id || ': held though not running' FROM job"
	" WHERE state <> 1 AND (lease IS NOT NULL OR session IS NOT NULL)",
	"SELECT 'job ' || min(id) || ': another version of it is ' ||"
	" CASE state WHEN 1 THEN 'running' ELSE 'queued' END || ' too' FROM job"
	" WHERE state < 2 GROUP BY queue, ukey, state HAVING count(*) > 1",
	"SELECT 'event ' || id || ': of a job that is not there' FROM event"
	" WHERE job NOT IN (SELECT id FROM job)",
};

long
jobs_check(struct jobs *j, jobs_fault_fn *fn, void *arg, struct err *e)
{
	struct fault f = { fn, arg, 0 };
	size_t i;
	int r = 0;

	if (sql_check(j->sql, e) < 0)
		return -1;
	for (i = 0; r == 0 && i < sizeof(faults) / sizeof(*faults); i++)
		r = check_rows(j, &f, faults[i], e);
	return r < 0 ? -1 : f.n;
}
