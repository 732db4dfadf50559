#include "base/err.h"
#include "ledger/jobs.h"
#include "ledger/priv.h"

enum { BATCH = 256 };

/* Up to BATCH running jobs of a statement with one parameter. */
static long
some(struct jobs *j, const char *text, int64_t param, struct job_running v[BATCH], struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, text, e);
	long n = 0;
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, param);
	while ((r = sql_step(s, e)) > 0 && n < BATCH)
		v[n++] = job_running(s);
	sql_reset(s);
	return r < 0 ? -1 : n;
}

static long
take_all(struct jobs *j, const char *text, int64_t param, bool given_back, struct err *e)
{
	struct job_running v[BATCH];
	long n, i, all = 0;

	while ((n = some(j, text, param, v, e)) > 0) {
		for (i = 0; i < n; i++)
			if ((given_back ? job_give_back(j, &v[i], e) : job_lose(j, &v[i], e)) < 0)
				return -1;
		all += n;
	}
	return n < 0 ? -1 : all;
}

static long
take_session(struct jobs *j, int64_t session, bool given_back, struct err *e)
{
	return take_all(j, JOB_RUNNING_ROWS "WHERE session = ? AND state = 1 LIMIT 256", session,
	    given_back, e);
}

long
jobs_take_back(struct jobs *j, int64_t session, bool given_back, long *died, struct err *e)
{
	long n;

	j->died = j->watched = 0;
	n = take_session(j, session, given_back, e);
	*died = j->died;
	return n;
}

/* The next session after *session, into it; 0 at the end. */
static int
next_session(struct jobs *j, int64_t *session, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT id FROM session WHERE id > ?"
	    " ORDER BY id LIMIT 1",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, *session);
	r = sql_step(s, e);
	if (r > 0) {
		*session = sql_int(s, 0);
		sql_reset(s);
	}
	return r;
}

enum { SLACK_MS = 3600000 };

/*
 * No retry is put off for longer, unless a clock that was ahead when it was
 * queued has been set back: a little does not matter.
 */
static int
bring_near(struct jobs *j, struct err *e)
{
	static const char *const texts[] = {
		"UPDATE job SET run_at = ?1 WHERE state = 0 AND alone = 0"
		" AND queue IN (SELECT id FROM queue) AND run_at > ?1 + ?2",
		"UPDATE job SET run_at = ?1 WHERE state = 0 AND alone = 1"
		" AND queue IN (SELECT id FROM queue) AND run_at > ?1 + ?2",
	};
	struct sql_stmt *s;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		s = sql_prepare(j->sql, texts[i], e);
		if (!s)
			return -1;
		sql_bind_int(s, 1, jobs_now_ms());
		sql_bind_int(s, 2, JOBS_RETRY_MAX_MS + SLACK_MS);
		if (job_run(s, e) < 0)
			return -1;
	}
	return 0;
}

/* Sessions come before leases: one may have left by itself. */
long
jobs_reap(struct jobs *j, int64_t queue, long *died, struct err *e)
{
	int64_t session = 0;
	long all = 0, n;
	int r;

	j->watched = queue;
	j->died = 0;
	if (bring_near(j, e) < 0)
		return -1;
	while ((r = next_session(j, &session, e)) > 0) {
		if (job_session_lives(j, session))
			continue;
		n = take_session(j, session, job_session_left(j, session), e);
		if (n < 0 || job_session_forget(j, session, e) < 0)
			return -1;
		all += n;
	}
	n = r < 0 ? -1
		  : take_all(j, JOB_RUNNING_ROWS "WHERE state = 1 AND lease < ? LIMIT 256",
			job_early_ms(), false, e);
	*died = j->died;
	return n < 0 ? -1 : all + n;
}
