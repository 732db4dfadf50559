/*
 * serve.h - a worker that does as its request says, good or evil, and a pool
 * of such workers.
 */
#ifndef SERVE_H
#define SERVE_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "proc/jail.h"
#include "proc/pool.h"
#include "proc/role.h"
#include "unit/check.h"

enum { ANSWER_MAX = 1 << 20, PATIENCE_MS = 100000 };

static inline int
answer_str(int sock, const char *s)
{
	return worker_answer(sock, s, strlen(s));
}

static inline void
burn(void)
{
	for (volatile unsigned long i = 1; i; i++)
		;
}

static inline int
answer_big(int sock, size_t n)
{
	char *p = malloc(n);
	int rc;

	memset(p, 'x', n);
	rc = worker_answer(sock, p, n);
	free(p);
	return rc;
}

/* With one send, so that the second is there when the first is. */
static inline int
answer_twice(int sock)
{
	static const char first[5] = "asked", second[7] = "unasked";
	uint64_t len[2] = { sizeof(first), sizeof(second) };
	char both[2 * sizeof(*len) + sizeof(first) + sizeof(second)], *p = both;

	memcpy(p, &len[0], sizeof(*len));
	memcpy(p += sizeof(*len), first, sizeof(first));
	memcpy(p += sizeof(first), &len[1], sizeof(*len));
	memcpy(p + sizeof(*len), second, sizeof(second));
	return send(sock, both, sizeof(both), 0) < 0;
}

static inline int
flood_stderr(int sock)
{
	char data[4096];

	memset(data, 'x', sizeof(data));
	for (int i = 0; i < 25600; i++)
		if (write(2, data, sizeof(data)) < 0)
			return -1;
	return answer_str(sock, "flooded");
}

static inline int
answer_file(int sock, int fd)
{
	char text[64];
	ssize_t n = read(fd, text, sizeof(text));

	return n < 0 ? -1 : worker_answer(sock, text, (size_t)n);
}

static inline int
hog(int sock)
{
	for (int i = 0; i < 64; i++) {
		char *volatile p = malloc(16 << 20);

		if (!p)
			abort();
		memset(p, 1, 16 << 20);
	}
	return answer_str(sock, "hogged");
}

static inline int
look_around(int sock)
{
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ||
	    open(".", O_RDONLY | O_CLOEXEC) >= 0 || socket(AF_INET, SOCK_STREAM, 0) >= 0 ||
	    fork() >= 0 || kill(getppid(), 0) == 0)
		return answer_str(sock, "out");
	return answer_str(sock, "in");
}

static inline int
one_job(int sock, const char *req, size_t len, int fd)
{
	uint64_t head = UINT64_MAX;
	char pid[24];

	switch (len ? req[0] : ' ') {
	case 'a':
		return abort(), 0;
	case 'b':
		return burn(), 0;
	case 'c':
		shutdown(sock, SHUT_RDWR);
		return pause();
	case 'd': /* slowly */
		shutdown(sock, SHUT_RDWR);
		_exit(read(fd, pid, 1) == 1 ? 7 : 8);
	case 'e':
		return -1;
	case 'f':
		return answer_file(sock, fd);
	case 'h':
		return hog(sock);
	case 'j':
		return look_around(sock);
	case 'k':
		if (answer_str(sock, "then dead"))
			return -1;
		_exit(9);
	case 'l':
		return answer_big(sock, ANSWER_MAX + 1);
	case 'm':
		return answer_big(sock, ANSWER_MAX);
	case 'o':
		return flood_stderr(sock);
	case 'p':
		snprintf(pid, sizeof(pid), "%ld", (long)getpid());
		return answer_str(sock, pid);
	case 's':
		signal(SIGTERM, SIG_IGN);
		return pause();
	case 't': /* half an answer */
		head = 100;
		return send(sock, &head, sizeof(head), 0) < 0 ? -1 : pause();
	case 'u':
		return answer_twice(sock);
	case 'w':
		return send(sock, &head, sizeof(head), 0) < 0 ? -1 : pause();
	default:
		return worker_answer(sock, req, len);
	}
}

static inline int
serve(int sock, int file, void *self)
{
	char req[WORKER_REQUEST_MAX];
	long len;
	int fd;

	(void)file;
	(void)self;
	while ((len = worker_next(sock, req, &fd)) >= 0) {
		if (one_job(sock, req, (size_t)len, fd))
			return 4;
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

struct result {
	int n; /* how often it was called back */
	bool failed;
	size_t len;
	char text[64];
	struct err e;
};

static inline void
done(void *arg, const char *answer, size_t len, const struct err *e)
{
	struct result *r = arg;

	r->n++;
	r->failed = e != NULL;
	if (e)
		r->e = *e;
	r->len = len;
	snprintf(r->text, sizeof(r->text), "%.*s", (int)(len < 63 ? len : 63),
	    answer ? answer : "");
}

static const struct jail no_files = { .paths = NULL };

static inline struct workers *
pool_within(struct loop *loop, long n, const struct jail *j, long cpu_ms, long wall_ms)
{
	const struct workers_conf conf = { .name = "test worker",
		.n = n,
		.role = "test",
		.jail = j,
		.answer_max = ANSWER_MAX,
		.cpu_ms = cpu_ms,
		.wall_ms = wall_ms };

	return workers_new(loop, &conf);
}

/* Of workers that answer or die, however busy the machine is. */
static inline struct workers *
pool_of(struct loop *loop, long n, const struct jail *j)
{
	return pool_within(loop, n, j, 60000, 60000);
}

static inline void
submit(struct workers *w, const char *request, struct result *r)
{
	struct err e;

	*r = (struct result){ 0 };
	if (workers_submit(w,
		&(struct worker_job){ request, strlen(request), -1, done, r, 0, NULL }, &e)) {
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
		exit(1);
	}
}

static inline void
until_done(struct loop *loop, struct result *r, int n)
{
	const int64_t until = loop_now_ms() + PATIENCE_MS;

	for (int i = 0; i < n; i++)
		while (r[i].n == 0) {
			CHECK(loop_now_ms() < until);
			loop_turn(loop, 1000);
		}
	for (int i = 0; i < n; i++)
		CHECK(r[i].n == 1);
}

#endif
