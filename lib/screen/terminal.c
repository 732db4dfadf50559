#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "screen/terminal.h"

/*
 * What fits into a terminal that poll(2) calls writable, where writing may block;
 * elsewhere what a pipe takes at once.
 */
enum { CHUNK_BLOCKING = 256, CHUNK = 4096 };
enum { NO_COLUMNS = 80 }; /* wide is one that does not know */

/* To the end of the screen: a narrower window has wrapped what was drawn. */
static const char wiped[] = "\r\033[J";

static bool
can_rewrite(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

/* Not to block is a property of an opening, which others share; so ours is a new one. */
static int
open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static int
columns_of(int fd)
{
	struct winsize w;

	return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : NO_COLUMNS;
}

void
terminal_init(struct terminal *t, int fd)
{
	int again = isatty(fd) ? open_again(fd) : -1;

	memset(t, 0, sizeof(*t));
	t->fresh = again >= 0;
	t->fd = t->fresh ? again : fd;
	t->live = can_rewrite(fd);
	buf_init(&t->out, TERMINAL_WAITS + TERMINAL_LINE);
}

void
terminal_release(struct terminal *t)
{
	buf_release(&t->out);
	if (t->fresh)
		close(t->fd);
}

/* Where another program has the terminal, what it shows is not ours to rewrite. */
static bool
in_foreground(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group < 0 || group == getpgrp();
}

static void
wipe(struct terminal *t)
{
	if (t->drawn && in_foreground(t->fd))
		buf_adds(&t->out, wiped);
	t->drawn = false;
}

void
terminal_line(struct terminal *t, const char *s, size_t n)
{
	if (t->gone)
		return;
	wipe(t);
	buf_shown(&t->out, s, n);
	buf_addc(&t->out, '\n');
}

void
terminal_status(struct terminal *t, const char *text)
{
	if (!t->live || !strcmp(t->status, text))
		return;
	snprintf(t->status, sizeof(t->status), "%s", text);
	wipe(t);
}

/* Bytes of the status that stand in a line, the last column free, in whole parts. */
static size_t
status_fits(const char *s, int columns)
{
	size_t n = strlen(s), fits = columns > 1 ? (size_t)columns - 1 : 0, i;

	if (n <= fits)
		return n;
	for (i = fits; i > 0; i--)
		if (s[i] == ',' && s[i + 1] == ' ')
			return i;
	return fits;
}

void
terminal_draw(struct terminal *t)
{
	int columns;
	size_t n;

	if (!t->live || t->gone)
		return;
	columns = columns_of(t->fd);
	if (columns != t->columns)
		wipe(t);
	t->columns = columns;
	if (t->drawn || !*t->status || t->out.len >= CHUNK || !in_foreground(t->fd))
		return;
	n = status_fits(t->status, columns);
	buf_add(&t->out, t->status, n);
	buf_addc(&t->out, '\r');
	t->drawn = true;
}

bool
terminal_full(const struct terminal *t)
{
	return t->out.len >= TERMINAL_WAITS;
}

static bool
takes_some(const struct terminal *t)
{
	struct pollfd p = { t->fd, POLLOUT, 0 };

	return t->fresh || (poll(&p, 1, 0) > 0 && p.revents != 0);
}

int
terminal_flush(struct terminal *t)
{
	size_t chunk = !t->fresh && isatty(t->fd) ? CHUNK_BLOCKING : CHUNK, sent = 0;
	ssize_t n = 0;

	while (sent < t->out.len && takes_some(t)) {
		n = write(t->fd, t->out.p + sent,
		    t->out.len - sent < chunk ? t->out.len - sent : chunk);
		if (n < 0)
			break;
		sent += (size_t)n;
	}
	buf_shift(&t->out, sent);
	if (n >= 0 || errno == EAGAIN || errno == EINTR)
		return 0;
	t->gone = true;
	buf_clear(&t->out, 0);
	return -1;
}
