#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/jail.h"
#include "proc/landlock.h"

#if defined(__SANITIZE_ADDRESS__)
#define LIMIT_AS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMIT_AS 0
#endif
#endif
#ifndef LIMIT_AS
#define LIMIT_AS 1
#endif

const struct jail_path jail_system[] = {
	{ "/usr", JAIL_READ | JAIL_EXEC },
	{ "/lib", JAIL_READ | JAIL_EXEC },
	{ "/lib64", JAIL_READ | JAIL_EXEC },
	{ "/bin", JAIL_READ | JAIL_EXEC },
	{ "/etc/ld.so.cache", JAIL_READ },
	{ "/etc/fonts", JAIL_READ },
	{ "/var/cache/fontconfig", JAIL_READ },
	{ "/dev/null", JAIL_READ | JAIL_WRITE },
	{ "/dev/zero", JAIL_READ },
	{ "/dev/urandom", JAIL_READ },
	{ NULL, 0 },
};

/*
 * What every child may call: enough for decoders of ours.  What a kernel adds
 * later is thereby refused, as ENOSYS, for
 * which glibc has its fallbacks.  chmod, chown, utime, xattr and link are not
 * here because Landlock does not see them.
 */
static const int allowed[] = {
	/* descriptors and files, under Landlock */
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
	SCMP_SYS(pwrite64), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(lseek), SCMP_SYS(stat),
	SCMP_SYS(fstat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(rename),
	SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	SCMP_SYS(poll), SCMP_SYS(ppoll),
	/* sockets that were made before */
	SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto),
	/* memory and threads */
	SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
	SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
	SCMP_SYS(set_tid_address), SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(arch_prctl),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	/* time */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times),
	/* its own signals */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigpending), SCMP_SYS(sigaltstack), SCMP_SYS(pause), SCMP_SYS(restart_syscall),
	/* itself */
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid),
	SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrandom), SCMP_SYS(getrusage),
	SCMP_SYS(getrlimit), SCMP_SYS(setrlimit),
	/* a narrower jail */
	SCMP_SYS(capget), SCMP_SYS(capset), SCMP_SYS(landlock_create_ruleset),
	SCMP_SYS(landlock_add_rule), SCMP_SYS(landlock_restrict_self), SCMP_SYS(seccomp)
};

/* And what poppler, fontconfig, Tesseract and their kin call. */
static const int allowed_programs[] = { SCMP_SYS(creat), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(chdir), SCMP_SYS(fchdir), SCMP_SYS(umask),
	SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe), SCMP_SYS(pipe2),
	SCMP_SYS(flock), SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(statfs),
	SCMP_SYS(fstatfs), SCMP_SYS(sendfile), SCMP_SYS(copy_file_range), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2), SCMP_SYS(shutdown), SCMP_SYS(mincore),
	SCMP_SYS(msync), SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(getitimer),
	SCMP_SYS(rt_sigtimedwait), SCMP_SYS(rt_sigsuspend), SCMP_SYS(wait4), SCMP_SYS(waitid),
	SCMP_SYS(getpgrp), SCMP_SYS(getpgid), SCMP_SYS(getsid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getresuid), SCMP_SYS(getresgid),
	SCMP_SYS(getgroups), SCMP_SYS(getpriority), SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_get_priority_max),
	SCMP_SYS(sched_get_priority_min), SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(preadv2),
	SCMP_SYS(pwritev2), SCMP_SYS(getcpu) };

/* Refused with EPERM, which says more to a program than ENOSYS does. */
static const int denied[] = { SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
	SCMP_SYS(accept4), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd),
	SCMP_SYS(setsid), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare), SCMP_SYS(setns),
	SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	SCMP_SYS(request_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(io_uring_setup),
	SCMP_SYS(userfaultfd), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(link),
	SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mknod),
	SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown),
	SCMP_SYS(lchown), SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(truncate), SCMP_SYS(utime),
	SCMP_SYS(utimes), SCMP_SYS(utimensat), SCMP_SYS(futimesat) };

enum {
	NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
	    CLONE_NEWPID | CLONE_NEWNET,
	NOT_FORK = NAMESPACES | CLONE_PARENT
};

