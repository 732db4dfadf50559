#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "err.h"
#include "jobdb.h"
#include "jobs.h"
#include "mem.h"

static int
open_lock(struct jobs *j, struct err *e)
{
	char *file;

	if (j->lock_fd >= 0)
		return 0;
	file = mem_printf("%s.lock", j->file);
	j->lock_fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (j->lock_fd < 0)
		err_sys(e, ERR_FATAL, "ledger.open", "%s", file);
	free(file);
	return j->lock_fd < 0 ? -1 : 0;
}

int64_t
jobs_session_new(struct jobs *j, struct err *e)
{
	struct sql_stmt *s;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	char host[65] = "";

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
	lock.l_start = sql_last_id(j->sql);
	if (fcntl(j->lock_fd, F_OFD_SETLK, &lock) < 0) {
		sql_rollback(j->sql);
		return err_sys(e, ERR_FATAL, "ledger.open", "%s.lock", j->file);
	}
	if (sql_commit(j->sql, e) < 0)
		return -1;
	j->session = lock.l_start;
	return j->session;
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

void
jobs_session_end(struct jobs *j, int64_t session)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = session, .l_len = 1 };
	struct err ignored;

	(void)job_session_forget(j, session, &ignored);
	(void)fcntl(j->lock_fd, F_OFD_SETLK, &lock);
	j->session = 0;
}

bool
job_session_lives(struct jobs *j, int64_t session)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = session, .l_len = 1 };
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
number(struct sql_stmt *s, int64_t param, struct err *e)
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
	return number(sql_prepare(j->sql, "SELECT count(*) FROM job"
	    " WHERE session = ? AND state = 1", e), session, e);
}

long
jobs_undone(struct jobs *j, int64_t session, jobs_died_fn *died, void *arg, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "SELECT coalesce(code, 'unknown'), count(*)"
	    " FROM job WHERE state = 3 AND id IN (SELECT job FROM event WHERE session = ?"
	    " AND what = 'dead') GROUP BY 1", e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, session);
	while ((r = sql_step(s, e)) > 0)
		died(arg, sql_text(s, 0), (long)sql_int(s, 1));
	return r < 0 ? -1 : number(sql_prepare(j->sql, "SELECT count(*) FROM event"
	    " WHERE session = ?", e), session, e);
}

int
jobs_renew(struct jobs *j, int64_t session, long lease_ms, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "UPDATE job SET lease = ?"
	    " WHERE session = ? AND state = 1", e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms() + lease_ms);
	sql_bind_int(s, 2, session);
	return job_run(s, e);
}
