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
open_result(struct rec *r, struct err *e)
{
	const char *path = rec_need(r, "path", e);
	int fd;

	if (!path || !rec_need(r, "rel", e))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? err_sys(e, err_class_of(errno), CODE_IO_READ, "%s", path) : fd;
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
	int fd = open_result(conf->rec, e);
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
