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
#define FIRST "ORDER BY run_at, id LIMIT ?)" GIVEN
#define OF_LISTING \
	" AND run_at >= ?" \
	" AND EXISTS (SELECT 1 FROM run.listed l WHERE l.job = j.id AND l.given >= 0)"

/* Any, and those of a listing; to be alone, or not. */
static const char *const give_first[2][2] = {
	{ GIVE READY " AND alone = 0 AND run_at <= ?" NOT_RUNNING FIRST,
	    GIVE READY " AND alone = 1 AND run_at <= ?" NOT_RUNNING FIRST },
	{ GIVE READY " AND alone = 0 AND run_at <= ?" OF_LISTING NOT_RUNNING FIRST,
	    GIVE READY " AND alone = 1 AND run_at <= ?" OF_LISTING NOT_RUNNING FIRST },
};
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

/* What is given out for a listing is noted there. */
struct noting {
	struct ledger *ledger;
	const struct job_sink *sink;
};

static int
on_noting(void *arg, const struct job_row *row, struct err *e)
{
	struct noting *n = arg;

	if (lite_note(n->ledger, row->id, e) < 0)
		return -1;
	return n->sink->fn(n->sink->arg, row, e);
}

static int
give_rows(struct ledger *l, struct sql_stmt *s, const struct job_sink *sink, struct err *e)
{
	struct noting n = { l, sink };
	const struct job_sink noted = { on_noting, &n };

	return lite_rows(s, row_given, lite_of(l)->listing ? &noted : sink, e) < 0 ? -1 : 0;
}

static int
liteclaim_give(struct ledger *l, const struct job_give *g, const struct job_sink *sink,
    struct err *e)
{
	const struct jobs_claim *c = g->claim;
	struct lite *t = lite_of(l);
	struct sql_stmt *s =
	    lite_prepare(l, g->key ? give_this : give_first[t->listing][c->alone], e);
	int i = 5;

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
		if (t->listing)
			sql_bind_int(s, i++, lite_floor(t, c->alone));
		sql_bind_int(s, i, g->n);
	}
	return give_rows(l, s, sink, e);
}

#define DUE "SELECT run_at FROM job WHERE queue = ? AND state = " QUEUED
#define DUE_OF_LISTING \
	" AND run_at >= ?" \
	" AND EXISTS (SELECT 1 FROM run.listed l WHERE l.job = job.id AND l.given >= 0)"
#define SOONEST " ORDER BY run_at LIMIT 1"

/* By one of the two indexes of what is ready. */
static int
liteclaim_due(struct ledger *l, int64_t queue, bool alone, int64_t *at, struct err *e)
{
	static const char *const due[2][2] = { { DUE " AND alone = 0" SOONEST,
						   DUE " AND alone = 1" SOONEST },
		{ DUE " AND alone = 0" DUE_OF_LISTING SOONEST,
		    DUE " AND alone = 1" DUE_OF_LISTING SOONEST } };
	struct lite *t = lite_of(l);
	struct sql_stmt *s = lite_prepare(l, due[t->listing][alone], e);
	int r;

	if (s)
		sql_bind_int(s, 1, queue);
	if (s && t->listing)
		sql_bind_int(s, 2, lite_floor(t, alone));
	*at = 0;
	r = lite_number(s, at, e);
	if (r >= 0 && t->listing)
		lite_raise(t, alone, *at);
	return r < 0 ? -1 : 0;
}

const struct ledger_claim_ops lite_claim_ops = { liteclaim_give, liteclaim_due };
