#include <sys/wait.h>

#include <signal.h>

#include "base/err.h"
#include "ledger/schema.h"
#include "sql/sql.h"

#include "unit/check.h"
#include "unit/folder.h"

/* With a ledger's tables. */
static struct sql *
tried(const char *file, struct err *e)
{
	struct sql_conf conf = { .file = file,
		.codes = &schema_code,
		.wait_ms = 200,
		.check = schema_check,
		.ready = schema_migrate };

	return sql_open(&conf, e);
}

static struct sql *
opened(const char *file)
{
	struct err e;
	struct sql *q = tried(file, &e);

	if (!q)
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
	CHECK(q);
	return q;
}

static void
refused(const char *file, enum err_class class, const char *code)
{
	struct err e;

	CHECK(!tried(file, &e));
	CHECK_STR(e.code, code);
	CHECK(e.class == class);
	CHECK(*e.msg);
}

static int64_t
number(struct sql *q, const char *text)
{
	struct err e;
	struct sql_stmt *s = sql_prepare(q, text, &e);
	int64_t n;

	CHECK(s);
	CHECK(sql_step(s, &e) == 1);
	n = sql_int(s, 0);
	CHECK(sql_step(s, &e) == 0);
	return n;
}

static void
run(struct sql *q, const char *text)
{
	struct err e;
	struct sql_stmt *s = sql_prepare(q, text, &e);

	CHECK(s);
	CHECK(sql_step(s, &e) == 0);
}

static void
opens(void)
{
	struct sql *q = opened("a.db"), *again;

	CHECK(number(q, "PRAGMA user_version") >= 1);
	CHECK(number(q, "SELECT count(*) FROM job") == 0);
	CHECK(number(q, "PRAGMA synchronous") == 1);
	again = opened("a.db");
	CHECK(number(again, "SELECT count(*) FROM queue") == 0);
	sql_close(again);
	sql_close(q);
	sql_close(NULL);
	/* The last one out leaves one file. */
	CHECK(folder_count(".") == 1);
	refused("no/such.db", ERR_FATAL, "ledger.open");
	refused(".", ERR_FATAL, "ledger.open");
	folder_write("text",
	    "a text that is long enough to be taken for a database's first page"
	    " if it is not looked at closely");
	refused("text", ERR_FATAL, "ledger.corrupt");
	folder_write("empty", "");
	sql_close(opened("empty"));
}

static void
versions(void)
{
	struct sql *q = opened("v.db");

	run(q, "PRAGMA user_version = 1000");
	sql_close(q);
	refused("v.db", ERR_FATAL, "ledger.version");
	q = opened("o.db");
	run(q, "PRAGMA application_id = 1");
	sql_close(q);
	refused("o.db", ERR_FATAL, "ledger.version");
	run(q = opened("n.db"), "PRAGMA user_version = 0");
	sql_close(q);
	/* Its tables are there: nothing is made twice, nothing is half done. */
	refused("n.db", ERR_FATAL, "ledger.sql");
}

static void
values(void)
{
	struct err e;
	struct sql *q = opened("a.db");
	struct sql_stmt *s = sql_prepare(q, "SELECT ?, ?, ?, ?, ?", &e);

	CHECK(s);
	CHECK(s == sql_prepare(q, "SELECT ?, ?, ?, ?, ?", &e));
	sql_bind_int(s, 1, INT64_MIN);
	sql_bind_text(s, 2, "text é");
	sql_bind_text(s, 3, NULL);
	sql_bind_blob(s, 4, "abc", 3);
	CHECK(sql_step(s, &e) == 1);
	CHECK(sql_int(s, 0) == INT64_MIN);
	CHECK_STR(sql_text(s, 1), "text é");
	CHECK(sql_is_null(s, 2) && !sql_text(s, 2));
	CHECK_STR(sql_text(s, 3), "abc");
	CHECK(sql_is_null(s, 4));
	sql_reset(s);
	/* Nothing is left of what was bound. */
	CHECK(sql_step(s, &e) == 1);
	CHECK(sql_is_null(s, 0) && sql_is_null(s, 1));
	CHECK(sql_step(s, &e) == 0);
	CHECK(!sql_prepare(q, "SELECT nonsense", &e));
	CHECK_STR(e.code, "ledger.sql");
	sql_close(q);
}

/* What stands in a buffer is another statement when another text stands there. */
static void
texts(void)
{
	struct err e;
	struct sql *q = opened("a.db");
	struct sql_stmt *first = NULL, *s;
	char text[64];
	int i, turn;

	for (turn = 0; turn < 2; turn++)
		for (i = 0; i < 200; i++) {
			snprintf(text, sizeof(text), "SELECT %d", i);
			CHECK(number(q, text) == i);
		}
	snprintf(text, sizeof(text), "SELECT 0");
	first = sql_prepare(q, "SELECT 0", &e);
	CHECK(first && first == sql_prepare(q, text, &e));
	/* No more than a fault of ours would ask for. */
	for (i = 200, s = first; s && i < 10000; i++) {
		snprintf(text, sizeof(text), "SELECT %d", i);
		s = sql_prepare(q, text, &e);
	}
	CHECK(!s && i > 1000 && i < 2000);
	CHECK_STR(e.code, "ledger.sql");
	CHECK(number(q, "SELECT 199") == 199);
	sql_close(q);
}