/*
 * Allowed where one argument is so.  fcntl: not F_SETOWN, which sends signals.
 * open: O_TRUNC asks for writing, as Landlock only sees since ABI 3.
 */
static const struct {
	int nr;
	struct scmp_arg_cmp cmp;
} allowed_if[] = {
	{ SCMP_SYS(open), { 1, SCMP_CMP_MASKED_EQ, O_TRUNC, 0 } },
	{ SCMP_SYS(open), { 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY } },
	{ SCMP_SYS(open), { 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR } },
	{ SCMP_SYS(openat), { 2, SCMP_CMP_MASKED_EQ, O_TRUNC, 0 } },
	{ SCMP_SYS(openat), { 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY } },
	{ SCMP_SYS(openat), { 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR } },
	{ SCMP_SYS(ioctl), { 1, SCMP_CMP_EQ, TCGETS, 0 } },
	{ SCMP_SYS(ioctl), { 1, SCMP_CMP_EQ, TIOCGWINSZ, 0 } },
	{ SCMP_SYS(ioctl), { 1, SCMP_CMP_EQ, FIONREAD, 0 } },
	{ SCMP_SYS(fcntl), { 1, SCMP_CMP_LE, F_SETLKW, 0 } },
	{ SCMP_SYS(fcntl), { 1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0 } },
	{ SCMP_SYS(fcntl), { 1, SCMP_CMP_EQ, F_SETPIPE_SZ, 0 } },
	{ SCMP_SYS(fcntl), { 1, SCMP_CMP_EQ, F_GETPIPE_SZ, 0 } },
	{ SCMP_SYS(prlimit64), { 0, SCMP_CMP_EQ, 0, 0 } },
	{ SCMP_SYS(prctl), { 0, SCMP_CMP_EQ, PR_SET_NAME, 0 } },
	{ SCMP_SYS(prctl), { 0, SCMP_CMP_EQ, PR_GET_NAME, 0 } },
	{ SCMP_SYS(prctl), { 0, SCMP_CMP_EQ, PR_GET_DUMPABLE, 0 } },
	{ SCMP_SYS(prctl), { 0, SCMP_CMP_EQ, PR_SET_NO_NEW_PRIVS, 0 } },
	{ SCMP_SYS(prctl), { 0, SCMP_CMP_EQ, PR_GET_NO_NEW_PRIVS, 0 } },
	{ SCMP_SYS(clone), { 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD | NAMESPACES, CLONE_THREAD } },
};

static int
jail_unavailable(struct err *e, int errnum, const char *what)
{
	errno = errnum;
	return err_sys(e, ERR_FATAL, CODE_JAIL_UNAVAILABLE,
	    "untrusted input cannot be opened safely here: %s", what);
}

static int
limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit now, l = { soft, hard };

	if (getrlimit(what, &now))
		return -1;
	if (l.rlim_max > now.rlim_max)
		l.rlim_max = now.rlim_max;
	if (l.rlim_cur > l.rlim_max)
		l.rlim_cur = l.rlim_max;
	return setrlimit(what, &l);
}

static int
jail_limits(const struct jail *j, struct err *e)
{
	const rlim_t fsize = (rlim_t)j->fsize_bytes, as = (rlim_t)j->as_bytes,
		     cpu = (rlim_t)j->cpu_s, nofile = j->nofile ? (rlim_t)j->nofile : 64;

	/* SIGXCPU, which proc_why can name, and a second later SIGKILL */
	if (limit(RLIMIT_CORE, 0, 0) || limit(RLIMIT_FSIZE, fsize, fsize) ||
	    limit(RLIMIT_NOFILE, nofile, nofile) || (cpu && limit(RLIMIT_CPU, cpu, cpu + 1)) ||
	    (LIMIT_AS && as && limit(RLIMIT_AS, as, as)))
		return jail_unavailable(e, errno, "setrlimit");
	return 0;
}

/*
 * Root keeps only what lets it read and write others' files, to the extent
 * that Landlock allows; no_new_privs keeps exec from giving the rest back.
 */
