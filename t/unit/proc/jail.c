/*
 * A jail from the inside: what a decoder that has been taken over would try.
 * Each case is a child of its own; its errors come back on its stderr.
 */
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <signal.h>

#include "unit/proc/jailcase.h"

static int
try_network(void *arg)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK,
		AF_ALG };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/x" };
	const int *made = arg;
	int pair[2];

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		FAILS(socket(families[i], SOCK_STREAM, 0), EAFNOSUPPORT);
		FAILS(socket(families[i], SOCK_DGRAM, 0), EAFNOSUPPORT);
		FAILS(socket(families[i], SOCK_RAW, 0), EAFNOSUPPORT);
	}
	FAILS(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), EAFNOSUPPORT);
	/* Neither is one of use that was made before and left open. */
	FAILS(connect(*made, (struct sockaddr *)&un, sizeof(un)), EPERM);
	FAILS(bind(*made, (struct sockaddr *)&un, sizeof(un)), EPERM);
	FAILS(listen(*made, 1), EPERM);
	FAILS(accept(*made, NULL, NULL), EPERM);
	return 0;
}

static int
try_files(void *arg)
{
	const int made = O_CREAT | O_CLOEXEC;

	(void)arg;
	FAILS(open("/etc/shadow", O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open("/etc/passwd", O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open("/proc/1/environ", O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(open("/proc/self/mem", O_RDWR | O_CLOEXEC), EACCES);
	FAILS(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), EACCES);
	FAILS(open("/tmp/quire-evil", O_WRONLY | made, 0600), EACCES);
	FAILS(open("../quire-evil", O_WRONLY | made, 0600), EACCES);
	FAILS(open(in_dir("evil"), O_WRONLY | made, 0600), EACCES);
	FAILS(open(in_dir("secret"), O_RDONLY | O_CLOEXEC), EACCES);
	FAILS(unlink(in_dir("secret")), EACCES);
	FAILS(rename(in_dir("secret"), in_dir("taken")), EACCES);
	FAILS(truncate(in_dir("secret"), 0), EPERM);
	FAILS(chmod(in_dir("secret"), 0777), EPERM);
	FAILS(chown(in_dir("secret"), 0, 0), EPERM);
	FAILS(utimensat(AT_FDCWD, in_dir("secret"), NULL, 0), EPERM);
	return 0;
}

static int
try_processes(void *arg)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	struct f_owner_ex owner = { F_OWNER_PID, getppid() };

	(void)arg;
	FAILS(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL), EPERM);
	FAILS(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM);
	FAILS(kill(getppid(), SIGCONT), EPERM);
	FAILS(kill(-1, 0), EPERM);
	FAILS(kill(0, 0), EPERM);
	FAILS(syscall(SYS_tgkill, getppid(), getppid(), 0), EPERM);
	FAILS(syscall(SYS_tkill, getppid(), 0), EPERM);
	FAILS(fcntl(2, F_SETOWN, getppid()), ENOSYS);
	FAILS(fcntl(2, F_SETOWN_EX, &owner), ENOSYS);
	FAILS(setsid(), EPERM);
	FAILS(setpgid(0, 0), EPERM);
	FAILS(prctl(PR_SET_PDEATHSIG, 0), ENOSYS);
	FAILS(fork(), EPERM);
	FAILS(vfork(), EPERM);
	FAILS(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0), EPERM);
	FAILS(syscall(SYS_clone3, NULL, 0), ENOSYS);
	FAILS(execv("/bin/true", argv), EPERM);
	FAILS(syscall(SYS_unshare, 0x10000000), EPERM);
	FAILS(syscall(SYS_memfd_create, "x", 0), ENOSYS);
	FAILS(syscall(SYS_io_uring_setup, 1, NULL), EPERM);
	FAILS(syscall(SYS_bpf, 0, NULL, 0), EPERM);
	FAILS(syscall(SYS_keyctl, 0, 0), EPERM);
	FAILS(ioctl(0, 0x5412 /* TIOCSTI */, "x"), ENOSYS);
	FAILS(syscall(SYS_prlimit64, getppid(), RLIMIT_CPU, NULL, NULL), ENOSYS);
	/* Root, too, must not get its limits back. */
	FAILS(setrlimit(RLIMIT_CORE, &(struct rlimit){ 2, 2 }), EPERM);
	FAILS(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 65, 65 }), EPERM);
	return 0;
}

