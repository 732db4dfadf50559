/*
 * jailcase.h - a case in a jail: a child of its own, with a directory to try.
 */
#ifndef JAILCASE_H
#define JAILCASE_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/jail.h"
#include "proc/proc.h"
#include "unit/check.h"

static char dir[PATH_MAX - 64];

/* A path below the test's own directory; good until the 16th call. */
static inline const char *
in_dir(const char *name)
{
	static char path[16][PATH_MAX];
	static int next;

	next = (next + 1) % 16;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static inline void
make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static inline long
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

/* The wait(2) status of main in the jail; what it said is shown. */
static inline int
status_in(const struct jail *j, int (*main_fn)(void *), void *arg)
{
	struct proc_conf conf = { .name = "case",
		.main = main_fn,
		.arg = arg,
		.in = -1,
		.out = -1,
		.jail = j };
	struct proc p;
	struct err e;
	int status;

	if (proc_start(&p, &conf, &e)) {
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
		exit(1);
	}
	CHECK(proc_wait(&p, 20000) == 0);
	status = p.status;
	if (p.head_len)
		fprintf(stderr, "%.*s\n", (int)p.head_len, p.head);
	proc_release(&p);
	return status;
}

#define FAILS(call, errnum) \
	do { \
		errno = 0; \
		CHECK((call) < 0); \
		if (errno != (errnum)) { \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, \
			    strerror(errno)); \
			return 1; \
		} \
	} while (0)

static inline void
make_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/jail-XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(dir));
	CHECK(mkdir(in_dir("ro"), 0700) == 0 && mkdir(in_dir("rw"), 0700) == 0);
	CHECK(mkdir(in_dir("rw/sub"), 0700) == 0);
	make(in_dir("secret"), "secret");
	make(in_dir("ro/file"), "bytes");
	make(in_dir("rw/kept"), "kept");
}

/* Fails where a case has left anything else there. */
static inline void
remove_dir(void)
{
	unlink(in_dir("rw/big"));
	unlink(in_dir("rw/kept"));
	unlink(in_dir("rw/stays"));
	unlink(in_dir("ro/file"));
	unlink(in_dir("secret"));
	CHECK(rmdir(in_dir("rw/sub")) == 0 && rmdir(in_dir("rw")) == 0);
	CHECK(rmdir(in_dir("ro")) == 0 && rmdir(dir) == 0);
}

#endif
