#include "base/err.h"
#include "ledger/priv.h"
#include "sql/sql.h"

#define GIVE \
	"UPDATE job SET state = " RUNNING ", attempt = attempt + 1," \
	" token = random() & 4294967295, lease = ?, session = ?"
#define READY " WHERE id IN (SELECT id FROM job j WHERE queue = ? AND state = " QUEUED
#define NOT_RUNNING \
	" AND NOT EXISTS (SELECT 1 FROM job r WHERE r.ukey = j.ukey AND r.state = " RUNNING \
	" AND (r.queue = j.queue OR (SELECT dest FROM queue WHERE id = r.queue) =" \
	" (SELECT dest FROM queue WHERE id = j.queue))) "
#define GIVEN " RETURNING rec, id, token, attempt"

static const char give_many[] =
    GIVE READY " AND alone = 0 AND run_at <= ?" NOT_RUNNING "ORDER BY run_at, id LIMIT ?)" GIVEN;
static const char give_alone[] =
    GIVE READY " AND alone = 1 AND run_at <= ?" NOT_RUNNING "ORDER BY run_at, id LIMIT ?)" GIVEN;
static const char give_this[] =
    GIVE ", alone = 0" READY " AND run_at <= ? AND ukey = ? AND vkey = ?" NOT_RUNNING ")" GIVEN;

static struct job_row
row_given(struct sql_stmt *s)
{
	return (struct job_row){ .rec = sql_text(s, 0),
		.id = sql_int(s, 1),
		.random = sql_int(s, 2),
		.attempt = (long)sql_int(s, 3) };
}

static int
liteclaim_give(struct ledger *l, const struct job_give *g, const struct job_sink *sink,
    struct err *e)
{
	const struct jobs_claim *c = g->claim;
	struct sql_stmt *s = lite_prepare(l,
	    g->key         ? give_this
		: c->alone ? give_alone
			   : give_many,
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms() + c->lease_ms);
	if (c->session)
		sql_bind_int(s, 2, c->session);
	sql_bind_int(s, 3, c->queue);
	sql_bind_int(s, 4, jobs_now_ms());
	if (g->key) {
		sql_bind_blob(s, 5, g->key->u, sizeof(g->key->u));
		sql_bind_blob(s, 6, g->key->v, sizeof(g->key->v));
	} else {
		sql_bind_int(s, 5, g->n);
	}
	return lite_rows(s, row_given, sink, e) < 0 ? -1 : 0;
}

/* By one of the two indexes of what is ready. */
static int
liteclaim_due(struct ledger *l, int64_t queue, bool alone, int64_t *at, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    alone ? "SELECT run_at FROM job WHERE queue = ? AND state = " QUEUED " AND alone = 1"
		    " ORDER BY run_at LIMIT 1"
		  : "SELECT run_at FROM job WHERE queue = ? AND state = " QUEUED " AND alone = 0"
		    " ORDER BY run_at LIMIT 1",
	    e);

	if (s)
		sql_bind_int(s, 1, queue);
	*at = 0;
	return lite_number(s, at, e) < 0 ? -1 : 0;
}

const struct ledger_claim_ops lite_claim_ops = { liteclaim_give, liteclaim_due };
