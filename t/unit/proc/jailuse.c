/*
 * A jail from the inside: what can be done there, its limits, jails within
 * jails, and the self-test, which must also see a jail that does not hold.
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>

#include "unit/asan.h"
#include "unit/proc/jailcase.h"

static void *
thread_main(void *arg)
{
	return arg;
}

/* What a program may go on doing. */
static int
try_allowed(void *arg)
{
	char text[8];
	pthread_t t;
	DIR *d;
	int fd;

	(void)arg;
	fd = open(in_dir("ro/file"), O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && read(fd, text, sizeof(text)) == 5);
	close(fd);
	d = opendir(in_dir("ro"));
	CHECK(d && readdir(d));
	closedir(d);
	FAILS(open(in_dir("ro/file"), O_RDWR | O_CLOEXEC), EACCES);
	FAILS(open(in_dir("ro/file"), O_TRUNC | O_CLOEXEC), ENOSYS);
	FAILS(unlink(in_dir("ro/file")), EACCES);
	FAILS(open(in_dir("ro/new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), EACCES);

	make(in_dir("rw/a"), "text");
	CHECK(rename(in_dir("rw/a"), in_dir("rw/sub/b")) == 0);
	CHECK(truncate(in_dir("rw/sub/b"), 1) < 0 && errno == EPERM);
	CHECK(unlink(in_dir("rw/sub/b")) == 0);
	make(in_dir("rw/stays"), "text");
	FAILS(mkdir(in_dir("rw/d"), 0700), EPERM);
	FAILS(symlink("/etc/shadow", in_dir("rw/s")), EPERM);
	FAILS(mkfifo(in_dir("rw/f"), 0600), EPERM);
	FAILS(link(in_dir("ro/file"), in_dir("rw/l")), EPERM);
	FAILS(rename(in_dir("rw/stays"), in_dir("out")), EACCES);
	FAILS(rename(in_dir("secret"), in_dir("rw/taken")), EACCES);

	FAILS(open(in_dir("rw/suid"), O_WRONLY | O_CREAT | O_CLOEXEC, 04755), ENOSYS);
	FAILS(open(in_dir("rw/sgid"), O_RDWR | O_CREAT | O_CLOEXEC, 02755), ENOSYS);
	FAILS(creat(in_dir("rw/suid"), 04755), ENOSYS);
	CHECK(pthread_create(&t, NULL, thread_main, NULL) == EPERM);
	abort();
}

/* Threads where they are allowed, and still no process. */
static int
try_threads(void *arg)
{
	pthread_t t;
	void *back = NULL;

	CHECK(pthread_create(&t, NULL, thread_main, arg) == 0);
	CHECK(pthread_join(t, &back) == 0 && back == arg);
	CHECK(fork() < 0);
	return 0;
}

static int
check_here(void *arg)
{
	struct err e;

	if (jail_check(arg, &e) == 0)
		return 0;
	return strcmp(e.code, "jail.broken") == 0 && e.class == ERR_FATAL ? 7 : 8;
}

static int
go_deeper(void *arg)
{
	const struct jail_path paths[] = { { in_dir("rw"), JAIL_READ },
		{ in_dir("secret"), JAIL_READ }, { NULL, 0 } };
	const struct jail inner = { .paths = paths, .nofile = 1024 };
	struct err e;
	int fd;

	(void)arg;
	fd = open(in_dir("ro/file"), O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	if (jail_enter(&inner, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	FAILS(open(in_dir("ro/file"), O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open(in_dir("secret"), O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open(in_dir("rw/new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), EACCES);
	CHECK(open(in_dir("rw/kept"), O_RDONLY | O_CLOEXEC) >= 0);
	FAILS(fork(), EPERM);
	return check_here((void *)(uintptr_t)&inner);
}

static int
burn(void *arg)
{
	(void)arg;
	signal(SIGXCPU, SIG_IGN); /* then the hard limit kills */
	for (volatile unsigned long i = 1; i; i++)
		;
	return 0;
}

static int
write_much(void *arg)
{
	static const char zeros[4096];
	int fd = open(in_dir("rw/big"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)arg;
	CHECK(fd >= 0);
	for (int i = 0; i < 64; i++)
		if (write(fd, zeros, sizeof(zeros)) < 0)
			return 1;
	return 0;
}

static int
hog(void *arg)
{
	(void)arg;
	for (size_t sum = 0; sum < (size_t)1 << 30; sum += 16 << 20) {
		char *volatile p = malloc(16 << 20);

		if (!p)
			return 5;
		memset(p, 1, 16 << 20);
	}
	return 0;
}

static int
open_many(void *arg)
{
	int n = 3;

	(void)arg;
	while (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0)
		n++;
	return errno == EMFILE ? n : 1;
}

static int
signal_parent(void *arg)
{
	(void)arg;
	return kill(getppid(), 0) ? errno : 0;
}

static void
what_is_allowed(void)
{
	char ro[PATH_MAX], rw[PATH_MAX];
	const struct jail_path paths[] = { { ro, JAIL_READ }, { rw, JAIL_READ | JAIL_WRITE },
		{ "/nonexistent/x", JAIL_READ }, { "/dev/null/x", JAIL_READ }, { NULL, 0 } };
	struct jail j = { .paths = jail_system,
		.more = paths,
		.fsize_bytes = 64 << 10,
		.nofile = 16 };
	int status;

	snprintf(ro, sizeof(ro), "%s", in_dir("ro"));
	snprintf(rw, sizeof(rw), "%s", in_dir("rw"));
	status = status_in(&j, try_allowed, NULL);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHECK(size_of(in_dir("ro/file")) == 5);
	CHECK(size_of(in_dir("rw/stays")) == 4);
	CHECK(WTERMSIG(status_in(&j, write_much, NULL)) == SIGXFSZ);
	CHECK(size_of(in_dir("rw/big")) == 64 << 10);
	CHECK(WEXITSTATUS(status_in(&j, open_many, NULL)) == 16);
	CHECK(status_in(&j, go_deeper, NULL) == 0);
	j.fsize_bytes = 0;
	CHECK(WTERMSIG(status_in(&j, write_much, NULL)) == SIGXFSZ);
	j = (struct jail){ .cpu_s = 1 };
	status = status_in(&j, burn, NULL);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	if (!ASAN) {
		j = (struct jail){ .as_bytes = 256 << 20 };
		CHECK(WEXITSTATUS(status_in(&j, hog, NULL)) == 5);
	}
}

/* As a library does that is told to keep quiet: the device, and nothing beside it. */
static int
hush(void *arg)
{
	FILE *fp = fopen("/dev/null", "wb");

	CHECK(fp && fputs("quiet", fp) >= 0 && fclose(fp) == 0);
	FAILS(open("/dev/zero", O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open("/dev/null2", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), EACCES);
	FAILS(unlink("/dev/null"), EACCES);
	FAILS(open(in_dir("ro/file"), O_RDONLY | O_CLOEXEC), EACCES);
	return check_here(arg);
}

static void
quiet(void)
{
	const struct jail_path null[] = { { "/dev/null", JAIL_READ | JAIL_WRITE }, { NULL, 0 } };
	struct jail j = { .paths = null };

	CHECK(status_in(&j, hush, &j) == 0);
}

static void
threads(void)
{
	struct jail j = { .paths = jail_system, .may_thread = true };

	CHECK(status_in(&j, try_threads, &j) == 0);
}

/* Directories where files may be written, and nowhere else. */
static int
try_directories(void *arg)
{
	CHECK(mkdir(in_dir("rw/d"), 0700) == 0 && mkdir(in_dir("rw/d/e"), 0700) == 0);
	make(in_dir("rw/d/e/file"), "text");
	FAILS(rmdir(in_dir("rw/d")), ENOTEMPTY);
	CHECK(unlink(in_dir("rw/d/e/file")) == 0);
	CHECK(rmdir(in_dir("rw/d/e")) == 0 && rmdir(in_dir("rw/d")) == 0);
	FAILS(mkdir(in_dir("ro/d"), 0700), EACCES);
	FAILS(mkdir(in_dir("d"), 0700), EACCES);
	FAILS(rmdir(in_dir("ro")), EACCES);
	FAILS(symlink("/etc/shadow", in_dir("rw/s")), EPERM);
	return check_here(arg);
}

static void
directories(void)
{
	const struct jail_path paths[] = { { in_dir("ro"), JAIL_READ },
		{ in_dir("rw"), JAIL_READ | JAIL_WRITE }, { NULL, 0 } };
	struct jail j = { .paths = paths,
		.more = jail_system,
		.may_thread = true,
		.may_mkdir = true,
		.fsize_bytes = 100 };

	CHECK(status_in(&j, try_directories, &j) == 0);
}

static void
self_test(void)
{
	const struct jail_path root[] = { { "/", JAIL_READ }, { NULL, 0 } };
	const struct jail_path tmp[] = { { "/tmp/", JAIL_WRITE }, { NULL, 0 } };
	struct jail all[] = { { .paths = NULL }, { .paths = jail_system },
		{ .paths = jail_system, .may_exec = true },
		{ .paths = jail_system, .may_exec = true, .may_kill = true }, { .may_kill = true },
		{ .paths = jail_system, .may_exec = true, .may_thread = true },
		{ .paths = tmp, .more = jail_system }, { .paths = root } };
	struct jail wide = { .paths = root };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		CHECK(status_in(&all[i], check_here, &all[i]) == 0);
	/* It sees what does not hold: no jail, one too wide, one too lax. */
	CHECK(WEXITSTATUS(status_in(NULL, check_here, &all[0])) == 7);
	CHECK(WEXITSTATUS(status_in(&wide, check_here, &all[0])) == 7);
	CHECK(WEXITSTATUS(status_in(&all[2], check_here, &all[0])) == 7);
	CHECK(WEXITSTATUS(status_in(&all[3], check_here, &all[2])) == 7);
	CHECK(status_in(&all[0], signal_parent, NULL) != 0);
}

int
main(void)
{
	make_dir();
	what_is_allowed();
	quiet();
	threads();
	directories();
	self_test();
	remove_dir();
	return 0;
}
