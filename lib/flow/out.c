#include <sys/ioctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "flow/out.h"

enum { PIECE = 4096, AT_ONCE = 64 << 10 };

void
out_init(struct out *o, size_t max, bool keep_short)
{
	struct stat st;
	int fd;

	*o = (struct out){ .fd = STDOUT_FILENO, .fits = -1 };
	buf_init(&o->b, max);
	if (fstat(STDOUT_FILENO, &st) < 0)
		return;
	o->terminal = isatty(STDOUT_FILENO);
	o->at_once = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
	if (!S_ISFIFO(st.st_mode))
		return;
	if (keep_short)
		(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIECE);
	fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	o->fd = fd;
	o->own = true;
}

void
out_release(struct out *o)
{
	buf_release(&o->b);
	if (o->own)
		close(o->fd);
	o->own = false;
}

size_t
out_pending(const struct out *o)
{
	return o->b.len - o->sent;
}

size_t
out_fits(struct out *o)
{
	int n;

	if (!o->own)
		return PIECE;
	/* Until the next write it can only become more. */
	if (o->fits < 0)
		o->fits = ioctl(o->fd, FIONREAD, &n) < 0 || n > PIECE ? 0 : PIECE - n;
	return (size_t)o->fits;
}

/* How much goes into the next write: whole records, as far as they fit. */
static size_t
out_piece(const struct out *o)
{
	size_t left = out_pending(o), most = o->at_once ? AT_ONCE : PIECE;
	const char *from = o->b.p + o->sent, *nl;

	if (left <= most)
		return left;
	nl = memrchr(from, '\n', most);
	return nl ? (size_t)(nl + 1 - from) : most;
}

static bool
would_block(const struct out *o)
{
	struct pollfd p = { o->fd, POLLOUT, 0 };

	return !o->own && !o->at_once && poll(&p, 1, 0) == 0;
}

/* On a terminal: JSON stays what it is where a character stands there by its number. */
static int
out_show(struct out *o)
{
	struct buf b = BUF_INIT(2 * o->b.max);
	int r = 0;

	if (o->shown < o->sent)
		o->shown = o->sent;
	if (o->terminal && o->shown < o->b.len) {
		r = buf_json_shown(&b, o->b.p + o->shown, o->b.len - o->shown);
		o->b.len = o->shown;
		if (r == 0 && b.len > 0)
			r = buf_add(&o->b, b.p, b.len);
		o->shown = o->b.len;
	}
	buf_release(&b);
	return r;
}

static enum out_state
out_bad(struct err *e)
{
	err_sys(e, ERR_FATAL, CODE_IO_WRITE, "stdout");
	return OUT_BAD;
}

enum out_state
out_flush(struct out *o, struct err *e)
{
	ssize_t n;

	o->fits = -1;
	if (out_show(o) < 0) {
		errno = ENOBUFS;
		return out_bad(e);
	}
	while (out_pending(o) > 0) {
		if (would_block(o))
			return OUT_WAITING;
		n = write(o->fd, o->b.p + o->sent, out_piece(o));
		if (n >= 0) {
			o->sent += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return OUT_WAITING;
		if (errno == EPIPE)
			return OUT_GONE;
		return out_bad(e);
	}
	buf_clear(&o->b, 1 << 20);
	o->sent = o->shown = 0;
	return OUT_EMPTY;
}
