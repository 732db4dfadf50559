#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "jobdb/command.h"
#include "jobdb/pipe.h"

void
jobcmd_init(struct jobcmd *c, size_t max)
{
	memset(c, 0, sizeof(*c));
	c->fd = c->proc.pidfd = c->proc.err_fd = -1;
	buf_init(&c->out, max);
}

void
jobcmd_release(struct jobcmd *c)
{
	jobcmd_close_stdin(c);
	watch_free(c->w_proc);
	c->w_proc = NULL;
	proc_release(&c->proc);
}

void
jobcmd_close_stdin(struct jobcmd *c)
{
	watch_free(c->w_fd);
	c->w_fd = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_release(&c->out);
}

void
jobcmd_write(struct jobcmd *c)
{
	ssize_t n;

	while (c->fd >= 0 && c->out.len > 0) {
		n = write(c->fd, c->out.p, c->out.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			jobcmd_close_stdin(c);
			return;
		}
		buf_shift(&c->out, (size_t)n);
	}
	if (c->w_fd)
		watch_events(c->w_fd, c->out.len > 0 ? POLLOUT : 0);
}

static void
on_stdin(void *arg, short revents)
{
	struct jobcmd *c = arg;

	if (revents & POLLERR)
		jobcmd_close_stdin(c); /* nobody reads it: the end is awaited */
	else
		jobcmd_write(c);
}

static void
on_exit_of_command(void *arg, short revents)
{
	struct jobcmd *c = arg;

	(void)revents;
	if (!proc_reap(&c->proc))
		return;
	watch_free(c->w_proc);
	c->w_proc = NULL;
	c->ended = true;
}

int
jobcmd_start(struct jobcmd *c, struct loop *l, char **argv, struct jobpipe_conf *pipe,
    struct err *e)
{
	char **words = pipe ? jobpipe_argv(pipe) : NULL;
	struct proc_conf conf = { .name = argv[0],
		.argv = words ? words : argv,
		.ours = true,
		.out = STDOUT_FILENO };
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		free(words);
		return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "pipe");
	}
	conf.in = fds[0];
	r = proc_start(&c->proc, &conf, e);
	free(words);
	close(fds[0]);
	c->fd = fds[1];
	if (r < 0)
		return -1;
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->w_fd = loop_fd(l, c->fd, 0, on_stdin, c);
	c->w_proc = loop_fd(l, c->proc.pidfd, POLLIN, on_exit_of_command, c);
	return 0;
}
