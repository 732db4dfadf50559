/*
 * A pool of evil workers: each fails its own job, and no other.
 */
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit/asan.h"
#include "unit/proc/serve.h"

/* What goes wrong, its code, and a word of its message; or what is answered. */
struct evil {
	const char *request, *code, *word;
	enum err_class class;
};

enum { EVIL_MAX = 10 };

/* All at once: those among them that are good must not suffer. */
static void
fail_alone(struct loop *loop, struct workers *w, const struct evil *evil, int n)
{
	struct result r[EVIL_MAX];

	CHECK(n <= EVIL_MAX);
	for (int i = 0; i < n; i++)
		submit(w, evil[i].request, &r[i]);
	until_done(loop, r, n);
	for (int i = 0; i < n; i++) {
		CHECK(r[i].failed == (evil[i].code != NULL));
		if (!r[i].failed) {
			CHECK_STR(r[i].text, evil[i].request);
			continue;
		}
		CHECK_STR(r[i].e.code, evil[i].code);
		CHECK(r[i].e.class == evil[i].class);
		if (!strstr(r[i].e.msg, evil[i].word)) {
			fprintf(stderr, "%s\n", r[i].e.msg);
			exit(1);
		}
	}
	workers_free(w);
}

/* A limit that is not meant is so far off that no load leads to it. */
static void
fails_alone(struct loop *loop)
{
	static const struct evil bad[EVIL_MAX] = {
		{ "a", "worker.died", "killed by SIGABRT", ERR_TRANSIENT },
		{ .request = "A" },
		{ "c", "worker.died", "SIGKILL", ERR_TRANSIENT },
		{ .request = "C" },
		{ "e", "worker.died", "exit status 4", ERR_TRANSIENT },
		{ .request = "E" },
		{ "l", "worker.large", "1048576", ERR_PERMANENT },
		{ .request = "L" },
		{ "w", "worker.large", "1048576", ERR_PERMANENT },
		{ .request = "W" },
	};
	static const struct evil busy[2] = {
		{ "b", "worker.timeout", "CPU", ERR_TRANSIENT },
		{ .request = "B" },
	};
	/* Two by two, so that the good ones have 3 s as well. */
	static const struct evil idle[4] = {
		{ "s", "worker.timeout", "3000 ms", ERR_TRANSIENT },
		{ "t", "worker.timeout", "3000 ms", ERR_TRANSIENT },
		{ .request = "S" },
		{ .request = "T" },
	};

	fail_alone(loop, pool_of(loop, 1, &no_files), bad, EVIL_MAX);
	fail_alone(loop, pool_within(loop, 1, &no_files, 500, 60000), busy, 2);
	fail_alone(loop, pool_within(loop, 2, &no_files, 60000, 3000), idle, 4);
}

static void
let_die(void *arg, short revents)
{
	const int *fd = arg;

	(void)revents;
	CHECK(write(*fd, "x", 1) == 1);
}

/* It is let go by the loop, which turns while the worker is dying. */
static void
dies_slowly(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	struct watch *timer;
	struct result r = { 0 };
	struct err e;
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	CHECK(
	    workers_submit(w, &(struct worker_job){ "d", 1, fds[0], done, &r, 0, NULL }, &e) == 0);
	timer = loop_timer(loop, 400, let_die, &fds[1]);
	until_done(loop, &r, 1);
	CHECK(r.failed);
	CHECK_STR(r.e.code, "worker.died");
	CHECK_STR(r.e.msg, "test worker died: exit status 7");
	watch_free(timer);
	close(fds[0]);
	close(fds[1]);
	/* One that stays is cancelled like any other. */
	submit(w, "c", &r);
	loop_turn(loop, -1);
	workers_cancel(w, &r);
	submit(w, "good", &r);
	until_done(loop, &r, 1);
	CHECK(!r.failed);
	workers_free(w);
}

static pid_t
pid_of(struct loop *loop, struct workers *w)
{
	struct result r;
	long pid;

	submit(w, "p", &r);
	until_done(loop, &r, 1);
	pid = strtol(r.text, NULL, 10);
	CHECK(!r.failed && pid > 1);
	return (pid_t)pid;
}

/* Leave it to the pool to reap. */
static void
until_dead(pid_t pid)
{
	siginfo_t info;

	CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
}

