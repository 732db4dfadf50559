#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/secret.h"
#include "proc/filter.h"
#include "proc/jail.h"
#include "proc/landlock.h"
#include "proc/proc.h"
#include "proc/role.h"

enum { STATUS_SETUP = 127, FD_LOOP_MAX = 1 << 20, ENV_MAX = 24 };

/* What a child is made of, gathered before the fork. */
struct birth {
	const struct proc_conf *conf;
	char *file; /* of the program */
	int self;   /* our own; -1: not that */
	char *role[4];
	char *env[ENV_MAX + 1];
	pid_t parent;
	int err[2], report[2]; /* pipes */
};

/*
 * Whether this is a child itself, which does not log: at file scope since what
 * it forks off in turn, however deep, must know.
 */
static bool is_child;

void
proc_be_child(void)
{
	is_child = true;
}

static const char path_default[] = "/usr/local/bin:/usr/bin:/bin";

static int
no_program(const struct proc_conf *c, int errnum, struct err *e)
{
	const char *program = c->role ? program_invocation_short_name : c->argv[0];

	errno = errnum;
	if (c->package && errnum == ENOENT)
		return err_set(e, ERR_FATAL, CODE_PROC_EXEC,
		    "%s is not installed (Debian package %s)", program, c->package);
	return err_sys(e, ERR_FATAL, CODE_PROC_EXEC, "cannot run %s", program);
}

/* The file that execvp would run: here, since PATH is not the child's. */
static char *
find_program(const struct proc_conf *c, struct err *e)
{
	const char *program = c->argv[0];
	const char *dir = getenv("PATH"), *end;
	int errnum = ENOENT;
	char *file;

	if (strchr(program, '/'))
		return mem_dup(program);
	if (!dir || !*dir)
		dir = path_default;
	for (;; dir = end + 1) {
		end = strchrnul(dir, ':');
		file = mem_printf("%.*s/%s", end > dir ? (int)(end - dir) : 1,
		    end > dir ? dir : ".", program);
		if (access(file, X_OK) == 0)
			return file;
		if (errno == EACCES)
			errnum = EACCES;
		free(file);
		if (!*end)
			break;
	}
	no_program(c, errnum, e);
	return NULL;
}

int
proc_can_run(const char *program, struct err *e)
{
	char *argv[] = { mem_dup(program), NULL };
	const struct proc_conf c = { .argv = argv };
	char *file = find_program(&c, e);
	struct stat st;
	int r = file ? 0 : -1;

	if (file && stat(file, &st) == 0 && !S_ISREG(st.st_mode))
		r = no_program(&c, EACCES, e);
	else if (file && access(file, X_OK) < 0)
		r = no_program(&c, errno, e);
	free(file);
	free(argv[0]);
	return r;
}

