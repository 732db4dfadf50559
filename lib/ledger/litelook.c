#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

#define LIST "SELECT job.id, queue.name, state, attempt, job.dest, error, result, rec FROM job"
#define LISTED \
	" JOIN queue ON queue.id = job.queue WHERE job.id > ?1" \
	" AND (?2 = 0 OR job.queue = ?2) AND (?3 < 0 OR state = ?3)" \
	" AND (?4 IS NULL OR code = ?4)"
#define IN_ORDER " ORDER BY job.id LIMIT 1"

static struct job_row
row_listed(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0),
		.queue = sql_text(s, 1),
		.state = (int)sql_int(s, 2),
		.attempt = (long)sql_int(s, 3),
		.dest = sql_text(s, 4),
		.error = sql_text(s, 5),
		.result = sql_text(s, 6),
		.rec = sql_text(s, 7) };
}

/* Hand a row on, and remember where it was. */
struct step {
	const struct job_sink *sink;
	int64_t *after;
};

static int
on_step(void *arg, const struct job_row *row, struct err *e)
{
	struct step *t = arg;

	*t->after = row->id;
	return t->sink->fn(t->sink->arg, row, e);
}

static int
litelook_next(struct ledger *l, const struct jobs_filter *f, int64_t *after,
    const struct job_sink *sink, struct err *e)
{
	static const char any[] = LIST LISTED IN_ORDER;
	/* The few among many, by an index of their own. */
	static const char dead[] = LIST " INDEXED BY job_dead" LISTED " AND state = " DEAD IN_ORDER;
	struct sql_stmt *s = lite_prepare(l, f->state == JOB_DEAD ? dead : any, e);
	struct step step = { sink, after };

	if (!s)
		return -1;
	sql_bind_int(s, 1, *after);
	sql_bind_int(s, 2, f->queue);
	sql_bind_int(s, 3, f->state);
	sql_bind_text(s, 4, f->code);
	return lite_row(s, row_listed, &(struct job_sink){ on_step, &step }, e);
}

/* A table of this connection's own, in a file of SQLite's that has no name. */
static int
make_seen(struct ledger *l, struct err *e)
{
	static const char text[] = "CREATE TEMP TABLE IF NOT EXISTS seen"
				   " (dkey BLOB PRIMARY KEY, etag TEXT) WITHOUT ROWID";
	struct lite *t = lite_of(l);

	if (!t->sees && sql_exec(t->sql, text, e) < 0)
		return -1;
	t->sees = true;
	return 0;
}

static int
litelook_see(struct ledger *l, const unsigned char dkey[UKEY_BYTES], const char *etag,
    struct err *e)
{
	struct sql_stmt *s = make_seen(l, e) < 0
	    ? NULL
	    : lite_prepare(l, "INSERT OR IGNORE INTO temp.seen (dkey, etag) VALUES (?, ?)", e);

	if (!s)
		return -1;
	sql_bind_blob(s, 1, dkey, UKEY_BYTES);
	sql_bind_text(s, 2, etag);
	return lite_run(s, e);
}

static int
litelook_strange(struct ledger *l, struct err *e)
{
	static const char text[] = "SELECT 1 FROM temp.seen WHERE NOT EXISTS"
				   " (SELECT 1 FROM result r WHERE r.dkey = seen.dkey"
				   " AND r.written <> 0) LIMIT 1";
	struct sql_stmt *s = make_seen(l, e) < 0 ? NULL : lite_prepare(l, text, e);

	return lite_any(s, e);
}

/* +: in the order of the ids, which no other index has. */
#define DONE_BY \
	LIST " JOIN queue ON queue.id = job.queue WHERE job.id > ? AND +job.queue = ?" \
	     " AND state = " DONE " AND run_at <= ? AND NOT EXISTS" \
	     " (SELECT 1 FROM job n WHERE n.queue = job.queue AND n.ukey = job.ukey" \
	     " AND n.id > job.id AND n.state <> " CANCELLED ")"

static int
litelook_missing(struct ledger *l, const struct jobs_missing *m, int64_t *after,
    const struct job_sink *sink, struct err *e)
{
	static const char missing[] =
	    DONE_BY " AND NOT EXISTS (SELECT 1 FROM temp.seen WHERE seen.dkey = job.dkey)" IN_ORDER;
	/* What either does not say is null, and no other. */
	static const char changed[] =
	    DONE_BY " AND EXISTS (SELECT 1 FROM temp.seen WHERE seen.dkey = job.dkey"
		    " AND seen.etag <> json_extract(job.result, '$.dest_etag'))" IN_ORDER;
	struct sql_stmt *s =
	    make_seen(l, e) < 0 ? NULL : lite_prepare(l, m->changed ? changed : missing, e);
	struct step step = { sink, after };

	if (!s)
		return -1;
	sql_bind_int(s, 1, *after);
	sql_bind_int(s, 2, m->queue);
	sql_bind_int(s, 3, m->done_by_ms);
	return lite_row(s, row_listed, &(struct job_sink){ on_step, &step }, e);
}

