/*
 * ledger - give out and settle jobs of a ledger, and the same done barely
 *
 * ledger work DB N BATCH	claim and settle N jobs of the queue q, BATCH at a time
 * ledger share DB SECONDS	one at a time for so long; prints how many
 * ledger bare-add DB BATCH	each line of stdin is a row
 * ledger bare-work DB N BATCH	what work does, in two statements of SQLite's
 *
 * The bare ones do what cannot be left out: a unique key, an index of what is
 * ready, a token, the same journal.
 */
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/jobs.h"
#include "rec/rec.h"

enum { BATCH_MAX = 1000 };

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "ledger: %s\n", what);
	exit(3);
}

static void
settle(struct jobs *j, struct rec *r)
{
	enum job_state state;
	struct err e;
	char dest[512];

	snprintf(dest, sizeof(dest), "file:///out/%s.md", rec_str(r, "rel"));
	rec_set_str(r, "dest", dest);
	if (jobs_settle(j, r, &state, &e) < 0 || state != JOB_DONE)
		die(e.msg);
}

/* Records are parsed and written, as jobdb's are. Returns how many there were. */
static long
one_batch(struct jobs *j, long n)
{
	static struct buf out = BUF_INIT(64 << 20);
	struct jobs_claim c = { .queue = 1, .name = "q", .lease_ms = 120000 };
	struct rec *v[BATCH_MAX];
	struct err e;
	long i, got;

	if (jobs_begin(j, &e) < 0 || (got = jobs_claim(j, &c, v, n, &e)) < 0 || jobs_commit(j, &e) < 0)
		die(e.msg);
	for (i = 0; i < got; i++)
		if (rec_write(v[i], &out, REC_DOC_MAX, &e) < 0)
			die(e.msg);
	buf_clear(&out, 1 << 20);
	if (jobs_begin(j, &e) < 0)
		die(e.msg);
	for (i = 0; i < got; i++)
		settle(j, v[i]);
	if (jobs_commit(j, &e) < 0)
		die(e.msg);
	for (i = 0; i < got; i++)
		rec_free(v[i]);
	return got;
}

static void
work(const char *db, long n, long batch)
{
	struct err e;
	struct jobs *j = jobs_open(db, &e);

	if (!j)
		die(e.msg);
	for (; n > 0; n -= batch)
		if (one_batch(j, batch) != batch)
			die("there are too few jobs");
	jobs_close(j);
}

static void
share(const char *db, long seconds)
{
	struct err e;
	struct jobs *j = jobs_open(db, &e);
	struct timespec t;
	time_t end;
	long n = 0;

	if (!j)
		die(e.msg);
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec + seconds;
	while (t.tv_sec < end) {
		n += one_batch(j, 1);
		clock_gettime(CLOCK_MONOTONIC, &t);
	}
	jobs_close(j);
	printf("%ld\n", n);
}

static void
run(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
}

static sqlite3 *
bare_open(const char *name)
{
	sqlite3 *db;

	if (sqlite3_open(name, &db) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;"
	    "CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, state INTEGER"
	    " NOT NULL DEFAULT 0, token INTEGER, dest TEXT, rec TEXT);"
	    "CREATE INDEX IF NOT EXISTS ready ON job (id) WHERE state = 0");
	return db;
}

static sqlite3_stmt *
prepared(sqlite3 *db, const char *text)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	return s;
}

static void
bare_add(const char *name, long batch)
{
	sqlite3 *db = bare_open(name);
	sqlite3_stmt *s = prepared(db, "INSERT INTO job (uri, rec) VALUES (?, ?)");
	char *line = NULL, *uri;
	size_t cap = 0;
	ssize_t len;
	long n;

	for (n = 0; (len = getline(&line, &cap, stdin)) > 0; n++) {
		if (n % batch == 0)
			run(db, n ? "COMMIT; BEGIN IMMEDIATE" : "BEGIN IMMEDIATE");
		uri = strstr(line, "\"uri\":\"") + 7;
		sqlite3_bind_text(s, 1, uri, (int)strcspn(uri, "\""), SQLITE_STATIC);
		sqlite3_bind_text(s, 2, line, (int)len, SQLITE_STATIC);
		if (sqlite3_step(s) != SQLITE_DONE)
			die(sqlite3_errmsg(db));
		sqlite3_reset(s);
	}
	run(db, "COMMIT");
	sqlite3_finalize(s);
	sqlite3_close(db);
	free(line);
}

static void
bare_batch(sqlite3 *db, sqlite3_stmt *claim, sqlite3_stmt *done, long batch)
{
	sqlite3_int64 id[BATCH_MAX], token[BATCH_MAX];
	long i, n = 0;

	run(db, "BEGIN IMMEDIATE");
	sqlite3_bind_int64(claim, 1, batch);
	while (sqlite3_step(claim) == SQLITE_ROW) {
		id[n] = sqlite3_column_int64(claim, 0);
		token[n++] = sqlite3_column_int64(claim, 1);
	}
	sqlite3_reset(claim);
	run(db, "COMMIT; BEGIN IMMEDIATE");
	for (i = 0; i < n; i++) {
		sqlite3_bind_text(done, 1, "file:///out/a/b123456.pdf.md", -1, SQLITE_STATIC);
		sqlite3_bind_int64(done, 2, id[i]);
		sqlite3_bind_int64(done, 3, token[i]);
		if (sqlite3_step(done) != SQLITE_DONE)
			die(sqlite3_errmsg(db));
		sqlite3_reset(done);
	}
	run(db, "COMMIT");
	if (n != batch)
		die("there are too few jobs");
}

static void
bare_work(const char *name, long n, long batch)
{
	sqlite3 *db = bare_open(name);
	sqlite3_stmt *claim = prepared(db, "UPDATE job SET state = 1, token = random() WHERE id IN"
	    " (SELECT id FROM job WHERE state = 0 ORDER BY id LIMIT ?) RETURNING id, token, rec");
	sqlite3_stmt *done = prepared(db, "UPDATE job SET state = 2, dest = ?"
	    " WHERE id = ? AND token = ? AND state = 1");

	for (; n > 0; n -= batch)
		bare_batch(db, claim, done, batch);
	sqlite3_finalize(claim);
	sqlite3_finalize(done);
	sqlite3_close(db);
}

int
main(int argc, char *argv[])
{
	long a = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	long b = argc > 4 ? strtol(argv[4], NULL, 10) : 0;

	if (argc < 4 || a < 1 || a > 10000000 || b < 0 || b > BATCH_MAX)
		die("see its source");
	if (!strcmp(argv[1], "work") && b)
		work(argv[2], a, b);
	else if (!strcmp(argv[1], "share"))
		share(argv[2], a);
	else if (!strcmp(argv[1], "bare-add"))
		bare_add(argv[2], a);
	else if (!strcmp(argv[1], "bare-work") && b)
		bare_work(argv[2], a, b);
	else
		die("see its source");
	return 0;
}
