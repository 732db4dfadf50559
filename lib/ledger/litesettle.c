#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

#define RUNNING_ROWS "SELECT id, queue, ifnull(session, 0), attempt, lost, alone FROM job "

static struct job_running
running_row(struct sql_stmt *s)
{
	return (struct job_running){ sql_int(s, 0), sql_int(s, 1), sql_int(s, 2),
		(long)sql_int(s, 3), (long)sql_int(s, 4), sql_int(s, 5) != 0 };
}

/* At most n of them, by a statement with one parameter left to bind. */
static long
running_rows(struct sql_stmt *s, struct job_running *v, long n, struct err *e)
{
	long got = 0;
	int r = 0;

	if (!s)
		return -1;
	while (got < n && (r = sql_step(s, e)) > 0)
		v[got++] = running_row(s);
	sql_reset(s);
	return r < 0 ? -1 : got;
}

static int
litesettle_running(struct ledger *l, const struct job_token *t, struct job_running *r,
    struct err *e)
{
	struct sql_stmt *s =
	    lite_prepare(l, RUNNING_ROWS "WHERE id = ? AND token = ? AND state = " RUNNING, e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, t->job);
	sql_bind_int(s, 2, t->random);
	return (int)running_rows(s, r, 1, e);
}

static struct job_row
row_of_rival(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0), .rec = sql_text(s, 1) };
}

static int
litesettle_rival(struct ledger *l, const struct job_token *t, const unsigned char dkey[UKEY_BYTES],
    const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT o.id, o.rec FROM job JOIN result ON result.dkey = ? JOIN job o ON"
	    " o.id = result.job WHERE job.id = ? AND job.token = ? AND job.state = " RUNNING
	    " AND o.ukey <> job.ukey",
	    e);

	if (!s)
		return -1;
	sql_bind_blob(s, 1, dkey, UKEY_BYTES);
	sql_bind_int(s, 2, t->job);
	sql_bind_int(s, 3, t->random);
	return lite_row(s, row_of_rival, sink, e);
}

static int
wrote(struct ledger *l, int64_t job, const struct job_dest *d, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "INSERT OR REPLACE INTO result (dkey, job, written) VALUES (?, ?, 1)", e);

	if (!s)
		return -1;
	sql_bind_blob(s, 1, d->key, sizeof(d->key));
	sql_bind_int(s, 2, job);
	return lite_run(s, e);
}

static int
litesettle_done(struct ledger *l, const struct job_token *t, const struct job_dest *d,
    struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET state = " DONE ", run_at = ?,"
	    " dest = ?, dkey = ?, result = ?, code = NULL, error = NULL,"
	    " lease = NULL, session = NULL"
	    " WHERE id = ? AND token = ? AND state = " RUNNING,
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms());
	sql_bind_text(s, 2, d->uri);
	sql_bind_blob(s, 3, d->key, sizeof(d->key));
	sql_bind_text(s, 4, d->result);
	sql_bind_int(s, 5, t->job);
	sql_bind_int(s, 6, t->random);
	if (lite_run(s, e) < 0)
		return -1;
	if (sql_changes(lite_of(l)->sql) == 0)
		return 0;
	return wrote(l, t->job, d, e) < 0 ? -1 : 1;
}

static int
litesettle_end(struct ledger *l, int64_t job, const struct job_end *n, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET state = ?, run_at = ?,"
	    " attempt = ?, lost = ?, alone = ?, code = ifnull(?, code),"
	    " error = ifnull(?, error), lease = NULL, session = NULL WHERE id = ?",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, n->state);
	sql_bind_int(s, 2, n->run_at);
	sql_bind_int(s, 3, n->attempt);
	sql_bind_int(s, 4, n->lost);
	sql_bind_int(s, 5, n->alone);
	sql_bind_text(s, 6, n->code);
	sql_bind_text(s, 7, n->error);
	sql_bind_int(s, 8, job);
	return lite_run(s, e);
}

static int
litesettle_doubt(struct ledger *l, int64_t job, const unsigned char *dkey, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE result SET written = 0 WHERE dkey = ?2 OR (?2 IS NULL AND dkey IN"
	    " (SELECT o.dkey FROM job JOIN queue q ON q.id = job.queue"
	    " JOIN queue same ON same.dest = q.dest"
	    " JOIN job o ON o.queue = same.id AND o.ukey = job.ukey"
	    " WHERE job.id = ?1 AND o.id <> ?1 AND o.dkey NOTNULL))",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, job);
	if (dkey)
		sql_bind_blob(s, 2, dkey, UKEY_BYTES);
	return lite_run(s, e);
}

static int
litesettle_superseded(struct ledger *l, int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT 1 FROM job o JOIN job n"
	    " ON n.queue = o.queue AND n.ukey = o.ukey AND n.id > o.id"
	    " AND (n.state <> " CANCELLED " OR o.state = " CANCELLED ") WHERE o.id = ? LIMIT 1",
	    e);

	if (s)
		sql_bind_int(s, 1, job);
	return lite_any(s, e);
}

