#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "place/dest.h"
#include "place/origin.h"
#include "place/priv.h"
#include "place/source.h"
#include "rec/rec.h"
#include "s3/client.h"
#include "s3/docs.h"
#include "s3/get.h"
#include "s3/put.h"
#include "work/dir.h"
#include "work/doc.h"

const char *const *const place_addressing = s3_style_names;

struct buckets {
	struct place_conf conf;
	struct s3 *s3; /* NULL until it is needed: what is no object needs none */
};

static void *
bucket_begin(const struct place_conf *conf, struct err *e)
{
	struct buckets *b = mem_new(1, sizeof(*b));

	(void)e;
	b->conf = *conf;
	return b;
}

static void
bucket_end(void *shared)
{
	struct buckets *b = shared;

	s3_free(b->s3);
	free(b);
}

static struct s3 *
bucket_client(struct buckets *b, struct err *e)
{
	if (!b->s3)
		b->s3 = s3_new(b->conf.loop, (enum s3_style)b->conf.addressing, e);
	return b->s3;
}

static int
bucket_check(const struct source_conf *conf, struct err *e)
{
	return !conf->newer_in
	    ? 0
	    : err_set(e, ERR_VALIDATION, CODE_STORE_URI,
		  "--update: is for documents and results in folders, not in a bucket");
}

static int
bucket_check_skip(const char *dir, struct err *e)
{
	struct s3_name name;
	struct err why;

	if (s3_name_operand(&name, dir, &why) < 0)
		return err_set(e, ERR_VALIDATION, CODE_STORE_URI, "--skip-dir: %s", why.msg);
	s3_name_release(&name);
	return 0;
}

static void *
bucket_list(void *shared, const struct source_conf *conf, const char *operand, struct err *e)
{
	struct s3 *s3 = bucket_client(shared, e);
	const struct s3_docs_conf dc = { .globs = conf->globs,
		.skip = conf->skip_dir,
		.several = conf->several };

	return s3 ? s3_docs_new(s3, operand, &dc, e) : NULL;
}

static struct rec *
bucket_next(void *list, struct err *e)
{
	return s3_docs_next(list, e);
}

static bool
bucket_ended(const void *list)
{
	return s3_docs_ended(list);
}

static const struct name_passed *
bucket_passed(const void *list)
{
	return s3_docs_passed(list);
}

static void
bucket_list_end(void *list)
{
	s3_docs_free(list);
}

static const struct source_ops bucket_source = { .check = bucket_check,
	.check_skip = bucket_check_skip,
	.list = bucket_list,
	.next = bucket_next,
	.ended = bucket_ended,
	.passed = bucket_passed,
	.end = bucket_list_end };

struct bucket_get {
	const struct origin_want *want;
	struct s3_fetch *fetch;
	int dir; /* the document's work directory */
};

static void
bucket_get_free(void *get)
{
	struct bucket_get *g = get;

	s3_fetch_cancel(g->fetch);
	if (g->dir >= 0)
		close(g->dir);
	free(g);
}

static void
bucket_got(void *arg, const struct s3_fetched *f, const struct err *e)
{
	struct bucket_get *g = arg;
	const struct origin_want *w = g->want;
	struct origin_got got = { .path = NULL };
	char *path = f ? mem_printf("%s/%s", rec_str(w->rec, "work"), DOC_SOURCE) : NULL;

	g->fetch = NULL;
	bucket_get_free(g);
	if (f)
		got = (struct origin_got){ .path = path,
			.sha256 = f->sha256,
			.content_type = *f->content_type ? f->content_type : NULL,
			.result_of = f->result_of,
			.size = f->size };
	w->done(w->arg, f ? &got : NULL, e);
	free(path);
}

/* An object, not a bucket. */
static int
name_object(struct s3_name *name, const char *uri, struct err *e)
{
	if (s3_name_uri(name, uri, e) < 0)
		return -1;
	if (*name->key)
		return 0;
	s3_name_release(name);
	return err_set(e, ERR_VALIDATION, CODE_STORE_URI, "%.200s: no object", uri);
}

static struct s3_fetch *
bucket_fetch(struct bucket_get *g, struct s3 *s3, const struct s3_name *name, struct err *e)
{
	const struct origin_want *w = g->want;
	struct s3_fetch_conf conf = { .name = name,
		.etag = w->etag,
		.file = DOC_SOURCE,
		.size = w->size,
		.max_size = w->max_size,
		.done = bucket_got,
		.arg = g };

	if (!s3 || doc_work(w->rec, e) < 0)
		return NULL;
	conf.dir = g->dir = work_open(rec_str(w->rec, "work"), e);
	return g->dir < 0 ? NULL : s3_fetch_start(s3, &conf, e);
}

static void *
bucket_get(void *shared, const struct origin_want *w, struct err *e)
{
	struct bucket_get *g;
	struct s3_name name;

	if (w->size > w->max_size) {
		err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
		    "%lld bytes, at most %lld are taken", w->size, w->max_size);
		return NULL;
	}
	if (name_object(&name, w->uri, e) < 0)
		return NULL;
	g = mem_new(1, sizeof(*g));
	*g = (struct bucket_get){ .want = w, .dir = -1 };
	g->fetch = bucket_fetch(g, bucket_client(shared, e), &name, e);
	s3_name_release(&name);
	if (g->fetch)
		return g;
	bucket_get_free(g);
	return NULL;
}

static const struct origin_ops bucket_origin = { .get = bucket_get, .cancel = bucket_get_free };

static void *
bucket_dest_begin(void *shared, const char *operand, struct err *e)
{
	struct buckets *b = shared;
	struct s3 *s3 = bucket_client(b, e);
	struct s3_dest *d = s3 ? s3_dest_open(s3, operand, e) : NULL;

	if (d && s3_dest_check(d, b->conf.loop, e) < 0) {
		s3_dest_close(d);
		d = NULL;
	}
	return d;
}

static void *
bucket_put(void *dest, const struct dest_want *w, struct err *e)
{
	const struct s3_put_conf conf = { .rec = w->rec,
		.rel = w->rel,
		.fd = w->fd,
		.mark = w->mark,
		.replace = w->replace,
		.written = w->written,
		.etag = w->etag,
		.done = w->done,
		.looked = w->looked,
		.arg = w->arg };

	return s3_put_start(dest, &conf, e);
}

static void
bucket_put_cancel(void *put)
{
	s3_put_cancel(put);
}

static void
bucket_dest_end(void *dest)
{
	s3_dest_close(dest);
}

static const struct dest_ops bucket_dest = { .begin = bucket_dest_begin,
	.put = bucket_put,
	.cancel = bucket_put_cancel,
	.end = bucket_dest_end };

const struct place_scheme place_s3 = { .name = "s3",
	.begin = bucket_begin,
	.end = bucket_end,
	.source = &bucket_source,
	.origin = &bucket_origin,
	.dest = &bucket_dest };
