/*
 * What hostile children can do to their parent: nothing.
 */
#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/loop.h"
#include "unit/proc/child.h"

enum { MIB = 1 << 20 };

static int
flood(void *arg)
{
	static char data[65536];
	size_t mib = *(size_t *)arg;

	memset(data, 'x', sizeof(data));
	if (write(2, "first: reason\n", 14) != 14)
		return 1;
	for (size_t i = 0; i < mib * 16; i++)
		if (write(2, data, sizeof(data)) < 0)
			return 1;
	return write(2, "\nlast line\n", 11) == 11 ? 0 : 1;
}

static int
flood_both(void *arg)
{
	static char data[65536];

	for (int i = 0; i < 100 * 16; i++)
		for (size_t done = 0; done < sizeof(data);) {
			ssize_t n = write(1, data + done, sizeof(data) - done);

			if (n < 0)
				return 1;
			done += (size_t)n;
		}
	return flood(arg);
}

static void
floods(void)
{
	const struct jail j = { .paths = NULL };
	struct proc_conf conf = { .name = "fn", .main = flood_both, .in = -1, .jail = &j };
	static char data[65536];
	size_t mib = 300, sum = 0;
	char why[200];
	struct proc p;
	struct err e;
	ssize_t n;
	int fds[2];

	start_fn(&p, flood, &mib, &j);
	CHECK(proc_wait(&p, 60000) == 0 && p.status == 0);
	CHECK(p.head_len == PROC_HEAD && p.tail_len == PROC_TAIL);
	CHECK(p.head_len + p.tail_len + p.dropped == 14 + 300 * (size_t)MIB + 11);
	CHECK(memcmp(p.tail + PROC_TAIL - 11, "\nlast line\n", 11) == 0);
	CHECK_STR(proc_why(&p, why), "first: reason");
	proc_release(&p);

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	conf.arg = &mib;
	conf.out = fds[1];
	mib = 1;
	start(&p, &conf);
	close(fds[1]);
	while ((n = proc_read(within(&p, 20000, 0), fds[0], data, sizeof(data), &e)) > 0)
		sum += (size_t)n;
	CHECK(n == 0 && sum == 100 * (size_t)MIB);
	CHECK(proc_wait(&p, 20000) == 0 && p.status == 0);
	proc_release(&p);
	close(fds[0]);

	/* Whom nobody reads is stopped by the pipe, and killed all the same. */
	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	conf.out = fds[1];
	start(&p, &conf);
	CHECK(proc_wait(&p, 100) < 0);
	proc_release(&p);
	close(fds[0]);
	close(fds[1]);
}

static int
burn(void *arg)
{
	(void)arg;
	for (volatile unsigned long i = 1; i; i++)
		;
	return 0;
}

static void
limits(void)
{
	struct jail j = { .paths = NULL };
	char why[200], c;
	struct proc p;
	struct err e;
	int fds[2];
	int64_t was;

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	start_fn(&p, stay, NULL, &j);
	was = loop_now_ms();
	CHECK(proc_wait(&p, 200) == -1 && p.pid > 0);
	CHECK(loop_now_ms() - was >= 200);
	CHECK(proc_read(within(&p, 200, 0), fds[0], &c, 1, &e) < 0);
	CHECK(e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "proc.timeout");
	proc_kill(&p, SIGTERM);
	CHECK(proc_wait(&p, 200) == -1 && !proc_reap(&p));
	proc_kill(&p, SIGKILL);
	CHECK(proc_wait(&p, 20000) == 0 && WTERMSIG(p.status) == SIGKILL);
	CHECK_STR(proc_why(&p, why), "killed by SIGKILL");
	proc_release(&p);

	start_fn(&p, burn, NULL, &j);
	CHECK(proc_read(within(&p, 60000, 300), fds[0], &c, 1, &e) < 0);
	CHECK_STR(e.code, "proc.timeout");
	CHECK(strstr(e.msg, "CPU") && proc_cpu_ms(&p) > 300);
	was = loop_now_ms();
	proc_release(&p);
	CHECK(loop_now_ms() - was < 5000);

	j.cpu_s = 1;
	start_fn(&p, burn, NULL, &j);
	CHECK(proc_wait(&p, 60000) == 0 && WTERMSIG(p.status) == SIGXCPU);
	CHECK_STR(proc_why(&p, why), "killed by SIGXCPU");
	proc_release(&p);
	close(fds[0]);
	close(fds[1]);
}

/* Whether all who hold the other end of fd are gone within 10 s. */
static bool
all_gone(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&pfd, 1, 10000) == 1 && read(fd, &c, 1) == 0;
}

static int
fork_twice(void *arg)
{
	const bool *leave = arg;
	pid_t pid = fork();

	if (pid < 0)
		return errno == EPERM ? 3 : 4;
	if (pid > 0)
		return 0;
	if (*leave && setsid() < 0 && write(2, "no setsid\n", 10) != 10)
		return 5;
	if (fork() == 0)
		stay(NULL);
	return 0;
}

/* One that may have children: it signals those alone, and leads no group but theirs. */
static int
signal_others(void *arg)
{
	const pid_t parent = getppid(), *other = arg;
	pid_t pid;
	int fd = -1, status;

	if (kill(parent, 0) == 0 || kill(*other, 0) == 0 ||
	    syscall(SYS_tgkill, parent, parent, 0) == 0 || syscall(SYS_tkill, parent, 0) == 0 ||
	    syscall(SYS_pidfd_open, *other, 0) >= 0 || errno != EPERM)
		return 2;
	if (setpgid(0, 0) == 0 || setsid() >= 0)
		return 3;
	pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &fd, NULL, 0);
	if (pid == 0)
		stay(NULL);
	if (setpgid(pid, pid) == 0)
		return 4;
	if (pid < 0 || syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) ||
	    waitpid(pid, &status, 0) != pid)
		return 5;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 6;
}

