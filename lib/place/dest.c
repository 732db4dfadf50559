#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "place/dest.h"
#include "place/priv.h"
#include "rec/rec.h"

struct dest {
	const struct dest_ops *ops;
	void *dest; /* of ops */
};

struct dest_put {
	const struct dest_ops *ops;
	void *put; /* of ops */
	struct dest_conf conf;
	int fd;
};

struct dest *
dest_open(struct places *places, const char *operand, struct err *e)
{
	const struct place_scheme *row = place_of(places, operand);
	struct dest *d;
	void *shared, *dest;

	if (!row->dest) {
		place_cannot(operand, "no results can be put", e);
		e->class = ERR_FATAL;
		return NULL;
	}
	shared = place_shared(places, row, e);
	dest = shared ? row->dest->begin(shared, operand, e) : NULL;
	if (!dest)
		return NULL;
	d = mem_new(1, sizeof(*d));
	*d = (struct dest){ row->dest, dest };
	return d;
}

void
dest_close(struct dest *d)
{
	if (!d)
		return;
	d->ops->end(d->dest);
	free(d);
}

static int
result_check(const struct stat *st, const char *path, long long max, struct err *e)
{
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE, "%s: not a plain file", path);
	if (max > 0 && st->st_size > max)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
		    "the result has %lld bytes, at most %lld are put", (long long)st->st_size, max);
	return 0;
}

static int
open_result(const struct dest_conf *conf, struct err *e)
{
	const char *path = rec_need(conf->rec, "path", e);
	struct stat st;
	int fd;

	if (!path || !rec_need(conf->rec, "rel", e))
		return -1;
	/* Opening a device can be an act by itself. */
	if (stat(path, &st) == 0 && result_check(&st, path, conf->max_size, e) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(e, err_class_of(errno), CODE_IO_READ, "%s", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (result_check(&st, path, conf->max_size, e) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
dest_put_free(struct dest_put *p)
{
	close(p->fd);
	free(p);
}

static void
dest_over(void *arg, const char *uri, const struct err *e)
{
	struct dest_put *p = arg;
	struct dest_conf conf = p->conf;

	dest_put_free(p);
	conf.done(conf.arg, uri, e);
}

struct dest_put *
dest_put(struct dest *d, const struct dest_conf *conf, struct err *e)
{
	int fd = open_result(conf, e);
	struct dest_put *p;
	struct dest_want want = { .rec = conf->rec, .fd = fd, .done = dest_over };
	const char *rel = rec_str(conf->rec, "dest_rel");

	if (fd < 0)
		return NULL;
	p = mem_new(1, sizeof(*p));
	*p = (struct dest_put){ .ops = d->ops, .conf = *conf, .fd = fd };
	want.arg = p;
	want.rel = rel ? rel : rec_str(conf->rec, "rel");
	p->put = d->ops->put(d->dest, &want, e);
	if (p->put)
		return p;
	dest_put_free(p);
	return NULL;
}

void
dest_cancel(struct dest_put *p)
{
	p->ops->cancel(p->put);
	dest_put_free(p);
}
