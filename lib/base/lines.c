#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lines.h"

enum { KEEP_BYTES = 256 << 10 };

void
lines_init(struct lines *l, int fd, size_t chunk, size_t max)
{
	*l = (struct lines){ .fd = fd, .chunk = chunk, .max = max };
	buf_init(&l->b, max + chunk + 1);
}

void
lines_release(struct lines *l)
{
	buf_release(&l->b);
}

static bool
blank(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r", s[n - 1]) && s[n - 1])
		n--;
	return n == 0;
}

/* Let go of what is no longer needed: all of it, or what lies before pos. */
static void
compact(struct lines *l)
{
	l->gone += (long long)l->pos;
	if (l->pos == l->b.len)
		buf_clear(&l->b, KEEP_BYTES);
	else if (l->pos > 0)
		buf_shift(&l->b, l->pos);
	l->seen -= l->pos < l->seen ? l->pos : l->seen;
	l->pos = 0;
}

/* The end of the line at pos, or NULL when it is not there yet. */
static const char *
lines_line_end(struct lines *l)
{
	size_t from = l->seen > l->pos ? l->seen : l->pos;
	const char *nl = l->b.len > from ? memchr(l->b.p + from, '\n', l->b.len - from) : NULL;

	if (nl)
		return nl;
	l->seen = l->b.len;
	return l->eof && l->pos < l->b.len ? l->b.p + l->b.len : NULL;
}

int
lines_next(struct lines *l, const char **line, size_t *len)
{
	const char *start, *end;
	bool skipped;

	for (;;) {
		end = lines_line_end(l);
		if (!end)
			break;
		start = l->b.p + l->pos;
		*line = start;
		*len = (size_t)(end - start);
		l->at = l->gone + (long long)l->pos;
		l->pos += *len + (l->pos + *len < l->b.len);
		l->seen = l->pos;
		l->no++;
		skipped = l->skipping || *len > l->max;
		l->skipping = false;
		if (skipped)
			return -1;
		if (!blank(*line, *len))
			return 1;
	}
	if (l->b.len - l->pos > l->max) {
		l->skipping = true;
		l->pos = l->seen = l->b.len;
	}
	if (l->eof && l->skipping) {
		l->skipping = false;
		l->no++;
		return -1;
	}
	return 0;
}

int
lines_fill(struct lines *l, struct err *e)
{
	ssize_t n;

	compact(l);
	if (buf_room(&l->b, l->chunk) < 0)
		return err_set(e, ERR_BUSY, CODE_IO_READ, "no memory for a line");
	do
		n = read(l->fd, l->b.p + l->b.len, l->chunk);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		return err_sys(e, ERR_FATAL, CODE_IO_READ, "stdin");
	l->b.len += (size_t)n;
	l->eof = n == 0;
	return 0;
}

bool
lines_ready(const struct lines *l)
{
	struct pollfd p = { l->fd, POLLIN, 0 };

	return poll(&p, 1, 0) > 0;
}

bool
lines_ended(const struct lines *l)
{
	return l->eof && l->pos >= l->b.len && !l->skipping;
}
