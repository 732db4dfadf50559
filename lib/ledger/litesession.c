#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ledger/priv.h"
#include "sql/sql.h"

enum { LOCK_FLAGS = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY };

/*
 * Made by whom the ledger's own file lets write, whoever is first: root must
 * not lock out the user whose ledger it is.
 */
static int
make_lock(const char *db, const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 && errno == EEXIST)
		return open(file, O_RDWR | O_CLOEXEC | LOCK_FLAGS);
	if (fd >= 0 && stat(db, &st) == 0 &&
	    (geteuid() != 0 || fchown(fd, st.st_uid, st.st_gid) == 0))
		(void)fchmod(fd, st.st_mode & 0666);
	return fd;
}

/*
 * Bytes are written to it: what others have put in its place, in a directory that is
 * theirs too, is none.  Where they may write to the ledger itself it may be theirs.
 */
static bool
is_lock(const char *db, int fd)
{
	struct stat st, of;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink <= 1 &&
	    (st.st_uid == geteuid() ||
		(stat(db, &of) == 0 && (st.st_uid == of.st_uid || (of.st_mode & 0022))));
}

static int
check_lock(struct lite *t, const char *db, const char *file, struct err *e)
{
	if (t->lock_fd < 0 && errno != ELOOP && errno != ENXIO)
		return err_sys(e, ERR_FATAL, CODE_LEDGER_OPEN, "%s", file);
	if (t->lock_fd >= 0 && is_lock(db, t->lock_fd))
		return 0;
	if (t->lock_fd >= 0)
		close(t->lock_fd);
	t->lock_fd = -1;
	return err_set(e, ERR_FATAL, CODE_LEDGER_OPEN,
	    "%s: not a plain file of the ledger's owner: remove it", file);
}

static int
open_lock(struct lite *t, struct err *e)
{
	const char *db = sql_file(t->sql);
	char *file;
	int r;

	if (t->lock_fd >= 0)
		return 0;
	file = mem_printf("%s.lock", db);
	t->lock_fd = open(file, O_RDWR | O_CLOEXEC | LOCK_FLAGS);
	if (t->lock_fd < 0 && errno == ENOENT)
		t->lock_fd = make_lock(db, file);
	r = check_lock(t, db, file, e);
	free(file);
	return r;
}

/*
 * The byte that a session holds says '.' while it works, so that there is room
 * for '-' when it leaves: a ledger that is full or locked can be told nothing.
 */
static int
mark(const struct lite *t, int64_t session, char what)
{
	return pwrite(t->lock_fd, &what, 1, session) == 1 ? 0 : -1;
}

static int
session_hold(struct lite *t, int64_t session, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };
	bool full;

	if (fcntl(t->lock_fd, F_OFD_SETLK, &lock) == 0 && mark(t, session, '.') == 0)
		return 0;
	full = errno == ENOSPC || errno == EDQUOT;
	return err_sys(e, full ? ERR_BUSY : ERR_FATAL, full ? CODE_LEDGER_FULL : CODE_LEDGER_OPEN,
	    "%s.lock", sql_file(t->sql));
}

static void
let_go(struct lite *t, int64_t session)
{
	struct flock lock = { .l_type = F_UNLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };

	(void)fcntl(t->lock_fd, F_OFD_SETLK, &lock);
	t->session = 0;
}

static int64_t
litesession_make(struct ledger *l, struct err *e)
{
	struct lite *t = lite_of(l);
	struct sql_stmt *s;
	char host[65] = "";
	int64_t session;

	if (open_lock(t, e) < 0)
		return -1;
	s = sql_prepare(t->sql, "INSERT INTO session (host, pid, created) VALUES (?, ?, ?)", e);
	if (!s)
		return -1;
	(void)gethostname(host, sizeof(host) - 1);
	sql_bind_text(s, 1, host);
	sql_bind_int(s, 2, getpid());
	sql_bind_int(s, 3, jobs_now_ms());
	if (sql_begin(t->sql, e) < 0 || lite_run(s, e) < 0)
		return -1;
	session = sql_last_id(t->sql);
	if (session_hold(t, session, e) < 0) {
		sql_rollback(t->sql);
		return -1;
	}
	if (sql_commit(t->sql, e) < 0)
		return -1;
	t->session = session;
	return session;
}

static int
litesession_forget(struct ledger *l, int64_t session, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, "DELETE FROM session WHERE id = ?", e);

	if (s)
		sql_bind_int(s, 1, session);
	return lite_run(s, e);
}