static int
litesettle_event(struct ledger *l, const struct job_event *v, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "INSERT INTO event"
	    " (job, at, what, code, attempt, session) VALUES (?, ?, ?, ?, ?, ?)",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, v->job);
	sql_bind_int(s, 2, jobs_now_ms());
	sql_bind_text(s, 3, v->what);
	sql_bind_text(s, 4, v->code);
	sql_bind_int(s, 5, v->attempt);
	if (v->session)
		sql_bind_int(s, 6, v->session);
	return lite_run(s, e);
}

static long
litesettle_failures(struct ledger *l, int64_t job, int64_t *since, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT count(*), min(at) FROM event WHERE job = ?1 AND id >"
	    " ifnull((SELECT max(id) FROM event WHERE job = ?1 AND what <> 'failed'), 0)",
	    e);
	long n;

	if (!s)
		return -1;
	sql_bind_int(s, 1, job);
	if (sql_step(s, e) <= 0)
		return -1;
	n = (long)sql_int(s, 0);
	*since = sql_int(s, 1);
	sql_reset(s);
	return n;
}

static struct job_row
row_found(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0),
		.state = (int)sql_int(s, 1),
		.attempt = (long)sql_int(s, 2),
		.rec = sql_text(s, 3),
		.holder = sql_text(s, 4),
		.session = sql_int(s, 5),
		.lease = sql_int(s, 6) };
}

static int
litesettle_find(struct ledger *l, const char *queue, const struct job_key *k,
    const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT id, state, attempt, rec, CASE state WHEN " RUNNING " THEN coalesce("
	    "(SELECT 'process ' || pid || ' of ' || host FROM session WHERE session.id ="
	    " job.session) || ', ', '') || 'until ' ||"
	    " strftime('%Y-%m-%dT%H:%M:%SZ', lease / 1000, 'unixepoch') END,"
	    " ifnull(session, 0), ifnull(lease, 0) FROM job WHERE queue ="
	    " (SELECT id FROM queue WHERE name = ?) AND ukey = ? AND vkey = ?",
	    e);

	if (!s)
		return -1;
	sql_bind_text(s, 1, queue);
	sql_bind_blob(s, 2, k->u, sizeof(k->u));
	sql_bind_blob(s, 3, k->v, sizeof(k->v));
	return lite_row(s, row_found, sink, e);
}

static int
litesettle_requeue(struct ledger *l, int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET state = " QUEUED ", run_at = ?, attempt = 0, lost = 0,"
	    " alone = 0, lease = NULL, session = NULL WHERE id = ?",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, job_early_ms());
	sql_bind_int(s, 2, job);
	return lite_run(s, e);
}

/* By each of the two indexes of what is ready. */
static int
litesettle_bring_near(struct ledger *l, int64_t ms, struct err *e)
{
	static const char *const texts[] = {
		"UPDATE job SET run_at = ?1 WHERE state = " QUEUED " AND alone = 0"
		" AND queue IN (SELECT id FROM queue) AND run_at > ?1 + ?2",
		"UPDATE job SET run_at = ?1 WHERE state = " QUEUED " AND alone = 1"
		" AND queue IN (SELECT id FROM queue) AND run_at > ?1 + ?2",
	};
	struct sql_stmt *s;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		s = lite_prepare(l, texts[i], e);
		if (!s)
			return -1;
		sql_bind_int(s, 1, jobs_now_ms());
		sql_bind_int(s, 2, ms);
		if (lite_run(s, e) < 0)
			return -1;
	}
	return 0;
}

static long
litesettle_of_session(struct ledger *l, int64_t session, struct job_running *v, struct err *e)
{
	struct sql_stmt *s =
	    lite_prepare(l, RUNNING_ROWS "WHERE session = ? AND state = " RUNNING " LIMIT ?", e);

	if (s) {
		sql_bind_int(s, 1, session);
		sql_bind_int(s, 2, JOB_BATCH);
	}
	return running_rows(s, v, JOB_BATCH, e);
}

static long
litesettle_expired(struct ledger *l, int64_t before, struct job_running *v, struct err *e)
{
	struct sql_stmt *s =
	    lite_prepare(l, RUNNING_ROWS "WHERE state = " RUNNING " AND lease < ? LIMIT ?", e);

	if (s) {
		sql_bind_int(s, 1, before);
		sql_bind_int(s, 2, JOB_BATCH);
	}
	return running_rows(s, v, JOB_BATCH, e);
}

const struct ledger_settle_ops lite_settle_ops = { litesettle_running, litesettle_rival,
	litesettle_done, litesettle_end, litesettle_doubt, litesettle_superseded, litesettle_event,
	litesettle_failures, litesettle_find, litesettle_requeue, litesettle_bring_near,
	litesettle_of_session, litesettle_expired };
