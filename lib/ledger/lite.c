#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ledger/priv.h"
#include "ledger/schema.h"
#include "sql/sql.h"

struct lite *
lite_of(struct ledger *l)
{
	return (struct lite *)l;
}

static void
lite_close(struct ledger *l)
{
	struct lite *t = lite_of(l);

	if (t->sql)
		sql_rollback(t->sql);
	sql_close(t->sql);
	if (t->lock_fd >= 0)
		close(t->lock_fd);
	free(t);
}

static int
lite_begin(struct ledger *l, struct err *e)
{
	return sql_begin(lite_of(l)->sql, e);
}

static int
lite_commit(struct ledger *l, struct err *e)
{
	return sql_commit(lite_of(l)->sql, e);
}

static void
lite_rollback(struct ledger *l)
{
	sql_rollback(lite_of(l)->sql);
}

static const struct ledger_ops lite_ops = { lite_close, lite_begin, lite_commit, lite_rollback };

struct ledger *
lite_open(const struct lite_conf *c, struct err *e)
{
	const struct sql_conf conf = { .file = c->file,
		.must_exist = c->must_exist,
		.codes = &schema_code,
		.wait_ms = c->wait_ms,
		.enough = c->enough,
		.check = schema_check,
		.ready = schema_migrate };
	struct lite *t = mem_new(1, sizeof(*t));

	t->ledger = (struct ledger){ &lite_ops, &lite_queue_ops, &lite_add_ops, &lite_claim_ops,
		&lite_settle_ops, &lite_session_ops, &lite_look_ops, &lite_listing_ops };
	t->lock_fd = -1;
	t->sql = sql_open(&conf, e);
	if (t->sql)
		return &t->ledger;
	lite_close(&t->ledger);
	return NULL;
}

struct sql_stmt *
lite_prepare(struct ledger *l, const char *text, struct err *e)
{
	return sql_prepare(lite_of(l)->sql, text, e);
}

int
lite_run(struct sql_stmt *s, struct err *e)
{
	int r = s ? 1 : -1;

	while (r > 0)
		r = sql_step(s, e);
	return r;
}

int
lite_any(struct sql_stmt *s, struct err *e)
{
	int64_t n;

	return lite_number(s, &n, e);
}

int
lite_number(struct sql_stmt *s, int64_t *n, struct err *e)
{
	int r = s ? sql_step(s, e) : -1;

	if (r > 0) {
		*n = sql_int(s, 0);
		sql_reset(s);
	}
	return r;
}

int
lite_row(struct sql_stmt *s, lite_row_fn *fn, const struct job_sink *sink, struct err *e)
{
	int r = s ? sql_step(s, e) : -1;
	struct job_row row;

	if (r <= 0)
		return r;
	row = fn(s);
	r = sink->fn(sink->arg, &row, e);
	sql_reset(s);
	return r < 0 ? -1 : 1;
}

long
lite_rows(struct sql_stmt *s, lite_row_fn *fn, const struct job_sink *sink, struct err *e)
{
	struct job_row row;
	long n = 0;
	int r;

	if (!s)
		return -1;
	while ((r = sql_step(s, e)) > 0) {
		row = fn(s);
		if (sink->fn(sink->arg, &row, e) < 0) {
			sql_reset(s);
			return -1;
		}
		n++;
	}
	return r < 0 ? -1 : n;
}
