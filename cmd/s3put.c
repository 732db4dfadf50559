/* s3put - write results where they belong */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "dir/open.h"
#include "dir/put.h"
#include "flow/filter.h"
#include "rec/rec.h"
#include "s3/client.h"
#include "s3/put.h"
#include "work/doc.h"

struct s3put {
	struct store_dest *dest; /* a folder, or else ... */
	struct s3_dest *bucket;
	struct s3 *s3;
	bool rm;
};

/* A result on its way into a bucket. */
struct sending {
	struct s3put *s;
	struct task *task;
	struct s3_put *put;
	int fd;
};

static int
open_result(struct rec *r, struct err *e)
{
	const char *path = rec_need(r, "path", e);
	int fd;

	if (!path || !rec_need(r, "rel", e))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? err_sys(e, err_class_of(errno), "io.read", "%s", path) : fd;
}

/* It is there. */
static void
pass(struct s3put *s, struct task *t, const char *uri)
{
	rec_set_str(t->rec, "dest", uri);
	if (s->rm) {
		doc_remove_work(t->rec);
		rec_del(t->rec, "work");
		rec_del(t->rec, "path");
	}
	filter_count(t->filter, COUNT_PAGES, rec_int(t->rec, "doc_pages", 1));
	task_pass(t);
}

static void
put_file(struct s3put *s, struct task *t, int fd)
{
	const char *source = rec_str(t->rec, "uri");
	char *source_path, *uri;
	struct err e, ignored;

	source_path = source ? store_path(source, &ignored) : NULL;
	uri = store_dest_put(s->dest, rec_str(t->rec, "rel"), fd, source_path, &e);
	free(source_path);
	close(fd);
	if (uri)
		pass(s, t, uri);
	else
		task_fail(t, &e);
	free(uri);
}

static void
sending_free(struct sending *g)
{
	s3_put_cancel(g->put);
	close(g->fd);
	free(g);
}

static void
sent(void *arg, const char *uri, const struct err *e)
{
	struct sending *g = arg;
	struct s3put *s = g->s;
	struct task *t = g->task;

	g->put = NULL;
	sending_free(g);
	if (uri)
		pass(s, t, uri);
	else
		task_fail(t, e);
}

static void
put_object(struct s3put *s, struct task *t, int fd)
{
	struct sending *g = mem_new(1, sizeof(*g));
	struct s3_put_conf conf = { .rec = t->rec, .fd = fd, .done = sent, .arg = g };
	struct err e;

	*g = (struct sending){ .s = s, .task = t, .fd = fd };
	t->data = g;
	g->put = s3_put_start(s->bucket, &conf, &e);
	if (g->put)
		return;
	sending_free(g);
	task_fail(t, &e);
}

static void
s3put_begin(struct task *t, void *arg)
{
	struct s3put *s = arg;
	struct err e;
	int fd = open_result(t->rec, &e);

	if (fd < 0)
		task_fail(t, &e);
	else if (s->bucket)
		put_object(s, t, fd);
	else
		put_file(s, t, fd);
}

static void
s3put_cancel(struct task *t, void *arg)
{
	(void)arg;
	sending_free(t->data);
}

static void
s3put_failed(struct rec *r, void *arg)
{
	struct s3put *s = arg;

	if (s->rm)
		doc_remove_work(r);
}

static int
open_dest(struct s3put *s, struct loop *l, const char *dest, int style, struct err *e)
{
	if (!s3_is_uri(dest)) {
		s->dest = store_dest_open(dest, e);
		return s->dest ? 0 : -1;
	}
	s->s3 = s3_new(l, (enum s3_style)style, e);
	s->bucket = s->s3 ? s3_dest_open(s->s3, dest, e) : NULL;
	return s->bucket ? s3_dest_check(s->bucket, l, e) : -1;
}

int
main(int argc, char *argv[])
{
	struct s3put s = { 0 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4 };
	int style = S3_STYLE_AUTO;
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
					"write so many files at once (default 4)"),
		OPT_FLAG(0, "rm", &s.rm, "remove the work directory of each document"),
		OPT_GROUP("Stores"),
		OPT_WORD(0, "addressing", "auto|path|virtual", &style, s3_style_names,
		    "where requests name the bucket (default auto)"),
		OPT_END };
	const struct opt_spec spec = { opts, "DEST", 1, 1,
		"put results into a folder or a bucket" };
	const struct filter_ops ops = { .begin = s3put_begin,
		.failed = s3put_failed,
		.cancel = s3put_cancel };
	char **operands = opt_parse(argc, argv, &spec);
	struct loop *loop = loop_new();
	struct err e;
	int status;

	status = open_dest(&s, loop, operands[0], style, &e) < 0
	    ? opt_die(&e)
	    : filter_run(loop, &conf, &ops, &s);
	s3_dest_close(s.bucket);
	s3_free(s.s3);
	store_dest_close(s.dest);
	loop_free(loop);
	return status;
}
