#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "proc/proc.h"

enum {
	CHUNK = 16 << 10,
	DRAIN_MAX = 1 << 20, /* at one go: a flood must not hold its reader */
	CPU_EVERY_MS = 100,
	WHY_MAX = 200
};

static void
keep_tail(struct proc *p, const char *data, size_t n)
{
	size_t over;

	if (n > PROC_TAIL) {
		p->dropped += n - PROC_TAIL;
		data += n - PROC_TAIL;
		n = PROC_TAIL;
	}
	if (p->tail_len + n > PROC_TAIL) {
		over = p->tail_len + n - PROC_TAIL;
		memmove(p->tail, p->tail + over, p->tail_len - over);
		p->tail_len -= over;
		p->dropped += over;
	}
	memcpy(p->tail + p->tail_len, data, n);
	p->tail_len += n;
}

static void
proc_keep(struct proc *p, const char *data, size_t n)
{
	size_t room = PROC_HEAD - p->head_len, first = n < room ? n : room;

	if (!p->head) {
		p->head = mem_new(1, PROC_HEAD);
		p->tail = mem_new(1, PROC_TAIL);
	}
	memcpy(p->head + p->head_len, data, first);
	p->head_len += first;
	if (n > first)
		keep_tail(p, data + first, n - first);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
proc_drain(struct proc *p)
{
	char data[CHUNK];
	ssize_t n;

	for (size_t sum = 0; p->err_fd >= 0 && sum < DRAIN_MAX;) {
		n = read(p->err_fd, data, sizeof(data));
		if (n > 0) {
			proc_keep(p, data, (size_t)n);
			sum += (size_t)n;
		} else if (n == 0) {
			close_fd(&p->err_fd);
		} else if (errno != EINTR) {
			if (errno != EAGAIN)
				close_fd(&p->err_fd);
			return;
		}
	}
}

long
proc_cpu_ms(const struct proc *p)
{
	struct timespec t;
	clockid_t clock;

	if (p->pid <= 0 || clock_getcpuclockid(p->pid, &clock) || clock_gettime(clock, &t))
		return -1;
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
over_time(const struct proc *p, const char *what, long ms, struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_PROC_TIMEOUT, "%s: %s %ld ms", p->name, what, ms);
}

/* How long poll may wait, of what is left until due (0: no limit). */
static int
slice(int64_t due_ms, int most)
{
	int64_t left;

	if (due_ms == 0)
		return most;
	left = due_ms - loop_now_ms();
	if (left < 0)
		left = 0;
	return most >= 0 && left > most ? most : (int)left;
}

ssize_t
proc_read(struct proc *p, int fd, void *data, size_t n, struct err *e)
{
	const long wall_ms = p->wall_ms, cpu_ms = p->cpu_ms;
	const int64_t due = wall_ms > 0 ? loop_now_ms() + wall_ms : 0;
	struct pollfd pfd[2] = { { .fd = fd, .events = POLLIN }, { .events = POLLIN } };
	ssize_t got;

	for (;;) {
		if (cpu_ms > 0 && proc_cpu_ms(p) > cpu_ms)
			return over_time(p, "used more CPU time than", cpu_ms, e);
		pfd[1].fd = p->err_fd;
		if (poll(pfd, 2, slice(due, cpu_ms > 0 ? CPU_EVERY_MS : -1)) < 0) {
			if (errno != EINTR && errno != EAGAIN && errno != ENOMEM)
				return err_sys(e, ERR_TRANSIENT, CODE_IO_READ,
				    "cannot read from %s", p->name);
			continue;
		}
		if (pfd[1].revents)
			proc_drain(p);
		if (pfd[0].revents) {
			got = read(fd, data, n);
			if (got >= 0)
				return got;
			if (errno != EINTR && errno != EAGAIN)
				return err_sys(e, ERR_TRANSIENT, CODE_IO_READ,
				    "cannot read from %s", p->name);
		}
		if (due && loop_now_ms() >= due)
			return over_time(p, "gave nothing for", wall_ms, e);
	}
}

void
proc_kill(struct proc *p, int sig)
{
	if (p->pid > 0 && kill(-p->pid, sig) && kill(p->pid, sig) && p->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, p->pidfd, sig, NULL, 0);
}

/* How it ended, as proc_why says it; the length. */
static size_t
how_ended(int status, char out[WHY_MAX])
{
	const char *signame = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;

	if (!WIFSIGNALED(status))
		return (size_t)snprintf(out, WHY_MAX, "exit status %d", WEXITSTATUS(status));
	if (signame)
		return (size_t)snprintf(out, WHY_MAX, "killed by SIG%s", signame);
	return (size_t)snprintf(out, WHY_MAX, "killed by signal %d", WTERMSIG(status));
}

static long
ms_of(struct timeval t)
{
	return (long)t.tv_sec * 1000 + t.tv_usec / 1000;
}

static void
log_end(const struct proc *p, long pid, const struct rusage *u)
{
	char how[WHY_MAX];

	if (p->quiet)
		return;
	how_ended(p->status, how);
	log_debug("%s %ld: ended, %s, used %ld ms of CPU time and at most %ld KiB in %ld ms",
	    p->name, pid, how, ms_of(u->ru_utime) + ms_of(u->ru_stime), u->ru_maxrss,
	    (long)(loop_now_ms() - p->start_ms));
}

/*
 * The rest of the group goes first, while the unreaped child still keeps its
 * number from being given to others.
 */
static void
proc_bury(struct proc *p)
{
	struct rusage u = { 0 };

	proc_drain(p);
	kill(-p->pid, SIGKILL);
	while (wait4(p->pid, &p->status, 0, &u) < 0 && errno == EINTR)
		;
	log_end(p, (long)p->pid, &u);
	p->pid = 0;
	close_fd(&p->pidfd);
}

bool
proc_reap(struct proc *p)
{
	siginfo_t info = { .si_pid = 0 };

	if (p->pid <= 0)
		return true;
	if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == 0)
		return false;
	proc_bury(p);
	return true;
}

