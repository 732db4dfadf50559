#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/kin.h"

/* What the jail's own filter refuses stays refused: that goes before. */
int
kin_listen(void)
{
	struct sock_filter text[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
#ifdef SYS_fork
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fork, 0, 1),
#else
		BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
#endif
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = { sizeof(text) / sizeof(*text), text };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
	    &prog);
}

size_t
kin_children(pid_t pid, pid_t *children, size_t max)
{
	char path[64];
	size_t n = 0;
	long one;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)pid, (long)pid);
	fp = fopen(path, "re");
	if (!fp)
		return 0;
	while (n < max && fscanf(fp, "%ld", &one) == 1)
		children[n++] = (pid_t)one;
	fclose(fp);
	return n;
}

/* How many threads the process of that thread has; 0 also where /proc does not tell. */
static long
kin_threads(pid_t tid)
{
	char path[64], line[256];
	long n = 0;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)tid);
	fp = fopen(path, "re");
	if (!fp)
		return 0;
	while (n == 0 && fgets(line, sizeof(line), fp))
		if (strncmp(line, "Threads:", 8) == 0)
			n = strtol(line + 8, NULL, 10);
	fclose(fp);
	return n;
}

static int
thread_allowed(const struct seccomp_notif *asked)
{
	return kin_threads((pid_t)asked->pid) < KIN_THREADS ? 0 : -EAGAIN;
}

static int
child_allowed(const struct seccomp_notif *asked, pid_t pid)
{
	pid_t children[KIN_MAX];

	if (asked->pid != (uint32_t)pid)
		return -EPERM;
	return kin_children(pid, children, KIN_MAX) == KIN_MAX ? -EAGAIN : 0;
}

void
kin_answer(int listener, pid_t pid)
{
	struct seccomp_notif asked = { 0 };
	struct seccomp_notif_resp answer = { 0 };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
		return;
	answer.id = asked.id;
	if (asked.data.nr == SYS_clone && (asked.data.args[0] & CLONE_THREAD))
		answer.error = thread_allowed(&asked);
	else
		answer.error = child_allowed(&asked, pid);
	if (answer.error == 0)
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
