#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "proc/filter.h"
#include "proc/jail.h"
#include "proc/landlock.h"

/*
 * What every child may call: enough for decoders of ours.  What a kernel adds
 * later is thereby refused, as ENOSYS, for
 * which glibc has its fallbacks.  chmod, chown, utime, xattr and link are not
 * here because Landlock does not see them, nor are stat and its kin, which tell
 * of any file.
 */
static const int allowed[] = {
	/* descriptors and files, under Landlock */
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
	SCMP_SYS(pwrite64), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(lseek),
	SCMP_SYS(fstat), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate),
	SCMP_SYS(fallocate), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(poll), SCMP_SYS(ppoll),
	/* sockets that were made before */
	SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto),
	/* memory; of threads, what the first one calls too */
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

/* And what poppler, fontconfig, Tesseract and their kin call, who look for files by stat. */
static const int allowed_programs[] = { SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents), SCMP_SYS(getdents64),
	SCMP_SYS(getcwd), SCMP_SYS(chdir), SCMP_SYS(fchdir), SCMP_SYS(umask), SCMP_SYS(dup),
	SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(flock),
	SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
	SCMP_SYS(sendfile), SCMP_SYS(copy_file_range), SCMP_SYS(select), SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create), SCMP_SYS(epoll_create1), SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_gettime), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2), SCMP_SYS(shutdown),
	SCMP_SYS(mincore), SCMP_SYS(msync), SCMP_SYS(alarm), SCMP_SYS(setitimer),
	SCMP_SYS(getitimer), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(rt_sigsuspend), SCMP_SYS(wait4),
	SCMP_SYS(waitid), SCMP_SYS(getpgrp), SCMP_SYS(getpgid), SCMP_SYS(getsid), SCMP_SYS(getuid),
	SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getresuid),
	SCMP_SYS(getresgid), SCMP_SYS(getgroups), SCMP_SYS(getpriority), SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_get_priority_max),
	SCMP_SYS(sched_get_priority_min), SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(preadv2),
	SCMP_SYS(pwritev2), SCMP_SYS(getcpu) };

/* Refused with EPERM, which says more to a program than ENOSYS does. */
static const int denied[] = { SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
	SCMP_SYS(accept4), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(setsid),
	SCMP_SYS(setpgid), SCMP_SYS(vfork), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare),
	SCMP_SYS(setns), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(keyctl),
	SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
	SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(link), SCMP_SYS(linkat),
	SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod),
	SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchown),
	SCMP_SYS(fchownat), SCMP_SYS(truncate), SCMP_SYS(utime), SCMP_SYS(utimes),
	SCMP_SYS(utimensat), SCMP_SYS(futimesat) };

enum {
	NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
	    CLONE_NEWPID | CLONE_NEWNET,
	THREAD = CLONE_THREAD | CLONE_VM,
	NOT_FORK = NAMESPACES | CLONE_PARENT | THREAD
};

/*
 * Allowed where arguments are so.  fcntl: not F_SETOWN, which sends signals.
 * open: O_TRUNC asks for writing, as Landlock only sees since ABI 3.
 */
static const struct {
	int nr;
	struct scmp_arg_cmp cmp;
} allowed_if[] = {
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
};

/* And opening: no file is made that is setuid, setgid or sticky. */
#define MODE_PLAIN(arg) \
	{ \
		(arg), SCMP_CMP_MASKED_EQ, S_ISUID | S_ISGID | S_ISVTX, 0 \
	}
static const struct {
	int nr;
	struct scmp_arg_cmp cmp[2];
} allowed_open[] = {
	{ SCMP_SYS(open), { { 1, SCMP_CMP_MASKED_EQ, O_TRUNC, 0 }, MODE_PLAIN(2) } },
	{ SCMP_SYS(open), { { 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY }, MODE_PLAIN(2) } },
	{ SCMP_SYS(open), { { 1, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR }, MODE_PLAIN(2) } },
	{ SCMP_SYS(openat), { { 2, SCMP_CMP_MASKED_EQ, O_TRUNC, 0 }, MODE_PLAIN(3) } },
	{ SCMP_SYS(openat), { { 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY }, MODE_PLAIN(3) } },
	{ SCMP_SYS(openat), { { 2, SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR }, MODE_PLAIN(3) } },
};

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
	for (size_t i = 0; rc == 0 && i < sizeof(allowed_open) / sizeof(*allowed_open); i++)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, allowed_open[i].nr, 2,
		    allowed_open[i].cmp);
	return rc;
}

/*
 * A process that starts others: not in namespaces, nor as its own siblings.  It
 * signals those that it has the descriptor of since it started them; opened by
 * number, it could be anybody's.
 */
static int
add_kin(scmp_filter_ctx ctx)
{
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, NOT_FORK, 0));

	return rc ? rc
		  : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
			SCMP_A0(SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0));
}

/* Neither threads nor processes. */
static int
add_alone(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 0);
}

/* Of the same process, with its jail: clone3, whose flags no filter sees, is refused. */
static int
add_threads(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, NOT_FORK, THREAD));
}

