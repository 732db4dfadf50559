#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ledger/jobs.h"
#include "ledger/priv.h"
#include "ledger/schema.h"
#include "rec/rec.h"

const char *const job_state_names[JOB_STATES + 1] = { "queued", "running", "done", "dead",
	"cancelled", NULL };

static int
make_parents(char *path, struct err *e)
{
	char *p;

	for (p = path + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_sys(e, ERR_FATAL, "ledger.open", "%s", path);
		*p = '/';
	}
	return 0;
}

static char *
default_file(struct err *e)
{
	const char *db = getenv("QUIRE_DB"), *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char *file;

	if (db && *db)
		return mem_dup(db);
	if (state && *state == '/')
		file = mem_printf("%s/quire/jobs.db", state);
	else if (home && *home == '/')
		file = mem_printf("%s/.local/state/quire/jobs.db", home);
	else {
		err_set(e, ERR_FATAL, "ledger.open", "name a ledger with --db or QUIRE_DB");
		return NULL;
	}
	if (make_parents(file, e) == 0)
		return file;
	free(file);
	return NULL;
}

/* Seconds, in QUIRE_DB_WAIT; 30 where there is no such number. */
static long
wait_ms(void)
{
	const char *s = getenv("QUIRE_DB_WAIT");
	char *end;
	double seconds = s ? strtod(s, &end) : 0;

	if (!s || end == s || *end || !(seconds >= 0 && seconds <= 86400))
		return 30000;
	return (long)(seconds * 1000);
}

/* Who is told twice to stop does not wait for others. */
static bool
told_twice(void)
{
	int signo;

	return loop_signals(&signo) > 1;
}

struct jobs *
jobs_open(const char *file, struct err *e)
{
	struct jobs *j = mem_new(1, sizeof(*j));
	char *name = file ? mem_dup(file) : default_file(e);
	struct sql_conf conf = { .file = name,
		.codes = &schema_code,
		.wait_ms = wait_ms(),
		.enough = told_twice,
		.check = schema_check,
		.ready = schema_migrate };

	j->lock_fd = -1;
	if (getrandom(&j->seed, sizeof(j->seed), 0) < 0)
		j->seed = (unsigned)getpid();
	j->digest = name ? digest_new(e) : NULL;
	j->sql = j->digest ? sql_open(&conf, e) : NULL;
	free(name);
	if (j->sql)
		return j;
	jobs_close(j);
	return NULL;
}

void
jobs_close(struct jobs *j)
{
	if (!j)
		return;
	if (j->sql)
		sql_rollback(j->sql);
	sql_close(j->sql);
	digest_free(j->digest);
	if (j->lock_fd >= 0)
		close(j->lock_fd);
	free(j);
}

int64_t
jobs_version(struct jobs *j)
{
	return sql_data_version(j->sql);
}

int
job_run(struct sql_stmt *s, struct err *e)
{
	int r;

	while ((r = sql_step(s, e)) > 0)
		;
	return r;
}

int
jobs_begin(struct jobs *j, struct err *e)
{
	j->added = 0;
	return sql_begin(j->sql, e);
}

/* The counts of what was added are written once a transaction. */
static int
count_added(struct jobs *j, struct err *e)
{
	struct sql_stmt *s;

	if (j->added == 0)
		return 0;
	s = sql_prepare(j->sql, "UPDATE queue SET added = added + ? WHERE id = ?", e);
	if (!s)
		return -1;
	sql_bind_int(s, 1, j->added);
	sql_bind_int(s, 2, j->added_queue);
	j->added = 0;
	return job_run(s, e);
}

int
jobs_commit(struct jobs *j, struct err *e)
{
	if (count_added(j, e) < 0) {
		sql_rollback(j->sql);
		return -1;
	}
	return sql_commit(j->sql, e);
}

void
jobs_rollback(struct jobs *j)
{
	sql_rollback(j->sql);
}

int
job_event(struct jobs *j, const struct job_event *v, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "INSERT INTO event"
	    " (job, at, what, code, attempt, session) VALUES (?, ?, ?, ?, ?, ?)",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, v->job);
	sql_bind_int(s, 2, jobs_now_ms());
	sql_bind_text(s, 3, v->what);
	sql_bind_text(s, 4, v->code);
	sql_bind_int(s, 5, v->attempt);
	if (v->session)
		sql_bind_int(s, 6, v->session);
	return job_run(s, e);
}

