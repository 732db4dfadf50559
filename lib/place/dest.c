#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "place/dest.h"
#include "place/priv.h"
#include "place/written.h"
#include "rec/rec.h"

struct dest {
	const struct dest_ops *ops;
	void *dest; /* of ops */
	struct written *written;
};

struct dest_put {
	struct dest *dest;
	void *put; /* of its ops */
	struct dest_conf conf;
	struct mark mark;
	int fd;     /* -1: it looks */
	bool noted; /* as what is about to be written */
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
	*d = (struct dest){ row->dest, dest, written_new() };
	return d;
}

void
dest_close(struct dest *d)
{
	if (!d)
		return;
	d->ops->end(d->dest);
	written_free(d->written);
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
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

/* What the result's name is made of. */
static const char *
dest_rel(struct rec *rec)
{
	const char *rel = rec_str(rec, "dest_rel");

	return rel ? rel : rec_str(rec, "rel");
}

static void
dest_over(void *arg, const char *uri, const struct err *e)
{
	struct dest_put *p = arg;
	struct dest_conf conf = p->conf;
	const char *rel = dest_rel(conf.rec);

	if (uri && *p->mark.uri)
		written_note(p->dest->written, rel, p->mark.uri);
	else if (p->noted)
		written_forget(p->dest->written, rel);
	dest_put_free(p);
	conf.done(conf.arg, uri, e);
}

static void
dest_looked(void *arg, enum mark_said said, const char *text)
{
	struct dest_put *p = arg;
	struct dest_conf conf = p->conf;

	dest_put_free(p);
	conf.looked(conf.arg, said, text);
}

/* Give it to the scheme; fd is its own from now on. */
static struct dest_put *
dest_start(struct dest *d, const struct dest_conf *conf, int fd, struct err *e)
{
	struct dest_put *p = mem_new(1, sizeof(*p));
	const char *rel = dest_rel(conf->rec);
	struct dest_want want = { .rec = conf->rec,
		.rel = rel,
		.fd = fd,
		.mark = &p->mark,
		.replace = conf->replace,
		.etag = conf->etag,
		.done = dest_over,
		.looked = fd < 0 ? dest_looked : NULL,
		.arg = p };
	struct stat st;

	*p = (struct dest_put){ .dest = d, .conf = *conf, .fd = fd };
	mark_of(&p->mark, conf->rec, conf->settings);
	if (conf->etag)
		*conf->etag = '\0';
	if (fd >= 0 && *p->mark.uri) {
		if (fstat(fd, &st) == 0)
			mark_set_size(&p->mark, st.st_size);
		want.written = written_by_other(d->written, rel, p->mark.uri);
		p->noted = !want.written || conf->replace;
	}
	if (p->noted)
		written_note(d->written, rel, p->mark.uri);
	p->put = d->ops->put(d->dest, &want, e);
	if (p->put)
		return p;
	if (p->noted)
		written_forget(d->written, rel);
	dest_put_free(p);
	return NULL;
}

struct dest_put *
dest_put(struct dest *d, const struct dest_conf *conf, struct err *e)
{
	int fd = open_result(conf, e);

	return fd < 0 ? NULL : dest_start(d, conf, fd, e);
}

struct dest_put *
dest_look(struct dest *d, const struct dest_conf *conf, struct err *e)
{
	return rec_need(conf->rec, "rel", e) ? dest_start(d, conf, -1, e) : NULL;
}

void
dest_cancel(struct dest_put *p)
{
	p->dest->ops->cancel(p->put);
	dest_put_free(p);
}