static void
litesession_end(struct ledger *l, int64_t session)
{
	struct err ignored;

	(void)litesession_forget(l, session, &ignored);
	let_go(lite_of(l), session);
}

static void
litesession_leave(struct ledger *l, int64_t session)
{
	(void)mark(lite_of(l), session, '-');
	let_go(lite_of(l), session);
}

static bool
litesession_left(struct ledger *l, int64_t session)
{
	int fd = lite_of(l)->lock_fd;
	char what;

	return fd >= 0 && pread(fd, &what, 1, session) == 1 && what == '-';
}

static bool
litesession_lives(struct ledger *l, int64_t session)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };
	struct lite *t = lite_of(l);
	struct err ignored;

	if (session == t->session)
		return true;
	/* What cannot be told is left to the lease. */
	if (open_lock(t, &ignored) < 0 || fcntl(t->lock_fd, F_OFD_GETLK, &lock) < 0)
		return true;
	return lock.l_type != F_UNLCK;
}

static int
litesession_next(struct ledger *l, int64_t *after, struct err *e)
{
	struct sql_stmt *s =
	    lite_prepare(l, "SELECT id FROM session WHERE id > ? ORDER BY id LIMIT 1", e);

	if (s)
		sql_bind_int(s, 1, *after);
	return lite_number(s, after, e);
}

/* The one number that a statement with the session as its parameter gives. */
static long
count_of(struct ledger *l, const char *text, int64_t session, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, text, e);
	int64_t n = 0;

	if (s)
		sql_bind_int(s, 1, session);
	return lite_number(s, &n, e) < 0 ? -1 : (long)n;
}

static long
litesession_held(struct ledger *l, int64_t session, struct err *e)
{
	return count_of(l, "SELECT count(*) FROM job WHERE session = ? AND state = " RUNNING,
	    session, e);
}

static long
litesession_undone(struct ledger *l, int64_t session, jobs_died_fn *died, void *arg, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT coalesce(code, 'unknown'), count(*)"
	    " FROM job WHERE state = " DEAD " AND id IN (SELECT job FROM event WHERE session = ?"
	    " AND what = 'dead') GROUP BY 1",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	while ((r = sql_step(s, e)) > 0)
		died(arg, sql_text(s, 0), (long)sql_int(s, 1));
	return r < 0 ? -1 : count_of(l, "SELECT count(*) FROM event WHERE session = ?", session, e);
}

static long
litesession_changed(struct ledger *l, int64_t session, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT count(*) FROM job WHERE state = " CANCELLED " AND code = ?2"
	    " AND id IN (SELECT job FROM event WHERE session = ?1 AND what = 'cancelled')",
	    e);
	int64_t n = 0;

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	sql_bind_text(s, 2, CODE_DOCUMENT_CHANGED);
	return lite_number(s, &n, e) < 0 ? -1 : (long)n;
}

static int
litesession_released(struct ledger *l, int64_t session, int64_t *after, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "SELECT max(id), max(what = 'released')"
	    " FROM event WHERE session = ? AND id > ?",
	    e);
	int released;

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	sql_bind_int(s, 2, *after);
	if (sql_step(s, e) <= 0)
		return -1;
	if (!sql_is_null(s, 0))
		*after = sql_int(s, 0);
	released = sql_int(s, 1) != 0;
	sql_reset(s);
	return released;
}

static int
litesession_renew(struct ledger *l, int64_t session, long lease_ms, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l,
	    "UPDATE job SET lease = ?"
	    " WHERE session = ? AND state = " RUNNING,
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms() + lease_ms);
	sql_bind_int(s, 2, session);
	return lite_run(s, e);
}

/*
 * Of a job that has failed, by its last error: whether that was its
 * surroundings' doing.  ?3: see jobs_troubled.
 */
#define TRANSIENT "json_extract(job.error, '$.class') = 'transient'"
#define IS(code) " OR job.code = '" code "'"
#define FITS(code) " OR job.code GLOB '" code "'"
#define PUT "json_extract(job.error, '$.stage') = 's3put'"
/* A bucket that takes nothing any more, or this key never: nobody says which. */
#define REFUSED \
	"(" PUT " AND json_extract(job.error, '$.class') = 'permanent' AND job.code GLOB 's3.*'" \
	" AND NOT (0" JOB_PUT_OWN(IS) "))"
