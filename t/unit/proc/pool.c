/*
 * A pool of workers: answers, files, cancelling, callbacks that call back.
 */
#include <errno.h>
#include <sys/wait.h>

#include "unit/proc/serve.h"

static void
answers(struct loop *loop)
{
	struct workers *w = pool_of(loop, 2, &no_files);
	char name[32], long_req[WORKER_REQUEST_MAX + 1];
	struct result r[20];
	struct err e;
	int fds[2];

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "%d", i);
		submit(w, name, &r[i]);
	}
	until_done(loop, r, 20);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "%d", i);
		CHECK(!r[i].failed);
		CHECK_STR(r[i].text, name);
	}
	submit(w, "", &r[0]);
	submit(w, "m", &r[1]);
	submit(w, "j", &r[2]);
	submit(w, "o", &r[3]);
	until_done(loop, r, 4);
	CHECK(!r[0].failed && r[0].len == 0);
	CHECK(!r[1].failed && r[1].len == ANSWER_MAX);
	CHECK_STR(r[2].text, "in");
	CHECK_STR(r[3].text, "flooded");

	memset(long_req, 'y', sizeof(long_req));
	r[0] = (struct result){ 0 };
	CHECK(workers_submit(w,
		  &(struct worker_job){ long_req, WORKER_REQUEST_MAX, -1, done, r, 0, NULL },
		  &e) == 0);
	until_done(loop, r, 1);
	CHECK(r[0].len == WORKER_REQUEST_MAX);
	CHECK(
	    workers_submit(w,
		&(struct worker_job){ long_req, sizeof(long_req), -1, done, r, 0, NULL }, &e) < 0);

	/* Files: of idle workers and of queued jobs, whose fd is a copy. */
	for (int i = 0; i < 6; i++) {
		CHECK(pipe2(fds, O_CLOEXEC) == 0);
		snprintf(name, sizeof(name), "file %d", i);
		CHECK(write(fds[1], name, strlen(name)) > 0);
		r[i] = (struct result){ 0 };
		CHECK(workers_submit(w,
			  &(struct worker_job){ "f", 1, fds[0], done, &r[i], 0, NULL }, &e) == 0);
		close(fds[0]);
		close(fds[1]);
	}
	until_done(loop, r, 6);
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "file %d", i);
		CHECK_STR(r[i].text, name);
	}
	workers_free(w);
}

static void
cancelling(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	struct result r[4];

	submit(w, "s", &r[0]);
	submit(w, "x", &r[1]);
	submit(w, "y", &r[2]);
	submit(w, "z", &r[3]);
	loop_turn(loop, 0);
	workers_cancel(w, &r[3]);
	workers_cancel(w, &r[1]);
	workers_cancel(w, &r[0]);
	until_done(loop, &r[2], 1);
	CHECK_STR(r[2].text, "y");
	submit(w, "q", &r[1]);
	until_done(loop, &r[1], 1);
	CHECK(r[0].n == 0 && r[1].n == 1 && r[3].n == 0);
	submit(w, "s", &r[0]);
	submit(w, "x", &r[1]);
	workers_free(w);
	CHECK(loop_turn(loop, 0) == 0 && r[0].n == 0 && r[1].n == 0);
}

struct chain {
	struct workers *pool;
	int left;
};

/* A callback that submits, and at last frees the pool that calls it. */
static void
again(void *arg, const char *answer, size_t len, const struct err *e)
{
	struct chain *c = arg;
	struct err got;

	CHECK(e ? c->left % 2 == 1 : len == 1 && answer[0] == 'x');
	if (c->left-- == 0) {
		CHECK(workers_submit(c->pool, &(struct worker_job){ "x", 1, -1, again, c, 0, NULL },
			  &got) == 0);
		workers_free(c->pool);
		c->pool = NULL;
		return;
	}
	CHECK(workers_submit(c->pool,
		  &(struct worker_job){ c->left % 2 ? "a" : "x", 1, -1, again, c, 0, NULL },
		  &got) == 0);
}

static void
reentrance(struct loop *loop)
{
	struct chain c = { pool_of(loop, 1, &no_files), 6 };
	const int64_t until = loop_now_ms() + PATIENCE_MS;
	struct err e;

	CHECK(workers_submit(c.pool, &(struct worker_job){ "x", 1, -1, again, &c, 0, NULL }, &e) ==
	    0);
	while (c.pool && loop_now_ms() < until)
		loop_turn(loop, 1000);
	CHECK(!c.pool && c.left == -1);
}

/* The process that did a job of that owner. */
static long
pid_for(struct loop *loop, struct workers *w, const char *owner)
{
	struct result r = { 0 };
	struct err e;

	CHECK(workers_submit(w, &(struct worker_job){ "p", 1, -1, done, &r, 0, owner }, &e) == 0);
	until_done(loop, &r, 1);
	CHECK(!r.failed);
	return strtol(r.text, NULL, 10);
}

static bool
not_bad(void *arg, const char *answer, size_t len)
{
	const struct result *r = arg;

	CHECK(r->n == 0);
	return len != 4 || memcmp(answer, "zero", 4) != 0;
}

static void
replacing(struct loop *loop)
{
	struct workers_conf conf = { .name = "test worker",
		.n = 1,
		.role = "test",
		.jail = &no_files,
		.answer_max = ANSWER_MAX,
		.recycle = 3,
		.trusts = not_bad };
	struct workers *w = workers_new(loop, &conf);
	const long pid = pid_for(loop, w, "a");
	struct result r;
	long next;

	/* After so many jobs, whoever's they are. */
	CHECK(pid_for(loop, w, "b") == pid && pid_for(loop, w, NULL) == pid);
	next = pid_for(loop, w, "a");
	CHECK(next != pid);
	/* After an answer that is not trusted, which is given. */
	submit(w, "zero", &r);
	until_done(loop, &r, 1);
	CHECK(!r.failed);
	CHECK_STR(r.text, "zero");
	CHECK(pid_for(loop, w, "a") != next);
	workers_free(w);
}

static void
isolating(struct loop *loop)
{
	static char much[WORKER_OWNER_MAX + 2];
	const struct workers_conf conf = { .name = "test worker",
		.n = 2,
		.role = "test",
		.jail = &no_files,
		.answer_max = ANSWER_MAX,
		.isolate = true };
	struct workers *w = workers_new(loop, &conf);
	const long a = pid_for(loop, w, "a"), b = pid_for(loop, w, "b");
	long c;

	CHECK(a != b && pid_for(loop, w, "a") == a && pid_for(loop, w, "b") == b);
	c = pid_for(loop, w, "c");
	CHECK(c != a && c != b && pid_for(loop, w, "c") == c);
	CHECK(pid_for(loop, w, NULL) != pid_for(loop, w, NULL));
	memset(much, 'x', WORKER_OWNER_MAX + 1);
	CHECK(pid_for(loop, w, much) != pid_for(loop, w, much));
	workers_free(w);
}

int
main(int argc, char *argv[])
{
	static const struct role roles[] = { { .name = "test", .serve = serve }, { .name = NULL } };
	struct loop *loop;

	role_enter(argc, argv, roles);
	loop = loop_new();
	answers(loop);
	cancelling(loop);
	reentrance(loop);
	replacing(loop);
	isolating(loop);
	loop_free(loop);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
