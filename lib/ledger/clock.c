#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ledger/priv.h"

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * The time of day when it was first asked for, and what has gone by since; and
 * what the machine's clock says now.  Tests set both.
 */
static int64_t
clock_look(int64_t *wall)
{
	static int64_t began, since;
	const char *file = getenv("QUIRE_CLOCK");
	long long own, other;
	FILE *fp;

	if (file && (fp = fopen(file, "re")) != NULL) {
		int n = fscanf(fp, "%lld %lld", &own, &other);

		fclose(fp);
		if (n >= 1) {
			*wall = n == 2 ? other : own;
			return own;
		}
	}
	*wall = clock_ms(CLOCK_REALTIME);
	if (!began) {
		began = *wall;
		since = clock_ms(CLOCK_BOOTTIME);
	}
	return began + clock_ms(CLOCK_BOOTTIME) - since;
}

int64_t
jobs_now_ms(void)
{
	int64_t wall, own = clock_look(&wall);

	return own > wall ? own : wall;
}

int64_t
job_early_ms(void)
{
	int64_t wall, own = clock_look(&wall);

	return own < wall ? own : wall;
}

int64_t
job_lease_end_ms(void)
{
	return jobs_now_ms() + JOBS_LEASE_MAX_MS + JOB_SLACK_MS;
}