/* It was forgiven before, and again. */
#define WORN \
	"((SELECT count(*) FROM event r WHERE r.job = job.id AND r.what = 'released'" \
	" AND r.code = job.code) > 1)"
#define NEAR \
	"(((0" JOB_NEAR(IS) ") AND (" TRANSIENT " OR (?3 AND job.code = 'dest.write')))" \
			    " OR (" PUT " AND (0" JOB_PUT_FULL(IS) "))" \
								   " OR (" REFUSED \
								   " AND (?3 OR NOT " WORN ")))"
#define FAR "((0" JOB_FAR(FITS) ") AND " TRANSIENT ")"
#define STREAK \
	" FROM event WHERE event.session = ?1 AND event.id > ?2 AND what IN ('failed', 'dead')"

static struct sql_stmt *
of_streak(struct ledger *l, const char *text, const struct jobs_streak *k, struct err *e)
{
	struct sql_stmt *s = lite_prepare(l, text, e);

	if (!s)
		return NULL;
	sql_bind_int(s, 1, k->session);
	sql_bind_int(s, 2, k->after);
	sql_bind_int(s, 3, k->all);
	return s;
}

static int
litesession_troubled(struct ledger *l, const struct jobs_streak *k, struct jobs_trouble *t,
    struct err *e)
{
	struct sql_stmt *s = of_streak(l,
	    "SELECT sum(near), sum(NOT near), min(at), code, max(id),"
	    " (SELECT max(id) FROM event WHERE event.session = ?1), sum(refused),"
	    " (SELECT count(*) FROM event WHERE event.session = ?1 AND event.id > ?2) FROM"
	    " (SELECT " NEAR " AS near, (" REFUSED " AND NOT " WORN ") AS refused, at,"
	    " job.code AS code, last AS id FROM job JOIN"
	    " (SELECT job, min(at) AS at, max(id) AS last" STREAK " GROUP BY job) AS f"
	    " ON f.job = job.id WHERE job.state IN (" QUEUED ", " DEAD ") AND (" NEAR " OR " FAR
	    "))",
	    k, e);

	if (!s || sql_step(s, e) <= 0)
		return -1;
	t->near = (long)sql_int(s, 0);
	t->far = (long)sql_int(s, 1);
	t->since_ms = sql_int(s, 2);
	snprintf(t->code, sizeof(t->code), "%s", sql_text(s, 3) ? sql_text(s, 3) : "");
	t->last = sql_int(s, 5);
	t->refused = (long)sql_int(s, 6);
	t->all = (long)sql_int(s, 7);
	sql_reset(s);
	return 0;
}

/* The event is nobody's: of the session's own, each is a failure that counts. */
static long
litesession_forgive(struct ledger *l, const struct jobs_streak *k, struct err *e)
{
	struct sql_stmt *s = of_streak(l,
	    "UPDATE job SET state = " QUEUED ", run_at = ?4,"
	    " attempt = max(0, attempt - (SELECT count(*)" STREAK " AND event.job = job.id))"
	    " WHERE id IN (SELECT job" STREAK ") AND state IN (" QUEUED ", " DEAD ")"
	    " AND (" NEAR " OR " FAR ")"
	    " AND NOT EXISTS (SELECT 1 FROM job n WHERE n.queue = job.queue AND n.ukey = job.ukey"
	    " AND n.id > job.id AND n.state <> " CANCELLED ") RETURNING id, attempt, code",
	    k, e);
	long n = 0;
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 4, job_early_ms());
	while ((r = sql_step(s, e)) > 0) {
		const struct job_event v = { .job = sql_int(s, 0),
			.what = "released",
			.code = sql_text(s, 2),
			.attempt = (long)sql_int(s, 1) };

		if (l->settle->event(l, &v, e) < 0) {
			sql_reset(s);
			return -1;
		}
		n++;
	}
	return r < 0 ? -1 : n;
}

static int64_t
litesession_version(struct ledger *l)
{
	return sql_data_version(lite_of(l)->sql);
}

const struct ledger_session_ops lite_session_ops = { .version = litesession_version,
	.make = litesession_make,
	.end = litesession_end,
	.leave = litesession_leave,
	.next = litesession_next,
	.lives = litesession_lives,
	.left = litesession_left,
	.forget = litesession_forget,
	.held = litesession_held,
	.undone = litesession_undone,
	.changed = litesession_changed,
	.released = litesession_released,
	.renew = litesession_renew,
	.troubled = litesession_troubled,
	.forgive = litesession_forgive };
