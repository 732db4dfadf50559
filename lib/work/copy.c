#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "work/copy.h"

enum { READ_BYTES = 64 << 10, READS = 16 /* at a time */ };

static int
copy_unwritten(const struct copy *c, struct err *e)
{
	return err_write(e, "%s", c->temp);
}

int
copy_too_large(long long size, long long max, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE, "%lld bytes, at most %lld are taken",
	    size, max);
}

int
copy_begin(struct copy *c, struct err *e)
{
	c->digest = NULL;
	c->size = 0;
	c->temp = mem_printf("%s.part", c->name);
	c->fd = openat(c->dir, c->temp, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (c->fd < 0) {
		copy_unwritten(c, e);
		free(c->temp);
		return -1;
	}
	if (c->hashed)
		c->digest = digest_new();
	c->shared = ioctl(c->fd, FICLONE, c->from) == 0;
	return 0;
}

static int
copy_write(struct copy *c, const char *b, size_t n, struct err *e)
{
	ssize_t put;

	for (; n > 0; b += put, n -= (size_t)put) {
		put = write(c->fd, b, n);
		if (put < 0 && errno == EINTR)
			put = 0;
		if (put < 0)
			return copy_unwritten(c, e);
	}
	return 0;
}

int
copy_more(struct copy *c, long long max, struct err *e)
{
	char b[READ_BYTES];
	ssize_t n;

	for (int i = 0; i < READS; i++) {
		n = read(c->shared ? c->fd : c->from, b, sizeof(b));
		if (n < 0)
			return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s", c->name);
		if (n == 0)
			return 1;
		if (c->digest)
			digest_add(c->digest, b, (size_t)n);
		c->size += n;
		/* It grows, or is of a file system that knows no sizes. */
		if (c->size > max)
			return copy_too_large(c->size, max, e);
		if (!c->shared && copy_write(c, b, (size_t)n, e) < 0)
			return -1;
	}
	return 0;
}

int
copy_end(struct copy *c, char hex[DIGEST_HEX + 1], struct err *e)
{
	int r = close(c->fd);

	c->fd = -1;
	if (c->digest)
		digest_end(c->digest, hex);
	if (r == 0)
		r = renameat(c->dir, c->temp, c->dir, c->name);
	if (r < 0)
		copy_unwritten(c, e);
	if (r < 0)
		(void)unlinkat(c->dir, c->temp, 0);
	digest_free(c->digest);
	free(c->temp);
	return r;
}

void
copy_drop(struct copy *c)
{
	close(c->fd);
	(void)unlinkat(c->dir, c->temp, 0);
	digest_free(c->digest);
	free(c->temp);
}