/* What depends on the jail. */
static int
add_own(scmp_filter_ctx ctx, const struct jail *j)
{
	const bool kin = j->may_exec && j->may_kill;
	const uint32_t allow = SCMP_ACT_ALLOW, deny = SCMP_ACT_ERRNO(EPERM),
		       none = SCMP_ACT_ERRNO(EAFNOSUPPORT), exec = j->may_exec ? allow : deny,
		       fork = kin ? allow : deny, mkdirs = j->may_mkdir ? allow : deny;
	const struct {
		int nr;
		uint32_t act;
	} plain[] = {
		{ SCMP_SYS(socket), none },
		{ SCMP_SYS(socketpair), none },
		{ SCMP_SYS(execve), exec },
		{ SCMP_SYS(execveat), exec },
		{ SCMP_SYS(fork), fork },
		{ SCMP_SYS(pidfd_send_signal), fork },
		{ SCMP_SYS(mkdir), mkdirs },
		{ SCMP_SYS(mkdirat), mkdirs },
		{ SCMP_SYS(rmdir), mkdirs },
		/* others than itself: forbid_others */
		{ SCMP_SYS(kill), allow },
		{ SCMP_SYS(tgkill), allow },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(plain) / sizeof(*plain); i++)
		rc = seccomp_rule_add(ctx, plain[i].act, plain[i].nr, 0);
	if (rc == 0 && kin)
		rc = add_kin(ctx);
	if (rc == 0 && j->may_thread)
		rc = add_threads(ctx);
	if (rc == 0 && !kin && !j->may_thread)
		rc = add_alone(ctx);
	return rc;
}

/* libseccomp has a foreign architecture, x32 included, killed as told here. */
static int
filter_describe(scmp_filter_ctx ctx, const struct jail *j)
{
	int rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_tables(ctx, j);
	return rc ? rc : add_own(ctx, j);
}

/* All that comes out of a pipe which holds it. */
static int
take_program(int fd, struct sock_fprog *prog)
{
	struct sock_filter text[BPF_MAXINSNS];
	const ssize_t n = read(fd, text, sizeof(text));

	if (n <= 0 || n % (ssize_t)sizeof(*text))
		return -EIO;
	prog->filter = mem_new(1, (size_t)n);
	memcpy(prog->filter, text, (size_t)n);
	prog->len = (unsigned short)(n / (ssize_t)sizeof(*text));
	return 0;
}

/* libseccomp 2.5 gives a program to a descriptor only. */
static int
filter_compile(const struct jail *j, struct sock_fprog *prog)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int fds[2], rc = -ENOMEM;

	if (!ctx || pipe2(fds, O_CLOEXEC | O_NONBLOCK)) {
		rc = ctx ? -errno : rc;
		seccomp_release(ctx);
		return rc;
	}
	rc = filter_describe(ctx, j);
	if (rc == 0)
		rc = seccomp_export_bpf(ctx, fds[1]);
	if (rc == 0)
		rc = take_program(fds[0], prog);
	close(fds[0]);
	close(fds[1]);
	seccomp_release(ctx);
	return rc;
}

/*
 * kill and tgkill are for the process itself, which abort and raise signal.  A
 * filter of its own, as only this depends on the process.  Where Landlock keeps
 * signals among those in the jail, one that has children does without, so that
 * they may signal themselves; else abort ends them by an instruction.
 */
static int
forbid_others(void)
{
	const uint32_t self = (uint32_t)getpid(), nr = offsetof(struct seccomp_data, nr),
		       pid = offsetof(struct seccomp_data, args[0]),
		       low = pid + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0),
		       high = pid + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0 : 4);
	struct sock_filter text[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, self, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, high),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog prog = { sizeof(text) / sizeof(*text), text };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

/*
 * By what a filter depends on, compiled at first use or taken over from the
 * parent: at file scope since they are of the process, not of a jail.
 */
static struct sock_fprog kept[32];

static struct sock_fprog *
program_of(const struct jail *j)
{
	return &kept[(j->may_mkdir ? 16 : 0) + (j->may_thread ? 8 : 0) +
	    (j->calls == JAIL_CALLS_PROGRAM ? 4 : 0) + (j->may_exec ? 2 : 0) +
	    (j->may_kill ? 1 : 0)];
}

int
filter_make(const struct jail *j)
{
	struct sock_fprog *prog = program_of(j);
	const int rc = prog->filter ? 0 : filter_compile(j, prog);

	errno = -rc;
	return rc ? -1 : 0;
}

int
filter_enter(const struct jail *j)
{
	const bool alone = !j->may_kill || landlock_abi_of(j) < LANDLOCK_SIGNALS;

	if (filter_make(j) < 0 || (alone && forbid_others() < 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program_of(j));
}

/* Before the text of each: its place among those kept, and how long it is. */
struct filter_head {
	uint16_t at, len;
};

int
filter_put(struct buf *b)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		const struct filter_head head = { (uint16_t)i, kept[i].len };

		if (kept[i].filter &&
		    (buf_add(b, &head, sizeof(head)) < 0 ||
			buf_add(b, kept[i].filter, head.len * sizeof(*kept[i].filter)) < 0))
			return -1;
	}
	return 0;
}

int
filter_take(const char *data, size_t n)
{
	struct filter_head head;
	size_t size;

	for (; n >= sizeof(head); data += size, n -= size) {
		memcpy(&head, data, sizeof(head));
		data += sizeof(head);
		n -= sizeof(head);
		size = head.len * sizeof(struct sock_filter);
		if (head.at >= sizeof(kept) / sizeof(*kept) || size == 0 || size > n)
			return -1;
		free(kept[head.at].filter);
		kept[head.at] = (struct sock_fprog){ head.len, mem_new(1, size) };
		memcpy(kept[head.at].filter, data, size);
	}
	return n == 0 ? 0 : -1;
}