static struct job_row
row_running(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0), .rec = sql_text(s, 1) };
}

static int
litelook_running(struct ledger *l, int64_t *after, const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT id, rec FROM job"
	    " WHERE state = " RUNNING " AND id > ? ORDER BY id LIMIT 1",
	    e);
	struct step step = { sink, after };

	if (s)
		sql_bind_int(s, 1, *after);
	return lite_row(s, row_running, &(struct job_sink){ on_step, &step }, e);
}

static int
count_states(struct ledger *l, int64_t queue, struct jobs_stat *st, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT state, count(*),"
	    " sum(state = " QUEUED " AND (run_at <= ?2 OR run_at > ?3)), min(run_at) FROM job"
	    " WHERE queue = ?1"
	    " GROUP BY state",
	    e);
	int64_t now = jobs_now_ms();
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, queue);
	sql_bind_int(s, 2, now);
	/* Later than any retry: who gives out next brings it near. */
	sql_bind_int(s, 3, now + JOBS_RETRY_MAX_MS + JOB_SLACK_MS);
	while ((r = sql_step(s, e)) > 0) {
		int state = (int)sql_int(s, 0) % JOB_STATES;

		st->n[state] = sql_int(s, 1);
		if (state != JOB_QUEUED)
			continue;
		st->ready = sql_int(s, 2);
		st->oldest_ms = st->ready && sql_int(s, 3) < now ? now - sql_int(s, 3) : 0;
	}
	return r;
}

static int
litelook_stat(struct ledger *l, int64_t *after, struct jobs_stat *st, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT id, name, added FROM queue"
	    " WHERE id > ? ORDER BY id LIMIT 1",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, *after);
	r = sql_step(s, e);
	if (r <= 0)
		return r;
	*after = sql_int(s, 0);
	snprintf(st->name, sizeof(st->name), "%s", sql_text(s, 1));
	st->added = sql_int(s, 2);
	sql_reset(s);
	return count_states(l, *after, st, e) < 0 ? -1 : 1;
}

static int
litelook_ahead(struct ledger *l, int64_t queue, int64_t ms, struct jobs_ahead *a, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT count(*), ifnull(max(lease), 0) FROM job WHERE state = " RUNNING
	    " AND session IS NULL AND lease > ?1 AND (?2 = 0 OR queue = ?2)",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, ms);
	sql_bind_int(s, 2, queue);
	if (sql_step(s, e) <= 0)
		return -1;
	a->n = sql_int(s, 0);
	a->until_ms = sql_int(s, 1);
	sql_reset(s);
	return 0;
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
	" WHERE state = " DONE " AND dest IS NULL",
	"SELECT min(dest) || ': the dest of ' || count(DISTINCT ukey) || ' documents'"
	" FROM job WHERE dkey IS NOT NULL AND state = " DONE
	" GROUP BY dkey HAVING count(DISTINCT ukey) > 1",
	"SELECT 'job ' || id || ': running without a lease or a token' FROM job"
	" WHERE state = " RUNNING " AND (lease IS NULL OR token IS NULL)",
	"SELECT 'job ' || id || ': held though not running' FROM job"
	" WHERE state <> " RUNNING " AND (lease IS NOT NULL OR session IS NOT NULL)",
	"SELECT 'job ' || min(id) || ': another version of it is ' ||"
	" CASE state WHEN " RUNNING " THEN 'running' ELSE 'queued' END || ' too' FROM job"
	" WHERE state IN (" QUEUED ", " RUNNING ") GROUP BY queue, ukey, state HAVING count(*) > 1",
	"SELECT 'event ' || id || ': of a job that is not there' FROM event"
	" WHERE job NOT IN (SELECT id FROM job)",
};

static long
litelook_check(struct ledger *l, jobs_fault_fn *fn, void *arg, struct err *e)
{
	struct sql_stmt *s;
	long n = 0;
	size_t i;
	int r;

	if (sql_check(lite_of(l)->sql, e) < 0)
		return -1;
	for (i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		s = lite_prepare(l, faults[i], e);
		if (!s)
			return -1;
		while ((r = sql_step(s, e)) > 0) {
			fn(arg, sql_text(s, 0));
			n++;
		}
		if (r < 0)
			return -1;
	}
	return n;
}

const struct ledger_look_ops lite_look_ops = { litelook_next, litelook_see, litelook_strange,
	litelook_missing, litelook_running, litelook_stat, litelook_ahead, litelook_check };
