#include <sys/wait.h>

#include <signal.h>

#include "base/err.h"
#include "ledger/jobs.h"
#include "rec/rec.h"

#include "unit/check.h"
#include "unit/folder.h"

static struct err err;
static const struct jobs_adding to_q = { .queue = 1, .name = "q" };

static struct jobs *
opened(void)
{
	struct jobs *j = jobs_open("jobs.db", true, &err);

	CHECK(j);
	return j;
}

static void
at(int64_t ms)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld\n", (long long)ms);
	folder_write("clock", text);
	CHECK(jobs_now_ms() == ms);
}

/* A document's record, as text says it but for its quotes. */
static struct rec *
rec(const char *text)
{
	char line[512], *p;
	struct rec *r;

	snprintf(line, sizeof(line), "%s", text);
	for (p = line; *p; p++)
		if (*p == '\'')
			*p = '"';
	r = rec_parse(line, strlen(line), &err);
	CHECK(r);
	return r;
}

static struct rec *
document(const char *name, const char *etag)
{
	char text[256];

	snprintf(text, sizeof(text), "{'v':1,'uri':'file:///in/%s','rel':'%s','etag':'%s'}", name,
	    name, etag);
	return rec(text);
}

static void
add(struct jobs *j, const char *name, const char *etag)
{
	struct rec *r = document(name, etag);

	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_add(j, &to_q, r, &err) == 0);
	CHECK(jobs_commit(j, &err) == 0);
	rec_free(r);
}

/* The one job that can be given out now, or NULL. */
static struct rec *
claim(struct jobs *j, int64_t session, bool alone)
{
	const struct jobs_claim c = { .queue = jobs_queue(j, "q", &err),
		.name = "q",
		.session = session,
		.lease_ms = 1000,
		.alone = alone };
	struct rec *r;
	long n;

	CHECK(jobs_begin(j, &err) == 0);
	n = jobs_claim(j, &c, &r, 1, &err);
	CHECK(n >= 0);
	CHECK(jobs_commit(j, &err) == 0);
	return n ? r : NULL;
}

/* Settle it, by an error where there is one; frees r. -1: it was refused. */
static int
settle(struct jobs *j, struct rec *r, const char *error)
{
	enum job_state state;
	int got;

	if (error)
		rec_set(r, "error", jv_parse(error));
	else
		rec_set_str(r, "dest", rec_str(r, "uri"));
	CHECK(jobs_begin(j, &err) == 0);
	got = jobs_settle(j, r, &state, &err);
	CHECK(jobs_commit(j, &err) == 0);
	rec_free(r);
	return got < 0 ? -1 : (int)state;
}

static void
never(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "%s\n", what);
	CHECK(false);
}

static void
counts(struct jobs *j, const char *want)
{
	struct jobs_stat st;
	int64_t after = 0;
	char got[64];

	CHECK(jobs_stat(j, &after, &st, &err) == &st);
	snprintf(got, sizeof(got), "%d %d %d %d %d", (int)st.n[JOB_QUEUED], (int)st.n[JOB_RUNNING],
	    (int)st.n[JOB_DONE], (int)st.n[JOB_DEAD], (int)st.n[JOB_CANCELLED]);
	CHECK_STR(got, want);
	CHECK(jobs_check(j, never, NULL, &err) == 0);
}

static void
queues(struct jobs *j)
{
	int64_t after = 0;
	struct rec *r;

	CHECK(jobs_queue(j, "q", &err) == -1);
	CHECK_STR(err.code, "ledger.queue");
	CHECK(jobs_queue_set(j, "q", "/out", "s", &err) == 0);
	CHECK(jobs_queue_set(j, "q", "/out2", "s2", &err) == 0);
	CHECK(jobs_queue(j, "q", &err) == 1);
	CHECK(jobs_queue_set(j, "", "/out", "s", &err) == -1);
	r = jobs_queue_next(j, &after, &err);
	CHECK_STR(rec_str(r, "dest"), "/out2");
	rec_free(r);
	CHECK(!jobs_queue_next(j, &after, &err) && !err.code);
}