static int
drop_privileges(struct err *e)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const uint32_t keep = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return jail_unavailable(e, errno, "no_new_privs");
	if (syscall(SYS_capget, &head, data))
		return jail_unavailable(e, errno, "capget");
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= i == 0 ? keep : 0;
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data))
		return jail_unavailable(e, errno, "capset");
	return 0;
}

static int
add_calls(scmp_filter_ctx ctx, uint32_t act, const int *calls, size_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = seccomp_rule_add(ctx, act, calls[i], 0);
	return rc;
}

static int
add_tables(scmp_filter_ctx ctx, const struct jail *j)
{
	int rc = add_calls(ctx, SCMP_ACT_ALLOW, allowed, sizeof(allowed) / sizeof(*allowed));

	if (rc == 0 && j->calls == JAIL_CALLS_PROGRAM)
		rc = add_calls(ctx, SCMP_ACT_ALLOW, allowed_programs,
		    sizeof(allowed_programs) / sizeof(*allowed_programs));
	if (rc == 0)
		rc =
		    add_calls(ctx, SCMP_ACT_ERRNO(EPERM), denied, sizeof(denied) / sizeof(*denied));
	for (size_t i = 0; rc == 0 && i < sizeof(allowed_if) / sizeof(*allowed_if); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed_if[i].nr, 1, allowed_if[i].cmp);
	return rc;
}

/* A process that starts others: not in namespaces, nor as its own siblings. */
static int
add_kin(scmp_filter_ctx ctx)
{
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, NOT_FORK, 0));

	return rc ? rc
		  : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
			SCMP_A0(SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0));
}

static int
add_alone(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
}

/* abort and raise signal the process itself. */
static int
add_kill_self(scmp_filter_ctx ctx, int nr)
{
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 1, SCMP_A0(SCMP_CMP_EQ, self, 0));

	return rc
	    ? rc
	    : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), nr, 1, SCMP_A0(SCMP_CMP_NE, self, 0));
}

/* What depends on the jail and on the process. */
static int
add_own(scmp_filter_ctx ctx, const struct jail *j)
{
	const bool kin = j->may_exec && j->may_kill;
	const uint32_t allow = SCMP_ACT_ALLOW, deny = SCMP_ACT_ERRNO(EPERM),
		       none = SCMP_ACT_ERRNO(EAFNOSUPPORT), exec = j->may_exec ? allow : deny,
		       fork = kin ? allow : deny;
	static const int kills[] = { SCMP_SYS(kill), SCMP_SYS(tgkill) };
	const struct {
		int nr;
		uint32_t act;
	} plain[] = {
		{ SCMP_SYS(socket), none },
		{ SCMP_SYS(socketpair), none },
		{ SCMP_SYS(execve), exec },
		{ SCMP_SYS(execveat), exec },
		{ SCMP_SYS(fork), fork },
		{ SCMP_SYS(vfork), fork },
		{ SCMP_SYS(setpgid), fork },
		{ SCMP_SYS(pidfd_open), fork },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(plain) / sizeof(*plain); i++)
		rc = seccomp_rule_add(ctx, plain[i].act, plain[i].nr, 0);
	if (rc == 0)
		rc = kin ? add_kin(ctx) : add_alone(ctx);
	for (int i = 0; rc == 0 && i < 2; i++)
		rc = j->may_kill ? seccomp_rule_add(ctx, allow, kills[i], 0)
				 : add_kill_self(ctx, kills[i]);
	return rc;
}

/*
 * libseccomp has a foreign architecture, x32 included, killed as told here.
 * Building the filter takes 0.4 ms, which is not worth keeping it.
 */
static int
enter_seccomp(const struct jail *j, struct err *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int rc;

	if (!ctx)
		return jail_unavailable(e, ENOMEM, "seccomp");
	rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_tables(ctx, j);
	if (rc == 0)
		rc = add_own(ctx, j);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc ? jail_unavailable(e, -rc, "seccomp") : 0;
}

int
jail_enter(const struct jail *j, struct err *e)
{
	if (jail_limits(j, e) || drop_privileges(e) || landlock_enter(j, e) || enter_seccomp(j, e))
		return -1;
	return 0;
}
