#include <sys/wait.h>

#include <time.h>
#include <unistd.h>

#include "base/ulid.h"

#include "unit/check.h"

/* Crockford's alphabet: without I, L, O and U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static long long
ms_of(const char *id)
{
	long long ms = 0;

	for (int i = 0; i < 10; i++)
		ms = ms * 32 + (strchr(alphabet, id[i]) - alphabet);
	return ms;
}

static long long
us_of(clockid_t clock)
{
	struct timespec t;

	CHECK(clock_gettime(clock, &t) == 0);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static long long
now_ms(void)
{
	return us_of(CLOCK_REALTIME) / 1000;
}

/*
 * Run fn in a child, which has made no ULID before, and see that it passes;
 * again when somebody set the wall clock meanwhile.
 */
static void
by_a_steady_clock(void (*fn)(void))
{
	long long step;
	int status, tries = 0;
	pid_t pid;

	do {
		CHECK(tries++ < 50);
		step = us_of(CLOCK_REALTIME) - us_of(CLOCK_BOOTTIME);
		pid = fork();
		CHECK(pid >= 0);
		if (pid == 0) {
			fn();
			exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		step -= us_of(CLOCK_REALTIME) - us_of(CLOCK_BOOTTIME);
	} while (status != 0 && llabs(step) > 1000);
	CHECK(status == 0);
}

static void
has_26_characters_of_the_alphabet(void)
{
	char id[ULID_LEN + 2];

	memset(id, '#', sizeof(id));
	ulid_make(id);
	CHECK(ULID_LEN == 26 && strlen(id) == 26);
	CHECK(id[ULID_LEN + 1] == '#');
	CHECK(strspn(id, alphabet) == 26);
	CHECK(id[0] <= '7');
}

static void
begins_with_the_time(void)
{
	struct timespec pause = { .tv_nsec = 3000000 };
	long long before = now_ms(), ms;
	char id[ULID_LEN + 1];

	nanosleep(&pause, NULL);
	ulid_make(id);
	ms = ms_of(id);
	CHECK(ms > before && ms <= now_ms());
}

static void
each_is_greater_than_the_one_before(void)
{
	char last[ULID_LEN + 1], id[ULID_LEN + 1];
	int same_ms = 0;

	ulid_make(last);
	for (int i = 0; i < 200000; i++) {
		ulid_make(id);
		CHECK(strcmp(last, id) < 0);
		same_ms += !memcmp(last, id, 10);
		memcpy(last, id, sizeof(last));
	}
	CHECK(same_ms > 1000);
}

/* Whether a millisecond's first one is random in every character. */
static void
the_rest_is_random(void)
{
	struct timespec pause = { .tv_nsec = 1100000 };
	char id[ULID_LEN + 1], first[ULID_LEN + 1];
	int differs[ULID_LEN] = { 0 };

	ulid_make(first);
	for (int i = 0; i < 60; i++) {
		nanosleep(&pause, NULL);
		ulid_make(id);
		for (int k = 10; k < ULID_LEN; k++)
			differs[k] += id[k] != first[k];
	}
	for (int k = 10; k < ULID_LEN; k++)
		CHECK(differs[k] > 30);
}

static void
two_processes_do_not_meet(void)
{
	char mine[ULID_LEN + 1], theirs[ULID_LEN + 1] = "";
	int fds[2], status;
	pid_t pid;

	CHECK(pipe(fds) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct timespec pause = { .tv_nsec = 2000000 };

		nanosleep(&pause, NULL);
		ulid_make(theirs);
		_exit(write(fds[1], theirs, ULID_LEN) != ULID_LEN);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(read(fds[0], theirs, ULID_LEN) == ULID_LEN);
	ulid_make(mine);
	CHECK(memcmp(mine + 10, theirs + 10, 16) != 0);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	by_a_steady_clock(begins_with_the_time);
	by_a_steady_clock(the_rest_is_random);
	by_a_steady_clock(two_processes_do_not_meet);
	has_26_characters_of_the_alphabet();
	each_is_greater_than_the_one_before();
	return 0;
}
