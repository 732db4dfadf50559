#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/jail.h"

static int
broken(struct err *e, const char *what)
{
	return err_set(e, ERR_FATAL, CODE_JAIL_BROKEN,
	    "the jail for untrusted input does not hold: %s", what);
}

static bool
jail_listed(const struct jail *j, const char *path, int rights)
{
	const struct jail_path *lists[] = { j->paths, j->more };
	size_t n;

	for (int i = 0; i < 2; i++)
		for (const struct jail_path *p = lists[i]; p && p->path; p++) {
			n = strlen(p->path);
			while (n > 0 && p->path[n - 1] == '/')
				n--;
			if (strncmp(p->path, path, n) == 0 && (path[n] == '/' || path[n] == '\0') &&
			    (p->rights & rights))
				return true;
		}
	return false;
}

static int
check_files(const struct jail *j, struct err *e)
{
	static const char *const secret[] = {
		"/etc/passwd",
		"/proc/1/environ",
		"/proc/self/environ",
	};
	static const char *const outside[] = { "/tmp", "/var/tmp", "/dev/shm" };
	char name[64];
	int fd;

	for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++) {
		if (jail_listed(j, secret[i], JAIL_READ | JAIL_EXEC))
			continue;
		fd = open(secret[i], O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			close(fd);
			return broken(e, secret[i]);
		}
	}
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		snprintf(name, sizeof(name), "%s/quire-jail-%ld", outside[i], (long)getpid());
		if (jail_listed(j, name, JAIL_WRITE))
			continue;
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0) {
			close(fd);
			unlink(name);
			return broken(e, name);
		}
	}
	return 0;
}

static int
check_sockets(struct err *e)
{
	static const struct {
		int family, type;
		const char *name;
	} all[] = {
		{ AF_UNIX, SOCK_STREAM, "a UNIX socket" },
		{ AF_INET, SOCK_STREAM, "a TCP socket" },
		{ AF_INET, SOCK_DGRAM, "a UDP socket" },
		{ AF_INET6, SOCK_STREAM, "an IPv6 socket" },
		{ AF_NETLINK, SOCK_RAW, "a netlink socket" },
		{ AF_PACKET, SOCK_RAW, "a packet socket" },
		{ AF_VSOCK, SOCK_STREAM, "a vsock socket" },
	};
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		fd = socket(all[i].family, all[i].type | SOCK_CLOEXEC, 0);
		if (fd >= 0) {
			close(fd);
			return broken(e, all[i].name);
		}
	}
	/* EBADF would come from beyond the filter. */
	if (connect(-1, &none, sizeof(none)) == 0 || errno == EBADF)
		return broken(e, "connect");
	return 0;
}

int
jail_check(const struct jail *j, struct err *e)
{
	char *const none[] = { NULL };
	pid_t pid;

	if (check_sockets(e) || check_files(j, e))
		return -1;
	if (kill(getppid(), 0) == 0)
		return broken(e, "a signal to the parent");
	/* SEIZE does not stop the parent, and ends with this process. */
	if (ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0)
		return broken(e, "ptrace of the parent");
	if (!j->may_exec || !j->may_kill) {
		pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid > 0) {
			waitpid(pid, NULL, 0);
			return broken(e, "fork");
		}
	}
	if (!j->may_exec) {
		execv("", none);
		if (errno == ENOENT)
			return broken(e, "exec");
	}
	return 0;
}
