#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "sql/sql.h"

enum {
	STMT_MAX = 1024,
	SPILL_BYTES = 64 << 20,
	HURRY_MS = 1000 /* to wait for others at the most, once it is enough */
};

struct sql_stmt {
	struct sql *sql;
	sqlite3_stmt *s;
	char *text;
};

/* What is known of a statement without a look at it. */
struct prepared {
	const char *from; /* where its text stood */
	uint64_t hash;
	struct sql_stmt *stmt;
};

struct sql {
	sqlite3 *db;
	char *file;
	bool is_known;
	struct stat st; /* of the file that was opened, where that is known */
	const struct sql_codes *codes;
	struct prepared *stmts;
	size_t n;
	unsigned seed;
	long wait_ms;
	bool (*enough)(void);
	long long since_ms; /* when the wait that goes on began */
};

/* Full is also what a quota or a limit on the file's size leaves no room in. */
static int
fail_io(struct sql *q, struct err *e)
{
	int last = errno, errnum = sqlite3_system_errno(q->db);

	/* SQLite does not keep it when a transaction's end fails. */
	if (errnum == 0)
		errnum = last;
	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG)
		return err_set(e, ERR_BUSY, q->codes->full, "%s: %s", q->file, strerror(errnum));
	return err_set(e, ERR_FATAL, q->codes->io, "%s: %s", q->file,
	    errnum ? strerror(errnum) : sqlite3_errmsg(q->db));
}

static int
sqlite_fail(struct sql *q, struct err *e)
{
	const char *msg = sqlite3_errmsg(q->db);

	switch (sqlite3_errcode(q->db) & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_PROTOCOL:
		return err_set(e, ERR_BUSY, q->codes->locked, "%s: %s", q->file, msg);
	case SQLITE_FULL:
		return err_set(e, ERR_BUSY, q->codes->full, "%s: %s", q->file, msg);
	case SQLITE_IOERR:
		return fail_io(q, e);
	case SQLITE_NOMEM:
		return err_set(e, ERR_BUSY, CODE_MEM_LIMIT, "%s: %s", q->file, msg);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_FATAL, q->codes->corrupt, "%s: %s", q->file, msg);
	case SQLITE_READONLY:
		return err_set(e, ERR_FATAL, q->codes->readonly, "%s: %s", q->file, msg);
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_FATAL, q->codes->open, "%s: %s", q->file, msg);
	default:
		return err_set(e, ERR_FATAL, q->codes->sql, "%s: %s", q->file, msg);
	}
}

static long long
sqlite_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * SQLite's own busy timeout lets whoever comes first again and again win;
 * short waits of random length share the lock out (facts measured: 16
 * processes, slowest against mean 0.7 instead of 0.01).
 */
static int
wait_turn(void *arg, int tries)
{
	struct sql *q = arg;
	long most_us = tries < 10 ? 500 : 2000;
	struct timespec t = { 0, 0 };

	if (tries == 0)
		q->since_ms = sqlite_ms();
	else if (sqlite_ms() - q->since_ms >= (q->enough && q->enough() ? HURRY_MS : q->wait_ms))
		return 0;
	t.tv_nsec = (100 + rand_r(&q->seed) % most_us) * 1000;
	nanosleep(&t, NULL);
	return 1;
}

