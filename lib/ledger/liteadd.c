#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

static int
liteadd_is_dest(struct ledger *l, const unsigned char ukey[UKEY_BYTES], struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "SELECT 1 FROM job WHERE dkey = ? LIMIT 1", e);

	if (s)
		sql_bind_blob(s, 1, ukey, UKEY_BYTES);
	return lite_any(s, e);
}

static struct job_row
row_of_version(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0),
		.state = (int)sql_int(s, 1),
		.same = sql_int(s, 2) != 0,
		.outdone = sql_int(s, 3) != 0,
		.dest = sql_text(s, 4),
		.code = sql_text(s, 5) };
}

static int
liteadd_versions(struct ledger *l, const struct job_doc *d, const struct job_sink *sink,
    struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT id, state, vkey = ?3, CASE state"
	    " WHEN " DONE " THEN (SELECT result.job <> job.id OR NOT written FROM result"
	    " WHERE result.dkey = job.dkey)"
	    " WHEN " CANCELLED " THEN code IN (?4, ?5) ELSE 0 END,"
	    " CASE WHEN vkey = ?3 THEN dest END, code FROM job WHERE queue = ?1 AND ukey = ?2",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, d->queue);
	sql_bind_blob(s, 2, d->k.u, sizeof(d->k.u));
	sql_bind_blob(s, 3, d->k.v, sizeof(d->k.v));
	sql_bind_text(s, 4, CODE_JOB_CLASH);
	sql_bind_text(s, 5, CODE_DOCUMENT_CHANGED);
	return lite_rows(s, row_of_version, sink, e) < 0 ? -1 : 0;
}

static struct job_row
row_of_record(struct sql_stmt *s)
{
	return (struct job_row){ .rec = sql_text(s, 0) };
}

static int
liteadd_record(struct ledger *l, int64_t job, const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "SELECT rec FROM job WHERE id = ?", e);

	if (s)
		sql_bind_int(s, 1, job);
	return lite_row(s, row_of_record, sink, e);
}

static int64_t
liteadd_insert(struct ledger *l, const struct job_doc *d, const char *rec, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "INSERT INTO job"
	    " (id, queue, ukey, vkey, run_at, rec) VALUES (" LITE_NEXT("job") ", ?, ?, ?, ?, ?)",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, d->queue);
	sql_bind_blob(s, 2, d->k.u, sizeof(d->k.u));
	sql_bind_blob(s, 3, d->k.v, sizeof(d->k.v));
	sql_bind_int(s, 4, job_early_ms());
	sql_bind_text(s, 5, rec);
	return lite_run(s, e) < 0 ? -1 : sql_last_id(lite_of(l)->sql);
}

static int
liteadd_retire(struct ledger *l, int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "UPDATE job SET vkey = randomblob(8) WHERE id = ?", e);

	if (s)
		sql_bind_int(s, 1, job);
	return lite_run(s, e);
}

/* An event for each row of the statement: id, attempt. */
static int
say_cancelled(struct ledger *l, struct sql_stmt *s, const char *code, struct err *e)
{
	int r;

	while ((r = sql_step(s, e)) > 0)
		if (l->settle->event(l,
			&(struct job_event){ .job = sql_int(s, 0),
			    .what = "cancelled",
			    .code = code,
			    .attempt = (long)sql_int(s, 1) },
			e) < 0) {
			sql_reset(s);
			return -1;
		}
	return r;
}

static int
liteadd_cancel_others(struct ledger *l, const struct job_doc *d, bool for_good, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET state = " CANCELLED ", run_at = ?,"
	    " vkey = CASE WHEN ? THEN randomblob(8) ELSE vkey END WHERE"
	    " queue = ? AND ukey = ? AND vkey <> ? AND state IN (" QUEUED ", " DEAD ")"
	    " RETURNING id, attempt",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms());
	sql_bind_int(s, 2, for_good);
	sql_bind_int(s, 3, d->queue);
	sql_bind_blob(s, 4, d->k.u, sizeof(d->k.u));
	sql_bind_blob(s, 5, d->k.v, sizeof(d->k.v));
	return say_cancelled(l, s, CODE_JOB_SUPERSEDED, e);
}

static struct job_row
row_of_owner(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0),
		.same = sql_int(s, 1) != 0,
		.rec = sql_text(s, 2) };
}

/* A row of result whose job is not there any more is nobody's. */
static int
liteadd_owner(struct ledger *l, const unsigned char dkey[UKEY_BYTES],
    const unsigned char ukey[UKEY_BYTES], const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT job.id, ukey = ?2, CASE WHEN ukey <> ?2 THEN rec END"
	    " FROM result JOIN job ON job.id = result.job WHERE result.dkey = ?1",
	    e);

	if (!s)
		return -1;
	sql_bind_blob(s, 1, dkey, UKEY_BYTES);
	sql_bind_blob(s, 2, ukey, UKEY_BYTES);
	return lite_row(s, row_of_owner, sink, e);
}

static struct job_row
row_of_twin(struct sql_stmt *s)
{
	return (struct job_row){ .queue = sql_text(s, 0) };
}

static int
liteadd_twin(struct ledger *l, int64_t job, const struct job_doc *d, const struct job_sink *sink,
    struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT q.name FROM job JOIN queue q ON q.id = job.queue JOIN queue me ON me.id = ?2"
	    " WHERE job.id = ?1 AND q.id <> me.id AND q.settings = me.settings AND vkey = ?3"
	    " AND state IN (" QUEUED ", " RUNNING ", " DONE ")",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, job);
	sql_bind_int(s, 2, d->queue);
	sql_bind_blob(s, 3, d->k.v, sizeof(d->k.v));
	return lite_row(s, row_of_twin, sink, e);
}

static int
liteadd_reserve(struct ledger *l, const unsigned char dkey[UKEY_BYTES], int64_t job, struct err *e)
{
	struct sql_stmt *s =
	    lite_prepare(l, "INSERT OR REPLACE INTO result (dkey, job) VALUES (?, ?)", e);

	if (!s)
		return -1;
	sql_bind_blob(s, 1, dkey, UKEY_BYTES);
	sql_bind_int(s, 2, job);
	return lite_run(s, e);
}

static int
liteadd_oust(struct ledger *l, const unsigned char dkey[UKEY_BYTES],
    const unsigned char ukey[UKEY_BYTES], int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET state = " CANCELLED ", run_at = ?, code = ?"
	    " WHERE ukey <> ? AND ((dkey = ? AND state = " DONE ")"
	    " OR (id = ? AND state IN (" QUEUED ", " DEAD "))) RETURNING id, attempt",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms());
	sql_bind_text(s, 2, CODE_JOB_CLASH);
	sql_bind_blob(s, 3, ukey, UKEY_BYTES);
	sql_bind_blob(s, 4, dkey, UKEY_BYTES);
	sql_bind_int(s, 5, job);
	return say_cancelled(l, s, CODE_JOB_CLASH, e);
}

const struct ledger_add_ops lite_add_ops = { liteadd_is_dest, liteadd_versions, liteadd_record,
	liteadd_insert, liteadd_retire, liteadd_cancel_others, liteadd_owner, liteadd_twin,
	liteadd_reserve, liteadd_oust };
