/* s3get - fetch the documents that records name */
#include <sys/stat.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "dir/open.h"
#include "flow/filter.h"
#include "rec/rec.h"
#include "s3/client.h"
#include "s3/get.h"
#include "work/dir.h"
#include "work/doc.h"

#define SOURCE "source" /* a document's file in its work directory */

enum { SLICE = 1 << 20 }; /* bytes hashed between two looks at the loop */

struct s3get {
	struct loop *loop;
	long max_size; /* bytes */
	bool no_local;
	int style;
	struct s3 *s3; /* made for the first document in a bucket */
	char *slice;
};

/* One document being read. */
struct get {
	struct s3get *s;
	struct task *task;
	struct watch *turn;
	struct digest *digest;
	char *path;
	int fd;    /* the file; of one in a bucket its work directory */
	long size; /* bytes read so far */
	struct s3_fetch *fetch;
	bool made; /* work is ours to remove when it fails */
};

static void
get_free(struct get *g)
{
	s3_fetch_cancel(g->fetch);
	watch_free(g->turn);
	digest_free(g->digest);
	if (g->fd >= 0)
		close(g->fd);
	free(g->path);
	free(g);
}

/* What was made for it goes with it. */
static void
unmake(struct get *g)
{
	struct rec *r = g->task->rec;
	struct err ignored;

	s3_fetch_cancel(g->fetch);
	g->fetch = NULL;
	if (!g->made)
		return;
	(void)work_remove(rec_str(r, "work"), &ignored);
	rec_del(r, "work");
}

static void
s3get_fail(struct get *g, const struct err *e)
{
	unmake(g);
	task_fail(g->task, e);
	get_free(g);
}

static int
s3get_too_large(const struct get *g, long long size, struct err *e)
{
	return err_set(e, ERR_VALIDATION, "document.large", "%lld bytes, at most %ld are taken",
	    size, g->s->max_size);
}

/* What was listed is what is there, and it is no larger than allowed. */
static int
s3get_check(struct get *g, const struct stat *st, struct err *e)
{
	struct rec *r = g->task->rec;
	const char *etag = rec_str(r, "etag");
	char now[48];

	if (rec_has(r, "etag") && !rec_need(r, "etag", e))
		return -1;
	if (st->st_size > g->s->max_size)
		return s3get_too_large(g, st->st_size, e);
	store_etag(now, st->st_size, store_mtime_ns(st));
	if (etag && strcmp(etag, now) != 0)
		return err_set(e, ERR_TRANSIENT, "document.changed",
		    "it has changed since it was listed");
	return 0;
}

/* A path that is not UTF-8 cannot stand in a record: a link of ours to it can. */
static int
name_path(struct get *g, struct err *e)
{
	struct rec *r = g->task->rec;
	size_t left = strlen(g->path), n;
	const char *s = g->path;
	char *link;

	for (; (n = utf8_len(s, left)) > 0; s += n)
		left -= n;
	if (left == 0) {
		rec_set_str(r, "path", g->path);
		return 0;
	}
	link = work_link(rec_str(r, "work"), g->path, e);
	if (!link)
		return -1;
	rec_set_str(r, "path", link);
	free(link);
	return 0;
}

static void
s3get_finish(struct get *g)
{
	struct rec *r = g->task->rec;
	char hex[DIGEST_HEX + 1];
	struct stat st;
	struct err e;

	digest_end(g->digest, hex);
	if (fstat(g->fd, &st) < 0) {
		err_sys(&e, ERR_TRANSIENT, "io.read", "%s", g->path);
		s3get_fail(g, &e);
		return;
	}
	if (s3get_check(g, &st, &e) < 0 || doc_work(r, &e) < 0 || name_path(g, &e) < 0) {
		s3get_fail(g, &e);
		return;
	}
	rec_set_str(r, "sha256", hex);
	filter_count(g->task->filter, COUNT_BYTES, g->size);
	task_pass(g->task);
	get_free(g);
}

static void
read_slice(void *arg, short revents)
{
	struct get *g = arg;
	ssize_t n = read(g->fd, g->s->slice, SLICE);
	struct err e;

	(void)revents;
	if (n < 0) {
		err_sys(&e, ERR_TRANSIENT, "io.read", "%s", g->path);
		s3get_fail(g, &e);
	} else if (n == 0) {
		s3get_finish(g);
	} else {
		digest_add(g->digest, g->s->slice, (size_t)n);
		g->size += n;
		if (g->size <= g->s->max_size) {
			watch_again(g->turn, 0);
			return;
		}
		/* It grows, or is of a file system that knows no sizes. */
		s3get_too_large(g, g->size, &e);
		s3get_fail(g, &e);
	}
}

