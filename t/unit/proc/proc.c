/*
 * Children: what they are given, and what is said of how they ended.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "unit/proc/child.h"

static void
programs(void)
{
	char *argv[] = { word("false"), NULL }, why[200], text[4096];
	struct proc_conf conf = { .name = "false", .argv = argv, .in = -1, .out = -1 };
	struct proc p = { 0 };
	struct err e;
	int fds[2];

	proc_release(&p); /* must not close 0 */
	CHECK(fcntl(0, F_GETFD) >= 0);

	start(&p, &conf);
	CHECK(proc_wait(&p, 20000) == 0 && p.pid == 0 && p.pidfd == -1);
	CHECK(WEXITSTATUS(p.status) == 1);
	CHECK_STR(proc_why(&p, why), "exit status 1");
	CHECK(proc_reap(&p) && proc_cpu_ms(&p) == -1);
	proc_kill(&p, SIGKILL);
	proc_release(&p);
	proc_release(&p);

	setenv("AWS_SECRET_ACCESS_KEY", "canary", 1);
	start_sh(&p, "env | grep -v ^_= | grep -v ^PWD= | sort", NULL, fds);
	read_all(&p, fds[0], text, sizeof(text));
	CHECK(strncmp(text,
		  "HOME=/nonexistent\nLANG=C.UTF-8\n"
		  "PATH=/usr/local/bin:/usr/bin:/bin\nTMPDIR=",
		  72) == 0);
	CHECK(!strstr(text, "canary"));
	proc_release(&p);

	argv[0] = word("no-such-program");
	CHECK(proc_start(&p, &conf, &e) < 0 && e.class == ERR_FATAL);
	CHECK_STR(e.code, "proc.exec");
	CHECK(strstr(e.msg, "no-such-program"));
	proc_release(&p);
	argv[0] = word("/etc/hostname");
	CHECK(proc_start(&p, &conf, &e) < 0 && e.class == ERR_FATAL);
	CHECK_STR(e.code, "proc.exec");
	argv[0] = word("pdftoppm");
	conf.package = "poppler-utils";
	setenv("PATH", "/nonexistent", 1);
	CHECK(proc_start(&p, &conf, &e) < 0 && e.class == ERR_FATAL);
	CHECK_STR(e.msg, "pdftoppm is not installed (Debian package poppler-utils)");
	unsetenv("PATH");
}

static int
list_fds(void *arg)
{
	int n = 0;

	(void)arg;
	for (int fd = 0; fd < 4096; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			n += fd > 2 ? 100 : 1;
	return n;
}

static int
copy_0_to_1(void *arg)
{
	char c;

	(void)arg;
	return read(0, &c, 1) == 1 && write(1, &c, 1) == 1 ? 0 : 1;
}

static int
without_0_1_2(void *arg)
{
	struct proc_conf conf = { .name = "fn", .main = copy_0_to_1 };
	struct proc p;
	struct err e;
	int in[2], out[2];
	char c = 0;

	(void)arg;
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	/* 0 1 2 3: the child's in is our 0, and its out our 3, or 1. */
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return 2;
	conf.in = in[0];
	conf.out = out[1];
	if (dup3(out[1], 5, O_CLOEXEC) != 5 || write(in[1], "x", 1) != 1)
		return 3;
	if (proc_start(&p, &conf, &e))
		return 4;
	if (proc_read(within(&p, 20000, 0), out[0], &c, 1, &e) != 1 || c != 'x')
		return 5;
	if (proc_wait(&p, 20000) || p.status)
		return 6;
	proc_release(&p);
	/* And crosswise: in is 1, out is 0. */
	close(in[0]);
	close(in[1]);
	close(5);
	if (out[0] != 2 || out[1] != 3 || dup3(2, 1, O_CLOEXEC) != 1 || dup3(3, 0, O_CLOEXEC) != 0)
		return 7;
	conf.in = 1;
	conf.out = 0;
	if (write(0, "y", 1) != 1 || proc_start(&p, &conf, &e))
		return 8;
	if (proc_wait(&p, 20000) || p.status)
		return 9;
	return read(1, &c, 1) == 1 && c == 'y' ? 0 : 10;
}

static void
descriptors(void)
{
	struct proc_conf conf = { .name = "fn", .main = list_fds, .in = -1, .out = -1 };
	struct proc p;
	int leak[2], status;

	/* Open in us and without O_CLOEXEC, low and high. */
	CHECK(pipe(leak) == 0 && dup2(leak[0], 900) == 900);
	conf.keep[0] = 900;
	start(&p, &conf);
	CHECK(proc_wait(&p, 20000) == 0);
	status = WEXITSTATUS(p.status);
	CHECK(status == 103);
	proc_release(&p);
	close(leak[0]);
	close(leak[1]);
	close(900);
	start_fn(&p, without_0_1_2, NULL, NULL);
	CHECK(proc_wait(&p, 20000) == 0);
	CHECK(p.status == 0);
	proc_release(&p);
}

static int
signals_main(void *arg)
{
	sigset_t now;

	(void)arg;
	sigprocmask(SIG_BLOCK, NULL, &now);
	for (int s = 1; s < 32; s++) {
		struct sigaction sa;

		if (sigaction(s, NULL, &sa) || sa.sa_handler != SIG_DFL || sigismember(&now, s))
			return s;
	}
	return 0;
}

static void
signals(void)
{
	struct sigaction sa;
	sigset_t term, now;
	struct proc p;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, (void (*)(int))signals);
	signal(SIGCHLD, SIG_IGN);
	start_fn(&p, signals_main, NULL, NULL);
	CHECK(proc_wait(&p, 20000) == 0);
	CHECK(p.status == 0);
	proc_release(&p);
	sigprocmask(SIG_UNBLOCK, &term, &now);
	CHECK(sigismember(&now, SIGTERM));
	sigaction(SIGPIPE, NULL, &sa);
	CHECK(sa.sa_handler == SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGUSR1, SIG_DFL);
}

