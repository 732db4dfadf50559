#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

static int
litequeue_set(struct ledger *l, const struct job_queue *q, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "INSERT INTO queue"
	    " (id, name, dest, settings, created) VALUES (" LITE_NEXT(
		"queue") ", ?, ?, ?, ?)"
			 " ON CONFLICT (name)"
			 " DO UPDATE SET dest = excluded.dest, settings = excluded.settings",
	    e);

	if (!s)
		return -1;
	sql_bind_text(s, 1, q->name);
	sql_bind_text(s, 2, q->dest);
	sql_bind_text(s, 3, q->settings);
	sql_bind_int(s, 4, jobs_now_ms());
	return lite_run(s, e);
}

static int
litequeue_rename(struct ledger *l, const char *name, const char *to, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE queue SET name = ?2 WHERE name = ?1"
	    " AND NOT EXISTS (SELECT 1 FROM queue WHERE name = ?2)",
	    e);

	if (!s)
		return -1;
	sql_bind_text(s, 1, name);
	sql_bind_text(s, 2, to);
	return lite_run(s, e) < 0 ? -1 : sql_changes(lite_of(l)->sql) > 0;
}

static int64_t
litequeue_find(struct ledger *l, const char *name, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "SELECT id FROM queue WHERE name = ?", e);
	int64_t id = 0;

	if (s)
		sql_bind_text(s, 1, name);
	return lite_number(s, &id, e) < 0 ? -1 : id;
}

static int
litequeue_next(struct ledger *l, int64_t *after, job_queue_fn *fn, void *arg, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT id, name, dest, settings, added"
	    " FROM queue WHERE id > ? ORDER BY id LIMIT 1",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, *after);
	r = sql_step(s, e);
	if (r <= 0)
		return r;
	*after = sql_int(s, 0);
	fn(arg,
	    &(struct job_queue){ sql_text(s, 1), sql_text(s, 2), sql_text(s, 3), sql_int(s, 4) });
	sql_reset(s);
	return 1;
}

/* Statements with one parameter, which is the queue. */
static int
each_run(struct ledger *l, const char *const *texts, int64_t queue, struct err *e)
{
	struct sql_stmt *s;

	for (; *texts; texts++) {
		s = lite_prepare(l, *texts, e);
		if (s)
			sql_bind_int(s, 1, queue);
		if (lite_run(s, e) < 0)
			return -1;
	}
	return 0;
}

/* The highest numbers are kept where SQLite keeps those of AUTOINCREMENT. */
#define ITS "(SELECT id FROM job WHERE queue = ?1)"
#define KEEP(of, id) "INSERT INTO sqlite_sequence (name, seq) SELECT '" of "', " id " - 1"

static int
litequeue_remove(struct ledger *l, int64_t queue, struct err *e)
{
	static const char *const texts[] = {
		KEEP("queue", LITE_NEXT("queue")) " WHERE ?1 > 0",
		KEEP("job", LITE_NEXT("job")) " WHERE ?1 > 0",
		"UPDATE result SET written = 0, job = (SELECT max(id) FROM job WHERE"
		" job.dkey = result.dkey AND queue <> ?1) WHERE job IN " ITS
		" AND EXISTS (SELECT 1 FROM job WHERE job.dkey = result.dkey AND queue <> ?1)",
		"DELETE FROM result WHERE job IN " ITS,
		"DELETE FROM event WHERE job IN " ITS,
		"DELETE FROM job WHERE queue = ?1",
		"DELETE FROM queue WHERE id = ?1",
		NULL,
	};

	return each_run(l, texts, queue, e);
}

static int
litequeue_count(struct ledger *l, int64_t queue, long n, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "UPDATE queue SET added = added + ? WHERE id = ?", e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, n);
	sql_bind_int(s, 2, queue);
	return lite_run(s, e);
}

const struct ledger_queue_ops lite_queue_ops = { litequeue_set, litequeue_rename, litequeue_find,
	litequeue_next, litequeue_remove, litequeue_count };
