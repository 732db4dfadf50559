#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ledger/jobs.h"
#include "ledger/priv.h"

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
		return open(file, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && stat(db, &st) == 0 &&
	    (geteuid() != 0 || fchown(fd, st.st_uid, st.st_gid) == 0))
		(void)fchmod(fd, st.st_mode & 0666);
	return fd;
}

static int
open_lock(struct jobs *j, struct err *e)
{
	const char *db = sql_file(j->sql);
	char *file;

	if (j->lock_fd >= 0)
		return 0;
	file = mem_printf("%s.lock", db);
	j->lock_fd = open(file, O_RDWR | O_CLOEXEC);
	if (j->lock_fd < 0 && errno == ENOENT)
		j->lock_fd = make_lock(db, file);
	if (j->lock_fd < 0)
		err_sys(e, ERR_FATAL, "ledger.open", "%s", file);
	free(file);
	return j->lock_fd < 0 ? -1 : 0;
}

/*
 * The byte that a session holds says '.' while it works, so that there is room
 * for '-' when it leaves: a ledger that is full or locked can be told nothing.
 */
static int
mark(const struct jobs *j, int64_t session, char what)
{
	return pwrite(j->lock_fd, &what, 1, session) == 1 ? 0 : -1;
}

bool
job_session_left(struct jobs *j, int64_t session)
{
	char what;

	return j->lock_fd >= 0 && pread(j->lock_fd, &what, 1, session) == 1 && what == '-';
}

static int
session_hold(struct jobs *j, int64_t session, struct err *e)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };
	bool full;

	if (fcntl(j->lock_fd, F_OFD_SETLK, &lock) == 0 && mark(j, session, '.') == 0)
		return 0;
	full = errno == ENOSPC || errno == EDQUOT;
	return err_sys(e, full ? ERR_BUSY : ERR_FATAL, full ? "ledger.full" : "ledger.open",
	    "%s.lock", sql_file(j->sql));
}

int64_t
jobs_session_new(struct jobs *j, struct err *e)
{
	struct sql_stmt *s;
	char host[65] = "";
	int64_t session;

	if (open_lock(j, e) < 0)
		return -1;
	s = sql_prepare(j->sql, "INSERT INTO session (host, pid, created) VALUES (?, ?, ?)", e);
	if (!s)
		return -1;
	(void)gethostname(host, sizeof(host) - 1);
	sql_bind_text(s, 1, host);
	sql_bind_int(s, 2, getpid());
	sql_bind_int(s, 3, jobs_now_ms());
	if (sql_begin(j->sql, e) < 0 || job_run(s, e) < 0)
		return -1;
	session = sql_last_id(j->sql);
	if (session_hold(j, session, e) < 0) {
		sql_rollback(j->sql);
		return -1;
	}
	if (sql_commit(j->sql, e) < 0)
		return -1;
	j->session = session;
	return session;
}

int
job_session_forget(struct jobs *j, int64_t session, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "DELETE FROM session WHERE id = ?", e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	return job_run(s, e);
}

static void
let_go(struct jobs *j, int64_t session)
{
	struct flock lock = { .l_type = F_UNLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };

	(void)fcntl(j->lock_fd, F_OFD_SETLK, &lock);
	j->session = 0;
}

void
jobs_session_end(struct jobs *j, int64_t session)
{
	struct err ignored;

	(void)job_session_forget(j, session, &ignored);
	let_go(j, session);
}

void
jobs_session_leave(struct jobs *j, int64_t session)
{
	(void)mark(j, session, '-');
	let_go(j, session);
}

bool
job_session_lives(struct jobs *j, int64_t session)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = session,
		.l_len = 1 };
	struct err ignored;

	if (session == j->session)
		return true;
	/* What cannot be told is left to the lease. */
	if (open_lock(j, &ignored) < 0 || fcntl(j->lock_fd, F_OFD_GETLK, &lock) < 0)
		return true;
	return lock.l_type != F_UNLCK;
}

/* The one number that a statement with one parameter gives. */
static long
session_number(struct sql_stmt *s, int64_t param, struct err *e)
{
	long n;

	if (!s)
		return -1;
	sql_bind_int(s, 1, param);
	if (sql_step(s, e) <= 0)
		return -1;
	n = (long)sql_int(s, 0);
	sql_reset(s);
	return n;
}

long
jobs_held(struct jobs *j, int64_t session, struct err *e)
{
	return session_number(sql_prepare(j->sql,
				  "SELECT count(*) FROM job"
				  " WHERE session = ? AND state = 1",
				  e),
	    session, e);
}

long
jobs_undone(struct jobs *j, int64_t session, jobs_died_fn *died, void *arg, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT coalesce(code, 'unknown'), count(*)"
	    " FROM job WHERE state = 3 AND id IN (SELECT job FROM event WHERE session = ?"
	    " AND what = 'dead') GROUP BY 1",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	while ((r = sql_step(s, e)) > 0)
		died(arg, sql_text(s, 0), (long)sql_int(s, 1));
	return r < 0 ? -1
		     : session_number(sql_prepare(j->sql,
					  "SELECT count(*) FROM event"
					  " WHERE session = ?",
					  e),
			   session, e);
}

int
jobs_released(struct jobs *j, int64_t session, int64_t *after, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
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

int
jobs_renew(struct jobs *j, int64_t session, long lease_ms, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "UPDATE job SET lease = ?"
	    " WHERE session = ? AND state = 1",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms() + lease_ms);
	sql_bind_int(s, 2, session);
	return job_run(s, e);
}
