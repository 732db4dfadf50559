#include <stdlib.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"
#include "dir/get.h"
#include "dir/list.h"
#include "dir/open.h"
#include "dir/put.h"
#include "place/dest.h"
#include "place/origin.h"
#include "place/priv.h"
#include "place/source.h"
#include "rec/rec.h"
#include "work/dir.h"
#include "work/doc.h"

/* Folders share nothing but the loop. */
static void *
file_begin(const struct place_conf *conf, struct err *e)
{
	(void)e;
	return conf->loop;
}

static void *
file_list(void *shared, const struct source_conf *conf, const char *operand, struct err *e)
{
	const struct store_list_conf c = { .globs = conf->globs,
		.skip_dir = conf->skip_dir,
		.skip = conf->skip,
		.nskip = conf->nskip,
		.newer_in = conf->newer_in,
		.loop = shared,
		.min_age_s = conf->min_age_s,
		.no_links = conf->no_links };

	return store_list_new(operand, &c, e);
}

static struct rec *
file_next(void *list, struct err *e)
{
	return store_list_next(list, e);
}

static long
file_skipped(const void *list)
{
	return store_list_skipped(list);
}

static bool
file_ended(const void *list)
{
	return store_list_ended(list);
}

static const struct name_passed *
file_passed(const void *list)
{
	return store_list_passed(list);
}

static void
file_list_end(void *list)
{
	store_list_free(list);
}

static const struct source_ops file_source = { .list = file_list,
	.next = file_next,
	.ended = file_ended,
	.skipped = file_skipped,
	.passed = file_passed,
	.end = file_list_end };

struct file_get {
	struct store_get *get;
	const struct origin_want *want;
	char *path;
	int dir; /* the document's work directory */
};

static void
file_get_free(struct file_get *g)
{
	store_get_cancel(g->get);
	if (g->dir >= 0)
		close(g->dir);
	free(g->path);
	free(g);
}

static void
file_got(void *arg, const struct store_got *read, const struct err *e)
{
	struct file_get *g = arg;
	const struct origin_want *w = g->want;
	struct origin_got got = { .path = NULL };
	char *path = read ? mem_printf("%s/%s", rec_str(w->rec, "work"), DOC_SOURCE) : NULL;

	g->get = NULL;
	if (read)
		got = (struct origin_got){ .path = path,
			.sha256 = read->sha256,
			.result_of = read->result_of,
			.size = read->size };
	file_get_free(g);
	w->done(w->arg, read ? &got : NULL, e);
	free(path);
}

static struct store_get *
file_start(struct file_get *g, struct loop *loop, struct err *e)
{
	const struct origin_want *w = g->want;
	struct store_get_conf conf = { .path = g->path,
		.etag = w->etag,
		.max_size = w->max_size,
		.file = DOC_SOURCE,
		.done = file_got,
		.arg = g };

	if (doc_work(w->rec, e) < 0)
		return NULL;
	conf.dir = g->dir = work_open(rec_str(w->rec, "work"), e);
	return g->dir < 0 ? NULL : store_get_start(loop, &conf, e);
}

static void *
file_get(void *shared, const struct origin_want *w, struct err *e)
{
	struct file_get *g;
	char *path;

	if (w->no_local) {
		err_set(e, ERR_VALIDATION, CODE_STORE_LOCAL, "files are not taken (--no-local)");
		return NULL;
	}
	path = store_path(w->uri, e);
	if (!path)
		return NULL;
	g = mem_new(1, sizeof(*g));
	*g = (struct file_get){ .want = w, .path = path, .dir = -1 };
	g->get = file_start(g, shared, e);
	if (g->get)
		return g;
	file_get_free(g);
	return NULL;
}

static void
file_get_cancel(void *get)
{
	file_get_free(get);
}

static const struct origin_ops file_origin = { .get = file_get, .cancel = file_get_cancel };

struct file_dest {
	struct loop *loop;
	struct store_dest *dest;
};

struct file_put {
	struct file_dest *dest;
	struct watch *turn;
	struct dest_want want;
};

static void *
file_dest_begin(void *shared, const char *operand, struct err *e)
{
	struct store_dest *dest = store_dest_open(operand, e);
	struct file_dest *d;

	if (!dest)
		return NULL;
	d = mem_new(1, sizeof(*d));
	*d = (struct file_dest){ shared, dest };
	return d;
}

static void
file_dest_end(void *dest)
{
	struct file_dest *d = dest;

	store_dest_close(d->dest);
	free(d);
}

static void
file_put_cancel(void *put)
{
	struct file_put *p = put;

	watch_free(p->turn);
	free(p);
}

static void
file_put_turn(void *arg, short revents)
{
	struct file_put *p = arg;
	struct dest_want w = p->want;
	const char *source = rec_str(w.rec, "uri");
	struct err e, ignored;
	char *source_path = source ? store_path(source, &ignored) : NULL, *uri;
	const struct store_put how = { .source = source_path,
		.mark = w.mark,
		.uri = source,
		.replace = w.replace,
		.written = w.written,
		.etag = w.etag };

	(void)revents;
	uri = store_dest_put(p->dest->dest, w.rel, w.fd, &how, &e);
	free(source_path);
	file_put_cancel(p);
	w.done(w.arg, uri, uri ? NULL : &e);
	free(uri);
}

static void
file_look_turn(void *arg, short revents)
{
	struct file_put *p = arg;
	struct dest_want w = p->want;
	char *text;
	enum mark_said said = store_dest_look(p->dest->dest, w.rel, w.mark, &text, w.etag);

	(void)revents;
	file_put_cancel(p);
	w.looked(w.arg, said, text);
	free(text);
}

static void *
file_put(void *dest, const struct dest_want *w, struct err *e)
{
	struct file_dest *d = dest;
	struct file_put *p = mem_new(1, sizeof(*p));

	(void)e;
	*p = (struct file_put){ .dest = d, .want = *w };
	p->turn = loop_timer(d->loop, 0, w->looked ? file_look_turn : file_put_turn, p);
	return p;
}

static const struct dest_ops file_dest = {
	.begin = file_dest_begin, .put = file_put, .cancel = file_put_cancel, .end = file_dest_end
};

const struct place_scheme place_file = { .name = "file",
	.begin = file_begin,
	.source = &file_source,
	.origin = &file_origin,
	.dest = &file_dest };