static bool
is_queue_name(const char *s)
{
	size_t n = strlen(s), i, len;

	for (i = 0; i < n; i += len) {
		len = utf8_len(s + i, n - i);
		if (len == 0 || (unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	}
	return n > 0 && n < JOBS_QUEUE_MAX;
}

static int
check_queue_name(const char *name, struct err *e)
{
	if (is_queue_name(name))
		return 0;
	return err_set(e, ERR_VALIDATION, "ledger.queue",
	    "a queue's name has 1 to %d bytes of UTF-8 without control characters",
	    JOBS_QUEUE_MAX - 1);
}

int
jobs_queue_set(struct jobs *j, const char *name, const char *dest, const char *settings,
    struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "INSERT INTO queue"
	    " (name, dest, settings, created) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
	    " DO UPDATE SET dest = excluded.dest, settings = excluded.settings",
	    e);

	if (!s || check_queue_name(name, e) < 0)
		return -1;
	sql_bind_text(s, 1, name);
	sql_bind_text(s, 2, dest);
	sql_bind_text(s, 3, settings);
	sql_bind_int(s, 4, jobs_now_ms());
	return job_run(s, e);
}

int
jobs_queue_rename(struct jobs *j, const char *name, const char *to, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "UPDATE queue SET name = ?2 WHERE name = ?1"
	    " AND NOT EXISTS (SELECT 1 FROM queue WHERE name = ?2)",
	    e);

	if (!s || check_queue_name(to, e) < 0)
		return -1;
	sql_bind_text(s, 1, name);
	sql_bind_text(s, 2, to);
	if (job_run(s, e) < 0)
		return -1;
	return sql_changes(j->sql) > 0;
}

int64_t
jobs_queue(struct jobs *j, const char *name, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "SELECT id FROM queue WHERE name = ?", e);
	int64_t id;
	int r;

	if (!s)
		return -1;
	sql_bind_text(s, 1, name);
	r = sql_step(s, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_FATAL, "ledger.queue",
		    "%s: no such queue; make it with jobdb queue set", name);
	id = sql_int(s, 0);
	sql_reset(s);
	return id;
}

struct rec *
jobs_queue_next(struct jobs *j, int64_t *after, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT id, name, dest, settings, added"
	    " FROM queue WHERE id > ? ORDER BY id LIMIT 1",
	    e);
	struct rec *r;

	if (!s)
		return NULL;
	sql_bind_int(s, 1, *after);
	if (sql_step(s, e) <= 0)
		return NULL;
	*after = sql_int(s, 0);
	r = rec_new();
	rec_set_str(r, "kind", "queue");
	rec_set_str(r, "queue", sql_text(s, 1));
	rec_set_str(r, "dest", sql_text(s, 2));
	rec_set_str(r, "settings", sql_text(s, 3));
	rec_set_int(r, "added", (long)sql_int(s, 4));
	sql_reset(s);
	return r;
}

static unsigned
nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void
key(struct jobs *j, const char *text, unsigned char *out, size_t n)
{
	char hex[DIGEST_HEX + 1];
	size_t i;

	digest_add(j->digest, text, strlen(text));
	digest_end(j->digest, hex);
	for (i = 0; i < n; i++)
		out[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* Sixteen bits of s[0..n). */
static unsigned
near(const char *s, size_t n)
{
	uint32_t h = hash_32(s, n);

	return (h ^ h >> 16) & 0xffff;
}

/*
 * A key that is a digest alone puts each new row on another page of the
 * index: with a million jobs that is 12 us of writing a row instead of 3.
 */
void
job_ukey(struct jobs *j, const char *uri, unsigned char u[UKEY_BYTES])
{
	const char *slash = strrchr(uri, '/'), *name = slash ? slash + 1 : uri;
	size_t stem = strcspn(name, ".");
	unsigned folder = near(uri, (size_t)(name - uri));
	unsigned names = near(name, stem > 3 ? stem - 3 : 0);

	u[0] = (unsigned char)(folder >> 8);
	u[1] = (unsigned char)folder;
	u[2] = (unsigned char)(names >> 8);
	u[3] = (unsigned char)names;
	key(j, uri, u + UKEY_NEAR, UKEY_BYTES - UKEY_NEAR);
}

int
job_key(struct jobs *j, struct rec *r, struct job_key *k, struct err *e)
{
	const char *uri = rec_need(r, "uri", e), *version;

	if (!uri)
		return -1;
	version = rec_str(r, "version");
	if (!version)
		version = rec_str(r, "etag");
	job_ukey(j, uri, k->u);
	key(j, version ? version : "", k->v, sizeof(k->v));
	return 0;
}