int
sql_exec(struct sql *q, const char *text, struct err *e)
{
	return sqlite3_exec(q->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : sqlite_fail(q, e);
}

/*
 * WAL needs memory that processes share.  NFS and SMB have none; SQLite finds
 * out about others itself.
 */
static int
sqlite_check_place(struct sql *q, struct err *e)
{
	static const unsigned long remote[] = { 0x6969, 0x517b, 0xfe534d42, 0xff534d42 };
	struct statfs fs;
	size_t i;

	if (statfs(q->file, &fs) < 0)
		return 0;
	for (i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if ((unsigned long)fs.f_type == remote[i])
			return err_set(e, ERR_FATAL, q->codes->open,
			    "%s: it must be on a local disk", q->file);
	return 0;
}

static int
sqlite_set_up(struct sql *q, const struct sql_conf *c, struct err *e)
{
	if (sqlite_check_place(q, e) < 0 || (c->check && c->check(q, e) < 0) ||
	    sql_exec(q,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		"PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;"
		"PRAGMA journal_size_limit = 67108864",
		e) < 0)
		return -1;
	return c->ready ? c->ready(q, e) : 0;
}

static int
fail_missing(struct sql *q, const char *why, struct err *e)
{
	return err_set(e, ERR_FATAL, q->codes->missing, "%s: %s", q->file, why);
}

/* SQLite would make it for all. */
static int
make_file(struct sql *q, const struct sql_conf *c, struct err *e)
{
	int fd;

	if (access(c->file, F_OK) == 0)
		return 0;
	if (c->must_exist && errno == ENOENT)
		return fail_missing(q, "it is not there", e);
	fd = c->must_exist ? -1 : open(c->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	/* What it cannot be made for, SQLite says. */
	if (fd >= 0)
		close(fd);
	return 0;
}

/* With what a URI gives a meaning as %XX. */
static char *
reader_uri(const char *file)
{
	const size_t room = 3 * strlen(file) + 1;
	char *wal = mem_printf("%s-wal", file), *name = mem_new(room, 1), *uri;
	bool in_use = access(wal, F_OK) == 0;
	size_t n = 0;

	for (; *file; file++)
		if (strchr("%?#", *file))
			n += (size_t)snprintf(name + n, room - n, "%%%02X", (unsigned char)*file);
		else
			name[n++] = *file;
	uri = mem_printf("file:%s%s?%s", *name == '/' ? "//" : "", name,
	    in_use ? "readonly_shm=1" : "immutable=1");
	free(name);
	free(wal);
	return uri;
}

static int
open_named(struct sql *q, const struct sql_conf *c, struct err *e)
{
	int flags = SQLITE_OPEN_NOMUTEX, bad;
	char *uri;

	if (make_file(q, c, e) < 0)
		return -1;
	if (access(c->file, F_OK) == 0 && faccessat(AT_FDCWD, c->file, W_OK, AT_EACCESS) < 0) {
		uri = reader_uri(c->file);
		bad = sqlite3_open_v2(uri, &q->db, flags | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		    NULL);
		free(uri);
	} else {
		bad = sqlite3_open_v2(c->file, &q->db, flags | SQLITE_OPEN_READWRITE, NULL);
	}
	if (bad != SQLITE_OK || sqlite3_busy_handler(q->db, wait_turn, q) != SQLITE_OK)
		return sqlite_fail(q, e);
	q->is_known = stat(c->file, &q->st) == 0;
	return 0;
}

/* Whether the file that we have is the one of that name still. */
static int
check_there(struct sql *q, struct err *e)
{
	struct stat st;

	if (!q->is_known ||
	    (stat(q->file, &st) == 0 && st.st_ino == q->st.st_ino && st.st_dev == q->st.st_dev))
		return 0;
	return fail_missing(q, "it was removed, or another is in its place", e);
}

struct sql *
sql_open(const struct sql_conf *c, struct err *e)
{
	struct sql *q = mem_new(1, sizeof(*q));
	long long end = sqlite_ms() + c->wait_ms;
	int bad;

	/* What undoes half a statement stays in memory: a claim changes many rows. */
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, SPILL_BYTES);
	q->file = mem_dup(c->file);
	q->codes = c->codes;
	q->wait_ms = c->wait_ms;
	q->enough = c->enough;
	if (getrandom(&q->seed, sizeof(q->seed), 0) < 0)
		q->seed = (unsigned)sqlite_ms();
	bad = open_named(q, c, e) < 0;
	/* Who changes the journal's mode is not always asked to wait. */
	while (!bad && (bad = sqlite_set_up(q, c, e)) < 0 && err_is(e, q->codes->locked) &&
	    sqlite_ms() < end)
		bad = !wait_turn(q, 0);
	if (!bad)
		return q;
	sql_close(q);
	return NULL;
}

const char *
sql_file(struct sql *q)
{
	const char *file = sqlite3_db_filename(q->db, "main");

	return file && *file ? file : q->file;
}

static void
stmt_free(struct sql_stmt *s)
{
	sqlite3_finalize(s->s);
	free(s->text);
	free(s);
}

void
sql_close(struct sql *q)
{
	size_t i;

	if (!q)
		return;
	for (i = 0; i < q->n; i++)
		stmt_free(q->stmts[i].stmt);
	free(q->stmts);
	sqlite3_close(q->db);
	free(q->file);
	free(q);
}

int
sql_begin(struct sql *q, struct err *e)
{
	/* SQLite lets it begin, as if to read. */
	if (sqlite3_db_readonly(q->db, "main") == 1)
		return err_set(e, ERR_FATAL, q->codes->readonly, "%s: it cannot be written to",
		    q->file);
	return check_there(q, e) < 0 ? -1 : sql_exec(q, "BEGIN IMMEDIATE", e);
}

int
sql_commit(struct sql *q, struct err *e)
{
	if (sql_exec(q, "COMMIT", e) == 0)
		return 0;
	sql_rollback(q);
	return -1;
}

void
sql_rollback(struct sql *q)
{
	if (!sqlite3_get_autocommit(q->db))
		sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
}

static struct sql_stmt *
stmt_new(struct sql *q, const char *text, struct err *e)
{
	struct sql_stmt *s;
	sqlite3_stmt *made;

	if (q->n == STMT_MAX) {
		err_set(e, ERR_FATAL, q->codes->sql, "%s: more than %d statements", q->file,
		    STMT_MAX);
		return NULL;
	}
	if (sqlite3_prepare_v3(q->db, text, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL) !=
	    SQLITE_OK) {
		sqlite_fail(q, e);
		return NULL;
	}
	s = mem_new(1, sizeof(*s));
	*s = (struct sql_stmt){ q, made, mem_dup(text) };
	return s;
}

/* A text mostly stands where it stood; what stands there may be another by now. */
struct sql_stmt *
sql_prepare(struct sql *q, const char *text, struct err *e)
{
	struct prepared p = { .from = text };
	size_t i;

	for (i = 0; i < q->n; i++)
		if (q->stmts[i].from == text && !strcmp(q->stmts[i].stmt->text, text))
			return q->stmts[i].stmt;
	p.hash = hash_text(text);
	for (i = 0; i < q->n; i++)
		if (q->stmts[i].hash == p.hash && !strcmp(q->stmts[i].stmt->text, text))
			return q->stmts[i].stmt;
	p.stmt = stmt_new(q, text, e);
	if (!p.stmt)
		return NULL;
	q->stmts = mem_resize(q->stmts, q->n + 1, sizeof(*q->stmts));
	q->stmts[q->n++] = p;
	return p.stmt;
}

void
sql_bind_int(struct sql_stmt *s, int i, int64_t v)
{
	sqlite3_bind_int64(s->s, i, v);
}

void
sql_bind_text(struct sql_stmt *s, int i, const char *text)
{
	sqlite3_bind_text(s->s, i, text, -1, SQLITE_STATIC);
}

void
sql_bind_blob(struct sql_stmt *s, int i, const void *p, size_t n)
{
	sqlite3_bind_blob(s->s, i, p, (int)n, SQLITE_STATIC);
}

int
sql_step(struct sql_stmt *s, struct err *e)
{
	int r = sqlite3_step(s->s);

	if (r == SQLITE_ROW)
		return 1;
	if (r != SQLITE_DONE)
		sqlite_fail(s->sql, e);
	sql_reset(s);
	return r == SQLITE_DONE ? 0 : -1;
}

void
sql_reset(struct sql_stmt *s)
{
	sqlite3_reset(s->s);
	sqlite3_clear_bindings(s->s);
}

int64_t
sql_int(struct sql_stmt *s, int col)
{
	return sqlite3_column_int64(s->s, col);
}

bool
sql_is_null(struct sql_stmt *s, int col)
{
	return sqlite3_column_type(s->s, col) == SQLITE_NULL;
}

const char *
sql_text(struct sql_stmt *s, int col)
{
	return (const char *)sqlite3_column_text(s->s, col);
}

long
sql_changes(struct sql *q)
{
	return sqlite3_changes(q->db);
}

int64_t
sql_last_id(struct sql *q)
{
	return sqlite3_last_insert_rowid(q->db);
}

int64_t
sql_data_version(struct sql *q)
{
	struct err ignored;
	struct sql_stmt *s = sql_prepare(q, "PRAGMA data_version", &ignored);
	int64_t v = 0;

	if (s && sql_step(s, &ignored) > 0) {
		v = sql_int(s, 0);
		sql_reset(s);
	}
	return v;
}

int
sql_check(struct sql *q, struct err *e)
{
	struct sql_stmt *s = sql_prepare(q, "PRAGMA integrity_check(1)", e);
	const char *said;
	int r;

	if (!s || sql_step(s, e) < 0)
		return -1;
	said = sql_text(s, 0);
	r = said && !strcmp(said, "ok")
	    ? 0
	    : err_set(e, ERR_FATAL, q->codes->corrupt, "%s: %s", q->file, said ? said : "?");
	sql_reset(s);
	return r;
}