static int
start_file(struct get *g, const char *uri, struct err *e)
{
	struct stat st;

	if (g->s->no_local)
		return err_set(e, ERR_VALIDATION, "store.local",
		    "files are not taken (--no-local)");
	g->path = store_path(uri, e);
	if (!g->path)
		return -1;
	g->fd = store_open(g->path, &st, e);
	if (g->fd < 0 || s3get_check(g, &st, e) < 0)
		return -1;
	g->digest = digest_new(e);
	if (!g->digest)
		return -1;
	g->turn = loop_timer(g->s->loop, 0, read_slice, g);
	return 0;
}

static void
fetched(void *arg, const struct s3_fetched *f, const struct err *e)
{
	struct get *g = arg;
	struct rec *r = g->task->rec;
	char *path;

	g->fetch = NULL;
	if (e) {
		s3get_fail(g, e);
		return;
	}
	path = mem_printf("%s/%s", rec_str(r, "work"), SOURCE);
	rec_set_str(r, "path", path);
	free(path);
	rec_set_str(r, "sha256", f->sha256);
	if (*f->content_type)
		rec_set_str(r, "content_type", f->content_type);
	filter_count(g->task->filter, COUNT_BYTES, (long)f->size);
	task_pass(g->task);
	get_free(g);
}

static int
start_object(struct get *g, const char *uri, struct err *e)
{
	struct rec *r = g->task->rec;
	const char *etag = rec_has(r, "etag") ? rec_need(r, "etag", e) : NULL;
	struct s3_fetch_conf conf = { .file = SOURCE,
		.max_size = g->s->max_size,
		.size = rec_int(r, "size", -1),
		.etag = etag,
		.done = fetched,
		.arg = g };
	struct s3_name name;

	if (rec_has(r, "etag") && !etag)
		return -1;
	if (conf.size > g->s->max_size)
		return s3get_too_large(g, conf.size, e);
	if (s3_name_uri(&name, uri, e) < 0)
		return -1;
	if (!g->s->s3)
		g->s->s3 = s3_new(g->s->loop, (enum s3_style)g->s->style, e);
	if (!g->s->s3 || !*name.key) {
		s3_name_release(&name);
		return !g->s->s3
		    ? -1
		    : err_set(e, ERR_VALIDATION, "store.uri", "%.200s: no object", uri);
	}
	g->made = !rec_has(r, "work");
	if (doc_work(r, e) < 0) {
		g->made = false;
	} else {
		g->fd = work_open(rec_str(r, "work"), e);
		conf.name = &name;
		conf.dir = g->fd;
		g->fetch = g->fd < 0 ? NULL : s3_fetch_start(g->s->s3, &conf, e);
	}
	s3_name_release(&name);
	return g->fetch ? 0 : -1;
}

static int
s3get_start(struct get *g, struct err *e)
{
	struct rec *r = g->task->rec;
	const char *uri = rec_need(r, "uri", e);

	if (!uri || (rec_has(r, "id") && !rec_need(r, "id", e)) ||
	    (rec_has(r, "work") && !rec_need(r, "work", e)))
		return -1;
	return s3_is_uri(uri) ? start_object(g, uri, e) : start_file(g, uri, e);
}

static void
s3get_begin(struct task *t, void *arg)
{
	struct s3get *s = arg;
	struct get *g = calloc(1, sizeof(*g));
	struct err e;

	if (!g) {
		err_set(&e, ERR_BUSY, "mem.limit", "no memory");
		task_fail(t, &e);
		return;
	}
	*g = (struct get){ .s = s, .task = t, .fd = -1 };
	t->data = g;
	if (s3get_start(g, &e) < 0)
		s3get_fail(g, &e);
}

static void
s3get_cancel(struct task *t, void *arg)
{
	(void)arg;
	unmake(t->data);
	get_free(t->data);
}

int
main(int argc, char *argv[])
{
	struct s3get s = { .max_size = 256L << 20 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4, .names_files = true };
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
					"fetch so many documents at once (default 4)"),
		OPT_NUM(0, "max-size", "BYTES", &s.max_size, 0, 1L << 52,
		    "refuse longer ones (default 268435456)"),
		OPT_FLAG(0, "no-local", &s.no_local,
		    "refuse files: for records that somebody else has made"),
		OPT_GROUP("Stores"),
		OPT_WORD(0, "addressing", "auto|path|virtual", &s.style, s3_style_names,
		    "where requests name the bucket (default auto)"),
		OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0, "fetch each document, and hash it" };
	const struct filter_ops ops = { .begin = s3get_begin, .cancel = s3get_cancel };
	struct err e;
	int status;

	opt_parse(argc, argv, &spec);
	if (!work_root(&e))
		return opt_die(&e);
	s.loop = loop_new();
	s.slice = malloc(SLICE);
	status = s.slice ? filter_run(s.loop, &conf, &ops, &s) : XBUSY;
	free(s.slice);
	s3_free(s.s3);
	loop_free(s.loop);
	return status;
}