/* A pipe whose ends are none of 0, 1 and 2, which the child fills itself. */
static int
high_pipe(int fds[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		return -1;
	for (int i = 0; i < 2; i++) {
		fds[i] = low[i] > 2 ? low[i] : fcntl(low[i], F_DUPFD_CLOEXEC, 3);
		if (fds[i] != low[i])
			close(low[i]);
	}
	if (fds[0] >= 0 && fds[1] >= 0)
		return 0;
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return -1;
}

static void
close_pair(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

static void
birth_release(struct birth *b)
{
	close_pair(b->err);
	close_pair(b->report);
	free(b->file);
	for (int i = 0; b->env[i]; i++)
		free(b->env[i]);
}

/* The first to say a variable is right. */
static void
env_add(struct birth *b, const char *name, const char *value)
{
	const size_t n = strlen(name);
	int i = 0;

	for (; b->env[i]; i++)
		if (!strncmp(b->env[i], name, n) && b->env[i][n] == '=')
			return;
	if (value && i < ENV_MAX)
		b->env[i] = mem_printf("%s=%s", name, value);
}

static void
birth_env(struct birth *b)
{
	const char *const *name = b->conf->env, *tmp = getenv("TMPDIR");

	for (; name && *name; name++)
		env_add(b, *name, getenv(*name));
	env_add(b, "PATH", path_default);
	env_add(b, "LANG", "C.UTF-8");
	env_add(b, "HOME", "/nonexistent");
	env_add(b, "TMPDIR", tmp && *tmp ? tmp : "/tmp");
}

const char *
proc_own_path(void)
{
	static const char path[] = "/proc/self/exe";
	const char *name = (const char *)(uintptr_t)getauxval(AT_EXECFN);

	return !name || access(path, F_OK) == 0 ? path : name;
}

/*
 * The file that runs, even where another has its name by now.  It stays open:
 * at file scope since it is one for all children.
 */
static int
own_program(void)
{
	static int fd = -1;
	int low;

	if (fd >= 0)
		return fd;
	low = open(proc_own_path(), O_PATH | O_CLOEXEC);
	if (low < 0)
		return -1;
	fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
	close(low);
	return fd;
}

static int
birth_role(struct birth *b, struct err *e)
{
	b->self = own_program();
	b->role[0] = program_invocation_short_name;
	b->role[1] = (char *)(uintptr_t)ROLE_ARG;
	b->role[2] = (char *)(uintptr_t)b->conf->role;
	if (b->self >= 0)
		return 0;
	return err_sys(e, errno == EMFILE || errno == ENFILE ? ERR_BUSY : ERR_FATAL,
	    errno == EMFILE || errno == ENFILE ? CODE_PROC_FORK : CODE_PROC_EXEC,
	    "cannot start %s: %s", b->conf->name, proc_own_path());
}

static int
birth_init(struct birth *b, const struct proc_conf *conf, struct err *e)
{
	*b = (struct birth){ .conf = conf, .self = -1, .err = { -1, -1 }, .report = { -1, -1 } };
	b->parent = getpid();
	if (conf->argv) {
		b->file = find_program(conf, e);
		if (!b->file)
			return -1;
	}
	if (conf->role && birth_role(b, e) < 0)
		return -1;
	birth_env(b);
	if (high_pipe(b->err) || high_pipe(b->report) || fcntl(b->err[0], F_SETFL, O_NONBLOCK)) {
		err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s", conf->name);
		birth_release(b);
		return -1;
	}
	return 0;
}

static void
close_from_to(unsigned first, unsigned last)
{
	struct rlimit l;

	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur <= last)
		last = (unsigned)l.rlim_cur;
	for (; first <= last && first < FD_LOOP_MAX; first++)
		close((int)first);
}

/* Leave 0, 1, 2, those to keep, and the report pipe and our program, which close themselves. */
static void
close_others(const struct birth *b)
{
	unsigned keep[PROC_KEEP + 2], n = 0, next = 3, least;

	keep[n++] = (unsigned)b->report[1];
	if (b->self >= 0)
		keep[n++] = (unsigned)b->self;
	for (int i = 0; i < PROC_KEEP && (b->conf->main || b->conf->ours); i++)
		if (b->conf->keep[i] > 2) {
			keep[n++] = (unsigned)b->conf->keep[i];
			fcntl(b->conf->keep[i], F_SETFD, 0);
		}
	for (;;) {
		least = ~0U;
		for (unsigned i = 0; i < n; i++)
			if (keep[i] >= next && keep[i] < least)
				least = keep[i];
		close_from_to(next, least - (least != ~0U));
		if (least == ~0U)
			return;
		next = least + 1;
	}
}

static int
set_descriptors(const struct birth *b, struct err *e)
{
	int from[3] = { b->conf->in, b->conf->out, b->conf->ours ? STDERR_FILENO : b->err[1] };

	/* First out of the way: in may be 1, and out 0. */
	for (int i = 0; i < 3; i++) {
		from[i] = from[i] < 0 ? open("/dev/null", (i ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
				      : from[i];
		if (from[i] >= 0)
			from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
		if (from[i] < 0)
			return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s",
			    b->conf->name);
	}
	for (int i = 0; i < 3; i++)
		if (dup2(from[i], i) < 0)
			return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s",
			    b->conf->name);
	close_others(b);
	return 0;
}

static void
reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		sigaction(s, &dfl, NULL); /* fails for those that cannot be set */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
birth_set_up(const struct birth *b, struct err *e)
{
	const struct proc_conf *c = b->conf;

	if (!c->within)
		setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		return err_sys(e, ERR_FATAL, CODE_PROC_FORK, "PDEATHSIG");
	if (getppid() != b->parent)
		_exit(STATUS_SETUP);
	reset_signals();
	if (set_descriptors(b, e))
		return -1;
	secret_no_core();
	return c->jail && (jail_enter(c->jail, e) || jail_check(c->jail, e)) ? -1 : 0;
}

static _Noreturn void
child(const struct birth *b)
{
	const struct proc_conf *c = b->conf;
	struct err e = { 0 };

	is_child = true;
	if (birth_set_up(b, &e) == 0) {
		if (c->main) {
			close(b->report[1]);
			_exit(c->main(c->arg));
		}
		if (c->role)
			execveat(b->self, "", b->role, b->env, AT_EMPTY_PATH);
		else if (b->file)
			execve(b->file, c->argv, c->ours ? environ : b->env);
		no_program(c, errno, &e);
	}
	/* e.code points into the image that parent and fork have in common. */
	(void)!write(b->report[1], &e, sizeof(e));
	_exit(STATUS_SETUP);
}

/* Ignored by whoever started us, SIGCHLD would lose the child's status. */
static void
mind_children(void)
{
	struct sigaction sa;

	if (sigaction(SIGCHLD, NULL, &sa) || sa.sa_handler != SIG_IGN)
		return;
	sa.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &sa, NULL);
}

