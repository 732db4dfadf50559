/*
 * scratch.h - files for unit tests: in a directory of their own that is gone
 * before the test can fail; and what a piece of work costs in memory.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/check.h"

/* An empty file, open for reading and writing, that has no name any more. */
static inline int
scratch(void)
{
	const char *tmp = getenv("TMPDIR");
	char dir[512], name[600];
	int fd;

	snprintf(dir, sizeof(dir), "%s/quire-unit-XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/f", dir);
	fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(unlink(name) == 0);
	CHECK(rmdir(dir) == 0);
	CHECK(fd >= 0);
	return fd;
}

/* A file that holds p[0..n). */
static inline int
scratch_with(const void *p, size_t n)
{
	int fd = scratch();

	CHECK(write(fd, p, n) == (ssize_t)n);
	return fd;
}

/* Peak memory in KiB of a child that runs work(arg), which must return 0. */
static inline long
scratch_peak(int (*work)(void *), void *arg)
{
	struct rusage u;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(work(arg));
	CHECK(wait4(pid, &status, 0, &u) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return u.ru_maxrss;
}

#endif
