/* s3put - write results where they belong */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "err.h"
#include "filter.h"
#include "log.h"
#include "loop.h"
#include "opt.h"
#include "rec.h"
#include "store.h"
#include "work.h"

struct s3put {
	struct store_dest *dest;
	bool rm;
};

/* The directory of a document that is done with, whether well or not. */
static void
remove_work(struct rec *r)
{
	const char *work = rec_str(r, "work");
	struct err e;

	if (!work || (rec_has(r, "kind") && !rec_is(r, "kind", "document")))
		return;
	if (work_remove(work, &e) < 0)
		log_event(LOG_LEVEL_WARN, rec_str(r, "id"), &e, "%s", e.msg);
}

static int
put(struct s3put *s, struct rec *r, struct err *e)
{
	const char *path = rec_need(r, "path", e);
	const char *rel = path ? rec_need(r, "rel", e) : NULL;
	const char *source = rec_str(r, "uri");
	char *source_path, *uri;
	struct err ignored;
	int fd;

	if (!rel)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_sys(e, err_class_of(errno), "io.read", "%s", path);
	source_path = source ? store_path(source, &ignored) : NULL;
	uri = store_dest_put(s->dest, rel, fd, source_path, e);
	free(source_path);
	close(fd);
	if (!uri)
		return -1;
	rec_set_str(r, "dest", uri);
	free(uri);
	return 0;
}

static void
begin(struct task *t, void *arg)
{
	struct s3put *s = arg;
	struct err e;

	if (put(s, t->rec, &e) < 0) {
		task_fail(t, &e);
		return;
	}
	if (s->rm) {
		remove_work(t->rec);
		rec_del(t->rec, "work");
		rec_del(t->rec, "path");
	}
	filter_count(t->filter, "pages", rec_int(t->rec, "doc_pages", 1));
	task_pass(t);
}

static void
failed(struct rec *r, void *arg)
{
	struct s3put *s = arg;

	if (s->rm)
		remove_work(r);
}

int
main(int argc, char *argv[])
{
	struct s3put s = { 0 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4 };
	const struct opt opts[] = {
		OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024),
		OPT_FLAG(0, "rm", &s.rm),
		OPT_END
	};
	const struct opt_spec spec = { opts, "DEST", 1, 1 };
	const struct filter_ops ops = { .begin = begin, .failed = failed };
	char **operands = opt_parse(argc, argv, &spec);
	struct loop *loop;
	struct err e;
	int status;

	s.dest = store_dest_open(operands[0], &e);
	if (!s.dest)
		return opt_die(&e);
	loop = loop_new();
	status = filter_run(loop, &conf, &ops, &s);
	store_dest_close(s.dest);
	loop_free(loop);
	return status;
}