static void
rolls_back(struct jobs *j)
{
	struct rec *r = document("a", "1");

	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_add(j, &to_q, r, &err) == 0);
	jobs_rollback(j);
	counts(j, "0 0 0 0 0");
	rec_free(r);
}

/* The id is the first one's, also where the second brings one of its own. */
static void
adds_once(struct jobs *j)
{
	struct rec *r = document("a", "1"), *again = document("a", "1");

	rec_set_str(r, "id", "MINE");
	rec_set_str(again, "id", "OTHER");
	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_add(j, &to_q, r, &err) == 0);
	CHECK(jobs_add(j, &to_q, again, &err) == 0);
	CHECK(jobs_commit(j, &err) == 0);
	CHECK_STR(rec_str(again, "id"), "MINE");
	CHECK(jv_get_kind(rec_get(r, "added")) == JV_KIND_TRUE);
	CHECK(jv_get_kind(rec_get(again, "added")) == JV_KIND_FALSE);
	rec_free(r);
	rec_free(again);
	counts(j, "1 0 0 0 0");
}

static long
reap(struct jobs *j)
{
	long died;

	return jobs_reap(j, 1, &died, &err);
}

static void
fences(struct jobs *j)
{
	struct rec *first, *second;
	char token[64];

	first = claim(j, 0, false);
	CHECK(first && !claim(j, 0, false));
	CHECK_STR(rec_str(first, "id"), "MINE");
	snprintf(token, sizeof(token), "%s", rec_str(first, "token"));
	CHECK(strlen(token) == 16);
	CHECK(jobs_begin(j, &err) == 0 && reap(j) == 0 && jobs_commit(j, &err) == 0);
	at(jobs_now_ms() + 1001);
	CHECK(jobs_begin(j, &err) == 0 && reap(j) == 1 && jobs_commit(j, &err) == 0);
	CHECK(!claim(j, 0, false));
	second = claim(j, 0, true);
	CHECK(second && strcmp(token, rec_str(second, "token")) != 0);
	CHECK(settle(j, first, NULL) == -1);
	CHECK_STR(err.code, "job.stale");
	CHECK(settle(j, rec_clone(second), NULL) == JOB_DONE);
	CHECK(settle(j, second, NULL) == -1);
	CHECK_STR(err.code, "job.stale");
	counts(j, "0 0 1 0 0");
}

static void
backs_off(struct jobs *j)
{
	static const char error[] = "{\"class\":\"transient\",\"code\":\"a.b\"}";
	int64_t most = JOBS_BACKOFF_MS;
	struct jobs_due due;
	long attempt;
	struct rec *r;

	add(j, "b", "1");
	for (attempt = 1; attempt <= JOBS_ATTEMPTS; attempt++, most *= 2) {
		r = claim(j, 0, false);
		CHECK(r && rec_int(r, "attempt", 0) == attempt);
		CHECK(rec_int(r, "attempts_left", -1) == JOBS_ATTEMPTS - attempt);
		CHECK(settle(j, r, error) == (attempt < JOBS_ATTEMPTS ? JOB_QUEUED : JOB_DEAD));
		CHECK(jobs_due(j, 1, &due, &err) == 0);
		CHECK(attempt == JOBS_ATTEMPTS
			? due.next_ms == 0
			: due.next_ms >= jobs_now_ms() && due.next_ms <= jobs_now_ms() + most);
		at(jobs_now_ms() + most);
	}
	counts(j, "0 0 1 1 0");
}

static void
supersedes(struct jobs *j)
{
	struct rec *old;

	add(j, "c", "1");
	old = claim(j, 0, false);
	add(j, "c", "2");
	add(j, "c", "3");
	counts(j, "1 1 1 1 1");
	CHECK(!claim(j, 0, false));
	CHECK(settle(j, old, "{\"class\":\"transient\",\"code\":\"stage.stopped\"}") ==
	    JOB_CANCELLED);
	counts(j, "1 0 1 1 2");
	CHECK(settle(j, claim(j, 0, false), NULL) == JOB_DONE);
}