/*
 * In a jail a process has the descriptors of those alone that it started, and
 * only so.  Not elsewhere: glibc's fork does more, for what is no exec.
 */
static pid_t
fork_here(int *pidfd)
{
	*pidfd = -1;
	return is_child ? (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, pidfd, NULL, 0)
			: fork();
}

static pid_t
fork_child(const struct birth *b, int *pidfd)
{
	sigset_t all, old;
	pid_t pid;

	mind_children();
	/* Our handlers must not run in the child. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork_here(pidfd);
	if (pid == 0)
		child(b);
	if (pid > 0 && !b->conf->within)
		setpgid(pid, pid); /* whoever of the two comes first; not in a jail */
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

/* 0 when the child is set up, or has died of it, as its status says. */
static int
read_report(int fd, struct err *e)
{
	struct err got;
	ssize_t n;

	do
		n = read(fd, &got, sizeof(got));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(got))
		return 0;
	*e = got;
	return -1;
}

void
proc_log_start(const struct proc *p, bool jailed)
{
	if (p->quiet)
		return;
	if (jailed)
		log_debug("%s %ld: started in a jail that holds, seccomp and landlock ABI %d",
		    p->name, (long)p->pid, landlock_abi());
	else
		log_debug("%s %ld: started", p->name, (long)p->pid);
}

int
proc_start(struct proc *p, const struct proc_conf *conf, struct err *e)
{
	struct birth b;
	int rc;

	*p = (struct proc){ .pidfd = -1,
		.err_fd = -1,
		.start_ms = loop_now_ms(),
		.quiet = is_child };
	/* What fails here fails in the child, which says so. */
	if (conf->jail)
		(void)filter_make(conf->jail);
	if (birth_init(&b, conf, e))
		return -1;
	p->pid = fork_child(&b, &p->pidfd);
	if (p->pid < 0) {
		p->pid = 0;
		rc = err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot start %s", conf->name);
		birth_release(&b);
		return rc;
	}
	p->name = conf->name;
	p->err_fd = b.err[0];
	b.err[0] = -1;
	close(b.report[1]);
	b.report[1] = -1;
	rc = read_report(b.report[0], e);
	birth_release(&b);
	if (!conf->role)
		proc_log_start(p, rc == 0 && conf->jail);
	if (rc == 0 && p->pidfd < 0) {
		p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
		if (p->pidfd < 0)
			rc = err_sys(e, ERR_BUSY, CODE_PROC_FORK, "cannot watch %s", conf->name);
	}
	if (rc)
		proc_release(p);
	return rc;
}
