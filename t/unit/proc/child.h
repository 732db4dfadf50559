/*
 * child.h - starting children in tests.
 */
#ifndef CHILD_H
#define CHILD_H

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/jail.h"
#include "proc/proc.h"
#include "unit/check.h"

static inline char *
word(const char *s)
{
	return (char *)(size_t)s;
}

static inline void
start(struct proc *p, const struct proc_conf *conf)
{
	struct err e;

	if (proc_start(p, conf, &e)) {
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
		exit(1);
	}
}

/* Start a shell's script or a function with fds[0] reading its output. */
static inline void
start_sh(struct proc *p, const char *script, const struct jail *j, int fds[2])
{
	char *const argv[] = { word("sh"), word("-c"), word(script), NULL };
	struct proc_conf conf = { .name = "sh", .argv = argv, .in = -1, .jail = j };

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	conf.out = fds[1];
	start(p, &conf);
	close(fds[1]);
}

static inline void
start_fn(struct proc *p, int (*fn)(void *), void *arg, const struct jail *j)
{
	struct proc_conf conf = { .name = "fn",
		.main = fn,
		.arg = arg,
		.in = -1,
		.out = -1,
		.jail = j };

	start(p, &conf);
}

/* p, with its limits for proc_read. */
static inline struct proc *
within(struct proc *p, long wall_ms, long cpu_ms)
{
	p->wall_ms = wall_ms;
	p->cpu_ms = cpu_ms;
	return p;
}

static inline size_t
read_all(struct proc *p, int fd, char *text, size_t max)
{
	size_t len = 0;
	struct err e;
	ssize_t n;

	while ((n = proc_read(within(p, 20000, 0), fd, text + len, max - 1 - len, &e)) > 0)
		len += (size_t)n;
	CHECK(n == 0);
	text[len] = '\0';
	close(fd);
	return len;
}

static inline int
stay(void *arg)
{
	(void)arg;
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	while (pause())
		;
	return 0;
}

#endif
