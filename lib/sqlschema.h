/*
 * sqlschema.h - the tables of a ledger in SQLite, by numbered migrations.
 */
#ifndef SQLSCHEMA_H
#define SQLSCHEMA_H

struct err;
struct sql;

/*
 * The version of the schema that is there, 0 for none yet; nothing is put into
 * another program's database (ledger.version).
 */
int sqlschema_version(struct sql *, struct err *);
/* Bring it to the newest; ledger.version where it is newer than this program. */
int sqlschema_migrate(struct sql *, struct err *);

#endif
