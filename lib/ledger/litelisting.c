#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

/* How long a floor is believed, and how far clocks are taken to differ. */
enum { FLOOR_MS = 60000 };

/* No more than a run's memory: whoever is killed leaves a run that is over. */
static int
litelisting_attach(struct ledger *l, const char *file, bool make, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "ATTACH DATABASE ? AS run", e);
	int fd;

	if (!s)
		return -1;
	/* What may not make a ledger makes no other file either. */
	fd = open(file, O_RDWR | (make ? O_CREAT : 0) | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, ERR_FATAL, CODE_LEDGER_OPEN, "%s", file);
	close(fd);
	sql_bind_text(s, 1, file);
	if (lite_run(s, e) < 0 ||
	    sql_exec(lite_of(l)->sql,
		"PRAGMA run.journal_mode = MEMORY; PRAGMA run.synchronous = OFF;"
		"CREATE TABLE IF NOT EXISTS run.listed (job INTEGER PRIMARY KEY,"
		" was INTEGER NOT NULL, given INTEGER NOT NULL DEFAULT 0) STRICT",
		e) < 0)
		return -1;
	lite_of(l)->listing = true;
	return 0;
}

static int
litelisting_add(struct ledger *l, const struct job_doc *d, int was, bool left, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "INSERT OR IGNORE INTO run.listed (job, was, given)"
	    " SELECT id, ?1, ?5 FROM job WHERE queue = ?2 AND ukey = ?3 AND vkey = ?4",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, was);
	sql_bind_int(s, 2, d->queue);
	sql_bind_blob(s, 3, d->k.u, sizeof(d->k.u));
	sql_bind_blob(s, 4, d->k.v, sizeof(d->k.v));
	sql_bind_int(s, 5, left ? -1 : 0);
	return lite_run(s, e);
}

int
lite_note(struct ledger *l, int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "UPDATE run.listed SET given = 1 WHERE job = ?", e);

	if (s)
		sql_bind_int(s, 1, job);
	return lite_run(s, e);
}

static int
litelisting_adopted(struct ledger *l, int64_t job, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "UPDATE run.listed SET given = 2 WHERE job = ?", e);

	if (s)
		sql_bind_int(s, 1, job);
	return lite_run(s, e);
}

static struct job_row
row_of_listing(struct sql_stmt *s)
{
	return (struct job_row){ .id = sql_int(s, 0),
		.was = (int)sql_int(s, 1),
		.given = sql_int(s, 2) > 0,
		.adopted = sql_int(s, 2) == 2,
		.state = (int)sql_int(s, 3),
		.code = sql_text(s, 4),
		.result = sql_text(s, 5),
		.rec = sql_text(s, 6),
		.session = sql_int(s, 7),
		.error = sql_text(s, 8) };
}

static int
litelisting_each(struct ledger *l, const struct job_sink *sink, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT l.job, l.was, l.given, ifnull(j.state, " CANCELLED "), j.code, j.result,"
	    " CASE j.state WHEN " DEAD " THEN j.rec END, ifnull(j.session, 0),"
	    " CASE j.state WHEN " DEAD " THEN j.error END"
	    " FROM run.listed l LEFT JOIN job j ON j.id = l.job",
	    e);

	return lite_rows(s, row_of_listing, sink, e) < 0 ? -1 : 0;
}

/*
 * What is queued later is so for later than now, but for clocks that are set:
 * they are why it is looked for from the first on, now and then.
 */
int64_t
lite_floor(struct lite *t, bool alone)
{
	int64_t now = job_early_ms();

	if (now < t->floor_ms || now - t->floor_ms > FLOOR_MS) {
		t->floor_ms = now;
		t->floor[0] = t->floor[1] = 0;
	}
	return t->floor[alone];
}

void
lite_raise(struct lite *t, bool alone, int64_t at)
{
	int64_t most = job_early_ms() - FLOOR_MS;

	t->floor[alone] = at && at < most ? at : most;
}

const struct ledger_listing_ops lite_listing_ops = { litelisting_attach, litelisting_add,
	litelisting_adopted, litelisting_each };