/* What a session holds that a process has died with. */
static void
dies_with(int64_t *session)
{
	int fds[2], status;
	pid_t pid;

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct jobs *j = opened();
		struct rec *r;

		*session = jobs_session_new(j, &err);
		CHECK(*session > 0);
		r = claim(j, *session, false);
		if (!r)
			r = claim(j, *session, true);
		CHECK(r && jobs_held(j, *session, &err) == 1);
		CHECK(write(fds[1], session, sizeof(*session)) == (ssize_t)sizeof(*session));
		raise(SIGKILL);
	}
	CHECK(read(fds[0], session, sizeof(*session)) == (ssize_t)sizeof(*session));
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	close(fds[0]);
	close(fds[1]);
}

static void
count_dead(void *sum, const char *code, long n)
{
	CHECK(!strcmp(code, "job.lost") || !strcmp(code, "a.b"));
	*(long *)sum += n;
}

static long
died(struct jobs *j, int64_t session)
{
	long n = 0;

	CHECK(jobs_undone(j, session, count_dead, &n, &err) >= n);
	return n;
}

static void
loses(struct jobs *j)
{
	int64_t session, last = 0;
	int i;

	add(j, "d", "1");
	for (i = 0; i <= JOBS_LOSSES; i++) {
		dies_with(&session);
		CHECK(session > last);
		last = session;
		CHECK(jobs_held(j, session, &err) == 1);
		CHECK(jobs_begin(j, &err) == 0);
		CHECK(reap(j) == 1);
		CHECK(jobs_commit(j, &err) == 0);
		CHECK(jobs_held(j, session, &err) == 0);
	}
	counts(j, "0 0 2 2 2");
	CHECK(died(j, last) == 1);
}

static void
gives_back(struct jobs *j)
{
	int64_t session = jobs_session_new(j, &err), lease;
	struct jobs_filter all = { .state = JOB_RUNNING };
	struct rec *r;
	int64_t after = 0;
	long dead;

	add(j, "e", "1");
	r = claim(j, session, false);
	CHECK(r);
	/* Its own session lives, and the lease is renewed. */
	lease = jobs_now_ms() + 1000;
	at(lease);
	CHECK(jobs_renew(j, session, 1000, &err) == 0);
	at(lease + 500);
	CHECK(jobs_begin(j, &err) == 0 && reap(j) == 0);
	CHECK(jobs_take_back(j, session, true, &dead, &err) == 1 && dead == 0 &&
	    jobs_commit(j, &err) == 0);
	CHECK(settle(j, r, NULL) == -1);
	CHECK(!jobs_next(j, &all, &after, &err) && !err.code);
	r = claim(j, session, false);
	CHECK(r && rec_int(r, "attempt", 0) == 1);
	CHECK(settle(j, r, "{\"class\":\"permanent\",\"code\":\"a.b\"}") == JOB_DEAD);
	CHECK(died(j, session) == 1);
	jobs_session_end(j, session);
}

static void
requeues(struct jobs *j)
{
	struct jobs_filter dead = { .state = JOB_DEAD };
	int64_t after = 0, n = 0;
	struct rec *r;

	while ((r = jobs_next(j, &dead, &after, &err)) != NULL) {
		CHECK_STR(rec_str(r, "state"), "dead");
		CHECK(jobs_begin(j, &err) == 0);
		CHECK(jobs_requeue(j, r, false, &err) == 0);
		CHECK(jobs_commit(j, &err) == 0);
		rec_free(r);
		n++;
	}
	CHECK(!err.code && n == 3);
	counts(j, "3 0 2 0 2");
	r = claim(j, 0, false);
	CHECK(rec_int(r, "attempt", 0) == 1);
	CHECK(settle(j, r, NULL) == JOB_DONE);
}

int
main(void)
{
	struct jobs *j;

	folder_begin();
	CHECK(setenv("QUIRE_CLOCK", "clock", 1) == 0);
	at(1000000000000);
	j = opened();
	queues(j);
	rolls_back(j);
	adds_once(j);
	fences(j);
	backs_off(j);
	supersedes(j);
	loses(j);
	gives_back(j);
	requeues(j);
	counts(j, "2 0 3 0 2");
	jobs_close(j);
	jobs_close(NULL);
	folder_end();
	return 0;
}
