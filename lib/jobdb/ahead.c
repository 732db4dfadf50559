#include <time.h>

#include "base/log.h"
#include "jobdb/ahead.h"
#include "ledger/jobs.h"

int
jobahead_say(struct jobs *j, int64_t queue, const char *name, struct err *e)
{
	struct jobs_ahead a;
	char until[sizeof("2026-01-02")] = "?";
	struct tm tm;
	time_t t;

	if (jobs_ahead(j, queue, &a, e) < 0)
		return -1;
	t = (time_t)(a.until_ms / 1000);
	if (a.n == 0)
		return 0;
	if (gmtime_r(&t, &tm))
		(void)strftime(until, sizeof(until), "%Y-%m-%d", &tm);
	log_warn("%lld jobs of the queue are held until %s, as a clock was ahead when they were"
		 " given out: jobdb requeue --queue '%s' --state running --force takes back all"
		 " that runs",
	    (long long)a.n, until, name);
	return 0;
}