static const struct sql_codes cache_codes = { .locked = "cache.locked",
	.full = "cache.full",
	.open = "cache.open",
	.readonly = "cache.readonly",
	.corrupt = "cache.corrupt",
	.io = "cache.io",
	.sql = "cache.sql" };

static int
cache_ready(struct sql *q, struct err *e)
{
	return sql_exec(q,
	    "CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, text TEXT);"
	    "PRAGMA application_id = 7",
	    e);
}

/* Another kind of file: tables of its own, and its own words for what goes wrong. */
static void
another_kind(void)
{
	struct sql_conf conf = { .file = "cache.db",
		.codes = &cache_codes,
		.wait_ms = 50,
		.ready = cache_ready };
	struct err e;
	struct sql *q = sql_open(&conf, &e), *other = sql_open(&conf, &e);

	CHECK(q && other);
	run(q, "INSERT INTO page VALUES ('k', 't')");
	CHECK(number(other, "SELECT count(*) FROM page") == 1);
	CHECK(number(q, "SELECT count(*) FROM sqlite_schema WHERE name = 'job'") == 0);
	CHECK(sql_begin(q, &e) == 0);
	CHECK(sql_begin(other, &e) == -1);
	CHECK_STR(e.code, "cache.locked");
	CHECK(e.class == ERR_BUSY);
	sql_rollback(q);
	CHECK(!sql_prepare(q, "SELECT * FROM job", &e));
	CHECK_STR(e.code, "cache.sql");
	sql_close(other);
	sql_close(q);
	/* It is no ledger, and a ledger none of these. */
	refused("cache.db", ERR_FATAL, "ledger.version");
	conf.file = "text";
	CHECK(!sql_open(&conf, &e));
	CHECK_STR(e.code, "cache.corrupt");
}

static void
transactions(void)
{
	struct err e;
	struct sql *q = opened("a.db"), *other = opened("a.db");
	int64_t version = sql_data_version(other), own = sql_data_version(q);

	sql_rollback(q);
	CHECK(sql_begin(q, &e) == 0);
	run(q, "INSERT INTO queue (name, dest, settings, created) VALUES ('a', 'd', '', 0)");
	CHECK(sql_changes(q) == 1);
	CHECK(sql_last_id(q) == 1);
	CHECK(number(other, "SELECT count(*) FROM queue") == 0);
	/* Waited for, and then given up. */
	CHECK(sql_begin(other, &e) == -1);
	CHECK_STR(e.code, "ledger.locked");
	CHECK(e.class == ERR_BUSY);
	sql_rollback(q);
	CHECK(number(q, "SELECT count(*) FROM queue") == 0);
	CHECK(sql_data_version(other) == version);
	CHECK(sql_begin(q, &e) == 0);
	run(q, "INSERT INTO queue (name, dest, settings, created) VALUES ('a', 'd', '', 0)");
	CHECK(sql_commit(q, &e) == 0);
	CHECK(sql_data_version(other) != version);
	CHECK(sql_data_version(q) == own);
	CHECK(sql_begin(other, &e) == 0);
	CHECK(sql_commit(other, &e) == 0);
	/* What a constraint forbids undoes its statement alone. */
	CHECK(sql_step(sql_prepare(q,
			   "INSERT INTO queue (name, dest, settings, created)"
			   " VALUES ('a', 'd', '', 0)",
			   &e),
		  &e) == -1);
	CHECK_STR(e.code, "ledger.sql");
	CHECK(number(q, "SELECT count(*) FROM queue") == 1);
	CHECK(sql_check(q, &e) == 0);
	sql_close(other);
	sql_close(q);
}

/* A writer that dies within its transaction never wrote. */
static void
dies(void)
{
	struct sql *q;
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		struct err e;

		q = opened("a.db");
		CHECK(sql_begin(q, &e) == 0);
		run(q, "DELETE FROM queue");
		raise(SIGKILL);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	q = opened("a.db");
	CHECK(number(q, "SELECT count(*) FROM queue") == 1);
	sql_close(q);
}

static void
is_readonly(void)
{
	struct err e;
	struct sql *q = tried("ro.db", &e);

	/* Where it can be opened at all it can be read. */
	if (q) {
		CHECK(number(q, "SELECT count(*) FROM queue") == 0);
		CHECK(sql_begin(q, &e) == -1);
	}
	CHECK_STR(e.code, "ledger.readonly");
	CHECK(e.class == ERR_FATAL);
	sql_close(q);
}

int
main(void)
{
	folder_begin();
	opens();
	versions();
	values();
	texts();
	another_kind();
	transactions();
	dies();
	sql_close(opened("ro.db"));
	CHECK(chmod("ro.db", 0444) == 0);
	CHECK(chmod(".", 0777) == 0);
	folder_child(is_readonly, NOBODY);
	folder_end();
	return 0;
}
