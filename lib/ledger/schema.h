/*
 * ledger/schema.h - the tables of a ledger in SQLite, by numbered migrations.
 */
#ifndef LEDGER_SCHEMA_H
#define LEDGER_SCHEMA_H

struct err;
struct sql;
struct sql_codes;

/* For struct sql_conf: what the faults of a ledger's file are called. */
extern const struct sql_codes schema_code;
/*
 * For struct sql_conf: -1 where it is another program's database, into which
 * nothing is put (ledger.version).
 */
int schema_check(struct sql *, struct err *);
/* Bring it to the newest; ledger.version where it is newer than this program. */
int schema_migrate(struct sql *, struct err *);

#endif