static void
signals_its_own(void)
{
	/* By Landlock where it can, and by seccomp, as in Debian 12. */
	static const int abis[] = { 0, 2 };

	for (size_t i = 0; i < sizeof(abis) / sizeof(*abis); i++) {
		const struct jail kin = { .paths = jail_system,
			.may_exec = true,
			.may_kill = true,
			.abi_max = abis[i] };
		struct proc other, p;

		start_fn(&other, stay, NULL, &kin);
		start_fn(&p, signal_others, &other.pid, &kin);
		CHECK(proc_wait(&p, 20000) == 0);
		CHECK(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 0);
		proc_release(&p);
		CHECK(!proc_reap(&other));
		proc_release(&other);
	}
}

static void
families(void)
{
	const struct jail alone = { .paths = jail_system, .may_exec = true };
	const struct jail kin = { .paths = jail_system, .may_exec = true, .may_kill = true };
	const struct jail *jails[] = { NULL, &alone, &kin };
	struct proc_conf conf = { .name = "fn", .main = fork_twice, .in = -1 };
	struct proc p;
	bool leave;
	int fds[2];

	for (size_t i = 0; i < sizeof(jails) / sizeof(*jails); i++) {
		/* Only a jail keeps it from a session of its own. */
		leave = jails[i] != NULL;
		CHECK(pipe2(fds, O_CLOEXEC) == 0);
		conf.arg = &leave;
		conf.jail = jails[i];
		conf.out = fds[1];
		start(&p, &conf);
		close(fds[1]);
		CHECK(proc_wait(&p, 20000) == 0);
		CHECK(WEXITSTATUS(p.status) == (jails[i] == &alone ? 3 : 0));
		CHECK(all_gone(fds[0]));
		close(fds[0]);
		proc_release(&p);
	}
	/* A program, likewise; what it says comes back. */
	start_sh(&p, "(sleep 300 &); echo not reached", &alone, fds);
	CHECK(all_gone(fds[0]));
	CHECK(proc_wait(&p, 20000) == 0 && p.status != 0);
	proc_release(&p);
	close(fds[0]);
}

/* A parent that is killed with -9: its children must not outlive it. */
static void
orphans(void)
{
	const struct jail j = { .paths = jail_system, .may_exec = true };
	char *const argv[] = { word("sleep"), word("300"), NULL };
	struct proc_conf conf = { .name = "fn", .main = stay, .in = -1 };
	struct proc_conf prog = { .name = "sleep", .argv = argv, .in = -1, .jail = &j };
	struct proc p[2];
	struct err e;
	int fds[2], ready[2];
	pid_t pid;
	char c;

	CHECK(pipe2(fds, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		conf.out = prog.out = fds[1];
		if (proc_start(&p[0], &conf, &e) || proc_start(&p[1], &prog, &e) ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		stay(NULL);
	}
	close(fds[1]);
	close(ready[1]);
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	CHECK(all_gone(fds[0]));
	close(fds[0]);
	close(ready[0]);
}

/* A child of ours, in a jail, starts a program in a narrower one. */
static int
start_inner(void *arg)
{
	const struct jail inner = { .paths = jail_system, .may_exec = true };
	char *const cat[] = { word("cat"), word("/usr/bin/cat"), NULL };
	char *const sleep[] = { word("sleep"), word("300"), NULL };
	char *const secret[] = { word("cat"), arg, NULL };
	struct proc_conf conf = { .name = "cat", .argv = cat, .in = -1, .out = -1, .jail = &inner };
	struct proc p = { 0 };
	char c[4];
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	conf.out = fds[1];
	start(&p, &conf);
	close(fds[1]);
	CHECK(proc_read(within(&p, 20000, 0), fds[0], c, 4, &(struct err){ 0 }) == 4);
	CHECK(memcmp(c, "\177ELF", 4) == 0);
	proc_release(&p);
	conf.argv = secret; /* which we may read, but it may not */
	CHECK(access(arg, R_OK) == 0);
	conf.out = -1;
	start(&p, &conf);
	CHECK(proc_wait(&p, 20000) == 0 && p.status != 0);
	proc_release(&p);
	/* Left behind: it holds our 1. */
	conf.argv = sleep;
	conf.out = 1;
	start(&p, &conf);
	CHECK(write(2, "ready\n", 6) == 6);
	return stay(NULL);
}

static void
nested(void)
{
	static char file[] = "/etc/hostname";
	const struct jail_path more[] = { { file, JAIL_READ }, { NULL, 0 } };
	const struct jail outer = { .paths = jail_system,
		.more = more,
		.may_exec = true,
		.may_kill = true };
	struct proc_conf conf = { .name = "outer",
		.main = start_inner,
		.arg = file,
		.in = -1,
		.jail = &outer };
	struct proc p;
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	conf.out = fds[1];
	start(&p, &conf);
	close(fds[1]);
	while (p.head_len == 0) {
		CHECK(proc_wait(&p, 20) == -1 || p.head_len);
		proc_drain(&p);
	}
	if (p.head_len != 6)
		fprintf(stderr, "%.*s\n", (int)p.head_len, p.head);
	CHECK(p.head_len == 6 && p.pid > 0);
	proc_release(&p);
	CHECK(all_gone(fds[0]));
	close(fds[0]);
}

int
main(void)
{
	floods();
	limits();
	families();
	signals_its_own();
	orphans();
	nested();
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
