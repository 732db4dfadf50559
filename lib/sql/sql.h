/*
 * sql/sql.h - a file of SQLite's: connections, transactions, statements.
 *
 * What is asked is SQLite's own SQL, and nothing here stands for another
 * database: that begins above, with what a ledger does (ledger/ops.h).
 * Whose file it is, its caller says: its tables, and what the faults are
 * called (struct sql_codes); busy mem.limit is everybody's.
 *
 * Parameters count from 1, columns from 0, as SQLite's do.
 */
#ifndef SQL_SQL_H
#define SQL_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct sql;
struct sql_stmt;

/* What can go wrong, by the names that the caller gives it. */
struct sql_codes {
	const char *locked; /* busy: others hold it */
	const char *full;   /* busy: no room where it lies */
	const char *open, *readonly, *corrupt, *io;
	const char *missing; /* it is not there, or not any more */
	const char *sql;     /* a fault of ours */
};

struct sql_conf {
	const char *file; /* made where it does not exist, for its owner alone ... */
	bool must_exist;  /* ... unless this says no (codes->missing) */
	const struct sql_codes *codes;
	long wait_ms;         /* how long to wait while others hold it, until it is locked; ... */
	bool (*enough)(void); /* ... once this says so (NULL: never) a second in all */
	/*
	 * Whether the file is the caller's, asked before anything is written to
	 * it; and then what makes it ready (its tables).  Both may be asked
	 * again while others hold the file, and be NULL.
	 */
	int (*check)(struct sql *, struct err *);
	int (*ready)(struct sql *, struct err *);
};

/*
 * A file system that cannot share memory is refused (codes->open).  Who may not
 * write to the file reads it and leaves nothing beside it, which would be in its
 * owner's way; while nobody else has it open it is taken for one that nobody
 * changes.
 */
struct sql *sql_open(const struct sql_conf *, struct err *);
/* The file's own path, whatever links led to it. */
const char *sql_file(struct sql *);
void sql_close(struct sql *); /* NULL is allowed */

/*
 * One transaction at a time; writing from its start.  Fails with codes->missing
 * where the file was removed, or another was put in its place.
 */
int sql_begin(struct sql *, struct err *);
int sql_commit(struct sql *, struct err *);
void sql_rollback(struct sql *); /* also when there is none */

/* Statements without parameters or rows. */
int sql_exec(struct sql *, const char *text, struct err *);
/*
 * Prepared once per text and connection; the connection's to free.  Texts are
 * the program's own, so that there are few: a thousand and more fail (codes->sql).
 * The text is copied.
 */
struct sql_stmt *sql_prepare(struct sql *, const char *text, struct err *);
void sql_bind_int(struct sql_stmt *, int i, int64_t v);
/* The text must stay until the statement is reset. NULL binds NULL. */
void sql_bind_text(struct sql_stmt *, int i, const char *text);
void sql_bind_blob(struct sql_stmt *, int i, const void *p, size_t n);
/* 1: a row is there; 0: done, and the statement is reset; -1: reset too. */
int sql_step(struct sql_stmt *, struct err *);
void sql_reset(struct sql_stmt *);
int64_t sql_int(struct sql_stmt *, int col);
bool sql_is_null(struct sql_stmt *, int col);
/* Borrowed until the next step or reset; NULL for NULL. */
const char *sql_text(struct sql_stmt *, int col);
/* Rows that the last statement changed. */
long sql_changes(struct sql *);
int64_t sql_last_id(struct sql *);
/* Changes whenever another connection has committed. */
int64_t sql_data_version(struct sql *);
/* The database's own check: 0, or -1 with codes->corrupt saying the first fault. */
int sql_check(struct sql *, struct err *);

#endif
