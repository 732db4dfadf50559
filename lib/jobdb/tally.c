#include "base/err.h"
#include "jobdb/tally.h"
#include "ledger/jobs.h"

static void
count_dead(void *arg, const char *code, long n)
{
	struct jobtally *t = arg;

	t->counts.failed += n;
	counts_word(&t->counts.codes, code, n);
}

int
jobtally_take(struct jobtally *t, struct jobs *jobs, int64_t session, long *held, struct err *e)
{
	long undone;

	t->counts.failed = 0;
	t->counts.codes.n = 0;
	if (t->buried > 0)
		count_dead(t, CODE_JOB_LOST, t->buried);
	undone = jobs_undone(jobs, session, count_dead, t, e);
	*held = undone < 0 ? -1 : jobs_held(jobs, session, e);
	if (*held < 0)
		return -1;
	t->counts.passed = t->counts.out - *held - undone;
	counts_show(&t->counts);
	return 0;
}