static int
say(void *arg)
{
	const char *text = arg;

	if (write(2, text, strlen(text)) < 0)
		return 1;
	return 3;
}

static int
say_and_die(void *arg)
{
	say(arg);
	signal(SIGSEGV, SIG_DFL); /* AddressSanitizer's */
	raise(SIGSEGV);
	return 0;
}

static void
reasons(void)
{
	static const char *const cases[][2] = {
		{ "", "exit status 3" },
		{ "\n--- ===\n", "exit status 3" },
		{ "\n***\nSyntax Error: bad\nmore\n", "Syntax Error: bad" },
		{ "a\tb\033[1m\x7f\n", "a\\x09b\\x1b[1m\\x7f" },
		{ "caf\xc3\xa9 \xff\xc2\x85.", "caf\xc3\xa9 \\xff\\xc2\\x85." },
	};
	char why[200], wide[1000];
	struct proc p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		start_fn(&p, say, word(cases[i][0]), NULL);
		CHECK(proc_wait(&p, 20000) == 0);
		CHECK_STR(proc_why(&p, why), cases[i][1]);
		proc_release(&p);
	}
	memset(wide, 0x01, sizeof(wide) - 1);
	wide[0] = 'x';
	wide[sizeof(wide) - 1] = '\0';
	start_fn(&p, say, wide, NULL);
	CHECK(proc_wait(&p, 20000) == 0);
	CHECK(strlen(proc_why(&p, why)) == 197);
	proc_release(&p);
	start_fn(&p, say_and_die, word("a warning\n"), NULL);
	CHECK_STR(proc_why(&p, why), "still running");
	CHECK(proc_wait(&p, 20000) == 0);
	CHECK_STR(proc_why(&p, why), "killed by SIGSEGV: a warning");
	proc_release(&p);
}

/* From here on Landlock is as missing as on an old kernel. */
static int
no_landlock(void *arg)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	const struct jail j = { .paths = NULL };
	struct proc_conf conf = { .name = "fn", .main = stay, .in = -1, .out = -1, .jail = &j };
	struct proc p;
	struct err e;

	(void)arg;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return 2;
	if (proc_start(&p, &conf, &e) == 0)
		return 3;
	return e.class == ERR_FATAL && strcmp(e.code, "jail.unavailable") == 0 &&
		strstr(e.msg, "Landlock") && p.pid == 0
	    ? 0
	    : 4;
}

static void
setup_errors(void)
{
	const struct jail wide = { .paths = (const struct jail_path[]){ { "/usr", JAIL_READ },
				       { NULL, 0 } } };
	char *const argv[] = { word("true"), NULL };
	struct proc_conf conf = { .name = "true",
		.argv = argv,
		.in = -1,
		.out = -1,
		.jail = &wide };
	struct rlimit was, few;
	struct proc p;
	struct err e;

	start_fn(&p, no_landlock, NULL, NULL);
	CHECK(proc_wait(&p, 20000) == 0);
	CHECK(p.status == 0);
	proc_release(&p);
	/* A program in a jail without exec. */
	CHECK(proc_start(&p, &conf, &e) < 0 && e.class == ERR_FATAL);
	CHECK_STR(e.code, "proc.exec");
	CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
	few = (struct rlimit){ 4, was.rlim_max };
	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
	CHECK(proc_start(&p, &conf, &e) < 0 && e.class == ERR_BUSY);
	CHECK_STR(e.code, "proc.fork");
	CHECK(setrlimit(RLIMIT_NOFILE, &was) == 0);
}

int
main(void)
{
	programs();
	descriptors();
	signals();
	reasons();
	setup_errors();
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return 0;
}
