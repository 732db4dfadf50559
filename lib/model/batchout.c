#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/batchout.h"
#include "model/body.h"
#include "model/ids.h"

enum { AT_ONCE = 64 << 10 }; /* bytes of one write */

/* What stands around a request's body. */
#define BATCH_HEAD \
	"{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
#define BATCH_TAIL "}\n"

struct batch_out {
	char *path, *part;
	int fd;
	long long at; /* bytes of whole lines, */
	size_t lines; /* and how many */
	struct ids ids;
};

static int
batch_bad(struct err *e, const char *path, const char *why)
{
	return err_set(e, ERR_FATAL, CODE_OCR_BATCH, "%s: %s", path, why);
}

/* The part is ours alone: no link, no other user's, and no other command writes it. */
static int
batch_take(struct batch_out *b, struct err *e)
{
	struct stat st, there;

	if (fstat(b->fd, &st) < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_BATCH, "%s", b->part);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1)
		return batch_bad(e, b->part, "no file of one's own");
	/* Who had it may have moved it away just now. */
	if (flock(b->fd, LOCK_EX | LOCK_NB) < 0 || lstat(b->part, &there) < 0 ||
	    there.st_ino != st.st_ino || there.st_dev != st.st_dev)
		return batch_bad(e, b->part, "another command is writing it");
	if (fchmod(b->fd, 0600) < 0 || ftruncate(b->fd, 0) < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_BATCH, "%s", b->part);
	return 0;
}

struct batch_out *
batch_out_open(const char *path, struct err *e)
{
	struct batch_out *b = mem_new(1, sizeof(*b));
	struct stat st;
	int r;

	*b = (struct batch_out){ .path = mem_dup(path),
		.part = mem_printf("%s.part", path),
		.fd = -1 };
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		r = batch_bad(e, path, "not a regular file");
	} else {
		b->fd =
		    open(b->part, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
		r = b->fd < 0 ? err_sys(e, ERR_FATAL, CODE_OCR_BATCH, "%s", b->part)
			      : batch_take(b, e);
	}
	if (r == 0)
		return b;
	/* What is not ours stays. */
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
	batch_out_free(b);
	return NULL;
}

static int
batch_fail_write(const struct batch_out *b, struct err *e)
{
	err_write(e, "%s", b->part);
	e->class = e->class == ERR_TRANSIENT ? ERR_BUSY : ERR_FATAL;
	return -1;
}

static int
batch_write(const struct batch_out *b, const char *p, size_t n, struct err *e)
{
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put) {
		do
			put = write(b->fd, p, n);
		while (put < 0 && errno == EINTR);
		if (put < 0)
			return batch_fail_write(b, e);
	}
	return 0;
}

static int
batch_body(const struct batch_out *b, const struct body *body, struct err *e)
{
	const long long length = body_length(body);
	char *bytes = mem_new(1, AT_ONCE);
	int r = 0;
	long got;

	for (long long at = 0; r == 0 && at < length; at += got) {
		got = body_give(body, at, bytes, AT_ONCE, e);
		r = got < 0 ? -1 : batch_write(b, bytes, (size_t)got, e);
	}
	free(bytes);
	return r;
}

static int
batch_line(const struct batch_out *b, const char *id, const struct body *body, struct err *e)
{
	char head[160];
	const int n = snprintf(head, sizeof(head), BATCH_HEAD, id);

	return batch_write(b, head, (size_t)n, e) == 0 && batch_body(b, body, e) == 0
	    ? batch_write(b, BATCH_TAIL, strlen(BATCH_TAIL), e)
	    : -1;
}

int
batch_out_add(struct batch_out *b, const char *id, const struct body *body, struct err *e)
{
	struct id_place *place = ids_add(&b->ids, id);

	if (!place)
		return err_set(e, ERR_FATAL, CODE_OCR_BATCH, "%s: more than %d requests", b->path,
		    IDS_MAX);
	if (place->good)
		return 0;
	if (batch_line(b, id, body, e) < 0) {
		/* A piece of a line would end the file for its readers. */
		if (ftruncate(b->fd, (off_t)b->at) < 0 || lseek(b->fd, (off_t)b->at, SEEK_SET) < 0)
			return batch_fail_write(b, e);
		return -1;
	}
	place->good = true;
	b->lines++;
	b->at = (long long)lseek(b->fd, 0, SEEK_CUR);
	return 0;
}

size_t
batch_out_count(const struct batch_out *b)
{
	return b->lines;
}

int
batch_out_end(struct batch_out *b, struct err *e)
{
	int r = fsync(b->fd) < 0 ? batch_fail_write(b, e) : 0;

	if (r == 0 && rename(b->part, b->path) < 0)
		r = batch_fail_write(b, e);
	if (r < 0)
		return -1;
	close(b->fd);
	b->fd = -1;
	return 0;
}

void
batch_out_free(struct batch_out *b)
{
	if (!b)
		return;
	if (b->fd >= 0) {
		unlink(b->part);
		close(b->fd);
	}
	ids_release(&b->ids);
	free(b->path);
	free(b->part);
	free(b);
}
