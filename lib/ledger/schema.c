#include <stdio.h>

#include "base/err.h"
#include "ledger/schema.h"
#include "sql/sql.h"

enum { OURS = 0x71756972 }; /* "quir", as the first migration sets it */

/* The migrations, in order: version n is the n-th. Made from share/quire/sql. */
static const char *const migrations[] = {
#include "sqlite.inc"
};

enum { VERSION = (int)(sizeof(migrations) / sizeof(*migrations)) };

const struct sql_codes schema_code = { .locked = CODE_LEDGER_LOCKED,
	.full = CODE_LEDGER_FULL,
	.open = CODE_LEDGER_OPEN,
	.readonly = CODE_LEDGER_READONLY,
	.corrupt = CODE_LEDGER_CORRUPT,
	.io = CODE_LEDGER_IO,
	.missing = CODE_LEDGER_MISSING,
	.sql = CODE_LEDGER_SQL };

/*
 * The schema's version; nothing is put into another program's database.  One
 * statement sees one state of what others may be making.
 */
static int
version(struct sql *q, struct err *e)
{
	struct sql_stmt *s = sql_prepare(q,
	    "SELECT (SELECT user_version FROM"
	    " pragma_user_version), (SELECT application_id FROM pragma_application_id),"
	    " (SELECT count(*) FROM sqlite_schema)",
	    e);
	int64_t v, id, tables;

	if (!s || sql_step(s, e) <= 0)
		return -1;
	v = sql_int(s, 0);
	id = sql_int(s, 1);
	tables = sql_int(s, 2);
	sql_reset(s);
	if (id != OURS && (v > 0 || id != 0 || tables > 0))
		return err_set(e, ERR_FATAL, CODE_LEDGER_VERSION,
		    "%s: a database, but no ledger of jobdb's", sql_file(q));
	return (int)v;
}

int
schema_check(struct sql *q, struct err *e)
{
	return version(q, e) < 0 ? -1 : 0;
}

/* Another process may be at it too. */
static int
schema_step(struct sql *q, struct err *e)
{
	char set[64];
	int v;

	if (sql_begin(q, e) < 0)
		return -1;
	v = version(q, e);
	snprintf(set, sizeof(set), "PRAGMA user_version = %d", v + 1);
	if (v < 0 ||
	    (v < VERSION && (sql_exec(q, migrations[v], e) < 0 || sql_exec(q, set, e) < 0))) {
		sql_rollback(q);
		return -1;
	}
	return sql_commit(q, e);
}

/* Each migration is one transaction. */
int
schema_migrate(struct sql *q, struct err *e)
{
	int v = version(q, e);

	while (v >= 0 && v < VERSION)
		v = schema_step(q, e) < 0 ? -1 : version(q, e);
	if (v > VERSION)
		return err_set(e, ERR_FATAL, CODE_LEDGER_VERSION,
		    "%s: its schema is version %d, this program knows %d", sql_file(q), v, VERSION);
	return v < 0 ? -1 : 0;
}