int
proc_wait(struct proc *p, long wall_ms)
{
	const int64_t due = wall_ms >= 0 ? loop_now_ms() + wall_ms : 0;
	struct pollfd pfd[2] = { { .fd = p->pidfd, .events = POLLIN }, { .events = POLLIN } };

	while (!proc_reap(p)) {
		if (due && loop_now_ms() >= due)
			return -1;
		pfd[1].fd = p->err_fd;
		if (poll(pfd, 2, slice(due, -1)) > 0 && pfd[1].revents)
			proc_drain(p);
	}
	return 0;
}

/* Append what of s[0..n) fits, with what does not print as \xNN. */
static size_t
proc_escape(char *out, size_t len, const char *s, size_t n)
{
	uint32_t cp;
	size_t take;

	for (size_t i = 0; i < n; i += take) {
		const unsigned char c = (unsigned char)s[i];

		take = utf8_get(s + i, n - i, &cp);
		if (take == 0 || utf8_is_control(cp)) {
			if (len + 4 >= WHY_MAX)
				break;
			take = 1;
			len += (size_t)snprintf(out + len, WHY_MAX - len, "\\x%02x", c);
			continue;
		}
		if (len + take >= WHY_MAX)
			break;
		memcpy(out + len, s + i, take);
		len += take;
	}
	out[len] = '\0';
	return len;
}

static bool
says_something(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'A' && s[i] <= 'Z') ||
		    (s[i] >= 'a' && s[i] <= 'z') || (s[i] & 0x80))
			return true;
	return false;
}

/* The first line of the kept stderr that says something; its length. */
static size_t
first_line(const struct proc *p, const char **line)
{
	const char *s = p->head, *end = s + p->head_len, *nl;

	for (; s && s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl)
			nl = end;
		if (says_something(s, (size_t)(nl - s))) {
			*line = s;
			return (size_t)(nl - s);
		}
	}
	return 0;
}

const char *
proc_why(const struct proc *p, char out[WHY_MAX])
{
	const bool killed = p->pid == 0 && WIFSIGNALED(p->status);
	const char *line = "";
	size_t n = first_line(p, &line), len = 0;

	out[0] = '\0';
	if (killed)
		len = how_ended(p->status, out);
	if (n) {
		if (killed)
			len += (size_t)snprintf(out + len, WHY_MAX - len, ": ");
		proc_escape(out, len, line, n);
	} else if (!killed && p->pid == 0) {
		how_ended(p->status, out);
	} else if (!killed) {
		snprintf(out, WHY_MAX, "still running");
	}
	return out;
}

void
proc_release(struct proc *p)
{
	/* In a zeroed struct 0 is no descriptor of ours. */
	if (!p->name)
		return;
	if (p->pid > 0) {
		proc_kill(p, SIGKILL);
		proc_bury(p);
	}
	close_fd(&p->pidfd);
	close_fd(&p->err_fd);
	free(p->head);
	free(p->tail);
	*p = (struct proc){ .pidfd = -1, .err_fd = -1 };
}