static void
until_reaped(struct loop *loop, pid_t pid)
{
	const int64_t until = loop_now_ms() + PATIENCE_MS;

	while (kill(pid, 0) == 0) {
		CHECK(loop_now_ms() < until);
		loop_turn(loop, 1000);
	}
}

static void
between_jobs(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	struct result r;
	pid_t pid = pid_of(loop, w);

	/* A resident one stays; killed while idle it is replaced. */
	CHECK(pid_of(loop, w) == pid);
	CHECK(kill(pid, SIGKILL) == 0);
	until_dead(pid);
	CHECK(pid_of(loop, w) != pid);

	/* Who answers and dies, or answers twice, harms no later job. */
	for (int i = 0; i < 4; i++) {
		pid = pid_of(loop, w);
		submit(w, i % 2 ? "k" : "u", &r);
		until_done(loop, &r, 1);
		CHECK_STR(r.text, i % 2 ? "then dead" : "asked");
		if (i % 2)
			until_dead(pid);
		if (i > 1)
			until_reaped(loop, pid);
		submit(w, "good", &r);
		until_done(loop, &r, 1);
		CHECK(!r.failed);
		CHECK_STR(r.text, "good");
		CHECK(pid_of(loop, w) != pid);
	}
	workers_free(w);
}

/* Counts itself: by a byte in that file. */
static int
count_start(const struct role *r, void *told, size_t len, void **self, struct err *e)
{
	int fd = open(told, O_WRONLY | O_APPEND | O_CLOEXEC);

	(void)r;
	(void)len;
	(void)self;
	if (fd < 0 || write(fd, "x", 1) != 1)
		return err_sys(e, ERR_FATAL, CODE_IO_WRITE, "%s", (const char *)told);
	close(fd);
	return 0;
}

/* Waits for a job, and does not read it. */
static int
refuse(int sock, int file, void *self)
{
	struct pollfd pfd = { .fd = sock, .events = POLLIN };

	(void)file;
	(void)self;
	return poll(&pfd, 1, -1) == 1 ? 5 : 6;
}

/* A job that no worker has read is given once more, with its file. */
static void
unread(struct loop *loop)
{
	struct workers *w = pool_of(loop, 1, &no_files);
	const char *tmp = getenv("TMPDIR");
	char count[400];
	const struct workers_conf conf = { .name = "test worker",
		.n = 1,
		.role = "refuse",
		.told = count,
		.told_len = sizeof(count),
		.jail = &no_files };
	struct result r = { 0 };
	siginfo_t info;
	struct stat st;
	struct err e;
	pid_t pid;
	int fds[2], fd;

	CHECK(pipe2(fds, O_CLOEXEC) == 0 && write(fds[1], "x", 1) == 1);
	pid = pid_of(loop, w);
	CHECK(kill(pid, SIGSTOP) == 0);
	CHECK(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT) == 0);
	CHECK(
	    workers_submit(w, &(struct worker_job){ "f", 1, fds[0], done, &r, 0, NULL }, &e) == 0);
	close(fds[0]);
	CHECK(kill(pid, SIGKILL) == 0);
	until_done(loop, &r, 1);
	CHECK(!r.failed);
	CHECK_STR(r.text, "x");
	workers_free(w);
	close(fds[1]);

	snprintf(count, sizeof(count), "%s/quire-count-XXXXXX", tmp ? tmp : "/tmp");
	fd = mkostemp(count, O_CLOEXEC);
	CHECK(fd >= 0);
	w = workers_new(loop, &conf);
	submit(w, "x", &r);
	until_done(loop, &r, 1);
	CHECK(r.failed && fstat(fd, &st) == 0 && st.st_size == 2);
	CHECK_STR(r.e.msg, "test worker died: exit status 5");
	workers_free(w);
	close(fd);
	unlink(count);
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
	CHECK(workers_submit(w, &(struct worker_job){ "x", 1, -1, done, r, 0, NULL }, &e) < 0);
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
main(int argc, char *argv[])
{
	static const struct role roles[] = { { .name = "test", .serve = serve },
		{ .name = "refuse", .ready = count_start, .serve = refuse }, { .name = NULL } };
	struct loop *loop;

	role_enter(argc, argv, roles);
	loop = loop_new();
	fails_alone(loop);
	dies_slowly(loop);
	between_jobs(loop);
	unread(loop);
	no_child(loop);
	if (!ASAN)
		memory(loop);
	loop_free(loop);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
