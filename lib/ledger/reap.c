#include "base/err.h"
#include "ledger/priv.h"

/* Running jobs, a batch after the other, until there are none. */
typedef long batch_fn(struct ledger *, int64_t param, struct job_running *, struct err *);

static long
take_all(struct jobs *j, batch_fn *batch, int64_t param, bool given_back, struct err *e)
{
	struct job_running v[JOB_BATCH];
	long n, i, all = 0;

	while ((n = batch(j->db, param, v, e)) > 0) {
		for (i = 0; i < n; i++)
			if ((given_back ? job_give_back(j, &v[i], e) : job_lose(j, &v[i], e)) < 0)
				return -1;
		all += n;
	}
	return n < 0 ? -1 : all;
}

long
jobs_take_back(struct jobs *j, int64_t session, bool given_back, long *died, struct err *e)
{
	long n;

	j->died = j->watched = 0;
	n = take_all(j, j->db->settle->of_session, session, given_back, e);
	*died = j->died;
	return n;
}

/*
 * No retry is put off for longer, unless a clock that was ahead when it was
 * queued has been set back.
 */
static int
bring_near(struct jobs *j, struct err *e)
{
	return j->db->settle->bring_near(j->db, JOBS_RETRY_MAX_MS + JOB_SLACK_MS, e);
}

/* Sessions come before leases: one may have left by itself. */
long
jobs_reap(struct jobs *j, int64_t queue, long *died, struct err *e)
{
	const struct ledger_session_ops *s = j->db->session;
	int64_t session = 0;
	long all = 0, n;
	int r;

	j->watched = queue;
	j->died = 0;
	if (bring_near(j, e) < 0)
		return -1;
	while ((r = s->next(j->db, &session, e)) > 0) {
		if (s->lives(j->db, session))
			continue;
		n = take_all(j, j->db->settle->of_session, session, s->left(j->db, session), e);
		if (n < 0 || s->forget(j->db, session, e) < 0)
			return -1;
		all += n;
	}
	n = r < 0 ? -1 : take_all(j, j->db->settle->expired, job_early_ms(), false, e);
	*died = j->died;
	return n < 0 ? -1 : all + n;
}