/* One that has a decoder's calls alone. */
static int
try_calls(void *arg)
{
	struct stat st;
	char to[8];
	int pair[2];

	(void)arg;
	FAILS(dup(0), ENOSYS);
	FAILS(pipe2(pair, O_CLOEXEC), ENOSYS);
	FAILS(access("/", F_OK), ENOSYS);
	FAILS(stat("/etc/passwd", &st), ENOSYS);
	FAILS(lstat("/etc/passwd", &st), ENOSYS);
	FAILS(readlink("/proc/self/exe", to, sizeof(to)), ENOSYS);
	FAILS(chdir("/"), ENOSYS);
	FAILS(waitpid(-1, NULL, WNOHANG), ENOSYS);
	FAILS(fork(), EPERM);
	FAILS(socket(AF_INET, SOCK_STREAM, 0), EAFNOSUPPORT);
	FAILS(open("/etc/passwd", O_RDONLY | O_CLOEXEC), EACCES);
	return 0;
}

/* Of root, at most the reading and writing of others' files is left. */
static int
few_capabilities(void *arg)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const unsigned rest = ~(1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);

	(void)arg;
	CHECK(syscall(SYS_capget, &head, data) == 0);
	CHECK(!(data[0].permitted & rest) && !(data[0].effective & rest));
	CHECK(!data[0].inheritable && !data[1].permitted && !data[1].effective);
	return 0;
}

static int
foreign_arch(void *arg)
{
	(void)arg;
#if defined(__x86_64__)
	long got;

	/* getpid(2) as a 32-bit program calls it */
	__asm__ volatile("int $0x80" : "=a"(got) : "a"(20L) : "memory");
	fprintf(stderr, "int 0x80 gave %ld\n", got);
#else
	raise(SIGSYS);
#endif
	return 1;
}

static int
x32_call(void *arg)
{
	(void)arg;
#if defined(__x86_64__)
	fprintf(stderr, "x32 gave %ld\n", syscall(0x40000000 + SYS_getpid));
#else
	raise(SIGSYS);
#endif
	return 1;
}

static void
containment(void)
{
	int foreign;
	const struct jail none = { .paths = NULL }, few = { .calls = JAIL_CALLS_DECODER };
	int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct proc_conf conf = { .name = "case",
		.main = try_network,
		.arg = &made,
		.in = -1,
		.out = -1,
		.keep = { made },
		.jail = &none };
	struct proc p;
	struct err e;

	CHECK(made > 2);
	CHECK(proc_start(&p, &conf, &e) == 0);
	CHECK(proc_wait(&p, 20000) == 0);
	fprintf(stderr, "%.*s", (int)p.head_len, p.head);
	CHECK(p.status == 0);
	proc_release(&p);
	close(made);
	CHECK(status_in(&none, try_files, NULL) == 0);
	CHECK(size_of(in_dir("secret")) == 6);
	CHECK(status_in(&none, try_processes, NULL) == 0);
	CHECK(status_in(&none, few_capabilities, NULL) == 0);
	CHECK(status_in(&few, try_calls, NULL) == 0);
	foreign = WTERMSIG(status_in(&none, foreign_arch, NULL));
	/* a fault where the kernel has no such calls at all (ia32_emulation=off) */
	CHECK(foreign == SIGSYS || foreign == SIGSEGV);
	CHECK(WTERMSIG(status_in(&none, x32_call, NULL)) == SIGSYS);
}

int
main(void)
{
	make_dir();
	containment();
	remove_dir();
	return 0;
}
