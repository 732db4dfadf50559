/*
 * A pool of evil workers: each fails its own job, and no other.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "asan.h"
#include "serve.h"

/* What goes wrong, its code, and a word of its message. */
static const struct {
	const char *request, *code, *word;
	enum err_class class;
} evil[] = {
	{ "a", "worker.died", "killed by SIGABRT", ERR_TRANSIENT },
	{ "b", "worker.timeout", "CPU", ERR_TRANSIENT },
	{ "c", "worker.died", "SIGKILL", ERR_TRANSIENT },
	{ "e", "worker.died", "exit status 4", ERR_TRANSIENT },
	{ "l", "worker.large", "1048576", ERR_PERMANENT },
	{ "s", "worker.timeout", "1500 ms", ERR_TRANSIENT },
	{ "t", "worker.timeout", "1500 ms", ERR_TRANSIENT },
	{ "w", "worker.large", "1048576", ERR_PERMANENT },
};

static void
fails_alone(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	enum { N = sizeof(evil) / sizeof(*evil) };
	struct result r[2 * N];

	/* All at once: each is followed by one that must not suffer. */
	for (int i = 0; i < N; i++) {
		submit(w, evil[i].request, &r[2 * i]);
		submit(w, "good", &r[2 * i + 1]);
	}
	until_done(loop, r, 2 * N);
	for (int i = 0; i < N; i++) {
		CHECK(r[2 * i].failed);
		CHECK_STR(r[2 * i].e.code, evil[i].code);
		CHECK(r[2 * i].e.class == evil[i].class);
		if (!strstr(r[2 * i].e.msg, evil[i].word)) {
			fprintf(stderr, "%s\n", r[2 * i].e.msg);
			exit(1);
		}
		CHECK(!r[2 * i + 1].failed);
		CHECK_STR(r[2 * i + 1].text, "good");
	}
	workers_free(w);
}

static void
between_jobs(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	struct result r[2];
	long pid;

	/* A resident one stays; killed while idle it is replaced. */
	submit(w, "p", &r[0]);
	submit(w, "p", &r[1]);
	until_done(loop, r, 2);
	CHECK_STR(r[0].text, r[1].text);
	pid = strtol(r[0].text, NULL, 10);
	CHECK(pid > 1 && kill((pid_t)pid, SIGKILL) == 0);
	usleep(100000);
	submit(w, "p", &r[0]);
	until_done(loop, r, 1);
	CHECK(!r[0].failed && strtol(r[0].text, NULL, 10) != pid);

	/* Who answers and dies, or answers twice, harms no later job. */
	for (int i = 0; i < 4; i++) {
		submit(w, i % 2 ? "k" : "u", &r[0]);
		until_done(loop, r, 1);
		CHECK_STR(r[0].text, i % 2 ? "then dead" : "asked");
		usleep(100000);
		for (int turns = 0; i > 1 && turns < 10; turns++)
			loop_turn(loop, 10);
		submit(w, "good", &r[1]);
		until_done(loop, &r[1], 1);
		CHECK(!r[1].failed);
		CHECK_STR(r[1].text, "good");
	}
	workers_free(w);
}

static void
no_child(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	struct rlimit was, few;
	struct result r[3];
	struct err e;

	submit(w, "a", &r[0]);
	submit(w, "x", &r[1]);
	submit(w, "y", &r[2]);
	CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
	few = (struct rlimit){ 4, was.rlim_max };
	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
	until_done(loop, r, 3);
	/* The one that runs dies; for those behind it no child can be had. */
	CHECK_STR(r[0].e.code, "worker.died");
	CHECK(r[1].failed && r[2].failed);
	CHECK_STR(r[1].e.code, "proc.fork");
	CHECK(r[2].e.class == ERR_BUSY);
	CHECK(workers_submit(w, &(struct worker_job){ "x", 1, -1, done, r }, &e) < 0);
	CHECK(e.class == ERR_BUSY);
	CHECK(setrlimit(RLIMIT_NOFILE, &was) == 0);
	submit(w, "x", &r[0]);
	until_done(loop, r, 1);
	CHECK_STR(r[0].text, "x");
	workers_free(w);
}

static void
memory(struct loop *loop)
{
	const struct jail j = { .as_bytes = 256 << 20 };
	struct workers *w = pool_of(loop, 1, &j);
	struct result r[2];

	submit(w, "h", &r[0]);
	submit(w, "x", &r[1]);
	until_done(loop, r, 2);
	CHECK(r[0].failed && !r[1].failed);
	CHECK_STR(r[0].e.code, "worker.died");
	workers_free(w);
}

int
main(void)
{
	struct loop *loop = loop_new();

	fails_alone(loop);
	between_jobs(loop);
	no_child(loop);
	if (!ASAN)
		memory(loop);
	loop_free(loop);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
